"""What a name in a folder stands for, asked before it is opened: opening a pipe waits for ever, a device never ends."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from rus_funding.kronor import Refused

if TYPE_CHECKING:
    from pathlib import Path

_SPECIAL = {
    stat.S_IFIFO: "reading.pipe",
    stat.S_IFCHR: "reading.device",
    stat.S_IFBLK: "reading.device",
    stat.S_IFSOCK: "reading.socket",
}


def refuse_special(path: Path) -> None:
    """Raise `Refused` for a pipe, a device, a socket, and the lock file of a spreadsheet program.

    A file that is not there, or may not be looked at, is left to whoever opens it.
    """
    if locked := lock_of(path.name):
        raise Refused("lock_file", "reading.lock-file", "reading.give-locked", file=locked)
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except (OSError, ValueError):
        return
    if kind in _SPECIAL:
        raise Refused("not_a_file", _SPECIAL[kind], "reading.save-in-file")


def is_database(path: Path) -> bool:
    """Whether the file begins as an SQLite database does, which a run is."""
    try:
        with path.open("rb") as stream:
            return stream.read(16) == b"SQLite format 3\0"
    except OSError:
        return False


def lock_of(name: str) -> str:
    """The file that a spreadsheet program holds open by a file of this name; ``""`` if it is no lock file.

    >>> lock_of("~$budget.xlsx"), lock_of(".~lock.budget.xlsx#"), lock_of("budget.xlsx")
    ('budget.xlsx', 'budget.xlsx', '')
    """
    if name.startswith("~$"):
        return name[2:]
    if name.startswith(".~lock.") and name.endswith("#"):
        return name[7:-1]
    return ""
