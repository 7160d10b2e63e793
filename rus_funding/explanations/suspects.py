"""What may be the reason for a project's share: every rule of the model, the likeliest first.

A `Relief` takes one rule away, as people set it: a fund's money of all years, a fund's rate, an area's floor. Which of
them is the reason only solves tell (`causes`); prices and the project's own choices say where to ask first.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.engine.settling.grants import Grants
from rus_funding.explanations.case import SMALL
from rus_funding.explanations.project_prices import Priced, Prices
from rus_funding.model.schema import TABLES as SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rus_funding.explanations.case import Case
    from rus_funding.explanations.what_if import Answer
    from rus_funding.model.model import FundingModel
    from rus_funding.program.linear import Label

MONEY = ("budget", "authorisation")


@dataclasses.dataclass(frozen=True)
class Relief:
    """A rule and what takes it away: rows that do not hold, shares set free, rows made "at most". `weight` orders."""

    rule: Label
    rows: tuple[Label, ...] = ()
    free: tuple[str, ...] = ()
    loose: tuple[Label, ...] = ()
    weight: float = 0.0

    @property
    def taken(self) -> tuple[tuple[Label, ...], tuple[str, ...], tuple[Label, ...]]:
        """What it takes away, whatever it is called and weighs."""
        return self.rows, self.free, self.loose


TABLES: dict[str, tuple[str, ...]] = {  # what the ids of a rule name
    "budget": ("funds",),
    "authorisation": ("funds",),
    "diversification": ("funds",),
    "least_grant_min": ("projects", "funds"),
    "rate": ("projects", "funds"),
    "cap": ("projects", "funds"),
    "commitment": ("projects", "funds"),
    "group_min": ("rate_limits", "projects"),
    "group_max": ("rate_limits", "projects"),
    "area_floor": ("areas",),
    "area_cap": ("areas",),
    "beyond": ("areas",),
    "territorial": ("municipalities",),
    "participation": ("actors",),
    "perspective": ("perspectives",),
    "requires": ("projects", "projects"),
    "excludes": ("projects", "projects"),
    "viability_min": ("projects",),
    "indivisible": ("projects",),
    "committed": ("projects",),
    "required": ("projects",),
    "tie": (),
    "held": (),
}
OF_ALL = {"least_grant_min": ("funds",), "rate": ("funds",), "cap": ("funds",), "group_min": ("rate_limits",),
         "group_max": ("rate_limits",)}  # fmt: skip


def stated(model: FundingModel, rule: Label) -> bool:
    """Whether a rule is one that a model like this may have: a known kind, with ids of the tables that it names."""
    kind, *ids = rule
    return any(
        tables is not None
        and len(tables) == len(ids)
        and all(
            name in set(model[table][SCHEMA[table].key[0]].tolist()) for table, name in zip(tables, ids, strict=True)
        )
        for tables in (TABLES.get(kind), OF_ALL.get(kind))
    )


def prices(case: Case) -> Prices:
    """The decomposition of the case, made once."""
    if "prices" not in case.memo:
        case.memo["prices"] = Prices(case.ground, case.ground.chosen)
    found: Prices = case.memo["prices"]
    return found


def reliefs(case: Case, project: str, *, up: bool) -> list[Relief]:
    """What may stand in the way of more (`up`) or hold the project in, the weightiest first: choices, then prices."""
    found: dict[Label, Relief] = {}
    for relief in _choices(case, project, up=up):
        found[relief.rule] = relief
    priced = prices(case).of(project)
    for rule, rows, weight in _priced(case, project, priced):
        # a price that is a gain speaks for the project, a cost against it
        if rule not in found and (weight > 0) == up:
            found[rule] = Relief(rule, rows, weight=abs(weight))
    return sorted(found.values(), key=lambda relief: (-relief.weight, relief.rule))


def others(case: Case, project: str, *, tried: Iterable[Relief]) -> list[Relief]:
    """Every rule that is not among the `tried`, those of other projects too: a rule may act through a competitor.

    A fund's rate or cap and a limit on a group of funds are one rule for all projects.
    """
    labels = case.ground.labels
    rows: dict[Label, list[Label]] = {}
    for label in labels:
        rule = own_rule(label, project) or seen(label) or _of_all(label)
        if rule is not None:
            rows.setdefault(rule, []).append(label)
    found = [
        Relief(rule, loose=tuple(those)) if rule[0] == "indivisible" else Relief(rule, tuple(those))
        for rule, those in rows.items()
    ]
    held = tuple(p for p in case.held if p != project)
    if held:
        found.append(
            Relief(("held",), tuple(row for row in labels if row[0] == "commitment" and row[1] != project), held)
        )
    known = {relief.rule for relief in tried}
    return [relief for relief in found if relief.rule not in known]


def _of_all(label: Label) -> Label | None:
    """A rule that holds for other projects as a reader sees it, without projects and years."""
    match label[0]:
        case "rate" | "cap" | "least_grant_min":
            return (label[0], label[2])
        case "group_min" | "group_max":
            return label[:2]
        case "viability_min" | "indivisible":
            return label
    return None


def _choices(case: Case, project: str, *, up: bool) -> list[Relief]:
    """Rules without a price: decisions, and what is all or nothing."""
    labels, infinite = case.ground.labels, float("inf")
    out = []
    held = tuple(p for p in case.held if p != project)
    if not up and project in case.held:
        rows = tuple(label for label in labels if label[0] == "commitment" and label[1] == project)
        out.append(Relief((case.held[project], project), rows, (project,), weight=infinite))
    for label in labels:
        match label[0]:
            case "indivisible" if label[1] == project:  # x = z becomes x ≤ z: a choice between two still holds
                out.append(Relief(label, loose=(label,), weight=infinite))
            case "viability_min" if label[1] == project:
                out.append(Relief(label, (label,), weight=infinite))
            case "excludes" if up and any(case.scales[p] > 0 for p in label[1:] if p != project and project in label):
                out.append(Relief(label, (label,), weight=infinite))
            case "requires" if label[1 if up else 2] == project and (up or case.scales[label[1]] > 0):
                out.append(Relief(label, (label,), weight=infinite))
            case "participation" if not up and _only_just(case, label, project):
                out.append(Relief(label, (label,), weight=infinite))
    for fund in _least_grants(case, project, up=up):
        rows = tuple(label for label in labels if label[0] == "least_grant_min" and label[2] == fund)
        out.append(Relief(("least_grant_min", fund), rows, weight=infinite))
    if up and held:
        out.append(Relief(("held",), tuple(row for row in labels if row[0] == "commitment"), held))
    return out


def _least_grants(case: Case, project: str, *, up: bool) -> list[str]:
    """Funds whose least grants the best plan without any breaks, where that plan has more (or less) of the project.

    It is the same plan for every project, and asked for once.
    """
    ground = case.ground
    rows = [label for label in ground.labels if label[0] == "least_grant_min"]
    if not rows:
        return []
    if "ungranted" not in case.memo:
        case.memo["ungranted"] = ground.ask(without=rows)
    answer: Answer = case.memo["ungranted"]
    if not answer.found:
        return []
    share, now = ground.share(answer, project), case.scales[project]
    if (share <= now + SMALL) if up else (share >= now - SMALL):
        return []
    f = ground.formulation
    broken = Grants(f.at, ground.amounts, np.maximum(0.0, answer.x[f.columns.y])).broken
    return sorted({f.at.index.funds.ids[fund] for fund in f.at.pairs[1][broken].tolist()})


def _only_just(case: Case, label: Label, project: str) -> bool:
    """Whether the actor's projects, this among them, come to what is asked of it and no more."""
    index = case.amounts.index
    projects, actors = index.takes_part
    mine = index.actors.position[label[1]]
    with_actor = [index.projects.ids[p] for p, a in zip(projects.tolist(), actors.tolist(), strict=True) if a == mine]
    total = sum(case.scales[p] for p in with_actor)
    return project in with_actor and total < case.amounts.min_projects[mine] + SMALL + case.scales[project]


def _priced(case: Case, project: str, priced: Priced | None) -> list[tuple[Label, tuple[Label, ...], float]]:
    """(rule as a reader sees it, its rows, points it costs the project) from the decomposition; gains are negative.

    Where the project's own rules admit no financing at all, each of them stands with the greatest weight.
    """
    labels = case.ground.labels
    sums: dict[Label, float] = {}
    if priced is None:
        for label in labels:
            if own_rule(label, project) is not None:
                sums[own_rule(label, project) or ()] = 1e12
    else:
        for label, points in priced.own.items():
            rule = own_rule(label, project)
            if rule is not None:
                sums[rule] = sums.get(rule, 0.0) + abs(points)
        for label, points in priced.parts.items():
            rule = seen(label)
            if rule is not None:
                sums[rule] = sums.get(rule, 0.0) + points
        for label in labels:  # a cap binds at the project's own scale, not at one: it may have no price here
            if label[0] == "cap" and label[1] == project and label not in sums:
                sums[label] = 1e-6
    rows: dict[Label, list[Label]] = {rule: [] for rule in sums}
    for label in labels:
        rule = own_rule(label, project) or seen(label)
        if rule in rows:
            rows[rule].append(label)
    return [(rule, tuple(rows[rule]), weight) for rule, weight in sums.items() if rows[rule]]


def own_rule(label: Label, project: str) -> Label | None:
    """A rule of the project's own without its years: ("rate", project, fund)."""
    match label[0]:
        case "rate" | "cap" if label[1] == project:
            return label[:3]
        case "commitment" if label[1] == project:
            return ("commitment", project, label[2])
        case "group_min" | "group_max" if label[2] == project:
            return label
    return None


def seen(label: Label) -> Label | None:
    """A shared rule as a reader sees it: budgets and authorisations by fund, ties as one."""
    match label[0]:
        case "budget" | "authorisation":
            return label[:2]
        case "tie":
            return ("tie",)
        case "area_floor" | "area_cap" | "diversification" | "territorial" | "participation" | "perspective" | "beyond":
            return label
        case "requires" | "excludes":
            return label
    return None
