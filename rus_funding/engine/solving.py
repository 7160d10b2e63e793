"""`solve`: a model, and perhaps a scenario of it, to a plan in whole kronor."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from rus_funding.engine.engine import Engine
from rus_funding.engine.previous import keeping
from rus_funding.errors import NoPlan, UsageError
from rus_funding.model.reading import modelled
from rus_funding.scenarios.change_words import Told

if TYPE_CHECKING:
    from rus_funding.engine.plan import Outcome
    from rus_funding.model.model import FundingModel
    from rus_funding.model.reading import AnyModel
    from rus_funding.scenarios import Prepared, Scenario
    from rus_funding.scenarios.files import StrPath


def solve(
    model: AnyModel,
    scenario: StrPath | Scenario | Prepared | None = None,
    *,
    time_limit: float | None = None,
    solver: str = "highs",
) -> Outcome:
    """The best plan of a model in whole kronor, checked, with what is known of it.

    `model` is what `load`, `from_frames` or `apply` gave, or the path of a folder or workbook; `scenario` a scenario
    file's path or what `read_scenarios` read. `time_limit` in seconds ends the search (the best plan so far is kept);
    `solver` is "highs", "cbc" or another that PuLP finds.

    Of the plan, `standing.name` says what is known: "proven" best, "within" `gap` (a share) of the best, "infeasible"
    (proven: no plan keeps all rules) or "unknown". The last two come back as a plan with `planned` False, not as an
    error. `value` and `bound` are points, `funded` kronor. `frames()` has, by name, ``payments`` (project, fund, year,
    category_class, kronor), ``projects`` (share 0..1, cost and kronor, points, status, reason), ``objectives`` and
    ``rules`` (those that bind; price: points for one unit more). `as_dict()` is what ``solve --json`` prints.

    Raises `InvalidInput` for a model or scenario with errors, `UsageError` for an unknown solver or a time limit that
    is not above 0.

    >>> import rus_funding as rf
    >>> plan = rf.solve("models/litet-exempel")
    >>> plan.standing.name, plan.value, plan.funded
    ('proven', 2350.0, 1350001)
    >>> int(plan.frame("payments")["kronor"].sum())
    1350001
    """
    seconds = seconds_of(time_limit)
    engine = Engine(solver.lower())
    if scenario is None:
        return engine.solve(modelled(model), seconds=seconds)
    from rus_funding.scenarios.given import given  # no start without a scenario waits for it

    return solve_given(*given(model, scenario), time_limit=time_limit, solver=solver)


def solve_given(
    changed: FundingModel, prepared: Prepared | None, *, time_limit: float | None = None, solver: str = "highs"
) -> Outcome:
    """The same of what `given` gave: a model with its scenario's changes made, and the scenario."""
    engine = Engine(solver.lower())
    name = None if prepared is None else prepared.name
    found = engine.solve(kept(changed, prepared, solver=solver), scenario=name, seconds=seconds_of(time_limit))
    return found if prepared is None else dataclasses.replace(found, told=Told.of(prepared))


def kept(changed: FundingModel, prepared: Prepared | None, *, solver: str = "highs") -> FundingModel:
    """What `given` gave as the model to solve: the baseline's plan in its `previous` where the scenario keeps to it."""
    if prepared is None:
        return changed
    return keeping(changed, lambda: Engine(solver.lower()).solve(prepared.base))


def seconds_of(time_limit: float | None) -> float:
    """A time limit in seconds, without end where there is none. Raises `UsageError` where it leaves no time."""
    if time_limit is None:
        return math.inf
    if not time_limit > 0:
        raise UsageError("a time limit of {time_limit} s leaves no time: give seconds above 0.", time_limit=time_limit)
    return time_limit


def planned(
    model: AnyModel | Outcome, scenario: StrPath | Scenario | Prepared | None = None, *, solver: str = "highs"
) -> Outcome:
    """A plan as it is, a model solved. Raises `NoPlan` where there is none, and what `solve` raises."""
    from rus_funding.engine.plan import Outcome

    outcome = model if isinstance(model, Outcome) else solve(model, scenario, solver=solver)
    if not outcome.planned:
        raise NoPlan(outcome)
    return outcome
