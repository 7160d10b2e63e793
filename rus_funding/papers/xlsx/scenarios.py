"""The sheet of all scenarios of the run: key figures, and their differences from the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.comparisons import FIGURES
from rus_funding.comparisons.texts import TEXTS as WORDS
from rus_funding.engine.key_figures import UNITS
from rus_funding.papers.story import capital
from rus_funding.papers.xlsx import charts
from rus_funding.papers.xlsx.page import Field, Formula
from rus_funding.words.standings import label

if TYPE_CHECKING:
    from rus_funding.comparisons import Comparison
    from rus_funding.comparisons.comparison import Line
    from rus_funding.papers.xlsx.book import Book
    from rus_funding.papers.xlsx.page import Cell, Page

KINDS = {"points": "points", "kr": "kronor", "share": "share", "kr/kr": "points", "index": "index", "projects": "count"}
COMPARED = [name for name in FIGURES if UNITS[name] != "index"]  # whose differences say something by themselves
FEW, MOST = 25, 20_000
SCALE = 48  # per cent on paper: two pages wide, key figures and differences


def scenarios(book: Book, page: Page, front: Page, comparison: Comparison) -> None:
    """A row for each scenario, a chart below."""
    words = WORDS[book.lang]
    fields = [Field(words["scenario"], "id"), Field(book.words("scenario-title"), "wrap", width=36),
              Field(book.words("status"), "wrap", width=24)]  # fmt: skip
    fields += [Field(words["figure_names"][name], KINDS[UNITS[name]]) for name in FIGURES]
    fields += [Field(_difference(book, name), more(name)) for name in COMPARED]
    fields.append(Field(book.words("question"), "wrap", width=44))
    shown = comparison.lines[:MOST]
    if len(shown) < len(comparison.lines):
        page.widths |= {0: 20, 1: 44}
        page.sentence(book.words("scenarios-cut", shown=len(shown), count=len(comparison.lines)), 2)
    rows = [_row(book, page, line, comparison.reference, i) for i, line in enumerate(shown, page.row + 1)]
    head = page.listing(book.words("table-scenarios"), fields, rows)
    last = head + len(rows)
    page.freeze(head + 1, 2)
    page.sheet.repeat_columns(0, 1)
    page.sentence(words["short_means"], 8, muted=True)
    page.row += 1
    page.sheet.set_print_scale(SCALE)
    page.sheet.set_v_pagebreaks([3 + len(FIGURES)])
    _chart(book, page, front, comparison, head, last)
    page.print_area(len(fields))


def _row(book: Book, page: Page, line: Line, reference: Line, at: int) -> list[Cell]:
    """Figures as they are; differences as formulas over them and the baseline's figures of the first sheet."""
    words = WORDS[book.lang]
    baseline = line.scenario == reference.scenario
    title = words["baseline"].capitalize() if baseline else line.title
    status = capital(label(line.standing, book.lang, line.status))
    row: list[Cell] = [line.scenario, title, status, *(line.figures[name] for name in FIGURES)]
    less = line.less(reference)
    for name in COMPARED:
        i = 3 + FIGURES.index(name)
        place, value = book.places.get(f"baseline-{name}"), less[name]
        if value is None or place is None or baseline:
            row.append(None)
        elif UNITS[name] == "share":
            row.append(Formula(f"=({page.cell(at, i)}-{place})*100", value * 100))
        else:
            row.append(Formula(f"={page.cell(at, i)}-{place}", value))
    row.append(line.explanation if not line.planned else book.questions.get(line.scenario, ""))
    return row


def _difference(book: Book, name: str) -> str:
    heading = WORDS[book.lang]["short_names"][name]
    return book.words("difference-points" if UNITS[name] == "share" else "difference", name=heading)


def more(name: str) -> str:
    """The kind of a figure's difference."""
    kind = KINDS[UNITS[name]]
    return "change" if kind == "kronor" else f"more-{kind}"


def _chart(book: Book, page: Page, front: Page, comparison: Comparison, head: int, last: int) -> None:
    """Bars of what few scenarios fund, here; a cloud of many, on the first sheet, as they fill this one."""
    funded, value = 3 + FIGURES.index("funded"), 3 + FIGURES.index("value")
    if len(comparison.lines) <= FEW:
        colours = ["#6b7280" if i == 0 else "#1364b0" for i in range(len(comparison.lines))]
        places = page.place(head + 1, 0, last, 0), page.place(head + 1, funded, last, funded)
        charts.bars(book, page, *places, book.words("chart-scenarios"), colours, book.looks.codes["kr"], 2)
        return
    planned = [line.figures for line in comparison.lines[: last - head] if line.planned]
    if len(planned) < 2:
        return
    names = WORDS[book.lang]["figure_names"]
    across, up = (
        charts.Axis(page.place(head + 1, column, last, column), name, code, [f[figure] or 0 for f in planned])
        for column, figure, name, code in (
            (funded, "funded", book.words("axis-funded"), book.looks.codes["millions"]),
            (value, "value", names["value"], book.looks.codes["count"]),
        )
    )
    front.row += 1
    charts.scatter(book, front, across, up, book.words("chart-cloud"))
    front.print_area(5)
