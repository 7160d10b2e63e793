"""The last slide: how sure the plan is, how sure its input is, where it comes from and how to check it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.papers.pptx.grid import Row, grid
from rus_funding.papers.pptx.matter import SHORT
from rus_funding.words.standings import headline

if TYPE_CHECKING:
    from rus_funding.papers.pptx.deck import Deck, Slide
    from rus_funding.papers.pptx.matter import Matter

MANY = 0.5  # of the rows: more of them unchecked is what the slide is about


def how_sure(deck: Deck, matter: Matter) -> Slide:
    """Questions that anybody may ask about a plan, with the answers."""
    told = matter.story
    unchecked = sum(count for count, _ in told.unverified_rows.values())
    slide = deck.slide("table", _headline(matter, unchecked))
    info = matter.pack.run.info
    rows = []
    if told.planned:
        if told.proof:
            rows.append((matter.say("sure.best"), " ".join([told.proof, *told.proof_details[:2]])))
        rows.append((matter.say("sure.rules"), matter.say("sure.rules.answer")))
    else:
        rows.append((matter.say("sure.plan"), told.answer[0]))
    if told.rests_on:
        rows.append((matter.say("sure.rests"), " ".join(told.rests_on)))
    if told.idle:
        rows.append((matter.say("sure.idle"), " ".join(told.idle)))
    checked = "yes" if not unchecked else "no"
    rows.append((matter.say("sure.input"), matter.say(f"sure.input.{checked}", said=told.unverified)))
    sources = [matter.say("sure.source", text=source.text, count=source.rows) for source in told.sources if source.rows]
    sources = sources or [source.text for source in told.sources]
    rows.append((matter.say("sure.sources"), "; ".join(matter.listed(sources, 3)) or matter.say("sure.sources.none")))
    again = matter.say(
        "sure.again.answer",
        run=matter.pack.run.path.name,
        model=str(info["model_sha256"])[:SHORT],
        rules=str(info["rules"]),
        version=str(info["versions"].get("rus-funding", "?")),
    )
    rows.append((matter.say("sure.again"), again))
    slide.text("lead", matter.say("sure.lead"))
    grid(slide, [Row(row, "named", rows=4) for row in rows], (24, 76), (), matter.say("sure.alt"))
    return slide


def _headline(matter: Matter, unchecked: int) -> str:
    rows = sum(
        matter.pack.model[table].size
        for table in matter.pack.model.tables
        if "verified" in matter.pack.model[table].columns
    )
    doubtful = rows and unchecked / rows >= MANY
    if matter.story.planned and doubtful:
        return matter.say("sure.headline.input", count=unchecked, rows=rows)
    return headline(matter.pack.outcome.standing, matter.lang)
