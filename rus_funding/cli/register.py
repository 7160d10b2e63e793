"""`rus-funding register`: what was decided when, and why; and whether any row was changed since."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--project", metavar="PROJECT", help="Only the decisions on one project.")
@click.option(
    "--hash", "noted", metavar="HASH", help="A row's checksum as the minutes have it: it must be there still."
)
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
def register(file: Path, project: str | None, noted: str | None, lang: str, *, as_json: bool) -> int:
    """Show the decisions of the register FILE, after a look at every row's checksum.

    Exit status: 0 no row is changed; 1 some are, or the checksum of --hash is gone; 2 no register.
    """
    return shown(file, lang, as_json=as_json, project=project, noted=noted)


def shown(file: Path, lang: str, *, as_json: bool, project: str | None = None, noted: str | None = None) -> int:
    """Show a register, as `verify` does too; the exit status."""
    import dataclasses

    from rus_funding.follow_up import adopt_words
    from rus_funding.follow_up import register as kept
    from rus_funding.words.language import say

    found = kept.verify(file)
    lacking = noted is not None and noted.strip().lower() not in found.hashes
    entries = kept.entries(file, project)
    if as_json:
        from rus_funding.cli.show import data

        rows = [dataclasses.asdict(entry) for entry in entries]
        data({"rows": found.rows, "hash": found.last, "changed": list(found.changed), "lacking": lacking,
              "decisions": rows})  # fmt: skip
        return int(bool(found.changed) or lacking)
    if found.changed:
        click.echo(say(lang, "adopt.register.changed", path=file, rows=found.changed))
    else:
        click.echo(say(lang, "adopt.register.whole", path=file, count=found.rows, hash=found.last))
    if lacking:
        click.echo(say(lang, "adopt.register.lacking", path=file, hash=noted))
    for line in adopt_words.history(entries, lang):
        click.echo(line)
    if project is not None and not entries:
        click.echo(say(lang, "adopt.register.none", project=project))
    return int(bool(found.changed) or lacking)
