"""Whether every row of a run still is what was written: the kinds of its cells, and the digests that all of it carries.

The digests are plain SHA-256: they show damage. A forger makes them anew; what is claimed of a plan is worked out
again, see `claims`.
"""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Any

from rus_funding.model import schema as inputs
from rus_funding.runs.content import Row, scenario_digest, seal, whole_digest
from rus_funding.runs.file import VOLATILE, info, sealed_record
from rus_funding.runs.inputs import canonical, stored_model, stored_sources
from rus_funding.runs.schema import INPUT, RESULTS, SPAN, input_type, place
from rus_funding.scenarios.cells import ID
from rus_funding.words.language import say

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator

NAMED = 8  # scenarios that a sentence names


@dataclasses.dataclass(frozen=True)
class Fault:
    """What is wrong: `code` is that of a text ``run.fault.CODE``; `scenario` is empty where it concerns the whole run.

    Codes: rows (of a scenario), claim (what they say of its plan), inputs, sources, stray (rows of no scenario), went.
    """

    code: str
    scenario: str = ""
    position: int = -1
    detail: str = ""

    def sentence(self, lang: str = "en") -> str:
        """The fault in words."""
        return say(lang, f"run.fault.{self.code}", scenario=self.scenario, detail=self.detail)


@dataclasses.dataclass(frozen=True)
class Found:
    """A scenario as it stands in a run, and the digest of its rows. `sound`: they are those that were written."""

    position: int
    name: str
    digest: str
    sound: bool


def named(position: int, name: Any) -> str:
    """A scenario's name as it may be shown: what is no name is a number."""
    return name if isinstance(name, str) and ID.fullmatch(name) and len(name) < 200 else f"#{position}"


def together(faults: Collection[Fault], lang: str = "en") -> str:
    """The faults in a sentence or a few: the scenarios that they concern are named once."""
    whole = dict.fromkeys(fault.sentence(lang) for fault in faults if not fault.scenario)
    rows = list(dict.fromkeys(fault.scenario for fault in faults if fault.code == "rows"))
    claims = dict.fromkeys(fault.sentence(lang) for fault in faults if fault.code == "claim")
    said = [*whole, *list(claims)[:NAMED]]
    if len(rows) == 1:
        said.append(say(lang, "run.fault.rows", scenario=rows[0], detail=""))
    elif rows:
        said.append(say(lang, "run.fault.many", count=len(rows), names=_listed(rows, lang)))
    return " ".join(said)


def _listed(names: list[str], lang: str) -> list[str]:
    more = len(names) - NAMED
    return [*names[:NAMED], say(lang, "run.fault.more", count=more)] if more > 0 else names


def scenarios(connection: sqlite3.Connection, only: Collection[int] | None = None) -> Iterator[Found]:
    """Every finished scenario in order, or those at some positions, each looked at; every table is read once."""
    wrong = _wrong_kinds(connection)
    tables = [table for table in RESULTS if table != "scenarios"]
    streams = {} if only is not None else {table: _Stream(connection, table) for table in tables}
    for scenario in connection.execute("SELECT * FROM scenarios ORDER BY position"):
        position, name, carried = scenario[0], scenario[1], scenario[-2]
        if only is not None and position not in only:
            continue
        if position in wrong:
            yield Found(position, named(position, name), "", sound=False)
            continue
        rows = {
            table: streams[table].rows(position, name) if streams else _rows(connection, table, position, name)
            for table in tables
        }
        digest = "" if None in rows.values() else scenario_digest(scenario, rows)  # type: ignore[arg-type]
        sound = bool(ID.fullmatch(name)) and carried == digest and scenario[-1] == seal(scenario)
        yield Found(position, named(position, name), digest, sound)


class _Stream:
    """A table of results read once, in the order of the scenarios."""

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        query = f'SELECT * FROM "{table}" ORDER BY "row"'  # noqa: S608 (our own names)
        self._rows = iter(connection.execute(query))
        self._next: Row | None = next(self._rows, None)

    def rows(self, position: int, name: str) -> list[Row] | None:
        """A scenario's rows; those of no scenario before them are passed over."""
        at, first, end = self._next, place(position), place(position + 1)
        while at is not None and at[0] < first:
            at = next(self._rows, None)
        found = []
        while at is not None and at[0] < end:
            found.append(at)
            at = next(self._rows, None)
        self._next = at
        return _bare(found, position, name)


def _rows(connection: sqlite3.Connection, table: str, position: int, name: str) -> list[Row] | None:
    query = f'SELECT * FROM "{table}" WHERE "row" BETWEEN ? AND ? ORDER BY "row"'  # noqa: S608 (our own names)
    found = connection.execute(query, (place(position), place(position + 1) - 1)).fetchall()
    return _bare(found, position, name)


def _bare(rows: list[Row], position: int, name: str) -> list[Row] | None:
    """Rows as they were before they got their place; None if one is out of place."""
    first = place(position)
    if all(row[0] == at and row[1] == name for at, row in enumerate(rows, first)):
        return [row[2:] for row in rows]
    return None


def _wrong_kinds(connection: sqlite3.Connection) -> set[int]:
    """Positions of scenarios that have a cell of another kind than its column, or an empty one where none may be."""
    found: set[int] = set()
    for table in RESULTS.values():
        first = "position" if table.name == "scenarios" else "row"
        at = first if table.name == "scenarios" else f'"row" >> {SPAN}'
        tests = ["typeof(\"scenario\") = 'text'"]
        tests += [_of_kind(column.name, column.type, blank=column.blank) for column in table.columns]
        query = f'SELECT DISTINCT {at} FROM "{table.name}" WHERE NOT ({" AND ".join(tests)})'  # noqa: S608
        found.update(row[0] for row in connection.execute(query))
    return found


def _of_kind(column: str, kind: str, *, blank: bool) -> str:
    """A test in SQL, never NULL, that a cell is of its column's kind."""
    finite = f'typeof("{column}") = \'real\' AND "{column}" < 9e999 AND "{column}" > -9e999'
    if kind == "REAL":
        test = f"({finite})"
    elif kind:
        test = f"typeof(\"{column}\") = '{kind.lower()}'"
    else:
        test = f"(typeof(\"{column}\") IN ('integer', 'text') OR ({finite}))"
    return f'("{column}" IS NULL OR {test})' if blank else f'("{column}" IS NOT NULL AND {test})'


def of_the_run(connection: sqlite3.Connection) -> list[Fault]:
    """What is wrong apart from the rows of scenarios: the inputs, how the run went, and rows that belong nowhere."""
    faults, stored = [], info(connection)
    if not _inputs_kept(connection, stored["model_sha256"]):
        faults.append(Fault("inputs"))
    if not _sources_kept(connection, stored["scenarios_sha256"]):
        faults.append(Fault("sources"))
    if sealed_record(stored) != stored["record_sha256"]:
        faults.append(Fault("went"))
    listed = {row[0] for row in connection.execute("SELECT position FROM scenarios")}
    for table in RESULTS:
        if table != "scenarios":
            places = connection.execute(f'SELECT DISTINCT "row" >> {SPAN} FROM "{table}"')  # noqa: S608
            if {row[0] for row in places} - listed:
                faults.append(Fault("stray", detail=table))
    return faults


def _inputs_kept(connection: sqlite3.Connection, digest: str) -> bool:
    texts = connection.execute(f'SELECT value FROM "{INPUT}model"')  # noqa: S608 (our own names)
    if not all(isinstance(text, str) and canonical(text) for (text,) in texts):
        return False
    for name, table in inputs.TABLES.items():
        tests = [_of_kind(column.name, input_type(column), blank=column.type != "flag") for column in table.columns]
        tests += [f'"{column.name}" IN (0, 1)' for column in table.columns if column.type == "flag"]
        query = f'SELECT count(*), min("row"), max("row"), total({" AND ".join(tests)}) FROM "{INPUT}{name}"'  # noqa: S608
        ((count, first, last, right),) = connection.execute(query)
        if right != count or (count and (first, last) != (0, count - 1)):
            return False
    return whole_digest(stored_model(connection)) == digest


def _sources_kept(connection: sqlite3.Connection, digest: str) -> bool:
    rows = stored_sources(connection)
    if [row[0] for row in rows] != list(range(len(rows))) or not all(
        isinstance(cell, str) for row in rows for cell in row[1:]
    ):
        return False
    whole = all(hashlib.sha256(text.encode()).hexdigest() == carried for *_, carried, text in rows)
    return whole and whole_digest([row[1:] for row in rows]) == digest


# pairs of queries that give the same rows in a sound run, the scenario's position first
_PAID = f'SELECT "row" >> {SPAN}, project, sum(kronor) FROM payments GROUP BY 1, 2'  # noqa: S608
_GOT = f'SELECT "row" >> {SPAN}, project, kronor FROM projects WHERE kronor != 0'  # noqa: S608
_DRAWN = f'SELECT "row" >> {SPAN}, fund, year, sum(kronor) FROM payments GROUP BY 1, 2, 3'  # noqa: S608
_USED = f'SELECT "row" >> {SPAN}, fund, year, used FROM funds WHERE used != 0'  # noqa: S608
_TOLD = (
    "SELECT position, funded, projects_funded, projects_partly, projects_not FROM scenarios WHERE funded IS NOT NULL"
)
_COUNTED = f"""SELECT "row" >> {SPAN}, sum(kronor), sum(status = 'funded'), sum(status = 'partly'), sum(status = 'not')
    FROM projects GROUP BY 1"""  # noqa: S608
_EVEN = ((_PAID, _GOT), (_DRAWN, _USED), (_TOLD, _COUNTED))


def uneven(connection: sqlite3.Connection) -> set[int]:
    """Positions of scenarios whose payments, projects, funds and totals do not add up to each other: a quick look."""
    found: set[int] = set()
    for pair in _EVEN:
        for one, other in (pair, pair[::-1]):
            query = f"SELECT * FROM ({one}) EXCEPT SELECT * FROM ({other})"  # noqa: S608 (our own queries)
            found.update(row[0] for row in connection.execute(query))
    return found


def content(connection: sqlite3.Connection) -> str:
    """SHA-256 of all the content: what the run rests on, and every row of results, in order; nothing volatile."""
    keys = {key: value for key, value in info(connection).items() if key not in VOLATILE}
    rows = [[found.position, found.name, found.digest] for found in scenarios(connection)]
    sources = [row[1:] for row in stored_sources(connection)]
    return whole_digest([keys, stored_model(connection), sources, rows])
