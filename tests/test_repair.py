"""Another solve where whole kronor break a rule: what is asked of the next program, and when it ends."""

from fractions import Fraction
from types import SimpleNamespace
from unittest import mock

import numpy as np
import pytest
from build import build
from random_models import newer_model

import rus_funding.engine.repair as repair_module
from rus_funding.engine.engine import Engine, solve
from rus_funding.engine.narrowing import Narrowing
from rus_funding.engine.repair import HALVES, RESERVES, Repair, Way
from rus_funding.engine.settling import Settled
from rus_funding.errors import SolverError

FLOOR = ("area_floor", "a")


def shares(**more):
    """Two projects of 100 kr, one for each area, and money for 150 kr."""
    return build(
        areas=[{"area": "a", "floor_share": 0.25}, {"area": "b", "cap_share": 0.75}],
        contributions={"p": "a", "q": "b"},
        costs={"p": 100, "q": 100},
        budgets={"f": 150},
        **more,
    )


def test_a_narrower_program_keeps_rows_by_more_than_their_rules_and_projects_below_their_scale():
    f, amounts = Engine().prepare(shares())
    whole = f.compiled.fill(amounts)
    reserve = {FLOOR: 7.0, ("area_cap", "b"): 5.0, ("perspective", "none"): 3.0}
    narrow = Narrowing(np.array([1.0, 0.5]), reserve).of(f, whole)
    floor, cap = (f.compiled.block(rule)[0] for rule in ("area_floor", "area_cap"))
    changed = np.flatnonzero((narrow.row_lower != whole.row_lower) | (narrow.row_upper != whole.row_upper))
    assert changed.tolist() == [floor, cap]
    assert narrow.row_lower[floor] == whole.row_lower[floor] + 7
    assert narrow.row_upper[cap] == whole.row_upper[cap] - 5
    assert narrow.upper[f.columns.x].tolist() == [1.0, 0.5]
    assert whole.upper[f.columns.x].tolist() == [1.0, 1.0]  # poured anew for every solve, never changed


class Told:
    """A way on which every step is told beforehand: kronor by round, and what they miss the floor by (0: a plan)."""

    def __init__(self, *rounds, empty=0, fails=False):
        f, self.amounts = Engine().prepare(shares())
        self.at, self.rounds, self.empty, self.fails = f.at, list(rounds), empty, fails
        self.asked = []

    def way(self):
        return Way(self.at, self.amounts, self.solved, self.settled, self.checked)

    def solved(self, narrowing):
        self.asked.append((narrowing.most.tolist(), dict(narrowing.reserve)))
        if self.fails:
            raise SolverError("no")
        self.empty -= 1
        found = np.zeros(0) if self.empty >= 0 else np.ones(1)
        return SimpleNamespace(x=found, status="infeasible" if not found.size else "optimal")

    def settled(self, _):
        return self.rounds[0][0]

    def checked(self, _, settled):
        missed = self.rounds.pop(0)[1]
        breaches = (SimpleNamespace(label=FLOOR, over=Fraction(missed)),) if missed else ()
        goal = SimpleNamespace(name="funded", figure=int(settled.kronor.sum()))
        checked = SimpleNamespace(breaches=breaches, goals=(goal,))
        return SimpleNamespace(planned=not missed, checked=checked, left_out=settled.left_out, settled=settled)

    def run(self):
        settled = self.settled(None)
        return Repair(self.way()).run(self.checked(None, settled), settled)


def kronor(*paid, given_up=(0, 0), **more):
    return Settled(np.asarray(paid, np.int64), np.asarray(given_up, np.int64), 0, **more)


def test_what_a_floor_is_missed_by_is_kept_in_reserve_until_it_is_met():
    told = Told((kronor(20, 100), 8), (kronor(25, 95), 3), (kronor(30, 90), 0))
    assert told.run().planned
    assert told.asked == [([1, 1], {FLOOR: 8.0}), ([1, 1], {FLOOR: 11.0})]


def test_a_reserve_that_leaves_no_plan_is_halved():
    told = Told((kronor(20, 100), 8), (kronor(30, 90), 0), empty=2)
    assert told.run().planned
    assert [reserve for _, reserve in told.asked] == [{FLOOR: 8.0}, {FLOOR: 4.0}, {FLOOR: 2.0}]


def test_where_no_reserve_leaves_a_plan_projects_are_held_at_the_kronor_that_they_came_out_at():
    told = Told((kronor(20, 100, given_up=(5, 0)), 8), (kronor(20, 80), 0), empty=HALVES + 1)
    assert told.run().planned
    assert told.asked[-1] == ([0.2, 1.0], {FLOOR: 0.0})


def test_in_the_end_projects_are_left_out_the_least_paid_ones_first():
    told = Told((kronor(20, 100), 8), (kronor(0, 100), 8), (kronor(0, 0), 0), empty=HALVES + 1)
    outcome = told.run()
    assert outcome.planned
    assert told.asked[-2:] == [([0, 1], {FLOOR: 0.0}), ([0, 0], {FLOOR: 0.0})]
    assert outcome.left_out == (0, 1)


def test_a_project_that_was_left_out_is_held_there_before_anything_is_reserved_and_named_to_the_end():
    told = Told((kronor(0, 100, given_up=(30, 0), left_out=(0,)), 25), (kronor(0, 90), 4), (kronor(0, 80), 0))
    outcome = told.run()
    assert told.asked == [([0, 1], {}), ([0, 1], {FLOOR: 4.0})]
    assert outcome.left_out == (0,)


def test_the_odd_krona_of_a_plan_is_held_nowhere():
    told = Told((kronor(50, 99, given_up=(0, 1)), 0))
    assert told.run().planned
    assert told.asked == []


def test_of_several_plans_the_one_that_reaches_most_is_kept():
    told = Told(
        (kronor(60, 50, given_up=(30, 0), scaled_down=(0,)), 0),
        (kronor(55, 60, given_up=(5, 0), scaled_down=(0,)), 0),
        (kronor(40, 60), 0),
    )
    assert told.run().settled.kronor.tolist() == [55, 60]


@pytest.mark.parametrize("fails", [False, True])
def test_it_ends_where_nothing_helps(fails):
    told = Told(*[(kronor(20, 100), 8)] * 40, fails=fails)
    assert not told.run().planned
    assert len(told.asked) <= RESERVES + HALVES + 2


def test_a_floor_that_whole_kronor_miss_by_more_than_it_may_give_is_met():
    """28 kr of a project in many small cells come out as 19, and the floor of all budgets gives less than 7 of them."""
    with mock.patch.object(repair_module, "RESERVES", 0):
        assert not solve(newer_model(0)).planned
    outcome = solve(newer_model(0))
    assert outcome.standing.proven
    assert outcome.checked.breaches == ()
