"""How certain each decision is: what a project gets in every plan that is worth almost as much as the best.

    least_p, most_p = min, max x_p   over all plans with  value ≥ (1 − ε) · best

    whole    least = 1                        in full in every such plan
    part     0 < least < 1                    something in every such plan, and never less than the least
    drops    least = 0, funded in the plan    some such plan leaves it out
    enters   most ≥ 1 %, not funded           some such plan takes it in
    never    most < 1 %                       no such plan gives it anything to speak of
    open     the work allowed ended before that was known

Most classes take no search: a plan that is known shows what may happen, the program with divisible choices what cannot.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.engine.plan import FUNDED
from rus_funding.explanations.case import SMALL
from rus_funding.explanations.near_optimal import EPSILON, Near

if TYPE_CHECKING:
    from rus_funding.explanations.case import Case
    from rus_funding.explanations.what_if import Answer
    from rus_funding.model.amounts import Floats

CLASSES = ("whole", "part", "drops", "enters", "never", "open")
OPEN = ("drops", "enters")  # may be otherwise: in or out
NEARLY = 0.01  # share from which a project gets something to speak of


@dataclasses.dataclass(frozen=True)
class Certain:
    """A project's class, and bounds that are proven: no plan near the best gives it a smaller share than `least`.

    `exact`: some such plan gives it just that. `fixed` says why there is nothing to decide: "committed", "required", or
    the reason that bars it.
    """

    project: str
    kind: str
    least: float
    exact: bool = True
    fixed: str = ""


@dataclasses.dataclass(frozen=True)
class Certainty:
    """Every project's, in file order; `best` and `level` are points."""

    epsilon: float
    best: float
    level: float
    projects: tuple[Certain, ...]

    def of(self, kind: str) -> tuple[Certain, ...]:
        """The projects of a class."""
        return tuple(one for one in self.projects if one.kind == kind)

    @property
    def undecided(self) -> int:
        """How many decisions are the other one in some plan that is almost as good."""
        return sum(one.kind in OPEN for one in self.projects)


def certainty(case: Case, epsilon: float = EPSILON, *, exact: bool = True, work: float = math.inf) -> Certainty:
    """The certainty of every decision in a plan within `epsilon` (share of the best value, 0..1).

    `work` limits what is asked (simplex iterations times coefficients): what was not reached is "open". Without `exact`
    a least share that takes a search is left at its bound.
    """
    search = _Search(case, epsilon, work)
    found = {p: Certain(p, "whole", 1.0, fixed=why) for p, why in case.held.items()}
    found |= {p: Certain(p, "never", 0.0, fixed=why) for p, why in case.barred.items()}
    asked = [project for project in case.projects if project not in found]
    steps = [search.by_bounds, search.by_plans, search.by_comparison, search.by_ends]
    for step in [*steps, *([search.exactly] if exact else [])]:
        for project in asked:
            if search.left:
                step(project)
    found |= {project: search.said(project) for project in asked}
    return Certainty(epsilon, search.near.best, search.near.level, tuple(found[project] for project in case.projects))


class _Search:
    """What is known of each project: shares that plans near the best have (`seen`), and proven ends (`ends`)."""

    def __init__(self, case: Case, epsilon: float, work: float) -> None:
        self.case, self.ground = case, case.ground
        self.near = Near(self.ground, epsilon, proposal=case.outcome)
        self.end = self.ground.work + work
        self.place = {p: i for i, p in enumerate(self.ground.formulation.at.index.projects.ids)}
        amounts = self.ground.amounts
        least = np.where(amounts.indivisible, 1.0, np.maximum(amounts.min_share, NEARLY))
        self.loose: dict[str, Answer] = {}  # the other decision with divisible choices
        self.step = {p: float(least[i]) for p, i in self.place.items()}  # the least share of one that is in
        self.columns = self.ground.formulation.columns.x
        shares = self.ground.base.x[self.columns]
        self.seen = [shares.copy(), shares.copy()]  # least and most so far
        self.least: dict[str, float] = {}  # proven
        self.most: dict[str, float] = {}

    @property
    def left(self) -> bool:
        """Whether there is work left to do with."""
        return self.ground.work < self.end

    def funded(self, project: str) -> bool:
        """Whether the plan funds it: then it may drop out, else it may come in."""
        return self.case.projects[project].status in FUNDED

    def shown(self, project: str) -> bool:
        """Whether a plan near the best is known in which the decision is the other one."""
        i = self.place[project]
        least, most = float(self.seen[0][i]), float(self.seen[1][i])
        return least <= SMALL if self.funded(project) else most >= NEARLY - SMALL

    def closed(self, project: str) -> bool:
        """Whether it is proven that the decision is never the other one."""
        if self.funded(project):
            return self.least.get(project, 0.0) > SMALL
        return self.most.get(project, 1.0) < NEARLY

    def _other(self, project: str) -> dict[str, tuple[float, float]]:
        return {project: (0.0, 0.0) if self.funded(project) else (self.step[project], 1.0)}

    def _floor(self, project: str) -> float:
        """What one that is never left out has at least, whatever else."""
        return self.step[project] if self.step[project] > NEARLY else 2 * SMALL

    def by_bounds(self, project: str) -> None:
        """With divisible choices, whether the decision is never the other one: without choices that settles it."""
        if self.closed(project):
            return
        answer = self.ground.ask(shares=self._other(project), choices="divisible", start=self.ground.relaxed)
        self.loose[project] = answer
        if answer.found and answer.value >= self.near.level:
            if not self.ground.has_binaries:
                self._look(answer.x)
        elif answer.found or answer.status == "infeasible":
            self._close(project)

    def by_plans(self, project: str) -> None:
        """With the other choices as they are: a plan that shows the other decision, perhaps of more projects."""
        if not self.shown(project) and not self.closed(project) and self.ground.has_binaries:
            answer = self.ground.ask(shares=self._other(project), choices="kept")
            if answer.found and answer.value >= self.near.level:
                self._look(answer.x)

    def by_comparison(self, project: str) -> None:
        """Whether any plan near the best decides otherwise: a search that ends with the first one."""
        if self.shown(project) or self.closed(project) or not self.ground.has_binaries:
            return
        reached = self.ground.reaches(self.near.level, start=self.loose[project], shares=self._other(project))
        i = self.place[project]
        if reached:
            self.seen[0 if self.funded(project) else 1][i] = 0.0 if self.funded(project) else self.step[project]
        elif reached is False:
            self._close(project)

    def _close(self, project: str) -> None:
        if self.funded(project):
            self.least[project] = self._floor(project)
        else:
            self.most[project] = 0.0

    def by_ends(self, project: str) -> None:
        """The least share of one that is never left out: no plan with divisible choices has a smaller one."""
        if self.funded(project) and self.closed(project) and self.least[project] < self._seen(project) - SMALL:
            end = self._end(project, -1, (self.least[project], 1.0), divisible=True)
            self.least[project] = max(self.least[project], end)

    def exactly(self, project: str) -> None:
        """The same by a search."""
        if self.funded(project) and self.closed(project) and self.least[project] < self._seen(project) - SMALL:
            self.least[project] = self._end(project, -1, (self.least[project], 1.0), divisible=False)

    def _seen(self, project: str) -> float:
        return float(self.seen[0][self.place[project]])

    def _end(self, project: str, sense: int, within: tuple[float, float], *, divisible: bool) -> float:
        """The least (sense -1) or most share of plans near the best; with `divisible` choices no plan passes it."""
        cost = np.zeros(self.near.program.lower.size)
        cost[self.columns[self.place[project]]] = 1.0
        x = self.near.extreme(cost, sense, {project: within}, divisible=divisible)
        if not x.size:  # none is within: the end is beyond
            return within[1] if sense < 0 else within[0]
        if not divisible or not self.ground.has_binaries:
            self._look(x)
        return float(min(1.0, max(0.0, x[self.columns[self.place[project]]])))

    def _look(self, x: Floats) -> None:
        np.minimum(self.seen[0], x[self.columns], out=self.seen[0])
        np.maximum(self.seen[1], x[self.columns], out=self.seen[1])

    def said(self, project: str) -> Certain:
        """The class as far as it is known."""
        if self.shown(project):
            return Certain(project, "drops" if self.funded(project) else "enters", 0.0)
        if not self.closed(project):
            return Certain(project, "open", 0.0, exact=False)
        if not self.funded(project):
            return Certain(project, "never", 0.0)
        least = self.least[project]
        if least >= 1 - SMALL:
            return Certain(project, "whole", 1.0)
        return Certain(project, "part", least, exact=float(self.seen[0][self.place[project]]) <= least + SMALL)
