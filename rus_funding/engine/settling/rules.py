"""The legal rules as integer rows on payments, rule by rule.

A share of a cost becomes a share of the kronor *paid* for that cost (settled costs are what is paid), so each rule is
linear in the payments alone: r = p/q of a base turns into q · Σ own − p · Σ base ≤ 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.engine.settling.blocks import fractions, matching
from rus_funding.model.axis import numbered

if TYPE_CHECKING:
    from rus_funding.engine.settling.blocks import Builder
    from rus_funding.model.amounts import Amounts
    from rus_funding.model.index import Ints
    from rus_funding.model.portfolio import Portfolio


def every_rule(to: Builder, at: Portfolio, amounts: Amounts, moving: Ints) -> None:
    """All rows, rule after rule. `moving` are the right sides that rest on the floats: budgets, then grants."""
    budget = amounts.budget.size
    start = to.block(budget, moving[:budget])
    to.add(start + at.fund_year, np.arange(at.fund.size), 1)
    _grants(to, at, moving[budget:])
    _rates(to, at, amounts)
    _caps(to, at, amounts)
    _groups(to, at, amounts)
    _diversification(to, at, amounts)
    _promises(to, at, amounts)


def _rates(to: Builder, at: Portfolio, amounts: Amounts) -> None:
    """3. q · Σ own − p · Σ base (+ p · Σ income for `net`) ≤ 0, by year or in all; closed years' p · E° − q · paid°."""
    index = at.index
    paid, before = amounts.paid_before
    top, bottom = fractions(amounts.rate)
    base_kind = index.fund_column("rate_base")
    in_kind_cell = (index.model["categories"]["form"][index.category_order] == "in_kind")[at.cell_class]
    project, fund, of_pair = at.pairs
    pair, year, of_pair_year, _ = at.pair_years
    pays = index.may_fund[at.cell_project] & index.may_pay.T[at.cell_class]  # cells x funds
    years = len(index.years)
    for yearly in (True, False):
        chosen = at.limited & (at.yearly == yearly)
        rows = np.flatnonzero((chosen[fund] & ~index.is_past[project])[pair if yearly else slice(None)])
        if not rows.size:
            continue
        row_fund = fund[pair[rows]] if yearly else fund[rows]
        row_project = project[pair[rows]] if yearly else project[rows]
        number = numbered((pair if yearly else fund).size, rows)
        row_of = number[of_pair_year if yearly else of_pair]
        mine = np.flatnonzero(row_of >= 0)
        here = row_project, row_fund
        left = None if yearly else top[row_fund] * before[here] - bottom[row_fund] * paid[here]
        start = to.block(rows.size, left, top=top[row_fund], bottom=bottom[row_fund])
        if to.sides_only:
            continue
        to.add(start + row_of[mine], mine, bottom[at.fund[mine]])
        # every payment of the same project (and year): the base
        place = row_project * years + year[rows] if yearly else row_project
        there = at.project * years + at.year if yearly else at.project
        order = np.argsort(there, kind="stable")
        i, j = matching(place, there[order])
        payment, f = order[j], row_fund[i]
        kind = base_kind[f]
        counts = np.where(
            kind == "eligible",
            pays[at.cell[payment], f],
            np.where(kind == "total", True, ~in_kind_cell[at.cell[payment]]),
        ).astype(bool)
        to.add(start + i[counts], payment[counts], 0, -top[f[counts]])
        earns = (kind == "net") & at.income[at.fund[payment]]
        if earns.any():
            to.add(start + i[earns], payment[earns], top[f[earns]])


def _caps(to: Builder, at: Portfolio, amounts: Amounts) -> None:
    """4. Σ y ≤ cap, less what closed years had."""
    project, fund, of_pair = at.pairs
    rows = np.flatnonzero(np.isfinite(amounts.cap[fund]) & ~at.index.is_past[project])
    number = numbered(fund.size, rows)
    mine = np.flatnonzero(number[of_pair] >= 0)
    paid = amounts.paid_before[0][project[rows], fund[rows]]
    start = to.block(rows.size, np.floor(amounts.cap[fund[rows]]).astype(np.int64) - paid)
    to.add(start + number[of_pair[mine]], mine, 1)


def _grants(to: Builder, at: Portfolio, sides: Ints) -> None:
    """15. −Σ y ≤ −least and Σ y ≤ most, by pair, where any fund has a least grant (`Grants.sides`)."""
    if not sides.size:
        return
    for sign, half in ((-1, sides[: sides.size // 2]), (1, sides[sides.size // 2 :])):
        start = to.block(half.size, half)
        to.add(start + at.pairs[2], np.arange(at.fund.size), sign)


def _groups(to: Builder, at: Portfolio, amounts: Amounts) -> None:
    """5. p · Σ all − q · Σ group ≤ 0 (least) and q · Σ group − p · Σ all ≤ 0 (most), plus the room of closed years."""
    for column, usual, sign in (("min_rate", 0.0, -1), ("max_rate", 1.0, 1)):
        values = amounts.limit(column)
        top, bottom = fractions(values)
        for i, projects in enumerate(at.applies):
            if values[i] == usual or not projects.size:
                continue
            number = numbered(len(at.index.projects), projects)
            row_of = number[at.project]
            mine = np.flatnonzero(row_of >= 0)
            group = mine[at.members[i][at.fund[mine]]]
            paid = amounts.paid_before[0][projects][:, at.members[i]].sum(axis=1)
            room = np.maximum(0, sign * (top[i] * amounts.booked_before[projects] - bottom[i] * paid))
            start = to.block(projects.size, room, top=top[i], bottom=bottom[i])
            to.add(start + row_of[mine], mine, 0, -sign * top[i])
            to.add(start + row_of[group], group, sign * bottom[i])


def _diversification(to: Builder, at: Portfolio, amounts: Amounts) -> None:
    """7. q · Σ own − p · Σ all ≤ 0, or q · Σ own ≤ p · A with `share_base` available: a policy share, which gives where
    kronor cannot be placed otherwise.
    """
    fixed = amounts.model.policy.share_base == "available"
    every = np.arange(at.fund.size)
    top, bottom = fractions(amounts.max_share)
    for f in np.flatnonzero(amounts.max_share < 1.0).tolist():
        give = len(at.index.projects) - 1
        mine = np.flatnonzero(at.fund == f)
        if fixed:
            start = to.block(1, np.asarray([int(top[f]) * amounts.available // int(bottom[f])]), give=give)
            to.add(np.full(mine.size, start), mine, 1)
            continue
        start = to.block(1, give=int(bottom[f]) * give, top=top[f], bottom=bottom[f])
        to.add(np.full(mine.size, start), mine, bottom[f])
        to.add(np.full(every.size, start), every, 0, -top[f])


def _promises(to: Builder, at: Portfolio, amounts: Amounts) -> None:
    """10. and 14.: commitments (−Σ y ≤ −amount; paid also Σ y ≤ amount) and authorisations."""
    index = at.index
    project, fund, year, paid = index.commitment
    amount = amounts.model["commitments"]["amount"]
    place = (project * len(index.funds) + fund) * len(index.years) + year
    mine = (at.project * len(index.funds) + at.fund) * len(index.years) + at.year
    order = np.argsort(mine, kind="stable")
    i, j = matching(place, mine[order])
    start = to.block(place.size, -amount)
    to.add(start + i, order[j], -1)
    exactly = np.flatnonzero(paid)
    i, j = matching(place[exactly], mine[order])
    start = to.block(exactly.size, amount[exactly])
    to.add(start + i, order[j], 1)
    rows = amounts.model["authorisations"]
    funds, years = index.funds.locate(rows["fund"]), np.asarray(index.years.ids)
    start = to.block(rows.size, rows["amount"])
    for row, (f, after) in enumerate(zip(funds.tolist(), rows["year"].tolist(), strict=True)):
        payments = np.flatnonzero((at.fund == f) & (years[at.year] > after))
        to.add(np.full(payments.size, start + row), payments, 1)
