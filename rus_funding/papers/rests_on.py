"""What a plan rests on that its figures do not show, in sentences that the terminal and every paper share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.model.points import follow_cost
from rus_funding.model.schema import WITHDRAWN
from rus_funding.words.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.engine.plan import Outcome

NAMED = 5  # projects that a sentence names


def rests_on(outcome: Outcome, lang: str) -> list[str]:
    """The sentences of a plan; none without one."""
    if not outcome.planned:
        return []
    return [*_points(outcome, lang), *_withdrawn(outcome, lang)]


def _points(outcome: Outcome, lang: str) -> Iterator[str]:
    if follow_cost(outcome.model):
        yield say(lang, "story.rests.points")


def _withdrawn(outcome: Outcome, lang: str) -> Iterator[str]:
    """The projects that are withdrawn, by name: nobody has refused them."""
    rows = outcome.model["projects"]
    out = rows["name"][rows["status"] == WITHDRAWN].tolist()
    if out:
        more = [say(lang, "story.rests.more", count=len(out) - NAMED)] if len(out) > NAMED else []
        yield say(lang, "story.rests.withdrawn", count=len(out), projects=[*out[:NAMED], *more])
