"""Points that follow the cost: what a model without benefits counts for, and how scenarios keep that as it was.

A row of `contributions` *counts* where its share or its benefit is above 0. Either every row that counts has a benefit,
or none has. Where none has, b_pa = share x total cost / 1000, and the costs are the baseline's: a scenario makes things
dearer or cheaper, never worth more or less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.model.amounts import Amounts, exact
from rus_funding.model.index import Index
from rus_funding.model.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from rus_funding.model.model import FundingModel


def counting(contributions: Rows) -> NDArray[np.bool_]:
    """The rows that say something: a share or a benefit above 0."""
    found: NDArray[np.bool_] = (contributions["share"] > 0) | (contributions["benefit"] > 0)
    return found


def without_benefit(contributions: Rows) -> NDArray[np.bool_]:
    """The rows that count and leave their benefit blank."""
    found: NDArray[np.bool_] = counting(contributions) & np.isnan(contributions["benefit"].astype(np.float64))
    return found


def follow_cost(model: FundingModel) -> bool:
    """Whether the model's points are share x total cost / 1000, of its own costs or of those of its baseline."""
    rows, blank = counting(model["contributions"]), without_benefit(model["contributions"])
    return model.points_kept or bool(rows.any() and (rows == blank).all())


def totals(model: FundingModel) -> dict[str, int]:
    """The total cost of each project, kronor. The model must be one whose ids and flat rates are sound."""
    index = Index(model)
    return dict(zip(index.projects.ids, Amounts(model, index).total.tolist(), strict=True))


def kept_points(model: FundingModel, costs: Mapping[str, int], first: Sequence[Rows] = ()) -> FundingModel:
    """The model with the points that follow `costs`, the total cost of each project of its baseline.

    A project without costs there counts with those that it was first given: the rows `first` of `costs`, at the model's
    own flat rates, or where there are none, what it costs now. A model with benefits is returned as it is.

    >>> from rus_funding.model.model import FundingModel
    >>> from rus_funding.model.schema import TABLES, empty
    >>> nothing = FundingModel("m", (2026,), {table: empty(table) for table in TABLES})
    >>> kept_points(nothing, {}) is nothing
    True
    """
    rows = model["contributions"]
    if model.points_kept or not follow_cost(model):
        return model
    known = {project: cost for project, cost in costs.items() if cost}
    if any(project not in known for project in rows["project"].tolist()):
        given = totals(_with_costs(model, first)) if first else {}
        known = {project: known.get(project) or given.get(project) or cost for project, cost in totals(model).items()}
    points = [
        float(exact(share) * known[project] / 1000)
        for project, share in zip(rows["project"].tolist(), rows["share"].tolist(), strict=True)
    ]
    contributions = rows.replace(benefit=np.asarray(points, np.float64))
    return model.replace(tables={**model.tables, "contributions": contributions}, points_kept=True)


def _with_costs(model: FundingModel, parts: Sequence[Rows]) -> FundingModel:
    """The model with these costs alone, as far as its projects, categories and years are theirs."""
    joined = Rows({name: np.concatenate([part[name] for part in parts]) for name in model["costs"].columns})
    here = np.ones(joined.size, bool)
    for column, known in (
        ("project", model["projects"]["project"]),
        ("category", model["categories"]["category"]),
        ("year", np.asarray(model.years)),
    ):
        here &= np.isin(joined[column], known)
    return model.replace(tables={**model.tables, "costs": joined.take(here)})
