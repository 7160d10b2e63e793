"""Winners and losers as tables: a table for each kind of part in which anything changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.comparisons.numbers import signed
from rus_funding.comparisons.winners import SOURCES
from rus_funding.words.language import known, say
from rus_funding.words.numbers import kronor
from rus_funding.words.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.comparisons.comparison import Comparison
    from rus_funding.comparisons.winners import Won


def winners_tables(comparison: Comparison, lang: str, top: int) -> Iterator[Table]:
    """Of each kind the `top` parts that change most: kronor in the reference, then each scenario's difference."""
    others = [at for at, line in enumerate(comparison.lines) if line.planned and at]
    if not comparison.reference.planned or not others:
        return
    for kind in SOURCES:
        parts = [part for part in comparison.winners if part.kind == kind]
        changed = [part for part in parts if part.largest]
        if not changed:
            continue
        title = say(lang, f"compare.winners.{kind}")
        heads = [say(lang, "compare.winners.reference"), *(f"± {at + 1}" for at in others)]
        if len(others) == 1:
            heads[1] = say(lang, "compare.winners.change")
        rows = tuple(
            (called(part, lang), kronor(part.kronor[0] or 0, lang), *(signed(part.change(at), lang) for at in others))
            for part in changed[:top]
        )
        notes = [say(lang, "compare.winners.more", count=len(changed) - top)] if len(changed) > top else []
        if len(changed) < len(parts):
            notes.append(say(lang, "compare.winners.same", count=len(parts) - len(changed)))
        if kind in {"actor", "target_group"}:
            notes.append(say(lang, "compare.winners.led"))
        columns = (Column(""), *(Column(head, "number") for head in heads))
        yield Table(f"winners_{kind}", title, columns, rows, notes=tuple(notes))


def called(part: Won, lang: str) -> str:
    """What a part is called; a target group by its word."""
    key = f"compare.winners.group.{part.id}"
    return say(lang, key) if part.kind == "target_group" and known(key) else part.name
