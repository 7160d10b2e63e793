"""HiGHS in-process: the default solver. Measured policy for its options stands here and nowhere else.

- devex pricing: 2 to 2.7 times faster than the default on portfolio programs of middle size;
- `clearSolver` and `setBasis` before every run: a live object that just runs on needs 2 to 7 times more iterations and
  its answer depends on what ran before;
- interior point with crossover for large programs, unless a few iterations from the basis at hand suffice;
- no presolve below that size: it finds nothing to remove in these programs, and takes a third of a small solve;
- one thread, fixed seed: the same bits on every machine.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import highspy
import numpy as np

from rus_funding.engine.solvers.ray import contradicts, elastic
from rus_funding.engine.solvers.solver import Floats, Point
from rus_funding.errors import SolverError
from rus_funding.program.linear import power, scale_of

if TYPE_CHECKING:
    from typing import Unpack

    from rus_funding.engine.solvers.solver import How
    from rus_funding.program.linear import LinearProgram

LARGE = 20_000  # columns above which interior point is quicker than simplex, warm or cold
CRUMB = 1e-11  # share of the largest weight of a ray below which one is rounding
DIGITS = 1e-7  # relative; what a printed point leaves open
SMALL = 5000  # columns below which a linear program ends before Ctrl-C is missed: the callback would double its time
QUICK = 500  # iterations that a warm start gets on such a program before interior point takes over
INTERIOR, DUAL, PRIMAL, REDUCED = 0, 1, 4, -1  # methods; of simplex HiGHS' own numbers, and dual after presolve
STATUS = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnbounded: "unbounded",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
    highspy.HighsModelStatus.kTimeLimit: "time_limit",
    highspy.HighsModelStatus.kInterrupt: "interrupted",
    highspy.HighsModelStatus.kModelEmpty: "optimal",
}


class Basis(NamedTuple):
    """HiGHS' own basis, of a program with so many rows: to count its statuses would copy them."""

    own: Any
    rows: int


class Interruptible:
    """Whether Ctrl-C must stop a solve at once (set by the command line; costs a callback per iteration)."""

    on = False


class Highs:
    """One HiGHS object holding one program at a time."""

    name = "highs"
    precision = 1e-11

    def __init__(self, nodes: int = 0, *, once: bool = False) -> None:
        """`nodes` limits a search for whole numbers (0: no limit); one that it stops has status "error".

        `once`: programs are large, with whole coefficients, and solved from scratch: there presolve and steepest edges
        save a third.
        """
        self._once = once
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._held: LinearProgram | None = None
        self._whole = False
        self._worth = 1.0
        for option, value in {
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            "simplex_dual_edge_weight_strategy": 2 if once else 1,
            "mip_rel_gap": 1e-9,
            "mip_abs_gap": 1e-9,
            "mip_max_nodes": nodes or 2**31 - 1,
            "small_matrix_value": 1e-12,
        }.items():
            self._highs.setOptionValue(option, value)

    def load(self, program: LinearProgram) -> None:
        """Take a program; its arrays are checked first (HiGHS drops NaN silently, or crashes).

        One with the same coefficients as the one held comes in by its bounds alone, at the next run.
        """
        held = self._held
        same = held is not None and held.rows is program.rows and held.starts is program.starts
        if same and held is not None and not self._whole and np.array_equal(held.values, program.values):
            self._held = dataclasses.replace(held, values=program.values)
            return
        self._pass(program, whole=False)

    def _pass(self, program: LinearProgram, *, whole: bool) -> LinearProgram:
        height, width = program.shape
        if not (np.isfinite(program.values).all() and program.starts[-1] == program.values.size):
            raise SolverError("the program holds a coefficient that is not a finite number", "coefficient")
        bounds = (program.lower, program.upper, program.row_lower, program.row_upper)
        if any(np.isnan(side).any() for side in bounds):
            raise SolverError("the program holds a bound that is not a number", "program-bound")
        program = dataclasses.replace(program, scale=scale_of(program, whole=True)) if whole else program.scaled()
        counted = program.in_units()
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = width, height
        lp.col_cost_ = np.zeros(width)
        lp.col_lower_, lp.col_upper_ = counted.lower, counted.upper
        lp.row_lower_, lp.row_upper_ = counted.row_lower, counted.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = width, height
        lp.a_matrix_.start_ = program.starts.astype(np.int32)
        lp.a_matrix_.index_ = program.rows.astype(np.int32)
        lp.a_matrix_.value_ = counted.values
        if whole:
            kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
            lp.integrality_ = [kinds[int(flag)] for flag in program.integer.tolist()]
        if self._highs.passModel(lp) == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refuses the program", "refused-program")
        self._held, self._whole = program, whole
        return program

    def minimise(self, cost: Floats, program: LinearProgram, **how: Unpack[How]) -> Point:
        """See `Solver`. Falls back to a cold start, then to other algorithms, before it gives up."""
        whole, quick, seconds = how.get("whole", False), how.get("quick", False), how.get("seconds", np.inf)
        if seconds <= 0:
            return Point("time_limit", np.zeros(0))
        ends = time.monotonic() + seconds
        program = self._take(program, whole=whole)
        highs, width = self._highs, cost.size
        if not np.isfinite(cost).all():
            raise SolverError("the objective holds a number that is not finite", "objective")
        columns, _ = self._factors(program)
        counted = cost * columns
        self._worth = worth_of(counted)  # brings what one unit is worth to about 1: the dual tolerance is absolute
        highs.changeColsCost(width, np.arange(width, dtype=np.int32), counted * self._worth)
        basis, feasible = extended(how.get("basis"), program.shape[0]), how.get("feasible", False)
        tries = self._tries(program, basis, feasible=feasible, whole=whole, quick=quick)
        doubted = False
        for strategy, start in tries:
            highs.clearSolver()
            short = width > LARGE and start is not None
            highs.setOptionValue("simplex_iteration_limit", QUICK if short else 2**31 - 1)
            highs.setOptionValue("solver", "choose" if whole else "simplex" if strategy else "ipm")
            highs.setOptionValue("simplex_strategy", strategy if strategy in {DUAL, PRIMAL} else DUAL)
            highs.setOptionValue("presolve", "choose" if whole or width > LARGE or strategy == REDUCED else "off")
            highs.setOptionValue(
                "time_limit", highs.getRunTime() + max(0.0, ends - time.monotonic())
            )  # its clock goes on from solve to solve
            if start is not None and not whole and highs.setBasis(start.own) == highspy.HighsStatus.kError:
                continue
            self._run()
            status = STATUS.get(highs.getModelStatus(), "error")
            if status == "infeasible" and not whole:
                ray = self._ray(program) if strategy in {DUAL, PRIMAL} else None
                if ray is not None:
                    return Point(status, np.zeros(0), ray=ray, iterations=highs.getInfo().simplex_iteration_count)
                doubted = True  # now and then the dual method ends so without reason, from a warm start or a cold one
                continue
            if status != "error":
                return self._point(status, program, whole=whole)
        if not doubted:
            return Point("error", np.zeros(0))
        return Point("infeasible", np.zeros(0), ray=None if quick else self._apart(program, ends - time.monotonic()))

    def _tries(
        self, program: LinearProgram, basis: Any, *, feasible: bool, whole: bool, quick: bool
    ) -> list[tuple[int, Any]]:
        """The ways to look for an answer, one after the other: method and basis to start from."""
        warm = (PRIMAL if feasible else DUAL, basis)
        tries: list[tuple[int, Any]] = [(DUAL, None), (REDUCED, None), (INTERIOR, None)]
        if self._once:
            tries[:2] = tries[1::-1]
        if whole:
            tries = [(INTERIOR, None)]
        elif quick and basis is not None:
            tries = [warm]
        elif program.shape[1] > LARGE:
            tries = [(INTERIOR, None), (DUAL, None)]
            if feasible and basis is not None:
                tries.insert(0, warm)  # perhaps it is optimal already
        elif basis is not None:
            tries.insert(0, warm)
        return tries

    def _ray(self, program: LinearProgram) -> Floats | None:
        """The weights with which the rows that HiGHS calls contradictory are, if they are."""
        _, exists, weights = self._highs.getDualRay()
        if not exists:
            return None
        _, rows = self._factors(program)
        ray = np.array(weights)
        ray[np.abs(ray) <= CRUMB * np.abs(ray).max(initial=0.0)] = 0.0  # on a row without that side it would spoil all
        return contradicts(program, ray * rows)

    def _apart(self, program: LinearProgram, seconds: float) -> Floats | None:
        """The same from the program that asks how much the rows must give: its duals weigh what contradicts."""
        wide, cost = elastic(program)
        other = Highs()
        other.load(wide)
        point = other.minimise(cost, wide, quick=True, seconds=seconds)
        return None if point.duals is None else contradicts(program, point.duals)

    def _factors(self, program: LinearProgram) -> tuple[Floats, Floats]:
        """What columns and rows are counted in."""
        units = program.units
        return units.columns, units.rows

    def basis_at(self, x: Floats, program: LinearProgram) -> Basis:
        """A basis at a point known to some digits: what stands at a side is nonbasic. HiGHS completes it."""
        kind = highspy.HighsBasisStatus

        def statuses(at: Floats, lower: Floats, upper: Floats) -> list[Any]:
            near = DIGITS * np.maximum(1.0, np.abs(at))
            up = np.abs(at - upper) <= near
            down = np.abs(at - lower) <= near
            sides = zip(up.tolist(), down.tolist(), strict=True)
            return [kind.kLower if low else kind.kUpper if high else kind.kBasic for high, low in sides]

        out = highspy.HighsBasis()
        out.col_status = statuses(x, program.lower, program.upper)
        out.row_status = statuses(program.activity(x), program.row_lower, program.row_upper)
        out.alien = True
        out.valid = True
        return Basis(out, program.shape[0])

    def _take(self, program: LinearProgram, *, whole: bool) -> LinearProgram:
        """Make HiGHS hold `program`, by its bounds alone where only they differ; the program with its scale."""
        held = self._held
        if held is not None and held.values is program.values and whole == self._whole:
            program = dataclasses.replace(program, scale=held.scale)  # the basis is in these units
        if held is None or whole != self._whole or held.values is not program.values:
            return self._pass(program, whole=whole)
        columns, rows = self._factors(program)
        low, high = program.lower, program.upper
        moved = np.flatnonzero((low != held.lower) | (high != held.upper)).astype(np.int32)
        if moved.size:
            self._highs.changeColsBounds(moved.size, moved, low[moved] / columns[moved], high[moved] / columns[moved])
        low, high = program.row_lower, program.row_upper
        moved = np.flatnonzero((low != held.row_lower) | (high != held.row_upper)).astype(np.int32)
        if moved.size:
            self._highs.changeRowsBounds(moved.size, moved, low[moved] * rows[moved], high[moved] * rows[moved])
        self._held = program
        return program

    def _run(self) -> None:
        brief = self._held is not None and self._held.shape[1] < SMALL and not self._whole
        if brief or not Interruptible.on or threading.current_thread() is not threading.main_thread():
            self._highs.run()
            return
        self._highs.HandleUserInterrupt = True
        worker = threading.Thread(target=self._highs.run, daemon=True)
        worker.start()
        try:
            while worker.is_alive():
                worker.join(0.05)
        except KeyboardInterrupt:
            self._highs.cancelSolve()
            raise

    def _point(self, status: str, program: LinearProgram, *, whole: bool) -> Point:
        highs = self._highs
        info = highs.getInfo()
        if status != "optimal":
            return Point(status, np.zeros(0), iterations=info.simplex_iteration_count)
        columns, rows = self._factors(program)
        solution = highs.getSolution()
        x: Floats = np.array(solution.col_value) * columns
        objective = info.objective_function_value / self._worth
        if whole:
            return Point(status, x, objective=objective, bound=info.mip_dual_bound / self._worth)
        duals = np.array(solution.row_dual) * rows / self._worth
        return Point(
            status,
            x,
            duals,
            objective,
            objective,
            Basis(highs.getBasis(), program.shape[0]),
            info.simplex_iteration_count,
        )


def extended(basis: Basis | None, height: int) -> Basis | None:
    """A basis of the program before its last rows were added: their slacks are basic."""
    if basis is None or basis.rows == height:
        return basis
    if basis.rows > height:
        return None
    out = highspy.HighsBasis()
    out.col_status = list(basis.own.col_status)
    out.row_status = [*basis.own.row_status, *[highspy.HighsBasisStatus.kBasic] * (height - basis.rows)]
    out.valid = True
    return Basis(out, height)


def worth_of(cost: Floats) -> float:
    """A power of two that brings the typical cost that is not 0 to about 1."""
    sizes = np.abs(cost[cost != 0])
    return float(1.0 / power(np.median(sizes))) if sizes.size else 1.0
