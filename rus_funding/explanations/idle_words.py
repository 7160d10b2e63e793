"""What holds idle money, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.explanations.idle import LEAST
from rus_funding.words.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.explanations.idle import Holder, Idle


def idle_sentences(found: Idle | None, lang: str) -> list[str]:
    """How much lies idle, which rules hold how much of it, and what is not known. Nothing where no such rule does."""
    if found is None or not (found.holders or found.together or found.open):
        return []
    fields = {"idle": found.idle, "share": found.idle / found.available, "available": found.available}
    lines = [say(lang, "idle.head", **fields)]
    lines += [" ".join(_holder(one, found.available, lang)) for one in found.holders]
    if found.together is not None:
        lines.append(say(lang, "idle.together", freed=found.together.freed, funded=found.together.funded))
    if found.open:
        lines.append(say(lang, "idle.open", names=[say(lang, f"idle.name.{kind}") for kind in found.open]))
    return lines


def _holder(holder: Holder, available: int, lang: str) -> Iterator[str]:
    """What a kind of rules holds, and which of them do so alone."""
    (kind,) = holder.kinds
    yield say(lang, f"idle.{kind}", freed=holder.freed, funded=holder.funded)
    known = [single.freed for single in holder.singles if single.freed is not None]
    held = sorted(
        ((freed, single.name) for single in holder.singles if (freed := single.freed or 0) >= LEAST * available),
        key=lambda one: -one[0],
    )
    if len(held) == 1 and held[0][0] == holder.freed:
        yield say(lang, f"idle.single.{kind}", name=held[0][1])
    elif held:
        rules = [say(lang, "idle.part", name=name, freed=freed) for freed, name in held]
        yield say(lang, "idle.singles", rules=rules)
    elif holder.singles and len(known) == len(holder.singles):
        yield say(lang, "idle.no_single")
