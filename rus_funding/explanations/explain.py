"""`explain`: why a plan is what it is, and what would change it."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from rus_funding.engine.engine import solve
from rus_funding.engine.plan import Outcome
from rus_funding.engine.solving import kept
from rus_funding.errors import InvalidInput, NoPlan, Phrase, UsageError
from rus_funding.explanations.case import Case
from rus_funding.explanations.conflict import conflict, refused
from rus_funding.explanations.explanation import (
    ChoicesExplained,
    ConflictExplained,
    DegreesExplained,
    Explanation,
    PricesExplained,
    ProjectExplained,
    RankingExplained,
)
from rus_funding.explanations.named import PARTS, named
from rus_funding.scenarios.change_words import Told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.model.model import FundingModel
    from rus_funding.model.reading import AnyModel
    from rus_funding.scenarios import Prepared, Scenario
    from rus_funding.scenarios.files import StrPath

WITHIN = 0.01  # share of the value within which decisions are called open to choice
LARGE, SOLVES = 5_000, 200  # columns above which the list's solves are limited, and to how many
CERTAIN = 20_000_000_000  # simplex iterations times coefficients that the classes of a large model may take


def explain(
    plan: Outcome | AnyModel,
    scenario: StrPath | Scenario | Prepared | None = None,
    *,
    project: str | None = None,
    municipality: str | None = None,
    area: str | None = None,
    actor: str | None = None,
    fund: str | None = None,
    insist: Sequence[str] = (),
    infeasible: bool = False,
    prices: bool = False,
    alternatives: bool = False,
    ranges: bool = False,
    frontier: tuple[str, str] | None = None,
    degrees: tuple[str, str] | None = None,
    within: float = WITHIN,
) -> Explanation:
    """Explain a plan: the ranked list with its cut line, where the plan departs from it and why, how firm it all is.

    `plan` is what `solve` or `restore` gave, or a model or its path, which is then solved, with `scenario` if one
    is given. Ask for one thing more closely with one of: `project` (why, what it would take, what it displaces);
    `municipality`, `area`, `actor` or `fund` (what it gets, why no more, what would help and who would pay); `insist`
    (projects to carry out in full: what that costs, who falls out), each by id or by name; `prices` (what a krona more
    or a rule less is worth, in points), `alternatives` (other plans worth almost as much), `ranges` (how far areas,
    places, actors and projects can move, in kronor), `frontier` (two objectives: what one costs in the other),
    `degrees` (a fund, and per cents such as "45,40,30": what these rates of it would cost, the same in all areas),
    `infeasible` (why there is no plan, and the smallest changes that give one; asked or not, that is explained where
    there is none). `within` is the share of the value, 0..1, that may be given up in what is called open to choice.

    The explanation has `frames()` (points and kronor in typed columns), `sentences(lang)` and `as_dict(lang)`, what
    ``explain --json`` prints. Every sentence rests on an exact solve of the changed question, so this takes seconds on
    a small model and minutes on a large one. Raises `InvalidInput` for a model with errors, `NoPlan` where the
    computation did not finish, `UsageError` for an unknown project or objective and for several things at a time.

    >>> import rus_funding as rf
    >>> plan = rf.solve("models/litet-exempel")
    >>> rf.explain(plan).frame("ranking")[["project", "rank", "side"]].to_numpy().tolist()
    [['kompetens', 1, 'above'], ['resecentrum', 2, 'above'], ['natur', 3, 'line']]
    >>> rf.explain(plan, project="natur").frame("project")[["status", "share", "kronor"]].to_numpy().tolist()
    [['partly', 0.5, 150000]]
    """
    part = {kind: name for kind, name in zip(PARTS, (municipality, area, actor, fund), strict=True) if name is not None}
    asked = {"project": project is not None, **dict.fromkeys(part, True), "insist": bool(insist),
             "infeasible": infeasible, "prices": prices, "alternatives": alternatives, "ranges": ranges,
             "frontier": frontier is not None, "degrees": degrees is not None}  # fmt: skip
    one_of(asked)
    if not 0 <= within <= 1:
        raise UsageError("{within} of the value cannot be given up: give a share from 0 to 1.", within=within)
    outcome = plan if isinstance(plan, Outcome) else None
    if isinstance(plan, Outcome):
        model, name, told = plan.model, plan.scenario, plan.told
    else:
        model, name, told = _read(plan, scenario, infeasible)
    # names are looked up before anything is solved
    project = None if project is None else named(model, "projects", project)
    insist = [named(model, "projects", one) for one in insist]
    part = {kind: named(model, PARTS[kind], one) for kind, one in part.items()}
    if infeasible:
        return ConflictExplained(model, name, conflict(model), told=told)
    outcome = solve(model, scenario=name) if outcome is None else outcome
    if outcome.status == "infeasible":
        return ConflictExplained(model, name, conflict(model), told=told)
    if not outcome.planned:
        raise NoPlan(outcome)
    found: Explanation
    if project is not None:
        from rus_funding.explanations.project import explain_project

        found = ProjectExplained(model, name, explain_project(outcome, project))
    elif part:
        from rus_funding.explanations.explanation_part import PartExplained
        from rus_funding.explanations.part import explain_part

        ((kind, one),) = part.items()
        found = PartExplained(model, name, explain_part(outcome, kind, one))
    elif insist:
        from rus_funding.explanations.explanation_part import InsistExplained
        from rus_funding.explanations.insist import insist as insisted

        found = InsistExplained(model, name, insisted(Case(outcome), insist))
    elif degrees is not None:
        from rus_funding.explanations.degrees import degrees as priced
        from rus_funding.explanations.degrees import degrees_of

        found = DegreesExplained(model, name, priced(outcome, degrees[0], degrees_of(degrees[1])))
    elif prices:
        found = _prices(model, name)
    elif alternatives or ranges or frontier is not None:
        found = ChoicesExplained(model, name, _choices(outcome, within, frontier, alternatives=alternatives))
    else:
        found = _ranking(outcome, within)
    return dataclasses.replace(found, told=told)


def one_of(asked: Mapping[str, bool]) -> None:
    """Raise `UsageError` where several explanations are asked for at a time."""
    chosen = [name for name, given in asked.items() if given]
    if len(chosen) > 1:
        listed: Phrase | str = chosen[0]
        for other in chosen[1:]:
            listed = Phrase("{one} and {other}", one=listed, other=other)
        raise UsageError("{chosen} are different explanations: ask for one at a time.", chosen=listed)


def _read(
    model: AnyModel, scenario: StrPath | Scenario | Prepared | None, infeasible: bool
) -> tuple[FundingModel, str | None, Told | None]:
    """The model and the scenario's name; a model that is refused only because its rules contradict each other is just
    what is to be explained, where that is asked for.
    """
    from rus_funding.scenarios.given import given

    try:
        read, prepared = given(model, scenario)
    except InvalidInput as error:
        contradicts = refused(error) if infeasible else None
        if contradicts is None:
            raise
        return contradicts, None, None
    if prepared is None:
        return read, None, None
    return kept(read, prepared), prepared.name, Told.of(prepared)


def _ranking(outcome: Outcome, within: float) -> RankingExplained:
    from rus_funding.explanations.certainty import certainty
    from rus_funding.explanations.flips import flip_costs
    from rus_funding.explanations.ranking import rank_projects

    case = Case(outcome)
    large = case.ground.program.lower.size > LARGE
    listed = rank_projects(case, explained=10 if large else None, first=True)
    firm = flip_costs(case, tolerance=within, limit=SOLVES) if large else flip_costs(case)
    sure = certainty(case, within, work=CERTAIN if large else math.inf)
    return RankingExplained(case.model, outcome.scenario, listed, firm, sure)


def _prices(model: FundingModel, scenario: str | None) -> PricesExplained:
    from rus_funding.explanations.gains import gains
    from rus_funding.explanations.prices import prices
    from rus_funding.explanations.rules import rule_prices
    from rus_funding.explanations.what_if import Ground

    ground = Ground(model)
    return PricesExplained(model, scenario, gains(ground), prices(model, ground), rule_prices(model, ground))


def _choices(outcome: Outcome, within: float, frontier: tuple[str, str] | None, *, alternatives: bool) -> Any:
    if frontier is not None:
        from rus_funding.explanations.frontier import frontier as curve

        return curve(outcome.model, *frontier, proposal=outcome)
    if alternatives:
        from rus_funding.explanations.alternatives import alternatives as others

        return others(outcome.model, within, proposal=outcome)
    from rus_funding.explanations.break_even import weight_ranges
    from rus_funding.explanations.ranges import ranges

    return dataclasses.replace(ranges(outcome.model, within, proposal=outcome), weights=weight_ranges(Case(outcome)))
