# ruff: noqa: S608 (the names of tables are the project's own)
"""Runs that were changed by somebody who knows how they are made: every digest in them is made anew."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from typing import TYPE_CHECKING

from rus_funding.runs.content import scenario_digest, seal, whole_digest
from rus_funding.runs.file import VOLATILE, info, sealed
from rus_funding.runs.inputs import put, put_record, stored_model, stored_sources
from rus_funding.runs.schema import RESULTS, place

if TYPE_CHECKING:
    from pathlib import Path


def changed(path: Path, *statements: str | tuple[str, tuple[object, ...]], sealed_anew: bool = True) -> None:
    """Carry out statements in a run; then nothing but its claims can tell."""
    with contextlib.closing(sqlite3.connect(path)) as raw, raw:
        for statement in statements:
            raw.execute(*((statement,) if isinstance(statement, str) else statement))
    if sealed_anew:
        seal_anew(path)


def seal_anew(path: Path) -> None:
    """Make every digest of a run anew."""
    with contextlib.closing(sqlite3.connect(path)) as raw, raw:
        for scenario in raw.execute("SELECT * FROM scenarios").fetchall():
            position = scenario[0]
            tables = {
                table: [
                    row[2:]
                    for row in raw.execute(
                        f'SELECT * FROM "{table}" WHERE "row" >= ? AND "row" < ? ORDER BY "row"',
                        (place(position), place(position + 1)),
                    )
                ]
                for table in RESULTS
                if table != "scenarios"
            }
            digest = scenario_digest(scenario, tables)
            row = (*scenario[:-2], digest, "")
            values = (digest, seal(row), position)
            raw.execute("UPDATE scenarios SET sha256 = ?, seal = ? WHERE position = ?", values)
        for row, *_, text in stored_sources(raw):
            raw.execute(
                "UPDATE input_scenarios SET sha256 = ? WHERE row = ?",
                (hashlib.sha256((text or "").encode()).hexdigest(), row),
            )
        keys = {key: value for key, value in info(raw).items() if key not in {*VOLATILE, "sha256"}}
        keys["model_sha256"] = whole_digest(stored_model(raw))
        keys["scenarios_sha256"] = whole_digest([row[1:] for row in stored_sources(raw)])
        for key, value in sealed(keys).items():
            put(raw, key, value)
        put_record(raw, info(raw))
