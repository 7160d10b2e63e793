"""`rus-funding solve`: a model in, the plan in whole kronor out, with how it stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rus_funding.engine.plan import Outcome


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
@click.option("--force", is_flag=True, help="Replace a file that is there; a released plan only by the same plan.")
@click.option(
    "--second-opinion",
    is_flag=True,
    help="Solve a second formulation with CBC too; status and every optimum must agree.",
)
def solve(
    model: Path,
    scenario: Path | None,
    solver: str,
    time_limit: float | None,
    lang: str,
    output: Path | None,
    *,
    force: bool,
    as_json: bool,
    second_opinion: bool,
) -> int:
    """Solve MODEL and show the plan in whole kronor, and how sure it is.

    Exit status: 0 a plan that is proven best; 1 a plan that is not, or none, or one that the second opinion does not
    confirm (it is shown, and not written); 2 invalid input or usage.
    """
    from rus_funding.cli.model_and_scenario import model_and_scenario
    from rus_funding.cli.stdout import guarded
    from rus_funding.engine.solvers.highs import Interruptible
    from rus_funding.engine.solving import solve as solved

    if output is not None:
        from rus_funding.engine.publish import check_target

        check_target(output, force=force)
    Interruptible.on = True
    given, prepared = model_and_scenario(model, scenario, lang)
    with guarded():
        outcome = solved(given, prepared, time_limit=time_limit, solver=solver)
    opinion, said, agrees = _asked(outcome, time_limit, lang) if second_opinion else ({}, "", True)
    from rus_funding.explanations.idle import idle_money

    with guarded():
        idle = idle_money(outcome, time_limit)
    if as_json:
        from rus_funding.cli.show import data

        data(outcome.as_dict() | {"idle": None if idle is None else idle.as_dict()} | opinion)
    else:
        from rus_funding.papers.terminal import show

        show(outcome, lang)
        from rus_funding.explanations.idle_words import idle_sentences
        from rus_funding.words.language import say
        from rus_funding.words.printing import section, standard_console, write

        if lines := idle_sentences(idle, lang):
            write(standard_console(), section(say(lang, "idle.title"), lines))
        if said:
            write(standard_console(), section(say(lang, "opinion.title"), [said]))
    if output is not None and outcome.planned and agrees:
        from rus_funding.engine.publish import digests, publish

        options = {"solver": outcome.solver, "time_limit": time_limit, **opinion}
        publish(outcome, output, scenario=prepared, inputs=digests(model, prepared), options=options, force=force)
        click.echo(output, err=True)
    return 0 if outcome.standing.proven and agrees else 1


def _asked(outcome: Outcome, time_limit: float | None, lang: str) -> tuple[dict[str, Any], str, bool]:
    """The second opinion on an outcome: as data, in a sentence, and whether it agrees."""
    from rus_funding.second_opinion import compare, sentence
    from rus_funding.second_opinion import second_opinion as ask

    opinion = ask(outcome.model, seconds=float("inf") if time_limit is None else time_limit)
    differences = compare(opinion, outcome)
    said = sentence(opinion, outcome, differences, lang)
    return {"second_opinion": opinion.as_dict(agrees=not differences)}, said, not differences
