"""Kronor one by one: floors first, then each krona that is missing to a fund that may still pay it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.settling.aim import Target
from rus_funding.settling.rows import NOISE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.amounts import Floats
    from rus_funding.index import Ints
    from rus_funding.portfolio import Portfolio
    from rus_funding.settling.rows import IntegerRows
    from rus_funding.settling.work import Work


def fill_up(
    at: Portfolio, rows: IntegerRows, aim: Target, y: Floats, draw_order: Floats, new: Ints
) -> tuple[Ints, NDArray[Any]]:
    """Payments in kronor and the slack of the integer rows they leave (negative where a rule is still broken).

    Floors keep every upper limit; the kronor missing from a cell go to its funds, those that pay already before those
    that are `new`, in draw order, then by the size of their float's fraction. A krona paid raises the settled cost and
    so the room of other rates: passes go on until none finds a place.
    """
    kronor = np.maximum(0, np.floor(y + NOISE)).astype(np.int64)
    slack = rows.slack(kronor)
    settled = np.zeros(aim.least.size, np.int64)
    np.add.at(settled, at.cell, kronor)
    missing = aim.project.copy()
    np.subtract.at(missing, at.cell_project, settled)
    open_cells = np.flatnonzero((missing[at.cell_project] > 0) & (settled < aim.most))
    if open_cells.size:
        _Filling(at, rows, aim, y, draw_order, new, kronor, slack, settled, missing).run(open_cells)
    return kronor, slack


def fill_project(work: Work, free: Ints, cells: Ints, y: Floats) -> None:
    """The same for the payments `free` of one project, from their floats `y` up to the kronor of its `cells`."""
    at = work.at
    work.pay(free, np.floor(y).astype(np.int64))
    mine, projects = np.unique(at.cell[free]), np.zeros(work.aim.project.size, np.int64)
    settled, most, floats = np.zeros(at.cell_project.size, np.int64), np.zeros(at.cell_project.size, np.int64), work.y.copy()
    np.add.at(settled, at.cell[free], work.kronor[free])
    most[mine], floats[free] = cells, y
    projects[at.project[free[0]]] = cells.sum()
    missing = projects - np.bincount(at.project[free], work.kronor[free], projects.size).astype(np.int64)
    aim, draw = Target(projects, most, most), work.amounts.draw_order
    _Filling(at, work.rows, aim, floats, draw, work.new, work.kronor, work.slack, settled, missing).run(mine)


class _Filling:
    """The loop over kronor, on arrays that it changes in place."""

    def __init__(self, at: Portfolio, rows: IntegerRows, aim: Target, y: Floats, draw_order: Floats, new: Ints,
                 kronor: Ints, slack: NDArray[Any], settled: Ints, missing: Ints) -> None:  # fmt: skip
        self.at, self.rows, self.aim = at, rows, aim
        self.fraction = y - np.floor(y + NOISE)
        self.order, self.new = draw_order[at.fund], new
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
        order = sorted(payments, key=lambda j: (self.new[j], self.order[j], -round(float(self.fraction[j]), 3), j))
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
