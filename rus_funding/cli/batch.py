"""`rus-funding batch`: many scenarios in one run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.model.model import FundingModel
    from rus_funding.scenarios import Scenario


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("scenarios", metavar="SCENARIO...", nargs=-1, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The run: one SQLite file.")
@click.option("--workers", type=click.IntRange(min=0), metavar="N", help="Processes; as many as cores if left out.")
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
              help="End a scenario's search after this; the best plan so far is kept.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with an interrupted run.")
@click.option("--force", is_flag=True, help="Replace a finished run.")
@click.option(
    "--dask", metavar="ADDRESS", help="Work on a Dask cluster: tcp://host:port, tls://host:port, local or local:4."
)
@click.option("--dask-tls", metavar="CA,CERT,KEY", help="Files for a cluster at tls://host:port.")
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
    dask_tls: str | None,
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
    from what their file expects; 2 invalid input or usage; 130 interrupted, 143 terminated.
    """
    from rus_funding.cli import stop
    from rus_funding.cli.batch_view import Progress, summary
    from rus_funding.cli.stdout import guarded
    from rus_funding.engine.publish import digests
    from rus_funding.errors import UsageError
    from rus_funding.proof.standing import PROVEN
    from rus_funding.runs import Run
    from rus_funding.runs.batch import batch as run_batch
    from rus_funding.runs.overview import overview

    if workers == 0:
        from rus_funding.engine.solvers.highs import Interruptible

        Interruptible.on = True
    if dask is not None and workers is not None:
        raise UsageError("--dask and --workers exclude each other: the cluster has workers of its own.")
    tls = tuple(dask_tls.split(",")) if dask_tls is not None else ()
    _look_at(dask, tls, lang)
    given, asked = _inputs(model, scenarios, lang)
    _make_folder(output)
    with Progress(output, lang) as progress, stop.keeping(progress.kept), guarded():
        try:
            went = run_batch(
                given,
                asked,
                output,
                workers=workers,
                solver=solver.lower(),
                seconds=float("inf") if time_limit is None else time_limit,
                resume=resume,
                force=force,
                dask=dask,
                dask_tls=tls,
                input_files=digests(model),
                progress=progress.step,
                begun=progress.begin,
            )
        except KeyboardInterrupt:
            progress.interrupted()
            return stop.status(stop.asked())
    with Run(output) as run:
        found = overview(run)
    if as_json:
        from rus_funding.cli.show import data

        data({**found, "kept": went.kept, "damaged": list(went.damaged), "seconds": went.seconds})
    else:
        summary(found, went, lang)
    return 1 if set(found["standings"]) - {PROVEN} or found["departures"] else 0


def _inputs(model: Path, scenarios: Sequence[Path], lang: str) -> tuple[FundingModel, list[Scenario]]:
    """The model and the scenario files. Raises `InvalidInput` with the problems in `lang`."""
    from rus_funding.errors import InvalidInput
    from rus_funding.model.reading import read_model
    from rus_funding.scenarios import read_scenarios
    from rus_funding.words.messages import translated

    try:
        return read_model(model), read_scenarios(list(scenarios)) if scenarios else []
    except InvalidInput as error:
        raise InvalidInput([translated(problem, lang) for problem in error.problems], lang) from None


def _look_at(dask: str | None, tls: Sequence[str], lang: str) -> None:
    """Refuse an address that is none; warn of one over which anybody may read and send."""
    from rus_funding.errors import UsageError

    if dask is None:
        if tls:
            raise UsageError("--dask-tls goes with --dask tls://host:port.")
        return
    from rus_funding.runs.batch.address import Address
    from rus_funding.words.language import say

    if Address.of(dask, tls).open:
        click.echo(say(lang, "batch.unprotected", address=dask), err=True)


def _make_folder(output: Path) -> None:
    """The run's folder, if only that is missing; the writer says what else is."""
    from rus_funding.files import allowed, unwritten

    allowed(output)
    if output.parent.parent.is_dir() and not output.parent.exists():
        try:
            output.parent.mkdir()
        except OSError as error:
            raise unwritten(output.parent, error, folder=True) from None
