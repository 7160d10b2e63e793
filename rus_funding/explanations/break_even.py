"""Where a decision turns: the points and the cost of a project at which it is another, the weights up to which the plan
stands.

With t points more for the project every plan is worth t · x_p more: the best value is the upper envelope of lines in
t, and so is the best value in an area's weight. Each solve gives one line; where it meets the line of the decision the
next is asked for, until none is higher: exact, in few solves. In the cost, and in points towards a target, nothing is
linear: there two figures are given, a hundredth apart or less, one on either side, each by a model with that figure.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.engine.plan import FUNDED
from rus_funding.explanations.case import moved
from rus_funding.explanations.what_if import Ground
from rus_funding.model.points import follow_cost
from rus_funding.program.objectives import value

if TYPE_CHECKING:
    from collections.abc import Callable

    from rus_funding.explanations.case import Case
    from rus_funding.explanations.what_if import Answer
    from rus_funding.model.amounts import Floats

POINTS, COSTS = ("contributions", "benefit"), ("costs", "amount")
ROUNDS = 60  # lines that are looked at
FAR = 10.0  # how many times the largest weight a weight is tried at
SAME = 1e-5  # share of a project by which the optimum may lie beside the plan
CLOSE = 1.01  # how near two figures are, of which one turns the decision
DEAREST, CHEAPEST = 8.0, 1 / 16  # shares of a figure between which it is looked for


@dataclasses.dataclass(frozen=True)
class Turn:
    """Where a decision turns: `at` this figure it is another in a best plan, at `beside` it is in none. Without
    `beside` the figure is exact: so it is from there on.
    """

    at: float
    beside: float | None = None


@dataclasses.dataclass(frozen=True)
class BreakEven:
    """Where a project's decision turns. `points` are those it has, at full funding.

    `full`: points with which a best plan has it in full; None where one has it already, or none can. `out`: points with
    which a best plan leaves it out; None where it is out, or is never left out: `kept` says that not even 0 points do.
    `cost`: kronor at which it is in full and, beside, is not. None also where nothing turns between a sixteenth of the
    figure and eight times it, or where points follow the cost.
    """

    points: float
    full: Turn | None = None
    out: Turn | None = None
    kept: bool = False
    cost: Turn | None = None


@dataclasses.dataclass(frozen=True)
class WeightRange:
    """The weights of an area, others as they are, between which the plan is a best one; `ends`: above `most` it is not,
    else it was not looked further.
    """

    area: str
    weight: float
    least: float
    most: float
    ends: bool


def break_even(case: Case, project: str) -> BreakEven | None:
    """See the module. None where points are not what decides first, and for a project that is held in."""
    if case.model.objectives[0].name != "value" or project in case.held:
        return None
    ground, result, points = case.ground, case.projects[project], case.points[project]
    columns, fixed = ground.formulation.columns, follow_cost(case.model)
    shares = ground.amounts.area_share[ground.formulation.at.index.projects.position[project]]
    bent = bool((shares[columns.aimed] > 0).any())
    full, out, kept = None, None, False
    if bent and not fixed:
        if result.status != "funded":
            full = _either_side(lambda times: _turned(case, project, 1.0, POINTS, times), up=True)
        if result.status in FUNDED:
            out = _either_side(lambda times: _turned(case, project, 0.0, POINTS, times), up=False)
    elif not bent:
        unit = np.zeros(ground.cost.size)
        unit[ground.share_column(project)] = 1.0
        if result.status != "funded":
            more = _turn(case, unit, ground.ask(shares={project: (1.0, 1.0)}), 1.0)
            full = Turn(points + more) if more else None  # 0: a plan as good as this one has it in full
        if result.status in FUNDED:
            less = _turn(case, unit, ground.ask(shares={project: (0.0, 0.0)}), 0.0)
            kept = less is None or points + less < -case.least
            out = None if not less or kept else Turn(max(0.0, points + less))
    cost = None
    if result.cost and not fixed:
        now = result.status == "funded"
        cost = _either_side(lambda times: _turned(case, project, 1.0, COSTS, times), up=now, turned=not now)
    return BreakEven(points, full, out, kept, cost)


def _at(ground: Ground, slope: Floats, t: float) -> Answer:
    """The best plan when a plan is worth t · slope · x more."""
    return ground.ask(cost=ground.cost - ground.scale * t * slope)


def _turn(case: Case, unit: Floats, held: Answer, share: float) -> float | None:
    """The points more (or fewer, below 0) from which the plans with that share, the best worth `held`, are best."""
    if not held.found:
        return None
    ground, t = case.ground, 0.0
    for _ in range(ROUNDS):
        answer = ground.base if t == 0 else _at(ground, unit, t)
        s = float(unit @ answer.x)
        if answer.value + t * s <= held.value + t * share + case.least or abs(s - share) < 1e-9:
            return t
        t = (answer.value - held.value) / (share - s)
    return None


def weight_ranges(case: Case) -> tuple[WeightRange, ...]:
    """How far each area's weight may move before another plan is better; empty where points are not what decides
    first, or other plans are as good as this one.
    """
    ground = case.ground
    shares = np.asarray([case.scales[p] for p in ground.formulation.at.index.projects.ids])
    apart = np.abs(ground.base.x[ground.formulation.columns.x] - shares).max(initial=0.0)
    if case.model.objectives[0].name != "value" or apart > SAME:
        return ()
    rows = case.model["areas"]
    largest = float(rows["weight"].max(initial=0.0)) or 1.0
    points = -ground.cost / ground.scale
    found = []
    decides = set(ground.formulation.at.index.areas.ids)
    for i, (area, weight) in enumerate(zip(rows["area"].tolist(), rows["weight"].tolist(), strict=True)):
        if area not in decides:  # of another strategy
            continue
        weights = rows["weight"].copy()
        weights[i] += 1.0
        other = Ground(moved(case.model, areas=rows.replace(weight=weights)))
        slope = value(other.formulation, other.amounts) - points
        up, ends = _stands(case, slope, FAR * largest)
        down, _ = _stands(case, -slope, weight)
        found.append(WeightRange(area, weight, max(0.0, weight - down), weight + up, ends))
    return tuple(found)


def _stands(case: Case, slope: Floats, far: float) -> tuple[float, bool]:
    """How far t may go while no plan is better than the base, at most `far`; and whether it ends there."""
    ground, t = case.ground, far
    own = float(slope @ ground.base.x)
    for _ in range(ROUNDS):
        if t <= 0:
            return 0.0, True
        answer = _at(ground, slope, t)
        gain = float(slope @ answer.x) - own
        over = answer.value + t * gain - ground.base.value
        if over <= case.least or gain <= 0:
            return t, t < far
        t = max(0.0, (ground.base.value - answer.value) / gain)
    return 0.0, True


def _either_side(asked: Callable[[float], tuple[bool, float]], *, up: bool, turned: bool = True) -> Turn | None:
    """Two figures on either side of where `asked` (whether, and the figure) turns, looked for upwards or downwards;
    `turned`: what it comes to there. `at` is the one at which it holds.
    """
    near, far = 1.0, 2.0 if up else 0.5
    if asked(near)[0] == turned:
        return None
    while asked(far)[0] != turned:
        near, far = far, far * 2 if up else far / 2
        if not CHEAPEST <= far <= DEAREST:
            return None
    while max(near, far) > CLOSE * min(near, far):
        middle = (near * far) ** 0.5
        near, far = (near, middle) if asked(middle)[0] == turned else (middle, far)
    at, beside = (far, near) if turned else (near, far)
    return Turn(asked(at)[1], asked(beside)[1])


def _turned(case: Case, project: str, share: float, what: tuple[str, str], times: float) -> tuple[bool, float]:
    """Whether a best plan gives the project the share when it has so many times its points, or costs so many times as
    much (`what`: a table and its column); and those points, or that cost in kronor.
    """
    table, column = what
    rows = case.model[table]
    many = rows[column] * times
    many = np.round(many) if what == COSTS else many
    changed = np.where(rows["project"] == project, many, rows[column]).astype(rows[column].dtype)
    ground = Ground(moved(case.model, **{table: rows.replace(**{column: changed})}))
    amounts = ground.amounts.total if what == COSTS else ground.amounts.points
    figure = float(amounts[ground.formulation.at.index.projects.position[project]])
    if not ground.base.found:
        return False, figure
    held = ground.ask(shares={project: (share, share)})
    return held.found and held.value >= ground.base.value - case.least, figure
