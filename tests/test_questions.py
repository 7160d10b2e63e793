"""The workbook's own sheet of questions: it makes the scenarios of files that say the same; errors name its cells."""

from __future__ import annotations

import dataclasses
import shutil
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

import rus_funding as rf
from rus_funding.cli import cli
from rus_funding.model.model import digest
from rus_funding.model.templates import write_template
from rus_funding.scenarios import BASELINE, families, from_texts, read_scenarios
from rus_funding.scenarios.news import News
from rus_funding.scenarios.sheet import in_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from rus_funding.errors import Problem
    from rus_funding.model.model import FundingModel
    from rus_funding.scenarios import Scenario

HEAD = ["scenario", "titel", "fråga", "blad", "rad", "år", "kolumn", "sätt", "värde", "anmärkning"]
EMPTY = dict.fromkeys(HEAD, "")
CUT = {"scenario": "minskat", "blad": "Budget", "rad": "Statliga medel", "år": "2027", "kolumn": "belopp",
       "sätt": "gånger", "värde": "80 %"}  # fmt: skip


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "modell"
    write_template(folder, example=True)
    return folder


def asking(example: Path, folder: Path, *rows: dict[str, Any], head: list[str] = HEAD) -> FundingModel:
    """The example with a file of questions beside its tables."""
    model = folder / "modell"
    shutil.copytree(example, model, dirs_exist_ok=True)
    lines = [";".join(head), *(";".join(f'"{({**EMPTY, **row})[name]}"' for name in HEAD) for row in rows)]
    (model / "scenarier.csv").write_text("\n".join(lines), encoding="utf-8")
    return rf.load(model)


def refusals(model: FundingModel) -> list[Problem]:
    with pytest.raises(rf.InvalidInput) as error:
        families(model, in_sheet(model))
    return error.value.problems


def same(one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios say the same: all but where they stand."""

    def bare(scenario: Scenario) -> tuple[Any, ...]:
        changes = [(c.table, c.where, c.set, c.multiply, c.add, c.insert, c.drop, c.cascade) for c in scenario.changes]
        axes = scenario.sweep.axes if scenario.sweep else ()
        swept = [(a.table, a.where, a.operation, a.column, a.values) for a in axes]
        stress = (scenario.stress.each, scenario.stress.multiply) if scenario.stress else ()
        draws = [(p.table, p.where, p.operation, p.column, p.distribution, p.arguments) for p in
                 scenario.sample.parameters] if scenario.sample else []  # fmt: skip
        return changes, scenario.require, scenario.exclude, scenario.objectives, scenario.policy, swept, stress, draws

    return bare(one) == bare(other)


def row(text: str, name: str = "") -> dict[str, str]:
    """A row of the sheet: ``blad | rad | år | kolumn | sätt | värde``."""
    return {"scenario": name, **dict(zip(HEAD[3:9], (part.strip() for part in text.split("|")), strict=True))}


STATE_2027 = 'table = "budgets"\nwhere = { fund = "statliga", year = 2027 }\n'
STATE = 'table = "funds"\nwhere = { fund = "statliga" }\n'
PLANNED = '[[change]]\ntable = "budgets"\nwhere = { status = "planned" }\n'
STAFF = """[[change]]
table = "costs"
where = { project = ["natverk", "motesplats"], category = "personal", year = [2026, 2027] }
"""
DRAWN = 'amount = { table = "costs", multiply = "amount", distribution'
BOTH = "Nätverk för småföretag; Mötesplats i kommunen"
# what is tried: the rows of the sheet, and the file that says the same
SAME = {
    "a factor in percent": (
        ["Budget | Statliga medel | 2027 | belopp | gånger | 80 %"],
        f"[[change]]\n{STATE_2027}multiply = {{ amount = 0.8 }}\n",
    ),
    "a factor as a decrease": (
        ["Budget | Statliga medel | 2027 | belopp | gånger | -20 %"],
        f"[[change]]\n{STATE_2027}multiply = {{ amount = 0.8 }}\n",
    ),
    "a term in percent": (
        ["Budget | Statliga medel | 2027–2027 | belopp | plus | −20 %"],
        f"[[change]]\n{STATE_2027}multiply = {{ amount = 0.8 }}\n".replace("2027", "[2027]"),
    ),
    "a term in kronor": (
        ["Budget | Statliga medel | 2027 | belopp | plus | 150 000 kr"],
        f"[[change]]\n{STATE_2027}add = {{ amount = 150000 }}\n",
    ),
    "percentage points of a share": (
        ["Källor | statliga | | Högsta sats | plus | -20 %"],
        f"[[change]]\n{STATE}add = {{ max_rate = -0.2 }}\n",
    ),
    "English words": (
        ["funds | fund = statliga | | max_rate | set | 0.4"],
        f"[[change]]\n{STATE}set = {{ max_rate = 0.4 }}\n",
    ),
    "a word of a choice, and a blank cell": (
        [
            "Budget | läge = planerad | | läge | blir | beviljad",
            "Källor | statliga | | högst per projekt | blir | tomt",
        ],
        f'{PLANNED}set = {{ status = "granted" }}\n[[change]]\n{STATE}set = {{ max_per_project = "" }}\n',
    ),
    "names, a condition and years": (
        [f"Kostnader | {BOTH}; kostnadsslag = Personal | 2026; 2027 | belopp | gånger | 1,1"],
        f"{STAFF}multiply = {{ amount = 1.1 }}\n",
    ),
    "a row dropped with what names it": (
        ["Källor | Deltagaravgifter | | | bort | "],
        '[[change]]\ntable = "funds"\nwhere = { fund = "avgifter" }\ndrop = true\ncascade = true\n',
    ),
    "required and excluded": (
        [" | nätverk för SMÅFÖRETAG | | | krav | ", " | Löpande drift | | | uteslut | "],
        'require = ["natverk"]\nexclude = ["drift"]\n',
    ),
    "a sweep": (
        ["Källor | statliga | | högsta sats | blir | 30 %; 40 %"],
        '[sweep]\nr = { table = "funds", where = { fund = "statliga" }, set = "max_rate", values = [0.3, 0.4] }\n',
    ),
    "a stress": ([" | varje källa | | | bort | "], '[stress]\neach = "fund"\n'),
    "a stress by a part": ([" | varje källa | | | gånger | 50 %"], '[stress]\neach = "fund"\nmultiply = 0.5\n'),
    "a sample": (
        ["Kostnader | | | belopp | gånger | 80 %–120 %, 9 dragningar"],
        f'[sample]\nsize = 9\nseed = 1\n{DRAWN} = "uniform", low = 0.8, high = 1.2 }}\n',
    ),
    "a sample of changes": (
        ["Kostnader | | | belopp | gånger | -10 % till 0 % till +30 %"],
        f'[sample]\nsize = 200\nseed = 1\n{DRAWN} = "triangular", low = 0.9, mode = 1, high = 1.3 }}\n',
    ),
    "policy and objectives": (
        ["Modell | | | minsta andel | blir | 25 %", "Modell | | | målfunktion | blir | value; draw_order"],
        '[policy]\nmin_share = 0.25\n[[objective]]\nname = "value"\n[[objective]]\nname = "draw_order"\n',
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_a_row_is_the_scenario_of_its_file(case: str, example: Path, tmp_path: Path) -> None:
    rows, text = SAME[case]
    model = asking(example, tmp_path, {"scenario": "minskat"}, *map(row, rows))
    (found,) = in_sheet(model)
    (tmp_path / "minskat.toml").write_text(text, encoding="utf-8")
    (file,) = read_scenarios(tmp_path / "minskat.toml")
    assert same(found, file)
    assert same(from_texts(found.sources), found), "what a run keeps is the scenario itself"
    assert families(model, [found])[0][0].apply() is not None


TO_SHARE = {"blad": "Källor", "år": "", "kolumn": "högsta sats"}
# what is tried: what differs from `CUT`, the cell, what is said, what to do
FAULTS = {
    "no such sheet": ({"blad": "Budgetar"}, "D2", "Det finns ingen flik 'Budgetar'.", "Menas 'Budget'?"),
    "no such column": ({"kolumn": "belop"}, "G2", "Tabellen budgets har ingen kolumn 'belop'.", "Menas 'belopp'?"),
    "no such row": ({"rad": "Statliga medl"}, "E2", "Ingen rad heter 'Statliga medl' (", "Menas 'Statliga medel'?"),
    "no such way": ({"sätt": "delat med"}, "H2", "'delat med' är inget sätt att ändra.", "blir, gånger, plus, bort,"),
    "no way": ({"sätt": ""}, "H2", "Raden säger inte vad som ska göras.", "Skriv något av: "),
    "no value": ({"värde": ""}, "I2", "Värdet saknas.", "Skriv värdet; "),
    "no number": ({"värde": "mindre"}, "I2", "Detta är inget tal.", "Skriv till exempel 0,8, 80 %"),
    "no such year": ({"år": "2031"}, "E2", "Ingen rad i budgets har fund = statliga, year = 2031.", "2026, 2027"),
    "years of a sheet without": (TO_SHARE | {"år": "2027"}, "F2", "Fliken funds har inga år.", "Lämna "),
    "a factor of a share": (
        TO_SHARE | {"värde": "20"}, "I2", "max_rate är en andel, och 20 gånger den är sällan vad som menas.",
        "Menas 20 % av den: skriv 0.2. Menas att den ska bli 20 %: använd set (i arbetsboken: blir).",
    ),
    "a factor below 0": ({"värde": "-2"}, "I2", "Faktorn är negativ.", ""),
    "a share above 1": (TO_SHARE | {"sätt": "blir", "värde": "40"}, "I2", "En andel är 0 till 1.", "0,4"),
    "percent of kronor": ({"sätt": "blir"}, "I2", "", "Skriv hela kronor."),
    "no name": ({"scenario": ""}, "A2", "Raden hör inte till något scenario.", "Skriv scenariots namn"),
    "no such key": (
        {"blad": "Modell", "kolumn": "minsta andelen", "sätt": "blir"}, "G2", "ingen nyckel 'minsta andelen'",
        "Menas 'minsta andel'?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_names_its_cell(fault: str, example: Path, tmp_path: Path) -> None:
    from rus_funding.words.messages import translated

    changed, cell, what, remedy = FAULTS[fault]
    problem = translated(refusals(asking(example, tmp_path, CUT | changed))[0], "sv")
    assert (problem.place, problem.cell) == ("scenarier.csv", f"scenarier.csv!{cell}")
    assert what in problem.what
    assert remedy in problem.remedy


def test_rows_without_a_name_go_on_and_a_name_that_comes_back_is_asked_about(example: Path, tmp_path: Path) -> None:
    other = {"scenario": "annat", "rad": "natverk", "sätt": "krav"}
    model = asking(example, tmp_path, CUT, CUT | {"scenario": "", "år": "2026"}, CUT | {"värde": "1"}, other)
    first, second = in_sheet(model)
    assert (first.id, len(first.changes), second.id) == ("minskat", 3, "annat")
    (problem,) = refusals(asking(example, tmp_path, CUT, other, CUT))
    assert (problem.cell, problem.value) == ("scenarier.csv!A4", "minskat")


def test_a_name_with_spaces_is_the_title_and_makes_the_id(example: Path, tmp_path: Path) -> None:
    (found,) = in_sheet(asking(example, tmp_path, CUT | {"scenario": "Mindre stöd 2027"}))
    assert (found.id, found.title) == ("mindre-stod-2027", "Mindre stöd 2027")


def test_two_rows_of_one_name_are_asked_about(example: Path, tmp_path: Path) -> None:
    model = asking(example, tmp_path, CUT)
    folder = tmp_path / "modell"
    (file,) = folder.glob("K*llor.csv")
    funds = file.read_text(encoding="utf-8-sig")
    file.write_text(funds.replace("Deltagaravgifter", "Statliga medel"), encoding="utf-8")
    (problem,) = refusals(rf.load(folder))
    assert problem.cell == "scenarier.csv!E2"
    assert "statliga" in problem.what
    assert "avgifter" in problem.what
    assert model.questions is not None


def test_the_sheet_of_a_workbook_keeps_what_excel_keeps(tmp_path: Path) -> None:
    """Percent cells hold decimals, years are numbers: -20 % is -0.2 and lessens all the same."""
    path = tmp_path / "portfolj.xlsx"
    write_template(path, example=True)
    model = rf.load(path)
    assert model.questions is not None
    assert model.questions.name == "Scenarier"
    assert [scenario.id for scenario in in_sheet(model)] == ["mindre-stod", "natverket-helt", "olika-sats", "bortfall"]
    assert len(families(model, in_sheet(model))[2]) == 3
    rows = dict(model.questions.rows)
    cells = tuple((at, -0.2 if at == "I" else cell) for at, cell in rows[2])
    changed = dataclasses.replace(model.questions, rows=(*model.questions.rows[:1], (2, cells)))
    (found,) = in_sheet(model.replace(questions=changed))
    assert found.changes[0].multiply == (("amount", Decimal("0.8")),)
    assert found.changes[0].spot.problem("x", "scenario.cell.blank", "scenario.cell.write-value", column="amount",
                                         key="where").cell == "Scenarier!E2"  # fmt: skip


def test_the_questions_are_no_part_of_the_model(example: Path, tmp_path: Path) -> None:
    asked = asking(example, tmp_path, CUT)
    assert digest(asked) == digest(rf.load(example))


def test_solve_takes_a_name_and_tells_the_changes(example: Path, tmp_path: Path) -> None:
    asking(example, tmp_path, CUT | {"titel": "Mindre från staten", "fråga": "Vad trängs undan?"})
    done = CliRunner().invoke(cli, ["solve", str(tmp_path / "modell"), "-s", "minskat"], standalone_mode=False)
    assert done.return_value == 0
    assert done.stdout.splitlines()[1:4] == [
        "Scenario: Mindre från staten (minskat)", "Vad trängs undan?",
        "Budget, Statliga medel 2027: 700\u00a0000 kr → 560\u00a0000 kr",
    ]  # fmt: skip
    with pytest.raises(rf.InvalidInput, match="minskta") as error:
        rf.apply(tmp_path / "modell", "minskta")
    assert "Did you mean 'minskat'?" in str(error.value)


def test_a_batch_without_scenarios_runs_the_sheet_and_restores_it(example: Path, tmp_path: Path) -> None:
    model = asking(example, tmp_path, CUT, {"scenario": "bortfall", "rad": "varje källa"})
    run = rf.batch(model, [], tmp_path / "run.sqlite", workers=0)
    names = [BASELINE, "minskat", "bortfall-fund-avgifter", "bortfall-fund-egna", "bortfall-fund-statliga"]
    assert run.frame("scenarios")["scenario"].tolist() == names
    with rf.Run(run) as opened:
        first, second = opened.scenarios()
    assert [same(*pair) for pair in zip((first, second), in_sheet(model), strict=True)] == [True, True]
    one = rf.batch(model, "minskat", tmp_path / "one.sqlite", workers=0)
    assert one.frame("scenarios")["scenario"].tolist() == names[:2]


def test_every_way_of_change_is_told_in_both_languages(example: Path, tmp_path: Path) -> None:
    rows = [
        CUT, {"rad": "natverk", "sätt": "krav"}, {"blad": "Källor", "rad": "avgifter", "sätt": "bort"},
        {"blad": "Modell", "kolumn": "minsta andel", "sätt": "blir", "värde": "25 %"},
    ]  # fmt: skip
    model = asking(example, tmp_path, *rows)
    (family,) = families(model, in_sheet(model))
    told = {lang: News(lang, family.changed(0).model, model).lines(family[0].changes()) for lang in ("sv", "en")}
    assert told["sv"] == [
        "Källor, Deltagaravgifter: raden är borta (sektor privat, nivå privat, dragordning 2)",
        "Budget, Deltagaravgifter 2026: raden är borta (belopp 100\u00a0000\u00a0kr)",
        "Budget, Deltagaravgifter 2027: raden är borta (belopp 0\u00a0kr)",
        "Budget, Statliga medel 2027: belopp 700\u00a0000\u00a0kr → 560\u00a0000\u00a0kr",
        "Behörighet, Deltagaravgifter projekt Nätverk för småföretag: raden är borta",
        "Modell: minsta andel 0\u00a0% → 25\u00a0%",
        "Nätverk för småföretag ska genomföras helt",
    ]
    assert told["en"][3] == "budgets, Statliga medel 2027: amount SEK\u00a0700,000 → SEK\u00a0560,000"
    assert len(told["en"]) == len(told["sv"])


def test_headings_that_are_none_are_named(example: Path, tmp_path: Path) -> None:
    head = ["SCENARIO", *HEAD[1:7], "sat", "värde", "x"]
    found = refusals(asking(example, tmp_path, CUT, head=head))
    assert [problem.cell for problem in found][:3] == ["scenarier.csv!H1", "scenarier.csv!J1", "scenarier.csv!D1"]


def test_check_looks_at_the_questions(example: Path, tmp_path: Path) -> None:
    asking(example, tmp_path, CUT | {"kolumn": "belop"}, {"scenario": "annat", "rad": "nätverken", "sätt": "krav"})
    done = CliRunner().invoke(cli, ["check", str(tmp_path / "modell")], standalone_mode=False)
    assert done.return_value == 2
    assert "scenarier.csv!G2, kolumn (belop): Tabellen budgets har ingen kolumn 'belop'." in done.stdout
    assert "scenarier.csv!E3, rad (nätverken): Ingen rad heter 'nätverken'" in done.stdout
    one = CliRunner().invoke(cli, ["solve", str(tmp_path / "modell"), "--json"], standalone_mode=False)
    assert one.return_value == 0, "a question that cannot be read stops no plan without it"
