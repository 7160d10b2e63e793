"""`Figures`: a plan's kronor summed along the margins that reports show, in whole kronor and exact."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rus_funding.model.amounts import Amounts, exact
from rus_funding.model.index import Index
from rus_funding.model.schema import WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.engine.plan import Outcome, ProjectResult
    from rus_funding.model.index import Ints
    from rus_funding.model.model import FundingModel

HALF = Fraction(1, 2)


def apportioned(whole: int, weights: Sequence[int | Fraction]) -> list[int]:
    """`whole` in proportion to the weights, by largest remainder: whole numbers that add up, the first at ties.

    >>> apportioned(100, [1, 1, 1])
    [34, 33, 33]
    """
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    ideal = [Fraction(weight) * whole / total for weight in weights]
    out = [math.floor(part) for part in ideal]
    most = sorted(range(len(out)), key=lambda i: (out[i] - ideal[i], i))
    for i in most[: whole - sum(out)]:
        out[i] += 1
    return out


def marked(model: FundingModel, kronor: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """By perspective: kronor that count to it, Σ_p m_pd · kronor of p, and those of them marked on no stated basis.

    `kronor` is by project. Each is rounded to the nearest krona by itself: perspectives may overlap.
    """
    rows = model["markings"]
    sums = {name: [Fraction(0), Fraction(0)] for name in model["perspectives"]["perspective"].tolist()}
    columns = (rows[column].tolist() for column in ("project", "perspective", "share", "basis"))
    for project, perspective, share, basis in zip(*columns, strict=True):
        part = exact(float(share)) * kronor[project]
        sums[perspective][0] += part
        sums[perspective][1] += 0 if basis else part
    return {name: (math.floor(one + HALF), math.floor(other + HALF)) for name, (one, other) in sums.items()}


class Ties(NamedTuple):
    """Points from pairs of actors who meet in funded projects: those that have no link yet, and those that have."""

    new: float
    old: float


class Figures:
    """The sums of an outcome with a plan, by id. Ids come in the order of the model's tables."""

    def __init__(self, outcome: Outcome) -> None:
        """Of an outcome with a plan; each sum is made when it is asked for."""
        self.outcome, self.model = outcome, outcome.model
        self.years = outcome.model.years
        self.amounts = Amounts(outcome.model, Index(outcome.model))

    def names(self, table: str, key: str) -> dict[str, str]:
        """The names of a table's rows by id, in file order; of the areas those that decide."""
        rows = self.model.areas if table == "areas" else self.model[table]
        return dict(zip(rows[key].tolist(), rows["name"].tolist(), strict=True))

    def column(self, table: str, key: str, column: str) -> dict[str, Any]:
        """A column of a table by id; of the areas those that decide."""
        rows = self.model.areas if table == "areas" else self.model[table]
        return dict(zip(rows[key].tolist(), rows[column].tolist(), strict=True))

    @cached_property
    def projects(self) -> Mapping[str, ProjectResult]:
        """The plan's projects by id, in file order; those that are withdrawn ask for nothing, and are left out."""
        return {project: result for project, result in self.results.items() if result.status != WITHDRAWN}

    @cached_property
    def withdrawn(self) -> tuple[str, ...]:
        """The projects that are withdrawn, in file order."""
        return tuple(project for project, result in self.results.items() if result.status == WITHDRAWN)

    @cached_property
    def results(self) -> Mapping[str, ProjectResult]:
        """Every project of the model by id, in file order."""
        found = {result.project: result for result in self.outcome.projects}
        return {project: found[project] for project in self.model["projects"]["project"].tolist()}

    @cached_property
    def paid(self) -> Mapping[tuple[str, int], int]:
        """Kronor by (fund, year)."""
        sums = {(fund, year): 0 for fund in self.model["funds"]["fund"].tolist() for year in self.years}
        for payment in self.outcome.payments:
            sums[payment.fund, payment.year] += payment.kronor
        return sums

    @cached_property
    def settled(self) -> Mapping[tuple[str, int], int]:
        """Settled costs in kronor by (category, year).

        A cost class that is paid in part is divided among its categories in proportion to their costs, by largest
        remainder: the sums stay exact, and no category has more than its cost.
        """
        at = self.amounts.index
        cells: dict[tuple[str, str, int], int] = {}
        for payment in self.outcome.payments:
            cell = payment.project, payment.category_class, payment.year
            cells[cell] = cells.get(cell, 0) + payment.kronor
        sums = {(category, year): 0 for category in at.categories.ids for year in self.years}
        for (project, joined, year), kronor in cells.items():
            categories = joined.split("+")
            costs: Ints = self.amounts.by_category[
                at.projects.position[project],
                [at.categories.position[category] for category in categories],
                at.years.position[year],
            ]
            for category, part in zip(categories, apportioned(kronor, costs.tolist()), strict=True):
                sums[category, year] += part
        return sums

    @cached_property
    def by_area(self) -> Mapping[str, int]:
        """Kronor counted to each area; rounded so that they add up to all kronor."""
        rows = self.model["contributions"]
        areas = self.model.areas["area"].tolist()
        counted = dict.fromkeys(sorted(areas), Fraction(0))  # ties go by id: file order decides nothing
        columns = (rows[column].tolist() for column in ("project", "area", "share"))
        for project, area, share in zip(*columns, strict=True):
            counted[area] += exact(float(share)) * self.results[project].kronor
        parts = dict(zip(counted, apportioned(self.outcome.funded, list(counted.values())), strict=True))
        return {area: parts[area] for area in areas}

    @cached_property
    def of_all(self) -> int:
        """S, what floors, caps and largest shares are shares of: the kronor funded, or all budgets of all years."""
        available = self.model.policy.share_base == "available"
        return self.amounts.available if available else self.outcome.funded

    @cached_property
    def by_perspective(self) -> Mapping[str, tuple[int, int]]:
        """Kronor that count to each perspective, and those of them that are marked on no stated basis."""
        return marked(self.model, {name: result.kronor for name, result in self.projects.items()})

    @cached_property
    def of_no_gender(self) -> int | None:
        """Kronor funded that no marking of kind `gender` says anything of; None where the model has no such kind."""
        rows = self.model["perspectives"]
        names = {name for name, kind in zip(rows["perspective"].tolist(), rows["kind"].tolist(), strict=True)
                 if kind == "gender"}  # fmt: skip
        if not names:
            return None
        left = Fraction(self.outcome.funded)
        columns = (self.model["markings"][column].tolist() for column in ("project", "perspective", "share"))
        for project, perspective, share in zip(*columns, strict=True):
            if perspective in names:
                left -= exact(float(share)) * self.projects[project].kronor
        return max(0, math.floor(left + HALF))

    @cached_property
    def points(self) -> Mapping[str, float]:
        """Points reached in each area: Σ_p b_pa x_p."""
        at = self.amounts.index
        x = np.array([float(self.results[project].share) for project in at.projects.ids])
        reached = dict(zip(at.areas.ids, (x @ self.amounts.benefit).tolist(), strict=True))
        return {area: reached[area] for area in self.model.areas["area"].tolist()}

    @cached_property
    def ties(self) -> Ties | None:
        """Points of the value that come from actors who meet (§3.2); None where collaboration has no weight."""
        weight = self.model.policy.collaboration_weight
        if not weight:
            return None
        at = self.amounts.index
        _, _, pair, project = at.ties
        x = np.array([float(self.results[project].share) for project in at.projects.ids])
        worth = self.amounts.tie_worth
        met = np.minimum(1.0, np.bincount(pair, x[project], worth.size)) * worth
        new = worth == 1.0  # no link, or one of weight 0, which is the same
        return Ties(weight * float(met[new].sum()), weight * float(met[~new].sum()))

    @cached_property
    def budgets(self) -> Mapping[tuple[str, int], int]:
        """Kronor of budget by (fund, year); no row is 0."""
        rows = self.model["budgets"]
        sums = dict.fromkeys(self.paid, 0)
        for fund, year, amount in zip(*(rows[column].tolist() for column in ("fund", "year", "amount")), strict=True):
            sums[fund, year] += amount
        return sums

    @cached_property
    def carried(self) -> Mapping[tuple[str, int], int]:
        """Kronor by (fund, year) that must move to the next year for the plan to hold: the least that does.

        u_t−1 = max(0, paid_t + u_t / carry − B_t), from the last year backwards.
        """
        shares = self.column("funds", "fund", "carry_over")
        moved = dict.fromkeys(self.paid, 0)
        for fund, share in shares.items():
            needed = Fraction(0)
            for year, before in zip(self.years[:0:-1], self.years[-2::-1], strict=True) if share > 0 else ():
                own = needed / exact(float(share))
                needed = max(Fraction(0), self.paid[fund, year] + own - self.budgets[fund, year])
                moved[fund, before] = math.ceil(needed)
        return moved

    @cached_property
    def unused(self) -> Mapping[tuple[str, int], int]:
        """Kronor of budget, and of what came from the year before, that are neither paid nor moved on."""
        left = {}
        for fund in self.model["funds"]["fund"].tolist():
            came = 0
            for year in self.years:
                moved = self.carried[fund, year]
                left[fund, year] = self.budgets[fund, year] + came - self.paid[fund, year] - moved
                came = moved
        return left
