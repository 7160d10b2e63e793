"""The linear program as most people would write it with PuLP: dicts, loops, `lpSum`, one constraint a label.

It knows the rules that generated models use, and is written to be fair: tables are read once into dicts, sums of the
whole portfolio stand in helper variables, and nothing is looked up by searching.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pulp

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel

Costs = dict[tuple[str, str, int], int]


def records(funding: FundingModel, name: str) -> list[dict[str, Any]]:
    """A table as dicts."""
    columns = {column: values.tolist() for column, values in funding[name].columns.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def all_costs(funding: FundingModel) -> Costs:
    """Kronor by project, category and year, flat rates computed with their remainder carried forward."""
    costs: Costs = defaultdict(int)
    for row in records(funding, "costs"):
        costs[row["project"], row["category"], row["year"]] += row["amount"]
    for category in records(funding, "categories"):
        base = category["flat_rate_base"].split()
        if base:
            rate = Fraction(repr(category["flat_rate"]))
            for p in funding["projects"]["project"].tolist():
                total = before = 0
                for t in funding.years:
                    total += sum(costs.get((p, k, t), 0) for k in base)
                    rounded = int(rate * total + Fraction(1, 2))
                    costs[p, category["category"], t] = rounded - before
                    before = rounded
    return {key: amount for key, amount in costs.items() if amount}


def payers(funding: FundingModel, costs: Costs) -> dict[tuple[str, str], tuple[str, ...]]:
    """The funds that may pay each category of each project."""
    allowed: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in records(funding, "eligibility"):
        allowed[row["fund"]][row["by"]].add(row["value"])
    types = {row["actor"]: row["type"] for row in records(funding, "actors")}
    lead = {row["project"]: types[row["lead"]] for row in records(funding, "projects")}
    areas = defaultdict(set)
    for row in records(funding, "contributions"):
        areas[row["project"]].add(row["area"])
    funds = funding["funds"]["fund"].tolist()
    out = {}
    for p, k in dict.fromkeys((p, k) for p, k, _ in costs):
        values = {"area": areas[p], "project": {p}, "actor_type": {lead[p]}, "category": {k}}
        out[p, k] = tuple(f for f in funds if all(listed & values[by] for by, listed in allowed[f].items()))
    return out


def build(funding: FundingModel) -> pulp.LpProblem:
    """The rules and the value of the portfolio, to be maximised."""
    with warnings.catch_warnings():  # PuLP 3.3 announces what 4 will rename
        warnings.simplefilter("ignore", DeprecationWarning)
        return _build(funding)


def _build(funding: FundingModel) -> pulp.LpProblem:  # noqa: C901 (one loop after another, as such code is)
    years, total = funding.years, pulp.lpSum
    costs = all_costs(funding)
    who = payers(funding, costs)
    cell: dict[tuple[str, tuple[str, ...], int], int] = defaultdict(
        int
    )  # cost classes: categories with the same payers
    booked: dict[tuple[str, int], int] = defaultdict(int)
    whole: dict[str, int] = defaultdict(int)
    for (p, k, t), amount in costs.items():
        cell[p, who[p, k], t] += amount
        booked[p, t] += amount
        whole[p] += amount

    lp = pulp.LpProblem("naive", pulp.LpMaximize)
    projects = funding["projects"]["project"].tolist()
    x = {p: lp.add_variable(f"x_{p}", 0, 1) for p in projects}
    paid_for: dict[Any, list[pulp.LpVariable]] = defaultdict(list)
    may: dict[tuple[str, str, int], int] = defaultdict(int)
    for i, ((p, funds, t), amount) in enumerate(cell.items()):
        for f in funds:
            y = lp.add_variable(f"y_{i}_{f}", 0)
            for key in ((p, funds, t), (f, t), (p, f, t), (p, f), (f,)):
                paid_for[key].append(y)
            may[p, f, t] += amount
        lp += total(paid_for[p, funds, t]) == amount * x[p]

    everything = lp.add_variable("K", 0)
    lp += everything == total(whole[p] * x[p] for p in projects)

    budget = {(row["fund"], row["year"]): row["amount"] for row in records(funding, "budgets")}
    served = defaultdict(list)
    for p, f, t in may:
        served[f].append((p, t))
    for row in records(funding, "funds"):
        f, rate, carry = row["fund"], row["max_rate"], row["carry_over"]
        left = None
        for t in years:
            spent = total(paid_for[f, t])
            room = budget.get((f, t), 0) + (left if left is not None else 0)
            left = None
            if carry > 0 and t != years[-1]:
                left = lp.add_variable(f"u_{f}_{t}", 0)
                spent += left / carry
            lp += spent <= room
        if rate < 1:
            base = may if row["rate_base"] == "eligible" else {(p, f, t): amount for (p, t), amount in booked.items()}
            if row["rate_basis"] == "year":
                for p, t in served[f]:
                    lp += total(paid_for[p, f, t]) <= rate * base[p, f, t] * x[p]
            else:
                for p in dict.fromkeys(p for p, _ in served[f]):
                    lp += total(paid_for[p, f]) <= rate * sum(base.get((p, f, t), 0) for t in years) * x[p]
        if row["max_per_project"] == row["max_per_project"]:
            for p in dict.fromkeys(p for p, _ in served[f]):
                lp += total(paid_for[p, f]) <= row["max_per_project"]
        if row["max_share"] < 1:
            lp += total(paid_for[f,]) <= row["max_share"] * everything

    level = {row["fund"]: row["level"] for row in records(funding, "funds")}
    types = {row["actor"]: row["type"] for row in records(funding, "actors")}
    for row in records(funding, "rate_limits"):
        group = [f for f in level if level[f] == row["value"]]
        for project in records(funding, "projects"):
            p = project["project"]
            if not row["actor_type"] or types[project["lead"]] == row["actor_type"]:
                paid = [y for f in group for y in paid_for.get((p, f), ())]
                lp += total(paid) <= row["max_rate"] * whole[p] * x[p]

    share = defaultdict(list)
    points = []
    weight = {row["area"]: row["weight"] for row in records(funding, "areas")}
    for row in records(funding, "contributions"):
        share[row["area"]].append(row["share"] * whole[row["project"]] * x[row["project"]])
        points.append(weight[row["area"]] * row["benefit"] * x[row["project"]])
    for row in records(funding, "areas"):
        counted = lp.add_variable(f"K_{row['area']}", 0)
        lp += counted == total(share[row["area"]])
        if row["floor_share"] > 0:
            lp += counted >= row["floor_share"] * everything
        if row["cap_share"] < 1:
            lp += counted <= row["cap_share"] * everything

    reached = defaultdict(list)
    for row in records(funding, "reach"):
        reached[row["municipality"]].append(row["share"] * whole[row["project"]] * x[row["project"]])
    regional = lp.add_variable("R", 0)
    lp += regional == total(part for parts in reached.values() for part in parts)
    people = {row["municipality"]: row["population"] for row in records(funding, "municipalities")}
    for j, count in people.items():
        least = funding.policy.municipality_floor * count / sum(people.values())
        lp += total(reached[j]) >= least * regional

    lp.setObjective(total(points))
    return lp
