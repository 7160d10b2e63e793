"""Which colour each fund, area and actor type of a model has, in every document of a pack."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.words.marks import marks
from rus_funding.words.palette import HUES, spread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.model.model import FundingModel


@dataclasses.dataclass(frozen=True)
class Palette:
    """Colours by id, as ``#rrggbb``."""

    fund: Mapping[str, str]
    area: Mapping[str, str]
    actor_type: Mapping[str, str]


def colours(model: FundingModel) -> Palette:
    """The colours of a model's funds, areas and actor types; those of the types are the network's.

    Funds take the hues from the first on, areas from the last on, so that few of each do not meet.
    """
    funds, areas = model["funds"], model.areas
    return Palette(
        dict(zip(funds["fund"].tolist(), spread(funds["level"].tolist(), HUES), strict=True)),
        dict(zip(areas["area"].tolist(), spread(areas["goal"].tolist(), HUES[::-1]), strict=True)),
        {kind: colour for kind, (_, colour) in marks(model["actors"]["type"].tolist()).items()},
    )
