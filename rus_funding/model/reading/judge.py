"""One list of problems where some rows could not be read: what can still be judged is, once.

`validation` judges whole models. Here it gets the model without the rows that have no place, again and again
until nothing new is found; a finding that a lost row may have caused is left for the next reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rus_funding.model.schema import TABLES
from rus_funding.model.validation import findings
from rus_funding.words.messages import MORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rus_funding.errors import Problem
    from rus_funding.model.model import FundingModel
    from rus_funding.model.reading.tables import Parsed

ROUNDS = 4
# Findings that a row is the cause of itself, whatever else could not be read.
OWN = frozenset({
    "year_outside", "duplicate_key", "link_to_itself", "link_twice", "dependency_on_itself", "area_floor_above_cap",
    "limit_min_above_max", "flat_rate_on_itself", "flat_base_twice", "flat_rate_without_base", "flat_base_without_rate",
})  # fmt: skip
# Findings that a row may be the cause of whose project is not known: what it names is missing from the sum.
OF_SUMS = frozenset({"project_without_contributions", "contributions_sum"})
Mask = NDArray[np.bool_]


def judge(model: FundingModel, parsed: Mapping[str, Parsed], places: Mapping[str, str]) -> list[Problem]:
    """The errors of the rows that could be read, beyond those already found in `parsed`."""
    keep = {name: ~table.unplaced for name, table in parsed.items()}
    bad = {name: table.bad.copy() for name, table in parsed.items()}
    table_at = {place: name for name, place in places.items()}
    row_at = {name: {row: i for i, row in enumerate(table.numbers.tolist())} for name, table in parsed.items()}
    found: dict[Problem, None] = {}
    for _ in range(ROUNDS):
        lost = _Lost(parsed, bad)
        fresh = []
        judged = _validate(model, parsed, keep, places)
        for one in judged:
            if one.severity != "error":
                continue
            name = table_at.get(one.place, "")
            position = row_at.get(name, {}).get(one.row) if one.row is not None else None
            if not lost.may_cause(one, name, position):
                found.setdefault(one)
            if position is not None and keep[name][position]:
                fresh.append((name, position))
        for name, position in fresh:
            keep[name][position] = False
            bad[name][position] = True
        if not fresh or any(one.texts == MORE for one in judged):  # a flood: what else there is waits for its end
            break
    return list(found)


def _validate(
    model: FundingModel, parsed: Mapping[str, Parsed], keep: Mapping[str, Mask], places: Mapping[str, str]
) -> list[Problem]:
    tables = {name: table.rows.take(keep[name]) for name, table in parsed.items()}
    numbers = {name: table.numbers[keep[name]] for name, table in parsed.items()}
    return findings(model.replace(tables=tables), numbers, places)


class _Lost:
    """What the bad rows say, and so what findings they may have caused."""

    def __init__(self, parsed: Mapping[str, Parsed], bad: Mapping[str, Mask]) -> None:
        self.parsed, self.bad = parsed, bad
        self.tables = {name for name in parsed if not parsed[name].sound or bad[name].any()}
        self.nameless = {name for name in parsed if not parsed[name].sound or _nameless(name, parsed[name])}
        self.ids = {cell for name in bad for cell in _cells(parsed[name], bad[name], _id_columns(name))}
        self.nobody = any("" in _cells(parsed[name], bad[name], [_subject(name)], blank=True) for name in bad)
        self.subjects = {cell for name in bad for cell in _cells(parsed[name], bad[name], [_subject(name)])}

    def may_cause(self, one: Problem, name: str, position: int | None) -> bool:
        """Whether a row that was lost may be the reason for this finding."""
        if one.code.startswith("unknown_value"):
            where, _, column = str(one.fields.get("where", "")).partition(".")
            nameless = self.tables if column else self.nameless
            return where in nameless or one.fields.get("unknown") in self.subjects
        if one.code in OF_SUMS and self.nobody:
            return True
        if one.code == "table_empty":
            return name in self.tables
        if position is None:
            return bool(self.tables) and one.texts != MORE
        rows = self.parsed[name].rows
        if self.bad[name][position] or one.code in OWN:
            return bool(self.bad[name][position])
        entity = len(TABLES[name].key) == 1
        columns = _id_columns(name) if entity else [_subject(name)]
        mine = {str(rows[column][position]) for column in columns} | _words(one.fields.values())
        return bool(mine & (self.ids if entity else self.subjects))


def _cells(table: Parsed, mask: Mask, columns: list[str], *, blank: bool = False) -> set[str]:
    if not mask.any():
        return set()
    if blank:
        return {str(cell) for column in columns for cell in table.rows[column][mask].tolist()}
    return {word for column in columns for cell in table.rows[column][mask].tolist() for word in str(cell).split()}


def _nameless(name: str, table: Parsed) -> bool:
    """Whether a row lacks its own id, or all rows are lacking, so that others' references seem unknown."""
    ids = table.rows[TABLES[name].key[0]]
    return bool((ids == "").any()) or (TABLES[name].required and ids.size == 0)


def _id_columns(name: str) -> list[str]:
    return [column.name for column in TABLES[name].columns if column.type in {"id", "ids"} or column.by]


def _subject(name: str) -> str:
    """The column that says whom a row is about."""
    return "project" if "project" in TABLES[name].key else TABLES[name].key[0]


def _words(values: Iterable[Any]) -> set[str]:
    found: set[str] = set()
    for value in values:
        if isinstance(value, str):
            found |= {value, *value.split()}
        elif isinstance(value, (list, tuple)):
            found |= _words(value)
    return found
