"""How lines bend: so that none runs through an actor it does not touch, and few run through names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.network.style import MOST_RADIUS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.network.plan import Plan

    Floats = NDArray[np.float64]

BENDS = (0.05, -0.05, 0.1, -0.1, 0.16, -0.16)  # sideways, as a share of the length; first towards the middle
ALONG = np.linspace(0.04, 0.96, 24)[:, None]
CLEAR = MOST_RADIUS + 4.0
THROUGH, OVER, BENT = 6.0, 1.0, 25.0  # cost of a point on an actor, of one on a name, of a bend of one length


def curve(one: str, two: str, at: Plan) -> str:
    """The SVG path of the line between two actors: of `BENDS`, the one in the least others' way.

    It depends on the places alone, so a line runs alike in every panel and scenario.
    """
    start, end = (np.array([at.places[actor].x, at.places[actor].y]) for actor in (one, two))
    middle, along = (start + end) / 2, end - start
    side = np.array([-along[1], along[0]])
    if side @ (np.array(at.panel) / 2 - middle) < 0:
        side = -side
    others = [place for actor, place in at.places.items() if actor not in (one, two)]
    points = np.array([[place.x, place.y] for place in others]).reshape(-1, 2)
    names = np.array([place.text for place in at.places.values()])
    bends = [middle + 2 * bend * side for bend in BENDS]
    costs = [
        round(_cost(start, control, end, points, names) + BENT * abs(bend), 6)
        for bend, control in zip(BENDS, bends, strict=True)
    ]
    x, y = bends[costs.index(min(costs))]
    return f"M{start[0]:g} {start[1]:g}Q{x:.1f} {y:.1f} {end[0]:g} {end[1]:g}"


def _cost(start: Floats, control: Floats, end: Floats, points: Floats, names: Floats) -> float:
    """What a quadratic curve runs over, at points along it."""
    line = (1 - ALONG) ** 2 * start + 2 * ALONG * (1 - ALONG) * control + ALONG**2 * end
    away = np.sqrt(((line[:, None] - points[None]) ** 2).sum(axis=2))
    inside = (line[:, None] >= names[None, :, :2]) & (line[:, None] <= names[None, :, 2:])
    return float(THROUGH * np.count_nonzero(away < CLEAR) + OVER * np.count_nonzero(inside.all(axis=2)))
