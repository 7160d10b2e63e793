"""What every solver answers, and what is asked of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Protocol, TypedDict

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from typing import Unpack

    from rus_funding.program.linear import LinearProgram

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Point:
    """A solver's answer. `duals` belong to minimising the cost that was given.

    status: "optimal", "infeasible", "unbounded", "time_limit", "interrupted" or "error". Arrays are empty unless
    optimal; `duals` are None where the solver gives none (binaries, some PuLP solvers). `bound` is the
    solver's own bound on the minimum (equal to the objective for a linear program). `basis` is the solver's own.
    `ray` are duals with which the rows of an infeasible program contradict each other (None: none are known).
    """

    status: str
    x: Floats
    duals: Floats | None = None
    objective: float = np.nan
    bound: float = np.nan
    basis: Any = None
    iterations: int = 0
    ray: Floats | None = None


class How(TypedDict, total=False):
    """How an optimum is looked for; all may be left out.

    `basis` is where to start (None: nowhere), `feasible` says that it keeps every row; `whole`: respect the binaries.
    `quick`: an answer that is in doubt is not looked for in other ways (a search has enough other questions).
    `seconds` is the time that is left, endless if left out.
    """

    basis: Any
    feasible: bool
    whole: bool
    quick: bool
    seconds: float


class Solver(Protocol):
    """Holds one program; minimises a cost over it, again and again, with bounds that may tighten.

    `precision` is the relative rounding of its duals.
    """

    name: str
    precision: float

    def load(self, program: LinearProgram) -> None:
        """Take a program."""

    def minimise(self, cost: Floats, program: LinearProgram, **how: Unpack[How]) -> Point:
        """Minimise over `program`: the one loaded, perhaps with other bounds."""
