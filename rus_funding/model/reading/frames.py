"""Data frames to raw tables: cells as a sheet would hold them, rows named by the frame's index."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import numbers
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rus_funding.errors import InvalidInput
from rus_funding.kronor import Refused
from rus_funding.model.model import FundingModel, Objective, Policy
from rus_funding.model.reading import model_of
from rus_funding.model.reading.cells import Date, Foreign
from rus_funding.model.reading.modelfile import FILE, TEXTS
from rus_funding.model.reading.source import Raw, Source, nearest, problem
from rus_funding.model.reading.tables import named
from rus_funding.model.schema import TABLES

if TYPE_CHECKING:
    import pandas as pd

MODEL = "model"  # the place of what is said beside the tables


def from_frames(
    tables: Mapping[str, pd.DataFrame],
    *,
    name: str | None = None,
    years: Iterable[int] | None = None,
    title: str | None = None,
    source: str | None = None,
    locale: str | None = None,
    currency: str | None = None,
    decider: str | None = None,
    strategy: str | None = None,
    closed_through: int | None = None,
    policy: Policy | Mapping[str, Any] | None = None,
    objectives: Iterable[str | tuple[str, float] | Objective] | None = None,
    like: FundingModel | None = None,
) -> FundingModel:
    """A model from data frames alone, with the checks and messages of `load`.

    `tables` holds a frame for each table by its name ("projects", "costs", …; docs/tables.md lists them with their
    columns); an optional table may be left out or None. Columns may stand in any order, and an index that is named as a
    column is that column. Cells are read as in a sheet: money in whole kronor (1200000, 1200000.0 or "1 200 000 kr"),
    shares 0..1 or "50 %", years as numbers, flags as booleans or yes/no; NaN, NA, None and "" are blank, and a row that
    is blank in every column is skipped. No frame is altered.

    `name` is the model's id, `years` its years in order; `title` and `source` are texts for readers; `locale` and
    `currency` are "sv_SE" and "SEK", and no other; `decider` is the actor whose decision this is; `strategy` is the one
    that decides where areas belong to several; `closed_through` the last year that is booked; `policy` are the keys of
    ``[policy]``; `objectives` are names in order, a tolerance (a share of the optimum, 0..1) beside one as ``("value",
    0.01)``. With `like` another model says what is left out here, and tables are still those given:
    ``from_frames({**model.frames(), "costs": costs}, like=model)``.

    Returns the model; its `warnings` are findings that do not stop. Raises `InvalidInput` with every problem at once: a
    problem's `place` is the table ("model" for what stands beside the tables), its `row` the label of the row in the
    frame's index (its place counted from 0 where labels stand twice), its `column` the column.

    >>> import rus_funding as rf
    >>> small = rf.load("models/litet-exempel")
    >>> costs = small.frame("costs")
    >>> costs.loc[costs["project"] == "natur", "amount"] *= 2
    >>> dearer = rf.from_frames({**small.frames(), "costs": costs}, like=small)
    >>> int(dearer.frame("costs")["amount"].sum()) - int(small.frame("costs")["amount"].sum())
    300000
    >>> costs.loc[2, "amount"] = -1
    >>> rf.from_frames({**small.frames(), "costs": costs}, like=small)
    Traceback (most recent call last):
    ...
    rus_funding.errors.InvalidInput: costs, row 2, column amount: '-1': The number is negative. Write 0 or more.
    """
    texts = {"name": name, "title": title, "source": source, "locale": locale, "currency": currency,
             "strategy": strategy}  # fmt: skip
    keys = _keys(like)
    keys |= {key: text for key, text in {**texts, "decider": decider}.items() if text is not None}
    keys |= {} if closed_through is None else {"closed_through": closed_through}
    keys |= {} if years is None else {"years": _listed(years)}
    keys |= {} if policy is None else {"policy": _asdict(policy)}
    keys |= {} if objectives is None else {"objective": [_objective(one) for one in _listed(objectives)]}
    found = Source({**{table: table for table in TABLES}, FILE: MODEL}, keys)
    if not isinstance(tables, Mapping):
        refused = Refused("not_tables", "reading.not-tables", "reading.make-tables", kind=type(tables).__name__)
        raise InvalidInput([problem(refused, MODEL)])
    for table, given in tables.items():
        _table(str(table), given, found)
    held = {} if like is None else {"required": like.required, "excluded": like.excluded}
    return model_of(found, **held)


def _keys(like: FundingModel | None) -> dict[str, Any]:
    """What a model says beside its tables, as the keys of a model file."""
    if like is None:
        return {}
    objectives = [dataclasses.asdict(objective) for objective in like.objectives]
    more = {"years": list(like.years), "policy": dataclasses.asdict(like.policy), "objective": objectives}
    return {**{key: getattr(like, key) for key in TEXTS}, **more}


def _listed(given: Any) -> Any:
    """Several values as a list; one text as the only one. What is no list is left for the check to refuse."""
    if isinstance(given, str):
        return [given]
    return list(given) if isinstance(given, Iterable) else given


def _asdict(given: Any) -> Any:
    return dataclasses.asdict(given) if isinstance(given, Policy) else given


def _objective(given: Any) -> Any:
    if isinstance(given, str):
        return {"name": given}
    if isinstance(given, tuple | list):
        return dict(zip(("name", "tolerance"), given, strict=False))
    return dataclasses.asdict(given) if isinstance(given, Objective) else given


def _table(table: str, given: Any, source: Source) -> None:
    """Put a frame into `source`, or its problems."""
    import pandas as pd

    if table not in TABLES:
        near = nearest(table, TABLES)
        refused = Refused("unknown_table", "reading.table-unknown", "reading.list-tables", tables=list(TABLES))
        if near:
            refused = Refused("unknown_table", "reading.table-unknown", "reading.meant", near=near)
        source.problems.append(problem(refused, table))
    elif isinstance(given, pd.DataFrame):
        source.tables[table], problems = named(TABLES[table], _raw(table, given))
        source.problems += problems
    elif given is not None:
        refused = Refused("not_a_frame", "reading.not-a-frame", "reading.make-frame", kind=type(given).__name__)
        source.problems.append(problem(refused, table))
        source.broken.add(table)


def _raw(table: str, given: pd.DataFrame) -> Raw:
    """The frame as a raw table; rows that are blank in every column are left out."""
    labels = _labels(given.index)
    inside = [level for level in given.index.names if level in TABLES[table].by_name and level not in given.columns]
    if inside:
        given = given.reset_index(level=inside)
    cells = [_cells(given.iloc[:, i]) for i in range(given.shape[1])]
    kept = [i for i in range(len(labels)) if any(column[i] is not None for column in cells)]
    if len(kept) < len(labels):
        labels = [labels[i] for i in kept]
        cells = [[column[i] for i in kept] for column in cells]
    header = tuple("" if _missing(column) else str(column) for column in given.columns)
    return Raw(table, header, tuple(cells), tuple(labels), header_row=None)


def _labels(index: pd.Index[Any]) -> list[int | str]:
    """The rows' names in messages: the index where it tells them apart, else their places."""
    found = [_label(label) for label in index.tolist()]
    return found if len(set(found)) == len(found) else list(range(len(found)))


def _label(label: Any) -> int | str:
    if isinstance(label, int) and not isinstance(label, bool):
        return label
    return ", ".join(map(str, label)) if isinstance(label, tuple) else str(label)


def _missing(name: Any) -> bool:
    return name is None or (isinstance(name, float) and math.isnan(name))


def _cells(column: pd.Series[Any]) -> list[Any]:
    """A column's cells as a workbook's: None, str, int, float, bool, a date, or what is no cell."""
    blank = column.isna().tolist()
    return [None if none else cell_of(value) for value, none in zip(column.tolist(), blank, strict=True)]


def cell_of(value: Any) -> Any:
    """A value of a frame that is not missing, as a cell.

    >>> import numpy as np
    >>> cell_of(np.int64(3)), cell_of(1200000.0), cell_of(Decimal("0.5")), cell_of(" "), cell_of([1])
    (3, 1200000, '0.5', None, Foreign(kind='list', text='[1]'))
    """
    if hasattr(value, "item") and hasattr(value, "dtype"):  # a number of numpy's
        value = value.item()
    if isinstance(value, str):
        return str(value) if value.strip() else None
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, numbers.Rational):
        return float(value)
    if isinstance(value, dt.date):
        return Date(value.isoformat().removesuffix("T00:00:00"))
    return Foreign(type(value).__name__, str(value))
