"""The face of a program on which an objective is optimal, and which points and choices are believed on the way."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.solvers.highs import worth_of
from rus_funding.errors import SolverError

if TYPE_CHECKING:
    from rus_funding.engine.solvers.solver import Point, Solver
    from rus_funding.model.amounts import Floats
    from rus_funding.program.linear import LinearProgram
    from rus_funding.program.objectives import Stage

MEMORY = "the memory is used up: close other programs, or use a computer with more of it, or a smaller model"
NEAR = 1e-6  # this close to its side, in the solver's units, a row or column stands at it
TOLERANCE = 1e-8  # what a solver leaves a row broken by, in its own units, and calls it kept
ZERO = 1e-9  # duals below this, in the solver's units, are zero
SLACK = 1e-10  # share of an objective's terms by which a level may give, for the solver's arithmetic


def relaxed(program: LinearProgram) -> LinearProgram:
    """The program with its binaries anywhere between 0 and 1."""
    return (
        program if not program.integer.any() else dataclasses.replace(program, integer=np.zeros_like(program.integer))
    )


def freeze(face: LinearProgram, cost: Floats, point: Point) -> tuple[LinearProgram, Any, Any]:
    """The face of `point` in `face`, by complementary slackness, and the rows and columns that are held there.

    A dual or reduced cost counts as zero below the rounding of the terms it is a sum of, in the solver's own units.
    """
    assert point.duals is not None
    units, y = face.units, point.duals
    columns, rows = units.columns, units.rows
    worth = worth_of(cost * columns)
    of, terms = face.columns_of_values, face.values * y[face.rows]
    reduced: Floats = cost - np.bincount(of, terms, cost.size)
    size = (np.abs(cost) + np.bincount(of, np.abs(terms), cost.size)) * columns * worth
    up = np.abs(face.upper - point.x) < np.abs(point.x - face.lower)
    at = np.where(up, face.upper, face.lower)
    fixed = np.abs(reduced) * columns * worth > ZERO + 1e-11 * size
    fixed &= np.isfinite(at)
    fixed &= np.abs(point.x - at) <= NEAR * columns
    high = y < 0  # minimising: a negative dual holds the row at its upper side
    side = np.where(high, face.row_upper, face.row_lower)
    held = np.abs(y) / rows * worth > ZERO
    held &= np.isfinite(side)  # a dual on a side that is not there is noise
    activity = face.activity(point.x)
    finite = np.where(np.isfinite(side), side, 0.0)
    held &= np.abs(activity - finite) * rows <= NEAR + 1e-12 * np.abs(finite) * rows
    tight = dataclasses.replace(
        face,
        lower=np.where(fixed, at, face.lower),
        upper=np.where(fixed, at, face.upper),
        row_lower=np.where(held, side, face.row_lower),
        row_upper=np.where(held, side, face.row_upper),
    )
    return tight, held, fixed


def believed(solver: Solver, cost: Floats, program: LinearProgram, **how: Any) -> Point:
    """A solver's answer, as far as it can be checked here: a point that keeps its rows, finite duals.

    Whatever goes wrong inside the solver is a `SolverError`.
    """
    try:
        point = solver.minimise(cost, program, **how)
    except SolverError:
        raise
    except MemoryError:
        raise SolverError(MEMORY, "memory") from None
    except Exception as error:
        raise SolverError(f"the solver failed: {type(error).__name__}: {error}", "failed",
                          solver=solver.name, reason=str(error)) from error  # fmt: skip
    return sound(point, program, cost, solver.precision)


def sound(point: Point, program: LinearProgram, cost: Floats, precision: float) -> Point:
    """The point, if it is one: right sizes, finite, within its rows and bounds; a `SolverError` else.

    Statuses are not trusted: an optimum that breaks its own rows is no optimum.
    """
    height, width = program.shape
    if point.status != "optimal":
        told = point.ray is not None and point.ray.shape == (height,) and np.isfinite(point.ray).all()
        if not told and point.status == "infeasible" and (program.lower > program.upper).any():
            return dataclasses.replace(point, ray=np.zeros(height))  # what must be and cannot: no row is needed
        return point if told or point.ray is None else dataclasses.replace(point, ray=None)
    duals = point.duals
    if point.x.shape != (width,) or (duals is not None and duals.shape != (height,)):
        raise SolverError("the solver's answer has another size than its program", "answer-size")
    if not np.isfinite(point.x).all() or (duals is not None and not np.isfinite(duals).all()):
        raise SolverError("the solver's answer holds what is not a number", "answer-number")
    scale = program.units
    activity = program.activity(point.x)
    size = (
        1.0 + np.bincount(program.rows, np.abs(program.values * point.x[program.columns_of_values]), height)
    ) * scale.rows
    over = np.maximum(activity - program.row_upper, program.row_lower - activity) * scale.rows
    worst = float((over / np.maximum(1.0, size)).max()) if over.size else 0.0
    outside = np.maximum(point.x - program.upper, program.lower - point.x) / scale.columns
    worst = max(worst, float((outside / (1.0 + np.abs(point.x) / scale.columns)).max()) if outside.size else 0.0)
    if not worst <= max(1e-5, 1e3 * precision):
        what = f"the solver calls optimal what breaks a row by {worst:.3g}"
        raise SolverError(what, "breaks-row", worst=f"{worst:.3g}")
    objective = float(cost @ point.x)
    return dataclasses.replace(point, objective=objective)


def given_way(stage: Stage, best: float) -> float:
    """How far later objectives may leave an optimum: its tolerance, and the solver's arithmetic."""
    return stage.tolerance * abs(best) + SLACK * max(1.0 / stage.scale, abs(best))


def beside(program: LinearProgram, column: int, x: Floats) -> float:
    """The largest sum of terms in a row that a column stands in."""
    of = program.columns_of_values
    sums = np.bincount(program.rows, np.abs(program.values * x[of]), program.shape[0])
    return float(sums[program.rows[of == column]].max(initial=0.0))


def blur(program: LinearProgram, cost: Floats, column: int | None) -> float:
    """What a solver's tolerance comes to in a sum of terms; of an extreme objective, in the rows of its column."""
    units, of = program.units, program.columns_of_values
    most = np.abs(cost * units.columns).max(initial=0.0)
    if column is not None:
        mine = of == column
        most = max(most, (1.0 / (units.rows[program.rows[mine]] * np.abs(program.values[mine]))).max(initial=0.0))
    return float(TOLERANCE * most)


def decided(program: LinearProgram, x: Floats) -> LinearProgram:
    """The program with its binaries fixed as in `x`."""
    binaries = np.flatnonzero(program.integer)
    return program.held(binaries, np.round(x[binaries]))
