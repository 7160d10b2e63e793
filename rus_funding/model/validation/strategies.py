"""Does each area have its part: deciding, or reporting? Who decides, and what may stand at areas that only report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.errors import Problem
    from rus_funding.model.validation.context import Context

MODEL_FILE = "model.toml"


def decider(context: Context) -> Iterator[Problem]:
    """The strategy that decides is named where areas belong to several, exists, and has areas."""
    model = context.model
    named = sorted(set(model["areas"]["strategy"].tolist()))
    if not model.strategy:
        if len(named) > 1:
            yield context.at("strategy_not_chosen", MODEL_FILE, strategies=[name for name in named if name])
    elif model.strategy not in (known := model["strategies"]["strategy"].tolist()):
        yield context.at("strategy_unknown", MODEL_FILE, strategy=model.strategy, strategies=sorted(known))
    elif not model.areas.size and model["areas"].size:
        yield context.at("strategy_without_areas", "areas", strategy=model.strategy)


def reporting(context: Context) -> Iterator[Problem]:
    """An area that only reports has no contributions, no fund asks for it, and no floor or cap stands at it."""
    model = context.model
    deciding = set(model.areas["area"].tolist())
    areas = model["areas"]
    other = {area for area in areas["area"].tolist() if area not in deciding}
    if not other:
        return
    rows = model["contributions"]
    wrong = [i for i, area in enumerate(rows["area"].tolist()) if area in other]
    for i in context.some("area_not_deciding", "contributions", wrong, "area"):
        yield context.at(
            "area_not_deciding", "contributions", i, "area", area=str(rows["area"][i]), strategy=model.strategy
        )
    rows = model["eligibility"]
    cells = zip(rows["by"].tolist(), rows["value"].tolist(), strict=True)
    wrong = [i for i, (by, area) in enumerate(cells) if by == "area" and area in other]
    for i in context.some("area_not_deciding", "eligibility", wrong, "value"):
        yield context.at(
            "area_not_deciding", "eligibility", i, "value", area=str(rows["value"][i]), strategy=model.strategy
        )
    for column, usual in (("floor_share", 0.0), ("cap_share", 1.0)):
        limited = np.flatnonzero((areas[column] != usual) & np.isin(areas["area"], sorted(other)))
        for i in context.some("report_area_limited", "areas", limited, column):
            yield context.at(
                "report_area_limited", "areas", i, column, area=str(areas["area"][i]), strategy=model.strategy
            )


def mapping(context: Context) -> Iterator[Problem]:
    """A mapping goes from an area of the deciding strategy to one of another."""
    model = context.model
    if not model.strategy and len(set(model["areas"]["strategy"].tolist())) > 1:
        return  # `decider` asks who decides: till then nobody knows which area is which
    deciding = set(model.areas["area"].tolist())
    known = set(model["areas"]["area"].tolist())
    rows = model["mapping"]
    for column, wanted in (("area", True), ("to", False)):
        cells = rows[column].tolist()
        code = "mapping_from_other" if wanted else "mapping_to_deciding"
        wrong = [i for i, area in enumerate(cells) if area in known and (area in deciding) != wanted]
        for i in context.some(code, "mapping", wrong, column):
            yield context.at(code, "mapping", i, column, area=cells[i], strategy=model.strategy)


CHECKS = (decider, reporting, mapping)
