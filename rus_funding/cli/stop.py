"""How the program ends when it is asked to, or must: signals, what is kept, and the words for it."""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

LONGEST = 300  # characters of an error that are shown
AGAIN = 0.02  # seconds
_asked: list[int] = []  # the signals that have come
_ending: list[bool] = []  # anything: the program is ending already
_kept: list[Callable[[], str]] = []  # what can say what is kept of the work under way, in a sentence


def _come(number: int, _: FrameType | None) -> None:
    if not _ending:
        _asked.append(number)
        raise KeyboardInterrupt


def enough() -> None:
    """From now on a signal changes nothing: the program is on its way out."""
    _ending.append(True)


@contextlib.contextmanager
def heard() -> Iterator[None]:
    """Ctrl-C and SIGTERM raise `KeyboardInterrupt` in the main thread, also where Python would only print it."""
    _asked.clear()
    _ending.clear()
    _kept.clear()
    old: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        usual = {int(signal.SIGINT): signal.default_int_handler, int(signal.SIGTERM): signal.SIG_DFL}
        for number, handler in usual.items():
            if signal.getsignal(number) is handler:  # nohup, or a program around us, has its own idea
                old[number] = signal.signal(number, _come)
    hook, sys.unraisablehook = sys.unraisablehook, _unraisable
    try:
        yield
    finally:
        sys.unraisablehook = hook
        for number, before in old.items():
            signal.signal(number, before)


def _unraisable(what: Any) -> None:
    """An interrupt in the middle of a callback of Python's own is raised again a moment later."""
    if isinstance(what.exc_value, KeyboardInterrupt):
        timer = threading.Timer(AGAIN, _again)
        timer.daemon = True
        timer.start()
    else:
        sys.__unraisablehook__(what)


def _again() -> None:
    if os.name == "nt":  # where os.kill would end the process
        _thread.interrupt_main()
    else:
        os.kill(os.getpid(), asked() or signal.SIGINT)


def asked() -> int | None:
    """The signal that has come, if one has."""
    return _asked[0] if _asked else None


def status(number: int | None) -> int:
    """The exit status after a signal, as a shell has it."""
    return 128 + (int(signal.SIGINT) if number is None else number)


@contextlib.contextmanager
def keeping(what: Callable[[], str]) -> Iterator[None]:
    """While this lasts, `what` can say what is kept if the program ends here; "" where nothing is under way."""
    _kept.append(what)
    yield  # after an error it stays: `main` asks
    _kept.remove(what)


def kept() -> str:
    """What is kept of the work under way; "" where there is nothing to say."""
    for what in reversed(_kept):
        with contextlib.suppress(Exception):
            return what()
    return ""


def ended(number: int | None, lang: str) -> str:
    """What is said after a signal."""
    said = kept()
    if said or number in {None, signal.SIGINT}:
        return said or "interrupted"
    from rus_funding.words.language import say

    return say(lang, "fault.terminated")


def fault(error: BaseException, lang: str) -> str:
    """What is said of an error that nobody has foreseen: what, what is kept, and whom to tell."""
    import errno

    from rus_funding.words.language import say

    left = kept() or say(lang, "fault.whole")
    if isinstance(error, MemoryError):
        return say(lang, "fault.memory", kept=left)
    what = named(error)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}:
        return say(lang, "fault.full", what=what, kept=left)
    return say(lang, "fault.unforeseen", what=what, kept=left)


def named(error: BaseException) -> str:
    """An error in short."""
    return one_line(f"{type(error).__name__}: {error}".removesuffix(": "))


def one_line(text: str) -> str:
    """A text on one line, without control characters and not too long."""
    shown = "".join(char if char.isprintable() else " " for char in text[: 4 * LONGEST])
    shown = " ".join(shown.split())
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "\u2026"


def language(args: Sequence[str]) -> str:
    """The language that a command line asks for."""
    for at, word in enumerate(args):
        asked_for = word.removeprefix("--lang=") if word.startswith("--lang=") else None
        if word == "--lang" and at + 1 < len(args):
            asked_for = args[at + 1]
        if asked_for in {"sv", "en"}:
            return asked_for
    return "sv"


def tell(text: str) -> None:
    """A line on standard error, if anybody listens there."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def drop_output() -> None:
    """What standard output would not take is not tried again at the very end, where Python would print a trace."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stdout.flush()
        return
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
