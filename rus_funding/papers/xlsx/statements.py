"""The sheets of the decision's own tables: costs by category and year, financing by fund and year, with live sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_range

from rus_funding.papers import appendix
from rus_funding.papers.texts import TEXTS
from rus_funding.papers.xlsx import charts
from rus_funding.papers.xlsx.page import Field, Formula, Line
from rus_funding.words.palette import HUES, STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.engine.figures import Figures
    from rus_funding.papers.xlsx.book import Book
    from rus_funding.papers.xlsx.page import Page

FIRST = 2  # the column of the first year, after id and name


def costs(book: Book, page: Page, figures: Figures) -> None:
    """Settled costs by category and year. Contributions in kind stand apart from what is booked."""
    words = TEXTS[book.lang]
    found = appendix.costs(figures)
    table = _Sums(book, page, figures.years)
    booked = [table.row(row) for row in found.booked]
    if found.in_kind:
        subtotal = table.sum(words["sum_costs"], booked, "subtotal")
        in_kind = [table.row(row) for row in found.in_kind]
        total = table.sum(book.words("sum-all-costs"), [subtotal, *in_kind], "total")
    else:
        total = table.sum(words["sum_costs"], booked, "total")
    head = table.write(words["category"])
    book.places["costs"] = page.place(total, table.last)
    book.name("sum-costs", book.places["costs"])
    shown = [at for at in booked if table.values[at][-1]]
    coloured = [(at, HUES[i % len(HUES)][i // len(HUES) % STEPS]) for i, at in enumerate(shown)]
    charts.by_year(book, page, coloured, head, (FIRST, table.last - 1), book.words("chart-costs"))
    _close(page, head, table)


def financing(book: Book, page: Page, figures: Figures) -> None:
    """Financing by fund and year, grouped by sector and form, each cell a sum over the list of payments."""
    words = TEXTS[book.lang]
    table = _Sums(book, page, figures.years)
    sums, shown = [], []
    for group in appendix.financing(figures, book.lang):
        table.group(group.label)
        lines = [table.row(row, payments=book.payments) for row in group.rows]
        sums.append(table.sum(book.words("sum-of", name=group.label.lower()), lines, "subtotal"))
        shown += [(at, book.palette.fund[r.id]) for r, at in zip(group.rows, lines, strict=True) if r.total]
    total = table.sum(words["sum_financing"], sums, "total")
    head = table.write(words["financier"])
    book.places["financing"] = page.place(total, table.last)
    book.name("sum-financing", book.places["financing"])
    page.row -= 1
    page.put(page.row, 1, book.words("costs-less-financing"), "text", "plain")
    page.put(page.row, table.last, Formula(f"={book.places['costs']}-{book.places['financing']}", 0), "kronor", "plain")
    page.row += 2
    charts.by_year(book, page, shown, head, (FIRST, table.last - 1), book.words("chart-financing"))
    _close(page, head, table)


def _close(page: Page, head: int, table: _Sums) -> None:
    """Freeze the headings; print on one page."""
    page.freeze(head + 1, FIRST)
    page.sheet.fit_to_pages(1, 1)
    page.print_area(table.width)


class _Sums:
    """Rows of kronor by year, with their sums to the right and below."""

    def __init__(self, book: Book, page: Page, years: Sequence[int]) -> None:
        self.book, self.page, self.years = book, page, years
        self.lines: list[Line] = []
        self.first_row = page.row + 1
        self.values: dict[int, list[int]] = {}
        self.last = FIRST + len(years)
        self.width = self.last + 1

    @property
    def _next(self) -> int:
        return self.first_row + len(self.lines)

    def group(self, label: str) -> None:
        """A heading over rows."""
        self.lines.append(Line((label, *[None] * self.last), "group"))

    def row(self, row: appendix.Row, *, payments: bool = False) -> int:
        """A row and its sum; with `payments` each cell adds up the list of payments. Returns its place."""
        at = self._next
        cells: list[int | Formula] = list(row.kronor)
        if payments:
            paid = {key: self.book.words(f"name-payment-{key}") for key in ("kronor", "fund", "year")}
            for i, value in enumerate(row.kronor):
                year = self.page.cell(self.first_row - 1, FIRST + i).replace(str(self.first_row), f"${self.first_row}")
                text = f"=SUMIFS({paid['kronor']},{paid['fund']},$A{at + 1},{paid['year']},{year})"
                cells[i] = Formula(text, value)
        total = Formula(f"=SUM({xl_range(at, FIRST, at, self.last - 1)})", row.total)
        self.lines.append(Line((row.id, row.name, *cells, total)))
        self.values[at] = [*row.kronor, row.total]
        return at

    def sum(self, label: str, rows: Sequence[int], kind: str) -> int:
        """A row that sums other rows."""
        at = self._next
        sums = [sum(column) for column in zip(*(self.values[row] for row in rows), strict=True)] if rows else []
        values = sums or [0] * (self.width - FIRST)
        joined = list(rows) == list(range(rows[0], rows[-1] + 1)) if rows else True
        cells: list[Formula | int] = []
        for i, value in enumerate(values, FIRST):
            places = (
                xl_range(rows[0], i, rows[-1], i) if joined and rows else ",".join(self.page.cell(r, i) for r in rows)
            )
            cells.append(Formula(f"=SUM({places})", value) if rows else 0)
        self.lines.append(Line((None, label, *cells), kind))
        self.values[at] = values
        return at

    def write(self, heading: str) -> int:
        """Put the table on the page; returns the row of its headings."""
        words = TEXTS[self.book.lang]
        fields = [Field(self.book.words("id"), "id"), Field(heading)]
        fields += [Field(str(year), "kronor") for year in self.years] + [Field(words["total"], "kronor")]
        head = self.page.block(fields, self.lines, years=True)
        for at, line in enumerate(self.lines, head + 1):
            if line.kind == "group":
                self.page.sheet.write_string(at, 0, str(line.cells[0]), self.page.looks.cell("text", "group"))
        return head
