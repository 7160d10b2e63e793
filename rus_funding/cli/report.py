"""`rus-funding report`: the papers of a meeting from a run: workbook, page, slides, letter."""

from __future__ import annotations

from pathlib import Path

import click


def _formats(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...]:
    """The formats asked for, separated by commas; all if left out."""
    from rus_funding.errors import UsageError
    from rus_funding.papers.report import chosen

    try:
        return chosen(None if value is None else value.split(","))
    except UsageError as error:
        raise click.BadParameter(str(error), ctx, param) from None


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
@click.option(
    "--strategy", metavar="ID", help="Tell the plan in another strategy's areas too, and what it would choose."
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
    strategy: str | None,
    lang: str,
    *,
    damaged: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Make the papers of a meeting from RUN, a finished or unfinished batch.

    Each file is MODEL-SCENARIO with the format's ending; nothing is solved again, but for what
    another `--strategy` would choose. Exit status: 0 done; 1 done, but the
    scenario has no plan or is not proven best, and the papers say so; 2 invalid input or usage.
    """
    from rus_funding.cli.model_and_scenario import translating
    from rus_funding.papers.report import report as reported

    with translating(lang):
        made = reported(run, output, scenario=scenario, formats=formats, template=template, force=force, lang=lang,
                    damaged=damaged, strategy=strategy)  # fmt: skip
    if as_json:
        from rus_funding.cli.show import data

        data(made.as_dict())
    else:
        for path in made.files.values():
            click.echo(path)
    return 0 if made.proven else 1
