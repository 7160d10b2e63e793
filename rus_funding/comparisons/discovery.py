"""What breaks the plan in a sample: limits on the inputs within which projects of it fall out, each tried by a solve.

The patient rule induction method (Friedman and Fisher 1999) peels the ranges of the inputs, a slice at a time, towards
the scenarios in which the plan breaks, as scenario discovery uses it (Bryant and Lempert 2010): of the boxes on the way
the one with the greatest harmonic mean of coverage and density is taken, and limits that chance could have found are
dropped. The box says what went together; whether its corners break the plan is solved.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rus_funding.comparisons.drivers import drawn
from rus_funding.comparisons.read_runs import STATUSES, project_columns
from rus_funding.comparisons.restored import listing
from rus_funding.engine.engine import Engine
from rus_funding.errors import InvalidInput
from rus_funding.proof.standing import INFEASIBLE, PROVEN
from rus_funding.scenarios.sample import SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rus_funding.comparisons.comparison import Input
    from rus_funding.comparisons.read_runs import Chosen
    from rus_funding.engine.plan import Outcome
    from rus_funding.runs import Run
    from rus_funding.scenarios.family import Family

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
PEEL = 0.05  # of the scenarios in the box: what one slice takes away at most
FEWEST = 20  # scenarios that are not alike: of fewer no rule is sought
WITHIN = 0.05  # of all scenarios: a box never holds fewer
MOST = 3  # limits: a rule with more is none that a meeting remembers
CHANCE = 0.05  # a limit that raises the density no more than chance would with this probability is dropped


@dataclasses.dataclass(frozen=True)
class Limit:
    """An input's range within the box, both ends in it; None where it is not limited on that side.

    `near` and `far` are the ends of what was drawn in the box, as seen from what the input is without the sample.
    """

    input: Input
    least: float | None
    most: float | None
    near: float
    far: float


@dataclasses.dataclass(frozen=True)
class Trial:
    """The model with some inputs at their limits' `near` or `far` end and all else as it is, solved.

    `lost` are the projects of the reference's plan that are not in this one; None where there is no plan (`status`).
    `proven` says that this is known: the plan is the best, or it is proven that there is none.
    """

    at: Mapping[Input, float]
    status: str
    lost: tuple[str, ...] | None
    proven: bool


@dataclasses.dataclass(frozen=True)
class Discovery:
    """One sample: scenarios that are not alike, in how many the plan breaks, the box and what its edges do.

    The plan breaks where a project of the reference's plan falls out, or where there is no plan. `inside` scenarios
    are in the box, `inside_broken` of them break; no limits: no box stands out. `trials` are the box's near corner,
    its far one, and the far one with each limit lifted; empty where the inputs cannot be set one by one (weights that
    share a sum).
    """

    run: str
    file: str
    scenarios: int
    broken: int
    limits: tuple[Limit, ...]
    inside: int
    inside_broken: int
    trials: tuple[Trial, ...]

    @property
    def density(self) -> float:
        """The share of the box's scenarios in which the plan breaks."""
        return self.inside_broken / self.inside

    @property
    def coverage(self) -> float:
        """The share of all scenarios in which the plan breaks that are in the box."""
        return self.inside_broken / self.broken

    def as_dict(self) -> dict[str, Any]:
        """As `compare --json` prints it under `breaks`."""
        trials = [
            {"at": [[*name, end] for name, end in trial.at.items()], "status": trial.status, "lost": trial.lost,
             "proven": trial.proven}
            for trial in self.trials
        ]  # fmt: skip
        whole = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {**whole, "limits": [dataclasses.asdict(limit) for limit in self.limits], "trials": trials}


def discoveries(chosen: Chosen, solver: str = "highs") -> tuple[Discovery, ...]:
    """What breaks the reference's plan in each sample of the chosen scenarios."""
    planned = np.array([line.planned for line in chosen.lines])
    broken, kept = ~planned, set[str]()
    for project, column in project_columns(chosen):
        if column.status[0] != STATUSES["not"]:
            kept.add(project)
            broken |= column.status == STATUSES["not"]
    found = []
    for run, places in zip(chosen.runs, chosen.places, strict=True):
        scenarios = listing(run)
        for file in sorted(run.info["seeds"]):
            mine = {at: line for at, line in places.items() if chosen.lines[line].file == file}
            if mine:
                family = scenarios[min(mine)].family
                found.append(_discovery(run, file, mine, broken, kept, family, solver))
    return tuple(found)


def _discovery(
    run: Run, file: str, places: Mapping[int, int], broken: Flags, kept: set[str], family: Family, solver: str
) -> Discovery:
    lines = sorted(places.values())
    labels, inputs = _with_means(*drawn(run, places, lines))
    each = np.unique(np.vstack([inputs, broken[lines]]).T, axis=0)  # scenarios that are alike count once
    values, breaks = each[:, :-1].T, each[:, -1] > 0
    box = found_box(values, breaks) if breaks.size >= FEWEST and 0 < breaks.sum() < breaks.size else {}
    inside = within(values, box)
    limits = tuple(_limit(labels[at], ends, values[at][inside]) for at, ends in box.items())
    return Discovery(
        str(run.path), file, int(breaks.size), int(breaks.sum()), limits, int(inside.sum()),
        int(breaks[inside].sum()), tuple(_trials(family, min(places), limits, kept, solver)),
    )  # fmt: skip


def _limit(label: Input, ends: tuple[float | None, float | None], held: Floats) -> Limit:
    """A limit of the box; which of its ends is near is seen from the side that is limited, or from what is neutral."""
    drawn_ends = [float(held.min()), float(held.max())]
    if None not in ends:
        rest = next((draw for sign, draw in SIGNS.values() if sign and label[2].endswith(sign)), None)
        drawn_ends.sort(key=lambda end: 0.0 if rest is None else abs(end - (rest or 0.0)))
    elif ends[0] is None:
        drawn_ends.reverse()
    return Limit(label, *ends, *drawn_ends)


def _with_means(labels: Sequence[Input], inputs: Floats) -> tuple[list[Input], Floats]:
    """The inputs, and of each column with several draws their mean, as the input of all rows."""
    named, rows = list(labels), [*inputs]
    for table, column in sorted({(table, column) for table, _, column in labels}):
        of = [at for at, label in enumerate(labels) if (label[0], label[2]) == (table, column)]
        if len(of) > 1:
            named.append((table, "", column))
            rows.append(inputs[of].mean(axis=0))
    return named, np.array(rows).reshape(len(named), inputs.shape[1])


Box = dict[int, tuple[float | None, float | None]]  # row of the inputs: least and most, both in it


def within(values: Floats, box: Box) -> Flags:
    """Which scenarios (columns) are in a box."""
    inside = np.ones(values.shape[1], bool)
    for at, (least, most) in box.items():
        inside &= (values[at] >= (-np.inf if least is None else least)) & (
            values[at] <= (np.inf if most is None else most)
        )
    return inside


def found_box(values: Floats, breaks: Flags) -> Box:
    """The box of the peeling with the greatest 2 · coverage · density / (coverage + density), without limits of chance.

    `values` are inputs × scenarios. Equal slices are decided by what they leave, then by the order of the inputs.
    """
    box: Box = {}
    best, score = box, 0.0
    while slices := list(_slices(values, breaks, box)):
        box = max(slices, key=lambda one: (one[0], one[1], -one[2]))[3]
        inside = within(values, box)
        hit = int(breaks[inside].sum())
        mean = 2 * hit / (int(inside.sum()) + int(breaks.sum()))  # the harmonic mean of hit / inside and hit / broken
        if mean > score + 1e-12:
            best, score = box, mean
        if breaks[inside].all():
            break
    return _without_chance(values, breaks, best)


def _slices(values: Floats, breaks: Flags, box: Box) -> Iterator[tuple[float, int, int, Box]]:
    """What one more slice may leave: density, scenarios, number of the slice, box."""
    inside = within(values, box)
    for at, row in enumerate(values):
        own = row[inside]
        least, most = box.get(at, (None, None))
        for side, edge in enumerate(
            (np.quantile(own, PEEL, method="lower"), np.quantile(own, 1 - PEEL, method="higher"))
        ):
            left = own[own > edge] if side == 0 else own[own < edge]
            if left.size >= max(1.0, WITHIN * breaks.size) and left.size < own.size:
                peeled = {**box, at: (float(left.min()), most) if side == 0 else (least, float(left.max()))}
                yield float(breaks[within(values, peeled)].mean()), left.size, 2 * at + side, peeled


def _without_chance(values: Floats, breaks: Flags, box: Box) -> Box:
    """The box less the limits without which it is as dense but for chance, the weakest first, and all beyond `MOST`."""
    from scipy.stats import binom  # half a second: only where it is asked for

    while box:
        inside = within(values, box)
        weak = {}
        for at in box:
            without = within(values, {other: ends for other, ends in box.items() if other != at})
            density = float(breaks[without].mean())
            weak[at] = float(binom.sf(breaks[inside].sum() - 1, inside.sum(), density))
        weakest = max(weak, key=lambda at: (weak[at], at))
        if weak[weakest] <= CHANCE and len(box) <= MOST:
            break
        box = {at: ends for at, ends in box.items() if at != weakest}
    return box


def _trials(family: Family, at: int, limits: Sequence[Limit], kept: set[str], solver: str) -> Iterator[Trial]:
    """The near corner, the far one, and that with each limit lifted, solved."""
    sample = family.scenario.sample
    tied = (
        {(one.table, one.column) for one in sample.parameters if one.distribution == "dirichlet"} if sample else set()
    )
    if not limits or any((limit.input[0], limit.input[2].partition(" ")[0]) in tied for limit in limits):
        return
    far = {limit.input: limit.far for limit in limits}
    corners = [{limit.input: limit.near for limit in limits}, far]
    if len(limits) > 1:
        corners += [{name: end for name, end in far.items() if name != limit.input} for limit in limits]
    engine = Engine(solver)
    for corner in corners:
        try:
            outcome = engine.solve(family.held(at, corner))
        except InvalidInput:
            yield Trial(corner, "invalid", None, proven=False)
            continue
        proven = outcome.standing.name in {PROVEN, INFEASIBLE}
        yield Trial(corner, outcome.status, _lost(outcome, kept), proven)


def _lost(outcome: Outcome, kept: set[str]) -> tuple[str, ...] | None:
    if not outcome.planned:
        return None
    return tuple(sorted(one.project for one in outcome.projects if one.project in kept and one.status == "not"))
