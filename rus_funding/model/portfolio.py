"""Who may pay what: cost classes, cost cells, payments. The structure under the linear program and the settling.

A project's *cost classes* are its categories grouped by the set of funds that may pay them. A *cell* is a cost
c_ptk > 0 of one class in one year; a *payment* y_pftk is a cell with a fund that may pay it. Cells are sorted by
(project, class, year), payments by (cell, fund), all by id.
"""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.model.amounts import least_grants, least_shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.model.index import Bools, Index, Ints
    from rus_funding.model.model import FundingModel

# Numbers that decide which rows and columns exist: a scenario that keeps these signs only pours numbers.
SIGNS = (
    ("areas", "floor_share", 0.0),
    ("areas", "cap_share", 1.0),
    ("areas", "beyond", 1.0),
    ("areas", "weight", 0.0),
    ("funds", "max_rate", 1.0),
    ("funds", "max_share", 1.0),
    ("funds", "carry_over", 0.0),
    ("rate_limits", "min_rate", 0.0),
    ("rate_limits", "max_rate", 1.0),
    ("actors", "min_projects", 0.0),
    ("perspectives", "floor_share", 0.0),
)
BLANKS = (("areas", "target"), ("funds", "max_per_project"))


def signs(model: FundingModel) -> tuple[object, ...]:
    """What of a model's numbers decides its structure, apart from the costs."""
    policy = model.policy
    found: list[object] = [
        policy.collaboration_weight > 0,
        policy.municipality_floor > 0,
        policy.share_base,
        tuple(objective.name for objective in model.objectives),
    ]
    found += [(model[table][column] != usual).tobytes() for table, column, usual in SIGNS]
    found += [np.isnan(model[table][column]).tobytes() for table, column in BLANKS]
    least = least_shares(model)
    found += [(least > 0).tobytes(), (model["projects"]["indivisible"] | (least >= 1)).tobytes()]
    found.append((least_grants(model) > 0).tobytes())
    return tuple(found)


@dataclasses.dataclass(frozen=True)
class Portfolio:
    """The structure of one model. `amounts` are the numbers it was built from; others may fit it too."""

    index: Index
    amounts: Amounts
    memo: dict[Any, Any] = dataclasses.field(default_factory=dict, compare=False, repr=False)  # for who builds on it

    def fits(self, amounts: Amounts) -> bool:
        """Whether other numbers have this structure: then they can be poured in."""
        return amounts is self.amounts or (
            self.index.fits(amounts.model)
            and self.signs == signs(amounts.model)
            and (
                amounts.by_category is self.amounts.by_category
                or np.array_equal(self.has_cost, amounts.by_category > 0)
            )
        )

    @cached_property
    def signs(self) -> tuple[object, ...]:
        """See `signs`."""
        return signs(self.amounts.model)

    @cached_property
    def has_cost(self) -> Bools:
        """P x C x T: there is a cost."""
        return self.amounts.by_category > 0

    @cached_property
    def class_of(self) -> Ints:
        """P x C: the first category of the class that a category belongs to; -1 without costs."""
        at = self.index
        used: Bools = np.asarray(self.has_cost.any(axis=2), bool)
        count = len(at.categories)
        out = np.full((len(at.projects), count), -1, np.int64)
        bits = np.packbits(at.may_fund[:, None, :] & at.may_pay.T[None, :, :], axis=2)
        for category in range(count):
            out[used[:, category], category] = category
            for earlier in range(category - 1, -1, -1):
                same = (bits[:, category] == bits[:, earlier]).all(axis=1) & used[:, category] & used[:, earlier]
                out[same, category] = out[same, earlier]
        return out

    @cached_property
    def _cells(self) -> tuple[Ints, Ints, Ints]:
        classes = np.where(self.class_of < 0, 0, self.class_of)
        shape = self.has_cost.shape
        present = np.zeros(shape, bool)
        p, c, t = np.nonzero(self.has_cost)
        present[p, classes[p, c], t] = True
        found = np.nonzero(present)
        return found[0], found[1], found[2]

    @cached_property
    def cell_project(self) -> Ints:
        """Project of each cell."""
        return self._cells[0]

    @cached_property
    def cell_class(self) -> Ints:
        """First category of each cell's class."""
        return self._cells[1]

    @cached_property
    def cell_year(self) -> Ints:
        """Year of each cell."""
        return self._cells[2]

    @cached_property
    def _cell_of_cost(self) -> tuple[Ints, Ints]:
        """Flat positions of costs in P x C x T, and the cell each belongs to."""
        p, c, t = np.nonzero(self.has_cost)
        shape = self.has_cost.shape
        flat = (self.cell_project * shape[1] + self.cell_class) * shape[2] + self.cell_year
        cell = np.searchsorted(flat, (p * shape[1] + self.class_of[p, c]) * shape[2] + t)
        return (p * shape[1] + c) * shape[2] + t, cell

    def cell_cost(self, amounts: Amounts) -> Ints:
        """Cells: c_ptk in kronor."""
        flat, cell = self._cell_of_cost
        out = np.zeros(self.cell_project.size, np.int64)
        np.add.at(out, cell, amounts.by_category.reshape(-1)[flat])
        return out

    @cached_property
    def _payments(self) -> tuple[Ints, Ints]:
        at = self.index
        pays = at.may_fund[self.cell_project] & at.may_pay.T[self.cell_class]
        cell, fund = np.nonzero(pays)
        return cell, fund

    @cached_property
    def cell(self) -> Ints:
        """Cell of each payment."""
        return self._payments[0]

    @cached_property
    def fund(self) -> Ints:
        """Fund of each payment."""
        return self._payments[1]

    @cached_property
    def project(self) -> Ints:
        """Project of each payment."""
        return self.cell_project[self.cell]

    @cached_property
    def year(self) -> Ints:
        """Year of each payment."""
        return self.cell_year[self.cell]

    @cached_property
    def fund_year(self) -> Ints:
        """Flat (fund, year) of each payment."""
        return self.fund * len(self.index.years) + self.year

    @cached_property
    def pairs(self) -> tuple[Ints, Ints, Ints]:
        """(project, fund) pairs with a payment: project, fund, and the pair of each payment."""
        flat, inverse = np.unique(self.project * len(self.index.funds) + self.fund, return_inverse=True)
        count = max(1, len(self.index.funds))
        return flat // count, flat % count, inverse.astype(np.int64)

    @cached_property
    def payers(self) -> tuple[Ints, Ints, Ints, Ints]:
        """(project, fund) that may pay, or did in the plan decided last time: project, fund, and where the pair of each
        payment and the row of each planned amount stand among them.
        """
        count = max(1, len(self.index.funds))
        paying = self.pairs[0] * count + self.pairs[1]
        flat, inverse = np.unique(np.concatenate([paying, self.index.planned]), return_inverse=True)
        return flat // count, flat % count, inverse[: paying.size][self.pairs[2]], inverse[paying.size :]

    @cached_property
    def granting(self) -> Bools:
        """Pairs: the fund has a least grant, and has not begun to pay in closed years."""
        project, fund, _ = self.pairs
        begun = self.index.is_past[project] | (self.amounts.paid_before[0][project, fund] > 0)
        out: Bools = (self.amounts.least_grant[fund] > 0) & ~begun
        return out

    @cached_property
    def alone(self) -> Bools:
        """Pairs: the fund could pay all that the project costs."""
        cells = np.bincount(self.cell_project, minlength=len(self.index.projects))
        project, fund, of_pair = self.pairs
        paid: Ints = np.bincount(of_pair, minlength=project.size)
        out: Bools = (paid == cells[project]) & (self.amounts.rate[fund] >= 1.0)
        return out

    @cached_property
    def pair_years(self) -> tuple[Ints, Ints, Ints, Ints]:
        """(project, fund, year) with a payment: pair, year, and the pair-year of each payment; pairs of each."""
        years = max(1, len(self.index.years))
        flat, inverse = np.unique(self.pairs[2] * years + self.year, return_inverse=True)
        pair = flat // years
        return pair, flat % years, inverse.astype(np.int64), self.pairs[0][pair]

    def base(self, amounts: Amounts) -> Floats:
        """Pair-years: E_pft, what the fund's rate is a share of, by its `rate_base` (net: cash costs)."""
        return self.base_kronor(amounts).astype(np.float64)

    def base_kronor(self, amounts: Amounts) -> Ints:
        """Pair-years: E_pft in kronor."""
        pair, year, of_payment, project = self.pair_years
        cash, in_kind = amounts.by_form
        kind = self.index.fund_column("rate_base")[self.pairs[1][pair]]
        eligible = np.zeros(pair.size, np.int64)
        np.add.at(eligible, of_payment, self.cell_cost(amounts)[self.cell])
        booked = cash[project, year]
        total = booked + in_kind[project, year]
        # a `total` basis sums over every year of the project, also those the fund has no payment in: see
        # `base_total`
        out: Ints = np.where(kind == "eligible", eligible, np.where(kind == "total", total, booked))
        return out

    def base_total(self, amounts: Amounts) -> Ints:
        """Pairs: E_pf over all years, kronor."""
        project, fund, _ = self.pairs
        cash, in_kind = amounts.by_form
        pair, _, _, _ = self.pair_years
        eligible = np.zeros(project.size, np.int64)
        np.add.at(eligible, pair, self.base_kronor(amounts))
        kind = self.index.fund_column("rate_base")[fund]
        booked = cash.sum(axis=1)[project]
        total = booked + in_kind.sum(axis=1)[project]
        out: Ints = np.where(kind == "eligible", eligible, np.where(kind == "total", total, booked))
        return out

    @cached_property
    def income(self) -> Bools:
        """Funds that are a project's income (participant fees)."""
        flags: Bools = self.index.fund_column("income").astype(bool)
        return flags

    @cached_property
    def limited(self) -> Bools:
        """Funds whose rate says something: below 1, or of a base that can be less than what they may pay."""
        at = self.index
        base, form = at.fund_column("rate_base"), at.fund_column("form")
        wide = (base == "eligible") | (base == "total") | ((base == "booked") & (form == "cash"))
        out: Bools = ~(wide & (self.amounts.rate >= 1.0))
        return out

    @cached_property
    def yearly(self) -> Bools:
        """Funds whose rate holds in each year (`rate_basis` year); the others over all years."""
        return np.asarray(self.index.fund_column("rate_basis") == "year", bool)

    def class_name(self, project: int, first: int) -> str:
        """A class by its categories' ids, sorted: ``personal+resor``."""
        ids = self.index.categories.ids
        return "+".join(ids[c] for c in np.flatnonzero(self.class_of[project] == first))

    @cached_property
    def cell_names(self) -> list[str]:
        """Class name of each cell."""
        known: dict[tuple[int, int], str] = {}
        out = []
        for pair in zip(self.cell_project.tolist(), self.cell_class.tolist(), strict=True):
            if pair not in known:
                known[pair] = self.class_name(*pair)
            out.append(known[pair])
        return out

    @cached_property
    def binary(self) -> Ints:
        """Projects that need a binary: a least share, `indivisible`, or in an `excludes` pair."""
        needs = (self.amounts.min_share > 0) | self.amounts.indivisible
        for side in self.index.dependency("excludes"):
            needs[side] = True
        return np.flatnonzero(needs)

    @cached_property
    def members(self) -> list[NDArray[np.bool_]]:
        """For each group rate, the funds of its group."""
        at = self.index
        rows = at.model["rate_limits"]
        out = []
        for row in at.limit_order.tolist():
            by, value = rows["by"][row], rows["value"][row]
            key = np.asarray(at.funds.ids, object) if by == "fund" else at.fund_column(by)
            out.append(np.asarray(key == value, bool))
        return out

    @cached_property
    def applies(self) -> list[Ints]:
        """For each group rate, the projects with costs that it holds for; not what is booked of closed years."""
        at = self.index
        rows = at.model["rate_limits"]
        with_cost = self.has_cost.any(axis=(1, 2)) & ~at.is_past
        out = []
        for row in at.limit_order.tolist():
            project, kind = rows["project"][row], rows["actor_type"][row]
            hit = with_cost.copy()
            if project:
                hit &= np.arange(hit.size) == at.projects.position[project]
            if kind:
                hit &= at.lead_type == kind
            out.append(np.flatnonzero(hit))
        return out
