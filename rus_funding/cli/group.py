"""The group of commands: names, help, and what is said of a name that is none."""

from __future__ import annotations

import importlib
import keyword

import click

from rus_funding.cli import COMMANDS


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
        name = f"{name}_" if keyword.iskeyword(name) else name.replace("-", "_")
        command: click.Command = getattr(module, name)
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


def _version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    """The version is looked up only where somebody asks."""
    if asked and not context.resilient_parsing:
        from rus_funding.version import version

        click.echo(f"rus-funding, version {version()}")
        context.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the trace of an error; anywhere on the line.")
def cli() -> None:
    """Join money from many funds on projects so that a regional strategy gets the most.

    MODEL is a folder of CSV tables or a workbook. Exit status: 0 done; 1 solved, but something is infeasible or not
    proven best; 2 invalid input or usage; 70 a fault of the program; 130 interrupted; 143 terminated.
    """
