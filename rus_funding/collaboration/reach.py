"""Whose way to each other becomes shorter when the actors of a project meet."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.collaboration import large

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WORK = 2e9  # comparisons, some seconds; beyond it actors are sampled
FAR = 20_000  # stands for "no way" in sums of two distances that must stay below 65 536


@dataclasses.dataclass(frozen=True)
class Gain:
    """Pairs of actors that come closer, how many of them had no way to each other, and whether all were counted."""

    closer: int
    joined: int
    exact: bool


def closer(of: large.Web, together: Mapping[str, Sequence[str]]) -> dict[str, Gain]:
    """Project → the pairs whose distance falls if its actors all meet, one project at a time.

    With m(u) the distance from u to the nearest actor of the project, the way through the project is
    m(u) + 1 + m(v) long: the pair comes closer where that is less than d(u, v). On large graphs the pairs of a
    sample of actors (those whose ids have the least SHA-256) are counted and scaled up.
    """
    n = len(of.nodes)
    position = {node: i for i, node in enumerate(of.nodes)}
    distance = large.distances(of)
    order = sorted(range(n), key=lambda i: hashlib.sha256(of.nodes[i].encode()).digest())
    some = np.array(sorted(order[: max(1, int(WORK / max(1, n * len(together))))]), np.int64)
    exact = len(some) == n
    rows = distance if exact else distance[some]
    gains = {}
    for project, actors in together.items():
        if len(actors) < 2:
            gains[project] = Gain(0, 0, exact=True)
            continue
        nearest = np.minimum(distance[[position[actor] for actor in actors]].min(axis=0), FAR).astype(np.uint16)
        shorter = nearest[some, None] + np.uint16(1) + nearest < np.minimum(rows, FAR)
        apart = shorter & (rows >= FAR)
        scale = n / len(some) / 2
        gains[project] = Gain(
            round(np.count_nonzero(shorter) * scale), round(np.count_nonzero(apart) * scale), exact=exact
        )
    return gains
