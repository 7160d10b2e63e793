"""What click says of a command line that it cannot read, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.words.language import say
from rus_funding.words.usage import read_back

if TYPE_CHECKING:
    import click

# what click says, and what is said through it, as far as our commands can come to it; those that hold others first
TEXTS = (
    "there is no command '{name}'. Did you mean '{near}'?",
    "there is no command '{name}'. Commands: {names}.",
    "{what} Did you mean {near}?",
    "{what} (Did you mean one of: {near}?)",
    "Invalid value for {name}: {what}",
    "Missing command.",
    "Missing argument {name}.",
    "Missing option {name}.",
    "No such option {name}.",
    "No such command {name}.",
    "Got unexpected extra argument ({names})",
    "Got unexpected extra arguments ({names})",
    "Option {name} requires an argument.",
    "Option {name} requires {count} arguments.",
    "Option {name} does not take a value.",
    "Argument {name} takes {count} values.",
    "{value} is not one of {choices}.",
    "{value} is not a valid integer range.",
    "{value} is not a valid integer.",
    "{value} is not a valid float range.",
    "{value} is not a valid float.",
    "{value} is not in the range {range}.",
    "File {path} does not exist.",
    "Path {path} does not exist.",
    "{value} does not match the format {format}.",
    "Directory {path} is a file.",
    "File {path} is a directory.",
    "'{unknown}' is none of {formats}.",
)


def said(error: click.ClickException, lang: str) -> str:
    """How the command is used, where help is, and what is wrong."""
    import click

    lines = []
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        usage = " ".join(context.command.collect_usage_pieces(context))
        lines.append(say(lang, "fault.usage", command=context.command_path, pieces=usage))
        lines += [say(lang, "fault.help", command=context.command_path), ""]
    what = read_back(error.format_message(), TEXTS, lang)
    return "\n".join([*lines, f"{say(lang, 'check.error')}: {what}"])
