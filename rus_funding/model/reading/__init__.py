"""Read a funding model: CSV tables in a folder, a workbook, data frames. The only reader of input; nothing is guessed.

Every problem is collected and raised at once as `InvalidInput`, each with file or sheet, row, column, the cell found
and what to write instead.
"""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.errors import InvalidInput, Problem, UsageError
from rus_funding.kronor import Refused
from rus_funding.model.model import FundingModel, Objective, Past, Policy
from rus_funding.model.reading import modelfile
from rus_funding.model.reading.entry import is_database, refuse_special
from rus_funding.model.reading.folder import read_folder
from rus_funding.model.reading.gone import gone
from rus_funding.model.reading.identities import identified
from rus_funding.model.reading.judge import judge
from rus_funding.model.reading.shape import shape, sum_rows
from rus_funding.model.reading.source import Raw, Source, nearest, number, problem
from rus_funding.model.reading.tables import Parsed, absent, read_table
from rus_funding.model.reading.workbook import read_workbook
from rus_funding.model.reading.written import as_written
from rus_funding.model.rows import Rows
from rus_funding.model.schema import TABLES
from rus_funding.model.validation import findings
from rus_funding.words.messages import capped
from rus_funding.words.visible import clipped

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AnyModel", "load", "model_of", "modelled", "read_document", "read_model"]

AnyModel = FundingModel | str | os.PathLike[str]  # a model, or the path of one


def load(path: str | os.PathLike[str]) -> FundingModel:
    """The model in a folder (``model.toml`` and CSV tables) or in a workbook (``name.xlsx``).

    `model.frames()` gives its tables as data frames with typed columns (money in whole kronor, shares 0..1), by name;
    `model.name`, `.years`, `.policy` and `.objectives` say the rest; its `warnings` are the findings that do not stop.
    Raises `InvalidInput` with every problem found, errors first: `error.problems` holds them, each with file or sheet,
    row, column, the cell found, what is wrong and what to write instead; `UsageError` for what is no path.

    >>> import rus_funding as rf
    >>> model = rf.load("models/litet-exempel")
    >>> model.name, model.years
    ('litet-exempel', (2026, 2027))
    >>> model.frame("budgets")[["fund", "year", "amount"]].dtypes.astype(str).tolist()
    ['string', 'Int64', 'Int64']
    >>> rf.load("models/litet-exempl")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    rus_funding.errors.InvalidInput: ...: There is no such folder or workbook. Did you mean models/litet-exempel?
    """
    if not isinstance(path, (str, os.PathLike)):
        raise UsageError(
            "a {name} is no path: name a folder or a workbook (from_frames takes data frames).",
            name=type(path).__name__,
        )
    return model_of(_source(Path(path)))


read_model = load


def modelled(model: AnyModel) -> FundingModel:
    """The model itself, read where its path is given."""
    return model if isinstance(model, FundingModel) else load(model)


def model_of(source: Source, **held: Any) -> FundingModel:
    """The model that was found, with more of its fields. Raises `InvalidInput` with every problem, errors first."""
    shape(source)
    tables, registers = identified(source)
    sum_rows(source, tables)
    gone(source)
    fields, problems = modelfile.check(source) if source.keys is not None else ({}, [])
    source.problems += problems
    parsed = {name: _parsed(source, tables, name) for name in TABLES}
    years = fields.get("years") or _years(parsed)
    fields = {"name": "", **fields, "years": years, "questions": source.questions, **held}
    model = FundingModel(tables={name: table.rows for name, table in parsed.items()}, **fields)
    for table in parsed.values():
        source.problems += table.problems
    found = as_written(_judged(model, parsed, source), source, registers)
    errors = [one for one in found if one.severity == "error"]
    warnings = [one for one in found if one.severity != "error"]
    if errors:
        read = not any(one.severity == "error" for one in source.problems + _missing(source))
        raise InvalidInput(capped(_in_order(errors, source) + warnings), model=model if read else None)
    return model.replace(warnings=tuple(capped(warnings)))


def read_document(document: Mapping[str, Any]) -> FundingModel:
    """The model that `rus_funding.model.model.document` wrote: the inverse, rows in the order of their keys.

    Types are checked, rules are not (see `validation`). Raises `InvalidInput` if it is not such a document.
    """
    try:
        return _model(document)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}"
        refused = Refused("not_a_document", "reading.not-a-document", "reading.release-again", reason=reason)
        raise InvalidInput([problem(refused, "model")]) from None


def _source(path: Path) -> Source:
    """What the path holds. Raises `InvalidInput` if it is neither a folder nor a workbook."""
    try:
        refuse_special(path)
        is_dir, is_file = path.is_dir(), path.is_file()
    except Refused as error:
        raise InvalidInput([problem(error, path.name)]) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        refused = Refused("unreadable", "reading.unreadable", "reading.give-existing", reason=reason)
        raise InvalidInput([problem(refused, clipped(path.name))]) from None
    if is_dir:
        return read_folder(path)
    if is_file and path.suffix.lower() == ".xlsx":
        return read_workbook(path)
    if is_file and is_database(path):
        raise InvalidInput([problem(Refused("not_a_model", "reading.is-a-run", "reading.give-model"), path.name)])
    if is_file:
        part = path.suffix in {".csv", ".toml"}
        remedy, fields = (
            ("reading.give-parent", {"folder": str(path.parent)}) if part else ("reading.save-or-folder", {})
        )
        raise InvalidInput([problem(Refused("not_a_model", "reading.not-a-workbook", remedy, **fields), path.name)])
    near = nearest(path.name, _beside(path))
    refused = Refused("not_found", "reading.not-found", "reading.give-existing")
    if near:
        refused = Refused("not_found", "reading.not-found", "reading.meant", near=str(path.parent / near))
    raise InvalidInput([problem(refused, str(path))])


def _beside(path: Path) -> list[str]:
    """Names in the folder where the path should be, of very many only some."""
    try:
        return sorted(item.name for item in islice(path.parent.iterdir(), 10_000))
    except OSError:
        return []


def _parsed(source: Source, tables: Mapping[str, Raw], name: str) -> Parsed:
    table = TABLES[name]
    if name in tables:
        return read_table(table, tables[name])
    return absent(table, sound=not table.required and name not in source.broken)


def _missing(source: Source) -> list[Problem]:
    """Required tables, and the model file, that are not there."""
    found = []
    if source.keys is None and modelfile.FILE not in source.broken:
        refused = Refused("missing_table", "reading.model-file-missing", "reading.add-model-file")
        found.append(problem(refused, source.places[modelfile.FILE]))
    for table in TABLES.values():
        if table.required and table.name not in source.tables and table.name not in source.broken:
            columns = [f"{table.name}.{column.name}" for column in table.columns if column.required]
            refused = Refused("missing_table", "reading.table-missing", "reading.add-table", columns=columns)
            found.append(problem(refused, source.places[table.name]))
    return found


def _judged(model: FundingModel, parsed: Mapping[str, Parsed], source: Source) -> list[Problem]:
    """Everything found so far, and what `validate` finds in what could be read."""
    found = source.problems + _missing(source)
    if not any(one.severity == "error" for one in found):
        numbers = {name: table.numbers for name, table in parsed.items()}
        judged = findings(model, numbers, source.places)
        if not any(one.severity == "error" for one in judged):
            return found + judged
    return found + judge(model, parsed, source.places) if model.years else found


def _in_order(problems: list[Problem], source: Source) -> list[Problem]:
    """By table in the order of the schema, the model file first, then by row."""
    order = {place: i for i, place in enumerate([source.places[modelfile.FILE], *map(source.places.get, TABLES)])}
    return sorted(problems, key=lambda one: (order.get(one.place, -1), number(one.row)))


def _years(parsed: Mapping[str, Parsed]) -> tuple[int, ...]:
    """All years that the tables name: what the rest is judged by where the model file gives none."""
    years = {
        year
        for name, table in parsed.items()
        for column in TABLES[name].columns
        if column.type == "year" and not column.any_year
        for year in table.rows[column.name][~table.unplaced].tolist()
    }
    return tuple(sorted(years))


def _model(document: Mapping[str, Any]) -> FundingModel:
    tables = document["tables"]
    if set(tables) != set(TABLES):
        raise KeyError(*sorted(set(tables) ^ set(TABLES)))
    return FundingModel(
        name=str(document["name"]),
        title=str(document["title"]),
        source=str(document["source"]),
        locale=str(document["locale"]),
        currency=str(document["currency"]),
        decider=str(document.get("decider", "")),
        strategy=str(document.get("strategy", "")),
        closed_through=document.get("closed_through"),
        past=Past.of(document.get("past", {})),
        years=tuple(int(year) for year in document["years"]),
        policy=Policy(**document["policy"]),
        objectives=tuple(Objective(**objective) for objective in document["objectives"]),
        required=tuple(document["required"]),
        excluded=tuple(document["excluded"]),
        tables={name: _rows(name, tables[name]) for name in TABLES},
    )


def _rows(name: str, columns: Mapping[str, list[Any]]) -> Rows:
    table = TABLES[name]
    if set(columns) != set(table.by_name):
        raise KeyError(*sorted(set(columns) ^ set(table.by_name)))
    arrays = {}
    for column in table.columns:
        values = [np.nan if value is None else value for value in columns[column.name]]
        wanted = {np.object_: str, np.bool_: bool}.get(column.dtype, (int, float))
        if not all(isinstance(value, wanted) for value in values):
            raise TypeError(f"{name}.{column.name} holds other values than {column.type}")
        arrays[column.name] = np.empty(len(values), dtype=column.dtype)
        arrays[column.name][:] = values
    return Rows(arrays)
