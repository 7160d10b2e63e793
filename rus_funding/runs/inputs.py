"""What a run rests on: everything that must be the same for its results to be, and the inputs themselves."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from rus_funding.engine.plan import RULES
from rus_funding.errors import Problem
from rus_funding.model import schema as inputs
from rus_funding.model.model import digest, document
from rus_funding.runs.content import insertion, whole_digest
from rus_funding.runs.file import VOLATILE, UnsoundError, sealed, sealed_record
from rus_funding.runs.schema import FORMAT, INPUT

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from rus_funding.model.model import FundingModel
    from rus_funding.runs.content import Row
    from rus_funding.scenarios import Scenario


@dataclasses.dataclass(frozen=True)
class Head:
    """The head of a run: model, scenarios, options. `size` counts the scenarios, the baseline included."""

    model: FundingModel
    scenarios: Sequence[Scenario]
    size: int
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    input_files: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def keys(self) -> dict[str, Any]:
        """The rows of `run` that must be the same for `--resume`, by key."""
        from rus_funding.engine.publish import versions

        return {
            "format": FORMAT,
            "rules": RULES,
            "model": self.model.name,
            "model_sha256": digest(self.model),
            "scenarios_sha256": whole_digest(
                [[scenario.id, *source] for scenario in self.scenarios for source in _sources(scenario)]
            ),
            "size": self.size,
            "options": dict(self.options),
            "seeds": {s.id: s.sample.seed for s in self.scenarios if s.sample is not None},
            "versions": versions(),
        }

    def write(self, connection: sqlite3.Connection) -> None:
        """Fill `run` and the tables of inputs, inside the caller's transaction."""
        from rus_funding.runs.schema import statements

        for statement in statements():
            connection.execute(statement)
        for key, value in sealed(self.keys()).items():
            put(connection, key, value)
        put_record(
            connection, {"input_files": dict(self.input_files), "findings": _findings(self.model), "sessions": []}
        )
        content = document(self.model)
        tables: dict[str, dict[str, list[Any]]] = content.pop("tables")
        rows = [(key, json.dumps(value, ensure_ascii=False)) for key, value in sorted(content.items())]
        connection.executemany(insertion(f"{INPUT}model", 2), rows)
        for name, table in inputs.TABLES.items():
            columns = [tables[name][column.name] for column in table.columns]
            records = ((i, *cells) for i, cells in enumerate(zip(*columns, strict=True)))
            connection.executemany(insertion(INPUT + name, len(columns) + 1), records)
        sources = [(scenario.id, *source) for scenario in self.scenarios for source in _sources(scenario)]
        connection.executemany(insertion(f"{INPUT}scenarios", 5), [(i, *row) for i, row in enumerate(sources)])


def _findings(model: FundingModel) -> list[dict[str, Any]]:
    """What the check of the model's files found that does not stop, as data."""
    found = [dataclasses.asdict(problem) for problem in model.warnings]
    return json.loads(json.dumps(found, ensure_ascii=False, default=str))  # type: ignore[no-any-return]


def stored_findings(found: Sequence[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """The same, read back. Raises `UnsoundError` where they are none."""
    try:
        return tuple(Problem(**{**one, "texts": tuple(one["texts"]) if one["texts"] else None}) for one in found)
    except (TypeError, KeyError) as error:
        raise UnsoundError(f"findings: {error}") from None


def _sources(scenario: Scenario) -> list[tuple[str, str, str]]:
    """The files that a scenario is made from, base first: name without folders, SHA-256, text."""
    return [
        (re.split(r"[/\\]", file)[-1], hashlib.sha256(text.encode()).hexdigest(), text)
        for file, text in scenario.sources
    ]


def put(connection: sqlite3.Connection, key: str, value: Any) -> None:
    """Set one row of `run`."""
    connection.execute(
        'INSERT INTO "run" VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        (key, json.dumps(value, ensure_ascii=False, sort_keys=True)),
    )


def put_record(connection: sqlite3.Connection, record: Mapping[str, Any]) -> None:
    """Set what `run` says of how it went: `input_files`, `findings` and `sessions`, with the digest of them."""
    for key in VOLATILE:
        put(connection, key, sealed_record(record) if key == "record_sha256" else record[key])


def canonical(text: str) -> bool:
    """Whether a text is JSON as it is written here: no other spelling of the same, nothing twice."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False) == text
    except (ValueError, RecursionError):
        return False


def stored_sources(connection: sqlite3.Connection) -> list[Row]:
    """The scenario files that the run rests on: row, scenario, file, SHA-256, text."""
    query = f'SELECT "row", scenario, file, sha256, text FROM "{INPUT}scenarios" ORDER BY "row"'  # noqa: S608
    return connection.execute(query).fetchall()


def stored_scenarios(connection: sqlite3.Connection) -> list[Scenario]:
    """The scenarios that the run rests on, read from their texts. Raises `InvalidInput` where they are none."""
    from rus_funding.scenarios import from_texts

    chains: dict[str, list[tuple[str, str]]] = {}
    for _, scenario, file, _, text in stored_sources(connection):
        chains.setdefault(scenario, []).append((file, text))
    found = [from_texts(chain) for chain in chains.values()]
    if [scenario.id for scenario in found] != list(chains):
        raise UnsoundError("input_scenarios")
    return found


def stored_model(connection: sqlite3.Connection) -> dict[str, Any]:
    """The model's document as it was written: `rus_funding.model.reading.read_document` makes a model of it."""
    content: dict[str, Any] = {}
    for key, value in connection.execute(f'SELECT key, value FROM "{INPUT}model"'):  # noqa: S608 (our own names)
        try:
            content[key] = json.loads(value)
        except (ValueError, TypeError, RecursionError) as error:
            raise UnsoundError(f"{INPUT}model, {key}: {error}") from None
    content["tables"] = {}
    for name, table in inputs.TABLES.items():
        names = [column.name for column in table.columns]
        listed = ", ".join(f'"{column}"' for column in names)
        rows = connection.execute(f'SELECT {listed} FROM "{INPUT}{name}" ORDER BY "row"').fetchall()  # noqa: S608
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in names]
        flags = {column.name for column in table.columns if column.type == "flag"}
        content["tables"][name] = {
            column: [bool(value) for value in values] if column in flags else values
            for column, values in sorted(zip(names, columns, strict=True))
        }
    return content
