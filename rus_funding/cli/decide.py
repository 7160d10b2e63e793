"""`rus-funding decide`: a workbook in which a meeting's clerk writes what was decided."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("-s", "--scenario", default="baseline", show_default=True, help="The scenario that is proposed.")
@click.option("--meeting", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The meeting's day.")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Workbook to write."
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language of the texts.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a sentence.")
def decide(run: Path, scenario: str, meeting: object, output: Path, lang: str, *, force: bool, as_json: bool) -> int:
    """Fill a workbook with the proposal of RUN: a row for each project and own fund, and cells for what is decided.

    Own funds are those whose financier is the model's decider. The clerk changes the yellow cells, `adopt` reads them.
    Exit status: 0 written; 1 the scenario has no plan; 2 invalid input or usage.
    """
    import datetime as dt

    from rus_funding.cli.model_and_scenario import translating
    from rus_funding.errors import NoPlan, UsageError
    from rus_funding.files import admit, put
    from rus_funding.follow_up.decide import propose
    from rus_funding.follow_up.decide_workbook import content
    from rus_funding.words.language import say

    if output.suffix.lower() != ".xlsx":
        raise UsageError("{path}: the name of the decision's workbook must end in .xlsx.", path=output)
    admit(output, force=force)
    day = meeting.date() if isinstance(meeting, dt.datetime) else dt.date.min
    try:
        with translating(lang):
            found = propose(run, day, scenario)
    except NoPlan as error:
        from rus_funding.words.causes import cause

        click.echo(say(lang, "explain.no-plan", message=cause(error.outcome, lang)), err=True)
        return 1
    put(output, content(found, lang), force=force)
    proposed = sum(sum(row.proposed) for row in found.rows)
    if as_json:
        from rus_funding.cli.show import data

        data({"file": str(output), "rows": len(found.rows), "proposed": proposed, "decider": found.decider,
              "sha256": found.sha256})  # fmt: skip
    else:
        click.echo(say(lang, "decide.written", path=output, count=len(found.rows), kronor=proposed,
                       decider=found.decider))  # fmt: skip
    return 0
