"""A comparison as CSV files that a Swedish Excel opens as they are."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rus_funding.comparisons.comparison import FIGURES, Comparison
from rus_funding.errors import UsageError
from rus_funding.runs.export import cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Rows = tuple["Sequence[str]", "Iterable[Sequence[Any]]"]


def write_csv(
    comparison: Comparison, directory: Path | str, lang: str, more: Mapping[str, Rows] | None = None
) -> list[Path]:
    """Write `scenarios`, `projects`, and where there is something to say `shares`, `drivers` and `moved`, all `.csv`.

    ``;`` and decimal comma for "sv", ``,`` and decimal point for "en", both with a byte-order mark; a text that a
    spreadsheet would take for a formula gets an apostrophe before it. `more` are further files by name. Returns the
    files, of a damaged run ``NAME.damaged.csv``. Raises `UsageError` where they cannot be written.
    """
    directory = Path(directory)
    written = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        mark = ".damaged" if any(note.code == "damaged" for note in comparison.notes) else ""
        for name, (header, rows) in {**_files(comparison), **(more or {})}.items():
            written.append(directory / f"{name}{mark}.csv")
            with written[-1].open("w", encoding="utf-8-sig", newline="") as stream:
                writer = csv.writer(stream, delimiter=";" if lang == "sv" else ",", lineterminator="\r\n")
                writer.writerow(header)
                writer.writerows([cell(value, lang) for value in row] for row in rows)
    except OSError as error:
        where = error.filename or directory
        raise UsageError(f"{where} cannot be written: {error.strerror}. Is it open in Excel?") from None
    return written


def _files(comparison: Comparison) -> dict[str, Rows]:
    found: dict[str, Rows] = {
        "scenarios": (
            ["scenario", "run", "title", "status", "standing", *FIGURES, *(f"{f}_difference" for f in FIGURES),
             "explanation"],
            _scenarios(comparison),
        ),
        "projects": (
            ["project", "name", "group", "in_full", "at_all", "reference_kronor", "reference_share",
             *(f"kronor_{name}" for name in ("least", "tenth", "median", "nine_tenths", "largest")),
             *(f"share_{name}" for name in ("least", "tenth", "median", "nine_tenths", "largest"))],
            ((s.project, s.name, s.group, s.in_full, s.at_all, s.reference_kronor, s.reference_share,
              *s.kronor_spread.values(), *s.share_spread.values()) for s in comparison.projects),
        ),
    }  # fmt: skip
    if any(standing.kronor for standing in comparison.projects):
        found["shares"] = (["project", "name", "scenario", "kronor", "share"], _shares(comparison))
    if comparison.drivers:
        found["drivers"] = (["run", "file", "result", "table", "key", "column", "correlation"], _drivers(comparison))
    if comparison.moved_projects is not None and comparison.moved_funds is not None:
        moves = [("project", m) for m in comparison.moved_projects] + [("fund", m) for m in comparison.moved_funds]
        rows = ((kind, m.id, m.name, m.before, m.after, m.change) for kind, m in moves)
        found["moved"] = (["kind", "id", "name", "before", "after", "change"], rows)
    return found


def _scenarios(comparison: Comparison) -> Iterator[Sequence[Any]]:
    for line in comparison.lines:
        less = line.less(comparison.reference)
        cells = (line.label, line.run, line.title, line.status, line.standing.name)
        yield (*cells, *(line.figures[name] for name in FIGURES), *(less[name] for name in FIGURES), line.explanation)


def _shares(comparison: Comparison) -> Iterator[Sequence[Any]]:
    for s in comparison.projects:
        for line, kronor, share in zip(comparison.lines, s.kronor, s.share, strict=True):
            if kronor is not None:
                yield s.project, s.name, line.label, kronor, share


def _drivers(comparison: Comparison) -> Iterator[Sequence[Any]]:
    for d in comparison.drivers:
        for found in (d.value, d.funded, *d.projects.values()):
            for driver in found:
                yield d.run, d.file, driver.result, *driver.input, driver.correlation
