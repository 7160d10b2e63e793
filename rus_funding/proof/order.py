"""Cheap money first: no krona of a later-drawn fund stands where an earlier-drawn fund could legally have paid it."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.proof.breach import Breach
from rus_funding.proof.ledger import Ledger, Payment
from rus_funding.proof.legal import settled_base

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rus_funding.proof.case import Case


def draw_order_breaches(case: Case, payments: Iterable[Payment] | Ledger) -> list[Breach]:
    """Payments of which one krona could move to a fund drawn earlier, all rules held.

    Their labels are ("draw_order", project, fund, year, class). Such a move leaves what is settled, and so the value,
    as it is. It is tried for every payment and every fund drawn earlier that may pay the cost: budgets (with what is
    carried into later years), rates, caps, group rates, commitments, authorisations, and the fund's share of the
    portfolio. The plan itself is taken to be legal.
    """
    ledger = Ledger.of(payments)
    swap = _Swap(case, ledger)
    found = []
    for (project, fund, year, part), kronor in ledger.paid.items():
        if kronor <= 0:
            continue
        later = case.funds[fund].draw_order
        for other in case.payers[project, part]:
            if case.funds[other].draw_order < later and swap.legal(project, fund, other, year):
                label = ("draw_order", project, fund, str(year), part)
                text = f"{fund} pays {kronor} kr to {project} ({part}, {year}) where {other}, drawn earlier, could pay."
                found.append(Breach(label, kronor, "=", 0, 1, text))
                break
    return found


def draw_order_binds(case: Case) -> bool:
    """Do the objectives promise it? Not where who pays is decided before `draw_order`, or a tolerance gives it up."""
    if case.objectives.get("draw_order") != 0:
        return False
    names = list(case.objectives)
    return not {"leverage", "spread", "continuity"} & set(names[: names.index("draw_order")])


@dataclasses.dataclass
class _Swap:
    """May one krona of a cost in a year move from one fund to another? One method a rule; the cheap ones first."""

    case: Case
    ledger: Ledger

    def __post_init__(self) -> None:
        self._room: dict[tuple[str, int], Fraction] = {}
        self._income = {name for name, fund in self.case.funds.items() if fund.income}

    def legal(self, project: str, giver: str, taker: str, year: int) -> bool:
        """All rules together."""
        return (
            self._grants(project, giver, taker)
            and self._cap(project, taker)
            and self._budget(taker, year)
            and self._commitment(project, giver, taker, year)
            and self._authorisation(taker, year)
            and self._diversification(taker)
            and self._rate(project, giver, taker, year)
            and self._group(project, giver, taker)
        )

    def _grants(self, project: str, giver: str, taker: str) -> bool:
        """Both funds keep to their least grants, one krona less and one krona more; nobody else pays it alone."""
        settled = self.ledger.p[project]
        for fund, by in ((giver, -1), (taker, 1)):
            paid = self.ledger.pf.get((project, fund), 0) + by
            sole = paid == settled and (project, fund) in self.case.alone
            least = self.case.funds[fund].least if (project, fund) in self.case.grants else 0
            if 0 < paid < least and not sole:
                return False
        return True

    def _cap(self, project: str, taker: str) -> bool:
        most = self.case.funds[taker].cap
        paid = self.ledger.pf.get((project, taker), 0) + self.case.past.paid.get((project, taker), 0)
        return most is None or paid < most

    def _budget(self, taker: str, year: int) -> bool:
        """One krona more in `year` must leave every later year whole, as less is carried into it."""
        if (taker, year) not in self._room:
            self._room[taker, year] = self._left(taker, year)
        return self._room[taker, year] >= 0

    def _left(self, taker: str, year: int) -> Fraction:
        """The least that is left in any year when the fund pays one krona more in `year`."""
        carry = self.case.funds[taker].carry
        least, carried = Fraction(0), Fraction(0)
        for t in self.case.years:
            left = carried + self.case.budgets.get((taker, t), 0) - self.ledger.ft.get((taker, t), 0) - (t == year)
            least = min(least, left)
            carried = carry * max(left, Fraction(0))
        return least

    def _commitment(self, project: str, giver: str, taker: str, year: int) -> bool:
        if any((project, fund, year, "paid") in self.case.promised for fund in (giver, taker)):
            return False
        decided = self.case.promised.get((project, giver, year, "decided"), 0)
        return self.ledger.pft.get((project, giver, year), 0) > decided

    def _authorisation(self, taker: str, year: int) -> bool:
        for (fund, after), amount in self.case.authorisations.items():
            if fund == taker and year > after:
                bound = sum(self.ledger.ft.get((taker, t), 0) for t in self.case.years if t > after)
                if bound >= amount:
                    return False
        return True

    def _diversification(self, taker: str) -> bool:
        return self.ledger.f.get(taker, 0) + 1 <= self.case.funds[taker].max_share * self.case.all_kronor(
            self.ledger.total
        )

    def _rate(self, project: str, giver: str, taker: str, year: int) -> bool:
        """The taker's own rate, and, where income changes hands, those of every fund paid on costs less income."""
        more = (taker in self._income) - (giver in self._income)
        for fund in self.case.projects[project].funds:
            rules = self.case.funds[fund]
            extra = (fund == taker) - (fund == giver)
            less = more if rules.base == "net" else 0
            if extra <= 0 and less <= 0:
                continue
            base = settled_base(self.case, self.ledger, project, fund)
            if rules.basis == "year":
                paid, whole = self.ledger.pft.get((project, fund, year), 0), base.get(year, 0)
            else:
                paid, whole = self.ledger.pf.get((project, fund), 0), sum(base.values())
            left = self.case.past.rate(rules, project) if rules.basis == "total" else 0
            if paid + extra > rules.rate * (whole - less) + left:
                return False
        return True

    def _group(self, project: str, giver: str, taker: str) -> bool:
        settled = self.ledger.p[project]
        for name in self.case.limits_on[project]:
            limit = self.case.limits[name]
            change = (taker in limit.funds) - (giver in limit.funds)
            if change:
                funds = self.case.projects[project].funds
                paid = change + sum(self.ledger.pf.get((project, f), 0) for f in funds if f in limit.funds)
                low, high = self.case.past.group(limit, project)
                if not limit.least * settled - low <= paid <= limit.most * settled + high:
                    return False
        return True
