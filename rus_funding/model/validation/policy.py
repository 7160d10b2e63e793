"""The model file's policy, and floors that no project can meet: these would make 0 kr the "optimum"."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.words.near import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.errors import Problem
    from rus_funding.model.validation.context import Context

MODEL_FILE = "model.toml"
SHARE_BASES = ["funded", "available"]


def numbers(context: Context) -> Iterator[Problem]:
    """Weights are finite and not negative, shares and tolerances lie in 0..1."""
    policy = context.model.policy
    place = context.place(MODEL_FILE)
    if not (math.isfinite(policy.collaboration_weight) and policy.collaboration_weight >= 0):
        yield context.at("policy_negative", MODEL_FILE, name="collaboration_weight", number=policy.collaboration_weight)
    if policy.min_partners < 0:
        yield context.at("policy_negative", MODEL_FILE, name="min_partners", number=policy.min_partners)
    if policy.min_grant < 0:
        yield context.at("policy_negative", MODEL_FILE, name="min_grant", number=policy.min_grant)
    for name in ("municipality_floor", "min_share"):
        if not 0 <= getattr(policy, name) <= 1:
            yield context.at("policy_share", MODEL_FILE, name=name, number=getattr(policy, name))
    if policy.share_base not in SHARE_BASES:
        yield context.at("policy_choice", MODEL_FILE, name="share_base", text=policy.share_base, choices=SHARE_BASES)
    for objective in context.model.objectives:
        if not 0 <= objective.tolerance <= 1:
            name = f"tolerance of {objective.name}"
            yield context.at("policy_share", place, name=name, number=objective.tolerance)
    names = [objective.name for objective in context.model.objectives]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield context.at("objective_twice", MODEL_FILE, name=name)


def decider(context: Context) -> Iterator[Problem]:
    """The actor whose decision this is, is one of the actors."""
    name, known = context.model.decider, context.index.actors.position
    if name and name not in known:
        near = nearest(name, known)
        yield context.at("decider_unknown_near" if near else "decider_unknown", MODEL_FILE, decider=name, near=near)


def municipalities(context: Context) -> Iterator[Problem]:
    """A municipality floor and the objective `reach` need municipalities with people, a floor also projects there."""
    floor = context.model.policy.municipality_floor > 0
    wanted = "municipality_floor" if floor else "objective reach"
    if not floor and all(objective.name != "reach" for objective in context.model.objectives):
        return
    population, reach = context.amounts.population, context.amounts.reach
    if not population.size:
        yield context.at("municipalities_missing", "municipalities", wanted=wanted)
        return
    if population.sum() == 0:
        yield context.at("population_zero", "municipalities", wanted=wanted)
        return
    if not floor:
        return  # an objective that is 0 whatever is decided is no error: see `objectives`
    if not (reach > 0).any():
        yield context.at("reach_missing", "reach", wanted=wanted)
        return
    reached = (reach[context.reachable] > 0).any(axis=0)
    missed = np.flatnonzero(~reached & (population > 0)).tolist()
    if missed:
        ids = [context.index.municipalities.ids[j] for j in missed]
        record = context.index.municipality_order[missed[0]]
        yield context.at("municipality_unreachable", "municipalities", record, municipalities=ids)


def area_floors(context: Context) -> Iterator[Problem]:
    """An area with a floor has a project that may get kronor."""
    floor = context.amounts.area("floor_share")
    reached = (context.amounts.area_share[context.reachable] > 0).any(axis=0)
    for a in np.flatnonzero((floor > 0) & ~reached).tolist():
        yield context.at(
            "area_floor_unreachable", "areas", context.index.area_order[a], "floor_share",
            area=context.index.areas.ids[a], floor=float(floor[a]),
        )  # fmt: skip


def perspective_floors(context: Context) -> Iterator[Problem]:
    """A perspective with a floor has a project that may get kronor and is marked with as much, on a stated basis."""
    floor, names = context.amounts.perspective_floor, context.index.perspectives.ids
    rows = context.index.sorted("perspectives", context.index.perspectives, "perspective")
    highest = context.amounts.based[context.reachable].max(axis=0, initial=0.0)
    for d in np.flatnonzero((floor > 0) & (highest < floor)).tolist():
        code = "perspective_floor_too_high" if highest[d] > 0 else "perspective_floor_unreachable"
        yield context.at(
            code, "perspectives", rows[d], "floor_share",
            perspective=names[d], floor=float(floor[d]), highest=float(highest[d]),
        )  # fmt: skip


CHECKS = (numbers, decider, municipalities, area_floors, perspective_floors)
