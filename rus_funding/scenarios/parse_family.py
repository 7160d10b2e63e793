"""The families of a scenario file: `[sweep]`, `[stress]` and `[sample]`."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rus_funding.scenarios import cells
from rus_funding.scenarios.grammar import DISTRIBUTIONS
from rus_funding.scenarios.parts import Axis, Cell, Parameter, Sample, Stress, Sweep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.scenarios.columns import Reader
    from rus_funding.scenarios.form import Path

LARGEST_SAMPLE = 100_000


def sweep(reader: Reader, part: Mapping[str, Any]) -> Sweep:
    """`[sweep]` and its axes."""
    axes = tuple(_axis(reader, name, value) for name, value in part.items() if isinstance(value, dict))
    spot = reader.spot(("sweep",))
    if not axes:
        reader.wrong(("sweep",), "no_axes", "scenario.form.no-axes", "scenario.form.add-axis")
    return Sweep(part.get("name", ""), axes, spot)


def _axis(reader: Reader, name: str, part: Mapping[str, Any]) -> Axis:
    """One axis: its column can hold each of the values."""
    path: Path = ("sweep", name)
    values = tuple(part["values"])
    labels = tuple(part.get("labels", ())) or tuple(label(value) for value in values)
    if len(labels) != len(values):
        what, remedy = "scenario.form.labels", "scenario.form.one-each"
        reader.wrong((*path, "labels"), "labels", what, remedy, labels=len(labels), values=len(values))
    nothing = Axis(name, "", (), "set", "", values, labels, reader.spot(path))
    target = reader.target(part, path, ("policy",))
    if target is None:
        return nothing
    if target[0] == "policy":
        for key in sorted({"table", "where"} & set(part)):
            reader.wrong((*path, key), "policy_table", "scenario.form.policy-key", "scenario.form.remove", entry=key)
        for value in values:
            reader.policy(target[1], value, (*path, "values"))
        return Axis(name, "policy", (), "set", target[1], values, labels, nothing.spot)
    if "table" not in part:
        reader.wrong(path, "missing_key", "scenario.form.missing-table", "scenario.form.add-key", entry="table")
        return nothing
    table = reader.table(part, path)
    if table is None:
        return nothing
    column = reader.column(table, target[1], (*path, target[0]))
    if column is not None:
        reader.operand(column, target[0], values, (*path, "values"))
    return Axis(name, table.name, reader.where(table, part, path), *target, values, labels, nothing.spot)


def stress(reader: Reader, part: Mapping[str, Any]) -> Stress:
    """`[stress]`: what is lost."""
    path: Path = ("stress",)
    multiply = Decimal(part.get("multiply", 0))
    if not 0 <= multiply <= 1:
        what, remedy = "scenario.form.stress-share", "scenario.form.a-share"
        reader.wrong((*path, "multiply"), "stress_share", what, remedy, multiply)
    elif multiply and part["each"] != "fund":
        what, remedy = f"scenario.form.lost-wholly-{part['each']}", "scenario.form.remove-or-change"
        reader.wrong((*path, "multiply"), "stress_multiply", what, remedy, multiply)
    together = part.get("together", [])
    named = together.items() if isinstance(together, dict) else [("_".join(group), group) for group in together]
    for name, _ in named:
        if not cells.ID.fullmatch(name):
            reader.wrong((*path, "together"), "stress_name", "scenario.form.not-id", "scenario.form.id-letters", name)
    only = tuple(part["only"]) if "only" in part else None
    groups = tuple((name, tuple(group)) for name, group in named)
    return Stress(part["each"], multiply, only, groups, reader.spot(path))


def sample(reader: Reader, part: Mapping[str, Any]) -> Sample:
    """`[sample]` and its parameters."""
    parameters = tuple(_parameter(reader, name, value) for name, value in part.items() if isinstance(value, dict))
    if not parameters:
        reader.wrong(("sample",), "no_parameters", "scenario.form.no-parameters", "scenario.form.add-parameter")
    if not 1 <= part["size"] <= LARGEST_SAMPLE:
        what, remedy = "scenario.form.sample-size", "scenario.form.such-size"
        reader.wrong(("sample", "size"), "sample_size", what, remedy, part["size"], most=LARGEST_SAMPLE)
    if part["seed"] < 0:
        reader.wrong(("sample", "seed"), "sample_seed", "scenario.form.seed", "scenario.form.choose-one", part["seed"])
    method = part.get("method", "latin-hypercube")
    return Sample(part["size"], part["seed"], method, parameters, reader.spot(("sample",)))


def _parameter(reader: Reader, name: str, part: Mapping[str, Any]) -> Parameter:
    """One uncertain column."""
    path: Path = ("sample", name)
    kind = part["distribution"]
    arguments = _arguments(reader, kind, part, path)
    spot = reader.spot(path)
    per = part.get("per", "row")
    table, target = reader.table(part, path), reader.target(part, path)
    if table is None or target is None:
        return Parameter(name, part["table"], (), "set", "", kind, arguments, per, spot)
    operation, column_name = target
    column = reader.column(table, column_name, (*path, operation))
    if column is not None and column.type not in cells.WHOLE | cells.DECIMAL:
        what, remedy = "scenario.form.not-drawn", "scenario.form.drawable"
        reader.wrong((*path, operation), "sample_column", what, remedy, column=column.name, kind=column.type)
    if per not in {"row", "all"}:
        reader.column(table, per, (*path, "per"))
    if kind == "dirichlet" and (operation != "set" or per != "row"):
        reader.wrong(path, "dirichlet", "scenario.form.dirichlet", "scenario.form.dirichlet-set")
    where = reader.where(table, part, path)
    return Parameter(name, table.name, where, operation, column_name, kind, arguments, per, spot)


def _arguments(reader: Reader, kind: str, part: Mapping[str, Any], path: Path) -> tuple[tuple[str, float], ...]:
    """The distribution's own numbers: none missing, none that it does not know, in order and above 0."""
    required, optional = DISTRIBUTIONS[kind]
    every = {name for names in DISTRIBUTIONS.values() for name in (*names[0], *names[1])}
    given = {name: float(part[name]) for name in sorted(every & set(part))}
    for name in required:
        if name not in given:
            reader.wrong(path, "missing_key", "scenario.form.needs", "scenario.form.add-key", kind=kind, entry=name)
    for name in sorted(set(given) - {*required, *optional}):
        what, remedy = "scenario.form.has-no", "scenario.form.remove"
        reader.wrong((*path, name), "unknown_key", what, remedy, kind=kind, entry=name)
    for name in ("sigma", "sd", "median", "concentration"):
        if given.get(name, 1) <= 0:
            what, remedy = "scenario.form.above-0", "scenario.form.such-value"
            reader.wrong((*path, name), "argument", what, remedy, given[name], entry=name)
    order = [name for name in ("low", "mode", "high") if name in given]
    if any(given[a] > given[b] for a, b in pairwise(order)) or (
        "low" in given and "high" in given and given["low"] >= given["high"]
    ):
        reader.wrong(path, "argument_order", "scenario.form.must-rise", "scenario.form.in-order", keys=", ".join(order))
    return tuple(given.items())


def label(value: Cell) -> str:
    """What stands for a value in a scenario's name: 0.3 → ``0_3``, -2 → ``m2``, texts in lower case.

    >>> label(Decimal("0.30")), label(-2), label("EU medel")
    ('0_3', 'm2', 'eu-medel')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, Decimal)):
        text = f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
        return text.replace("-", "m").replace(".", "_")
    plain = value.lower().translate(str.maketrans("åäöéü", "aaoeu"))
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "_-") else "-" for letter in plain)
