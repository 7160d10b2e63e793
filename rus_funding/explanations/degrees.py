"""The degree of financing as a decision: one rate of a fund in all areas, and what each other rate would cost.

Each degree is a model of its own, solved and certified like any other; points and kronor are those of its plan.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.engine.engine import solve
from rus_funding.errors import UsageError
from rus_funding.kronor import fraction
from rus_funding.words.language import say
from rus_funding.words.numbers import points

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.engine.plan import Outcome
    from rus_funding.explanations.sentences import Words
    from rus_funding.model.model import FundingModel

NAMED = 3  # funds that pay the rest, named


@dataclasses.dataclass(frozen=True)
class Degree:
    """One degree in all areas: `points` lost and `freed` kronor of the fund against the plan as it is (negative: more).

    `rest` are the kronor that other funds pay more or less; `smaller` the projects that get less. `standing` is that
    of the plan; without one the numbers are None and 0.
    """

    degree: float
    standing: str
    points: float | None
    freed: int
    rest: Mapping[str, int]
    smaller: int


@dataclasses.dataclass(frozen=True)
class Degrees:
    """The degrees that were asked for, in that order, and the fund's own."""

    fund: str
    now: float
    degrees: tuple[Degree, ...]

    @property
    def least(self) -> Degree | None:
        """The degree that costs least; of equals the first that was asked for."""
        priced = [one for one in self.degrees if one.points is not None]
        return min(priced, key=lambda one: one.points or 0.0, default=None)


def degrees_of(text: str) -> tuple[float, ...]:
    """Rates from per cents separated by commas or blanks: ``45,40,30``. Raises `UsageError`.

    >>> degrees_of("45,40, 30")
    (0.45, 0.4, 0.3)
    """
    parts = text.replace(",", " ").replace("%", " ").split()
    if not parts or not all(part.isdigit() and 0 < int(part) <= 100 for part in parts):
        raise UsageError("'{text}' is no list of degrees: write whole per cents from 1 to 100, such as 45,40,30.",
                         text=text)  # fmt: skip
    return tuple(int(part) / 100 for part in dict.fromkeys(parts))


def degrees(plan: Outcome, fund: str, asked: Sequence[float]) -> Degrees:
    """What each degree of a fund costs against a plan. Raises `UsageError` for an unknown fund."""
    rows = plan.model["funds"]
    if fund not in rows["fund"].tolist():
        funds = ", ".join(rows["fund"].tolist())
        raise UsageError("there is no fund '{fund}'. Choose one of {funds}.", fund=fund, funds=funds)
    at = rows["fund"].tolist().index(fund)
    found = [_degree(plan, fund, solve(_with(plan.model, at, degree)), degree) for degree in asked]
    return Degrees(fund, float(rows["max_rate"][at]), tuple(found))


def _with(model: FundingModel, at: int, degree: float) -> FundingModel:
    rows = model["funds"]
    rates = rows["max_rate"].copy()
    rates[at] = degree
    return model.replace(tables={**model.tables, "funds": rows.replace(max_rate=np.asarray(rates))})


def _degree(before: Outcome, fund: str, after: Outcome, degree: float) -> Degree:
    if not after.planned:
        return Degree(degree, after.standing.name, None, 0, {}, 0)
    then, now = ({f: _paid(plan, f) for f in before.model["funds"]["fund"].tolist()} for plan in (before, after))
    moved = {f: now[f] - then[f] for f in then if f != fund and now[f] != then[f]}
    kronor = {one.project: one.kronor for one in after.projects}
    return Degree(
        degree,
        after.standing.name,
        (before.value or 0.0) - (after.value or 0.0),
        then[fund] - now[fund],
        dict(sorted(moved.items(), key=lambda item: (-abs(item[1]), item[0]))),
        sum(kronor[one.project] < one.kronor for one in before.projects),
    )


def _paid(plan: Outcome, fund: str) -> int:
    return sum(payment.kronor for payment in plan.payments if payment.fund == fund)


def degree_sentences(found: Degrees, words: Words) -> list[str]:
    """Each degree as a principle, and which costs least."""
    lang = words.lang
    name = words.bare("funds", found.fund)
    said = [say(lang, "explain.degrees.now", fund=name, degree=fraction(found.now))]
    for one in found.degrees:
        share = fraction(one.degree)
        if one.points is None:
            said.append(say(lang, "explain.degrees.none", degree=share))
            continue
        key = "freed" if one.freed >= 0 else "bound"
        rest = [
            say(lang, "explain.degrees.pays", fund=words.bare("funds", fund), kronor=abs(kronor),
                sign="+" if kronor > 0 else "\u2212")
            for fund, kronor in list(one.rest.items())[:NAMED]
        ]  # fmt: skip
        text = say(lang, f"explain.degrees.{key}", degree=share, kronor=abs(one.freed), fund=name,
                   sign="\u2212" if one.points > 0 else "+", points=points(abs(one.points), lang))  # fmt: skip
        more = [say(lang, "explain.degrees.rest", funds=rest)] if rest else []
        fewer = [say(lang, "explain.degrees.smaller", count=one.smaller)] if one.smaller else []
        said.append(" ".join([text, *more, *fewer]))
    if found.least is not None and len(found.degrees) > 1:
        said.append(say(lang, "explain.degrees.least", degree=fraction(found.least.degree)))
    return said
