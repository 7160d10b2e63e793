"""The list of projects with its cut line, as a picture and as a table."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from markupsafe import Markup

from rus_funding.language import say
from rus_funding.report.html.ranking import ranking, staircase
from rus_funding.report.numbers import kronor, percent, points
from rus_funding.report.texts import TEXTS

if TYPE_CHECKING:
    from rus_funding.report.figures import Figures
    from rus_funding.report.html.ranking import Ranked, Ranking

MOST = 600  # rows; the workbook has them all


@dataclasses.dataclass(frozen=True)
class Row:
    """A project as the table shows it; `cut`: the line is drawn below it."""

    rank: str
    name: str
    lead: str
    rate: str
    cost: str
    kronor: str
    share: str
    by: tuple[float, ...]
    bar: Markup
    status: str
    standing: str
    reason: str
    departs: bool
    cut: bool


@dataclasses.dataclass(frozen=True)
class Projects:
    """The section."""

    ranking: Ranking
    said: str
    svg: Markup | None
    rows: tuple[Row, ...]
    left_out: int
    statuses: tuple[tuple[str, str], ...]


def projects(figures: Figures, lang: str) -> Projects:
    """The list of a plan."""
    found = ranking(figures)
    words = TEXTS[lang]
    departing = sum(one.departs for one in found.listed)
    said = say(lang, "page.projects.said", count=len(found.listed), above=found.above, departing=departing)
    title = say(lang, "page.projects.chart")
    svg = staircase(found, lang, title, said) if len(found.listed) > 1 else None
    every = (*found.listed, *found.barred)
    last = max((one.rank for one in found.listed if one.above), default=0)
    cut = last if last < len(found.listed) else 0
    rows = tuple(_row(one, lang, cut=one.rank == cut and cut > 0) for one in every[:MOST])
    statuses = tuple((status, words["standing"][status]) for status in ("funded", "partly", "not"))
    return Projects(found, said, svg, rows, len(every) - len(rows), statuses)


def _row(one: Ranked, lang: str, *, cut: bool) -> Row:
    result, words = one.result, TEXTS[lang]
    wide = round(100 * float(result.share), 1)
    bar = Markup(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="unfunded" width="100" height="10"/>'
        '<rect class="block {status}" width="{wide}" height="10"/></svg>'
    ).format(status=result.status, wide=wide)
    rate = one.rate if result.cost else None
    return Row(
        rank=str(one.rank) if one.rank else "–",
        name=one.name,
        lead=one.lead,
        rate=points(rate, lang) if rate is not None else "–",
        cost=kronor(result.cost, lang),
        kronor=kronor(result.kronor, lang),
        share=percent(result.share, lang),
        by=(one.rank or 1e9, rate or 0.0, result.cost, result.kronor, float(result.share)),
        bar=bar,
        status=result.status,
        standing=words["standing"][result.status],
        reason=words["reasons"][result.reason] if result.reason else "",
        departs=one.departs and one.rank > 0,
        cut=cut,
    )
