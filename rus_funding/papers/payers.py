"""Who pays most of each project, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.words.language import say

if TYPE_CHECKING:
    from rus_funding.engine.plan import Outcome

NAMED = 2  # payers of a project that are named


def main_payers(outcome: Outcome, lang: str) -> dict[str, str]:
    """By project: the funds that pay most of it with their shares, and how many there are besides."""
    rows = outcome.model["funds"]
    names = dict(zip(rows["fund"].tolist(), rows["name"].tolist(), strict=True))
    paid: dict[str, dict[str, int]] = {}
    for payment in outcome.payments:
        sums = paid.setdefault(payment.project, {})
        sums[payment.fund] = sums.get(payment.fund, 0) + payment.kronor
    found = {}
    for project, sums in paid.items():
        ranked = sorted((fund for fund in sums if sums[fund]), key=lambda fund: (-sums[fund], fund))
        whole = sum(sums.values())
        parts = [say(lang, "story.main-payer", fund=names[fund], share=sums[fund] / whole) for fund in ranked[:NAMED]]
        more = len(ranked) - NAMED
        found[project] = ", ".join([*parts, *([say(lang, "story.main-payer.more", count=more)] if more > 0 else [])])
    return found
