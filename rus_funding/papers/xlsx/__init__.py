"""The workbook of a meeting pack: every table of the plan with live sums, native charts, and what it rests on."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rus_funding.files import put
from rus_funding.papers.xlsx.book import Book
from rus_funding.papers.xlsx.money import funds, rules
from rus_funding.papers.xlsx.page import add
from rus_funding.papers.xlsx.plan import actors, areas, by_fund, by_year, payments, projects
from rus_funding.papers.xlsx.scenarios import scenarios
from rus_funding.papers.xlsx.sources import sources
from rus_funding.papers.xlsx.statements import costs, financing
from rus_funding.papers.xlsx.summary import summary

if TYPE_CHECKING:
    from pathlib import Path

    from rus_funding.papers.pack import Pack
    from rus_funding.papers.xlsx.page import Page

PLAN = {  # the sheets of a plan, in the order in which they need each other's places
    "payments": payments,
    "costs": costs,
    "financing": financing,
    "projects": projects,
    "by-fund": by_fund,
    "by-year": by_year,
    "areas": areas,
    "funds": funds,
    "rules": rules,
    "actors": actors,
}
ORDER = ("summary", "costs", "financing", "projects", "by-fund", "by-year", "areas", "funds", "scenarios", "rules",
         "actors", "payments", "sources")  # fmt: skip
PORTRAIT = {"summary", "areas", "rules"}


def write(pack: Pack, path: Path) -> None:
    """Write the workbook of a pack. Where there is no plan it says why, and holds what there is.

    The same run gives the same bytes. Raises `UsageError` where the file cannot be written.
    """
    content = io.BytesIO()
    book = Book(pack, content)
    planned = pack.outcome.planned
    kept = [key for key in ORDER if key not in PLAN or planned]
    if book.comparison is None:
        kept.remove("scenarios")
    pages: dict[str, Page] = {key: add(book, key, portrait=key in PORTRAIT) for key in kept}
    if planned:
        for key, fill in PLAN.items():
            fill(book, pages[key], pack.figures)
    summary(book, pages["summary"], [(key, page) for key, page in pages.items() if key != "summary"])
    if book.comparison is not None:
        scenarios(book, pages["scenarios"], pages["summary"], book.comparison)
    sources(book, pages["sources"])
    book.close()
    put(path, content.getvalue(), force=True)
