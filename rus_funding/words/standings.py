"""The words of a standing: what is proven of an answer, said here and nowhere else.

`short` is for a cell, `label` for a heading, `sentence` and `details` for a text, `counted` for many answers together.
A gap is rounded up: no text promises more than is proven.
"""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.kronor import round_half_up
from rus_funding.proof.standing import INFEASIBLE, PROVEN, UNKNOWN, WITHIN, Standing
from rus_funding.words.causes import cause
from rus_funding.words.language import known, say
from rus_funding.words.numbers import decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rus_funding.proof.goals import Goal
    from rus_funding.words.answer import Answer

ORDER = (PROVEN, WITHIN, INFEASIBLE, UNKNOWN)


def short(standing: Standing, lang: str, status: str = "") -> str:
    """Two or three words. `status` says more where nothing is known: "invalid", "crashed" or "time_limit"."""
    return _said("short", standing, lang, status)


def label(standing: Standing, lang: str, status: str = "") -> str:
    """What is known, without a full stop and without a capital."""
    return _said("label", standing, lang, status)


def headline(standing: Standing, lang: str) -> str:
    """A headline that says how sure the answer is."""
    return _said("headline", standing, lang)


def counted(found: Iterable[tuple[Standing, str]], lang: str) -> list[str]:
    """How many answers stand how, the surest first, from (standing, status) of each; of gaps the largest is told."""
    gaps: list[Fraction] = []
    counts: Counter[tuple[int, str]] = Counter()
    for standing, status in found:
        gaps += [standing.gap] if standing.name == WITHIN and standing.gap is not None else []
        counts[ORDER.index(standing.name), _key("count", standing, status)] += 1
    return [say(lang, key, count=n, gap=max(gaps, default=Fraction(0))) for (_, key), n in sorted(counts.items())]


def sentence(answer: Answer, lang: str) -> str:
    """What is known of an answer, in full: what is proven, under which goals, and what the plan is worth."""
    standing, checked = answer.standing, answer.checked
    if not standing.has_plan or checked is None:
        return _without(answer, lang)
    names = [goal.name for goal in checked.goals]
    ahead = names[: names.index("value")] if "value" in names else []
    given = answer.tolerances.get("value", 0.0)
    key = "without" if "value" not in names else "tolerant" if standing.proven and given else "plain"
    if ahead and not standing.proven:
        key = "after"
    return say(
        lang,
        f"standing.sentence.{standing.name}.{key}",
        head=say(lang, f"standing.head.{'after' if ahead else 'first'}", ahead=_names(ahead, lang)),
        ahead=_names(ahead, lang),
        names=_names(names, lang),
        bound=_points(checked.bound, lang, up=not standing.proven),
        value=_points(checked.value, lang),
        gap=standing.gap or Fraction(0),
        tolerance=given,
    )


def details(answer: Answer, lang: str) -> list[str]:
    """What more is to say of how a plan stands; nothing of an answer without a plan."""
    return list(_details(answer, lang))


def _details(answer: Answer, lang: str) -> Iterator[str]:
    checked = answer.checked
    if checked is None or not answer.standing.has_plan:
        return
    if checked.bound is not None and checked.value > checked.bound:
        yield say(lang, "standing.over", over=checked.value - checked.bound)
    if answer.standing.name == WITHIN:
        open_ = [goal.name for goal in checked.goals if not _met(goal)]
        if open_:
            yield say(lang, "standing.open", count=len(open_), names=_names(open_, lang))
        if answer.status == "time_limit":
            yield say(lang, "standing.more-time")


def _met(goal: Goal) -> bool:
    return goal.met and goal.optimum is not None


def _without(answer: Answer, lang: str) -> str:
    """Of an answer without a plan: that none can be, or what ended the search."""
    if answer.standing.name == INFEASIBLE:
        return say(lang, "standing.sentence.infeasible")
    if answer.status == "time_limit":
        return say(lang, "standing.sentence.unknown.time_limit")
    key = "refused" if answer.certificate is not None else "failed"
    return say(lang, f"standing.sentence.unknown.{key}", why=cause(answer, lang), solver=answer.solver)


def _said(kind: str, standing: Standing, lang: str, status: str = "") -> str:
    return say(lang, _key(kind, standing, status), gap=standing.gap or Fraction(0))


def _key(kind: str, standing: Standing, status: str) -> str:
    more = f"standing.{kind}.{status}"
    return more if standing.name == UNKNOWN and status and known(more) else f"standing.{kind}.{standing.name}"


def _names(goals: Iterable[str], lang: str) -> list[str]:
    return [say(lang, f"standing.goal.{name}") for name in goals]


def _points(value: Fraction | None, lang: str, *, up: bool = False) -> str:
    """Points as they are said in a sentence: two decimals, whole ones without; `up`: never less than they are."""
    cents = (math.ceil if up else round_half_up)((value or Fraction(0)) * 100)
    return decimal(Fraction(cents, 100), lang, 2 if cents % 100 else 0)
