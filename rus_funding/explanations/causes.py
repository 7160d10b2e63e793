"""Why a project has the share it has: rules, each established by solving the model without it.

A rule is a cause where *every* optimum of the program without it has another share than the plan: the best value with
the share held on the plan's side is lower. It settles the matter where the share then goes all the way. With choices
every question is asked with the choices free.

Most questions take no search. A rule without a multiplier in the proof that the plan is best is no cause of anything:
the same proof holds without it. What is best without a rule is found once for all projects. And whether the share may
stay where it is, in a plan as good, is a comparison, which the program with divisible choices most often answers.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.plan import Cause
from rus_funding.explanations.case import SMALL
from rus_funding.explanations.suspects import MONEY, others, reliefs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rus_funding.explanations.case import Case
    from rus_funding.explanations.suspects import Relief
    from rus_funding.explanations.what_if import Answer

NEARLY = 0.01  # a share this close to none or all is so in every optimum before it is said to be
MOST = 5  # rules, and kinds of money, that are asked about first, also together
WORK = 2_000_000_000  # simplex iterations times coefficients that a plan's reasons may take


def reasons(case: Case, work: int = WORK) -> dict[str, Cause]:
    """The first cause of each project that could get more and does not, those with most points at stake first.

    No project that is barred by the input, none that is funded in full. `work` limits what is asked (deterministic, no
    time): a project that is not in the answer has no known reason. A cause without rules says that every rule was
    tried, and that none alone is the reason.
    """
    short = [p for p, r in case.projects.items() if r.status in {"not", "partly"} and p not in case.barred]
    short.sort(key=lambda p: (-abs(case.points[p]) * (1 - case.scales[p]), p))
    end = case.ground.work + work
    found: dict[str, Cause] = {}
    for project in short:
        those = causes(case, project, up=True, first=True, end=end)
        if those:
            found[project] = those[0]
    return {project: found[project] for project in case.projects if project in found}


def causes(
    case: Case, project: str, up: bool, *, most: int = MOST, first: bool = False, end: float = np.inf
) -> tuple[Cause, ...]:
    """Why the project has no more (`up`) or no less than its share: causes that settle first, the likeliest first.

    The `most` likeliest rules are tried one by one (with `first` until one settles it) and then together, cut down to
    a set of which none can be spared; money likewise; then every other rule of the model alone. Where none alone plays
    a part, one `Cause` without rules says so; nothing at all says that this is not known: the `end` of work was come to.
    """
    if not case.ground.base.found:
        return ()
    trial = _trial(case)
    found: list[Cause] = []
    ready = reliefs(case, project, up=up)
    rules = [relief for relief in ready if relief.rule[0] not in MONEY]
    money = [relief for relief in ready if relief.rule[0] in MONEY]
    rest = [*rules[most:], *money[most:], *others(case, project, tried=ready)]
    for group in (rules[:most], money[:most], rest):
        for relief in group:
            if case.ground.work > end:
                return _ordered(found)
            cause = trial.alone(project, relief, up=up)
            if cause is not None:
                found.append(cause)
                if cause.settles and (first or group is rest):
                    return _ordered(found)
        if group is not rest and not any(cause.settles for cause in found):
            cause = trial.together(project, [one for one in group if not trial.idle(one)], up=up, end=end)
            if cause is not None and cause.settles:
                found.append(cause)
        if any(cause.settles for cause in found):
            return _ordered(found)
    return _ordered(found) or (Cause((), case.scales[project], settles=False),)


def _ordered(found: Iterable[Cause]) -> tuple[Cause, ...]:
    return tuple(sorted(found, key=lambda cause: (not cause.settles, len(cause.rules))))


def _trial(case: Case) -> Trial:
    if "trial" not in case.memo:
        case.memo["trial"] = Trial(case)
    found: Trial = case.memo["trial"]
    return found


class Trial:
    """The program without rules; what is best without one rule is kept for the next project."""

    def __init__(self, case: Case) -> None:
        """Of a case whose program has an optimum."""
        self.case, self.ground = case, case.ground
        self._best: dict[Any, Answer] = {}

    def idle(self, relief: Relief) -> bool:
        """Whether the proof that the plan is best holds without the rule: then the plan is best without it too."""
        bearing = self.ground.bearing
        return not relief.free and not any(bearing[self.ground.row(row)] for row in (*relief.rows, *relief.loose))

    def alone(self, project: str, relief: Relief, *, up: bool) -> Cause | None:
        """The cause that one rule is, or None."""
        if self.idle(relief) or self._no_better(project, relief, up=up):
            return None
        return self._cause(project, [relief], up=up)

    def together(self, project: str, group: Sequence[Relief], *, up: bool, end: float = np.inf) -> Cause | None:
        """All of the group at once, then as few of them as still settle; None where no two or more of them settle."""
        if len(group) < 2 or self.ground.work > end:
            return None
        cause = self._cause(project, group, up=up)
        if cause is None or not cause.settles:
            return None
        kept = list(group)
        for relief in reversed(group):
            fewer = [other for other in kept if other is not relief]
            tried = self._cause(project, fewer, up=up) if len(fewer) > 1 else None
            if tried is not None and tried.settles:
                kept, cause = fewer, tried
        return cause

    def _no_better(self, project: str, relief: Relief, *, up: bool) -> bool:
        """Whether no plan without the rule has another share of the project to speak of and is worth more than this.

        Not asked where what is best without the rule is known already.
        """
        if frozenset([relief.taken]) in self._best or not self.ground.has_binaries:
            return False
        now = self.case.scales[project]
        sides = (min(1.0, now + NEARLY), 1.0) if up else (0.0, max(0.0, now - NEARLY))
        taken = self._taken([relief])
        taken["shares"] = {**taken["shares"], project: sides}
        held = self.ground.ask(**taken, choices="divisible")
        return held.status == "infeasible" or (held.found and held.value < self.ground.base.value - self.case.least)

    def _taken(self, reliefs: Iterable[Relief]) -> dict[str, Any]:
        """What a question without the rules changes."""
        taken = list(reliefs)
        shares: Mapping[str, tuple[float, float]] = {p: (0.0, 1.0) for relief in taken for p in relief.free}
        sides = {row: (-np.inf, 0.0) for relief in taken for row in relief.loose}
        return {"shares": shares, "sides": sides, "without": [row for relief in taken for row in relief.rows]}

    def _without(self, reliefs: Sequence[Relief]) -> Answer:
        key = frozenset(relief.taken for relief in reliefs)
        if key not in self._best:
            self._best[key] = self.ground.ask(**self._taken(reliefs))
        return self._best[key]

    def _cause(self, project: str, reliefs: Sequence[Relief], *, up: bool) -> Cause | None:
        """The cause that these rules are, or None: judged on every optimum, not on the one that the solver shows."""
        ground, now = self.ground, self.case.scales[project]
        answer = self._without(reliefs)
        if not answer.found:
            return None
        share = ground.share(answer, project)
        if (share <= now + SMALL) if up else (share >= now - SMALL):
            return None
        taken = self._taken(reliefs)

        def worse(lower: float, upper: float) -> bool:
            shares = {**taken["shares"], project: (lower, upper)}
            return not ground.reaches(answer.value - self.case.least, start=answer, **{**taken, "shares": shares})

        # most of the way in every optimum includes further than now, where now is not that far itself
        far = (share >= 1 - SMALL and now <= 1 - NEARLY) if up else (share <= SMALL and now >= NEARLY)
        settles = far and (worse(0.0, 1 - NEARLY) if up else worse(NEARLY, 1.0))
        if not settles and (abs(share - now) < NEARLY or not (worse(0.0, now) if up else worse(now, 1.0))):
            return None  # nothing to speak of, or not in every optimum
        return Cause(tuple(sorted(relief.rule for relief in reliefs)), float(min(1.0, max(0.0, share))), settles)
