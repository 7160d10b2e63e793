"""Ranges, alternatives and trade-offs as tables with sentences: what a reader sees of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rus_funding.explanations.alternatives import Alternative, Alternatives
from rus_funding.explanations.ranges import KINDS, Range, Ranges
from rus_funding.words.language import say
from rus_funding.words.numbers import decimal
from rus_funding.words.table import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import Console

    from rus_funding.explanations.frontier import Frontier
    from rus_funding.model.model import FundingModel

TOP = 20  # rows of a table of ranges
FULL = 6  # alternatives that are shown project by project
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TABLES = {"area": "areas", "municipality": "municipalities", "actor": "actors", "project": "projects"}
PER = dict.fromkeys(("draw_order", "balance", "funded", "leverage", "spread", "continuity"), 1000)  # units of a price
KIND = {"value": "points", "reach": "points"}  # of an objective's column; the others are kronor
SEEN = 0.001  # difference of shares from which a project's row is shown
ON_CURVE = 1e-5  # share of the curve's extent (or of the figure itself) by which a plan in kronor may lie beside it


def show(
    finding: Ranges | Alternatives | Frontier, model: FundingModel, lang: str = "sv", console: Console | None = None
) -> None:
    """Print a finding's tables, each with its sentences below."""
    from rich.text import Text

    from rus_funding.words.layout import safe
    from rus_funding.words.printing import QUIET, section, stack, standard_console, write

    out = console if console is not None else standard_console()
    for table in tables(finding, model, lang):
        if table.rows:
            write(out, stack([table], lang, out.width))
            write(out, (Text(safe(note), style=QUIET) for note in table.notes))
        else:
            write(out, section(table.title, table.notes))


def tables(finding: Ranges | Alternatives | Frontier, model: FundingModel, lang: str) -> list[Table]:
    """A finding of `model` as tables; one without rows has its sentences only."""
    if isinstance(finding, Ranges):
        return list(_ranges(finding, model, lang))
    if isinstance(finding, Alternatives):
        return list(_alternatives(finding, model, lang))
    return [_frontier(finding, lang)]


def names_of(model: FundingModel, kind: str) -> Mapping[str, str]:
    """Names by id of what is an "area", "municipality", "actor" or "project"."""
    rows = model[TABLES[kind]]
    return dict(zip(rows[kind].tolist(), rows["name"].tolist(), strict=True))


def _ranges(found: Ranges, model: FundingModel, lang: str) -> Iterator[Table]:
    """A table a kind, the widest room first; who has none is counted."""
    means = [
        say(lang, "choices.ranges.means", epsilon=found.epsilon, level=found.level, best=found.best),
        say(lang, "choices.ranges.whole"),
    ]
    for kind in KINDS:
        rows = sorted((row for row in found.of(kind) if row.width), key=lambda row: (-row.width, row.id))
        if not found.of(kind):
            continue
        names = names_of(model, kind)
        notes = [say(lang, "choices.ranges.actor-means")] if kind == "actor" else []
        if rows:
            first = rows[0]
            named = {"name": names[first.id], "least": first.least, "most": first.most, "planned": first.planned}
            notes.insert(0, say(lang, "choices.ranges.widest", **named))
        if len(rows) > TOP:
            notes.append(say(lang, "choices.ranges.cut", count=len(rows) - TOP))
        if rows and len(rows) < len(found.of(kind)):
            notes.append(say(lang, "choices.ranges.fixed", count=len(found.of(kind)) - len(rows)))
        if not rows:
            notes.append(say(lang, "choices.ranges.none"))
        columns = [Column(say(lang, f"choices.column.{kind}"))]
        columns += [Column(say(lang, f"choices.column.{side}"), "kronor") for side in ("least", "planned", "most")]
        if kind == "project":
            sides = ("share-least", "share-planned", "share-most")
            columns += [Column(say(lang, f"choices.column.{side}"), "share") for side in sides]
        cells = tuple(_range(row, names) for row in rows[:TOP])
        yield Table(
            f"ranges_{kind}", say(lang, f"choices.ranges.{kind}"), tuple(columns), cells, notes=(*notes, *means)
        )
        means = []
    if found.weights:
        yield _weights(found, names_of(model, "area"), lang)


def _weights(found: Ranges, names: Mapping[str, str], lang: str) -> Table:
    """The weights of each area between which the plan stands, others as they are."""
    columns = (
        Column(say(lang, "choices.column.area")),
        *(Column(say(lang, f"choices.column.weight-{side}"), "worth") for side in ("least", "now", "most")),
    )
    cells = tuple((names[one.area], _inward(one.least, 1), one.weight, _inward(one.most, -1)) for one in found.weights)
    notes = [say(lang, "choices.weights.means")]
    if not all(one.ends for one in found.weights):
        far = max(one.most - one.weight for one in found.weights)
        notes.append(say(lang, "choices.weights.open", far=far))
    return Table("weights", say(lang, "choices.weights"), columns, cells, notes=tuple(notes))


def _inward(weight: float, way: int) -> float:
    """An end of what a plan bears to two decimals, rounded inward: what is shown holds."""
    return way * math.ceil(way * weight * 100 - 1e-6) / 100


def _range(row: Range, names: Mapping[str, str]) -> tuple[Cell, ...]:
    return names[row.id], row.least, row.planned, row.most, *(row.shares or ())


def name(plan: Alternative, model: FundingModel, lang: str) -> str:
    """What an alternative stands for: "Mer till Klimat, mindre till Transport; utan ”Laddstråk”"."""
    areas, projects = names_of(model, "area"), names_of(model, "project")
    first = ""
    if plan.more or plan.less:
        form = "both" if plan.more and plan.less else "more" if plan.more else "less"
        first = say(lang, f"choices.areas.{form}", more=areas.get(plan.more, ""), less=areas.get(plan.less, ""))
    shares = {row.project: row for row in (*plan.gains, *plan.losses)}
    gone = bool(plan.dropped) and shares[plan.dropped].after == 0
    fresh = bool(plan.added) and shares[plan.added].before == 0
    form = {
        (True, True): "both" if gone and fresh else "shift",
        (True, False): "dropped" if gone else "cut",
        (False, True): "added" if fresh else "raised",
        (False, False): "none",
    }[bool(plan.dropped), bool(plan.added)]
    fields = {"dropped": projects.get(plan.dropped, ""), "added": projects.get(plan.added, "")}
    if not first:
        return say(lang, f"choices.alone.{form}", **fields)
    return say(lang, "choices.name", areas=first, projects=say(lang, f"choices.projects.{form}", **fields))


def _alternatives(found: Alternatives, model: FundingModel, lang: str) -> Iterator[Table]:
    """What the plans have in common and cost, their kronor by area, then what each moves."""
    title, epsilon = say(lang, "choices.alternatives.title"), found.epsilon
    projects, areas = names_of(model, "project"), names_of(model, "area")
    notes = [say(lang, "choices.alternatives.contested", count=len(found.contested), epsilon=epsilon)]
    if not found.plans:
        said = [*notes, say(lang, "choices.alternatives.unfound")] if found.contested else []
        none = say(lang, "choices.alternatives.none", epsilon=epsilon)
        yield Table("alternatives", title, (Column(""),), (), notes=tuple(said or [none]))
        return
    if found.left:
        left = [projects[project] for project in found.left]
        notes.append(say(lang, "choices.alternatives.left", count=len(left), names=left))
    if len(found.plans) > FULL:
        notes.append(say(lang, "choices.alternatives.shown", count=FULL))
    headings = {"value": "points", "lost": "points", "lost-share": "share", "distance": "kronor"}
    labels = [f"{LETTERS[i % 26]}. {name(plan, model, lang)}" for i, plan in enumerate(found.plans)]
    yield Table(
        "alternatives",
        title,
        (
            Column(say(lang, "choices.column.alternative")),
            *(Column(say(lang, f"choices.column.{h}"), k) for h, k in headings.items()),
        ),
        tuple(
            (label, plan.value, plan.lost, plan.lost_share, plan.distance)
            for label, plan in zip(labels, found.plans, strict=True)
        ),
        notes=(say(lang, "choices.alternatives.means", epsilon=epsilon), *notes),
    )
    shown = found.plans[:FULL]
    yield Table(
        "alternatives_areas",
        say(lang, "choices.alternatives.areas"),
        (
            Column(say(lang, "choices.column.area")),
            Column(say(lang, "choices.column.planned"), "kronor"),
            *(Column(letter, "number") for letter in LETTERS[: len(shown)]),
        ),
        tuple(
            (areas[rows[0].area], rows[0].before, *(signed(row.after - row.before, lang) for row in rows))
            for rows in zip(*(plan.areas for plan in shown), strict=True)
        ),
    )
    for label, plan in zip(labels, shown, strict=False):
        yield from _moves(plan, label, projects, lang)


def _moves(plan: Alternative, label: str, projects: Mapping[str, str], lang: str) -> Iterator[Table]:
    """An alternative in a sentence; then the projects that it gives more, and those that it gives less."""
    form = "says" if plan.lost > 0 else "better"
    fields = {"value": plan.value, "lost": plan.lost, "share": plan.lost_share, "distance": plan.distance}
    said = say(lang, f"choices.alternatives.{form}", **fields)
    yield Table(f"alternative_{label[0]}", label, (Column(""),), (), notes=(said,))
    sides = ("share-before", "share-after")
    rows = tuple(
        (projects[m.project], m.before, m.after, signed(m.kronor, lang))
        for m in (*plan.gains, *plan.losses)
        if abs(m.after - m.before) > SEEN
    )
    yield Table(
        f"alternative_{label[0]}_projects",
        say(lang, "choices.column.project"),
        (
            Column(say(lang, "choices.column.project")),
            *(Column(say(lang, f"choices.column.{side}"), "share") for side in sides),
            Column(say(lang, "choices.column.change"), "number"),
        ),
        rows,
    )


def _frontier(found: Frontier, lang: str) -> Table:
    """The points from the best first objective to the best second, each with the price of the step that led there."""
    first, second = found.first, found.second
    title = say(
        lang,
        "choices.frontier.title",
        first=say(lang, f"choices.objective.{first}"),
        second=say(lang, f"choices.objective.{second}"),
    )
    per = PER.get(second, 1)
    prices = [None, *(step.price * per for step in found.steps)]
    columns = (
        Column(say(lang, "choices.column.point")),
        *(Column(say(lang, f"choices.head.{o}"), KIND.get(o, "kronor")) for o in (first, second)),
        Column(say(lang, "choices.column.price"), "worth"),
    )
    rows = tuple(
        (str(i), _shown(first, corner.first), _shown(second, corner.second), price)
        for i, (corner, price) in enumerate(zip(found.corners, prices, strict=True), 1)
    )
    return Table("frontier", title, columns, rows, notes=tuple(_frontier_notes(found, lang)))


def _frontier_notes(found: Frontier, lang: str) -> Iterator[str]:
    """What the first and the last step cost, where the plan stands, and how much the table may be trusted."""
    first, second = found.first, found.second
    for i in sorted({0, len(found.steps) - 1} & set(range(len(found.steps)))):
        gain = say(lang, f"choices.gain.{second}")
        cost = say(lang, f"choices.cost.{first}", amount=found.steps[i].price * PER.get(second, 1))
        yield say(lang, "choices.frontier.step", start=i + 1, end=i + 2, gain=gain, cost=cost)
    best = found.best(found.plan.second, given=1), found.best(found.plan.first, given=0)
    amounts = {"first": _amount(first, found.plan.first, lang), "second": _amount(second, found.plan.second, lang)}
    off = [i for i, way in enumerate(found.behind) if way > ON_CURVE * _extent(found, i)]
    for i, which in enumerate(("first", "second")):
        if i in off:
            reached = _amount((first, second)[i], best[i] or 0.0, lang)
            yield say(lang, f"choices.frontier.behind-{which}", **amounts, best=reached)
    if not off:
        yield say(lang, "choices.frontier.on", **amounts)
    if found.kind == "point":
        corner = found.corners[0]
        ends = {"first": _amount(first, corner.first, lang), "second": _amount(second, corner.second, lang)}
        yield say(lang, "choices.frontier.point", **ends)
    else:
        yield say(lang, f"choices.frontier.{found.kind}", count=len(found.corners))


def _extent(found: Frontier, i: int) -> float:
    """How far the curve reaches in one objective, or how large the figure is where it does not."""
    sides = [(corner.first, corner.second)[i] for corner in (*found.corners, found.plan)]
    return max(sides) - min(sides) if found.kind != "point" else max(map(abs, sides))


def _shown(objective: str, amount: float) -> float | int:
    return amount if objective in KIND else round(amount)


def _amount(objective: str, amount: float, lang: str) -> str:
    return say(lang, f"choices.amount.{objective}", amount=_shown(objective, amount))


def signed(kronor: int, lang: str) -> str:
    """Kronor with + or −; 0 for nothing."""
    text = decimal(kronor, lang, 0)
    return text if kronor <= 0 else f"+{text}"
