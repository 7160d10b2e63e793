"""The plan whose largest regret over some weights is smallest, and what no plan can be below.

    min r   with   V(x, w_c) + r >= best_c   at every corner c of the weights, and every rule of the model.

Its bound is Lagrange's. For shares l_c >= 0 that add up to 1, and W = sum l_c w_c: V is linear in the weights, so the
largest regret of any plan x is at least sum l_c (best_c - V(x, w_c)) = sum l_c best_c - V(x, W), and no plan is worth
more at W than what one solve there proves. The duals of the rows are the shares that make it largest.
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.engine.face import SLACK, decided
from rus_funding.explanations.held_plan import plan_of
from rus_funding.explanations.what_if import Ground
from rus_funding.program.objectives import value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.engine.plan import Outcome
    from rus_funding.model.amounts import Floats
    from rus_funding.model.model import FundingModel
    from rus_funding.program.linear import LinearProgram

FINE = 10**6  # shares of corners are told in at most so many parts


class LeastRegret:
    """The question, put to one model at the weights of its corners (the same model at other weights)."""

    def __init__(self, model: FundingModel, corners: Sequence[FundingModel], best: Sequence[Fraction]) -> None:
        """`best` is what a plan is known to be worth at each corner, points."""
        self._ground = Ground(model)
        n, scale = self._ground.amounts, self._ground.scale
        f = self._ground.formulation
        self._costs = [scale * value(f, type(n).like(corner, n)) for corner in corners]
        self._best = [scale * float(points) for points in best]

    def _asked(self) -> tuple[LinearProgram, Floats]:
        """The program above, counted in points times the ground's scale, and what is minimised."""
        program = self._ground.program
        first = program.shape[0]
        wide = program.with_rows(self._costs, self._best, [np.inf] * len(self._best))
        wide = wide.with_column(np.arange(first, wide.shape[0]), np.ones(len(self._best)), 0.0, np.inf)
        cost = np.zeros(wide.shape[1])
        cost[-1] = 1.0
        return wide, cost

    def shares(self) -> list[Fraction]:
        """How much each corner's regret counts in the bound: the duals where choices may be made in part."""
        wide, cost = self._asked()
        point = self._ground.minimise(dataclasses.replace(wide, integer=np.zeros_like(wide.integer)), cost)
        if point.status != "optimal" or point.duals is None:
            return []
        duals = np.maximum(0.0, point.duals[-len(self._best) :])
        shares = [Fraction(float(dual)).limit_denominator(FINE) for dual in duals]
        total = sum(shares, Fraction(0))
        return [share / total for share in shares] if total else []

    def plan(self, proposal: Outcome) -> Outcome | None:
        """A plan of the least largest regret, in whole kronor; None where none is found.

        Of those that make the same choices between projects and grants it is the model's best. `proposal` is the
        model's own plan.
        """
        wide, cost = self._asked()
        point = self._ground.minimise(wide, cost)
        if point.status != "optimal":
            return None
        # the solver's arithmetic: a row at its very edge may have no point in the next program
        sides = [best - float(point.x[-1]) - SLACK * max(1.0, abs(best)) for best in self._best]
        program = self._ground.program.with_rows(self._costs, sides, [np.inf] * len(sides))
        outcome = plan_of(self._ground, decided(program, point.x[:-1]), proposal)
        return outcome if outcome.planned else None
