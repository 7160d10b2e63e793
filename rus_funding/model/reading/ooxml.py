"""An .xlsx file: its sheets, and what they share (strings, which styles show dates, the calendar).

Spreadsheet libraries hide what has to be told here: merged cells, hidden rows, formulas that nobody has computed, where
a far cell stands. The file format is small where only values are wanted (ECMA-376, part 1, chapter 18).
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from typing import TYPE_CHECKING, Self

from rus_funding.kronor import Refused
from rus_funding.model.reading.archive import FEW, MEMBERS, Archive
from rus_funding.model.reading.sheet import CELLS, Sheet, SheetParser, int_of, unescaped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STRINGS = 300_000  # texts that cells share
_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])  # built-in number formats
_NOT_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|General', re.IGNORECASE)


class Workbook:
    """An opened workbook: `sheets` are (name, is it hidden) in order. Raises `Refused`."""

    def __init__(self, path: Path) -> None:
        """Open the file and read what all its sheets share."""
        self._archive = Archive(path)
        self._left = CELLS
        try:
            root = {kind: target for _, kind, target in self._archive.relations("")}
            part = root.get("officeDocument", "xl/workbook.xml")
            relations = self._archive.relations(part)
            parts = {identity: target for identity, _, target in relations}
            shared = {kind: target for _, kind, target in relations}
            self._epoch = dt.datetime(1899, 12, 30)  # noqa: DTZ001 (a spreadsheet's dates have no zone)
            self.sheets: list[tuple[str, bool]] = []
            self._parts: dict[str, str] = {}
            self._outline(part, parts)
            self._strings = self._read_strings(shared.get("sharedStrings", ""))
            self._dated = self._read_styles(shared.get("styles", ""))
        except Refused:
            self._archive.close()
            raise

    def __enter__(self) -> Self:
        """The workbook itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._archive.close()

    def read(self, name: str) -> Sheet:
        """The cells of a sheet."""
        parser = SheetParser(self._strings, self._dated, self._epoch, self._left)
        self._archive.walk(self._parts[name], parser.start, parser.end, parser.text)
        self._left = parser.left
        return parser.sheet

    def _outline(self, part: str, parts: Mapping[str, str]) -> None:
        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "sheet":
                identity = next((value for key, value in attributes.items() if key.endswith(":id")), "")
                name = attributes.get("name", "")
                self.sheets.append((name, attributes.get("state", "visible") != "visible"))
                if len(self.sheets) > MEMBERS:
                    raise Refused("too_large", "reading.many-sheets", "reading.fewer-sheets", most=MEMBERS)
                self._parts[name] = parts.get(identity, "")
            elif tag == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
                self._epoch = dt.datetime(1904, 1, 1)  # noqa: DTZ001

        self._archive.walk(part, start, most=FEW)

    def _read_strings(self, part: str) -> list[str]:
        strings: list[str] = []
        if not self._archive.has(part):
            return strings
        pieces: list[str] = []
        inside = {"t": False, "rPh": False}  # text; phonetic guide, which is no part of the text

        def start(tag: str, _: Mapping[str, str]) -> None:
            if tag in inside:
                inside[tag] = True

        def end(tag: str) -> None:
            if tag in inside:
                inside[tag] = False
            elif tag == "si":
                strings.append(unescaped("".join(pieces)))
                pieces.clear()
                if len(strings) > STRINGS:
                    raise Refused("too_large", "reading.many-strings", "reading.remove-formats", most=STRINGS)

        def text(data: str) -> None:
            if inside["t"] and not inside["rPh"]:
                pieces.append(data)

        self._archive.walk(part, start, end, text, most=STRINGS * 3)
        return strings

    def _read_styles(self, part: str) -> set[str]:
        """The cell styles that show numbers as dates."""
        dated: set[str] = set()
        if not self._archive.has(part):
            return dated
        custom: set[int] = set()
        styles = itertools.count()
        inside = {"cellXfs": False}

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag in inside:
                inside[tag] = True
            elif tag == "numFmt" and _shows_dates(attributes.get("formatCode", "")):
                custom.add(int_of(attributes.get("numFmtId")))
            elif tag == "xf" and inside["cellXfs"]:
                style, number = next(styles), int_of(attributes.get("numFmtId"))
                if number in custom or number in _DATES:
                    dated.add(str(style))

        def end(tag: str) -> None:
            if tag in inside:
                inside[tag] = False

        self._archive.walk(part, start, end, most=FEW)
        return dated


def _shows_dates(code: str) -> bool:
    return re.search("[dmyhs]", _NOT_DATE.sub("", code), re.IGNORECASE) is not None
