"""`rus-funding solve`: a model in, the plan in whole kronor out, with how it stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rus_funding.engine.plan import Outcome
    from rus_funding.model.model import FundingModel


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option(
    "-s",
    "--scenario",
    type=click.Path(path_type=Path),
    help="A scenario file (.toml), or the name of a scenario in the model's own sheet.",
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
@click.option("--reasons", is_flag=True, help="Also work out by solves why projects are not funded in full.")
@click.option(
    "--strategy", metavar="ID", help="Tell the plan in another strategy's areas too, and what it would choose."
)
def solve(
    model: Path,
    scenario: Path | None,
    solver: str,
    time_limit: float | None,
    lang: str,
    output: Path | None,
    strategy: str | None,
    *,
    force: bool,
    as_json: bool,
    second_opinion: bool,
    reasons: bool,
) -> int:
    """Solve MODEL and show the plan in whole kronor, and how sure it is.

    Exit status: 0 a plan that is proven best; 1 a plan that is not, or none, or one that the second opinion does not
    confirm (it is shown, and not written); 2 invalid input or usage.
    """
    from rus_funding.cli.model_and_scenario import model_and_scenario
    from rus_funding.cli.stdout import guarded
    from rus_funding.engine.solvers.highs import Interruptible
    from rus_funding.engine.solving import solve_given

    if output is not None:
        from rus_funding.engine.publish import check_target

        check_target(output, force=force)
    Interruptible.on = True
    given, prepared = model_and_scenario(model, scenario, lang)
    if strategy is not None:
        _may_report(given, strategy, lang)
    with guarded():
        outcome = solve_given(given, prepared, time_limit=time_limit, solver=solver)
        scarce = None
        if reasons:
            from rus_funding.explanations.causes import reasoned
            from rus_funding.explanations.gains import bottleneck_of

            outcome, scarce = reasoned(outcome), bottleneck_of(outcome)
    opinion, said, agrees = _asked(outcome, time_limit, lang) if second_opinion else ({}, "", True)
    from rus_funding.explanations.idle import idle_money

    told = None
    with guarded():
        idle = idle_money(outcome, time_limit)
        if strategy is not None and outcome.planned:
            from rus_funding.engine.retelling import retell

            told = retell(outcome, strategy, time_limit=time_limit, solver=solver)
    if as_json:
        from rus_funding.cli.show import data

        more = {} if told is None else {"strategy": told.as_dict()}
        more |= {} if scarce is None else {"bottleneck": scarce.as_dict()}
        data(outcome.as_dict() | {"idle": None if idle is None else idle.as_dict()} | opinion | more)
    else:
        from rus_funding.explanations.gains_words import bottleneck_sentences
        from rus_funding.explanations.idle_words import idle_sentences
        from rus_funding.papers.terminal import show, show_strategy
        from rus_funding.words.language import say
        from rus_funding.words.printing import section, standard_console, write

        show(outcome, lang)
        if told is not None:
            show_strategy(told, lang)
        if lines := bottleneck_sentences(scarce, outcome.model, lang):
            write(standard_console(), section(say(lang, "prices.most"), lines))
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


def _may_report(model: FundingModel, strategy: str, lang: str) -> None:
    """Raise what stands against a report in the strategy's areas: said before a solve, not after it."""
    from rus_funding.cli.model_and_scenario import translating
    from rus_funding.model.strategies import other

    with translating(lang):
        other(model, strategy)


def _asked(outcome: Outcome, time_limit: float | None, lang: str) -> tuple[dict[str, Any], str, bool]:
    """The second opinion on an outcome: as data, in a sentence, and whether it agrees."""
    from rus_funding.second_opinion import compare, sentence
    from rus_funding.second_opinion import second_opinion as ask

    opinion = ask(outcome.model, seconds=float("inf") if time_limit is None else time_limit)
    differences = compare(opinion, outcome)
    said = sentence(opinion, outcome, differences, lang)
    return {"second_opinion": opinion.as_dict(agrees=not differences)}, said, not differences
