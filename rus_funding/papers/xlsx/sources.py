"""The sheet of what the workbook rests on: the run, what the scenario changed, warnings, sources, unverified values."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from rus_funding.model.rows import plain
from rus_funding.model.schema import COMMON, TABLES
from rus_funding.papers.texts import TEXTS
from rus_funding.papers.xlsx.page import Field, Formula, Line
from rus_funding.words.messages import translated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.model.model import FundingModel
    from rus_funding.papers.xlsx.book import Book
    from rus_funding.papers.xlsx.page import Cell, Page

EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  (Excel knows no time zones)
BESIDE = {column.name for column in COMMON} | {"name"}


def sources(book: Book, page: Page) -> None:
    """Everything that it takes to check the workbook's numbers."""
    page.widths = {0: 22, 1: 34, 2: 40, 3: 40, 4: 34}
    _about(book, page)
    changed = book.pack.run.records("changes", book.pack.scenario)
    if changed:
        page.section(book.words("title-changes"))
        fields = [Field(book.words(key)) for key in ("table", "row", "column", "before", "after-change")]
        rows = [[r["table"], r["key"], r["column"], _shown(r["before"]), _shown(r["after"])] for r in changed]
        page.listing(book.words("table-changes"), fields, rows)
    model = book.pack.model
    if model.warnings:
        page.section(TEXTS[book.lang]["warnings"])
        for problem in model.warnings:
            message = translated(problem, book.lang)
            page.sentence(f"{problem.place}: {message.what} {message.remedy}", 5)
        page.row += 1
    _rules(book, page)
    _sources(book, page, model)
    _unverified(book, page, model)
    page.sheet.freeze_panes(3, 0)
    page.print_area(5)


def _about(book: Book, page: Page) -> None:
    """The run in pairs of a name and a value."""
    run, info = book.pack.run, book.pack.run.info
    about: list[tuple[str, Cell, str]] = [
        ("model", info["model"], "text"),
        ("model-title", book.pack.model.title, "text"),
        ("model-source", book.pack.model.source, "text"),
        ("scenario", book.pack.scenario, "text"),
        ("made", (book.made - EPOCH).total_seconds() / 86400, "time"),
        ("run-file", run.path.name, "text"),
        ("run-size", f"{len(run.names())} / {info['size']}", "text"),
        ("run-sha", info["sha256"], "text"),
        ("model-sha", info["model_sha256"], "text"),
        ("rules-version", info["rules"], "text"),
        ("options", ", ".join(f"{k} {v}" for k, v in sorted(info["options"].items()) if v is not None), "text"),
        ("seeds", ", ".join(f"{k}: {v}" for k, v in sorted(info["seeds"].items())), "text"),
        ("versions", ", ".join(f"{k} {v}" for k, v in sorted(info["versions"].items())), "text"),
    ]
    for key, value, kind in about:
        if value not in ("", None):
            page.put(page.row, 0, book.words(key), "text", "plain")
            page.put(page.row, 1, value, kind, "plain")
            page.row += 1
    page.row += 1
    page.sentence(book.words("recompute", path=run.path.name), 5, muted=True)
    page.row += 1


def _rules(book: Book, page: Page) -> None:
    """The binding rules as the run has them, with the model's ids."""
    if not book.pack.outcome.rules:
        return
    page.section(book.words("title-rules-raw"))
    fields = (Field(book.words("rule-id"), "id"), Field(book.words("rule-about"), "id"),
              Field(book.words("rule-limit"), "slack"), Field(book.words("rule-slack"), "slack"),
              Field(book.words("rule-price"), "price"))  # fmt: skip
    rows = [(r.label[0], " / ".join(r.label[1:]), r.limit, r.slack, r.price) for r in book.pack.outcome.rules]
    page.listing(book.words("table-rules-raw"), fields, rows)


def _sources(book: Book, page: Page, model: FundingModel) -> None:
    """Each source with its table and rows, and how many of them are verified."""
    counts: dict[tuple[str, str], list[int]] = {}
    for name in TABLES:
        rows = model[name]
        for source, verified in zip(rows["source"].tolist(), rows["verified"].tolist(), strict=True):
            seen = counts.setdefault((name, source), [0, 0])
            seen[0] += 1
            seen[1] += verified == "yes"
    page.section(book.words("title-source-list"))
    counted = (Field(book.words(key), "count") for key in ("rows", "verified", "not-verified"))
    fields = (Field(book.words("table")), Field(book.words("source"), "wrap", width=58), *counted)
    lines = [
        Line((table, source or book.words("no-source"), n, ok,
              Formula(f"={page.cell(i, 2)}-{page.cell(i, 3)}", n - ok)))
        for i, ((table, source), (n, ok)) in enumerate(counts.items(), page.row + 1)
    ]  # fmt: skip
    page.block(fields, lines)


def _unverified(book: Book, page: Page, model: FundingModel) -> None:
    """Every row that nobody has verified, with its values and source."""
    rows = list(unverified(model))
    page.section(book.words("title-unverified"))
    if not rows:
        page.sentence(book.words("all-verified"), 5)
        return
    page.sentence(book.words("unverified-means", count=len(rows)), 5, muted=True)
    fields = [Field(book.words(key), "wrap", width=44) for key in ("table", "row", "values", "source", "note")]
    page.sheet.repeat_rows(page.listing(book.words("table-unverified"), fields, rows))


def unverified(model: FundingModel) -> Iterator[tuple[str, str, str, str, str]]:
    """(table, key, values, source, note) of the rows that are not marked as verified, in file order."""
    for name, table in TABLES.items():
        rows = model[name]
        listed = [column for column in table.columns if column.name not in BESIDE and column.name not in table.key]
        cells = {column: plain(rows[column]) for column in rows.columns}
        for i in (i for i, verified in enumerate(cells["verified"]) if verified != "yes"):
            values = "; ".join(
                f"{column.name} {_shown(cells[column.name][i])}"
                for column in listed
                if cells[column.name][i] not in (None, "", column.default)
            )
            key = " / ".join(str(cells[column][i]) for column in table.key)
            yield name, key, values, cells["source"][i], cells["note"][i]


def _shown(value: Any) -> str:
    """A value of the input as its workbook shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
