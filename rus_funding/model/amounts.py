"""The numbers of a model along its index: what a scenario changes most. Poured anew for every scenario.

Money is int64 kronor here and becomes float only in the linear program.
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from rus_funding.model.index import Index, Ints
    from rus_funding.model.model import FundingModel

Floats = NDArray[np.float64]

LARGEST = 2**62  # products above this leave int64 and are computed in Python's integers


@lru_cache(maxsize=65536)
def exact(value: float) -> Fraction:
    """The decimal that a float prints as: ``exact(0.29) == Fraction(29, 100)``."""
    return Fraction(repr(value))


def least_shares(model: FundingModel) -> Floats:
    """Rows of `projects`: the least share, that of the policy where a project states none."""
    stated = model["projects"]["min_share"].astype(np.float64)
    return np.where(np.isnan(stated), model.policy.min_share, stated)


def least_grants(model: FundingModel) -> Ints:
    """Rows of `funds`: the least grant in kronor, that of the policy where a fund states none; none of income."""
    stated = model["funds"]["min_per_project"].astype(np.float64)
    least = np.where(np.isnan(stated), model.policy.min_grant, stated)
    return np.where(model["funds"]["income"].astype(bool), 0, least).astype(np.int64)


def half_up(numerator: Any, denominator: int) -> Any:
    """Round numerator / denominator to the nearest integer, halves up; element by element for arrays."""
    return (2 * numerator + denominator) // (2 * denominator)


def carried(amounts: NDArray[Any], rate: Fraction, before: Any = 0) -> Ints:
    """``rate`` of `amounts` over the last axis, in kronor, the remainder carried forward.

    round(cumulative) - round(previous cumulative), halves up: the years add up to the rounded total. `before` is what
    closed years had, of which the rounded share is taken already.
    Source: the decision 2026-2028, overhead 20 % of staff.

    >>> carried(np.array([2199502, 2265487, 2333452]), Fraction(1, 5)).tolist()
    [439900, 453098, 466690]
    """
    total: NDArray[Any] = np.cumsum(amounts, axis=-1) + before
    if total.size and int(total.max()) * max(rate.numerator, rate.denominator) * 2 > LARGEST:
        total = total.astype(object)
    rounded = half_up(total * rate.numerator, rate.denominator).astype(np.int64)
    taken = half_up(np.asarray(before, object) * rate.numerator, rate.denominator)
    out: Ints = np.diff(rounded, axis=-1, prepend=np.asarray(taken, np.int64))
    return out


def _or_infinite(column: NDArray[Any]) -> Floats:
    """A float column with infinity where blank means "no limit"."""
    values = column.astype(np.float64)
    return np.where(np.isnan(values), np.inf, values)


# What numbers rest on: where those tables are the very ones of other amounts, the numbers are theirs.
RESTS_ON = {
    "by_category": ("costs", "categories"),
    "by_form": ("costs", "categories"),
    "total": ("costs", "categories"),
    "available": ("budgets",),
    "rate": ("funds",),
    "carry": ("funds",),
    "draw_order": ("funds",),
    "cap": ("funds",),
    "max_share": ("funds",),
    "area_share": ("contributions",),
    "benefit": ("contributions", "costs", "categories"),
    "reach": ("reach",),
    "marked": ("markings",),
    "based": ("markings",),
    "population": ("municipalities",),
    "min_share": ("projects",),
    "least_grant": ("funds",),
    "indivisible": ("projects",),
    "min_projects": ("actors",),
    "tie_worth": ("links",),
}


@dataclasses.dataclass(frozen=True)
class Amounts:
    """Numbers along the axes of an index (P projects, F funds, T years, A areas, C categories)."""

    model: FundingModel
    index: Index

    @classmethod
    def like(cls, model: FundingModel, other: Amounts) -> Amounts:
        """The numbers of a model that `other`'s index fits; what rests on the same tables is taken from there."""
        made = cls(model, other.index)
        tables, known = model.tables, other.model.tables
        same = {name for name in tables if tables[name] is known[name]}
        if model.policy != other.model.policy:
            same -= {"projects", "funds"}  # what these leave open, the policy says
        for name, sources in RESTS_ON.items():
            if name in other.__dict__ and same.issuperset(sources):
                made.__dict__[name] = other.__dict__[name]
        return made

    @cached_property
    def by_category(self) -> Ints:
        """P x C x T: costs in kronor, flat rates computed."""
        at = self.index
        shape = (len(at.projects), len(at.categories), len(at.years))
        out = np.zeros(shape, np.int64)
        np.add.at(out.reshape(-1), at.cost_cell, self.model["costs"]["amount"])
        rates = self.model["categories"]["flat_rate"][at.category_order]
        for category, parts in at.flat:
            base = out[:, list(parts), :].sum(axis=1)
            out[:, category, :] = carried(base, exact(float(rates[category])), self.flat_before[:, category, None])
        return out

    @cached_property
    def flat_before(self) -> Ints:
        """P x C: kronor of closed years that a flat rate is a share of."""
        at = self.index
        out = np.zeros((len(at.projects), len(at.categories)), np.int64)
        for project, category, kronor in self.model.past.flat:
            out[at.projects.position[project], at.categories.position[category]] = kronor
        return out

    @cached_property
    def paid_before(self) -> tuple[Ints, Ints]:
        """P x F: kronor that a fund paid in closed years, and kronor of them that its rate is a share of."""
        at = self.index
        out = np.zeros((2, len(at.projects), len(at.funds)), np.int64)
        for project, fund, paid, base in self.model.past.paid:
            out[:, at.projects.position[project], at.funds.position[fund]] = paid, base
        return out[0], out[1]

    @cached_property
    def booked_before(self) -> Ints:
        """P: kronor that are booked in closed years, of projects that go on."""
        out = np.zeros(len(self.index.projects), np.int64)
        for project, kronor in self.model.past.booked:
            out[self.index.projects.position[project]] = kronor
        return out

    @cached_property
    def by_form(self) -> tuple[Ints, Ints]:
        """P x T: cash costs and in-kind costs."""
        kind = self.model["categories"]["form"][self.index.category_order] == "in_kind"
        costs = self.by_category
        if not kind.any():
            return costs.sum(axis=1), np.zeros((costs.shape[0], costs.shape[2]), np.int64)
        return costs[:, ~kind, :].sum(axis=1), costs[:, kind, :].sum(axis=1)

    @cached_property
    def total(self) -> Ints:
        """P: C_p, all costs of a project, kronor."""
        cash, in_kind = self.by_form
        out: Ints = (cash + in_kind).sum(axis=1)
        return out

    @cached_property
    def budget(self) -> Ints:
        """F x T: B_ft, kronor; no row is 0."""
        at = self.index
        out = np.zeros(len(at.funds) * len(at.years), np.int64)
        np.add.at(out, at.budget_cell, self.model["budgets"]["amount"])
        return out.reshape(len(at.funds), len(at.years))

    @cached_property
    def available(self) -> int:
        """A: all budgets of all years, kronor, those in kind among them; money carried over is counted once."""
        return int(self.model["budgets"]["amount"].sum())

    def fund(self, column: str) -> Floats:
        """F: a number of `funds` along the axis; a blank limit is infinite."""
        return _or_infinite(self.model["funds"][column][self.index.fund_order])

    @cached_property
    def rate(self) -> Floats:
        """F: max_rate."""
        return self.fund("max_rate")

    @cached_property
    def carry(self) -> Floats:
        """F: carry_over."""
        return self.fund("carry_over")

    @cached_property
    def draw_order(self) -> Floats:
        """F: draw_order, lower is drawn first."""
        return self.fund("draw_order")

    @cached_property
    def cap(self) -> Floats:
        """F: max_per_project, kronor, infinite where blank."""
        return self.fund("max_per_project")

    @cached_property
    def max_share(self) -> Floats:
        """F: max_share of all kronor funded."""
        return self.fund("max_share")

    def area(self, column: str) -> Floats:
        """A: a number of `areas` along the axis; a blank limit is infinite."""
        return _or_infinite(self.model["areas"][column][self.index.area_order])

    @cached_property
    def area_share(self) -> Floats:
        """P x A: s_pa, the share of a project's kronor that counts to an area."""
        share = self.model["contributions"]["share"].astype(np.float64)
        return self._per_project(self.index.contribution, len(self.index.areas), share)

    @cached_property
    def benefit(self) -> Floats:
        """P x A: b_pa, points at full funding; blank is share x total cost / 1000."""
        rows = self.model["contributions"]
        project, _ = self.index.contribution
        given = rows["benefit"].astype(np.float64)
        default = rows["share"] * self.total[project] / 1000.0
        points = np.where(np.isnan(given), default, given)
        return self._per_project(self.index.contribution, len(self.index.areas), points)

    def _per_project(self, pair: tuple[Ints, Ints], width: int, values: Floats) -> Floats:
        """P x `width`: the sums of `values`, row by row of a table whose rows are at (project, other) `pair`."""
        project, other = pair
        shape = (len(self.index.projects), width)
        flat: Any = np.bincount(project * width + other, values, shape[0] * width)
        out: Floats = flat.reshape(shape)
        return out

    @cached_property
    def points(self) -> Floats:
        """P: points of a project at full funding, weighted, before targets: sum over areas of w_a b_pa."""
        return self.benefit @ self.area("weight")

    @cached_property
    def reach(self) -> Floats:
        """P x M: m_pj, the share of a project's kronor that counts to a municipality."""
        share = self.model["reach"]["share"].astype(np.float64)
        return self._per_project(self.index.reach, len(self.index.municipalities), share)

    @cached_property
    def marked(self) -> Floats:
        """P x D: m_pd, the share of a project's kronor that counts to a perspective, whatever it rests on."""
        share = self.model["markings"]["share"].astype(np.float64)
        return self._per_project(self.index.marking, len(self.index.perspectives), share)

    @cached_property
    def based(self) -> Floats:
        """P x D: the same where the marking names its basis, else 0: what a floor counts."""
        rows = self.model["markings"]
        share = np.where(rows["basis"] != "", rows["share"].astype(np.float64), 0.0)
        return self._per_project(self.index.marking, len(self.index.perspectives), share)

    @cached_property
    def perspective_floor(self) -> Floats:
        """D: floor_share, the least share of all kronor that counts to a perspective."""
        order = self.index.sorted("perspectives", self.index.perspectives, "perspective")
        floors: Floats = self.model["perspectives"]["floor_share"][order].astype(np.float64)
        return floors

    @cached_property
    def population(self) -> Ints:
        """M: inhabitants."""
        people: Ints = self.model["municipalities"]["population"][self.index.municipality_order].astype(np.int64)
        return people

    @cached_property
    def min_share(self) -> Floats:
        """P: the smallest share at which a project is viable; the policy's where the project states none."""
        return least_shares(self.model)[self.index.project_order]

    @cached_property
    def indivisible(self) -> NDArray[np.bool_]:
        """P: all or nothing: `indivisible`, or viable at its whole scale alone."""
        flags: NDArray[np.bool_] = self.model["projects"]["indivisible"][self.index.project_order].astype(bool)
        return flags | (self.min_share >= 1)

    @cached_property
    def least_grant(self) -> Ints:
        """F: what a fund pays a project at least, if it pays it anything, kronor; 0 for no such rule (income)."""
        return least_grants(self.model)[self.index.fund_order]

    @cached_property
    def min_projects(self) -> Floats:
        """Actors: the least sum of shares of the projects they take part in."""
        least: Floats = self.model["actors"]["min_projects"][self.index.actor_order].astype(np.float64)
        return least

    @cached_property
    def tie_worth(self) -> Floats:
        """Ties: 1 / (1 + w_ij), what a pair's meeting is worth against strangers' meeting."""
        row = self.index.link_of_tie
        weight = self.model["links"]["weight"].astype(np.float64)
        known = np.where(row >= 0, weight[row] if weight.size else 0.0, 0.0)
        worth: Floats = 1.0 / (1.0 + known)
        return worth

    def limit(self, column: str) -> Floats:
        """Group rates: min_rate or max_rate along the axis of limits."""
        values: Floats = self.model["rate_limits"][column][self.index.limit_order].astype(np.float64)
        return values
