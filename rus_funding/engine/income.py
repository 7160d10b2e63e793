"""Income that a project has and could use, and that a plan leaves standing while a grant is counted on the gross cost.

A fund with `rate_base` net pays a share of what is left when the income is used. Where the draw order takes other money
first the income stands unused, and the grant is larger than the fund's own rules give.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from rus_funding.engine.figures import Figures
from rus_funding.model.model import document
from rus_funding.proof.case import Case
from rus_funding.proof.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.engine.plan import Outcome
    from rus_funding.proof.parts import Fund, Project


class Standing(NamedTuple):
    """Kronor of an income fund that a project could use instead of others' money, though `net` pays it by the net.

    `more` are the kronor that `net` pays at most because of it: ⌈rate · kronor⌉, never above what it pays.
    """

    project: str
    income: str
    net: str
    kronor: int
    more: int


def standing(outcome: Outcome) -> list[Standing]:
    """The income that a plan leaves standing, by project, income fund and net fund; none where no fund pays by the net.

    Of a fund-year's unused income each krona is counted at one project only, the first by id.
    """
    kinds = outcome.model["funds"]
    if not (kinds["income"].any() and (kinds["rate_base"] == "net").any()):
        return []
    case = Case.of(document(outcome.model))
    ledger = Ledger.of((p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments)
    left = dict(Figures(outcome).unused)
    found = []
    for name in sorted(case.projects):
        project = case.projects[name]
        nets = [f for f in project.funds if case.funds[f].base == "net" and not case.funds[f].income]
        paying = [(f, ledger.pf.get((name, f), 0)) for f in nets if ledger.pf.get((name, f), 0)]
        for income in (f for f in project.funds if case.funds[f].income and paying):
            kronor = sum(_usable(case, ledger, project, case.funds[income], left))
            found += [
                Standing(name, income, net, kronor, min(paid, math.ceil(case.funds[net].rate * kronor)))
                for net, paid in paying
                if kronor
            ]
    return found


def _usable(
    case: Case, ledger: Ledger, project: Project, income: Fund, left: dict[tuple[str, int], int]
) -> Iterator[int]:
    """Kronor by year that the income could pay of what others pay: its money, its rate and its cap allow it."""
    name = project.id
    paid = {year: ledger.pft.get((name, income.id, year), 0) for year in case.years}
    base = {year: _base(ledger, project, income, year) for year in case.years}
    whole = math.floor(income.rate * sum(base.values())) - sum(paid.values())
    room = min(whole if income.basis == "total" else sum(base.values()), _or_all(income.cap, base) - sum(paid.values()))
    for year in case.years:
        others = (
            sum(ledger.settled.get((name, part.name, year), 0) for part in project.classes if income.id in part.funds)
            - paid[year]
        )
        grants = sum(ledger.pft.get((name, fund, year), 0) for fund in project.funds if not case.funds[fund].income)
        in_year = math.floor(income.rate * base[year]) - paid[year] if income.basis == "year" else room
        kronor = max(0, min(left[income.id, year], others, grants, in_year, room))
        left[income.id, year] -= kronor
        room -= kronor
        yield kronor


def _base(ledger: Ledger, project: Project, income: Fund, year: int) -> int:
    """Settled kronor of a year that the income's own rate is a share of; `net` as booked, which is never less."""
    return sum(
        ledger.settled.get((project.id, part.name, year), 0)
        for part in project.classes
        if (income.base == "total" or (income.id in part.funds if income.base == "eligible" else part.cash))
    )


def _or_all(cap: int | None, base: dict[int, int]) -> int:
    return sum(base.values()) if cap is None else cap
