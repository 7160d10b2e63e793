"""The engine and the second opinion in the same clothes: one `Result`, so that a test asks both the same question."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from rus_funding.engine.engine import solve
from rus_funding.second_opinion import Facts, second_opinion

if TYPE_CHECKING:
    from collections.abc import Collection

    from rus_funding.engine.plan import Outcome
    from rus_funding.model.model import FundingModel


@dataclasses.dataclass(frozen=True)
class Result:
    """What the two are compared on.

    `objectives` are the optima in order, in the objective's own unit; `value` the value (points) of the point
    `x`; `x` the funded share per project; `y` kronor per (project, fund, year, class).
    """

    status: str
    value: float | None = None
    objectives: dict[str, float] = dataclasses.field(default_factory=dict)
    x: dict[str, float] = dataclasses.field(default_factory=dict)
    y: dict[tuple[str, str, int, str], float] = dataclasses.field(default_factory=dict)


def engine(model: FundingModel) -> Result:
    """The engine's answer; x and y are those of the plan in whole kronor, the objectives those of the program."""
    return result(solve(model))


def result(outcome: Outcome) -> Result:
    """An outcome as a `Result`."""
    if outcome.status != "optimal":
        return Result(outcome.status)
    return Result(
        outcome.status,
        outcome.value,
        dict(outcome.objectives),
        {p.project: float(p.share) for p in outcome.projects},
        {(p.project, p.fund, p.year, p.category_class): p.kronor for p in outcome.payments},
    )


def second(model: FundingModel, without: Collection[str] = ()) -> Result:
    """The second opinion on a model, with the rules whose label's head is in `without` left out: it must have one."""
    opinion = second_opinion(model, without=without)
    assert opinion.status in {"optimal", "infeasible"}, (model.name, opinion.status, opinion.message)
    if opinion.status == "infeasible":
        return Result("infeasible")
    x = dict(opinion.shares)
    return Result("optimal", value_of(model, x), dict(opinion.optima), x, dict(opinion.payments))


def value_of(model: FundingModel, x: dict[str, float]) -> float:
    """The value (points) of funding each project to the share x: from the text, no linear program."""
    d, value = Facts(model), 0.0
    for a, r in d.areas.items():
        q = sum(b * x[p] for (p, area), b in d.benefit.items() if area == a)
        target = math.inf if r["target"] is None else r["target"]
        value += r["weight"] * (min(q, target) + r["beyond"] * max(0.0, q - target))
    ties = sum(d.worth(*pair) * min(1.0, sum(x[p] for p in met)) for pair, met in d.pairs.items())
    return value + d.policy.collaboration_weight * ties
