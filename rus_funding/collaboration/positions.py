"""The geometry of a picture: where each actor stands and where its name is written, the same for every scenario."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.collaboration import glyphs, layout
from rus_funding.collaboration.style import GAP, LEADING, MARGIN, MOST_RADIUS, SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import networkx as nx

COUNCIL = "council"  # a type of actor (samverkansorgan)
MOST = 60  # actors in a picture; the others are in the tables
LABEL_WIDTH, LABEL_LINES = 138.0, 3
FULL = 0.29  # share of the canvas that labels may fill


@dataclasses.dataclass(frozen=True)
class Place:
    """Where an actor stands in a panel, and its label: lines of text, and their box (left, top, right, bottom)."""

    x: float
    y: float
    lines: tuple[str, ...]
    text: tuple[float, float, float, float]


@dataclasses.dataclass(frozen=True)
class Plan:
    """Width of the picture, size and corners of its panels, and the places within each panel, sorted by id."""

    width: float
    panel: tuple[float, float]
    corners: tuple[tuple[float, float], ...]
    places: dict[str, Place]

    @property
    def bottom(self) -> float:
        """Where the panels end."""
        return self.corners[0][1] + self.panel[1]


def plan(possible: nx.Graph, panels: int = 1) -> Plan:
    """Places for the actors of the graph of every possible tie (`graph.possible_graph`), whatever is funded."""
    shown = shown_actors(possible)
    labels = [glyphs.wrap(possible.nodes[actor]["name"], SIZE, LABEL_WIDTH, LABEL_LINES) for actor in shown]
    boxes = [_box(lines) for lines in labels]
    area = sum((box.left + box.right + layout.GAP) * (box.top + box.bottom + layout.GAP) for box in boxes)
    needed = area / FULL
    across = 1280.0 - 2 * MARGIN if panels == 1 else max(730.0, float(round((needed / 1.35) ** 0.5)))
    down = float(round(max(660.0 if panels == 1 else 820.0, needed / across)))
    points = layout.positions(possible.subgraph(shown), boxes, across, down)
    places = {
        actor: Place(x, y, lines, (x - box.left, y + MOST_RADIUS + GAP, x + box.right, y + box.bottom))
        for actor, lines, box, (x, y) in zip(shown, labels, boxes, points.round(1).tolist(), strict=True)
    }
    top = 92.0 if panels == 1 else 124.0
    corners = tuple((MARGIN + i * (across + 2 * MARGIN), top) for i in range(panels))
    return Plan(2 * MARGIN * panels + panels * across, (across, down), corners, places)


def shown_actors(possible: nx.Graph) -> list[str]:
    """The actors in the picture, sorted: all, or the `MOST` with most possible partners, councils before others.

    A council has few partners of its own and is where the others meet: without it the picture is of something else.
    """
    kind = possible.nodes(data="type")
    ranked = sorted(possible, key=lambda actor: (kind[actor] != COUNCIL, -possible.degree[actor], actor))
    return sorted(ranked[:MOST])


def _box(lines: Sequence[str]) -> layout.Box:
    half = max(MOST_RADIUS + 2, max(glyphs.width(line, SIZE) for line in lines) / 2 + 2)
    return layout.Box(half, MOST_RADIUS + 2, half, MOST_RADIUS + GAP + LEADING * len(lines) + 1)
