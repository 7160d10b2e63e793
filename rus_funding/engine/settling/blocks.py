"""Blocks of integer rows under construction, and the whole numbers that decimals are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.model.amounts import LARGEST, Floats, exact

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.model.index import Ints


class Builder:
    """Collects blocks of rows: positions, own and base coefficients, right sides."""

    def __init__(self, *, sides_only: bool = False) -> None:
        self.sides_only = sides_only
        self.height = 0
        self.row: list[Ints] = []
        self.column: list[Ints] = []
        self.own: list[NDArray[Any]] = []
        self.base: list[NDArray[Any]] = []
        self.limit: list[NDArray[Any]] = []
        self.give: list[NDArray[Any]] = []
        self.top: list[NDArray[Any]] = []
        self.bottom: list[NDArray[Any]] = []

    def block(self, size: int, limit: NDArray[Any] | None = None, give: int = 0, top: Any = 0, bottom: Any = 1) -> int:
        """Begin `size` rows of the rate top / bottom (none: a limit in kronor); the number of the first."""
        start = self.height
        self.height += size
        self.top.append(np.broadcast_to(np.asarray(top), size))
        self.bottom.append(np.broadcast_to(np.asarray(bottom), size))
        self.give.append(np.full(size, give, np.int64 if give < LARGEST else object))
        self.limit.append(np.zeros(size, np.int64) if limit is None else limit)
        return start

    def add(self, row: Ints, column: Ints, own: Any, base: Any = 0) -> None:
        """Add coefficients of payments: what counts as their own, and as a share of a base."""
        if self.sides_only:
            return
        self.row.append(row)
        self.column.append(column)
        self.own.append(np.broadcast_to(np.asarray(own), row.shape))
        self.base.append(np.broadcast_to(np.asarray(base), row.shape))


def fractions(values: Floats) -> tuple[NDArray[Any], NDArray[Any]]:
    """Numerators and denominators of decimals: int64, or Python integers where they are long."""
    found = [exact(float(value)) if np.isfinite(value) else exact(1.0) for value in values.tolist()]
    kind: Any = np.int64 if all(max(f.numerator, f.denominator) < 2**31 for f in found) else object
    top = np.asarray([fraction.numerator for fraction in found], kind).reshape(-1)
    bottom = np.asarray([fraction.denominator for fraction in found], kind).reshape(-1)
    return top, bottom


def matching(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """All pairs (i, j) with ``left[i] == right[j]``; `right` is sorted."""
    first = np.searchsorted(right, left, "left")
    count = np.searchsorted(right, left, "right") - first
    i = np.repeat(np.arange(left.size), count)
    offset = np.arange(i.size) - np.repeat(np.cumsum(count) - count, count)
    return i, first[i] + offset
