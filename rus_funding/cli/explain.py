"""`rus-funding explain`: why a plan is what it is, and what would change it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rus_funding.engine.plan import Outcome

WITHIN = 0.01  # as `rus_funding.explanations.explain` has it


@click.command()
@click.argument("model", metavar="MODEL|RUN", type=click.Path(path_type=Path))
@click.option("-s", "--scenario", type=click.Path(path_type=Path),
              help="A scenario file, or a name in the model's own sheet; of a run, a name (baseline).")  # fmt: skip
@click.option("--project", metavar="PROJECT", help="One project: why, what it would take, what it displaces.")
@click.option("--municipality", metavar="NAME", help="A municipality: what it gets, why no more, what would help.")
@click.option("--area", metavar="NAME", help="The same of a priority area.")
@click.option("--actor", metavar="NAME", help="The same of an actor.")
@click.option("--fund", metavar="NAME", help="A fund: what it pays, what is left, what a little more would give.")
@click.option(
    "--insist", multiple=True, metavar="PROJECT", help="What it costs to insist on a project. Repeat for more."
)
@click.option("--infeasible", is_flag=True, help="Why there is no plan, and the smallest changes that give one.")
@click.option("--prices", "as_prices", is_flag=True, help="What a little more money, or a rule less, is worth.")
@click.option("--alternatives", is_flag=True, help="Other plans worth almost as much.")
@click.option("--ranges", "as_ranges", is_flag=True, help="How far areas, places, actors and projects can move.")
@click.option("--frontier", nargs=2, metavar="A B", help="What one objective costs in another, such as value balance.")
@click.option("--degrees", nargs=2, metavar="FUND D,D,D",
              help="What other rates of a fund, in per cent and the same in all areas, would cost.")  # fmt: skip
@click.option("--within", type=click.FloatRange(0, 1), metavar="SHARE", default=WITHIN, show_default=True,
              help="How much of the value may be given up: for classes, --alternatives and --ranges.")  # fmt: skip
@click.option("--damaged", is_flag=True, help="Of a damaged run, explain a plan that is left; it is said first.")
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the report.")
def explain(
    model: Path,
    scenario: Path | None,
    project: str | None,
    municipality: str | None,
    area: str | None,
    actor: str | None,
    fund: str | None,
    insist: tuple[str, ...],
    frontier: tuple[str, str] | None,
    degrees: tuple[str, str] | None,
    within: float,
    lang: str,
    *,
    damaged: bool,
    infeasible: bool,
    as_prices: bool,
    alternatives: bool,
    as_ranges: bool,
    as_json: bool,
) -> int:
    """Explain the plan of MODEL: the ranked list with its cut line, where the plan departs from it and why, and how
    firm each decision is; or, with an option, one thing more closely.

    If a run is given (the file that `batch` writes), its own plan is explained: audited, and not solved again.

    Exit status: 0 explained; 1 there is no plan (why is then explained); 2 invalid input or usage; 130 interrupted.
    """
    from rus_funding.cli.model_and_scenario import translating
    from rus_funding.cli.stdout import guarded
    from rus_funding.engine.solvers.highs import Interruptible
    from rus_funding.errors import NoPlan
    from rus_funding.explanations.explain import explain as explained
    from rus_funding.explanations.explain import one_of
    from rus_funding.explanations.explanation import ConflictExplained
    from rus_funding.runs.file import is_run

    parts = {"--municipality": municipality, "--area": area, "--actor": actor, "--fund": fund}
    one_of({"--project": project is not None, **{name: given is not None for name, given in parts.items()},
            "--insist": bool(insist), "--infeasible": infeasible, "--prices": as_prices,
            "--alternatives": alternatives, "--ranges": as_ranges, "--frontier": frontier is not None,
            "--degrees": degrees is not None})  # fmt: skip
    Interruptible.on = True
    mark = ""
    try:
        with translating(lang), guarded():
            plan: Outcome | Path = model
            if model.is_file() and is_run(model):
                from rus_funding.runs.claims import restored

                name = {} if scenario is None else {"scenario": str(scenario)}
                plan, mark = restored(model, **name, damaged=damaged, lang=lang)
                scenario = None
            found = explained(
                plan, scenario, project=project, municipality=municipality, area=area, actor=actor, fund=fund,
                insist=insist, infeasible=infeasible, prices=as_prices, alternatives=alternatives, ranges=as_ranges,
                frontier=frontier, degrees=degrees, within=within,
            )  # fmt: skip
    except NoPlan as error:
        from rus_funding.words.causes import cause
        from rus_funding.words.language import say

        click.echo(say(lang, "explain.no-plan", message=cause(error.outcome, lang)), err=True)
        return 1
    if as_json:
        from rus_funding.cli.show import data

        data({**found.as_dict(lang), **({"damaged": mark} if mark else {})})
    else:
        if mark:
            click.echo(mark)
        for line in found.told.said(lang) if found.told is not None else ():
            click.echo(line)
        found.show(lang)
    return 1 if isinstance(found, ConflictExplained) and not infeasible else 0
