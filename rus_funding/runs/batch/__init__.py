"""Many scenarios in one run: the same results with one worker or forty, on this computer or on a cluster."""

from __future__ import annotations

import dataclasses
import math
import os
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from rus_funding.errors import UsageError
from rus_funding.runs.batch.results import Done
from rus_funding.runs.batch.supervisor import Supervisor
from rus_funding.runs.batch.task import Job
from rus_funding.runs.batch.worker import answer
from rus_funding.runs.inputs import Head
from rus_funding.runs.rows import unsolved
from rus_funding.runs.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rus_funding.model.model import FundingModel
    from rus_funding.runs.content import Record
    from rus_funding.scenarios import Scenario

__all__ = ["Job", "Summary", "batch", "cores"]

GRACE = 10.0  # seconds beyond half as much again as the limit, before a scenario that does not end is stopped


@dataclasses.dataclass(frozen=True)
class Summary:
    """How a batch went. `statuses` counts the scenarios of this session; `kept` stood in the run already."""

    path: Path
    size: int
    kept: int
    statuses: Mapping[str, int]
    damaged: tuple[str, ...]
    seconds: float


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def batch(
    model: FundingModel,
    scenarios: Sequence[Scenario],
    path: Path | str,
    *,
    workers: int | None = None,
    solver: str = "highs",
    seconds: float = math.inf,
    reasons: bool = False,
    resume: bool = False,
    force: bool = False,
    dask: str | None = None,
    dask_tls: Sequence[Path | str] = (),
    input_files: Mapping[str, str] | None = None,
    progress: Callable[[Record], None] | None = None,
    begun: Callable[[int, int], None] | None = None,
) -> Summary:
    """Solve the baseline and every scenario, and keep the results in the run `path` as they come.

    `workers` processes share the work (as many as there are cores if left out; 0: this process alone, without
    protection from a crash); with `dask` a cluster does (with `dask_tls`, CA, certificate and key, over TLS).
    `seconds` is each scenario's time limit; with `reasons` why projects are not funded in full is worked out as well,
    by solves, and kept. `resume` goes on with an interrupted run, `force` replaces a finished
    one. `begun` is told how many scenarios there are and how many stand already, `progress` gets each record once it
    is safe on disk. `input_files` (SHA-256 by file name) are put on record. Raises `InvalidInput` for scenarios that
    do not suit the model, `UsageError` for a run that cannot be written, `SolverError` where no worker gets through
    the baseline.
    """
    started = time.monotonic()
    job = Job(model, tuple(scenarios), solver, seconds, reasons)
    size = len(job.listing)
    options: dict[str, object] = {"solver": solver, "time_limit": None if math.isinf(seconds) else seconds}
    options |= {"reasons": True} if reasons else {}
    head = Head(model, job.scenarios, size, options, dict(input_files or {}))
    statuses: Counter[str] = Counter()
    source = _source(job, dask, dask_tls, cores() if workers is None else workers)
    with Writer(Path(path), head, resume=resume, force=force) as writer:
        kept = len(writer.done)
        if begun is not None:
            begun(size, kept)
        for ends in source([number for number in range(size) if number not in writer.done]):
            records = [_record(job, end) for end in ends]
            writer.add(records)
            for record in records:
                statuses[record.status] += 1
                if progress is not None:
                    progress(record)
        damaged = tuple(writer.damaged)
    return Summary(Path(path), size, kept, dict(sorted(statuses.items())), damaged, time.monotonic() - started)


def _source(
    job: Job, dask: str | None, tls: Sequence[Path | str], workers: int
) -> Callable[[Iterable[int]], Iterator[list[Done]]]:
    """Who does the work."""
    if dask is not None:
        from rus_funding.runs.batch.cluster import Cluster

        return Cluster(job, dask, tls).run
    if workers < 0:
        raise UsageError("{workers} workers: give 0 or more.", workers=workers)
    if workers == 0:
        return lambda numbers: _here(job, numbers)
    return Supervisor(job, workers, job.seconds * 1.5 + GRACE).run


def _here(job: Job, numbers: Iterable[int]) -> Iterator[list[Done]]:
    """The work in this process."""
    from rus_funding.runs.batch.results import fault

    work = None
    for number in numbers:
        work = work or job()
        kind, (_, result) = answer(work, number)
        yield [Done(number, result) if kind == "done" else fault(number, result)]


def _record(job: Job, end: Done) -> Record:
    """The record of a number's end; one without a result is a row that says why."""
    failure = end.failure
    if failure is None:
        record: Record = end.result
        return record
    times = "" if failure.attempts == 1 else f" ({failure.attempts} times)"
    return unsolved(
        end.number,
        job.listing[end.number],
        failure.status,
        failure.reason + times,
        failure.seconds,
        attempts=failure.attempts,
        with_changes=False,
    )
