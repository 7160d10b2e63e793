"""What a person sees of a batch: progress on standard error while it runs, a summary on standard output at its end."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any, Self

import click
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from rus_funding.kronor import format_integer
from rus_funding.papers.warnings import slips
from rus_funding.runs.file import finished
from rus_funding.runs.inputs import stored_findings
from rus_funding.runs.schema import EXPLANATIONS
from rus_funding.runs.standing import read
from rus_funding.words.language import say
from rus_funding.words.numbers import decimal, percent
from rus_funding.words.standings import counted, short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from rus_funding.runs import Record
    from rus_funding.runs.batch import Summary

FEW = 20  # scenarios that are listed one by one
NAMED = 5  # scenarios without a plan that are explained
PIPED = 120  # columns
WIDEST_NAME = 44  # characters; a longer name is broken
EVERY = 10.0  # seconds between two lines where there is no terminal


class Progress:
    """A bar on a terminal, a line now and then elsewhere."""

    def __init__(self, path: Path, lang: str) -> None:
        """Nothing is shown before `begin`."""
        self._path, self._lang = path, lang
        self._console = Console(stderr=True, highlight=False)
        self._size = self._kept = self._done = self._without = 0
        self._started = self._said = time.monotonic()
        self._bar = Bar(
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[without]}", style="yellow"),
            console=self._console,
            transient=True,
        )

    def __enter__(self) -> Self:
        """The progress itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self._console.is_terminal and self._size:
            self._bar.stop()

    def begin(self, size: int, kept: int) -> None:
        """How many there are, and how many stand already."""
        self._size, self._kept = size, kept
        self._started = self._said = time.monotonic()
        if self._console.is_terminal:
            self._task = self._bar.add_task("", total=size, completed=kept, rate="", without="")
            self._bar.start()
        else:
            self._say("begin", count=size - kept, size=size)

    def step(self, record: Record) -> None:
        """One more is safe on disk."""
        self._done += 1
        self._without += not record.planned
        rate = self._done / max(1e-9, time.monotonic() - self._started)
        without = say(self._lang, "batch.without", count=self._without) if self._without else ""
        if self._console.is_terminal:
            self._bar.update(self._task, advance=1, rate=f"{rate:.3g}/s", without=without)
        elif time.monotonic() - self._said >= EVERY:
            self._said = time.monotonic()
            done = self._kept + self._done
            parts = [
                say(self._lang, "batch.line", done=done, size=self._size, rate=f"{rate:.3g}"),
                say(self._lang, "batch.left", seconds=round((self._size - done) / rate)),
                without,
            ]
            click.echo(", ".join(part for part in parts if part), err=True)

    def interrupted(self) -> None:
        """Say what is kept; nothing where it had not begun."""
        self.__exit__(None, None, None)
        said = self.kept()
        if said:
            click.echo(said, err=True)
            self._size = 0

    def kept(self) -> str:
        """What is kept if it ends here, as a sentence; "" where it had not begun."""
        if not self._size:
            return ""
        return say(self._lang, "batch.interrupted", done=finished(self._path), size=self._size, path=self._path)

    def _say(self, key: str, **fields: object) -> None:
        click.echo(say(self._lang, f"batch.{key}", **fields), err=True)


def summary(found: Mapping[str, Any], went: Summary, lang: str) -> None:
    """Print the run in a few lines: every scenario's key figures, or how they spread."""
    console = Console(highlight=False, file=sys.stdout)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PIPED
    rows = found["scenarios"]
    with console.capture() as captured:
        console.print(_listed(rows, lang) if len(rows) <= FEW else _spread(found, lang))
    console.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))
    counts = ", ".join(counted(((read(row), row["status"]) for row in rows), lang))
    notes = [say(lang, "batch.counts", finished=found["finished"], size=found["size"], path=went.path, counts=counts)]
    notes += [say(lang, "batch.kept", count=went.kept)] if went.kept else []
    notes += [say(lang, "batch.damaged", names=", ".join(went.damaged))] if went.damaged else []
    notes.append(say(lang, "batch.time", seconds=decimal(went.seconds, lang, 1)))
    console.print(Text(" ".join(notes)))
    lost = slips(stored_findings(found["findings"]), lang)
    if lost:
        console.print(Text(say(lang, "batch.findings"), style="bold"))
        for line in lost:
            console.print(Text(safe(f"  {line}")))
    for title, column in (("batch.why", EXPLANATIONS[lang]), ("batch.departures", "departures")):
        those = [row for row in rows if row[column]]
        if those:
            console.print(Text(say(lang, title), style="bold"))
            for row in those[:NAMED]:
                console.print(Text(safe(f"  {row['scenario']}: {row[column]}")))
            if len(those) > NAMED:
                console.print(Text("  " + say(lang, "batch.more", count=len(those) - NAMED)))


def _listed(rows: Sequence[Mapping[str, Any]], lang: str) -> Table:
    """A line for each scenario."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, caption=say(lang, "batch.legend"), caption_justify="left")
    names = [_name(row, lang) for row in rows]
    longest = max(len(name) for name in names)
    table.add_column(say(lang, "batch.column.scenario"), overflow="fold", no_wrap=longest <= WIDEST_NAME)
    columns = ("value", "funded", "cofinancing", "leverage", "projects", "unused")
    for column in columns:
        table.add_column(say(lang, f"batch.column.{column}"), justify="right", no_wrap=True)
    for row, name in zip(rows, names, strict=True):
        cells = [_projects(row) if column == "projects" else _shown(column, row[column], lang) for column in columns]
        style = "" if read(row).proven else "yellow"
        table.add_row(Text(name, style=style), *(cells if read(row).has_plan else ["–"] * len(columns)))
    return table


def _name(row: Mapping[str, Any], lang: str) -> str:
    """The scenario; how it stands, where that is not as good as can be."""
    standing = read(row)
    return row["scenario"] if standing.proven else f"{row['scenario']} ({short(standing, lang, row['status'])})"


def _spread(found: Mapping[str, Any], lang: str) -> Table:
    """A line for each key figure: the baseline's, and how the scenarios' spread."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(say(lang, "batch.column.figure"))
    base = found["scenarios"][0]
    quantiles = ("least", "tenth", "median", "nine_tenths", "largest")
    for column in ("baseline", *quantiles):
        table.add_column(say(lang, f"batch.column.{column}"), justify="right", no_wrap=True)
    for name in ("value", "funded", "cofinancing", "leverage", "largest_fund_share", "hoover", "unused"):
        spread = found["spread"][name] or {}
        table.add_row(
            say(lang, f"batch.column.{name}"),
            _shown(name, base[name], lang),
            *(_shown(name, spread.get(each), lang) for each in quantiles),
        )
    return table


def _projects(row: Mapping[str, Any]) -> str:
    return " / ".join(str(row[f"projects_{status}"]) for status in ("funded", "partly", "not"))


def _shown(figure: str, value: float | None, lang: str) -> str:
    """A key figure as people write it."""
    if value is None:
        return "–"
    if figure in {"funded", "unused", "value"}:
        return format_integer(round(value), lang)
    if figure in {"cofinancing", "largest_fund_share"}:
        return percent(value, lang)
    return decimal(value, lang)


def safe(text: str) -> str:
    """Text without control characters: they could steer the terminal."""
    return "".join(char if char.isprintable() or char in "\u00a0\u202f" else "\ufffd" for char in text)
