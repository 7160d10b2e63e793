"""Shapes and colours of actors by type: told apart by the colour-blind, in grey print, and by shape alone."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Paul Tol's "muted" scheme (personal.sron.nl/~pault), which the colour-blind tell apart, in an order where
# neighbours also differ in lightness.
COLOURS = ("#332288", "#ddcc77", "#117733", "#cc6677", "#88ccee", "#882255", "#44aa99", "#999933", "#aa4499")
SHAPES = ("circle", "square", "triangle", "diamond", "hexagon", "down", "pentagon", "star", "cross")

# Types that the templates and the shipped models use, in the order of shapes and colours.
KNOWN = ("municipality", "company", "association", "council", "region", "business-support", "university", "agency",
         "participant", "business", "civil-society")  # fmt: skip

_CORNERS = {  # corners, turn in degrees, size that looks as large as a circle of radius 1
    "square": (4, 45, 1.22),
    "triangle": (3, -90, 1.38),
    "diamond": (4, 0, 1.28),
    "hexagon": (6, 0, 1.10),
    "down": (3, 90, 1.38),
    "pentagon": (5, -90, 1.14),
}


def marks(types: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Type → (shape, colour), the most frequent type first. Types of `KNOWN` have the same in every model.

    Other types take what is free, the most frequent first. Past nine types a shape meets another colour: shape and
    colour together stay unlike up to 81 types.
    """
    count = Counter(types)
    ordered = sorted(count, key=lambda kind: (-count[kind], kind))
    fixed = {kind: KNOWN.index(kind) for kind in ordered if kind in KNOWN}
    free = (i for i in itertools.count() if i not in fixed.values())
    n = len(COLOURS)
    at = {kind: fixed[kind] if kind in fixed else next(free) for kind in ordered}
    return {kind: (SHAPES[i % n], COLOURS[(i + i // n) % n]) for kind, i in at.items()}


def outline(shape: str, x: float, y: float, r: float) -> str:
    """A shape of about the area of a circle of radius `r`, as the data of an SVG path."""
    if shape == "circle":
        arc = f"a{r:.2f} {r:.2f} 0 0 0"  # two halves
        return f"M{x - r:.2f} {y:.1f}{arc} {2 * round(r, 2):.2f} 0{arc} {-2 * round(r, 2):.2f} 0Z"
    if shape == "star":
        points = [
            (x + s * r * math.cos(a), y + s * r * math.sin(a))
            for s, a in ((1.4 if i % 2 == 0 else 0.68, math.radians(36 * i - 90)) for i in range(10))
        ]
    elif shape == "cross":
        arm, wide = 1.24 * r, 0.46 * r
        points = [
            (x + dx, y + dy)
            for dx, dy in (
                (-wide, -arm), (wide, -arm), (wide, -wide), (arm, -wide), (arm, wide), (wide, wide),
                (wide, arm), (-wide, arm), (-wide, wide), (-arm, wide), (-arm, -wide), (-wide, -wide),
            )
        ]  # fmt: skip
    else:
        corners, turn, size = _CORNERS[shape]
        points = [
            (
                x + size * r * math.cos(math.radians(turn + 360 * i / corners)),
                y + size * r * math.sin(math.radians(turn + 360 * i / corners)),
            )
            for i in range(corners)
        ]
    return "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in points) + "Z"


def darker(colour: str, share: float = 0.35) -> str:
    """The colour mixed with black."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(part * (1 - share)):02x}" for part in parts)
