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
    at: Portfolio, amounts: Amounts, rows: IntegerRows, aim: Target, y: Floats, start: Ints
) -> Ints | None:
    """Payments that give up as few kronor as possible, near the floats; None where the box holds none.

    min Σ (BIG · kronor given up + draw order · kronor), integers, over the projects whose floats are not whole or whose
    kronor are still missing; every integer row holds, each cell within its least and most (the least may be given up), each
    project up to its kronor.
    """
    settled = np.bincount(at.project, start, aim.project.size)
    rough = np.abs(y - np.round(y)) > NOISE
    loose = (settled < aim.project) & (aim.project > 0)
    touched = np.zeros(aim.project.size, bool)
    touched[at.project[rough]] = True
    touched |= loose | _broken_projects(at, rows, start)
    free = np.flatnonzero(touched[at.project])
    if not free.size:
        return None
    for width in WIDTHS:
        found = _solve(at, amounts, rows, aim, y, start, free, width)
        if found is not None:
            return found
    return None


def _broken_projects(at: Portfolio, rows: IntegerRows, kronor: Ints) -> NDArray[np.bool_]:
    """Projects with a payment in a row that is broken."""
    out = np.zeros(len(at.index.projects), bool)
    slack = rows.slack(kronor)
    bad = np.asarray(slack < 0, bool)[rows.rows]
    column = np.repeat(np.arange(kronor.size), np.diff(rows.starts))
    out[at.project[column[bad]]] = True
    return out


def _solve(
    at: Portfolio, amounts: Amounts, rows: IntegerRows, aim: Target, y: Floats, start: Ints, free: Ints, width: int
) -> Ints | None:
    held = start.copy()
    held[free] = 0
    room = rows.slack(held).astype(np.float64)
    counts = np.diff(rows.starts)
    number = np.full(at.fund.size, -1, np.int64)
    number[free] = np.arange(free.size)
    column = number[np.repeat(np.arange(at.fund.size), counts)]
    inside = column >= 0
    used, local = np.unique(rows.rows[inside], return_inverse=True)
    cells, cell = np.unique(at.cell[free], return_inverse=True)
    projects, project = np.unique(at.project[free], return_inverse=True)
    entries: list[tuple[Ints, Ints, Floats]] = [
        (local, column[inside], rows.values[inside].astype(np.float64)),
        (used.size + cell, np.arange(free.size), np.ones(free.size)),
        (used.size + cells.size + project, np.arange(free.size), np.ones(free.size)),
    ]
    row, col, val = (np.concatenate([entry[i] for entry in entries]) for i in range(3))
    order = np.lexsort((row, col))
    height = used.size + cells.size + projects.size
    upper = np.concatenate([room[used], aim.most[cells], aim.project[projects]]).astype(np.float64)
    program = LinearProgram(
        np.concatenate([[0], np.cumsum(np.bincount(col, minlength=free.size))]).astype(np.int64),
        row[order].astype(np.int64),
        val[order],
        np.maximum(0.0, np.floor(y[free] + NOISE) - width),
        np.ceil(y[free] - NOISE) + width,
        np.full(height, -np.inf),
        upper,
        np.ones(free.size, bool),
    )
    draw = amounts.draw_order[at.fund[free]]
    spread = float(draw.max() - draw.min()) + 1.0
    fraction = y[free] - np.floor(y[free])
    # a krona given up outweighs every draw order; the float's fraction and the position decide ties
    cost = -(4.0 + 2.0 * spread) + draw + 0.1 * (1.0 - fraction) + 1e-4 * np.arange(free.size) / free.size
    solver: Any = make("highs")
    point = solver.minimise(cost, program, whole=True, seconds=SECONDS)
    if point.status != "optimal":
        return None
    held[free] = np.round(point.x).astype(np.int64)
    return held if not (rows.slack(held) < 0).any() else None
