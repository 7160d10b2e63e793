"""Standard output for results only: a solver's own chatter must reach neither a JSON reader nor a table."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

STDOUT = 1


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Let the process's own standard output lead nowhere for a while.

    HiGHS' branch and bound can print although it is silenced, and solvers that PuLP starts inherit the descriptor:
    replacing `sys.stdout` would stop neither.
    """
    sys.stdout.flush()
    try:
        kept = os.dup(STDOUT)
    except OSError:  # started without standard output
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDOUT)
    os.close(nowhere)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, STDOUT)
        os.close(kept)
