"""The slide on another strategy: the same plan told in its areas, beside what its weights would choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.papers.other_strategy import areas, choice
from rus_funding.papers.pptx.grid import Row, capacity, grid
from rus_funding.words.layout import text

if TYPE_CHECKING:
    from rus_funding.engine.retelling import Retelling
    from rus_funding.papers.pptx.deck import Deck, Slide
    from rus_funding.papers.pptx.matter import Matter


def strategy(deck: Deck, matter: Matter) -> Slide:
    """Kronor, share and points by area of the strategy that was asked for. Only where somebody asked.

    The headline is the area with most kronor. What the strategy would choose is another plan and no proposal: said so.
    """
    told = matter.pack.retold
    if told is None:
        raise ValueError("nobody asked for another strategy")
    found, lang = areas(told, matter.lang), matter.lang
    slide = deck.slide("table", _headline(matter, told))
    said = choice(told, lang)
    slide.text("lead", " ".join(said[1:3]) or found.notes[0])
    shown = [i for i, column in enumerate(found.columns) if i and column.kind != "points"]  # the paper has the points
    rows = [Row([found.columns[i].heading for i in shown], "head")]
    room = capacity(slide) - 2
    rows += [Row([text(row[i], found.columns[i], lang) for i in shown]) for row in found.rows[:room]]
    rows.append(Row([text((found.total or ())[i], found.columns[i], lang) for i in shown], "total"))
    others = len(shown) - 1
    grid(slide, rows, (40, *([60 / others] * others)), range(1, len(shown)), matter.say("strategy.alt"))
    note = list(said[:1] or found.notes)
    if len(found.rows) > room:
        note.append(matter.say("rows.more", count=len(found.rows) - room))
    slide.text("note", " ".join(note))
    slide.notes += [*found.notes, *said]
    return slide


def _headline(matter: Matter, told: Retelling) -> str:
    funded = told.plan.funded
    most = max(told.areas, key=lambda area: area.kronor)
    share = matter.share(most.kronor / funded) if funded else ""
    return matter.say("strategy" if funded else "strategy.none", name=told.name, area=most.name, share=share)
