"""What a plan looks like: its tables to the krona, its sentences, and the page as a whole (`golden/solve-*.txt`).

``UPDATE_GOLDEN=1 pytest tests/test_terminal.py`` writes the golden pages anew; read the difference before it is kept.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import os
import re
import string
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from build import build
from random_models import random_model
from rich.console import Console
from rich.text import Text

from rus_funding.engine.engine import solve
from rus_funding.engine.figures import Figures, apportioned
from rus_funding.engine.plan import Outcome, Rule
from rus_funding.errors import Problem
from rus_funding.model.reading import read_model
from rus_funding.papers.rules import rules
from rus_funding.papers.tables import tables
from rus_funding.papers.terminal import show
from rus_funding.papers.texts import TEXTS
from rus_funding.program.formulation import RULES
from rus_funding.proof.rows import UNTOLD
from rus_funding.proof.standing import NOTHING_KNOWN, Standing
from rus_funding.words.layout import text
from rus_funding.words.printing import write
from rus_funding.words.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.model.model import FundingModel

HERE = Path(__file__).parent
MODELS = HERE.parent / "models"
DECISION, PORTFOLIO, SMALL = "orebro-rus-2026-2028", "lansportfolj-exempel", "litet-exempel"


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    return {name: solve(read_model(MODELS / name)) for name in (DECISION, PORTFOLIO, SMALL)}


def page(outcome: Outcome, lang: str = "sv", width: int = 100, *, terminal: bool = False) -> str:
    file = io.StringIO()
    colours = "standard" if terminal else None
    show(outcome, lang, Console(file=file, width=width, highlight=False, force_terminal=terminal, color_system=colours))
    return file.getvalue()


def table(outcome: Outcome, name: str, lang: str = "sv") -> Table:
    return next(each for each in tables(outcome, lang) if each.name == name)


def cells(each: Table) -> dict[str, tuple[Any, ...]]:
    """The rows and the total by name, group columns apart."""
    at = [i for i, column in enumerate(each.columns) if column.kind != "group"]
    return {str(row[at[0]]): tuple(row[i] for i in at[1:]) for row in (*each.rows, *filter(None, [each.total]))}


# --- the decision, to the krona -----------------------------------------------------------------------------------


def check_decision(outcome: Outcome) -> None:
    assert cells(table(outcome, "costs")) == {
        "Egen personal": (2_199_502, 2_265_487, 2_333_452, 6_798_441),
        "Externa tjänster": (1_120_000, 1_220_000, 1_525_000, 3_865_000),
        "Resor och logi": (35_000, 35_000, 35_000, 105_000),
        "Schablonkostnader: OH 20%": (439_900, 453_098, 466_690, 1_359_688),
        "Summa bokförda kostnader": (3_794_402, 3_973_585, 4_360_142, 12_128_129),
    }
    assert cells(table(outcome, "financing")) == {
        "Region Örebro län 1:1-medel (offentlig kontant)": (1_897_201, 1_986_792, 2_180_071, 6_064_064),
        "Region Örebro län: Övriga medel (offentlig kontant)": (978_000, 1_250_000, 1_300_000, 3_528_000),
        "Region Örebro län: FUM (offentlig kontant)": (569_201, 386_793, 530_071, 1_486_065),
        "Deltagaravgifter Framtidsforum (privat kontant)": (350_000, 350_000, 350_000, 1_050_000),
        "Summa finansiering": (3_794_402, 3_973_585, 4_360_142, 12_128_129),
    }


def test_the_decisions_table_comes_out_to_the_krona(outcomes: dict[str, Outcome]) -> None:
    check_decision(outcomes[DECISION])


def test_the_decisions_table_is_that_of_its_source(outcomes: dict[str, Outcome]) -> None:
    with (MODELS / "sources" / f"{DECISION}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for name, section in (("costs", "cost"), ("financing", "financing")):
        expected = {
            row["name"]: tuple(int(row[column]) for column in ("2026", "2027", "2028", "total"))
            for row in rows
            if row["section"] == section
        }
        assert cells(table(outcomes[DECISION], name)) == expected
        assert list(cells(table(outcomes[DECISION], name))) == list(expected)  # in the decision's order


def test_fum_is_the_residual_because_it_is_drawn_last_not_because_its_budget_says_so() -> None:
    model = read_model(MODELS / DECISION)
    budgets = model["budgets"]
    loose = budgets.replace(amount=np.where(budgets["fund"] == "rol-fum", 1_000_000, budgets["amount"]))
    outcome = solve(model.replace(tables={**model.tables, "budgets": loose}))
    check_decision(outcome)
    assert cells(table(outcome, "funds"))["Region Örebro län: FUM (offentlig kontant)"][-1] == 3_000_000 - 1_486_065


def test_financiers_are_grouped_as_in_a_decision(outcomes: dict[str, Outcome]) -> None:
    groups = [row[0] for row in table(outcomes[PORTFOLIO], "financing").rows]
    assert list(dict.fromkeys(groups)) == ["Offentlig kontant", "Privat kontant", "Offentligt bidrag i annat än pengar"]
    assert groups.count("Offentlig kontant") == 7


# --- sums ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_every_table_adds_up(seed: int) -> None:
    outcome = solve(random_model(seed))
    if outcome.status != "optimal":
        assert "Summa" not in page(outcome)
        return
    figures = Figures(outcome)
    costs, financing = cells(table(outcome, "costs")), cells(table(outcome, "financing"))
    assert costs["Summa bokförda kostnader"] == financing["Summa finansiering"]
    assert costs["Summa bokförda kostnader"][-1] == outcome.funded
    most = figures.amounts.by_category.sum(axis=0)
    at = figures.amounts.index
    for (category, year), kronor in figures.settled.items():
        assert 0 <= kronor <= most[at.categories.position[category], at.years.position[year]]
    assert sum(figures.by_area.values()) == outcome.funded
    assert min(figures.unused.values()) >= 0
    for fund in figures.model["funds"]["fund"].tolist():
        came = 0
        for year in figures.years:
            moved, left = figures.carried[fund, year], figures.unused[fund, year]
            assert figures.budgets[fund, year] + came == figures.paid[fund, year] + moved + left
            came = moved
        assert came == 0
        share = Fraction(repr(figures.column("funds", "fund", "carry_over")[fund]))
        for year in figures.years:
            moved = figures.carried[fund, year]
            assert moved <= share * (moved + figures.unused[fund, year]) + 1
    reached = sum(row[-2] * (row[-3] or 1) for row in table(outcome, "areas").rows)  # type: ignore[operator]
    assert reached + sum(figures.ties or ()) >= outcome.value - 1e-6  # points past a target count less


def test_a_partly_paid_class_is_divided_by_largest_remainder() -> None:
    model = build(
        categories=[{"category": "staff"}, {"category": "travel"}, {"category": "rent"}],
        costs={("p", "staff"): 100, ("p", "travel"): 50, ("p", "rent"): 50},
        budgets={"f": 101},
    )
    assert dict(Figures(solve(model)).settled) == {("rent", 2026): 25, ("staff", 2026): 51, ("travel", 2026): 25}
    assert apportioned(0, [0, 0]) == [0, 0]
    assert apportioned(5, [Fraction(1, 3), Fraction(2, 3)]) == [2, 3]


def test_money_moves_as_much_as_the_plan_needs() -> None:
    model = build(
        years=(2026, 2027, 2028),
        funds=[{"fund": "f", "carry_over": 0.5}],
        costs={"p": {2026: 10, 2027: 120, 2028: 90}},
        budgets={"f": {2026: 100, 2027: 100, 2028: 90}},
        projects=[{"project": "p", "status": "committed"}],
    )
    figures = Figures(solve(model))
    assert [figures.carried["f", year] for year in model.years] == [20, 0, 0]
    assert [figures.unused["f", year] for year in model.years] == [70, 0, 0]


# --- sentences -----------------------------------------------------------------------------------------------------


def leaves(words: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(words, dict):
        for key, inner in words.items():
            yield from leaves(inner, f"{place}/{key}")
    elif isinstance(words, tuple):
        for i, inner in enumerate(words):
            yield from leaves(inner, f"{place}/{i}")
    else:
        yield place, words


def test_both_languages_say_the_same_things() -> None:
    def fields(words: Any) -> dict[str, set[str | None]]:
        return {place: {part[1] for part in string.Formatter().parse(said)} for place, said in leaves(words)}

    assert fields(TEXTS["sv"]) == fields(TEXTS["en"])
    assert all(said.strip() for lang in TEXTS for _, said in leaves(TEXTS[lang]))


def test_every_binding_rule_has_its_sentence(outcomes: dict[str, Outcome]) -> None:
    """One rule of each kind that `engine.binding` may name, in both languages."""
    model = outcomes[PORTFOLIO].model
    labels = [
        ("budget", "rol-fum", "2026"),
        ("authorisation", "rol-1-1", "2026"),
        ("rate", "samordning", "rol-1-1", "2026"),
        ("rate", "samordning", "esf-plus", "total"),
        ("cap", "samordning", "rol-1-1"),
        ("group_min", "kommunal-insats", "yrkesvaxling"),
        ("group_max", "eu-samlat", "yrkesvaxling"),
        ("area_floor", "halsa"),
        ("area_cap", "klimat"),
        ("diversification", "rol-1-1"),
        ("territorial", "orebro"),
        ("participation", "almi"),
        ("commitment", "livsmedel", "rol-1-1", "2026", "paid"),
        ("requires", "godsnav", "godsstudie"),
        ("excludes", "vatgas", "laddstrak"),
        ("least_grant_min", "samordning", "rol-1-1"),
        ("viability_min", "uppkoppling"),
        ("viability_max", "uppkoppling"),
        ("indivisible", "vatgas"),
        ("perspective", "kvinnor"),
    ]
    women = {"perspective": "kvinnor", "name": "Kvinnor", "kind": "gender", "floor_share": 0.4}
    model = model.replace(tables={**model.tables, "perspectives": build(perspectives=[women])["perspectives"]})
    assert {label[0] for label in labels} == set(TEXTS["sv"]["rule_texts"])
    bound = tuple(Rule(label, 1.0, 0.0, -0.25 if "min" in label[0] else 0.25) for label in labels)
    figures = Figures(dataclasses.replace(outcomes[PORTFOLIO], model=model, rules=bound))
    for lang in TEXTS:
        assert len(rules(figures, lang).rows) == len(labels) - 1  # `viability_max` says what was chosen
    assert {str(row[0]) for row in rules(figures, "sv").rows} >= {
        "Högst 50\u00a0% från Region Örebro län: 1:1-medel, 2026: Samordning av strategins genomförande",
        "Minst 30\u00a0% eller inget: Robust uppkoppling på landsbygden",
        "Minst 40\u00a0% till perspektivet Kvinnor",
        "Minst 50\u00a0000 kr eller inget från Region Örebro län: 1:1-medel: Samordning av strategins genomförande",
        "Minst 3 projekt med Almi",
    }
    assert model["actors"].size  # the model is the one the labels are of


def test_the_rules_of_the_program_are_those_with_sentences() -> None:
    helpers = {"funded_total", "area_total", "municipal_total", *UNTOLD}
    seen: set[str] = set()
    for seed in range(60):
        from rus_funding.model.amounts import Amounts
        from rus_funding.model.index import Index
        from rus_funding.model.portfolio import Portfolio
        from rus_funding.program.formulation import Columns

        model = random_model(seed)
        index = Index(model)
        at = Portfolio(index, Amounts(model, index))
        columns = Columns(at)
        seen |= {block.rule for rule in RULES for block in rule(at, columns)}
    assert seen - helpers == set(TEXTS["sv"]["rule_texts"])


def test_like_rules_are_one_sentence_in_file_order(outcomes: dict[str, Outcome]) -> None:
    (first, second) = table(outcomes[SMALL], "rules").rows
    assert first == ("Budget 2027: Kumla kommuns medfinansiering och Regionens egna medel",)
    assert str(second[0]).endswith("2027: Kompetenslyft i industrin, Tryggt resecentrum i Kumla och Tillgänglig natur")


def test_where_everything_is_funded_no_rule_costs_anything(outcomes: dict[str, Outcome]) -> None:
    assert table(outcomes[DECISION], "rules").rows == ()
    assert "får allt de kostar: mer pengar ger inget mer." in page(outcomes[DECISION])


def test_a_limit_on_a_project_that_is_not_funded_is_left_out(outcomes: dict[str, Outcome]) -> None:
    labels = [("cap", project, "rol-1-1") for project in ("samordning", "vatgas")]
    bound = tuple(Rule(label, 1.0, 0.0, 0.5) for label in labels)
    figures = Figures(dataclasses.replace(outcomes[PORTFOLIO], rules=bound))
    (row,) = rules(figures, "en").rows
    assert row[0] == "At most SEK 12,000,000 from Region Örebro län: 1:1-medel: Samordning av strategins genomförande"


def test_every_reason_is_said_under_the_projects(outcomes: dict[str, Outcome]) -> None:
    assert set(TEXTS["sv"]["reasons"]) == {"ordinary", "few_partners", "excluded", "no_fund", "left_out"}
    shown = page(outcomes[PORTFOLIO])
    for reason in ("ordinary", "few_partners"):
        assert TEXTS["sv"]["reasons"][reason] in shown
    said = {row[1]: row[0] for row in table(outcomes[PORTFOLIO], "projects").rows}
    codes = {result.reason for result in outcomes[PORTFOLIO].projects}
    assert codes == {"", "ordinary", "few_partners", "not_funded", "part_funded"}
    assert {"Finansieras delvis", "Finansieras inte"} <= set(said.values())  # nobody asked why, so nothing is said
    assert said["Löpande drift av utvecklingskansliet"] == "Finansieras inte: ordinarie verksamhet"
    assert said["Samordning av strategins genomförande"] == "Finansieras helt"


# --- the page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "lang"), [(DECISION, "sv"), (DECISION, "en"), (SMALL, "sv"), (SMALL, "en")])
def test_the_page_is_as_it_was(outcomes: dict[str, Outcome], name: str, lang: str) -> None:
    golden = HERE / "golden" / f"solve-{name}-{lang}.txt"
    shown = page(outcomes[name], lang)
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("width", [60, 72, 80, 100, 120])
def test_no_number_is_cut_and_no_line_is_too_long(outcomes: dict[str, Outcome], width: int, lang: str) -> None:
    outcome = outcomes[PORTFOLIO]
    lines = page(outcome, lang, width).splitlines()
    assert max(map(len, lines)) <= width
    shown = " ".join(lines)
    for each in tables(outcome, lang):
        for row in each.rows[:15]:
            for cell, column in zip(row, each.columns, strict=True):
                if column.kind not in ("text", "group"):
                    assert text(cell, column, lang) in shown
    for name in outcome.model["projects"]["name"].tolist():
        assert all(word in shown for word in name.split() if len(word) <= 16)


def test_no_line_ends_in_space_and_colour_is_for_terminals(outcomes: dict[str, Outcome]) -> None:
    plain = page(outcomes[SMALL])
    assert "\x1b" not in plain
    assert not [line for line in plain.splitlines() if line != line.rstrip()]
    coloured = page(outcomes[SMALL], terminal=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured).split() == plain.split()


def test_names_cannot_steer_the_terminal() -> None:
    model = build(projects=[{"project": "p", "name": "a\x1b[2Jb\rc\u202ed"}], costs={"p": 10}, budgets={"f": 10})
    assert "a\ufffd[2Jb\ufffdc\ufffdd" in page(solve(model))


def test_names_with_braces_are_shown_as_they_are() -> None:
    model = build(
        funds=[{"fund": "f", "name": "{fund} {}", "max_rate": 0.5}, {"fund": "g"}],
        projects=[{"project": "p", "name": "{0}"}],
        costs={"p": 100},
        budgets={"f": 100, "g": 20},
    )
    shown = page(solve(model))
    assert "Högst 50\u00a0% från {fund} {}, 2026: {0}" in shown


def test_a_plan_with_choices_is_proven_like_any_other(outcomes: dict[str, Outcome]) -> None:
    for name, bound in ((PORTFOLIO, "506\u00a0545,13"), (DECISION, "12\u00a0128,13")):
        shown = " ".join(page(outcomes[name]).split("\n"))
        assert f"Bevisat bäst: ingen plan som håller reglerna är värd mer än {bound} poäng" in shown


def test_a_plan_that_is_not_proven_is_shown_with_how_much_better_another_may_be(outcomes: dict[str, Outcome]) -> None:
    outcome = dataclasses.replace(
        outcomes[PORTFOLIO], status="time_limit", standing=Standing("within", Fraction(31, 10_000))
    )
    shown = page(outcome)
    assert "Ingen plan kan vara mer än 0,31\u00a0% bättre:" in shown
    assert "Summa finansiering" in shown
    assert "bevisat bäst" not in shown.lower()


def test_a_project_that_whole_kronor_leave_out_is_named(outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[SMALL]
    projects = tuple(dataclasses.replace(p, given_up=1) if p.project == "natur" else p for p in outcome.projects)
    left = dataclasses.replace(outcome, left_out=("natur",), projects=projects)
    shown = " ".join(page(left).split("\n"))
    assert "Tillgänglig natur utelämnas: ingen fördelning i hela kronor av projektets kostnader håller" in shown
    assert "; 1\u00a0kr får ingen källa betala." in shown
    smaller = dataclasses.replace(outcome, scaled_down=("natur",))
    assert "Tillgänglig natur genomförs i mindre skala: ingen" in page(smaller)


def test_what_rests_on_unverified_values_is_said(outcomes: dict[str, Outcome]) -> None:
    shown = page(outcomes[PORTFOLIO])
    assert "Overifierade värden, rader: Områden 13 av 13, Källor 10 av 10, Budget 60 av 60" in shown
    assert shown.rstrip().endswith("rus-funding check MODELL")
    assert "Overifierade värden, rader: Deltagare 2 av 5." in page(outcomes[DECISION])
    assert "Varningar" not in page(outcomes[SMALL])


def test_many_warnings_are_counted() -> None:
    found = [
        Problem("fund_unused", f"funds.csv {i}", f"Warning {i}.", "Mend it.", severity="warning") for i in range(9)
    ]
    model = build(costs={"p": 10}, budgets={"f": 10}).replace(warnings=tuple(found))
    shown = page(solve(model), "en")
    assert "Warning 3." in shown
    assert "Warning 4." not in shown
    assert "5 more warnings." in shown


def test_an_odd_krona_given_up_is_said() -> None:
    model = build(
        funds=[{"fund": "f", "max_rate": 0.5}, {"fund": "g", "max_rate": 0.5}],
        costs={"p": 101},
        budgets={"f": 100, "g": 100},
    )
    outcome = solve(model)
    assert outcome.funded == 100
    shown = page(outcome)
    assert ">99,0\u00a0%" in shown or "99,0\u00a0%" in shown
    assert "p: 1\u00a0kr får ingen källa betala" in shown


# --- no plan -------------------------------------------------------------------------------------------------------


def infeasible() -> FundingModel:
    return build(
        funds=[{"fund": "f"}],
        costs={"p": 100, "q": 10},
        budgets={"f": 50},
        projects=[{"project": "p", "status": "committed"}, {"project": "q"}],
        actors=[{"actor": "lead", "min_projects": 1}],
        commitments=[{"project": "q", "fund": "f", "year": 2026, "amount": 5, "kind": "decided"}],
        required=["q"],
    )


def test_an_infeasible_model_names_the_rules_in_conflict_and_the_cheapest_way_out() -> None:
    shown = page(solve(infeasible())).replace("\u00a0", " ")
    assert "Ingen plan kan hålla dessa regler: de motsäger varandra." in shown
    assert "• Projektet p är bundet och ska genomföras helt; det kostar 100 kr." in shown
    assert "• Budgeten för f är 50 kr 2026." in shown
    assert "Billigaste vägen ut (60 kr): höj budgeten för f 2026 med 60 kr, från 50 kr till 110 kr." in shown


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("status", ["infeasible", "time_limit", "error"])
def test_without_a_plan_nothing_looks_like_one(outcomes: dict[str, Outcome], status: str, lang: str) -> None:
    model = outcomes[PORTFOLIO].model
    shown = page(Outcome(model, status, message="the solver says: nothing"), lang)
    unknown = {"sv": "Räkningen blev inte klar: ", "en": "The computation did not finish: "}
    assert shown.splitlines()[1].startswith(unknown[lang])
    assert TEXTS[lang]["sum_financing"] not in shown
    assert TEXTS[lang]["proof"] not in shown.splitlines()
    for line in shown.splitlines():
        assert "─" not in line
        assert not re.search(r"\d[\u00a0,]\d{3}", line)


def test_a_result_that_fails_its_check_is_not_shown(outcomes: dict[str, Outcome]) -> None:
    outcome = dataclasses.replace(outcomes[SMALL], status="error", message="a rule is broken", standing=NOTHING_KNOWN)
    shown = page(outcome)
    assert "resultatet klarade inte kontrollen (a rule is broken)" in shown
    assert "Summa" not in shown


def test_a_row_has_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="a row of 1 cells under 2 columns"):
        Table("t", "T", (Column("a"), Column("b")), (("x",),))


def test_a_sentence_is_not_broken_inside_a_number() -> None:
    console = Console(width=20, file=io.StringIO(), highlight=False)
    write(console, [Text("Det kostar planen 8\u00a0668 poäng.")])
    assert console.file.getvalue() == "Det kostar planen\n8\u00a0668 poäng.\n"
