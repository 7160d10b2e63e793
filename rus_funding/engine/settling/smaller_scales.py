"""Scales at which a project's whole kronor may fit its rates: multiples of their denominators."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.model.amounts import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.model.index import Ints

MOST = 400_000  # scales that are looked at for one choice of denominators
TRIED = 3  # of them, the largest


@dataclasses.dataclass(frozen=True)
class Denominators:
    """What the kronor of a project should be a multiple of, in `total` and in each of its cells, for its rates to come
    out whole.
    """

    total: int
    cells: tuple[int, ...]

    def scales(self, cost: Ints, uneven: int, most: int) -> Iterator[Ints]:
        """Cells in whole kronor, up to `most` in all and in proportion to `cost`, the largest first.

        Where only the total counts, its multiples are shared out by largest remainders. Else the cell with the fewest
        multiples goes through them, and the other cells follow it to their nearest ones.
        """
        whole = int(cost.sum())
        if max(self.cells) == 1:
            for step in range(TRIED):
                total = (min(most, whole) // self.total - step) * self.total
                if total > 0:
                    yield shared(cost, total)
            return
        units = np.asarray(self.cells, np.int64)
        slowest = int(np.argmax(np.where(cost >= units, units / cost, 0.0)))
        unit, size = int(units[slowest]), int(cost[slowest])
        top = min(size, size * most // whole + uneven) // unit
        steps = np.arange(top, max(0, top - MOST), -1)
        scale = (steps * unit).astype(np.longdouble) / size
        found = np.empty((steps.size, cost.size), np.int64)
        for k in range(cost.size):
            nearest = np.rint(scale * int(cost[k]) / int(units[k])).astype(np.int64)
            found[:, k] = np.minimum(nearest, int(cost[k]) // int(units[k])) * units[k]
        loose = np.flatnonzero(units == 1)
        if loose.size:  # the largest cell of those that may be anything makes the total come out
            k = loose[np.argmax(cost[loose])]
            found[:, k] -= np.minimum(found[:, k], found.sum(axis=1) % self.total)
        total = found.sum(axis=1)
        fits = (total > 0) & (total <= most) & (total % self.total == 0)
        for k in range(cost.size):
            off = np.abs(found[:, k] - total.astype(np.longdouble) * int(cost[k]) / whole)
            fits &= (off < uneven) | (total == whole)
        rows = np.flatnonzero(fits)
        for i in rows[np.argsort(-total[rows], kind="stable")][:TRIED].tolist():
            yield found[i]

    def larger(self, cost: Ints, above: int) -> Iterator[Ints]:
        """Cells in whole kronor, from `above` on and in proportion to `cost`, where only the total counts."""
        first = -(-above // self.total)
        for step in range(TRIED if max(self.cells) == 1 else 0):
            if (first + step) * self.total <= int(cost.sum()):
                yield shared(cost, (first + step) * self.total)


def shared(cost: Ints, total: int) -> Ints:
    """`total` kronor shared out over cells like their costs, the largest remainders rounded up."""
    whole = int(cost.sum())
    parts = [divmod(int(each) * total, whole) for each in cost.tolist()]
    out = np.asarray([part for part, _ in parts], np.int64)
    order = sorted(range(len(parts)), key=lambda k: (-parts[k][1], k))
    out[order[: total - int(out.sum())]] += 1
    return out


def denominators(rates: list[tuple[int, tuple[int, ...]]], cells: int) -> list[Denominators]:
    """The choices of denominators to try, from rates as (denominator, the cells of its base) of a project of `cells`.

    Each alone, all that count the whole project, all that count some cells, and all of them together.
    """
    total = [bottom for bottom, base in rates if len(base) == cells]
    every = min(LARGEST, math.lcm(*total))
    parts = [1] * cells
    for bottom, base in rates:
        for k in base if len(base) < cells else ():
            parts[k] = min(LARGEST, math.lcm(parts[k], bottom))
    ones = (1,) * cells
    found = [Denominators(bottom, ones) for bottom in total]
    found += [Denominators(every, ones), Denominators(1, tuple(parts))]
    found.append(Denominators(every, tuple(parts)))
    return list(dict.fromkeys(found))
