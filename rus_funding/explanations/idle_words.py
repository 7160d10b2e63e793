"""What holds idle money, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.words.language import say

if TYPE_CHECKING:
    from rus_funding.explanations.idle import Idle


def idle_sentences(found: Idle | None, lang: str) -> list[str]:
    """How much lies idle, which rules hold how much of it, and what is not known. Nothing where no such rule does."""
    if found is None or not (found.holders or found.together or found.open):
        return []
    fields = {"idle": found.idle, "share": found.idle / found.available, "available": found.available}
    lines = [say(lang, "idle.head", **fields)]
    lines += [say(lang, f"idle.{one.kinds[0]}", freed=one.freed, funded=one.funded) for one in found.holders]
    if found.together is not None:
        lines.append(say(lang, "idle.together", freed=found.together.freed, funded=found.together.funded))
    if found.open:
        lines.append(say(lang, "idle.open", names=[say(lang, f"idle.name.{kind}") for kind in found.open]))
    return lines
