"""`rus-funding network`: who works with whom, before and after the plan, as findings, tables, graphs and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.collaboration.findings import Finding
    from rus_funding.collaboration.portfolio import Case
    from rus_funding.model.model import FundingModel

FORMATS = ("svg", "png", "csv", "xlsx", "graphml", "gexf", "json")


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
    "-s", "--scenario", type=click.Path(path_type=Path), help="A scenario file (.toml) that gives one scenario."
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
    from rus_funding.cli import show
    from rus_funding.cli.model_and_scenario import model_and_scenario
    from rus_funding.cli.stdout import guarded
    from rus_funding.collaboration.findings import findings
    from rus_funding.collaboration.indicators import indicators
    from rus_funding.collaboration.output import check_target, save
    from rus_funding.collaboration.prices import what_ties_cost
    from rus_funding.engine.solvers.highs import Interruptible

    Interruptible.on = True
    chosen = _formats(formats)
    check_target(output, chosen, force=force)
    given, prepared = model_and_scenario(model, scenario, lang)
    name = prepared.name if prepared is not None else None
    with guarded():
        this = _solved(given, name, lang)
        against = _solved(model_and_scenario(model, None, lang)[0], None, lang) if this and prepared else None
        prices = what_ties_cost(given, weights) if this and weights else None
    if this is None or (prepared is not None and against is None):
        return 1
    tables = indicators(this) | ({"prices": prices} if prices else {})
    title = (prepared.scenario.title or prepared.name) if prepared is not None else ""
    written = save(this, tables, output, title=title, baseline=against, lang=lang, formats=chosen, force=force)
    found = findings(tables)
    if as_json:
        show.data(_document(given, name, found, tables, written, lang))
    else:
        for finding in found:
            click.echo(finding.sentence(lang))
        for path in written:
            click.echo(path, err=True)
    return 0


def _formats(asked: tuple[str, ...]) -> tuple[str, ...]:
    """The formats to write; PNG is left out, and said to be, where its renderer is not installed."""
    from rus_funding.collaboration.png import available, renderer

    if "png" in asked:
        renderer()  # raises before anything is solved
    if asked or available():
        return asked or FORMATS
    click.echo("No PNG is written: it needs resvg (pip install resvg-py). The SVG needs nothing.", err=True)
    return tuple(form for form in FORMATS if form != "png")


def _solved(model: FundingModel, scenario: str | None, lang: str) -> Case | None:
    """The certified plan as a case; without one, why not, on stderr."""
    from rus_funding.collaboration.portfolio import case
    from rus_funding.engine.engine import solve
    from rus_funding.words.causes import cause

    outcome = solve(model, scenario=scenario)
    if not outcome.planned:
        click.echo(f"{scenario or model.name}: {cause(outcome, lang).rstrip('.')}.", err=True)
        return None
    shares = {result.project: float(result.share) for result in outcome.projects}
    return case(model, shares, ((p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments))


def _document(
    model: FundingModel,
    scenario: str | None,
    found: Sequence[Finding],
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    written: Sequence[Path],
    lang: str,
) -> dict[str, Any]:
    from rus_funding.collaboration import meanings

    return {
        "model": model.name,
        "scenario": scenario,
        "findings": [
            {"finding": one.key, "sentence": one.sentence(lang), "figures": dict(one.fields)} for one in found
        ],
        "tables": {name: {"meaning": meanings.meaning(name, lang), "rows": rows} for name, rows in tables.items()},
        "files": [str(path) for path in written],
    }
