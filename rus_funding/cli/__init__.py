"""The command line: parse, call, show. Commands are loaded when they are called, so that `--help` is quick.

In come words; out come an exit status, and what the rooms below have to show. No arithmetic and no sentence of its own.
This file imports nothing that takes time: `main` is the last net under everything, imports too.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

# name → (module, one-line help shown by `--help` without importing the module)
COMMANDS = {
    "new": ("rus_funding.cli.new", "Make an empty model: a folder of CSV tables, or a workbook."),
    "import": ("rus_funding.cli.import_", "Read applications (xlsx, csv) into a model."),
    "check": ("rus_funding.cli.check", "Read a model and report every problem at once."),
    "solve": ("rus_funding.cli.solve", "Solve a model and show the plan in whole kronor, and how sure it is."),
    "batch": ("rus_funding.cli.batch", "Solve many scenarios and keep the results in one run."),
    "compare": ("rus_funding.cli.compare", "Compare scenarios: key figures, robust core, regret."),
    "report": ("rus_funding.cli.report", "Make the papers of a meeting: workbook, page, slides, letter."),
    "explain": ("rus_funding.cli.explain", "Explain the plan: the cut line, one project, or why there is no plan."),
    "follow-up": ("rus_funding.cli.follow_up", "Hold what is booked against the plan: claims, recoveries, forecast."),
    "network": ("rus_funding.cli.network", "Map who works with whom, before and after the plan."),
    "export": ("rus_funding.cli.export", "Write the linear program as an LP or MPS file, or a run's tables."),
    "decide": ("rus_funding.cli.decide", "Fill a workbook with the proposal, for what a meeting decides."),
    "adopt": ("rus_funding.cli.adopt", "Check and price what a meeting decided, and make the next model."),
    "register": ("rus_funding.cli.register", "Show what was decided when, and whether any row was changed."),
    "audit": ("rus_funding.cli.audit", "Read a decision back: every krona, and the rule behind it."),
    "verify": ("rus_funding.cli.verify", "Re-check a released plan and its certificate, independently."),
}


BROKEN = 70  # exit status: a fault of ours (EX_SOFTWARE of sysexits.h)
INVALID = 2


def __getattr__(name: str) -> Any:
    """The group itself, for those who call it with exceptions and all."""
    if name != "cli":
        raise AttributeError(f"module 'rus_funding.cli' has no attribute {name!r}")
    return importlib.import_module("rus_funding.cli.group").cli


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line; the only place that turns exceptions into exit statuses.

    Every error ends in a sentence. `--debug`, anywhere on the line, shows the trace before it.
    """
    given = list(sys.argv[1:] if args is None else args)
    words = given[: given.index("--")] if "--" in given else given
    rest = [word for word in words if word != "--debug"] + given[len(words) :]
    try:
        from rus_funding.cli import stop

        with stop.heard():
            try:
                status = _called(rest)
            except SystemExit:
                raise
            except BaseException as error:
                _end(error, given, debug="--debug" in words)
    except KeyboardInterrupt:  # before anybody listened
        sys.stderr.write("interrupted\n")
        sys.exit(130)
    sys.exit(status)


def _called(args: list[str]) -> int:
    """The command's exit status, when all that it printed is out."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # Windows consoles and pipes default to a legacy code page
            reconfigure(encoding="utf-8", errors="replace")
    group = importlib.import_module("rus_funding.cli.group").cli
    status = group.main(args=args, standalone_mode=False)
    sys.stdout.flush()
    return status if isinstance(status, int) else 0


def _end(error: BaseException, args: Sequence[str], *, debug: bool) -> NoReturn:
    """Say in a sentence why it ended, and leave with the status of that."""
    from rus_funding.cli import stop

    stop.enough()
    if debug:
        import traceback

        traceback.print_exception(error)
    # an import that is interrupted raises anything
    if isinstance(error, KeyboardInterrupt) or stop.asked() is not None:
        _stopped(stop.asked(), args)
    if isinstance(error, BrokenPipeError):  # the reader (head, less) has closed
        sys.stderr.close()
        sys.exit(0)
    try:
        sys.exit(_said(error, args))
    except Exception as fault:  # the words themselves fail: no memory, a broken installation
        said = stop.named(error)
        stop.tell(f"error: rus-funding failed ({said}), and so did its words ({type(fault).__name__}). See --debug.")
        sys.exit(BROKEN)


def _said(error: BaseException, args: Sequence[str]) -> int:
    """Show an error; the exit status that it has."""
    import click

    from rus_funding.cli import stop
    from rus_funding.errors import FundingError, InvalidInput

    lang = stop.language(args)
    if isinstance(error, click.exceptions.Abort):
        _stopped(None, args)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return INVALID
    if isinstance(error, click.ClickException):
        from rus_funding.cli import usage

        stop.tell(usage.said(error, lang))
        return INVALID
    if isinstance(error, InvalidInput):
        from rus_funding.cli.show import problems

        problems(error.problems, error.lang)
        return INVALID
    if isinstance(error, FundingError):
        from rus_funding.words.language import say
        from rus_funding.words.usage import said

        stop.tell(f"{say(lang, 'check.error')}: {said(error, lang)}")
        return INVALID
    stop.tell(stop.fault(error, lang))
    stop.drop_output()
    return BROKEN


def _stopped(number: int | None, args: Sequence[str]) -> NoReturn:
    """Leave with status 130 (143 after SIGTERM), at once: a solver still running in a thread is not waited for."""
    from rus_funding.cli import stop

    status = stop.status(number)
    try:
        said = stop.ended(number, stop.language(args))
    except Exception:  # its words could not be read either
        said = "interrupted"
    stop.tell(said)
    if threading.active_count() > 1:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(status)
    sys.exit(status)
