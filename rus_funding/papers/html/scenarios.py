"""Scenarios side by side: key figures with differences, and each project's share in every scenario."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from rus_funding.comparisons.comparison import FEW, GROUPS
from rus_funding.comparisons.tables import said
from rus_funding.comparisons.texts import TEXTS
from rus_funding.comparisons.winners_tables import called, winners_tables
from rus_funding.papers.html.grid import Grid, Head, Item, flat, item
from rus_funding.papers.story import named
from rus_funding.words.language import say
from rus_funding.words.numbers import KRONOR_AWAY, kronor, percent, points
from rus_funding.words.standings import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rus_funding.comparisons import Across, Comparison, Line
    from rus_funding.papers.pack import Pack

SHOWN = ("funded", "value", "cofinancing", "leverage", "projects_funded", "projects_partly", "projects_not", "unused")
KINDS: Mapping[str, str] = {
    "funded": "kronor", "value": "points", "cofinancing": "share", "leverage": "points", "projects_funded": "kronor",
    "projects_partly": "kronor", "projects_not": "kronor", "unused": "kronor",
}  # fmt: skip
MOST = 150  # projects of a group that are listed


@dataclasses.dataclass(frozen=True)
class Fixed:
    """Projects that every scenario treats alike."""

    title: str
    names: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Compared:
    """The section's tables; `core` says how many projects are always, sometimes and never funded."""

    figures: Grid
    projects: Grid
    names: tuple[str, ...]
    core: str
    fixed: tuple[Fixed, ...]
    notes: tuple[str, ...]
    winners: tuple[Grid, ...] = ()


def compared(pack: Pack, comparison: Comparison) -> Compared:
    """The scenarios of a run: one by one where they are few, else as spreads."""
    lang = pack.lang
    few = len(comparison.lines) <= FEW
    names = tuple(named(line, comparison, lang) for line in comparison.lines) if few else ()
    counts = {group: len(comparison.group(group)) for group in GROUPS}
    core = _core(comparison, counts, lang)
    notes = tuple(said(note, lang) for note in comparison.notes)
    figures = _figures(comparison, names, lang) if few else _spreads(comparison, lang)
    projects = _shares(comparison, names, lang) if few else _ranges(comparison, lang)
    fixed = tuple(
        Fixed(
            say(lang, f"page.group.{group}", count=counts[group]),
            tuple(one.name for one in comparison.group(group)[:MOST]),
        )
        for group in ("always", "never")
        if counts[group]
    )
    return Compared(figures, projects, names, core, fixed, notes, tuple(_winners(comparison, lang)))


def _winners(comparison: Comparison, lang: str) -> Iterator[Grid]:
    """Of each kind of part the kronor of each that changes, and by how many in each scenario."""
    planned = [at for at, line in enumerate(comparison.lines) if line.planned and at]
    for table in winners_tables(comparison, lang, MOST):
        kind = table.name.removeprefix("winners_")
        parts = [part for part in comparison.winners if part.kind == kind and part.largest][:MOST]
        rows = [
            (
                Item(called(part, lang)),
                item("kronor", part.kronor[0] or 0, lang),
                *(Item(_signed(part.change(at), "kronor", lang), part.change(at)) for at in planned),
            )
            for part in parts
        ]
        yield flat(table.title, [Head(c.heading, c.kind != "text") for c in table.columns], rows, table.notes)


def _core(comparison: Comparison, counts: Mapping[str, int], lang: str) -> str:
    """How many projects are funded in full in every scenario, in some, in none; what is none is not said."""
    projects = [one for group in GROUPS for one in comparison.group(group)]
    if not projects or comparison.planned < 2:
        return say(lang, "page.core.alone")
    if len(projects) == 1:
        often = round(projects[0].in_full * comparison.planned)
        return say(lang, "page.core.one", often=often, scenarios=comparison.planned)
    said = [say(lang, f"page.core.{group}", count=counts[group], scenarios=comparison.planned) for group in GROUPS
            if counts[group]]  # fmt: skip
    return " ".join(said)


def _figures(comparison: Comparison, names: tuple[str, ...], lang: str) -> Grid:
    heads = [Head(say(lang, "page.scenario")), Head(say(lang, "page.stands"))]
    heads += [Head(say(lang, f"page.key.{name}"), number=True) for name in SHOWN]
    rows = [
        [Item(f"{i}. {names[i - 1]}"), _stands(line, lang), *_cells(line, comparison.reference, lang)]
        for i, line in enumerate(comparison.lines, start=1)
    ]
    return flat(say(lang, "page.scenarios.figures"), heads, rows)


def _stands(line: Line, lang: str) -> Item:
    return Item(short(line.standing, lang, line.status))


def _cells(line: Line, reference: Line, lang: str) -> Iterator[Item]:
    less: Mapping[str, Any] = line.less(reference) if line.planned and reference.planned else {}
    for name in SHOWN:
        value = line.figures[name]
        if value is None:
            yield Item("–")
        else:
            by = less.get(name) if line is not reference else None
            yield item(KINDS[name], value, lang, _signed(by, KINDS[name], lang) if by is not None else "")


def _signed(by: float, kind: str, lang: str) -> str:
    """A difference with its sign; shares differ by percentage points."""
    if kind == "share":
        text = say(lang, "page.percentage-points", by=points(abs(by) * 100, lang))
    else:
        text = kronor(abs(by), lang) if kind == "kronor" else points(abs(by), lang)
    if not any(digit in text for digit in "123456789"):
        return "±0"
    return f"{'+' if by > 0 else '−'}{text}"


def _spreads(comparison: Comparison, lang: str) -> Grid:
    words = TEXTS[lang]
    heads = [Head(""), *(Head(words["quantiles"][name], number=True) for name in words["quantiles"])]
    rows = [
        [
            Item(words["figure_names"][name]),
            *(item(KINDS[name], round(at) if KINDS[name] == "kronor" else at, lang) for at in spread.values()),
        ]
        for name, spread in comparison.spread.items()
        if name in SHOWN
    ]
    return flat(say(lang, "page.scenarios.spread", count=len(comparison.lines)), heads, rows, [words["spread_means"]])


def _shares(comparison: Comparison, names: tuple[str, ...], lang: str) -> Grid:
    """The heat map: a row for each project, a column for each scenario, the darker the more is funded."""
    heads = [Head(say(lang, "page.project")), *(Head(f"{i}") for i, _ in enumerate(names, start=1))]
    rows = [(Item(one.name), *(_heat(share, lang) for share in one.share)) for one in _depending(comparison)]
    return flat(say(lang, "page.scenarios.projects"), heads, rows)


def _depending(comparison: Comparison) -> list[Across]:
    return comparison.group("depends")[:MOST]


def _heat(share: float | None, lang: str) -> Item:
    if share is None:
        return Item("–", kind="heat none")
    return Item(percent(share, lang), share, kind=f"heat h{min(10, int((share + KRONOR_AWAY) * 10))}")


def _ranges(comparison: Comparison, lang: str) -> Grid:
    words = TEXTS[lang]
    heads = (
        Head(say(lang, "page.project")),
        Head(words["in_full"], number=True),
        Head(words["at_all"], number=True),
        Head(say(lang, "page.range"), number=False),
        Head(words["quantiles"]["tenth"], number=True),
        Head(words["quantiles"]["median"], number=True),
        Head(words["quantiles"]["nine_tenths"], number=True),
    )
    return flat(say(lang, "page.scenarios.projects"), heads, [_range(one, lang) for one in _depending(comparison)])


def _range(standing: Across, lang: str) -> tuple[Item, ...]:
    spread = standing.share_spread
    ends = [spread[name] for name in ("tenth", "median", "nine_tenths")]
    low, middle, high = (round(100 * at, 1) for at in ends)
    drawn = Markup(
        '<svg class="range" viewBox="0 0 100 12" aria-hidden="true"><rect class="track" y="5" width="100" height="2"/>'
        '<rect class="span" x="{low}" y="3" width="{wide}" height="6"/>'
        '<rect class="dot" x="{middle}" width="2" height="12"/></svg>'
    ).format(low=low, wide=round(max(high - low, 0.5), 1), middle=round(min(max(middle - 1, 0), 98), 1))
    shares = (item("share", at, lang) for at in (standing.in_full, standing.at_all))
    return (Item(standing.name), *shares, Item(drawn), *(item("share", at, lang) for at in ends))
