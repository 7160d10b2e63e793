"""What a folder or a workbook holds before its cells are understood: the model file's keys and raw tables."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, Any

from rus_funding.errors import ENOUGH, Problem
from rus_funding.words import near
from rus_funding.words.messages import and_more, told
from rus_funding.words.visible import clipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rus_funding.kronor import Refused

SHOWN = 80  # characters of a cell that a message quotes


@dataclasses.dataclass(frozen=True)
class Raw:
    """One table as found: `columns` are the cells under each name of `header`, `rows` their Excel row numbers, or their
    labels in a data frame (whose header has no row).

    A cell is a str, None, or from a workbook also an int, float, bool, `cells.Date` or `cells.Uncached`, from a data
    frame `cells.Foreign`.
    `letters` are the columns' in a workbook. `guarded`: text may carry the apostrophe our CSV files put before
    ``= + - @``; `lost` that some rows could not be read at all.
    """

    place: str
    header: tuple[str, ...]
    columns: tuple[Sequence[Any], ...]
    rows: tuple[int | str, ...]
    header_row: int | None = 1
    guarded: bool = False
    lost: bool = False
    letters: tuple[str, ...] = ()


class Findings(list[Problem]):
    """Problems of one place, in order: of many alike the first, the rest are only counted (`told`)."""

    def __init__(self) -> None:
        """Nothing is found yet."""
        super().__init__()
        self._counts: Counter[tuple[str, str, str | None]] = Counter()

    def enough(self, code: str, place: str, column: str | None = None) -> bool:
        """Count one more of a kind; whether there are so many that it need not be said."""
        self._counts[code, place, column] += 1
        return self._counts[code, place, column] > ENOUGH

    def add(
        self,
        refused: Refused,
        place: str,
        row: int | str | None = None,
        column: str | None = None,
        value: object = None,
    ) -> None:
        """The refusal as a problem at a place."""
        if not self.enough(refused.code, place, column):
            self.append(problem(refused, place, row, column, value))

    def told(self) -> list[Problem]:
        """The problems, and how many more there are of a kind."""
        left = [(kind, count - ENOUGH) for kind, count in self._counts.items() if count > ENOUGH]
        return [*self, *(and_more(*kind, "error", count) for kind, count in left)]


@dataclasses.dataclass
class Source:
    """Everything found at a path or in data frames, while it is being read.

    `keys` is the model file as nested dicts and lists (None: not there, or not readable), `lines` the row of each
    of its keys. `broken` names tables that are there but could not be read. `places` names every table's file or
    sheet, and under ``model.toml`` the model file's. `rows` are those of all tables so far.
    """

    places: dict[str, str]
    keys: Mapping[str, Any] | None = None
    lines: Mapping[str, int] = dataclasses.field(default_factory=dict)
    tables: dict[str, Raw] = dataclasses.field(default_factory=dict)
    broken: set[str] = dataclasses.field(default_factory=set)
    problems: list[Problem] = dataclasses.field(default_factory=list)
    rows: int = 0

    def warn(self, refused: Refused, place: str) -> None:
        """Note something that does not stop."""
        self.problems.append(dataclasses.replace(problem(refused, place), severity="warning"))


def problem(
    refused: Refused, place: str, row: int | str | None = None, column: str | None = None, value: object = None
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
    return clipped(str(value), SHOWN)


def number(row: int | str | None) -> int:
    """What problems of a table are sorted by: the row's number; labels that are texts keep their order."""
    return row if isinstance(row, int) else 0


def letters(position: int) -> str:
    """The letters of a spreadsheet's column: 0 → A, 26 → AA."""
    name = ""
    while position >= 0:
        name = chr(65 + position % 26) + name
        position = position // 26 - 1
    return name


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` is most likely meant for."""
    return near.nearest(word.casefold(), list(known)) or None
