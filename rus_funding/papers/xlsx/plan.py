"""The sheets of a plan's lists: projects, who pays for them, payments, areas, actors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_range

from rus_funding.collaboration.words import kind as type_of
from rus_funding.papers import appendix, other_strategy
from rus_funding.papers.tables import perspectives as table
from rus_funding.papers.tables import share_base, ties
from rus_funding.papers.texts import TEXTS
from rus_funding.papers.xlsx import charts
from rus_funding.papers.xlsx.page import Field, Formula, Line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.engine.figures import Figures
    from rus_funding.papers.xlsx.book import Book
    from rus_funding.papers.xlsx.page import Page

BARS = 30  # bars that fit a chart
LIVE = 2000  # projects that look their kronor up in the list of payments; more would make a slow workbook
MOST_COLUMNS = 60


def payments(book: Book, page: Page, figures: Figures) -> None:
    """Every payment, with the ids of the model's workbook; its columns are named, so that formulas can add them up."""
    words = TEXTS[book.lang]
    project, fund = figures.names("projects", "project"), figures.names("funds", "fund")
    sector, form = (figures.column("funds", "fund", column) for column in ("sector", "form"))
    fields = (
        Field(book.words("project-id"), "id"),
        Field(words["project"]),
        Field(book.words("fund-id"), "id"),
        Field(words["fund"]),
        Field(book.words("form")),
        Field(book.words("year"), "year"),
        Field(book.words("cost-class"), "id"),
        Field(words["kronor"], "kronor", summed=True),
    )
    rows = [
        (
            p.project,
            project[p.project],
            p.fund,
            fund[p.fund],
            words["forms"][sector[p.fund], form[p.fund]],
            p.year,
            p.category_class,
            p.kronor,
        )
        for p in figures.outcome.payments
    ]
    if not rows:
        page.sentence(book.words("no-payments"), 8)
        return
    head = page.listing(book.words("table-payments"), fields, rows, words["sum"])
    for key, column in (("project", 0), ("fund", 2), ("year", 5), ("kronor", 7)):
        book.name(f"payment-{key}", page.place(head + 1, column, head + len(rows), column))
    page.freeze(head + 1)
    page.print_area(len(fields))


def projects(book: Book, page: Page, figures: Figures) -> None:
    """Every project: its standing, share, kronor, cost and points. Kronor add up the list of payments."""
    words = TEXTS[book.lang]
    names, actors = figures.names("projects", "project"), figures.names("actors", "actor")
    lead = figures.column("projects", "project", "lead")
    groups = {s.project: s.group for s in book.comparison.projects} if book.comparison is not None else {}
    fields = [
        Field(book.words("project-id"), "id"),
        Field(words["project"], "wrap", width=44),
        Field(book.words("lead"), "wrap", width=28),
        Field(book.words("standing")),
        Field(words["share"], "share"),
        Field(words["funded_kr"], "kronor", summed=True),
        Field(words["cost_kr"], "kronor", summed=True),
        Field(words["points"], "points"),
        Field(book.words("reason"), "wrap", width=40),
    ]
    if groups:
        fields.insert(-1, Field(book.words("core")))
    paid = [book.words(f"name-payment-{key}") for key in ("kronor", "project")]
    live = book.payments and len(names) <= LIVE
    rows = []
    for i, (id_, result) in enumerate(figures.projects.items(), page.row + 1):
        funded = Formula(f"=SUMIFS({paid[0]},{paid[1]},{page.cell(i, 0)})", result.kronor) if live else result.kronor
        ratio = f"=IF({page.cell(i, 6)}=0,0,{page.cell(i, 5)}/{page.cell(i, 6)})"
        row = [
            id_,
            names[id_],
            actors[lead[id_]],
            words["standing"][result.status],
            Formula(ratio, result.kronor / result.cost) if result.cost else float(result.share),
            funded,
            result.cost,
            result.points,
            book.pack.reason(result),
        ]
        if groups:
            row.insert(-1, book.words(f"core-{groups[id_]}") if id_ in groups else "")
        rows.append(row)
    if not rows:
        page.sentence(book.words("no-projects"), 8)
        return
    head = page.listing(book.words("table-projects"), fields, rows, words["sum"])
    book.places["funded"] = page.place(page.row - 2, 5)
    page.freeze(head + 1, 2)
    page.print_area(len(fields))


def by_fund(book: Book, page: Page, figures: Figures) -> None:
    """Who pays for what: a column for each fund that pays."""
    names = figures.names("funds", "fund")
    paying = {payment.fund for payment in figures.outcome.payments}
    funds = [f for group in appendix.financing(figures, book.lang) for f in (row.id for row in group.rows)]
    _matrix(book, page, figures, "fund", {f: names[f] for f in funds if f in paying})


def by_year(book: Book, page: Page, figures: Figures) -> None:
    """When the projects' money is paid: a column for each year."""
    _matrix(book, page, figures, "year", {year: str(year) for year in figures.years})


def _matrix(book: Book, page: Page, figures: Figures, key: str, columns: Mapping[Any, str]) -> None:
    """A row for each funded project; sums to the right, and below of what a filter shows."""
    words = TEXTS[book.lang]
    names = figures.names("projects", "project")
    paid: dict[tuple[str, Any], int] = {}
    for payment in figures.outcome.payments:
        cell = payment.project, getattr(payment, key)
        paid[cell] = paid.get(cell, 0) + payment.kronor
    funded = [p for p in names if figures.results[p].kronor]
    if not funded or len(columns) > MOST_COLUMNS:
        page.sentence(book.words("too-wide" if funded else "no-payments"), 8)
        return
    head, last, width = page.row, page.row + len(funded), 2 + len(columns)
    fields = [Field(book.words("project-id"), "id"), Field(words["project"], "wrap", width=44)]
    fields += [Field(name, "kronor", width=19) for name in columns.values()] + [Field(words["total"], "kronor")]
    lines = []
    for i, p in enumerate(funded, head + 1):
        kronor = [paid.get((p, column)) for column in columns]
        total = Formula(f"=SUM({xl_range(i, 2, i, width - 1)})", sum(k or 0 for k in kronor))
        lines.append(Line((p, names[p], *kronor, total)))
    sums = [sum(paid.get((p, column), 0) for p in funded) for column in columns]
    shown = [
        Formula(f"=SUBTOTAL(109,{xl_range(head + 1, c, last, c)})", v) for c, v in enumerate([*sums, sum(sums)], 2)
    ]
    page.block(fields, [*lines, Line((words["sum"], None, *shown), "total")], years=key == "year")
    page.sheet.autofilter(head, 0, last, width)
    page.freeze(head + 1, 2)
    page.print_area(width + 1)


def areas(book: Book, page: Page, figures: Figures) -> None:
    """Priority areas with kronor, share, floor, cap and points; municipalities below, where the model has any."""
    words = TEXTS[book.lang]
    names = figures.names("areas", "area")
    goal, floor, cap, weight, target = (
        figures.column("areas", "area", c) for c in ("goal", "floor_share", "cap_share", "weight", "target")
    )
    kinds = ("id", "wrap", "wrap", "kronor", "share", "limit", "limit", "number", "points", "points")
    headings = (book.words("area-id"), words["area"], book.words("goal"), words["kronor"], words["share"],
                words["floor"], words["cap"], words["weight"], words["points"], words["target"])  # fmt: skip
    goals = list(dict.fromkeys(goal.values()))
    names = {area: names[area] for area in sorted(names, key=lambda area: goals.index(goal[area]))}
    head, whole = page.row, figures.outcome.funded
    last = head + len(names)
    of = page.cell(last + 1, 3, absolute=True) if figures.of_all == whole else str(figures.of_all)
    lines = [
        Line((
            area, names[area], goal[area], figures.by_area[area],
            Formula(f"={page.cell(i, 3)}/{of}", figures.by_area[area] / figures.of_all) if figures.of_all else None,
            floor[area] or None, cap[area] if cap[area] < 1 else None, weight[area], figures.points[area],
            target[area] if target[area] == target[area] else None,
        ))
        for i, area in enumerate(names, head + 1)
    ]  # fmt: skip
    total = Formula(f"=SUM({xl_range(head + 1, 3, last, 3)})", whole)
    points = Formula(f"=SUM({xl_range(head + 1, 8, last, 8)})", sum(figures.points.values()))
    lines.append(Line((None, words["sum"], None, total, None, None, None, None, points, None), "total"))
    page.block([Field(h, k, width=40 * (k == "wrap")) for h, k in zip(headings, kinds, strict=True)], lines)
    page.freeze(head + 1, 2)
    for note in (*share_base(figures, book.lang), *ties(figures, book.lang)):
        page.row -= 1
        page.sentence(note, 8, muted=True)
        page.row += 1
    if 1 < len(names) <= BARS and whole:
        places = (page.place(head + 1, 1, last, 1), page.place(head + 1, 4, last, 4))
        colours = [book.palette.area[area] for area in names]
        charts.bars(book, page, *places, book.words("chart-areas"), colours, book.looks.codes["share"])
    perspectives(book, page, figures)
    strategy(book, page)
    municipalities(book, page, figures)
    page.sheet.fit_to_pages(1, 1)
    page.print_area(len(kinds))


def perspectives(book: Book, page: Page, figures: Figures) -> None:
    """Kronor by perspective, where the model has any."""
    if not figures.model["perspectives"].size:
        return
    found = table(figures, book.lang)
    page.section(found.title)
    _, *columns = found.columns
    ids = {name: id_ for id_, name in figures.names("perspectives", "perspective").items()}
    kinds = ("id", "text", "text", *(column.kind for column in columns[1:]))
    headings = (book.words("perspective-id"), found.columns[1].heading, book.words("perspective-kind"),
                *(column.heading for column in columns[1:]))  # fmt: skip
    lines = [Line((ids[str(name)], name, kind, *cells)) for kind, name, *cells in found.rows]
    page.block([Field(heading, kind) for heading, kind in zip(headings, kinds, strict=True)], lines)
    page.row -= 1
    for note in found.notes:
        page.sentence(note, 8, muted=True)
    page.row += 1


def strategy(book: Book, page: Page) -> None:
    """The plan in the areas of another strategy, and what its weights would choose, where somebody asked."""
    told = book.pack.retold
    if told is None:
        return
    page.section(other_strategy.title(told, book.lang))
    for found in (other_strategy.areas(told, book.lang), other_strategy.moved(told, book.lang)):
        if not found.rows:
            continue
        kept = [i for i, column in enumerate(found.columns) if column.kind != "group"]
        fields = [Field(found.columns[i].heading, found.columns[i].kind) for i in kept]
        lines = [Line(tuple(row[i] for i in kept)) for row in found.rows]
        if found.total is not None:
            lines.append(Line(tuple(found.total[i] for i in kept), "total"))
        page.block(fields, lines)
        page.row -= 1
        sentences = other_strategy.choice(told, book.lang) if found.name == "strategy" else ()
        for note in (*found.notes, *sentences):
            page.sentence(note, 8, muted=True)
        page.row += 1


def municipalities(book: Book, page: Page, figures: Figures) -> None:
    """Where the kronor land, by municipality and inhabitant."""
    found = book.pack.run.records("municipalities", book.pack.scenario)
    if not found:
        return
    names = figures.names("municipalities", "municipality")
    people = figures.column("municipalities", "municipality", "population")
    page.section(book.words("title-municipalities"))
    fields = (Field(book.words("municipality-id"), "id"), Field(book.words("municipality")),
              Field(book.words("population"), "count"), Field(TEXTS[book.lang]["kronor"], "kronor"),
              Field(book.words("per-inhabitant"), "kronor"))  # fmt: skip
    head = page.row
    lines = [
        Line((
            row["municipality"], names[row["municipality"]], people[row["municipality"]], row["kronor"],
            Formula(f"={page.cell(i, 3)}/{page.cell(i, 2)}", row["kronor"] / people[row["municipality"]])
            if people[row["municipality"]] else None,
        ))
        for i, row in enumerate(found, head + 1)
    ]  # fmt: skip
    page.block(fields, lines)
    page.sentence(book.words("municipalities-mean"), 8, muted=True)


def actors(book: Book, page: Page, figures: Figures) -> None:
    """Actors: the projects they take part in, what they lead and finance, whom they meet."""
    words = TEXTS[book.lang]
    rows = figures.model["actors"]
    columns = (rows[c].tolist() for c in ("actor", "name", "type", "municipality"))
    about = {actor: (name, type_of(sort, book.lang), place) for actor, name, sort, place in zip(*columns, strict=True)}
    places = figures.names("municipalities", "municipality")
    fields = (
        Field(book.words("actor-id"), "id"), Field(book.words("actor")), Field(book.words("type")),
        Field(book.words("municipality")), Field(book.words("takes-part"), "points"),
        Field(book.words("led"), "kronor"), Field(book.words("financed"), "kronor", summed=True),
        Field(book.words("meets"), "count"), Field(book.words("new-ties"), "count"),
    )  # fmt: skip
    found = book.pack.run.records("actors", book.pack.scenario)
    listed = [
        (row["actor"], about[row["actor"]][0], about[row["actor"]][1], places.get(about[row["actor"]][2], ""),
         row["projects"], row["led"], row["paid"], row["meets"], row["new_ties"])
        for row in found
    ]  # fmt: skip
    if not listed:
        page.sentence(book.words("no-actors"), 8)
        return
    head = page.listing(book.words("table-actors"), fields, listed, words["sum"])
    page.freeze(head + 1, 2)
    page.print_area(len(fields))
