"""The list of projects with its cut line, as a picture and as a table."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from markupsafe import Markup

from rus_funding.explanations.ranking import ranked
from rus_funding.model.schema import WITHDRAWN
from rus_funding.papers.html.ranking import staircase
from rus_funding.papers.payers import main_payers
from rus_funding.papers.texts import TEXTS
from rus_funding.words.language import say
from rus_funding.words.numbers import kronor, percent, points

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rus_funding.engine.plan import ProjectResult
    from rus_funding.explanations import Case
    from rus_funding.explanations.ranking import Ranked, Ranking

MOST = 600  # rows; the workbook has them all


@dataclasses.dataclass(frozen=True)
class Row:
    """A project as the table shows it, and what its columns are sorted by; `cut`: the line is drawn below it."""

    rank: str
    name: str
    lead: str
    rate: str
    cost: str
    kronor: str
    share: str
    payers: str
    by: tuple[float, ...]
    bar: Markup
    status: str
    standing: str
    reason: str
    departs: bool
    cut: bool
    certain: str = ""


@dataclasses.dataclass(frozen=True)
class Projects:
    """The section. `left_out` are projects beyond the most that a page lists, `statuses` what one may choose from."""

    ranking: Ranking
    said: str
    svg: Markup | None
    rows: tuple[Row, ...]
    left_out: int
    statuses: tuple[tuple[str, str], ...]


def projects(case: Case, reasons: Mapping[str, str], certain: Mapping[str, str], lang: str) -> Projects:
    """The list of a plan: projects that could be funded by points per krona, then those that could not.

    By project, `reasons` are those that are proven, and `certain` says how certain the decision is.
    """
    found, words = ranked(case), TEXTS[lang]
    said = say(
        lang,
        "page.projects.said",
        count=len(found.rows),
        above=found.count("above"),
        departing=len(found.departures),
    )
    title = say(lang, "page.projects.chart")
    names = case.figures.names("projects", "project")
    drawn = staircase(found, case.projects, names, lang, title, said) if len(found.rows) > 1 else None
    rows = tuple(_rows(case, found, reasons, certain, lang))
    there = (WITHDRAWN,) if case.figures.withdrawn else ()
    statuses = tuple((status, words["standing"][status]) for status in ("funded", "partly", "not", *there))
    return Projects(found, said, drawn, rows[:MOST], max(0, len(rows) - MOST), statuses)


def _rows(
    case: Case, found: Ranking, reasons: Mapping[str, str], certain: Mapping[str, str], lang: str
) -> Iterator[Row]:
    paying = main_payers(case.outcome, lang)
    names, leads = case.figures.names("projects", "project"), case.figures.column("projects", "project", "lead")
    actors, results = case.figures.names("actors", "actor"), case.projects
    last = found.count("above") if found.count("above") < len(found.rows) else 0
    for row in found.rows:
        who = names[row.project], actors[leads[row.project]]
        why = reasons.get(row.project, "")
        pays = paying.get(row.project, "")
        shown = _row(row, results[row.project], *who, why, pays, lang, cut=row.rank == last)
        yield dataclasses.replace(shown, certain=certain.get(row.project, ""))
    for project, _ in found.outside:
        yield _row(None, results[project], names[project], actors[leads[project]], "", "", lang, cut=False)


def _row(
    one: Ranked | None, result: ProjectResult, name: str, lead: str, why: str, pays: str, lang: str, *, cut: bool
) -> Row:
    words = TEXTS[lang]
    bar = Markup(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="unfunded" width="100" height="10"/>'
        '<rect class="block {status}" width="{wide}" height="10"/></svg>'
    ).format(status=result.status, wide=round(100 * float(result.share), 1))
    rate = one.per_thousand if one is not None else None
    return Row(
        rank=str(one.rank) if one is not None else "–",
        name=name,
        lead=lead,
        rate=points(rate, lang) if rate is not None else "–",
        cost=kronor(result.cost, lang),
        kronor=kronor(result.kronor, lang),
        share=percent(result.share, lang),
        payers=pays,
        by=(one.rank if one is not None else 1e9, rate or 0.0, result.cost, result.kronor, float(result.share)),
        bar=bar,
        status=result.status,
        standing=words["standing"][result.status],
        reason=why or words["reasons"].get(result.reason, ""),
        departs=one is not None and one.departs,
        cut=cut,
    )
