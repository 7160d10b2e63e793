"""What several commands show alike: problems on stderr, data on stdout."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rus_funding.errors import Problem


def problems(found: Iterable[Problem], lang: str = "en") -> None:
    """Write problems on stderr, one a line; their own texts are in `lang` already."""
    from rus_funding.words.language import say
    from rus_funding.words.visible import visible

    for problem in found:
        where = [visible(place_in(problem.place, lang))]
        where += [say(lang, "check.row", row=problem.row)] if problem.row is not None else []
        if problem.cell:
            where = [visible(problem.cell)]
        where += [say(lang, "check.column", column=visible(problem.column))] if problem.column is not None else []
        where_text = ", ".join(where) + (f": {problem.value!r}" if problem.value is not None else "")
        label = say(lang, f"check.{problem.severity}")
        click.echo(f"{label}: {where_text}: {visible(problem.what)} {visible(problem.remedy)}", err=True)


def place_in(place: str, lang: str) -> str:
    """A problem's place as readers of a language say it: files by their names, ``sheet costs`` is ``flik costs``."""
    from rus_funding.words.language import say

    kind, _, name = place.partition(" ")
    return say(lang, "check.sheet", name=name) if kind == "sheet" and name else place


def data(value: Any) -> None:
    """Write one JSON object on stdout; what does not print is written as JSON writes it in ASCII."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    if not text.replace("\n", "").isprintable():
        text = "".join(char if char == "\n" or char.isprintable() else json.dumps(char)[1:-1] for char in text)
    click.echo(text)
