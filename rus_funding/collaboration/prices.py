"""What collaboration costs: the same model solved with more and more weight on new ties.

For a weight w the best plan maximises points + w · worth. Over all plans that is the upper edge of lines, one a plan,
so a plan stays best up to the weight at which the next one meets it: the chord from it to a plan of a greater worth is
asked for better plans until there is none (Eisner and Severance, 1976).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from rus_funding.collaboration.graph import actor_graph, ties
from rus_funding.engine.engine import Engine
from rus_funding.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rus_funding.engine.plan import Outcome
    from rus_funding.model.model import FundingModel

NOISE = 1e-6  # of the value: a plan that is better by less is better by what whole kronor round
LEAST = 0.01  # new ties: fewer are nothing that anybody would buy


def what_ties_cost(model: FundingModel, weights: Iterable[float], *, solver: str = "highs") -> list[dict[str, Any]]:
    """One row a weight, ascending: solved anew, exactly. `weights` are points for one new tie between strangers.

    `points` is the value without what ties add to it; `worth` the worth of all ties, Σ n_ij / (1 + w_ij);
    `new_ties` Σ n_ij over pairs without a link; both fall or rise with the plan. Against weight 0 (solved too):
    `new_ties_won`, `points_given_up`, and `points_per_new_tie` (none where no tie is won). Raises `UsageError` if
    a solve fails.
    """
    engine = Engine(solver)
    given = sorted({float(weight) for weight in weights})
    if any(weight < 0 for weight in given):
        raise UsageError("A weight of collaboration is 0 or more.")
    free = _row(model, 0.0, _solved(engine, model, 0.0))
    rows = []
    for weight in given:
        row = free if weight == 0 else _row(model, weight, _solved(engine, model, weight))
        rows.append({**row, **_against(free, row)})
    return rows


def next_ties(model: FundingModel, *, solver: str = "highs") -> list[dict[str, Any]]:
    """The plan that follows the model's own as the weight of collaboration rises: one row, or none.

    `weight` is where it is as good as the model's plan: below it nothing changes. The other columns are those of
    `what_ties_cost`, against the model's plan. None where no weight below all points of the plan buys `LEAST` of a new
    tie, or where a plan on the way is not proven best. Raises `UsageError` if a solve fails.
    """
    engine, own = Engine(solver), model.policy.collaboration_weight

    def best(weight: float) -> dict[str, Any] | None:
        outcome = _solved(engine, model, weight)
        return _row(model, weight, outcome) if outcome.standing.proven else None

    now = best(own)
    follows = best(own + now["points"]) if now else None
    while now and follows and follows["new_ties"] - now["new_ties"] >= LEAST and follows["worth"] > now["worth"]:
        weight = (now["points"] - follows["points"]) / (follows["worth"] - now["worth"])
        found = best(weight) if weight > own else None
        if found is None:
            return []
        if _value(found, weight) <= _value(now, weight) * (1 + NOISE) or found["worth"] in (
            now["worth"],
            follows["worth"],
        ):
            return [{**follows, "weight": round(weight, 6), **_against(now, follows)}]
        follows = found
    return []


def _value(row: Mapping[str, Any], weight: float) -> float:
    return float(row["points"] + weight * row["worth"])


def _against(other: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """What a plan wins in new ties and gives up in points against another one."""
    up, won = other["points"] - row["points"], row["new_ties"] - other["new_ties"]
    return {
        "new_ties_won": round(won, 9) + 0.0,
        "points_given_up": round(up, 6) + 0.0,
        "points_per_new_tie": round(up / won, 6) if won > 1e-6 else None,
    }


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
