"""`rus-funding new`: an empty model to fill in."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--example", is_flag=True, help="Fill the tables with a small made-up model, to write over.")
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
@click.option(
    "--lang",
    type=click.Choice(["sv", "en"]),
    default="sv",
    show_default=True,
    help="Language of sheets, headings and explanations; either is read.",
)
def new(target: Path, *, example: bool, force: bool, lang: str) -> None:
    """Make an empty model: a folder of CSV tables, or a workbook if TARGET ends in .xlsx.

    Read its first page (LAS-MIG.md, or the sheet "Läs mig"), fill in the tables, then run `rus-funding check TARGET`.
    """
    from rus_funding.model.templates import write_template

    for path in write_template(target, example=example, force=force, lang=lang):
        click.echo(path)
    click.echo(f"Fill in the tables, then run: rus-funding check {target}", err=True)
