"""`Page`: a sheet with a heading, blocks of cells below each other, and the set-up to print it."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from rus_funding.papers.clean_names import cleaned
from rus_funding.papers.xlsx.looks import MUTED
from rus_funding.words.language import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.papers.xlsx.book import Book

WIDEST, NARROWEST = 58, 9
LINE_HEIGHT, ROW_HEIGHT = 15.0, 18.0


@dataclasses.dataclass(frozen=True)
class Formula:
    """A live formula with the value that it has now."""

    text: str
    value: float | str


@dataclasses.dataclass(frozen=True)
class Link:
    """Text that leads to another sheet."""

    sheet: str
    text: str


Cell = str | int | float | Fraction | Formula | Link | None


@dataclasses.dataclass(frozen=True)
class Field:
    """A column: its heading, what it holds (a kind of `looks`, or "text", "id", "wrap"), and whether a list sums it."""

    heading: str
    kind: str = "text"
    summed: bool = False
    width: float = 0  # at most, characters


@dataclasses.dataclass(frozen=True)
class Line:
    """Cells of a block; `kind` of `looks.LINES`."""

    cells: tuple[Cell, ...]
    kind: str = "row"


def add(book: Book, key: str, *, portrait: bool = False) -> Page:
    """The next sheet of a workbook, with its heading and what it holds."""
    page = Page(book, book.words(f"sheet-{key}"), book.words(f"title-{key}"), book.about(key), portrait=portrait)
    book.ends.append(page.done)
    return page


class Page:
    """A sheet being filled from above; `row` is the next free one (zero-based, as XlsxWriter counts)."""

    def __init__(self, book: Book, name: str, title: str, about: str, *, portrait: bool = False) -> None:
        self.book, self.name, self.looks = book, name, book.looks
        self.sheet = book.file.add_worksheet(name)
        self.widths: dict[int, float] = {}
        sheet = self.sheet
        sheet.hide_gridlines(2)
        sheet.set_default_row(ROW_HEIGHT)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576", "formula_range": "A1:XFD1048576"})
        (sheet.set_portrait if portrait else sheet.set_landscape)()
        sheet.set_paper(9)
        sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        head = say(book.lang, "run.marked") if book.pack.mark else book.title
        about = f"{book.pack.mark} {about}".strip()
        escaped = cleaned(head, 90).replace("&", "&&")
        sheet.set_header(f"&L&9{escaped}&R&9{name.replace('&', '&&')}", {"scale_with_doc": False})
        footer = book.footer.replace("&", "&&")
        sheet.set_footer(f"&L&9{footer}&R&9{book.words('page')} &P (&N)", {"scale_with_doc": False})
        sheet.write_string(0, 0, title, self.looks(bold=True, font_size=16, valign="vcenter"))
        sheet.set_row(0, 26)
        sheet.write_string(1, 0, cleaned(about), self.looks(font_color=MUTED))
        self.row = 3

    def freeze(self, row: int, column: int = 0) -> None:
        """Keep the rows above `row` and the columns before `column` in sight, and the heading above `row` on paper."""
        self.sheet.freeze_panes(row, column)
        self.sheet.repeat_rows(row - 1)

    def section(self, text: str) -> None:
        """A heading above a block."""
        self.sheet.write_string(self.row, 0, text, self.looks(bold=True, font_size=13))
        self.sheet.set_row(self.row, 22)
        self.row += 1

    def sentence(self, text: str, columns: int, *, muted: bool = False, bold: bool = False) -> None:
        """A paragraph over so many columns, of which the widths are known; as high as it needs."""
        room = sum(self.widths.get(i, 8.43) for i in range(columns)) * 1.05
        needed = _lines(text, room)
        look = self.looks(
            text_wrap=True, **({"font_color": MUTED} if muted else {}), **({"bold": True} if bold else {})
        )
        self.sheet.merge_range(self.row, 0, self.row, columns - 1, "", look)
        self.sheet.write_string(self.row, 0, cleaned(text), look)
        self.sheet.set_row(self.row, needed * LINE_HEIGHT + 3)
        self.row += 1

    def block(self, fields: Sequence[Field], lines: Sequence[Line], *, years: bool = False) -> int:
        """Headings and lines from `row` on; returns the row of the headings. With `years`, those are numbers."""
        head = self.row
        for column, field in enumerate(fields):
            if years and field.heading.isdecimal():
                self.sheet.write_number(
                    head, column, int(field.heading), self.looks.heading(field.kind, inner=column > 0)
                )
            else:
                self.sheet.write_string(
                    head, column, cleaned(field.heading), self.looks.heading(field.kind, inner=column > 0)
                )
        self._fit(fields, lines)
        self._raise(head, fields)
        for row, line in enumerate(lines, head + 1):
            self._line(row, fields, line)
        self.row = head + len(lines) + 2
        return head

    def listing(self, table: str, fields: Sequence[Field], rows: Sequence[Sequence[Cell]], sum_word: str = "") -> int:
        """A list that can be filtered, as a named table of Excel, with a closing row that sums what the filter shows.

        Returns the row of the headings. `rows` must not be empty.
        """
        head = self.row
        first, last = head + 1, head + len(rows)
        lines = [Line(tuple(row)) for row in rows]
        self._fit(fields, lines, room_for_button=True)
        columns: list[dict[str, Any]] = []
        sums: list[Cell] = []
        for column, field in enumerate(fields):
            made: dict[str, Any] = {
                "header": field.heading,
                "header_format": self.looks.heading(field.kind, inner=column > 0),
            }
            total: Cell = sum_word if column == 0 else None
            if field.summed:
                value = sum(_number(row[column]) for row in rows)
                total = Formula(f"=SUBTOTAL(109,{xl_range(first, column, last, column)})", value)
                made |= {"total_function": total.text, "total_value": value}
            elif total:
                made["total_string"] = total
            columns.append(made)
            sums.append(total)
        summed = any(field.summed for field in fields)
        self.sheet.add_table(
            head, 0, last + summed, len(fields) - 1,
            {"name": table, "columns": columns, "total_row": summed, "style": None, "banded_rows": False},
        )  # fmt: skip
        self._raise(head, fields)
        for row, line in enumerate(lines, first):
            self._line(row, fields, line)
        for column, (field, total) in enumerate(zip(fields, sums, strict=True)) if summed else ():
            self.put(last + 1, column, total, field.kind if field.summed else "text", "total")
        self.row = last + summed + 2
        return head

    def put(self, row: int, column: int, cell: Cell, kind: str, line: str = "row") -> None:
        """Write one cell. Text never becomes a formula, whatever it begins with."""
        if kind == "limit" and isinstance(cell, int | float | Fraction) and (cell * 100) % 1:
            kind = "fine"
        look = self.looks.cell(kind, line, inner=column > 0)
        match cell:
            case None | "":
                self.sheet.write_blank(row, column, None, look)
            case Formula():
                self.sheet.write_formula(row, column, cell.text, look, cell.value)
            case Link():
                target = f"internal:'{cell.sheet.replace(chr(39), chr(39) * 2)}'!A1"
                self.sheet.write_url(row, column, target, self.looks(font_color="#1F4E79", underline=1), cell.text)
            case str():
                self.sheet.write_string(row, column, cleaned(cell), look)
            case _ if kind == "time":
                self.sheet.write_number(row, column, float(cell), look)
            case _:
                self.sheet.write_number(row, column, cell if isinstance(cell, int) else float(cell), look)

    def cell(self, row: int, column: int, *, absolute: bool = False) -> str:
        """`B4`, or `$B$4`."""
        found: str = xl_rowcol_to_cell(row, column, row_abs=absolute, col_abs=absolute)
        return found

    def place(self, row: int, column: int, last_row: int | None = None, last_column: int | None = None) -> str:
        """A cell or range as other sheets name it: ``'Projekt'!$B$4:$B$9``."""
        last_row, last_column = row if last_row is None else last_row, column if last_column is None else last_column
        one = (row, column) == (last_row, last_column)
        found = self.cell(row, column, absolute=True) if one else xl_range_abs(row, column, last_row, last_column)
        return f"{quoted(self.name)}!{found}"

    def print_area(self, columns: int, rows: int | None = None) -> None:
        """Print so many columns, and all rows so far."""
        self.sheet.print_area(0, 0, max(1, (self.row if rows is None else rows) - 1), columns - 1)

    def done(self) -> None:
        """Set the widths that the cells asked for."""
        for column, width in self.widths.items():
            self.sheet.set_column(column, column, width, self.looks())

    def _line(self, row: int, fields: Sequence[Field], line: Line) -> None:
        """One line of a block, as high as its wrapped texts need."""
        needed = 1
        for column, (field, cell) in enumerate(zip(fields, line.cells, strict=True)):
            self.put(row, column, cell, field.kind, line.kind)
            if field.kind == "wrap" and isinstance(cell, str):
                needed = max(needed, _lines(cell, self.widths[column]))
        if needed > 1:
            self.sheet.set_row(row, needed * LINE_HEIGHT + 4)

    def _fit(self, fields: Sequence[Field], lines: Sequence[Line], *, room_for_button: bool = False) -> None:
        for column, field in enumerate(fields):
            words = [len(word) for word in field.heading.split()] or [0]
            shown = [_length(line.cells[column], field.kind) for line in lines]
            needed = max([*shown, max(words) * 1.1 + 2.5 * room_for_button, NARROWEST]) + 1.5
            self.widths[column] = max(min(field.width or WIDEST, needed), self.widths.get(column, 0))

    def _raise(self, row: int, fields: Sequence[Field]) -> None:
        """Make the headings' row as high as the longest of them."""
        lines = max(_lines(field.heading, self.widths[i] - 3) for i, field in enumerate(fields))
        self.sheet.set_row(row, max(21.0, lines * LINE_HEIGHT + 6))


def quoted(sheet: str) -> str:
    """A sheet's name in a formula."""
    return "'" + sheet.replace("'", "''") + "'"


def _number(cell: Cell) -> int | float:
    """What a cell adds to a sum."""
    value = cell.value if isinstance(cell, Formula) else cell
    return value if isinstance(value, int | float) else 0


def _lines(text: str, width: float) -> int:
    """Roughly how many lines a text takes in a column, broken between words."""
    lines, used = 1, 0.0
    for word in text.split():
        size = len(word) * 0.88
        if used and used + 1 + size > width:
            lines, used = lines + 1, size
        else:
            used += size + (1 if used else 0)
        while used > width > 1:
            lines, used = lines + 1, used - width
    return min(lines, 12)


def _length(cell: Cell, kind: str) -> float:
    """Roughly how many characters wide a cell is shown."""
    if cell is None:
        return 0
    if isinstance(cell, Link):
        return len(cell.text)
    if isinstance(cell, Formula):
        cell = cell.value
    if isinstance(cell, str):
        return min(len(cell), WIDEST) * 1.02
    if kind in {"kronor", "kr", "change"}:
        return len(f"{abs(int(cell)):,}") + 4
    return {"time": 16, "price": 9, "points": len(f"{float(cell):,.2f}"), "moved": 9}.get(kind, 7)
