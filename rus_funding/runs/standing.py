"""A standing in a run's row: its name, and its gap as a float that is never less than it is."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.proof.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def read(row: Mapping[str, Any]) -> Standing:
    """The standing in a row of `scenarios`."""
    return Standing(row["standing"], None if row["gap"] is None else Fraction(repr(row["gap"])))


def upward(gap: Fraction | None) -> float | None:
    """The gap as a float that `read` takes for no less than it is.

    >>> upward(Fraction(31, 10_000)), upward(Fraction(1, 3)) * 3 >= 1
    (0.0031, True)
    """
    if gap is None:
        return None
    near = float(gap)
    return math.nextafter(near, math.inf) if Fraction(repr(near)) < gap else near
