"""One objective: choose the projects that are all or nothing, hold the choice, solve for the digits."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, TypeAlias

from rus_funding.second_opinion.cbc import WAYS, NoAnswerError, cbc
from rus_funding.second_opinion.units import Scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import pulp

    Sum: TypeAlias = pulp.LpAffineExpression
    # the problem, whether binaries are whole, seconds, which attempt this is → a status; the point stays in the problem
    Solve: TypeAlias = Callable[[pulp.LpProblem, bool, float, int], str]


AGREE = 1e-6  # relative; how far the two formulations' optima may be apart
SMALL = 1e-3  # share of all there is to count, below which an optimum is compared as if it were that


def optimise(
    lp: pulp.LpProblem,
    expression: Sum,
    sense: str,
    binaries: Collection[pulp.LpVariable] = (),
    *,
    solve: Solve | None = None,
    deadline: float = math.inf,
) -> float | None:
    """The "max" or "min" of an expression, None where nothing is feasible; the program is left at an optimal point.

    With binaries the solver chooses, and the choice is held while a linear program finds the digits: a binary of 1e-9
    is no decision. Raises `NoAnswerError`.
    """
    solve = solve or cbc
    lp.setObjective((-1 if sense == "max" else 1) * expression)
    if not binaries:
        return _optimum(expression) if _solved(lp, solve, deadline) else None
    if not _solved(lp, solve, deadline, whole=True):
        return None
    claimed, free = _optimum(expression), {z: (z.lowBound, z.upBound) for z in binaries}
    try:
        for z in binaries:
            z.lowBound = z.upBound = round(z.varValue or 0.0)
        if not _solved(lp, solve, deadline):
            raise NoAnswerError("error", "the choice of projects that the solver calls best admits no payments")
    finally:
        for z, (low, up) in free.items():
            z.lowBound, z.upBound = low, up
    found = _optimum(expression)
    if (claimed - found) * (1 if sense == "max" else -1) > AGREE / 2 * max(abs(claimed), SMALL * size(lp, expression)):
        raise NoAnswerError("error", f"the solver claims {claimed:.9g} for a choice worth {found:.9g}")
    return found


def _optimum(expression: Sum) -> float:
    return math.fsum((expression.constant, *(a * (v.varValue or 0.0) for v, a in expression.items())))


def _solved(lp: pulp.LpProblem, solve: Solve, deadline: float, *, whole: bool = False) -> bool:
    """Solve: True if optimal, False if infeasible. "infeasible" is believed when it is said twice, by two settings."""
    said: list[str] = []
    for attempt in range(len(WAYS)):
        left = deadline - time.monotonic()
        said.append(solve(lp, whole, left, attempt) if left > 0 else "time_limit")
        if said[-1] == "time_limit" or time.monotonic() >= deadline:
            raise NoAnswerError("time_limit", "the time limit ended the search")
        if said[-1] == "optimal":
            return True
        if said.count("infeasible") == 2:
            return False
    raise NoAnswerError("error", f"the solver gave no answer that can be trusted: {', '.join(said)}")


def size(lp: pulp.LpProblem, expression: Sum) -> float:
    """What a sum of variables can be at most, one rule at a time; what no rule lets be anything above 0 is nothing."""
    most = Scaled(lp).most
    parts = [abs(a) * most.get(v.name, v.upBound or 1.0) for v, a in expression.items()]
    return float(sum(part for part in parts if math.isfinite(part)))
