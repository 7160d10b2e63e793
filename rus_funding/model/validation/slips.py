"""Figures that can be solved and are probably not meant: a year forgotten, a unit or a percent sign mistaken.

Each finding names its cell and the likeliest cause. What is meant all the same is written out, as a 0, or left.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rus_funding.errors import Problem
    from rus_funding.model.validation.context import Context

UNITS = (100, 1000)  # what an amount is multiplied by when it was written in another unit, or with the decimals
NEAR = 2  # an amount is a unit off its neighbours when it is this factor or less from it
SMALL_CELL, LARGE_CELL = 20_000, 50_000_000  # kronor: a whole project in thousands has no cell above, none below
WIDE = 5  # what holds for projects, whose costs differ more
LEAST = 0.01  # a share no larger was probably meant as a percentage: 0.5 % for 50 %
APART = 200  # costs and budgets that are this many times each other
SHARES = (
    ("funds", "max_rate", 1.0), ("funds", "max_share", 1.0), ("areas", "cap_share", 1.0), ("areas", "floor_share", 0.0),
    ("categories", "flat_rate", 0.0), ("rate_limits", "max_rate", 1.0), ("rate_limits", "min_rate", 0.0),
)  # fmt: skip


def years(context: Context) -> Iterator[Problem]:
    """Funds with a budget in some years and no row for others: no row is 0 kr, which nobody may have meant."""
    rows, every = context.model["budgets"], context.model.years
    given: dict[str, dict[int, int]] = {}
    for i, (fund, year) in enumerate(zip(rows["fund"].tolist(), rows["year"].tolist(), strict=True)):
        given.setdefault(fund, {})[year] = i
    for fund, found in given.items():
        lacking = [year for year in every if year not in found]
        if lacking:
            fields = {"fund": fund, "lacking": lacking, "given": sorted(found)}
            yield context.at("fund_year_missing", "budgets", found[max(found)], "year", **fields)


def units(context: Context) -> Iterator[Problem]:
    """Amounts that are some hundred or thousand times those beside them, of the same project and category or fund."""
    for table, keys in (("costs", ("project", "category")), ("budgets", ("fund",))):
        rows = context.model[table]
        groups: dict[tuple[str, ...], list[int]] = {}
        amounts = rows["amount"].tolist()
        for i, key in enumerate(zip(*(rows[name].tolist() for name in keys), strict=True)):
            if amounts[i] > 0:
                groups.setdefault(key, []).append(i)
        usual = median([amounts[i] for group in groups.values() for i in group]) if groups else 0
        odd = [(i, found) for group in groups.values() for i, found in _odd(group, amounts, usual)]
        first = dict(odd)
        for i in context.some("amount_unit", table, [i for i, _ in odd], "amount"):
            times, beside = first[i]
            fields = {"amount": amounts[i], "beside": beside, "times": times}
            fields["meant"] = amounts[i] * times if beside > amounts[i] else round(amounts[i] / times)
            yield context.at("amount_unit", table, i, "amount", **fields)


def _odd(group: Sequence[int], amounts: Sequence[int], usual: float) -> Iterator[tuple[int, tuple[int, int]]]:
    """The rows of a group that are a unit off the median of the others, and farther from what is usual than that."""
    for i in group:
        others = [amounts[k] for k in group if k != i]
        if not others:
            continue
        beside = round(median(others))
        ratio = max(amounts[i] / beside, beside / amounts[i])
        for unit in UNITS:
            if unit / NEAR <= ratio <= unit * NEAR and _off(amounts[i], usual) >= _off(beside, usual):
                yield i, (unit, beside)
                break


def _off(amount: float, usual: float) -> float:
    return max(amount / usual, usual / amount)


def projects(context: Context) -> Iterator[Problem]:
    """Projects all of whose costs seem to stand in thousands of kronor, or a thousand times too large."""
    costs, total = context.amounts.by_category, context.amounts.total
    alive = np.flatnonzero(total > 0)
    if alive.size < 3:
        return
    first = context.model["costs"]["project"].tolist().index
    for p in alive.tolist():
        usual = float(np.median(total[alive[alive != p]]))
        cells = costs[p][costs[p] > 0]
        small = cells.max() < SMALL_CELL and usual / WIDE <= 1000 * total[p] <= usual * WIDE
        large = cells.min() > LARGE_CELL and usual / WIDE <= total[p] / 1000 <= usual * WIDE
        if small or large:
            name = context.index.projects.ids[p]
            fields = {"project": name, "total": int(total[p]), "usual": round(usual)}
            code = "project_in_thousands" if small else "project_times_thousand"
            yield context.at(code, "costs", first(name), "amount", **fields)


def sums(context: Context) -> Iterator[Problem]:
    """All costs and all budgets so far apart that one of them stands in another unit."""
    cost = int(context.amounts.total.sum())
    money = sum(sum(row) for row in context.budgets)
    if min(cost, money) > 0 and max(cost, money) >= APART * min(cost, money):
        small = "costs" if cost < money else "budgets"
        yield context.at("sums_apart", small, 0, "amount", cost=cost, money=money)


def rates(context: Context) -> Iterator[Problem]:
    """Rates, caps and floors above 0 and no more than a hundredth."""
    for table, column, _ in SHARES:
        values = context.model[table][column]
        with np.errstate(invalid="ignore"):
            low = np.flatnonzero((values > 0) & (values <= LEAST if column != "floor_share" else values < LEAST))
        for i in context.some("rate_low", table, low, column):
            share = float(values[i])
            yield context.at("rate_low", table, i, column, share=share, meant=share * 100)


def caps(context: Context) -> Iterator[Problem]:
    """Caps below every cost that the fund may pay: the fund gives every project next to nothing."""
    caps = context.model["funds"]["max_per_project"]
    for f, i in enumerate(context.index.fund_order.tolist()):
        payable = context.payable[:, f, :]
        if caps[i] > 0 and (payable > 0).any() and caps[i] < payable[payable > 0].min():
            least = int(payable[payable > 0].min())
            fields = {
                "fund": context.index.funds.ids[f],
                "cap": int(caps[i]),
                "least": least,
                "meant": int(caps[i]) * 1000,
            }
            yield context.at("cap_below_costs", "funds", i, "max_per_project", **fields)


CHECKS = (years, units, projects, sums, rates, caps)
