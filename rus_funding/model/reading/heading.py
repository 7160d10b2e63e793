"""Where a table's heading row stands, and what is said above it and beside it: title rows, the unit, ``summeras``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rus_funding.kronor import Refused
from rus_funding.model import names
from rus_funding.model.reading import cells as cell_words
from rus_funding.model.reading.cells import TOTALS, YEARS, Uncached, cleaned
from rus_funding.model.reading.source import Findings, Note, letters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.errors import Problem
    from rus_funding.model.reading.source import Raw
    from rus_funding.model.schema import Table

TOP = 40  # rows, blank ones not counted, among which the heading row is looked for
UNITS = {"tkr": 1_000, "Mkr": 1_000_000, "kr": 1}
_UNIT = {
    "tkr": r"tkr|ksek|kkr|tsek|tusental(?: kronor| kr)?|tusen kronor|tusen kr|1[ \u00a0]?000-tal kronor",
    "Mkr": r"mkr|mnkr|msek|miljoner kronor|miljoner kr|miljontals kronor",
    "kr": r"hela kronor|(?<=i )kronor|(?<=i )kr|(?<=i )sek",
}
# a unit is stated as a word of its own, and never after a number: "högst 5 Mkr" is an amount
_STATED = {
    unit: re.compile(rf"(?<![\w])(?<![0-9][ \u00a0])(?:{words})(?![\w])", re.IGNORECASE)
    for unit, words in _UNIT.items()
}
_SUFFIX = re.compile(
    r"(.+?)(?:[,;]? *\((tkr|mkr|kr|sek)\)|[,;]? +i (tkr|mkr|kr)|[,;] *(tkr|mkr|kr|sek))", re.IGNORECASE
)
_SUMMED = re.compile(r"(?<!\w)(?:summeras|are summed)(?!\w)", re.IGNORECASE)
_YEAR = re.compile(r"(?:ar |year )?([0-9]{4})(?:\.0)?", re.IGNORECASE)
_TOTAL = re.compile(
    r"(?:totalt|total|summa|totalsumma|sum)(?: [0-9]{4} ?[-–—/] ?[0-9]{2,4}| alla ar)?:?", re.IGNORECASE
)


def position(table: Table, rows: Sequence[Sequence[Any]]) -> int:
    """The position of the heading row: of the top rows the first that names most columns, else the first.

    One name alone is a word like others, and makes no row a heading.
    """
    best = max(range(min(TOP, len(rows))), key=lambda at: (named_in(table, rows[at]), -at), default=0)
    return best if named_in(table, rows[best]) > 1 else 0


def named_in(table: Table, cells: Sequence[Any]) -> int:
    """How many of the cells are headings of the table: names of its columns, and years where they may be columns."""
    columns = {column for column in (column_of(table, cell) for cell in cells) if column}
    return len(columns) + (len({year for year in map(year_of, cells) if year}) if table.wide else 0)


def column_of(table: Table, cell: Any) -> str:
    """The column that a heading names, a unit after its name set aside; ``""`` for none."""
    return names.column_of(table.name, split(cell)[0])


def noted(rows: Mapping[int, Mapping[int, Any]]) -> tuple[Note, ...]:
    """The cells of the rows above the heading row."""
    return tuple(
        Note(row, letters(k), cells[k]) for row, cells in rows.items() for k in sorted(cells) if not is_blank(cells[k])
    )


def misplaced(table: Table, raw: Raw, places: Sequence[int], rows: Mapping[int, Mapping[int, Any]]) -> list[Problem]:
    """The rows above the heading row that hold data."""
    problems = Findings()
    for row, cells in rows.items():
        if looks_like_data(table, raw.header, [cells.get(k) for k in places]):
            refused = Refused("row_above_header", "reading.row-above", "reading.move-below", header=raw.header_row)
            problems.add(refused, raw.place, row)
    return problems.told()


def edge(table: Table, header: Sequence[Any]) -> int:
    """The last column with a heading of the table; where none has, the last of all: nothing is beside it."""
    known = [
        k
        for k, cell in enumerate(header)
        if column_of(table, cell) or (table.wide and (year_of(cell) or is_total_heading(cell)))
    ]
    return known[-1] if known else len(header) - 1


def looks_like_data(table: Table, header: Sequence[Any], cells: Sequence[Any]) -> bool:
    """Whether a row above the heading row fills every required column, numbers where they must be: it is no title."""
    filled = {column_of(table, name): cell for name, cell in zip(header, cells, strict=False) if not is_blank(cell)}
    years = [cell for name, cell in zip(header, cells, strict=False) if table.wide and year_of(name)]
    needed = [column for column in table.columns if column.required]
    if years:
        needed = [column for column in needed if column.name not in {"year", "amount"}]
        if not any(map(is_number, years)):
            return False
    counted = {"kronor", "year", "share", "number", "integer"}
    return all(
        column.name in filled and (column.type not in counted or is_number(filled[column.name])) for column in needed
    )


def split(cell: Any) -> tuple[str, str]:
    """A heading's name, and the unit after it: ``Belopp (tkr)`` → ``Belopp``, ``tkr``."""
    word = _clean(cell)
    if not (match := _SUFFIX.fullmatch(word)):
        return word, ""
    unit = next(part for part in match.groups()[1:] if part).casefold()
    return match[1], {"mkr": "Mkr", "sek": "kr"}.get(unit, unit)


def year_of(cell: Any) -> int | None:
    """The year that a heading is: ``2026``, ``"2026 "``, ``År 2026``, ``2026 (tkr)``."""
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        return None
    match = _YEAR.fullmatch(names.folded(split(cell)[0]))
    return int(match[1]) if match and int(match[1]) in YEARS else None


def is_total_heading(cell: Any) -> bool:
    """Whether a heading is that of a column of sums: ``Totalt``, ``Summa 2026–2028``."""
    return _TOTAL.fullmatch(names.folded(split(cell)[0])) is not None


def is_total(cell: Any) -> bool:
    """Whether a cell is the label of a row of sums and nothing else: ``Summa``, ``Totalt:``."""
    return isinstance(cell, str) and cell_words.is_total(_clean(cell))


def begins_as_total(cell: Any) -> bool:
    """Whether a cell begins as such a label: ``Summa bokförda kostnader``, ``Delsumma Framtidsforum``."""
    return isinstance(cell, str) and _clean(cell).casefold().split(" ")[0].rstrip(":") in TOTALS | {"s:a"}


def unit_in(text: Any) -> str:
    """The unit that a text states: ``Belopp i tkr`` → ``tkr``; ``""`` for none."""
    if not isinstance(text, str):
        return ""
    word = _clean(text)
    return next((unit for unit, stated in _STATED.items() if stated.search(word)), "")


def says_summed(text: Any) -> bool:
    """Whether a text says that the sheet is a ledger, whose rows of one key are summed: ``Raderna summeras``."""
    return isinstance(text, str) and _SUMMED.search(_clean(text)) is not None


def is_blank(cell: Any) -> bool:
    """Whether a cell shows nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def is_number(cell: Any) -> bool:
    """Whether a cell looks like a number: what a note is not."""
    if isinstance(cell, str):
        return re.match(r"[-−+]?[0-9]", cell.strip()) is not None
    return isinstance(cell, (int, float, Uncached))


def _clean(cell: Any) -> str:
    try:
        return " ".join(cleaned("" if cell is None else str(cell)).split())
    except Refused:
        return ""
