"""What comes of a scenario's number, whoever worked on it."""

from __future__ import annotations

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class Failure:
    """No result: status "crashed" (its worker died), "time_limit" (it hung) or "error" (a fault of ours), and why."""

    status: str
    reason: str
    attempts: int = 1
    seconds: float = 0.0


@dataclasses.dataclass(frozen=True)
class Done:
    """A number with its result or its failure."""

    number: int
    result: Any = None
    failure: Failure | None = None


def fault(number: int, reason: str) -> Done:
    """A number whose work ended in a Python error."""
    return Done(number, failure=Failure("error", f"{reason}. This is a fault in rus-funding: please report it."))
