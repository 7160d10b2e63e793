"""An odd krona goes to a fund that pays already: funds that the floats give no part in a cost hand theirs over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.settling.net import network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.amounts import Floats
    from rus_funding.index import Ints
    from rus_funding.portfolio import Portfolio
    from rus_funding.settling.rows import IntegerRows


def spare_newcomers(
    at: Portfolio, rows: IntegerRows, kronor: Ints, slack: NDArray[Any], new: Ints, draw_order: Floats
) -> None:
    """Let funds that pay a cost already take the kronor of those that do not, in place, as far as every rule allows.

    Where a payer's budget is full, the two funds change places in another cost that both pay that year: what each
    pays in the year stays. `new` says how new a payment is (`newcomers`).
    """
    places = np.flatnonzero((kronor > 0) & (new > 0))
    if places.size:
        _Handing(at, rows, kronor, slack, new, draw_order).run(places[np.lexsort((places, -new[places]))])


class _Handing:
    """Kronor handed over one by one, on arrays that it changes in place."""

    def __init__(
        self, at: Portfolio, rows: IntegerRows, kronor: Ints, slack: NDArray[Any], new: Ints, draw_order: Floats
    ) -> None:
        self.net, self.kronor, self.slack, self.new = network(at, rows), kronor, slack, new
        self.order, self.fund_year = draw_order[at.fund], at.fund_year
        self.paying: dict[int, dict[int, int]] = {}  # by fund and year: the cells it pays, and the payment there
        for j in np.flatnonzero((kronor > 0) & (new == 0)).tolist():
            self.paying.setdefault(int(at.fund_year[j]), {})[int(at.cell[j])] = j

    def run(self, places: Ints) -> None:
        """Each krona of each newcomer, the newest first."""
        for giver in places.tolist():
            cell = int(self.net.cell[giver])
            takers = [j for j in range(self.net.first[cell], self.net.first[cell + 1])
                      if self.new[j] == 0 and self.kronor[j] > 0]  # fmt: skip
            takers.sort(key=lambda j: (self.order[j], j))
            while self.kronor[giver] and any(self._hand(giver, taker) for taker in takers):
                pass

    def _hand(self, giver: int, taker: int) -> bool:
        """A krona from one payment of a cell to another, if need be against one of the same funds in another cell."""
        if self._move({giver: -1, taker: 1}):
            return True
        mine = self.paying.get(int(self.fund_year[giver]), {})
        theirs = self.paying.get(int(self.fund_year[taker]), {})
        cells = sorted(mine.keys() & theirs.keys())
        return any(self._move({giver: -1, taker: 1, mine[cell]: 1, theirs[cell]: -1}) for cell in cells)

    def _move(self, changes: dict[int, int]) -> bool:
        """Change payments by a krona where every row stays kept and no payer is lost; whether that was possible."""
        if any(change < 0 and self.kronor[j] <= (self.new[j] == 0) for j, change in changes.items()):
            return False
        moved: dict[int, int] = {}
        for j, change in changes.items():
            for row, value in (*self.net.uses[j], *self.net.serves[j]):
                moved[row] = moved.get(row, 0) + change * value
        if any(value > 0 and self.slack[row] < value for row, value in moved.items()):
            return False
        for j, change in changes.items():
            self.kronor[j] += change
        for row, value in moved.items():
            self.slack[row] -= value
        return True
