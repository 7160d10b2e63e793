"""Bars: what each area gets against its floor and cap, and what each fund pays of its budget."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.collaboration.words import short_kronor
from rus_funding.kronor import format_kronor
from rus_funding.papers.html import svg
from rus_funding.papers.html.chart import Chart
from rus_funding.papers.html.grid import grid
from rus_funding.papers.tables import areas as area_table
from rus_funding.papers.tables import funds as fund_table
from rus_funding.papers.tables import share_base
from rus_funding.words.language import say
from rus_funding.words.numbers import KRONOR_AWAY, percent, plain_percent, points

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.engine.figures import Figures
    from rus_funding.papers.html.looks import Looks

NAMES, ROW, THICK, RIGHT = 260.0, 46.0, 18.0, 330.0
CAPTION = 34.0
MOST = 40  # bars in a picture; the table has them all
BARS = svg.WIDE - NAMES - RIGHT  # room for the longest bar


@dataclasses.dataclass(frozen=True)
class _Area:
    """One area in the picture. `limits` are the floor and the cap that it has, `bound` the one that it is at."""

    name: str
    share: float
    kronor: int
    floor: float
    cap: float
    target: float
    points: float
    bound: str
    kind: str

    @property
    def limits(self) -> dict[str, float]:
        found = {"floor": self.floor} if self.floor > 0 else {}
        return found | ({"cap": self.cap} if self.cap < 1 else {})

    def said(self, lang: str) -> Iterator[str]:
        """What stands under its kronor."""
        for name, share in self.limits.items():
            if not self.bound:
                yield say(lang, f"page.{name}", share=plain_percent(share, lang))
            elif self.bound == f"area_{name}":
                yield say(lang, f"page.{self.bound}", share=plain_percent(share, lang))
        if self.target > 0:
            reached = self.points >= self.target * (1 - KRONOR_AWAY)
            key = "page.target.reached" if reached else "page.target.short"
            yield say(lang, key, share=self.points / self.target)


def areas(figures: Figures, looks: Looks, lang: str) -> Chart | None:
    """Each area's share of the kronor between its floor and its cap, and its points beside its target.

    None where the strategy is one area.
    """
    names, goals = figures.names("areas", "area"), figures.column("areas", "area", "goal")
    if len(names) < 2:
        return None
    found = _areas(figures, looks)
    order = list(dict.fromkeys(goals.values()))
    headed = 1 < len(order) < len(names)
    most = max([0.01, *(share for one in found.values() for share in (one.share, *one.limits.values()))]) * 1.04
    parts: list[str] = []
    y, before = 8.0, None
    for area in sorted(names, key=lambda area: order.index(goals[area]))[:MOST]:
        if headed and goals[area] != before:
            parts.append(svg.text(0, y + 20, goals[area], "caption"))
            y += CAPTION
        before = goals[area]
        parts += _area(found[area], y, BARS / most, lang)
        y += ROW
    bound = [one.name for one in found.values() if one.bound]
    said = say(lang, "page.areas.bound", count=len(bound), names=bound) if bound else say(lang, "page.areas.free")
    said = " ".join([said, *share_base(figures, lang)])
    title = say(lang, "page.areas")
    drawn = svg.drawing("areas", y + 8, title, said, parts)
    return Chart("areas", title, said, drawn, grid(area_table(figures, lang), lang))


def _areas(figures: Figures, looks: Looks) -> dict[str, _Area]:
    whole = figures.of_all or 1
    bound = {rule.label[1]: rule.label[0] for rule in figures.outcome.rules if rule.label[0].startswith("area_")}
    floor, cap, target = (figures.column("areas", "area", name) for name in ("floor_share", "cap_share", "target"))
    return {
        area: _Area(
            name,
            figures.by_area[area] / whole,
            figures.by_area[area],
            floor[area],
            cap[area],
            target[area],
            figures.points[area],
            bound.get(area, ""),
            looks.area[area],
        )
        for area, name in figures.names("areas", "area").items()
    }


def _area(one: _Area, y: float, across: float, lang: str) -> Iterator[str]:
    middle = y + ROW / 2
    yield from _name(one.name, middle)
    yield svg.line(NAMES, y + 4, NAMES, y + ROW - 4, "axis")
    if one.limits:
        wide = min(one.cap * across, BARS) - one.floor * across
        yield svg.box(NAMES + one.floor * across, y + 5, wide, ROW - 10, "room")
    note = say(lang, "page.areas.note", name=one.name, share=one.share, kronor=one.kronor)
    yield svg.box(NAMES, middle - THICK / 2, one.share * across, THICK, one.kind, note)
    for share in one.limits.values():
        x = NAMES + share * across
        yield from (svg.line(x, y + 5, x, y + ROW - 5, kind) for kind in ("halo", "limit"))
    number = f"{percent(one.share, lang)} · {short_kronor(one.kronor, lang)}"
    words = " · ".join(one.said(lang)) or say(lang, "page.points", points=points(one.points, lang))
    yield from _numbers(number, words, middle, strong=bool(one.bound))


def funds(figures: Figures, looks: Looks, lang: str) -> Chart:
    """What each fund pays of its budget, and in which years its budget binds."""
    names = figures.names("funds", "fund")
    paid, budget, left = (
        {fund: sum(sums[fund, year] for year in figures.years) for fund in names}
        for sums in (figures.paid, figures.budgets, figures.unused)
    )
    shown = [fund for fund in sorted(names, key=lambda f: -budget[f]) if budget[fund] or paid[fund]][:MOST]
    across = BARS / max([*budget.values(), *paid.values(), 1])
    binding = {fund: years for fund, years in _binding(figures).items() if fund in shown}
    every = len(binding) == len(shown) > 1
    parts: list[str] = []
    y = 8.0
    for fund in shown:
        middle = y + ROW / 2
        note = say(lang, "page.funds.note", name=names[fund], paid=paid[fund], budget=budget[fund])
        parts += _name(names[fund], middle)
        parts.append(svg.box(NAMES, middle - THICK / 2, budget[fund] * across, THICK, "unfunded", note))
        parts.append(svg.box(NAMES, middle - THICK / 2, paid[fund] * across, THICK, looks.fund[fund], note))
        parts.append(svg.line(NAMES, y + 4, NAMES, y + ROW - 4, "axis"))
        words = [say(lang, "page.funds.left", left=short_kronor(left[fund], lang))] if left[fund] else []
        if not words and budget[fund]:
            words = [say(lang, "page.funds.used-up")]
        if fund in binding:
            always = len(binding[fund]) == len(figures.years)
            words.append(say(lang, "page.funds.binds" if always else "page.funds.binds-in",
                             count=len(binding[fund]), of=len(figures.years)))  # fmt: skip
        number = format_kronor(paid[fund], lang)
        parts += _numbers(number, " · ".join(words), middle, strong=fund in binding and not every)
        y += ROW
    key = "page.funds.all" if every else "page.funds.binding" if binding else "page.funds.loose"
    said = say(
        lang, key, count=len(binding), names=[names[fund] for fund in names if fund in binding], left=sum(left.values())
    )
    title = say(lang, "page.funds")
    drawn = svg.drawing("funds", y + 8, title, said, parts)
    return Chart("funds", title, said, drawn, grid(fund_table(figures, lang), lang))


def _binding(figures: Figures) -> dict[str, list[str]]:
    """The years in which a fund's budget has a price."""
    found: dict[str, list[str]] = {}
    for rule in figures.outcome.rules:
        if rule.label[0] == "budget":
            found.setdefault(rule.label[1], []).append(rule.label[2])
    return {fund: sorted(years) for fund, years in found.items()}


def _name(name: str, middle: float) -> Iterator[str]:
    lines = svg.wrapped(name, NAMES - 20)
    top = middle - svg.LEADING * len(lines) / 2 + svg.LEADING * 0.76
    return (svg.text(0, top + i * svg.LEADING, line, "name") for i, line in enumerate(lines))


def _numbers(number: str, words: str, middle: float, *, strong: bool) -> Iterator[str]:
    """To the right of a bar: a number over what is to be said of it."""
    x = svg.WIDE - RIGHT + 24
    yield svg.text(x, middle - 3, number, "name")
    if words:
        yield svg.text(x, middle + 14, words, "strong" if strong else "soft")
