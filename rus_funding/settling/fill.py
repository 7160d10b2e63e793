"""Kronor one by one: floors first, then each krona that is missing to a fund that may still pay it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.settling.rows import NOISE, IntegerRows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.amounts import Amounts, Floats
    from rus_funding.index import Ints
    from rus_funding.portfolio import Portfolio


@dataclasses.dataclass(frozen=True)
class Target:
    """What settling aims at: kronor by project in all, and the least and most by cell."""

    project: Ints
    least: Ints
    most: Ints

    def cells(self, at: Portfolio, y: Floats) -> Ints:
        """Cells: the kronor of each project shared out, the largest remainders rounded up."""
        out = self.least.copy()
        left = self.project.copy()
        np.subtract.at(left, at.cell_project, out)
        remainder = np.bincount(at.cell, y, out.size) - out
        could = np.flatnonzero((out < self.most) & (left[at.cell_project] > 0))
        for cell in could[np.lexsort((could, -np.round(remainder[could], 3)))].tolist():
            if left[at.cell_project[cell]] > 0:
                out[cell] += 1
                left[at.cell_project[cell]] -= 1
        return out


def target(at: Portfolio, amounts: Amounts, x: Floats, y: Floats) -> Target:
    """Whole kronor of a project: all of its costs where x = 1, else the floor of what the floats pay.

    A cell's share of them lies at the floor or the ceiling of the float: no cell moves by a krona.
    """
    costs = at.cell_cost(amounts)
    paid = np.bincount(at.project, y, x.size)
    full = (x >= 1.0 - 1e-9) | (amounts.total - paid < NOISE)
    kronor = np.where(full, amounts.total, np.floor(paid + NOISE)).astype(np.int64)
    floats = np.bincount(at.cell, y, costs.size)
    whole = full[at.cell_project]
    least = np.where(whole, costs, np.floor(floats + NOISE)).astype(np.int64)
    most = np.where(whole, costs, np.minimum(costs, np.ceil(floats - NOISE))).astype(np.int64)
    return Target(kronor, least, most)


PROMISED = 1000.0  # what a krona given up costs where a rule counts on the project's share


def prices(at: Portfolio, amounts: Amounts, x: Floats, aim: Target) -> Floats:
    """What a krona given up costs, by project: least where the project is partly funded anyway, most where it breaks
    a rule.

    The rules at stake are those that look at a project's share: committed, required and indivisible projects must be
    whole, a
    project at its least viable share or required by another may not lose, nor one that an actor's participation
    counts on.
    """
    index = at.index
    bound = index.committed | amounts.indivisible
    bound |= (amounts.min_share > 0) & (x <= amounts.min_share + 1e-6)
    needs, other = index.dependency("requires")
    bound[other[x[other] <= x[needs] + 1e-6]] = True
    project, actor = index.takes_part
    held = np.bincount(actor, x[project], len(index.actors))
    tight = (amounts.min_projects > 0) & (held <= amounts.min_projects + 1e-3)
    bound[project[tight[actor] & (x[project] > 1e-9)]] = True
    return np.where(bound, PROMISED, np.where(aim.project == amounts.total, 16.0, 8.0))


def fill_up(at: Portfolio, rows: IntegerRows, aim: Target, y: Floats, draw_order: Floats) -> tuple[Ints, NDArray[Any]]:
    """Payments in kronor and the slack of the integer rows they leave (negative where a rule is still broken).

    Floors keep every upper limit; the kronor missing from a cell go to its funds in draw order, then by the size of
    their float's fraction. A krona paid raises the settled cost and so the room of other rates: passes go on
    until none finds a place.
    """
    kronor = np.maximum(0, np.floor(y + NOISE)).astype(np.int64)
    slack = rows.slack(kronor)
    cells = aim.least.size
    settled = np.zeros(cells, np.int64)
    np.add.at(settled, at.cell, kronor)
    missing = aim.project.copy()
    np.subtract.at(missing, at.cell_project, settled)
    open_cells = np.flatnonzero((missing[at.cell_project] > 0) & (settled < aim.most))
    broken = bool((slack < 0).any())
    if not open_cells.size and not broken:
        return kronor, slack
    _Filling(at, rows, aim, y, draw_order, kronor, slack, settled, missing).run(open_cells)
    return kronor, slack


class _Filling:
    """The loop over kronor, on arrays that it changes in place."""

    def __init__(self, at: Portfolio, rows: IntegerRows, aim: Target, y: Floats, draw_order: Floats,
                 kronor: Ints, slack: NDArray[Any], settled: Ints, missing: Ints) -> None:  # fmt: skip
        self.at, self.rows, self.aim = at, rows, aim
        self.fraction = y - np.floor(y + NOISE)
        self.order = draw_order[at.fund]
        self.kronor, self.slack, self.settled, self.missing = kronor, slack, settled, missing
        self.first = np.searchsorted(at.cell, np.arange(aim.least.size + 1))

    def run(self, cells: Ints) -> None:
        ranked = {cell: self._candidates(cell) for cell in cells.tolist()}
        moved = True
        while moved:
            moved = False
            for limit in (self.aim.least, self.aim.most):
                for cell, candidates in ranked.items():
                    while self.settled[cell] < limit[cell] and self.missing[self.at.cell_project[cell]] > 0:
                        if not self._place(cell, candidates):
                            break
                        moved = True

    def _candidates(self, cell: int) -> list[tuple[int, list[int], list[int]]]:
        """Payments of a cell in the order in which a missing krona is offered to them."""
        payments = range(int(self.first[cell]), int(self.first[cell + 1]))
        order = sorted(payments, key=lambda j: (self.order[j], -round(float(self.fraction[j]), 3), j))
        return [(j, *self.rows.column(j)) for j in order]

    def _place(self, cell: int, candidates: list[tuple[int, list[int], list[int]]]) -> bool:
        """Pay one krona more in this cell: first where it mends a broken row, then in the order given."""
        slack = self.slack
        best = None
        for j, where, values in candidates:
            if any(value > 0 and slack[row] < value for row, value in zip(where, values, strict=True)):
                continue
            mends = any(value < 0 and slack[row] < 0 for row, value in zip(where, values, strict=True))
            if mends or best is None:
                best = (j, where, values)
            if mends:
                break
        if best is None:
            return False
        j, where, values = best
        self.kronor[j] += 1
        for row, value in zip(where, values, strict=True):
            slack[row] -= value
        self.settled[cell] += 1
        self.missing[self.at.cell_project[cell]] -= 1
        return True
