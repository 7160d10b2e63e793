"""`rus-funding report`: the papers of a meeting from a run: workbook, page, slides, letter."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from rus_funding.papers.pack import Pack

FORMATS = ("xlsx", "html", "pptx", "docx")


def _formats(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...]:
    """The formats asked for, separated by commas; all if left out."""
    asked = [part.strip().lower() for part in value.split(",")] if value is not None else list(FORMATS)
    unknown = [part for part in asked if part not in FORMATS]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(FORMATS)}.", ctx, param)
    return tuple(form for form in FORMATS if form in asked)


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write."
)
@click.option("-s", "--scenario", default="baseline", show_default=True, help="The scenario that the papers propose.")
@click.option("--format", "formats", callback=_formats, metavar="F,F,...", help="Of xlsx, html, pptx, docx (all).")
@click.option(
    "--template", type=click.Path(path_type=Path, dir_okay=False), help="Slides of your own to build on (.pptx)."
)
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option("--damaged", is_flag=True, help="Of a damaged run, show what is left; every page says so.")
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language of the texts.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the files' names.")
def report(
    run: Path,
    output: Path,
    scenario: str,
    formats: tuple[str, ...],
    template: Path | None,
    lang: str,
    *,
    damaged: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Make the papers of a meeting from RUN, a finished or unfinished batch.

    Each file is MODEL-SCENARIO with the format's ending; nothing is solved again. Exit status: 0 done; 1 done, but the
    scenario has no plan or is not proven best, and the papers say so; 2 invalid input or usage.
    """
    from rus_funding.cli.show import data
    from rus_funding.errors import UsageError
    from rus_funding.files import file_name
    from rus_funding.papers.pack import Pack

    if template is not None and "pptx" not in formats:
        raise UsageError("--template is for slides: add pptx to --format.")
    with Pack.open(run, scenario, lang, damaged=damaged) as pack:
        stem = file_name(f"{pack.run.info['model']}-{scenario}")
        targets = {form: output / f"{stem}.{form}" for form in formats}
        there = [path for path in targets.values() if path.exists()]
        if there and not force:
            raise UsageError(f"{there[0]} is there already. Use --force to replace it, or name another folder.")
        _make(output)
        for form, path in targets.items():
            more = {"template": template} if form == "pptx" and template is not None else {}
            _write(importlib.import_module(f"rus_funding.papers.{form}").write, pack, path, more)
        status, standing = pack.outcome.status, pack.outcome.standing
    if as_json:
        files = {form: str(path) for form, path in targets.items()}
        data({"run": str(run), "scenario": scenario, "status": status, "standing": standing.name, "files": files})
    else:
        for path in targets.values():
            click.echo(path)
    return 0 if standing.proven else 1


def _make(folder: Path) -> None:
    from rus_funding.errors import UsageError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made ({error.strerror}). Name another folder.") from None


def _write(write: Callable[..., None], pack: Pack, path: Path, more: dict[str, Any]) -> None:
    from rus_funding.files import placed

    with placed(path) as beside:
        write(pack, beside, **more)
