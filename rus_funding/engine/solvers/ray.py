"""Whether a program is infeasible for a reason that can be checked: a weighted sum of its rows that no point meets."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rus_funding.engine.solvers.solver import Floats
    from rus_funding.program.linear import LinearProgram

NOISE = 1e-10  # share of the terms of a sum below which it is their rounding
ROUGH = 1e-7  # the same for a column without an end, which any rounding would make endless: the exact check knows ends


def contradicts(program: LinearProgram, weights: Floats) -> Floats | None:
    """Duals that prove a program infeasible: `weights` or their negative, if the rows added up by them contradict.

    Farkas' lemma: Σ_i w_i (A x)_i lies between Σ_j min(d_j l_j, d_j u_j) with d = Aᵀ w and Σ_i max(w_i L_i, w_i U_i)
    for every point that keeps all bounds and rows; where the first is above the second there is none. What comes back
    has the sign of duals when minimising: above 0 on a row's lower side.
    """
    return next((-signed for signed in (weights, -weights) if _apart(program, signed)), None)


def elastic(program: LinearProgram) -> tuple[LinearProgram, Floats]:
    """The program in which every row may give, and the cost of giving: its duals weigh rows that contradict.

    Each row has a column that adds to it and one that takes away, at a cost of 1 in the row's own scale.
    """
    rows = program.units.rows
    height, width = program.shape
    each = np.arange(height)
    wide = dataclasses.replace(
        program,
        starts=np.concatenate([program.starts, program.starts[-1] + 1 + np.arange(2 * height)]),
        rows=np.concatenate([program.rows, each, each]),
        values=np.concatenate([program.values, np.ones(height), -np.ones(height)]),
        lower=np.concatenate([program.lower, np.zeros(2 * height)]),
        upper=np.concatenate([program.upper, np.full(2 * height, np.inf)]),
        integer=np.concatenate([program.integer, np.zeros(2 * height, bool)]),
        column=np.concatenate([program.columns_of_values, width + np.arange(2 * height)]),
        scale=None,
    )
    return wide, np.concatenate([np.zeros(width), rows, rows])


def _apart(program: LinearProgram, weights: Floats) -> bool:
    columns, width = program.columns_of_values, program.lower.size
    terms = program.values * weights[program.rows]
    sums = np.bincount(columns, terms, width)
    size = np.bincount(columns, np.abs(terms), width)
    open_ = ~(np.isfinite(program.lower) & np.isfinite(program.upper))
    sums[np.abs(sums) <= np.where(open_, ROUGH, NOISE) * size] = 0.0
    rows, bounds = np.flatnonzero(weights), np.flatnonzero(sums)
    most = weights[rows] * np.where(weights[rows] > 0, program.row_upper[rows], program.row_lower[rows])
    least = sums[bounds] * np.where(sums[bounds] > 0, program.lower[bounds], program.upper[bounds])
    if not (np.isfinite(most).all() and np.isfinite(least).all()):
        return False
    return bool(least.sum() - most.sum() > NOISE * (np.abs(least).sum() + np.abs(most).sum()))
