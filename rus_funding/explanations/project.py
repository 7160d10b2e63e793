"""One project explained: why it has what it has, what more would take, and what its decision displaces."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.engine.plan import FUNDED
from rus_funding.explanations.break_even import BreakEven, break_even
from rus_funding.explanations.case import Case, as_case
from rus_funding.explanations.causes import MOST, causes
from rus_funding.explanations.named import named
from rus_funding.explanations.needs import Needs, needs
from rus_funding.explanations.ranking import Ranked, ranked
from rus_funding.explanations.swaps import Swap, swap

if TYPE_CHECKING:
    from rus_funding.engine.plan import Cause, Outcome


@dataclasses.dataclass(frozen=True)
class Barred:
    """Why a project cannot be funded: the reason's code, and its figures. `have` and `least` are actors.

    `unpaid` are (category, kronor) that no fund may pay.
    """

    reason: str
    have: int = 0
    least: int = 0
    unpaid: tuple[tuple[str, int], ...] = ()


@dataclasses.dataclass(frozen=True)
class Explained:
    """A project in the plan. `points` at full funding; `paid` are (fund, kronor), the largest first.

    `keeps_out` are the causes that it has no more, `keeps_in` that it has no less; `needs`, `into`, `out` and `turns`
    as in their modules, None where they do not arise. `limits` are its own rules that bind in the plan's prices.
    """

    project: str
    status: str
    share: float
    cost: int
    kronor: int
    given_up: int
    points: float
    projects: int
    row: Ranked | None
    barred: Barred | None
    held: str
    paid: tuple[tuple[str, int], ...]
    keeps_out: tuple[Cause, ...] | None = ()
    keeps_in: tuple[Cause, ...] | None = ()
    needs: Needs | None = None
    into: Swap | None = None
    out: Swap | None = None
    turns: BreakEven | None = None


def explain_project(given: Outcome | Case, project: str, *, most: int = MOST) -> Explained:
    """Explain one project of a certified outcome; `most` limits the rules that are tried.

    Raises `UsageError` for an unknown project (naming the nearest) and where there is no plan.
    """
    case = as_case(given)
    project = named(case.model, "projects", project)
    result = case.projects[project]
    listed = ranked(case)
    paid: dict[str, int] = {}
    for payment in case.outcome.payments:
        if payment.project == project:
            paid[payment.fund] = paid.get(payment.fund, 0) + payment.kronor
    short, some = result.status != "funded", result.status in FUNDED
    found = Explained(
        project,
        result.status,
        case.scales[project],
        result.cost,
        result.kronor,
        result.given_up,
        case.points[project],
        len(listed.rows),
        next((row for row in listed.rows if row.project == project), None),
        _barred(case, project),
        case.held.get(project, ""),
        tuple(sorted(paid.items(), key=lambda one: (-one[1], one[0]))),
    )
    if found.barred is not None:
        return found
    return dataclasses.replace(
        found,
        keeps_out=causes(case, project, up=True, most=most) if short else (),
        keeps_in=causes(case, project, up=False, most=most) if some else (),
        needs=needs(case, project) if short else None,
        into=swap(case, project, into=True) if short else None,
        out=swap(case, project, into=False) if some else None,
        turns=break_even(case, project),
    )


def _barred(case: Case, project: str) -> Barred | None:
    reason = case.barred.get(project)
    if reason is None:
        return None
    index = case.amounts.index
    position = index.projects.position[project]
    have, least = int(index.partners[position]), case.model.policy.min_partners
    unpaid = []
    if reason == "no_fund":
        payable = (index.may_fund[position][:, None] & index.may_pay).any(axis=0)
        costs = case.amounts.by_category[position].sum(axis=1)
        unpaid = [
            (name, int(kronor))
            for name, kronor, ok in zip(index.categories.ids, costs.tolist(), payable.tolist(), strict=True)
            if kronor and not ok
        ]
    return Barred(reason, have, least, tuple(unpaid))
