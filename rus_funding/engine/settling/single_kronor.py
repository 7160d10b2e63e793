"""Single kronor: paid where there is room, borrowed from partly funded projects, given up where no rate feels it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.settling.integer_program import few_kronor

if TYPE_CHECKING:
    from rus_funding.engine.settling.payment_net import Network
    from rus_funding.model.amounts import Floats
    from rus_funding.model.index import Bools, Ints
    from rus_funding.model.portfolio import Portfolio

REACH = 10  # kronor that a payment may move from its float


class Moves:
    """Single steps on lists that it changes in place.

    `short` counts the kronor that cells are short of, in pots: each cell of a wholly funded project is one, a partly
    funded project is one; `few` is the most of a pot. More would leave cells out of proportion with their project.
    """

    def __init__(self, net: Network, order: Ints, kronor: Ints, slack: Any, most: Ints, missing: Ints) -> None:
        self.net = net
        self.backwards = order[::-1]
        self.order: list[int] = order.tolist()
        self.kronor: list[int] = kronor.tolist()
        self.slack: list[int] = slack.tolist()
        self.type = slack.dtype
        self.highest, self.lowest = most, np.maximum(0, kronor - REACH)
        self.most: list[int] = most.tolist()
        self.least: list[int] = self.lowest.tolist()
        self.missing: list[int] = missing.tolist()
        self.cell: list[int] = net.cell.tolist()

    def begin(self, at: Portfolio, partly: Bools, worth: Floats, uneven: Ints) -> None:
        """Set up the pots, and who lends: by row, the payments of partly funded projects."""
        self.worth, self.partly = worth, partly
        cells, projects = partly.size, len(at.index.projects)
        self.pot = np.where(partly, cells + at.cell_project, np.arange(cells))
        self.pots: list[int] = self.pot.tolist()
        self.bearable: Ints = np.maximum(1, uneven - 2)  # what a project can lose and its cells stay in proportion
        self.few: list[int] = [*few_kronor(at).tolist(), *self.bearable.tolist()]
        self.short = [0] * (cells + projects)
        for cell in np.flatnonzero(partly).tolist():
            self.short[self.pots[cell]] += self.missing[cell]
        self.lost = [0] * cells
        self.lenders: dict[int, list[int]] = {}
        for j in np.flatnonzero(partly[self.net.cell] & (np.asarray(self.kronor) > self.lowest)).tolist():
            for row, _ in self.net.uses[j]:
                self.lenders.setdefault(row, []).append(j)

    def _pay(self, j: int, change: int) -> None:
        self.kronor[j] += change
        slack = self.slack
        for row, value in self.net.uses[j]:
            slack[row] -= change * value
        for row, value in self.net.serves[j]:
            slack[row] -= change * value

    def _may_give(self, j: int) -> bool:
        slack = self.slack
        return self.kronor[j] > self.least[j] and all(slack[row] + value >= 0 for row, value in self.net.serves[j])

    def _offered(self, cell: int) -> list[int]:
        """A cell's payments in the order in which a krona is offered to them."""
        return self.order[self.net.first[cell] : self.net.first[cell + 1]]

    def _room(self, cell: int) -> int:
        """The first payment of a cell, in draw order, that may take a krona; -1 where none may."""
        net, slack = self.net, self.slack
        for j in self.order[net.first[cell] : net.first[cell + 1]]:
            for row, value in net.uses[j]:
                if slack[row] < value:
                    break
            else:
                if self.kronor[j] < self.most[j]:
                    return j
        return -1

    def _take_back(self) -> None:
        """Rates of partly funded projects whose floors are too high for the kronor aimed at: a krona back each."""
        for row in [row for row, room in enumerate(self.slack) if room < 0]:
            for j in reversed(self.net.members[row]):
                while self.slack[row] < 0 and self.kronor[j] > self.least[j]:
                    self._pay(j, -1)
                    self.missing[self.cell[j]] += 1
                    if self.partly[self.cell[j]]:
                        self.short[self.pots[self.cell[j]]] += 1

    def _fill(self, cells: list[int], *, borrow: bool = False) -> list[int]:
        """Each missing krona to a payment with room: first where it mends a broken row. Returns the cells of the rest.

        A cell stands in the list once for each krona. With `borrow` a partly funded project makes room where it can.
        """
        net, slack, waiting = self.net, self.slack, []
        broken = min(slack, default=0) < 0
        for cell in cells:
            for _ in range(self.missing[cell]):
                best = self._room(cell)
                if broken:
                    for j in self._offered(cell):
                        mends = any(slack[row] < 0 for row, _ in net.serves[j])
                        if mends and all(slack[row] >= value for row, value in net.uses[j]):
                            best = j
                            break
                if best >= 0:
                    self._pay(best, 1)
                    if not borrow:
                        self.short[self.pots[cell]] -= 1
                elif not (borrow and self._borrow(cell)):
                    waiting.append(cell)
            self.missing[cell] = 0
        return waiting

    def _borrow(self, cell: int) -> bool:
        """A krona from a partly funded project in the row that is full; whether there was one."""
        net, slack = self.net, self.slack
        for j in self._offered(cell):
            full = [(row, value) for row, value in net.uses[j] if slack[row] < value]
            for lender in self.lenders.get(full[0][0], ()) if full and self.kronor[j] < self.most[j] else ():
                pot = self.pots[self.cell[lender]]
                if self.short[pot] >= self.few[pot] or not self._may_give(lender):
                    continue
                gains = dict(net.uses[lender])
                if all(slack[row] + gains.get(row, 0) >= value for row, value in full):
                    self._pay(lender, -1)
                    self._pay(j, 1)
                    self.missing[self.cell[lender]] += 1
                    self.short[pot] += 1
                    return True
        return False

    def _lose(self, cell: int, most_lost: int = 1, *, counted: bool = False) -> bool:
        """Give a krona up in a cell; where rates feel it, kronor of payments at those rates too, `most_lost` in all.

        `counted`: it is among those that its project is short of already.
        """
        net, slack = self.net, self.slack
        if not counted and self.short[self.pots[cell]] >= self.few[self.pots[cell]]:
            return False
        lost: list[int] = [cell]
        paid: list[int] = []
        self._shrink(cell, 1)
        while broken := [row for at in lost for row, _ in net.base[at] if slack[row] < 0]:
            best, most = -1, (0, False)
            for j in net.members[broken[0]] if len(lost) < most_lost else ():
                where = self.cell[j]
                gains = dict(net.uses[j])
                rank = sum(slack[row] + gains.get(row, 0) >= 0 for row in broken), where == cell
                pot = self.pots[where]
                if rank > most and self.short[pot] < self.few[pot] and self._may_give(j):
                    best, most = j, rank
            if best < 0:
                for at in lost:
                    self._shrink(at, -1)
                for j in paid:
                    self._pay(j, 1)
                return False
            self._pay(best, -1)
            self._shrink(self.cell[best], 1)
            paid.append(best)
            lost.append(self.cell[best])
        if counted:
            self.short[self.pots[cell]] -= 1
        return True

    def _shrink(self, cell: int, by: int) -> None:
        self.lost[cell] += by
        self.short[self.pots[cell]] += by
        for row, value in self.net.base[cell]:
            self.slack[row] -= by * value

    def _regain(self) -> None:
        """Pay what was given up after all, where what went with other kronor has left room; whole projects first."""
        lost = [cell for cell, count in enumerate(self.lost) for _ in range(count)]
        for cell in sorted(lost, key=lambda cell: (-self.worth[cell], cell)):
            self._shrink(cell, -1)
            room = self._room(cell)
            if room >= 0:
                self._pay(room, 1)
            else:
                self._shrink(cell, 1)
