"""The search for plans that lie far from those at hand; `alternatives` says by what measure."""

from __future__ import annotations

import math
import zlib
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.explanations.held_plan import plan_within
from rus_funding.kronor import fraction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.engine.plan import Outcome
    from rus_funding.explanations.near_optimal import Near
    from rus_funding.explanations.ranges import Ranges
    from rus_funding.model.amounts import Floats

LEAST = 3  # alternatives that are looked for even where fewer treat every contested project differently
HALF = 0.5  # a project is treated differently where its share differs by this
SPARE = 1e-4  # of a share beyond the half, so that rounding to kronor does not take the difference back
TRIES = 12  # projects that are held elsewhere, one at a time, where no free search moves one more
BONUS = 8.0  # how many times its kronor a project counts more that no plan treats differently yet
RAISES = 4  # times that a plan is looked for again because rounding to kronor cost it too much
TIE = 1e-6  # share of its kronor by which projects' ids decide between plans that are equally far
GRID = 1e-6  # shares are rounded outward to these, so that the solver's last digits decide nothing
WHOLE = 1e-7  # shares this close to 0 or 1 are whole


class Search:
    """Plans farther and farther from those at hand."""

    def __init__(self, near: Near, freedom: Ranges) -> None:
        self.near = near
        ground = near.ground
        self.index, self.amounts = ground.formulation.at.index, ground.amounts
        self.ids: list[str] = self.index.projects.ids
        self.x = ground.formulation.columns.x
        self.cost: Floats = self.amounts.total.astype(np.float64)
        cells = np.bincount(ground.formulation.at.cell_project, minlength=len(self.ids))
        self.cells = dict(zip(self.ids, cells.tolist(), strict=True))
        self.held: dict[str, tuple[float, float]] = {}  # the side on which each contested project differs
        for row in freedom.of("project"):
            least, planned, most = row.shares or (0.0, 0.0, 0.0)
            if max(planned - least, most - planned) >= HALF:
                down = planned - least >= most - planned
                spare = min(SPARE, max(planned - least, most - planned) - HALF)
                self.held[row.id] = (0.0, planned - HALF - spare) if down else (planned + HALF + spare, 1.0)
        self.contested = set(self.held)

    def plans(self, most: int) -> list[Outcome]:
        """The alternatives, in the order they are found."""
        found: list[Outcome] = []
        left = sorted(self.held, key=lambda p: (-self.cost[self.index.projects.position[p]], p))
        while self.held and len(found) < most and (left or len(found) < LEAST):
            plan = self._next(found, left)
            if plan is None:
                break
            found.append(plan)
            treated = self.differing(plan, self.near.proposal)
            left = [project for project in left if project not in treated]
        return found

    def _next(self, found: Sequence[Outcome], left: Sequence[str]) -> Outcome | None:
        """The plan farthest from the proposal and those found, treating one of `left` differently where some are."""
        cost = self._away(found, left)
        alike: Outcome | None = None  # treats one of `left` differently, though much like a plan at hand
        for hold in [{}, *({project: self.held[project]} for project in left[:TRIES])]:
            plan = self._plan(cost, hold)
            if plan is None:
                continue
            fresh = bool(self.differing(plan, self.near.proposal) & set(left))
            if all(self.differing(plan, other) for other in (self.near.proposal, *found)) and (fresh or not left):
                return plan
            alike = alike or (plan if fresh else None)
        return alike

    def _away(self, found: Sequence[Outcome], left: Sequence[str]) -> Floats:
        """What is maximised: kronor away from every plan at hand."""
        cost = np.zeros(self.near.program.lower.size)
        bonus = np.isin(np.asarray(self.ids, object), list(left)).astype(np.float64)
        for i, plan in enumerate((self.near.proposal, *found)):
            shares = self.shares(plan)
            ways = np.where(np.asarray([float(shares[p]) for p in self.ids]) >= HALF, -1.0, 1.0)
            cost[self.x] += ways * self.cost * (1.0 if i else 1.0 + BONUS * bonus)
        cost[self.x] *= 1.0 + TIE * np.asarray([zlib.crc32(p.encode()) for p in self.ids]) * 2.0**-32
        return cost

    def _plan(self, cost: Floats, hold: Mapping[str, tuple[float, float]]) -> Outcome | None:
        """The farthest plan in kronor; None where there is none that keeps the value on whole kronor."""
        for _ in range(RAISES):
            x = self.near.extreme(cost, 1, hold)
            if not x.size:
                return None
            outcome = plan_within(self.near, self._sides(x[self.x]))
            if not outcome.planned:
                return None
            short = (1 - fraction(self.near.epsilon)) * worth(self.near.proposal) - worth(outcome)
            if short <= 0:
                return outcome
            self.near = self.near.raised(2 * float(short))  # rounding to kronor took it: leave it room
        return None

    def _sides(self, x: Floats) -> dict[str, tuple[float, float]]:
        """Where the shares may lie in the plan: what is whole stays so, what has moved moves no less."""
        planned = self.shares(self.near.proposal)
        sides = {}
        for project, share in zip(self.ids, x.tolist(), strict=True):
            if share <= WHOLE or share >= 1 - WHOLE:
                sides[project] = (float(round(share)),) * 2
            else:
                least, most = math.floor(share / GRID) * GRID, math.ceil(share / GRID) * GRID
                sides[project] = (least, 1.0) if share > planned[project] else (0.0, most)
        return sides

    @staticmethod
    def shares(plan: Outcome) -> dict[str, Fraction]:
        """Each project's share in a plan."""
        return {result.project: result.share for result in plan.projects}

    def differing(self, plan: Outcome, other: Outcome) -> set[str]:
        """The projects that two plans treat differently: shares a half apart or more, kronor lost in rounding apart."""
        one, two = self.shares(plan), self.shares(other)
        found = set()
        for project, cost in zip(self.ids, self.cost.tolist(), strict=True):
            rounding = Fraction(self.cells[project], int(cost)) if cost else 0
            if abs(one[project] - two[project]) + rounding >= fraction(HALF):
                found.add(project)
        return found

    @staticmethod
    def distance(plan: Outcome, other: Outcome) -> int:
        """Kronor moved between projects from one plan to the other."""
        one, two = ({result.project: result.kronor for result in which.projects} for which in (plan, other))
        return sum(abs(one[project] - two[project]) for project in one)


def worth(plan: Outcome) -> Fraction:
    """The value of a plan in whole kronor, points."""
    return plan.checked.value if plan.checked is not None else Fraction(0)
