"""A workbook to fill in: a sheet for each table, with notes, drop-down lists and checks in the cells."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from rus_funding.model.model import OBJECTIVES
from rus_funding.model.names import MODEL
from rus_funding.model.schema import TABLES, Table, described
from rus_funding.model.templates.cell_rules import LAST_ROW, cell_rule, list_name, list_sources
from rus_funding.model.templates.example import EXAMPLE
from rus_funding.model.templates.folder import values as cells_of
from rus_funding.model.templates.guide import asked, explained, in_order, intro, sentence, told
from rus_funding.model.templates.model_file import KEYS, Key, values
from rus_funding.words import names

if TYPE_CHECKING:
    from pathlib import Path

    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

KRONOR = "[$-41D]#,##0"  # thousands as Swedish writes them; "# ##0" shows 6064 064
TEXTS = ("id", "ids", "text", "choice", "flag")
NUMBER_FORMATS = {"kronor": KRONOR, "share": "0.00%", "number": "General", "integer": "0", "year": "0"}
WIDTHS = {"name": 38, "source": 28, "note": 28, "goal": 28, "flat_rate_base": 24}
# Told apart by lightness and weight, not by hue alone.
INK, PAPER, REQUIRED, OPTIONAL = "#FFFFFF", "#000000", "#1F4E79", "#DCE3EA"


def paths(target: Path, lang: str) -> list[Path]:  # noqa: ARG001 - a folder's names depend on it
    """The one file of a workbook."""
    return [target]


def contents(target: Path, *, example: bool, lang: str) -> list[bytes]:
    """The workbook."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options) as book:
        # a fixed date: the same template is the same bytes
        book.set_properties({"title": "rus-funding", "created": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)})
        looks = formats(book)
        guide = book.add_worksheet(told(lang, "sheet"))
        model = book.add_worksheet(names.sheet(lang, MODEL))
        sheets = {table.name: book.add_worksheet(names.sheet(lang, table.name)) for table in in_order()}
        named = write_guide(guide, looks, lang)
        write_model(model, looks, target.stem, example, lang)
        name_lists(book, named, lang)
        for table in in_order():
            write_table(sheets[table.name], table, looks, EXAMPLE.get(table.name, []) if example else [], lang)
    return [content.getvalue()]


def formats(book: xlsxwriter.Workbook) -> dict[str, Format]:
    """The workbook's cell formats by name."""
    header = {"align": "left", "valign": "top", "border": 1, "border_color": "#808080", "indent": 1}
    looks = {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "left": book.add_format({"align": "left", "indent": 1}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "required": book.add_format({**header, "bold": True, "font_color": INK, "bg_color": REQUIRED}),
        "optional": book.add_format({**header, "italic": True, "font_color": PAPER, "bg_color": OPTIONAL}),
        **{kind: book.add_format({"num_format": "@", "indent": 1}) for kind in TEXTS},
    }
    return looks | {kind: book.add_format({"num_format": code}) for kind, code in NUMBER_FORMATS.items()}


def write_guide(sheet: Worksheet, looks: dict[str, Format], lang: str) -> dict[str, str]:
    """The first sheet: what to fill in, in which order. Returns where fixed choices stand, by name of their list."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 20)
    sheet.set_column(2, 2, 62)
    sheet.set_column(3, 3, 14)
    sheet.write_string(0, 0, told(lang, "title"), looks["title"])
    row = 2
    for line in intro(lang):
        sheet.merge_range(row, 0, row, 3, line, looks["wrap"])
        sheet.set_row(row, 18)
        row += 1
    row += 1
    sheet.write_string(row, 0, told(lang, "dark"), looks["required"])
    sheet.write_string(row, 1, told(lang, "dark-means"))
    sheet.write_string(row + 1, 0, told(lang, "light"), looks["optional"])
    sheet.write_string(row + 1, 1, told(lang, "light-means"))
    row += 3
    for column, key in enumerate(("order", "sheet", "content", "required")):
        sheet.write_string(row, column, told(lang, f"head.{key}"), looks["required"])
    listed = [(names.sheet(lang, MODEL), told(lang, "model"), True)]
    listed += [(names.sheet(lang, table.name), described(lang, table.name), table.required) for table in in_order()]
    for i, (name, text, required) in enumerate(listed, 1):
        sheet.write_number(row + i, 0, i, looks["left"])
        sheet.write_url(row + i, 1, f"internal:'{name}'!A1", string=name)
        sheet.write_string(row + i, 2, text)
        sheet.write_string(row + i, 3, told(lang, "yes") if required else "")
    fit(sheet)
    sheet.set_portrait()
    return write_choices(sheet, write_keys(sheet, row + len(listed) + 2, looks, lang), lang)


def write_keys(sheet: Worksheet, row: int, looks: dict[str, Format], lang: str) -> int:
    """What the keys of the sheet `model` mean; returns the row after them."""
    for column, text in ((1, told(lang, "head.key")), (2, told(lang, "keys", sheet=names.sheet(lang, MODEL)))):
        sheet.write_string(row, column, text, looks["required"])
    for key in KEYS:
        row += 1
        sheet.write_string(row, 1, names.key(lang, key.name))
        sheet.write_string(row, 2, described(lang, "model", key.name))
        sheet.write_string(row, 3, told(lang, "yes") if key.required else "")
    return row + 2


def write_choices(sheet: Worksheet, row: int, lang: str) -> dict[str, str]:
    """The fixed choices that cells of another sheet choose from, in cells of their own; their places by name."""
    named = {}
    for table in TABLES.values():
        for column in table.columns:
            for kind, choices in column.by.items():
                if isinstance(choices, tuple):
                    sheet.write_string(row, 1, names.code(lang, kind))
                    sheet.write_string(row, 2, told(lang, "choices-in", table=names.sheet(lang, table.name),
                                       column=names.column(lang, table.name, column.name)))  # fmt: skip
                    for i, choice in enumerate(choices, 1):
                        sheet.write_string(row + i, 1, names.code(lang, choice))
                    named[f"list_{kind}"] = f"='{told(lang, 'sheet')}'!$B${row + 2}:$B${row + 1 + len(choices)}"
                    row += len(choices) + 2
    return named


def write_model(sheet: Worksheet, looks: dict[str, Format], name: str, example: bool, lang: str) -> None:
    """The sheet `model`: what `model.toml` says, a key in each row; more values of a key stand to the right."""
    start = values(name, example, lang)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 11, 9)
    for column, text in enumerate(("key", "value")):
        sheet.write_string(0, column, names.key(lang, text), looks["required"])
    row = 1
    for key in (key for key in KEYS if key.section != "objective"):
        write_key(sheet, row, key, looks["required" if key.required else "optional"], lang)
        value = start[key.name]
        for i, item in enumerate(value if isinstance(value, tuple) else (value,), 1):
            if isinstance(item, str):
                sheet.write_string(row, i, names.code(lang, item) if key.coded else item, looks["text"])
            else:
                sheet.write_number(row, i, item)
        row += 1
    objective = next(key for key in KEYS if key.section == "objective")
    for item in objective.default:
        write_key(sheet, row, objective, looks["optional"], lang)
        sheet.write_string(row, 1, names.code(lang, item), looks["text"])
        sheet.data_validation(
            row, 1, row, 1, {"validate": "list", "source": [names.code(lang, one) for one in OBJECTIVES]}
        )
        row += 1
    sheet.freeze_panes(1, 1)
    fit(sheet)


def write_key(sheet: Worksheet, row: int, key: Key, look: Format, lang: str) -> None:
    """A key of the sheet `model`, with a note."""
    label = names.key(lang, key.name)
    note = sentence(described(lang, "model", key.name)) + (f" {told(lang, 'required')}" if key.required else "")
    sheet.write_string(row, 0, label, look)
    sheet.write_comment(row, 0, note, {"author": "rus-funding", "font_size": 9, "x_scale": 2.0, "y_scale": 0.8})


def name_lists(book: xlsxwriter.Workbook, fixed: dict[str, str], lang: str) -> None:
    """Names for the lists that cells choose from: the fixed ones, and those that grow with what is filled in."""
    for name, cells in sorted(fixed.items()):
        book.define_name(name, cells)
    for table, column in sorted(list_sources()):
        at = chr(ord("A") + [item.name for item in TABLES[table].columns].index(column))
        sheet = f"'{names.sheet(lang, table)}'"
        cells = f"{sheet}!${at}$2:${at}${LAST_ROW}"
        book.define_name(list_name(table, column), f"=OFFSET({sheet}!${at}$2,0,0,MAX(1,COUNTA({cells})),1)")


def write_table(
    sheet: Worksheet, table: Table, looks: dict[str, Format], records: list[dict[str, Any]], lang: str
) -> None:
    """A table's sheet: headers with notes, checks below them, and the records."""
    rows = [cells_of(table, record, lang) for record in records]
    for i, column in enumerate(table.columns):
        heading = names.column(lang, table.name, column.name)
        look = looks.get(column.type)
        sheet.set_column(i, i, WIDTHS.get(column.name, max(13, len(heading) + 3)), look)
        sheet.write_string(0, i, heading, looks["required" if asked(column) else "optional"])
        note = explained(column, lang)
        size = {"x_scale": 2.0, "y_scale": 0.3 * (note.count("\n") + 1 + len(note) // 60)}
        sheet.write_comment(0, i, note, {"author": "rus-funding", "font_size": 9, **size})
        checked = cell_rule(table, column, i, lang)
        if checked:
            sheet.data_validation(1, i, LAST_ROW - 1, i, checked)
        for row, cells in enumerate(rows, 1):
            value = cells[i][1]
            if isinstance(value, str):
                sheet.write_string(row, i, value, look)
            elif value is not None:
                sheet.write_number(row, i, value, look)
    sheet.freeze_panes(1, len(table.key) if len(table.key) < len(table.columns) else 1)
    fit(sheet)


def fit(sheet: Worksheet) -> None:
    """Print on landscape A4, one page wide, headers on every page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
