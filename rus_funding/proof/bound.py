"""What no plan can be worth more than: weak duality over the plain linear program, in integers, rounded outward.

For max c·v with rows L ≤ A·v ≤ U and columns 0 ≤ v ≤ h, any λ gives

    c·v = λ·A·v + (c − λ·A)·v ≤ Σ_{λ > 0} λ·U + Σ_{λ < 0} λ·L + Σ_j max(0, c_j − λ·A_j) · h_j.

So a multiplier may be any number whatever: a bad one makes a weak bound, never a wrong one. A multiplier of the wrong
sign (no such side) or not finite counts as 0. The rows and their labels stand in `rus_funding.proof.rows`.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from rus_funding.proof.multipliers import Multipliers, down, up
from rus_funding.proof.parts import SCALE
from rus_funding.proof.reading import Label, UnreadableError
from rus_funding.proof.rows import ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.proof.case import Case


HUGE = 1e100  # multipliers beyond, or not finite, count as 0; the others in units of 2^−SCALE, toward zero


class Bound(NamedTuple):
    """`bound` holds for every plan of the linear program; one in kronor that passes `audit` may be worth `give` more.

    `give` is what the rules may give on whole kronor (`rus_funding.proof.audit`), at the multipliers' prices. Where
    objectives are kept, `prices` are what a unit short of each level may add: the audit does not hold those levels.
    """

    bound: Fraction
    give: Fraction
    prices: Mapping[str, Fraction]


def bound(case: Case, duals: Mapping[Label, float], kept: Mapping[str, float] | None = None) -> Fraction:
    """An upper bound on `value` over every plan, exact: the multipliers' own, rounded up in units of 2⁻¹²⁰.

    Raises `UnreadableError` for a label that is no row of this case.
    """
    return certify(case, duals, kept).bound


def certify(case: Case, duals: Mapping[Label, float], kept: Mapping[str, float] | None = None) -> Bound:
    """The bound, and what rounding to whole kronor may add to it. `kept` is {objective: level}."""
    m = Multipliers(case, kept or {})
    for label, multiplier in duals.items():
        if not label or label[0] not in ROWS:
            raise UnreadableError(f"there is no row {label!r}")
        signs, arity, add = ROWS[label[0]]
        if len(label) != arity + 1:
            raise UnreadableError(f"there is no row {label!r}")
        wrong = multiplier > 0 if signs == "<=0" else multiplier < 0 and signs == ">=0"
        by = 0 if wrong or not -HUGE < multiplier < HUGE else int(math.ldexp(multiplier, SCALE))
        try:
            add(m, by, *label[1:])
        except (KeyError, ValueError):
            raise UnreadableError(f"there is no row {label!r} in this model") from None
    total = m.rows + _payments(m) + _shares(m) + _carried(m) + _beyond(m) + _gates(m) + _ties(m)
    loose = m.give + sum(case.projects[p].uneven * priced for p, priced in m.loose.items())
    prices = {name: Fraction(price) / (1 << SCALE) for name, price in m.prices.items()}
    return Bound(Fraction(total, 1 << SCALE), Fraction(math.ceil(loose), 1 << SCALE), prices)


def _payments(m: Multipliers) -> int:
    """Σ max(0, −λ·A) · c over the payments y, 0 ≤ y ≤ c."""
    total = 0
    incomes = {name for name, fund in m.case.funds.items() if fund.income} if m.income else ()
    ft = {(f, t): m.ft.get((f, t), 0) + m.f.get(f, 0) for f in m.case.funds for t in m.case.years}
    cells, pf, pft = m.cell, m.pf, m.pft
    for cell, cost, payments in m.case.columns:
        financing = cells.get(cell, 0)
        for fund, fund_year, pair, pair_year in payments:
            priced = financing + ft[fund_year] + pf.get(pair, 0) + pft.get(pair_year, 0)
            if fund in incomes:
                priced += m.income.get((cell[0], cell[2]), 0)
            if priced < 0:
                total -= priced * cost
    return total


def _gains(m: Multipliers) -> dict[str, int]:
    """c − λ·A on each x, but for the rows that are sums over projects alike (K) or name the project (`m.x`)."""
    case = m.case
    gain = dict(case.gains)
    for name, area in case.areas.items():
        priced, on_points = m.ka.get(name, 0), m.q.get(name, 0)
        if not priced and not on_points:
            continue
        for p, share, benefit in area.parts:
            gain[p] -= down(on_points, benefit) + priced * case.projects[p].cost * share // area.unit
    if m.kj or m.everywhere:
        for name, place in case.municipalities.items():
            priced = m.kj.get(name, 0) + m.everywhere
            for p, share in place.parts:
                gain[p] -= priced * case.projects[p].cost * share // place.unit
    for (name, part, year), priced in m.cell.items():
        gain[name] += priced * case.costs[name, part, year]
    return gain


def _shares(m: Multipliers) -> int:
    """Σ max over the box of (c − λ·A) · x; a held project's x is 1, a barred one's 0."""
    total = 0
    gain = _gains(m)
    for name, project in m.case.projects.items():
        reduced = gain[name] - m.x.get(name, 0) - m.k * project.cost
        if project.barred:
            continue
        if project.held:
            total += reduced
            m.give += abs(reduced) * project.cells * project.krona
        elif reduced > 0:
            total += reduced
    return total


def _carried(m: Multipliers) -> int:
    """Σ max(0, λ_t+1 − λ_t / carry) · (the most that can be carried) over u."""
    total = 0
    for name, fund in m.case.funds.items():
        most = Fraction(0)
        for year, after in zip(m.case.years, m.case.years[1:], strict=False) if fund.carry else ():
            most = fund.carry * (m.case.budgets.get((name, year), 0) + most)
            reduced = m.budgets.get((name, after), 0) - down(m.budgets.get((name, year), 0), 1 / fund.carry)
            total += max(0, reduced) * math.ceil(most)
    return total


def _beyond(m: Multipliers) -> int:
    """Σ max(0, λ − w · (1 − beyond)) · (points past the target at most) over o."""
    total = 0
    for name, area in m.case.areas.items():
        if area.target is not None:
            reduced = m.q.get(name, 0) - down(1 << SCALE, area.weight * (1 - area.beyond))
            most = max(0, math.ceil(sum(benefit for _, _, benefit in area.parts) - area.target))
            total += max(0, reduced) * most
    return total


def _gates(m: Multipliers) -> int:
    """Σ max(0, −λ·A) over z, 0 ≤ z ≤ 1."""
    return -sum(min(0, priced) for priced in m.z.values())


def _ties(m: Multipliers) -> int:
    """Σ max(0, worth − λ) over n, 0 ≤ n ≤ 1."""
    return sum(max(0, up(1 << SCALE, tie.worth) - m.n.get(pair, 0)) for pair, tie in m.case.ties.items())
