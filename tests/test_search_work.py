"""The search for whole choices: the best of all there are, every leaf bounded, and how much work that takes.

Work is counted in linear programs, which is the same on every machine; a rule for splitting that got worse would show.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from rus_funding.engine.search import Node, Search
from rus_funding.engine.solvers import make
from rus_funding.program.linear import LinearProgram


def knapsack(seed, rows=10, columns=14):
    """max worth · z under `rows` budgets that hold half of what all of it needs: (A, budgets, worth)."""
    rng = np.random.default_rng(seed)
    a = rng.integers(1, 50, (rows, columns)).astype(float)
    worth = a.mean(axis=0) + rng.integers(1, 30, columns)
    return a, np.floor(a.sum(axis=1) / 2), np.round(worth)


def program(a, budgets):
    rows, columns = a.shape
    starts = np.arange(columns + 1) * rows
    return LinearProgram(
        starts,
        np.tile(np.arange(rows), columns),
        a.T.reshape(-1),
        np.zeros(columns),
        np.ones(columns),
        np.full(rows, -np.inf),
        budgets,
        np.ones(columns, bool),
    ).scaled()


def choices(a, budgets):
    """Every choice that the budgets hold."""
    every = (np.arange(2 ** a.shape[1])[:, None] >> np.arange(a.shape[1])) & 1
    return every[(every @ a.T <= budgets).all(axis=1)]


def searched(a, budgets, worth, **more):
    of = program(a, budgets)
    solver = make("highs")
    solver.load(of)
    root = Node({}, -np.inf)
    return root, Search(solver.minimise, of, -worth, **more).run(root)


def proven(leaf, a, budgets, worth):
    """The least cost in a leaf, by its multipliers alone: those of rows ≤ are none but negative."""
    lower, upper = np.zeros(worth.size), np.ones(worth.size)
    for column, value in leaf.fixed.items():
        lower[column] = upper[column] = value
    duals = np.minimum(leaf.duals, 0.0)
    reduced = -worth - duals @ a
    return duals @ budgets + np.minimum(reduced * lower, reduced * upper).sum()


def test_the_best_of_all_choices_with_few_linear_programs() -> None:
    work = 0
    for seed, rows in itertools.product(range(3), (10, 24)):
        a, budgets, worth = knapsack(seed, rows)
        root, found = searched(a, budgets, worth)
        possible = choices(a, budgets)
        assert found.status == "optimal"
        assert found.best == pytest.approx(-(possible @ worth).max())
        z = found.point.x
        assert (z == np.round(z)).all()
        assert (a @ z <= budgets).all()
        assert -worth @ z == pytest.approx(found.best)
        leaves = list(root.leaves())
        assert found.bound == min(leaf.bound for leaf in leaves if not leaf.empty)
        assert found.bound == pytest.approx(found.best)
        for leaf in leaves:
            if leaf.empty:
                made = list(leaf.fixed)
                assert not (possible[:, made] == list(leaf.fixed.values())).all(axis=1).any()
            else:
                assert proven(leaf, a, budgets, worth) >= leaf.bound - 1e-6
        assert sum(2.0 ** -len(leaf.fixed) for leaf in leaves) == 1  # they cover every choice, each once
        work += found.programs
    assert work <= 2600


def test_a_search_out_of_programs_has_a_bound_and_what_it_found() -> None:
    a, budgets, worth = knapsack(4)
    optimum = -(choices(a, budgets) @ worth).max()
    for programs in (1, 10, 40, 300):
        root, found = searched(a, budgets, worth, programs=programs)
        assert found.status == "limit"
        assert found.programs <= programs + 1  # a choice found may be solved once more
        assert found.bound <= optimum
        assert found.bound == min(leaf.bound for leaf in root.open_leaves())
        assert found.best >= optimum - 1e-6
        assert (found.point is None) == (found.best == np.inf)
        assert found.point is None or (a @ found.point.x <= budgets).all()
    assert found.best < np.inf


def test_nothing_is_possible_where_every_leaf_is_empty() -> None:
    a, budgets, worth = knapsack(1)
    root, found = searched(np.vstack([a, -np.ones(14)]), np.append(budgets, -14.0), worth)  # all, with half the money
    assert (found.status, found.point, found.bound) == ("infeasible", None, np.inf)
    assert not root.open_leaves()
