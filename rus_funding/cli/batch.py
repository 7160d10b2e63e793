"""`rus-funding batch`: many scenarios in one run."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("scenarios", metavar="SCENARIO...", nargs=-1, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The run: one SQLite file.")
@click.option("--workers", type=click.IntRange(min=0), metavar="N", help="Processes; as many as cores if left out.")
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
              help="End a scenario's search after this; the best plan so far is kept.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with an interrupted run.")
@click.option("--force", is_flag=True, help="Replace a finished run.")
@click.option("--dask", metavar="ADDRESS", help="Work on a Dask cluster: tcp://host:port, local or local:4.")
@click.option("--solver", default="highs", show_default=True, help="highs, cbc, or any other that PuLP finds.")
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language of the texts.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the summary.")
def batch(
    model: Path,
    scenarios: tuple[Path, ...],
    output: Path,
    workers: int | None,
    time_limit: float | None,
    dask: str | None,
    solver: str,
    lang: str,
    *,
    resume: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Solve MODEL and every SCENARIO (files or folders of them), and keep the results in one file.

    A scenario without a plan is a result like any other. A run that was interrupted goes on with --resume; nothing
    that was finished is lost. Exit status: 0 every scenario has a plan that is proven best; 1 some have not, or depart
    from what their file expects; 2 invalid input or usage; 130 interrupted.
    """
    from rus_funding.cli.batch_view import Progress, summary
    from rus_funding.cli.model_and_scenario import translating
    from rus_funding.cli.stdout import guarded
    from rus_funding.errors import UsageError
    from rus_funding.proof.standing import PROVEN
    from rus_funding.runs.batched import batch as batched

    if workers == 0:
        from rus_funding.engine.solvers.highs import Interruptible

        Interruptible.on = True
    if dask is not None and workers is not None:
        raise UsageError("--dask and --workers exclude each other: the cluster has workers of its own.")
    with Progress(output, lang) as progress, translating(lang), guarded():
        try:
            run = batched(
                model,
                scenarios,
                output,
                workers=workers,
                time_limit=time_limit,
                resume=resume,
                force=force,
                dask=dask,
                solver=solver,
                progress=progress.step,
                begun=progress.begin,
            )
        except KeyboardInterrupt:
            progress.interrupted()
            return 130
    found = run.as_dict()
    if as_json:
        from rus_funding.cli.show import data

        data(found)
    else:
        summary(found, run.summary, lang)
    return 1 if set(found["standings"]) - {PROVEN} or found["departures"] else 0
