"""The one writer of a run: each scenario's rows go in together, or not at all.

SQLite with a write-ahead log, so that readers stand beside the writer, and ``synchronous = FULL``: what `add` has
returned from survives ``kill -9`` and a power cut. Scenarios that finish while the disk is busy are promised together.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sqlite3
import sys
from typing import TYPE_CHECKING, Any, Self

from rus_funding.errors import Phrase, UsageError, several
from rus_funding.files import allowed, unwritten
from rus_funding.runs import inputs as heads
from rus_funding.runs.content import insertion
from rus_funding.runs.damage import of_the_run, scenarios, together
from rus_funding.runs.file import broken, checked, info, said
from rus_funding.runs.lock import Lock
from rus_funding.runs.schema import APPLICATION, RESULTS, SPAN, number, place, result_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from types import TracebackType

    from rus_funding.runs.content import Record
    from rus_funding.runs.inputs import Head

AGAIN = ("crashed",)  # a scenario whose worker died has no answer: `--resume` tries it again


class Writer:
    """A run being written. `done` holds the positions of the scenarios that are finished.

    Raises `UsageError` where the file is in use, exists already, is no run, or rests on something else.
    """

    def __init__(self, path: Path, head: Head, *, resume: bool = False, force: bool = False) -> None:
        """Take the lock; make the file, or go on with one that rests on the same."""
        self.path = path
        self.damaged: list[str] = []
        if not path.parent.is_dir():
            raise UsageError("{path}: there is no folder {parent}. Make it first.", path=path, parent=path.parent)
        allowed(path)
        with contextlib.ExitStack() as stack:
            stack.enter_context(Lock(path))
            _sweep(path)
            if not (resume and path.exists()):
                _admit(path, force=force)
                _create(path, head)
            self._connection = checked(path, "rw")
            stack.callback(self._connection.close)
            with said(path):
                self._connection.execute("PRAGMA journal_mode = WAL")  # where the disk cannot, SQLite keeps its own
                self._connection.execute("PRAGMA synchronous = FULL")
                self._compare(head)
                self.done = self._finished()
                self._session = self._begin()
            self._held = stack.pop_all()

    def __enter__(self) -> Self:
        """The writer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say when it ended and let the file go; after an error what `add` has written stays."""
        with self._held, contextlib.suppress(sqlite3.Error) if kind is not None else said(self.path):
            if kind is not GeneratorExit:
                self._end()
            if kind is None:
                # a finished run is one file, without the log beside it; a reader may hold it, then it stays
                with contextlib.suppress(sqlite3.OperationalError):
                    self._connection.execute("PRAGMA busy_timeout = 0")
                    self._connection.execute("PRAGMA journal_mode = DELETE")

    def add(self, records: Sequence[Record]) -> None:
        """Write finished scenarios in one transaction. A scenario that stands there already raises `ValueError`."""
        if twice := [record.name for record in records if record.position in self.done]:
            raise ValueError(f"finished already: {', '.join(twice)}")
        with said(self.path), self._transaction():
            for record in records:
                for table, rows in record.tables.items():
                    if rows:
                        self._connection.executemany(insertion(table, len(rows[0])), rows)
        self.done.update(record.position for record in records)

    @contextlib.contextmanager
    def _transaction(self) -> Any:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # SQLite itself rolls back on some errors, such as a full disk
                self._connection.execute("ROLLBACK")
            raise

    def _compare(self, head: Head) -> None:
        """Refuse to go on with a run that rests on something else."""
        stored = info(self._connection)
        other = [what for key, new in head.keys().items() for what in _differences(key, stored.get(key), new)]
        if other:
            listed = several(other)
            raise UsageError(
                "{path} rests on something else: {listed}. Write to another file, or give what it was begun with.",
                path=self.path,
                listed=listed,
            )

    def _finished(self) -> set[int]:
        """Positions of the scenarios that stand, sound; those damaged or crashed are removed, to be done again."""
        whole = [fault for fault in of_the_run(self._connection) if fault.code in {"inputs", "sources"}]
        if whole:
            raise broken(self.path, together(whole))
        found = list(scenarios(self._connection))
        self.damaged = [one.name for one in found if not one.sound]
        again = {at for at, status in self._connection.execute("SELECT position, status FROM scenarios")
                 if status in AGAIN}  # fmt: skip
        kept = {one.position for one in found if one.sound} - again
        with self._transaction():
            for table in RESULTS:
                column = result_columns(table)[0]
                at = f'"{column}"' if column == "position" else f'"{column}" >> {SPAN}'
                for (position,) in self._connection.execute(f'SELECT DISTINCT {at} FROM "{table}"').fetchall():  # noqa: S608
                    if position not in kept:
                        first, end = (position, position + 1) if column == "position" else (
                            place(position), place(position + 1))  # fmt: skip
                        query = f'DELETE FROM "{table}" WHERE "{column}" >= ? AND "{column}" < ?'  # noqa: S608
                        self._connection.execute(query, (first, end))
        return kept

    def _begin(self) -> int:
        with self._transaction():
            sessions = info(self._connection)["sessions"]
            sessions.append({"started": _now(), "ended": None, "command": sys.argv, "pid": os.getpid()})
            self._put(sessions)
        return len(sessions) - 1

    def _end(self) -> None:
        with self._transaction():
            sessions = info(self._connection)["sessions"]
            sessions[self._session]["ended"] = _now()
            self._put(sessions)

    def _put(self, sessions: list[dict[str, Any]]) -> None:
        heads.put_record(self._connection, {**info(self._connection), "sessions": sessions})


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def _draft(path: Path) -> Path:
    return path.with_name(path.name + ".new")


def _logs(path: Path) -> Iterable[Path]:
    return (path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))


def _sweep(path: Path) -> None:
    """Remove what a writer killed at birth has left."""
    for file in (_draft(path), *_logs(_draft(path))):
        with contextlib.suppress(FileNotFoundError):
            file.unlink()


def _admit(path: Path, *, force: bool) -> None:
    """Whether a new run may take this place. Raises `UsageError`."""
    if not path.exists():
        for log in _logs(path):  # a log without its database would be played into the new one
            with contextlib.suppress(FileNotFoundError):
                log.unlink()
        return
    with said(path), contextlib.closing(checked(path, "rw")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM scenarios").fetchone()
        size = info(connection)["size"]
        if 0 < count < size:
            raise UsageError(
                "{path} is a run with {count} of {size} scenarios. Go on with --resume, or remove the file.",
                path=path,
                count=count,
                size=size,
            )
        if count and not force:
            raise UsageError("{path} is a finished run. Write to another file, or replace it with --force.", path=path)
        connection.execute("PRAGMA busy_timeout = 0")
        (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        if mode != "delete":
            raise UsageError("{path} is open in another program. Close it there, then try again.", path=path)


def _create(path: Path, head: Head) -> None:
    """An empty run, whole from its birth: it is made beside its place and moved there."""
    draft = _draft(path)
    try:
        draft.open("xb").close()  # by the umask; SQLite's own rights would be its own
        with said(path), contextlib.closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN")
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {number()}")
            head.write(connection)
            connection.execute("COMMIT")
        draft.replace(path)
        _reach_disk(path.parent)
    except OSError as error:
        raise unwritten(path, error) from None
    finally:
        _sweep(path)


def _reach_disk(folder: Path) -> None:
    """The name of a new file must reach the disk too."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _differences(key: str, old: Any, new: Any) -> list[Phrase]:
    if old == new:
        return []
    if isinstance(old, dict) and isinstance(new, dict):
        names = sorted({*old, *new})
        return [
            Phrase("{key} {old}, now {new}", key=f"{key} {name}", old=_shown(old.get(name)), new=_shown(new.get(name)))
            for name in names
            if old.get(name) != new.get(name)
        ]
    if key == "model_sha256":
        return [Phrase("the model's data differ")]
    if key == "scenarios_sha256":
        return [Phrase("the scenario files differ")]
    return [Phrase("{key} {old}, now {new}", key=key, old=_shown(old), new=_shown(new))]


def _shown(value: Any) -> Phrase | str:
    return Phrase("none") if value is None else str(value)
