"""A plan told in the areas of another strategy, and what that strategy's weights would choose instead."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rus_funding.engine.engine import Engine
from rus_funding.engine.figures import Figures, apportioned
from rus_funding.engine.solving import planned, seconds_of
from rus_funding.errors import UsageError
from rus_funding.model import frames
from rus_funding.model.amounts import exact
from rus_funding.model.strategies import other, weighed_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from rus_funding.engine.plan import Outcome
    from rus_funding.model.reading import AnyModel
    from rus_funding.model.strategies import Other


@dataclasses.dataclass(frozen=True)
class AreaTold:
    """An area of the other strategy: what of the plan goes over into it, and of the plan that its weights choose.

    `share` is of all kronor funded; `chosen` figures are None where nobody asked, or no plan was found.
    """

    area: str
    name: str
    goal: str
    weight: float
    target: float | None
    kronor: int
    share: float | None
    points: float
    chosen_kronor: int | None
    chosen_points: float | None


@dataclasses.dataclass(frozen=True)
class Moved:
    """A project that gets other kronor in the plan that the other strategy's weights choose."""

    project: str
    name: str
    kronor: int
    chosen_kronor: int


@dataclasses.dataclass(frozen=True)
class Retelling:
    """One plan in the areas of `strategy`. `value` is what the plan is worth by that strategy's weights, points.

    `choice` is another plan: the best under the same rules, if that strategy's weights decided; None where nobody
    asked. It is told apart from `plan` everywhere, and has a standing of its own.
    """

    strategy: str
    name: str
    plan: Outcome
    areas: tuple[AreaTold, ...]
    value: float
    choice: Outcome | None
    moved: tuple[Moved, ...]

    @property
    def chosen_value(self) -> float | None:
        """What the chosen plan is worth by the strategy's weights, points; None without one."""
        return self.choice.value if self.choice is not None and self.choice.planned else None

    def frame(self, table: str) -> pd.DataFrame:
        """One of `frames`. Raises `UsageError` for an unknown one."""
        found = self.frames()
        if table not in found:
            raise UsageError(
                "a retold plan has no table '{table}'. Tables: {found}.", table=table, found=", ".join(found)
            )
        return found[table]

    def frames(self) -> dict[str, pd.DataFrame]:
        """Data frames by name: ``areas`` of the strategy, and the projects ``moved`` by its choice."""
        return {"areas": frames.of_dataclass(AreaTold, self.areas), "moved": frames.of_dataclass(Moved, self.moved)}

    def as_dict(self) -> dict[str, Any]:
        """What ``solve --strategy S --json`` prints under ``strategy``."""
        chosen = self.choice
        return {
            "strategy": self.strategy,
            "name": self.name,
            "value": self.value,
            "areas": [dataclasses.asdict(area) for area in self.areas],
            "choice": None
            if chosen is None
            else {
                "status": chosen.status,
                "standing": chosen.standing.name,
                "value": chosen.value,
                "bound": chosen.bound,
                "funded": chosen.funded if chosen.planned else None,
                "moved": [dataclasses.asdict(one) for one in self.moved],
            },
        }


def retell(
    plan: AnyModel | Outcome,
    strategy: str,
    *,
    choose: bool = True,
    time_limit: float | None = None,
    solver: str = "highs",
) -> Retelling:
    """Tell a plan in the areas of another strategy of its model, through the table ``mapping``.

    `plan` is what `solve` gave, or a model to solve; `strategy` is an id of the table ``strategies``. Kronor and
    points of each area go over in the shares of ``mapping``; not a krona of the plan changes. With `choose` the
    model is solved once more, by that strategy's weights, targets and points past them: what it *would* choose
    instead, under the same rules (floors, caps and allow-lists of the deciding strategy hold). `time_limit` in
    seconds and `solver` are as in `solve`.

    Raises `UsageError` for a strategy that the model does not have or that decides, `InvalidInput` where an area goes
    over into nothing, `NoPlan` where there is no plan to tell.

    >>> import rus_funding as rf
    >>> plan = rf.solve("models/lansportfolj-exempel")
    >>> told = rf.retell(plan, "kommande", choose=False)
    >>> [area.name for area in told.areas], sum(area.kronor for area in told.areas) == plan.funded
    (['Stark konkurrenskraft', 'Hög och jämlik livskvalitet', 'God resurseffektivitet'], True)
    """
    seconds = seconds_of(time_limit)
    outcome = planned(plan, solver=solver)
    by = other(outcome.model, strategy)
    choice = Engine(solver.lower()).solve(weighed_by(outcome.model, by), seconds=seconds) if choose else None
    own = _told(Figures(outcome), by)
    chosen = None
    if choice is not None and choice.planned:
        # the same tables as the plan's: told through the mapping, whatever the solved model holds beside it
        chosen = _told(Figures(dataclasses.replace(choice, model=outcome.model)), by)
    rows = by.areas
    columns = (rows[name].tolist() for name in ("area", "name", "goal", "weight", "target", "beyond"))
    areas, value = [], 0.0
    for area, name, goal, weight, target, beyond in zip(*columns, strict=True):
        limit = target if target == target else None
        kronor, points = own[area]
        value += weight * (points if limit is None else min(points, limit) + beyond * max(0.0, points - limit))
        share = kronor / outcome.funded if outcome.funded else None
        areas.append(AreaTold(area, name, goal, weight, limit, kronor, share, points, *(chosen or {}).get(area, _NONE)))
    value += sum(Figures(outcome).ties or ())
    return Retelling(by.strategy, by.name, outcome, tuple(areas), value, choice, _moved(outcome, choice))


_NONE: tuple[int | None, float | None] = (None, None)


def _told(figures: Figures, by: Other) -> dict[str, tuple[int, float]]:
    """Kronor (whole, adding up to all that is funded) and points of each area of the other strategy."""
    rows = figures.model["contributions"]
    kronor: dict[str, Fraction] = {}
    for project, area, share in zip(*(rows[name].tolist() for name in ("project", "area", "share")), strict=True):
        kronor[area] = kronor.get(area, Fraction(0)) + exact(float(share)) * figures.results[project].kronor
    sums = by.told(kronor)
    in_order = sorted(sums)  # ties go by id: file order decides nothing
    whole = dict(zip(in_order, apportioned(figures.outcome.funded, [sums[area] for area in in_order]), strict=True))
    points = by.told({area: Fraction(reached) for area, reached in figures.points.items()})
    return {area: (whole[area], float(points[area])) for area in sums}


def _moved(plan: Outcome, choice: Outcome | None) -> tuple[Moved, ...]:
    """Projects with other kronor in the chosen plan, the largest change first."""
    if choice is None or not choice.planned:
        return ()
    rows = plan.model["projects"]
    names: Mapping[str, str] = dict(zip(rows["project"].tolist(), rows["name"].tolist(), strict=True))
    chosen = {result.project: result.kronor for result in choice.projects}
    found = [Moved(r.project, names[r.project], r.kronor, chosen[r.project]) for r in plan.projects]
    moved = (one for one in found if one.kronor != one.chosen_kronor)
    return tuple(sorted(moved, key=lambda one: (-abs(one.chosen_kronor - one.kronor), one.project)))
