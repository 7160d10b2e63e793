"""The tree of a search: linear programs, each started from its parent's basis, split by a binary where they end."""

from __future__ import annotations

import dataclasses
import heapq
import itertools
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.search.made_whole import WHOLE, made_whole, tied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rus_funding.engine.solvers.solver import Point
    from rus_funding.model.amounts import Floats
    from rus_funding.model.index import Bools, Ints
    from rus_funding.program.linear import LinearProgram

    Ask = Callable[..., Point]

ALMOST = 1e-6  # one this close is tried at 0 or 1 before it is split: a solver's tolerance is not a choice
TIE = 1e-9  # share of the optimum within which two choices are equally good
PROGRAMS = 20_000  # a search's budget: linear programs, and simplex iterations times coefficients; never seconds,
WORK = 2e10  # so that the answer does not depend on the machine


CROWD = 100  # binaries from which the tree hardly ends, and the best choice is looked for again and again


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


class Tree:
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
        give: float = 0.0,
    ) -> None:
        """`ask` is a solver's `minimise`, or one like it; `nested`: this search is itself part of one.

        `give` is the share of the optimum that a choice may fall short and still be asked for.
        """
        self.ask, self.program, self.cost, self.nested = ask, program.scaled(), cost, nested
        self.deadline, self.most = deadline, programs
        self.binaries: Ints = np.flatnonzero(program.integer & (program.lower < program.upper))
        self.give = give
        self._tied = tied(self.program)
        self._twin, self._ratio, self._made = twins(self.program, self.binaries)
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
        ahead: float = 0
        while heap and not self.stopped:
            if self.programs > ahead:
                before = self.programs
                self._look(heap[0][2])
                ahead = 2 * self.programs - before if self.binaries.size >= CROWD else np.inf
            node = heapq.heappop(heap)[2]
            if node.bound >= self.best - self._tie():
                break
            way = self._branch(node, heap)
            while way is not None and self._plunges(way):
                way = self._branch(way, heap)
            if way is not None:
                self._push(heap, way)
        left = root.open_leaves()
        bound = min((leaf.bound for leaf in left), default=np.inf)
        status = self.stopped or ("infeasible" if not left else "optimal" if self.point is not None else "error")
        return Found(status, self.point, self.best, bound, self.programs, self.iterations, self.basis)

    def _plunges(self, node: Node) -> bool:
        """Whether to go on below a node at once, though others may be better."""
        return not self.stopped and node.bound < self.best - self._tie() and not np.isfinite(self.best)

    def _look(self, node: Node) -> None:
        """What is done with the best leaf before the tree grows; of a crowd, with every second program."""

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
            node.point = point = made_whole(point, tight, self.cost, self._tied)
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

    def _branch(self, node: Node, heap: list[tuple[float, int, Node]]) -> Node | None:
        """Split a node by the binary that is likely to raise its bound most. The better half is given back."""
        if node.point is None and node.split is None:  # in doubt: look again, by every way there is
            self._solve(node, None, quick=False)
            if node.empty or node.bound >= self.best - self._tie():
                return None
        if node.split is None:
            node = self._tightened(node)
        point = node.point
        if point is None:  # its program could not be solved: split by whatever is open
            column = next((int(z) for z in self.binaries if int(z) not in node.fixed), None)
        else:
            open_ = self._undecided(node)
            if not open_.size:  # whole, but its choices made give less: go on with what is free
                open_ = np.asarray([z for z in self.binaries.tolist() if z not in node.fixed], np.int64)
            column = self._choose(node, open_) if open_.size else None
        if column is None:
            return None
        if node.split is None:
            node.split = self._pair(node, column)
        node.point = node.duals = None  # its children know better; a tree holds thousands
        for child in node.split[1:]:
            if child.bound > self.best + self._tie():
                child.point = None
        better, other = sorted(node.split[1:], key=lambda child: (child.empty, child.bound))
        self._push(heap, other)
        return None if better.empty else better

    def _costs(self, node: Node) -> Floats:
        """What each binary costs at a node's multipliers, with the column that is always so many times as large."""
        assert node.duals is not None
        program, of = self.program, self.program.columns_of_values
        reduced = self.cost - np.bincount(of, program.values * node.duals[program.rows], self.cost.size)
        found: Floats = reduced[self.binaries] + self._ratio * reduced[self._twin]
        return found

    def _tightened(self, node: Node) -> Node:
        """What is left of a node when binaries whose other way costs more than the best choice are made their own way.

        Each other way becomes a leaf that the node's multipliers bound: no linear program is solved for it.
        """
        if node.duals is None or node.point is None or not np.isfinite(self.best):
            return node
        costs = self._costs(node)
        z = node.point.x[self.binaries]
        room = self.best + self._tie() + self.give * abs(self.best) - node.bound
        sure = ~self._made & (np.abs(z - np.round(z)) <= WHOLE) & (np.where(z < 0.5, costs, -costs) > room)
        for i in np.flatnonzero(sure).tolist():
            column, value = int(self.binaries[i]), float(np.round(z[i]))
            if column in node.fixed:
                continue
            leaf = Node({**node.fixed, column: 1.0 - value}, node.bound + abs(float(costs[i])), node.duals)
            rest = Node({**node.fixed, column: value}, node.bound, node.duals, point=node.point)
            node.split = (column, leaf, rest) if value else (column, rest, leaf)
            node.point = node.duals = None
            node = rest
        return node

    def _pair(self, node: Node, column: int, *, learn: bool = True) -> tuple[int, Node, Node]:
        """The halves of a node; what they gain is learnt, unless they lie where the tree does not go."""
        pair = []
        for value in (0.0, 1.0):
            child = Node({**node.fixed, column: value}, node.bound, node.duals)
            if not self.stopped:
                self._solve(child, node.basis)
            if node.point is not None:
                z = float(node.point.x[column])
                way = abs(value - z)
                if learn and way > WHOLE and not child.empty:
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


def twins(program: LinearProgram, binaries: Ints) -> tuple[Ints, Floats, Bools]:
    """Of each binary, a column that is always so many times as large, and the ratio; itself and 0 where there is none.

    An indivisible project's share and its choice are one: what either costs, both cost. Last, which binaries stand in
    a row with one other column, and that is held: the program itself makes such a choice.
    """
    of = program.columns_of_values
    pairs = np.flatnonzero((np.bincount(program.rows, minlength=program.shape[0]) == 2)[program.rows])
    both = pairs[np.argsort(program.rows[pairs], kind="stable")].reshape(-1, 2)
    column, value, row = of[both], program.values[both], program.rows[both[:, 0]]
    equal = (program.row_lower[row] == 0) & (program.row_upper[row] == 0)
    place = np.full(program.shape[1], -1, np.int64)
    place[binaries] = np.arange(binaries.size)
    twin, ratio, made = binaries.copy(), np.zeros(binaries.size), np.zeros(binaries.size, bool)
    for one, other in ((0, 1), (1, 0)):
        mine = (place[column[:, one]] >= 0) & (place[column[:, other]] < 0)
        held = mine & (program.lower == program.upper)[column[:, other]]
        made[place[column[held, one]]] = True
        mine &= equal
        i = place[column[mine, one]]
        twin[i], ratio[i] = column[mine, other], -value[mine, one] / value[mine, other]
    return twin, ratio, made
