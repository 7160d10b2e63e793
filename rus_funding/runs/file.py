"""The file of a run: what is one, what is not, and what is said when it cannot be read or written.

A run may come from anybody. Before anything in it is read it has to be a run to the letter: its own tables and nothing
else, so that no view, trigger or index of somebody else's is ever evaluated; SQLite is held to reading, with limits.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rus_funding.errors import UsageError
from rus_funding.files import disk_of
from rus_funding.runs.content import whole_digest
from rus_funding.runs.schema import APPLICATION, catalogue, number
from rus_funding.words.language import say
from rus_funding.words.usage import Text, in_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAGIC = b"SQLite format 3\0"
LONGEST_CELL = 64_000_000  # bytes of a text, a blob or a row
VOLATILE = (
    "input_files",
    "findings",
    "sessions",
    "record_sha256",
)  # rows of `run` that say how it went, not what it rests on
COMPANIONS = ("-wal", "-shm", "-journal")


KINDS = {  # of the values in `run`
    **dict.fromkeys(("format", "rules", "model", "model_sha256", "scenarios_sha256", "record_sha256"), str),
    **dict.fromkeys(("options", "seeds", "versions", "input_files"), dict),
    "size": int,
    "sessions": list,
    "findings": list,
}


class UnsoundError(Exception):
    """What is read is not written as it is written here."""


@contextlib.contextmanager
def said(path: Path, lang: str = "en") -> Iterator[None]:
    """What SQLite raises, as a sentence that names the file and says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise _failure(path, error, lang) from error
    except (UnicodeError, json.JSONDecodeError, RecursionError, UnsoundError) as error:
        raise broken(path, str(error), lang) from error


def broken(path: Path, reason: str, lang: str = "en") -> UsageError:
    """That a file is no sound run, and what to do: nothing in it can be shown."""
    shown = "".join(char if char.isprintable() else "\ufffd" for char in reason)[:200]
    return refusal("run.broken", lang, path=path, reason=shown)


def refusal(key: str, lang: str, **fields: Any) -> UsageError:
    """A text of the catalogue as an error, in a language."""
    phrase = Text(key, **fields)
    error = UsageError(in_language(phrase, lang))
    error.phrase, error.lang = phrase, lang
    return error


FAILURES = (  # how SQLite's name of an error begins, and what is said
    (("SQLITE_FULL",), "run.file.full"),
    (("SQLITE_BUSY", "SQLITE_LOCKED"), "run.file.held"),
    (("SQLITE_READONLY_ROLLBACK",), "run.file.died"),
    (("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM"), "run.file.closed"),
    (("SQLITE_IOERR",), "run.file.failed"),
)


def _failure(path: Path, error: sqlite3.Error, lang: str) -> UsageError:
    name = str(getattr(error, "sqlite_errorname", "") or "")
    for begun, key in FAILURES:
        if name.startswith(begun):
            return refusal(key, lang, path=path, why=str(error), disk=disk_of(path))
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.ProgrammingError):
        return broken(path, str(error), lang)
    return UsageError("{path}: {error}.", path=path, error=error)


def is_run(path: Path) -> bool:
    """Whether the file claims to be a database: a quick look for commands that take several kinds of file."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


class _Copied(sqlite3.Connection):
    """A connection to a copy of a run, which goes with it."""

    folder: tempfile.TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Close, and remove the copy."""
        super().close()
        if self.folder is not None:
            self.folder.cleanup()


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open an existing file (`mode` "ro" or "rw"); transactions are begun and ended by hand.

    With "ro" nothing is written, neither the file nor one beside it.
    """
    path, more, folder = path.resolve(), "", None
    if mode == "ro" and _keeps_a_log(path):
        # to read a run that keeps its log in a file of its own SQLite makes an index beside it, unless one is there
        with_log, with_index = (path.with_name(path.name + end).exists() for end in COMPANIONS[:2])
        if not with_index and with_log:
            folder = tempfile.TemporaryDirectory()
            for end in ("", "-wal"):
                shutil.copyfile(path.with_name(path.name + end), Path(folder.name, f"run{end}"))
            path = Path(folder.name, "run")
        elif not with_index:
            more = "&immutable=1"
    try:
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode={mode}{more}",
            uri=True, isolation_level=None, timeout=10, check_same_thread=False, factory=_Copied,
        )  # fmt: skip
    except BaseException:
        if folder is not None:
            folder.cleanup()
        raise
    connection.folder = folder
    _hold(connection, mode)
    return connection


@contextlib.contextmanager
def moment(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is read meanwhile is the file as it is at one moment, whatever a writer beside us adds.

    Without it a scenario that comes between two queries has rows in one table and none in another: damage.
    """
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:  # SQLite itself ends it on some errors
            connection.execute("COMMIT")


def _keeps_a_log(path: Path) -> bool:
    """Whether the header says that the file has a write-ahead log beside it."""
    try:
        with path.open("rb") as stream:
            return stream.read(20)[19:] == b"\x02"
    except OSError:
        return False


def _hold(connection: sqlite3.Connection, mode: str) -> None:
    """SQLite's own defences: nothing in the file is trusted, and what is read is limited."""
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
        connection.execute(f"PRAGMA {pragma}")
    if mode == "ro":
        connection.execute("PRAGMA query_only = ON")
    limits = {"LENGTH": LONGEST_CELL, "SQL_LENGTH": 100_000, "ATTACHED": 0, "EXPR_DEPTH": 500, "COLUMN": 500}
    for what, most in {**limits, "TRIGGER_DEPTH": 1, "LIKE_PATTERN_LENGTH": 1000}.items():
        connection.setlimit(getattr(sqlite3, f"SQLITE_LIMIT_{what}"), most)
    set_config: Any = getattr(connection, "setconfig", None)
    if set_config is not None:  # Python 3.12
        off = ("ENABLE_TRIGGER", "ENABLE_VIEW", "ENABLE_LOAD_EXTENSION", "TRUSTED_SCHEMA", "WRITABLE_SCHEMA")
        for what in ("DEFENSIVE", *off):
            set_config(getattr(sqlite3, f"SQLITE_DBCONFIG_{what}"), what not in off)


def finished(path: Path) -> int:
    """How many scenarios stand in a run: a quick look at a file that this process has just written."""
    with said(path), contextlib.closing(connect(path, "ro")) as connection:
        return int(connection.execute("SELECT count(*) FROM scenarios").fetchone()[0])


def checked(path: Path, mode: str = "ro", lang: str = "en") -> sqlite3.Connection:
    """A connection to a sound run. Raises `UsageError` for a file that is missing, foreign, newer or damaged."""
    if path.is_dir() or not path.exists():
        raise refusal("run.file.folder" if path.is_dir() else "run.file.none", lang, path=path)
    if not is_run(path):
        raise refusal("run.file.no-database", lang, path=path)
    try:
        with said(path, lang):
            connection = connect(path, mode)
            try:
                _check(path, connection, lang)
            except BaseException:
                connection.close()
                raise
    except OSError as error:
        raise refusal("run.file.closed", lang, path=path, why=str(error.strerror or error)) from None
    return connection


def _check(path: Path, connection: sqlite3.Connection, lang: str) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION:
        raise refusal("run.file.foreign", lang, path=path)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != number():
        raise refusal("run.file.version", lang, path=path, theirs=_shown(version), ours=_shown(number()))
    if frozenset(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema")) != catalogue():
        raise broken(path, say(lang, "run.reason.tables"), lang)
    (page,) = connection.execute("PRAGMA page_size").fetchone()
    if path.stat().st_size % page:
        raise broken(path, say(lang, "run.reason.end"), lang)
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise broken(path, found[0], lang)
    if not is_whole(info(connection)):
        raise broken(path, say(lang, "run.reason.head"), lang)


def _shown(version: int) -> str:
    """A format as people read it; the checksum of the tables stands behind the dot.

    >>> _shown((3 << 16) + 255)
    '3.00ff'
    """
    return f"{version >> 16}.{version % (1 << 16):04x}" if version >> 16 else str(version)


def sealed(keys: Mapping[str, Any]) -> dict[str, Any]:
    """The rows of `run` that say what it rests on, with the digest that shows whether one was changed."""
    return {**keys, "sha256": whole_digest(dict(keys))}


def sealed_record(found: Mapping[str, Any]) -> str:
    """The digest of the rows of `run` that say how it went."""
    return whole_digest([found["input_files"], found["findings"], found["sessions"]])


def is_whole(found: Mapping[str, Any]) -> bool:
    """Whether the rows of `run` are those that were written; the volatile ones need only be there."""
    kept = {key: value for key, value in found.items() if key not in {*VOLATILE, "sha256"}}
    there = all(type(found.get(key)) is kind for key, kind in KINDS.items())
    return there and sealed(kept)["sha256"] == found.get("sha256")


def info(connection: sqlite3.Connection) -> dict[str, Any]:
    """The table `run` as a dict. Raises `UnsoundError` where it is not written as it is written here."""
    found = {}
    for key, value in connection.execute('SELECT key, value FROM "run" ORDER BY key'):
        try:
            found[key] = json.loads(value)
        except (ValueError, TypeError, RecursionError) as error:
            raise UnsoundError(f"run, {key}: {error}") from None
        if json.dumps(found[key], ensure_ascii=False, sort_keys=True) != value:
            raise UnsoundError(f"run, {key}")
    return found
