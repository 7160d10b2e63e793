"""A part of the plan explained: a municipality, an area, an actor or a fund. What it gets, why, and what would help.

A municipality gets its share of each project's kronor, an area its share, an actor the kronor of the projects in which
it takes part, a fund what it pays. What a part asks for is the same of the projects' whole costs. Reasons are the
causes of single projects, and what would help is solved: the project whose full funding costs the plan least, and who
then gets less; of a fund, a step more money in the year where that gives most.
"""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.engine.figures import HALF, apportioned
from rus_funding.explanations.case import as_case, moved
from rus_funding.explanations.causes import causes
from rus_funding.explanations.insist import Insisted, insist
from rus_funding.explanations.named import PARTS
from rus_funding.explanations.swaps import Move, moves_between
from rus_funding.model.amounts import exact
from rus_funding.model.schema import OUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.engine.plan import Cause, Outcome
    from rus_funding.explanations.case import Case
    from rus_funding.model.model import FundingModel

MOST = 8  # projects whose causes are asked for, and whose full funding is tried: those that lack most there
WORK = 1_000_000_000  # simplex iterations times coefficients that the causes may take
EQUAL = 0.01  # points: what rounding to kronor may make of plans that are equally good
STEP, SMALL_STEP = 1_000_000, 100_000  # kronor more for a fund; the small step where it has less than two large ones


@dataclasses.dataclass(frozen=True)
class InPart:
    """A project in the part: kronor that it asks for there and gets there.

    `causes` are why it gets no more, as `explanations.causes` has them: None where nobody asked or nothing is known;
    `barred` says by a code of the input why it cannot be funded.
    """

    project: str
    status: str
    asked: int
    kronor: int
    causes: tuple[Cause, ...] | None = None
    barred: str = ""


@dataclasses.dataclass(frozen=True)
class More:
    """A step more money of a fund in a year: what it gives in points, and the projects whose kronor differ."""

    year: int
    step: int
    value: float
    moves: tuple[Move, ...]


@dataclasses.dataclass(frozen=True)
class Part:
    """A part of the plan. `kind`: "municipality", "area", "actor" or "fund". `asked` and `kronor` are in all.

    `all_kronor` is what all of its kind get together (projects may count to several), `rank` its place among `size` of
    them: by kronor per inhabitant for municipalities, else by kronor. `cheapest` is the plan with one project of the
    part more in full: of the `tried` the one that costs least among those that give the part more, if any does. `gain`
    is what the part gets more in it.

    Of a fund: `budget` and what it leaves `unused`, by year, and `more`, None where no `step` more in any year in which
    it is used up gives anything.
    """

    kind: str
    id: str
    asked: int
    kronor: int
    all_kronor: int
    rank: int
    size: int
    projects: tuple[InPart, ...]
    inhabitants: int = 0
    all_inhabitants: int = 0
    cheapest: Insisted | None = None
    gain: int = 0
    tried: int = 0
    budget: tuple[tuple[int, int], ...] = ()
    unused: tuple[tuple[int, int], ...] = ()
    step: int = 0
    more: More | None = None

    @property
    def short(self) -> tuple[InPart, ...]:
        """Projects that could get more, those that lack most there first."""
        found = [one for one in self.projects if one.kronor < one.asked]
        return tuple(sorted(found, key=lambda one: (one.kronor - one.asked, one.project)))


def explain_part(given: Outcome | Case, kind: str, name: str) -> Part:
    """Explain the part of a certified outcome that has the id `name`."""
    case = as_case(given)
    shares = _fund_shares(case, name) if kind == "fund" else _shares(case, kind)[name]
    sums = _sums(case, kind)
    people = _people(case) if kind == "municipality" else {}
    order = {one: Fraction(kronor, people.get(one) or 1) for one, kronor in sums.items()}
    found = Part(
        kind,
        name,
        0,
        sums[name],
        case.outcome.funded if kind == "fund" else sum(sums.values()),
        1 + sum(order[one] > order[name] for one in sums),
        len(sums),
        tuple(_in_part(case, kind, name, shares)),
        people.get(name, 0),
        sum(people.values()),
    )
    found = dataclasses.replace(found, asked=sum(one.asked for one in found.projects))
    found = _with_causes(case, found)
    return _with_money(case, found) if kind == "fund" else _with_cheapest(case, found, shares)


def _shares(case: Case, kind: str) -> dict[str, dict[str, Fraction]]:
    """By part of a kind: the share of each project's kronor that counts to it."""
    model = case.model
    table = "areas" if kind == "area" else PARTS[kind]
    rows = model.areas if kind == "area" else model[table]
    found: dict[str, dict[str, Fraction]] = {one: {} for one in rows[kind].tolist()}
    if kind == "actor":
        for table, column in (("projects", "lead"), ("participations", "actor")):
            for project, actor in zip(model[table]["project"].tolist(), model[table][column].tolist(), strict=True):
                found[actor][project] = Fraction(1)
        return found
    rows = model["reach" if kind == "municipality" else "contributions"]
    columns = (rows[column].tolist() for column in ("project", kind, "share"))
    for project, one, share in zip(*columns, strict=True):
        if share and one in found:
            found[one][project] = exact(float(share))
    return found


def _fund_shares(case: Case, fund: str) -> dict[str, Fraction]:
    """Projects that the fund may pay: of them it is asked for their whole costs."""
    index = case.amounts.index
    may = index.may_fund[:, index.funds.position[fund]]
    return {project: Fraction(1) for project, ok in zip(index.projects.ids, may.tolist(), strict=True) if ok}


def _paid(case: Case, fund: str) -> dict[str, int]:
    paid: dict[str, int] = {}
    for payment in case.outcome.payments:
        if payment.fund == fund:
            paid[payment.project] = paid.get(payment.project, 0) + payment.kronor
    return paid


def _sums(case: Case, kind: str) -> dict[str, int]:
    """Kronor of every part of the kind."""
    if kind == "fund":
        return {fund: sum(_paid(case, fund).values()) for fund in case.model["funds"]["fund"].tolist()}
    results = case.figures.projects
    return {
        one: _whole(sum((share * results[p].kronor for p, share in shares.items() if p in results), Fraction(0)))
        for one, shares in _shares(case, kind).items()
    }


def _people(case: Case) -> dict[str, int]:
    rows = case.model["municipalities"]
    return dict(zip(rows["municipality"].tolist(), map(int, rows["population"].tolist()), strict=True))


def _in_part(case: Case, kind: str, name: str, shares: Mapping[str, Fraction]) -> list[InPart]:
    """The projects of the part, in file order, but those that no plan funds; kronor that add up to the part's."""
    paid = _paid(case, name) if kind == "fund" else {}
    found = [p for p in case.figures.projects if p in shares and case.barred.get(p, "") not in OUT]
    results = [case.projects[project] for project in found]
    whole = [result.cost - result.given_up for result in results]
    if kind == "fund":
        kronor = [paid.get(project, 0) for project in found]
        asked = [has + cost - result.kronor for has, cost, result in zip(kronor, whole, results, strict=True)]
    else:
        kronor = _apart([shares[result.project] * result.kronor for result in results])
        asked = _apart([shares[result.project] * cost for result, cost in zip(results, whole, strict=True)])
    rows = zip(results, asked, kronor, strict=True)
    return [InPart(r.project, r.status, most, has, barred=case.barred.get(r.project, "")) for r, most, has in rows]


def _apart(kronor: list[Fraction]) -> list[int]:
    """Whole kronor that add up to the whole of their sum."""
    return apportioned(_whole(sum(kronor, Fraction(0))), kronor)


def _whole(kronor: Fraction) -> int:
    return math.floor(kronor + HALF)


def _with_causes(case: Case, part: Part) -> Part:
    """The causes of the projects that lack most; what is in the plan's own causes is taken from there."""
    known, end = case.outcome.causes or {}, case.ground.work + WORK
    found: dict[str, tuple[Cause, ...] | None] = {}
    for one in [one for one in part.short if not one.barred][:MOST]:
        stored = known.get(one.project)
        if stored is not None:
            found[one.project] = (stored,) if stored.rules else ()
        elif (left := end - case.ground.work) > 0:
            found[one.project] = causes(case, one.project, True, first=True, work=left)
    projects = tuple(dataclasses.replace(one, causes=found.get(one.project)) for one in part.projects)
    return dataclasses.replace(part, projects=projects)


def _with_cheapest(case: Case, part: Part, shares: Mapping[str, Fraction]) -> Part:
    """The plan with one project more in full: of those that lack most, and give the part more, the one that costs the
    plan fewest points; of all tried where none gives it more.
    """
    ground = case.ground
    found: dict[str, tuple[bool, float]] = {}
    tried = [one.project for one in part.short if not one.barred][:MOST]
    for project in tried:
        answer = ground.ask(shares={project: (1.0, 1.0)})
        if answer.found:
            more = (float(share) * case.projects[p].cost * (ground.share(answer, p) - ground.share(ground.base, p))
                    for p, share in shares.items() if p in case.figures.projects)  # fmt: skip
            found[project] = sum(more) < 1, ground.base.value - answer.value
    if not found:
        return dataclasses.replace(part, tried=len(tried))
    cheapest = insist(case, (min(found, key=lambda project: (*found[project], project)),))
    changes = (shares.get(move.project, Fraction(0)) * (move.after - move.before) for move in cheapest.moves)
    gain = sum(changes, Fraction(0))
    return dataclasses.replace(part, cheapest=cheapest, gain=_whole(gain), tried=len(tried))


def _with_money(case: Case, part: Part) -> Part:
    """What the fund has left, and what a step more money gives in the year where it gives most."""
    figures, fund, years = case.figures, part.id, case.model.years
    budget = tuple((year, figures.budgets[fund, year]) for year in years)
    unused = tuple((year, figures.unused[fund, year]) for year in years)
    step = STEP if sum(kronor for _, kronor in budget) >= 2 * STEP else SMALL_STEP
    best: More | None = None
    for year, left in unused:
        if left == 0 and dict(budget)[year]:
            outcome = case.engine.solve(_richer(case, fund, year, step))
            value = (outcome.value or 0.0) - (case.outcome.value or 0.0) if outcome.planned else 0.0
            if value > EQUAL and (best is None or value > best.value):
                best = More(year, step, value, moves_between(case.outcome, outcome))
    return dataclasses.replace(part, budget=budget, unused=unused, step=step, more=best)


def _richer(case: Case, fund: str, year: int, step: int) -> FundingModel:
    """The model with a step more of the fund's money in a year that has a budget."""
    rows = case.model["budgets"]
    amount = rows["amount"].copy()
    amount[np.flatnonzero((rows["fund"] == fund) & (rows["year"] == year))[0]] += step
    return moved(case.model, budgets=rows.replace(amount=amount))
