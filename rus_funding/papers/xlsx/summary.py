"""The first sheet: what is proposed, in key figures that lead to the other sheets, with the proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.comparisons import FIGURES
from rus_funding.comparisons.texts import TEXTS as WORDS
from rus_funding.engine.key_figures import UNITS
from rus_funding.papers.story import story
from rus_funding.papers.texts import TEXTS
from rus_funding.papers.xlsx.page import Field, Formula, Link
from rus_funding.papers.xlsx.scenarios import KINDS, more
from rus_funding.scenarios import BASELINE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rus_funding.papers.xlsx.book import Book
    from rus_funding.papers.xlsx.page import Cell, Page

LINKED = {"funded": "funded", "unused": "unused"}  # key figures that another sheet sums up


def summary(book: Book, page: Page, sheets: Iterable[tuple[str, Page]]) -> None:
    """Heading, question, figures, control, proof and contents."""
    pack = book.pack
    page.widths = {0: 30, 1: 20, 2: 20, 3: 20}
    page.sheet.write_string(0, 0, book.title, page.looks(bold=True, font_size=18, valign="vcenter"))
    head = book.words("scenario-is", name=_scenario(book), day=book.made.date())
    page.sheet.write_string(1, 0, head, page.looks(font_color="#5B6670"))
    told, planned = story(pack), pack.outcome.planned
    page.sentence(told.question, 4, bold=True)
    for line in (*told.answer, *told.not_granted, *told.idle):
        page.sentence(line, 4)
    page.row += 1
    _figures(book, page)
    if planned:
        _control(book, page)
        page.section(TEXTS[book.lang]["proof"])
        for line in (told.proof, *told.proof_details, *told.certainty):
            page.sentence(line, 4)
        page.row += 1
        if told.rests_on:
            page.section(TEXTS[book.lang]["rests_on"])
            for line in told.rests_on:
                page.sentence(line, 4)
            page.row += 1
    page.section(book.words("title-contents"))
    for _, other in sheets:
        page.put(page.row, 0, Link(other.name, other.name), "text", "plain")
        page.sheet.write_string(page.row, 1, book.about(_), page.looks())
        page.row += 1
    page.sheet.fit_to_pages(1, 1)
    page.print_area(5)


def _figures(book: Book, page: Page) -> None:
    """The key figures of the plan, and beside them the baseline's where the plan is another."""
    pack, words = book.pack, WORDS[book.lang]
    (own,) = pack.run.records("scenarios", pack.scenario)
    (base,) = pack.run.records("scenarios", BASELINE)
    other = pack.scenario != BASELINE
    fields = [Field(words["figures"]), Field(book.words("the-plan" if other else "plan"), "kronor")]
    if other:
        fields += [Field(words["baseline"].capitalize(), "kronor"), Field(words["difference"], "kronor")]
    head = page.block(fields, [])
    page.row = head + 1
    for name in FIGURES:
        kind = KINDS[UNITS[name]]
        kind = "kr" if kind == "kronor" else kind
        place = book.places.get(LINKED.get(name, ""))
        mine: Cell = Formula(f"={place}", own[name]) if place and own[name] is not None else own[name]
        page.put(page.row, 0, words["figure_names"][name].removesuffix(", kr").removesuffix(", SEK"), "text")
        page.put(page.row, 1, book.words("none") if own[name] is None else mine, kind)
        if other:
            page.put(page.row, 2, book.words("none") if base[name] is None else base[name], kind)
            page.put(page.row, 3, _less(page, name, own[name], base[name]), more(name))
        if base[name] is not None:
            book.places[f"baseline-{name}"] = page.place(page.row, 2 if other else 1)
        page.row += 1
    page.row += 1


def _less(page: Page, name: str, mine: float | None, base: float | None) -> Formula | None:
    """The plan's figure less the baseline's; of shares in percentage points."""
    if mine is None or base is None:
        return None
    text = f"{page.cell(page.row, 1)}-{page.cell(page.row, 2)}"
    return (
        Formula(f"=({text})*100", (mine - base) * 100) if UNITS[name] == "share" else Formula(f"={text}", mine - base)
    )


def _control(book: Book, page: Page) -> None:
    """The control that costs and financing are equal, live."""
    costs, financing = book.places["costs"], book.places["financing"]
    total = book.pack.outcome.funded
    words = TEXTS[book.lang]
    page.section(book.words("title-control"))
    for label, place in ((book.words("sum-all-costs"), costs), (words["sum_financing"], financing)):
        page.put(page.row, 0, label, "text")
        page.put(page.row, 1, Formula(f"={place}", total), "kr")
        page.row += 1
    yes, no = book.words("agrees"), book.words("differs")
    page.put(page.row, 0, book.words("costs-less-financing"), "text", "total")
    page.put(page.row, 1, Formula(f'=IF({costs}={financing},"{yes}","{no}")', yes), "kr", "total")
    page.row += 2


def _scenario(book: Book) -> str:
    """What the scenario is called."""
    (head,) = book.pack.run.records("scenarios", book.pack.scenario)
    title: str = WORDS[book.lang]["baseline"] if book.pack.scenario == BASELINE else head["title"]
    return title or book.pack.scenario
