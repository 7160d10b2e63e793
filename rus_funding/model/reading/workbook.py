"""A workbook to raw tables: one sheet a table, and the sheet ``model`` (see `rus_funding.model.reading.modelfile`)."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from rus_funding.kronor import Refused
from rus_funding.model.model import OBJECTIVES
from rus_funding.model.names import MODEL, SCENARIOS, key_of, language_of, near, sheet_of, sheets
from rus_funding.model.reading.cells import cleaned
from rus_funding.model.reading.modelfile import FILE, POLICY, TOP
from rus_funding.model.reading.ooxml import Workbook
from rus_funding.model.reading.sheet import Sheet, within
from rus_funding.model.reading.source import SHOWN, Findings, Raw, Source, letters, problem
from rus_funding.model.reading.tables import named
from rus_funding.model.schema import TABLES
from rus_funding.words import names
from rus_funding.words.visible import clipped, plain

if TYPE_CHECKING:
    from pathlib import Path

POLICY_SECTION = "policy"
FOR_PEOPLE = frozenset({"readme", "read me", "läs mig", "läsmig", "info", "information", "om", "about", "help", "hjälp",
                        "instruktion", "instruktioner", "instructions", "lists", "listor", "val"})  # fmt: skip


def read_workbook(path: Path) -> Source:
    """All that a workbook holds, and its problems so far."""
    source = Source({**{name: f"sheet {name}" for name in TABLES}, FILE: f"sheet {MODEL}"})
    try:
        with Workbook(path) as book:
            _read(book, path.name, source)
    except Refused as refused:
        source.problems.append(problem(refused, path.name))
        source.broken |= set(TABLES) | {FILE}
    return source


def _read(book: Workbook, file: str, source: Source) -> None:
    taken: set[str] = set()
    lang = language_of(name for name, _ in book.sheets)  # what is missing is asked for as the others are called
    source.places |= {table: f"sheet {names.sheet(lang, table)}" for table in TABLES}
    source.places[FILE] = f"sheet {names.sheet(lang, MODEL)}"
    for name, hidden in book.sheets:
        table = sheet_of(name)
        if table not in TABLES and table != MODEL:
            if name.strip().casefold() not in FOR_PEOPLE:
                refused = Refused("unknown_sheet", "reading.sheet-unknown", "reading.rename-if-table")
                if table != SCENARIOS and (meant := near(name, sheets())):
                    refused = Refused("unknown_sheet", "reading.sheet-unknown", "reading.rename-sheet", near=meant)
                source.warn(refused, f"sheet {plain(clipped(name, SHOWN))}")
            continue
        if table in taken:
            refused = Refused("duplicate_table", "reading.two-sheets", "reading.rename-one", table=table)
            source.problems.append(problem(refused, f"sheet {name}"))
            continue
        taken.add(table)
        if hidden:
            source.warn(Refused("hidden", "reading.sheet-hidden", "reading.unhide-sheet"), f"sheet {name}")
        place = source.places[FILE if table == MODEL else table] = f"sheet {name}"
        try:
            sheet = book.read(name)
        except Refused as refused:
            source.problems.append(problem(refused, place if refused.code != "too_large" else file))
            source.broken.add(FILE if table == MODEL else table)
            continue
        if table == MODEL:
            source.keys, source.lines = _keys(sheet, place, source)
        else:
            _table(sheet, table, source)


def _table(sheet: Sheet, table: str, source: Source) -> None:
    place = source.places[table]
    numbers = [number for number in sorted(sheet.rows) if any(not _blank(cell) for cell in sheet.rows[number].values())]
    if not numbers:
        refused = Refused("empty_file", "reading.sheet-empty", "reading.fill-sheet")
        source.problems.append(problem(refused, place))
        source.broken.add(table)
        return
    header, *body = numbers
    used = sorted({column for number in numbers for column in sheet.rows[number]})
    columns = tuple([sheet.rows[number].get(column) for number in body] for column in used)
    names = tuple(str(sheet.rows[header].get(column, "")) for column in used)
    raw = Raw(place, names, columns, tuple(body), header)
    lost = _merged(sheet, used[0], used[-1], header, numbers[-1], place, source)
    _hidden(sheet, set(body), used, place, source)
    try:
        raw, problems = named(raw, used)
    except Refused as refused:
        source.problems.append(problem(refused, place))
        source.broken.add(table)
        return
    source.problems += problems
    source.tables[table] = dataclasses.replace(raw, lost=lost)


def _merged(sheet: Sheet, left: int, right: int, top: int, bottom: int, place: str, source: Source) -> bool:
    found = False
    for area in sheet.merged:
        first, upper, last, lower = within(area)
        if first <= right and last >= left and upper <= bottom and lower >= top:
            found = True
            refused = Refused("merged_cells", "reading.merged", "reading.unmerge", area=area)
            source.problems.append(problem(refused, place, upper, letters(first)))
    return found


def _hidden(sheet: Sheet, body: set[int], used: list[int], place: str, source: Source) -> None:
    rows = len(sheet.hidden_rows & body)
    columns = sum(any(first <= column <= last for first, last in sheet.hidden_columns) for column in used)
    for count, what in ((rows, "reading.rows-hidden"), (columns, "reading.columns-hidden")):
        if count:
            source.warn(Refused("hidden", what, "reading.unhide", count=count), place)


def _keys(sheet: Sheet, place: str, source: Source) -> tuple[dict[str, Any], dict[str, int]]:
    """The model file's nested keys as the sheet gives them, and the row of each."""
    keys: dict[str, Any] = {}
    lines: dict[str, int] = {}
    problems = Findings()
    for number in sorted(sheet.rows):
        cells = sheet.rows[number]
        try:
            written = cleaned(str(cells.get(0, "")))
        except Refused as refused:
            problems.add(refused, place, number, "A", cells.get(0))
            continue
        values = [cells[column] for column in sorted(cells) if column > 0 and not _blank(cells[column])]
        if (key_of(written, ("key",)) and not lines) or (not written and not values):
            continue
        key = _key(written)
        refused_key = _misplaced(key, values, key in lines)
        if refused_key:
            problems.add(refused_key, place, number, "A", written)
            continue
        lines.setdefault(key, number)
        _set(keys, key, values)
        if key == "objective":
            lines.setdefault("objective.name", number)
    source.problems += problems.told()
    return keys, lines


def _key(written: str) -> str:
    """The key of the model file that is written so, with its section; what is none stays, and is asked about."""
    section, _, rest = written.rpartition(".")
    if not section and (found := key_of(written, tuple(name for name in TOP if name != POLICY_SECTION))):
        return found
    if (not section or section.casefold() == POLICY_SECTION) and (found := key_of(rest, tuple(POLICY))):
        return f"{POLICY_SECTION}.{found}"
    return written.casefold()


def _misplaced(key: str, values: list[Any], again: bool) -> Refused | None:
    if again and key != "objective":
        return Refused("duplicate_key", "reading.key-twice", "reading.remove-one-row")
    if not key:
        return Refused("missing_key", "reading.no-key-there", "reading.write-key")
    most = {"years": 300, "objective": 2 * len(OBJECTIVES)}.get(key, 1)
    if len(values) > most:
        return Refused("kind", "reading.too-many-values", "reading.remove-others", found=len(values), most=most)
    return None


def _set(keys: dict[str, Any], key: str, values: list[Any]) -> None:
    if key == "years":
        split = [part for value in values for part in (_words(value) if isinstance(value, str) else [value])]
        keys[key] = split
    elif key == "objective":
        keys.setdefault(key, []).extend(_objectives(values))
    elif key.startswith("policy."):
        keys.setdefault("policy", {})[key.removeprefix("policy.")] = values[0] if values else None
    else:
        keys[key] = values[0] if values else None


def _objectives(values: list[Any]) -> list[dict[str, Any]]:
    """Objectives that stand side by side, or in one cell: a number or share after a name is its tolerance."""
    found: list[dict[str, Any]] = []
    for value in values:
        for part in [one.strip() for one in value.split(";")] if isinstance(value, str) else [value]:
            if found and "tolerance" not in found[-1] and (not isinstance(part, str) or part[:1].isdigit()):
                found[-1]["tolerance"] = part
            elif part != "":
                found.append({"name": part})
    return found or [{}]


def _words(text: str) -> list[str]:
    return text.replace(",", " ").replace(";", " ").split()


def _blank(cell: Any) -> bool:
    return isinstance(cell, str) and not cell.strip()
