"""The budget tables of a decision, found among its lines: years as columns, costs or financing as rows.

What is no number of a table that was understood is handed on as it is, with its place.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from rus_funding.kronor import Refused, kronor, parse_kronor
from rus_funding.words.language import LANGUAGES, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rus_funding.follow_up.decision_audit_reading import Line, Place

TOTAL = "total"  # the column of all years
FIRST, LAST = 1990, 2100  # years that a heading may name
SPLITS = 2000  # ways to part a line of digits that are tried
_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}")
_SPACE = re.compile("[ \u00a0\u202f\u2009]+")
BLANKS = {"", "-", "\u2013", "\u2014", "\u2212"}
Key = tuple[int, int, int | str]  # table, row, column (a year or TOTAL)


@dataclasses.dataclass(frozen=True)
class Number:
    """A cell of a table: kronor, or None where it cannot be read (`why` says so)."""

    place: Place
    column: int
    text: str
    kronor: int | None
    why: Refused | None = None


@dataclasses.dataclass
class Row:
    """A row under its label. `role` is "given" or "sum"; `adds` are the rows that a sum adds up, by their position."""

    label: str
    numbers: dict[int | str, Number]
    role: str = "given"
    adds: tuple[int, ...] = ()


@dataclasses.dataclass
class Budget:
    """A table: `kind` is "costs", "financing" or "other"; `years` are the headings in order."""

    kind: str
    years: tuple[int, ...]
    rows: list[Row] = dataclasses.field(default_factory=list)

    @property
    def columns(self) -> tuple[int | str, ...]:
        """Years, and the total where a row has one."""
        return (*self.years, *([TOTAL] if any(TOTAL in row.numbers for row in self.rows) else []))


@dataclasses.dataclass(frozen=True)
class Unread:
    """Something with digits that no rule is known for: where it stands, as it stands, and why ("" for no reason)."""

    place: Place
    column: int | None
    text: str
    why: str
    refused: Refused | None = None


@cache
def words(what: str) -> frozenset[str]:
    """The words for something, in every language, as the catalogue lists them."""
    return frozenset(
        word.strip() for lang in LANGUAGES for word in texts(lang, "audit")[f"audit.word.{what}"][0].split(",")
    )


@dataclasses.dataclass(frozen=True)
class _Heading:
    place: Place
    columns: dict[int, int | str]  # position → year or TOTAL
    first: int  # position of the first of them
    kind: str
    thousands: bool  # kronor in thousands or millions, which have no single kronor to check


def budgets(lines: Sequence[Line]) -> tuple[list[Budget], list[Line], list[Unread]]:
    """The tables, the lines that belong to none, and what stands in a table and cannot be read."""
    found: list[Budget] = []
    rest: list[Line] = []
    unread: list[Unread] = []
    heading: _Heading | None = None
    table: Budget | None = None
    section = ""
    for line in lines:
        new = _heading(line)
        if new is not None:
            heading, section = new, new.kind
            table = Budget(new.kind, tuple(year for year in new.columns.values() if isinstance(year, int)))
            found.append(table)
            continue
        if heading is not None and (line.place.kind, line.place.part) != (heading.place.kind, heading.place.part):
            heading = table = None
        row = _row(line, heading) if heading is not None and line.cells else None
        kind = _section(line, heading) if heading is not None else ""
        if heading is None or table is None or row is None or (_over(table) and kind in {"", section}):
            rest.append(line)
            continue
        if heading.thousands:
            unread += [Unread(n.place, n.column, n.text, "thousands") for n in row.numbers.values()]
            continue
        if kind and kind != section and table.rows:  # one list of both, told apart by a column
            table = Budget(kind, table.years)
            found.append(table)
        section = kind or section
        table.kind = kind or table.kind
        table.rows.append(row)
        unread += [Unread(n.place, n.column, n.text, "cell", n.why) for n in row.numbers.values() if n.kronor is None]
    found = [one for one in found if one.rows]
    for one in found:
        _sums(one)
    return found, rest, unread


def _over(table: Budget) -> bool:
    """Whether the sum that closes the table has been read; what comes after belongs to something else."""
    if not table.rows or table.rows[-1].role != "sum":
        return False
    rest = _plain(table.rows[-1].label).split(maxsplit=1)[1:]
    return not rest or rest[0].strip(" :") in words("whole")


def _section(line: Line, heading: _Heading) -> str:
    """The kind that a column of its own tells, where costs and financing stand in one list; else ``""``."""
    labels = {_plain(str(cell)) for cell in line.cells[: heading.first] if cell is not None}
    return next((kind for kind in ("costs", "financing") if heading.first > 1 and labels & words(kind)), "")


def _heading(line: Line) -> _Heading | None:
    """Whether a line is a heading: years, and nothing after the first of them but years, blanks and a total."""
    cells = [str(cell).strip().rstrip(".:") if cell is not None else "" for cell in line.cells]
    if line.flat:
        cells = line.cells[0].split()
        years = [at for at, cell in enumerate(cells) if _YEAR.fullmatch(cell)]
        if years:  # the words before the first year are one label
            cells = [" ".join(cells[: years[0]]), *cells[years[0] :]]
    columns: dict[int, int | str] = {}
    for at, cell in enumerate(cells):
        if _YEAR.fullmatch(_whole(cell)) and FIRST <= int(_whole(cell)) <= LAST:
            columns[at] = int(_whole(cell))
        elif columns and _plain(cell) in words("total"):
            columns[at] = TOTAL
        elif columns and cell:
            return None
    years = [year for year in columns.values() if isinstance(year, int)]
    if not years or min(columns) == 0 or len(set(columns.values())) < len(columns):
        return None
    labels = [_plain(cell) for cell in cells[: min(columns)]]
    kind = next((kind for kind in ("costs", "financing") if set(labels) & words(kind)), "other")
    thousands = any(set(re.findall(r"\w+", label)) & words("thousands") for label in labels)
    return _Heading(line.place, columns, min(columns), kind, thousands)


def _whole(cell: str) -> str:
    """``2026.0`` as some spreadsheets hold a year."""
    return cell.removesuffix(".0")


def _row(line: Line, heading: _Heading) -> Row | None:
    """The row of a line; None where it has no number under the heading."""
    if line.flat:
        return _flat(line, heading)
    numbers = {}
    for at, column in heading.columns.items():
        cell = line.cells[at] if at < len(line.cells) else None
        if cell is not None and str(cell).strip() not in BLANKS:
            numbers[column] = number(line.place, at, cell)
    label = [str(cell) for cell in line.cells[: heading.first] if cell is not None]
    if not numbers or not label or not any(any(c.isdigit() for c in n.text) for n in numbers.values()):
        return None
    name = label[-1].strip()
    return Row(name, numbers, "sum" if _plain(name).split(maxsplit=1)[0] in words("sum") else "given")


def number(place: Place, column: int, cell: Any) -> Number:
    """A cell as kronor, or as what cannot be read."""
    try:
        amount = kronor(cell) if isinstance(cell, int | float) else parse_kronor(str(cell))
    except Refused as refused:
        return Number(place, column, str(cell), None, refused)
    return Number(place, column, str(cell), amount)


def _flat(line: Line, heading: _Heading) -> Row | None:
    """A line whose cells nothing parts but single blanks: read where its digits can be parted in one way only.

    A number begins with one to three digits, without a leading zero, and goes on in threes. Where several ways make as
    many numbers as there are columns, the way whose total is the sum of its years is taken if it is the only one.
    """
    tokens = _SPACE.split(line.cells[0].strip())
    start = len(tokens)
    while start and re.fullmatch("[0-9]+", tokens[start - 1]):
        start -= 1
    label = " ".join(tokens[:start]).strip()
    if start == len(tokens) or not label:
        return None
    columns = list(heading.columns.values())
    ways = list(itertools.islice(_ways(tokens[start:], len(columns)), SPLITS))
    if len(ways) > 1 and columns[-1] == TOTAL:
        ways = [way for way in ways if sum(way[:-1]) == way[-1]]
    if len(ways) != 1:
        text = " ".join(tokens[start:])
        refused = Refused("ambiguous_number", "audit.flat", "audit.part-cells")
        return Row(label, {columns[0]: Number(line.place, 0, text, None, refused)})
    numbers = {
        column: Number(line.place, at + 1, str(amount), amount)
        for at, (column, amount) in enumerate(zip(columns, ways[0], strict=True))
    }
    return Row(label, numbers, "sum" if _plain(label).split(maxsplit=1)[0] in words("sum") else "given")


def _ways(tokens: Sequence[str], count: int) -> Iterator[tuple[int, ...]]:
    """The ways to join groups of digits to `count` numbers.

    >>> list(_ways("35 000 35 000 105 000".split(), 3))
    [(35000, 35000, 105000)]
    """
    if not tokens or not count:
        if not tokens and not count:
            yield ()
        return
    if len(tokens[0]) > 1 and tokens[0][0] == "0":
        return
    for taken in range(1, len(tokens) - count + 2):
        if taken > 1 and (len(tokens[0]) > 3 or len(tokens[taken - 1]) != 3 or tokens[0] == "0"):
            return
        for more in _ways(tokens[taken:], count - 1):
            yield (int("".join(tokens[:taken])), *more)


def _sums(table: Budget) -> None:
    """Which rows each sum adds up: the last one all that is given, an earlier one what stands above it since a sum."""
    given = [at for at, row in enumerate(table.rows) if row.role == "given"]
    sums = [at for at, row in enumerate(table.rows) if row.role == "sum"]
    for before, at in zip([-1, *sums], sums, strict=False):
        part = [one for one in given if before < one < at]
        all_above = [one for one in given if one < at]
        table.rows[at].adds = tuple(all_above if at == sums[-1] else part)
    if table.kind == "other" and sums:
        label = _plain(table.rows[sums[-1]].label)
        for kind in ("costs", "financing"):
            if any(word in label for word in words(kind)):
                table.kind = kind


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip().casefold()
