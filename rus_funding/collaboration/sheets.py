"""The tables of `indicators` as a workbook: a sheet a question, its meaning on top."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from rus_funding.collaboration import meanings
from rus_funding.collaboration.files import cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMATS = {"share": "0.0%", "number": "#,##0.00", "whole": "#,##0"}
SHARES = {"share", "betweenness", "betweenness_error", "betweenness_before"}


def workbook(tables: Mapping[str, Sequence[Mapping[str, Any]]], lang: str) -> bytes:
    """The workbook (xlsx); text stays text, numbers are numbers, and the same tables give the same bytes."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)})
        looks = {name: book.add_format({"num_format": code}) for name, code in FORMATS.items()}
        big = book.add_format({"bold": True, "font_size": 14})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        for name, rows in tables.items():
            sheet = book.add_worksheet(meanings.title(name, lang)[:31])
            sheet.write_string(0, 0, meanings.title(name, lang), big)
            sheet.write_string(1, 0, meanings.meaning(name, lang))
            _fill(sheet, name, rows, lang, head, looks)
    return out.getvalue()


def _fill(
    sheet: Any, name: str, rows: Sequence[Mapping[str, Any]], lang: str, head: Any, looks: Mapping[str, Any]
) -> None:
    columns = [column for column in (rows[0] if rows else ()) if not (name == "groups" and column == "actors")]
    for i, column in enumerate(columns):
        title = meanings.heading(column, lang)
        sheet.write_string(3, i, title, head)
        widest = 0
        for j, row in enumerate(rows):
            value = row[column]
            if isinstance(value, int | float) and not isinstance(value, bool):
                sheet.write_number(4 + j, i, value, looks[_look(name, column, value, row)])
                widest = max(widest, 10)
            elif value is not None:
                text = cell(meanings.value(column, value, lang), lang).removeprefix("'")
                sheet.write_string(4 + j, i, text)
                widest = max(widest, len(text))
        sheet.set_column(i, i, min(60, max(widest, min(14, len(title)))) + 2)
    sheet.freeze_panes(4, min(2, len(columns)))
    if rows:
        sheet.autofilter(3, 0, 3 + len(rows), len(columns) - 1)


def _look(name: str, column: str, value: float, row: Mapping[str, Any]) -> str:
    if column in SHARES or (name == "overview" and row["measure"] == "reachable"):
        return "share"
    return "whole" if isinstance(value, int) else "number"
