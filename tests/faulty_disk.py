"""A disk that fails at the k-th call: SQLite's own calls by a file system of its own, Python's by functions of `os`.

SQLite is given a VFS that asks `Faults` before it writes, syncs, cuts, opens, removes or shares, as SQLite's own tests
do it; see https://sqlite.org/testing.html#i_o_error_testing.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import re
import sqlite3
from ctypes import CFUNCTYPE, POINTER, Structure, byref, c_char_p, c_int, c_int64, c_void_p, cast
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

OK, FULL, CANTOPEN, IOERR = 0, 13, 14, 10
CODES = {"write": IOERR | 3 << 8, "sync": IOERR | 4 << 8, "truncate": IOERR | 6 << 8, "delete": IOERR | 10 << 8,
         "open": CANTOPEN, "share": IOERR | 21 << 8, "full": FULL}  # fmt: skip
OF_PYTHON = {"open": "open", "write": "write", "fsync": "sync", "replace": "rename", "ftruncate": "truncate"}
KINDS = ("write", "full", "sync", "truncate", "open", "delete", "share", "rename")

Opened = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
Removed = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
Written = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
Cut = CFUNCTYPE(c_int, c_void_p, c_int64)
Synced = CFUNCTYPE(c_int, c_void_p, c_int)
Shared = CFUNCTYPE(c_int, c_void_p, c_int, c_int, c_int, c_void_p)


class Methods(Structure):
    """`sqlite3_io_methods`."""

    _fields_ = (
        ("version", c_int), ("close", c_void_p), ("read", c_void_p), ("write", c_void_p), ("truncate", c_void_p),
        ("sync", c_void_p), ("rest", c_void_p * 7), ("share", c_void_p), ("more", c_void_p * 5),
    )  # fmt: skip


class File(Structure):
    """`sqlite3_file`."""

    _fields_ = (("methods", POINTER(Methods)),)


class System(Structure):
    """`sqlite3_vfs`."""

    _fields_ = (
        ("version", c_int), ("size", c_int), ("longest", c_int), ("next", c_void_p), ("name", c_char_p),
        ("data", c_void_p), ("open", c_void_p), ("delete", c_void_p), ("rest", c_void_p * 14),
    )  # fmt: skip


class Faults:
    """The call of a kind that fails: the `at`-th one, and with `stays` every one after it. `hit` says that it came."""

    def __init__(self) -> None:
        self.kind, self.at, self.stays, self.count, self.hit = "", 0, False, 0, False

    def arm(self, kind: str, at: int, *, stays: bool = False) -> None:
        self.kind, self.at, self.stays, self.count, self.hit = kind, at, stays, 0, False

    def now(self, kind: str) -> bool:
        if kind != self.kind and not (kind == "write" and self.kind == "full"):
            return False
        self.count += 1
        fails = self.count == self.at or (self.stays and self.count > self.at)
        self.hit |= fails
        return fails


def library() -> Any:
    """The library that Python's own module uses; None where it cannot be found."""
    sqlite3.connect(":memory:").close()
    try:
        found = re.search(r"\S*/libsqlite3\.so\S*", Path("/proc/self/maps").read_text())
    except OSError:
        return None
    return ctypes.CDLL(found[0]) if found else None


@contextlib.contextmanager
def faulty(monkeypatch: Any) -> Iterator[Faults]:
    """The disk, sound until a fault is armed."""
    lib, faults = library(), Faults()
    lib.sqlite3_vfs_find.restype = POINTER(System)
    real = lib.sqlite3_vfs_find(None)
    shim, held, made = System(), [], {}
    ctypes.memmove(byref(shim), real, ctypes.sizeof(System))
    shim.name = b"faulty"

    def wrapped(original: Any) -> Any:
        """The methods of a file, each asking first."""
        address = cast(original, c_void_p).value
        if address not in made:
            copy = Methods()
            ctypes.memmove(byref(copy), original, ctypes.sizeof(Methods))
            for name, kind in (("write", Written), ("truncate", Cut), ("sync", Synced), ("share", Shared)):
                pointer = getattr(original.contents, name)
                if pointer:
                    held.append(_asking(faults, name, kind, kind(pointer)))
                    setattr(copy, name, cast(held[-1], c_void_p).value)
            made[address] = copy
        return ctypes.pointer(made[address])

    real_open, real_delete = Opened(real.contents.open), Removed(real.contents.delete)

    def opening(_: Any, name: Any, file: Any, flags: int, out: Any) -> int:
        given = cast(file, POINTER(File)).contents
        if faults.now("open"):
            given.methods = POINTER(Methods)()
            return CODES["open"]
        code = real_open(cast(real, c_void_p), name, file, flags, out)
        if given.methods:
            given.methods = wrapped(given.methods)
        return int(code)

    def removing(_: Any, name: Any, durable: int) -> int:
        return CODES["delete"] if faults.now("delete") else int(real_delete(cast(real, c_void_p), name, durable))

    held += [Opened(opening), Removed(removing)]
    shim.open, shim.delete = (cast(each, c_void_p).value for each in held[-2:])
    for name, kind in OF_PYTHON.items():
        monkeypatch.setattr(os, name, _python(faults, kind, getattr(os, name)))
    lib.sqlite3_vfs_register(byref(shim), 1)
    try:
        yield faults
    finally:
        faults.arm("", 0)
        lib.sqlite3_vfs_unregister(byref(shim))
        lib.sqlite3_vfs_register(real, 1)
        monkeypatch.undo()


def _asking(faults: Faults, name: str, kind: Any, real: Any) -> Any:
    def call(*arguments: Any) -> int:
        if faults.now(name):
            return CODES["full" if faults.kind == "full" else name]
        return int(real(*arguments))

    return kind(call)


def _python(faults: Faults, kind: str, real: Any) -> Any:
    def call(*arguments: Any, **options: Any) -> Any:
        if faults.now(kind):
            number = errno.ENOSPC if faults.kind == "full" else errno.EIO
            raise OSError(number, os.strerror(number), str(arguments[0]))
        return real(*arguments, **options)

    return call
