"""A comparison as tables: the same cells for every renderer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.comparisons import numbers as shown
from rus_funding.comparisons.comparison import (
    FEW,
    FIGURES,
    GROUPS,
    MONEY,
    QUANTILES,
    WAYS,
    Comparison,
    Driver,
    Drivers,
    Input,
    Line,
    Move,
    Note,
)
from rus_funding.comparisons.texts import TEXTS
from rus_funding.proof.standing import Standing
from rus_funding.words.language import say
from rus_funding.words.numbers import decimal, kronor, plain_percent
from rus_funding.words.standings import short
from rus_funding.words.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# tables whose keys say of what kind their ids are, where an id may be of several
NAMED_BY: Mapping[str, tuple[str, ...]] = {
    "areas": ("area",),
    "authorisations": ("fund",),
    "budgets": ("fund",),
    "funds": ("fund",),
}


def tables(comparison: Comparison, lang: str, top: int = 10) -> list[Table]:
    """Key figures, what moved, robust core, shares by scenario, what matters most; those that have something to say.

    `top` is how many rows are listed where there could be thousands.
    """
    count = len(comparison.lines)
    found = [_two(comparison, lang)] if count == 2 else _few(comparison, lang) if count <= FEW else []
    if count > FEW:
        found += [_spread(comparison, lang), *_extremes(comparison, lang, top)]
    if comparison.moved_projects is not None and comparison.moved_funds is not None:
        found += [_moved_projects(comparison, lang), _moved(comparison.moved_funds, "fund", lang)]
    elif comparison.projects:
        found.append(_core(comparison, lang))
        if count <= FEW:
            found.append(_shares(comparison, lang))
    if count <= FEW and any(line.figures.get(name) for line in comparison.lines for name in MONEY[1:]):
        found.append(_money(comparison, lang))
    if comparison.perspectives:
        found.append(_perspectives(comparison, lang))
    return [*found, *(_drivers(comparison, drivers, lang, top) for drivers in comparison.drivers)]


def label(line: Line, lang: str) -> str:
    """What a scenario is called: its id, the baseline in the reader's language."""
    return str(TEXTS[lang]["baseline"]) if line.label == "baseline" else line.label


def status(line: Line, lang: str) -> str:
    """How a scenario stands, in a word or two."""
    return short(line.standing, lang, line.status)


def said(note: Note, lang: str) -> str:
    """A note as a sentence."""
    fields = dict(note.fields)
    if "standing" in fields:
        fields["status"] = short(Standing(fields.pop("standing")), lang, fields["status"])
    sentence: str = TEXTS[lang]["notes"][note.code].format(**fields)
    return sentence


def _two(comparison: Comparison, lang: str) -> Table:
    """A row for each figure: before, after, difference."""
    words = TEXTS[lang]
    one, other = comparison.lines
    less = other.less(one)
    headings = [label(one, lang), label(other, lang), words["difference"]]
    rows = tuple(
        (
            words["figure_names"][name],
            shown.figure(name, one.figures[name], lang),
            shown.figure(name, other.figures[name], lang),
            shown.change(name, less[name], lang),
        )
        for name in FIGURES
    )
    return Table("figures", words["figures"], (Column(""), *(Column(h, "number") for h in headings)), rows)


def _few(comparison: Comparison, lang: str) -> list[Table]:
    """A row for each scenario: its figures, then how they differ."""
    words, reference = TEXTS[lang], comparison.reference
    headings = (Column(""), *(Column(words["short_names"][name], "number") for name in FIGURES))
    own, apart = [], []
    for number, line in enumerate(comparison.lines, 1):
        name = f"{number} {label(line, lang)}"
        if not line.standing.proven:
            name = f"{name} ({status(line, lang)})"
        if not line.planned:
            own.append((name, *("–" for _ in FIGURES)))
            continue
        own.append((name, *(shown.figure(figure, line.figures[figure], lang) for figure in FIGURES)))
        if line is not reference and reference.planned:
            less = line.less(reference)
            apart.append((name, *(shown.change(figure, less[figure], lang) for figure in FIGURES)))
    found = [Table("figures", words["figures"], headings, tuple(own), notes=(words["short_means"],))]
    if apart:
        title = words["differences"].format(reference=label(reference, lang))
        found.append(Table("differences", title, headings, tuple(apart)))
    return found


def _spread(comparison: Comparison, lang: str) -> Table:
    """A row for each figure: the reference's and how the others' spread."""
    words = TEXTS[lang]
    headings = [label(comparison.reference, lang), *(words["quantiles"][name] for name in QUANTILES)]
    rows = []
    for name in FIGURES:
        spread = comparison.spread.get(name, {})
        values = [comparison.reference.figures[name], *(spread.get(quantile) for quantile in QUANTILES)]
        rows.append((words["figure_names"][name], *(shown.figure(name, value, lang) for value in values)))
    columns = (Column(""), *(Column(heading, "number") for heading in headings))
    return Table("spread", words["figures"], columns, tuple(rows), notes=(words["spread_means"],))


def _extremes(comparison: Comparison, lang: str, top: int) -> Iterator[Table]:
    """The scenarios of the lowest and of the highest value."""
    words, reference = TEXTS[lang], comparison.reference
    planned = [line for line in comparison.lines[1:] if line.planned]
    planned.sort(key=lambda line: line.figures["value"] or 0.0)
    shown_figures = ("value", "funded", "cofinancing", "projects_funded", "unused")
    units = {"value": "±", "funded": "± kr"}  # those shown with their difference
    for name, lines in (("lowest", planned[:top]), ("highest", planned[::-1][:top])):
        columns = [Column("")]
        for figure in shown_figures:
            columns.append(Column(words["short_names"][figure], "number"))
            columns += [Column(units[figure], "number")] if figure in units else []
        rows = []
        for line in lines:
            less = line.less(reference)
            cells = [label(line, lang)]
            for figure in shown_figures:
                cells.append(shown.figure(figure, line.figures[figure], lang))
                cells += [shown.change(figure, less[figure], lang)] if figure in units else []
            rows.append(tuple(cells))
        if rows:
            yield Table(name, words[name], tuple(columns), tuple(rows))


def _moved_projects(comparison: Comparison, lang: str) -> Table:
    """Projects that get more or less, or other payers; and how many there are of each."""
    words, moves = TEXTS[lang], comparison.moved_projects or ()
    ways = comparison.ways
    headings = (words[name] for name in ("before", "after", "change", "swapped"))

    def cells(name: str, before: int, after: int, swapped: int) -> tuple[str, ...]:
        return (
            name,
            kronor(before, lang),
            kronor(after, lang),
            shown.signed(after - before, lang),
            kronor(swapped, lang),
        )

    rows = tuple(
        cells(move.name, move.before, move.after, move.swapped) for move in moves if move.change or move.swapped
    )
    sums = (sum(m.before for m in moves), sum(m.after for m in moves), ways["swapped"])
    notes = (
        (
            ", ".join(say(lang, f"compare.way.{way}", count=ways[way]) for way in WAYS if ways[way]) + ".",
            say(lang, "compare.payers", count=ways["payers"], kronor=ways["swapped"]),
        )
        if rows
        else (words["nothing_moved"],)
    )
    return Table(
        "moved_projects", words["moved_projects"], (Column(""), *(Column(h, "number") for h in headings)), rows,
        cells(words["sum"], *sums) if rows else None, notes,
    )  # fmt: skip


def _moved(moves: Sequence[Move], kind: str, lang: str) -> Table:
    """What changed by a krona or more, and the sum of all."""
    words = TEXTS[lang]
    columns = (Column(""), *(Column(words[name], "number") for name in ("before", "after", "change")))

    def cells(name: str, before: int, after: int) -> tuple[str, str, str, str]:
        return name, kronor(before, lang), kronor(after, lang), shown.signed(after - before, lang)

    rows = tuple(cells(move.name, move.before, move.after) for move in moves if move.change)
    still = len(moves) - len(rows)
    notes = (words["unmoved"].format(count=still),) if still and rows else ()
    total = cells(words["sum"], sum(m.before for m in moves), sum(m.after for m in moves)) if rows else None
    return Table(
        f"moved_{kind}s", words[f"moved_{kind}s"], columns, rows, total, notes if rows else (words["nothing_moved"],)
    )


def _core(comparison: Comparison, lang: str) -> Table:
    """Every project in its group: how often it is funded, and how its share spreads."""
    words = TEXTS[lang]
    quantiles = ("tenth", "median", "nine_tenths")
    headings = [words["in_full"], words["at_all"], *(f"{words['share_of']} {words['quantiles'][q]}" for q in quantiles)]
    rows = tuple(
        (
            standing.name,
            words["groups"][standing.group],
            shown.share(standing.in_full, lang),
            shown.share(standing.at_all, lang),
            *(shown.share(standing.share_spread[quantile], lang) for quantile in quantiles),
        )
        for standing in comparison.projects
    )
    columns = (Column(""), Column("", "group"), *(Column(heading, "number") for heading in headings))
    return Table("core", words["core"], columns, rows, notes=_core_notes(comparison, lang))


def _core_notes(comparison: Comparison, lang: str) -> tuple[str, str]:
    words = TEXTS[lang]
    counts: dict[str, str | int] = {group: len(comparison.group(group)) for group in GROUPS}
    if comparison.reference.planned:
        held = sum(standing.reference_kronor or 0 for standing in comparison.group("always"))
        counts |= {"always_kr": kronor(held, lang), "reference": label(comparison.reference, lang)}
    counted = words["core_counts" if comparison.reference.planned else "core_counts_only"].format(**counts)
    least, most = (plain_percent(round(share, 9), lang) for share in (comparison.threshold, 1 - comparison.threshold))
    return counted, words["core_means"].format(planned=comparison.planned, least=least, most=most)


def _shares(comparison: Comparison, lang: str) -> Table:
    """The share of every project in every scenario, a column each, headed by the scenario's number."""
    words = TEXTS[lang]
    planned = [number for number, line in enumerate(comparison.lines) if line.planned]
    rows = tuple(
        (standing.name, *(shown.share(standing.share[number], lang) for number in planned))
        for standing in comparison.projects
    )
    columns = (Column(""), *(Column(str(number + 1), "number") for number in planned))
    return Table("shares", words["shares"], columns, rows)


def _money(comparison: Comparison, lang: str) -> Table:
    """How many kronor of every plan rest on money that is granted, applied for or planned, a column each."""
    words, lines = TEXTS[lang], [line for line in comparison.lines if line.planned]
    rows = []
    for name in MONEY:
        amounts = [(int(line.figures.get(name) or 0), line.figures["funded"]) for line in lines]
        cells = (_of_plan(amount, amount / funded if funded else None, lang) for amount, funded in amounts)
        rows.append((words["money_names"][name], *cells))
    return Table("money", words["money"], _plans(comparison, lang), tuple(rows))


def _perspectives(comparison: Comparison, lang: str) -> Table:
    """Kronor of every perspective in every scenario with its share, a column each, headed by the scenario's number."""
    words = TEXTS[lang]
    planned = [number for number, line in enumerate(comparison.lines) if line.planned]
    rows = tuple(
        (one.name, *(_of_plan(one.kronor[n] or 0, one.share[n], lang) for n in planned))
        for one in comparison.perspectives
    )
    bare = any(any(one.without_basis) for one in comparison.perspectives)
    notes = (words["perspectives_bare"],) if bare else ()
    return Table("perspectives", words["perspectives"], _plans(comparison, lang), rows, notes=notes)


def _plans(comparison: Comparison, lang: str) -> tuple[Column, ...]:
    """A column a plan after that of names: under its number, of two under what they are called."""
    two = len(comparison.lines) == 2 and all(line.planned for line in comparison.lines)
    heads = [
        label(line, lang) if two else str(number)
        for number, line in enumerate(comparison.lines, start=1)
        if line.planned
    ]
    return (Column(""), *(Column(head, "number") for head in heads))


def _of_plan(amount: int, share: float | None, lang: str) -> str:
    """Kronor, and what share of the plan's they are."""
    cell: str = TEXTS[lang]["perspective_cell"].format(kronor=kronor(amount, lang), share=shown.share(share, lang))
    return cell


def _drivers(comparison: Comparison, drivers: Drivers, lang: str, top: int) -> Table:
    """The inputs that go with value and kronor, and for the projects that depend on one most, that one."""
    words = TEXTS[lang]
    firsts = [found[0] for found in drivers.projects.values() if found]
    firsts.sort(key=lambda driver: (-abs(driver.correlation), driver.result))
    chosen = [*drivers.value[:top], *drivers.funded[:top], *firsts[:top]]
    rows = tuple(
        (_result(driver, comparison, lang), input_name(driver, comparison, lang), _rho(driver.correlation, lang))
        for driver in chosen
        if abs(driver.correlation) >= drivers.chance
    )
    said = words["drivers_means"] if rows else words["drivers_none"]
    note = said.format(scenarios=drivers.scenarios, inputs=drivers.inputs, chance=decimal(drivers.chance, lang, 2))
    columns = (Column(words["result"]), Column(words["input"]), Column(words["correlation"], "number"))
    title = words["drivers"].format(file=drivers.file)
    return Table("drivers", title, (Column(title), *columns[1:]), rows, notes=(note,))


def _rho(value: float, lang: str) -> str:
    return shown.signed(value, lang, 2)


def _result(driver: Driver, comparison: Comparison, lang: str) -> str:
    kind, _, project = driver.result.partition(" ")
    return comparison.names.get(("project", project), project) if project else str(TEXTS[lang][kind])


def input_name(driver: Driver, comparison: Comparison, lang: str) -> str:
    """A driver's input as people say it."""
    return input_label(driver.input, comparison, lang)


def input_label(given: Input, comparison: Comparison, lang: str) -> str:
    """An input as people say it: what varies, and of what."""
    words = TEXTS[lang]
    table, key, column = given
    plain, _, _ = column.partition(" ")
    what = words["columns"].get((table, plain), f"{table}.{column}")
    kinds = NAMED_BY.get(table, ("project", "area", "fund", "actor", "municipality"))
    parts = [
        next((comparison.names[kind, part] for kind in kinds if (kind, part) in comparison.names), part)
        for part in key.split("/")
    ]
    return f"{what}: {' / '.join(parts)}" if key else f"{what}: {words['all_rows']}"
