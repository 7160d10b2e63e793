"""The JSON schema of scenario files, for editors that complete and check TOML, made from the grammar and the tables.

`python -m rus_funding.scenarios.json_schema` writes it beside this file; a test fails when it is stale. A scenario file
names it in its first line: ``#:schema ../../rus_funding/scenarios/schema.json``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rus_funding.model.schema import TABLES, Column, Table
from rus_funding.scenarios.cells import DECIMAL, ID, WHOLE
from rus_funding.scenarios.grammar import FREE, OPERATIONS, SECTIONS, Key

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE = Path(__file__).with_name("schema.json")
Schema = dict[str, Any]

_ID: Schema = {"type": "string", "pattern": f"^{ID.pattern}$"}
_CELL: Schema = {"type": ["string", "number", "boolean"]}
_KINDS: dict[str, Schema] = {
    "text": {"type": "string"},
    "id": _ID,
    "ids": {"type": "array", "items": _ID},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "flag": {"type": "boolean"},
    "table": {"type": "string", "enum": list(TABLES)},
    "column": {"type": "string"},
    "where": {"type": "object"},
    "cells": {"type": "object"},
    "rows": {"type": "array", "items": {"type": "object"}},
    "cell-list": {"type": "array", "items": _CELL, "minItems": 1},
    "texts": {"type": "array", "items": {"type": "string"}},
    "groups": {"type": ["array", "object"]},
    "figures": {"type": "object", "additionalProperties": {"type": "number"}},
}


def schema() -> Schema:
    """The whole schema (JSON Schema draft 7)."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "rus-funding scenario",
        **_section("scenario"),
        "definitions": {
            **{name: _section(name) for name in SECTIONS if name != "scenario"},
            **{name: rule for table in TABLES.values() for name, rule in _of_table(table).items()},
        },
    }


def text() -> str:
    """The schema as it stands in its file."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def _section(name: str) -> Schema:
    keys = SECTIONS[name]
    found: Schema = {"type": "object", "properties": {key.name: _key(key) for key in keys}}
    required = [key.name for key in keys if key.required]
    if required:
        found["required"] = required
    found["additionalProperties"] = {"$ref": f"#/definitions/{FREE[name]}"} if name in FREE else False
    if any(key.kind == "table" for key in keys):
        found["allOf"] = [_columns(table, keys) for table in TABLES.values()]
    return found


def _key(key: Key) -> Schema:
    said = {"description": key.description}
    if key.kind in {"section", "sections"}:
        inner: Schema = {"$ref": f"#/definitions/{key.section}"}
        return {**said, "allOf": [inner]} if key.kind == "section" else {**said, "type": "array", "items": inner}
    return {**said, **_KINDS[key.kind], **({"enum": list(key.choices)} if key.choices else {})}


def _columns(table: Table, keys: Iterable[Key]) -> Schema:
    """If the section's table is this one, its columns are these."""
    then: Schema = {}
    for key in keys:
        if key.kind in {"where", "rows", "cells"}:
            then[key.name] = {"$ref": f"#/definitions/{key.name} {table.name}"}
        elif key.kind == "column":
            then[key.name] = {"enum": [column.name for column in _columns_for(table, key.name)]}
    test = {"properties": {"table": {"const": table.name}}, "required": ["table"]}
    return {"if": test, "then": {"properties": then}}


def _of_table(table: Table) -> dict[str, Schema]:
    """What may stand in `where`, `set`, `multiply`, `add` and `insert` of this table, and in each of its cells."""
    cells = {column.name: {"$ref": f"#/definitions/{table.name}.{column.name}"} for column in table.columns}
    found = {f"{table.name}.{column.name}": _cell(column) for column in table.columns}
    either = {name: {"anyOf": [cell, {"type": "array", "items": cell, "minItems": 1}]} for name, cell in cells.items()}
    found[f"where {table.name}"] = {"properties": either, "additionalProperties": False}
    found[f"set {table.name}"] = {"properties": cells, "additionalProperties": False}
    for operation in OPERATIONS[1:]:
        numbers = {column.name: {"type": "number"} for column in _columns_for(table, operation)}
        found[f"{operation} {table.name}"] = {"properties": numbers, "additionalProperties": False}
    required = [column.name for column in table.columns if column.required]
    row = {"properties": cells, "required": required, "additionalProperties": False}
    found[f"insert {table.name}"] = {"items": row}
    return found


def _columns_for(table: Table, operation: str) -> list[Column]:
    numeric = WHOLE | DECIMAL | ({"year"} if operation == "add" else set())
    return [column for column in table.columns if operation == OPERATIONS[0] or column.type in numeric]


def _cell(column: Column) -> Schema:
    """A value of the column; "" is a blank cell."""
    said = {"description": column.description} if column.description else {}
    kinds: dict[str, Schema] = {
        "flag": {"type": "boolean"},
        "share": {"type": "number", "minimum": 0, "maximum": 1},
        "number": {"type": "number", "minimum": 0},
        "kronor": {"type": "number", "minimum": 0},
        "integer": {"type": "number", "minimum": 0},
        "year": {"type": "integer"},
        "choice": {"enum": list(column.choices)},
        "id": _ID,
    }
    found = {**said, **kinds.get(column.type, {"type": "string"})}
    if not column.required and found.get("type") != "string":
        return {"anyOf": [found, {"const": ""}]}
    return found


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
