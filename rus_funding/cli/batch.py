"""`rus-funding batch`: many scenarios in one run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("scenarios", metavar="SCENARIO...", nargs=-1, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The run: one SQLite file (MODEL's name.sqlite).")
@click.option("--workers", type=click.IntRange(min=0), metavar="N", help="Processes; as many as cores if left out.")
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
              help="End a scenario's search after this; the best plan so far is kept.")  # fmt: skip
@click.option("--reasons", is_flag=True, help="Also work out by solves why projects are not funded in full.")
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
    output: Path | None,
    workers: int | None,
    time_limit: float | None,
    dask: str | None,
    dask_tls: str | None,
    solver: str,
    lang: str,
    *,
    reasons: bool,
    resume: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Solve MODEL and every SCENARIO, and keep the results in one file.

    A SCENARIO is a file, a folder of files, or the name of one in the model's own sheet; left out, all of that sheet.

    A scenario without a plan is a result like any other. A run that was interrupted goes on with --resume; nothing
    that was finished is lost. Exit status: 0 every scenario has a plan that is proven best; 1 some have not, or depart
    from what their file expects; 2 invalid input or usage; 130 interrupted, 143 terminated.
    """
    from rus_funding.cli import stop
    from rus_funding.cli.batch_view import Progress, summary
    from rus_funding.cli.model_and_scenario import translating
    from rus_funding.cli.stdout import guarded
    from rus_funding.errors import UsageError
    from rus_funding.proof.standing import PROVEN
    from rus_funding.runs.batched import batch as batched

    output = Path(f"{model.resolve().stem}.sqlite") if output is None else output
    if workers == 0:
        from rus_funding.engine.solvers.highs import Interruptible

        Interruptible.on = True
    if dask is not None and workers is not None:
        raise UsageError("--dask and --workers exclude each other: the cluster has workers of its own.")
    tls = tuple(dask_tls.split(",")) if dask_tls is not None else ()
    _look_at(dask, tls, lang)
    with Progress(output, lang) as progress, translating(lang), stop.keeping(progress.kept), guarded():
        try:
            run = batched(
                model,
                scenarios,
                output,
                workers=workers,
                time_limit=time_limit,
                reasons=reasons,
                resume=resume,
                force=force,
                dask=dask,
                solver=solver,
                dask_tls=tls,
                progress=progress.step,
                begun=progress.begin,
            )
        except KeyboardInterrupt:
            progress.interrupted()
            return stop.status(stop.asked())
    found = run.as_dict()
    if as_json:
        from rus_funding.cli.show import data

        data(found)
    else:
        summary(found, run.summary, lang)
    return 1 if set(found["standings"]) - {PROVEN} or found["departures"] else 0


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
