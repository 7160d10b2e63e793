"""The supervisor: what one number breaks costs that number only."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import processes
import pytest
from batch_work import Work

from rus_funding.errors import SolverError
from rus_funding.runs.batch import Supervisor

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are sent")


def run(work, numbers, workers=2, seconds=30.0):
    """Every number's end, by number; each ends once."""
    ends = [end for ends in Supervisor(work, workers, seconds).run(numbers) for end in ends]
    assert len({end.number for end in ends}) == len(ends)
    return {end.number: end for end in ends}


def squares(ends):
    return {number: end.result for number, end in ends.items() if end.failure is None}


def test_every_number_is_worked_on_once_whatever_is_printed():
    assert squares(run(Work(), range(100), workers=3)) == {n: n * n for n in range(100)}
    assert run(Work(), []) == {}


@pytest.mark.parametrize(
    ("fate", "reason"),
    [
        ("SIGKILL", "its worker was ended by SIGKILL (often: out of memory)"),
        ("SIGSEGV", "its worker was ended by SIGSEGV"),
        ("exit", "its worker ended with exit status 3"),
        ("sys.exit", "its worker ended with exit status 4"),
        ("memory", "its worker ran out of memory"),
    ],
)
def test_a_number_that_kills_its_worker_is_tried_three_times_and_named(fate, reason):
    ends = run(Work(frozenset({3}), fate), range(12))
    assert squares(ends) == {n: n * n for n in range(12) if n != 3}
    failure = ends[3].failure
    assert (failure.status, failure.reason, failure.attempts) == ("crashed", reason, 3)


def test_a_number_that_kills_its_worker_once_is_done_at_the_second_try(tmp_path):
    bad = frozenset({0, 4, 5})
    ends = run(Work(bad, "SIGKILL", tmp_path), range(12))
    assert squares(ends) == {n: n * n for n in range(12)}


def test_where_every_tenth_number_kills_its_worker_the_others_are_done():
    bad = frozenset(range(5, 60, 10))
    ends = run(Work(bad, "SIGKILL"), range(60), workers=3)
    assert squares(ends) == {n: n * n for n in range(60) if n not in bad}
    assert {number for number, end in ends.items() if end.failure} == bad


def test_a_number_that_hangs_is_stopped_and_not_tried_again():
    started = time.monotonic()
    ends = run(Work(frozenset({2}), "hang"), range(8), seconds=1.5)
    assert time.monotonic() - started < 15
    assert squares(ends) == {n: n * n for n in range(8) if n != 2}
    failure = ends[2].failure
    assert (failure.status, failure.attempts) == ("time_limit", 1)
    assert failure.seconds >= 1.5
    assert "was stopped" in failure.reason


def test_a_fault_in_the_work_costs_its_number_and_not_its_worker():
    ends = run(Work(frozenset({1}), "fail"), range(5), workers=1)
    assert squares(ends) == {n: n * n for n in range(5) if n != 1}
    assert ends[1].failure.status == "error"
    assert "ValueError: what is this?" in ends[1].failure.reason


@pytest.mark.parametrize(
    ("fate", "match"),
    [
        ("no start", "no worker gets through the baseline: worker was ended by SIGKILL"),
        ("unable", "there is no solver 'foo'"),
        ("slow start", "no worker gets through the baseline"),
    ],
)
def test_workers_that_never_start_end_the_batch(fate, match):
    with pytest.raises(SolverError, match=match):
        run(Work(frozenset(), fate), range(5), seconds=1.0 if fate == "slow start" else 30.0)  # a start under load


def test_no_worker_outlives_a_batch_that_is_left():
    supervisor = Supervisor(Work(), 2)
    ends = supervisor.run(range(1000))
    next(ends)
    processes = [worker._process for worker in supervisor._team]
    assert processes
    ends.close()
    assert all(process.returncode is not None for process in processes)


SCRIPT = """
from batch_work import Work
from rus_funding.runs.batch import Supervisor
print(sum(end.result for ends in Supervisor(Work(), 2).run(range(5)) for end in ends))
"""


def test_a_script_without_a_main_guard_starts_no_batch_within_a_batch(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    folders = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    done = processes.run([sys.executable, script], env={**os.environ, "PYTHONPATH": folders}, seconds=50)
    assert (done.stdout, done.stderr, done.returncode) == ("30\n", "", 0)
