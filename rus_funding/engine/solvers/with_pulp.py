"""Every solver that PuLP drives (bundled CBC, GLPK, SCIP, Gurobi, CPLEX …), and LP and MPS files.

Names in the problem are numbers (`x17`, `r4`): PuLP merges names that differ only in ``-+[] ``. Statuses are not
believed: a time limit comes back as "Optimal". Command-line solvers print eight digits, which is less than kronor need;
so HiGHS starts where the printed point stands and completes the digits; the two optima must agree.
"""

from __future__ import annotations

import contextlib
import dataclasses
import time
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pulp

from rus_funding.engine.solvers.highs import Highs, worth_of
from rus_funding.engine.solvers.solver import Floats, Point
from rus_funding.errors import SolverError, UsageError
from rus_funding.program.linear import scale_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Unpack

    from rus_funding.engine.solvers.solver import How
    from rus_funding.program.linear import LinearProgram

AGREE = 1e-6  # relative; how far a solver's own optimum may be from the completed one

ALIASES = {"cbc": "PULP_CBC_CMD", "glpk": "GLPK_CMD", "scip": "SCIP_CMD", "coin": "COIN_CMD"}
STATUS = {
    pulp.LpStatusOptimal: "optimal",
    pulp.LpStatusInfeasible: "infeasible",
    pulp.LpStatusUnbounded: "unbounded",
}


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """PuLP 3.3 announces on each use what 4.0 will rename; `pyproject.toml` holds us below 4."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def available() -> list[str]:
    """Names of the solvers that PuLP finds installed."""
    with _quiet():
        names: list[str] = pulp.listSolvers(onlyAvailable=True)
    return names


def find(name: str) -> str:
    """PuLP's name of a solver, by its own name or a short one; an unknown or missing one is a `UsageError`."""
    wanted = ALIASES.get(name.lower(), name)
    installed = available()
    for candidate in installed:
        if candidate.lower() in {wanted.lower(), f"{wanted.lower()}_cmd"}:
            return candidate
    shown = ", ".join(sorted({*("highs", "cbc"), *installed}))
    raise UsageError("there is no solver '{name}' on this machine. Installed: {shown}.", name=name, shown=shown)


def problem(program: LinearProgram, cost: Floats, *, maximise: bool = False, whole: bool = True) -> pulp.LpProblem:
    """The arrays as a PuLP problem with columns x0, x1, … and rows r0, r1, …"""
    built = pulp.LpProblem("funding", pulp.LpMaximize if maximise else pulp.LpMinimize)
    columns = []
    for j, (low, high) in enumerate(zip(program.lower.tolist(), program.upper.tolist(), strict=True)):
        kind = pulp.LpInteger if whole and program.integer[j] else pulp.LpContinuous
        columns.append(built.add_variable(f"x{j}", _finite(low), _finite(high), kind))
    built.setObjective(pulp.LpAffineExpression({columns[j]: float(cost[j]) for j in np.flatnonzero(cost).tolist()}))
    order = np.argsort(program.rows, kind="stable")
    column = program.columns_of_values[order].tolist()
    value = program.values[order].tolist()
    bounds = np.searchsorted(program.rows[order], np.arange(program.row_lower.size + 1)).tolist()
    for i, (low, high) in enumerate(zip(program.row_lower.tolist(), program.row_upper.tolist(), strict=True)):
        part = range(bounds[i], bounds[i + 1])
        terms = {columns[column[k]]: value[k] for k in part if value[k]}
        for name, sense, side in _sides(i, low, high):
            built.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, name, side))
    return built


def _sides(i: int, low: float, high: float) -> list[tuple[str, int, float]]:
    """A row as PuLP's constraints: one sense each."""
    if low == high:
        return [(f"r{i}", pulp.LpConstraintEQ, low)]
    out = []
    if np.isfinite(high):
        out.append((f"r{i}", pulp.LpConstraintLE, high))
    if np.isfinite(low):
        out.append((f"r{i}" if not out else f"r{i}b", pulp.LpConstraintGE, low))
    return out


def _finite(bound: float) -> float | None:
    return bound if np.isfinite(bound) else None


def write(program: LinearProgram, cost: Floats, path: Path) -> None:
    """Write an LP or MPS file (by its extension) that maximises `cost`."""
    built = problem(program, cost, maximise=True)
    if path.suffix.lower() == ".mps":
        built.writeMPS(str(path), with_objsense=True)
    else:
        built.writeLP(str(path))


class WithPulp:
    """A solver behind PuLP; each run builds the problem afresh."""

    precision = 1e-11  # of the completed digits

    def __init__(self, name: str) -> None:
        self.name = name.lower()
        self._pulp_name = find(name)

    def load(self, program: LinearProgram) -> None:
        """Nothing is kept between runs."""

    def minimise(self, cost: Floats, program: LinearProgram, **how: Unpack[How]) -> Point:
        """See `Solver`; of `how`, `whole` and `seconds` are of use to PuLP."""
        whole, seconds = how.get("whole", False), how.get("seconds", np.inf)
        begun = time.monotonic()
        found = self._once(cost, program, whole=whole, seconds=seconds)
        if whole or found.status not in {"optimal", "infeasible"}:
            return found
        # start HiGHS where the printed point stands: it completes the digits, and the two must agree
        polisher = Highs()
        polisher.load(program)
        left = seconds - (time.monotonic() - begun)
        if found.status == "infeasible":  # HiGHS knows the weights that prove it, or that it is not so
            point = polisher.minimise(cost, program, seconds=left)
            if point.status == "optimal":
                what = f"{self.name} finds no plan, and HiGHS finds one"
                raise SolverError(what, "disagree", solver=self.name, found="infeasible", polished="optimal")
            return point
        point = polisher.minimise(cost, program, basis=polisher.basis_at(found.x, program), seconds=left)
        if point.status != "optimal":
            return point
        apart = abs(point.objective - found.objective)
        if apart > AGREE * max(1.0, abs(point.objective)):
            said = {"solver": self.name, "found": f"{found.objective:.9g}", "polished": f"{point.objective:.9g}"}
            what = f"{self.name} calls {found.objective:.9g} optimal, and HiGHS from there {point.objective:.9g}"
            raise SolverError(what, "disagree", **said)
        return point

    def _once(self, cost: Floats, program: LinearProgram, *, whole: bool, seconds: float) -> Point:
        if seconds <= 0:
            return Point("time_limit", np.zeros(0))
        program = dataclasses.replace(program, scale=scale_of(program, whole=True)) if whole else program.scaled()
        counted, units = program.in_units(), program.units
        inside = cost * units.columns
        built = problem(counted, inside * worth_of(inside), whole=whole)
        options: dict[str, Any] = {"msg": False}
        if np.isfinite(seconds):
            options["timeLimit"] = max(1, round(seconds))
        if self._pulp_name == "PULP_CBC_CMD" and whole:
            options.update(gapRel=0.0, gapAbs=1e-9)
        begun = time.monotonic()
        try:
            with _quiet():
                built.solve(pulp.getSolver(self._pulp_name, **options))
        except pulp.PulpError as error:
            raise SolverError(f"{self.name}: {error}", "failed", solver=self.name, reason=str(error)) from error
        if time.monotonic() - begun >= seconds:
            return Point("time_limit", np.zeros(0))  # PuLP says "Optimal" here, of whatever point it holds
        status = STATUS.get(built.status, "error")
        if status != "optimal":
            return Point(status, np.zeros(0))
        held = built.variablesDict()
        x = np.array([held[f"x{j}"].varValue or 0.0 if f"x{j}" in held else 0.0 for j in range(cost.size)])
        x *= units.columns
        objective = float(cost @ x)
        return Point("optimal", x, objective=objective, bound=objective)
