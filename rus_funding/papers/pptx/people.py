"""The slide of who works with whom: a map of native shapes, which PowerPoint can move, recolour and take apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_LINE, MSO_THEME_COLOR
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt

from rus_funding.collaboration import style
from rus_funding.collaboration.glyphs import width, wrap
from rus_funding.collaboration.graph import possible_graph
from rus_funding.collaboration.layout import Box as Reach
from rus_funding.collaboration.layout import positions
from rus_funding.collaboration.portfolio import case
from rus_funding.collaboration.words import kind as type_name
from rus_funding.papers.pptx.fit import LEADING, plain
from rus_funding.papers.pptx.xml import child

if TYPE_CHECKING:
    from rus_funding.collaboration.portfolio import Case
    from rus_funding.papers.pptx.deck import Deck, Slide
    from rus_funding.papers.pptx.layouts import Box
    from rus_funding.papers.pptx.matter import Matter

MOST, FEWEST = 16, 4  # actors on a slide; fewer than the least are no network
SIZE, ACROSS, LINES = 11.0, 108.0, 2  # the font size of names, their width and their lines
SMALLEST, LARGEST = 5.0, 11.0  # radius of a mark
LEGEND = 22.0  # points at the bottom
NEW, OLD, UNUSED = "EDB184", "2B3442", "9AA3AF"


def collaboration(matter: Matter) -> Case | None:
    """The plan as collaboration; None where it has too few actors for a map."""
    if not matter.planned or matter.pack.model["actors"].size < FEWEST:
        return None
    outcome = matter.pack.outcome
    payments = [(p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments]
    found = case(outcome.model, {r.project: float(r.share) for r in outcome.projects}, payments)
    return found if sum(1 for _, degree in found.after.degree if degree) >= FEWEST else None


def works_with(deck: Deck, matter: Matter) -> Slide:
    """New and existing ties between the actors with most partners. Only where `collaboration` finds a network."""
    found = collaboration(matter)
    if found is None:
        raise ValueError("there is no network to draw")
    after = found.after
    new = sum(data["new"] for _, _, data in after.edges(data=True))
    old = after.size() - new
    met = sum(1 for _, _, data in after.edges(data=True) if data["existing"] and data["meets"])
    headline = matter.say("people", count=new) if new else matter.say("people.none")
    slide = deck.slide("drawing", headline)
    slide.text("lead", matter.say("people.lead", count=old, met=met, actors=len(after)))
    ranked = sorted(after, key=lambda actor: (-after.degree[actor], actor))
    shown = sorted(ranked[:MOST])
    box = slide.box("drawing")
    shapes = slide.slide.shapes
    before = len(shapes)
    _draw(shapes, after.subgraph(shown), possible_graph(matter.pack.model), box, matter)
    group = shapes.add_group_shape(list(shapes)[before:])  # in one go: every shape added to a group measures it anew
    group.name = matter.say("people.name")
    names = matter.listed([plain(after.nodes[actor]["name"]) for actor in ranked], 3)
    alt = matter.say("people.alt", shown=len(shown), new=new, old=old, names=names)
    group._element.nvGrpSpPr.cNvPr.set("descr", alt)  # noqa: SLF001
    slide.notes += [
        matter.say("people.actor", name=after.nodes[actor]["name"], count=after.degree[actor]) for actor in ranked
    ]
    notes = [matter.say("people.some", shown=len(shown), count=len(after))] if len(shown) < len(after) else []
    slide.text("note", " ".join([*notes, matter.say("people.note")]))
    return slide


def _draw(shapes: Any, graph: Any, possible: Any, box: Box, matter: Matter) -> None:
    shown = sorted(graph)
    most = max((degree for _, degree in graph.degree), default=1) or 1
    radius = {actor: SMALLEST + (LARGEST - SMALLEST) * (graph.degree[actor] / most) ** 0.5 for actor in shown}
    labels = {actor: wrap(plain(graph.nodes[actor]["name"]), SIZE, ACROSS, LINES) for actor in shown}
    reaches = [_reach(radius[actor], labels[actor]) for actor in shown]
    room = box.h - LEGEND
    points = positions(possible.subgraph(shown), reaches, box.w, room)
    at = {actor: (box.x + float(x), box.y + float(y)) for actor, (x, y) in zip(shown, points.tolist(), strict=True)}
    scale = style.nice(max((data["kronor"] for *_, data in graph.edges(data=True)), default=0))
    looks = {"new": NEW, "old": OLD, "unused": UNUSED}
    edges = sorted((_kind(data), -data["kronor"], *sorted((a, b))) for a, b, data in graph.edges(data=True))
    for kind, kronor, a, b in edges:
        wide = style.line_width(-kronor, scale) * 0.55 if kind != "unused" else 1.0
        _line(shapes, at[a], at[b], looks[kind], wide, dashed=kind == "unused")
    for actor in shown:
        x, y = at[actor]
        _label(shapes, x, y + radius[actor] + 1, labels[actor])
    for actor in shown:
        x, y = at[actor]
        colour = matter.palette.actor_type[graph.nodes[actor]["type"]]
        _mark(shapes, x, y, radius[actor], colour, plain(graph.nodes[actor]["name"]))
    kinds = list(dict.fromkeys(graph.nodes[actor]["type"] for actor in shown))
    _legend(shapes, box, {kind for kind, *_ in edges}, kinds, matter)


def _kind(data: dict[str, Any]) -> str:
    return "new" if data["new"] else "old" if data["meets"] else "unused"


def _reach(radius: float, lines: tuple[str, ...]) -> Reach:
    half = max(radius + 2, max(width(line, SIZE) for line in lines) / 2 + 2)
    return Reach(half, radius + 2, half, radius + 2 + SIZE * LEADING * len(lines))


def _legend(shapes: Any, box: Box, used: set[str], kinds: list[str], matter: Matter) -> None:
    x, y = box.x, box.y + box.h - LEGEND / 2
    for kind, colour in (("new", NEW), ("old", OLD), ("unused", UNUSED)):
        if kind in used:
            _line(shapes, (x, y), (x + 26, y), colour, 3 if kind != "unused" else 1.0, dashed=kind == "unused")
            x = _words(shapes, x + 31, y, matter.say(f"people.key.{kind}"), box)
    for kind in kinds:
        name = type_name(kind, matter.lang)
        if x + 20 + width(name, SIZE) < box.x + box.w:
            _mark(shapes, x + 6, y, 5, matter.palette.actor_type[kind], "")
            x = _words(shapes, x + 14, y, name, box)


def _words(shapes: Any, x: float, y: float, text: str, box: Box) -> float:
    across = min(width(text, SIZE) + 6, box.x + box.w - x)
    _text(shapes, x, y - SIZE * 0.7, across, (text,), PP_ALIGN.LEFT)
    return x + across + 10


def _line(
    shapes: Any, one: tuple[float, float], other: tuple[float, float], colour: str, wide: float, *, dashed: bool
) -> None:
    drawn = shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *(Pt(length) for length in (*one, *other)))
    _unstyled(drawn)
    drawn.line.color.rgb = RGBColor.from_string(colour)
    drawn.line.width = Pt(round(wide, 2))
    if dashed:
        drawn.line.dash_style = MSO_LINE.ROUND_DOT


def _mark(shapes: Any, x: float, y: float, radius: float, colour: str, name: str) -> None:
    shape = shapes.add_shape(MSO_SHAPE.OVAL, Pt(x - radius), Pt(y - radius), Pt(2 * radius), Pt(2 * radius))
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(colour.removeprefix("#").upper())
    shape.line.color.rgb = RGBColor(255, 255, 255)
    shape.line.width = Pt(1.5)
    _unstyled(shape)
    if name:
        shape.name = name[:120]


def _unstyled(shape: Any) -> None:
    """Without the theme's effects: no shadows."""
    for styled in shape._element.xpath("./p:style"):  # noqa: SLF001
        shape._element.remove(styled)  # noqa: SLF001


def _label(shapes: Any, x: float, y: float, lines: tuple[str, ...]) -> None:
    across = max(width(line, SIZE) for line in lines) + 2
    box = _text(shapes, x - across / 2, y, across, lines, PP_ALIGN.CENTER)
    box.fill.solid()
    box.fill.fore_color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
    scheme = box.fill._xPr.find(".//" + qn("a:schemeClr"))  # noqa: SLF001 - python-pptx has no transparency
    child(scheme, "a:alpha", val="78000")


def _text(shapes: Any, x: float, y: float, across: float, lines: tuple[str, ...], align: Any) -> Any:
    box = shapes.add_textbox(Pt(x), Pt(y), Pt(across), Pt(SIZE * LEADING * len(lines)))
    frame = box.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.TOP
    frame.word_wrap = False
    for i, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        paragraph.alignment = align
        run = paragraph.add_run()
        run.text = line
        run.font.size = Pt(SIZE)
    return box
