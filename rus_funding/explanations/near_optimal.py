"""The plans that are worth almost as much as the best one: what ranges and alternatives ask about."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.engine import Engine
from rus_funding.engine.face import SLACK
from rus_funding.errors import SolverError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.engine.plan import Outcome
    from rus_funding.explanations.what_if import Ground
    from rus_funding.model.amounts import Floats
    from rus_funding.program.linear import LinearProgram

EPSILON = 0.01  # share of the value that may be given up


class Near:
    """The program of `ground` with one row more: value >= (1 - epsilon) · best, in points."""

    def __init__(
        self, ground: Ground, epsilon: float = EPSILON, spare: float = 0.0, proposal: Outcome | None = None
    ) -> None:
        """`spare` (points) raises the level, for what rounding to kronor may cost; `proposal` is the model's own plan
        where it is at hand.

        Raises `UsageError` where the model has no plan, or epsilon is no share.
        """
        if not 0 <= epsilon <= 1:
            raise UsageError(
                "{epsilon:g} is no share of the value. Give 0 to 1, e.g. 0.01 for one per cent.", epsilon=epsilon
            )
        if not ground.base.found:
            raise UsageError("The model has no plan to vary. Ask why with 'rus-funding explain --infeasible'.")
        self.ground, self.epsilon = ground, epsilon
        self.best = ground.base.value
        self.level = (1 - epsilon) * self.best + spare
        self._proposal = proposal

    @cached_property
    def program(self) -> LinearProgram:
        """The program with the row."""
        scale = self.ground.scale
        most = scale * self.best - SLACK * max(1.0, scale * abs(self.best))  # the solver's arithmetic
        return self.ground.program.with_rows([-self.ground.cost], [min(scale * self.level, most)], [np.inf])

    @cached_property
    def start(self) -> Any:
        """The basis of the best plan in this program."""
        point = self.ground.minimise(self.program, self.ground.cost)
        return point.basis

    @cached_property
    def loose(self) -> Any:
        """The basis of the best plan with divisible choices in this program."""
        program = dataclasses.replace(self.program, integer=np.zeros(self.program.integer.size, bool))
        return self.ground.minimise(program, self.ground.cost).basis

    def extreme(
        self,
        cost: Floats,
        sense: int,
        shares: Mapping[str, tuple[float, float]] | None = None,
        *,
        divisible: bool = False,
    ) -> Floats:
        """Every column where `cost` is largest (sense 1) or smallest (-1), within `shares`; empty where nothing is.

        With `divisible` every choice may be made in part: an end that no plan passes. Starts at the best plan, from
        which few steps use up what may be lost.
        """
        program = self.program
        lower, upper = program.lower, program.upper
        if shares:
            lower, upper = lower.copy(), upper.copy()
            for project, (least, most) in shares.items():
                column = self.ground.share_column(project)
                lower[column], upper[column] = max(least, lower[column]), min(most, upper[column])
            if (lower > upper).any():
                return np.zeros(0)
            program = dataclasses.replace(program, lower=lower, upper=upper)
        if divisible:
            program = dataclasses.replace(program, integer=np.zeros(program.integer.size, bool))
        start = self.loose if divisible else self.start
        point = self.ground.minimise(program, -sense * cost, start, feasible=not shares and not divisible)
        if point.status not in {"optimal", "infeasible"}:
            raise SolverError(f"the solver ends with '{point.status}' where plans near the best are asked for")
        return point.x if point.status == "optimal" else np.zeros(0)

    def raised(self, points: float) -> Near:
        """The same with the level so much higher."""
        spare = self.level - (1 - self.epsilon) * self.best + points
        return Near(self.ground, self.epsilon, spare, self.proposal)

    @cached_property
    def proposal(self) -> Outcome:
        """The plan of the model itself, in whole kronor."""
        outcome = self._proposal or Engine().solve(self.ground.model)
        if not outcome.planned:
            raise SolverError(f"the model's own plan is not certified: {outcome.message}")
        return outcome
