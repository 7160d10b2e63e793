"""Does every row have its place? Ids that exist, keys that stand once, years, choices, ranges, flat rates.

A model read from files has passed most of this cell by cell; one that a scenario changed has not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.kronor import LIMIT, SMALLEST
from rus_funding.model.schema import TABLES, Column
from rus_funding.words.near import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from rus_funding.errors import Problem
    from rus_funding.model.validation.context import Context


def empty_tables(context: Context) -> Iterator[Problem]:
    """A required table needs at least one row."""
    for table in TABLES.values():
        if table.required and context.model[table.name].size == 0:
            needed = [f"{table.name}.{column.name}" for column in table.columns if column.required]
            yield context.at("table_empty", table.name, table=table.name, columns=needed)


def duplicates(context: Context) -> Iterator[Problem]:
    """A key stands once in its table."""
    for table in TABLES.values():
        rows = context.model[table.name]
        keys = list(zip(*(rows[column].tolist() for column in table.key), strict=True))
        if len(set(keys)) == len(keys):
            continue
        first: dict[tuple[Any, ...], int] = {}
        again = [i for i, key in enumerate(keys) if first.setdefault(key, i) != i]
        for i in context.some("duplicate_key", table.name, again):
            yield context.at(
                "duplicate_key",
                table.name,
                i,
                key=" ".join(str(part) for part in keys[i]),
                columns=[f"{table.name}.{column}" for column in table.key],
                earlier=context.counted(table.name, first[keys[i]]),
            )


def references(context: Context) -> Iterator[Problem]:
    """An id that a row names must exist."""
    for table in TABLES.values():
        for column in table.columns:
            if column.references:
                yield from _unknown(context, table.name, column)
            elif column.by:
                yield from _unknown_by(context, table.name, column)


def _unknown(context: Context, table: str, column: Column) -> Iterator[Problem]:
    known = _known(context, column.references)
    cells = context.model[table][column.name].tolist()
    missing = [i for i, cell in enumerate(cells) if cell not in known and (cell or column.required)]
    if column.type == "ids":
        missing = [i for i in missing if any(part not in known for part in cells[i].split())]
    for i in context.some("unknown_value", table, missing, column.name):
        for part in cells[i].split() if column.type == "ids" else [cells[i]]:
            if part not in known:
                yield _unknown_value(context, table, column.name, i, part, column.references, known)


def _unknown_by(context: Context, table: str, column: Column) -> Iterator[Problem]:
    rows = context.model[table]
    kinds = [""] * rows.size if set(column.by) == {""} else rows["by"].tolist()
    known_by = {kind: _known(context, where) for kind, where in column.by.items()}
    cells = rows[column.name].tolist()
    missing = [
        i
        for i, (kind, cell) in enumerate(zip(kinds, cells, strict=True))
        if kind in column.by and cell not in known_by[kind] and (cell or column.required)
    ]
    for i in context.some("unknown_value", table, missing, column.name):
        where, known = column.by[kinds[i]], known_by[kinds[i]]
        shown = where if isinstance(where, str) else list(where)
        yield _unknown_value(context, table, column.name, i, cells[i], shown, known)


def _known(context: Context, where: str | tuple[str, ...]) -> Mapping[str, None]:
    if isinstance(where, tuple):
        return dict.fromkeys(where)
    table, _, column = where.partition(".")
    return dict.fromkeys(context.model[table][column or TABLES[table].key[0]].tolist())


def _unknown_value(
    context: Context, table: str, column: str, record: int, value: str, where: str | list[str], known: Collection[str]
) -> Problem:
    near = nearest(value, known)
    code = "unknown_value_near" if near else "unknown_value"
    return context.at(code, table, record, column, unknown=value, where=where, near=near)


def ranges(context: Context) -> Iterator[Problem]:
    """Shares lie in 0..1, other numbers at 0 or above, and all are finite; choices are among the choices."""
    for table in TABLES.values():
        for column in table.columns:
            values = context.model[table.name][column.name]
            if column.type in {"kronor", "share", "number", "integer"}:
                yield from _out_of_range(context, table.name, column, values)
            elif column.type == "choice":
                allowed = {*column.choices, column.default}
                foreign = [i for i, cell in enumerate(values.tolist()) if cell not in allowed]
                for i in context.some("choice_unknown", table.name, foreign, column.name):
                    yield context.at("choice_unknown", table.name, i, column.name, choices=list(column.choices))


def _out_of_range(context: Context, table: str, column: Column, values: Any) -> Iterator[Problem]:
    if values.size == 0:
        return
    numbers = values.astype(np.float64)
    blank_allowed = column.default is None and not column.required
    infinite = ~np.isfinite(numbers) & ~(np.isnan(numbers) & blank_allowed)
    for i in context.some("not_finite", table, np.flatnonzero(infinite), column.name):
        yield context.at("not_finite", table, i, column.name)
    with np.errstate(invalid="ignore"):
        negative = np.flatnonzero((numbers < 0) & ~infinite)
        above = np.flatnonzero((numbers > 1) & ~infinite) if column.type == "share" else ()
        large = np.flatnonzero((numbers > LIMIT) & ~infinite) if column.type != "share" else ()
        small = np.flatnonzero((numbers > 0) & (numbers < SMALLEST))
    for i in context.some("number_negative", table, negative, column.name):
        yield context.at("number_negative", table, i, column.name)
    for i in context.some("number_too_large", table, large, column.name):
        yield context.at("number_too_large", table, i, column.name, limit=LIMIT)
    for i in context.some("number_too_small", table, small, column.name):
        yield context.at("number_too_small", table, i, column.name)
    for i in context.some("share_above_one", table, above, column.name):
        yield context.at("share_above_one", table, i, column.name, percent=float(numbers[i]))


def years(context: Context) -> Iterator[Problem]:
    """Years are the model's years, save where the table says otherwise; the model's own stand once, in order."""
    model = context.model
    if list(model.years) != sorted(set(model.years)) or not model.years:
        yield context.at("years_order", "model.toml", years=list(model.years))
    for table in TABLES.values():
        for column in table.columns:
            if column.type == "year" and not column.any_year:
                outside = ~np.isin(model[table.name][column.name], np.asarray(model.years, np.int64))
                for i in context.some("year_outside", table.name, np.flatnonzero(outside), column.name):
                    yield context.at("year_outside", table.name, i, column.name, years=list(model.years))


def flat_rates(context: Context) -> Iterator[Problem]:
    """A flat rate has a rate and a base of its own form, and never rests on itself, by no detour."""
    rows = context.model["categories"]
    names = rows["category"].tolist()
    form = dict(zip(names, rows["form"].tolist(), strict=True))
    base = flat_bases(context)
    rated = (~np.isnan(rows["flat_rate"])).tolist()
    for i, name in enumerate(names):
        if rated[i] and not base[name]:
            yield context.at("flat_rate_without_base", "categories", i, "flat_rate", category=name)
        elif base[name] and not rated[i]:
            yield context.at("flat_base_without_rate", "categories", i, "flat_rate_base", category=name)
        if name in base[name]:
            yield context.at("flat_rate_on_itself", "categories", i, "flat_rate_base", category=name)
        if len(set(base[name])) < len(base[name]):
            yield context.at("flat_base_twice", "categories", i, "flat_rate_base", category=name)
        for part in base[name]:
            if form.get(part, form[name]) != form[name]:
                fields = {"category": name, "form": form[name], "base": part, "other": form[part]}
                yield context.at("flat_base_form", "categories", i, "flat_rate_base", **fields)
    circle = _circle({name: set(parts) - {name} for name, parts in base.items()})
    if circle:
        yield context.at("flat_rate_circle", "categories", names.index(circle[0]), "flat_rate_base", circle=circle)


def flat_costs(context: Context) -> Iterator[Problem]:
    """The costs of a flat-rate category are computed, never entered: neither the plan's nor the ledger's."""
    rows, base = context.model["categories"], flat_bases(context)
    rated = zip(rows["category"].tolist(), (~np.isnan(rows["flat_rate"])).tolist(), strict=True)
    flat = {name for name, is_rated in rated if is_rated or base[name]}
    for table in ("costs", "booked"):
        costs = context.model[table]
        categories = costs["category"].tolist()
        entered = [i for i, category in enumerate(categories) if category in flat]
        for i in context.some("flat_cost_entered", table, entered, "category"):
            project = str(costs["project"][i])
            yield context.at("flat_cost_entered", table, i, "category", category=categories[i], project=project)


def flat_bases(context: Context) -> dict[str, list[str]]:
    """The base categories of each category, in file order."""
    rows = context.model["categories"]
    return {
        name: text.split()
        for name, text in zip(rows["category"].tolist(), rows["flat_rate_base"].tolist(), strict=True)
    }


def _circle(base: Mapping[str, set[str]]) -> list[str]:
    """The flat rates that wait for one another, in file order: what is left when all others are taken away."""
    left = [name for name, parts in base.items() if parts]
    while True:
        inside = set(left)
        used = {part for name in left for part in base[name]}
        kept = [name for name in left if base[name] & inside and name in used]
        if len(kept) == len(left):
            return kept
        left = kept


CHECKS = (empty_tables, duplicates, references, years, ranges, flat_rates, flat_costs)

# Findings after which the rules can still be judged: every row has its place, only a number is wrong.
HARMLESS = frozenset({"number_negative", "share_above_one"})
