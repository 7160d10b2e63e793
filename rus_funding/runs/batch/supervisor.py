"""Many numbers over few workers, so that what one of them breaks costs that one only.

A worker that dies (killed, out of memory, crashed in the solver) or hangs is replaced. The number it worked on is
tried again, twice; the other numbers it held go back at no cost.
"""

from __future__ import annotations

import math
import queue
import time
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

from rus_funding.errors import SolverError
from rus_funding.runs.batch.process import WorkerProcess
from rus_funding.runs.batch.results import Done, Failure, fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

RETRIES = 2
DEPTH = 4  # numbers given to a worker ahead, so that it never waits for the writer
STARTS = 3  # workers that may die before any is ready
LOOK = 0.5  # seconds between two looks at the clock; also how long Ctrl-C may wait on Windows


class Supervisor:
    """Runs ``make()(number)`` for each number in `workers` processes.

    `make` is pickled; what it returns stays in its worker. A number may take `seconds`, after which its worker is
    killed; so may getting ready.
    """

    def __init__(self, make: Callable[[], Callable[[int], Any]], workers: int, seconds: float = math.inf) -> None:
        """Nothing is started yet."""
        self._make, self._workers, self._seconds = make, workers, seconds
        self._events: queue.SimpleQueue[tuple[WorkerProcess, str, Any]] = queue.SimpleQueue()
        self._team: list[WorkerProcess] = []
        self._again: deque[int] = deque()
        self._attempts: Counter[int] = Counter()
        self._lost_starts = 0

    def run(self, numbers: Iterable[int]) -> Iterator[list[Done]]:
        """Each number's end, in lists of those that are there at once. Raises `SolverError` if no worker starts."""
        todo = deque(numbers)
        try:
            while todo or self._again or any(worker.flight for worker in self._team):
                self._staff(len(todo) + len(self._again))
                self._feed(todo)
                done = [end for event in self._wait() for end in self._handle(*event)]
                done += self._overdue()
                if done:
                    yield done
        finally:
            for worker in self._team:
                worker.kill()
            for worker in self._team:
                worker.end()
            self._team.clear()

    def _staff(self, waiting: int) -> None:
        """As many workers as there is work for."""
        busy = sum(bool(worker.flight) for worker in self._team)
        for _ in range(min(self._workers, waiting + busy) - len(self._team)):
            self._team.append(WorkerProcess(self._make, self._events))

    def _feed(self, todo: deque[int]) -> None:
        """Give numbers out, evenly: towards the end nobody holds more than his own."""
        for depth in range(DEPTH):
            for worker in self._team:
                left = len(todo) + len(self._again)
                if worker.ready and len(worker.flight) == depth and (depth == 0 or left > depth * len(self._team)):
                    source = self._again or todo
                    if source:
                        worker.give(source.popleft())

    def _wait(self) -> list[tuple[WorkerProcess, str, Any]]:
        """What has happened; waits for the first event no longer than until the next look at the clock."""
        events = []
        try:
            events.append(self._events.get(timeout=LOOK))
            while True:
                events.append(self._events.get_nowait())
        except queue.Empty:
            return events

    def _handle(self, worker: WorkerProcess, kind: str, content: Any) -> Iterator[Done]:
        if worker not in self._team:  # the end of one that was killed is known already
            return
        if kind == "ready":
            worker.ready, self._lost_starts = True, 0
        elif kind == "unable":
            raise SolverError(content)
        elif kind == "ended":
            yield from self._lost(worker, f"its worker {worker.died_of()}", "crashed", RETRIES)
        else:
            number, result = content
            worker.finished(number)
            yield Done(number, result) if kind == "done" else fault(number, result)

    def _overdue(self) -> Iterator[Done]:
        """Workers past their time."""
        now = time.monotonic()
        for worker in list(self._team):
            if (worker.flight or not worker.ready) and now - worker.since > self._seconds:
                reason = f"it had not ended after {now - worker.since:.0f} s and was stopped"
                yield from self._lost(worker, reason, "time_limit", 0)

    def _lost(self, worker: WorkerProcess, reason: str, status: str, retries: int) -> Iterator[Done]:
        """A worker is gone: its first number pays for it."""
        self._team.remove(worker)
        worker.end()
        if not worker.ready:
            self._lost_starts += 1
            if self._lost_starts >= STARTS:
                raise SolverError(f"no worker gets through the baseline: {reason.removeprefix('its ')}.")
        elif worker.flight:
            first = worker.flight.popleft()
            self._again.extendleft(reversed(worker.flight))
            self._attempts[first] += 1
            if self._attempts[first] <= retries:
                self._again.append(first)
            else:
                took = time.monotonic() - worker.since
                yield Done(first, failure=Failure(status, reason, self._attempts[first], took))
