"""A folder to fill in: CSV tables as a Swedish Excel saves them, `model.toml`, and a page to read first."""

from __future__ import annotations

import csv
import io
from itertools import chain
from typing import TYPE_CHECKING, Any

from rus_funding.model.schema import TABLES, Column, Table
from rus_funding.model.templates.example import EXAMPLE
from rus_funding.model.templates.guide import decimal_sign, markdown
from rus_funding.model.templates.model_file import toml
from rus_funding.words import names

if TYPE_CHECKING:
    from pathlib import Path

GUIDE = {"sv": "LAS-MIG.md", "en": "READ-ME.md"}


def paths(target: Path, lang: str) -> list[Path]:
    """The files of a folder at `target`."""
    return [target / GUIDE[lang], target / "model.toml", *(target / f"{names.sheet(lang, one)}.csv" for one in TABLES)]


def contents(target: Path, *, example: bool, lang: str) -> list[bytes]:
    """What stands in each file of the folder."""
    texts = [markdown(lang), toml(target.resolve().name, example, lang)]
    # the byte order mark tells Excel that a CSV file is UTF-8
    return [
        *(text.encode() for text in texts),
        *(table_text(table, example, lang).encode("utf-8-sig") for table in TABLES.values()),
    ]


def rows_in(target: Path) -> Path | None:
    """A table of a folder that somebody has filled in; None where all are missing or as empty as a template's."""
    for path in chain.from_iterable(paths(target, lang)[2:] for lang in GUIDE):
        if path.is_file():
            with path.open("rb") as file:
                if any(line.strip(b' \t\r\n;,"') for line in list(file)[1:]):
                    return path
    return None


def table_text(table: Table, example: bool, lang: str) -> str:
    """A table as CSV with ``;``: the header, and the example's rows."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(names.column(lang, table.name, column.name) for column in table.columns)
    for record in EXAMPLE.get(table.name, ()) if example else ():
        writer.writerow(cell(column, value, lang) for column, value in values(table, record, lang))
    return out.getvalue()


def values(table: Table, record: dict[str, Any], lang: str) -> list[tuple[Column, Any]]:
    """The cells of a record, its code words in the language."""
    kind = record.get("by")
    return [
        (column, names.code(lang, record[column.name]) if _coded(column, kind) and column.name in record
         else record.get(column.name))
        for column in table.columns
    ]  # fmt: skip


def _coded(column: Column, kind: Any) -> bool:
    """Whether a column's cells are code words; of a cell that the row's column `by` decides, where that says so."""
    return bool(column.choices) or isinstance(column.by.get(kind), tuple)


def cell(column: Column, value: Any, lang: str) -> str:
    """A value as a spreadsheet of the language writes it: in Swedish with a decimal comma; blank for nothing."""
    if value is None:
        return ""
    if column.type in {"share", "number"}:
        return decimal_sign(f"{value:g}", lang)
    return str(value)
