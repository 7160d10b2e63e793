"""A raw table to typed columns: the header, total rows, every cell."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.kronor import Refused
from rus_funding.model.names import column_of, columns, near
from rus_funding.model.reading.cells import blank_column, cleaned, is_total, parse_column
from rus_funding.model.reading.source import SHOWN, Findings, Raw, letters
from rus_funding.model.rows import Array, Rows
from rus_funding.model.schema import Table, empty
from rus_funding.words.visible import clipped, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from rus_funding.errors import Problem

COLUMNS = 300  # of one table; the widest has twenty


@dataclasses.dataclass(frozen=True)
class Parsed:
    """A table as read. `numbers` are the rows' numbers or labels.

    `bad` marks rows with a refused cell; `unplaced` those whose key, id or choice was refused.

    `sound` is False where rows or a whole column are missing: what other tables say about it cannot be judged.
    """

    rows: Rows
    numbers: NDArray[Any]
    bad: NDArray[np.bool_]
    unplaced: NDArray[np.bool_]
    sound: bool
    problems: tuple[Problem, ...] = ()


def absent(table: Table, *, sound: bool) -> Parsed:
    """A table that is not there; `sound` if it need not be."""
    nothing = np.empty(0, np.bool_)
    return Parsed(empty(table.name), np.empty(0, np.object_), nothing, nothing, sound)


def read_table(table: Table, raw: Raw) -> Parsed:
    """The typed table, with every problem of its header and cells."""
    problems = Findings()
    position = _header(table, raw, problems)
    missing = [column for column in table.columns if column.required and column.name not in position]
    order: dict[int | str | None, int] = {row: i for i, row in enumerate(raw.rows)}
    raw = _without_totals(table, raw, position, problems)
    size = len(raw.rows)
    bad, unplaced = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    columns: dict[str, Array] = {}
    for column in table.columns:
        if column.name not in position:
            columns[column.name] = blank_column(column, size)
            continue
        cells = raw.columns[position[column.name]]
        columns[column.name], refused = parse_column(column, cells, guarded=raw.guarded)
        for i, refusal in refused.items():
            problems.add(refusal, raw.place, raw.rows[i], column.name, cells[i])
            bad[i] = True
            unplaced[i] |= column.type in {"id", "ids", "choice", "year"} or bool(column.by)
    told = sorted(problems.told(), key=lambda one: (order.get(one.row, -1), position.get(one.column or "", 0)))
    numbers = np.array(raw.rows, np.object_)
    sound = not raw.lost and not missing
    if missing:
        return dataclasses.replace(absent(table, sound=False), problems=tuple(told))
    return Parsed(Rows(columns), numbers, bad, unplaced, sound, tuple(told))


def named(raw: Raw, places: Sequence[int] | None = None) -> tuple[Raw, list[Problem]]:
    """The table with clean names of columns and without nameless blank ones; problems of the others.

    `places` are the columns' positions in the sheet, where some were left out. Raises `Refused` for too many columns.
    """
    if len(raw.header) > COLUMNS:
        count = {"found": len(raw.header), "most": COLUMNS}
        raise Refused("too_large", "reading.too-many-columns", "reading.remove-columns", **count)
    of_sheet = places is not None
    places = places or range(len(raw.header))
    problems = Findings()
    names: list[str] = []
    kept: list[int] = []
    for k, found in enumerate(raw.header):
        try:
            name = cleaned("" if found is None else str(found))
        except Refused as refused:
            problems.add(refused, raw.place, raw.header_row, letters(places[k]), found)
            continue
        first = next(
            ((row, cell) for row, cell in zip(raw.rows, raw.columns[k], strict=True) if not _is_blank(cell)), None
        )
        if name:
            names.append(name)
            kept.append(k)
        elif first:
            nameless = Refused("nameless_column", "reading.nameless", "reading.name-column")
            problems.add(nameless, raw.place, first[0], letters(places[k]), first[1])
    columns = tuple(raw.columns[k] for k in kept)
    if problems:  # a row that has nothing but a nameless cell is no row of the table
        full = [i for i in range(len(raw.rows)) if not all(_is_blank(cells[i]) for cells in columns)]
        columns = tuple([cells[i] for i in full] for cells in columns)
        raw = dataclasses.replace(raw, rows=tuple(raw.rows[i] for i in full))
    at = tuple(letters(places[k]) for k in kept) if of_sheet else ()
    return dataclasses.replace(raw, header=tuple(names), columns=columns, letters=at), problems.told()


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _header(table: Table, raw: Raw, problems: Findings) -> dict[str, int]:
    """Where each known column stands; what is wrong with the header joins `problems`."""
    there = {column_of(table.name, name) for name in raw.header}
    position: dict[str, int] = {}
    unknown: dict[str, None] = {}
    for i, name in enumerate(raw.header):
        word = column_of(table.name, name)
        if word in position or (not word and name.casefold() in unknown):
            refused = Refused("duplicate_column", "reading.column-twice", "reading.rename-one")
        elif word:
            position[word] = i
            continue
        else:
            unknown[name.casefold()] = None
            meant = near(name, [one for one in columns(table.name) if column_of(table.name, one) not in there])
            remedy = "reading.mark-instead" if table.name == "projects" else "reading.remove-column"
            remedy = "reading.meant-quoted" if meant else remedy
            listed = [f"{table.name}.{column.name}" for column in table.columns]
            fields: dict[str, Any] = {"near": meant} if meant else {"columns": listed}
            refused = Refused("unknown_column", "reading.no-column", remedy, table=table.name, **fields)
        problems.add(refused, raw.place, raw.header_row, plain(clipped(name, SHOWN)))
    for column in table.columns:
        if column.required and column.name not in position:
            meaning = {"en": column.description, "sv": column.beskrivning}
            named_so: dict[str, Any] = {"name": f"{table.name}.{column.name}", "meaning": meaning}
            remedy = "reading.add-column"
            if column.type == "choice":
                remedy, named_so["choices"] = "reading.add-column-of-choices", list(column.choices)
            missing = Refused("missing_column", "reading.column-missing", remedy, **named_so)
            problems.add(missing, raw.place, raw.header_row, column.name)
    return position


def _without_totals(table: Table, raw: Raw, position: dict[str, int], problems: Findings) -> Raw:
    """The table without rows that look like sums, each of them an error."""
    looked_at = {0, *(position[name] for name in table.key if name in position and table[name].type == "id")}
    totals = {i: cell for k in sorted(looked_at) for i, cell in _totals(raw.columns[k])} if raw.columns else {}
    if not totals:
        return raw
    for i, cell in totals.items():
        total = Refused("total_row", "reading.total-row", "reading.remove-row")
        problems.add(total, raw.place, raw.rows[i], None, cell)
    kept = [i for i in range(len(raw.rows)) if i not in totals]
    columns = tuple([cells[i] for i in kept] for cells in raw.columns)
    return dataclasses.replace(raw, columns=columns, rows=tuple(raw.rows[i] for i in kept))


def _totals(cells: object) -> Iterator[tuple[int, str]]:
    words = {cell for cell in set(cells) if isinstance(cell, str) and _is_total(cell)}  # type: ignore[call-overload]
    if words:
        for i, cell in enumerate(cells):  # type: ignore[arg-type, var-annotated]
            if isinstance(cell, str) and cell in words:
                yield i, cell


def _is_total(cell: str) -> bool:
    try:
        return is_total(cleaned(cell))
    except Refused:
        return False
