"""Work for the supervisor's tests that breaks in every way; a worker imports it by name."""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
import time
from typing import TYPE_CHECKING

from rus_funding.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Work:
    """Squares numbers; `bad` numbers meet `fate`. `once`: a folder in which a number notes that it has died."""

    bad: frozenset[int] = frozenset()
    fate: str = ""
    once: Path | None = None

    def __call__(self) -> Callable[[int], int]:
        if self.fate == "no start":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fate == "unable":
            raise UsageError("there is no solver 'foo'")
        if self.fate == "slow start":
            time.sleep(60)
        return self.square

    def square(self, number: int) -> int:
        print("chatter", number)  # noqa: T201 (a solver may print)
        os.write(1, b"noise on the descriptor itself\n")
        if number in self.bad and not self._noted(number):
            FATES[self.fate]()
        return number * number

    def _noted(self, number: int) -> bool:
        if self.once is None:
            return False
        note = self.once / str(number)
        if note.exists():
            return True
        note.touch()
        return False


def _fail() -> None:
    raise ValueError("what is this?")


def _exhaust() -> None:
    raise MemoryError


FATES = {
    "SIGKILL": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "SIGSEGV": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "exit": lambda: os._exit(3),
    "sys.exit": lambda: sys.exit(4),
    "memory": _exhaust,
    "hang": lambda: time.sleep(60),
    "fail": _fail,
}
