"""Objectives that say nothing: undefined ones (errors), and those that are 0 whatever is decided (warnings).

An objective without a meaning is an error, because every plan would be as good as any other, or none the best. One that
has a meaning, and is 0 in every plan, decides nothing but does no harm: somebody has forgotten something, or the model
is a changed one in which there is nothing to decide. That every draw order is 0 is said only where the model file asks
for more than the usual objectives: `draw_order` is always among these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.model.model import DEFAULT_OBJECTIVES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.errors import Problem
    from rus_funding.model.validation.context import Bools, Context

MODEL_FILE = "model.toml"
SAVERS = {"draw_order", "leverage", "spread"}  # pay as little as possible


def _names(context: Context) -> list[str]:
    return [objective.name for objective in context.model.objectives]


def undefined(context: Context) -> Iterator[Problem]:
    """The least-favoured area is sought among areas with a weight; `reach` stands with the municipality floor."""
    if "balance" in _names(context) and not (context.amounts.area("weight") > 0).any():
        yield context.at("balance_without_weights", "areas")


def always_zero(context: Context) -> Iterator[Problem]:
    """Objectives that are 0 in every plan. What no project reaches that may get kronor gets none."""
    names, amounts, index = _names(context), context.amounts, context.index
    if "balance" in names:
        reached = (amounts.area_share[context.reachable] > 0).any(axis=0)
        missed = np.flatnonzero((amounts.area("weight") > 0) & ~reached).tolist()
        if missed:
            areas = [index.areas.ids[a] for a in missed]
            yield context.at("balance_always_zero", "areas", index.area_order[missed[0]], areas=areas)
    if "reach" in names and context.model.policy.municipality_floor <= 0:
        reached = (amounts.reach[context.reachable] > 0).any(axis=0)
        missed = np.flatnonzero((amounts.population > 0) & ~reached).tolist()
        if missed:
            places = [index.municipalities.ids[j] for j in missed]
            record = index.municipality_order[missed[0]]
            yield context.at("reach_always_zero", "municipalities", record, municipalities=places)
    if "value" in names and not _points(context):
        yield context.at("value_always_zero", "contributions")
    level, live = np.asarray(index.fund_column("level") == "region", bool), _live(context)
    if "leverage" in names and not (level & live).any():
        yield context.at("leverage_always_zero", "funds")
    asked = "draw_order" in names and context.model.objectives != DEFAULT_OBJECTIVES
    if asked and not (amounts.draw_order[live] > 0).any():
        yield context.at("draw_order_always_zero", "funds")


def saving(context: Context) -> Iterator[Problem]:
    """`spread` where one fund pays all, or before anything is to be funded: it asks to pay as little as possible."""
    names = _names(context)
    if "spread" not in names:
        return
    if np.count_nonzero(_live(context)) == 1:
        fund = context.index.funds.ids[int(np.flatnonzero(_live(context))[0])]
        yield context.at("spread_of_one_fund", "funds", fund=fund)
    if not set(names[: names.index("spread")]) - SAVERS:
        yield context.at("spread_first", MODEL_FILE)


def _points(context: Context) -> bool:
    """Whether some project that may be carried out is worth points, or brings two actors together."""
    able = context.reachable | (context.amounts.total == 0)
    able[list(context.impossible)] = False
    ties = context.index.ties[3]
    meets = context.model.policy.collaboration_weight > 0 and bool(able[ties].any())
    return meets or bool((context.amounts.points[able] > 0).any())


def _live(context: Context) -> Bools:
    """Funds that can pay something: money, a rate, and a project that they may pay."""
    money = np.asarray([any(row) for row in context.budgets], bool)
    amounts = context.amounts
    payable = context.payable.copy()
    payable[~context.reachable] = 0
    usable = payable.any(axis=(0, 2)).reshape(-1)
    live: Bools = money & usable & (amounts.rate > 0) & (amounts.cap > 0) & (amounts.max_share > 0)
    return live


ERRORS = (undefined,)
WARNINGS = (always_zero, saving)
