"""Models on which plans were once called proven that were not: what stands of each now, and that it can be checked."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from build import build

from rus_funding.engine.engine import Engine, solve
from rus_funding.engine.publish import record_of
from rus_funding.model.model import document
from rus_funding.model.reading import read_model
from rus_funding.model.rows import Rows
from rus_funding.proof.case import Case
from rus_funding.proof.ledger import Ledger
from rus_funding.proof.standing import allowance, gap
from rus_funding.proof.tree import worst

ROOT = Path(__file__).parents[1]
KERNEL = ROOT / "tests" / "data" / "kernel"
COUNTY = ROOT / "models" / "lansportfolj-exempel"
# by folder: the standing, and what an objective comes to in kronor (name, figure, how near)
PROVEN = {
    "above-bound": ("reach", 2.7046, 0.01),
    "balance-zero-cost": ("balance", 405.7556, 7.0),
    "hang": ("value", 1889234.14, 0.01),
    "hang-2": ("draw_order", 259007145428.0, 1000.0),
    "huge-error-243": ("balance", 547025092151.7, 2000.0),
    "huge-error-962": ("reach", 56555.5039, 0.002),
    "huge-value-2373": ("value", 188933910.78, 0.02),
    "huge-value-3518": ("value", 109952309.379, 0.02),
    "kept-row-lost": ("value", 305.01, 0.01),
    "nocost-floor": ("value", 875.0, 0.0),
    "nocost-floor-random479": ("value", 0.1087545, 1e-6),
    "odd-krona": ("value", 600.0, 0.002),
    "reach-scale": ("reach", 8.887188, 1e-4),
    "release-refused": ("value", 108015.392, 1.0),
    "release-refused-tiny": ("balance", 7.6137, 16.0),
    "a-krona-short": ("value", 101.0, 0.0),
}
WITHIN = {"group-rate-krona": 0.0, "indivisible-odd-krona": 0.0, "case74": 0.0}  # the value of the plan


@pytest.mark.parametrize("name", PROVEN)
def test_what_was_lost_is_kept_and_proven(name):
    objective, figure, near = PROVEN[name]
    outcome = solve(read_model(KERNEL / name), seconds=60)
    assert outcome.standing.name == "proven", outcome.message
    goals = {goal.name: goal for goal in outcome.checked.goals}
    assert float(goals[objective].figure) == pytest.approx(figure, abs=near)
    assert record_of(outcome)["standing"]["name"] == "proven"  # the check that `solve -o` passes through is the same


@pytest.mark.parametrize("name", WITHIN)
def test_what_no_whole_kronor_reach_is_a_plan_within_its_bound(name):
    outcome = solve(read_model(KERNEL / name), seconds=60)
    assert outcome.standing.name == "within"
    assert outcome.value == pytest.approx(WITHIN[name], abs=1e-9)
    assert outcome.gap == 1.0
    assert record_of(outcome)["standing"] == {"name": "within", "gap": 1.0}


@pytest.mark.parametrize("name", ["case74", "case119", "case172", "case194", "case196"])
def test_solve_and_its_own_check_say_the_same(name):
    outcome = solve(read_model(KERNEL / name))
    assert outcome.planned
    assert record_of(outcome)["standing"]["name"] == outcome.standing.name


def test_a_project_without_costs_costs_nobody_anything():
    """The county portfolio with one unfinished row: 500 points more, and not a krona fewer."""
    model, extra = read_model(COUNTY), "utan-kostnad"
    plain = solve(model)

    def with_row(table, **cells):
        rows = model[table]
        blank = {name: column[:1].copy() for name, column in rows.columns.items()}
        for name, value in cells.items():
            blank[name][0] = value
        return Rows({name: np.concatenate([column, blank[name]]) for name, column in rows.columns.items()})

    area = model["areas"]["area"][0]
    more = model.replace(
        tables={
            **model.tables,
            "projects": with_row("projects", project=extra, name=extra, status="candidate", min_share=0.0,
                                 indivisible=False),
            "contributions": with_row("contributions", project=extra, area=area, share=1.0, benefit=500.0),
        }
    )  # fmt: skip
    outcome = solve(more)
    assert outcome.standing.proven
    assert outcome.funded == plain.funded
    assert outcome.value >= plain.value


def test_choices_are_proven_exactly():
    outcome = solve(read_model(COUNTY))
    assert outcome.standing.proven
    assert outcome.certificate.choices
    assert outcome.checked.bound - outcome.checked.value < Fraction(1, 10**7) * outcome.checked.bound


def test_a_conflict_is_proven_or_not_claimed():
    """Two projects that must both be whole, and a krona too little for them."""
    model = build(
        costs={"p": 20_000_000, "q": 20_000_000},
        budgets={"f": 39_999_999},
        projects=[{"project": p, "status": "committed"} for p in "pq"],
    )
    outcome = solve(model)
    assert (outcome.status, outcome.standing.name) == ("infeasible", "infeasible")
    (proof,) = outcome.certificate.proofs
    assert worst(Case.of(document(model)), proof).bound is None
    enough = build(
        costs={"p": 20_000_000, "q": 20_000_000},
        budgets={"f": 40_000_000},
        projects=[{"project": p, "status": "committed"} for p in "pq"],
    )
    assert solve(enough).standing.proven


def test_a_conflict_of_choices_is_proven_leaf_by_leaf():
    model = build(
        costs={"p": 100, "q": 100, "r": 100},
        budgets={"f": 150},
        projects=[{"project": p, "indivisible": True} for p in "pq"] + [{"project": "r"}],
        dependencies=[{"project": "p", "kind": "excludes", "other": "q"}],
    ).replace(required=("p", "q"))
    outcome = solve(model)
    assert outcome.standing.name == "infeasible"
    assert worst(Case.of(document(model)), outcome.certificate.proofs[0]).bound is None


def test_a_search_that_is_stopped_shows_what_it_has():
    model = read_model(COUNTY)
    rows = model["projects"]
    half = rows.replace(min_share=np.maximum(rows["min_share"], 0.5))
    model = model.replace(tables={**model.tables, "projects": half})
    outcome = Engine().solve(model)
    assert outcome.standing.proven
    assert outcome.value == pytest.approx(506_533.767, abs=0.1)


@pytest.mark.parametrize(
    ("bound", "value", "share"), [(100, 75, Fraction(1, 4)), (0, 0, 0), (0, -1, 1), (-100, -150, Fraction(1, 2))]
)
def test_the_gap_is_a_share_of_the_bound(bound, value, share):
    assert gap(Fraction(bound), Fraction(value)) == share


def test_a_plan_without_payments_may_be_off_by_the_rounding_of_all_points_there_are() -> None:
    case = Case.of(document(build(costs={"p": 100, "q": 50}, benefits={"p": 3, "q": 2}, budgets={"f": 0})))
    assert allowance(case, Ledger.of([]), "value") == Fraction(5, 10**12)
    one = Ledger.of([("p", "f", 2026, "costs", 1)])
    assert allowance(case, one, "value") == Fraction(5, 10**12) + Fraction(3, 100)
