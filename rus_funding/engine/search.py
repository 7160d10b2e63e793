"""Search over the program's binaries: a tree of linear programs, each started from its parent's basis.

What comes out is the best choice found *and the tree*: every leaf with the multipliers that bound it (or that prove it
empty), so that somebody else can check that no choice is better. For the few yes-or-no choices of a portfolio this is
quicker than a general MILP solver, keeps the precision of the linear program (no tolerance lets 90 kronor leak through
a binary of 1e-6), and it ends with a bound wherever it is stopped.
"""

from __future__ import annotations

import dataclasses
import heapq
import itertools
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.solvers.highs import Highs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rus_funding.engine.solvers.solver import Point
    from rus_funding.model.amounts import Floats
    from rus_funding.model.index import Ints
    from rus_funding.program.linear import LinearProgram

    Ask = Callable[..., Point]

WHOLE = 1e-9  # a binary this close to 0 or 1 is decided
ALMOST = 1e-6  # one this close is tried at 0 or 1 before it is split: a solver's tolerance is not a choice
TIE = 1e-9  # share of the optimum within which two choices are equally good
PROGRAMS = 20_000  # a search's budget: linear programs, and simplex iterations times coefficients; never seconds,
WORK = 2e10  # so that the answer does not depend on the machine
MANY = 8  # undecided binaries from which a dive for a first choice is worth its time
DIVE = 2  # linear programs a binary that a dive may take
ROUNDS = 3  # times a better choice is looked for near the best one, with
NEARBY = 200  # linear programs, among
OPEN = 40  # choices, and as many more each time
FAR = 0.01  # share by which the best of
CROWD = 100  # binaries or more may be off; above it a guide is asked,
GUIDED = 1  # which looks at no more than so many nodes of its own tree


@dataclasses.dataclass
class Node:
    """What is left of the choices when some are made (`fixed`: column → 0 or 1).

    `bound` is the least cost there, as proven by `duals` (of its own linear program, or its parent's); `ray` proves
    that nothing is there. `split` is (column, node where it is 0, node where it is 1).
    """

    fixed: dict[int, float]
    bound: float
    duals: Floats | None = None
    ray: Floats | None = None
    point: Point | None = None
    split: tuple[int, Node, Node] | None = None

    @property
    def basis(self) -> Any:
        """Where the node's linear program ended."""
        return None if self.point is None else self.point.basis

    def of(self, program: LinearProgram) -> LinearProgram:
        """The program with the node's choices made."""
        return program.held(list(self.fixed), list(self.fixed.values()))

    def open_leaves(self) -> list[Node]:
        """The leaves below in which something may be."""
        return [leaf for leaf in self.leaves() if not leaf.empty]

    def leaves(self) -> Iterator[Node]:
        """The leaves below, in order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if node.split is None:
                yield node
            else:
                waiting += [node.split[2], node.split[1]]

    @property
    def empty(self) -> bool:
        """Whether it is proven that nothing is here."""
        return self.ray is not None


@dataclasses.dataclass(frozen=True)
class Found:
    """How a search ended. status: "optimal", "infeasible" (every leaf proven empty), "time_limit", "limit" (the budget
    is spent) or "error". `point` is the best choice's optimum, if any was found; `best` its cost, `bound` the least
    that any choice can cost. `basis` is where the first program ended.
    """

    status: str
    point: Point | None
    best: float
    bound: float
    programs: int
    iterations: int
    basis: Any = None


class Search:
    """Best first, from the leaves of a tree, for the choice that costs least."""

    def __init__(
        self,
        ask: Ask,
        program: LinearProgram,
        cost: Floats,
        *,
        deadline: float = np.inf,
        programs: int = PROGRAMS,
        nested: bool = False,
    ) -> None:
        """`ask` is a solver's `minimise`, or one like it; `nested`: this search is itself part of one."""
        self.ask, self.program, self.cost, self.nested = ask, program.scaled(), cost, nested
        self.deadline, self.most = deadline, programs
        self.binaries: Ints = np.flatnonzero(program.integer & (program.lower < program.upper))
        self.programs = 0
        self.iterations = 0
        self.best = np.inf
        self.point: Point | None = None
        self.stopped = ""
        self.basis: Any = None
        self.numbers = itertools.count()
        self.gains: dict[tuple[int, float], list[float]] = {}

    def run(self, root: Node, basis: Any = None) -> Found:
        """Search below the leaves of `root` that are not empty; grows the tree in place."""
        heap: list[tuple[float, int, Node]] = []
        for leaf in root.open_leaves():
            self._solve(leaf, leaf.basis or basis, quick=False)
            self._push(heap, leaf)
            if self.stopped:
                break
        self.basis = heap[0][2].basis if heap else None
        if heap and not self.stopped:
            first = heap[0][2]
            self._dive(first)
            self._polish(first)
            self._follow(first)
        while heap and not self.stopped:
            node = heapq.heappop(heap)[2]
            if node.bound >= self.best - self._tie():
                break
            self._branch(node, heap)
        left = root.open_leaves()
        bound = min((leaf.bound for leaf in left), default=np.inf)
        status = self.stopped or ("infeasible" if not left else "optimal" if self.point is not None else "error")
        return Found(status, self.point, self.best, bound, self.programs, self.iterations, self.basis)

    def _tie(self) -> float:
        return TIE * abs(self.best) if np.isfinite(self.best) else 0.0

    def _push(self, heap: list[tuple[float, int, Node]], node: Node) -> None:
        if not node.empty:
            heapq.heappush(heap, (node.bound, next(self.numbers), node))

    def _solve(self, node: Node, basis: Any, *, quick: bool = True) -> None:
        """Solve a node's linear program: its own bound, or that nothing is there; else it keeps its parent's bound."""
        if self.programs >= self.most or self.iterations * float(self.program.values.size) > WORK:
            self.stopped = "limit"
            return
        self.programs += 1
        tight = node.of(self.program)
        left = self.deadline - time.monotonic()
        point = self.ask(self.cost, tight, basis=basis, quick=quick, seconds=left)
        self.iterations += point.iterations
        if point.status == "optimal":
            node.point = point = made_whole(point, tight, self.cost)
            if point.duals is not None:
                node.bound, node.duals = max(node.bound, point.objective), point.duals
            if self._undecided(node).size == 0:
                self._incumbent(node)
        elif point.status == "infeasible":
            node.ray, node.point = point.ray, None
        elif point.status == "time_limit":
            self.stopped = point.status

    def _undecided(self, node: Node) -> Ints:
        """The binaries that a node's program leaves between 0 and 1."""
        assert node.point is not None
        z = node.point.x[self.binaries]
        between = self.binaries[np.abs(z - np.round(z)) > ALMOST]
        return between[[column not in node.fixed for column in between.tolist()]]

    def _incumbent(self, node: Node) -> None:
        """A choice: perhaps the best. One that is whole only almost is solved again with its choices made."""
        point = node.point
        if point is None or point.objective >= self.best:
            return
        z = point.x[self.binaries]
        if (z != np.round(z)).any():
            tight = self.program.held(self.binaries, np.round(z))
            left = self.deadline - time.monotonic()
            self.programs += 1
            exact = self.ask(self.cost, tight, basis=point.basis, seconds=left)
            self.iterations += exact.iterations
            if exact.status != "optimal" or exact.objective >= self.best:
                return
            point = exact
        x = point.x.copy()
        x[self.binaries] = np.round(x[self.binaries])
        self.best, self.point = point.objective, dataclasses.replace(point, x=x)

    def _branch(self, node: Node, heap: list[tuple[float, int, Node]]) -> None:
        """Split a node by the binary that is likely to raise its bound most."""
        if node.point is None and node.split is None:  # in doubt: look again, by every way there is
            self._solve(node, None, quick=False)
            if node.empty or node.bound >= self.best - self._tie():
                return
        point = node.point
        if point is None:  # its program could not be solved: split by whatever is open
            column = next((int(z) for z in self.binaries if int(z) not in node.fixed), None)
        else:
            open_ = self._undecided(node)
            if not open_.size:  # whole, but its choices made give less: go on with what is free
                open_ = np.asarray([z for z in self.binaries.tolist() if z not in node.fixed], np.int64)
            column = self._choose(node, open_) if open_.size else None
        if column is None:
            return
        if node.split is None:
            node.split = self._pair(node, column)
        node.point = node.duals = None  # its children know better; a tree holds thousands
        for child in node.split[1:]:
            self._push(heap, child)
            if child.bound > self.best + self._tie():
                child.point = None

    def _pair(self, node: Node, column: int) -> tuple[int, Node, Node]:
        pair = []
        for value in (0.0, 1.0):
            child = Node({**node.fixed, column: value}, node.bound, node.duals)
            if not self.stopped:
                self._solve(child, node.basis)
            if node.point is not None:
                z = float(node.point.x[column])
                way = abs(value - z)
                if way > WHOLE and not child.empty:
                    gain = (child.bound - node.bound) / way
                    self.gains.setdefault((column, value), []).append(gain)
            pair.append(child)
        return column, pair[0], pair[1]

    def _choose(self, node: Node, open_: Ints) -> int:
        """The binary with the largest product of gains: past ones where they are known, else those of a trial."""
        assert node.point is not None
        least = TIE * max(abs(node.bound), 1e-300)
        best, chosen, kept = -1.0, int(open_[0]), None
        x = node.point.x
        for column in open_.tolist():
            down, up = (self.gains.get((column, value), []) for value in (0.0, 1.0))
            tried = None
            if min(len(down), len(up)) < 1 and not self.stopped:
                tried = self._pair(node, column)
                gains = [np.inf if child.empty else child.bound - node.bound for child in tried[1:]]
            else:
                z = float(x[column])
                gains = [float(np.mean(down or [0.0])) * z, float(np.mean(up or [0.0])) * (1.0 - z)]
            score = max(gains[0], least) * max(gains[1], least)
            if score > best:
                best, chosen, kept = score, column, tried
            if np.isinf(score):
                break
        if kept is not None:
            node.split = kept
        return chosen

    def _dive(self, node: Node) -> None:
        """A first choice: make undecided choices one after the other, each the way that costs less.

        Where no way is left it goes back.
        """
        if node.point is None or self._undecided(node).size < MANY:
            return
        self._close(node)
        end, before = self.programs + DIVE * MANY + self.binaries.size // 4, self.best
        ways = [Node(dict(node.fixed), node.bound, node.duals, point=node.point)]
        while ways and self.best >= before and self.programs < end and not self.stopped:
            at = ways.pop()
            if at.point is None or at.bound >= self.best - self._tie():
                continue
            open_ = self._undecided(at)
            if not open_.size:
                continue
            z = at.point.x[open_]
            nearest = np.argsort(-np.abs(z - 0.5), kind="stable")
            ways += sorted(
                (way for way in self._pair(at, int(open_[nearest[0]]))[1:] if way.point is not None),
                key=lambda way: -way.bound,
            )
            several = nearest[: open_.size // 4]
            if several.size > 1:  # many at once, if that goes: where it does not, one at a time is still waiting
                fixed = {int(open_[i]): float(np.round(z[i])) for i in several.tolist()}
                way = Node({**at.fixed, **fixed}, at.bound, at.duals)
                self._solve(way, at.point.basis)
                ways.append(way)

    def _close(self, node: Node) -> None:
        """The choice that makes of a node's program what it funds wholly, and nothing else."""
        assert node.point is not None
        z = node.point.x[self.binaries]
        fixed = dict(zip(self.binaries.tolist(), (z > 1.0 - WHOLE).astype(float).tolist(), strict=True))
        self._solve(Node({**fixed, **node.fixed}, node.bound, node.duals), node.point.basis)

    def _polish(self, node: Node) -> None:
        """A better choice near the first one: a small search among the choices that the relaxation is least sure of."""
        if self.nested or node.point is None or node.duals is None or self._undecided(node).size < MANY:
            return
        program, of = self.program, self.program.columns_of_values
        priced = np.bincount(of, program.values * node.duals[program.rows], self.cost.size)
        sure = np.abs(self.cost - priced)[self.binaries]  # what a unit against its will costs at least
        sure[np.isin(self.binaries, self._undecided(node))] = 0.0
        order = np.argsort(sure, kind="stable")
        for turn in range(ROUNDS):
            if self.point is None or self.stopped:
                return
            before = self.best
            same = self.binaries[order[OPEN * (turn + 1) :]]
            near = node.of(self.program.held(same, np.round(self.point.x[same])))
            search = Search(self.ask, near, self.cost, deadline=self.deadline, programs=NEARBY, nested=True)
            search.best, search.point = self.best, self.point
            search.run(Node({}, -np.inf), node.point.basis)
            self.programs += search.programs
            self.iterations += search.iterations
            self.best, self.point = search.best, search.point
            if self.best >= before - self._tie() and turn:
                return

    def _follow(self, node: Node) -> None:
        """A better choice where the best is far off: that of a guide, made and solved here like any other.

        The guide is a general search for whole numbers; the bound and the proof stay those of the tree.
        """
        if self.nested or self.stopped or node.point is None or self.binaries.size < CROWD:
            return
        if self.best - node.bound <= FAR * abs(node.bound):
            return
        left = self.deadline - time.monotonic()
        x = Highs(GUIDED).met(self.cost, node.of(self.program), seconds=left)
        if x is None or not np.isfinite(x).all():
            return
        made = dict(zip(self.binaries.tolist(), np.round(x[self.binaries]).tolist(), strict=True))
        self._solve(Node({**made, **node.fixed}, node.bound, node.duals), node.basis, quick=False)


def made_whole(point: Point, program: LinearProgram, cost: Floats) -> Point:
    """The point with each open binary that costs nothing at 1 where something needs it and at 0 else, as far as the
    rows admit it; binaries in rows that do not stay as they are.

    A linear program leaves a binary that costs nothing anywhere between what it opens and 1.
    """
    binaries = np.flatnonzero(program.integer & (cost == 0))
    z = point.x[binaries]
    if not (np.abs(z - np.round(z)) > WHOLE).any():
        return point
    x = np.clip(point.x, program.lower, program.upper)
    x[binaries] = np.where(np.abs(z - np.round(z)) > WHOLE, z, np.round(z))
    most = np.maximum(_over(program, point.x), 1e-9)
    for value in (1.0, 0.0, 1.0):
        open_ = binaries[(x[binaries] != np.round(x[binaries])) & (program.lower < program.upper)[binaries]]
        x = _moved(program, x, open_, value, most)
    return dataclasses.replace(point, x=x) if (_over(program, x) <= most).all() else point


def _over(program: LinearProgram, x: Floats) -> Floats:
    """By how much each row is broken, in the solver's units."""
    activity = program.activity(x)
    over: Floats = np.maximum(activity - program.row_upper, program.row_lower - activity) * program.units.rows
    return over


def _moved(program: LinearProgram, x: Floats, columns: Ints, value: float, most: Floats) -> Floats:
    """`x` with these columns at `value`, but for those in rows that this would break by more than `most`."""
    moved = x.copy()
    moved[columns] = value
    while columns.size:
        broken = _over(program, moved) > most
        if not broken.any():
            return moved
        guilty = np.intersect1d(columns, program.columns_of_values[broken[program.rows]])
        if not guilty.size:
            return x
        moved[guilty] = x[guilty]
        columns = np.setdiff1d(columns, guilty)
    return x
