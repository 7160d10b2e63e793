"""The corners of a set of weights, exact: double description in whole numbers.

The weights w ≥ 0 with a given sum that satisfy some linear inequalities make a polytope. A convex function, such as
regret, is largest at one of its corners, so that looking at these alone is a proof.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 5_000  # corners on the way

Ray = tuple[tuple[int, ...], int]  # a direction, and the inequalities that hold with equality, as bits


def corners(size: int, rows: Sequence[Sequence[Fraction]], total: Fraction) -> list[tuple[Fraction, ...]]:
    """Every corner of {w : w ≥ 0, Σ w = total, row · w ≥ 0 for each row}, the largest first weights first.

    Empty where no weights satisfy the rows. Raises `UsageError` for more than `MOST` corners.

    >>> corners(2, [(Fraction(1), Fraction(-1))], Fraction(2))  # the first at least the second
    [(Fraction(2, 1), Fraction(0, 1)), (Fraction(1, 1), Fraction(1, 1))]
    """
    rays: list[Ray] = [
        (tuple(int(i == j) for j in range(size)), sum(1 << j for j in range(size) if j != i)) for i in range(size)
    ]
    for number, row in enumerate(rows):
        rays = _cut(rays, _whole(row), 1 << (size + number), size)
        if len(rays) > MOST:
            raise UsageError(
                "the statements leave more than {most} extreme weights. Use fewer areas or statements.", most=MOST
            )
    found = [tuple(total * Fraction(part, sum(ray)) for part in ray) for ray, _ in rays]
    return sorted(found, reverse=True)


def _cut(rays: list[Ray], row: tuple[int, ...], bit: int, size: int) -> list[Ray]:
    """The extreme rays of the part of the cone where row · w ≥ 0.

    New ones lie between neighbours on either side: two rays whose common equalities hold together for no third.
    """
    sides = [sum(a * b for a, b in zip(row, ray, strict=True)) for ray, _ in rays]
    kept = [
        (ray, tight | bit if side == 0 else tight) for (ray, tight), side in zip(rays, sides, strict=True) if side >= 0
    ]
    for (inside, one), above in zip(rays, sides, strict=True):
        if above <= 0:
            continue
        for (outside, other), below in zip(rays, sides, strict=True):
            common = one & other
            if below >= 0 or common.bit_count() < size - 2:
                continue
            if sum(common & tight == common for _, tight in rays) == 2:
                between = [above * b - below * a for a, b in zip(inside, outside, strict=True)]
                divisor = math.gcd(*between)
                kept.append((tuple(part // divisor for part in between), common | bit))
    return kept


def _whole(row: Sequence[Fraction]) -> tuple[int, ...]:
    """The row in whole numbers."""
    scale = math.lcm(*(part.denominator for part in row))
    return tuple(int(part * scale) for part in row)
