"""Tables as the page shows them: cells as text, with what they are sorted by."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from rus_funding.words.language import say
from rus_funding.words.numbers import FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from rus_funding.words.table import Cell, Column, Table


@dataclasses.dataclass(frozen=True)
class Item:
    """A cell. `by` is what it is sorted by where that is not its text; `more` is set small beside it."""

    text: str | Markup
    by: float | None = None
    more: str = ""
    kind: str = ""


@dataclasses.dataclass(frozen=True)
class Head:
    """A heading; numbers stand to the right."""

    text: str
    number: bool = False


@dataclasses.dataclass(frozen=True)
class Group:
    """Rows under a heading of their own, which may be empty."""

    title: str
    rows: tuple[tuple[Item, ...], ...]


@dataclasses.dataclass(frozen=True)
class Grid:
    """A table. The first cell of a row names it. Sorted by its headings where it is not in groups."""

    caption: str
    heads: tuple[Head, ...]
    groups: tuple[Group, ...]
    total: tuple[Item, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def sortable(self) -> bool:
        """Whether the order of rows is free."""
        return len(self.groups) == 1 and len(self.groups[0].rows) > 2

    @property
    def size(self) -> int:
        """Rows."""
        return sum(len(group.rows) for group in self.groups)


def grid(table: Table, lang: str) -> Grid:
    """A table of a report."""
    grouped = next((i for i, column in enumerate(table.columns) if column.kind == "group"), None)
    kept = [i for i in range(len(table.columns)) if i != grouped]
    columns = [table.columns[i] for i in kept]
    groups: dict[str, list[tuple[Item, ...]]] = {}
    for row in table.rows:
        title = str(row[grouped] or "") if grouped is not None else ""
        groups.setdefault(title, []).append(_items(columns, [row[i] for i in kept], lang))
    total = _items(columns, [table.total[i] for i in kept], lang) if table.total is not None else ()
    heads = tuple(Head(column.heading, column.kind != "text") for column in columns)
    shown = tuple(Group(title, tuple(rows)) for title, rows in groups.items())
    return Grid(table.title, heads, shown, total, table.notes)


def short(whole: Grid, lang: str, most: int = 400) -> Grid:
    """The first rows of a table without groups, and a note of how many are left out: a page has room for so many."""
    if whole.size <= most:
        return whole
    note = say(lang, "page.rows.more", count=whole.size - most)
    return dataclasses.replace(whole, groups=(Group("", whole.groups[0].rows[:most]),), notes=(*whole.notes, note))


def _items(columns: Sequence[Column], cells: Sequence[Cell], lang: str) -> tuple[Item, ...]:
    return tuple(item(column.kind, cell, lang) for column, cell in zip(columns, cells, strict=True))


def item(kind: str, cell: Cell, lang: str, more: str = "") -> Item:
    """A cell of a kind (see `rus_funding.words.table.Column`)."""
    if cell is None:
        return Item("")
    if kind in FORMATS:
        number: Any = cell
        return Item(FORMATS[kind](number, lang), float(number), more)
    return Item(str(cell), more=more)


def flat(caption: str, heads: Sequence[Head], rows: Sequence[Sequence[Item]], notes: Sequence[str] = ()) -> Grid:
    """A table without groups."""
    return Grid(caption, tuple(heads), (Group("", tuple(tuple(row) for row in rows)),), (), tuple(notes))
