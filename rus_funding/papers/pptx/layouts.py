"""What stands where on each kind of slide: one table that the neutral template is built from, and foreign ones follow.

Lengths are points on a slide of 960 × 540 (16:9).
"""

from __future__ import annotations

import dataclasses

WIDTH, HEIGHT = 960.0, 540.0
MARGIN = 44.0
ACROSS = WIDTH - 2 * MARGIN
TITLE_SIZE, LEAD_SIZE, NOTE_SIZE, CELL_SIZE = 26.0, 16.0, 12.0, 12.0


@dataclasses.dataclass(frozen=True)
class Box:
    """Left, top, width and height in points."""

    x: float
    y: float
    w: float
    h: float

    def within(self, other: Box, stage: Box) -> Box:
        """This box, a part of `stage`, moved and scaled to the same part of `other`."""
        across, down = other.w / stage.w, other.h / stage.h
        return Box(
            other.x + (self.x - stage.x) * across, other.y + (self.y - stage.y) * down, self.w * across, self.h * down
        )


@dataclasses.dataclass(frozen=True)
class Level:
    """How a level of text looks: size in points, a colour of the theme, and whether it is bold."""

    size: float
    colour: str = "tx1"
    bold: bool = False
    before: float = 0.0  # points above a paragraph


@dataclasses.dataclass(frozen=True)
class Part:
    """A place on a slide. kind: "title", "subTitle", "body", "chart", "tbl"; "free" is a room for shapes."""

    role: str
    kind: str
    box: Box
    levels: tuple[Level, ...] = (Level(LEAD_SIZE),)
    anchor: str = "t"


@dataclasses.dataclass(frozen=True)
class Layout:
    """A kind of slide: the name that PowerPoint shows, its type, whether it is dark, and its parts in reading order."""

    name: str
    type: str
    parts: tuple[Part, ...]
    dark: bool = False
    rules: tuple[Box, ...] = ()  # coloured bars that belong to the layout

    def part(self, role: str) -> Part:
        """The part of a role."""
        return next(part for part in self.parts if part.role == role)

    @property
    def main(self) -> str:
        """The role of the largest part below the headline."""
        return max(self.parts[1:], key=lambda part: part.box.w * part.box.h).role


HEADLINE = Part("title", "title", Box(MARGIN, 26, ACROSS, 68), (Level(TITLE_SIZE, "tx2", bold=True),), "b")
LEAD = Part("lead", "body", Box(MARGIN, 104, ACROSS, 44), (Level(LEAD_SIZE, "tx1"),))
NOTE = Part("note", "body", Box(MARGIN, 462, ACROSS, 34), (Level(NOTE_SIZE, "tx1"),), "b")
FOOTER = Part("footer", "ftr", Box(MARGIN, 504, ACROSS - 80, 20), (Level(10.0, "tx1"),), "ctr")
NUMBER = Part("number", "sldNum", Box(MARGIN + ACROSS - 70, 504, 70, 20), (Level(10.0, "tx1"),), "ctr")
STAGE = Box(MARGIN, 104, ACROSS, 392)
TOP, DEEP = 152.0, 304.0  # the main part, between lead and note
GAP, LEFT = 22.0, 410.0
THIRD, QUARTER = (ACROSS - 2 * GAP) / 3, (ACROSS - 3 * GAP) / 4
FIGURE = (Level(30.0, "tx2", bold=True), Level(13.0, "tx1", before=3))
LISTED = (Level(16.0, "tx2", bold=True), Level(12.5, "tx1", before=5))

LAYOUTS = {
    "opening": Layout(
        "Opening",
        "title",
        (
            Part("title", "ctrTitle", Box(70, 96, 800, 160), (Level(38.0, "bg1", bold=True),), "b"),
            Part("question", "subTitle", Box(70, 302, 800, 90), (Level(20.0, "bg1"),)),
            Part("about", "body", Box(70, 440, 800, 50), (Level(13.0, "bg1"),), "b"),
        ),
        dark=True,
        rules=(Box(70, 274, 90, 6),),
    ),
    "figures": Layout(
        "Answer and figures",
        "cust",
        (
            HEADLINE,
            Part("lead", "body", Box(MARGIN, 112, ACROSS, 156), (Level(21.0, before=9),)),
            *(
                Part(f"figure{i}", "body", Box(MARGIN + i * (QUARTER + GAP), 312, QUARTER, 116), FIGURE)
                for i in range(4)
            ),
            NOTE,
        ),
        rules=tuple(Box(MARGIN + i * (QUARTER + GAP), 298, QUARTER, 2) for i in range(4)),
    ),
    "chart-table": Layout(
        "Chart and table",
        "cust",
        (
            HEADLINE,
            LEAD,
            Part("chart", "chart", Box(MARGIN, TOP, LEFT, DEEP)),
            Part("table", "tbl", Box(MARGIN + LEFT + GAP, TOP, ACROSS - LEFT - GAP, DEEP)),
            NOTE,
        ),
    ),
    "chart": Layout("Chart", "chart", (HEADLINE, LEAD, Part("chart", "chart", Box(MARGIN, TOP, ACROSS, DEEP)), NOTE)),
    "table": Layout("Table", "tbl", (HEADLINE, LEAD, Part("table", "tbl", Box(MARGIN, TOP, ACROSS, DEEP)), NOTE)),
    "columns": Layout(
        "Three columns",
        "cust",
        (
            HEADLINE,
            LEAD,
            *(Part(f"column{i}", "body", Box(MARGIN + i * (THIRD + GAP), TOP, THIRD, DEEP), LISTED) for i in range(3)),
            NOTE,
        ),
    ),
    "drawing": Layout(
        "Drawing", "titleOnly", (HEADLINE, LEAD, Part("drawing", "free", Box(MARGIN, TOP - 8, ACROSS, DEEP + 8)), NOTE)
    ),
}
