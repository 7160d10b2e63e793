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
from rus_funding.runs.file import standing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from rus_funding.batch import Summary
    from rus_funding.runs import Record

FEW = 20  # scenarios that are listed one by one
NAMED = 5  # scenarios without a plan that are explained
PIPED = 120  # columns
WIDEST_NAME = 36  # characters; a longer name is broken
EVERY = 10.0  # seconds between two lines where there is no terminal

WORDS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "begin": "{left} av {size} scenarier att räkna", "line": "{done} av {size}, {rate} per sekund",
        "left": "{left} kvar", "without": "{count} utan plan",
        "interrupted": "avbrutet: {done} av {size} scenarier finns i {path}. Fortsätt med --resume.",
        "scenario": "Scenario", "value": "Värde", "funded": "Finansierat, kr", "cofinancing": "Medfin.",
        "leverage": "Hävstång", "largest_fund_share": "Största källa", "hoover": "Hoover", "unused": "Outnyttjat, kr",
        "projects": "Projekt*", "figure": "Nyckeltal", "baseline": "Basfall", "least": "Minst", "tenth": "10 %",
        "median": "Median", "nine_tenths": "90 %", "largest": "Störst",
        "legend": "* helt / delvis / inte finansierade", "optimal": "med bevisad plan", "infeasible": "olösbara",
        "invalid": "ogiltiga", "time_limit": "utan svar i tid", "error": "ej bevisade", "crashed": "kraschade",
        "one_infeasible": "olösbart", "one_invalid": "ogiltigt", "one_time_limit": "inte i tid",
        "one_error": "ej bevisat", "one_crashed": "kraschat",
        "counts": "{finished} av {size} scenarier i {path}: {statuses}.", "why": "Utan plan:",
        "more": "… och {count} till (tabellen scenarios, kolumnen explanation)",
        "departures": "Avviker från väntade nyckeltal:", "kept": "{count} fanns redan.",
        "damaged": "Skadade resultat som räknats om: {names}.", "time": "Tid: {seconds} s.",
    },
    "en": {
        "begin": "{left} of {size} scenarios to solve", "line": "{done} of {size}, {rate} a second",
        "left": "{left} left", "without": "{count} without a plan",
        "interrupted": "interrupted: {done} of {size} scenarios are in {path}. Go on with --resume.",
        "scenario": "Scenario", "value": "Value", "funded": "Funded, SEK", "cofinancing": "Co-fin.",
        "leverage": "Leverage", "largest_fund_share": "Largest fund", "hoover": "Hoover", "unused": "Unused, SEK",
        "projects": "Projects*", "figure": "Key figure", "baseline": "Baseline", "least": "Least", "tenth": "10 %",
        "median": "Median", "nine_tenths": "90 %", "largest": "Largest",
        "legend": "* funded in full / in part / not", "optimal": "with a proven plan", "infeasible": "infeasible",
        "invalid": "invalid", "time_limit": "out of time", "error": "not proven", "crashed": "crashed",
        "one_infeasible": "infeasible", "one_invalid": "invalid", "one_time_limit": "out of time",
        "one_error": "not proven", "one_crashed": "crashed",
        "counts": "{finished} of {size} scenarios in {path}: {statuses}.", "why": "Without a plan:",
        "more": "… and {count} more (table scenarios, column explanation)",
        "departures": "Departs from the expected figures:", "kept": "{count} were there already.",
        "damaged": "Damaged results that were solved again: {names}.", "time": "Time: {seconds} s.",
    },
}  # fmt: skip


class Progress:
    """A bar on a terminal, a line now and then elsewhere."""

    def __init__(self, path: Path, lang: str) -> None:
        """Nothing is shown before `begin`."""
        self._path, self._words = path, WORDS[lang]
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
            self._say(self._words["begin"].format(left=size - kept, size=size))

    def step(self, record: Record) -> None:
        """One more is safe on disk."""
        self._done += 1
        self._without += record.status != "optimal"
        rate = self._done / max(1e-9, time.monotonic() - self._started)
        without = self._words["without"].format(count=self._without) if self._without else ""
        if self._console.is_terminal:
            self._bar.update(self._task, advance=1, rate=f"{rate:.3g}/s", without=without)
        elif time.monotonic() - self._said >= EVERY:
            self._said = time.monotonic()
            line = self._words["line"].format(done=self._kept + self._done, size=self._size, rate=f"{rate:.3g}")
            seconds = (self._size - self._kept - self._done) / rate
            parts = [line, self._words["left"].format(left=f"{seconds:.0f} s"), without]
            self._say(", ".join(part for part in parts if part))

    def interrupted(self) -> None:
        """Say what is kept; nothing where it had not begun."""
        self.__exit__(None, None, None)
        if self._size:
            done = standing(self._path)
            self._say(self._words["interrupted"].format(done=done, size=self._size, path=self._path))
            self._size = 0

    @staticmethod
    def _say(line: str) -> None:
        click.echo(line, err=True)


def summary(found: Mapping[str, Any], went: Summary, lang: str) -> None:
    """Print the run in a few lines: every scenario's key figures, or how they spread."""
    words = WORDS[lang]
    console = Console(highlight=False, file=sys.stdout)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PIPED
    rows = found["scenarios"]
    with console.capture() as captured:
        console.print(_listed(rows, words, lang) if len(rows) <= FEW else _spread(found, words, lang))
    console.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))
    statuses = ", ".join(f"{count} {words[status]}" for status, count in found["statuses"].items())
    notes = [words["counts"].format(finished=found["finished"], size=found["size"], path=went.path, statuses=statuses)]
    notes += [words["kept"].format(count=went.kept)] if went.kept else []
    notes += [words["damaged"].format(names=", ".join(went.damaged))] if went.damaged else []
    notes.append(words["time"].format(seconds=_decimal(went.seconds, 1, lang)))
    console.print(Text(" ".join(notes)))
    for title, column in (("why", "explanation"), ("departures", "departures")):
        those = [row for row in rows if row[column]]
        if those:
            console.print(Text(words[title], style="bold"))
            for row in those[:NAMED]:
                console.print(Text(safe(f"  {row['scenario']}: {row[column]}")))
            if len(those) > NAMED:
                console.print(Text("  " + words["more"].format(count=len(those) - NAMED)))


def _listed(rows: Sequence[Mapping[str, Any]], words: Mapping[str, str], lang: str) -> Table:
    """A line for each scenario."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, caption=words["legend"], caption_justify="left")
    longest = max(len(row["scenario"]) for row in rows)
    table.add_column(words["scenario"], overflow="fold", no_wrap=longest <= WIDEST_NAME)
    columns = ("value", "funded", "cofinancing", "leverage", "projects", "unused")
    for column in columns:
        table.add_column(words[column], justify="right", no_wrap=True)
    for row in rows:
        cells: list[str | Text]
        if row["status"] == "optimal":
            cells = [
                _projects(row) if column == "projects" else _shown(column, row[column], lang) for column in columns
            ]
        else:
            cells = [Text(words[f"one_{row['status']}"], style="yellow"), *[""] * (len(columns) - 1)]
        table.add_row(row["scenario"], *cells)
    return table


def _spread(found: Mapping[str, Any], words: Mapping[str, str], lang: str) -> Table:
    """A line for each key figure: the baseline's, and how the scenarios' spread."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(words["figure"])
    base = found["scenarios"][0]
    quantiles = ("least", "tenth", "median", "nine_tenths", "largest")
    for column in ("baseline", *quantiles):
        table.add_column(words[column], justify="right", no_wrap=True)
    for name in ("value", "funded", "cofinancing", "leverage", "largest_fund_share", "hoover", "unused"):
        spread = found["spread"][name] or {}
        table.add_row(
            words[name], _shown(name, base[name], lang), *(_shown(name, spread.get(each), lang) for each in quantiles)
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
        return _decimal(100 * value, 1, lang) + "\u00a0%"
    return _decimal(value, 2, lang)


def _decimal(value: float, digits: int, lang: str) -> str:
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if lang == "sv" else text


def safe(text: str) -> str:
    """Text without control characters: they could steer the terminal."""
    return "".join(char if char.isprintable() or char in "\u00a0\u202f" else "\ufffd" for char in text)
