"""A comparison as CSV files that a Swedish Excel opens as they are."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from rus_funding.files import admit, placed_all
from rus_funding.runs.export import cell

if TYPE_CHECKING:
    from rus_funding.comparisons.comparison import Comparison


ALWAYS = ("scenarios", "projects")


def check_target(directory: Path, *, force: bool = False) -> None:
    """Raise `UsageError` where no files can be written: said before the work, not after it."""
    admit(*(directory / f"{name}.csv" for name in ALWAYS), force=force)


def write_csv(comparison: Comparison, directory: Path | str, lang: str, *, force: bool = False) -> list[Path]:
    """Write `scenarios`, `projects`, and where there is something to say `shares`, `perspectives`, `winners`,
    `drivers`, `moved`, `regret_weights` and `regret_scenarios`, all `.csv`.

    ``;`` and decimal comma for "sv", ``,`` and decimal point for "en", both with a byte-order mark; a text that a
    spreadsheet would take for a formula gets an apostrophe before it. Returns the files, which appear all of them, or
    none; those that are there are replaced only with `force`; of a damaged run they are called ``NAME.damaged.csv``.
    Raises `UsageError` where they cannot be written.
    """
    tables = comparison.tables()
    mark = ".damaged" if any(note.code == "damaged" for note in comparison.notes) else ""
    targets = [Path(directory) / f"{name}{mark}.csv" for name in tables]
    with placed_all(targets, force=force) as drafts:
        for draft, (header, rows) in zip(drafts, tables.values(), strict=True):
            with draft.open("w", encoding="utf-8-sig", newline="") as stream:
                writer = csv.writer(stream, delimiter=";" if lang == "sv" else ",", lineterminator="\r\n")
                writer.writerow(header)
                writer.writerows([cell(value, lang) for value in row] for row in rows)
    return targets
