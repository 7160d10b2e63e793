"""A comparison as CSV files that a Swedish Excel opens as they are."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from rus_funding.errors import UsageError
from rus_funding.runs.export import cell

if TYPE_CHECKING:
    from rus_funding.comparisons.comparison import Comparison


def write_csv(comparison: Comparison, directory: Path | str, lang: str) -> list[Path]:
    """Write `scenarios`, `projects`, and where there is something to say `shares`, `drivers`, `moved`, `regret_weights`
    and `regret_scenarios`, all `.csv`.

    ``;`` and decimal comma for "sv", ``,`` and decimal point for "en", both with a byte-order mark; a text that a
    spreadsheet would take for a formula gets an apostrophe before it. Returns the files. Raises
    `UsageError` where they cannot be written.
    """
    directory = Path(directory)
    written = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, (header, rows) in comparison.tables().items():
            written.append(directory / f"{name}.csv")
            with written[-1].open("w", encoding="utf-8-sig", newline="") as stream:
                writer = csv.writer(stream, delimiter=";" if lang == "sv" else ",", lineterminator="\r\n")
                writer.writerow(header)
                writer.writerows([cell(value, lang) for value in row] for row in rows)
    except OSError as error:
        where = error.filename or directory
        raise UsageError(f"{where} cannot be written: {error.strerror}. Is it open in Excel?") from None
    return written
