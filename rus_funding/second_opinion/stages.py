"""All objectives in order, each kept within its tolerance for the next."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, TypeAlias

import pulp

from rus_funding.second_opinion.cbc import TIGHT, NoAnswerError, cbc
from rus_funding.second_opinion.opinion import Opinion
from rus_funding.second_opinion.optimum import optimise, size
from rus_funding.second_opinion.program import Program
from rus_funding.second_opinion.units import KEPT

if TYPE_CHECKING:
    from collections.abc import Collection

    from rus_funding.model.model import FundingModel

    Sum: TypeAlias = pulp.LpAffineExpression
    from rus_funding.second_opinion.optimum import Solve


SLACKS = (1e-12, 1e-10, 1e-8)  # what a later objective may give up of an optimum; the next where the last is too fine


def second_opinion(
    model: FundingModel,
    *,
    seconds: float = math.inf,
    without: Collection[str] = (),
    solve: Solve | None = None,
) -> Opinion:
    """The model's optima, stage by stage, each kept within its tolerance for the next.

    `seconds` bounds the whole of it. `without` leaves rules out by the head of their label (``{"rate"}``) and `solve`
    takes another solver: what tests ask with.
    """
    deadline = time.monotonic() + seconds
    program = Program(model)
    program.load(without)
    optima: list[tuple[str, float]] = []
    sizes: dict[str, float] = {}
    try:
        status = _stages(program, optima, sizes, solve or cbc, deadline)
    except NoAnswerError as error:
        return Opinion(error.status, tuple(optima), sizes, message=str(error))
    if status != "optimal":
        return Opinion(status)
    shares = {p: float(x.varValue or 0.0) for p, x in program.x.items()}
    payments = {key: float(y.varValue or 0.0) for key, y in program.y.items()}
    return Opinion("optimal", tuple(optima), sizes, shares, payments)


def _stages(
    program: Program, optima: list[tuple[str, float]], sizes: dict[str, float], solve: Solve, deadline: float
) -> str:
    """Solve the objectives in order into `optima`.

    An earlier optimum is kept by a row that gives way by its tolerance and by the least of `SLACKS` that the solver's
    arithmetic can see.
    """
    lp, binaries = program.lp, [*program.z.values(), *program.w.values(), *program.s.values()]
    kept: list[_Kept] = []
    stages = [(o.name, o.tolerance) for o in program.d.model.objectives] or [("", 0.0)]
    for name, tolerance in stages:
        sense, expression, helpers = program.objective(name) if name else ("max", pulp.lpSum([]), [])
        for row in helpers:
            lp += row
        sizes[name] = size(lp, expression)
        best = None
        for slack in SLACKS if kept else SLACKS[:1]:
            for one in kept:
                one.give(slack)
            best = optimise(lp, expression, sense, binaries, solve=solve, deadline=deadline)
            if best is not None:
                break
        if best is None and kept:
            raise NoAnswerError("error", f"nothing is as good as the plan found before {name}")
        if best is None:
            return "infeasible"
        if name:
            best = best if abs(best) > TIGHT * sizes[name] else 0.0
            optima.append((name, best))
            kept.append(_Kept(lp, expression, sense, best, tolerance))
    return "optimal"


class _Kept:
    """The row that keeps an objective: sense · expression ≥ sense · best − (tolerance + slack) · |best|."""

    def __init__(self, lp: pulp.LpProblem, expression: Sum, sense: str, best: float, tolerance: float) -> None:
        self.sign, self.best, self.tolerance = 1 if sense == "max" else -1, best, tolerance
        self.row = self.sign * expression >= 0
        lp.addConstraint(self.row, f"{KEPT}{len(lp.constraints())}")
        self.give(SLACKS[0])

    def give(self, slack: float) -> None:
        """Let the objective give way by its tolerance and this share."""
        self.row.changeRHS(self.sign * self.best - (self.tolerance + slack) * abs(self.best))
