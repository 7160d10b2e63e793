"""How tables fit a width in characters: numbers whole, names wrapped, too many years in several blocks."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rich.cells import cell_len

from rus_funding.words.numbers import FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.words.table import Cell, Column, Table

GAP = 2  # characters between columns
NAME, LEAST = 24, 16  # how wide a column of names is in a table cut into blocks, and at least in a whole one
WORDS = {"text", "group"}


@dataclasses.dataclass(frozen=True)
class Line:
    """One row as text. role: "heading", "group", "row" or "total"; `ruled`: a line is drawn below it."""

    role: str
    cells: tuple[str, ...]
    ruled: bool = False


@dataclasses.dataclass(frozen=True)
class Layout:
    """Rows of text with the width of each column, and which columns are numbers (right, never wrapped)."""

    rows: tuple[Line, ...]
    widths: tuple[int, ...]
    numbers: tuple[bool, ...]

    @property
    def width(self) -> int:
        """All columns with the gaps between them."""
        return sum(self.widths) + GAP * (len(self.widths) - 1)


def fitted(stack: Sequence[Table], lang: str, width: int, rows: int | None = None) -> list[Layout]:
    """Tables with alike columns as one layout; as several, each with the names, where the numbers need more width.

    `rows` is how many rows of each are shown.
    """
    kinds = [[table.columns[i].kind for i in _shown(table)] for table in stack]
    if any(other != kinds[0] for other in kinds):
        raise ValueError(f"tables of unlike columns: {[table.name for table in stack]}")
    lines = [line for table in stack for line in _lines(table, lang, rows)]
    numbers = tuple(kind not in WORDS for kind in kinds[0])
    needed = [max(cell_len(line.cells[i]) for line in lines if line.role != "group") for i in range(len(numbers))]
    return [_layout(lines, needed, numbers, chosen, width) for chosen in _blocks(needed, numbers, width)]


def _blocks(needed: Sequence[int], numbers: Sequence[bool], width: int) -> list[list[int]]:
    """The columns of each block: the names, and other columns, about as many in each."""
    others = range(1, len(needed))
    takes = [GAP + (needed[i] if numbers[i] else min(needed[i], NAME)) for i in others]
    if sum(takes) + min(needed[0], LEAST) <= width:
        return [[0, *others]]
    room = width - min(needed[0], NAME)
    for blocks in range(2, len(takes)):
        most = -(-len(takes) // blocks)
        parts = [range(at, min(at + most, len(takes))) for at in range(0, len(takes), most)]
        if all(sum(takes[i] for i in part) <= room for part in parts):
            return [[0, *(i + 1 for i in part)] for part in parts]
    return [[0, i] for i in others]


def _layout(
    lines: Sequence[Line], needed: Sequence[int], numbers: Sequence[bool], chosen: Sequence[int], width: int
) -> Layout:
    """One block; what numbers leave over goes to the texts, the first last."""
    widths = {i: needed[i] if i else 0 for i in chosen}
    left = width - sum(widths.values()) - GAP * (len(chosen) - 1)
    widths[0] = max(min(needed[0], left), min(needed[0], LEAST))
    rows = tuple(
        Line(line.role, line.cells if line.role == "group" else tuple(line.cells[i] for i in chosen), line.ruled)
        for line in lines
    )
    return Layout(rows, tuple(widths[i] for i in chosen), tuple(numbers[i] for i in chosen))


def _shown(table: Table) -> list[int]:
    """The columns that say something: groups stand above their rows, and a column without a cell is left out."""
    return [
        i
        for i, column in enumerate(table.columns)
        if column.kind != "group" and (not table.rows or any(row[i] is not None for row in table.rows))
    ]


def _lines(table: Table, lang: str, most: int | None) -> list[Line]:
    """Heading (the table's title over the names), groups above their rows, total."""
    at = _shown(table)
    columns = [table.columns[i] for i in at]
    group = next((i for i, column in enumerate(table.columns) if column.kind == "group"), None)

    def texts(row: Sequence[Cell]) -> tuple[str, ...]:
        return tuple(text(row[i], column, lang) for i, column in zip(at, columns, strict=True))

    lines = [Line("heading", (table.title, *(column.heading for column in columns[1:])), ruled=True)]
    last: Cell = ""
    for row in table.rows[:most]:
        if group is not None and row[group] != last:
            last = row[group]
            lines.append(Line("group", (safe(str(last)),)))
        lines.append(Line("row", texts(row)))
    if table.total is not None:
        lines[-1] = dataclasses.replace(lines[-1], ruled=True)
        lines.append(Line("total", texts(table.total)))
    return lines


def text(cell: Cell, column: Column, lang: str) -> str:
    """A cell as it is read."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe(cell)
    return FORMATS[column.kind](cell, lang)


def safe(text: str) -> str:
    """Text from a file without control characters: they could steer the terminal, and have no width."""
    return "".join(char if char.isprintable() or char in "\u00a0\u202f" else "\ufffd" for char in text)
