"""What a plan's kronor rest on: money that is granted, applied for or only planned (`budgets.status`).

One rule, in whole kronor, fund by fund and year by year: granted money is used first, then what is applied for, then
what is planned. Money that is carried over keeps its status, and what is carried is the least that the plan needs
(`least_carried`), again granted money first; of each status no more than `carry_over` of what is left, rounded up.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from rus_funding.model.amounts import exact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rus_funding.model.model import FundingModel

STATUSES = ("granted", "applied", "planned")


class Resting(NamedTuple):
    """Kronor by the status of the money that pays them."""

    granted: int = 0
    applied: int = 0
    planned: int = 0

    @property
    def not_granted(self) -> int:
        """Kronor that rest on money which nobody has granted."""
        return self.applied + self.planned


def resting(model: FundingModel, payments: Iterable[tuple[str, int, int]]) -> dict[tuple[str, int], Resting]:
    """By (fund, year), what its payments rest on; `payments` are fund, year and kronor.

    Every krona is counted once: the three add up to what the fund pays in the year.
    """
    years, funds = model.years, model["funds"]
    paid = {(fund, year): 0 for fund in funds["fund"].tolist() for year in years}
    for fund, year, kronor in payments:
        paid[fund, year] += kronor
    budget = {place: [0, 0, 0] for place in paid}
    rows = model["budgets"]
    for fund, year, amount, status in zip(
        *(rows[column].tolist() for column in ("fund", "year", "amount", "status")), strict=True
    ):
        budget[fund, year][STATUSES.index(status)] += amount
    found: dict[tuple[str, int], Resting] = {}
    for fund, share in zip(funds["fund"].tolist(), funds["carry_over"].tolist(), strict=True):
        parts = drawn([budget[fund, t] for t in years], [paid[fund, t] for t in years], share)
        found |= {(fund, year): part for year, part in zip(years, parts, strict=True)}
    return found


def drawn(budget: Sequence[Sequence[int]], paid: Sequence[int], carry: float) -> list[Resting]:
    """What one fund's payments rest on, year by year: `budget` in kronor by year and status, `paid` by year.

    >>> drawn([(0, 100, 0), (50, 0, 0)], [60, 80], 1.0)
    [Resting(granted=0, applied=60, planned=0), Resting(granted=50, applied=30, planned=0)]
    """
    moved = least_carried([sum(row) for row in budget], paid, carry)
    came, out = [0, 0, 0], []
    for own, kronor, onward in zip(budget, paid, moved, strict=True):
        there = [a + b for a, b in zip(own, came, strict=True)]
        used = _first(there, kronor)
        out.append(Resting(*used))
        left = [a - b for a, b in zip(there, used, strict=True)]
        came = _first([math.ceil(exact(carry) * each) for each in left], onward)
    return out


def _first(there: Sequence[int], kronor: int) -> list[int]:
    """`kronor` taken from the statuses in their order; kronor that are not there, in no legal plan, are not granted."""
    taken = []
    for amount in there:
        taken.append(min(amount, kronor))
        kronor -= taken[-1]
    taken[-1] += kronor
    return taken


def least_carried(budget: Sequence[int], paid: Sequence[int], share: float) -> list[int]:
    """Kronor that must move from each year to the next for the plan to hold, rounded up.

    u_t-1 = max(0, paid_t + u_t / share - B_t) from the last year backwards: of what a year has left, `share` may move.

    >>> least_carried([100, 20, 30], [60, 30, 35], 0.5)
    [20, 5, 0]
    """
    moved, needed = [0] * len(budget), Fraction(0)
    for t in range(len(budget) - 1, 0, -1) if share else ():
        beyond = needed / exact(share) if needed else needed
        needed = max(Fraction(0), paid[t] + beyond - budget[t])
        moved[t - 1] = math.ceil(needed)
    return moved


def in_all(found: Mapping[tuple[str, int], Resting], fund: str | None = None) -> Resting:
    """The sum over all years, of one fund or of all."""
    mine = [part for (name, _), part in found.items() if fund in (None, name)]
    return Resting(*(sum(part[i] for part in mine) for i in range(len(STATUSES))))
