"""What one objective costs in another: the trade-off curve between two objectives over every plan of the model.

Each point of the curve is attained and no plan is better in both. Without binaries the curve is piecewise linear and
concave, and every corner of it is found exactly: between two neighbouring points the weighted sum whose level line
passes both is optimised; a plan above the line is a new point between them, none above it proves the line.

    max  λ · s_A · A(x) + (1 - λ) · s_B · B(x),      λ = |B_Q - B_P| / (|B_Q - B_P| + |A_P - A_Q|) in the ends' units,

s being +1 for what is maximised and -1 for what is minimised. With binaries the curve has gaps and dents that no
weighted sum reaches: there the best A is found for each of `GRID` levels that B must at least keep, and then the best B
for that A.
"""

from __future__ import annotations

import dataclasses
import heapq
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.engine import Engine
from rus_funding.engine.face import SLACK
from rus_funding.engine.solvers import make
from rus_funding.engine.stages import solve_program
from rus_funding.errors import SolverError, UsageError
from rus_funding.explanations.what_if import Ground
from rus_funding.model.model import Objective, document
from rus_funding.program.objectives import OBJECTIVES, Stage, stages
from rus_funding.proof.case import Case
from rus_funding.proof.ledger import Ledger
from rus_funding.proof.worth import figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.engine.plan import Outcome
    from rus_funding.engine.solvers.solver import Point
    from rus_funding.model.amounts import Floats
    from rus_funding.model.model import FundingModel
    from rus_funding.program.linear import LinearProgram

MOST = 60  # corners that are looked for; a curve with more is given by the widest apart of them
GRID = 12  # levels of B where binaries leave no corners
GAIN = 1e-7  # share of the ends' distance below which a point above a line is the solver's arithmetic
SAME = 1e-9  # relative difference below which two optima are one


@dataclasses.dataclass(frozen=True)
class Corner:
    """A point of the curve, in the objectives' own units."""

    first: float
    second: float


@dataclasses.dataclass(frozen=True)
class Step:
    """From one corner to the next: `price` units of the first objective are given up for each unit of the second."""

    start: Corner
    end: Corner
    price: float


@dataclasses.dataclass(frozen=True)
class Frontier:
    """The curve from the best `first` to the best `second` (names of objectives; `senses` 1 max, -1 min).

    kind: "exact" (all corners; straight between them), "capped" (corners, but not all; the curve lies on or above the
    line between two), "grid" (binaries: points of the curve, nothing is said between them), or "point" (no conflict:
    one plan is best in both). `plan` is what the model's own plan in whole kronor comes to; `behind` how much better
    the first objective could be with the second no worse, and the other way about, each in its own unit (0 or more,
    a few kronor's worth being what rounding costs). `solves` is how many programs it took.
    """

    model: str
    first: str
    second: str
    senses: tuple[int, int]
    units: tuple[str, str]
    corners: tuple[Corner, ...]
    kind: str
    plan: Corner
    behind: tuple[float, float]
    solves: int

    @property
    def steps(self) -> tuple[Step, ...]:
        """Each step from the best first to the best second; without binaries the price rises from step to step."""
        pairs = itertools.pairwise(self.corners)
        return tuple(Step(p, q, abs((p.first - q.first) / (q.second - p.second))) for p, q in pairs)

    def best(self, level: float, given: int = 1) -> float | None:
        """The best of one objective while the other (`given`: 0 the first, 1 the second) is at least as good as
        `level`, as far as the corners tell; None where no corner is as good.
        """
        path = [(c.second, c.first) if given else (c.first, c.second) for c in self.corners[:: 1 if given else -1]]
        sign = self.senses[given]
        if sign * level <= sign * path[0][0]:
            return path[0][1]
        for (low, much), (high, little) in itertools.pairwise(path):
            if sign * level <= sign * high:
                return little if self.kind == "grid" else much + (level - low) / (high - low) * (little - much)
        return None

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for ``--json``; the steps as well."""
        return {**dataclasses.asdict(self), "steps": [dataclasses.asdict(step) for step in self.steps]}


def frontier(
    model: FundingModel, first: str, second: str, *, most: int = MOST, proposal: Outcome | None = None
) -> Frontier:
    """The trade-off between two objectives of the seven, whatever the model's own objectives are.

    `most` is how many corners are looked for, `proposal` the model's own plan where it is at hand. Raises `UsageError`
    for an unknown objective, the same one twice, or a model without any plan.
    """
    for name in (first, second):
        if name not in OBJECTIVES:
            raise UsageError(
                "There is no objective '{name}'. Choose two of {objectives}.",
                name=name,
                objectives=", ".join(OBJECTIVES),
            )
    if first == second:
        raise UsageError(
            "A curve needs two objectives, not '{first}' twice. Choose two of {objectives}.",
            first=first,
            objectives=", ".join(OBJECTIVES),
        )
    search = _Search(model, first, second)
    start, end = search.end(0), search.end(1)
    found, kind = [start], "point"
    if search.apart(start, end):
        if search.program.integer.any():
            found, kind = search.grid(start, end), "grid"
        else:
            found, kind = search.corners(start, end, max(2, most))
    plan = place(proposal or Engine().solve(model), first, second)
    curve = Frontier(
        model.name, first, second, search.senses, search.units, tuple(found), kind, plan, (0.0, 0.0), search.solves
    )
    first_best, second_best = curve.best(plan.second, given=1), curve.best(plan.first, given=0)
    behind = (
        0.0 if first_best is None else max(0.0, curve.senses[0] * (first_best - plan.first)),
        0.0 if second_best is None else max(0.0, curve.senses[1] * (second_best - plan.second)),
    )
    return dataclasses.replace(curve, behind=behind)


class _Search:
    """Points of the curve of one model, in the objectives' own units."""

    def __init__(self, model: FundingModel, first: str, second: str) -> None:
        one, other = Objective(first), Objective(second)
        self.orders = Ground(model.replace(objectives=(one, other))), Ground(model.replace(objectives=(other, one)))
        ground = self.orders[0]
        self.stages: list[Stage] = stages(ground.formulation, ground.amounts)
        self.senses = self.stages[0].sense, self.stages[1].sense
        self.units = self.stages[0].unit, self.stages[1].unit
        self.program = ground.formulation.compiled.fill(ground.amounts)
        self.kronor = max(1.0, float(ground.amounts.total.sum()))  # the size of what is minimised
        self.solves = 0

    def end(self, which: int) -> Corner:
        """The best of one objective (0 first, 1 second), and of the other for that."""
        ground = self.orders[which]
        solution = solve_program(ground.formulation, ground.amounts, make("highs"))
        self.solves += 2
        names = " and ".join(stage.name for stage in self.stages)
        if solution.status == "infeasible":
            raise UsageError("The model has no plan to vary. Ask why with 'rus-funding explain --infeasible'.")
        if solution.status == "unbounded":
            raise UsageError(
                "Nothing limits {names} in this model: reach needs municipalities, balance weights.", names=names
            )
        if solution.status != "optimal":
            raise SolverError(f"the solver ends with '{solution.status}' where {names} are asked for")
        return Corner(*(solution.optimum(stage.name) for stage in self.stages))

    def apart(self, start: Corner, end: Corner) -> bool:
        """Whether the ends differ in both objectives."""
        both = (start.first, end.first), (start.second, end.second)
        return all(abs(a - b) > SAME * max(1.0, abs(a), abs(b)) for a, b in both)

    def corners(self, start: Corner, end: Corner, most: int) -> tuple[list[Corner], str]:
        """Every corner from end to end, or `most` of them, those of the longest lines first; and the curve's kind."""
        widths = abs(start.first - end.first), abs(start.second - end.second)
        found = [start, end]
        lines = [(-2.0, 0, start, end)]
        basis: Any = None
        while lines and len(found) < most:
            _, _, p, q = heapq.heappop(lines)
            across = abs(p.first - q.first) / widths[0], abs(p.second - q.second) / widths[1]
            weights = (across[1] / sum(across) / widths[0], across[0] / sum(across) / widths[1])
            r, basis = self._weighted(weights, basis)
            if self._sum(r, weights) - self._sum(p, weights) <= GAIN:
                continue
            found.append(r)
            for a, b in ((p, r), (r, q)):
                length = abs(a.first - b.first) / widths[0] + abs(a.second - b.second) / widths[1]
                heapq.heappush(lines, (-length, len(found), a, b))
        found.sort(key=lambda corner: (-self.senses[0] * corner.first, self.senses[1] * corner.second))
        return straightened(found, widths), "capped" if lines else "exact"

    def _sum(self, corner: Corner, weights: tuple[float, float]) -> float:
        return self.senses[0] * weights[0] * corner.first + self.senses[1] * weights[1] * corner.second

    def _weighted(self, weights: tuple[float, float], basis: Any) -> tuple[Corner, Any]:
        """The plan of the best weighted sum."""
        parts = zip(self.senses, weights, self.stages, strict=True)
        cost = -self.kronor * sum((sense * weight * stage.cost for sense, weight, stage in parts), np.zeros(1))
        point = self._minimise(self.program, cost, basis)
        return self._corner(point.x), point.basis

    def grid(self, start: Corner, end: Corner) -> list[Corner]:
        """The best first objective at each of `GRID` levels of the second, and the best second for that."""
        found = [start]
        other = self.stages[1]
        width = abs(start.first - end.first), abs(start.second - end.second)
        costs = [
            -stage.sense * stage.cost * (self.kronor / size) for stage, size in zip(self.stages, width, strict=True)
        ]
        for i in range(1, GRID):
            level = start.second + (end.second - start.second) * i / GRID
            if other.sense * (level - found[-1].second) <= 0:
                continue  # the point before is as good there
            held = self._at_least(self.program, costs[1], -other.sense * level * self.kronor / width[1])
            best = self._minimise(held, costs[0], None)
            held = self._at_least(self.program, costs[0], float(costs[0] @ best.x))
            found.append(self._corner(self._minimise(held, costs[1], None).x))
        return self._undominated([*found, end])

    @staticmethod
    def _at_least(program: LinearProgram, cost: Floats, most: float) -> LinearProgram:
        """The program with cost · x no more than this (the solver's arithmetic apart)."""
        return program.with_rows([cost], [-np.inf], [most + SLACK * max(1.0, abs(most))])

    def _undominated(self, found: list[Corner]) -> list[Corner]:
        """Without the points that another one equals or beats in both."""
        out: list[Corner] = []
        for corner in found:
            if not out or self.apart(out[-1], corner):
                out.append(corner)
        return out

    def _corner(self, x: Floats) -> Corner:
        return Corner(*(float(stage.cost @ x) for stage in self.stages))

    def _minimise(self, program: LinearProgram, cost: Floats, basis: Any) -> Point:
        self.solves += 1
        point = self.orders[0].minimise(program, cost, basis, feasible=basis is not None)
        if point.status != "optimal":
            raise SolverError(f"the solver ends with '{point.status}' on the way along the curve")
        return point


def straightened(corners: Sequence[Corner], widths: tuple[float, float]) -> list[Corner]:
    """The corners without those that lie on the line between their neighbours."""
    out = [corners[0]]
    for corner, after in itertools.pairwise(corners[1:]):
        a = (corner.first - out[-1].first) / widths[0], (corner.second - out[-1].second) / widths[1]
        b = (after.first - out[-1].first) / widths[0], (after.second - out[-1].second) / widths[1]
        if abs(a[0] * b[1] - a[1] * b[0]) > GAIN * (abs(b[0]) + abs(b[1])):
            out.append(corner)
    return [*out, corners[-1]]


def place(outcome: Outcome, first: str, second: str) -> Corner:
    """What a plan in whole kronor comes to in two objectives."""
    case = Case.of(document(outcome.model))
    ledger = Ledger.of((p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments)
    shares = ledger.shares(case, {p.project: p.share for p in outcome.projects if not p.cost})
    return Corner(*(float(figure(case, ledger, shares, name)) for name in (first, second)))
