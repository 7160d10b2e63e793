"""A decision's file as lines of cells, each with its place: Word, Excel, CSV, or text that somebody pasted.

Nothing is understood here and nothing is left out: what a later step cannot use it has to list.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from typing import TYPE_CHECKING, Any

from rus_funding.errors import InvalidInput
from rus_funding.kronor import Refused
from rus_funding.model.reading.archive import Archive
from rus_funding.model.reading.cells import Date, Uncached
from rus_funding.model.reading.csvfile import decode, load
from rus_funding.model.reading.ooxml import Workbook
from rus_funding.model.reading.source import letters, problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LARGEST = 20 * 2**20  # bytes of a text
_WIDE = re.compile(r"\t|\s{2,}|\s*\|\s*")  # what parts the cells of a line that was pasted
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a line stands: `kind` "sheet", "table" (of a Word document), "paragraph" or "line"; `part` the sheet's name
    or the table's number, `row` from 1.
    """

    kind: str
    part: str
    row: int

    def column(self, at: int) -> str:
        """A column as the file's own readers call it: a letter in a workbook, a number elsewhere."""
        return letters(at) if self.kind == "sheet" else str(at + 1)


@dataclasses.dataclass(frozen=True)
class Line:
    """Cells of a line as they stand: text, or a workbook's numbers; None is blank. `flat`: nothing parts its cells."""

    place: Place
    cells: tuple[Any, ...]
    flat: bool = False

    @property
    def text(self) -> str:
        """The line as a reader sees it."""
        return " ".join(str(cell) for cell in self.cells if cell is not None)


def read_decision(path: Path) -> list[Line]:
    """The lines of a file by what its name ends with; anything but .docx, .xlsx and .csv is read as pasted text.

    Raises `InvalidInput` for a file that cannot be read.
    """
    readers = {".docx": _word, ".xlsx": _workbook, ".csv": _csv}
    try:
        return readers.get(path.suffix.lower(), _pasted)(path)
    except Refused as refused:
        raise InvalidInput([problem(refused, path.name)]) from None


def pasted(text: str) -> list[Line]:
    """The lines of a text: cells parted by tabs, bars or several blanks; a line that nothing parts is one flat cell."""
    found = []
    for row, line in enumerate(text.splitlines(), 1):
        whole = line.strip(" \t|")
        if not whole.strip():
            found.append(Line(Place("line", "", row), ()))
            continue
        cells = [cell.strip() or None for cell in _WIDE.split(whole)]
        if all(cell is None or not cell.strip(":-") for cell in cells):  # the rule below a heading, in Markdown
            continue
        found.append(Line(Place("line", "", row), tuple(cells), flat=len(cells) == 1))
    return found


def _pasted(path: Path) -> list[Line]:
    return pasted(decode(load(path, LARGEST))[0])


def _csv(path: Path) -> list[Line]:
    text = decode(load(path, LARGEST))[0]
    separator = max(";\t,", key=lambda mark: _columns(text, mark))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        raise Refused("quote", "reading.quote-open", "reading.close-quote") from None
    return [
        Line(Place("line", "", row), tuple(cell.strip() or None for cell in cells)) for row, cells in enumerate(rows, 1)
    ]


def _columns(text: str, separator: str) -> int:
    """How many cells a separator makes of the first lines; one inside amounts makes ever other numbers."""
    widths = [len(row) for row in csv.reader(text.splitlines()[:20], delimiter=separator) if row]
    return max(widths, key=widths.count, default=1)


def _workbook(path: Path) -> list[Line]:
    found = []
    with Workbook(path) as book:
        for name, _ in book.sheets:
            rows = book.read(name).rows
            for row in range(1, max(rows, default=0) + 1):
                cells = rows.get(row, {})
                line = tuple(_shown(cells.get(column)) for column in range(max(cells, default=-1) + 1))
                found.append(Line(Place("sheet", name, row), line))
    return found


def _shown(cell: Any) -> Any:
    """A workbook's cell: its number, or its text; of a formula that nobody has computed, the formula."""
    if isinstance(cell, Date | Uncached):
        return str(cell)
    if isinstance(cell, str):
        return cell.strip() or None
    return cell


def _word(path: Path) -> list[Line]:
    Archive(path).close()  # no bomb is unpacked
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        body = Document(str(path)).element.body
    except (PackageNotFoundError, KeyError, ValueError):
        raise Refused("not_docx", "reading.damaged", "audit.save-docx") from None
    found, paragraphs, tables = [], 0, 0
    for element in _outermost(body):
        if element.tag == f"{_W}p":
            paragraphs += 1
            text = _text(element).strip()
            if text:
                lines = pasted(text.replace("\n", " "))
                found += [dataclasses.replace(line, place=Place("paragraph", "", paragraphs)) for line in lines]
        else:
            for rows in _tables(element):
                tables += 1
                found += [Line(Place("table", str(tables), row), cells) for row, cells in enumerate(rows, 1)]
    return found


def _outermost(body: Any) -> Iterator[Any]:
    """Paragraphs and tables in order; text that is drawn twice for older programs once, deleted text not at all."""
    for element in body.iter(f"{_W}p", f"{_W}tbl"):
        over = {ancestor.tag for ancestor in element.iterancestors()}
        if not over & {f"{_W}tbl", _FALLBACK, f"{_W}del", f"{_W}p"}:
            yield element


def _tables(table: Any) -> Iterator[list[tuple[str | None, ...]]]:
    """The rows of a table; those of a table within its cells come after it, as a table of their own."""
    inner, rows = [], []
    for row in table.iterchildren(f"{_W}tr"):
        cells: list[str | None] = []
        for cell in row.iter(f"{_W}tc"):
            if next(cell.iterancestors(f"{_W}tbl")) is not table:
                continue
            inner += [one for one in cell.iter(f"{_W}tbl") if next(one.iterancestors(f"{_W}tbl")) is table]
            spans = [int(span.get(f"{_W}val", "1")) for span in cell.iter(f"{_W}gridSpan")]
            text = " ".join(_text(part) for part in cell.iterchildren(f"{_W}p", f"{_W}sdt")).strip()
            cells += [text or None, *[None] * (max(spans, default=1) - 1)]
        rows.append(tuple(cells))
    yield rows
    for one in inner:
        yield from _tables(one)


def _text(element: Any) -> str:
    """All that a paragraph shows: inserted text too, a line break as one."""
    marks = {f"{_W}tab": "\t", f"{_W}br": "\n"}
    parts: Sequence[Any] = [
        part
        for part in element.iter(f"{_W}t", *marks)
        if not any(over.tag == _FALLBACK for over in part.iterancestors())
        and not any(over.tag == f"{_W}tabs" for over in part.iterancestors())
    ]
    return "".join(marks.get(part.tag, part.text or "") for part in parts)
