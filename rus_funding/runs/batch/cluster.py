"""The same work on a Dask cluster: numbers out, records back, one at a time to the same writer."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import threading
import uuid
import warnings
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

from rus_funding.errors import UsageError, several
from rus_funding.runs.batch.address import LIMIT, Address, differences, quiet, within
from rus_funding.runs.batch.results import Done, Failure, fault
from rus_funding.runs.batch.worker import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

RETRIES = 2
PATIENCE = 30  # seconds that a cluster may take to have its first worker
AHEAD = 2  # numbers given out for each thread of the cluster
_held = threading.local()  # each thread of a worker has an engine of its own


def software() -> Mapping[str, str]:
    """What results rest on, where this runs."""
    from importlib.metadata import version

    from rus_funding.engine.publish import versions

    return {**versions(), "distributed": version("distributed")}


def work(token: str, make: Callable[[], Callable[[int], Any]], number: int) -> tuple[str, Any]:
    """What a Dask worker runs. The engine stays between numbers of one batch."""
    if getattr(_held, "token", None) != token:
        _held.work, _held.token = make(), token
    return answer(_held.work, number)


class Cluster:
    """Runs ``make()(number)`` for each number on a Dask cluster.

    `where` is a scheduler's address (``tcp://…``, or ``tls://…`` with the files `tls`: CA, certificate, key), or
    ``local`` or ``local:4`` for workers on this computer. Raises `UsageError` where Dask is missing, nobody answers, or
    a worker has other software than this computer.
    """

    def __init__(self, make: Callable[[], Callable[[int], Any]], where: str, tls: Sequence[str | Path] = ()) -> None:
        """Check what was asked for and whether a scheduler answers; nothing is started yet."""
        self._make, self._where = make, where
        self._address = Address.of(where, tls)
        try:
            import distributed
        except ImportError:
            raise UsageError("--dask needs Dask: pip install 'rus-funding[dask]'.") from None
        self._dask: Any = distributed
        self._address.check()

    def run(self, numbers: Iterable[int]) -> Iterator[list[Done]]:
        """Each number's end, in lists of those that are there at once."""
        todo, attempts = deque(numbers), Counter[int]()
        with self._client() as client:
            self._await_workers(client)
            self._compare(client)
            [make] = client.scatter([self._make], broadcast=True, hash=False)
            token = uuid.uuid4().hex
            given: dict[str, int] = {}
            threads = max(1, sum(client.nthreads().values()))

            def submitted() -> Any:
                number = todo.popleft()
                future = client.submit(work, token, make, number, pure=False)
                given[future.key] = number
                return future

            first = [submitted() for _ in range(min(len(todo), threads * AHEAD))]
            waiting = self._dask.as_completed(first, loop=client.loop)
            for futures in waiting.batches():
                done = []
                for future in futures:
                    number = given.pop(future.key)
                    end = self._end(number, future, attempts)
                    if end is None:
                        todo.appendleft(number)
                    else:
                        done.append(end)
                for _ in range(min(len(todo), len(futures))):
                    waiting.add(submitted())
                if done:
                    yield done

    def _end(self, number: int, future: Any, attempts: Counter[int]) -> Done | None:
        """What a future holds; None where its worker died and it is to be tried again."""
        if future.status == "finished":
            kind, (_, result) = future.result()
            return Done(number, result) if kind == "done" else fault(number, result)
        if future.cancelled():
            raise UsageError(
                "the Dask cluster at {where} has gone. Start it, then go on with --resume.", where=self._where
            )
        error = future.exception() if future.status == "error" else None
        if error is not None and not isinstance(error, self._dask.KilledWorker):
            return fault(number, f"{type(error).__name__}: {error}")
        attempts[number] += 1
        if attempts[number] <= RETRIES:
            return None
        return Done(number, failure=Failure("crashed", "its Dask worker died", attempts[number], math.nan))

    def _await_workers(self, client: Any) -> None:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise UsageError(
                "the Dask cluster at {where} has no workers. Start some, then try again.", where=self._where
            ) from None

    def _compare(self, client: Any) -> None:
        """Refuse workers with other software: their plans could be others, or they could not be read at all."""
        try:
            found = within(LIMIT, lambda: client.run(software, on_error="return"))
        except TimeoutError:
            raise UsageError(
                "the workers of {where} do not answer within {seconds:.0f} s. Look at them.",
                where=self._where,
                seconds=LIMIT,
            ) from None
        said = differences(software(), found)
        if said:
            raise UsageError(
                "the workers of {where} have other software: {said}. Install the same everywhere.",
                where=self._where,
                said=several(said),
            )

    @contextlib.contextmanager
    def _client(self) -> Iterator[Any]:
        with contextlib.ExitStack() as stack:
            quiet()
            address = stack.enter_context(self._local()) if self._address.local else self._where
            security = self._address.security()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of versions: `_compare` says it
                try:
                    client = stack.enter_context(
                        self._dask.Client(address, set_as_default=False, timeout=LIMIT, security=security)
                    )
                except (OSError, ValueError) as error:
                    raise UsageError(
                        "no Dask cluster answers at {where}: {error}.", where=self._where, error=error
                    ) from None
            yield client

    def _local(self) -> Any:
        """Dask workers on this computer."""
        count = int(self._where.partition(":")[2] or os.cpu_count() or 1)
        try:
            return self._dask.LocalCluster(
                n_workers=count, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
            )
        except RuntimeError as error:
            raise UsageError(
                "no Dask workers start here: {error} "
                "A script that starts them needs \"if __name__ == '__main__':\" around its call.",
                error=error,
            ) from None
