"""Money as bands from column to column: what each fund pays, and where it ends up.

Every node has room for its label, so that none covers another however small it is.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.papers.html import svg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from markupsafe import Markup

NODE = 12.0  # width of a node
GAP = 10.0
AROUND = 4.0  # room above and below a label together
CAPTION = 30.0
LABEL = 230.0  # width of a label over the bands
MARGIN = 12.0


@dataclasses.dataclass(frozen=True)
class Node:
    """A place that money passes: `kronor` in all, the class of its colour, and the heading that begins before it."""

    id: str
    name: str
    kronor: int
    kind: str
    heading: str = ""


@dataclasses.dataclass(frozen=True)
class Column:
    """Nodes one above the other, and the kronor from each to each of the next column's: (here, there) → kronor."""

    nodes: Sequence[Node]
    flows: Mapping[tuple[str, str], int] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class _Spot:
    node: Node
    x: float
    y: float
    height: float


def sankey(
    key: str,
    columns: Sequence[Column],
    title: str,
    said: str,
    number: Callable[[int], str],
    flow_kind: Callable[[Node, Node], str],
    tall: float = 420.0,
) -> Markup:
    """The picture of two or three columns. `number` writes kronor, `flow_kind` gives the class of a band's colour.

    `tall` is the height of all money together.
    """
    total = max(sum(node.kronor for node in column.nodes) for column in columns) or 1
    scale = tall / total
    heights = [_height(column, i, len(columns), scale) for i, column in enumerate(columns)]
    bottom = max(heights)
    side = _side(len(columns))
    inner = svg.WIDE - 2 * side - NODE
    spots: list[dict[str, _Spot]] = []
    parts: list[str] = []
    for i, column in enumerate(columns):
        x = side + inner * i / (len(columns) - 1)
        spots.append({})
        loose = (bottom - heights[i]) / max(1, len(column.nodes) - 1) if len(column.nodes) > 1 else 0.0
        y = MARGIN + (0.0 if len(column.nodes) > 1 else (bottom - heights[i]) / 2)
        for node in column.nodes:
            if node.heading:
                anchor_x = x + NODE + 12 if i else x - 12
                parts.append(svg.text(anchor_x, y + 15, node.heading, "caption", "start" if i else "end"))
                y += CAPTION
            tall_node = node.kronor * scale
            room = max(tall_node, _needed(node, i, len(columns)))
            spots[i][node.id] = _Spot(node, x, y + (room - tall_node) / 2, tall_node)
            y += room + GAP + loose
    for i, column in enumerate(columns[:-1]):
        parts += _bands(column.flows, spots[i], spots[i + 1], scale, number, flow_kind)
    for i, column in enumerate(columns):
        parts += [_node(spots[i][node.id], i, len(columns), number) for node in column.nodes]
    return svg.drawing(key, bottom + 2 * MARGIN, title, said, parts)


def _needed(node: Node, column: int, columns: int) -> float:
    """The height of a node's label."""
    lines = len(svg.wrapped(node.name, *_room(column, columns)))
    return svg.LEADING * (lines + 1) + AROUND


def _room(column: int, columns: int) -> tuple[float, int]:
    """How wide a label may be, and how many lines its name may have: in the middle it lies over the bands."""
    return (LABEL, 1) if 0 < column < columns - 1 else (_side(columns) - 16, 3)


def _side(columns: int) -> float:
    return 250.0 if columns == 2 else 200.0


def _height(column: Column, place: int, columns: int, scale: float) -> float:
    rooms = [
        max(node.kronor * scale, _needed(node, place, columns)) + (CAPTION if node.heading else 0.0)
        for node in column.nodes
    ]
    return sum(rooms) + GAP * max(0, len(rooms) - 1)


def _bands(
    flows: Mapping[tuple[str, str], int],
    left: Mapping[str, _Spot],
    right: Mapping[str, _Spot],
    scale: float,
    number: Callable[[int], str],
    flow_kind: Callable[[Node, Node], str],
) -> list[str]:
    """Bands leave a node in the order of their ends, and arrive in the order of their beginnings: none is crossed
    twice. The widest are drawn first, so that thin ones stay visible.
    """
    rows, columns = list(left), list(right)
    starts = {name: spot.y for name, spot in left.items()}
    ends = {name: spot.y for name, spot in right.items()}
    begin: dict[tuple[str, str], float] = {}
    finish: dict[tuple[str, str], float] = {}
    for here in rows:
        for there in columns:
            if kronor := flows.get((here, there), 0):
                begin[here, there], starts[here] = starts[here], starts[here] + kronor * scale
    for there in columns:
        for here in rows:
            if kronor := flows.get((here, there), 0):
                finish[here, there], ends[there] = ends[there], ends[there] + kronor * scale
    out = []
    for pair in sorted(begin, key=lambda pair: (-flows[pair], rows.index(pair[0]), columns.index(pair[1]))):
        one, other = left[pair[0]], right[pair[1]]
        note = f"{one.node.name} → {other.node.name}: {number(flows[pair])}"
        thick = max(flows[pair] * scale, 0.4)
        kind = f"band {flow_kind(one.node, other.node)}"
        out.append(svg.ribbon(one.x + NODE, begin[pair], other.x, finish[pair], thick, kind, note))
    return out


def _node(spot: _Spot, column: int, columns: int, number: Callable[[int], str]) -> str:
    node = spot.node
    note = f"{node.name}: {number(node.kronor)}"
    drawn = svg.box(spot.x, spot.y, NODE, max(spot.height, 1.0), node.kind, note)
    middle = spot.y + spot.height / 2
    lines = svg.wrapped(node.name, *_room(column, columns))
    if column == 0:
        return drawn + svg.label(spot.x - 12, middle, lines, number(node.kronor), "", "end")
    return drawn + svg.label(
        spot.x + NODE + 10, middle, lines, number(node.kronor), "" if column == columns - 1 else " over"
    )
