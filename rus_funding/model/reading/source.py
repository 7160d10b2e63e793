"""What a folder or a workbook holds before its cells are understood: the model file's keys and raw tables."""

from __future__ import annotations

import dataclasses
import difflib
from typing import TYPE_CHECKING, Any

from rus_funding.errors import Problem
from rus_funding.kronor import Refused
from rus_funding.words.messages import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SHOWN = 80  # characters of a cell that a message quotes
ENOUGH = 200  # problems of one kind in one column that are listed one by one


@dataclasses.dataclass(frozen=True)
class Raw:
    """One table as found: `columns` are the cells under each name of `header`, `rows` their Excel row numbers.

    A cell is a str, None, or from a workbook also an int, float, bool, `cells.Date` or `cells.Uncached`.
    `guarded` tells that text may carry the apostrophe our CSV files put before ``= + - @``; `lost` that some rows
    could not be read at all.
    """

    place: str
    header: tuple[str, ...]
    columns: tuple[Sequence[Any], ...]
    rows: tuple[int, ...]
    header_row: int = 1
    guarded: bool = False
    lost: bool = False


@dataclasses.dataclass
class Source:
    """Everything found at a path, while it is being read.

    `keys` is the model file as nested dicts and lists (None: not there, or not readable), `lines` the row of each
    of its keys. `broken` names tables that are there but could not be read. `places` names every table's file or
    sheet, and under ``model.toml`` the model file's.
    """

    places: dict[str, str]
    keys: Mapping[str, Any] | None = None
    lines: Mapping[str, int] = dataclasses.field(default_factory=dict)
    tables: dict[str, Raw] = dataclasses.field(default_factory=dict)
    broken: set[str] = dataclasses.field(default_factory=set)
    problems: list[Problem] = dataclasses.field(default_factory=list)

    def warn(self, refused: Refused, place: str) -> None:
        """Note something that does not stop."""
        self.problems.append(dataclasses.replace(problem(refused, place), severity="warning"))


def problem(
    refused: Refused, place: str, row: int | None = None, column: str | None = None, value: object = None
) -> Problem:
    """The refusal as a problem at a place."""
    what, remedy = (told("en", text, refused.fields) for text in refused.texts)
    return Problem(
        refused.code,
        place,
        what,
        remedy,
        row,
        column,
        shown(value),
        "error",
        refused.fields,
        refused.texts,
    )


def shown(value: object) -> str | None:
    """A cell as a message quotes it."""
    if value is None:
        return None
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def letters(position: int) -> str:
    """The letters of a spreadsheet's column: 0 → A, 26 → AA."""
    name = ""
    while position >= 0:
        name = chr(65 + position % 26) + name
        position = position // 26 - 1
    return name


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` is most likely meant for."""
    near = difflib.get_close_matches(word.casefold(), list(known), n=1)
    return near[0] if near else None


def capped(problems: list[Problem]) -> list[Problem]:
    """At most `ENOUGH` problems of one kind in one column; one more says how many are left out."""
    counts: dict[tuple[str, str, str | None], int] = {}
    kept = []
    for one in problems:
        kind = (one.code, one.place, one.column)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= ENOUGH:
            kept.append(one)
    for (code, place, column), count in counts.items():
        if count > ENOUGH:
            more = Refused(code, "reading.more-alike", "reading.mend-cause", count=count - ENOUGH)
            kept.append(problem(more, place, column=column))
    return kept
