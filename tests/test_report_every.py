"""Papers leave nothing out: every project with decision and payers, every municipality, a scenario's changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from explained import with_places
from pptx import Presentation

from rus_funding.engine.engine import solve
from rus_funding.engine.figures import Figures
from rus_funding.model.reading import read_model
from rus_funding.papers.html.page import page
from rus_funding.papers.pack import Pack
from rus_funding.papers.payers import main_payers
from rus_funding.papers.places import municipalities
from rus_funding.papers.pptx import write
from rus_funding.papers.pptx.every import MOST, SIZE, _cut
from rus_funding.papers.pptx.fit import LEADING
from rus_funding.papers.pptx.grid import BETWEEN, Row
from rus_funding.papers.pptx.layouts import DEEP
from rus_funding.runs.batch import batch
from rus_funding.scenarios import read_scenarios

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "models" / "litet-exempel"
LESS = """title = "Mindre egna medel"
exclude = ["natur"]
[[change]]
table = "budgets"
where = { fund = "egna" }
multiply = { amount = 0.5 }
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("every")
    file = folder / "mindre.toml"
    file.write_text(LESS, encoding="utf-8")
    batch(read_model(SMALL), read_scenarios(file), folder / "run.sqlite", workers=0)
    return folder / "run.sqlite"


def tables(path: Path) -> dict[str, list[list[str]]]:
    """The tables of a deck by headline."""
    found: dict[str, list[list[str]]] = {}
    for slide in Presentation(str(path)).slides:
        for shape in slide.shapes:
            if shape.has_table:
                title = slide.shapes.title.text_frame.text
                found[title] = [[cell.text for cell in row.cells] for row in shape.table.rows]
    return found


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("scenario", ["baseline", "mindre"])
def test_the_slides_have_every_project_once_with_its_decision(
    run: Path, tmp_path: Path, scenario: str, lang: str
) -> None:
    with Pack.open(run, scenario, lang) as pack:
        write(pack, tmp_path / "deck.pptx")
        names = pack.figures.names("projects", "project")
        wanted = {names[p]: result for p, result in pack.figures.projects.items()}
    heads = {
        "funded": ("finansieras helt", "funded in full"),
        "partly": ("finansieras till en del", "funded in part"),
        "not": ("får inga pengar", "no money"),
    }
    shown: list[str] = []
    for title, rows in tables(tmp_path / "deck.pptx").items():
        status = next((one for one, words in heads.items() if title.endswith(words[lang == "en"])), None)
        for row in rows[1:] if status else ():
            shown.append(row[0])
            assert wanted[row[0]].status == status
            assert "…" not in "".join(row)
            kronor = wanted[row[0]].cost if status == "not" else wanted[row[0]].kronor
            assert row[1].replace("\xa0", "").replace(",", "") == str(kronor)
    assert sorted(shown) == sorted(wanted)


def test_the_main_payers_are_those_that_pay_most(run: Path) -> None:
    with Pack.open(run) as pack:
        found = main_payers(pack.outcome, "sv")
        for project, said in found.items():
            sums: dict[str, int] = {}
            for payment in pack.outcome.payments:
                if payment.project == project:
                    sums[payment.fund] = sums.get(payment.fund, 0) + payment.kronor
            first = min(sums, key=lambda fund: (-sums[fund], fund))
            assert said.startswith(pack.figures.names("funds", "fund")[first])
        assert set(found) == {p for p, result in pack.figures.projects.items() if result.kronor}


def test_a_long_list_goes_on_over_slides_that_each_have_room() -> None:
    rows = [Row([f"Projekt {i}", "1 000", "Källa " * (i % 40)], "named", rows=MOST) for i in range(90)]
    parts = [*_cut(rows, (30, 10, 60))]
    assert [row for part in parts for row in part] == rows
    assert len(parts) > 3
    for part in parts:
        assert len(part) * (SIZE * LEADING + BETWEEN) <= DEEP


def test_every_municipality_stands_with_what_it_gets_and_asks_for() -> None:
    figures = Figures(solve(with_places(read_model(SMALL))))
    cost, paid = ({p: getattr(result, name) for p, result in figures.projects.items()} for name in ("cost", "kronor"))
    table = municipalities(figures, "sv")
    assert [row[0] for row in table.rows] == ["Ljusnarsberg", "Örebro", "Kumla"]
    shown = {row[0]: row for row in table.rows}
    assert shown["Kumla"][2] == round(0.3 * paid["kompetens"] + paid["resecentrum"])
    assert shown["Örebro"][4] == pytest.approx(0.7 * cost["kompetens"] + 0.55 * cost["natur"], abs=1)
    assert shown["Ljusnarsberg"][2:] == (0, 0, 0, None, 0)
    assert shown["Kumla"][6] == 2
    assert municipalities(Figures(solve(read_model(SMALL))), "sv").rows == ()


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_page_names_payers_and_what_scenarios_change(run: Path, lang: str) -> None:
    with Pack.open(run, "mindre", lang) as pack:
        made = page(pack).replace("\xa0", " ")
    assert ("Betalas mest av " if lang == "sv" else "Paid mostly by ") in made
    assert ("Det här ändrar scenariot" if lang == "sv" else "What the scenario changes") in made
    assert "Budget, Regionens egna medel 2026" in made
    assert ("Vinnare och förlorare: områden" if lang == "sv" else "Winners and losers: areas") in made


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_scenario_is_answered_from_differences(run: Path, tmp_path: Path, lang: str) -> None:
    with Pack.open(run, "baseline", lang) as pack:
        write(pack, tmp_path / "deck.pptx")
        kronor = [
            {row["project"]: row["kronor"] for row in pack.run.records("projects", name)} for name in pack.run.names()
        ]
        names = pack.figures.names("projects", "project")
    out = [names[p] for p, before in kronor[0].items() if before and not kronor[1][p]]
    assert "Tillgänglig natur" in out
    title = "Mindre egna medel: ett projekt faller ut" if lang == "sv" else "Mindre egna medel: one project falls out"
    (slide,) = [each for each in Presentation(str(tmp_path / "deck.pptx")).slides if each.shapes.title.text == title]
    text = "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame).replace("\xa0", " ")
    for name in out:
        assert name in text
    assert ("Inget projekt kommer in" if lang == "sv" else "No project comes in") in text
    assert ("Saknas till projekten: " if lang == "sv" else "The projects lack ") in text
    assert "Regionens egna medel 2026" in text
    assert "→" in text
