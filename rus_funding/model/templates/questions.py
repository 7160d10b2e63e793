"""The sheet of questions in a workbook to fill in: headings with notes, and lists that its cells choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rus_funding.model.questions import EACH, HEADINGS, HOWS
from rus_funding.model.schema import TABLES
from rus_funding.model.templates.cell_rules import LAST_ROW
from rus_funding.model.templates.example import QUESTIONS
from rus_funding.model.templates.guide import told
from rus_funding.words import names as words
from rus_funding.words.language import say

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

WIDTHS = {"scenario": 20, "title": 34, "question": 34, "sheet": 16, "row": 30, "column": 18, "value": 18, "note": 28}
ROWS = 1000  # lists reach this far; rows below are read as well


def write_questions(book: xlsxwriter.Workbook, looks: dict[str, Format], lang: str, *, example: bool) -> None:
    """The sheet, and behind it the hidden one that its lists stand in."""
    sheet = book.add_worksheet(words.sheet(lang, "scenarios"))
    for i, name in enumerate(HEADINGS):
        sheet.set_column(i, i, WIDTHS.get(name, 11), looks["text"])
        look = looks["required" if name in {"scenario", "how"} else "optional"]
        sheet.write_string(0, i, say(lang, f"question.heading.{name}"), look)
        note = told(lang, f"question.{name}")
        size = {"x_scale": 2.0, "y_scale": 0.5 + 0.3 * (len(note) // 60)}
        sheet.write_comment(0, i, note, {"author": "rus-funding", "font_size": 9, **size})
    for at, record in enumerate(QUESTIONS if example else (), 1):
        for name, value in record.items():
            shown = _shown(lang, name, value, record)
            write = sheet.write_number if isinstance(shown, int) else sheet.write_string
            write(at, HEADINGS.index(name), shown)
    _lists(book, sheet, lang)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _shown(lang: str, name: str, value: Any, record: dict[str, Any]) -> Any:
    if name == "sheet":
        return words.sheet(lang, value)
    if name == "column":
        return words.column(lang, record["sheet"], value)
    if name == "how":
        return say(lang, f"question.how.{value}")
    return say(lang, f"question.each.{value}") if value in EACH else value


def _lists(book: xlsxwriter.Workbook, sheet: Worksheet, lang: str) -> None:
    """What blad, kolumn and sätt choose from: a column of the hidden sheet for each table, its heading the table's."""
    lists = book.add_worksheet(told(lang, "lists"))
    lists.hide()
    for i, table in enumerate(TABLES.values()):
        lists.write_string(0, i, words.sheet(lang, table.name))
        for row, column in enumerate(table.columns, 1):
            lists.write_string(row, i, words.column(lang, table.name, column.name))
    last, longest = len(TABLES) - 1, max(len(table.columns) for table in TABLES.values())
    heads = f"{told(lang, 'lists')}!$A$1:${_letters(last)}$1"
    area = f"{told(lang, 'lists')}!$A$2:${_letters(last)}${longest + 1}"
    at = {name: f"${_letters(HEADINGS.index(name))}2" for name in HEADINGS}
    found = f"MATCH({at['sheet']},{heads},0)"
    columns = f"=OFFSET({told(lang, 'lists')}!$A$2,0,{found}-1,COUNTA(INDEX({area},0,{found})),1)"
    hows = [say(lang, f"question.how.{how}") for how in HOWS]
    free = {"error_type": "information", "show_error": False, "ignore_blank": True}  # either language may be written
    for name, source in (("sheet", f"={heads}"), ("column", columns), ("how", hows)):
        i = HEADINGS.index(name)
        sheet.data_validation(1, i, min(ROWS, LAST_ROW), i, {"validate": "list", "source": source, **free})


def _letters(position: int) -> str:
    return chr(ord("A") + position)
