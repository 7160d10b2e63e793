"""Maximum regret of plans over scenarios: the choice of projects fixed, their financing made anew.

A *plan* here is a set of projects: those funded, wholly or partly. It is fixed before it is known which scenario comes
true. In a scenario, every project outside the set is held at x = 0, and those inside it may have any share: where money
is missing shares fall, where there is more they rise. Its regret is what the scenario's best plan is worth beyond that.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from rus_funding.comparisons.restored import listing, model_at
from rus_funding.engine.plan import FUNDED
from rus_funding.errors import SolverError
from rus_funding.model.model import Objective
from rus_funding.proof.standing import INFEASIBLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rus_funding.comparisons.comparison import Line, Rows
    from rus_funding.comparisons.read_runs import Chosen
    from rus_funding.engine.engine import Engine
    from rus_funding.model.model import FundingModel
    from rus_funding.runs.batch.task import Listing


@dataclasses.dataclass(frozen=True)
class PlanRegret:
    """A plan over the scenarios looked at. `plan` is the first scenario it was best in, `best_in` how many it was.

    `largest` and `mean` are in points, over the `possible` scenarios, of which there may be none; `worst` is the
    scenario of the largest. `impossible` are those where no plan keeps the rules with these projects alone. In `open`
    scenarios its financing was not proven best: the regret is at most what is told.
    """

    plan: str
    projects: tuple[str, ...]
    best_in: int
    possible: int
    largest: float | None
    largest_share: float | None
    mean: float | None
    worst: str
    impossible: tuple[str, ...]
    open: int


@dataclasses.dataclass(frozen=True)
class PlansRegret:
    """Plans, those possible in the most scenarios first; `scenarios`, of the `planned` with a plan, were looked at.

    Of plans that are possible in equally many, the one whose largest regret is smallest comes first; of equals the
    reference's. `distinct` counts the sets of projects that are best in some scenario.
    """

    scenarios: tuple[str, ...]
    planned: int
    distinct: int
    plans: tuple[PlanRegret, ...]

    @property
    def front(self) -> tuple[PlanRegret, ...]:
        """The plans that no other plan is better than in one of two and as good as in the other: the scenarios it is
        possible in, and its largest regret. One alone is the best guarded.
        """
        found: list[PlanRegret] = []
        for plan in self.plans:  # in falling order of the scenarios it is possible in
            if plan.largest is not None and all(plan.largest < (other.largest or 0.0) for other in found):
                found.append(plan)
        return tuple(found)

    def rows(self) -> Rows:
        """The plans as columns and rows; lists of ids are joined by a space."""
        header = ["plan", "best_in", "possible", "largest", "share", "mean", "worst", "impossible", "open", "projects"]
        rows = [
            (p.plan, p.best_in, p.possible, p.largest, p.largest_share, p.mean, p.worst,
             " ".join(p.impossible), p.open, " ".join(p.projects))
            for p in self.plans
        ]  # fmt: skip
        return header, rows

    def as_dict(self) -> dict[str, Any]:
        """The object `regret_over_scenarios` of ``compare --json``."""
        return {**dataclasses.asdict(self), "front": [plan.plan for plan in self.front]}


def regret_over_scenarios(
    chosen: Chosen,
    *,
    plans: int = 10,
    scenarios: int = 50,
    solver: str = "highs",
    progress: Callable[[int, int], None] | None = None,
) -> PlansRegret:
    """Regret of the reference's plan and of other plans that are best in some scenario, at most `plans` in all.

    The others are the most frequent ones, then those most like all the rest. Looked at are scenarios whose plan is
    proven best, at even distances where they are more than `scenarios`. Value alone counts. Raises `SolverError` where
    nothing is known of a financing, `UsageError` where the run's files do not make its scenarios any more.
    """
    from rus_funding.engine.engine import Engine

    funded = _funded(chosen)
    candidates = _candidates(funded, plans)
    looked_at = spaced([i for i, line in enumerate(chosen.lines) if line.standing.proven], scenarios)
    engine = Engine(solver)
    best: dict[int, float] = {}
    fixed: dict[tuple[int, int], _Worth | None] = {}
    for number, (i, model) in enumerate(_models(chosen, looked_at)):
        line = chosen.lines[i]
        best[i] = _best(engine, model, line)
        for c in candidates:
            within = funded[i] <= funded[c]  # the best plan needs no other projects: nothing is lost
            fixed[c, i] = _Worth(best[i], proven=True) if within else _fixed(engine, model, funded[c], line)
        if progress is not None:
            progress(number + 1, len(looked_at))
    counts = Counter(funded.values())
    found = [
        _regret(chosen, c, sorted(funded[c]), counts[funded[c]], {i: fixed[c, i] for i in looked_at}, best)
        for c in candidates
    ]
    ordered = sorted(found, key=lambda plan: (len(plan.impossible), plan.largest or 0.0))
    return PlansRegret(tuple(chosen.lines[i].label for i in looked_at), len(funded), len(counts), tuple(ordered))


def spaced(items: Sequence[int], most: int) -> list[int]:
    """At most `most` of the items, at even distances, the first and the last among them.

    >>> spaced(range(10), 4), spaced([3, 5], 4)
    ([0, 3, 6, 9], [3, 5])
    """
    if len(items) <= most:
        return list(items)
    return [items[round(k * (len(items) - 1) / max(1, most - 1))] for k in range(most)]


def _funded(chosen: Chosen) -> dict[int, frozenset[str]]:
    """The projects funded, wholly or partly, in each line that has a plan."""
    sets: dict[int, list[str]] = {i: [] for i, line in enumerate(chosen.lines) if line.planned}
    names: dict[str, str] = {}  # one copy of each id, however many scenarios
    for line, (project, status) in chosen.rows("projects", "project", "status"):
        if status in FUNDED:
            sets[line].append(names.setdefault(project, project))
    shared: dict[frozenset[str], frozenset[str]] = {}
    return {i: shared.setdefault(frozenset(found), frozenset(found)) for i, found in sets.items()}


def _candidates(funded: Mapping[int, frozenset[str]], most: int) -> list[int]:
    """The line in which each plan occurs first: the reference's, the most frequent, the most typical."""
    first: dict[frozenset[str], int] = {}
    for i in sorted(funded):
        first.setdefault(funded[i], i)
    counts = Counter(funded.values())
    at_all = Counter(project for projects, count in counts.items() for project in projects for _ in range(count))
    size = len(funded)

    def apart(projects: frozenset[str]) -> int:
        """Σ over all plans of the projects that are in one of the two only."""
        return sum(size - 2 * at_all[project] for project in projects)

    order = sorted(
        first, key=lambda projects: (first[projects] != 0, -counts[projects], apart(projects), first[projects])
    )
    return [first[projects] for projects in order[:most]]


def _models(chosen: Chosen, looked_at: Sequence[int]) -> Iterator[tuple[int, FundingModel]]:
    """The model of each line, run by run so that a sample's draws are made once."""
    wanted = set(looked_at)
    for run, places in zip(chosen.runs, chosen.places, strict=True):
        mine = sorted((position, line) for position, line in places.items() if line in wanted)
        if mine:
            scenarios: Listing = listing(run)
            for position, line in mine:
                yield line, model_at(scenarios, position, chosen.lines[line].scenario, run)


def _best(engine: Engine, model: FundingModel, line: Line) -> float:
    """Value of the scenario's best plan: the run's own, unless another objective came first there."""
    first = model.objectives[0]
    value = line.figures["value"]
    if value is not None and first.name == "value" and not first.tolerance:
        return float(value)
    found = _solved(engine, model, line)
    return 0.0 if found is None else found.bound


class _Worth(NamedTuple):
    """Points that a financing is worth, whether that is proven best, and what none is worth more than."""

    value: float
    proven: bool
    bound: float = 0.0


def _fixed(engine: Engine, model: FundingModel, projects: frozenset[str], line: Line) -> _Worth | None:
    """Value of the best financing of these projects alone; None where the rules need others."""
    from rus_funding.model.validation import validate

    rows = model["projects"]
    outside = {p for p in rows["project"].tolist() if p not in projects}
    held = {*model.required, *rows["project"][rows["status"] == "committed"].tolist()}
    if outside & held:
        return None
    alone = model.replace(excluded=tuple(sorted({*model.excluded, *outside})))
    if any(problem.severity == "error" for problem in validate(alone)):
        return None
    return _solved(engine, alone, line)


def _solved(engine: Engine, model: FundingModel, line: Line) -> _Worth | None:
    """The best plan that is found, by value; None where none can be."""
    outcome = engine.solve(model.replace(objectives=(Objective("value"),)), scenario=line.scenario)
    if outcome.standing.name == INFEASIBLE:
        return None
    if outcome.value is None or outcome.bound is None:
        said = f"{outcome.standing.name}: {outcome.message}" if outcome.message else outcome.standing.name
        raise SolverError(
            f"nothing is known of the financing of a plan in '{line.label}' ({said}). "
            "Try another solver, or leave --regret out."
        )
    return _Worth(outcome.value, outcome.standing.proven, outcome.bound)


def _regret(
    chosen: Chosen,
    plan: int,
    projects: Sequence[str],
    best_in: int,
    fixed: Mapping[int, _Worth | None],
    best: Mapping[int, float],
) -> PlanRegret:
    """One plan over the scenarios; rounding to kronor may make a fixed plan worth a trifle more: that is no regret."""
    losses = {i: max(0.0, best[i] - worth.value) for i, worth in fixed.items() if worth is not None}
    impossible = tuple(chosen.lines[i].label for i, worth in fixed.items() if worth is None)
    unproven = sum(worth is not None and not worth.proven for worth in fixed.values())
    label = chosen.lines[plan].label
    if not losses:
        return PlanRegret(label, tuple(projects), best_in, 0, None, None, None, "", impossible, 0)
    worst = max(losses, key=lambda i: (losses[i], -i))
    return PlanRegret(
        label,
        tuple(projects),
        best_in,
        len(losses),
        losses[worst],
        losses[worst] / best[worst] if best[worst] else 0.0,
        sum(losses.values()) / len(losses),
        chosen.lines[worst].label,
        impossible,
        unproven,
    )
