"""How lines bend: so that none runs through an actor it does not touch, and few run through names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.collaboration.style import MOST_RADIUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rus_funding.collaboration.positions import Plan

    Floats = NDArray[np.float64]

BENDS = np.array([0.05, -0.05, 0.1, -0.1, 0.16, -0.16])  # sideways, share of the length; first towards the middle
ALONG = np.linspace(0.04, 0.96, 24)[:, None]
CLEAR = MOST_RADIUS + 4.0
THROUGH, OVER, BENT = 6.0, 1.0, 25.0  # cost of a point on an actor, of one on a name, of a bend of one length


def curves(pairs: Sequence[tuple[str, str]], at: Plan) -> list[str]:
    """The SVG path of the line between each two actors: of `BENDS`, the one in the least others' way.

    It depends on the places alone, so a line runs alike in every panel and scenario.
    """
    row = {actor: i for i, actor in enumerate(at.places)}
    points = np.array([[place.x, place.y] for place in at.places.values()]).reshape(-1, 2)
    names = np.array([place.text for place in at.places.values()]).reshape(-1, 4)
    middle = np.array(at.panel) / 2
    return [_curve(row[one], row[two], points, names, middle) for one, two in pairs]


def _curve(one: int, two: int, points: Floats, names: Floats, middle: Floats) -> str:
    start, end = points[one], points[two]
    along = end - start
    side = np.array([-along[1], along[0]])
    if side @ (middle - (start + end) / 2) < 0:
        side = -side
    controls = (start + end) / 2 + 2 * BENDS[:, None] * side
    lines = (1 - ALONG) ** 2 * start + 2 * ALONG * (1 - ALONG) * controls[:, None] + ALONG**2 * end
    others = np.delete(points, [one, two], axis=0)
    x, y = lines[..., :1], lines[..., 1:]
    through = (x - others[:, 0]) ** 2 + (y - others[:, 1]) ** 2 < CLEAR**2
    over = (x >= names[:, 0]) & (x <= names[:, 2]) & (y >= names[:, 1]) & (y <= names[:, 3])
    cost = THROUGH * through.sum(axis=(1, 2)) + OVER * over.sum(axis=(1, 2)) + BENT * np.abs(BENDS)
    cx, cy = controls[int(np.argmin(np.round(cost, 6)))]
    return f"M{start[0]:g} {start[1]:g}Q{cx:.1f} {cy:.1f} {end[0]:g} {end[1]:g}"
