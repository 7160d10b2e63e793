"""A worker process: numbers in, results out, until nobody listens.

It is started as a program of its own, never forked and never by importing the caller's script: HiGHS' threads do not
survive a fork, and a script without a ``__main__`` guard would start itself again.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import traceback
from typing import IO, Any

from rus_funding.errors import FundingError
from rus_funding.runs.batch.frames import receive, send

OUT_OF_MEMORY = 112  # exit status: Python itself could say that the memory was used up
START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from rus_funding.runs.batch.worker import main; main()"
)  # fmt: skip


def main() -> None:
    """Serve the process at the other end of standard input and output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the batch's affair
    incoming, outgoing = sys.stdin.buffer, _own_output()
    status = 0
    try:
        serve(incoming, outgoing)
    except MemoryError:
        status = OUT_OF_MEMORY
    except OSError:
        pass  # nobody listens any more
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stderr.flush()
    os._exit(status)  # the listening thread would hold up an orderly end


def serve(incoming: IO[bytes], outgoing: IO[bytes]) -> None:
    """Get ready, then answer each number."""
    make = receive(incoming)
    numbers: queue.SimpleQueue[int] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(incoming, numbers), daemon=True).start()
    try:
        work = make()
    except FundingError as error:
        send(outgoing, ("unable", str(error)))
        return
    send(outgoing, ("ready", None))
    while True:
        send(outgoing, answer(work, numbers.get()))


def answer(work: Any, number: int) -> tuple[str, Any]:
    """("done", (number, result)), or ("failed", (number, why)) for a fault of ours, which costs this number only."""
    try:
        return "done", (number, work(number))
    except MemoryError:
        raise
    except Exception as error:
        return "failed", (number, f"{type(error).__name__}: {error}")


def _listen(incoming: IO[bytes], numbers: queue.SimpleQueue[int]) -> None:
    """Put what comes in into the queue; end at once with the batch, even in the middle of a solve."""
    try:
        while True:
            numbers.put(receive(incoming))
    except (EOFError, OSError):
        os._exit(0)


def _own_output() -> IO[bytes]:
    """Standard output for messages alone: solvers that print do so into nowhere."""
    kept = os.dup(sys.stdout.fileno())
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(kept, os.O_BINARY)
        msvcrt.setmode(sys.stdin.fileno(), os.O_BINARY)
    return os.fdopen(kept, "wb")
