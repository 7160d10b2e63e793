"""What each project costs and who may pay: cost classes and flat rates, worked out afresh from the document."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from rus_funding.proof.reading import Document, UnreadableError, columns, exact, kronor, must_have

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

Yearly = dict[int, int]


class CostClass(NamedTuple):
    """The categories of a project that the same funds may pay, as one cost: kronor by year (only years with a cost)."""

    name: str
    funds: tuple[str, ...]
    cash: bool
    costs: Yearly


def carried(rate: Fraction, base: Yearly, years: Iterable[int], before: int = 0) -> Yearly:
    """A flat-rate cost in whole kronor, the remainder carried forward, that of the kronor `before` them too.

    cost[t] = round(rate · Σ_{s ≤ t} base[s]) − round(rate · Σ_{s < t} base[s]), half up: the years add up to the
    rounded total.

    >>> from fractions import Fraction
    >>> carried(Fraction(1, 5), {2026: 2199502, 2027: 2265487, 2028: 2333452}, (2026, 2027, 2028))
    {2026: 439900, 2027: 453098, 2028: 466690}
    """
    above, below = rate.numerator, rate.denominator
    cumulative = before
    previous = (2 * above * before + below) // (2 * below)
    costs = {}
    for year in years:
        cumulative += base.get(year, 0)
        rounded = (2 * above * cumulative + below) // (2 * below)
        costs[year] = rounded - previous
        previous = rounded
    return costs


def flat_rates(document: Document) -> list[tuple[str, Fraction, tuple[str, ...]]]:
    """(category, rate, base categories) of every flat-rate category, each after those in its base."""
    waiting = {
        category: (exact(rate), tuple(sorted(set(base.split()))))
        for category, rate, base in columns(document, "categories", "category", "flat_rate", "flat_rate_base")
        if rate is not None
    }
    ordered: list[tuple[str, Fraction, tuple[str, ...]]] = []
    while waiting:
        ready = [category for category, (_, base) in waiting.items() if not waiting.keys() & set(base)]
        if not ready:
            raise UnreadableError(f"the flat rates of {', '.join(sorted(waiting))} rest on each other in a circle")
        ordered += [(category, *waiting.pop(category)) for category in ready]
    return ordered


def booked_costs(document: Document) -> dict[str, dict[str, Yearly]]:
    """Kronor by project, category and year, flat rates included; categories without any cost are left out."""
    years = sorted(document["years"])
    flats = flat_rates(document)
    computed = {category for category, _, _ in flats}
    booked: dict[str, dict[str, Yearly]] = defaultdict(lambda: defaultdict(dict))
    for project, category, year, amount in columns(document, "costs", "project", "category", "year", "amount"):
        if year not in years or category in computed or year in booked[project][category]:
            raise UnreadableError(f"the cost of {project}, {category}, {year} is outside the model or stands twice")
        booked[project][category][year] = kronor(amount)
    before = {(project, category): kronor(base) for project, category, base in document.get("past", {}).get("flat", ())}
    for project, by_category in booked.items():
        for category, rate, base in flats:
            under: Yearly = defaultdict(int)
            for part in base:
                for year, amount in by_category.get(part, {}).items():
                    under[year] += amount
            by_category[category] = carried(rate, under, years, before.get((project, category), 0))
    return {
        project: {category: costs for category, costs in sorted(by_category.items()) if any(costs.values())}
        for project, by_category in booked.items()
    }


class Payers:
    """Which funds may pay what, as bit masks over the funds in the document's order."""

    def __init__(self, document: Document) -> None:
        """Read the funds, the categories and the allow-lists."""
        funds = list(columns(document, "funds", "fund", "form"))
        self.names = [fund for fund, _ in funds]
        self._named: dict[int, tuple[str, ...]] = {}
        bit = {fund: 1 << i for i, (fund, _) in enumerate(funds)}
        everyone = (1 << len(funds)) - 1
        self._listed: dict[str, dict[str, int]] = {by: {} for by in ("area", "category", "project", "actor_type")}
        self._free = dict.fromkeys(self._listed, everyone)  # the funds that list nothing of that kind
        for fund, by, value in columns(document, "eligibility", "fund", "by", "value"):
            must_have(bit, fund)
            must_have(self._listed, by)
            self._listed[by][value] = self._listed[by].get(value, 0) | bit[fund]
            self._free[by] &= ~bit[fund]
        of_form: dict[str, int] = {"cash": 0, "in_kind": 0}
        for fund, form in funds:
            of_form[form] |= bit[fund]
        self.cash = {category: form == "cash" for category, form in columns(document, "categories", "category", "form")}
        self._category = {
            category: of_form["cash" if cash else "in_kind"] & self._allow("category", category)
            for category, cash in self.cash.items()
        }

    def _allow(self, by: str, *values: str) -> int:
        mask = self._free[by]
        for value in values:
            mask |= self._listed[by].get(value, 0)
        return mask

    def classes(
        self, project: str, lead_type: str, areas: Iterable[str], costs: Mapping[str, Yearly]
    ) -> tuple[CostClass, ...]:
        """The project's cost classes, by name."""
        allowed = self._allow("project", project) & self._allow("actor_type", lead_type) & self._allow("area", *areas)
        grouped: dict[int, list[str]] = {}
        for category in costs:
            must_have(self._category, category)
            grouped.setdefault(allowed & self._category[category], []).append(category)
        made = []
        for mask, categories in grouped.items():
            yearly: Yearly = {}
            for category in categories:
                for year, amount in costs[category].items():
                    if amount:
                        yearly[year] = yearly.get(year, 0) + amount
            cash = any(self.cash[category] for category in categories)
            made.append(
                CostClass("+".join(sorted(categories)), self._names_of(mask), cash, dict(sorted(yearly.items())))
            )
        return tuple(sorted(made))

    def _names_of(self, mask: int) -> tuple[str, ...]:
        if mask not in self._named:
            self._named[mask] = tuple(name for i, name in enumerate(self.names) if mask >> i & 1)
        return self._named[mask]
