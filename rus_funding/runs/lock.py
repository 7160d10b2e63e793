"""One writer at a time: a lock of the operating system on a file beside the run, which ends with its process.

``kill -9`` frees it; a power cut frees it. The file says who holds it, so that the second one is told.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import socket
import sys
from typing import TYPE_CHECKING, Self

from rus_funding.errors import Phrase, UsageError
from rus_funding.files import unwritten

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

BYTE = 1 << 20  # Windows locks bytes, and a locked byte cannot be read: this one lies far behind the text


class Lock:
    """Held from `__enter__` to `__exit__`. Raises `UsageError` naming the process that holds it already."""

    def __init__(self, run: Path) -> None:
        """Nothing is locked yet."""
        self.run = run
        self.path = run.with_name(run.name + ".lock")
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        """Take the lock."""
        while True:
            try:
                descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
            except OSError as error:
                raise unwritten(self.path, error) from None
            if not _locked(descriptor):
                holder = self.holder()
                os.close(descriptor)
                raise UsageError(
                    "{run} is in use: {holder}. Wait until it ends, or write to another file.",
                    run=self.run,
                    holder=holder,
                )
            if _same(descriptor, self.path):  # else its last holder has just removed it
                break
            os.close(descriptor)
        self._descriptor = descriptor
        text = json.dumps(
            {
                "pid": os.getpid(),
                "host": socket.gethostname(),
                "started": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            }
        )
        with contextlib.suppress(OSError):  # the lock holds all the same; only who holds it is not told
            os.ftruncate(descriptor, 0)
            os.write(descriptor, text.encode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let it go."""
        if self._descriptor is None:
            return
        if os.name == "posix":  # Windows removes no open file; there the empty file stays
            with contextlib.suppress(OSError):
                self.path.unlink()
        os.close(self._descriptor)
        self._descriptor = None

    def holder(self) -> Phrase:
        """Who holds the lock, as a sentence's part."""
        try:
            said = json.loads(self.path.read_text(encoding="utf-8"))
            return Phrase(
                "batch with process id {process} on {host} writes to it since {started}",
                process=said["pid"],
                host=said["host"],
                started=said["started"],
            )
        except (OSError, ValueError, KeyError, TypeError):
            return Phrase("another batch writes to it")


def _same(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _locked(descriptor: int) -> bool:
        os.lseek(descriptor, BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _locked(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
