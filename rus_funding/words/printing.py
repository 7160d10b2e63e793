"""How reports meet a terminal, or the file that standard output is led to: width, sections, tables."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from rus_funding.kronor import NBSP
from rus_funding.words.layout import GAP, Layout, Line, fitted, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from rus_funding.words.table import Table

NARROWEST, WIDEST, PIPED = 60, 120, 100  # columns
GLUE = "\ue000"  # stands for a no-break space while rich wraps: it takes every blank for a place to break
HEADING, QUIET = "bold cyan", "dim"


def standard_console() -> Console:
    """As wide as the terminal, within reason; a pipe has no width of its own unless COLUMNS says one."""
    console = Console(highlight=False)
    width = console.width if console.is_terminal or "COLUMNS" in os.environ else PIPED
    console.width = max(NARROWEST, min(width, WIDEST))
    return console


def write(console: Console, parts: Iterable[RenderableType]) -> None:
    """Write each part, without blanks at the ends of lines, and no number parted at its thousands."""
    for part in parts:
        if isinstance(part, Text):
            part.plain = part.plain.replace(NBSP, GLUE)
        with console.capture() as captured:
            console.print(part)
        lines = captured.get().replace(GLUE, NBSP).splitlines()
        console.file.write("".join(f"{line.rstrip()}\n" for line in lines))
    console.file.flush()


def section(title: str, lines: Iterable[str]) -> Iterable[RenderableType]:
    """A heading over sentences."""
    yield Text(f"\n{title}", style=HEADING)
    yield from (Text(safe(line)) for line in lines)


def stack(alike: Sequence[Table], lang: str, width: int, rows: int | None = None) -> Iterable[RenderableType]:
    """Tables of like columns under each other, aligned; too many columns for the width become several blocks."""
    for layout in fitted(alike, lang, width, rows):
        for line in layout.rows:
            if line.role == "heading":
                yield Text()
            if line.role == "group":
                yield Text(line.cells[0], style="italic")
            else:
                yield _row(line, layout)
            if line.ruled:
                yield Text("─" * layout.width, style=QUIET)


def _row(line: Line, layout: Layout) -> Grid:
    """One row; names wrap, numbers never."""
    grid = Grid(box=None, show_header=False, pad_edge=False, padding=(0, GAP, 0, 0))
    for width, number in zip(layout.widths, layout.numbers, strict=True):
        grid.add_column(justify="right" if number else "left", width=width, no_wrap=number, overflow="fold")
    style = {"heading": HEADING, "total": "bold"}.get(line.role, "")
    grid.add_row(*(Text(cell, style=style) for cell in line.cells))
    return grid
