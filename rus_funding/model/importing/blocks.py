"""Sheets of applications: their tables of costs and of financing, each amount with its cell, every sum checked."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from typing import TYPE_CHECKING, Any

from rus_funding.errors import UsageError
from rus_funding.kronor import Refused, format_kronor
from rus_funding.model.names import folded
from rus_funding.model.reading import heading
from rus_funding.model.reading.amounts import in_kronor
from rus_funding.model.reading.cells import Uncached
from rus_funding.model.reading.csvfile import LARGEST, decode, load
from rus_funding.model.reading.ooxml import Workbook
from rus_funding.model.reading.source import letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Grid = dict[int, dict[int, Any]]  # cells that are not blank, by row from 1 and column from 0
COST, FINANCING = "cost", "financing"
_KINDS = {COST: re.compile("kostnad|cost|utgift"), FINANCING: re.compile("finansi|financ|intakt|funding")}
_LABELS = {  # what stands to the left of the number, the project's name and the applicant
    "number": re.compile("(ansoknings|arende)(nummer|nr|id)|diarienummer|dnr|application (number|id)"),
    "name": re.compile("projekt(namn|ets namn|titel)?|project( name)?"),
    "lead": re.compile("sokande|projektagare|stodmottagare|organisation|applicant|lead"),
}


@dataclasses.dataclass(frozen=True)
class Amount:
    """One amount: of what (and under which heading row), which year, how many kronor, in which cell."""

    kind: str
    what: str
    group: str
    year: int
    kronor: int
    cell: str


@dataclasses.dataclass
class Application:
    """One application: what the sheet calls it, its amounts, and the cells that were not read."""

    place: str
    number: str = ""
    name: str = ""
    lead: str = ""
    amounts: list[Amount] = dataclasses.field(default_factory=list)
    sums: int = 0
    unread: list[str] = dataclasses.field(default_factory=list)

    @property
    def key(self) -> str:
        """What tells it from others: its number, else where it stands."""
        return self.number or self.place


def read_applications(paths: list[Path]) -> list[Application]:
    """The applications of the files, in order, each number once. Raises `UsageError` where one says two things."""
    found: dict[str, Application] = {}
    for path in paths:
        for place, grid in _grids(path):
            for one in _applications(place, grid):
                _agrees(one)
                same = found.setdefault(one.key, one)
                told, told_before = ([(a.kind, a.what, a.year, a.kronor) for a in x.amounts] for x in (one, same))
                if told != told_before:
                    raise UsageError(
                        "application {number} stands in {first} and in {second} with different amounts. Take one away.",
                        number=one.key, first=same.place, second=one.place,
                    )  # fmt: skip
    if not found:
        raise UsageError(
            "no application was found: a table of costs and one of financing, each with a heading row of years, are "
            "looked for in every sheet."
        )
    return list(found.values())


def _grids(path: Path) -> Iterator[tuple[str, Grid]]:
    """The sheets of a file: their place and cells."""
    try:
        if path.suffix.lower() == ".xlsx":
            with Workbook(path) as book:
                for name, _ in book.sheets:
                    yield f"{path.name}: {name}", book.read(name).rows
            return
        text, _ = decode(load(path, LARGEST))
        lines = text.splitlines()[:40]
        separator = max(";\t,", key=lambda mark: sum(line.count(mark) for line in lines))
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        cells = {i: {k: cell for k, cell in enumerate(row) if cell.strip()} for i, row in enumerate(rows, 1)}
        yield path.name, {i: row for i, row in cells.items() if row}
    except Refused as refused:
        from rus_funding.words.messages import told

        reason = " ".join(told("en", part, refused.fields) for part in refused.texts)
        raise UsageError("{path} cannot be read: {reason}", path=path, reason=reason) from None


@dataclasses.dataclass
class _Table:
    """A heading row of years and what it heads, while its rows are read."""

    kind: str
    years: dict[int, int]
    what: int
    totals: list[int]
    section: int | None = None
    group: str = ""
    unused: list[str] = dataclasses.field(default_factory=list)  # the cell of a group's heading, until a row follows
    so_far: dict[int, int] = dataclasses.field(default_factory=dict)


def _applications(place: str, grid: Grid) -> list[Application]:
    """The applications of one sheet: a new one begins with each table of costs, or with a new number."""
    unit = heading.UNITS[next((u for row in grid.values() for c in row.values() if (u := heading.unit_in(c))), "kr")]
    current, found = Application(place), []
    said: dict[str, str] = {}
    table: _Table | None = None
    for number in sorted(grid):
        row = grid[number]
        years = {k: year for k, cell in row.items() if (year := heading.year_of(cell))}
        if years and min(years) > min(row) and not any(heading.is_number(row[k]) for k in row if k < min(years)):
            current.unread += table.unused if table else []
            table = _heads(row, years, grid, number)
            if table and table.kind == COST and current.amounts:
                found.append(current)
                current = Application(f"{place} ({number})")
            for field, text in said.items():
                setattr(current, field, text)
            said = {}
        elif label := _labelled(row):
            said[label[0]] = label[1]
        elif table and any(k in row for k in (*table.years, *table.totals)):
            _amounts(table, row, number, unit, current)
        elif table and table.what in row and len(row) == 1:
            current.unread += table.unused
            table.group, table.unused = str(row[table.what]).strip(), [f"{letters(table.what)}{number}"]
        else:
            current.unread += [f"{letters(k)}{number}" for k in sorted(row)]
    current.unread += table.unused if table else []
    return [*found, current] if current.amounts else found


def _labelled(row: Mapping[int, Any]) -> tuple[str, str] | None:
    """What a row says of the application: a label, and the text to the right of it."""
    if len(row) < 2:
        return None
    first, second, *_ = (row[k] for k in sorted(row))
    word = folded(str(first)).rstrip(": ")
    return next(((field, str(second).strip()) for field, known in _LABELS.items() if known.fullmatch(word)), None)


def _heads(row: Mapping[int, Any], years: dict[int, int], grid: Grid, number: int) -> _Table | None:
    """The table that a row of years heads; None where it is not said to be of costs or of financing."""
    words = {k: folded(str(cell)) for k, cell in row.items() if k < min(years)}
    totals = [k for k, cell in row.items() if k > max(years) and heading.is_total_heading(cell)]
    section = next((k for k, word in words.items() if word in {"section", "avsnitt", "del"}), None)
    if section is not None:
        what = next((k for k, word in words.items() if word in {"name", "namn", "benamning"}), max(words))
        return _Table("", years, what, totals, section)
    above = next((str(cell) for cell in grid.get(number - 1, {}).values()), "")
    for text in (" ".join(words.values()), folded(above)):
        for kind, known in _KINDS.items():
            if known.search(text):
                return _Table(kind, years, min(words), totals)
    return None


def _amounts(table: _Table, row: Mapping[int, Any], number: int, unit: int, current: Application) -> None:
    """Add a row's amounts to the application, or check them where they are sums."""
    kind = table.kind
    if table.section is not None:
        told = folded(str(row.get(table.section, "")))
        kind = next((one for one, known in _KINDS.items() if known.search(told)), "")
        if kind != table.kind:
            table.kind, table.so_far = kind, {}
    what = str(row.get(table.what, "")).strip().rstrip(":").rstrip()
    read = _kronor(table, row, number, unit, current)
    summed = sum(read.get(k, 0) for k in table.years)
    for k in table.totals:
        if k in read:
            _check(current, f"{letters(k)}{number}", read[k], summed)
    if heading.begins_as_total(what):
        for k in table.years:
            if k in read:
                _check(current, f"{letters(k)}{number}", read[k], table.so_far.get(k, 0))
        return
    table.unused = []
    for k, year in table.years.items():
        if k in read:
            table.so_far[k] = table.so_far.get(k, 0) + read[k]
            current.amounts.append(Amount(kind, what, table.group, year, read[k], f"{letters(k)}{number}"))


def _kronor(table: _Table, row: Mapping[int, Any], number: int, unit: int, current: Application) -> dict[int, int]:
    """A row's amounts by column; a sum that is a formula without a value is left out."""
    read: dict[int, int] = {}
    for k in (*table.years, *table.totals):
        if k in row and not (isinstance(row[k], Uncached) and _is_sum(table, row, k)):
            try:
                read[k] = in_kronor(row[k], unit)
            except Refused:
                raise UsageError(
                    "{place}, cell {cell}: '{value}' is no amount in kronor.",
                    place=current.place, cell=f"{letters(k)}{number}", value=row[k],
                ) from None  # fmt: skip
    return read


def _is_sum(table: _Table, row: Mapping[int, Any], column: int) -> bool:
    return column in table.totals or heading.begins_as_total(row.get(table.what))


def _check(current: Application, cell: str, stated: int, found: int) -> None:
    if stated != found:
        raise UsageError(
            "{place}, cell {cell}: the sum is {stated}, but what it sums is {found}: {difference} differ. Correct the "
            "application and import it again.",
            place=current.place, cell=cell, stated=format_kronor(stated, "en"), found=format_kronor(found, "en"),
            difference=format_kronor(abs(stated - found), "en"),
        )  # fmt: skip
    current.sums += 1


def _agrees(one: Application) -> None:
    """Raise `UsageError` where an application's costs and its financing differ in a year."""
    sums: dict[int, dict[str, int]] = {}
    for amount in one.amounts:
        of_year = sums.setdefault(amount.year, {COST: 0, FINANCING: 0})
        of_year[amount.kind] = of_year.get(amount.kind, 0) + amount.kronor
    for year, both in sorted(sums.items()):
        if both[COST] != both[FINANCING]:
            raise UsageError(
                "{place}, {year}: the costs are {costs}, the financing {financing}: {difference} differ. Correct the "
                "application and import it again.",
                place=one.place, year=year, costs=format_kronor(both[COST], "en"),
                financing=format_kronor(both[FINANCING], "en"),
                difference=format_kronor(abs(both[COST] - both[FINANCING]), "en"),
            )  # fmt: skip
