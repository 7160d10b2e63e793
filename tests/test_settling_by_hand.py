"""The parts of settling on numbers small enough to settle by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from build import build
from test_settling import halves, work_of

from rus_funding.engine.engine import Engine
from rus_funding.engine.settling.aim import Terms, newcomers, target
from rus_funding.engine.settling.broken_projects import Finder, Trouble
from rus_funding.engine.settling.exchange import draw_earlier
from rus_funding.engine.settling.grants import Grants
from rus_funding.engine.settling.integer_program import few_kronor
from rus_funding.engine.settling.missing_kronor import fill_up
from rus_funding.engine.settling.nearby_rows import Near
from rus_funding.engine.settling.rows import effective_budget, integer_rows
from rus_funding.engine.settling.short_rates import in_short
from rus_funding.engine.settling.smaller_or_out import _carried_out
from rus_funding.engine.settling.smaller_scales import Denominators, denominators, shared

TWO = (2026, 2027)
THREE = (2026, 2027, 2028)


def portfolio(**tables):
    f, amounts = Engine().prepare(build(**tables))
    return f.at, amounts


@pytest.mark.parametrize(
    ("floats", "cells"),
    [
        ((10.7, 10.2, 10.6), [11, 10, 10]),  # 31.5 are 31: one for the largest remainder
        ((10.8, 10.4, 10.8), [11, 10, 11]),  # 32
        ((10.4, 10.4, 10.4), [11, 10, 10]),  # as much for all: the first
        ((10.0, 10.5, 10.6), [10, 10, 11]),  # a cell that is whole gets no more
        ((10.2, 10.2, 10.2), [10, 10, 10]),  # 30.6
    ],
)
def test_the_largest_remainders_are_rounded_up(floats, cells) -> None:
    at, amounts = portfolio(years=THREE, costs={"p": dict.fromkeys(THREE, 20), "q": {2026: 9}}, budgets={"f": 90})
    y = np.asarray([*floats, 4.5])
    aim = target(at, amounts, np.asarray([sum(floats) / 60, 0.5]), y)
    assert aim.project.tolist() == [sum(cells), 4]
    assert aim.cells(at, y).tolist() == [*cells, 4]


def test_who_pays_the_cost_who_pays_others_and_who_pays_nothing() -> None:
    at, _ = portfolio(years=TWO, costs={"p": {2026: 100, 2027: 50}}, budgets={"f": 100, "g": 100, "h": 100})
    assert newcomers(at, np.asarray([100.0, 0, 0, 0, 50, 0])).tolist() == [0, 1, 2, 1, 0, 2]


def test_what_a_project_must_have_to_be_carried_out() -> None:
    """All but a krona a cost cell where it must be whole; more than its least share, less a krona a cell."""
    projects = [
        {"project": "least", "min_share": 0.5},
        {"project": "must", "status": "committed"},
        {"project": "none"},
        {"project": "whole", "indivisible": True, "min_share": 0.5},
    ]
    at, amounts = portfolio(
        years=TWO,
        costs={"least": {2026: 101}, "must": {2026: 50, 2027: 50}, "none": {2026: 7}, "whole": {2026: 100}},
        budgets={"f": 200, "g": 200},
        projects=projects,
    )
    terms = Terms.of(at, amounts)
    assert terms.least.tolist() == [50, 98, 0, 99]
    assert terms.held.tolist() == [False, True, False, False]
    assert terms.uneven.tolist() == [1 + 2, 2 + 4, 1 + 2, 1 + 2]
    assert few_kronor(at).tolist() == [1 + 2 // 2, 1 + 4 // 2, 1 + 4 // 2, 1 + 2 // 2, 1 + 2 // 2]
    paid = np.zeros(at.fund.size, np.int64)
    assert terms.broken(at, paid).tolist() == [False, True, False, False]  # nothing is asked of who gets nothing
    for kronor, broken in (([49, 98, 6, 98], [True, False, False, True]), ([50, 100, 7, 99], [False] * 4)):
        first = np.searchsorted(at.cell, np.arange(5))
        paid[first] = [kronor[0], 50, kronor[1] - 50, kronor[2], kronor[3]]
        assert terms.broken(at, paid).tolist() == broken


@pytest.mark.parametrize(
    ("kronor", "broken"),
    [((53, 47), False), ((54, 46), True), ((46, 54), True), ((100, 100), False), ((100, 50), True), ((0, 0), False)],
)
def test_cells_stay_in_proportion(kronor, broken) -> None:
    """Two equal costs and a fund: each cell may be off its half by less than 4 kr."""
    at, amounts = portfolio(years=TWO, costs={"p": {2026: 100, 2027: 100}}, budgets={"f": 100})
    assert Terms.of(at, amounts).broken(at, np.asarray(kronor)).tolist() == [broken]


@pytest.mark.parametrize(
    ("carry", "used", "left"),
    [
        (0.5, [60, 90, 115], [60, 90, 115]),  # 15 into 2028 are 30 of 2027, 20 into 2027 are 40 of 2026
        (0.5, [60, 100, 120], [60, 100, 110]),  # more than can be carried is not there
        (0.5, [100, 100, 100], [100, 100, 100]),
        (0.5, [30, 40, 110], [100, 80, 110]),  # what is not needed is not carried
        (0.33, [100, 50, 110], [100, 69, 110]),  # 10 / 0.33 is 30.3: a whole krona more
        (1.0, [50, 50, 199], [51, 50, 199]),  # 99 into 2028, 49 of them from 2026
        (0.0, [50, 50, 100], [100, 100, 100]),
    ],
)
def test_budgets_once_what_is_carried_is_fixed(carry, used, left) -> None:
    funds = [{"fund": "f", "carry_over": carry}, {"fund": "g"}]
    _, amounts = portfolio(years=THREE, costs={"p": 500}, funds=funds, budgets={"f": 100, "g": 100})
    assert effective_budget(amounts, np.asarray([used, [100, 100, 100]], float)).tolist() == [left, [100, 100, 100]]


def test_grants_that_are_too_small_or_all_that_a_project_costs() -> None:
    """Who pays enough keeps to it, who pays too little is to pay nothing; nobody joins a sole payer."""
    funds = [{"fund": "f", "min_per_project": 50}, {"fund": "g"}]
    costs = {"both": 100, "none": 100, "small": 100, "sole": 30}
    at, amounts = portfolio(costs=costs, funds=funds, budgets={"f": 500, "g": 500})
    grants = Grants(at, amounts, np.asarray([60.0, 40, 0, 100, 30, 70, 30, 0]))
    assert grants.pays.tolist() == [True, True, False, True, True, True, True, False]
    assert grants.broken.tolist() == [4]
    half = at.pairs[0].size
    assert grants.sides[:half].tolist() == [-50, 0, 0, 0, 0, 0, 0, 0]
    assert grants.sides[half:].tolist() == [100, 100, 0, 100, 0, 100, 30, 0]


def test_a_larger_share_than_what_is_required_by_more_than_rounding_makes() -> None:
    pairs = [{"project": "p", "kind": "requires", "other": "q"}]
    model = build(costs={"p": 100, "q": 100}, budgets={"f": 200}, dependencies=pairs)
    for paid, trouble in (((51, 50), None), ((52, 50), Trouble(0, -1, 50)), ((50, 52), None)):
        finder = Finder(work_of(model, [0.52, 0.52], paid))
        assert finder.next() == trouble
        assert finder.unsettled() == 0
        finder.stuck.add(0)
        assert finder.next() is None
        assert finder.unsettled() == (trouble is not None)


def test_a_krona_moves_to_the_fund_drawn_first_as_far_as_its_carried_money_goes() -> None:
    """60 kr in 2026 and half of what is left in 2027: each krona of 2027 beyond 60 takes two of 2026."""
    funds = [{"fund": "early", "carry_over": 0.5}, {"fund": "late", "draw_order": 1}]
    costs = {"p": {2026: 50}, "q": {2027: 100}}
    model = build(years=TWO, costs=costs, funds=funds, budgets={"early": 60, "late": 200})
    for paid in ([50, 0, 60, 40], [40, 10, 60, 40]):
        work = work_of(model, [1, 1], paid)
        draw_earlier(work)
        assert work.kronor.tolist() == [50, 0, 65, 35]


def test_income_takes_from_the_base_of_a_long_rate() -> None:
    """Kronor of the fund, of income that a cash cost is paid with, and of income in kind, which leaves no base: the
    short row admits the same as 10⁹ · u ≤ 333 333 333 · (u + w − v).
    """
    top, bottom = 333_333_333, 10**9
    own, value = np.asarray([bottom, 0, top]), np.asarray([bottom - top, -top, top])
    short, room = in_short(own, value, np.asarray([5, 7, 4]), (top, bottom), 0)
    assert abs(short).max() < 100
    for u, w, v in itertools.product(range(6), range(8), range(5)):
        assert (bottom * u <= top * (u + w - v)) == (short @ [u, w, v] <= room)


def test_a_long_rate_over_a_wide_box_is_rounded() -> None:
    own, value = np.asarray([10**9, 0]), np.asarray([10**9 - 333_333_333, -333_333_333])
    short, room = in_short(own, value, np.asarray([9000, 9000]), (333_333_333, 10**9), 5 * 10**8)
    assert short.tolist() == pytest.approx([0.666666667, -0.333333333], abs=1e-12)
    assert room == 0.5


def test_kronor_are_shared_out_by_largest_remainders() -> None:
    assert shared(np.asarray([10, 10, 10]), 16).tolist() == [6, 5, 5]
    assert shared(np.asarray([1, 2, 3]), 5).tolist() == [1, 2, 2]  # 0.83, 1.67, 2.5
    assert shared(np.asarray([4, 6]), 5).tolist() == [2, 3]


def test_the_scales_of_a_total_are_its_largest_multiples() -> None:
    scales = list(Denominators(10, (1, 1)).scales(np.asarray([30, 21]), 2, 51))
    assert [each.tolist() for each in scales] == [[29, 21], [24, 16], [18, 12]]
    assert [int(each.sum()) for each in Denominators(10, (1, 1)).scales(np.asarray([30, 21]), 2, 27)] == [20, 10]


def test_which_denominators_are_tried() -> None:
    """Each rate of the whole, all of these, those of some cells, and all together."""
    found = denominators([(4, (0, 1)), (6, (0, 1)), (10, (1,)), (4, (1,))], 2)
    assert [(each.total, each.cells) for each in found] == [
        (4, (1, 1)), (6, (1, 1)), (12, (1, 1)), (1, (1, 20)), (12, (1, 20))
    ]  # fmt: skip


def test_what_could_not_be_carried_out_is_as_it_was() -> None:
    work = work_of(halves({"p": 2}), [1], [1, 1])
    work.deadline = -np.inf
    work.pay(np.arange(2), np.zeros(2, np.int64))
    slack = work.slack.copy()
    assert not _carried_out(work, np.arange(2), np.asarray([2]), 3, 3)
    assert (work.kronor.tolist(), work.slack.tolist()) == ([0, 0], slack.tolist())


def test_no_cell_takes_the_kronor_of_another() -> None:
    """50.7 kr a year are 152 in all: 51, 51 and 50."""
    work = work_of(build(years=THREE, costs={"p": dict.fromkeys(THREE, 100)}, budgets={"f": 90}), [0.507], [50.7] * 3)
    fill_up(work, work.y)
    assert work.kronor.tolist() == [51, 51, 50]


def test_a_cell_takes_no_more_than_its_share_where_others_can_take_nothing() -> None:
    """152 kr in all, and budgets that end at 50 kr in the first two years: 51 in the third, and a krona is missing."""
    budgets = {"f": {2026: 50, 2027: 50, 2028: 90}}
    work = work_of(build(years=THREE, costs={"p": dict.fromkeys(THREE, 100)}, budgets=budgets), [0.507], [50.7] * 3)
    fill_up(work, work.y)
    assert work.kronor.tolist() == [50, 50, 51]


@pytest.mark.parametrize(("base", "give"), [("funded", 2 * 2), ("available", 2)])
def test_policy_shares_give_by_less_than_a_krona_a_project(base, give) -> None:
    """Half of all kronor, of three projects: 2 · Σ own − Σ all ≤ 2 · 2, or half of all money and 2 kr."""
    at, amounts = portfolio(
        costs=dict.fromkeys("pqr", 10),
        funds=[{"fund": "f", "max_share": 0.5}, {"fund": "g"}],
        budgets={"f": 21, "g": 30},
        policy={"share_base": base},
    )
    rows = integer_rows(at, amounts, amounts.budget)
    (row,) = np.flatnonzero(rows.give > 0)
    assert rows.give[row] == give
    assert rows.limit[row] == (25 if base == "available" else 0)
    assert rows.loosened().limit[row] == rows.limit[row] + give


@pytest.mark.parametrize("base", ["funded", "available"])
@pytest.mark.parametrize("table", ["budgets", "commitments", "authorisations", "funds"])
def test_rows_made_for_one_scenario_are_right_for_the_next(base, table) -> None:
    """The same engine where one table has changed: the rows of a new one."""

    def model(**changed):
        tables = {"budgets": 40, "commitments": 10, "authorisations": 20, "funds": 40, **changed}
        return build(
            costs={"p": 100},
            funds=[{"fund": "f", "max_share": 0.5, "max_per_project": tables["funds"]}, {"fund": "g"}],
            budgets={"f": tables["budgets"], "g": 50},
            commitments=[{"project": "p", "fund": "f", "year": 2026, "amount": tables["commitments"], "kind": "paid"}],
            authorisations=[{"fund": "f", "year": 2025, "amount": tables["authorisations"]}],
            policy={"share_base": base},
        )

    def limits(engine, changed):
        f, amounts = engine.prepare(changed)
        return integer_rows(f.at, amounts, amounts.budget).limit.tolist()

    first = model()
    other = model(**{table: 30})
    second = first.replace(tables={**first.tables, table: other[table]})
    engine = Engine()
    assert limits(engine, first) == limits(Engine(), first)
    assert limits(engine, second) == limits(Engine(), second) != limits(Engine(), first)


def test_each_commitment_is_a_row_and_what_is_paid_two() -> None:
    at, amounts = portfolio(
        costs={"p": 100, "q": 100},
        budgets={"f": 200},
        commitments=[
            {"project": "p", "fund": "f", "year": 2026, "amount": 30, "kind": "decided"},
            {"project": "q", "fund": "f", "year": 2026, "amount": 20, "kind": "paid"},
        ],
        authorisations=[{"fund": "f", "year": 2025, "amount": 70}, {"fund": "f", "year": 2026, "amount": 0}],
    )
    rows = integer_rows(at, amounts, amounts.budget)
    assert rows.slack(np.asarray([35, 18])).tolist() == [200 - 53, 35 - 30, 18 - 20, 20 - 18, 70 - 53, 0]


def test_group_rates_that_ask_nothing_do_not_hide_others() -> None:
    """At least a fifth from f, at most half: each a row for each project, behind a limit that says nothing."""
    at, amounts = portfolio(
        costs={"p": 100, "q": 100},
        budgets={"f": 200, "g": 200},
        rate_limits=[
            {"limit": "a", "by": "fund", "value": "f"},
            {"limit": "b", "by": "fund", "value": "f", "actor_type": "nobody", "max_rate": 0.1},
            {"limit": "c", "by": "fund", "value": "f", "min_rate": 0.2, "max_rate": 0.5},
        ],
    )
    rows = integer_rows(at, amounts, amounts.budget)
    slack = rows.slack(np.asarray([40, 60, 10, 90]))[2:]  # 5 · own − all at least, all − 2 · own at most
    assert slack.tolist() == [5 * 40 - 100, 5 * 10 - 100, 100 - 2 * 40, 100 - 2 * 10]


def test_a_rate_near_the_floats_is_a_number_of_kronor() -> None:
    """Halves of 101 kr are 50.5. A krona given up takes half a krona of a limit, a krona more gives a whole one."""
    work = work_of(halves({"p": 101}), [1], [50.5, 50.5])
    near = Near(work.at, work.rows, work.aim.cells(work.at, work.y), work.y, np.arange(2))
    assert (near.low.tolist(), near.span.tolist(), near.above.tolist()) == ([45, 45], [11, 11], [11])
    assert near.limit.tolist() == [101 - 45, 101 - 45, 101 // 2 - 45, 101 // 2 - 45]
    assert (near.row.tolist(), near.value.tolist()) == ([0, 2, 1, 3], [1, 1, 1, 1])
    assert sorted(zip(near.base_row.tolist(), near.base.tolist(), near.more.tolist(), strict=True)) == [
        (2, 0.5, 1), (3, 0.5, 1)
    ]  # fmt: skip


def test_least_grants_are_rows_of_a_project_and_a_fund() -> None:
    funds = [{"fund": "f", "min_per_project": 50}, {"fund": "g"}]
    at, amounts = portfolio(costs={"p": 100, "q": 100}, funds=funds, budgets={"f": 500, "g": 500})
    sides = Grants(at, amounts, np.asarray([60.0, 40, 0, 100])).sides
    rows = integer_rows(at, amounts, amounts.budget, sides)
    slack = rows.slack(np.asarray([55, 45, 3, 97]))[amounts.budget.size :]
    assert slack.tolist() == [55 - 50, 45, 3, 97, 100 - 55, 100 - 45, 0 - 3, 100 - 97]


def test_cells_out_of_proportion_are_their_own_projects_trouble() -> None:
    work = work_of(build(years=TWO, costs={"p": {2026: 100, 2027: 100}}, budgets={"f": 100}), [0.5], [50, 50])
    assert Finder(work).next() is None
    work.pay(np.arange(2), np.asarray([60, 40]))
    assert Finder(work).next() == Trouble(0, -1, 100)


@pytest.mark.parametrize(
    ("costs", "least"),
    [
        ({"p": (66, 54), "q": (86, 30), "r": (40, 41)}, (35, 21)),
        ({"p": (34, 52), "q": (33, 90), "r": (11, 77), "s": (99, 11)}, (32, 39)),
    ],
)
def test_kronor_that_are_missing_are_shared_out_so_that_no_whole_project_is_left_out(costs, least) -> None:
    """Each may miss a krona a cost cell; five of one project would be as few kronor, and too many for it."""
    yearly = {p: dict(zip(TWO, each, strict=True)) for p, each in costs.items()}
    every = sum(sum(each) for each in costs.values())
    model = build(
        years=TWO,
        costs=yearly,
        budgets={"half": every, "third": every, "rest": dict(zip(TWO, least, strict=True))},
        funds=[
            {"fund": "half", "max_rate": 0.5, "draw_order": 0},
            {"fund": "third", "max_rate": 0.3333, "draw_order": 1},
            {"fund": "rest", "draw_order": 2},
        ],
        projects=[{"project": p, "indivisible": True} for p in costs],
        benefits={p: sum(each) for p, each in costs.items()},
    )
    outcome = Engine().solve(model)
    assert outcome.standing.proven
    assert not outcome.left_out
    missing = [sum(costs[project.project]) - project.kronor for project in outcome.projects]
    assert all(0 <= each <= len(TWO) for each in missing)
    assert sum(missing) > len(TWO)
