"""One scenario file's text → `Scenario`, or all its problems, each with its line.

What can be said without a funding model is checked here: keys, kinds, tables, columns, and whether a value can stand
in its column. Whether rows exist is checked when the scenario meets a model.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rus_funding.errors import InvalidInput
from rus_funding.model.model import Objective
from rus_funding.scenarios.columns import Reader
from rus_funding.scenarios.grammar import OPERATIONS
from rus_funding.scenarios.parse_family import sample, stress, sweep
from rus_funding.scenarios.parts import Cells, Change, Expectation, Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rus_funding.model.schema import Table
    from rus_funding.scenarios.form import Path
    from rus_funding.scenarios.source import Source


def parse(source: Source, name: str) -> Scenario:
    """The scenario `name` that `source` says, `extends` not yet followed. Raises `InvalidInput` with every problem."""
    reader = Reader(source)
    document = source.load()
    reader.values(document, ())
    if not reader.problems:
        reader.section("scenario", document, ())
    found = _scenario(reader, document, name) if not reader.problems else None
    if found is None or reader.problems:
        raise InvalidInput(reader.told())
    return found


def _scenario(reader: Reader, document: Mapping[str, Any], name: str) -> Scenario:
    """The whole file."""
    objectives = document.get("objective")
    return Scenario(
        id=name,
        title=document.get("title", ""),
        question=document.get("question", ""),
        extends=document.get("extends", ""),
        changes=tuple(_change(reader, part, ("change", i)) for i, part in enumerate(document.get("change", ()))),
        require=tuple(sorted(set(document.get("require", ())))),
        exclude=tuple(sorted(set(document.get("exclude", ())))),
        objectives=None if objectives is None else _objectives(reader, objectives),
        policy=tuple(reader.policy(key, value, ("policy", key)) for key, value in document.get("policy", {}).items()),
        sweep=sweep(reader, document["sweep"]) if "sweep" in document else None,
        stress=stress(reader, document["stress"]) if "stress" in document else None,
        sample=sample(reader, document["sample"]) if "sample" in document else None,
        expected=tuple(_expected(reader, document["expect"], name)) if "expect" in document else (),
        spot=reader.source.spot(()),
        sources=((reader.source.kept, reader.source.text),),
    )


def _change(reader: Reader, part: Mapping[str, Any], path: Path) -> Change:
    """One `[[change]]`: new values, new rows or rows dropped."""
    spot = reader.spot(path)
    table = reader.table(part, path)
    if table is None:
        return Change(part["table"], spot=spot)
    updates = [operation for operation in OPERATIONS if part.get(operation)]
    kinds = [*updates, *(key for key in ("insert", "drop") if part.get(key))]
    if not kinds:
        reader.wrong(path, "empty_change", "scenario.form.empty-change", "scenario.form.add-operation")
    elif len(kinds) > 1 and {"insert", "drop"} & set(kinds):
        reader.wrong(path, "mixed_change", "scenario.form.mixed-change", "scenario.form.change-each",
                     kinds=", ".join(kinds))  # fmt: skip
    named = [column for operation in updates for column in part[operation]]
    for column in sorted(column for column, count in Counter(named).items() if count > 1):
        reader.wrong(path, "column_twice", "scenario.form.column-twice", "scenario.form.change-each", column=column)
    if part.get("insert") and "where" in part:
        reader.wrong((*path, "where"), "where_insert", "scenario.form.where-insert", "scenario.form.remove")
    if part.get("cascade") and not part.get("drop"):
        reader.wrong((*path, "cascade"), "cascade", "scenario.form.cascade", "scenario.form.remove")
    return Change(
        table.name,
        reader.where(table, part, path),
        set=reader.operands(table, part, "set", path),
        multiply=reader.operands(table, part, "multiply", path),
        add=reader.operands(table, part, "add", path),
        insert=tuple(_inserted(reader, table, row, (*path, "insert")) for row in part.get("insert", ())),
        drop=part.get("drop", False),
        cascade=part.get("cascade", False),
        spot=spot,
    )


def _inserted(reader: Reader, table: Table, row: Mapping[str, Any], path: Path) -> Cells:
    """A new row: its cells can stand in their columns, and no required column is missing."""
    for name, cell in row.items():
        column = reader.column(table, name, (*path, name))
        if column is not None:
            reader.held(column, [cell], (*path, name))
    missing = [column.name for column in table.columns if column.required and column.name not in row]
    if missing:
        reader.wrong(path, "missing_cells", "scenario.form.missing-cells", "scenario.form.add-them", table=table.name,
                     columns=", ".join(missing))  # fmt: skip
    return tuple(row.items())


def _objectives(reader: Reader, parts: Sequence[Mapping[str, Any]]) -> tuple[Objective, ...]:
    """`[[objective]]`: at least one, none twice, tolerances 0 to 1."""
    names: set[str] = set()
    for i, part in enumerate(parts):
        if part["name"] in names:
            what, remedy = "scenario.form.objective-twice", "scenario.form.remove-one"
            reader.wrong(("objective", i, "name"), "objective_twice", what, remedy, part["name"])
        names.add(part["name"])
        if not 0 <= part.get("tolerance", 0) <= 1:
            path: Path = ("objective", i, "tolerance")
            what, remedy = "scenario.form.tolerance", "scenario.form.write-share"
            reader.wrong(path, "tolerance", what, remedy, part["tolerance"])
    if not parts:
        reader.wrong(("objective",), "objective_none", "scenario.form.empty-list", "scenario.form.name-objective")
    return tuple(Objective(part["name"], float(part.get("tolerance", 0))) for part in parts)


def _expected(reader: Reader, part: Mapping[str, Any], name: str) -> Iterable[Expectation]:
    """`[expect]`: figures of the scenario itself, and of members of a family in tables by their names."""
    own = {key: value for key, value in part.items() if not isinstance(value, dict) or key == "tolerance"}
    members = {key: value for key, value in part.items() if key not in own}
    for scenario, figures in ((name, own), *members.items()):
        tolerances = figures.get("tolerance", {})
        for key in sorted(set(tolerances) - set(figures)):
            path: Path = ("expect", "tolerance", key) if scenario == name else ("expect", scenario, "tolerance", key)
            reader.unknown(path, "tolerance", "scenario.form.no-figure", key, figures)
        said = tuple((key, _plain(value)) for key, value in figures.items() if key != "tolerance")
        if said:
            yield Expectation(scenario, said, tuple((key, float(value)) for key, value in tolerances.items()))


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
