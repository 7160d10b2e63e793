"""The slide on the second axis: kronor by perspective, and how many of them rest on no basis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.papers.pptx.grid import Row, capacity, grid
from rus_funding.papers.tables import perspectives as table
from rus_funding.words.layout import text

if TYPE_CHECKING:
    from rus_funding.papers.pptx.deck import Deck, Slide
    from rus_funding.papers.pptx.matter import Matter

WIDTHS = (40, 20, 12, 18, 10)


def perspectives(deck: Deck, matter: Matter) -> Slide:
    """Kronor, share, kronor without a basis and floor of each perspective; the headline is women and men, or the first.

    Perspectives beyond what a slide holds are counted below it.
    """
    figures, funded = matter.figures, matter.pack.outcome.funded
    found = table(figures, matter.lang)
    kind, names = figures.column("perspectives", "perspective", "kind"), matter.names("perspectives", "perspective")
    chosen = [name for name in names if kind[name] == "gender"] or [*names][:1]
    parts = [
        matter.say(
            "perspectives.part",
            name=names[name].lower() if kind[name] == "gender" else names[name],
            share=matter.share(figures.by_perspective[name][0] / funded),
        )
        for name in chosen
    ]
    unknown = kind[chosen[0]] == "gender" and not any(figures.by_perspective[name][0] for name in chosen)
    unknown_names = [names[name].lower() for name in chosen]
    slide = deck.slide(
        "table",
        matter.say("perspectives.unknown", names=unknown_names)
        if unknown
        else matter.say("perspectives", parts=matter.listed(parts)),
    )
    bare = sum(without for _, without in figures.by_perspective.values())
    slide.text("lead", found.notes[-1])
    rows = [Row([column.heading for column in found.columns[1:]], "head")]
    most, before = capacity(slide) - 1, None
    shown = 0
    for group, *rest in found.rows:
        if len(rows) + 1 + (group != before) > most:
            break
        if group != before:
            rows.append(Row([str(group)], "group"))
        before = group
        columns = found.columns[1:]
        rows.append(Row([text(cell, column, matter.lang) for column, cell in zip(columns, rest, strict=True)]))
        shown += 1
    grid(
        slide, rows, WIDTHS[: len(found.columns) - 1], range(1, len(found.columns) - 1), matter.say("perspectives.alt")
    )
    note = [matter.say("perspectives.basis" if bare else "perspectives.based")]
    if shown < len(found.rows):
        note.append(matter.say("perspectives.more", count=len(found.rows) - shown))
    slide.text("note", " ".join(note))
    slide.notes += list(found.notes)
    return slide
