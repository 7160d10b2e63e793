"""A plan in whole kronor by one integer program, written from the rules apart from the engine: is there any?

What it answers is audited, so that a plan which it finds is one. That it finds none says little: of funds that carry
money it carries none, and shares on whole kronor it lets give by a whole krona less than the audit does.
"""

from __future__ import annotations

import itertools
import math
import warnings
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pulp

from rus_funding.model.model import document
from rus_funding.proof.audit import audit
from rus_funding.proof.case import Case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.model.model import FundingModel

Payment = tuple[str, str, int, str, int]  # project, fund, year, cost class, kronor


def whole_plan(model: FundingModel, seconds: float = 10.0) -> list[Payment] | None:
    """Payments in whole kronor that break no rule, None where none are found."""
    program = _Whole(Case.of(document(model)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        status = program.lp.solve(pulp.HiGHS(msg=False, timeLimit=seconds))
    if status != pulp.LpStatusOptimal:
        return None
    paid = [(p, f, t, k, round(y.varValue or 0)) for (p, k, t, f), y in program.y.items()]
    paid = [payment for payment in paid if payment[-1]]
    free = {
        name: Fraction(int(bool(project.held))) for name, project in program.case.projects.items() if not project.cost
    }
    return paid if audit(program.case, paid, free) == [] else None


class _Whole:
    """The program: y in kronor, z whether a project is funded, w whether a fund pays it."""

    def __init__(self, case: Case) -> None:
        self.case, self.lp = case, pulp.LpProblem("whole", pulp.LpMaximize)
        self.number = itertools.count()
        self.y = {
            (p, k, t, f): self.lp.add_variable(f"y{next(self.number)}", 0, cost, pulp.LpInteger)
            for (p, k, t), cost in case.costs.items()
            for f in case.payers[p, k]
        }
        for name, project in case.projects.items():
            self.project(name, project)
        self.money()
        self.shares()
        self.lp.setObjective(pulp.lpSum(self.y.values()))

    def paid(self, **where: Any) -> Any:
        """Σ y of a project, fund, year or class."""
        keys = ("project", "part", "year", "fund")
        return pulp.lpSum(
            y for key, y in self.y.items() if all(key[keys.index(name)] == value for name, value in where.items())
        )

    def keep(self, left: Any, sense: str, right: Any) -> None:
        """One rule, multiplied out."""
        row = left - right <= 0 if sense == "<=" else left - right >= 0
        if isinstance(row, pulp.LpConstraint) and len(row):
            self.lp += row

    def project(self, name: str, project: Any) -> None:
        """Rules 1, 12 and 13 of one project, and whether it is funded."""
        settled = self.paid(project=name)
        z = self.lp.add_variable(f"z{next(self.number)}", 0, 1, pulp.LpInteger)
        self.keep(settled, "<=", (0 if project.barred else project.cost) * z)
        if project.held:
            self.keep(settled, ">=", project.cost - project.cells + 1)
        if project.indivisible or project.min_share:
            least = project.cost if project.indivisible else math.ceil(project.min_share * project.cost)
            self.keep(settled, ">=", (least - project.cells + 1) * z)
        for part in project.classes:
            for year, cost in part.costs.items():
                cell, room = self.paid(project=name, part=part.name, year=year), project.uneven * project.cost - 1
                self.keep(cell, "<=", cost)
                self.keep(cell * project.cost - settled * cost, "<=", room)
                self.keep(cell * project.cost - settled * cost, ">=", -room)
        for fund in project.funds:
            self.payer(name, fund)
        self.beside(name, project, z)

    def payer(self, name: str, payer: str) -> None:
        """Rules 3, 4 and 15 of one project and fund."""
        case, fund = self.case, self.case.funds[payer]
        paid, years = self.paid(project=name, fund=payer), case.rated[name, payer]
        periods = [(paid, years)]
        if fund.basis == "year":
            periods = [(self.paid(project=name, fund=payer, year=t), [(t, cells)]) for t, cells in years]
        earning = [f for f in case.projects[name].funds if case.funds[f].income and fund.base == "net"]
        for mine, period in periods:
            base = pulp.lpSum(self.paid(project=p, part=k, year=t) for _, cells in period for p, k, t in cells)
            income = pulp.lpSum(self.paid(project=name, fund=f, year=t) for t, _ in period for f in earning)
            self.keep(mine - float(fund.rate) * (base - income), "<=", 0)
        if fund.cap is not None:
            self.keep(paid, "<=", fund.cap)
        if fund.least:
            w = self.lp.add_variable(f"w{next(self.number)}", 0, 1, pulp.LpInteger)
            self.keep(paid, "<=", case.projects[name].cost * w)
            self.keep(paid, ">=", fund.least * w)

    def beside(self, name: str, project: Any, z: Any) -> None:
        """Rules 5 and 11 of one project."""
        case, settled = self.case, self.paid(project=name)
        for limit in (case.limits[each] for each in case.limits_on[name]):
            group = pulp.lpSum(self.paid(project=name, fund=f) for f in limit.funds)
            self.keep(group - float(limit.most) * settled, "<=", 0)
            self.keep(group - float(limit.least) * settled, ">=", 0)
        for one, other in case.requires:
            theirs = case.projects[other]
            if one == name and project.cost and theirs.cost:
                give = project.cells * theirs.cost + theirs.cells * project.cost - 1
                self.keep(settled * theirs.cost - self.paid(project=other) * project.cost, "<=", give)
        for one, other in case.excludes:
            if one == name:
                self.keep(self.paid(project=other), "<=", case.projects[other].cost * (1 - z))

    def money(self) -> None:
        """Rules 2, 10 and 14."""
        case = self.case
        for f in case.funds:
            for t in case.years:
                self.keep(self.paid(fund=f, year=t), "<=", case.budgets.get((f, t), 0))
        for p, f, t, kind, amount in case.commitments:
            self.keep(self.paid(project=p, fund=f, year=t), ">=", amount)
            if kind == "paid":
                self.keep(self.paid(project=p, fund=f, year=t), "<=", amount)
        for (f, after), amount in case.authorisations.items():
            self.keep(pulp.lpSum(self.paid(fund=f, year=t) for t in case.years if t > after), "<=", amount)

    def shares(self) -> None:
        """Rules 6 to 9 and 16, each as far as it may give."""
        case, give = self.case, len(self.case.projects) - 1
        total = self.paid()
        every = sum(case.budgets.values()) if case.share_base == "available" else total
        for share, counted in self.counted():
            self.keep(counted - float(share) * every, ">=", -give)
        for area in case.areas.values():
            counted = pulp.lpSum(float(Fraction(part, area.unit)) * self.paid(project=p) for p, part, _ in area.parts)
            self.keep(counted - float(area.cap) * every, "<=", give)
        for f, fund in case.funds.items():
            self.keep(self.paid(fund=f) - float(fund.max_share) * every, "<=", give)
        people = sum(place.population for place in case.municipalities.values())
        landed = {
            name: pulp.lpSum(float(Fraction(part, place.unit)) * self.paid(project=p) for p, part in place.parts)
            for name, place in case.municipalities.items()
        }
        for name, place in case.municipalities.items() if case.municipality_floor and people else ():
            floor = float(case.municipality_floor * place.population / people)
            self.keep(landed[name] - floor * pulp.lpSum(landed.values()), ">=", -give)
        for least, projects in case.actors.values():
            takes = [case.projects[p] for p in projects if case.projects[p].cost]
            if least and takes and len(takes) == len(projects):
                whole = math.lcm(*(each.cost for each in takes))
                lost = sum(whole // each.cost for each in takes) - 1
                reached = pulp.lpSum(whole // each.cost * self.paid(project=each.id) for each in takes)
                self.keep(reached, ">=", least * whole - lost)

    def counted(self) -> Iterator[tuple[Fraction, Any]]:
        """The floors of areas and perspectives, and what counts to each."""
        for area in self.case.areas.values():
            parts = [(p, part) for p, part, _ in area.parts]
            yield area.floor, pulp.lpSum(float(Fraction(s, area.unit)) * self.paid(project=p) for p, s in parts)
        for each in self.case.perspectives.values():
            yield each.floor, pulp.lpSum(float(Fraction(s, each.unit)) * self.paid(project=p) for p, s in each.parts)
