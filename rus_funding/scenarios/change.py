"""The changes of a scenario, carried out on a draft: `set`, `multiply`, `add`, `insert`, `drop`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.errors import ENOUGH, InvalidInput, Problem
from rus_funding.kronor import Refused
from rus_funding.model.rows import Rows
from rus_funding.model.schema import TABLES, Column
from rus_funding.scenarios import cells
from rus_funding.scenarios.draft import Draft, Positions
from rus_funding.scenarios.form import nearest
from rus_funding.scenarios.grammar import CHOSEN
from rus_funding.scenarios.parts import Cells, Change, Scenario, Spot
from rus_funding.words.messages import LANGUAGES, and_more, told
from rus_funding.words.visible import clipped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from rus_funding.model.model import FundingModel

SHOWN = 5  # referring rows that a message names


def carried_out(draft: Draft, changes: Iterable[Change]) -> list[Problem]:
    """Each change in order; those that cannot be carried out become problems, the others are done all the same."""
    problems: list[Problem] = []
    for change in changes:
        try:
            carry_out(draft, change)
        except InvalidInput as error:
            problems += error.problems
    return problems


def carry_out(draft: Draft, change: Change) -> None:
    """One change. Raises `InvalidInput`."""
    if change.table == "policy":
        _policy(draft, change.set)
    elif change.insert:
        _insert(draft, change)
    else:
        at = draft.find(change.table, change.where)
        if at.size == 0:
            raise draft.nothing(change.table, change.where, change.spot)
        if change.drop:
            _drop(draft, change, at)
        else:
            _update(draft, change, at)


def _update(draft: Draft, change: Change, at: Positions) -> None:
    columns = TABLES[change.table]
    for operation, items in (("set", change.set), ("multiply", change.multiply), ("add", change.add)):
        for name, cell in items:
            column = columns[name]
            try:
                values = result(
                    column, operation, draft.rows(change.table)[name][at], cells.operand(column, operation, cell)
                )
            except Refused as error:
                raise InvalidInput([change.spot.refusal(error, cell, f"{operation}.{name}")]) from None
            draft.put(change.table, name, at, values)


def result(column: Column, operation: str, values: Any, operand: Any) -> Any:
    """What stands in the column after the operation. Raises `Refused`."""
    return operand if operation == "set" else cells.computed(column, operation, values, operand)


def _policy(draft: Draft, items: Cells) -> None:
    for key, cell in items:
        kind: Any = str if key in CHOSEN else int if key in {"min_partners", "min_grant"} else float
        value = kind(cell)
        draft.policy = dataclasses.replace(draft.policy, **{key: value})
        draft.touched["policy", key] = None
    draft.numeric = False


def _insert(draft: Draft, change: Change) -> None:
    """New rows at the end of the table; a key that stands there already is refused."""
    table, rows = TABLES[change.table], draft.rows(change.table)
    records = [dict(row) for row in change.insert]
    new = {}
    for column in table.columns:
        values = [cells.converted(column, record.get(column.name, "")) for record in records]
        new[column.name] = np.array(values, dtype=column.dtype)
    taken = dict.fromkeys(zip(*(rows[name].tolist() for name in table.key), strict=True))
    for key in zip(*(new[name].tolist() for name in table.key), strict=True):
        if key in taken:
            problem = change.spot.problem("scenario_duplicate_row", "scenario.rows.there-already",
                                          "scenario.rows.use-set", key="insert", table=table.name,
                                          row=" ".join(map(str, key)))  # fmt: skip
            raise InvalidInput([problem])
        taken[key] = None
    joined = {name: np.concatenate([column, new[name]]) for name, column in rows.columns.items()}
    draft.reshape(change.table, Rows(joined))
    if change.table == "costs":
        draft.first_costs += (Rows(new),)


def _drop(draft: Draft, change: Change, at: Positions) -> None:
    """Rows removed; those of other tables that name a removed id go with them by `cascade`, else it is an error."""
    table = TABLES[change.table]
    rows = draft.rows(change.table)
    keep = np.ones(rows.size, bool)
    keep[at] = False
    gone = (
        set(rows[table.key[0]][at].tolist()) - set(rows[table.key[0]][keep].tolist()) if len(table.key) == 1 else set()
    )
    draft.reshape(change.table, rows.take(np.flatnonzero(keep)))
    referring = [(other, found) for other, found in _referring(draft, change.table, gone) if found.size]
    if referring and not change.cascade:
        said = {lang: "; ".join(_named(draft, other, found, lang) for other, found in referring) for lang in LANGUAGES}
        problem = change.spot.problem("scenario_referred", "scenario.rows.referred", "scenario.rows.cascade",
                                      key="drop", gone=", ".join(sorted(map(str, gone))), rows=said)  # fmt: skip
        raise InvalidInput([problem])
    for other, found in referring:
        _drop(draft, Change(other, drop=True, cascade=True, spot=change.spot), found)


def _referring(draft: Draft, table: str, gone: set[Any]) -> Iterator[tuple[str, Positions]]:
    """Rows of each table that name an id of `table` which is `gone`."""
    if not gone:
        return
    for other in TABLES.values():
        found = np.zeros(draft.rows(other.name).size, bool)
        for column in other.columns:
            found |= _names(draft, other.name, column, table, gone)
        yield other.name, np.flatnonzero(found)


def _names(draft: Draft, other: str, column: Column, table: str, gone: set[Any]) -> Any:
    """Which rows of `other` name one of `gone` in `column`."""
    rows = draft.rows(other)
    values = rows[column.name].tolist()
    if column.references == table:
        return np.array(
            [any(part in gone for part in (v.split() if column.type == "ids" else [v])) for v in values], bool
        )
    kinds = {kind for kind, where in column.by.items() if where == table}
    if not kinds:
        return np.zeros(rows.size, bool)
    return np.array([kind in kinds and v in gone for kind, v in zip(rows["by"].tolist(), values, strict=True)], bool)


def _named(draft: Draft, table: str, found: Positions, lang: str) -> str:
    """Rows as a message names them: the table and the keys of some."""
    rows = draft.rows(table)
    keys = [" ".join(str(rows[name][i]) for name in TABLES[table].key) for i in found[:SHOWN].tolist()]
    more = f" {told(lang, 'scenario.rows.and-more', {'count': found.size - SHOWN})}" if found.size > SHOWN else ""
    return f"{table} {', '.join(keys)}{more}"


def drafted(model: FundingModel, scenario: Scenario) -> tuple[Draft, list[Problem]]:
    """The model with a scenario's own changes, its family apart, and what could not be done."""
    draft = Draft(model)
    problems = carried_out(draft, scenario.changes)
    known = dict.fromkeys(draft.rows("projects")["project"].tolist())
    for key, names in (("require", scenario.require), ("exclude", scenario.exclude)):
        problems += unknown(scenario.spot, "project", [name for name in names if name not in known], known, key)
    hold(draft, scenario.require, scenario.exclude)
    if scenario.objectives is not None:
        draft.objectives = scenario.objectives
        draft.touched["objective", ""] = None
        draft.numeric = False
    if scenario.policy:
        _policy(draft, scenario.policy)
    return draft, problems


def unknown(spot: Spot, kind: str, names: Sequence[str], known: Collection[str], key: str = "") -> list[Problem]:
    """Ids that there are not: the first with what they may be meant for, and how many more."""
    code, found = f"scenario_unknown_{kind}", []
    for name in names[:ENOUGH]:
        remedy, more = nearest(name, known)
        what = f"scenario.form.no-{kind}"
        found.append(spot.problem(code, what, remedy, name, key, name=clipped(name), **more))
    if len(names) > ENOUGH:
        found.append(and_more(code, spot.file, key or None, "error", len(names) - ENOUGH))
    return found


def hold(draft: Draft, require: Iterable[str] = (), exclude: Iterable[str] = ()) -> None:
    """Projects held at x = 1 and x = 0; one that the model itself holds the other way is held this way instead."""
    one, none = dict.fromkeys(require), dict.fromkeys(exclude)
    for key, more in (("require", one), ("exclude", none)):
        if more:
            draft.touched[key, ""] = None
            draft.numeric = False
    draft.required = tuple(sorted({*(set(draft.required) - set(none)), *one}))
    draft.excluded = tuple(sorted({*(set(draft.excluded) - set(one)), *none}))
