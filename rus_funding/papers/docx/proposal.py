"""What is proposed: the decision's sentences, and the two tables of its appendix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.papers import appendix, other_strategy, tables
from rus_funding.papers.docx.table import Row
from rus_funding.papers.story import story
from rus_funding.papers.texts import TEXTS
from rus_funding.words.layout import text
from rus_funding.words.numbers import kronor, percent, plain_percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.papers.docx.grants import Grant
    from rus_funding.papers.docx.paper import Paper
    from rus_funding.words.table import Cell, Table

    Grants = Mapping[str, Sequence[Grant]]

BULLET = "• "  # what begins the items of a list in the pack's sentences
SENTENCES = 6  # grants that are written out one by one; more stand in a table by project
SMALL = 4  # years from which a table's figures are set smaller


def proposal(paper: Paper, found: Grants) -> None:
    """The question, the answer, and where they are few a sentence of decision for each project and fund."""
    told = story(paper.pack)
    paper.heading(paper.words("proposal" if told.planned else "no-proposal"))
    paper.text(told.question)
    for line in (*told.answer, *told.idle):
        item = line.removeprefix(BULLET)
        paper.text(item, "Normal" if item == line else "List Bullet")
    if 0 < _count(found) <= SENTENCES:
        granted, awaited = _parted(found)
        if granted:
            paper.heading(paper.words("decision"), 2)
            _sentences(paper, [grant for each in granted.values() for grant in each])
        if awaited:
            paper.heading(paper.words("awaited"), 2)
            paper.text(paper.words("awaited-lead"), keep=True)
            _sentences(paper, [grant for each in awaited.values() for grant in each])
        paper.text(paper.words("rounding"), "Tabellnot")


def by_project(paper: Paper, found: Grants) -> None:
    """The same sentences where they are many, as tables: what can be granted, and what awaits its money."""
    if _count(found) > SENTENCES:
        granted, awaited = _parted(found)
        if granted:
            paper.heading(paper.words("decision"))
            paper.text(paper.words("decision-table", count=len(granted)), keep=True)
            _table(paper, granted, "terms", "caption-decision")
        if awaited:
            paper.heading(paper.words("awaited"))
            paper.text(paper.words("awaited-lead"), keep=True)
            _table(paper, awaited, "awaited-terms", "caption-awaited")
        paper.text(paper.words("rounding"), "Tabellnot")


def _parted(found: Grants) -> tuple[Grants, Grants]:
    """The grants of money that is granted, and those that rest on money which is not."""
    parts = []
    for awaited in (False, True):
        mine = {project: [grant for grant in each if grant.open == awaited] for project, each in found.items()}
        parts.append({project: each for project, each in mine.items() if each})
    return parts[0], parts[1]


def _count(found: Grants) -> int:
    return sum(len(each) for each in found.values())


def _sentences(paper: Paper, found: Sequence[Grant]) -> None:
    funds, projects = (paper.pack.figures.names(t, t[:-1]) for t in ("funds", "projects"))
    for grant in found:
        what = _terms(paper, grant)
        key = "sentence" if grant.first < grant.last else "sentence-one-year"
        paper.text(
            paper.words(
                key, fund=funds[grant.fund], terms=what, project=projects[grant.project],
                first=grant.first, last=grant.last,
            ),
            "List Number",
        )  # fmt: skip


def _table(paper: Paper, found: Grants, terms: str, caption: str) -> None:
    """A heading for each project, a row for each fund."""
    figures, lang = paper.pack.figures, paper.lang
    funds, projects = (figures.names(t, t[:-1]) for t in ("funds", "projects"))
    actors, lead = figures.names("actors", "actor"), figures.column("projects", "project", "lead")
    rows = []
    for project, each in found.items():
        result = figures.projects[project]
        head = paper.words(
            "project-head",
            project=projects[project], lead=actors[lead[project]], kronor=result.kronor,
            share=percent(result.share, lang),
        )  # fmt: skip
        rows.append(Row((head,), "group"))
        for grant in each:
            period = paper.words("period" if grant.first < grant.last else "period-one-year", first=grant.first,
                                 last=grant.last)  # fmt: skip
            rows.append(Row((funds[grant.fund], _terms(paper, grant), period, kronor(grant.kronor, lang))))
    total = kronor(sum(grant.kronor for each in found.values() for grant in each), lang)
    rows.append(Row((TEXTS[lang]["sum_financing"], "", "", total), "total"))
    headings = [TEXTS[lang]["financier"], paper.words(terms), paper.words("years"), paper.words("at-most-kr")]
    paper.table(paper.words(caption), headings, rows, (5.4, 6.6, 2, 2.4), 1, small=True)


def _terms(paper: Paper, grant: Grant) -> str:
    """``50 procent av projektets bokförda kostnader, dock högst 6 064 064 kr``; without a rate the kronor alone."""
    if grant.in_kind:
        return paper.words("terms-in-kind", kronor=grant.kronor)
    if grant.rate is not None:
        of = paper.words(f"of-{grant.base}")
        return paper.words("terms-rate", rate=grant.rate * 100, of=of, kronor=grant.kronor)
    return paper.words("terms-income" if grant.income else "terms-amount", kronor=grant.kronor)


def budget(paper: Paper) -> None:
    """Costs by category and year, financing by financier and year: the closing rows are equal."""
    figures, lang = paper.pack.figures, paper.lang
    words = TEXTS[lang]
    years = [str(year) for year in figures.years]
    small = len(years) >= SMALL
    year, every_year = (2.35, 2.5) if small else (2.3, 2.7)  # centimetres: also where a wide font stands in for ours
    widths = (max(3.4, paper.width - year * len(years) - every_year), *[year] * len(years), every_year)
    found = appendix.costs(figures)
    rows = [_kronor(row.name, row.kronor, lang) for row in found.booked]
    booked = _sum(figures.years, found.booked)
    if found.in_kind:
        rows.append(_kronor(words["sum_costs"], booked, lang, "subtotal"))
        rows += [_kronor(row.name, row.kronor, lang) for row in found.in_kind]
    label = paper.words("sum-all-costs") if found.in_kind else words["sum_costs"]
    rows.append(_kronor(label, _sum(figures.years, (*found.booked, *found.in_kind)), lang, "total"))
    paper.heading(paper.words("budget"))
    paper.table(paper.words("caption-costs"), [words["category"], *years, words["total"]], rows, widths,
                len(years) + 1, small=small)  # fmt: skip
    rows = []
    every: list[appendix.Row] = []
    groups = appendix.financing(figures, lang)
    for group in groups:
        every += group.rows
        rows.append(Row((group.label,), "group"))
        rows += [_kronor(row.name, row.kronor, lang) for row in group.rows]
        if len(groups) > 1 and len(group.rows) > 1:
            rows.append(_kronor(paper.words("sum-of", name=group.label.lower()), group.kronor, lang, "subtotal"))
    rows.append(_kronor(words["sum_financing"], _sum(figures.years, every), lang, "total"))
    paper.table(paper.words("caption-financing"), [words["financier"], *years, words["total"]], rows, widths,
                len(years) + 1, small=small)  # fmt: skip


def perspectives(paper: Paper) -> None:
    """Kronor and share of each perspective, where the model has any, and how many of them rest on no basis."""
    figures, lang = paper.pack.figures, paper.lang
    if not figures.model["perspectives"].size:
        return
    found = tables.perspectives(figures, lang)
    paper.heading(found.title)
    rows: list[Row] = []
    for kind, name, counted, share, bare, floor in found.rows:
        if str(kind) not in {row.cells[0] for row in rows if row.kind == "group"}:
            rows.append(Row((str(kind),), "group"))
        parts = [percent(share, lang) if share is not None else "", kronor(bare, lang)]  # type: ignore[arg-type]
        parts.append(plain_percent(floor, lang) if floor else "")  # type: ignore[arg-type]
        rows.append(Row((str(name), kronor(counted, lang), *parts)))  # type: ignore[arg-type]
    headings = [column.heading for column in found.columns[1:]]
    paper.table(paper.words("caption-perspectives"), headings, rows, (6, 3, 2, 3, 1.6), 4, small=len(rows) > 8)
    for note in found.notes:
        paper.text(note, "Tabellnot")


def strategy(paper: Paper) -> None:
    """The plan in the areas of another strategy, and what its weights would choose, where somebody asked."""
    told, lang = paper.pack.retold, paper.lang
    if told is None:
        return
    title = other_strategy.title(told, lang)
    paper.heading(title)
    found = other_strategy.areas(told, lang)
    rows = [Row(_cells(found, row, lang)) for row in found.rows]
    rows.append(Row(_cells(found, found.total or (), lang), "total"))
    count = len(found.columns) - 2
    headings = [column.heading for column in found.columns[1:]]
    paper.table(title, headings, rows, (5, *([2.5] * count)), count, small=True)
    for note in found.notes:
        paper.text(note, "Tabellnot")
    for line in other_strategy.choice(told, lang):
        paper.text(line)
    if told.moved:
        moved = other_strategy.moved(told, lang)
        rows = [Row((str(name), *(kronor(amount, lang) for amount in amounts))) for name, *amounts in moved.rows]  # type: ignore[arg-type]
        paper.table(moved.title, [column.heading for column in moved.columns], rows, (6, 3, 3, 3), 3)
        for note in moved.notes:
            paper.text(note, "Tabellnot")


def _cells(found: Table, row: Sequence[Cell], lang: str) -> tuple[str, ...]:
    """The cells of a row but its group, as the annex writes them."""
    return tuple(text(cell, column, lang) for column, cell in zip(found.columns[1:], row[1:], strict=True))


def _sum(years: Sequence[int], rows: Sequence[appendix.Row]) -> tuple[int, ...]:
    return tuple(sum(row.kronor[i] for row in rows) for i in range(len(years)))


def _kronor(label: str, amounts: Sequence[int], lang: str, kind: str = "row") -> Row:
    """A row of amounts with their sum."""
    return Row((label, *(kronor(amount, lang) for amount in (*amounts, sum(amounts)))), kind)
