"""Flip costs are the second opinion's, bounds never exceed them, and classes do not depend on how they were found."""

from __future__ import annotations

import math

import pytest
from build import build
from explained import best, near
from test_explain_ranking import cases, shipped

from rus_funding.engine.engine import solve
from rus_funding.explanations import Case, flip_costs
from rus_funding.explanations.flips import Flips, Turn


def turns(found: Flips) -> list[tuple[str, str, Turn]]:
    """(project, "out" or "full", turn) of every turn there is."""
    return [
        (flip.project, name, turn)
        for flip in found.flips
        for name, turn in (("out", flip.out), ("full", flip.full))
        if turn is not None
    ]


@pytest.mark.parametrize("part", range(5))
def test_a_flip_costs_what_the_second_opinion_says(part: int) -> None:
    checked = 0
    for case in cases(range(part, 50, 5)):
        found = flip_costs(case)
        free = best(case.model, case.outcome.projects[0].project)
        assert near(found.optimum, free)
        for project, name, turn in turns(found)[:4]:
            assert turn.exact
            value = best(case.model, project, (), *((0.0, 0.0) if name == "out" else (1.0, 1.0)))
            assert turn.possible == (not math.isnan(value))
            if turn.possible:
                assert abs(turn.loss - (free - value)) <= 1e-6 * max(1.0, abs(free))
                checked += 1
    assert checked


def check_bounds(case: Case, tolerances: tuple[float, ...]) -> None:
    exact = flip_costs(case)
    known = {(project, name): turn.loss for project, name, turn in turns(exact)}
    for tolerance in tolerances:
        quick = flip_costs(case, tolerance=tolerance)
        small = 1e-7 * max(1.0, abs(exact.optimum))
        for project, name, turn in turns(quick):
            assert turn.loss <= known[project, name] + small
            assert turn.exact or turn.most >= known[project, name] - small
        assert quick.classes(tolerance) == exact.classes(tolerance)


def test_bounds_give_the_same_classes_in_random_models() -> None:
    for case in cases(range(50)):
        check_bounds(case, (0.001, 0.02, 0.2))


def test_bounds_give_the_same_classes_in_the_large_example() -> None:
    check_bounds(shipped("lansportfolj-exempel"), (0.002, 0.01))


def test_the_flip_cost_is_where_the_class_changes() -> None:
    found = flip_costs(shipped("lansportfolj-exempel"))
    for flip in found.flips:
        if flip.cost is None or not math.isfinite(flip.cost):
            continue
        firm = "never" if flip.status == "not" else "always"
        assert flip.cost == 0 or flip.kind(flip.cost * (1 - 1e-9)) == firm
        assert flip.kind(flip.cost) == "borderline"


def test_fixed_decisions_have_no_turns() -> None:
    case = shipped("lansportfolj-exempel")
    for flip in flip_costs(case, tolerance=0.0, limit=0).flips:
        if flip.project in case.held:
            assert flip.fixed == "committed"
            assert flip.kind(1e12) == "always"
        elif flip.project in case.barred:
            assert flip.kind(1e12) == "never"
        else:
            assert flip.out is not None or flip.full is not None


def test_a_limit_leaves_bounds() -> None:
    case = shipped("lansportfolj-exempel")
    few = flip_costs(case, limit=3)
    assert few.solves == 3
    exact = {(project, name): turn.loss for project, name, turn in turns(flip_costs(case))}
    assert sum(turn.exact for _, _, turn in turns(few)) == 3
    for project, name, turn in turns(few):
        assert turn.loss <= exact[project, name] + 1e-3
    assert few.classes(0.01)["open"]


def test_worked_by_hand() -> None:
    """Money for one of two whole projects: turning either costs the difference, and a project alone its points."""
    model = build(
        projects=[{"project": "a", "indivisible": True}, {"project": "b", "indivisible": True}, {"project": "c"}],
        costs={"a": 100, "b": 100, "c": 10},
        budgets={"f": 110},
        benefits={"a": 9, "b": 7, "c": 1},
    )
    flips = {flip.project: flip for flip in flip_costs(solve(model)).flips}
    assert flips["a"].out == Turn(pytest.approx(2.0))
    assert flips["b"].full == Turn(pytest.approx(2.0))
    assert flips["c"].out == Turn(pytest.approx(1.0))
    assert flips["c"].full is None
    assert flips["a"].kind(1.9) == "always"
    assert flips["b"].kind(1.9) == "never"
    assert flips["b"].kind(2.1) == "borderline"
