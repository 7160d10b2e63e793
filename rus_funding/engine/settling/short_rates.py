"""A rate of long decimals in short ones: the same whole kronor within a box, in numbers that a solver can digest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.model.amounts import Floats

SHORT = 1000  # denominators up to which a rate is left as it is
WIDE = 5000  # kronor of a base beyond which a shorter rate is no shorter


def in_short(
    own: NDArray[Any], value: NDArray[Any], span: NDArray[Any], rate: tuple[int, int], room: int
) -> tuple[Floats, float]:
    """A row's coefficients and room, in short numbers, for payments that may move by `span`.

    `rate` is what the row was made of, (top, bottom): own payments count `bottom`, those of a base −`top`, and what
    income takes from a base `top`. Where short numbers do not say the same, long ones are rounded.
    """
    top, bottom = rate
    income = abs(own) % bottom // top if 0 < top < bottom else 0 * own
    u = (own - income * top) // bottom
    v = (own - value) // top - income if top else 0 * own
    ends = [(int((np.minimum(each, 0) * span).sum()), int((np.maximum(each, 0) * span).sum())) for each in (u, v)]
    found = plain(top, bottom, room, *ends) if ends[1][1] - ends[1][0] <= WIDE else None
    if found is None:
        return (value / bottom).astype(np.float64), room / bottom
    p, q, room = found
    return (q * u - p * v).astype(np.float64), float(room)


def plain(top: int, bottom: int, room: int, u: tuple[int, int], v: tuple[int, int]) -> tuple[int, int, int] | None:
    """A shorter rate and its room, (p, q, r): q · u − p · v ≤ r says the same as bottom · u − top · v ≤ room.

    `u` and `v` are the least and the most that the box lets them be. The rates between which top / bottom lies are
    halved (as in a Stern-Brocot tree) until one is near enough; None where that takes longer numbers than the rate's.

    >>> plain(333333333, 1000000000, 0, (0, 5), (0, 12))
    (3, 10, 0)
    """
    least, most = u
    places = np.arange(v[0], v[1] + 1)
    heights = np.asarray([max(least - 1, min(most, (room + top * v) // bottom)) for v in places.tolist()], np.int64)
    inside, outside = heights >= least, heights < most  # what u may still be, and what it may be no more
    low, high = (0, 1), (1, 0)
    while low[1] + high[1] < bottom:
        p, q = low[0] + high[0], low[1] + high[1]
        line = q * heights - p * places
        limit = int(line[inside].max()) if inside.any() else int(line[outside].min()) + q - 1
        if (line[outside] + q > limit).all():
            return p, q, limit
        low, high = ((p, q), high) if p * bottom < top * q else (low, (p, q))
    return None
