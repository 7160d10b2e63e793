"""The register of decisions: what was decided when, and why; rows are added and never changed.

One SQLite file. Each row holds the SHA-256 of its own content together with the hash of the row before it, so a row
that is changed, moved, or taken away from among others is found and named. That the last rows are all there can only
be known from outside: the hash of the last row belongs in the minutes. All rows of a decision come in one transaction
that is on the disk before anything is said to be done; a process that is killed at any moment loses nothing and leaves
nothing half.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import sqlite3
from typing import TYPE_CHECKING, Any

from rus_funding.errors import UsageError
from rus_funding.files import allowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

APPLICATION = 0x52554652  # "RUFR", what the file says it is
START = "0" * 64  # before the first row
_TABLE = """
CREATE TABLE decisions (
    number INTEGER PRIMARY KEY,
    meeting TEXT NOT NULL,
    model TEXT NOT NULL,
    scenario TEXT NOT NULL,
    project TEXT NOT NULL,
    project_name TEXT NOT NULL,
    fund TEXT NOT NULL,
    fund_name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    proposed TEXT NOT NULL,
    decided TEXT NOT NULL,
    reason TEXT NOT NULL,
    reservation INTEGER NOT NULL,
    diary TEXT NOT NULL,
    points REAL,
    displaces TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,
    run_sha256 TEXT NOT NULL,
    workbook_sha256 TEXT NOT NULL,
    before TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER no_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'append-only'); END;
"""


@dataclasses.dataclass(frozen=True)
class Entry:
    """A row: what a meeting decided of a project and a fund. `proposed`, `decided`: kronor by year. `points`: the price
    of the deviation, None where there is none; `displaces`: kronor by project that it moves.
    """

    meeting: str
    model: str
    scenario: str
    project: str
    project_name: str
    fund: str
    fund_name: str
    outcome: str
    proposed: Mapping[int, int]
    decided: Mapping[int, int]
    reason: str
    reservation: bool
    diary: str
    points: float | None
    displaces: Mapping[str, int]
    model_sha256: str
    run_sha256: str
    workbook_sha256: str


FIELDS = tuple(field.name for field in dataclasses.fields(Entry))
_MAPS = {"proposed": int, "decided": int, "displaces": str}


@dataclasses.dataclass(frozen=True)
class Verified:
    """What a look at the chain found: the rows, the hash of the last one, and the numbers of rows that are not as they
    were written (or that follow on one that is gone).
    """

    rows: int
    last: str
    changed: tuple[int, ...]
    hashes: frozenset[str]


def append(path: Path, entries: Sequence[Entry]) -> str:
    """Add the rows of a decision, and make the file where it is not there. The hash of the last row.

    A decision whose workbook and model are in the register already is not added again: who was interrupted may go on.
    Raises `UsageError` where the file is another one, or its chain is broken.
    """
    allowed(path)
    if path.exists() and path.stat().st_size and not is_register(path):
        raise UsageError("{path} is no register of decisions. Choose another name.", path=path)
    with _said(path), contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as found:
        found.execute("PRAGMA synchronous = EXTRA")
        found.execute("BEGIN IMMEDIATE")
        try:
            if not found.execute("SELECT 1 FROM sqlite_schema WHERE name = 'decisions'").fetchone():
                for statement in _TABLE.replace("; END;", "\x00;").split(";"):
                    if statement.strip():
                        found.execute(statement.replace("\x00", "; END"))
                found.execute(f"PRAGMA application_id = {APPLICATION}")
            seen = _sound(path, found)
            have = {tuple(row) for row in found.execute("SELECT workbook_sha256, model_sha256 FROM decisions")}
            last = seen.last
            for number, entry in enumerate(entries, seen.rows + 1):
                if (entry.workbook_sha256, entry.model_sha256) in have:
                    continue
                values = _values(entry)
                before, last = last, _hash(number, values, last)
                marks = ", ".join("?" * (len(FIELDS) + 3))
                row = (number, *(values[name] for name in FIELDS), before, last)
                found.execute(f"INSERT INTO decisions VALUES ({marks})", row)  # noqa: S608 (marks alone)
            found.execute("COMMIT")
        except BaseException:
            if found.in_transaction:
                found.execute("ROLLBACK")
            raise
        return last


def _sound(path: Path, found: sqlite3.Connection) -> Verified:
    seen = _look(found)
    if seen.changed:
        raise UsageError(
            "{path} is not as it was written: row {row} has been changed. Nothing was added. Take the register from a "
            "backup.",
            path=path,
            row=seen.changed[0],
        )
    return seen


def is_register(path: Path) -> bool:
    """Whether a file says that it is one."""
    try:
        with path.open("rb") as file:
            head = file.read(72)
    except OSError:
        return False
    return head.startswith(b"SQLite format 3\0") and head[68:72] == APPLICATION.to_bytes(4, "big")


def verify(path: Path) -> Verified:
    """Look at every row of the chain. Raises `UsageError` for what is no register."""
    with _opened(path) as found:
        return _look(found)


def entries(path: Path, project: str | None = None) -> list[Entry]:
    """The decisions in the order they were taken, of one project or of all."""
    with _opened(path) as found:
        rows = found.execute(f"SELECT {', '.join(FIELDS)} FROM decisions ORDER BY number")  # noqa: S608 (own names)
        read = [_entry(dict(zip(FIELDS, row, strict=True))) for row in rows]
    return [entry for entry in read if project is None or entry.project == project]


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    if not is_register(path):
        raise UsageError("{path} is no register of decisions: adopt writes one, with --register.", path=path)
    # who was killed may have left a journal beside the file, which only one that may write can roll back
    mode = "rw" if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK) else "ro"
    with _said(path), contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True)) as found:
        found.execute("PRAGMA query_only = ON")
        yield found


@contextlib.contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise UsageError("{path} cannot be used as a register: {why}.", path=path, why=str(error)) from None


def _look(found: sqlite3.Connection) -> Verified:
    """Walk the chain. A row is changed where its content is not what its hash says, or its hash not what the next row
    follows on; where numbers leap, the row after the gap is named.
    """
    changed: dict[int, None] = {}
    before, rows, hashes = START, 0, set()
    query = f"SELECT number, {', '.join(FIELDS)}, before, hash FROM decisions ORDER BY number"  # noqa: S608 (own names)
    for rows, row in enumerate(found.execute(query), 1):
        number, *values, follows, said = row
        if said != _hash(number, dict(zip(FIELDS, values, strict=True)), follows):
            changed[number] = None
        if follows != before:
            changed[number if number != rows or rows == 1 else number - 1] = None
        before = said
        hashes.add(said)
    return Verified(rows, before, tuple(sorted(changed)), frozenset(hashes))


def _hash(number: int, values: Mapping[str, Any], before: str) -> str:
    text = json.dumps([number, [values[name] for name in FIELDS], before], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _values(entry: Entry) -> dict[str, Any]:
    """The entry as what SQLite stores."""
    values = dataclasses.asdict(entry)
    for name in _MAPS:
        values[name] = json.dumps({str(key): amount for key, amount in sorted(values[name].items())})
    return {**values, "reservation": int(entry.reservation)}


def _entry(values: dict[str, Any]) -> Entry:
    for name, key in _MAPS.items():
        values[name] = {key(at): amount for at, amount in json.loads(values[name]).items()}
    return Entry(**{**values, "reservation": bool(values["reservation"])})
