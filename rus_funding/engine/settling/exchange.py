"""The last look at the draw order: no krona of a later-drawn fund stays where an earlier-drawn one may pay it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.settling.payment_net import network
from rus_funding.model.amounts import exact

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.engine.settling.draft import Work


def draw_earlier(work: Work) -> None:
    """Move kronor within cells to earlier-drawn funds, in place, as far as every rule allows.

    A move leaves the settled costs as they are, so only the two payments' own rows matter.
    """
    order = work.amounts.draw_order[work.at.fund]
    if order.size and order.min() < order.max():
        _Exchange(work, order).run()


class _Exchange:
    """The moves, on arrays that they change in place."""

    def __init__(self, work: Work, order: NDArray[Any]) -> None:
        self.at, self.amounts, self.new, self.order = work.at, work.amounts, work.new, order
        self.kept_out = work.barred
        self.kronor, self.slack = work.kronor, work.slack - work.rows.give
        self.years = len(self.at.index.years)
        self.net = network(self.at, work.rows)
        self.used: dict[int, list[int]] = {}  # of the funds that carry, by year
        for fund in np.flatnonzero(self.amounts.carry > 0).tolist():
            mine = np.flatnonzero(self.at.fund == fund)
            used = np.zeros(self.years, np.int64)
            np.add.at(used, self.at.year[mine], self.kronor[mine])
            self.used[fund] = used.tolist()
            self._budgets(fund)

    def run(self) -> None:
        """Passes over what could move until nothing does."""
        net, cell = self.net, self.at.cell
        for _ in range(20):
            latest = np.full(self.at.cell_project.size, -np.inf)
            paying = np.flatnonzero(self.kronor > 0)
            np.maximum.at(latest, cell[paying], self.order[paying])
            full = self.slack[net.row] < net.value
            barred = self.kept_out.copy()
            barred[net.payer[full & ~net.shared]] = True  # no giver in the cell makes room there
            takers = np.flatnonzero(~barred & (self.order < latest[cell]))
            moved = 0
            for taker in sorted(takers.tolist(), key=lambda j: (self.order[j], self.new[j], j)):
                others = range(net.first[cell[taker]], net.first[cell[taker] + 1])
                givers = [j for j in others if self.order[j] > self.order[taker] and self.kronor[j] > 0]
                for giver in sorted(givers, key=lambda j: (-self.order[j], j)):
                    moved += self._move(taker, giver)
            if not moved:
                return

    def _budgets(self, fund: int) -> None:
        """The room of a carrying fund's budgets, when as much is carried as may be: exact, year by year.

        What is left of year t is counted in units of 1 / below^t, so that every number is an integer.
        """
        share = exact(float(self.amounts.carry[fund]))
        above, below = share.numerator, share.denominator
        left, carried, budget = [], 0, self.amounts.budget[fund].tolist()
        for t, used in enumerate(self.used[fund]):
            left.append(carried + (budget[t] - used) * below**t)
            carried = above * max(left[-1], 0)
        for t in range(self.years):  # a krona more in t takes share ** (s - t) from year s
            room = min(left[s] // (below**t * above ** (s - t)) for s in range(t, self.years))
            self.slack[fund * self.years + t] = room

    def _move(self, taker: int, giver: int) -> int:
        """Move as many kronor as the rules allow; returns how many. The bases of rates stay as they are."""
        uses, serves, slack = self.net.uses, self.net.serves, self.slack
        full = [row for row, value in uses[taker] if slack[row] < value]
        if full and not {row for row, _ in uses[giver]}.issuperset(full):
            return 0  # the giver makes no room there
        gains = dict(uses[giver] + serves[giver])
        takes = dict(uses[taker] + serves[taker])
        change = [(row, takes.get(row, 0) - gains.get(row, 0)) for row in takes | gains]
        amount = int(self.kronor[giver])
        for row, value in change:
            if value > 0:
                amount = min(amount, int(slack[row]) // value)
                if amount <= 0:
                    return 0
        self.kronor[taker] += amount
        self.kronor[giver] -= amount
        for row, value in change:
            slack[row] -= amount * value
        for j, paid in ((taker, amount), (giver, -amount)):
            fund = int(self.at.fund[j])
            if fund in self.used:
                self.used[fund][int(self.at.year[j])] += paid
                self._budgets(fund)
        return amount
