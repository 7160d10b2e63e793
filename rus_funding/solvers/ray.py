"""Whether a program is infeasible for a reason that can be checked: a weighted sum of its rows that no point meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rus_funding.program import LinearProgram
    from rus_funding.solvers import Floats

NOISE = 1e-10  # share of the terms of a sum below which it is their rounding


def contradicts(program: LinearProgram, weights: Floats) -> bool:
    """Whether the rows, weighted and added up, ask for more than the columns' bounds allow (Farkas' lemma).

    Σ_i w_i (A x)_i lies between Σ_j min(d_j l_j, d_j u_j) with d = Aᵀ w and Σ_i max(w_i L_i, w_i U_i) for every point
    that keeps all bounds and rows; where the first is above the second there is none. Either sign of `weights` serves.
    """
    return any(_apart(program, signed) for signed in (weights, -weights))


def _apart(program: LinearProgram, weights: Floats) -> bool:
    columns, width = program.columns_of_values, program.lower.size
    terms = program.values * weights[program.rows]
    sums = np.bincount(columns, terms, width)
    sums[np.abs(sums) <= NOISE * np.bincount(columns, np.abs(terms), width)] = 0.0
    rows, bounds = np.flatnonzero(weights), np.flatnonzero(sums)
    most = weights[rows] * np.where(weights[rows] > 0, program.row_upper[rows], program.row_lower[rows])
    least = sums[bounds] * np.where(sums[bounds] > 0, program.lower[bounds], program.upper[bounds])
    if not (np.isfinite(most).all() and np.isfinite(least).all()):
        return False
    return bool(least.sum() - most.sum() > NOISE * (np.abs(least).sum() + np.abs(most).sum()))
