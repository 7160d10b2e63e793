"""`rus-funding follow-up`: what is booked held against the plan."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(name="follow-up")
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--booked", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="The ledger or a project's report (.xlsx, .csv); without it the model's own tables.")  # fmt: skip
@click.option("--through", type=int, metavar="YEAR", help="The last year that is booked (default: closed_through).")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="End each search after this; the best plan so far is shown.",
)
@click.option(
    "--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language of the report."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the report.")
def follow_up(
    model: Path, booked: Path | None, through: int | None, time_limit: float | None, lang: str, *, as_json: bool
) -> int:
    """Hold what is booked against MODEL's plan: claims, recoveries, what is lost, and the forecast.

    Exit status: 0 done; 1 there is no plan or forecast, the forecast is not proven best, or rows of the file fit
    nowhere; 2 invalid input or usage.
    """
    from rus_funding.cli.model_and_scenario import translating
    from rus_funding.cli.stdout import guarded
    from rus_funding.engine.solvers.highs import Interruptible
    from rus_funding.errors import NoPlan, UsageError
    from rus_funding.follow_up.ledger import read_ledger
    from rus_funding.follow_up.outcome import follow_up as followed
    from rus_funding.follow_up.outcome import with_ledger
    from rus_funding.model.reading import load

    Interruptible.on = True
    ledger = None
    with translating(lang):
        given = load(model)
        year = given.closed_through if through is None else through
        if year is not None and year not in given.years:
            raise UsageError("{year} is none of the model's years: {years}.", year=year, years=list(given.years))
        if booked is not None:
            if year is None:
                raise UsageError("no year is closed: give --through YEAR, or write closed_through in the model file.")
            ledger = read_ledger(booked, given, year)
            given = with_ledger(given, ledger)
        else:
            given = given.replace(closed_through=year)
    try:
        with guarded():
            found = followed(given, ledger, seconds=float("inf") if time_limit is None else time_limit)
    except NoPlan as error:
        from rus_funding.words.causes import cause

        click.echo(f"{given.name}: {cause(error.outcome, lang).rstrip('.')}.", err=True)
        return 1
    if as_json:
        from rus_funding.cli.show import data

        data(found.as_dict())
    else:
        from rus_funding.follow_up.terminal import show

        show(found, lang)
    unmatched = ledger is not None and ledger.unmatched
    return 0 if found.forecast.standing.proven and not unmatched else 1
