"""What a useful sum of more money gives: points, by a solve of the model with that much more of it.

    gain(rule, kronor) = best value with so much more in the budget (authorisation, cap), less the best value as it is

A price a krona ends somewhere, often after a few kronor; a gain holds for the whole sum. The sums are those a meeting
can act on: the largest of 1 000, 10 000, 100 000 and 1 000 000 kr that the money does not fall short of, and a tenth.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from rus_funding.explanations.case import POINTS
from rus_funding.explanations.changes import standing, with_number
from rus_funding.explanations.prices import shifts
from rus_funding.explanations.what_if import Ground

if TYPE_CHECKING:
    from rus_funding.engine.plan import Outcome
    from rus_funding.explanations.prices import Shift
    from rus_funding.explanations.rule_names import Name

MONEY = ("budget", "authorisation", "cap")
SUMS = (1_000_000, 100_000, 10_000, 1_000)  # kronor, one of them the larger sum
WORK = 4_000_000_000  # simplex iterations times coefficients
TENTH = 10  # the smaller sum is so much smaller


@dataclasses.dataclass(frozen=True)
class Gain:
    """What `kronor` more of a rule's money give in points, and what the `first` tenth of them gives."""

    rule: Name
    kronor: int
    points: float
    first: float

    @property
    def tenth(self) -> int:
        """The smaller sum, kronor."""
        return self.kronor // TENTH


@dataclasses.dataclass(frozen=True)
class Bottleneck:
    """The money of which a useful sum gives most: no other such sum gives more than `gain`. `equals` give as much.

    `gain` is None where no sum gives anything; each of them was `least` kronor or more. `value` is the best value as
    it is, points.
    """

    value: float
    gain: Gain | None
    equals: tuple[Name, ...] = ()
    least: int = 0

    def as_dict(self) -> dict[str, Any]:
        """As `solve --json` prints it under `bottleneck`."""
        return dataclasses.asdict(self)

    @property
    def slight(self) -> float:
        """Points that are no gain."""
        return POINTS * max(1.0, abs(self.value))


@dataclasses.dataclass(frozen=True)
class Gains:
    """Every useful sum of money that gives anything, the largest gain first; `least` as in `Bottleneck`."""

    value: float
    gains: tuple[Gain, ...]
    least: int = 0

    @property
    def bottleneck(self) -> Bottleneck:
        """Where a useful sum gives most."""
        if not self.gains:
            return Bottleneck(self.value, None, (), self.least)
        found = Bottleneck(self.value, self.gains[0], (), self.least)
        equals = tuple(g.rule for g in self.gains[1:] if _alike(g, self.gains[0], found.slight))
        return dataclasses.replace(found, equals=equals)


def _alike(gain: Gain, first: Gain, slight: float) -> bool:
    same = gain.rule[0] == first.rule[0] and gain.kronor == first.kronor
    return same and abs(gain.points - first.points) <= slight


def useful(kronor: float) -> int:
    """The larger of the sums that are asked about where there is so much money.

    >>> useful(89_000_000), useful(750_000), useful(0)
    (1000000, 100000, 1000)
    """
    return next((each for each in SUMS if each <= kronor), SUMS[-1])


def gains(ground: Ground) -> Gains | None:
    """What more money gives, rule by rule; None without a plan.

    A rule whose bound, the optimum with divisible choices, is no gain is not solved for.
    """
    if not ground.base.found:
        return None
    base, found = ground.base.value, []
    bounded, least = _bounded(ground)
    for _, shift, kronor in bounded:
        points = _value(ground, shift, kronor) - base
        if points > _least(ground):
            first = max(0.0, _value(ground, shift, kronor // TENTH) - base)
            found.append(Gain(shift.name, kronor, points, first))
    found.sort(key=lambda gain: (-gain.points, gain.rule))
    return Gains(base, tuple(found), least)


def bottleneck(ground: Ground, work: float = math.inf) -> Bottleneck | None:
    """Where a useful sum gives most; None without a plan, and where `work` (simplex iterations times coefficients)
    ended before that was known.

    What gives no more than the best so far is known by a comparison, most often without a search, and so is what gives
    as much.
    """
    if not ground.base.found:
        return None
    base, end, least = ground.base.value, ground.work + work, _least(ground)
    best: tuple[float, Shift, int] | None = None
    asked: list[tuple[Shift, int]] = []  # those that the best so far was compared with
    bounded, smallest = _bounded(ground)
    for bound, shift, kronor in bounded:
        if best is not None and bound < best[0] - least:
            break
        if ground.work >= end:
            return None
        if best is not None and not _changes_earlier(ground):
            start = shift.at(kronor, choices="divisible")
            better = ground.reaches(base + best[0] + least, start=start, sides=shift.sides(kronor))
            if better is None:
                return None
            if not better:
                asked.append((shift, kronor))
                continue
        points = _value(ground, shift, kronor) - base
        if points > max(least, best[0] + least if best is not None else 0.0):
            best, asked = (points, shift, kronor), []
    if best is None:
        return Bottleneck(base, None, (), smallest)
    points, shift, kronor = best
    first = max(0.0, _value(ground, shift, kronor // TENTH) - base)
    plan = shift.at(kronor) if not _changes_earlier(ground) else ground.base

    def as_much(other: Shift) -> bool:  # with the same projects, paid otherwise
        return ground.ask(sides=other.sides(kronor), choices="kept", kept=plan).value >= base + points - least

    def like(other: Shift, same: int) -> bool:
        return other.name[0] == shift.name[0] and same == kronor

    equals = tuple(other.name for other, same in asked if like(other, same) and as_much(other))
    return Bottleneck(base, Gain(shift.name, kronor, points, first), equals, smallest)


def bottleneck_of(outcome: Outcome, work: float = WORK) -> Bottleneck | None:
    """The bottleneck of a plan, asked of its model; None where it has no plan, or `work` does not tell."""
    return bottleneck(Ground(outcome.model), work) if outcome.planned else None


def _least(ground: Ground) -> float:
    return POINTS * max(1.0, abs(ground.base.value))


def _bounded(ground: Ground) -> tuple[list[tuple[float, Shift, int]], int]:
    """What each sum that may give something gives at most, its rule and the sum, the largest first: by duals, then by a
    solve with divisible choices. And the smallest of all sums, kronor.
    """
    whole: dict[str, int] = {}
    for fund, amount in zip(*(ground.model["budgets"][c].tolist() for c in ("fund", "amount")), strict=True):
        whole[fund] = whole.get(fund, 0) + amount
    least, out, sums = _least(ground), [], []
    for name, shift in shifts(ground, MONEY).items():
        kronor = useful(whole.get(name[1], 0) if name[0] == "budget" else float(standing(ground.model, name)))
        sums.append(kronor)
        bound = math.inf
        if not _changes_earlier(ground) and ground.relaxed.found and ground.relaxed.duals is not None:
            beyond = ground.relaxed.value - ground.base.value  # what divisible choices are worth
            bound = beyond + max(0.0, shift.slope(ground.relaxed)) * kronor
            if bound > least:
                bound = min(bound, shift.at(kronor, choices="divisible").value - ground.base.value)
        if bound > least:
            out.append((bound, shift, kronor))
    return sorted(out, key=lambda one: (-round(one[0], 6), one[1].name)), min(sums, default=0)


def _changes_earlier(ground: Ground) -> bool:
    """Whether more money may change the optimum of an objective ahead of `value`: then the model is made anew."""
    return ground.model.objectives[0].name != "value"


def _value(ground: Ground, shift: Shift, kronor: int) -> float:
    if _changes_earlier(ground):
        name = shift.name
        return Ground(with_number(ground.model, name, standing(ground.model, name) + kronor)).base.value
    return shift.at(kronor).value
