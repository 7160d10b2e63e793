"""How tests of explanations ask the second opinion: the best value without one rule, with one project's share held."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np
import pulp

from rus_funding.model.rows import Rows
from rus_funding.model.schema import TABLES
from rus_funding.second_opinion import Program, optimise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rus_funding.model.model import FundingModel

    Label = tuple[str, ...]


def first_value(model: FundingModel) -> FundingModel | None:
    """The same model with value as its first objective; None where value is none of them."""
    named = {objective.name: objective for objective in model.objectives}
    if "value" not in named:
        return None
    rest = tuple(objective for objective in model.objectives if objective.name != "value")
    return model.replace(objectives=(named["value"], *rest))


def dropped(label: Label, rule: Label) -> bool:
    """Whether the second opinion's row falls with a rule as explanations name it."""
    kind = rule[0]
    if kind == "indivisible":
        return label == ("viability_min", rule[1])
    if kind == "least_grant_min":  # of a fund, or of a fund and one project
        return label[0] == "least_grant" and label[3] == "least" and label[1:3][-len(rule) + 1 :] == rule[1:]
    if kind in {"rate", "cap"} and len(rule) == 2:  # a fund's, for all projects
        return label[0] == kind and label[2] == rule[1]
    if kind in {"committed", "required"}:
        return label[:2] == ("fixed", rule[1]) or label[:2] == ("commitment", rule[1])
    if kind == "held":
        return (label[0] == "fixed" and label[-1] == "1") or label[0] == "commitment"
    if kind == "excludes":
        return label[0] == kind and set(label[1:]) == set(rule[1:])
    return label[: len(rule)] == rule


def best(
    model: FundingModel,
    project: str,
    rules: Iterable[Label] = (),
    lower: float = 0.0,
    upper: float = 1.0,
) -> float:
    """The best value without `rules` and with the project's share within sides; NaN where there is no plan."""
    program = Program(model)
    taken = list(rules)
    keep = [rule for rule in taken if rule[0] == "held"]
    for label, row in program.rules():
        own = keep and label[0] == "fixed" and label[1] == project  # what is held is that of others
        if own or not any(dropped(label, rule) for rule in taken):
            program.lp += row
    program.lp += program.x[project] >= lower
    program.lp += program.x[project] <= upper
    sense, expression, helpers = program.objective("value")
    for row in helpers:
        program.lp += row
    found = optimise(program.lp, expression, sense, [*program.z.values(), *program.w.values(), *program.s.values()])
    return math.nan if found is None else found


def near(one: float, other: float, share: float = 1e-6) -> bool:
    """Equal to six digits."""
    return abs(one - other) <= share * max(1.0, abs(one), abs(other))


def keeping(
    model: FundingModel,
    project: str,
    shares: Mapping[str, float],
    rules: Iterable[Label] = (),
    money: Iterable[str] = (),
) -> float:
    """The fewest extra kronor, for budgets of the funds `money`, with the project in full, every other one at
    least at its share and in by the same choice; NaN where no money suffices.
    """
    program = Program(model)
    taken, extras = list(rules), []
    for label, row in program.rules():
        if any(dropped(label, rule) for rule in taken):
            continue
        if label[0] == "budget" and label[1] in set(money):
            extras.append(program.variable())
            row.addInPlace(extras[-1], -1)
        program.lp += row
    needed = {project}
    pairs = [label[1:] for label, _ in program.rules() if label[0] == "requires"]
    while more := {other for one, other in pairs if one in needed} - needed:
        needed |= more
    for other, x in program.x.items():
        program.lp += x >= (1 if other == project else shares[other])
        if other in program.z and other not in needed and not shares[other]:
            program.lp += program.z[other] <= 0
    expression = pulp.lpSum(extras)
    found = optimise(program.lp, expression, "min", [*program.z.values(), *program.w.values(), *program.s.values()])
    return math.nan if found is None else found


def divisible(model: FundingModel) -> FundingModel:
    """A shipped model as a linear program but for its few choices: without the policy's least share and least grant.

    Explanations of the county are looked at from end to end, thousands of solves; its least shares and grants have
    tests of their own.
    """
    rows = model["projects"]
    least = np.where(np.isnan(rows["min_share"]) | np.asarray(rows["note"] != "", bool), 0.0, rows["min_share"])
    policy = dataclasses.replace(model.policy, min_share=0.0, min_grant=0)
    return model.replace(policy=policy, tables={**model.tables, "projects": rows.replace(min_share=least)})


def with_places(model: FundingModel) -> FundingModel:
    """The small example with three municipalities, one of which no project reaches."""
    given: dict[str, dict[str, list[object]]] = {
        "municipalities": {
            "municipality": ["kumla", "orebro", "ljusnarsberg"],
            "name": ["Kumla", "Örebro", "Ljusnarsberg"],
            "population": [21_738, 156_381, 4_547],
        },
        "reach": {
            "project": ["kompetens", "kompetens", "resecentrum", "natur"],
            "municipality": ["kumla", "orebro", "kumla", "orebro"],
            "share": [0.3, 0.7, 1.0, 0.55],
        },
    }
    tables = dict(model.tables)
    for name, columns in given.items():
        size = len(next(iter(columns.values())))
        blank: dict[str, list[object]] = {column.name: [""] * size for column in TABLES[name].columns}
        made = {**blank, "verified": [False] * size, **columns}
        tables[name] = Rows({column.name: np.array(made[column.name], column.dtype) for column in TABLES[name].columns})
    return model.replace(tables=tables)
