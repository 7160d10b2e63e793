"""The box program: a small MILP around the float plan, for the kronor that filling one by one cannot place."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rus_funding.amounts import Amounts, Floats
from rus_funding.index import Ints
from rus_funding.portfolio import Portfolio
from rus_funding.program import LinearProgram
from rus_funding.settling.fill import NOISE, Target
from rus_funding.settling.rows import IntegerRows
from rus_funding.solvers import make

WIDTHS = (2, 50)  # kronor that a payment may move from its float
SECONDS = 20.0


def box(
    at: Portfolio, amounts: Amounts, rows: IntegerRows, aim: Target, y: Floats, kronor: Ints, slack: NDArray[Any]
) -> None:
    """Give up as few kronor as possible, project by project, in place, near the floats.

    For each project that misses kronor or has a broken row: min Σ (BIG · kronor given up + draw order · kronor) over its own
    payments in integers; every integer row holds with the other projects as they are, each cell within its most, the
    project up to its kronor. Projects meet only in budgets and authorisations, so one after the other (by id)
    keeps each program small whatever the size of the model.
    """
    settled = np.zeros(aim.project.size, np.int64)
    np.add.at(settled, at.project, kronor)
    rough = np.zeros(aim.project.size, bool)
    rough[at.project[np.abs(y - np.round(y)) > NOISE]] = True  # where `y` is whole it is the best there is
    trouble = (rough & (settled < aim.project)) | _broken_projects(at, rows, slack)
    bounds = np.searchsorted(at.project, np.arange(aim.project.size + 1))
    for p in np.flatnonzero(trouble).tolist():
        free = np.arange(bounds[p], bounds[p + 1])
        for width in WIDTHS:
            if free.size and _solve(at, amounts, rows, aim, y, kronor, slack, free, width):
                break


def _broken_projects(at: Portfolio, rows: IntegerRows, slack: NDArray[Any]) -> NDArray[np.bool_]:
    """Projects with a payment in a row that is broken."""
    out = np.zeros(len(at.index.projects), bool)
    bad = np.asarray(slack < 0, bool)[rows.rows]
    column = np.repeat(np.arange(at.fund.size), np.diff(rows.starts))
    out[at.project[column[bad]]] = True
    return out


def _solve(
    at: Portfolio, amounts: Amounts, rows: IntegerRows, aim: Target, y: Floats, kronor: Ints, slack: NDArray[Any],
    free: Ints, width: int,
) -> bool:  # fmt: skip
    """Settle the payments `free` of one project; whether the box held a plan at least as good and legal."""
    part = slice(int(rows.starts[free[0]]), int(rows.starts[free[-1] + 1]))
    counts = np.diff(rows.starts[free[0] : free[-1] + 2])
    column = np.repeat(np.arange(free.size), counts)
    values = rows.values[part]
    used, local = np.unique(rows.rows[part], return_inverse=True)
    room = slack[used].copy()
    np.add.at(room, local, values * kronor[free][column].astype(values.dtype))
    cells, cell = np.unique(at.cell[free], return_inverse=True)
    row = np.concatenate([local, used.size + cell, np.full(free.size, used.size + cells.size)])
    col = np.concatenate([column, np.arange(free.size), np.arange(free.size)])
    val = np.concatenate([values.astype(np.float64), np.ones(2 * free.size)])
    order = np.lexsort((row, col))
    height = used.size + cells.size + 1
    most = [*aim.most[cells].tolist(), int(aim.project[at.project[free[0]]])]
    program = LinearProgram(
        np.concatenate([[0], np.cumsum(np.bincount(col, minlength=free.size))]).astype(np.int64),
        row[order].astype(np.int64),
        val[order],
        np.maximum(0.0, np.floor(y[free] + NOISE) - width),
        np.ceil(y[free] - NOISE) + width,
        np.full(height, -np.inf),
        np.concatenate([room.astype(np.float64), np.asarray(most, np.float64)]),
        np.ones(free.size, bool),
    )
    draw = amounts.draw_order[at.fund[free]]
    spread = float(draw.max() - draw.min()) + 1.0
    fraction = y[free] - np.floor(y[free])
    # a krona given up outweighs every draw order; the float's fraction and the position decide ties
    cost = -(4.0 + 2.0 * spread) + (draw - draw.min()) + 0.1 * (1.0 - fraction) + 1e-4 * np.arange(free.size) / free.size
    point = make("highs").minimise(cost, program, whole=True, seconds=SECONDS)
    if point.status != "optimal":
        return False
    found = np.round(point.x).astype(np.int64)
    left = room.copy()
    np.subtract.at(left, local, values * found[column].astype(values.dtype))
    if (left < 0).any():
        return False
    kronor[free] = found
    slack[used] = left
    return True
