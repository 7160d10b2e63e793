"""Outcome against plan: what was planned, what is booked and what is forecast; what funds owe, get back, and lose.

The plan is the one that was decided (`previous`), else the best of the model with no year closed; the forecast is the
best plan of what remains (`rus_funding.model.closed`). All amounts are whole kronor.
"""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rus_funding.engine.engine import Engine
from rus_funding.errors import NoPlan, UsageError
from rus_funding.kronor import round_half_up
from rus_funding.model.amounts import Amounts, exact
from rus_funding.model.carriers import Carriers
from rus_funding.model.index import Index

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rus_funding.engine.plan import Outcome
    from rus_funding.follow_up.ledger import Ledger
    from rus_funding.model.model import FundingModel

Place = tuple[str, str, int]  # project, fund, year


@dataclasses.dataclass(frozen=True)
class Line:
    """Kronor of one thing: planned and booked in closed years, planned and forecast over all years."""

    key: tuple[str, ...]
    planned: int
    booked: int
    plan: int
    forecast: int

    @property
    def ahead(self) -> int:
        """Booked beyond what was planned by now; below 0 it is behind."""
        return self.booked - self.planned


@dataclasses.dataclass(frozen=True)
class Claim:
    """What a fund owes a project after closed years.

    `entitled` = min(⌊rate · Σ booked⌋, cap), by year (`basis` "year") or cumulative ("total"); `carried` of it is what
    the fund stands for, `due` what it has left to pay, `recovery` what it has paid too much; with basis "total" that is
    set off against later claims.
    """

    project: str
    fund: str
    basis: str
    entitled: int
    carried: int
    paid: int

    @property
    def due(self) -> int:
        """Kronor left to claim."""
        return max(0, self.carried - self.paid)

    @property
    def recovery(self) -> int:
        """Kronor paid beyond the entitlement."""
        return max(0, self.paid - self.entitled)


@dataclasses.dataclass(frozen=True)
class Left:
    """A closed year's budget: what was used of it, and how much of the rest returns to the next year."""

    fund: str
    year: int
    budget: int
    used: int
    returns: int

    @property
    def unused(self) -> int:
        """Kronor of the year's own budget that nobody used."""
        return max(0, self.budget - self.used)


@dataclasses.dataclass(frozen=True)
class FollowUp:
    """What became of a plan. `lost` are kronor by financier that the plan had and the forecast has not."""

    model: FundingModel
    through: int
    ledger: Ledger | None
    decided: bool  # whether the plan is one that was decided
    forecast: Outcome
    projects: tuple[Line, ...]
    categories: tuple[Line, ...]  # planned costs in full, of projects that the plan funds
    funds: tuple[Line, ...]
    years: tuple[Line, ...]
    claims: tuple[Claim, ...]
    lost: tuple[tuple[str, int], ...]
    budgets: tuple[Left, ...]
    unpaid: tuple[tuple[str, int, int], ...]  # project, year, kronor that no fund pays

    def as_dict(self) -> dict[str, Any]:
        """The object that ``follow-up --json`` prints."""

        def lines(rows: Iterable[Line], *names: str) -> list[dict[str, Any]]:
            figures = ("planned", "booked", "ahead", "plan", "forecast")
            return [
                {**dict(zip(names, row.key, strict=True)), **{name: getattr(row, name) for name in figures}}
                for row in rows
            ]

        ledger = self.ledger
        return {
            "model": self.model.name,
            "closed_through": self.through,
            "plan": "previous" if self.decided else "solved",
            "source": None if ledger is None else ledger.source,
            "rows": None if ledger is None else ledger.rows,
            "later": None if ledger is None else ledger.later,
            "unmatched": [] if ledger is None else [dataclasses.asdict(row) for row in ledger.unmatched],
            "projects": lines(self.projects, "project"),
            "categories": lines(self.categories, "project", "category"),
            "funds": lines(self.funds, "fund"),
            "years": lines(self.years, "year"),
            "claims": [dataclasses.asdict(one) | {"due": one.due, "recovery": one.recovery} for one in self.claims],
            "lost": [{"financier": name, "kronor": kronor} for name, kronor in self.lost],
            "budgets": [dataclasses.asdict(one) for one in self.budgets],
            "unpaid": [{"project": p, "year": t, "kronor": kronor} for p, t, kronor in self.unpaid],
            "forecast": self.forecast.as_dict(),
        }


def with_ledger(model: FundingModel, ledger: Ledger) -> FundingModel:
    """The model closed through the ledger's year, with its rows in the place of the model's own of closed years.

    Claims of the model stand where the file has none. Raises `InvalidInput` where that is no model.
    """
    import pandas as pd

    from rus_funding.model.reading.frames import from_frames

    frames = model.frames()
    for table, rows, names in (
        ("booked", ledger.booked, ("project", "category", "year", "amount")),
        ("claims", ledger.claims, ("project", "fund", "year", "kind", "amount")),
    ):
        if rows:
            own = frames[table]
            new = pd.DataFrame(rows, columns=list(names)).assign(source=ledger.source)
            kept = own[own["year"] > ledger.through]
            frames[table] = pd.concat([kept.astype(object), new.astype(object)], ignore_index=True)
    return from_frames(frames, like=model, closed_through=ledger.through)


def follow_up(model: FundingModel, ledger: Ledger | None = None, *, seconds: float = float("inf")) -> FollowUp:
    """Outcome against plan of a model with closed years.

    Raises `UsageError` where no year is closed, `NoPlan` where there is no plan to compare with or no forecast.
    """
    if model.closed_through is None:
        raise UsageError("no year is closed: give --through YEAR, or write closed_through in the model file.")
    plan, decided = _plan(model, seconds)
    forecast = Engine().solve(model, seconds=seconds)
    if not forecast.planned:
        raise NoPlan(forecast)
    carriers = Carriers(model)
    own = {name: name.rpartition("--")[0] for name in forecast.model.past.projects}
    paid: dict[Place, int] = defaultdict(int)
    for payment in forecast.payments:
        paid[own.get(payment.project, payment.project), payment.fund, payment.year] += payment.kronor
    through = model.closed_through

    def lines(at: int) -> tuple[Line, ...]:
        keys = sorted({place[at] for place in (*plan, *paid)})
        return tuple(_line((str(key),), at, key, plan, paid, through) for key in keys)

    return FollowUp(
        model=model,
        through=through,
        ledger=ledger,
        decided=decided,
        forecast=forecast,
        projects=lines(0),
        categories=tuple(_categories(model, carriers, plan, forecast, through)),
        funds=lines(1),
        years=lines(2),
        claims=tuple(_claims(carriers)),
        lost=tuple(_lost(model, plan, paid)),
        budgets=tuple(_left(carriers)),
        unpaid=tuple((project, year, kronor) for (project, _, year), kronor in sorted(carriers.unpaid.items())),
    )


def _plan(model: FundingModel, seconds: float) -> tuple[Mapping[Place, int], bool]:
    """Kronor by project, fund and year that were decided, else the best plan; whether they were decided."""
    rows = model["previous"]
    if rows.size:
        cells = zip(*(rows[name].tolist() for name in ("project", "fund", "year", "amount")), strict=True)
        return {(project, fund, year): amount for project, fund, year, amount in cells}, True
    outcome = Engine().solve(model.replace(closed_through=None), seconds=seconds)
    if not outcome.planned:
        raise NoPlan(outcome)
    found: dict[Place, int] = defaultdict(int)
    for payment in outcome.payments:
        found[payment.project, payment.fund, payment.year] += payment.kronor
    return found, False


def _line(
    name: tuple[str, ...], at: int, key: str | int, plan: Mapping[Place, int], paid: Mapping[Place, int], through: int
) -> Line:
    mine = [(place[2], kronor) for place, kronor in plan.items() if place[at] == key]
    now = [(place[2], kronor) for place, kronor in paid.items() if place[at] == key]
    return Line(
        name,
        sum(kronor for year, kronor in mine if year <= through),
        sum(kronor for year, kronor in now if year <= through),
        sum(kronor for _, kronor in mine),
        sum(kronor for _, kronor in now),
    )


def _categories(
    model: FundingModel, carriers: Carriers, plan: Mapping[Place, int], forecast: Outcome, through: int
) -> Iterable[Line]:
    """Planned costs (in full, of projects that the plan funds), booked ones, and what is booked or remains funded."""
    amounts, after = Amounts(model, Index(model)), Amounts(forecast.model, Index(forecast.model))
    at, closed = amounts.index, [year <= through for year in amounts.index.years.ids]
    funded = {project for project, _, _ in plan}
    share = {one.project: one.share for one in forecast.projects}
    for p, project in enumerate(at.projects.ids):
        rest = after.index.projects.position.get(project)
        for k, category in enumerate(at.categories.ids):
            planned = amounts.by_category[p, k] if project in funded else amounts.by_category[p, k] * 0
            booked, left = int(carriers.amounts.by_category[p, k].sum()), Fraction(0)
            if rest is not None:
                left = share[project] * int(after.by_category[rest, after.index.categories.position[category]].sum())
            if planned.any() or booked or left:
                now, whole = int(planned[closed].sum()), int(planned.sum())
                yield Line((project, category), now, booked, whole, booked + round_half_up(left))


def _claims(carriers: Carriers) -> Iterable[Claim]:
    """The funds that have paid or are limited by a rate, project by project."""
    for project in sorted(carriers.booked):
        for fund, rules in sorted(carriers.funds.items()):
            paid = sum(carriers.stated.get((project, fund, year), 0) for year in carriers.years)
            carried = carriers.had(project, fund)
            if not paid and (rules["max_rate"] >= 1 or not carried):
                continue
            yearly = rules["rate_basis"] == "year"
            years = carriers.years if yearly else carriers.years[-1:]
            entitled = sum(carriers.entitled(project, fund, year) for year in years)
            cap = rules["max_per_project"]
            most = entitled if cap != cap else min(entitled, int(cap))
            yield Claim(
                project,
                fund,
                str(rules["rate_basis"]),
                most,
                carried,
                paid,
            )


def _lost(model: FundingModel, plan: Mapping[Place, int], paid: Mapping[Place, int]) -> Iterable[tuple[str, int]]:
    rows = model["funds"]
    financier = dict(zip(rows["fund"].tolist(), rows["financier"].tolist(), strict=True))
    change: dict[str, int] = defaultdict(int)
    for fund in sorted(financier):
        short = sum(k for place, k in plan.items() if place[1] == fund) - sum(
            k for place, k in paid.items() if place[1] == fund
        )
        if short > 0:
            change[financier[fund] or fund] += short
    return sorted(change.items())


def _left(carriers: Carriers) -> Iterable[Left]:
    """Each closed budget; what returns is `carry_over` of what is left, none after the last year of the model."""
    budget = carriers.budgets
    for fund, rules in sorted(carriers.funds.items()):
        for year in carriers.years:
            used = sum(kronor for (_, f, t), kronor in carriers.paid.items() if (f, t) == (fund, year))
            if budget.get((fund, year), 0) or used:
                left = (
                    max(Fraction(0), carriers.at_hand[fund, year]) if year < max(carriers.model.years) else Fraction(0)
                )
                returns = math.floor(exact(float(rules["carry_over"])) * left)
                yield Left(fund, year, budget.get((fund, year), 0), used, returns)
