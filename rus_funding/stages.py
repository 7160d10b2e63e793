"""The objectives in order: each is solved, then kept at its optimum while the next is solved.

Without binaries the optimum is kept by complementary slackness: at an optimal basis, a column with a reduced cost that
is not zero stays at its bound in *every* optimum, and a row with a dual that is not zero stays at its side. Fixing
them is exact, unlike a row "objective >= optimum", which is infeasible without slack and imprecise with it. With
binaries the optimum is kept by such a row until the binaries are decided, then the same road is gone.
"""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.branch import choose
from rus_funding.errors import SolverError
from rus_funding.objectives import Stage, canonical, canonical_choice, stages, value, value_scale
from rus_funding.solvers import Point, Solver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.amounts import Amounts, Floats
    from rus_funding.formulation import Formulation
    from rus_funding.program import LinearProgram

FEW = 60  # binaries up to which branch and bound over warm linear programs is tried first
SLACK = 1e-9  # share of an optimum by which a row that keeps it may give, for the solver's arithmetic
NEAR = 1e-6  # this close to its side, relatively, a row or column stands at it
ZERO = 1e-9  # duals below this, at a krona's worth of about 1, are zero


@dataclasses.dataclass(frozen=True)
class Solution:
    """The linear program's answer, in floats. `optima` are the stages' optima in order, in their own units.

    `duals` belong to maximising `value` (unscaled), under `kept` levels of the objectives before it, whose own duals
    are `kept_duals`; `value_bound` is the solver's bound where binaries leave no duals. `activity` and `sides` are the
    rows' at the end. `basis` starts the next solve. `value` is the value at `x`, points.
    """

    status: str
    x: Floats
    optima: tuple[tuple[str, float], ...] = ()
    value: float = np.nan
    duals: Floats | None = None
    kept: Mapping[str, float] = dataclasses.field(default_factory=dict)
    kept_duals: Mapping[str, float] = dataclasses.field(default_factory=dict)
    value_bound: float = np.nan
    activity: Floats | None = None
    sides: tuple[Floats, Floats] = (np.zeros(0), np.zeros(0))
    basis: Any = None
    seconds: float = 0.0
    iterations: int = 0

    def optimum(self, name: str) -> float:
        """The optimum of a stage, NaN where there is no such stage."""
        return dict(self.optima).get(name, np.nan)


def given_way(stage: Stage, best: float) -> float:
    """How far later objectives may leave an optimum: its tolerance, and the solver's arithmetic."""
    return stage.tolerance * abs(best) + SLACK * max(1.0 / stage.scale, abs(best))


@dataclasses.dataclass
class _Road:
    """The state between stages: the program as far as it is tightened, and where the last stage ended."""

    solver: Solver
    program: LinearProgram
    deadline: float
    basis: Any = None
    feasible: bool = False  # whether the basis keeps every row of the program as it now stands
    before: tuple[LinearProgram, Stage, float] | None = None  # the program before the last freeze, and what it froze
    first: Any = None  # the basis at the end of the first stage: dual feasible for its like
    iterations: int = 0
    activity: Floats = dataclasses.field(default_factory=lambda: np.zeros(0))  # of the rows at the last optimum

    def run(self, cost: Floats) -> Point:
        left = self.deadline - time.monotonic()
        point = self.solver.minimise(cost, self.program, basis=self.basis, feasible=self.feasible, seconds=left)
        self.iterations += point.iterations
        if point.status == "optimal":
            self.activity = self.program.activity(point.x)
            _check(point, self.program, self.activity, max(1e-4, 1e3 * self.solver.precision))
            self.basis, self.feasible = point.basis, True
            if self.first is None:
                self.first = point.basis
        return point

    def run_whole(self, cost: Floats) -> Point:
        """Let the solver decide the binaries; what they leave is solved as a linear program, at its precision."""
        large, columns = scaled(self.program)
        left = self.deadline - time.monotonic()
        found = self.solver.minimise(cost * columns, large, whole=True, seconds=left)
        if found.status != "optimal":
            return found
        free = self.program
        self.program, self.basis, self.feasible = decided(free, found.x), None, False
        point = self.run(cost)
        self.program, self.basis, self.feasible = free, None, False
        if point.status == "infeasible":
            raise SolverError("the choice of projects that the solver calls feasible admits no payments", "no-payments")
        return dataclasses.replace(point, bound=min(found.bound, point.objective))

    def go_on(self, cost: Floats) -> Point:
        """The next stage. After a solved one it cannot be infeasible: if the solver says so, the last freeze was finer
        than its arithmetic, and that optimum is kept by a row instead.
        """
        point = self.run(cost)
        if point.status == "infeasible" and self.before is not None:
            self.program, stage, best = self.before
            self.keep(stage, best)
            point = self.run(cost)
            if point.status == "infeasible":
                what = f"the solver finds nothing as good as the plan it found for '{stage.name}'"
                raise SolverError(what, "lost-plan", stage=stage.name)
        return point

    def freeze(self, cost: Floats, stage: Stage, best: float, point: Point) -> None:
        """Fix what complementary slackness fixes at this optimum.

        A dual or reduced cost counts as zero below the rounding of the terms it is a sum of.
        """
        duals = point.duals
        assert duals is not None
        self.before = (self.program, stage, best)
        program, precision = self.program, self.solver.precision
        of, magnitude = program.columns_of_values, np.abs(program.values)
        terms = program.values * duals[program.rows]
        reduced = cost - np.bincount(of, terms, cost.size)
        size = np.abs(cost) + np.bincount(of, np.abs(terms), cost.size)
        noise = np.zeros(duals.size)
        np.maximum.at(noise, program.rows, size[of] / magnitude.clip(1e-300))
        up = np.abs(program.upper - point.x) < np.abs(point.x - program.lower)
        fixed = np.abs(reduced) > ZERO + precision * size
        at = np.where(up, program.upper, program.lower)
        fixed &= np.isfinite(at)
        fixed &= np.abs(point.x - at) <= NEAR * np.maximum(1.0, np.abs(at))
        high = duals < 0  # minimising: a negative dual holds the row at its upper side
        side = np.where(high, program.row_upper, program.row_lower)
        held = np.abs(duals) > ZERO + precision * noise
        held &= np.isfinite(side)  # a dual on a side that is not there is noise
        held &= np.abs(self.activity - side) <= NEAR * np.maximum(1.0, np.abs(side))
        self.program = dataclasses.replace(
            program,
            lower=np.where(fixed, at, program.lower),
            upper=np.where(fixed, at, program.upper),
            row_lower=np.where(held, side, program.row_lower),
            row_upper=np.where(held, side, program.row_upper),
        )

    def keep(self, stage: Stage, best: float) -> None:
        """Keep an objective by a row, within its tolerance. The basis no longer fits."""
        least = (stage.sense * best - given_way(stage, best)) * stage.scale
        self.program = self.program.with_rows([stage.sense * stage.cost * stage.scale], [least], [np.inf])
        self.basis, self.feasible = None, False


def decided(program: LinearProgram, x: Floats) -> LinearProgram:
    """The program with its binaries fixed as in `x`."""
    chosen, whole = np.round(x), program.integer
    return dataclasses.replace(
        program, lower=np.where(whole, chosen, program.lower), upper=np.where(whole, chosen, program.upper)
    )


def scaled(program: LinearProgram) -> tuple[LinearProgram, Floats]:
    """The program in large units: a MILP solver's tolerances are absolute, and kronor are small.

    Columns that can exceed 1 are counted in units of the typical coefficient on those that cannot; rows are brought
    to about 1. All factors are powers of two, so nothing is rounded. Returns the program and the columns' units.
    """
    small = program.upper <= 1.0
    of = program.columns_of_values
    money = np.abs(program.values[small[of] & (np.abs(program.values) > 1.0)])
    unit = float(2.0 ** np.round(np.log2(np.median(money)))) if money.size else 1.0
    columns = np.where(small, 1.0, unit)
    values = program.values * columns[of]
    largest = np.ones(program.row_lower.size)
    np.maximum.at(largest, program.rows, np.abs(values))
    rows = 2.0 ** -np.round(np.log2(largest))
    return (
        dataclasses.replace(
            program,
            values=values * rows[program.rows],
            lower=program.lower / columns,
            upper=program.upper / columns,
            row_lower=program.row_lower * rows,
            row_upper=program.row_upper * rows,
        ),
        columns,
    )


def _check(point: Point, program: LinearProgram, activity: Floats, most: float) -> None:
    """An optimum that breaks its own rows is no optimum: statuses are not trusted."""
    size = 1.0 + np.abs(np.where(np.isfinite(program.row_upper), program.row_upper, program.row_lower))
    size[~np.isfinite(size)] = 1.0
    over = np.maximum(activity - program.row_upper, program.row_lower - activity) / size
    worst = float(over.max()) if over.size else 0.0
    outside = np.maximum(point.x - program.upper, program.lower - point.x)
    worst = max(worst, float(outside.max()) if outside.size else 0.0)
    if not worst <= most:
        what = f"the solver calls optimal what breaks a row by {worst:.3g}"
        raise SolverError(what, "breaks-row", worst=f"{worst:.3g}")


def solve_program(
    f: Formulation,
    numbers: Amounts,
    solver: Solver,
    *,
    basis: Any = None,
    seconds: float = np.inf,
) -> Solution:
    """Solve all stages. `basis` starts the first one (and cannot change the answer, only the time)."""
    begun = time.monotonic()
    program = f.compiled.fill(numbers)
    solver.load(program)
    road = _Road(solver, program, begun + seconds, basis)
    wanted = stages(f, numbers)
    optima: list[tuple[str, float]] = []
    decided, value_bound = bool(program.integer.any()), np.nan
    if decided:
        status, optima, value_bound = _decide(road, wanted, f)
        if status != "optimal":
            return Solution(status, np.zeros(0), tuple(optima), seconds=time.monotonic() - begun)
    found, last, duals = _descend(road, wanted, f, dict(optima))
    kept: dict[str, float] = {}
    kept_duals: dict[str, float] = {}
    worth = next((stage.cost for stage in wanted if stage.name == "value"), None)
    worth = value(f, numbers) if worth is None else worth
    if decided and np.isnan(value_bound) and last.status == "optimal":
        # the choice was the only one before `value` came up: what that choice admits bounds it
        value_bound = dict(found).get("value", np.nan) + SLACK * max(1.0, abs(dict(found).get("value", 0.0)))
    if last.status != "optimal":
        if decided and last.status == "infeasible":
            raise SolverError("the binaries' choice admits no payments: numbers strain the solver", "strained")
        return Solution(last.status, np.zeros(0), tuple(found), seconds=time.monotonic() - begun)
    if not wanted or wanted[0].name != "value":
        duals, kept, kept_duals = _price_value(f, numbers, solver, program, wanted, found)
    return Solution(
        "optimal",
        last.x,
        tuple(found),
        float(worth @ last.x),
        duals,
        kept,
        kept_duals,
        value_bound,
        road.activity if road.program.shape == program.shape else program.activity(last.x),
        (program.row_lower, program.row_upper),
        road.first,
        time.monotonic() - begun,
        road.iterations,
    )


def _decide(road: _Road, wanted: list[Stage], f: Formulation) -> tuple[str, list[tuple[str, float]], float]:
    """Settle the binaries: every objective in order, then the canonical choice; leaves them fixed in the road.

    As soon as one choice alone is the best there is nothing more to decide. Returns status, optima, and the bound on
    `value` (under the objectives before it).
    """
    whole = road.program
    optima: list[tuple[str, float]] = []
    bound = np.nan
    for stage in [*wanted, Stage("canonical", -1, canonical_choice(f), "")]:
        point, alone = _whole(road, -stage.sense * stage.cost * stage.scale)
        if point.status != "optimal":
            return point.status, optima, bound
        best = float(stage.cost @ point.x)
        if stage.name != "canonical":
            optima.append((stage.name, best))
        if stage.name == "value":
            bound = max(best, -point.bound / stage.scale)
            bound += SLACK * max(1.0, abs(bound))
        if alone and stage.tolerance == 0:
            break
        road.keep(stage, best)
    road.program, road.basis, road.feasible = decided(whole, point.x), None, False
    return "optimal", optima, bound


def _whole(road: _Road, cost: Floats) -> tuple[Point, bool]:
    """Minimise with whole binaries, and whether the choice is the only best one as far as is known."""
    binaries = int((road.program.integer & (road.program.lower < road.program.upper)).sum())
    if road.solver.branches and binaries <= FEW:
        choice = choose(road.solver, road.program, cost, basis=road.basis, deadline=road.deadline)
        road.iterations += choice.iterations
        if choice.point is not None:
            road.basis, road.feasible = choice.point.basis, False
            road.first = road.first or choice.root
            return choice.point, choice.alone
        if choice.status != "too_many":
            return Point(choice.status, np.zeros(0)), False
    return road.run_whole(cost), False


def _descend(
    road: _Road, wanted: list[Stage], f: Formulation, known: Mapping[str, float]
) -> tuple[list[tuple[str, float]], Point, Floats | None]:
    """The stages as linear programs, the canonical one last.

    `known` are optima over all choices of the binaries, found before these were fixed: a tolerance is a share of those.
    """
    optima: list[tuple[str, float]] = []
    duals: Floats | None = None
    height = road.program.shape[0]
    for stage in wanted:
        cost = -stage.sense * stage.cost * stage.scale
        point = road.go_on(cost)
        if point.status != "optimal":
            return optima, point, None
        best = known.get(stage.name, float(stage.cost @ point.x))
        optima.append((stage.name, best))
        if stage.name == "value" and point.duals is not None:
            duals = -point.duals[:height] / stage.scale
        if stage.tolerance > 0 or point.duals is None:
            road.keep(stage, best)
        else:
            road.freeze(cost, stage, best, point)
    return optima, road.go_on(canonical(f)), duals


def _price_value(
    f: Formulation,
    numbers: Amounts,
    solver: Solver,
    program: LinearProgram,
    wanted: list[Stage],
    optima: list[tuple[str, float]],
) -> tuple[Floats | None, dict[str, float], dict[str, float]]:
    """Duals of `value` where other objectives come first: one more solve, those objectives kept at their levels.

    Without `value` among the objectives all are kept: no plan as good in them is worth more than the bound.
    """
    names = [stage.name for stage in wanted]
    ahead = wanted[: names.index("value")] if "value" in names else wanted
    best = dict(optima)
    kept: dict[str, float] = {}
    rows, least = [], []
    lower, upper = program.lower.copy(), program.upper.copy()
    for stage in ahead:
        optimum = best[stage.name]
        level = optimum - stage.sense * (given_way(stage, optimum) + SLACK * max(1.0, abs(optimum)))
        kept[stage.name] = level
        if stage.name in f.columns.extreme:
            (lower if stage.sense > 0 else upper)[f.columns.extreme[stage.name]] = level
        else:
            rows.append(stage.cost)
            least.append((level, np.inf) if stage.sense > 0 else (-np.inf, level))
    tight = dataclasses.replace(program, lower=lower, upper=upper, integer=np.zeros(program.integer.size, bool))
    if rows:
        tight = tight.with_rows(rows, [side[0] for side in least], [side[1] for side in least])
    scale = value_scale(numbers)
    solver.load(tight)
    point = solver.minimise(-scale * value(f, numbers), tight)
    if point.status != "optimal" or point.duals is None:
        return None, {}, {}
    height = program.shape[0]
    linear = [stage.name for stage in ahead if stage.name not in f.columns.extreme]
    duals = -point.duals / scale
    return duals[:height], kept, dict(zip(linear, duals[height:].tolist(), strict=True))
