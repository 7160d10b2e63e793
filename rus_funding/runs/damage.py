"""Whether every row of a run still is what was written: the digests that scenarios and inputs carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.runs.content import Row, scenario_digest, whole_digest
from rus_funding.runs.file import VOLATILE, info
from rus_funding.runs.inputs import stored_model
from rus_funding.runs.schema import INPUT, RESULTS, SPAN, place

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


def digests(connection: sqlite3.Connection) -> Iterator[tuple[int, str, str, str]]:
    """(position, scenario, digest that it carries, digest of its rows) of each finished scenario, in order."""
    for scenario in connection.execute("SELECT * FROM scenarios ORDER BY position").fetchall():
        position, name, *_, carried = scenario
        tables = {table: _rows(connection, table, position, name) for table in RESULTS if table != "scenarios"}
        yield position, name, carried, scenario_digest(scenario, tables)


def _rows(connection: sqlite3.Connection, table: str, position: int, name: str) -> list[Row]:
    """A scenario's rows as they were before they got their place; empty if one is out of place."""
    rows = connection.execute(
        f'SELECT * FROM "{table}" WHERE "row" BETWEEN ? AND ? ORDER BY "row"',  # noqa: S608 (our own names)
        (place(position), place(position + 1) - 1),
    ).fetchall()
    in_place = all(row[:2] == (place(position, i), name) for i, row in enumerate(rows))
    return [row[2:] for row in rows] if in_place else []


def damaged_scenarios(connection: sqlite3.Connection) -> list[str]:
    """Scenarios whose rows are not those that were written."""
    return [name for _, name, carried, found in digests(connection) if carried != found]


def findings(connection: sqlite3.Connection) -> list[str]:
    """All that is wrong with the content of a run, a sentence each; empty for a sound one."""
    found = [f"The results of {name} are not those that were written." for name in damaged_scenarios(connection)]
    if whole_digest(stored_model(connection)) != info(connection)["model_sha256"]:
        found.append("The input tables are not those that were written.")
    if whole_digest(_sources(connection)) != info(connection)["scenarios_sha256"]:
        found.append("The scenario files are not those that were written.")
    listed = {row[0] for row in connection.execute("SELECT position FROM scenarios")}
    for table in RESULTS:
        if table != "scenarios":
            places = connection.execute(f'SELECT DISTINCT "row" >> {SPAN} FROM "{table}"')  # noqa: S608
            if {row[0] for row in places} - listed:
                found.append(f"{table} has rows of no scenario.")
    return found


def content(connection: sqlite3.Connection) -> str:
    """SHA-256 of all the content: what the run rests on, and every row of results, in order; nothing volatile."""
    keys = {key: value for key, value in info(connection).items() if key not in VOLATILE}
    rows = [[position, name, found] for position, name, _, found in digests(connection)]
    return whole_digest([keys, stored_model(connection), _sources(connection), rows])


def _sources(connection: sqlite3.Connection) -> list[Row]:
    query = f'SELECT scenario, file, sha256, text FROM "{INPUT}scenarios" ORDER BY "row"'  # noqa: S608 (our own names)
    return connection.execute(query).fetchall()
