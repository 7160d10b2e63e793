"""`rus-funding export`: the linear program as a file for other solvers and auditors, or a run's tables."""

from __future__ import annotations

from pathlib import Path

import click

OBJECTIVES = ["value", "draw_order", "balance", "reach", "funded", "leverage", "spread", "continuity"]


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="The file to write (.lp or .mps); of a run, the folder.",
)
@click.option(
    "-s", "--scenario", type=click.Path(path_type=Path), help="A scenario file, or a name in the model's own sheet."
)
@click.option(
    "--objective", type=click.Choice(OBJECTIVES), default="value", show_default=True, help="What is optimised."
)
@click.option("--names/--no-names", default=True, show_default=True, help="Also write FILE.names.csv.")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx", "parquet"]), default="csv", show_default=True,
              help="Of a run: what its tables are written as.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option("--damaged", is_flag=True, help="Of a damaged run, write what is left; every file says so.")
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language of messages.")
def export(
    model: Path, output: Path, scenario: Path | None, objective: str, form: str, lang: str, *, damaged: bool,
    names: bool, force: bool,
) -> None:  # fmt: skip
    """Write the linear program of MODEL with one objective, as an LP or MPS file that other solvers read.

    If MODEL is a run (the file that `batch` writes), write its tables into the folder instead, for Excel and others.

    Columns are x0, x1, … and rows r0, r1, …; FILE.names.csv says what each stands for. The file maximises: an objective
    that is minimised stands with its sign turned.
    """
    from rus_funding.runs.file import is_run

    if model.is_file() and is_run(model):
        from rus_funding.runs import export_run, opened

        with opened(model, damaged=damaged, lang=lang) as run:
            for path in export_run(run, output, form, lang=lang, force=force):
                click.echo(path)
        return
    from rus_funding.cli.model_and_scenario import model_and_scenario, tell
    from rus_funding.engine.program_file import check_target, write_program

    check_target(output, names=names, force=force)
    given, prepared = model_and_scenario(model, scenario, lang)
    tell(prepared, lang)
    for path in write_program(given, output, objective=objective, names=names, force=force):
        click.echo(path)
