"""A folder to fill in: CSV tables as a Swedish Excel saves them, `model.toml`, and a page to read first."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from rus_funding.model.schema import TABLES, Column, Table
from rus_funding.model.templates.example import EXAMPLE
from rus_funding.model.templates.guide import markdown
from rus_funding.model.templates.model_file import toml

if TYPE_CHECKING:
    from pathlib import Path

GUIDE = "LAS-MIG.md"


def paths(target: Path) -> list[Path]:
    """The files of a folder at `target`."""
    return [target / GUIDE, target / "model.toml", *(target / f"{table}.csv" for table in TABLES)]


def contents(target: Path, *, example: bool) -> list[bytes]:
    """What stands in each file of the folder."""
    texts = [markdown(), toml(target.resolve().name, example)]
    # the byte order mark tells Excel that a CSV file is UTF-8
    return [
        *(text.encode() for text in texts),
        *(table_text(table, example).encode("utf-8-sig") for table in TABLES.values()),
    ]


def rows_in(target: Path) -> Path | None:
    """A table of a folder that somebody has filled in; None where all are missing or as empty as a template's."""
    for path in paths(target)[2:]:
        if path.is_file():
            with path.open("rb") as file:
                if any(line.strip(b' \t\r\n;,"') for line in list(file)[1:]):
                    return path
    return None


def table_text(table: Table, example: bool) -> str:
    """A table as CSV with ``;``: the header, and the example's rows."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(column.name for column in table.columns)
    for record in EXAMPLE.get(table.name, ()) if example else ():
        writer.writerow(cell(column, record.get(column.name)) for column in table.columns)
    return out.getvalue()


def cell(column: Column, value: Any) -> str:
    """A value as a Swedish spreadsheet writes it: decimal comma, blank for nothing."""
    if value is None:
        return ""
    if column.type in {"share", "number"}:
        return f"{value:g}".replace(".", ",")
    return str(value)
