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
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.plan import Cause
from rus_funding.explanations.case import SMALL, Case
from rus_funding.explanations.suspects import MONEY, others, own_rule, reliefs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rus_funding.engine.plan import Outcome
    from rus_funding.explanations.suspects import Relief
    from rus_funding.explanations.what_if import Answer
    from rus_funding.program.linear import Label

NEARLY = 0.01  # a share this close to none or all is so in every optimum before it is said to be
MOST = 5  # rules, and kinds of money, that are asked about first, also together
WORK = 4_000_000_000  # simplex iterations times coefficients that a plan's reasons may take


def reasons(case: Case, work: float = WORK) -> dict[str, Cause]:
    """The first cause of each project that could get more and does not.

    No project that is barred by the input, none that is funded in full. `work` limits what is asked (deterministic, no
    time): the likely rules of every project first, those with most points at stake before others, then the rest. A
    project that is not in the answer has no known reason. A cause without rules says that every rule was tried, and
    that none alone is the reason.
    """
    short = [p for p, r in case.projects.items() if r.status in {"not", "partly"} and p not in case.barred]
    short.sort(key=lambda p: (-abs(case.points[p]) * (1 - case.scales[p]), p))
    inquiries = {project: Inquiry(case, project, up=True) for project in short if case.ground.base.found}
    end = case.ground.work + work
    for rank in range(MOST):  # a rule that many share is solved for once, and is the likeliest for many
        for inquiry in inquiries.values():
            inquiry.likely(rank, end=end)
    for step in STEPS:
        for inquiry in inquiries.values():
            inquiry.go(step, first=True, end=end)
    found = {project: inquiry.first for project, inquiry in inquiries.items()}
    return {project: cause for project in case.projects if (cause := found.get(project)) is not None}


def reasoned(outcome: Outcome, work: float = WORK) -> Outcome:
    """The outcome with its causes, which are asked for where it has a plan and they are not there."""
    if not outcome.planned or outcome.causes is not None:
        return outcome
    return dataclasses.replace(outcome, causes=reasons(Case(outcome), work))


def causes(
    case: Case, project: str, up: bool, *, most: int = MOST, first: bool = False, work: float = WORK
) -> tuple[Cause, ...] | None:
    """Why the project has no more (`up`) or no less than its share: causes that settle first, the likeliest first.

    The `most` likeliest rules are tried one by one (with `first` until one settles it), the same of money; then
    together, cut down to a set of which none can be spared; then every other rule of the model alone. Nothing where all
    were tried and none alone plays a part; None where `work` ended before that. A first cause that the outcome holds is
    not worked out again.
    """
    if not case.ground.base.found:
        return None
    known = (case.outcome.causes or {}).get(project) if up and first else None
    if known is not None:
        return (known,) if known.rules else ()
    key = f"causes {project} {up} {most} {first}"
    if key not in case.memo:
        inquiry, end = Inquiry(case, project, up=up, most=most), case.ground.work + work
        for step in STEPS:
            inquiry.go(step, first=first, end=end)
        case.memo[key] = inquiry.found
    found: tuple[Cause, ...] | None = case.memo[key]
    return found


STEPS = ("rules", "money", "rules together", "money together", "rest")


class Inquiry:
    """The search for the causes of one project's share, step by step; it is over with a step that settles it."""

    def __init__(self, case: Case, project: str, *, up: bool, most: int = MOST) -> None:
        """Solves what the prices of the case take, once for all projects."""
        if "trial" not in case.memo:
            case.memo["trial"] = Trial(case)
        self.trial: Trial = case.memo["trial"]
        self.case, self.project, self.up, self.most = case, project, up, most
        self._found: list[Cause] = []
        self._asked: dict[Label, Cause | None] = {}
        self._tried = self._open = False  # whether every rule was tried; whether some was left or is undecided

    @cached_property
    def _groups(self) -> dict[str, list[Relief]]:
        """What each step asks about; rules that are idle are no cause, and known to be none."""
        ready = reliefs(self.case, self.project, up=self.up)
        rules = [relief for relief in ready if relief.rule[0] not in MONEY]
        rules.sort(key=lambda relief: relief.weight == np.inf or own_rule(relief.rule, self.project) is not None)
        money = [relief for relief in ready if relief.rule[0] in MONEY]
        rest = [*rules[self.most :], *money[self.most :], *others(self.case, self.project, tried=ready)]
        groups = {"rules": rules[: self.most], "money": money[: self.most], "rest": rest}
        return {step: [relief for relief in group if not self.trial.idle(relief)] for step, group in groups.items()}

    def likely(self, rank: int, *, end: float) -> None:
        """Ask about the rule of one rank, unless the matter is settled; the step of rules knows what came out."""
        group = self._groups["rules"]
        if rank < len(group) and not self._settled and self.case.ground.work < end:
            self._ask(group[rank])

    @property
    def _settled(self) -> bool:
        return any(cause.settles for cause in self._found)

    def _ask(self, relief: Relief) -> Cause | None:
        """The cause that a rule is, asked for once."""
        if relief.rule not in self._asked:
            self.trial.open = False
            cause = self._asked[relief.rule] = self.trial.alone(self.project, relief, up=self.up)
            self._open |= self.trial.open
            self._found += [cause] if cause is not None else []
        return self._asked[relief.rule]

    def go(self, step: str, *, first: bool, end: float) -> None:
        """Take a step, unless the matter is settled, or as much work is done as `end` says."""
        group, _, together = step.partition(" ")
        if self._settled:
            return
        if together:
            cause = self.trial.together(self.project, self._groups[group], up=self.up, end=end)
            self._found += [cause] if cause is not None else []
            return
        for relief in self._groups[group]:
            if self.case.ground.work >= end:
                self._open = True
                return
            cause = self._ask(relief)
            if cause is not None and cause.settles and (first or group == "rest"):
                return
        self._tried = group == "rest" and not self._open

    @property
    def found(self) -> tuple[Cause, ...] | None:
        """The causes so far, the strongest first; none where every rule was tried, None where more is to be asked."""
        if not self._found:
            return () if self._tried else None
        own = self.case.scales[self.project]
        return tuple(
            sorted(self._found, key=lambda cause: (not cause.settles, len(cause.rules), -abs(cause.share - own)))
        )

    @property
    def first(self) -> Cause | None:
        """The first of them; one without rules where every rule was tried."""
        if self.found == ():
            return Cause((), self.case.scales[self.project], settles=False)
        return self.found[0] if self.found else None


class Trial:
    """The program without rules; what is best without one rule is kept for the next project."""

    def __init__(self, case: Case) -> None:
        """Of a case whose program has an optimum."""
        self.case, self.ground = case, case.ground
        self.open = False  # whether a question of the last cause had no answer
        self._best: dict[Any, Answer] = {}
        self._kept: dict[Any, float] = {}
        self._divisible: dict[Any, Answer] = {}

    def idle(self, relief: Relief) -> bool:
        """Whether the proof that the plan is best holds without the rule: then the plan is best without it too."""
        bearing = self.ground.bearing
        return not relief.free and not any(bearing[self.ground.row(row)] for row in (*relief.rows, *relief.loose))

    def alone(self, project: str, relief: Relief, *, up: bool) -> Cause | None:
        """The cause that one rule is, or None."""
        if self._no_better(project, relief, up=up):
            return None
        return self._cause(project, [relief], up=up)

    def together(self, project: str, group: Sequence[Relief], *, up: bool, end: float) -> Cause | None:
        """All of the group at once, then as few of them as still settle; None where no two or more of them settle."""
        if len(group) < 2 or self.ground.work >= end:
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

    def _least(self, relief: Relief) -> float:
        """Points that some plan without the rule is worth: the best one, or the best with this plan's choices."""
        key = frozenset([relief.taken])
        if key in self._best:
            return self._best[key].value
        if key not in self._kept:
            kept = self.ground.ask(**self._taken([relief]), choices="kept", start=self.ground.chosen)
            self._kept[key] = max(self.ground.base.value, kept.value) if kept.found else self.ground.base.value
        return self._kept[key]

    def _no_better(self, project: str, relief: Relief, *, up: bool) -> bool:
        """Whether no best plan without the rule has another share of the project to speak of: all that have are worth
        less than a plan that is known. Asked of divisible choices, so it need not see it.
        """
        if not self.ground.has_binaries:
            return False
        now = self.case.scales[project]
        sides = (min(1.0, now + NEARLY), 1.0) if up else (0.0, max(0.0, now - NEARLY))
        taken = self._taken([relief])
        taken["shares"] = {**taken["shares"], project: sides}
        held = self.ground.ask(**taken, choices="divisible", start=self._loose([relief]))
        if held.found and held.value >= self.ground.base.value - self.case.least:
            return held.value < self._least(relief) - self.case.least
        return held.found or held.status == "infeasible"

    def _taken(self, reliefs: Iterable[Relief]) -> dict[str, Any]:
        """What a question without the rules changes."""
        taken = list(reliefs)
        shares: Mapping[str, tuple[float, float]] = {p: (0.0, 1.0) for relief in taken for p in relief.free}
        sides = {row: (-np.inf, 0.0) for relief in taken for row in relief.loose}
        return {"shares": shares, "sides": sides, "without": [row for relief in taken for row in relief.rows]}

    def _without(self, reliefs: Sequence[Relief]) -> Answer:
        key = frozenset(relief.taken for relief in reliefs)
        if key not in self._best:
            self._best[key] = self.ground.ask(**self._taken(reliefs), start=self._loose(reliefs))
        return self._best[key]

    def _loose(self, reliefs: Sequence[Relief]) -> Answer:
        """The program without rules and with divisible choices: where its other questions start."""
        key = frozenset(relief.taken for relief in reliefs)
        if key not in self._divisible:
            self._divisible[key] = self.ground.ask(**self._taken(reliefs), choices="divisible")
        return self._divisible[key]

    def _cause(self, project: str, reliefs: Sequence[Relief], *, up: bool) -> Cause | None:
        """The cause that these rules are, or None: judged on every optimum, not on the one that the solver shows."""
        ground, now = self.ground, self.case.scales[project]
        answer = self._without(reliefs)
        if not answer.found:
            self.open |= answer.status != "infeasible"
            return None
        share = ground.share(answer, project)
        if (share <= now + SMALL) if up else (share >= now - SMALL):
            return None
        taken = self._taken(reliefs)

        def worse(lower: float, upper: float) -> bool:
            shares = {**taken["shares"], project: (lower, upper)}
            level, start = answer.value - self.case.least, self._loose(reliefs)
            reached = ground.reaches(level, start=start, **{**taken, "shares": shares})
            self.open |= reached is None
            return reached is False

        # most of the way in every optimum includes further than now, where now is not that far itself
        far = (share >= 1 - SMALL and now <= 1 - NEARLY) if up else (share <= SMALL and now >= NEARLY)
        settles = far and (worse(0.0, 1 - NEARLY) if up else worse(NEARLY, 1.0))
        if not settles and (abs(share - now) < NEARLY or not (worse(0.0, now) if up else worse(now, 1.0))):
            return None  # nothing to speak of, or not in every optimum
        return Cause(tuple(sorted(relief.rule for relief in reliefs)), float(min(1.0, max(0.0, share))), settles)
