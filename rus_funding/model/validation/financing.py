"""What funds can pay of each project at most, and so what is bound to be lacking: bounds, without a solver.

A bound looks at one project alone, with all money at its disposal: other projects can only make it worse, so what
is lacking here is lacking in every plan that carries the project out in full.
"""

from __future__ import annotations

import dataclasses
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.model.validation.shares import covers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.errors import Problem
    from rus_funding.model.validation.context import Context, Floats, Ints

MANY = 4  # up to so many kinds of costs, every union of them is looked at; above, each kind and all together


@dataclasses.dataclass(frozen=True)
class Ceilings:
    """What each fund may pay to each project at full funding, at most: pairs (project, fund) sorted by project."""

    context: Context

    @cached_property
    def pairs(self) -> tuple[Ints, Ints]:
        """Projects and funds of the pairs in which something may be paid."""
        found = np.nonzero(self.context.payable.any(axis=2))
        return found[0], found[1]

    @cached_property
    def available(self) -> Floats:
        """Funds x years: budget, what may be carried to the year, and every authorisation that covers it, kronor."""
        at = self.context.index
        out = np.asarray([[float(kr) for kr in row] for row in self.context.available]).reshape(
            len(at.funds), len(at.years)
        )
        rows = self.context.model["authorisations"]
        for fund, after, amount in zip(
            rows["fund"].tolist(), rows["year"].tolist(), rows["amount"].tolist(), strict=True
        ):
            later = np.asarray(at.years.ids) > after
            row = out[at.funds.position[fund]]
            row[later] = np.minimum(row[later], amount)
        return out

    @cached_property
    def base(self) -> Floats:
        """Pairs x years: E_pft, kronor."""
        p, f = self.pairs
        kind = self.context.index.fund_column("rate_base")[f]
        cash, in_kind = self.context.amounts.by_form
        out = self.context.payable[p, f].astype(np.float64)
        out[np.isin(kind, ["booked", "net"])] = cash[p[np.isin(kind, ["booked", "net"])]]
        out[kind == "total"] = (cash + in_kind)[p[kind == "total"]]
        return out

    @cached_property
    def per_year(self) -> Floats:
        """Pairs x years: the least of payable costs, money at hand, and rate × base where the rate holds each year."""
        p, f = self.pairs
        out = np.minimum(self.context.payable[p, f], self.available[f])
        yearly = self.context.index.fund_column("rate_basis")[f] == "year"
        ceiling = self.context.amounts.rate[f, None] * self.base
        return np.where(yearly[:, None], np.minimum(out, ceiling), out)

    @cached_property
    def uncapped(self) -> Floats:
        """Pairs: over all years, with the rate where it holds over the period."""
        _, f = self.pairs
        over_period = self.context.index.fund_column("rate_basis")[f] == "total"
        ceiling = np.where(over_period, self.context.amounts.rate[f] * self.base.sum(axis=1), np.inf)
        out: Floats = np.minimum(self.per_year.sum(axis=1), ceiling)
        return out

    @cached_property
    def in_all(self) -> Floats:
        """Pairs: over all years, within the cap to one project as well."""
        return np.minimum(self.uncapped, self.context.amounts.cap[self.pairs[1]])

    @cached_property
    def kinds(self) -> list[tuple[Ints, Ints]]:
        """Unions of kinds of costs: categories, and the funds that may pay some of them (positions)."""
        may_pay = self.context.index.may_pay
        patterns, kind = np.unique(may_pay, axis=1, return_inverse=True)
        count = patterns.shape[1]
        sizes = range(1, count + 1) if count <= MANY else (1, count)
        unions = [chosen for size in sizes for chosen in combinations(range(count), size)]
        return [
            (np.flatnonzero(np.isin(kind.reshape(-1), chosen)), np.flatnonzero(patterns[:, list(chosen)].any(axis=1)))
            for chosen in unions
        ]


def lacking(ceilings: Ceilings) -> tuple[Floats, Floats]:
    """Lower bounds on what cannot be financed of each project at full funding: (projects x years, projects), kronor.

    For any set S of costs: cost(S) - sum over funds that may pay some of S of what they may pay at most. Per year over
    unions of kinds of costs; in all also over the whole period, and with the largest shares of groups of funds.
    """
    context = ceilings.context
    p, f = ceilings.pairs
    costs = context.amounts.by_category
    size = costs.shape[0]
    yearly = np.zeros((size, costs.shape[2]))
    whole = np.zeros(size)
    for categories, funds in ceilings.kinds:
        cost = costs[:, categories, :].sum(axis=1)
        mine = np.isin(f, funds)
        supply = np.stack(
            [np.bincount(p[mine], ceilings.per_year[mine, t], size) for t in range(cost.shape[1])], axis=1
        )
        yearly = np.maximum(yearly, cost - supply)
        whole = np.maximum(whole, cost.sum(axis=1) - np.bincount(p[mine], ceilings.in_all[mine], size))
    return yearly, np.maximum(np.maximum(whole, yearly.sum(axis=1)), _beyond_groups(ceilings))


def _beyond_groups(ceilings: Ceilings) -> Floats:
    """What is lacking because groups of funds (group rates) pay a largest share of a project's costs together."""
    context = ceilings.context
    p, f = ceilings.pairs
    rows, total = context.model["rate_limits"], context.amounts.total.astype(np.float64)
    supply = np.bincount(p, ceilings.in_all, total.size)
    lost = np.zeros(total.size)
    for i in np.flatnonzero(rows["max_rate"] < 1).tolist():
        group = np.isin(f, members(context, i))
        paid = np.bincount(p[group], ceilings.in_all[group], total.size)
        covered = np.zeros(total.size, bool)
        covered[covers(context, i)] = True
        lost = np.maximum(lost, np.where(covered, paid - rows["max_rate"][i] * total, 0.0))
    return total - supply + np.maximum(lost, 0.0)


def members(context: Context, limit: int) -> Ints:
    """The funds of the group that row `limit` of `rate_limits` speaks of (positions)."""
    rows = context.model["rate_limits"]
    by, value = str(rows["by"][limit]), str(rows["value"][limit])
    if by == "fund":
        return np.asarray([context.index.funds.position[value]])
    return np.flatnonzero(context.index.fund_column(by) == value)


def financing(context: Context) -> Iterator[Problem]:
    """Projects, group rates, caps and least grants against what the funds can pay at most."""
    ceilings = Ceilings(context)
    yield from shortfalls(ceilings)
    yield from group_minimums(ceilings)
    yield from idle_caps(ceilings)
    yield from least_grants(ceilings)


def shortfalls(ceilings: Ceilings) -> Iterator[Problem]:
    """Projects that no combination of funds can finance in full, with the least that is lacking."""
    context = ceilings.context
    yearly, whole = lacking(ceilings)
    whole[list(context.impossible)] = 0
    unpayable = _unpayable(context)
    names, years, order = context.index.projects.ids, context.index.years.ids, context.index.project_order
    for p in np.flatnonzero(whole >= 1).tolist():
        if p in unpayable:
            categories = [context.index.categories.ids[k] for k in unpayable[p]]
            amount = int(context.amounts.by_category[p, unpayable[p]].sum())
            fields = {"project": names[p], "categories": categories, "amount": amount}
            yield context.at("costs_unpayable", "projects", order[p], **fields)
            continue
        fields = {"project": names[p], "amount": int(whole[p]), "cost": int(context.amounts.total[p])}
        parts = [[year, int(kr)] for year, kr in zip(years, yearly[p].tolist(), strict=True) if kr >= 1]
        all_said = sum(kr for _, kr in parts) + len(years) >= whole[p]
        code = "project_short_years" if all_said else "project_short"
        yield context.at(code, "projects", order[p], **fields, years=parts)


def _unpayable(context: Context) -> dict[int, list[int]]:
    """Projects with costs that no fund may pay, whatever its money, and the categories of those costs."""
    index, costs = context.index, context.amounts.by_category.sum(axis=2)
    has_payer = index.may_fund.astype(np.int64) @ index.may_pay.astype(np.int64) > 0
    out: dict[int, list[int]] = {}
    for p, k in np.argwhere((costs > 0) & ~has_payer).tolist():
        out.setdefault(p, []).append(k)
    return out


def group_minimums(ceilings: Ceilings) -> Iterator[Problem]:
    """Group rates whose least share the group's funds cannot pay of a project in full."""
    context = ceilings.context
    rows, total, names = context.model["rate_limits"], context.amounts.total, context.index.projects.ids
    p, f = ceilings.pairs
    for i in np.flatnonzero(rows["min_rate"] > 0).tolist():
        mine = np.isin(f, members(context, i))
        most = np.bincount(p[mine], ceilings.in_all[mine], total.size)
        covered = np.zeros(total.size, bool)
        covered[covers(context, i)] = True
        covered[list(context.impossible)] = False
        short = np.where(covered, rows["min_rate"][i] * total - most, 0.0)
        for q in np.flatnonzero(short >= 1).tolist():
            yield context.at(
                "limit_short", "rate_limits", i, "min_rate", limit=str(rows["limit"][i]), project=names[q],
                share=float(rows["min_rate"][i]), amount=int(np.ceil(short[q] - 1e-6)), most=int(most[q]),
            )  # fmt: skip


def idle_caps(ceilings: Ceilings) -> Iterator[Problem]:
    """Caps to one project above everything the fund could pay to any."""
    at, cap = ceilings.context.index, ceilings.context.amounts.cap
    most = np.zeros(len(at.funds))
    np.maximum.at(most, ceilings.pairs[1], ceilings.uncapped)
    for f in np.flatnonzero(np.isfinite(cap) & (cap > most) & (most > 0)).tolist():
        fields = {"fund": at.funds.ids[f], "cap": int(cap[f]), "most": int(most[f])}
        yield ceilings.context.at("cap_never_binds", "funds", at.fund_order[f], "max_per_project", **fields)


def least_grants(ceilings: Ceilings) -> Iterator[Problem]:
    """Least grants that the fund can pay no project: above its cap, or above what its money and rate allow of any.

    A fund that may pay all that a project costs may pay less there.
    """
    context, amounts = ceilings.context, ceilings.context.amounts
    at, least, (p, f) = context.index, amounts.least_grant, ceilings.pairs
    possible = ~np.isin(p, list(context.impossible))
    most, all_of = np.zeros(len(at.funds)), np.zeros(len(at.funds), bool)
    np.maximum.at(most, f[possible], ceilings.uncapped[possible])
    sole = (context.payable[p, f].sum(axis=1) >= amounts.total[p]) & (amounts.rate[f] >= 1)
    np.logical_or.at(all_of, f[possible], sole[possible])
    for i in np.flatnonzero(least > 0).tolist():
        row = at.fund_order[i]
        column = None if np.isnan(context.model["funds"]["min_per_project"][row]) else "min_per_project"
        fields = {"fund": at.funds.ids[i], "least": int(least[i])}
        if amounts.cap[i] < least[i]:
            yield context.at("least_grant_above_cap", "funds", row, column, **fields, cap=int(amounts.cap[i]))
        elif 0 < most[i] < least[i] and not all_of[i]:
            yield context.at("least_grant_unmeetable", "funds", row, column, **fields, most=int(most[i]))


CHECKS = (financing,)
