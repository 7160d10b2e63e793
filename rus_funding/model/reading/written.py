"""Problems as the reader of the file sees them: its headings, a cell's address, names in place of ids made of them."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

from rus_funding.model.names import column_of, language_of
from rus_funding.model.reading.source import shown
from rus_funding.model.schema import TABLES, Column
from rus_funding.words import names as words
from rus_funding.words.messages import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rus_funding.errors import Problem
    from rus_funding.model.reading.identities import Register
    from rus_funding.model.reading.source import Raw, Source

SHEET = "sheet "  # what the place of a problem in a workbook begins with


def as_written(problems: Iterable[Problem], source: Source, registers: Mapping[str, Register]) -> list[Problem]:
    """The problems, each where and as the file that was read has it."""
    tables = {source.places[name]: (name, raw) for name, raw in source.tables.items()}
    written = {name: register.written for name, register in registers.items() if register.written}
    rows: dict[str, dict[Any, int]] = {}
    lang = language_of(place.removeprefix(SHEET).removesuffix(".csv") for place in tables)
    found = []
    for one in problems:
        if one.place in tables and one.column is not None:
            name, raw = tables[one.place]
            order = rows.setdefault(name, {row: i for i, row in reversed(list(enumerate(raw.rows)))})
            one = _placed(one, name, raw, order, lang)  # noqa: PLW2901
        found.append(_named(one, written) if written and one.fields else one)
    return found


def _placed(one: Problem, table: str, raw: Raw, order: Mapping[Any, int], lang: str) -> Problem:
    """The problem with the heading of its column, the cell's address, and what stands there."""
    key = str(one.column)
    headings = {column_of(table, heading) or heading: k for k, heading in reversed(list(enumerate(raw.header)))}
    at = headings.get(key)
    if at is None and key in TABLES[table].key:  # an id that was made of the name
        at = headings.get("name")
    if at is None:  # a column that is not there is asked for as the others are called
        known = key in TABLES[table].by_name
        return dataclasses.replace(one, column=words.column(lang, table, key)) if known else one
    cell = None
    if raw.letters and isinstance(one.row, int):
        sheet = one.place.removeprefix(SHEET)
        quoted = sheet if re.fullmatch(r"[^\W\d]\w*", sheet) else "'" + sheet.replace("'", "''") + "'"
        cell = f"{quoted}!{raw.letters[at]}{one.row}"
    value = one.value
    column = TABLES[table].by_name.get(key)
    if value is not None and column is not None and _names_somebody(column) and one.row in order:
        value = shown(raw.columns[at][order[one.row]]) or value
    return dataclasses.replace(one, column=raw.header[at], cell=cell, value=value)


def _names_somebody(column: Column) -> bool:
    return column.type in {"id", "ids", "choice"} or bool(column.by)


def _named(one: Problem, written: Mapping[str, Mapping[str, str]]) -> Problem:
    """The problem with names in its texts where ids were made of them."""
    fields = {key: _said(value, written) for key, value in one.fields.items()}
    if "key" in fields:  # the parts of a row's key
        fields["key"] = " ".join(_said(part, written) for part in str(one.fields["key"]).split(" "))
    if fields == dict(one.fields) or one.texts is None:
        return one
    what, remedy = (told("en", text, fields) for text in one.texts)
    return dataclasses.replace(one, fields=fields, what=what, remedy=remedy)


def _said(value: Any, written: Mapping[str, Mapping[str, str]]) -> Any:
    """A field with each made id as its file has it, where one name alone was made into that id."""
    if isinstance(value, (list, tuple)):
        return [_said(item, written) for item in value]
    if not isinstance(value, str):
        return value
    names = {one[value] for one in written.values() if value in one}
    return names.pop() if len(names) == 1 else value
