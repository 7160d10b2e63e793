"""The command line: parse, call, show. Commands are loaded when they are called, so that `--help` is quick.

In come words; out come an exit status, and what the rooms below have to show. No arithmetic and no sentence of its own.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from typing import Any, NoReturn

import click

from rus_funding import __version__
from rus_funding.errors import FundingError, InvalidInput

# name → (module, one-line help shown by `--help` without importing the module)
COMMANDS = {
    "new": ("rus_funding.cli.new", "Make an empty model: a folder of CSV tables, or a workbook."),
    "check": ("rus_funding.cli.check", "Read a model and report every problem at once."),
    "solve": ("rus_funding.cli.solve", "Solve a model and show the plan in whole kronor, and how sure it is."),
    "batch": ("rus_funding.cli.batch", "Solve many scenarios and keep the results in one run."),
    "compare": ("rus_funding.cli.compare", "Compare scenarios: key figures, robust core, regret."),
    "report": ("rus_funding.cli.report", "Make the papers of a meeting: workbook, page, slides, letter."),
    "explain": ("rus_funding.cli.explain", "Explain the plan: the cut line, one project, or why there is no plan."),
    "network": ("rus_funding.cli.network", "Map who works with whom, before and after the plan."),
    "export": ("rus_funding.cli.export", "Write the linear program as an LP or MPS file, or a run's tables."),
    "verify": ("rus_funding.cli.verify", "Re-check a released plan and its certificate, independently."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of work, not of the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command itself."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[name][0])
        command: click.Command = getattr(module, name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table above: nothing is imported for `--help`."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command where a name is unknown."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else f" Commands: {', '.join(COMMANDS)}."
            ctx.fail(f"there is no command '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="rus-funding")
def cli() -> None:
    """Join money from many funds on projects so that a regional strategy gets the most.

    MODEL is a folder of CSV tables or a workbook. Exit status: 0 done; 1 solved, but something is infeasible or not
    proven best; 2 invalid input or usage; 130 interrupted.
    """


def main(args: list[str] | None = None) -> None:
    """Run the command line; the only place that turns exceptions into exit statuses."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # Windows consoles and pipes default to a legacy code page
            reconfigure(encoding="utf-8", errors="replace")
    try:
        status = cli.main(args=args, standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        _interrupted()
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except InvalidInput as error:
        from rus_funding.cli.show import problems

        problems(error.problems, error.lang)
        sys.exit(2)
    except FundingError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:  # the reader (head, less) has closed
        sys.stderr.close()
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


def _interrupted() -> NoReturn:
    """Leave with status 130, at once: a solver that is still running in a thread is not waited for."""
    click.echo("interrupted", err=True)
    if threading.active_count() > 1:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(130)
    sys.exit(130)
