"""The ranked list with its cut line: projects by points per krona, and where the plan departs from the list."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.language import say
from rus_funding.network.style import nice
from rus_funding.network.words import short_kronor
from rus_funding.report.html import svg
from rus_funding.report.numbers import plain, points

if TYPE_CHECKING:
    from markupsafe import Markup

    from rus_funding.plan import ProjectResult
    from rus_funding.report.figures import Figures

BARRED = {"ordinary", "few_partners", "no_fund", "excluded"}  # never funded, whatever the money
TALL, LEFT, TOP, LOW = 240.0, 64.0, 34.0, 46.0
NUMBERED = 17.0  # a block so wide has room for its rank


@dataclasses.dataclass(frozen=True)
class Ranked:
    """A project in the list. `rate` is points at full funding per 1 000 kr; `above`: before the money runs out."""

    rank: int
    result: ProjectResult
    name: str
    lead: str
    rate: float
    above: bool

    @property
    def departs(self) -> bool:
        """Whether the plan does not do with the project what the list alone would."""
        return self.above != (self.result.status == "funded")


@dataclasses.dataclass(frozen=True)
class Ranking:
    """Projects that could be funded, the most points per krona first, and those that could not."""

    listed: tuple[Ranked, ...]
    barred: tuple[Ranked, ...]
    kronor: int

    @property
    def above(self) -> int:
        """How many stand above the line: those whose costs the funded kronor would cover, one after the other."""
        return sum(one.above for one in self.listed)


def ranking(figures: Figures) -> Ranking:
    """The list of a plan. Points are weighted as in the value, before targets and ties."""
    at = figures.amounts.index.projects
    worth = dict(zip(at.ids, figures.amounts.points.tolist(), strict=True))
    names, leads = figures.names("projects", "project"), figures.column("projects", "project", "lead")
    actors = figures.names("actors", "actor")
    rates = {p: 1000 * worth[p] / r.cost if r.cost else float("inf") for p, r in figures.projects.items()}
    order = sorted(figures.projects, key=lambda p: (-rates[p], p))
    listed: list[Ranked] = []
    barred: list[Ranked] = []
    spent = 0
    for project in order:
        result = figures.projects[project]
        row = (names[project], actors[leads[project]], rates[project])
        if result.reason in BARRED:
            barred.append(Ranked(0, result, *row, above=False))
            continue
        spent += result.cost
        listed.append(Ranked(len(listed) + 1, result, *row, above=spent <= figures.outcome.funded))
    return Ranking(tuple(listed), tuple(barred), figures.outcome.funded)


def staircase(found: Ranking, lang: str, title: str, said: str) -> Markup:
    """Every project as a block: as wide as its cost, as high as its points per krona, filled as far as it is funded."""
    shown = [one for one in found.listed if one.result.cost]
    whole = sum(one.result.cost for one in shown) or 1
    top = nice(max((one.rate for one in shown), default=1.0) * 1.02)
    room = svg.WIDE - LEFT - 8
    across, up = room / whole, TALL / (top or 1.0)
    base = TOP + TALL
    parts = [_grid(top, up, base, lang)]
    x = LEFT
    for one in shown:
        result = one.result
        wide, high = result.cost * across, max(one.rate * up, 1.0)
        note = f"{one.rank}. {one.name}: {points(one.rate, lang)}"
        parts.append(svg.box(x, base - high, wide, high, "unfunded", note))
        if result.kronor:
            filled = wide * result.kronor / result.cost
            parts.append(svg.box(x, base - high, filled, high, f"block {result.status}", note))
        if wide >= NUMBERED:
            parts.append(svg.text(x + wide / 2, base + 16, str(one.rank), "tick", "middle"))
        x += wide
    parts.append(svg.line(LEFT, base, svg.WIDE - 8, base, "axis"))
    cut = LEFT + min(found.kronor, whole) * across
    parts.append(svg.line(cut, TOP - 10, cut, base + 4, "cut"))
    words = say(lang, "page.cut.here", kronor=short_kronor(found.kronor, lang))
    anchor = "end" if cut > svg.WIDE / 2 else "start"
    parts.append(svg.text(cut + (-8 if anchor == "end" else 8), TOP - 4, words, "strong", anchor))
    parts.append(svg.text(LEFT, base + 38, say(lang, "page.cut.across"), "soft"))
    return svg.drawing("cut", base + LOW, title, said, parts)


def _grid(top: float, up: float, base: float, lang: str) -> str:
    parts = [svg.text(0, TOP - 16, say(lang, "page.cut.up"), "soft")]
    for i in range(1, 5):
        value = top * i / 4
        y = base - value * up
        parts += [
            svg.line(LEFT, y, svg.WIDE - 8, y, "rule"),
            svg.text(LEFT - 8, y + 4, plain(value, lang), "tick", "end"),
        ]
    return "".join(parts)
