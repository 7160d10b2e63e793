"""What a scenario changed, as data rows for people and for the run database."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from rus_funding.model.rows import plain
from rus_funding.model.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.model.model import FundingModel

Difference = tuple[str, str, str, Any, Any]


def difference(before: FundingModel, after: FundingModel) -> list[Difference]:
    """Every cell in which the models differ: (table, key, column, before, after), sorted by table and key.

    The key is the row's key columns joined by "/". A row of one model alone has its cells that are not blank, with None
    on the other side. Policy and objectives stand under ``policy`` and ``objective``, projects held at x = 1 or 0 under
    ``require`` and ``exclude`` with column ``x``.
    """
    found: list[Difference] = []
    for table in TABLES:
        if before.tables[table] is not after.tables[table]:
            found += _table(table, before, after)
    found += _policy(before, after)
    for kind, old, new, x in (
        ("require", before.required, after.required, 1),
        ("exclude", before.excluded, after.excluded, 0),
    ):
        found += [(kind, project, "x", None, x) for project in sorted(set(new) - set(old))]
        found += [(kind, project, "x", x, None) for project in sorted(set(old) - set(new))]
    return found


def _table(table: str, before: FundingModel, after: FundingModel) -> Iterator[Difference]:
    old, new = _records(before, table), _records(after, table)
    columns = [column.name for column in TABLES[table].columns]
    blank = (None,) * len(columns)
    for key in sorted({*old, *new}):
        one, other = old.get(key, blank), new.get(key, blank)
        for column, a, b in zip(columns, one, other, strict=True):
            if a != b and not (a in ("", None) and b in ("", None)):
                yield table, key, column, a, b


def _records(model: FundingModel, table: str) -> dict[str, tuple[Any, ...]]:
    rows = model[table]
    keys = zip(*(map(str, rows[column].tolist()) for column in TABLES[table].key), strict=True)
    cells = zip(*(plain(rows[column.name]) for column in TABLES[table].columns), strict=True)
    return {"/".join(key): record for key, record in zip(keys, cells, strict=True)}


def _policy(before: FundingModel, after: FundingModel) -> Iterator[Difference]:
    for field in dataclasses.fields(before.policy):
        old, new = getattr(before.policy, field.name), getattr(after.policy, field.name)
        if old != new:
            yield "policy", "", field.name, old, new
    if before.objectives != after.objectives:
        old, new = (", ".join(_objective(o) for o in model.objectives) for model in (before, after))
        yield "objective", "", "", old, new


def _objective(objective: Any) -> str:
    return f"{objective.name} ({objective.tolerance:g})" if objective.tolerance else str(objective.name)
