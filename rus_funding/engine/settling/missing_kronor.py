"""Kronor one by one: floors first, then each krona that is missing to a fund that may still pay it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.engine.settling.rows import NOISE

if TYPE_CHECKING:
    from rus_funding.engine.settling.draft import Work
    from rus_funding.model.amounts import Floats
    from rus_funding.model.index import Ints


def fill_up(work: Work, near: Floats) -> None:
    """Floors of `near`, and the kronor that they leave missing of the aim.

    Floors keep every upper limit; the kronor missing from a cell go to its funds, those that pay it already before
    others, in draw order, then by the size of their float's fraction. A krona paid raises the settled cost and so the
    room of other rates: passes go on until none finds a place.
    """
    aim, at = work.aim, work.at
    work.kronor = np.maximum(0, np.floor(near + NOISE)).astype(np.int64)
    work.slack = work.rows.slack(work.kronor)
    settled = np.zeros(aim.least.size, np.int64)
    np.add.at(settled, at.cell, work.kronor)
    missing = aim.project - work.settled()
    open_cells = np.flatnonzero((missing[at.cell_project] > 0) & (settled < aim.most))
    if open_cells.size:
        _Filling(work, near, settled, missing).run(open_cells, (aim.least, aim.most))


def fill_project(work: Work, free: Ints, cells: Ints, floats: Floats) -> None:
    """The same for the payments `free` of one project, from their `floats` up to the kronor of its `cells`."""
    mine, size = np.unique(work.at.cell[free]), work.aim.least.size
    work.pay(free, np.floor(floats).astype(np.int64))
    near, most, settled, missing = work.y.copy(), *np.zeros((2, size), np.int64), np.zeros_like(work.aim.project)
    near[free], most[mine] = floats, cells
    np.add.at(settled, work.at.cell[free], work.kronor[free])
    missing[work.at.project[free[0]]] = cells.sum() - work.kronor[free].sum()
    _Filling(work, near, settled, missing).run(mine, (most,))


class _Filling:
    """The loop over kronor, on arrays that it changes in place, also `settled` by cell and `missing` by project."""

    def __init__(self, work: Work, near: Floats, settled: Ints, missing: Ints) -> None:
        self.work, self.settled, self.missing = work, settled, missing
        self.fraction = near - np.floor(near + NOISE)
        self.order = work.amounts.draw_order[work.at.fund]
        self.first = np.searchsorted(work.at.cell, np.arange(settled.size + 1))

    def run(self, cells: Ints, limits: tuple[Ints, ...]) -> None:
        ranked = {cell: self._candidates(cell) for cell in cells.tolist()}
        project = self.work.at.cell_project
        moved = True
        while moved:
            moved = False
            for limit in limits:
                for cell, candidates in ranked.items():
                    while self.settled[cell] < limit[cell] and self.missing[project[cell]] > 0:
                        if not self._place(cell, candidates):
                            break
                        moved = True

    def _candidates(self, cell: int) -> list[tuple[int, list[int], list[int]]]:
        """Payments of a cell in the order in which a missing krona is offered to them."""
        offered, new = self.work.offered, self.work.new
        payments = [j for j in range(int(self.first[cell]), int(self.first[cell + 1])) if offered[j]]
        payments.sort(key=lambda j: (new[j], self.order[j], -round(float(self.fraction[j]), 3), j))
        return [(j, *self.work.rows.column(j)) for j in payments]

    def _place(self, cell: int, candidates: list[tuple[int, list[int], list[int]]]) -> bool:
        """Pay one krona more in this cell: first where it mends a broken row, then in the order given."""
        slack = self.work.slack
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
        self.work.kronor[j] += 1
        for row, value in zip(where, values, strict=True):
            slack[row] -= value
        self.settled[cell] += 1
        self.missing[self.work.at.cell_project[cell]] -= 1
        return True
