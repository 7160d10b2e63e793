"""A follow-up in a terminal, or in the file that standard output is led to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from rus_funding.follow_up.tables import sentences, tables
from rus_funding.words.language import say
from rus_funding.words.layout import safe
from rus_funding.words.printing import stack, standard_console, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

    from rus_funding.follow_up.outcome import FollowUp


def show(found: FollowUp, lang: str) -> None:
    """Print a follow-up: its sentences, then its tables."""
    console = standard_console()
    write(console, _parts(found, lang, console.width))


def _parts(found: FollowUp, lang: str, width: int) -> Iterable[RenderableType]:
    name = found.model.title or found.model.name
    yield Text(safe(say(lang, "outcome.title", year=found.through, name=name)), style="bold")
    yield from (Text(safe(sentence)) for sentence in sentences(found, lang))
    for table in tables(found, lang):
        yield from stack([table], lang, width)
