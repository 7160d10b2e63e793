"""Slides about the run's scenarios: what each costs against the baseline, and what holds in all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.collaboration.glyphs import width
from rus_funding.papers.pptx.charts import LOCALES, MILLION, bars
from rus_funding.papers.pptx.fit import plain, shortened
from rus_funding.papers.story import named
from rus_funding.words.palette import GREY, HUES

if TYPE_CHECKING:
    from rus_funding.comparisons import Comparison, Line
    from rus_funding.papers.pptx.deck import Deck, Slide
    from rus_funding.papers.pptx.matter import Matter

LABEL, NAME = 12.0, 0.43  # the font size of labels, and the part of the chart's width that a name may take
SHOWN = 9  # scenarios in the chart; of more the lowest and the highest
LISTED, LIST_SIZE = 11, 12.5  # projects in a column, and their font size
OWN, REFERENCE, OTHER = HUES[1][0], HUES[0][0], GREY


def compared(deck: Deck, matter: Matter) -> Slide:
    """Kronor funded in each scenario, with the difference to the baseline."""
    comparison = matter.comparison
    lines = _shown(matter, comparison)
    kronor = [_funded(line) for line in lines]
    slide = deck.slide("chart", _headline(matter, comparison))
    without = [line for line in comparison.lines if not line.planned]
    sizes = matter.say("compared.lead", count=len(comparison.lines), planned=comparison.planned)
    missing = [named(line, comparison, matter.lang) for line in without]
    slide.text(
        "lead", f"{sizes} {matter.say('compared.without', names=matter.listed(missing, 2))}" if missing else sizes
    )
    room = NAME * slide.box("chart").w
    names = [_named(line, matter, comparison, room) for line in lines]
    most = max([0, *(each for each in kronor if each)])
    tones = [_tone(line, matter, comparison) for line in lines]
    bars(
        slide,
        names,
        [(matter.say("funded"), kronor, tones)],
        f"{LOCALES[matter.lang]}{matter.say('format.millions' if most >= MILLION else 'format.kronor')}",
        matter.say("compared.alt"),
        most=most * 1.2 or None,
        label=LABEL,
        across=room + 20,
    )
    slide.notes += [f"{each.title}: {each.sentence}" for each in matter.story.scenarios] + list(matter.story.spread)
    notes = (
        [matter.say("compared.note", name=matter.story.scenario)] if matter.story.scenario and matter.planned else []
    )
    if len(lines) < len(comparison.lines):
        notes.append(matter.say("compared.some", shown=len(lines), count=len(comparison.lines)))
    if notes:
        slide.text("note", " ".join(notes))
    return slide


def core(deck: Deck, matter: Matter) -> Slide:
    """Projects funded in full in every scenario, those that depend, those that never are."""
    comparison = matter.comparison
    groups = {group: comparison.group(group) for group in ("always", "depends", "never")}
    slide = deck.slide(
        "columns",
        matter.say("core", count=len(groups["always"]), scenarios=comparison.planned)
        if groups["always"]
        else matter.say("core.none", scenarios=comparison.planned),
    )
    rest = {"depends": len(groups["depends"]), "never": len(groups["never"])}
    slide.text("lead", matter.say("core.lead" if groups["always"] else "core.lead.none", **rest))
    across = slide.box("column0").w - 4
    for i, (group, found) in enumerate(groups.items()):
        ranked = sorted(found, key=lambda s: (-s.in_full, -s.at_all, -(s.reference_kronor or 0), s.project))
        heading = matter.say(f"core.{group}", count=len(found))
        names = [shortened(standing.name, LIST_SIZE, across) for standing in ranked]
        if len(names) > LISTED + 1:
            names = [*names[:LISTED], matter.say("core.more", count=len(names) - LISTED)]
        slide.notes.append(f"{heading}: {', '.join(plain(standing.name) for standing in ranked)}")
        slide.text(f"column{i}", heading, *((1, name) for name in names))
    slide.text("note", matter.say("core.note"))
    return slide


def _named(line: Line, matter: Matter, comparison: Comparison, room: float) -> str:
    """A scenario, and by how much it differs from the baseline, which is never cut."""
    name, funded, reference = named(line, comparison, matter.lang), _funded(line), _funded(comparison.reference)
    if sum(other.title == line.title for other in comparison.lines) > 1:
        name = matter.say("compared.member", name=line.scenario, title=line.title)
    if funded is None:
        more = matter.say("compared.no-plan")
    elif reference is None or line is comparison.reference:
        return shortened(name, LABEL, room)
    else:
        by = funded - reference
        how = "more" if by > 0 else "less" if by < 0 else "same"
        more = matter.say(f"compared.{how}", by=matter.precise(abs(by)))
    return f"{shortened(name, LABEL, room - width(more, LABEL) - 8)} {more}"


def _headline(matter: Matter, comparison: Comparison) -> str:
    reference = _funded(comparison.reference)
    planned = [line for line in comparison.lines[1:] if line.planned]
    if reference is None or not planned:
        return matter.say("compared.headline.without", count=len(comparison.lines), planned=comparison.planned)
    worst = min(planned, key=lambda line: (_funded(line) or 0, line.label))
    less = reference - (_funded(worst) or 0)
    if less <= 0:
        return matter.say("compared.headline.none")
    return matter.say("compared.headline", name=named(worst, comparison, matter.lang), less=matter.precise(less))


def _shown(matter: Matter, comparison: Comparison) -> list[Line]:
    """The baseline, then the others from the largest sum down, those without a plan last."""
    first, *others = comparison.lines
    ranked = sorted(others, key=lambda line: (-(_funded(line) or -1), line.label))
    if len(ranked) >= SHOWN:
        own = [line for line in ranked if line.scenario == matter.pack.scenario]
        rest = [line for line in ranked if line.planned and line not in own]
        room = SHOWN - 1 - len(own)
        kept = [*own, *rest[: room // 2], *(rest[-(room - room // 2) :] if len(rest) > room // 2 else [])]
        ranked = [line for line in ranked if line in kept]
    return [first, *ranked]


def _tone(line: Line, matter: Matter, comparison: Comparison) -> str:
    if line.scenario == matter.pack.scenario:
        return OWN if line is not comparison.reference else REFERENCE
    return REFERENCE if line is comparison.reference else OTHER


def _funded(line: Line) -> int | None:
    funded = line.figures["funded"]
    return None if funded is None else int(funded)
