"""Two strategies beside each other: one decides, another reports the same plan, and says what it would choose."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import numpy as np
import openpyxl
import pytest
from build import build
from click.testing import CliRunner

from rus_funding.cli import cli
from rus_funding.comparisons import compare as compared
from rus_funding.engine.engine import solve
from rus_funding.engine.retelling import retell
from rus_funding.errors import InvalidInput, UsageError
from rus_funding.model.reading import read_model
from rus_funding.model.strategies import other, weighed_by
from rus_funding.papers.report import report
from rus_funding.runs.batched import batch
from rus_funding.second_opinion import compare, second_opinion

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel

PORTFOLIO = Path(__file__).parents[1] / "models" / "lansportfolj-exempel"
NOW = [{"area": "a", "strategy": "now"}, {"area": "b", "strategy": "now", "weight": 2}]
NEXT = [{"area": "x", "strategy": "next", "weight": 3}, {"area": "y", "strategy": "next"}]
NAMES = [{"strategy": "now"}, {"strategy": "next"}]
MAPPING = [
    {"area": "a", "to": "x", "share": 1},
    {"area": "b", "to": "x", "share": 0.5},
    {"area": "b", "to": "y", "share": 0.5},
]


def two(**changes: Any) -> FundingModel:
    """100 kr for p (100 kr, 10 points in a) or q (100 kr, 8 in b): by weights 1 and 2 q is worth 16, p 10.

    By the coming strategy p has 10 points in x (worth 30), q has 4 in x and 4 in y (worth 16): it would choose p.
    """
    given: dict[str, Any] = {
        "areas": [*NOW, *NEXT], "strategies": NAMES, "mapping": MAPPING, "strategy": "now", "budgets": {"f": 100},
        "projects": [{"project": "p", "indivisible": True}, {"project": "q", "indivisible": True}],
        "costs": {"p": 100, "q": 100}, "contributions": {"p": "a", "q": "b"}, "benefits": {"p": 10, "q": 8},
    }  # fmt: skip
    return build(**given | changes)


def test_the_same_plan_is_told_in_the_other_strategys_areas() -> None:
    plan = solve(two())
    assert {p.project: p.kronor for p in plan.payments} == {"q": 100}
    told = retell(plan, "next", choose=False)
    assert [(a.area, a.kronor, a.share, a.points) for a in told.areas] == [("x", 50, 0.5, 4), ("y", 50, 0.5, 4)]
    assert (told.value, told.choice, told.chosen_value, told.moved) == (16, None, None, ())


def test_its_weights_would_choose_another_project() -> None:
    told = retell(solve(two()), "next")
    assert told.choice is not None
    assert told.choice.standing.name == "proven"
    assert told.chosen_value == 30
    assert [(a.chosen_kronor, a.chosen_points) for a in told.areas] == [(100, 10), (0, 0)]
    assert [(m.project, m.kronor, m.chosen_kronor) for m in told.moved] == [("p", 0, 100), ("q", 100, 0)]


def test_its_targets_hold_too() -> None:
    """With a target of 2 in x and nothing beyond, p is worth 3 · 2 = 6 and q 6 + 4 = 10: it would choose q as well."""
    coming = [{**NEXT[0], "target": 2, "beyond": 0}, NEXT[1]]
    told = retell(solve(two(areas=[*NOW, *coming])), "next")
    assert (told.value, told.chosen_value, told.moved) == (10, 10, ())


def test_the_rules_of_the_deciding_areas_hold_for_its_choice() -> None:
    """A floor of all kronor in b, and a fund that pays b alone: p is no choice, whatever x is worth."""
    floored = [NOW[0], {**NOW[1], "floor_share": 1}]
    assert retell(solve(two(areas=[*floored, *NEXT])), "next").moved == ()
    only = two(eligibility=[{"fund": "f", "by": "area", "value": "b"}])
    assert retell(solve(only), "next").moved == ()


def test_odd_kronor_add_up() -> None:
    told = retell(solve(two(costs={"p": 101, "q": 101}, budgets={"f": 101})), "next", choose=False)
    assert [a.kronor for a in told.areas] == [51, 50]


def test_points_that_follow_the_cost_go_over_too() -> None:
    told = retell(solve(two(benefits={})), "next", choose=False)
    assert [a.points for a in told.areas] == pytest.approx([0.05, 0.05])


@pytest.mark.parametrize("objective", ["value", "balance"])
def test_areas_that_report_decide_nothing(objective: str) -> None:
    """The plan, its proof and the second opinion are those of a model that has no other strategy."""
    given = two(objectives=[objective])
    alone = two(objectives=[objective], areas=NOW, strategies=[], mapping=[], strategy="")
    one, same = solve(given), solve(alone)
    assert (one.payments, one.value, one.standing.name) == (same.payments, same.value, "proven")
    opinion = second_opinion(given)
    assert not compare(opinion, one)


def test_where_no_strategy_is_named_every_area_decides() -> None:
    model = two(areas=[{"area": "a"}, {"area": "b", "weight": 2}], strategies=[], mapping=[], strategy="")
    assert model.areas is model["areas"]
    blank = two(areas=[{"area": "a"}, *NOW[1:], *NEXT])
    assert blank.areas["area"].tolist() == ["a", "b"]


def test_an_area_without_a_mapping_is_an_error_when_the_report_is_asked_for() -> None:
    model = two(mapping=MAPPING[:1])
    plan = solve(model)
    assert plan.planned
    with pytest.raises(InvalidInput) as caught:
        retell(plan, "next")
    (found,) = caught.value.problems
    assert (found.code, found.severity, found.place) == ("area_unmapped", "error", "mapping")
    assert found.fields["areas"] == ["b"]
    retell(solve(two()), "next", choose=False)  # what the remedy says mends it


@pytest.mark.parametrize(
    ("strategy", "said"),
    [("now", "'now' is the strategy that decides"), ("nxt", "no strategy 'nxt' to report. It has: next.")],
)
def test_what_is_no_other_strategy_is_refused(strategy: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        other(two(), strategy)


def test_the_weighed_model_keeps_costs_and_money() -> None:
    model = two()
    weighed = weighed_by(model, other(model, "next"))
    for table in ("costs", "budgets", "funds", "projects"):
        assert weighed[table] is model[table]
    assert np.all(weighed["areas"]["weight"][:2] == 0)
    assert dataclasses.replace(weighed, tables={}, strategy="now") == dataclasses.replace(model, tables={})


def test_the_command_tells_both_and_keeps_them_apart(tmp_path: Path) -> None:
    said = CliRunner().invoke(cli, ["solve", str(PORTFOLIO), "--strategy", "kommande", "--json"], standalone_mode=False)
    found = json.loads(said.stdout)
    told = found["strategy"]
    assert sum(area["kronor"] for area in told["areas"]) == found["funded"]
    assert told["choice"]["standing"] == "proven"
    assert told["choice"]["value"] > told["value"]
    model = tmp_path / "m"
    shutil.copytree(PORTFOLIO, model)
    text = (model / "mapping.csv").read_text(encoding="utf-8")
    (model / "mapping.csv").write_text(
        text.replace("kultur;mal-livskvalitet;1;illustrativt;no\n", ""), encoding="utf-8"
    )
    refused = CliRunner().invoke(cli, ["solve", str(model), "--strategy", "kommande"])
    assert "Områden utan övergång till strategin kommande: kultur" in str(refused.exception)


def test_papers_tell_the_other_strategy_where_it_is_asked_for(tmp_path: Path) -> None:
    """The same kronor as `retell` in page, workbook and annex; without the option not a word of it."""
    run = batch(two(), [], tmp_path / "run.sqlite", workers=0)
    with_it = report(run, tmp_path / "with", formats=["html", "xlsx", "docx"], strategy="next", lang="en")
    page = with_it.files["html"].read_text(encoding="utf-8")
    assert "The plan in another strategy: next" in page
    assert "It is no proposal." in page
    assert "Of that other plan: Proven best" in page
    book = openpyxl.load_workbook(with_it.files["xlsx"])
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    assert [(row[0], row[1]) for row in rows if row[0] in {"x", "y"}] == [("x", 50), ("y", 50)]
    annex = docx.Document(str(with_it.files["docx"]))
    assert any("The plan in another strategy: next" in paragraph.text for paragraph in annex.paragraphs)
    without = report(run, tmp_path / "without", formats=["html"], lang="en")
    assert "another strategy" not in without.files["html"].read_text(encoding="utf-8")
    with pytest.raises(UsageError, match="no strategy 'no' to report"):
        report(run, tmp_path / "refused", strategy="no")
    assert not list((tmp_path / "refused").glob("*"))


def test_scenarios_are_told_beside_each_other(tmp_path: Path) -> None:
    """With half the money nobody is funded (all is indivisible): that column has 0 kr, and there is one choice."""
    half = tmp_path / "half.toml"
    half.write_text('[[change]]\ntable = "budgets"\nmultiply = { amount = 0.5 }\n', encoding="utf-8")
    run = batch(two(), [half], tmp_path / "run.sqlite", workers=0)
    found = compared(run, strategy="next")
    rows = found.frame("by_strategy")[["area", "scenario", "kronor"]].to_numpy().tolist()
    assert rows == [["x", "baseline", 50], ["y", "baseline", 50], ["x", "half", 0], ["y", "half", 0]]
    told = found.as_dict()["by_strategy"]
    assert (told["baseline"]["choice"]["value"], told["half"]["choice"]) == (30, None)
    table = found.by_strategy.table("en")
    assert table.rows == (("x", "50 (50.0%)", "0 (–)"), ("y", "50 (50.0%)", "0 (–)"))
    assert any("It is no proposal." in note for note in table.notes)
    assert "by_strategy" not in compared(run).frames()


def test_the_portfolios_plan_is_that_of_its_own_areas_alone() -> None:
    model = read_model(PORTFOLIO)
    areas = model.areas
    blank = areas.replace(strategy=np.array([""] * areas.size, object))
    none = {name: model[name].take(np.zeros(0, np.int64)) for name in ("strategies", "mapping")}
    alone = model.replace(strategy="", tables={**model.tables, "areas": blank, **none})
    assert solve(model).payments == solve(alone).payments
