"""Kronor along paths: a krona that no payment with room can take displaces another, which looks for a new place.

A cell that misses a krona asks its payments in draw order. Where a rule of a payment is full (a budget, say), another
payment in that rule may give a krona up, and then *its* cell misses one; and so on until a payment has room. Such
paths change the settled costs of their first cell alone, so that the rates' bases stay as they are. With rules that
nest (cell, project, fund and year) this finds what a maximum flow would. Caps and group rates over several years cross
them: there it helps that wholly funded projects may borrow from partly funded ones, which take what room is left. What
finds no place is given up where no rate feels it, or with kronor of the payments at that rate.

All of it is done in integers, and what it cannot settle cleanly it leaves alone: then the programs of `whole` and
`box` take over. The order of looking is that of the ids, so the result is a function of the floats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.settling.aim import PROMISED, Target
from rus_funding.settling.net import FREE, Network, gates, network
from rus_funding.settling.rows import NOISE, IntegerRows
from rus_funding.settling.whole import few_kronor

if TYPE_CHECKING:
    from rus_funding.amounts import Floats
    from rus_funding.index import Bools, Ints
    from rus_funding.portfolio import Portfolio

FULL = 16.0  # what a krona costs, at least, that a wholly funded project gives up
REACH = 10  # kronor that a payment may move from its float
CASCADE = 4  # kronor that go with one another
LOOKS = 1
NEWEST, FINAL = 1, 0
ROUNDS = 60  # looks for paths; what has no end after them is for the programs
ROOM, LENDER = -1.0, 0.0  # ends of paths; any other is the price of a krona given up


def along_paths(
    at: Portfolio, rows: IntegerRows, aim: Target, y: Floats, price: Floats, draw_order: Floats, new: Ints
) -> Ints | None:
    """Payments in kronor, every row kept; None where this way does not settle all of them cleanly."""
    net = network(at, rows)
    cells = aim.cells(at, y)
    kronor = np.maximum(0, np.floor(y + NOISE)).astype(np.int64)
    missing = cells.copy()
    np.subtract.at(missing, at.cell, kronor)
    if missing.min(initial=0) < 0:
        return None
    slack = rows.limit.copy()  # as if every cell were settled in full: what is given up takes its share later
    row, cell, value = net.based
    np.add.at(slack, row, value * cells[cell].astype(rows.values.dtype))
    spread = np.repeat(kronor.astype(rows.values.dtype), np.diff(rows.starts))
    np.subtract.at(slack, rows.rows, rows.own * spread)
    fraction = np.round(y - np.floor(y + NOISE), 3)
    order = np.lexsort((-fraction, draw_order[at.fund], new, at.cell))
    highest = np.ceil(y - NOISE).astype(np.int64) + REACH
    search = _Search(net, order, kronor, slack, highest, missing, new)
    worth = price[at.cell_project]
    partly = (worth < FULL) & (aim.project > 0)[at.cell_project]
    search.begin(at, partly, worth)
    if search.settle() or min(search.slack, default=0) < 0:
        return None
    found = np.asarray(search.kronor, np.int64)
    lost = aim.project.copy()
    np.subtract.at(lost, at.project, found)
    return None if (lost > search.bearable).any() else found


class _Spread:
    """The search for paths, a step for all cells at once. `takers` are what a row can stop, the last to ask first."""

    def __init__(self, net: Network, takers: Ints, gate: Ints, cell: Ints, may_give: Bools) -> None:
        self.net, self.takers, self.gate, self.cell, self.may_give = net, takers, gate, cell, may_give
        self.giver = np.full(int(net.like.max(initial=0)) + 1, -1, np.int64)

    def step(self, here: Bools, takes: Ints, gives: Ints) -> Bools:
        """The cells that the givers in `here` make room for."""
        payer, row = self.net.makes_room
        chosen = np.flatnonzero((here[self.net.cell] & self.may_give)[payer])[::-1]  # where several give, the first
        chosen = chosen[self.giver[row[chosen]] < 0]
        opened = np.zeros(self.giver.size, bool)
        opened[row[chosen]] = True
        self.giver[row[chosen]] = payer[chosen]
        found = np.flatnonzero(opened[self.gate] & (takes[self.cell] == -2))
        cells = self.cell[found]
        takes[cells] = self.takers[found]
        gives[cells] = self.giver[self.gate[found]]
        out = np.zeros(takes.size, bool)
        out[cells] = True
        return out


class _Search:
    """Single steps on lists that it changes in place.

    `short` counts the kronor that cells are short of, in pots: each cell of a wholly funded project is one, a partly
    funded project is one; `few` is the most of a pot. More would leave cells out of proportion with their project.
    """

    def __init__(self, net: Network, order: Ints, kronor: Ints, slack: Any, most: Ints, missing: Ints, new: Ints) -> None:
        self.net = net
        self.backwards = order[::-1]
        self.order: list[int] = order.tolist()
        self.kronor: list[int] = kronor.tolist()
        self.slack: list[int] = slack.tolist()
        self.type = slack.dtype
        self.wide, self.narrow, self.lowest = most, np.where(new > NEWEST, 0, most), np.maximum(0, kronor - REACH)
        self._admit(newcomers=False)
        self.least: list[int] = self.lowest.tolist()
        self.missing: list[int] = missing.tolist()
        self.cell: list[int] = net.cell.tolist()

    def _admit(self, *, newcomers: bool) -> None:
        """Whether funds may take a krona of costs that they do not pay yet."""
        self.highest = self.wide if newcomers else self.narrow
        self.most: list[int] = self.highest.tolist()

    def begin(self, at: Portfolio, partly: Bools, worth: Floats) -> None:
        """Set up the pots, and who lends: by row, the payments of partly funded projects."""
        self.worth, self.partly = worth, partly
        cells, projects = partly.size, len(at.index.projects)
        self.pot = np.where(partly, cells + at.cell_project, np.arange(cells))
        self.pots: list[int] = self.pot.tolist()
        uneven: Any = np.bincount(at.cell_project, minlength=projects) + np.bincount(at.project, minlength=projects)
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

    def settle(self) -> list[int]:
        """Place every missing krona or give it up; returns the cells where neither was possible.

        Wholly funded projects come first, and may borrow from those that are partly funded anyway; these take what
        room is left, and give the rest up where they are.
        """
        self._take_back()
        worth = self.worth.tolist()
        waiting = self._fill(np.flatnonzero(~self.partly).tolist(), borrow=True)
        waiting.sort(key=lambda cell: (-worth[cell], cell))
        waiting = self._place(waiting, [ROOM, LENDER], looks=LOOKS)
        rest = self._place(self._fill(np.flatnonzero(self.partly).tolist()), [ROOM], looks=1)
        waiting += [cell for cell in rest if not self._lose(cell, 1, counted=True)]
        if waiting and FINAL == 1:
            waiting = self._place(waiting, [ROOM])
        if FINAL < 2:
            self._admit(newcomers=True)
        if waiting:
            waiting = self._place(waiting, [ROOM, *sorted({each for each in worth if each < PROMISED})])
        waiting = [cell for cell in waiting if not self._lose(cell, CASCADE, counted=bool(self.partly[cell]))]
        self._regain()
        return waiting

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

    def _place(self, waiting: list[int], ends: list[float], *, looks: int = ROUNDS) -> list[int]:
        """Lead each waiting krona to an end, the nearest of the first kind that can be reached; returns what has none.

        A round takes all paths of one look; those that another's steps have barred wait for the next, `looks` in all.
        """
        closed: list[int] = []
        for _ in range(looks):
            if not waiting:
                break
            takes, gives = self._look(waiting, ends)
            closed += [cell for cell in waiting if takes[cell] == -2]
            open_to = [cell for cell in waiting if takes[cell] != -2]
            waiting = [cell for cell in open_to if not self._lead(cell, takes, gives, lend=LENDER in ends)]
            if len(waiting) == len(open_to):
                break
        return closed + waiting

    def _look(self, waiting: list[int], ends: list[float]) -> tuple[list[int], list[int]]:
        """For each cell, the step of a path to an end: its payment that takes and the payment that gives.

        -1 at an end, -2 where no path was found. Breadth first, backwards: who gives a krona up in a cell that can
        replace it, makes room for others in its rows. The first ends are exhausted before the next are looked at.
        """
        net = self.net
        slack, kronor = np.asarray(self.slack, self.type), np.asarray(self.kronor, np.int64)
        gate = gates(net, slack, kronor < self.highest)
        may_give = kronor > self.lowest
        payer, row, value = net.served
        may_give[payer[slack[row] + value < 0]] = False
        cells = self.partly.size
        takes = np.full(cells, -2, np.int64)
        gives = np.full(cells, -1, np.int64)
        takers = self.backwards[gate[self.backwards] >= 0]
        spread = _Spread(net, takers, gate[takers], net.cell[takers], may_give)
        spare = (np.asarray(self.short) < self.few)[self.pot]
        row, cell, value = net.based
        wanted = np.asarray(waiting)
        for end in ends:
            at = takes == -2
            if end == ROOM:
                free = np.zeros(cells, bool)
                free[net.cell[gate == FREE]] = True
                at &= free
            elif end == LENDER:
                at &= self.partly & spare
            else:
                at &= spare & (self.worth == end)
                at[cell[slack[row] < value]] = False
            takes[at] = -1
            while at.any() and (takes[wanted] == -2).any():
                at = spread.step(at, takes, gives)
            if not (takes[wanted] == -2).any():
                break
        return takes.tolist(), gives.tolist()

    def _lead(self, cell: int, takes: list[int], gives: list[int], *, lend: bool) -> bool:
        """Move kronor along the path from a cell; nothing moves where the path does not keep every row and bound."""
        steps = []
        while takes[cell] >= 0:
            steps += [(takes[cell], 1), (gives[cell], -1)]
            cell = self.cell[gives[cell]]
        if takes[cell] == -2:
            return False
        for j, change in steps:
            self._pay(j, change)
        slack, kronor, net = self.slack, self.kronor, self.net
        if all(self.least[j] <= kronor[j] <= self.most[j] for j, _ in steps) and all(
            slack[row] >= 0 for j, _ in steps for entries in (net.uses[j], net.serves[j]) for row, _ in entries
        ):
            room, pot = self._room(cell), self.pots[cell]
            if room >= 0:
                self._pay(room, 1)
                return True
            if lend and self.partly[cell] and self.short[pot] < self.few[pot]:
                self.missing[cell] += 1
                self.short[pot] += 1
                return True
            if not lend and self._lose(cell):
                return True
        for j, change in steps:
            self._pay(j, -change)
        return False
