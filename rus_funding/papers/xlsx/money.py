"""The sheets of funds and rules: what each fund has, gives and asks for, and which rules bind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_range

from rus_funding.papers import appendix
from rus_funding.papers.rules import rules as binding
from rus_funding.papers.texts import TEXTS
from rus_funding.papers.xlsx import charts
from rus_funding.papers.xlsx.page import Field, Formula, Line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.engine.figures import Figures
    from rus_funding.papers.xlsx.book import Book
    from rus_funding.papers.xlsx.page import Page

BARS = 30
ONE_PAGE = 52  # rows that can still be read on one page


def funds(book: Book, page: Page, figures: Figures) -> None:
    """Each fund over all years with its terms, then by year, then what is bound against its authorisation."""
    words = TEXTS[book.lang]
    names = {row.id: row.name for group in appendix.financing(figures, book.lang) for row in group.rows}
    head = page.row
    last = head + len(names)
    fields = (
        Field(book.words("fund-id"), "id"), Field(words["fund"]), Field(words["budget_kr"], "kronor"),
        Field(words["used"], "kronor"), Field(words["share"], "share"), Field(words["unused"], "kronor"),
        Field(book.words("rate"), "limit"), Field(book.words("rate-of")), Field(book.words("period")),
        Field(book.words("per-project"), "kronor"), Field(book.words("most-share"), "limit"),
        Field(book.words("draw-order"), "count"),
    )  # fmt: skip
    lines = [Line(_fund(book, page, figures, fund, i)) for i, fund in enumerate(names, head + 1)]
    budget, used = sum(figures.budgets.values()), figures.outcome.funded
    sums: list[Formula | None] = [
        Formula(f"=SUM({xl_range(head + 1, c, last, c)})", value)
        for c, value in ((2, budget), (3, used))
    ]  # fmt: skip
    share = Formula(f"=IF({page.cell(last + 1, 2)}=0,0,{page.cell(last + 1, 3)}/{page.cell(last + 1, 2)})",
                    used / budget if budget else 0)  # fmt: skip
    left = Formula(f"=SUM({xl_range(head + 1, 5, last, 5)})", sum(figures.unused.values()))
    lines.append(Line((None, words["sum"], *sums, share, left, *[None] * 6), "total"))
    page.block(fields, lines)
    book.places["budget"], book.places["unused"] = page.place(last + 1, 2), page.place(last + 1, 5)
    if 1 < len(names) <= BARS and used:
        places = page.place(head + 1, 1, last, 1), page.place(head + 1, 3, last, 3)
        code = book.looks.codes["kr"]
        charts.bars(book, page, *places, book.words("chart-funds"), [book.palette.fund[f] for f in names], code)
    authorisations(book, page, figures)
    page.sheet.freeze_panes(3, 2)
    _by_year(book, page, names)
    if page.row <= ONE_PAGE:
        page.sheet.fit_to_pages(1, 1)
    page.print_area(len(fields))


def _by_year(book: Book, page: Page, names: Mapping[str, str]) -> None:
    """Every fund and year, with what a krona more would be worth."""
    words = TEXTS[book.lang]
    found = book.pack.run.records("funds", book.pack.scenario)
    if not found:
        return
    page.section(book.words("title-funds-by-year"))
    fields = (
        Field(book.words("fund-id"), "id"), Field(words["fund"]), Field(book.words("year"), "year"),
        Field(words["budget_kr"], "kronor", summed=True), Field(words["used"], "kronor", summed=True),
        Field(words["moved"], "kronor"), Field(words["unused"], "kronor", summed=True),
        Field(book.words("price"), "points"),
    )  # fmt: skip
    order = {fund: i for i, fund in enumerate(names)}
    rows = [
        (row["fund"], names[row["fund"]], row["year"], row["budget"], row["used"], row["carried"], row["unused"],
         None if row["price"] is None else row["price"] * 1000)
        for row in sorted(found, key=lambda row: order[row["fund"]])
    ]  # fmt: skip
    page.sheet.repeat_rows(page.listing(book.words("table-funds"), fields, rows, words["sum"]))
    page.sentence(f"{words['funds_mean']} {book.words('price-means')}", 8, muted=True)


def _fund(book: Book, page: Page, figures: Figures, fund: str, row: int) -> tuple[Any, ...]:
    """One fund over all years: kronor, and its terms where it has any."""
    name, rate, basis, base, cap, most, order = (
        figures.column("funds", "fund", c)[fund]
        for c in ("name", "max_rate", "rate_basis", "rate_base", "max_per_project", "max_share", "draw_order")
    )
    budget, used, left = (
        sum(part[fund, year] for year in figures.years) for part in (figures.budgets, figures.paid, figures.unused)
    )
    share = Formula(f"=IF({page.cell(row, 2)}=0,0,{page.cell(row, 3)}/{page.cell(row, 2)})",
                    used / budget if budget else 0)  # fmt: skip
    terms = (rate, book.words(f"base-{base}"), book.words(f"basis-{basis}")) if rate < 1 else (None, None, None)
    cap = int(cap) if cap == cap else None
    return (fund, name, budget, used, share, left, *terms, cap, most if most < 1 else None, int(order))


def authorisations(book: Book, page: Page, figures: Figures) -> None:
    """What is bound for later years, beside its ceiling."""
    rows = figures.model["authorisations"]
    if not rows.size:
        return
    names = figures.names("funds", "fund")
    page.section(book.words("title-authorisations"))
    fields = (Field(book.words("fund-id"), "id"), Field(TEXTS[book.lang]["fund"]), Field(book.words("after"), "year"),
              Field(book.words("ceiling"), "kronor"), Field(book.words("bound"), "kronor"),
              Field(book.words("room"), "kronor"))  # fmt: skip
    lines = []
    columns = (rows[c].tolist() for c in ("fund", "year", "amount"))
    for i, (fund, year, amount) in enumerate(sorted(zip(*columns, strict=True)), page.row + 1):
        bound = sum(kronor for (f, t), kronor in figures.paid.items() if f == fund and t > year)
        sums = bound if not book.payments else Formula(
            f"=SUMIFS({book.words('name-payment-kronor')},{book.words('name-payment-fund')},{page.cell(i, 0)},"
            f'{book.words("name-payment-year")},">"&{page.cell(i, 2)})',
            bound,
        )  # fmt: skip
        room = Formula(f"={page.cell(i, 3)}-{page.cell(i, 4)}", amount - bound)
        lines.append(Line((fund, names[fund], year, amount, sums, room)))
    page.block(fields, lines)


def rules(book: Book, page: Page, figures: Figures) -> None:
    """The binding rules as sentences, then as the run has them."""
    table = binding(figures, book.lang, book.pack.bottleneck)
    fields = [Field(column.heading, "wrap", width=100) for column in table.columns]
    if table.rows:
        head = page.listing(book.words("table-rules"), fields, table.rows)
        page.freeze(head + 1)
    else:
        page.widths = {0: 100}
    for note in table.notes:
        page.sentence(note, 2, muted=True)
    page.print_area(2)
