"""`rus-funding network`: who works with whom, before and after the plan, as findings, tables, graphs and pictures."""

from __future__ import annotations

from pathlib import Path

import click

FORMATS = ("svg", "png", "csv", "xlsx", "graphml", "gexf", "json")  # as `rus_funding.collaboration.network` has them


def _weights(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[float, ...] | None:
    """Weights of collaboration, separated by commas."""
    if value is None:
        return None
    try:
        found = tuple(float(part) for part in value.split(","))
    except ValueError:
        found = (-1.0,)
    if not all(0 <= weight <= 1e12 for weight in found):
        raise click.BadParameter(f"{value!r} is not a list of weights; write for example 0,50,150.", ctx, param)
    return found


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option(
    "-s",
    "--scenario",
    type=click.Path(path_type=Path),
    help="A scenario file (.toml), or the name of a scenario in the model's own sheet.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write."
)
@click.option("--format", "formats", type=click.Choice(FORMATS), multiple=True, help="Only these (default: all).")
@click.option(
    "--weights", callback=_weights, metavar="W,W,...", help="What a new tie costs: solve with these weights as well."
)
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language of the texts.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the findings.")
def network(
    model: Path,
    scenario: Path | None,
    output: Path,
    formats: tuple[str, ...],
    weights: tuple[float, ...] | None,
    lang: str,
    *,
    force: bool,
    as_json: bool,
) -> int:
    """Solve MODEL, and show who works with whom today and with the projects funded.

    Writes pictures, tables and graphs (for Gephi, Excel, networkx) into the folder, and prints the main findings.
    Exit status: 0 done; 1 there is no certified plan; 2 invalid input or usage.
    """
    from rus_funding.cli.model_and_scenario import told, translating
    from rus_funding.cli.stdout import guarded
    from rus_funding.collaboration.network import chosen
    from rus_funding.collaboration.network import network as networked
    from rus_funding.collaboration.output import check_target
    from rus_funding.engine.solvers.highs import Interruptible
    from rus_funding.errors import NoPlan

    asked = chosen(formats)
    if not formats and "png" not in asked:
        click.echo("No PNG is written: it needs resvg (pip install resvg-py). The SVG needs nothing.", err=True)
    Interruptible.on = True
    check_target(output, asked, force=force)
    try:
        with translating(lang), guarded():
            base, prepared = (model, scenario) if scenario is None or as_json else told(model, scenario, lang)
            found = networked(base, prepared, weights=weights or ())
    except NoPlan as error:
        from rus_funding.words.causes import cause

        outcome = error.outcome
        click.echo(f"{outcome.scenario or outcome.model.name}: {cause(outcome, lang).rstrip('.')}.", err=True)
        return 1
    written = found.save(output, asked, lang=lang, force=force)
    if as_json:
        from rus_funding.cli.show import data

        data(found.as_dict(lang, written))
    else:
        for sentence in found.sentences(lang):
            click.echo(sentence)
        for path in written:
            click.echo(path, err=True)
    return 0
