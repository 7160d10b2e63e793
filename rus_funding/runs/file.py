"""The file of a run: what is one, what is not, and what is said when it cannot be read or written."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from typing import TYPE_CHECKING, Any

from rus_funding.errors import UsageError
from rus_funding.files import disk_of
from rus_funding.runs.content import whole_digest
from rus_funding.runs.schema import APPLICATION, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MAGIC = b"SQLite format 3\0"
VOLATILE = ("input_files", "sessions")  # rows of `run` that say how it went, not what it rests on
DAMAGED = "Restore it from a copy, or run the batch anew to another file."


@contextlib.contextmanager
def said(path: Path) -> Iterator[None]:
    """What SQLite raises, as a sentence that names the file and says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise UsageError(_sentence(path, error)) from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UsageError(f"{path} is damaged ({error}). {DAMAGED}") from error


def _sentence(path: Path, error: sqlite3.Error) -> str:
    name = str(getattr(error, "sqlite_errorname", "") or "")
    if name.startswith("SQLITE_FULL"):
        kept = "What is finished is kept: make room there, then go on with --resume."
        return f"{path}: the disk is full ({disk_of(path)}). {kept}"
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return f"{path} is damaged ({error}). {DAMAGED}"
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return f"{path} is held by another program. Close it there, then try again."
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return f"{path} cannot be opened ({error}). Check the folder and the rights."
    if name.startswith("SQLITE_IOERR"):
        return f"{path}: the disk failed ({error}). What is finished is kept: check the disk, then go on with --resume."
    if isinstance(error, (sqlite3.DatabaseError,)) and not isinstance(error, sqlite3.ProgrammingError):
        return f"{path} is no sound run ({error}). {DAMAGED}"
    return f"{path}: {error}."


def is_run(path: Path) -> bool:
    """Whether the file claims to be a database: a quick look for commands that take several kinds of file."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open an existing file (`mode` "ro" or "rw"); transactions are begun and ended by hand."""
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10, check_same_thread=False)
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def finished(path: Path) -> int:
    """How many scenarios stand in a run: a quick look at a file that this process has just written."""
    with said(path), contextlib.closing(connect(path, "ro")) as connection:
        return int(connection.execute("SELECT count(*) FROM scenarios").fetchone()[0])


def checked(path: Path, mode: str = "ro") -> sqlite3.Connection:
    """A connection to a sound run. Raises `UsageError` for a file that is missing, foreign, newer or damaged."""
    if path.is_dir() or not path.exists():
        raise UsageError(f"{path}: there is no such run." if not path.is_dir() else f"{path} is a folder, not a run.")
    if not is_run(path):
        raise UsageError(f"{path} is not a run: it is no SQLite database.")
    with said(path):
        connection = connect(path, mode)
        try:
            _check(path, connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _check(path: Path, connection: sqlite3.Connection) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION:
        raise UsageError(f"{path} is not a run: it is another program's database.")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != VERSION:
        raise UsageError(
            f"{path} was written by another version of rus-funding (format {version}, this one reads {VERSION}). "
            "Use that version, or run the batch anew."
        )
    (page,) = connection.execute("PRAGMA page_size").fetchone()
    if path.stat().st_size % page:
        raise UsageError(f"{path} is damaged (its end is missing). {DAMAGED}")
    found = [row[0] for row in connection.execute("PRAGMA quick_check(3)")]
    if found != ["ok"]:
        raise UsageError(f"{path} is damaged ({found[0]}). {DAMAGED}")
    if not is_whole(info(connection)):
        raise UsageError(f"{path} is damaged (it does not say how it was made). {DAMAGED}")


def sealed(keys: Mapping[str, Any]) -> dict[str, Any]:
    """The rows of `run` that say what it rests on, with the digest that shows whether one was changed."""
    return {**keys, "sha256": whole_digest(dict(keys))}


def is_whole(found: Mapping[str, Any]) -> bool:
    """Whether the rows of `run` are those that were written; the volatile ones need only be there."""
    kept = {key: value for key, value in found.items() if key not in {*VOLATILE, "sha256"}}
    return sealed(kept)["sha256"] == found.get("sha256") and all(key in found for key in VOLATILE)


def info(connection: sqlite3.Connection) -> dict[str, Any]:
    """The table `run` as a dict."""
    return {key: json.loads(value) for key, value in connection.execute('SELECT key, value FROM "run" ORDER BY key')}
