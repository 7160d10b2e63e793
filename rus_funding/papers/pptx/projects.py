"""Slides about projects and areas: what each area gets, where the line goes, what is left out and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rus_funding.collaboration.glyphs import width
from rus_funding.explanations.digest import LARGE, WORK
from rus_funding.explanations.ranking import rank_projects
from rus_funding.explanations.sentences import Words
from rus_funding.explanations.sentences_ranking import departure_sentences
from rus_funding.papers.pptx.charts import LABEL, LOCALES, bars
from rus_funding.papers.pptx.fit import shortened
from rus_funding.papers.pptx.grid import Row, capacity, grid
from rus_funding.papers.story import UNASKED
from rus_funding.papers.tables import share_base
from rus_funding.papers.texts import TEXTS
from rus_funding.words.numbers import decimal, plain_percent
from rus_funding.words.palette import mix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.engine.plan import ProjectResult
    from rus_funding.explanations.ranking import Ranking
    from rus_funding.papers.pptx.deck import Deck, Slide
    from rus_funding.papers.pptx.matter import Matter

REASONS = 4  # proven ones on the slide of what is left out
MOST_AREAS, NAME = 14, 0.41  # areas in the chart, and the part of its width that a name may take
Series = tuple[str, list[float | None], list[str]]  # name, values, colours
PALE, DARK = 0.82, 0.35


def areas(deck: Deck, matter: Matter) -> Slide:
    """Each priority area's share of the money, with its floor and its cap behind."""
    figures, funded = matter.figures, matter.figures.of_all
    names = matter.names("areas", "area")
    floor, cap = (figures.column("areas", "area", column) for column in ("floor_share", "cap_share"))
    order = sorted(names, key=lambda area: -figures.by_area[area])
    shown, share = order[:MOST_AREAS], {area: figures.by_area[area] / funded for area in order}
    held = {rule.label for rule in matter.pack.outcome.rules}
    at_floor = [area for area in order if ("area_floor", area) in held and floor[area] > 0]
    at_cap = [area for area in order if ("area_cap", area) in held and cap[area] < 1]
    top = {"name": names[order[0]], "share": matter.share(share[order[0]])}
    slide = deck.slide(
        "chart", matter.say("areas.floor", count=len(at_floor), **top) if at_floor else matter.say("areas", **top)
    )
    said = [
        matter.say(key, names=matter.listed([names[area] for area in found]))
        for key, found in (("areas.at-floor", at_floor), ("areas.at-cap", at_cap))
        if found
    ]
    said = [*(said or [matter.say("areas.free")]), *share_base(figures, matter.lang)]
    slide.text("lead", " ".join(said))
    tones = [matter.palette.area[area] for area in shown]
    caps: list[float | None] = [cap[area] if cap[area] < 1 else None for area in shown]
    floors: list[float | None] = [floor[area] or None for area in shown]
    limits = [each for each in (*caps, *floors) if each is not None]
    series: list[Series] = [(matter.say("area.share"), [share[area] for area in shown], tones)]
    if any(each is not None for each in caps):
        series.insert(0, (matter.say("area.cap"), caps, [mix(tone, "#ffffff", PALE) for tone in tones]))
    if any(each is not None for each in floors):
        series.append((matter.say("area.floor"), floors, [mix(tone, "#000000", DARK) for tone in tones]))
    number = [name for name, *_ in series].index(matter.say("area.share"))
    highest = max([*(share[area] for area in shown), *limits])
    room = NAME * slide.box("chart").w
    bars(
        slide,
        [_named(matter, names[area], floor[area], cap[area], room) for area in shown],
        series,
        f"{LOCALES[matter.lang]}{matter.say('format.share')}",
        matter.say("areas.alt"),
        most=highest * 1.12,
        labelled=number,
        across=room + 20,
    )
    for area in order:
        slide.notes.append(matter.say("area.note", name=names[area], kronor=figures.by_area[area], share=share[area]))
    notes = [matter.say("areas.note")] if limits else []
    if len(order) > len(shown):
        notes.append(matter.say("rows.more", count=len(order) - len(shown)))
    if notes:
        slide.text("note", " ".join(notes))
    return slide


def _named(matter: Matter, name: str, floor: float, cap: float, across: float) -> str:
    """An area with its limits, which are never cut: ``Klimat och energi (lägst 8 %, högst 25 %)``."""
    low, high = plain_percent(floor, matter.lang), plain_percent(cap, matter.lang)
    key = ("between" if floor else "most") if cap < 1 else ("least" if floor else "")
    limits = matter.say(f"area.{key}", floor=low, cap=high) if key else ""
    return f"{shortened(name, LABEL, across - width(limits, LABEL) - 8)} {limits}".strip()


def line(deck: Deck, matter: Matter) -> Slide:
    """The list by points per krona around the line where the money ends, and what the plan does otherwise."""
    listed, reason = _ranking(matter)
    results = matter.figures.projects
    count = Counter(result.status for result in results.values())
    at = listed.line
    slide = deck.slide(
        "table",
        matter.say("line", full=count["funded"], part=count["partly"], out=count["not"], count=len(results))
        if at is None
        else matter.say("line.at", count=len(listed.departures), of=len(listed.rows)),
    )
    names = matter.names("projects", "project")
    lead = matter.say("line.lead.at", rank=at.rank, name=names[at.project]) if at else matter.say("line.lead")
    slide.text("lead", reason or lead)
    room = capacity(slide) - 2
    last = next((i for i, row in enumerate(listed.rows) if row.side == "below"), len(listed.rows))
    first = max(0, min(last - (room + 1) // 2, len(listed.rows) - room))
    shown = listed.rows[first : first + room]
    columns = ("rank", "project", "cost", "per", "listed", "planned")
    rows = [Row([matter.say(f"column.{name}") for name in columns], "head")]
    for row in shown:
        if row.side == "below" and rows[-1].look != "group" and not any(each.look == "group" for each in rows):
            rows.append(Row([matter.say("line.here")], "group"))
        per = "" if row.per_thousand is None else decimal(row.per_thousand, matter.lang)
        result = results[row.project]
        cells = [str(row.rank), names[row.project], matter.kr(row.cost), per, _part(matter, row.expected)]
        rows.append(Row([*cells, _part(matter, result.share)], "apart" if row.departs else ""))
    grid(slide, rows, (6, 48, 14, 12, 10, 10), (0, 2, 3, 4, 5), matter.say("line.alt"))
    notes = [matter.say("line.some", first=first + 1, last=first + len(shown), count=len(listed.rows))]
    if listed.outside:
        notes.append(matter.say("line.outside", count=len(listed.outside)))
    slide.text("note", *([lead] if reason else []), " ".join(notes))
    return slide


def _part(matter: Matter, share: object) -> str:
    return matter.share(share) if share else matter.say("nothing")


def _ranking(matter: Matter) -> tuple[Ranking, str]:
    """The list, and why the plan departs most from it, where that takes few solves."""
    case = matter.pack.case
    small = case.ground.program.lower.size <= LARGE
    listed = rank_projects(case, explained=1 if small else 0, first=True, lacking=False, work=WORK)
    if not small or not listed.departures:
        return listed, ""
    said = departure_sentences(listed.departures[0], Words(case.model, matter.lang))
    return listed, " ".join(said[:2])


def _proven(matter: Matter, results: Sequence[ProjectResult]) -> dict[str, str]:
    """Why projects are not funded in full, of the few reasons that lack the most kronor."""
    said = matter.pack.reasons
    lacking = Counter[str]()
    for result in results:
        if result.project in said:
            lacking[said[result.project]] += result.cost - result.kronor
    shown = {why for why, _ in lacking.most_common(REASONS)}
    return {project: why for project, why in said.items() if why in shown}


def left_out(deck: Deck, matter: Matter) -> Slide:
    """What gets nothing or not all, by reason, and what would help most."""
    results = [result for result in matter.figures.projects.values() if result.cost > result.kronor]
    short = sum(result.cost - result.kronor for result in results)
    asked = sum(result.cost for result in matter.figures.projects.values())
    slide = deck.slide("table", matter.say("left", short=matter.precise(short), asked=matter.precise(asked)))
    words, names = TEXTS[matter.lang], matter.names("projects", "project")
    slide.text("lead", matter.story.answer[1])
    proven = _proven(matter, results)
    by_reason: dict[tuple[str, str, str], list[ProjectResult]] = {}
    for result in sorted(results, key=lambda r: (r.kronor - r.cost, r.project)):
        by_reason.setdefault((result.status, result.reason, proven.get(result.project, "")), []).append(result)
    order = [*words["reasons"], *UNASKED, ""]
    rows = [Row([matter.say(f"column.{name}") for name in ("why", "number", "short", "projects")], "head")]
    if len(by_reason) > 1:
        by_reason.pop(("funded", "", ""), None)  # single kronor that rounding leaves
    for (status, reason, cause), found in sorted(by_reason.items(), key=lambda one: order.index(one[0][1])):
        known = cause or words["reasons"].get(reason)
        why = f"{words['standing'][status]}: {known}" if known else words["standing"][status]
        why = why if reason else matter.say("left.rounding")
        missing = sum(result.cost - result.kronor for result in found)
        which = ", ".join(matter.listed([names[result.project] for result in found], 8))
        rows.append(Row([why, matter.kr(len(found)), matter.kr(missing), which], rows=3))
    grid(slide, rows, (32, 7, 14, 47), (1, 2), matter.say("left.alt"))
    if matter.pack.bottleneck:
        slide.text("note", " ".join(matter.pack.bottleneck[:1]))
        slide.notes += matter.pack.bottleneck
    return slide
