"""`rus-funding export`: the linear program as a file for other solvers, and for whoever audits it."""

from __future__ import annotations

from pathlib import Path

import click

OBJECTIVES = ["value", "draw_order", "balance", "reach", "funded", "leverage", "spread"]


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The file to write: .lp or .mps.")
@click.option("-s", "--scenario", type=click.Path(path_type=Path), help="A scenario file that gives one scenario.")
@click.option(
    "--objective", type=click.Choice(OBJECTIVES), default="value", show_default=True, help="What is optimised."
)
@click.option("--names/--no-names", default=True, show_default=True, help="Also write FILE.names.csv.")
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language of messages.")
def export(model: Path, output: Path, scenario: Path | None, objective: str, lang: str, *, names: bool) -> None:
    """Write the linear program of MODEL with one objective, as an LP or MPS file that other solvers read.

    Columns are x0, x1, … and rows r0, r1, …; FILE.names.csv says what each stands for. The file maximises: an objective
    that is minimised stands with its sign turned.
    """
    from rus_funding.cli.given import model_and_scenario
    from rus_funding.program_file import check_target, write_program

    check_target(output)
    given, _ = model_and_scenario(model, scenario, lang)
    for path in write_program(given, output, objective=objective, names=names):
        click.echo(path)
