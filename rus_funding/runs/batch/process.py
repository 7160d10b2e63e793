"""One worker process as the supervisor sees it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from typing import IO, TYPE_CHECKING, Any

from rus_funding.runs.batch.frames import receive, send
from rus_funding.runs.batch.worker import OUT_OF_MEMORY, START

if TYPE_CHECKING:
    import queue

# threads inside a worker would fight over the cores that the other workers have
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class WorkerProcess:
    """A running worker. `flight` holds the numbers it was given: it works on the first."""

    def __init__(self, make: Any, events: queue.SimpleQueue[tuple[WorkerProcess, str, Any]]) -> None:
        """Start it; what it says, and its end ("ended"), are put into `events`."""
        self.flight: deque[int] = deque()
        self.ready = False
        self.since = time.monotonic()
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed in `end`)
        self._process = subprocess.Popen(
            [sys.executable, "-c", START, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**dict.fromkeys(ONE_THREAD, "1"), **os.environ},
            start_new_session=True,  # Ctrl-C in the terminal reaches the batch alone
        )
        self._follower = threading.Thread(target=self._follow, args=(make, events), daemon=True)
        self._follower.start()

    def _follow(self, make: Any, events: queue.SimpleQueue[tuple[WorkerProcess, str, Any]]) -> None:
        assert self._process.stdin is not None  # noqa: S101 (for the type checker)
        assert self._process.stdout is not None  # noqa: S101
        try:
            send(self._process.stdin, make)
            while True:
                kind, content = receive(self._process.stdout)
                events.put((self, kind, content))
        except (EOFError, OSError):
            self._process.wait()
            events.put((self, "ended", None))

    def give(self, number: int) -> None:
        """Another number to work on."""
        if not self.flight:
            self.since = time.monotonic()
        self.flight.append(number)
        with contextlib.suppress(OSError):  # it has died: its end will be told
            assert self._process.stdin is not None  # noqa: S101
            send(self._process.stdin, number)

    def finished(self, number: int) -> float:
        """A number is done; the seconds it took."""
        now = time.monotonic()
        took, self.since = now - self.since, now
        self.flight.remove(number)
        return took

    def kill(self) -> None:
        """End it at once, with all that it has started."""
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def end(self) -> None:
        """Kill it and let go of its pipes."""
        self.kill()
        self._process.wait()
        self._follower.join()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def died_of(self) -> str:
        """Why it ended, as a sentence's part; with the last line it wrote on standard error."""
        status = self._process.wait()
        if status == OUT_OF_MEMORY:
            return "ran out of memory"
        if status >= 0:
            return f"ended with exit status {status}{self._last_line()}"
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = f"signal {-status}"
        likely = " (often: out of memory)" if name == "SIGKILL" else ""
        return f"was ended by {name}{likely}"

    def _last_line(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return f": {lines[-1]}" if lines else ""
