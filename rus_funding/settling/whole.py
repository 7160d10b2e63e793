"""A linear program with integer data near the floats: its vertices are whole almost always.

With the settled costs fixed in kronor, a rate is a number of kronor (rounded down), and nearly every row is a sum of
payments that may not pass an integer. Rows of cells, projects and funds nest; such systems have whole vertices, but for
caps and rates over several years, which cross the rest. What is not whole afterwards is filled krona by krona.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rus_funding.program import LinearProgram
from rus_funding.settling.aim import newcomers
from rus_funding.settling.rows import NOISE, IntegerRows, broken_projects

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.amounts import Amounts, Floats
    from rus_funding.index import Bools, Ints
    from rus_funding.portfolio import Portfolio
    from rus_funding.solvers import Solver

OUT_OF_PROPORTION = 200.0  # what a krona given up costs beyond a few in one cell
NEW = 1.0  # what a krona of a fund that does not pay the cost costs, twice that where it does not pay the project
LONG = 10_000  # coefficients up to which a row is left as it is
WIDTH = 5  # kronor that a payment may move from its float
SECONDS = 60.0  # where no deadline says less


def whole_vertex(
    at: Portfolio,
    amounts: Amounts,
    rows: IntegerRows,
    cells: Ints,
    y: Floats,
    price: Floats,
    solver: Solver,
    fractions: Floats,
    seconds: float = SECONDS,
) -> Floats:
    """Payments near `y` that pay as much of `cells` (settled costs) as the rules allow in whole kronor.

    min Σ price · k + draw order · y, k kronor given up: Σ_f y + k = cell. A krona given up lowers the bases of rates
    with it. `price` says which projects give up last; a partly funded cell may take a krona more where a promise needs
    it. Each payment stays within `WIDTH` of its float; a row may give at a price where the box is too narrow for it
    (the box program mends it). Payments of projects that are whole already stay. Without time the floats are what
    there is.
    """
    touched = _touched(at, rows, cells, y)
    free = np.flatnonzero(touched[at.project])
    if not free.size:
        return np.round(y)
    if seconds <= 0:
        return y
    near = _Near(at, rows, cells, y, free)
    draw = amounts.draw_order[at.fund[free]]
    draw = (draw - draw.min()) / max(1.0, float(draw.max() - draw.min()))
    worth = price[at.cell_project[near.cells]]
    room = np.maximum(0, near.above).astype(np.float64)
    few = np.minimum(room, few_kronor(at)[near.cells])
    extra = np.minimum(1.0, at.cell_cost(amounts)[near.cells] - cells[near.cells])
    zero, each = np.zeros(near.cells.size), np.arange(near.cells.size)
    binding = near.binding(few + room, extra)
    pieces = [
        # columns: payments, kronor given up, more of them, kronor too many (partly funded only), shortfalls
        _Piece(near.span, 2.0 * draw + 0.01 * fractions[free] + NEW * newcomers(at, y)[free]),
        _Piece(few, worth),
        _Piece(room, OUT_OF_PROPORTION + worth),
        _Piece(extra, zero + 40.0),
        _Piece(np.full(binding.size, np.inf), np.full(binding.size, 1e4)),
    ]
    pays, given, beyond, more, short = np.cumsum([0] + [piece.cost.size for piece in pieces[:-1]])
    size = binding.size
    (own_row, own), (base_row, base) = near.among(binding, near.row), near.among(binding, near.base_row)
    base_cell = near.base_cell[base]
    entries = [
        (own_row, pays + near.column[own], near.value[own]),
        (size + near.cell, pays + np.arange(free.size), np.ones(free.size)),
        (size + each, given + each, zero + 1.0),
        (size + each, beyond + each, zero + 1.0),
        (size + each, more + each, zero - 1.0),
        (base_row, given + base_cell, near.base[base]),
        (base_row, beyond + base_cell, near.base[base]),
        (base_row, more + base_cell, -near.more[base]),
        (np.arange(size), short + np.arange(size), -np.ones(size)),
    ]
    limit, above = near.limit[binding], near.above.astype(np.float64)
    program = _program(entries, pieces, (np.r_[np.full(size, -np.inf), above], np.r_[limit, above]))
    solver.load(program)
    cost = np.concatenate([piece.cost for piece in pieces])
    point = solver.minimise(cost, program, seconds=min(seconds, SECONDS))
    if point.status != "optimal":
        return y
    out = np.round(y)
    out[free] = near.low + point.x[: free.size]
    return out


def few_kronor(at: Portfolio) -> Ints:
    """Cells: kronor to give up that leave one in proportion with its project: half of what its payments round away."""
    payments: Ints = np.bincount(at.project, minlength=len(at.index.projects))[at.cell_project]
    return 1 + payments // 2


def _touched(at: Portfolio, rows: IntegerRows, cells: Ints, y: Floats) -> Bools:
    """Projects whose floats are not whole, do not pay their cells, or break a row."""
    whole = np.round(y)
    out = broken_projects(at, rows, rows.slack(whole))
    out[at.project[np.abs(y - whole) > NOISE]] = True
    out[at.cell_project[np.abs(np.bincount(at.cell, whole, cells.size) - cells) > 0.5]] = True
    return out


class _Near:
    """The payments `free` counted from `low`, their cells from what the lower ends pay, and what rows leave them.

    The cells of each row's base are taken to be settled in full: a krona less lowers its limit by `base`, a krona more
    raises it by `more`. A row is divided by what its payments' coefficients have in common.
    """

    def __init__(self, at: Portfolio, rows: IntegerRows, cells: Ints, y: Floats, free: Ints) -> None:
        kind = rows.values.dtype
        self.low = np.maximum(0, np.floor(y[free] + NOISE) - WIDTH).astype(np.int64)
        self.span: Floats = np.ceil(y[free] - NOISE) + WIDTH - self.low
        self.cells, self.cell = np.unique(at.cell[free], return_inverse=True)
        self.above = cells[self.cells].copy()
        np.subtract.at(self.above, self.cell, self.low)
        number = np.full(y.size, -1, np.int64)
        number[free] = np.arange(free.size)
        column = np.repeat(np.arange(y.size), np.diff(rows.starts))
        first = np.searchsorted(at.cell, np.arange(cells.size))
        paid = np.flatnonzero(np.diff(np.append(first, y.size)) > 0)
        stand_in = np.zeros(y.size, kind)  # the first payment of a cell stands for its base
        stand_in[first[paid]] = cells[paid]
        held = np.round(y).astype(np.int64)
        held[free] = self.low
        right = rows.limit.copy()
        np.subtract.at(right, rows.rows, (rows.values - rows.own) * stand_in[column])
        np.subtract.at(right, rows.rows, rows.own * held.astype(kind)[column])
        inside = (number[column] >= 0) & (rows.own != 0)
        used, self.row = np.unique(rows.rows[inside], return_inverse=True)
        divisor = _divisor(used.size, self.row, rows.own[inside])
        limit, value = right[used] // divisor, rows.own[inside] // divisor[self.row]
        largest = np.ones(used.size, kind)
        np.maximum.at(largest, self.row, abs(value))
        largest[largest <= LONG] = 1  # what is longer is counted in its largest coefficient
        self.limit: Floats = (limit / largest).astype(np.float64)
        self.column = number[column[inside]]
        self.value: Floats = (value / largest[self.row]).astype(np.float64)
        place, row_at = np.full(cells.size, -1, np.int64), np.full(int(rows.limit.size), -1, np.int64)
        place[self.cells], row_at[used] = np.arange(self.cells.size), np.arange(used.size)
        shares = (stand_in != 0)[column] & (rows.values != rows.own) & (place[at.cell[column]] >= 0)
        shares &= row_at[rows.rows] >= 0
        self.base_row, self.base_cell = row_at[rows.rows[shares]], place[at.cell[column[shares]]]
        step = (rows.own - rows.values)[shares]
        divisor, largest = divisor[self.base_row], largest[self.base_row]
        self.base: Floats = (step / (divisor * largest)).astype(np.float64)
        raw = right[used][self.base_row]
        self.more: Floats = (((raw + step) // divisor - raw // divisor) / largest).astype(np.float64)

    def binding(self, given: Floats, extra: Floats) -> Ints:
        """The rows that payments within their span could break, with so much given up or paid beyond the cells."""
        most = np.bincount(self.row, np.maximum(self.value, 0.0) * self.span[self.column], self.limit.size)
        moved = np.maximum(self.base * given[self.base_cell], 0.0) + np.maximum(-self.more * extra[self.base_cell], 0.0)
        most += np.bincount(self.base_row, moved, self.limit.size)
        return np.flatnonzero(most > self.limit - 0.5)

    def among(self, chosen: Ints, row: Ints) -> tuple[Ints, Ints]:
        """The entries in chosen rows: the place of each row among these, and where the entry stands."""
        number = np.full(self.limit.size, -1, np.int64)
        number[chosen] = np.arange(chosen.size)
        stands = np.flatnonzero(number[row] >= 0)
        return number[row[stands]], stands


def _divisor(size: int, row: Ints, own: NDArray[Any]) -> NDArray[Any]:
    """What the coefficients of each row have in common."""
    out = np.zeros(size, own.dtype)
    if own.dtype == object:
        for i, value in zip(row.tolist(), own.tolist(), strict=True):
            out[i] = math.gcd(out[i], value)
    else:
        np.gcd.at(out, row, own)
    return out


class _Piece(NamedTuple):
    """Columns of one kind from 0 up: their upper sides and costs."""

    upper: Floats
    cost: Floats


def _program(
    entries: list[tuple[Ints, Ints, Floats]], pieces: list[_Piece], sides: tuple[Floats, Floats]
) -> LinearProgram:
    """Lay entries (row, column, value) out by column."""
    row, column, value = (np.concatenate([entry[i] for entry in entries]) for i in range(3))
    upper = np.concatenate([piece.upper for piece in pieces])
    order = np.lexsort((row, column))
    starts = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=upper.size))]).astype(np.int64)
    binary = np.zeros(upper.size, bool)
    return LinearProgram(
        starts, row[order].astype(np.int64), value[order], np.zeros(upper.size), upper, *sides, binary
    )
