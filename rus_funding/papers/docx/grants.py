"""What each fund pays to each project, in a decision's terms: whose money, kronor at most, rates that hold."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.engine.budget_status import resting
from rus_funding.kronor import floor_rate
from rus_funding.model.model import document
from rus_funding.proof.case import Case
from rus_funding.proof.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from rus_funding.engine.plan import Outcome


@dataclasses.dataclass(frozen=True)
class Grant:
    """Kronor of a fund to a project over the years `first` to `last`.

    `rate` is the fund's rate where the plan pays just that: ⌊rate · base⌋ each year, or over the period as the fund
    counts. Else it is None: the share that was paid is then no rule, and a decision must not promise it. `base` says
    of which of the project's costs: "booked", "eligible", "total" or "net". `open` says that the fund pays with
    money that is not granted in some of these years, wholly or in part: nobody can decide that it is. `others` says
    that the money is not the decider's to grant: an income of the project, or a fund of another financier.
    """

    project: str
    fund: str
    kronor: int
    first: int
    last: int
    rate: Fraction | None
    base: str
    income: bool
    in_kind: bool
    open: bool
    others: bool

    @property
    def decided(self) -> bool:
        """Whether the decision can grant it; all else it presupposes."""
        return not (self.open or self.others)


def grants(outcome: Outcome) -> dict[str, list[Grant]]:
    """The grants of a plan by project, in the order of the model; of a project in the order of drawing."""
    case = Case.of(document(outcome.model))
    ledger = Ledger.of((p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments)
    years: dict[tuple[str, str], list[int]] = {}
    for payment in outcome.payments:
        if payment.kronor:
            years.setdefault((payment.project, payment.fund), []).append(payment.year)
    rests = resting(outcome.model, ((p.fund, p.year, p.kronor) for p in outcome.payments))
    rows, decider = outcome.model["funds"], outcome.model.decider
    financier = dict(zip(rows["fund"].tolist(), rows["financier"].tolist(), strict=True))
    drawn = sorted(case.funds, key=lambda f: (case.funds[f].draw_order, f))
    found: dict[str, list[Grant]] = {}
    for project in outcome.model["projects"]["project"].tolist():
        for fund in (f for f in drawn if (project, f) in years):
            rules = case.funds[fund]
            rate, base = _rate(case, ledger, project, fund)
            others = rules.income or financier[fund] != (decider or financier[fund])
            paid = {year: ledger.pft[project, fund, year] for year in sorted(set(years[project, fund]))}
            parts = _parted(paid, {year: bool(rests[fund, year].not_granted) for year in paid}, others, rules.least)
            for mine, awaited in parts:
                found.setdefault(project, []).append(
                    Grant(
                        project,
                        fund,
                        sum(paid[year] for year in mine),
                        mine[0],
                        mine[-1],
                        rate if len(parts) == 1 or rules.basis == "year" else None,
                        base,
                        rules.income,
                        rules.form == "in_kind",
                        awaited,
                        others,
                    )
                )
    return found


def _parted(
    paid: Mapping[int, int], awaited: Mapping[int, bool], others: bool, least: int
) -> list[tuple[list[int], bool]]:
    """The years in which a fund pays with granted money alone, and those in which it does not (True), none empty.

    All years together where the money is others' (nobody here decides when it comes), and where what is granted alone
    is less than the fund's least grant: nobody decides to grant a krona of a project and awaits the rest.
    """
    now = [year for year in paid if not awaited[year]]
    later = [year for year in paid if awaited[year]]
    if later and (others or sum(paid[year] for year in now) < least):
        return [(list(paid), True)]
    return [(mine, mine is later) for mine in (now, later) if mine]


def _rate(case: Case, ledger: Ledger, project: str, fund: str) -> tuple[Fraction | None, str]:
    """The fund's rate if it holds for what is paid, and what it is a share of."""
    rules = case.funds[fund]
    if rules.rate >= 1:
        return None, rules.base
    base = _base(case, ledger, project, fund, rules.base)
    paid = {year: ledger.pft.get((project, fund, year), 0) for year in case.years}
    if rules.basis == "total":
        holds = sum(paid.values()) == floor_rate(rules.rate, sum(base.values()))
    else:
        holds = all(paid[year] == floor_rate(rules.rate, base[year]) for year in case.years)
    # where a fund may pay every cash cost its "eligible" costs are all that is booked: the plainer word is true
    same = rules.base == "eligible" and base == _base(case, ledger, project, fund, "booked")
    return (rules.rate if holds else None), "booked" if same else rules.base


def _base(case: Case, ledger: Ledger, project: str, fund: str, kind: str) -> Mapping[int, int]:
    """Settled kronor by year that the rate is a share of; as rule 3 counts them, for every year of the model."""
    base = dict.fromkeys(case.years, 0)
    for part in case.projects[project].classes:
        if kind == "total" or (fund in part.funds if kind == "eligible" else part.cash):
            for year in base:
                base[year] += ledger.settled.get((project, part.name, year), 0)
    if kind == "net":
        for other in case.projects[project].funds:
            if case.funds[other].income:
                for year in base:
                    base[year] -= ledger.pft.get((project, other, year), 0)
    return base
