"""The page's classes for the palette: a fund, an area and a level have the same class wherever they stand."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING

from rus_funding.collaboration import style
from rus_funding.papers.colours import colours
from rus_funding.words.marks import COLOURS, darker
from rus_funding.words.palette import GREY, lifted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.model.model import FundingModel

TIE = style.USED.split('"')[1]  # the colour of ties that exist
NIGHT = "#14181f"  # the page's paper in the dark
OTHERS = "k-rest"  # what is summed up


@dataclasses.dataclass(frozen=True)
class Looks:
    """Of a model."""

    model: FundingModel

    @cached_property
    def fund(self) -> Mapping[str, str]:
        """The class of each fund."""
        return {fund: f"k-f{i}" for i, fund in enumerate(colours(self.model).fund)}

    @cached_property
    def area(self) -> Mapping[str, str]:
        """The class of each area."""
        return {area: f"k-a{i}" for i, area in enumerate(colours(self.model).area)}

    def css(self, *, dark: bool = False) -> str:
        """A colour for each class; for dark paper lifted until it stands out."""
        palette = colours(self.model)
        found = {self.fund[fund]: colour for fund, colour in palette.fund.items()}
        found |= {self.area[area]: colour for area, colour in palette.area.items()}
        found[OTHERS] = GREY
        shown = {kind: lifted(colour, NIGHT, 3.2) if dark else colour for kind, colour in found.items()}
        return "".join(f"--{kind}:{colour};" for kind, colour in shown.items())

    @staticmethod
    def night(where: str) -> str:
        """The network's picture on dark paper: it is drawn for white paper, in colours of its own."""
        found = {"fill": {style.PAPER: "var(--paper)", style.INK: "var(--ink)", style.SOFT: "var(--soft)"}}
        found["stroke"] = {style.PAPER: "var(--paper)", TIE: "var(--soft)"}
        for colour in COLOURS:
            found["fill"][colour] = found["stroke"][darker(colour)] = lifted(colour, NIGHT, 3.2)
        return "".join(
            f'{where} .map [{what}="{colour}"]{{{what}:{shown}}}'
            for what, pairs in found.items()
            for colour, shown in pairs.items()
        )

    def rules(self) -> str:
        """What the classes do."""
        kinds = [*self.fund.values(), *self.area.values(), OTHERS]
        return "".join(f".{kind}{{fill:var(--{kind})}}" for kind in kinds)
