"""Kronor along paths: a krona that no payment with room can take displaces another, which looks for a new place.

A cell that misses a krona asks its payments in draw order. Where a rule of a payment is full (a budget, say), another
payment in that rule may give a krona up, and then *its* cell misses one; and so on until a payment has room. Such
paths change the settled costs of their first cell alone, so that the rates' bases stay as they are. With rules that
nest (cell, project, fund and year) this finds what a maximum flow would. Caps and group rates over several years cross
them: there it helps that wholly funded projects may borrow from partly funded ones, which take what room is left. What
finds no place is given up where no rate feels it, or with kronor of the payments at that rate.

All of it is done in integers, and what it cannot settle cleanly it leaves alone: then the programs of
`integer_program` and `box_program` take over. The order of looking is that of the ids, so the result is a function of
the floats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.engine.settling.aim import PROMISED
from rus_funding.engine.settling.payment_net import FREE, Network, gates, network
from rus_funding.engine.settling.rows import NOISE
from rus_funding.engine.settling.single_kronor import REACH, Moves

if TYPE_CHECKING:
    from rus_funding.engine.settling.draft import Work
    from rus_funding.model.index import Bools, Ints

FULL = 16.0  # what a krona costs, at least, that a wholly funded project gives up
CASCADE = 4  # kronor that go with one another
ROUNDS = 60  # looks for paths; what has no end after them is for the programs
ROOM, LENDER = -1.0, 0.0  # ends of paths; any other is the price of a krona given up


def along_paths(work: Work) -> Ints | None:
    """Payments in kronor, every row kept; None where this way does not settle all of them cleanly."""
    at, rows, aim, y = work.at, work.rows, work.aim, work.y
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
    order = np.lexsort((-fraction, work.amounts.draw_order[at.fund], work.new, at.cell))
    most = np.where(work.offered, np.ceil(y - NOISE) + REACH, 0).astype(np.int64)
    search = _Search(net, order, kronor, slack, most, missing)
    worth = work.price[at.cell_project]
    partly = (worth < FULL) & (aim.project > 0)[at.cell_project]
    search.begin(at, partly, worth, work.terms.uneven)
    if search.settle() or not _mendable(work, np.flatnonzero(np.asarray(search.slack) < 0)):
        return None
    found = np.asarray(search.kronor, np.int64)
    lost = aim.project.copy()
    np.subtract.at(lost, at.project, found)
    return None if (lost > search.bearable).any() else found


def _mendable(work: Work, broken: Ints) -> bool:
    """Whether each of these rows is of one partly funded project alone: less of it mends it (`smaller_or_out`).

    What is promised, and what several projects share, is for the programs.
    """
    entry = np.flatnonzero(np.isin(work.rows.rows, broken))
    project = work.at.project[np.searchsorted(work.rows.starts, entry, "right") - 1]
    row = work.rows.rows[entry]
    one = all(np.unique(project[row == each]).size == 1 for each in broken.tolist())
    return one and bool((work.price[project] < FULL).all())


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


class _Search(Moves):
    """Paths of single kronor, from cells that miss one to ends."""

    def settle(self) -> list[int]:
        """Place every missing krona or give it up; returns the cells where neither was possible.

        Wholly funded projects come first, and may borrow from those that are partly funded anyway; these take what
        room is left, and give the rest up where they are.
        """
        self._take_back()
        worth = self.worth.tolist()
        waiting = self._fill(np.flatnonzero(~self.partly).tolist(), borrow=True)
        waiting.sort(key=lambda cell: (-worth[cell], cell))
        waiting = self._place(waiting, [ROOM, LENDER], looks=1)
        rest = self._place(self._fill(np.flatnonzero(self.partly).tolist()), [ROOM], looks=1)
        waiting += [cell for cell in rest if not self._lose(cell, 1, counted=True)]
        if waiting:
            waiting = self._place(waiting, [ROOM, *sorted({each for each in worth if each < PROMISED})])
        waiting = [cell for cell in waiting if not self._lose(cell, CASCADE, counted=bool(self.partly[cell]))]
        self._regain()
        return waiting

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
