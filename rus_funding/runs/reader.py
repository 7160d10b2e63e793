"""Reading a run, finished or not: safe beside the writer."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from rus_funding.errors import UsageError
from rus_funding.runs import damage
from rus_funding.runs.file import checked, info, said
from rus_funding.runs.inputs import stored_model
from rus_funding.runs.schema import INPUT, RESULTS, place, result_columns

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from types import TracebackType

    import pandas as pd

    from rus_funding.model.model import FundingModel
    from rus_funding.scenarios import Scenario

Row = tuple[Any, ...]


class Run:
    """A run opened for reading; a context manager. Raises `UsageError` for a file that is no sound run.

    `info` is the table `run`: format, rules, model, model_sha256, scenarios_sha256, size, options, seeds, versions,
    input_files, sessions.
    """

    def __init__(self, path: Path | str) -> None:
        """Open and check it."""
        self.path = Path(path)
        self._connection: sqlite3.Connection = checked(self.path)
        self.info: dict[str, Any] = info(self._connection)

    def __enter__(self) -> Self:
        """The run itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @property
    def tables(self) -> list[str]:
        """Every table's name: `run`, results, inputs."""
        rows = self._query("SELECT name FROM sqlite_schema WHERE type = 'table'")
        found = {name for (name,) in rows}
        return ["run", *RESULTS, *sorted(found - {"run", *RESULTS})]

    def columns(self, table: str) -> list[str]:
        """The columns of a table. An unknown table raises `UsageError`."""
        if table in RESULTS:
            return result_columns(table)
        if table not in self.tables:
            raise UsageError(f"a run has no table '{table}'. Tables: {', '.join(self.tables)}.")
        return list(self.declared(table))

    def declared(self, table: str) -> dict[str, str]:
        """The columns' SQLite types; "" for one that holds whatever is put in."""
        return {row[1]: row[2] for row in self._query(f'PRAGMA table_info("{table}")')}

    def rows(self, table: str, scenario: str | None = None) -> Iterator[Row]:
        """The rows of a table in order, of all scenarios or of one; see `columns`. Streams."""
        columns = self.columns(table)
        where = ""
        values: tuple[int, ...] = ()
        if scenario is not None:
            position = self.position(scenario)
            where = f'WHERE "{columns[0]}" BETWEEN ? AND ?'
            values = (position, position) if table == "scenarios" else (place(position), place(position + 1) - 1)
        return self._query(f'SELECT * FROM "{table}" {where} ORDER BY "{columns[0]}"', values)  # noqa: S608

    def records(self, table: str, scenario: str | None = None) -> list[dict[str, Any]]:
        """The rows as dicts."""
        columns = self.columns(table)
        return [dict(zip(columns, row, strict=True)) for row in self.rows(table, scenario)]

    def frame(self, table: str, scenario: str | None = None) -> pd.DataFrame:
        """The rows as a DataFrame."""
        import pandas as pd

        return pd.DataFrame(list(self.rows(table, scenario)), columns=self.columns(table))

    def names(self) -> list[str]:
        """The finished scenarios, in order; the baseline is the first."""
        return [name for (name,) in self._query("SELECT scenario FROM scenarios ORDER BY position")]

    def position(self, scenario: str) -> int:
        """Place of a scenario in the batch. Raises `UsageError` naming the nearest one for an unknown one."""
        found = list(self._query("SELECT position FROM scenarios WHERE scenario = ?", (scenario,)))
        if not found:
            import difflib

            near = difflib.get_close_matches(scenario, self.names(), 1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise UsageError(f"{self.path} has no scenario '{scenario}'.{hint}")
        return int(found[0][0])

    @property
    def complete(self) -> bool:
        """Whether every scenario of the batch is finished."""
        ((count,),) = self._query("SELECT count(*) FROM scenarios")
        return bool(count == self.info["size"])

    def model(self) -> FundingModel:
        """The model that the run rests on, from its own tables."""
        from rus_funding.model.reading import read_document

        with said(self.path):
            return read_document(stored_model(self._connection))

    def scenarios(self) -> list[Scenario]:
        """The scenario files that the run rests on, from their texts; with `model` all that `families` needs."""
        from rus_funding.scenarios import read_scenarios

        with tempfile.TemporaryDirectory() as folder:
            asked: dict[str, Path] = {}
            for name, file, text in self._query(f'SELECT scenario, file, text FROM "{INPUT}scenarios" ORDER BY "row"'):  # noqa: S608
                target = Path(folder) / file
                target.write_text(text, encoding="utf-8", newline="")
                asked[name] = Path(folder) / f"{name}.toml"
            found = {scenario.id: scenario for scenario in read_scenarios(list(asked.values()))} if asked else {}
        return [found[name] for name in asked]

    def findings(self) -> list[str]:
        """All that is wrong with the content: rows that are not those that were written. Empty for a sound run."""
        with said(self.path):
            return damage.findings(self._connection)

    def content_digest(self) -> str:
        """SHA-256 of the content, row for row, the clock's columns apart: equal runs have equal digests."""
        with said(self.path):
            return damage.content(self._connection)

    def _query(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[Row]:
        with said(self.path):
            yield from self._connection.execute(query, values)


def content_digest(path: Path | str) -> str:
    """`Run.content_digest` of a file."""
    with Run(path) as run:
        return run.content_digest()
