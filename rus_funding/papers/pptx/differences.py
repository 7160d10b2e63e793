"""A slide for each scenario that answers it from differences: who falls out, who comes in, what is lacking."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rus_funding.comparisons.winners_tables import called
from rus_funding.model.schema import WITHDRAWN
from rus_funding.papers.pptx.fit import shortened
from rus_funding.papers.story import named
from rus_funding.scenarios.change_words import change_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rus_funding.comparisons import Comparison, Line
    from rus_funding.papers.pptx.deck import Deck, Slide
    from rus_funding.papers.pptx.matter import Matter

    Part = Callable[[Deck, Matter], Slide]

MOST = 8  # scenarios that have a slide of their own: the one that is proposed, then those that change most
NAMED = 10  # projects in a column
LIST_SIZE = 12.5
PLACES = 4  # winners and losers that are named


def scenarios(matter: Matter) -> Iterator[Part]:
    """A slide for each scenario with a plan, in the order of the run; nothing where they are many, or the reference has
    no plan.
    """
    comparison = matter.comparison
    if not comparison.reference.planned or not comparison.winners:
        return
    found = [at for at, line in enumerate(comparison.lines) if at and line.planned]
    own = matter.pack.scenario
    order = sorted(found, key=lambda at: (comparison.lines[at].scenario != own, -_moved(comparison, at), at))
    for at in sorted(order[:MOST]):
        yield partial(_slide, at)


def _moved(comparison: Comparison, at: int) -> int:
    """Kronor of projects that differ."""
    return sum(abs((one.kronor[at] or 0) - (one.kronor[0] or 0)) for one in comparison.projects if one.kronor)


def _slide(at: int, deck: Deck, matter: Matter) -> Slide:
    comparison = matter.comparison
    line = comparison.lines[at]
    ways = [(one.name, _way(one.kronor, at)) for one in comparison.projects if one.kronor]
    out, into = ([name for name, way in ways if way == wanted] for wanted in (-1, 1))
    title = named(line, comparison, matter.lang)
    lists = (("out", out), ("into", into))
    what = [matter.say(f"differences.{way}.head", count=len(names)) for way, names in lists if names]
    what = what or [matter.say("differences.same")]
    slide = deck.slide("columns", matter.say("differences", title=title, what=what))
    told = next((each for each in matter.story.scenarios if each.scenario == line.scenario), None)
    slide.text("lead", told.sentence if told is not None else title)
    across = slide.box("column0").w - 4
    for i, (way, names) in enumerate(lists):
        heading = matter.say(f"differences.{way}" if names else f"differences.{way}.none", count=len(names))
        slide.notes.append(f"{heading}: {', '.join(names)}")
        shown = [shortened(name, LIST_SIZE, across) for name in names]
        if len(shown) > NAMED + 1:
            shown = [*shown[:NAMED], matter.say("core.more", count=len(shown) - NAMED)]
        slide.text(f"column{i}", heading, *((1, name) for name in shown))
    slide.text("column2", matter.say("differences.parts"), *((1, text) for text in _parts(at, matter, across)))
    changes = change_lines(comparison.changes.get(line.label, ()), comparison.names, matter.lang, 2)
    slide.notes += changes
    if changes:
        slide.text("note", "; ".join(changes))
    return slide


def _way(kronor: Sequence[int | None], at: int) -> int:
    """1: comes in, -1: falls out, 0: neither."""
    now, before = kronor[at] or 0, kronor[0] or 0
    return 0 if bool(now) == bool(before) else 1 if now else -1


def _parts(at: int, matter: Matter, across: float) -> Iterator[str]:
    """What is lacking, then the municipalities (areas where there are none) that lose and gain most."""
    comparison = matter.comparison
    lacking = [_lacking(matter, line) for line in (comparison.reference, comparison.lines[at])]
    yield matter.say("differences.lacking", now=matter.precise(lacking[1]), before=matter.precise(lacking[0]))
    kind = "municipality" if any(part.kind == "municipality" for part in comparison.winners) else "area"
    parts = sorted((p for p in comparison.winners if p.kind == kind and p.change(at)), key=lambda p: p.change(at))
    for part in [*parts[:PLACES], *[p for p in parts[PLACES:][-PLACES:] if p.change(at) > 0]]:
        sign = "+" if part.change(at) > 0 else "−"
        by = f"{sign}{matter.precise(abs(part.change(at)))}"
        text = matter.say("differences.part", name=called(part, matter.lang), by=by)
        yield shortened(text, LIST_SIZE, across)


def _lacking(matter: Matter, line: Line) -> int:
    """What the projects of a scenario cost, less what they get, but those that are withdrawn."""
    rows = matter.pack.run.records("projects", line.scenario)
    return sum(row["cost"] - row["kronor"] for row in rows if row["status"] != WITHDRAWN)
