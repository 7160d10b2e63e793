"""Branch and bound over the program's binaries, by linear programs that start from their parent's basis.

For the few yes-or-no choices of a portfolio this is quicker than a general MILP solver (no presolve, cuts or
heuristics to set up), keeps the precision of the linear program (no tolerance lets 90 kronor leak through a binary of
1e-6), and it tells whether the best choice is the only one, which saves deciding ties.
"""

from __future__ import annotations

import dataclasses
import heapq
import time
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from rus_funding.amounts import Floats
    from rus_funding.index import Ints
    from rus_funding.program import LinearProgram
    from rus_funding.solvers import Point, Solver

WHOLE = 1e-9  # a binary this close to 0 or 1 is decided
TIE = 1e-9  # share of the optimum within which two choices are equally good


@dataclasses.dataclass(frozen=True)
class Choice:
    """The best choice: `point` minimises the cost, `alone` says that no other choice ties.

    status is a solver's, or "too_many" where `most` programs did not suffice. `root` is the basis without any choice.
    """

    status: str
    point: Point | None = None
    alone: bool = False
    programs: int = 0
    iterations: int = 0
    root: Any = None


@dataclasses.dataclass(order=True)
class _Node:
    bound: float
    number: int
    fixed: dict[int, float] = dataclasses.field(compare=False)
    point: Point = dataclasses.field(compare=False)


class _Search:
    def __init__(self, solver: Solver, program: LinearProgram, cost: Floats, deadline: float, most: int) -> None:
        self.solver, self.program, self.cost = solver, program, cost
        self.deadline, self.most = deadline, most
        self.binaries: Ints = np.flatnonzero(program.integer)
        self.programs = 0
        self.iterations = 0
        self.stopped = ""

    def node(self, fixed: dict[int, float], basis: Any) -> _Node | None:
        """Solve with some binaries fixed; None where that is infeasible (or the search must stop)."""
        if self.programs >= self.most:
            self.stopped = "too_many"
            return None
        lower, upper = self.program.lower.copy(), self.program.upper.copy()
        for column, value in fixed.items():
            lower[column] = upper[column] = value
        self.programs += 1
        tight = dataclasses.replace(self.program, lower=lower, upper=upper)
        left = self.deadline - time.monotonic()
        point = self.solver.minimise(self.cost, tight, basis=basis, seconds=left)
        self.iterations += point.iterations
        if point.status == "optimal":
            return _Node(point.objective, self.programs, fixed, point)
        if point.status != "infeasible":
            self.stopped = point.status
        return None

    def children(self, node: _Node) -> list[dict[int, float]]:
        """Ways on from a node: both sides of the most undecided binary, or, where all are decided, every departure."""
        z = node.point.x[self.binaries]
        apart = np.abs(z - np.round(z))
        if apart.max(initial=0.0) > WHOLE:
            column = int(self.binaries[int(np.argmax(apart))])
            return [{**node.fixed, column: side} for side in (0.0, 1.0)]
        out, held = [], dict(node.fixed)
        for column, value in zip(self.binaries.tolist(), np.round(z).tolist(), strict=True):
            if column not in node.fixed and self.program.lower[column] < self.program.upper[column]:
                out.append({**held, column: 1.0 - value})
                held[column] = value
        return out


def choose(
    solver: Solver,
    program: LinearProgram,
    cost: Floats,
    *,
    basis: Any = None,
    deadline: float = np.inf,
    most: int = 2000,
    ties: bool = True,
) -> Choice:
    """Minimise `cost` over `program` with its binaries whole. Without `ties` it is not asked whether another ties."""
    search = _Search(solver, program, cost, deadline, most)
    root = search.node({}, basis)
    if root is None:
        return Choice(search.stopped or "infeasible", programs=search.programs)
    heap = [root]
    best: _Node | None = None
    alone = True
    while heap:
        node = heapq.heappop(heap)
        within = TIE * max(1.0, abs(node.bound))
        if best is not None and node.bound > best.bound + within:
            break
        z = node.point.x[search.binaries]
        if np.abs(z - np.round(z)).max(initial=0.0) <= WHOLE:
            if best is not None:
                alone = False
                break  # best first: nothing better is left, and the tie is known
            best = node
            if not ties:
                alone = False
                break
        for fixed in search.children(node):
            child = search.node(fixed, node.point.basis)
            if child is not None:
                heapq.heappush(heap, child)
        if search.stopped:
            return Choice(search.stopped, programs=search.programs, iterations=search.iterations)
    if best is None:
        return Choice("infeasible", programs=search.programs, iterations=search.iterations)
    return Choice("optimal", best.point, alone, search.programs, search.iterations, root.point.basis)
