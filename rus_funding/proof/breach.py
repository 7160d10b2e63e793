"""`Breach`: a rule that a plan breaks; and the two comparisons that find one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rus_funding.proof.reading import Label

Shares = Mapping[str, Fraction]


class Breach(NamedTuple):
    """A rule that a plan breaks: `left` `sense` `right` should hold and fails by `over` (kronor unless said)."""

    label: Label
    left: Fraction | int
    sense: str
    right: Fraction | int
    over: Fraction | int
    sentence: str


def exceeds(
    label: Label,
    left: Fraction | int,
    right: Fraction | int,
    sentence: str,
    give: Fraction | int = 0,
    scale: int = 1,
) -> Iterator[Breach]:
    """A breach unless left ≤ right, or left is above it by less than `give`; `over` is told in units of 1 / `scale`."""
    over = left - right
    if over > 0 and over >= give:
        yield Breach(label, left, "<=", right, over * scale, sentence)


def falls_short(
    label: Label,
    left: Fraction | int,
    right: Fraction | int,
    sentence: str,
    give: Fraction | int = 0,
    scale: int = 1,
) -> Iterator[Breach]:
    """A breach unless left ≥ right, or left is below it by less than `give`; `over` is told in units of 1 / `scale`."""
    over = right - left
    if over > 0 and over >= give:
        yield Breach(label, left, ">=", right, over * scale, sentence)
