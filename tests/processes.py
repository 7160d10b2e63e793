"""Programs that tests start: each has a time limit, is interrupted by Ctrl-C as in a terminal, and ends with its test.

No test starts a process in another way (`test_processes.py`). A shell that runs something in the background, as in
`nohup python -m pytest &`, makes it ignore Ctrl-C, and its children inherit that; those that are started here do not.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PIPE, STDOUT = subprocess.PIPE, subprocess.STDOUT
SECONDS = 120  # what a program may take if the test does not say
Done = subprocess.CompletedProcess
_running: set[subprocess.Popen[Any]] = set()


def run(
    command: Sequence[object], *, seconds: float = SECONDS, check: bool = False, given: str | bytes | None = None,
    stdout: int | IO[bytes] = PIPE, stderr: int | IO[bytes] = PIPE, **options: Any,
) -> Done[Any]:  # fmt: skip
    """The program run to its end, with what it wrote, as text unless `encoding` is None. `check`: it must end with 0.
    `given` stands on its standard input, which is else empty.
    """
    options["stdin"] = subprocess.DEVNULL if given is None else PIPE
    with started(command, seconds=seconds + 5, stdout=stdout, stderr=stderr, **options) as process:
        try:
            out, err = process.communicate(given, timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(
                f"{command} was not done after {seconds} s: {error.stdout!r} {error.stderr!r}"
            ) from None
    assert process.returncode == 0 or not check, f"{command} ended with {process.returncode}: {out!r} {err!r}"
    return Done(process.args, process.returncode, out, err)


@contextlib.contextmanager
def started(
    command: Sequence[object], *, seconds: float = SECONDS, encoding: str | None = "utf-8", **options: Any
) -> Iterator[subprocess.Popen[Any]]:
    """A running program; killed after the time, and in any case when the block is left."""
    options.setdefault("stdin", subprocess.DEVNULL)
    with _ctrl_c_is_heeded():
        process = subprocess.Popen(
            [os.fspath(part) if isinstance(part, os.PathLike) else str(part) for part in command],
            encoding=encoding,
            start_new_session=os.name == "posix",  # so that what it starts can be killed with it
            **options,
        )
    _running.add(process)
    limit = threading.Timer(seconds, kill, [process])
    limit.daemon = True
    limit.start()
    try:
        yield process
    finally:
        limit.cancel()
        kill(process)
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):  # what was still to be written has no reader
                    stream.close()
        _running.discard(process)


def kill(process: subprocess.Popen[Any]) -> None:
    """End it at once, with all that it has started."""
    with contextlib.suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def kill_all() -> None:
    """End whatever still runs."""
    for process in list(_running):
        kill(process)


@contextlib.contextmanager
def _ctrl_c_is_heeded() -> Iterator[None]:
    """What is started here does not inherit that SIGINT is ignored. Nothing runs in the child before the program
    itself, so that threads do no harm; on Windows there is nothing to inherit.
    """
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
