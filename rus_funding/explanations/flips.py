"""How firmly each decision stands: what the other decision costs, in points, each solved anew.

A project that is funded, in full or in part, is turned *out* (x = 0); one that is not funded in full is turned *full*
(x = 1). The loss is the optimum less the optimum with that decision forced. It is the tolerance at which the project's
class changes, so one number gives the classes at every tolerance t at once:

    always       in every plan within t of the best: being out costs more than t
    never        not funded, and in full in no plan within t: full costs more than t
    borderline   otherwise

Where classes at one tolerance are all that is asked, bounds often suffice. One from above is the loss when the choices
between projects stand, one from below that when they can be made in part; and without any solve, from prices:
loss ≥ V − V' + max(0, net) out, and V − V' + max(0, −net) full, with V' the optimum if choices could be made in part
and net the project's points less what its money is worth elsewhere at that optimum's prices (`project_prices`).
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from rus_funding.engine.plan import FUNDED
from rus_funding.explanations.case import Case, as_case
from rus_funding.explanations.project_prices import Prices

if TYPE_CHECKING:
    from rus_funding.engine.plan import Outcome

CLASSES = ("always", "borderline", "never", "open")


@dataclasses.dataclass(frozen=True)
class Turn:
    """The other decision. `loss` in points, infinite where no plan has it; without `exact` a lower bound of it, with
    `most` as the upper bound.
    """

    loss: float
    exact: bool = True
    most: float = math.inf

    @property
    def possible(self) -> bool:
        """Whether some plan has that decision."""
        return math.isfinite(self.loss)


@dataclasses.dataclass(frozen=True)
class Flip:
    """A project's turns; None where its decision is that already. `fixed` says why it cannot turn: "committed",
    "required", or the reason that bars it.
    """

    project: str
    status: str
    fixed: str = ""
    out: Turn | None = None
    full: Turn | None = None

    @property
    def cost(self) -> float | None:
        """The flip cost, points: out for what is funded, full for what is not; None where fixed or not solved."""
        turn = self.out if self.status in FUNDED else self.full
        return turn.loss if turn is not None and turn.exact else None

    def kind(self, points: float) -> str:
        """The class at a tolerance in points; "open" where the solves that were allowed do not tell."""
        if self.fixed:
            return "always" if self.fixed in {"committed", "required"} else "never"
        turn = self.out if self.status in FUNDED else self.full
        if turn is None:
            return "open"
        if turn.loss > points:
            return "always" if self.status in FUNDED else "never"
        return "borderline" if turn.exact or turn.most <= points else "open"


@dataclasses.dataclass(frozen=True)
class Flips:
    """Every project's flip, in file order; `optimum` is the value that losses are measured from, points."""

    optimum: float
    flips: tuple[Flip, ...]
    solves: int

    def classes(self, tolerance: float) -> dict[str, tuple[str, ...]]:
        """Projects by class at a tolerance, a share of the optimum."""
        points = tolerance * abs(self.optimum)
        found: dict[str, list[str]] = {name: [] for name in CLASSES}
        for flip in self.flips:
            found[flip.kind(points)].append(flip.project)
        return {name: tuple(projects) for name, projects in found.items()}


def flip_costs(given: Outcome | Case, *, tolerance: float | None = None, limit: int | None = None) -> Flips:
    """The flip cost of every project, exact.

    With `tolerance` (a share of the optimum) only turns that bounds do not already class at it are solved; `limit` is
    the most solves, those with the smallest bounds first. What is not solved keeps its bound.
    """
    case = as_case(given)
    ground = case.ground
    best = ground.base.value
    waiting: list[tuple[float, str, str]] = []
    bounds: dict[tuple[str, str], float] = {}
    uppers: dict[tuple[str, str], float] = {}
    bound = _Bounds(case) if tolerance is not None or limit is not None else None
    for project, result in case.projects.items():
        if project in case.barred or project in case.held:
            continue
        for name in [*(["out"] if result.status in FUNDED else []), *(["full"] if result.status != "funded" else [])]:
            least = bound.of(project, name) if bound is not None else 0.0
            bounds[project, name] = least
            telling = name == ("full" if result.status not in FUNDED else "out")
            if tolerance is None or (telling and least <= tolerance * abs(best)):
                waiting.append((least, project, name))
    waiting.sort()
    exact: dict[tuple[str, str], float] = {}
    solves = 0
    for _, project, name in waiting[: len(waiting) if limit is None else limit]:
        shares = {project: (0.0, 0.0) if name == "out" else (1.0, 1.0)}
        if tolerance is not None and ground.has_binaries:
            points = tolerance * abs(best)
            solves += 1
            kept = ground.ask(shares=shares, choices="kept")
            uppers[project, name] = max(0.0, best - kept.value) if kept.found else math.inf
            if uppers[project, name] <= points:
                continue
            solves += 1
            loose = ground.ask(shares=shares, choices="divisible")
            least = best - loose.value - case.least if loose.found else math.inf
            bounds[project, name] = max(bounds[project, name], least)
            if bounds[project, name] > points:
                continue
        solves += 1
        answer = ground.ask(shares=shares)
        loss = best - answer.value if answer.found else math.inf
        exact[project, name] = loss if loss > case.least else 0.0

    def turn(project: str, name: str) -> Turn | None:
        if (project, name) in exact:
            return Turn(exact[project, name])
        if (project, name) not in bounds:
            return None
        return Turn(bounds[project, name], exact=False, most=uppers.get((project, name), math.inf))

    found = tuple(
        Flip(
            project,
            result.status,
            case.barred.get(project) or case.held.get(project) or "",
            turn(project, "out"),
            turn(project, "full"),
        )
        for project, result in case.projects.items()
    )
    return Flips(best, found, solves)


class _Bounds:
    """Lower bounds of losses from the prices of the relaxed program."""

    def __init__(self, case: Case) -> None:
        ground = case.ground
        self.prices = Prices(ground, ground.relaxed)
        self.slack = max(0.0, ground.relaxed.value - ground.base.value) + case.least
        self.usable = ground.relaxed.found and ground.relaxed.duals is not None

    def of(self, project: str, name: str) -> float:
        """A loss that turning the project costs at least."""
        if not self.usable:
            return 0.0
        priced = self.prices.of(project)
        if priced is None:  # nothing can finance all of it
            return math.inf if name == "full" else 0.0
        return max(0.0, (priced.net if name == "out" else -priced.net) - self.slack)
