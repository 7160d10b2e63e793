"""The sheet of questions to a model: its words in both languages, and its cells as they were found.

`rus_funding.scenarios.sheet` makes scenarios of it.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

from rus_funding.model.names import folded
from rus_funding.words.messages import LANGUAGES, told

HEADINGS = ("scenario", "title", "question", "sheet", "row", "year", "column", "how", "value", "note")
NEEDED = ("scenario", "how")
HOWS = ("set", "multiply", "add", "drop", "require", "exclude")
EACH = ("fund", "project", "actor")
# What a scenario's file calls a part of a change → the heading under which it stands.
PARTS = {
    "table": "sheet", "where": "row", "set": "value", "multiply": "value", "add": "value", "drop": "how",
    "values": "value", "low": "value", "mode": "value", "high": "value", "policy": "column",
}  # fmt: skip


def heading(text: str) -> str:
    """The column that is headed so, in either language; ``""`` for none.

    >>> heading("Sätt"), heading("fraga"), heading("row"), heading("x")
    ('how', 'question', 'row', '')
    """
    return _read_back("heading", HEADINGS).get(folded(text), "")


def how(text: str) -> str:
    """What a row does that says so: ``gånger`` is multiply; ``""`` for none."""
    return _read_back("how", HOWS).get(folded(text), "")


def each(text: str) -> str:
    """What ``varje källa`` loses one at a time; ``""`` where it is another text."""
    return _read_back("each", EACH).get(folded(text), "")


def word(name: str) -> tuple[str, ...]:
    """A word within a value (``till``, ``dragningar``, ``tomt``) in each language."""
    return tuple(told(lang, f"question.word.{name}", {}) for lang in LANGUAGES)


def both(name: str) -> dict[str, str]:
    """A heading in each language, for a message's field."""
    return {lang: told(lang, f"question.heading.{name}", {}) for lang in LANGUAGES}


def headings() -> dict[str, str]:
    """All headings in each language, for a message's field."""
    return {lang: ", ".join(told(lang, f"question.heading.{name}", {}) for name in HEADINGS) for lang in LANGUAGES}


def hows() -> dict[str, str]:
    """All that a row may do, in each language, for a message's field."""
    return {lang: ", ".join(told(lang, f"question.how.{name}", {}) for name in HOWS) for lang in LANGUAGES}


@cache
def _read_back(kind: str, names: tuple[str, ...]) -> dict[str, str]:
    written = {told(lang, f"question.{kind}.{name}", {}): name for lang in LANGUAGES for name in names}
    return {folded(word): name for word, name in (written | dict(zip(names, names, strict=True))).items()}


@dataclasses.dataclass(frozen=True)
class Questions:
    """`rows` are (number, ((letters of the column, cell), …)) without blank cells; `name` is the sheet's or the file's,
    `place` what messages call it.

    A cell is what a workbook's cell may be: see `rus_funding.model.reading.source.Raw`.
    """

    name: str
    place: str
    rows: tuple[tuple[int, tuple[tuple[str, Any], ...]], ...]

    def cell(self, number: int, letters: str) -> str:
        """A cell's address, as a spreadsheet writes it: ``Scenarier!F4``."""
        return f"{self.name}!{letters}{number}"
