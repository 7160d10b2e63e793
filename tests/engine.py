"""The engine in the oracle's clothes: the same `Result`, so that a test asks both the same question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle import Result

from rus_funding.engine import solve

if TYPE_CHECKING:
    from rus_funding.model import FundingModel
    from rus_funding.plan import Outcome


def engine(model: FundingModel) -> Result:
    """The engine's answer; x and y are those of the plan in whole kronor, the objectives those of the program."""
    return result(solve(model))


def result(outcome: Outcome) -> Result:
    """What the oracle can be compared on."""
    if outcome.status != "optimal":
        return Result(outcome.status)
    return Result(
        outcome.status,
        outcome.value,
        dict(outcome.objectives),
        {p.project: float(p.share) for p in outcome.projects},
        {(p.project, p.fund, p.year, p.category_class): p.kronor for p in outcome.payments},
    )
