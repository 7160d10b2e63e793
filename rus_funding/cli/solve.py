"""`rus-funding solve`: a model in, the plan in whole kronor out, with how it stands."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option(
    "-s", "--scenario", type=click.Path(path_type=Path), help="A scenario file (.toml) that gives one scenario."
)
@click.option(
    "--solver", default="highs", show_default=True, help="highs, cbc, or any other that PuLP finds installed."
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="End the search after this; the best plan so far is shown.",
)
@click.option(
    "--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language of the report."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the report.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the released plan: .json or .json.gz.")
def solve(
    model: Path,
    scenario: Path | None,
    solver: str,
    time_limit: float | None,
    lang: str,
    output: Path | None,
    *,
    as_json: bool,
) -> int:
    """Solve MODEL and show the plan in whole kronor, and how sure it is.

    Exit status: 0 a plan that is proven best; 1 a plan that is not, or none; 2 invalid input or usage.
    """
    from rus_funding.cli.given import model_and_scenario
    from rus_funding.cli.stdout import guarded
    from rus_funding.engine import Engine
    from rus_funding.solvers.highs import Interruptible

    if output is not None:
        from rus_funding.publish import check_target

        check_target(output)
    Interruptible.on = True
    engine = Engine(solver.lower())
    given, prepared = model_and_scenario(model, scenario, lang)
    name = prepared.name if prepared is not None else None
    with guarded():
        outcome = engine.solve(given, scenario=name, seconds=float("inf") if time_limit is None else time_limit)
    if as_json:
        from rus_funding.cli.show import data

        data(outcome.as_dict())
    else:
        from rus_funding.report.terminal import show

        show(outcome, lang)
    if output is not None and outcome.planned:
        from rus_funding.publish import digests, publish

        options = {"solver": outcome.solver, "time_limit": time_limit}
        publish(outcome, output, scenario=prepared, inputs=digests(model, prepared), options=options)
        click.echo(output, err=True)
    return 0 if outcome.standing.proven else 1
