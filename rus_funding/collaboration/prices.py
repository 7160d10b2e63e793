"""What collaboration costs: the same model solved with more and more weight on new ties."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from rus_funding.collaboration.graph import actor_graph, ties
from rus_funding.engine.engine import Engine
from rus_funding.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rus_funding.engine.plan import Outcome
    from rus_funding.model.model import FundingModel


def what_ties_cost(model: FundingModel, weights: Iterable[float], *, solver: str = "highs") -> list[dict[str, Any]]:
    """One row a weight, ascending: solved anew, exactly. `weights` are points for one new tie between strangers.

    `points` is the value without what ties add to it; `worth` the worth of all ties, Σ n_ij / (1 + w_ij);
    `new_ties` Σ n_ij over pairs without a link; both fall or rise with the plan. Against weight 0 (solved too):
    `points_given_up`, and `points_per_new_tie` (none where no tie is won). Raises `UsageError` if a solve fails.
    """
    engine = Engine(solver)
    given = sorted({float(weight) for weight in weights})
    if any(weight < 0 for weight in given):
        raise UsageError("A weight of collaboration is 0 or more.")
    free = _row(model, 0.0, _solved(engine, model, 0.0))
    rows = []
    for weight in given:
        row = free if weight == 0 else _row(model, weight, _solved(engine, model, weight))
        up, won = free["points"] - row["points"], row["new_ties"] - free["new_ties"]
        price = round(up / won, 6) if won > 1e-6 else None
        rows.append({**row, "points_given_up": round(up, 6) + 0.0, "points_per_new_tie": price})
    return rows


def _solved(engine: Engine, model: FundingModel, weight: float) -> Outcome:
    policy = dataclasses.replace(model.policy, collaboration_weight=weight)
    outcome = engine.solve(model.replace(policy=policy))
    if not outcome.planned:
        raise UsageError(
            "With collaboration_weight {weight:g} there is no plan: {outcome}.",
            weight=weight,
            outcome=outcome.message.rstrip("."),
        )
    return outcome


def _row(model: FundingModel, weight: float, outcome: Outcome) -> dict[str, Any]:
    shares = {result.project: float(result.share) for result in outcome.projects}
    worth = ties(model, shares)
    graph = actor_graph(model, shares)
    new = sum(data["n"] for _, _, data in graph.edges(data=True) if not data["existing"])
    value = outcome.value if outcome.value is not None else 0.0
    return {
        "weight": weight,
        "points": round(value - weight * worth, 6),
        "worth": round(worth, 9),
        "new_ties": round(new, 9),
        "kronor": outcome.funded,
    }
