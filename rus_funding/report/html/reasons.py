"""Sentences that explain the plan: where the list and the plan part, and why the rest is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.language import say
from rus_funding.report.texts import TEXTS

if TYPE_CHECKING:
    from rus_funding.report.html.ranking import Ranking
    from rus_funding.report.pack import Pack

NAMED = 6


def explanations(pack: Pack, found: Ranking) -> list[str]:
    """Whole sentences, the most telling first."""
    lang = pack.lang
    reasons = TEXTS[lang]["reasons"]
    over = [one for one in found.listed if one.departs and one.above]
    under = [one for one in found.listed if one.departs and not one.above]
    if len(found.listed) < 2:
        short = [one for one in (*found.listed, *found.barred) if one.result.reason]
        return [say(lang, "page.why.only", name=one.name, reason=reasons[one.result.reason]) for one in short[:NAMED]]
    out = [say(lang, "page.why.line", count=found.above, kronor=found.kronor)] if found.above else []
    if not over and not under:
        return [*out, say(lang, "page.why.same")]
    if over:
        out.append(say(lang, "page.why.over", count=len(over)))
        for one in over[:NAMED]:
            key, share = "page.why.over.partly" if one.result.share else "page.why.over.not", one.result.share
            out.append(say(lang, key, name=one.name, rank=one.rank, share=share, reason=reasons[one.result.reason]))
    if under:
        names = [say(lang, "page.why.ranked", name=one.name, rank=one.rank) for one in under[:NAMED]]
        out.append(say(lang, "page.why.under", count=len(under), names=names))
    return out
