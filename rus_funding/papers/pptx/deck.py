"""A deck and its slides: what goes where, in placeholders of the template that is used.

With our own template every role has its placeholder. In any other template a layout is chosen by what placeholders
it has: the headline goes into its title, the largest part into its content, and what it has no place for into text
boxes beside, in the same arrangement as ours.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import PP_PLACEHOLDER as KIND
from pptx.oxml.ns import qn
from pptx.shapes.placeholder import ChartPlaceholder, TablePlaceholder
from pptx.util import Emu, Pt

from rus_funding.papers.pptx import foreign
from rus_funding.papers.pptx.fit import LEADING, fitted, lines, plain
from rus_funding.papers.pptx.foreign import POINT, TITLES
from rus_funding.papers.pptx.layouts import LAYOUTS, STAGE, Box
from rus_funding.papers.pptx.master import neutral, placeholder_idx
from rus_funding.papers.pptx.template import own
from rus_funding.papers.pptx.xml import child

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rus_funding.papers.pptx.layouts import Layout, Level, Part

LEAST, SMALLEST = 11.0, 0.4  # points; share of a size that text may shrink to
THEME = {
    "tx1": MSO_THEME_COLOR.TEXT_1, "tx2": MSO_THEME_COLOR.TEXT_2, "bg1": MSO_THEME_COLOR.TEXT_1,
    "accent1": MSO_THEME_COLOR.ACCENT_1,
}  # fmt: skip


class Deck:
    """Slides in the making. `language` is a tag such as "sv-SE", for spelling and screen readers."""

    def __init__(self, template: Path | str | None, language: str) -> None:
        """Raises `UsageError` for a template that cannot be used."""
        self.prs = neutral() if template is None else own(template)
        self.ours = template is None
        self.language = language

    def slide(self, kind: str, headline: str) -> Slide:
        """A new slide of a kind of `LAYOUTS`, with its headline."""
        return Slide(self, LAYOUTS[kind], headline)


class Slide:
    """One slide: its parts are filled by role, and `done` takes away what was not."""

    def __init__(self, deck: Deck, layout: Layout, headline: str) -> None:
        """Add it to the deck."""
        self.deck, self.layout = deck, layout
        self.notes: list[str] = []
        chosen = self._own_layout() if deck.ours else foreign.layout(deck.prs, layout)
        self.slide = deck.prs.slides.add_slide(chosen)
        self.free = {shape.placeholder_format.idx: shape for shape in self.slide.placeholders}
        self.stage = None if deck.ours else foreign.stage(deck.prs, chosen)
        self._headline(headline)

    def box(self, role: str) -> Box:
        """Where a role stands, in points."""
        part = self.layout.part(role)
        if self.stage is None:
            return part.box
        return foreign.top(self.deck.prs) if role == "title" else part.box.within(self.stage, STAGE)

    def text(self, role: str, *paragraphs: str | tuple[int, str], most: float = 99.0) -> None:
        """Paragraphs, each with its level (0 if left out), set as large as its part allows, else smaller or cut.

        `most` is the largest font size of the first, for parts that should look alike.
        """
        part = self.layout.part(role)
        box = self.box(role)
        shape = self._taken(part)
        if self.stage is not None and self.layout.type == "title":
            if shape is None:
                return  # what a foreign opening has no place for stands in the notes
            box = foreign.inside(shape)
        shape = shape or self._text_box(box, part)
        frame = shape.text_frame
        if self.stage is not None and self.layout.type != "title":
            frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        leveled = [(0, each) if isinstance(each, str) else each for each in paragraphs]
        looks = [part.levels[min(level, len(part.levels) - 1)] for level, _ in leveled]
        sized = _rooms(leveled, looks, box)
        sized[:1] = [(min(most, size), down) for size, down in sized[:1]]
        for i, ((level, text), look, room) in enumerate(zip(leveled, looks, sized, strict=True)):
            said, size = fitted(text, (box.w - 2, room[1]), room[0], min(room[0], LEAST), bold=look.bold)
            paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
            self._run(paragraph, said, look, size, level)

    def chart(self, role: str, kind: Any, data: Any, description: str) -> Any:
        """A native chart; `description` is its alternative text."""
        shape = self._taken(self.layout.part(role))
        at = self._emu(role)
        if shape is None:
            frame = self.slide.shapes.add_chart(kind, *at, data)
        else:
            frame = ChartPlaceholder(shape._element, shape._parent).insert_chart(kind, data)  # noqa: SLF001
            frame.left, frame.top, frame.width, frame.height = at
        _describe(frame, description)
        return frame.chart

    def table(self, role: str, rows: int, columns: int, description: str) -> Any:
        """A native table; `description` is its alternative text."""
        shape = self._taken(self.layout.part(role))
        at = self._emu(role)
        if shape is None:
            frame = self.slide.shapes.add_table(rows, columns, *at)
        else:
            frame = TablePlaceholder(shape._element, shape._parent).insert_table(rows, columns)  # noqa: SLF001
            frame.left, frame.top, frame.width, frame.height = at
        _describe(frame, description)
        return frame.table

    def done(self, footer: str, about: Iterable[str]) -> None:
        """Take away empty placeholders; add footer and number, and the notes, `about` last."""
        for shape in self.free.values():
            shape._element.getparent().remove(shape._element)  # noqa: SLF001
        for shape in self.slide.slide_layout.placeholders:
            if shape.placeholder_format.type in (KIND.FOOTER, KIND.SLIDE_NUMBER):
                self._furniture(shape, plain(footer))
        text = "\n".join(plain(line) for line in (*self.notes, *about))
        frame = self.slide.notes_slide.notes_text_frame
        if frame is not None:
            frame.text = text
        for run in self.slide._element.iter(qn("a:rPr"), qn("a:endParaRPr")):  # noqa: SLF001
            run.set("lang", self.deck.language)

    def _own_layout(self) -> Any:
        return next(each for each in self.deck.prs.slide_layouts if each.name == self.layout.name)

    def _headline(self, headline: str) -> None:
        part = self.layout.part("title")
        shape = next((each for each in self.free.values() if each.placeholder_format.type in TITLES), None)
        if shape is None:
            self.text("title", headline)
            return
        self.free.pop(shape.placeholder_format.idx)
        look = part.levels[0]
        room = part.box if self.deck.ours else foreign.inside(shape)
        across, down = room.w, room.h
        size = look.size if self.deck.ours else min(look.size, down * 0.4)
        said, fits = fitted(headline, (across - 2, max(down, 20)), max(size, 14.0), min(16.0, size), bold=True)
        self._run(shape.text_frame.paragraphs[0], said, look, fits, 0)

    def _taken(self, part: Part) -> Any | None:
        """The placeholder for a part, if the template has one; no other part gets it."""
        if self.deck.ours:
            return self.free.pop(placeholder_idx(self.layout, part.role), None)
        if part.kind == "subTitle":
            wanted = [shape for shape in self.free.values() if shape.placeholder_format.type == KIND.SUBTITLE]
        elif part.role == self.layout.main:
            fitting = {"chart": {KIND.CHART, KIND.OBJECT}, "tbl": {KIND.TABLE, KIND.OBJECT}}
            kinds = fitting.get(part.kind, {KIND.BODY, KIND.OBJECT})
            wanted = [shape for shape in self.free.values() if shape.placeholder_format.type in kinds]
        else:
            wanted = []
        if not wanted:
            return None
        shape = max(wanted, key=lambda each: each.width * each.height)
        self.free.pop(shape.placeholder_format.idx)
        if self.layout.type != "title":
            shape.left, shape.top, shape.width, shape.height = self._emu(part.role)
        return shape

    def _text_box(self, box: Box, part: Part) -> Any:
        shape = self.slide.shapes.add_textbox(*_emu(box))
        shape.name = part.role.capitalize()
        frame = shape.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame._txBody.bodyPr.set("anchor", part.anchor)  # noqa: SLF001
        return shape

    def _run(self, paragraph: Any, text: str, look: Level, size: float, level: int) -> None:
        run = paragraph.add_run()
        run.text = text
        if level:
            paragraph.level = level
        if self.deck.ours:
            if size != look.size:
                run.font.size = Pt(size)
            return
        run.font.size = Pt(size)
        run.font.bold = look.bold
        if look.colour == "accent1":
            run.font.color.theme_color = THEME[look.colour]
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
        properties.set("marL", "0")
        properties.set("indent", "0")
        for old in properties.xpath("./a:buChar|./a:buAutoNum|./a:buBlip|./a:buNone"):
            properties.remove(old)
        child(properties, "a:buNone")
        if level or self.layout.type != "title":
            paragraph.space_before, paragraph.line_spacing = Pt(look.before), 1.0

    def _furniture(self, layout_shape: Any, footer: str) -> None:
        """A footer or slide number, which python-pptx leaves in the layout."""
        element = copy.deepcopy(layout_shape._element)  # noqa: SLF001
        properties = element.find(qn("p:spPr"))
        for each in list(properties):
            properties.remove(each)  # position and look stay the layout's
        number = layout_shape.placeholder_format.type == KIND.SLIDE_NUMBER
        for styles in element.iter(qn("a:lstStyle")):
            styles[:] = []
        paragraphs = list(element.iter(qn("a:p")))
        if not number and paragraphs:
            for old in [each for each in paragraphs[0] if each.tag != qn("a:pPr")]:
                paragraphs[0].remove(old)
            run = child(paragraphs[0], "a:r")
            look = child(run, "a:rPr")
            if not self.deck.ours:
                look.set("sz", "1000")
                child(look, "a:latin", typeface="+mn-lt")
            room = layout_shape.width / POINT - 16
            child(run, "a:t").text = fitted(footer, (room, 14), 10.0, 10.0)[0]
        element.nvSpPr.cNvPr.set("id", str(max(shape.shape_id for shape in self.slide.shapes) + 1))
        self.slide.shapes._spTree.append(element)  # noqa: SLF001

    def _emu(self, role: str) -> tuple[Any, Any, Any, Any]:
        return _emu(self.box(role))


def _emu(box: Box) -> tuple[Any, Any, Any, Any]:
    x, y, w, h = (Emu(round(length * POINT)) for length in (box.x, box.y, box.w, box.h))
    return x, y, w, h


def _rooms(leveled: Sequence[tuple[int, str]], looks: Sequence[Level], box: Box) -> list[tuple[float, float]]:
    """The font size and the height of each paragraph: all smaller alike until they fit, at the least size cut."""
    room = box.h - sum(look.before for look in looks[1:])
    part = 1.0
    while True:
        sizes = [max(min(LEAST, look.size), look.size * part) for look in looks]
        needed = [
            lines(plain(text), size, box.w - 2, bold=look.bold) * size * LEADING
            for size, look, (_, text) in zip(sizes, looks, leveled, strict=True)
        ]
        if sum(needed) <= room:
            return [(size, down + 1) for size, down in zip(sizes, needed, strict=True)]
        if part < SMALLEST:
            return [(size, down * room / sum(needed)) for size, down in zip(sizes, needed, strict=True)]
        part -= 0.04


def _describe(frame: Any, description: str) -> None:
    frame._element.nvGraphicFramePr.cNvPr.set("descr", plain(description))  # noqa: SLF001


def marked(deck: Deck, text: str) -> None:
    """Write a text along the upper edge of every slide."""
    for slide in deck.prs.slides:
        box = slide.shapes.add_textbox(Emu(0), Emu(0), deck.prs.slide_width, Pt(24))
        box.text_frame.word_wrap = True
        run = box.text_frame.paragraphs[0].add_run()
        run.text, run.font.size, run.font.bold = plain(text), Pt(LEAST), True
