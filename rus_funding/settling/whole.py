"""A linear program with integer data near the floats: its vertices are whole almost always.

With the settled costs fixed in kronor, a rate is a number of kronor (rounded down), and nearly every row is a sum of
payments
that may not pass an integer. Rows of cells, projects and funds nest; such systems have whole vertices, but for caps and
rates over several years, which cross the rest. What is not whole afterwards is filled krona by krona.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rus_funding.program import LinearProgram
from rus_funding.settling.rows import NOISE, IntegerRows, broken_projects

if TYPE_CHECKING:
    from rus_funding.amounts import Amounts, Floats
    from rus_funding.index import Ints
    from rus_funding.portfolio import Portfolio
    from rus_funding.solvers import Solver

OUT_OF_PROPORTION = 200.0  # what a krona given up costs beyond a few in one cell
WIDTH = 5  # kronor that a payment may move from its float


def whole_vertex(
    at: Portfolio,
    amounts: Amounts,
    rows: IntegerRows,
    cells: Ints,
    y: Floats,
    price: Floats,
    solver: Solver,
    fractions: Floats,
) -> Floats:
    """Payments near `y` that pay as much of `cells` (settled costs) as the rules allow in whole kronor.

    min Σ price · k + draw order · y, k kronor given up: Σ_f y + k = cell. A krona given up lowers the bases of rates
    with it. `price` says which projects give up last; a partly funded cell may take a krona more where a promise needs
    it. Each payment stays within `WIDTH` of its float; a row may give at a price where the box is too narrow for it
    (the box program mends it). Payments of projects that are whole already stay.
    """
    rough = np.abs(y - np.round(y)) > NOISE
    touched = np.zeros(len(at.index.projects), bool)
    touched[at.project[rough]] = True
    settled = np.bincount(at.cell, np.round(y), cells.size)
    touched[at.cell_project[np.abs(settled - cells) > 0.5]] = True
    touched[broken_projects(at, rows, rows.slack(np.round(y)))] = True
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
    cost = at.cell_cost(amounts)[open_cells]
    # k lowers the base: its coefficient is the base's, with the other sign
    place = np.full(cells.size, -1, np.int64)
    place[open_cells] = np.arange(open_cells.size)
    row_at = np.full(int(rows.limit.size), -1, np.int64)
    row_at[used] = np.arange(used.size)
    shares = (stand_in != 0)[column] & (rows.values != own) & (place[at.cell[column]] >= 0) & (row_at[rows.rows] >= 0)
    base_row, base_cell = row_at[rows.rows[shares]], place[at.cell[column[shares]]]
    step = (own - rows.values)[shares]
    base = (step / divisor[base_row]).astype(np.float64)
    raw = right[used][base_row]  # a krona more of a base moves a whole right side by this much
    more = ((raw + step) // divisor[base_row] - raw // divisor[base_row]).astype(np.float64)
    draw = amounts.draw_order[at.fund[free]]
    draw = (draw - draw.min()) / max(1.0, float(draw.max() - draw.min()))
    kronor, each = cells[open_cells].astype(np.float64), np.arange(open_cells.size)
    few = few_kronor(at)[open_cells]
    pieces = [
        # columns: payments, kronor given up, more of them, kronor too many (partly funded only), shortfalls
        _Piece(np.maximum(0.0, np.floor(y[free] + NOISE) - WIDTH), np.ceil(y[free] - NOISE) + WIDTH,
               2.0 * draw + 0.01 * fractions[free]),
        _Piece(np.zeros(each.size), np.minimum(kronor, few), price[at.cell_project[open_cells]]),
        _Piece(np.zeros(each.size), kronor, OUT_OF_PROPORTION + price[at.cell_project[open_cells]]),
        _Piece(np.zeros(each.size), np.minimum(1.0, cost - kronor), np.full(each.size, 40.0)),
        _Piece(np.zeros(used.size), np.full(used.size, np.inf), np.full(used.size, 1e4)),
    ]  # fmt: skip
    pays, given, beyond, extra, short = np.cumsum([0] + [piece.cost.size for piece in pieces[:-1]])
    entries = [
        (local, pays + number[column[inside]], value),
        (used.size + cell, pays + np.arange(free.size), np.ones(free.size)),
        (used.size + each, given + each, np.ones(each.size)),
        (used.size + each, beyond + each, np.ones(each.size)),
        (used.size + each, extra + each, -np.ones(each.size)),
        (base_row, given + base_cell, base),
        (base_row, beyond + base_cell, base),
        (base_row, extra + base_cell, -more),
        (np.arange(used.size), short + np.arange(used.size), -np.ones(used.size)),
    ]
    sides = np.concatenate([np.full(used.size, -np.inf), kronor]), np.concatenate([limit, kronor])
    program = _program(entries, pieces, sides)
    solver.load(program)
    point = solver.minimise(np.concatenate([piece.cost for piece in pieces]), program, seconds=60.0)
    if point.status != "optimal":
        return y
    out = np.round(y)
    out[free] = point.x[: free.size]
    return out


def few_kronor(at: Portfolio) -> Ints:
    """Cells: kronor to give up that leave one in proportion with its project: half of what its payments round away."""
    payments: Ints = np.bincount(at.project, minlength=len(at.index.projects))[at.cell_project]
    return 1 + payments // 2


class _Piece(NamedTuple):
    """Columns of one kind: bounds and cost."""

    lower: Floats
    upper: Floats
    cost: Floats


def _program(
    entries: list[tuple[Ints, Ints, Floats]], pieces: list[_Piece], sides: tuple[Floats, Floats]
) -> LinearProgram:
    """Lay entries (row, column, value) out by column."""
    row, column, value = (np.concatenate([entry[i] for entry in entries]) for i in range(3))
    lower = np.concatenate([piece.lower for piece in pieces])
    upper = np.concatenate([piece.upper for piece in pieces])
    order = np.lexsort((row, column))
    starts = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=lower.size))]).astype(np.int64)
    binary = np.zeros(lower.size, bool)
    return LinearProgram(starts, row[order].astype(np.int64), value[order], lower, upper, *sides, binary)
