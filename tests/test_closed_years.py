"""Closed years: what is booked stands to the krona, and what remains is planned as if it were all (docs/model.md)."""

from __future__ import annotations

import copy
import os
import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from closed_years import GRANT, OWN, PAID, PROJECT, UNDER, by_place, decision, random_ledger

import rus_funding as rf
from rus_funding.engine.engine import Engine
from rus_funding.engine.publish import publish
from rus_funding.model.amounts import Amounts
from rus_funding.model.closed import carriers, opened
from rus_funding.model.index import Index
from rus_funding.model.model import document
from rus_funding.model.validation import validate
from rus_funding.proof.audit import audit
from rus_funding.proof.case import Case
from rus_funding.proof.verdict import verify
from rus_funding.scenarios import from_texts, prepare
from rus_funding.second_opinion import compare, second_opinion

if TYPE_CHECKING:
    from pathlib import Path

    from rus_funding.model.model import FundingModel

EXAMPLES = int(os.environ.get("EXAMPLES", "1"))
BOOKED = f"{PROJECT}--2026"


def grant(model: FundingModel) -> dict[int, int]:
    """What the 1:1 money pays, by year."""
    outcome = rf.solve(model)
    assert outcome.standing.proven
    return {year: kronor for (_, fund, year), kronor in by_place(outcome).items() if fund == GRANT}


# -- the decision


def test_the_entitlement_follows_what_is_booked() -> None:
    ledger = carriers(decision(UNDER, paid=PAID))
    costs = ledger.amounts.by_category.sum(axis=(0, 2))
    assert costs[ledger.index.categories.position["oh-20"]] == 395_910
    assert ledger.booked == {PROJECT: 3_530_462}
    assert ledger.entitled(PROJECT, GRANT, 2026) == 1_765_231
    assert ledger.had(PROJECT, GRANT) == 1_765_231
    assert ledger.stated[PROJECT, GRANT, 2026] - ledger.entitled(PROJECT, GRANT, 2026) == 131_970  # a recovery
    assert not ledger.unpaid


def test_delayed_costs_still_reach_the_grant_where_the_rate_is_of_the_total() -> None:
    model = decision(UNDER, paid=PAID, funds={"rate_basis": "total"}, own=1_000_000, replan="delay")
    paid = grant(model)
    assert paid == {2026: 1_765_231, 2027: 2_118_762, 2028: 2_180_071}
    assert sum(paid.values()) == 6_064_064


def test_where_the_rate_is_of_each_year_what_was_not_done_is_lost() -> None:
    paid = grant(decision(UNDER, paid=PAID, own=1_000_000, replan="delay"))
    assert sum(paid.values()) == 5_932_094 == 6_064_064 - 131_970


def test_unused_money_returns_only_as_carry_over_says() -> None:
    paid = grant(decision(UNDER, paid=PAID, funds={"carry_over": 1.0}, own=1_000_000, replan="delay"))
    assert paid[2027] == 1_986_792, "bound for later years is no more than was bound before"
    model = decision(UNDER, paid=PAID, funds={"carry_over": 1.0}, own=1_000_000, replan="delay")
    free = model.replace(tables={**model.tables, "authorisations": model["authorisations"].take([])})
    assert grant(free)[2027] == 2_118_762


def test_what_was_not_done_is_cut_with_its_points_or_delayed_without_loss() -> None:
    cut, late = (rf.solve(decision(UNDER, own=1_000_000, replan=replan)) for replan in ("cut", "delay"))
    assert late.value == pytest.approx(12_128.129)
    assert cut.value == pytest.approx(12_128.129 - 263.940)
    assert late.funded - cut.funded == 263_940


def test_a_cut_from_2027_leaves_2026_as_it_was() -> None:
    outcome = rf.solve(decision(own={2027: 193_396, 2028: 265_035}))
    booked, rest = sorted(outcome.projects, key=lambda one: one.project, reverse=True)
    assert (booked.project, booked.kronor, booked.share) == (BOOKED, 3_794_402, 1)
    assert rest.project == PROJECT
    assert 0 < rest.share < 1
    assert outcome.standing.proven


def test_what_is_kept_is_carried_out_whole_or_there_is_no_plan() -> None:
    short = {2027: 193_396, 2028: 265_035}
    assert rf.solve(decision(own=short, replan="keep")).standing.name == "infeasible"
    assert rf.solve(decision(replan="keep")).standing.proven


def test_an_outcome_that_is_the_plan_changes_nothing() -> None:
    plan = rf.solve(decision().replace(closed_through=None))
    again = rf.solve(decision())
    assert by_place(again) == by_place(plan)
    assert (again.funded, again.value) == (12_128_129, plan.value)


def test_what_no_fund_pays_its_owner_carries() -> None:
    outcome = rf.solve(decision(3_000_000))
    paid = by_place(outcome)
    assert sum(kronor for (_, _, year), kronor in paid.items() if year == 2026) == 1_155_000 + 3_000_000 * 6 // 5
    assert paid[PROJECT, "cash-own", 2026] == 4_755_000 - 350_000 - 1_897_201 - 978_000 - 569_201
    assert paid[PROJECT, OWN, 2026] == 569_201


# -- a project that has not begun, and one of which nothing remains


def test_a_candidate_that_should_have_begun_has_fallen_away_unless_it_is_delayed() -> None:
    model = decision()
    none = model.replace(tables={**model.tables, "booked": model["booked"].take([])})
    assert [one.reason for one in rf.solve(none).projects] == ["withdrawn"]
    late = none["projects"].replace(replan=np.asarray(["delay"], object))
    late = none.replace(tables={**none.tables, "projects": late})
    assert opened(late)["costs"]["amount"].sum() == model["costs"]["amount"].sum()


def test_when_every_year_is_closed_only_what_is_booked_stands() -> None:
    outcome = rf.solve(decision(closed=2028))
    assert [one.project for one in outcome.projects] == [f"{PROJECT}--2028"]
    assert outcome.funded == 3_794_402


# -- anybody's ledger


@pytest.mark.parametrize("seed", range(20 * EXAMPLES))
def test_no_booked_krona_moves_whatever_the_ledger_says(seed: int) -> None:
    model = random_ledger(seed)
    assert not [one for one in validate(model) if one.code.startswith(("claim", "booked", "closed"))]
    ledger = carriers(model)
    outcome = Engine().solve(model)
    if outcome.standing.name == "infeasible":  # by what remains: commitments, held projects, floors
        assert opened(model).past.projects or not ledger.booked
        return
    assert outcome.planned
    amounts = Amounts(outcome.model, Index(outcome.model))
    booked = dict(zip(amounts.index.projects.ids, amounts.by_category.sum(axis=1).tolist(), strict=True))
    theirs = dict(zip(ledger.index.projects.ids, ledger.amounts.by_category.sum(axis=1).tolist(), strict=True))
    named = {name: next(p for p in theirs if name.startswith(f"{p}--")) for name in outcome.model.past.projects}
    closed = outcome.model.past.through
    for name, project in named.items():
        assert booked[name] == theirs[project]
    for payment in outcome.payments:
        assert (payment.project in named) == (payment.year <= closed)
    for (project, fund, year), kronor in ledger.paid.items():
        mine = next(name for name, p in named.items() if p == project)
        assert kronor == sum(p.kronor for p in outcome.payments if (p.project, p.fund, p.year) == (mine, fund, year))
    assert sum(one.kronor for one in outcome.projects if one.project in named) == sum(ledger.booked.values())


CHANGES = """
title = "Allt ändras"

[[change]]
table = "costs"
multiply = { amount = 1.5 }

[[change]]
table = "budgets"
multiply = { amount = 0.5 }

[[change]]
table = "funds"
multiply = { max_rate = 0.5 }
"""


@pytest.mark.parametrize("seed", range(4 * EXAMPLES))
def test_no_scenario_moves_the_past(seed: int) -> None:
    model = random_ledger(1000 + seed)
    scenario = from_texts([("allt.toml", CHANGES)])
    changed = prepare(model, scenario).family.applied(0)
    assert carriers(changed, model).paid == carriers(model).paid
    assert opened(changed, model).past.booked == opened(model).past.booked


def test_a_scenario_of_the_decision_moves_only_what_is_open() -> None:
    model = decision(UNDER, paid=PAID)
    scenario = from_texts([("allt.toml", CHANGES)])
    before, after = by_place(rf.solve(model)), by_place(rf.solve(model, scenario))
    first = {place: kronor for place, kronor in before.items() if place[2] == 2026}
    assert first == {place: kronor for place, kronor in after.items() if place[2] == 2026}
    assert before != after


@pytest.mark.parametrize("seed", range(5 * EXAMPLES))
def test_the_second_opinion_knows_closed_years(seed: int) -> None:
    outcome = Engine().solve(random_ledger(2000 + seed))
    assert compare(second_opinion(outcome.model), outcome) == ()


def test_a_released_plan_with_closed_years_is_verified(tmp_path: Path) -> None:
    model = decision(UNDER, paid=PAID, funds={"rate_basis": "total"}, own=1_000_000, replan="delay")
    publish(rf.solve(model), tmp_path / "plan.json", options={})
    verdict = verify(str(tmp_path / "plan.json"))
    assert verdict.verified
    assert verdict.checked.standing.proven


@pytest.mark.parametrize(
    ("table", "column", "by", "rule"),
    [("booked", "amount", 1, "booked"), ("costs", "amount", 1, "booked"), ("past", "paid", 1, "past")],
)
def test_the_auditor_finds_a_past_that_was_moved(table: str, column: str, by: int, rule: str) -> None:
    outcome = rf.solve(decision(UNDER, paid=PAID, own=1_000_000))
    record = copy.deepcopy(document(outcome.model))
    payments = [(p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments]
    assert audit(Case.of(record), payments) == []
    if table == "past":
        row = next(row for row in record["past"][column] if row[1] == GRANT)
        row[2] -= by
    else:
        rows = record["tables"][table]
        rows[column][rows["year"].index(2026)] -= by
    assert rule in {one.label[0] for one in audit(Case.of(record), payments)}


def test_the_order_of_the_ledger_decides_nothing() -> None:
    model = random_ledger(7)
    rng = random.Random(7)

    def shuffled(name: str):
        rows = model[name]
        return rows.take(rng.sample(range(rows.size), rows.size))

    other = model.replace(tables={name: shuffled(name) for name in model.tables})
    assert carriers(other).paid == carriers(model).paid
    assert Engine().solve(other).payments == Engine().solve(model).payments
