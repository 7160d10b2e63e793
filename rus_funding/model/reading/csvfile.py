"""A CSV file to a raw table: encodings, separators, quotes, the number of fields in every row."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from rus_funding.kronor import Refused
from rus_funding.model.names import column_of
from rus_funding.model.reading.entry import refuse_special
from rus_funding.model.reading.source import Findings, Raw, Source, problem
from rus_funding.model.reading.tables import named

if TYPE_CHECKING:
    from pathlib import Path

    from rus_funding.errors import Problem
    from rus_funding.model.schema import Table

LARGEST = 100 * 2**20  # bytes
ROWS = 300_000  # of all tables of a folder
CELLS = 5_000_000  # of one file
WIDEST = 100_000  # characters of a header
SEPARATORS = {";": "semicolons", ",": "commas", "\t": "tabs"}  # as the texts' ids name them
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# å ä ö of Mac Roman and of DOS code pages, as cp1252 shows them inside a word
_NOT_CP1252 = re.compile("[A-Za-z][ŠšŒœŽžŸ†‡„”‰™]|[ŠšŒœŽžŸ†‡„”‰™][a-z]")
_SWEDISH = re.compile("[åäöÅÄÖéÉ]")
_AS_UTF8 = "reading.save-utf8"


def read_csv(path: Path, table: Table, source: Source) -> None:
    """Put the raw table of a file into `source`, or its problems."""
    place = source.places[table.name]
    try:
        data = load(path, LARGEST)
        _few_rows(data, ROWS - source.rows)
        text, note = decode(data)
        if note:
            source.warn(Refused("encoding", note, _AS_UTF8), place)
        raw, problems = _table(text, place, table)
    except Refused as refused:
        source.problems.append(problem(refused, place))
        source.broken.add(table.name)
        return
    source.rows += len(raw.rows)
    source.problems += problems
    source.tables[table.name] = raw


def _few_rows(data: bytes, left: int) -> None:
    """Raise `Refused` for more rows than a folder may have left, before they are parsed."""
    rows = max(data.count(b"\n"), data.count(b"\r"))
    if rows > left:
        raise Refused("too_large", "reading.too-many-rows", "reading.fewer-rows", found=rows, most=ROWS)


def load(path: Path, largest: int) -> bytes:
    """The bytes of a file that is not empty and no larger than `largest`. Raises `Refused`."""
    refuse_special(path)
    try:
        size = path.stat().st_size
        if size <= largest:
            with path.open("rb") as file:
                data = file.read(largest + 1)  # it may have grown, or have no size of its own
            size = len(data)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refused("unreadable", "reading.unreadable", "reading.close-or-rights", reason=reason) from None
    if size > largest:
        raise Refused("too_large", "reading.file-too-large", "reading.right-file", size=size, most=largest)
    if not data.strip():
        raise Refused("empty_file", "reading.file-empty", "reading.fill-file")
    return data


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file, and the id of a note if its encoding had to be guessed. Raises `Refused`."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), ""
            except UnicodeDecodeError:
                raise Refused("encoding", "reading.encoding-claimed", _AS_UTF8, encoding=encoding[:6]) from None
    if data.count(b"\0") > len(data) // 4:
        raise Refused("encoding", "reading.utf16-or-binary", _AS_UTF8)
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise Refused("encoding", "reading.encoding-unknown", _AS_UTF8) from None
    if _NOT_CP1252.search(text) and not _SWEDISH.search(text):
        raise Refused("encoding", "reading.encoding-old", _AS_UTF8)
    return text, "reading.encoding-guessed"


def _table(text: str, place: str, table: Table) -> tuple[Raw, list[Problem]]:
    """The raw table of a file's text, and the problems of its layout. Raises `Refused`."""
    separator, text = _separator(text, table)
    if (cells := text.count(separator)) > CELLS:
        raise Refused("too_large", "reading.too-many-fields", "reading.fewer-rows", found=cells, most=CELLS)
    records, broken = _records(text, separator)
    first = next((i for i, record in enumerate(records) if not _blank(record)), None)
    if first is None:
        raise broken or Refused("empty_file", "reading.no-header", "reading.write-header")
    problems = Findings()
    if broken:
        problems.add(broken, place, len(records) + 1)
    width = len(records[first])
    numbers, rows = [], []
    for number, record in enumerate(records[first + 1 :], first + 2):
        if len(record) == width and not _blank(record):
            numbers.append(number)
            rows.append(record)
        elif not _blank(record) and not problems.enough("field_count", place):
            problems.append(problem(_field_count(len(record), width, separator), place, number))
    lost = bool(problems)
    columns = tuple(zip(*rows, strict=True)) if rows else ((),) * width
    raw = Raw(place, tuple(records[first]), columns, tuple(numbers), first + 1, guarded=True, lost=lost)
    raw, nameless = named(raw)
    return raw, problems.told() + nameless


def _separator(text: str, table: Table) -> tuple[str, str]:
    """The separator that the header was written with, and the text after a ``sep=;`` line, which Excel hides."""
    told = re.match(r"sep=([;,\t])\r?\n", text, re.IGNORECASE)
    if told:
        return told[1], text[told.end() :]
    header = next((line for line in text[: 10 * WIDEST].splitlines() if line.strip()), "")
    if len(header) > WIDEST:
        raise Refused("too_large", "reading.header-too-long", "reading.remove-columns", found=len(header), most=WIDEST)
    scores = {}
    for separator in SEPARATORS:
        names = next(csv.reader([header], delimiter=separator), [])
        known = sum(bool(column_of(table.name, name)) for name in names)
        scores[separator] = (known if len(names) > 1 else 0, len(names))
    best = max(scores, key=lambda separator: scores[separator])
    if scores[best][1] < 2:
        wanted = [f"{table.name}.{column.name}" for column in table.columns if column.required]
        raise Refused("separator", "reading.one-name", "reading.separate", columns=wanted)
    return best, text


def _records(text: str, separator: str) -> tuple[list[list[str]], Refused | None]:
    """The rows of cells, and what ended them too early."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[list[str]] = []
    try:
        records.extend(reader)
    except csv.Error as error:
        if "unexpected end" in str(error) or "field limit" in str(error):
            return records, Refused("quote", "reading.quote-open", "reading.close-quote")
        return records, Refused("quote", "reading.quote-inside", "reading.double-quote")
    return records, None


def _blank(record: list[str]) -> bool:
    return not any(record) or not "".join(record).strip()


def _field_count(found: int, wanted: int, separator: str) -> Refused:
    quote = separator == "," and found > wanted
    remedy = "reading.quote-commas" if quote else f"reading.as-many.{SEPARATORS[separator]}"
    return Refused("field_count", "reading.field-count", remedy, found=found, wanted=wanted)
