"""What a plan keeps to: the plan decided last time, or in a scenario that asks for it the baseline's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.errors import NoPlan
from rus_funding.model.model import Objective
from rus_funding.model.rows import Rows
from rus_funding.model.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rus_funding.engine.plan import Outcome, Payment
    from rus_funding.model.model import FundingModel

CONTINUITY = Objective("continuity")


def keeping(model: FundingModel, baseline: Callable[[], Outcome]) -> FundingModel:
    """A scenario's model, with the baseline's plan as `previous` where it keeps to it (`[policy] keep = "baseline"`).

    Raises `NoPlan` where the baseline has none.
    """
    if model.policy.keep != "baseline":
        return model
    outcome = baseline()
    if not outcome.planned:
        raise NoPlan(outcome)
    return with_previous(model, outcome.payments)


def with_previous(model: FundingModel, payments: Iterable[Payment]) -> FundingModel:
    """The model with a plan as its `previous`, and `continuity` among its objectives: after `value`, unless it says."""
    known = set(model["projects"]["project"].tolist()), set(model["funds"]["fund"].tolist())
    sums: dict[tuple[str, str, int], int] = {}
    for payment in payments:
        key = payment.project, payment.fund, payment.year
        if key[0] in known[0] and key[1] in known[1]:  # what a scenario removes cannot be kept
            sums[key] = sums.get(key, 0) + payment.kronor
    keys = sorted(sums)
    cells = {"project": [p for p, _, _ in keys], "fund": [f for _, f, _ in keys], "year": [t for _, _, t in keys],
             "amount": [sums[key] for key in keys]}  # fmt: skip
    columns = {
        column.name: np.array(cells.get(column.name, [column.default] * len(keys)), dtype=column.dtype)
        for column in TABLES["previous"].columns
    }
    objectives = model.objectives
    if CONTINUITY.name not in {objective.name for objective in objectives}:
        names = [objective.name for objective in objectives]
        at = names.index("value") + 1 if "value" in names else len(names)
        objectives = (*objectives[:at], CONTINUITY, *objectives[at:])
    return model.replace(tables={**model.tables, "previous": Rows(columns)}, objectives=objectives)
