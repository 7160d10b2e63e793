"""Reading a run, finished or not: safe beside the writer, and nothing is read that is not what was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from rus_funding.errors import Phrase, UsageError
from rus_funding.model import frames
from rus_funding.model.schema import TABLES
from rus_funding.runs import damage
from rus_funding.runs.damage import Fault, together
from rus_funding.runs.file import checked, info, moment, said
from rus_funding.runs.inputs import stored_findings, stored_model, stored_scenarios
from rus_funding.runs.schema import INPUT, RESULTS, SPAN, place, result_columns
from rus_funding.words.language import say

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    import pandas as pd

    from rus_funding.model.model import FundingModel
    from rus_funding.scenarios import Scenario

Row = tuple[Any, ...]
KINDS = {"INTEGER": "integer", "REAL": "number", "TEXT": "text"}  # of what SQLite declares


class DamagedRunError(UsageError):
    """A run is damaged or was changed; `faults` say what of it."""

    def __init__(self, message: str, faults: Iterable[Fault] = (), lang: str = "en") -> None:
        self.faults, self.lang = tuple(faults), lang
        super().__init__(message)


class Run:
    """A run opened for reading; a context manager. Raises `UsageError` for a file that is no sound run.

    Every row of it is one that was written: all digests are looked at when it is opened, and those of scenarios that
    come later when they are seen. With `damaged` the scenarios whose rows are others are left out instead, as if they
    were not there; `faults` says what is wrong. What is *claimed* of a plan is audited by `claims.claim`.

    `info` is the table `run`: format, rules, model, model_sha256, scenarios_sha256, size, options, seeds, versions,
    input_files, sessions.
    """

    def __init__(self, path: Path | str | os.PathLike[str], *, damaged: bool = False, lang: str = "en") -> None:
        """Open and check it. `lang` is the language in which damage is said."""
        self.path, self.damaged, self.lang = Path(path), damaged, lang
        self.faults: list[Fault] = []
        self._sound: dict[int, str] = {}  # position → name of the scenarios that may be read
        self._places: dict[str, int] = {}  # and the other way
        self.unaudited = 0  # scenarios asked for whose claims were not worked out again, see `claims.opened`
        self._seen: set[int] = set()
        self._connection: sqlite3.Connection = checked(self.path, lang=lang)
        try:
            with said(self.path, lang), moment(self._connection):
                self.info: dict[str, Any] = info(self._connection)
                self.faults += damage.of_the_run(self._connection)
                self._look(damage.scenarios(self._connection))
        except BaseException:
            self._connection.close()
            raise

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

    def _look(self, found: Iterable[damage.Found]) -> None:
        """Take in scenarios that were looked at."""
        for one in found:
            self._seen.add(one.position)
            if one.sound:
                self._sound[one.position] = one.name
                self._places[one.name] = one.position
            else:
                self.faults.append(Fault("rows", one.name, one.position))
        if self.faults and not self.damaged:
            raise self.refusal()

    def refusal(self) -> DamagedRunError:
        """That the run is damaged, for a reader who has not asked for what is left of it."""
        key = "run.damaged" if self._sound else "run.nothing-left"
        if not self.sound_inputs:
            key = "run.no-inputs"  # which --resume goes on with as little
        said = say(self.lang, key, path=self.path, what=together(self.faults, self.lang))
        return DamagedRunError(said, self.faults, self.lang)

    def leave_out(self, scenario: str, detail: str) -> None:
        """Take a scenario for damaged whose rows claim what is not so. Raises `DamagedRunError` without `damaged`."""
        position = self.position(scenario)
        self.faults.append(Fault("claim", scenario, position, detail))
        del self._sound[position], self._places[scenario]
        if not self.damaged:
            raise self.refusal()

    @property
    def sound_inputs(self) -> bool:
        """Whether the model and the scenario files are those that were written."""
        return not any(fault.code in {"inputs", "sources"} for fault in self.faults)

    def ask_inputs(self) -> None:
        """Raise `DamagedRunError` where the inputs are damaged: then nothing in the run can be shown."""
        if not self.sound_inputs:
            raise self.refusal()

    @property
    def left_out(self) -> list[str]:
        """The scenarios that are damaged, in order."""
        found = {fault.position: fault.scenario for fault in self.faults if fault.scenario}
        return [found[position] for position in sorted(found)]

    def mark(self, lang: str) -> str:
        """What every page that is made from a damaged run says; empty for a sound one."""
        return say(lang, "run.mark", what=together(self.faults, lang)) if self.faults else ""

    def uneven(self) -> list[str]:
        """The scenarios whose rows do not add up to each other: what can be seen of many in little time."""
        sound = self._fresh()
        with said(self.path, self.lang):
            return [sound[position] for position in sorted(damage.uneven(self._connection)) if position in sound]

    def _fresh(self) -> dict[int, str]:
        """The sound scenarios by position, with those that a writer has added since."""
        new = {position for (position,) in self._query("SELECT position FROM scenarios")} - self._seen
        if new:
            with said(self.path, self.lang), moment(self._connection):
                self._look(damage.scenarios(self._connection, new))
                self._sound = dict(sorted(self._sound.items()))
        return self._sound

    @property
    def tables(self) -> list[str]:
        """Every table's name: `run`, results, inputs."""
        return ["run", *RESULTS, *sorted(f"{INPUT}{name}" for name in ("model", "scenarios", *TABLES))]

    def columns(self, table: str) -> list[str]:
        """The columns of a table. An unknown table raises `UsageError`."""
        if table in RESULTS:
            return result_columns(table)
        if table not in self.tables:
            raise UsageError(
                "a run has no table '{table}'. Tables: {tables}.", table=table, tables=", ".join(self.tables)
            )
        return list(self.declared(table))

    def declared(self, table: str) -> dict[str, str]:
        """The columns' SQLite types; "" for one that holds whatever is put in."""
        return {row[1]: row[2] for row in self._query(f'PRAGMA table_info("{table}")')}

    def rows(self, table: str, scenario: str | None = None) -> Iterator[Row]:
        """The rows of a table in order, of all scenarios or of one; see `columns`. Streams."""
        columns = self.columns(table)
        if scenario is not None:
            position = self.position(scenario)
            values = (position, position) if table == "scenarios" else (place(position), place(position + 1) - 1)
            where = f'WHERE "{columns[0]}" BETWEEN ? AND ?'
            return self._query(f'SELECT * FROM "{table}" {where} ORDER BY "{columns[0]}"', values)  # noqa: S608
        found = self._query(f'SELECT * FROM "{table}" ORDER BY "{columns[0]}"')  # noqa: S608
        if table not in RESULTS:
            return found
        sound, shift = self._fresh(), 0 if table == "scenarios" else SPAN
        return (row for row in found if row[0] >> shift in sound)

    def records(self, table: str, scenario: str | None = None) -> list[dict[str, Any]]:
        """The rows as dicts."""
        columns = self.columns(table)
        return [dict(zip(columns, row, strict=True)) for row in self.rows(table, scenario)]

    def frame(self, table: str, scenario: str | None = None) -> pd.DataFrame:
        """The rows as a data frame; kronor and years are ``Int64``, ids ``string``, points and shares ``Float64``."""
        declared, kinds = self.declared(table), {}
        if table.startswith(INPUT) and table.removeprefix(INPUT) in TABLES:
            kinds = frames.kinds_of(table.removeprefix(INPUT))
        columns = {column: kinds.get(column) or KINDS.get(declared[column], "any") for column in self.columns(table)}
        return frames.of_rows(columns, self.rows(table, scenario))

    def frames(self, scenario: str | None = None) -> dict[str, pd.DataFrame]:
        """Every table of results as a data frame, by name, of all scenarios or of one."""
        return {table: self.frame(table, scenario) for table in RESULTS}

    def names(self) -> list[str]:
        """The finished scenarios, in order; the baseline is the first."""
        return list(self._fresh().values())

    def position(self, scenario: str) -> int:
        """Place of a scenario in the batch. Raises `UsageError` naming the nearest one for an unknown one."""
        if scenario not in self._places:
            self._fresh()
        if scenario in self._places:
            return self._places[scenario]
        if scenario in self.left_out:
            raise self.refusal()
        import difflib

        near = difflib.get_close_matches(scenario, self.names(), 1)
        hint = Phrase("Did you mean '{near}'?", near=near[0]) if near else ""
        raise UsageError("{path} has no scenario '{scenario}'. {hint}", path=self.path, scenario=scenario, hint=hint)

    @property
    def complete(self) -> bool:
        """Whether every scenario of the batch is finished."""
        ((count,),) = self._query("SELECT count(*) FROM scenarios")
        return bool(count == self.info["size"])

    def model(self) -> FundingModel:
        """The model that the run rests on, from its own tables."""
        from rus_funding.model.reading import read_document

        self.ask_inputs()
        with said(self.path, self.lang):
            found = stored_findings(self.info["findings"])
            return read_document(stored_model(self._connection)).replace(warnings=found)

    def scenarios(self) -> list[Scenario]:
        """The scenario files that the run rests on, from their texts; with `model` all that `families` needs."""
        self.ask_inputs()
        with said(self.path, self.lang):
            return stored_scenarios(self._connection)

    def findings(self) -> list[str]:
        """All that is wrong with the content: rows that are not those that were written. Empty for a sound run."""
        return [fault.sentence() for fault in self.faults]

    def content_digest(self) -> str:
        """SHA-256 of the content, row for row, the clock's columns apart: equal runs have equal digests."""
        with said(self.path, self.lang), moment(self._connection):
            return damage.content(self._connection)

    def _query(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[Row]:
        with said(self.path, self.lang):
            yield from self._connection.execute(query, values)


def content_digest(path: Path | str) -> str:
    """`Run.content_digest` of a file, whatever stands in it."""
    with Run(path, damaged=True) as run:
        return run.content_digest()
