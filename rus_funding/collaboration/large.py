"""Graph measures on arrays: the same answers as networkx, in seconds on thousands of actors.

A `Web` is a graph as a sorted list of nodes and a symmetric 0/1 matrix. Everything here depends on nothing else.
"""

from __future__ import annotations

import dataclasses
import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXACT = 1000  # up to so many nodes betweenness is always exact
WORK = 3e9  # multiplications: some seconds on one core; beyond it betweenness is sampled
LEAST_SAMPLE = 64
BLOCK = 1_000_000  # cells of a dense block
SEED = 1  # of Louvain's shuffling, on nodes in order of id


@dataclasses.dataclass(frozen=True)
class Web:
    """A graph on positions: `nodes` in order of id, `matrix` symmetric with 1 where two are tied."""

    nodes: tuple[str, ...]
    matrix: Any

    @cached_property
    def degree(self) -> NDArray[np.int64]:
        """Number of partners of each node."""
        return np.asarray(np.diff(self.matrix.indptr), np.int64)

    @cached_property
    def components(self) -> NDArray[np.int64]:
        """The number of the connected component of each node."""
        _, labels = csgraph.connected_components(self.matrix, directed=False)
        return np.asarray(labels, np.int64)

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Number of nodes of each connected component."""
        return np.asarray(np.bincount(self.components), np.int64)

    @property
    def largest(self) -> int:
        """Number of nodes in the largest connected component."""
        return int(self.sizes.max(initial=0))


def web(graph: nx.Graph) -> Web:
    """The graph on positions; ties of a node with itself are left out."""
    nodes = tuple(sorted(graph))
    position = {node: i for i, node in enumerate(nodes)}
    pairs = [(position[a], position[b]) for a, b in graph.edges if a != b]
    return web_of(nodes, np.array(pairs, np.int64).reshape(-1, 2))


def web_of(nodes: tuple[str, ...], pairs: NDArray[np.int64]) -> Web:
    """A web from positions of pairs (rows of two)."""
    ones = np.ones(2 * len(pairs))
    at = np.concatenate([pairs, pairs[:, ::-1]])
    matrix = sparse.csr_array((ones, (at[:, 0], at[:, 1])), shape=(len(nodes), len(nodes)))
    matrix.sum_duplicates()
    matrix.sort_indices()
    matrix.data[:] = 1.0
    return Web(nodes, matrix)


@dataclasses.dataclass(frozen=True)
class Betweenness:
    """Share of the shortest paths between others that pass each node; where sampled, two standard errors."""

    values: NDArray[np.float64]
    errors: NDArray[np.float64]
    sample: int  # sources used

    @property
    def exact(self) -> bool:
        """Whether every node was a source."""
        return self.sample == len(self.values)


def betweenness(of: Web, sample: int | None = None) -> Betweenness:
    """Betweenness b(v) = Σ_{s<t} σ_st(v) / σ_st over (n-1)(n-2)/2, as networkx normalises it (Brandes 2001).

    Many sources are taken at a time: a level of breadth-first search is one product with the matrix. `sample` sources
    (default: all, unless that is more than `WORK`) are the nodes whose ids have the least SHA-256: the same
    whatever the row order. Then the answer is an estimate; `errors` are two standard errors.
    """
    n = len(of.nodes)
    sources = _sources(of, sample)
    total, squares = np.zeros(n), np.zeros(n)
    width = max(1, BLOCK // max(1, n))
    for start in range(0, len(sources), width):
        delta = _dependencies(of, sources[start : start + width])
        total += delta.sum(axis=1)
        squares += (delta**2).sum(axis=1)
    k = len(sources)
    scale = (1.0 / ((n - 1) * (n - 2)) if n > 2 else 1.0) * (n / k if k else 0.0)
    errors = np.zeros(n)
    if 1 < k < n:
        variance = np.maximum(0.0, squares - total**2 / k) / (k - 1)
        errors = 2.0 * scale * np.sqrt(variance * k * (1.0 - k / n))
    return Betweenness(total * scale, errors, k)


def _sources(of: Web, sample: int | None) -> NDArray[np.int64]:
    n = len(of.nodes)
    if sample is None and n > EXACT:
        deep = _depth(of)
        sample = max(LEAST_SAMPLE, int(WORK / max(1.0, 2.0 * deep * (of.matrix.nnz + 8 * n))))
    if sample is None or sample >= n:
        return np.arange(n)
    order = sorted(range(n), key=lambda i: hashlib.sha256(of.nodes[i].encode()).digest())
    return np.array(sorted(order[:sample]), np.int64)


def _depth(of: Web) -> int:
    """Levels of breadth-first search from a node with most partners."""
    start = int(np.argmax(of.degree))
    order, before = csgraph.breadth_first_order(of.matrix, start, directed=False)
    depth = np.zeros(len(of.nodes), np.int64)
    for node in order[1:].tolist():
        depth[node] = depth[before[node]] + 1
    return int(depth.max()) + 1


def _dependencies(of: Web, sources: NDArray[np.int64]) -> NDArray[np.float64]:
    """δ_s(v) of Brandes for each node (row) and source (column); 0 at the source itself."""
    n, width = len(of.nodes), len(sources)
    reachable = int(of.sizes[of.components[sources]].sum())
    paths, distance = np.zeros((n, width)), np.full((n, width), -1, np.int32)
    paths[sources, np.arange(width)] = 1.0
    distance[sources, np.arange(width)] = 0
    front = of.matrix[:, sources].toarray()  # the first level needs no product
    level, seen = 1, width
    while seen < reachable:
        here = front > 0
        seen += int(np.count_nonzero(here))
        distance[here] = level
        paths += front
        level += 1
        if seen < reachable:
            front = of.matrix @ front
            front[distance >= 0] = 0.0
    delta = np.zeros((n, width))
    for back in range(level - 1, 1, -1):
        here = distance == back
        share = np.zeros((n, width))
        share[here] = (1.0 + delta[here]) / paths[here]
        towards = of.matrix @ share
        before = distance == back - 1
        delta[before] += paths[before] * towards[before]
    return delta


def constraint(of: Web) -> NDArray[np.float64]:
    """Burt's constraint c(v) = Σ_u (p_vu + Σ_w p_vw p_wu)² over partners u, p_vu = 1 / partners of v; NaN without any.

    Near 1: the partners all know each other. Near 0: the actor joins people who otherwise do not meet.
    """
    degree = of.degree
    inverse = np.divide(1.0, degree, out=np.zeros(len(degree)), where=degree > 0)
    p = sparse.diags_array(inverse) @ of.matrix
    p = sparse.csr_array(p)
    out = np.full(len(degree), np.nan)
    step = max(1, BLOCK // max(1, len(of.nodes)))
    for start in range(0, len(degree), step):
        rows = slice(start, start + step)
        around = of.matrix[rows]
        direct = (p[rows] @ p + p[rows]).multiply(around)
        out[rows] = np.asarray(direct.power(2).sum(axis=1)).ravel()
    out[degree == 0] = np.nan
    return out


def splits(of: Web) -> dict[int, list[list[int]]]:
    """Node whose leaving splits its component → the parts left, as positions, largest first (Tarjan 1972)."""
    n = len(of.nodes)
    starts, ends = of.matrix.indptr[:-1].tolist(), of.matrix.indptr[1:].tolist()
    other = of.matrix.indices.tolist()
    found, low, size = [-1] * n, [0] * n, [1] * n
    order: list[int] = []
    cut: dict[int, list[int]] = {}  # node → its children in the search whose subtrees only it holds
    for root in range(n):
        if found[root] >= 0:
            continue
        stack = [(root, -1, starts[root])]
        found[root] = low[root] = len(order)
        order.append(root)
        while stack:
            node, parent, edge = stack[-1]
            if edge < ends[node]:
                stack[-1] = (node, parent, edge + 1)
                to = other[edge]
                if found[to] < 0:
                    found[to] = low[to] = len(order)
                    order.append(to)
                    stack.append((to, node, starts[to]))
                elif to != parent:
                    low[node] = min(low[node], found[to])
                continue
            stack.pop()
            if parent >= 0:
                low[parent] = min(low[parent], low[node])
                size[parent] += size[node]
                if low[node] >= found[parent]:
                    cut.setdefault(parent, []).append(node)
    return _parts(of, order, found, size, cut)


def _parts(
    of: Web, order: list[int], found: list[int], size: list[int], cut: dict[int, list[int]]
) -> dict[int, list[list[int]]]:
    """The parts of `splits`: a subtree is a stretch of the search's order; the rest is one more part."""
    component = of.components
    members: dict[int, list[int]] = {}
    for node, number in enumerate(component.tolist()):
        members.setdefault(number, []).append(node)
    parts: dict[int, list[list[int]]] = {}
    for node in sorted(cut):
        pieces = [sorted(order[found[child] : found[child] + size[child]]) for child in cut[node]]
        gone = {node}.union(*pieces)
        rest = [other for other in members[int(component[node])] if other not in gone]
        pieces += [rest] if rest else []
        if len(pieces) > 1:
            parts[node] = sorted(pieces, key=lambda piece: (-len(piece), piece))
    return parts


def distances(of: Web) -> NDArray[np.uint16]:
    """Steps between every two nodes; 65535 where there is no way. n² cells of two bytes.

    Breadth-first search from all nodes at once on bit sets: who can be reached in k steps from a node is who its
    partners reach in k - 1.
    """
    n = len(of.nodes)
    out = np.full((n, n), np.iinfo(np.uint16).max, np.uint16)
    np.fill_diagonal(out, 0)
    bits = np.zeros((n, -(-n // 64) * 64), bool)
    np.fill_diagonal(bits, val=True)
    reach = np.packbits(bits, axis=1).view(np.uint64)
    lacking = of.sizes[of.components] - 1  # nodes of the component that a node has not reached
    near, bounds = of.matrix.indices, of.matrix.indptr
    step = 0
    while (busy := np.flatnonzero(lacking)).size:
        step += 1
        wider = reach.copy()
        chunk = max(1, 64 * BLOCK // max(1, reach.itemsize * reach.shape[1] * int(of.degree.max())))
        for start in range(0, busy.size, chunk):
            some = busy[start : start + chunk]
            partners = np.concatenate([near[bounds[v] : bounds[v + 1]] for v in some])
            firsts = np.concatenate([[0], np.cumsum(of.degree[some])[:-1]])
            wider[some] |= np.bitwise_or.reduceat(reach[partners], firsts, axis=0)
            fresh = np.unpackbits((wider[some] & ~reach[some]).view(np.uint8), axis=1, count=n).astype(bool)
            block = out[some]
            block[fresh] = step
            out[some] = block
            lacking[some] -= np.count_nonzero(fresh, axis=1)
        reach = wider
    return out


def communities(graph: nx.Graph) -> list[list[str]]:
    """Groups that work more with each other than with others (Louvain on `weight`), largest first, then by id.

    Nodes are numbered in order of id and shuffled by a fixed seed: the same graph gives the same groups.
    """
    nodes = sorted(graph)
    position = {node: i for i, node in enumerate(nodes)}
    plain = nx.Graph()
    plain.add_nodes_from(range(len(nodes)))
    plain.add_weighted_edges_from(
        sorted((*sorted((position[a], position[b])), data.get("weight", 1.0)) for a, b, data in graph.edges(data=True))
    )
    if not plain.size(weight="weight"):
        return [[node] for node in nodes]
    found = nx.community.louvain_communities(plain, weight="weight", seed=SEED)
    return sorted(([nodes[i] for i in sorted(group)] for group in found), key=lambda group: (-len(group), group))
