"""The list that people think in: projects by points per krona, the cut line, and where the plan departs from it.

The line falls where the projects, taken in order of points per krona and each in full, have used as many kronor as the
plan funds; the project on the line is reached in part. That list knows no rule but the sum of the money. A departure
is a project with another standing in the plan than on the list, with the rules that make it so.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.explanations.case import SMALL, Case, as_case
from rus_funding.explanations.causes import MOST, WORK, causes
from rus_funding.explanations.elsewhere import Sum, sum_of

if TYPE_CHECKING:
    from rus_funding.engine.plan import Cause, Outcome


@dataclasses.dataclass(frozen=True)
class Ranked:
    """A project on the list. `points` at full funding; `reached` kronor of all projects down to and with this one.

    side: "above" the line, "line" (on it) or "below"; `expected` is the share the list would give, `share` the plan's.
    """

    project: str
    rank: int
    points: float
    cost: int
    per_thousand: float | None
    reached: int
    side: str
    expected: float
    share: float
    status: str

    @property
    def departs(self) -> bool:
        """Whether the plan gives it another standing: above and not in full, below and something, or on the line and
        not in part.
        """
        standing = {"above": "funded", "line": "partly", "below": "not"}[self.side]
        return self.status != standing


@dataclasses.dataclass(frozen=True)
class Departure:
    """A ranked project with another standing in the plan. `more`: the plan gives it more than the list.

    `causes` are established by solves; None where nobody asked, or none is known and not every rule was tried. `loss`
    is what it costs in points to hold the project at the list's share all the same; None where that is impossible (or
    nobody asked). `sum` is what the project adds and its kronor give elsewhere, where it is not on the line.
    """

    row: Ranked
    more: bool
    causes: tuple[Cause, ...] | None = None
    loss: float | None = None
    possible: bool = True
    sum: Sum | None = None

    @property
    def stake(self) -> float:
        """Points of the project's own that the departure moves: the more, the more telling."""
        return abs(self.row.share - self.row.expected) * abs(self.row.points)


@dataclasses.dataclass(frozen=True)
class Ranking:
    """The list. `money` is the kronor that the plan funds; `outside` are projects that cannot be funded, with why."""

    money: int
    rows: tuple[Ranked, ...]
    outside: tuple[tuple[str, str], ...]
    departures: tuple[Departure, ...]

    @property
    def line(self) -> Ranked | None:
        """The project on the line; None where the money ends between two, or suffices for all."""
        return next((row for row in self.rows if row.side == "line"), None)

    def count(self, side: str) -> int:
        """Projects above, on or below the line."""
        return sum(row.side == side for row in self.rows)


def ranked(given: Outcome | Case) -> Ranking:
    """The list and its departures, no reasons asked: no solve."""
    case = as_case(given)
    order = []
    for project, result in case.projects.items():
        if project not in case.barred:
            points = case.points[project]
            worth = points / result.cost if result.cost else float("inf") if points > 0 else 0.0
            order.append((-worth, project, result))
    money, reached, rows = case.outcome.funded, 0, []
    for rank, (worth, project, result) in enumerate(sorted(order, key=lambda one: one[:2]), 1):
        left = money - reached
        reached += result.cost
        side = "above" if reached <= money else "line" if left > 0 else "below"
        expected = {"above": 1.0, "line": left / max(1, result.cost), "below": 0.0}[side]
        each = -1000 * worth if result.cost else None
        share = case.scales[project]
        rows.append(
            Ranked(
                project, rank, case.points[project], result.cost, each, reached, side, expected, share, result.status
            )
        )
    departures = [Departure(row, row.share > row.expected) for row in rows if row.departs]
    departures.sort(key=lambda one: (-one.stake, one.row.rank))
    outside = tuple((project, reason) for project, reason in case.barred.items())
    return Ranking(money, tuple(rows), outside, tuple(departures))


def rank_projects(
    given: Outcome | Case,
    *,
    explained: int | None = None,
    most: int = MOST,
    first: bool = False,
    lacking: bool = True,
    work: float = WORK,
) -> Ranking:
    """The list with reasons for its departures, the most telling first; `explained` limits for how many.

    `most`, `first` and `work` limit the rules tried for each, see `causes`. `lacking`: whether the kronor are worked
    out that a project above the line would need and no fund has left.
    """
    case = as_case(given)
    bare = ranked(case)
    limit = len(bare.departures) if explained is None else explained
    told = [_told(case, one, most, first=first, lacking=lacking, work=work) for one in bare.departures[:limit]]
    return dataclasses.replace(bare, departures=(*told, *bare.departures[limit:]))


def _told(case: Case, one: Departure, most: int, *, first: bool, lacking: bool, work: float) -> Departure:
    row, ground = one.row, case.ground
    found = causes(case, row.project, up=not one.more, most=most, first=first, work=work)
    if one.more and row.project in case.held:
        return dataclasses.replace(one, causes=found, possible=False)
    share = (0.0, max(0.0, row.expected)) if one.more else (min(1.0, row.expected), 1.0)
    answer = ground.ask(shares={row.project: share})
    if not answer.found:
        return dataclasses.replace(one, causes=found, possible=False)
    loss = ground.base.value - answer.value
    loss = loss if abs(loss) > SMALL else 0.0
    whole = one.more == (row.side == "below") and row.side != "line"
    added = sum_of(case, row.project, loss, more=one.more, lacking=lacking) if whole else None
    return dataclasses.replace(one, causes=found, loss=loss, sum=added)
