"""A linear program with integer data near the floats: its vertices are whole almost always.

With the settled costs fixed in kronor, a rate is a number of kronor (rounded down), and nearly every row is a sum of payments
that may not pass an integer. Rows of cells, projects and funds nest; such systems have whole vertices, but for caps and
rates over several years, which cross the rest. What is not whole afterwards is filled krona by krona.
"""

from __future__ import annotations

import numpy as np

from rus_funding.amounts import Amounts, Floats
from rus_funding.index import Bools, Ints
from rus_funding.portfolio import Portfolio
from rus_funding.program import LinearProgram
from rus_funding.settling.fill import NOISE
from rus_funding.settling.rows import IntegerRows
from rus_funding.solvers import Solver

WIDTH = 2  # kronor that a payment may move from its float


def whole_vertex(
    at: Portfolio, amounts: Amounts, rows: IntegerRows, cells: Ints, y: Floats, full: Bools, solver: Solver, fractions: Floats
) -> Floats:
    """Payments near `y` that pay as much of `cells` (settled costs) as the rules allow in whole kronor.

    min Σ price · k + draw order · y, k kronor given up: Σ_f y + k = cell. A krona given up lowers the bases of rates with it.
    Fully funded projects (`full`) give up last. Each payment stays within `WIDTH` of its float; a row that asks for
    at least something (commitment, least group rate) may fall short at a price. Payments of projects that are whole
    already stay.
    """
    rough = np.abs(y - np.round(y)) > NOISE
    touched = np.zeros(len(at.index.projects), bool)
    touched[at.project[rough]] = True
    settled = np.bincount(at.cell, np.round(y), cells.size)
    touched[at.cell_project[np.abs(settled - cells) > 0.5]] = True
    free = np.flatnonzero(touched[at.project])
    if not free.size:
        return np.round(y)
    number = np.full(y.size, -1, np.int64)
    number[free] = np.arange(free.size)
    column = np.repeat(np.arange(y.size), np.diff(rows.starts))
    own = rows.own
    first = np.searchsorted(at.cell, np.arange(cells.size))
    stand_in = np.zeros(y.size, rows.values.dtype)
    paid = np.flatnonzero(np.diff(np.append(first, y.size)) > 0)
    stand_in[first[paid]] = cells[paid]
    right = rows.limit.copy()
    np.subtract.at(right, rows.rows, (rows.values - own) * stand_in[column])
    held = np.where(touched[at.project], 0, np.round(y)).astype(rows.values.dtype)
    np.subtract.at(right, rows.rows, own * held[column])
    inside = (number[column] >= 0) & (own != 0)
    used, local = np.unique(rows.rows[inside], return_inverse=True)
    divisor = np.zeros(used.size, rows.values.dtype)
    if rows.values.dtype == object:
        for i, value in zip(local.tolist(), own[inside].tolist(), strict=True):
            divisor[i] = np.gcd(divisor[i], abs(value))
    else:
        np.gcd.at(divisor, local, own[inside])
    limit = (right[used] // divisor).astype(np.float64)
    value = (own[inside] // divisor[local]).astype(np.float64)
    open_cells, cell = np.unique(at.cell[free], return_inverse=True)
    # k lowers the base: its coefficient is the base's, with the other sign
    place = np.full(cells.size, -1, np.int64)
    place[open_cells] = np.arange(open_cells.size)
    row_at = np.full(int(rows.limit.size), -1, np.int64)
    row_at[used] = np.arange(used.size)
    shares = (stand_in != 0)[column] & (rows.values != own) & (place[at.cell[column]] >= 0) & (row_at[rows.rows] >= 0)
    base_row, base_cell = row_at[rows.rows[shares]], place[at.cell[column[shares]]]
    base = ((own - rows.values)[shares] / divisor[base_row]).astype(np.float64)
    # rows that ask for something have a negative side; where the box is too narrow, every row may fall short
    for at_least in (np.flatnonzero(limit < 0), np.arange(limit.size)):
        counts = free.size, open_cells.size, at_least.size
        given, short = free.size + np.arange(counts[1]), free.size + counts[1] + np.arange(counts[2])
        height, width = used.size + counts[1], sum(counts)
        row = np.concatenate([local, used.size + cell, used.size + np.arange(counts[1]), base_row, at_least])
        col = np.concatenate([number[column[inside]], np.arange(free.size), given, free.size + base_cell, short])
        val = np.concatenate([value, np.ones(free.size + counts[1]), base, -np.ones(counts[2])])
        order = np.lexsort((row, col))
        draw = amounts.draw_order[at.fund[free]]
        draw = (draw - draw.min()) / max(1.0, float(draw.max() - draw.min()))
        whole_cost = cells[open_cells].astype(np.float64)
        program = LinearProgram(
            np.concatenate([[0], np.cumsum(np.bincount(col, minlength=width))]).astype(np.int64),
            row[order].astype(np.int64),
            val[order],
            np.concatenate([np.maximum(0.0, np.floor(y[free] + NOISE) - WIDTH), np.zeros(counts[1] + counts[2])]),
            np.concatenate([np.ceil(y[free] - NOISE) + WIDTH, whole_cost, np.full(counts[2], np.inf)]),
            np.concatenate([np.full(used.size, -np.inf), whole_cost]),
            np.concatenate([limit, whole_cost]),
            np.zeros(width, bool),
        )
        solver.load(program)
        price = np.where(full[at.cell_project[open_cells]], 16.0, 8.0)
        cost = np.concatenate([2.0 * draw + 0.01 * fractions[free], price, np.full(at_least.size, 100.0)])
        point = solver.minimise(cost, program, seconds=60.0)
        if point.status == "optimal":
            out = np.round(y)
            out[free] = point.x[: free.size]
            return out
    return y
