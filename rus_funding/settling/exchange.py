"""The last look at the draw order: no krona of a later-drawn fund stays where an earlier-drawn one may pay it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.amounts import exact
from rus_funding.settling.net import network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.amounts import Amounts
    from rus_funding.index import Ints
    from rus_funding.portfolio import Portfolio
    from rus_funding.settling.rows import IntegerRows


def draw_earlier(at: Portfolio, amounts: Amounts, rows: IntegerRows, kronor: Ints, slack: NDArray[Any]) -> None:
    """Move kronor within cells to earlier-drawn funds, in place, as far as every rule allows.

    A move leaves the settled costs as they are, so only the two payments' own rows matter.
    """
    order = amounts.draw_order[at.fund]
    if not kronor.size or order.min() == order.max():
        return
    _Exchange(at, amounts, rows, kronor, slack, order).run()


class _Exchange:
    """The moves, on arrays that they change in place."""

    def __init__(
        self, at: Portfolio, amounts: Amounts, rows: IntegerRows, kronor: Ints, slack: NDArray[Any], order: NDArray[Any]
    ) -> None:
        self.at, self.amounts, self.rows, self.kronor, self.slack, self.order = at, amounts, rows, kronor, slack, order
        self.years = len(at.index.years)
        self.carries = amounts.carry > 0
        for fund in np.flatnonzero(self.carries).tolist():
            self._budgets(fund)
        self.net = network(at, rows)

    def run(self) -> None:
        """Passes over what could move until nothing does."""
        net, cell = self.net, self.at.cell
        for _ in range(20):
            latest = np.full(self.at.cell_project.size, -np.inf)
            paying = np.flatnonzero(self.kronor > 0)
            np.maximum.at(latest, cell[paying], self.order[paying])
            full = self.slack[net.row] < net.value
            barred = np.zeros(self.kronor.size, bool)
            barred[net.payer[full & ~net.shared]] = True  # no giver in the cell makes room there
            takers = np.flatnonzero(~barred & (self.order < latest[cell]))
            moved = 0
            for taker in sorted(takers.tolist(), key=lambda j: (self.order[j], j)):
                others = range(net.first[cell[taker]], net.first[cell[taker] + 1])
                givers = [j for j in others if self.order[j] > self.order[taker] and self.kronor[j] > 0]
                for giver in sorted(givers, key=lambda j: (-self.order[j], j)):
                    moved += self._move(taker, giver)
            if not moved:
                return

    def _budgets(self, fund: int) -> None:
        """The room of a carrying fund's budgets, when as much is carried as may be: exact, year by year."""
        share = exact(float(self.amounts.carry[fund]))
        mine = self.at.fund == fund
        used = np.zeros(self.years, np.int64)
        np.add.at(used, self.at.year[mine], self.kronor[mine])
        left, carried = [], Fraction(0)
        for t in range(self.years):
            left.append(carried + int(self.amounts.budget[fund, t]) - int(used[t]))
            carried = share * max(left[-1], Fraction(0))
        for t in range(self.years):  # a krona more in t takes share ** (s - t) from year s
            room = min(left[s] / share ** (s - t) for s in range(t, self.years))
            self.slack[fund * self.years + t] = room.numerator // room.denominator

    def _move(self, taker: int, giver: int) -> int:
        """Move as many kronor as the rules allow; returns how many. The bases of rates stay as they are."""
        change: dict[int, int] = {}
        for j, sign in ((taker, 1), (giver, -1)):
            for row, value in (*self.net.uses[j], *self.net.serves[j]):
                change[row] = change.get(row, 0) + sign * value
        amount = int(self.kronor[giver])
        for row, value in change.items():
            if value > 0:
                amount = min(amount, int(self.slack[row]) // value)
        if amount <= 0:
            return 0
        self.kronor[taker] += amount
        self.kronor[giver] -= amount
        for row, value in change.items():
            self.slack[row] -= amount * value
        for fund in sorted({int(self.at.fund[taker]), int(self.at.fund[giver])}):
            if self.carries[fund]:
                self._budgets(fund)
        return amount
