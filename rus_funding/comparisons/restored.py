"""From a run back to what was solved: the model of a scenario, the plan that came out."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.engine.plan import Payment
from rus_funding.engine.previous import with_previous
from rus_funding.errors import UsageError
from rus_funding.runs.batch.task import Job, Listing
from rus_funding.scenarios import BASELINE

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel
    from rus_funding.runs import Run

Payments = list[tuple[str, str, int, str, int]]  # project, fund, year, cost class, kronor


def listing(run: Run) -> Listing:
    """The run's scenarios by position, each with the model it asks about."""
    return Job(run.model(), tuple(run.scenarios())).listing


def model_at(scenarios: Listing, position: int, name: str, run: Run) -> FundingModel:
    """The model of the scenario at a position. Raises `UsageError` where the run's files make another one."""
    if position >= len(scenarios) or scenarios[position].name != name:
        raise UsageError(
            "{path}: the scenario files in it make no '{name}' any more. Run the batch anew.", path=run.path, name=name
        )
    model = scenarios[position].apply()
    if not model.policy.keep:
        return model
    return with_previous(model, (Payment(*row) for row in plan_of(run, BASELINE)[0]))


def plan_of(run: Run, name: str) -> tuple[Payments, dict[str, Fraction]]:
    """A scenario's payments, and the share of each project that costs nothing."""
    payments = [
        (row["project"], row["fund"], row["year"], row["category_class"], row["kronor"])
        for row in run.records("payments", name)
    ]
    free = {row["project"]: Fraction(repr(row["share"])) for row in run.records("projects", name) if not row["cost"]}
    return payments, free
