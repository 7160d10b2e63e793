"""Two pictures of the money: from funds to areas (the page's first), and from funds over projects to areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.collaboration.words import short_kronor
from rus_funding.papers.html import money
from rus_funding.papers.html.chart import Chart
from rus_funding.papers.html.grid import Head, flat, item
from rus_funding.papers.html.looks import OTHERS, Looks
from rus_funding.papers.html.sankey import Column, Node, sankey
from rus_funding.words.language import known, say
from rus_funding.words.numbers import percent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rus_funding.engine.figures import Figures
    from rus_funding.papers.html.grid import Grid
    from rus_funding.papers.html.money import Flows

FUNDS, AREAS, PROJECTS = 14, 16, 22  # shown one by one; the others are summed up
BANDS = 600  # rows of the table behind a picture


def lead(figures: Figures, looks: Looks, lang: str) -> Chart | None:
    """Funds to areas, or to years where the strategy has one area. None where no krona is paid."""
    if not figures.outcome.funded:
        return None
    to_areas = sum(1 for kronor in figures.by_area.values() if kronor) > 1
    flows = money.by_area(figures) if to_areas else money.by_year(figures)
    funds = _funds(figures, looks, lang)
    ends = _areas(figures, looks) if to_areas else _years(figures)
    largest = max(flows, key=lambda pair: (flows[pair], pair))
    names = {node.id: node.name for node in (*funds, *ends)}
    said = say(
        lang, "page.money.said", fund=names[largest[0]], end=names[largest[1]], kronor=flows[largest], count=len(flows)
    )
    title = say(lang, "page.money.areas" if to_areas else "page.money.years")
    heading = say(lang, "page.area" if to_areas else "page.year")
    shown_funds, where_funds = _shown(funds, FUNDS, lang, "page.others.funds")
    shown_ends, where_ends = _shown(ends, AREAS, lang, "page.others.areas")
    columns = (Column(shown_funds, _joined(flows, where_funds, where_ends)), Column(shown_ends))
    svg = sankey(
        "money", columns, title, said, _writer(figures.outcome.funded, lang), lambda one, _: one.kind, tall=430.0
    )
    choices = tuple((node.kind, node.name) for node in shown_funds)
    return Chart("money", title, said, svg, _table(flows, funds, ends, title, heading, lang), choices)


def whole(figures: Figures, looks: Looks, lang: str) -> Chart | None:
    """Funds over projects to areas. None where it would say nothing beyond the first picture."""
    paid = {project: result.kronor for project, result in figures.projects.items() if result.kronor}
    if len(paid) < 2:
        return None
    names = figures.names("projects", "project")
    ranked = sorted(paid, key=lambda project: (-paid[project], project))
    projects = [Node(project, names[project], paid[project], "k-ink") for project in ranked]
    funds, areas = _funds(figures, looks, lang, headed=False), _areas(figures, looks, headed=False)
    given, got = money.by_project(figures), money.of_projects(figures, ranked)
    shown_funds, where_funds = _shown(funds, FUNDS, lang, "page.others.funds")
    shown, where = _shown(projects, PROJECTS, lang, "page.others.projects")
    shown_areas, where_areas = _shown(areas, AREAS, lang, "page.others.areas")
    title = say(lang, "page.flows")
    one_by_one = len(paid) if len(paid) <= PROJECTS else PROJECTS - 1
    said = say(lang, "page.flows.said", count=len(paid), shown=one_by_one, funds=len(funds))
    columns = (
        Column(shown_funds, _joined(given, where_funds, where)),
        Column(shown, _joined(got, where, where_areas)),
        Column(shown_areas),
    )
    number = _writer(figures.outcome.funded, lang)

    def kind(one: Node, other: Node) -> str:
        """To a project the fund's colour, from it the area's."""
        return other.kind if one.kind == "k-ink" else one.kind

    svg = sankey("flows", columns, title, said, number, kind, tall=560.0)
    table = _table(given, funds, projects, title, say(lang, "page.project"), lang)
    return Chart("flows", title, said, svg, table, tuple((node.kind, node.name) for node in shown_funds))


def _writer(whole: int, lang: str) -> Callable[[int], str]:
    return lambda kronor: f"{short_kronor(kronor, lang)} · {percent(kronor / whole, lang)}"


def _funds(figures: Figures, looks: Looks, lang: str, *, headed: bool = True) -> list[Node]:
    """Funds that pay, by level: what the region, the state, the municipalities carry; the largest first."""
    names, levels = figures.names("funds", "fund"), figures.column("funds", "fund", "level")
    paid = dict.fromkeys(names, 0)
    for (fund, _), kronor in figures.paid.items():
        paid[fund] += kronor
    sums: dict[str, int] = {}
    for fund, kronor in paid.items():
        sums[levels[fund]] = sums.get(levels[fund], 0) + kronor
    order = sorted((fund for fund in names if paid[fund]), key=lambda f: (-sums[levels[f]], levels[f], -paid[f], f))
    groups = list(dict.fromkeys(levels[fund] for fund in order))
    headed = headed and 1 < len(groups) < len(order)
    out, before = [], None
    for fund in order:
        level = levels[fund]
        heading = _level(level, lang) if headed and level != before else ""
        out.append(Node(fund, names[fund], paid[fund], looks.fund[fund], heading))
        before = level
    return out


def _level(level: str, lang: str) -> str:
    key = f"page.level.{level}"
    return say(lang, key) if known(key) else level


def _areas(figures: Figures, looks: Looks, *, headed: bool = True) -> list[Node]:
    """Areas that get kronor, in the strategy's order, by goal."""
    names, goals = figures.names("areas", "area"), figures.column("areas", "area", "goal")
    got = [area for area in names if figures.by_area[area]]
    order = list(dict.fromkeys(goals[area] for area in got))
    headed = headed and 1 < len(order) < len(got)
    out, before = [], None
    for area in sorted(got, key=lambda area: order.index(goals[area])):
        heading = goals[area] if headed and goals[area] != before else ""
        out.append(Node(area, names[area], figures.by_area[area], looks.area[area] if not headed else "k-ink", heading))
        before = goals[area]
    return out


def _years(figures: Figures) -> list[Node]:
    sums = {year: sum(kronor for (_, when), kronor in figures.paid.items() if when == year) for year in figures.years}
    return [Node(str(year), str(year), kronor, "k-ink") for year, kronor in sums.items() if kronor]


def _shown(nodes: list[Node], most: int, lang: str, others: str) -> tuple[list[Node], dict[str, str]]:
    """The largest nodes and one for the rest, and which node shows each."""
    where = {node.id: node.id for node in nodes}
    if len(nodes) <= most:
        return nodes, where
    large = {node.id for node in sorted(nodes, key=lambda node: -node.kronor)[: most - 1]}
    rest = [node for node in nodes if node.id not in large]
    where |= {node.id: "" for node in rest}
    name = say(lang, others, count=len(rest))
    out = [node for node in nodes if node.id in large]
    return [*out, Node("", name, sum(node.kronor for node in rest), OTHERS)], where


def _joined(flows: Flows, rows: Mapping[str, str], columns: Mapping[str, str]) -> Flows:
    out: Flows = {}
    for (row, column), kronor in flows.items():
        place = rows[row], columns[column]
        out[place] = out.get(place, 0) + kronor
    return out


def _table(flows: Flows, rows: list[Node], columns: list[Node], title: str, heading: str, lang: str) -> Grid:
    """A line for each band, the largest first within a fund; where they are very many the largest of all."""
    order = {name: i for i, name in enumerate(row.id for row in rows)}
    names = {node.id: node.name for node in (*rows, *columns)}
    largest = sorted(flows, key=lambda pair: (-flows[pair], pair))[:BANDS]
    lines = [
        (item("text", names[row], lang), item("text", names[column], lang), item("kronor", flows[row, column], lang))
        for row, column in sorted(largest, key=lambda pair: (order[pair[0]], -flows[pair], pair))
    ]
    notes = [say(lang, "page.rows.more", count=len(flows) - BANDS)] if len(flows) > BANDS else []
    heads = (Head(say(lang, "page.fund")), Head(heading), Head(say(lang, "page.kronor"), number=True))
    return flat(title, heads, lines, notes)
