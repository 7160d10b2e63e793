"""Positions: near each other who work together, no label over another, and the same from scenario to scenario.

The positions come from the graph of every tie there could be (`graph.possible_graph`), so a scenario that funds
other projects moves nobody. No chance is involved: the start is made from the graph, and the rest is arithmetic.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csgraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    import networkx as nx
    from numpy.typing import NDArray

ROUNDS = 300
PUSHES = 300  # rounds of pushing boxes apart; at the least distance five times as many
EVEN = 0.55  # 0: as the graph has it, crowded in the middle; 1: spread evenly over the canvas
GAPS = (18.0, 12.0, 7.0)  # distance between boxes, in pixels: the widest that settles
GAP = GAPS[-1]


@dataclasses.dataclass(frozen=True)
class Box:
    """What a node takes up with its label, around its point: left, top, right, bottom (distances, in pixels)."""

    left: float
    top: float
    right: float
    bottom: float


def positions(graph: nx.Graph, boxes: Sequence[Box], width: float, height: float) -> NDArray[np.float64]:
    """Points (x, y) of the graph's nodes in order of id, so that no two boxes overlap and all lie on the canvas.

    `boxes` run parallel to the sorted nodes. If they do not fit, the canvas is too small: `ValueError`.
    """
    nodes = sorted(graph)
    if not nodes:
        return np.zeros((0, 2))
    points = stress_layout(distances_wanted(graph, nodes))
    box = np.array([[b.left, b.top, b.right, b.bottom] for b in boxes])
    points = _fill(points, box, width, height)
    for gap in GAPS:
        parted, settled = _apart(points, box, width, height, gap, PUSHES if gap > GAP else 5 * PUSHES)
        if settled:
            return parted
    return _placed(points, box, width, height)


def distances_wanted(graph: nx.Graph, nodes: Sequence[str]) -> NDArray[np.float64]:
    """How far apart each two should be: the shortest way, a tie being the shorter the more they could work together."""
    n = len(nodes)
    at = {node: i for i, node in enumerate(nodes)}
    length = np.full((n, n), np.inf)
    for a, b, data in graph.edges(data=True):
        length[at[a], at[b]] = length[at[b], at[a]] = 1.0 / np.sqrt(0.5 + float(data.get("weight", 1.0)))
    wanted = np.asarray(csgraph.dijkstra(csgraph.csgraph_from_dense(length, null_value=np.inf), directed=False))
    wanted = _spread(wanted, graph, nodes)
    far = wanted[np.isfinite(wanted)].max(initial=1.0)
    return np.asarray(np.where(np.isfinite(wanted), wanted, 1.15 * far))


def _spread(wanted: Any, graph: nx.Graph, nodes: Sequence[str]) -> Any:
    """Hubs need room: the distance grows with how many partners the two have, relative to how many they share."""
    near = {node: set(graph[node]) | {node} for node in nodes}
    out = wanted.copy()
    for i, a in enumerate(nodes):
        for j in range(i):
            both = len(near[a] & near[nodes[j]])
            different = 1.0 - both / len(near[a] | near[nodes[j]])
            out[i, j] = out[j, i] = wanted[i, j] + 0.9 * different
    return out


def stress_layout(wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points whose distances are near the wanted ones: min Σ_{i<j} (|p_i - p_j| - d_ij)² / d_ij² (Gansner 2005)."""
    n = len(wanted)
    points = _start(wanted)
    if n < 3:
        return points
    safe = np.where(wanted > 0, wanted, 1.0)
    weight = np.where(np.eye(n, dtype=bool), 0.0, safe**-2.0)
    laplacian = np.diag(weight.sum(axis=1)) - weight
    inverse = np.linalg.inv(laplacian[1:, 1:])
    for _ in range(ROUNDS):
        gap = points[:, None, :] - points[None, :, :]
        length = np.sqrt((gap**2).sum(axis=2))
        pull = weight * wanted / np.where(length > 1e-9, length, 1.0)
        pull[np.arange(n), np.arange(n)] = 0.0
        target = pull.sum(axis=1)[:, None] * points - pull @ points
        moved = np.zeros_like(points)
        moved[1:] = inverse @ target[1:]
        points = moved - moved.mean(axis=0)
    return points


def _start(wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Classical scaling: the two widest directions, each with its sign fixed, and a circle added to part the equal."""
    n = len(wanted)
    centre = np.eye(n) - 1.0 / n
    values, vectors = np.linalg.eigh(centre @ (wanted**2) @ centre / -2.0)
    points = np.zeros((n, 2))
    for axis in range(min(2, n)):
        direction = vectors[:, -1 - axis]
        direction = direction * np.sign(direction[np.argmax(np.round(np.abs(direction), 9))])
        points[:, axis] = direction * np.sqrt(max(0.0, values[-1 - axis]))
    angle = 2 * np.pi * np.arange(n) / n
    return np.round(points, 9) + 1e-3 * np.column_stack([np.cos(angle), np.sin(angle)])


def _fill(points: NDArray[np.float64], box: NDArray[np.float64], width: float, height: float) -> NDArray[np.float64]:
    """The points turned with their longer side level, stretched to the canvas and evened out, each box inside."""
    if len(points) > 1:
        spread = points - points.mean(axis=0)
        _, _, axes = np.linalg.svd(spread, full_matrices=False)
        axes = axes * np.sign(axes[np.arange(len(axes)), np.argmax(np.abs(axes), axis=1)])[:, None]
        points = spread @ axes.T
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.where(high - low > 1e-9, high - low, 1.0)
    share = np.where(high - low > 1e-9, (points - low) / span, 0.5)
    rank = np.argsort(np.argsort(np.round(share, 6), axis=0, kind="stable"), axis=0) / max(1, len(points) - 1)
    share = (1 - EVEN) * share + EVEN * rank
    least, most = box[:, :2], np.array([width, height]) - box[:, 2:]
    return np.asarray(np.round(least + share * (most - least), 3))


def _apart(
    points: NDArray[np.float64], box: NDArray[np.float64], width: float, height: float, space: float, rounds: int
) -> tuple[NDArray[np.float64], bool]:
    """Boxes nearer than `space` are pushed apart, the shorter way, until none is; and whether that came to an end."""
    least, most = box[:, :2], np.array([width, height]) - box[:, 2:]
    half = (box[:, :2] + box[:, 2:]) / 2 + space / 2
    shift = (box[:, 2:] - box[:, :2]) / 2
    reach = half[:, None, :] + half[None, :, :]
    earlier = np.where(np.tri(len(points), k=-1, dtype=bool), 1.0, -1.0)  # parts those at the same place
    for _ in range(rounds):
        middle = points + shift
        gap = middle[:, None, :] - middle[None, :, :]
        deep = reach - np.abs(gap)
        over: NDArray[np.bool_] = np.asarray((deep > 1e-3).all(axis=2))
        np.fill_diagonal(over, val=False)
        if not over.any():
            return points, True
        level = deep[:, :, 0] * height < deep[:, :, 1] * width
        side = np.where(np.abs(gap) > 1e-9, np.sign(gap), earlier[:, :, None])
        push = np.where(level[:, :, None] == np.array([True, False]), side * deep, 0.0) * over[:, :, None]
        points = np.clip(points + 0.5 * push.sum(axis=1) / np.maximum(1, over.sum(axis=1))[:, None], least, most)
    return points, False


def _placed(points: NDArray[np.float64], box: NDArray[np.float64], width: float, height: float) -> NDArray[np.float64]:
    """Where pushing does not settle: each box in turn, the largest first, at the free place nearest to its point."""
    across, down = np.meshgrid(np.arange(0.0, width + 1, 8.0), np.arange(0.0, height + 1, 8.0))
    grid = np.column_stack([across.ravel(), down.ravel()])
    out = points.copy()
    done: list[int] = []
    area = (box[:, 0] + box[:, 2]) * (box[:, 1] + box[:, 3])
    for i in sorted(range(len(points)), key=lambda i: (-area[i], i)):
        low, high = grid - box[i, :2], grid + box[i, 2:]
        free: NDArray[np.bool_] = np.asarray((low >= 0).all(axis=1) & (high <= [width, height]).all(axis=1))
        for j in done:
            other_low, other_high = out[j] - box[j, :2], out[j] + box[j, 2:]
            free &= ~((low < other_high) & (other_low < high)).all(axis=1)
        if not free.any():
            raise ValueError("the canvas is too small for the labels")
        away = np.where(free, ((grid - points[i]) ** 2).sum(axis=1), np.inf)
        out[i] = grid[int(np.argmin(away))]
        done.append(i)
    return out
