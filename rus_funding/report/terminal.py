"""A plan in a terminal, or in the file that standard output is led to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from rus_funding.kronor import format_kronor
from rus_funding.report.layout import GAP, Layout, Line, fitted, safe
from rus_funding.report.numbers import percent, points
from rus_funding.report.tables import tables
from rus_funding.report.texts import TEXTS
from rus_funding.report.verdict import failure, proof
from rus_funding.report.warned import warned

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from rus_funding.plan import Outcome
    from rus_funding.report.table import Table

NARROWEST, WIDEST, PIPED = 60, 120, 100  # columns
RULES = 15  # binding rules shown
HEADING, QUIET = "bold cyan", "dim"


def show(outcome: Outcome, lang: str = "sv", console: Console | None = None) -> None:
    """Print an outcome: a plan with its proof, or why there is none (nothing then looks like a plan)."""
    out = console if console is not None else _console()
    for part in _plan(outcome, lang, out.width) if outcome.status == "optimal" else _no_plan(outcome, lang):
        with out.capture() as captured:
            out.print(part)
        lines = captured.get().splitlines()
        out.file.write("".join(f"{line.rstrip()}\n" for line in lines))
    out.file.flush()


def _console() -> Console:
    """As wide as the terminal, within reason; a pipe has no width of its own unless COLUMNS says one."""
    console = Console(highlight=False)
    width = console.width if console.is_terminal or "COLUMNS" in os.environ else PIPED
    console.width = max(NARROWEST, min(width, WIDEST))
    return console


def _no_plan(outcome: Outcome, lang: str) -> Iterable[RenderableType]:
    yield _head(outcome, lang)
    first, *rest = failure(outcome, lang)
    yield Text(first, style="bold red")
    yield from (Text(safe(line)) for line in rest)
    yield from _warnings(outcome, lang)


def _plan(outcome: Outcome, lang: str, width: int) -> Iterable[RenderableType]:
    words = TEXTS[lang]
    yield _head(outcome, lang)
    yield _summary(outcome, lang)
    costs, financing, *others = tables(outcome, lang)
    yield from _stack([costs, financing], lang, width)
    for table in others:
        if not table.rows:
            if table.notes:
                yield from _section(table.title, table.notes)
            continue
        shown = table.rows if table.name != "rules" else table.rows[:RULES]
        yield from _stack([table], lang, width, len(shown))
        notes = list(table.notes)
        if len(shown) < len(table.rows):
            notes.insert(0, words["more_rows"].format(count=len(table.rows) - len(shown)))
        yield from (Text(safe(note), style=QUIET) for note in notes)
    if outcome.certificate is not None:
        yield from _section(words["proof"], proof(outcome.certificate, lang))
    yield from _warnings(outcome, lang)


def _warnings(outcome: Outcome, lang: str) -> Iterable[RenderableType]:
    lines = warned(outcome.model, lang)
    return _section(TEXTS[lang]["warnings"], lines) if lines else ()


def _head(outcome: Outcome, lang: str) -> RenderableType:
    model = outcome.model
    head = Text(safe(model.title or model.name), style="bold")
    if outcome.scenario is not None:
        head.append("\n" + TEXTS[lang]["scenario"].format(name=outcome.scenario), style="not bold")
    return head


def _summary(outcome: Outcome, lang: str) -> Text:
    words, results = TEXTS[lang], outcome.projects
    cost = sum(result.cost for result in results)
    counts = {name: sum(result.status == name for result in results) for name in ("funded", "partly", "not")}
    line = words["summary"].format(
        funded=format_kronor(outcome.funded, lang),
        cost=format_kronor(cost, lang),
        share=percent(outcome.funded / cost, lang) if cost else "–",
        value=points(outcome.value or 0.0, lang),
    )
    return Text(
        f"{line}\n{words['counts'].format(funded=counts['funded'], partly=counts['partly'], not_=counts['not'])}"
    )


def _section(title: str, lines: Iterable[str]) -> Iterable[RenderableType]:
    yield Text(f"\n{title}", style=HEADING)
    yield from (Text(safe(line)) for line in lines)


def _stack(stack: Sequence[Table], lang: str, width: int, rows: int | None = None) -> Iterable[RenderableType]:
    """Tables of like columns under each other, aligned; too many columns for the width become several blocks."""
    for layout in fitted(stack, lang, width, rows):
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
