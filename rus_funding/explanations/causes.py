"""Which rules a decision rests on: found by prices, established by solving without them.

A `Relief` takes one rule (or one kind of money) away. It is a cause of a project's share where *every* optimum of the
relieved program has another share than the plan: the best value with the share held on the plan's side is lower. It
settles the matter where the share then goes all the way.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.settling.grants import Grants
from rus_funding.explanations.case import SMALL
from rus_funding.explanations.project_prices import Priced, Prices

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rus_funding.explanations.case import Case
    from rus_funding.explanations.what_if import Answer
    from rus_funding.program.linear import Label

MONEY = ("budget", "authorisation")
NEARLY = 0.01  # a share this close to none or all is so in every optimum before it is said to be


@dataclasses.dataclass(frozen=True)
class Relief:
    """A rule and what takes it away: rows that do not hold, shares set free, rows made "at most". `weight` orders."""

    rule: Label
    rows: tuple[Label, ...] = ()
    free: tuple[str, ...] = ()
    loose: tuple[Label, ...] = ()
    weight: float = 0.0


@dataclasses.dataclass(frozen=True)
class Cause:
    """Rules without which the project's share is another. `rules` are labels cut to what a reader sees (no years);
    `share` is that of an optimum without them; `settles`: in every such optimum it goes all the way.
    """

    rules: tuple[Label, ...]
    share: float
    settles: bool


def prices(case: Case) -> Prices:
    """The decomposition of the case, made once."""
    if "prices" not in case.memo:
        case.memo["prices"] = Prices(case.ground, case.ground.chosen)
    found: Prices = case.memo["prices"]
    return found


def causes(case: Case, project: str, up: bool, *, most: int = 8, first: bool = False) -> tuple[Cause, ...]:
    """Why the project has no more (`up`) or no less than its share: causes that settle first, the weightiest first.

    Of the `most` weightiest reliefs tries those one by one that seem to matter (with `first` until one settles); where
    none settles it alone, all of them together, cut down to a set of which none can be spared.
    """
    ground = case.ground
    if not ground.base.found:
        return ()
    found: list[Cause] = []
    ready = reliefs(case, project, up=up)
    rules = [relief for relief in ready if relief.rule[0] not in MONEY]
    money = [relief for relief in ready if relief.rule[0] in MONEY]
    for group in (rules[:most], money[:most]):
        for relief in _likely(case, project, group, up=up):
            cause = _tried(case, project, [relief], up=up)
            if cause is not None:
                found.append(cause)
                if first and cause.settles:
                    return (cause,)
        if not any(cause.settles for cause in found) and len(group) > 1:
            cause = _together(case, project, group, up=up)
            if cause is not None and cause.settles:
                found.append(cause)
        if any(cause.settles for cause in found):
            break
    return tuple(sorted(found, key=lambda c: (not c.settles, len(c.rules))))


def reliefs(case: Case, project: str, *, up: bool) -> list[Relief]:
    """What may stand in the way of more (`up`) or hold the project in, the weightiest first: choices, then prices."""
    found: dict[Label, Relief] = {}
    for relief in _choices(case, project, up=up):
        found[relief.rule] = relief
    priced = prices(case).of(project)
    for rule, rows, weight in _priced(case, project, priced):
        # a price that is a gain speaks for the project, a cost against it
        if rule not in found and (weight > 0) == up:
            found[rule] = Relief(rule, rows, weight=abs(weight))
    return sorted(found.values(), key=lambda relief: (-relief.weight, relief.rule))


@dataclasses.dataclass(frozen=True)
class _Relieved:
    """The program without some reliefs' rules."""

    case: Case
    taken: tuple[Relief, ...]

    def ask(self, shares: Mapping[str, tuple[float, float]], **options: Any) -> Answer:
        """The optimum with shares held within sides as well."""
        free = {p: (0.0, 1.0) for relief in self.taken for p in relief.free}
        sides = {row: (-np.inf, 0.0) for relief in self.taken for row in relief.loose}
        rows = [row for relief in self.taken for row in relief.rows]
        return self.case.ground.ask(shares={**free, **shares}, sides=sides, without=rows, **options)


def _likely(case: Case, project: str, group: list[Relief], *, up: bool) -> list[Relief]:
    """Those that move the share while other projects' choices stand, or cannot show it so; the strongest first."""
    if not case.ground.has_binaries:
        return group
    now, found = case.scales[project], []
    for relief in group:
        shares = {project: (0.0, 1.0)} if project not in case.held else {}  # its own choice is free
        answer = _Relieved(case, (relief,)).ask(shares, choices="loose")
        share = case.ground.share(answer, project) if answer.found else now
        far = share >= 1 - SMALL if up else share <= SMALL
        if (share - now if up else now - share) >= NEARLY or relief.weight == np.inf:
            found.append((not far, relief))
    return [relief for _, relief in sorted(found, key=lambda one: one[0])]


def _tried(case: Case, project: str, reliefs: Iterable[Relief], *, up: bool) -> Cause | None:
    """The cause that these reliefs are, or None: judged on every optimum, not on the one that the solver shows."""
    ground, now = case.ground, case.scales[project]
    taken = list(reliefs)
    without = _Relieved(case, tuple(taken))
    answer = without.ask({})
    if not answer.found:
        return None
    share = ground.share(answer, project)
    if (share <= now + SMALL) if up else (share >= now - SMALL):
        return None

    def worse(lower: float, upper: float) -> bool:
        held = without.ask({project: (lower, upper)}, start=answer)
        return not held.found or held.value < answer.value - case.least

    # most of the way in every optimum includes further than now, where now is not that far itself
    far = (share >= 1 - SMALL and now <= 1 - NEARLY) if up else (share <= SMALL and now >= NEARLY)
    settles = far and (worse(0.0, 1 - NEARLY) if up else worse(NEARLY, 1.0))
    if not settles and (abs(share - now) < NEARLY or not (worse(0.0, now) if up else worse(now, 1.0))):
        return None  # nothing to speak of, or not in every optimum
    return Cause(tuple(sorted(relief.rule for relief in taken)), float(min(1.0, max(0.0, share))), settles)


def _together(case: Case, project: str, group: list[Relief], *, up: bool) -> Cause | None:
    """All reliefs at once, then as few of them as still settle."""
    cause = _tried(case, project, group, up=up)
    if cause is None or not cause.settles:
        return cause
    kept = list(group)
    for relief in reversed(group):
        fewer = [other for other in kept if other is not relief]
        tried = _tried(case, project, fewer, up=up) if fewer else None
        if tried is not None and tried.settles:
            kept, cause = fewer, tried
    return cause


def _choices(case: Case, project: str, *, up: bool) -> list[Relief]:
    """Rules without a price: decisions, and what is all or nothing."""
    labels, infinite = case.ground.labels, float("inf")
    out = []
    others = tuple(p for p in case.held if p != project)
    if not up and project in case.held:
        rows = tuple(label for label in labels if label[0] == "commitment" and label[1] == project)
        out.append(Relief((case.held[project], project), rows, (project,), weight=infinite))
    for label in labels:
        match label[0]:
            case "indivisible" if label[1] == project:  # x = z becomes x ≤ z: a choice between two still holds
                out.append(Relief(label, loose=(label,), weight=infinite))
            case "viability_min" if label[1] == project:
                out.append(Relief(label, (label,), weight=infinite))
            case "excludes" if up and any(case.scales[p] > 0 for p in label[1:] if p != project and project in label):
                out.append(Relief(label, (label,), weight=infinite))
            case "requires" if label[1 if up else 2] == project and (up or case.scales[label[1]] > 0):
                out.append(Relief(label, (label,), weight=infinite))
            case "participation" if not up and _only_just(case, label, project):
                out.append(Relief(label, (label,), weight=infinite))
    for fund in _least_grants(case, project, up=up):
        rows = tuple(label for label in labels if label[0] == "least_grant_min" and label[2] == fund)
        out.append(Relief(("least_grant_min", fund), rows, weight=infinite))
    if up and others:
        out.append(Relief(("held",), tuple(row for row in labels if row[0] == "commitment"), others))
    return out


def _least_grants(case: Case, project: str, *, up: bool) -> list[str]:
    """Funds whose least grants the best plan without any breaks, where that plan has more (or less) of the project.

    It is the same plan for every project, and asked for once.
    """
    ground = case.ground
    rows = [label for label in ground.labels if label[0] == "least_grant_min"]
    if not rows:
        return []
    if "ungranted" not in case.memo:
        case.memo["ungranted"] = ground.ask(without=rows)
    answer: Answer = case.memo["ungranted"]
    if not answer.found:
        return []
    share, now = ground.share(answer, project), case.scales[project]
    if (share <= now + SMALL) if up else (share >= now - SMALL):
        return []
    f = ground.formulation
    broken = Grants(f.at, ground.amounts, np.maximum(0.0, answer.x[f.columns.y])).broken
    return sorted({f.at.index.funds.ids[fund] for fund in f.at.pairs[1][broken].tolist()})


def _only_just(case: Case, label: Label, project: str) -> bool:
    """Whether the actor's projects, this among them, come to what is asked of it and no more."""
    index = case.amounts.index
    projects, actors = index.takes_part
    mine = index.actors.position[label[1]]
    with_actor = [index.projects.ids[p] for p, a in zip(projects.tolist(), actors.tolist(), strict=True) if a == mine]
    total = sum(case.scales[p] for p in with_actor)
    return project in with_actor and total < case.amounts.min_projects[mine] + SMALL + case.scales[project]


def _priced(case: Case, project: str, priced: Priced | None) -> list[tuple[Label, tuple[Label, ...], float]]:
    """(rule as a reader sees it, its rows, points it costs the project) from the decomposition; gains are negative.

    Where the project's own rules admit no financing at all, each of them stands with the greatest weight.
    """
    labels = case.ground.labels
    sums: dict[Label, float] = {}
    if priced is None:
        for label in labels:
            if own_rule(label, project) is not None:
                sums[own_rule(label, project) or ()] = 1e12
    else:
        for label, points in priced.own.items():
            rule = own_rule(label, project)
            if rule is not None:
                sums[rule] = sums.get(rule, 0.0) + abs(points)
        for label, points in priced.parts.items():
            rule = seen(label)
            if rule is not None:
                sums[rule] = sums.get(rule, 0.0) + points
        for label in labels:  # a cap binds at the project's own scale, not at one: it may have no price here
            if label[0] == "cap" and label[1] == project and label not in sums:
                sums[label] = 1e-6
    rows: dict[Label, list[Label]] = {rule: [] for rule in sums}
    for label in labels:
        rule = own_rule(label, project) or seen(label)
        if rule in rows:
            rows[rule].append(label)
    return [(rule, tuple(rows[rule]), weight) for rule, weight in sums.items() if rows[rule]]


def own_rule(label: Label, project: str) -> Label | None:
    """A rule of the project's own without its years: ("rate", project, fund)."""
    match label[0]:
        case "rate" | "cap" if label[1] == project:
            return label[:3]
        case "commitment" if label[1] == project:
            return ("commitment", project, label[2])
        case "group_min" | "group_max" if label[2] == project:
            return label
    return None


def seen(label: Label) -> Label | None:
    """A shared rule as a reader sees it: budgets and authorisations by fund, ties as one."""
    match label[0]:
        case "budget" | "authorisation":
            return label[:2]
        case "tie":
            return ("tie",)
        case "area_floor" | "area_cap" | "diversification" | "territorial" | "participation" | "perspective" | "beyond":
            return label
        case "requires" | "excludes":
            return label
    return None
