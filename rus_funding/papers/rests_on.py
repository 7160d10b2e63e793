"""What a plan rests on that its figures do not show, in sentences that the terminal and every paper share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.model.points import follow_cost
from rus_funding.words.language import say

if TYPE_CHECKING:
    from rus_funding.engine.plan import Outcome


def rests_on(outcome: Outcome, lang: str) -> list[str]:
    """The sentences of a plan; none without one."""
    if not outcome.planned:
        return []
    return [say(lang, "story.rests.points")] if follow_cost(outcome.model) else []
