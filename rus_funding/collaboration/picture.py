"""The map of who works with whom as SVG: no script, nothing fetched, the same bytes every time.

A picture has one panel or several beside each other (before and after, two scenarios). Every panel has every actor
at the same place (see `plan`).
"""

from __future__ import annotations

import dataclasses
from html import escape
from typing import TYPE_CHECKING

import networkx as nx

from rus_funding.collaboration import legend, style, words
from rus_funding.collaboration.bends import curves
from rus_funding.collaboration.positions import Place, Plan, plan
from rus_funding.words.marks import darker, marks, outline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


PLAIN = 1.8  # width of lines without kronor
STRONGEST = 2  # ties of each actor in the backbone, beside those of the spanning forest


@dataclasses.dataclass(frozen=True)
class Panel:
    """One map: its heading, its graph (see `graph.actor_graph`), and what to add to the numbers under the heading."""

    title: str
    graph: nx.Graph
    note: str = ""


def picture(panels: Sequence[Panel], possible: nx.Graph, *, title: str, lang: str = "sv") -> str:
    """The SVG of one or several panels. `possible` is `graph.possible_graph` of the model: it gives the places.

    Lines: existing ties dark, new ones in colour under them, faint where they are not of the `backbone`; width by the
    kronor of the projects two actors share (square root, one scale for all panels). Marks: shape and colour by type,
    larger with more partners, hollow where the actor is in no funded project.
    """
    at = plan(possible, len(panels))
    kinds = marks(data["type"] for _, data in possible.nodes(data=True))
    graphs = [panel.graph for panel in panels]
    scale = style.nice(max((d["kronor"] for graph in graphs for _, _, d in graph.edges(data=True)), default=0))
    most = max((degree for graph in graphs for _, degree in graph.degree), default=0)
    said = [" · ".join(filter(None, (counts(p.graph, len(at.places), lang), p.note))) for p in panels]
    body = [style.text(style.MARGIN, 44, title, 24, more=' font-weight="600"')]
    for panel, (x, y), numbers in zip(panels, at.corners, said, strict=True):
        if len(panels) > 1:
            body.append(style.text(x, y - 40, panel.title, 18, more=' font-weight="600"'))
        body.append(style.text(x, y - 20, numbers, 14.5, style.SOFT))
        body.append(f'<g transform="translate({x:g} {y:g})">')
        today = not any(data["projects"] for _, data in panel.graph.nodes(data=True))
        body += _lines(panel.graph, at, scale, today=today)
        body += _nodes(panel.graph, at, kinds, most, lang, today=today)
        body.append("</g>")
    funded = any(data["projects"] for graph in graphs for _, data in graph.nodes(data=True))
    key, height = legend.drawn(
        legend.entries(kinds, scale, lang, new=funded, faint=any(style.FAINT in line for line in body)),
        at.bottom + 16,
        at.width,
    )
    described = " ".join(f"{panel.title}: {numbers}." for panel, numbers in zip(panels, said, strict=True))
    size = f'viewBox="0 0 {at.width:g} {height:g}" width="{at.width:g}" height="{height:g}"'
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="t d" lang="{lang}">',
        f'<title id="t">{escape(title)}</title>',
        f'<desc id="d">{escape(described)}</desc>',
        f'<rect width="100%" height="100%" fill="{style.PAPER}"/><g font-family="{style.FONT}">',
    ]
    return "\n".join([*head, *body, *key, "</g></svg>"]) + "\n"


def counts(graph: nx.Graph, shown: int, lang: str) -> str:
    """What a panel shows, in numbers; `shown` is how many of the actors are in the picture."""
    new = sum(data["new"] for _, _, data in graph.edges(data=True))
    alone = sum(1 for _, degree in graph.degree if degree == 0)
    parts = [words.count("actors", len(graph), lang), words.count("ties", graph.size(), lang)]
    if new:
        parts[-1] += f" ({words.count('new_ties', new, lang)})"
    if alone:
        parts.append(words.count("alone", alone, lang))
    if shown < len(graph):
        parts.append(words.count("hidden", len(graph) - shown, lang, shown=shown))
    return " · ".join(parts)


def backbone(graph: nx.Graph) -> set[tuple[str, str]]:
    """The ties that hold a graph together: a spanning forest of greatest weight, and each actor's `STRONGEST`."""
    tree = nx.maximum_spanning_edges(graph, weight="weight", data=False)
    strongest = (
        (actor, other)
        for actor in graph
        for other, _ in sorted(graph[actor].items(), key=lambda tie: (-tie[1]["weight"], tie[0]))[:STRONGEST]
    )
    return {(min(pair), max(pair)) for pair in (*tree, *strongest)}


def _lines(graph: nx.Graph, at: Plan, scale: float, *, today: bool) -> list[str]:
    """New ties first and below, the faint ones lowest, then old ones; within each the widest below."""
    shown = graph.subgraph(at.places)
    strong = backbone(shown)
    drawn = sorted(
        (int((a, b) in strong) if data["new"] else 2 if data["meets"] or today else 3, -data["kronor"], a, b)
        for a, b, data in shown.edges(data=True)
    )
    looks = (style.FAINT, style.NEW, style.USED, style.UNUSED)
    out = []
    paths = curves([(a, b) for _, _, a, b in drawn], at)
    for (level, kronor, _, _), path in zip(drawn, paths, strict=True):
        wide = PLAIN if today or level == 3 else style.line_width(-kronor, scale) if level else style.FAINTEST
        look = f'{looks[level]} stroke-width="{wide:.1f}" stroke-linecap="round"'
        out.append(f'<path d="{path}" fill="none" {look}/>')
    return out


def _nodes(
    graph: nx.Graph, at: Plan, kinds: Mapping[str, tuple[str, str]], most: int, lang: str, *, today: bool
) -> list[str]:
    out = []
    for actor, place in at.places.items():
        data, partners = graph.nodes[actor], graph.degree[actor]
        shape, colour = kinds[data["type"]]
        path = outline(shape, place.x, place.y, style.radius(partners, most))
        look = (colour, style.PAPER, 1.4) if data["projects"] or today else (style.PAPER, darker(colour), 2.2)
        note = f"{data['name']} ({words.kind(data['type'], lang)}): {words.count('ties', partners, lang)}"
        out += [f"<g><title>{escape(note)}</title>{style.mark(path, *look)}", *_label(place), "</g>"]
    return out


def _label(place: Place) -> list[str]:
    """The name under the mark, on a white halo that keeps it readable over lines."""
    middle = ' text-anchor="middle"'
    halo = f'{middle} stroke="{style.PAPER}" stroke-width="4" stroke-linejoin="round" aria-hidden="true"'
    rows = [(place.text[1] + style.LEADING * (i + 0.78), line) for i, line in enumerate(place.lines)]
    return [
        style.text(place.x, y, line, colour=colour, more=more)
        for colour, more in ((style.PAPER, halo), (style.INK, middle))
        for y, line in rows
    ]
