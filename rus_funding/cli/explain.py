"""`rus-funding explain`: why a plan is what it is, and what would change it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rus_funding.errors import InvalidInput, UsageError

if TYPE_CHECKING:
    from rus_funding.engine.plan import Outcome
    from rus_funding.model.model import FundingModel

WITHIN = 0.01  # share of the value within which decisions are called open to choice
LARGE, SOLVES = 5_000, 200  # columns above which the list's solves are limited, and to how many


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option(
    "-s", "--scenario", type=click.Path(path_type=Path), help="A scenario file (.toml) that gives one scenario."
)
@click.option("--project", metavar="PROJECT", help="One project: why, what it would take, what it displaces.")
@click.option("--infeasible", is_flag=True, help="Why there is no plan, and the smallest changes that give one.")
@click.option("--prices", "as_prices", is_flag=True, help="What a little more money, or a rule less, is worth.")
@click.option("--alternatives", is_flag=True, help="Other plans worth almost as much.")
@click.option("--ranges", "as_ranges", is_flag=True, help="How far areas, places, actors and projects can move.")
@click.option("--frontier", nargs=2, metavar="A B", help="What one objective costs in another, such as value balance.")
@click.option("--within", type=click.FloatRange(0, 1), metavar="SHARE", default=WITHIN, show_default=True,
              help="How much of the value may be given up: for classes, --alternatives and --ranges.")  # fmt: skip
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the report.")
def explain(
    model: Path,
    scenario: Path | None,
    project: str | None,
    frontier: tuple[str, str] | None,
    within: float,
    lang: str,
    *,
    infeasible: bool,
    as_prices: bool,
    alternatives: bool,
    as_ranges: bool,
    as_json: bool,
) -> int:
    """Explain the plan of MODEL: the ranked list with its cut line, where the plan departs from it and why, and how
    firm each decision is; or, with an option, one thing more closely.

    Exit status: 0 explained; 1 there is no plan (why is then explained); 2 invalid input or usage; 130 interrupted.
    """
    from rus_funding.cli.model_and_scenario import model_and_scenario
    from rus_funding.cli.stdout import guarded
    from rus_funding.engine.solvers.highs import Interruptible

    asked = {
        "--project": project is not None,
        "--infeasible": infeasible,
        "--prices": as_prices,
        "--alternatives": alternatives,
        "--ranges": as_ranges,
        "--frontier": frontier is not None,
    }
    chosen = [name for name, given in asked.items() if given]
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join(chosen)} are different explanations: ask for one at a time.")
    Interruptible.on = True
    try:
        given, prepared = model_and_scenario(model, scenario, lang)
    except InvalidInput as error:
        contradicts = _contradicting(error) if infeasible else None
        if contradicts is None:
            raise
        given, prepared = contradicts, None
    name = prepared.name if prepared is not None else None
    if project is not None:
        from rus_funding.explanations.case import known

        known(given, project)  # said before anything is solved
    if infeasible:
        with guarded():
            shown = _conflict(given, lang)
        return _out(shown, given, name, as_json=as_json)
    with guarded():
        outcome = _solved(given, name)
    if outcome.status == "infeasible":
        with guarded():
            shown = _conflict(given, lang)
        return _out(shown, given, name, as_json=as_json) or 1
    if not outcome.planned:
        from rus_funding.words.causes import cause
        from rus_funding.words.language import say

        click.echo(say(lang, "explain.no-plan", message=cause(outcome, lang)), err=True)
        return 1
    with guarded():
        if project is not None:
            shown = _project(outcome, project, lang)
        elif as_prices:
            shown = _prices(given, lang)
        elif alternatives or as_ranges or frontier is not None:
            shown = _choices(given, outcome, within, lang, frontier, alternatives=alternatives)
        else:
            shown = _list(outcome, within, lang)
    return _out(shown, given, name, as_json=as_json)


def _contradicting(error: InvalidInput) -> FundingModel | None:
    """The model that is refused only because its rules contradict each other: that is just what is to be explained."""
    from rus_funding.explanations.conflict import refused

    return refused(error)


Shown = tuple[dict[str, Any], Any]  # the document, and what prints the report


def _solved(model: FundingModel, scenario: str | None) -> Outcome:
    from rus_funding.engine.engine import solve

    return solve(model, scenario=scenario)


def _out(shown: Shown, model: FundingModel, scenario: str | None, *, as_json: bool) -> int:
    document, printed = shown
    if as_json:
        from rus_funding.cli.show import data

        data({"model": model.name, "scenario": scenario, **document})
    else:
        printed()
    return 0


def _list(outcome: Outcome, within: float, lang: str) -> Shown:
    from rus_funding.explanations import Case, flip_costs, rank_projects
    from rus_funding.explanations.as_json import plain
    from rus_funding.explanations.sentences import Words
    from rus_funding.explanations.sentences_ranking import class_sentences, departure_sentences, line_sentences
    from rus_funding.explanations.terminal import show_ranking

    case = Case(outcome)
    large = case.ground.program.lower.size > LARGE
    listed = rank_projects(case, explained=10 if large else None, most=4, first=True)
    firm = flip_costs(case, tolerance=within, limit=SOLVES) if large else flip_costs(case)
    words = Words(case.model, lang)
    sentences = {
        "line": line_sentences(listed, words),
        "departures": [departure_sentences(one, words) for one in listed.departures],
        "classes": class_sentences(firm, within, words),
    }
    document = {
        "ranking": plain(listed),
        "flips": plain(firm),
        "within": within,
        "classes": plain(firm.classes(within)),
        "sentences": sentences,
    }
    return document, lambda: show_ranking(listed, firm, within, case.model, lang)


def _project(outcome: Outcome, project: str, lang: str) -> Shown:
    from rus_funding.explanations import explain_project
    from rus_funding.explanations.as_json import plain
    from rus_funding.explanations.sentences import Words
    from rus_funding.explanations.sentences_project import project_paragraphs
    from rus_funding.explanations.terminal import show_project

    found = explain_project(outcome, project)
    paragraphs = project_paragraphs(found, Words(outcome.model, lang))
    sentences = [{"heading": heading, "sentences": lines} for heading, lines in paragraphs]
    document = {"project": plain(found), "sentences": sentences}
    return document, lambda: show_project(found, outcome.model, lang)


def _conflict(model: FundingModel, lang: str) -> Shown:
    from rus_funding.explanations.as_json import plain
    from rus_funding.explanations.conflict import conflict
    from rus_funding.explanations.conflict_words import conflict_report
    from rus_funding.explanations.terminal import show_sections

    found = conflict(model)
    sections = conflict_report(model, lang, found)
    sentences = [{"heading": title, "sentences": lines} for title, lines in sections]
    return {"conflict": plain(found), "sentences": sentences}, lambda: show_sections(sections)


def _prices(model: FundingModel, lang: str) -> Shown:
    from rus_funding.explanations.as_json import plain
    from rus_funding.explanations.prices import prices
    from rus_funding.explanations.prices_words import ROWS, prices_tables
    from rus_funding.explanations.rules import rule_prices
    from rus_funding.explanations.terminal import show_tables
    from rus_funding.explanations.what_if import Ground

    ground = Ground(model)
    found, rules = prices(model, ground), rule_prices(model, ground)
    tables = prices_tables(model, found, rules, lang, ROWS)
    return {"prices": plain(found), "rules": plain(rules)}, lambda: show_tables(tables, lang)


def _choices(
    model: FundingModel,
    outcome: Outcome,
    within: float,
    lang: str,
    frontier: tuple[str, str] | None,
    *,
    alternatives: bool,
) -> Shown:
    from rus_funding.explanations import choices
    from rus_funding.explanations.as_json import plain

    found: Any
    if frontier is not None:
        from rus_funding.explanations.frontier import frontier as curve

        found = curve(model, *frontier, proposal=outcome)
    elif alternatives:
        from rus_funding.explanations.alternatives import alternatives as others

        found = others(model, within)
    else:
        from rus_funding.explanations.ranges import ranges

        found = ranges(model, within)
    return plain(found.as_dict()), lambda: choices.show(found, model, lang)
