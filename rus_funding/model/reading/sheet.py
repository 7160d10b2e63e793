"""The XML of one worksheet to its cells, in one pass."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Any

from rus_funding.kronor import Refused
from rus_funding.model.reading.archive import DEEPEST, too_deep
from rus_funding.model.reading.cells import Date, Uncached
from rus_funding.words.visible import clipped

if TYPE_CHECKING:
    from collections.abc import Mapping

CELLS = 2_000_000  # of all sheets read
ROWS, COLUMNS = 2**20, 2**14  # of a sheet
MARKS = 1000  # merged areas, and stretches of hidden columns, that are remembered

_LETTERS = re.compile("[A-Z]{1,3}")
_RANGE = re.compile("([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclasses.dataclass
class Sheet:
    """A worksheet: `rows[number][column]` are its non-blank cells, numbers from 1, columns from 0."""

    rows: dict[int, dict[int, Any]] = dataclasses.field(default_factory=dict)
    merged: list[str] = dataclasses.field(default_factory=list)
    hidden_rows: set[int] = dataclasses.field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = dataclasses.field(default_factory=list)


class SheetParser:
    """Callbacks over a sheet's XML; collects `sheet`. `left` cells may still be read."""

    def __init__(self, strings: list[str], dated: set[str], epoch: dt.datetime, left: int) -> None:
        """Prepare for one sheet."""
        self.sheet, self.left = Sheet(), left
        self._strings, self._dated, self._epoch = strings, dated, epoch
        self._row = self._column = self._depth = 0
        self._columns = _ColumnNumbers()
        self._kind = self._style = ""
        self._into: list[str] | None = None
        self._value: list[str] = []
        self._formula: list[str] = []
        self._has_formula = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise too_deep()
        if tag == "c":
            self._begin(attributes)
        elif tag in {"v", "t"}:
            self._into = self._value
        elif tag == "f":
            self._into, self._has_formula = self._formula, True
        elif tag == "rPh":
            self._into = None
        elif tag == "row":
            number = attributes.get("r")
            self._row = int_of(number) if number else self._row + 1
            if not 0 < self._row <= ROWS:
                raise _misplaced(number or str(self._row))
            self._column = -1
            if attributes.get("hidden") in {"1", "true"}:
                self.sheet.hidden_rows.add(self._row)
        elif tag == "col" and attributes.get("hidden") in {"1", "true"}:
            self.sheet.hidden_columns.append((int_of(attributes.get("min")) - 1, int_of(attributes.get("max")) - 1))
            del self.sheet.hidden_columns[MARKS:]
        elif tag == "mergeCell" and len(self.sheet.merged) < MARKS:
            self.sheet.merged.append(attributes.get("ref", ""))

    def _begin(self, attributes: Mapping[str, str]) -> None:
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        letters = attributes.get("r", "").rstrip("0123456789")
        self._column = self._columns[letters] if letters else self._column + 1
        if self._column >= COLUMNS:
            raise _misplaced(attributes.get("r") or str(self._column))
        self._value.clear()
        self._formula.clear()
        self._has_formula = False
        self.left -= 1
        if self.left < 0:
            raise Refused("too_large", "reading.too-many-cells", "reading.remove-formats", most=CELLS)

    def text(self, data: str) -> None:
        """Text within an element."""
        if self._into is not None:
            self._into.append(data)

    def end(self, tag: str) -> None:
        """An element ends; the end of a cell is where its value is known."""
        self._depth -= 1
        if tag in {"v", "t", "f"}:
            self._into = None
        elif tag == "c":
            cell = self._cell("".join(self._value))
            if cell is not None and cell != "":
                self.sheet.rows.setdefault(self._row, {})[self._column] = cell

    def _cell(self, value: str) -> Any:
        kind = self._kind
        if kind == "s":
            place = int_of(value, -1)
            return self._strings[place] if 0 <= place < len(self._strings) else None
        if kind in {"str", "inlineStr", "e"}:
            return unescaped(value)
        if self._has_formula and not value:
            return Uncached("".join(self._formula))
        if not value:
            return None
        if kind == "b":
            return value.strip() in {"1", "true"}
        if kind == "d":
            return Date(value)
        return self._number(value)

    def _number(self, text: str) -> Any:
        try:
            number = float(text)
        except ValueError:
            return text
        if not math.isfinite(number) or "_" in text:
            return text
        if self._style in self._dated:
            return Date(_iso(self._epoch, number))
        return int(number) if number.is_integer() and abs(number) < 1e15 else number


def within(area: str) -> tuple[int, int, int, int]:
    """First column, first row, last column, last row of a range such as ``A2:B3``; columns from 0."""
    match = _RANGE.fullmatch(area)
    if match is None:
        return 0, 0, -1, -1
    number = _ColumnNumbers()
    left, top = number[match[1]], int(match[2])
    return (left, top, number[match[3]], int(match[4])) if match[3] else (left, top, left, top)


class _ColumnNumbers(dict[str, int]):
    """A → 0, XFD → 16383, remembered."""

    def __missing__(self, letters: str) -> int:
        if not _LETTERS.fullmatch(letters):
            raise _misplaced(letters)
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - 64
        self[letters] = number - 1
        return number - 1


def _iso(epoch: dt.datetime, serial: float) -> str:
    try:
        moment = epoch + dt.timedelta(days=serial)
    except (OverflowError, ValueError):
        return str(serial)
    return moment.isoformat(sep=" ", timespec="minutes").removesuffix(" 00:00")


def unescaped(text: str) -> str:
    """Text with the format's ``_x000D_`` escapes resolved."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def int_of(text: str | None, default: int = 0) -> int:
    """A whole number of an attribute; one of more than nine digits is none that a spreadsheet writes."""
    return int(text) if text and len(text) <= 9 and text.isascii() and text.isdigit() else default


def _misplaced(where: str) -> Refused:
    """The refusal of a cell that stands where no sheet has one."""
    return Refused("not_xlsx", "reading.no-such-cell", "reading.save-xlsx", cell=clipped(where, 20))
