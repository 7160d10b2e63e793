"""What stages are made of, on programs that are solved by hand: multipliers, faces, the leaf that a choice lies in."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from build import build
from random_models import tight_model

from rus_funding.engine.engine import Engine
from rus_funding.engine.face import decided, freeze, relaxed, sound
from rus_funding.engine.multipliers import Multipliers
from rus_funding.engine.search import Node
from rus_funding.engine.solution import Bounds, Done, Held, Proven
from rus_funding.engine.solvers import make
from rus_funding.engine.solvers.solver import Point
from rus_funding.engine.stages import solve_program
from rus_funding.errors import SolverError
from rus_funding.model.model import Policy
from rus_funding.program.linear import LinearProgram
from rus_funding.program.objectives import Stage, canonical, canonical_choice, stages


def program(matrix, row_lower, row_upper, upper, whole=()):
    """``row_lower ≤ A x ≤ row_upper``, ``0 ≤ x ≤ upper``; the columns `whole` are choices."""
    a = np.asarray(matrix, float)
    column, row = np.nonzero(a.T)
    starts = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=a.shape[1]))])
    sides = [np.asarray(side, float) for side in (row_lower, row_upper)]
    integer = np.isin(np.arange(a.shape[1]), whole)
    zero = np.zeros(a.shape[1])
    return LinearProgram(starts, row, a.T[column, row], zero, np.asarray(upper, float), *sides, integer)


def done(name, sense, cost, level=0.0, held=None):
    nothing = Proven(name, {}, (0,), (Bounds(np.zeros(1), {}),))
    return Done(Stage(name, sense, np.asarray(cost, float), ""), level, level, 0.0, nothing, np.zeros(0), held)


def test_reduced_costs_are_the_cost_less_what_rows_and_kept_objectives_make_of_it() -> None:
    """(5, 7) − Aᵀ (1, −1) for A = ((1, 2), (3, 0)); an objective kept is counted as it is minimised."""
    of = program([[1, 2], [3, 0]], [0, 0], [1, 1], [1, 1])
    kept = [done("funded", 1, [1, 4]), done("leverage", -1, [0, 1])]
    m = Multipliers(of, kept)
    cost, y = np.asarray([5.0, 7.0]), np.asarray([1.0, -1.0])
    assert m.reduced(cost, y, {}).tolist() == [7, 5]
    assert m.reduced(cost, y, {"funded": 2.0, "leverage": 3.0}).tolist() == [7 - 2, 5 - 8 + 3]


def test_duals_of_kept_rows_are_prices_and_never_negative() -> None:
    m = Multipliers(
        program([[1, 2], [3, 0]], [0, 0], [1, 1], [1, 1]), [done("funded", 1, [1, 4]), done("reach", 1, [1, 1])]
    )
    found = m.split(np.asarray([0.5, -0.25, 3.0, -1e-12]))
    assert (found.duals.tolist(), found.prices, found.empty) == ([0.5, -0.25], {"funded": 3.0, "reach": 0.0}, False)
    assert m.split(None, empty=True).empty is False  # nothing is known of it
    assert m.split(np.zeros(2), empty=True).empty


def test_a_wrong_sign_on_a_held_row_is_a_price_of_the_objective_that_holds_it() -> None:
    """First max x + y, x + y ≤ 1: the row has the dual −1 and is held at 1. Then min x + 2 y on that face: its dual is
    1, which no row ≤ may have. With the first objective priced at 1 the row needs nothing: 1 − 1 and 2 − 1 are left.
    """
    of = program([[1, 1]], [-np.inf], [1], [1, 1])
    held = Held(Bounds(np.asarray([-1.0]), {}), np.asarray([True]), np.zeros(2, bool), np.zeros(2))
    m = Multipliers(of, [done("funded", 1, [1, 1], 1.0, held)])
    cost = np.asarray([1.0, 2.0])
    found = m.of_face(cost, np.asarray([1.0]), [])
    assert (found.duals.tolist(), found.prices) == ([0.0], {"funded": 1.0})
    assert m.reduced(cost, found.duals, found.prices).tolist() == [0, 1]
    right = m.of_face(-cost, np.asarray([-1.0]), [])  # a sign that the row may have needs no price
    assert (right.duals.tolist(), right.prices) == ([-1.0], {})


def test_a_wrong_sign_on_a_held_column_is_a_price_too() -> None:
    """First min 2 x: x is held at 0. Then max 3 x, y there: the reduced cost −3 would take x up; half as much again of
    the first objective turns it to 0.
    """
    of = program([[1, 1]], [-np.inf], [9], [1, 1])
    held = Held(Bounds(np.zeros(1), {}), np.asarray([False]), np.asarray([True, False]), np.asarray([2.0, 0.0]))
    m = Multipliers(of, [done("leverage", -1, [2, 0], 0.0, held)])
    found = m.of_face(np.asarray([-3.0, 0.0]), np.zeros(1), [])
    assert (found.duals.tolist(), found.prices) == ([0.0], {"leverage": 1.5})


def test_a_kept_row_with_a_wrong_sign_is_made_right_by_what_was_held_after_it() -> None:
    """An objective kept by a row has the price −2 on a face that a later one holds, which itself priced it at 1; and
    where a row of that face needs three times the later one, the price of the earlier is −2 + 3.
    """
    of = program([[1, 1]], [-np.inf], [9], [1, 1])
    rowed = done("funded", 1, [1, 0], 0.0)
    own = Bounds(np.asarray([-0.5]), {"funded": 1.0})
    for row, dual, prices in ((False, -1.0, (0.0, 2.0)), (True, 1.5, (1.0, 3.0))):
        held = Held(own, np.asarray([row]), np.zeros(2, bool), np.asarray([1.0, 0]))
        m = Multipliers(of, [rowed, done("leverage", -1, [2, 0], 0.0, held)])
        found = m.of_face(np.asarray([1.0, 1.0]), np.asarray([dual, -2.0]), [rowed])
        assert found.duals.tolist() == [dual - 0.5 * prices[1]]
        assert found.prices == dict(zip(("funded", "leverage"), prices, strict=True))


def test_a_face_holds_what_complementary_slackness_says() -> None:
    """min x + 2 y, x + y ≥ 1, x + 3 y ≤ 9: at (1, 0) the first row has the dual 1, y the reduced cost 1."""
    face = program([[1, 1], [1, 3]], [1, -np.inf], [np.inf, 9], [4, 4]).scaled()
    point = Point("optimal", np.asarray([1.0, 0.0]), np.asarray([1.0, 0.0]), 1.0)
    tight, rows, columns = freeze(face, np.asarray([1.0, 2.0]), point)
    assert (rows.tolist(), columns.tolist()) == ([True, False], [False, True])
    assert (tight.lower.tolist(), tight.upper.tolist()) == ([0, 0], [4, 0])
    assert (tight.row_lower.tolist(), tight.row_upper.tolist()) == ([1, -np.inf], [1, 9])
    # max x + 2 y, x + y ≤ 3, y ≤ 2: at (1, 2) the row has the dual −1, y the reduced cost −1
    face = program([[1, 1]], [-np.inf], [3], [4, 2]).scaled()
    point = Point("optimal", np.asarray([1.0, 2.0]), np.asarray([-1.0]), -5.0)
    tight, rows, columns = freeze(face, np.asarray([-1.0, -2.0]), point)
    assert (rows.tolist(), columns.tolist()) == ([True], [False, True])
    assert (tight.lower.tolist(), tight.upper.tolist()) == ([0, 2], [4, 2])
    assert (tight.row_lower.tolist(), tight.row_upper.tolist()) == ([3], [3])


def test_a_dual_of_a_side_where_the_point_does_not_stand_holds_nothing() -> None:
    face = program([[1, 1]], [1], [9], [4, 4]).scaled()
    for x, dual in ((2.0, 1.0), (2.0, -1.0)):  # 2 is neither side of 1 ≤ x + y ≤ 9
        point = Point("optimal", np.asarray([x, 0.0]), np.asarray([dual]), x)
        assert freeze(face, np.asarray([dual, dual]), point)[1].tolist() == [False]


@pytest.mark.parametrize(("sense", "kept", "lost"), [(1, 9.6, 9.4), (-1, 10.4, 10.6)])
def test_an_optimum_is_lost_below_its_level(sense, kept, lost) -> None:
    """10 was won, and half a unit may go to arithmetic."""
    for level in (10.0, 0.0, -10.0):
        nothing = Proven("one", {}, (0,), ())
        one = Done(Stage("one", sense, np.asarray([1.0]), ""), level, level, 0.5, nothing, np.zeros(0))
        assert not one.lost(np.asarray([kept - 10 + level]))
        assert one.lost(np.asarray([lost - 10 + level]))


def test_the_leaf_of_a_choice() -> None:
    """Split by 0; where it is 0 by 1, where it is 1 by 2: the half with 0 stands first."""
    leaves = tuple(Bounds(np.asarray([float(i)]), {}) for i in range(4))
    found = Proven("value", {}, ((0,), (1,), 0, 1, (2,), 2, 3), leaves)
    for x in itertools.product((0.0, 1.0), repeat=3):
        assert found.leaf_of(np.asarray(x)) is leaves[int(2 + x[2] if x[0] else x[1])]
    deep = Proven("value", {}, ((0,), (1,), (2,), 0, 1, 2, 3), leaves)
    for x in itertools.product((0.0, 1.0), repeat=3):
        assert deep.leaf_of(np.asarray(x)) is leaves[3 if x[0] else 2 if x[1] else 1 if x[2] else 0]
    assert Proven("value", {}, ((0,), 0), leaves).leaf_of(np.ones(1)) is None


def test_a_proof_has_the_choices_of_the_tree_and_the_rays_of_its_empty_leaves() -> None:
    """Split by column 1; the half with 1 was proven empty, and split no further; 0 by column 0."""
    of = program([[1, 1]], [0], [1], [1, 1], whole=(0, 1))
    root = Node({}, -np.inf)
    zero, one = Node({1: 0.0}, 0.0), Node({1: 1.0}, 0.0)
    low, high = Node({1: 0.0, 0: 0.0}, 0.0), Node({1: 0.0, 0: 1.0}, 0.0)
    root.split, zero.split, one.ray = (1, zero, one), (0, low, high), np.asarray([2.0, 5.0])
    m = Multipliers(of, [done("funded", 1, [1, 1], 7.0)])
    bounds = {id(low): Bounds(np.asarray([3.0]), {}), id(high): Bounds(np.asarray([4.0]), {})}
    found = m.proven("value", root, bounds)
    assert (found.objective, found.kept, found.choices) == ("value", {"funded": 7.0}, ((1,), (0,), 0, 1, 2))
    assert [(leaf.duals.tolist(), leaf.prices, leaf.empty) for leaf in found.leaves] == [
        ([3.0], {}, False), ([4.0], {}, False), ([2.0], {"funded": 5.0}, True)
    ]  # fmt: skip


def test_choices_are_relaxed_and_decided() -> None:
    of = program([[1, 1]], [0], [1], [1, 1], whole=(1,))
    assert relaxed(of).integer.tolist() == [False, False]
    held = decided(of, np.asarray([0.4, 0.9999999]))
    assert (held.lower.tolist(), held.upper.tolist()) == ([0, 1], [1, 1])


@pytest.mark.parametrize(
    ("x", "code"),
    [
        ([0.5, 0.5], ""),
        ([0.5, 0.5 + 1e-9], ""),
        ([0.7, 0.7], "breaks-row"),
        ([0.2, 0.2], "breaks-row"),
        ([1.01, -0.01], "breaks-row"),
        ([2.0, -1.0], "breaks-row"),
        ([np.nan, 1.0], "answer-number"),
        ([np.inf, 0.0], "answer-number"),
        ([1.0], "answer-size"),
    ],
)
def test_a_point_is_believed_where_it_keeps_its_rows_and_bounds(x, code) -> None:
    of = program([[1, 1]], [1], [1], [1, 1]).scaled()
    point = Point("optimal", np.asarray(x), np.zeros(1), 99.0)
    if code:
        with pytest.raises(SolverError) as told:
            sound(point, of, np.asarray([1.0, 3.0]), 1e-9)
        assert told.value.code == code
    else:
        assert sound(point, of, np.asarray([1.0, 3.0]), 1e-9).objective == pytest.approx(2.0)
    bad = Point("optimal", np.asarray([0.5, 0.5]), np.asarray([np.nan]), 2.0)
    with pytest.raises(SolverError):
        sound(bad, of, np.asarray([1.0, 3.0]), 1e-9)


@pytest.mark.parametrize(
    ("size", "unit"), [(1.0, 1.0), (1.0, 1e6), (1.0, 1e12), (1e6, 1.0), (1e12, 1.0), (1e6, 1e6), (1e-6, 1e12)]
)
def test_a_point_is_believed_in_any_unit(unit, size) -> None:
    """A row of coefficients of any size, columns counted in anything: a hundredth is too much, a billionth is not."""
    of = program([[size, size]], [size * unit], [size * unit], [unit, unit]).scaled()
    for over, told in ((1e-9, True), (0.01, False)):
        point = Point("optimal", np.asarray([0.5, 0.5 + over]) * unit, np.zeros(1), 0.0)
        if told:
            sound(point, of, np.ones(2), 1e-9)
        else:
            with pytest.raises(SolverError):
                sound(point, of, np.ones(2), 1e-9)
    with pytest.raises(SolverError):
        sound(Point("optimal", np.asarray([1.01, -0.01]) * unit, np.zeros(1), 0.0), of, np.ones(2), 1e-9)


@pytest.mark.parametrize("careful", [False, True])
def test_the_last_stage_takes_the_canonical_plan_of_those_that_are_as_good(careful) -> None:
    """No plan that is as good in every objective has less of what the canonical stage minimises."""
    looked = 0
    for seed in range(24):
        model = tight_model(seed)
        f, numbers = Engine().prepare(model)
        solution = solve_program(f, numbers, make("highs"), careful=careful)
        if solution.status != "optimal" or f.at.binary.size:
            continue
        wanted = stages(f, numbers)
        assert [name for name, _ in solution.optima] == [stage.name for stage in wanted]
        levels = [stage.sense * solution.optimum(stage.name) for stage in wanted]
        slack = [1e-7 * abs(level) + 1e-9 for level in levels]
        kept = f.compiled.fill(numbers).with_rows(
            [stage.sense * stage.cost for stage in wanted],
            [level - give for level, give in zip(levels, slack, strict=True)],
            [np.inf] * len(wanted),
        )
        solver = make("highs")
        solver.load(kept)
        cost = canonical(f)
        least = solver.minimise(cost, kept).objective
        assert cost @ solution.x == pytest.approx(least, rel=1e-5)
        for proof in solution.proofs:  # no stage is held to more than the ones before it won
            for name, level in proof.kept.items():
                sense = next(stage.sense for stage in wanted if stage.name == name)
                assert sense * level <= sense * solution.optimum(name)
        looked += 1
    assert looked >= 20


class Counting:
    """A solver that counts what it is asked."""

    def __init__(self) -> None:
        self.solver = make("highs")
        self.name, self.precision, self.load = self.solver.name, self.solver.precision, self.solver.load
        self.programs = self.iterations = 0

    def minimise(self, *asked, **how):
        point = self.solver.minimise(*asked, **how)
        self.programs += 1
        self.iterations += point.iterations
        return point


@pytest.mark.parametrize("whole", [0.0, 0.5])
def test_every_linear_program_is_counted(whole) -> None:
    """As many as there are stages where nothing is chosen; with choices a search of each, and none is forgotten."""
    for seed in range(6):
        model = tight_model(seed).replace(policy=Policy(min_share=whole))
        f, numbers = Engine().prepare(model)
        solver = Counting()
        solution = solve_program(f, numbers, solver)
        assert solution.status == "optimal"
        assert (solution.programs, solution.iterations) == (solver.programs, solver.iterations)
        assert whole or solution.programs == len(solution.optima) + 1


def test_a_solver_that_has_no_time_leaves_nothing() -> None:
    solver = Counting()
    solver.minimise = lambda *_, **__: Point("time_limit", np.zeros(0))
    f, numbers = Engine().prepare(tight_model(0))
    solution = solve_program(f, numbers, solver)
    assert (solution.status, solution.x.size, solution.optima, solution.proofs) == ("time_limit", 0, (), ())


@pytest.mark.parametrize("money", [150, 250, 350])
def test_equal_projects_are_chosen_by_their_labels(money) -> None:
    """Of four whole projects of 100 kr and 3 points those that the canonical choice names first, and half a project's
    money is left.
    """
    costs = dict.fromkeys(("a", "b", "c", "d"), 100)
    projects = [{"project": p, "indivisible": True} for p in costs]
    model = build(costs=costs, benefits=dict.fromkeys(costs, 3), projects=projects, budgets={"f": money})
    f, numbers = Engine().prepare(model)
    solution = solve_program(f, numbers, make("highs"))
    z = f.columns.z
    cost = canonical_choice(f)[z]
    best = np.argsort(cost)[: money // 100]
    assert np.flatnonzero(np.round(solution.x[z])).tolist() == sorted(best.tolist())
