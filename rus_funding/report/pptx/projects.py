"""Slides about projects and areas: what each area gets, where the line goes, what is left out and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.network.glyphs import width
from rus_funding.report.numbers import decimal, plain_percent, worth
from rus_funding.report.palette import mix
from rus_funding.report.pptx.charts import LABEL, LOCALES, bars
from rus_funding.report.pptx.fit import shortened
from rus_funding.report.pptx.grid import Row, capacity, grid
from rus_funding.report.rules import LACKING, rules
from rus_funding.report.texts import TEXTS

if TYPE_CHECKING:
    from rus_funding.plan import ProjectResult
    from rus_funding.report.pptx.deck import Deck, Slide
    from rus_funding.report.pptx.matter import Matter

MOST_AREAS, NAME = 14, 350.0  # areas in the chart, and the points that a name may take
Series = tuple[str, list[float | None], list[str]]  # name, values, colours
PALE, DARK = 0.82, 0.35


def areas(deck: Deck, matter: Matter) -> Slide:
    """Each priority area's share of the money, with its floor and its cap behind."""
    figures, funded = matter.figures, matter.pack.outcome.funded
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
    slide.text("lead", " ".join(said) or matter.say("areas.free"))
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
    bars(
        slide,
        [_named(matter, names[area], floor[area], cap[area]) for area in shown],
        series,
        f"{LOCALES[matter.lang]}{matter.say('format.share')}",
        matter.say("areas.alt"),
        most=highest * 1.12,
        labelled=number,
        across=NAME,
    )
    for area in order:
        slide.notes.append(matter.say("area.note", name=names[area], kronor=figures.by_area[area], share=share[area]))
    notes = [matter.say("areas.note")] if limits else []
    if len(order) > len(shown):
        notes.append(matter.say("rows.more", count=len(order) - len(shown)))
    if notes:
        slide.text("note", " ".join(notes))
    return slide


def _named(matter: Matter, name: str, floor: float, cap: float) -> str:
    """An area with its limits, which are never cut: ``Klimat och energi (lägst 8 %, högst 25 %)``."""
    low, high = plain_percent(floor, matter.lang), plain_percent(cap, matter.lang)
    key = ("between" if floor else "most") if cap < 1 else ("least" if floor else "")
    limits = matter.say(f"area.{key}", floor=low, cap=high) if key else ""
    room = NAME - width(limits, LABEL) - 8
    return f"{shortened(name, LABEL, room)} {limits}".strip()


def line(deck: Deck, matter: Matter) -> Slide:
    """The projects nearest to the line: the weakest that are in, those in part, the strongest that are out."""
    results = list(matter.figures.projects.values())
    count = Counter(result.status for result in results)
    full, part, out = (count[status] for status in ("funded", "partly", "not"))
    slide = deck.slide("table", matter.say("line", full=full, part=part, out=out, count=full + part + out))
    per = _points_per_thousand(matter)
    ranked = {
        status: sorted(
            (r for r in results if r.status == status),
            key=lambda r: (r.reason not in LACKING and bool(r.reason), -per[r.project], r.project),
        )
        for status in count
    }
    room = capacity(slide) - 1 - len(ranked)
    takes = _shares_of_room({status: len(ranked[status]) for status in ranked}, room)
    names = matter.names("projects", "project")
    words = TEXTS[matter.lang]
    rows = [Row([matter.say(f"column.{name}") for name in ("project", "cost", "funded", "share", "per")], "head")]
    for status in ("funded", "partly", "not"):
        if not takes.get(status):
            continue
        found = ranked[status][-takes[status] :] if status == "funded" else ranked[status][: takes[status]]
        hidden = len(ranked[status]) - len(found)
        label = words["standing"][status]
        rows.append(Row([matter.say("line.some", standing=label, shown=len(found), count=len(ranked[status])) if hidden
                         else matter.say("line.all", standing=label, count=len(found))], "group"))  # fmt: skip
        rows += [
            Row([names[r.project], matter.kr(r.cost), matter.kr(r.kronor), matter.share(r.share),
                 decimal(per[r.project], matter.lang)])
            for r in found
        ]  # fmt: skip
    hidden = len(results) - sum(takes.values())
    slide.text("lead", matter.say("line.lead") if hidden else matter.say("line.lead.all"))
    grid(slide, rows, (50, 14, 14, 9, 13), (1, 2, 3, 4), matter.say("line.alt"))
    slide.text("note", matter.say("line.note"))
    return slide


def left_out(deck: Deck, matter: Matter) -> Slide:
    """What gets nothing or not all, by reason, and what would help most."""
    results = [result for result in matter.figures.projects.values() if result.cost > result.kronor]
    short = sum(result.cost - result.kronor for result in results)
    asked = sum(result.cost for result in matter.figures.projects.values())
    slide = deck.slide("table", matter.say("left", short=matter.short(short), asked=matter.short(asked)))
    words, names = TEXTS[matter.lang], matter.names("projects", "project")
    table = rules(matter.figures, matter.lang)
    priced = [row for row in table.rows if isinstance(row[2], float)]
    slide.text("lead", matter.story.answer[1])
    by_reason: dict[tuple[str, str], list[ProjectResult]] = {}
    for result in sorted(results, key=lambda r: (r.kronor - r.cost, r.project)):
        by_reason.setdefault((result.status, result.reason), []).append(result)
    order = [*words["reasons"], ""]
    rows = [Row([matter.say(f"column.{name}") for name in ("why", "number", "short", "projects")], "head")]
    if len(by_reason) > 1:
        by_reason.pop(("funded", ""), None)  # single kronor that rounding leaves
    for (status, reason), found in sorted(by_reason.items(), key=lambda one: order.index(one[0][1])):
        why = f"{words['standing'][status]}: {words['reasons'][reason]}" if reason else matter.say("left.rounding")
        missing = sum(result.cost - result.kronor for result in found)
        which = ", ".join(matter.listed([names[result.project] for result in found], 8))
        rows.append(Row([why, matter.kr(len(found)), matter.kr(missing), which], rows=3))
    grid(slide, rows, (32, 7, 14, 47), (1, 2), matter.say("left.alt"))
    if priced:
        rule, change, value = priced[0]
        slide.text(
            "note", matter.say("left.note", rule=rule, change=change, points=worth(float(str(value)), matter.lang))
        )
    return slide


def _points_per_thousand(matter: Matter) -> dict[str, float]:
    """Points that a project gives per thousand kronor of its cost, were it funded in full."""
    amounts = matter.figures.amounts
    points = np.asarray(amounts.benefit @ amounts.area("weight")).tolist()
    costs = {result.project: result.cost for result in matter.figures.projects.values()}
    full = dict(zip(amounts.index.projects.ids, points, strict=True))
    return {project: 1000 * full[project] / cost if cost else 0.0 for project, cost in costs.items()}


def _shares_of_room(sizes: dict[str, int], room: int) -> dict[str, int]:
    """How many of each to show: all if they fit, else as evenly as can be."""
    takes = dict.fromkeys(sizes, 0)
    while room > 0 and any(takes[each] < sizes[each] for each in sizes):
        for each in ("partly", "funded", "not"):
            if room and takes.get(each, 0) < sizes.get(each, 0):
                takes[each] += 1
                room -= 1
    return takes
