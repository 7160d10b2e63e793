"""What no plan can do better than: weak duality over the plain linear program, in integers, rounded outward.

For max c·v with rows L ≤ A·v ≤ U and columns l ≤ v ≤ h, any λ gives

    c·v = λ·A·v + (c − λ·A)·v ≤ Σ_{λ > 0} λ·U + Σ_{λ < 0} λ·L + Σ_j max over [l_j, h_j] of (c_j − λ·A_j) · v_j.

So a multiplier may be any number whatever: a bad one makes a weak bound, never a wrong one. A multiplier of the wrong
sign (no such side) or not finite counts as 0. The rows and their labels stand in `rus_funding.proof.rows`.

c is an objective in the sense in which more is better, plus what each objective that is kept ahead of it counts: a
multiplier θ ≥ 0 on ("kept", name) adds θ · (that objective − its level), which no plan that keeps the level has below
0. Without any objective (c = 0) a bound below 0 proves that no plan keeps these rules.
"""

from __future__ import annotations

import copy
import math
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from rus_funding.proof.goals import SENSE
from rus_funding.proof.multipliers import Multipliers, down, up
from rus_funding.proof.parts import SCALE
from rus_funding.proof.reading import Label, UnreadableError, exact
from rus_funding.proof.rows import ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.proof.case import Case


HUGE = 1e100  # multipliers beyond, or not finite, count as 0; the others in units of 2^−SCALE, toward zero
ONE = 1 << SCALE


class Bound(NamedTuple):
    """`bound` holds for every plan of the linear program; one in kronor that passes `audit` may be better by `give`.

    `bound` is in the objective's own unit and sense: an upper bound on what is maximised, a lower one on what is
    minimised. `give` is what the rules may give on whole kronor (`rus_funding.proof.audit`), at the multipliers'
    prices. Where objectives are kept, `prices` are what a unit short of each level may add: the audit does not hold
    those levels.
    """

    bound: Fraction
    give: Fraction
    prices: Mapping[str, Fraction]


def bound(case: Case, duals: Mapping[Label, float], kept: Mapping[str, float] | None = None) -> Fraction:
    """An upper bound on `value` over every plan, exact: the multipliers' own, rounded up in units of 2⁻¹²⁰.

    Raises `UnreadableError` for a label that is no row of this case.
    """
    return certify(case, duals, kept).bound


def certify(
    case: Case,
    duals: Mapping[Label, float],
    kept: Mapping[str, float] | None = None,
    objective: str = "value",
    fixed: Mapping[str, int] | None = None,
) -> Bound:
    """The bound on an objective, and what rounding to whole kronor may add to it.

    `kept` is {objective: level}; `fixed` is {choice: 0 or 1}, the choices made (`Case.choices`).
    """
    return Priced(case, duals, kept or {}, objective).at(fixed or {})


class Priced:
    """A case's linear program at the prices of some multipliers. `objective` may be "" (nothing is sought)."""

    def __init__(
        self, case: Case, duals: Mapping[Label, float], kept: Mapping[str, float], objective: str = "value"
    ) -> None:
        """Price every row once; `at` then answers for any choices."""
        self.case, self.objective = case, objective
        m = Multipliers(case, kept)
        if objective:
            m.count(objective, ONE)
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
        self.gain, self.z, self.w = _gains(m), m.z, m.w  # not all of m: a tree has hundreds of these
        self.prices = {name: Fraction(price) / ONE for name, price in m.prices().items()}
        self.rest = m.rows + _payments(m) + _carried(m) + _beyond(m) + _ties(m) + _moved(m) + _extremes(m)
        loose = m.give + sum(case.projects[p].uneven * priced for p, priced in m.loose.items())
        free = {name: self._share(name, None) for name in case.projects}
        self.free = free
        self.total = self.rest + sum(worth for worth, _ in free.values()) - sum(min(0, by) for by in m.w.values())
        self.loose = loose + sum(give for _, give in free.values())
        if not objective:
            self._nothing()

    def _nothing(self) -> None:
        if any(project.held and project.barred for project in self.case.projects.values()):
            self.total = min(self.total, -ONE)  # a project that must be funded and cannot: 1 ≤ x ≤ 0

    def short_of(self, level: float) -> Priced:
        """The same multipliers with one of 1 on a level of the objective: do they prove that no plan keeps it?"""
        found = copy.copy(self)
        found.objective = ""
        found.total += up(ONE, -SENSE[self.objective] * exact(level))
        found._nothing()  # noqa: SLF001
        return found

    def at(self, fixed: Mapping[str, int]) -> Bound:
        """The bound where the choices in `fixed` are 0 or 1."""
        total, loose = self.total, self.loose
        for name, choice in fixed.items():
            if name not in self.free:  # who pays, w or s: at most max(0, −λ·A) where it is free
                priced = self.w.get(name, 0)
                total += min(0, priced) - choice * priced
                continue
            was, now = self.free[name], self._share(name, choice)
            total += now[0] - was[0]
            loose += now[1] - was[1]
        sense = SENSE.get(self.objective, 1)
        return Bound(Fraction(sense * total, ONE), Fraction(math.ceil(loose), ONE), self.prices)

    def _share(self, name: str, choice: int | None) -> tuple[int, Fraction | int]:
        """Max over the box of what x and z of a project count, and what whole kronor may give there.

        x is 0..z; a held project's is 1, a barred one's 0. A choice z = 0 makes it 0; z = 1 raises the least of x to
        1 (indivisible) or to the least share.
        """
        project = self.case.projects[name]
        z = -self.z.get(name, 0)
        if choice == 0 and project.held:
            raise UnreadableError(f"{name} must be funded: it cannot be chosen away")
        gates = 0 if choice == 0 else z if choice == 1 or project.held else max(0, z)
        if project.barred or choice == 0:
            return gates, 0
        reduced = self.gain[name]
        least: Fraction | int = 0
        if project.held or (choice == 1 and project.indivisible):
            least = 1
        elif choice == 1:
            least = project.min_share
        if reduced >= 0 and not project.held:
            return gates + reduced, 0
        give = abs(reduced) * project.cells * project.krona if least else 0
        return gates + up(reduced, least), give


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
    """c − λ·A on each x."""
    case, worth = m.case, m.weights.get("value", 0)
    gain = (
        {p: -((-worth * points) >> SCALE) for p, points in case.gains.items()}
        if worth
        else dict.fromkeys(case.gains, 0)
    )
    for name, area in case.areas.items():
        priced, on_points = m.ka.get(name, 0), m.q.get(name, 0)
        if not priced and not on_points:
            continue
        for p, share, benefit in area.parts:
            gain[p] -= down(on_points, benefit) + priced * case.projects[p].cost * share // area.unit
    for name, priced in m.kd.items():
        marked = case.perspectives[name]
        for p, share in marked.parts:
            gain[p] -= priced * case.projects[p].cost * share // marked.unit
    if m.kj or m.everywhere:
        for name, place in case.municipalities.items():
            priced = m.kj.get(name, 0) + m.everywhere
            for p, share in place.parts:
                gain[p] -= priced * case.projects[p].cost * share // place.unit
    for (name, part, year), priced in m.cell.items():
        gain[name] += priced * case.costs[name, part, year]
    for name, project in case.projects.items():
        gain[name] -= m.x.get(name, 0) + m.k * project.cost
    return gain


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
            reduced = m.q.get(name, 0) - down(m.weights.get("value", 0), area.weight * (1 - area.beyond))
            most = max(0, math.ceil(sum(benefit for _, _, benefit in area.parts) - area.target))
            total += max(0, reduced) * most
    return total


def _ties(m: Multipliers) -> int:
    """Σ max(0, worth − λ) over n, 0 ≤ n ≤ 1."""
    weight = m.weights.get("value", 0)
    return sum(max(0, -(-weight * over // under) - m.n.get(pair, 0)) for pair, over, under in m.case.tie_worths)


def _moved(m: Multipliers) -> int:
    """Σ max(0, −weight − λ·A) · max(previous, C_pf) over d."""
    weight, case = m.weights.get("continuity", 0), m.case
    return sum(
        max(0, -weight - priced) * max(case.previous.get(pair, 0), case.payable.get(pair, 0))
        for pair, priced in m.d.items()
    )


def _extremes(m: Multipliers) -> int:
    """Σ max over the box of (its weight − λ·A) · m over the columns of `balance`, `reach` and `spread`."""
    return sum(math.ceil(max(reduced * least, reduced * most)) for reduced, least, most in m.extremes().values())
