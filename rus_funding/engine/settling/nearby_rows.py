"""Rows near the floats, in whole kronor above the lower ends of the payments."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.settling.rows import NOISE
from rus_funding.model.axis import numbered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.engine.settling.rows import IntegerRows
    from rus_funding.model.amounts import Floats
    from rus_funding.model.index import Ints
    from rus_funding.model.portfolio import Portfolio

LONG = 10_000  # coefficients up to which a row is left as it is
WIDTH = 5  # kronor that a payment may move from its float


class Near:
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
        number = numbered(y.size, free)
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
        divisor = divisor_of(used.size, self.row, rows.own[inside])
        limit, value = right[used] // divisor, rows.own[inside] // divisor[self.row]
        largest = np.ones(used.size, kind)
        np.maximum.at(largest, self.row, abs(value))
        largest[largest <= LONG] = 1  # what is longer is counted in its largest coefficient
        self.limit: Floats = (limit / largest).astype(np.float64)
        self.column = number[column[inside]]
        self.value: Floats = (value / largest[self.row]).astype(np.float64)
        place, row_at = numbered(cells.size, self.cells), numbered(int(rows.limit.size), used)
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
        number = numbered(self.limit.size, chosen)
        stands = np.flatnonzero(number[row] >= 0)
        return number[row[stands]], stands


def divisor_of(size: int, row: Ints, own: NDArray[Any]) -> NDArray[Any]:
    """What the coefficients of each row have in common."""
    out = np.zeros(size, own.dtype)
    if own.dtype == object:
        for i, value in zip(row.tolist(), own.tolist(), strict=True):
            out[i] = math.gcd(out[i], value)
    else:
        np.gcd.at(out, row, own)
    return out
