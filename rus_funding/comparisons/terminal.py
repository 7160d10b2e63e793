"""A comparison in a terminal, or in the file that standard output is led to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from rus_funding.comparisons.tables import label, said, status, tables
from rus_funding.comparisons.texts import TEXTS
from rus_funding.scenarios.change_words import change_lines
from rus_funding.words.language import say
from rus_funding.words.layout import safe
from rus_funding.words.printing import QUIET, section, stack, standard_console, write
from rus_funding.words.standings import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console, RenderableType

    from rus_funding.comparisons.comparison import Comparison
    from rus_funding.words.table import Table

EXPLAINED = 300  # characters of an explanation


def show(
    comparison: Comparison, lang: str = "sv", top: int = 10, more: Iterable[Table] = (), console: Console | None = None
) -> None:
    """Print a comparison, then further tables; `top` is how many rows are listed where there could be thousands."""
    out = console if console is not None else standard_console()
    write(out, _parts(comparison, lang, top, more, out.width))


def _parts(comparison: Comparison, lang: str, top: int, more: Iterable[Table], width: int) -> Iterable[RenderableType]:
    words = TEXTS[lang]
    yield Text(safe(comparison.title or comparison.model), style="bold")
    counts = ", ".join(counted(((line.standing, line.status) for line in comparison.lines), lang))
    head = words["head"].format(counts=counts, count=len(comparison.lines), reference=label(comparison.reference, lang))
    yield Text(safe(head))
    yield from (Text(safe(said(note, lang)), style="yellow") for note in comparison.notes)
    yield from _changes(comparison, lang)
    for table in (*tables(comparison, lang, top), *more):
        if not table.rows:
            yield from section(table.title, table.notes)
            continue
        yield from stack([table], lang, width)
        yield from (Text(safe(note), style=QUIET) for note in table.notes)
    yield from _without(comparison, lang, top)


def _changes(comparison: Comparison, lang: str) -> Iterable[RenderableType]:
    """What each scenario is called and changes, before → after."""
    lines = [
        text
        for number, line in enumerate(comparison.lines, start=1)
        if (changes := comparison.changes.get(line.label))
        for text in (
            say(lang, "compare.asked", number=number, title=line.title or line.label, name=label(line, lang)),
            *(f"   {each}" for each in change_lines(changes, comparison.names, lang)),
        )
    ]
    return section(say(lang, "compare.changes"), lines) if lines else ()


def _without(comparison: Comparison, lang: str, top: int) -> Iterable[RenderableType]:
    """The scenarios without a plan, each with the first words of why."""
    words = TEXTS[lang]
    lines = [line for line in comparison.lines if not line.planned]
    if not lines:
        return ()
    said_of = []
    for line in lines[:top]:
        why = " ".join(line.why(lang).split())
        why = why if len(why) <= EXPLAINED else f"{why[: EXPLAINED - 1]}…"
        said_of.append(f"{label(line, lang)} ({status(line, lang)}){': ' if why else ''}{why}")
    if len(lines) > top:
        said_of.append(words["and_more"].format(count=len(lines) - top))
    return section(words["without"], said_of)
