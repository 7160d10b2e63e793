"""`rus-funding check`: every problem of a model at once, in Swedish or English."""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.errors import Problem
    from rus_funding.model.model import FundingModel

_GRADES = ("error", "warning", "note")
ALIKE = 10  # warnings of one kind in one file that are spelled out; --json gives all


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--strict", is_flag=True, help="Exit with status 1 if there are warnings.")
@click.option(
    "--against", type=click.Path(path_type=Path), metavar="OLD", help="Tell what is new since this model or run."
)
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language of messages.")
def check(model: Path, against: Path | None, *, as_json: bool, strict: bool, lang: str) -> int:
    """Read MODEL and its sheet of questions, and report every problem at once: where it is, what it is, what to do.

    Exit status: 0 without errors, 1 with warnings under --strict, 2 with errors.
    """
    from rus_funding.errors import InvalidInput
    from rus_funding.model.reading import load
    from rus_funding.scenarios import families
    from rus_funding.scenarios.sheet import in_sheet
    from rus_funding.words.language import say
    from rus_funding.words.messages import translated

    found: FundingModel | None = None
    problems: list[Problem] = []
    try:
        found = load(model)
        problems = list(found.warnings)
        families(found, in_sheet(found))
    except InvalidInput as error:
        problems += error.problems
    problems = [translated(problem, lang) for problem in problems]
    errors, warnings = _counted(problems)
    since = None if against is None or found is None else _news(against, found, lang)
    if as_json:
        from rus_funding.cli import show

        show.data(_document(model, found, problems) | ({} if since is None else {"news": since}))
    else:
        for line in _report(problems, lang):
            click.echo(line)
        if against is not None and since is not None:
            title = say(lang, "question.news" if since else "question.no-news", name=against.name)
            click.echo("\n".join([title, *(f"  {line}" for line in since), ""]))
        click.echo(_summary_line(found, errors, warnings, lang))
    if errors:
        return 2
    return 1 if strict and warnings else 0


def _counted(problems: Sequence[Problem]) -> tuple[int, int]:
    """How many errors there are, and how many warnings; notes of the layout are neither."""
    found = [problem.severity for problem in problems]
    return found.count("error"), found.count("warning")


def _news(against: Path, model: FundingModel, lang: str) -> list[str]:
    """What is new in the model since an earlier one, or the one of a run. Raises `InvalidInput` in `lang`."""
    from rus_funding.cli.model_and_scenario import translating
    from rus_funding.comparisons.news import model_of
    from rus_funding.scenarios.news import news

    with translating(lang):
        return news(model_of(against, lang), model, lang)


def _document(path: Path, model: FundingModel | None, problems: Sequence[Problem]) -> dict[str, Any]:
    """The findings as data; without errors also the model's digest and sums."""
    errors, warnings = _counted(problems)
    summary: dict[str, Any] = {"errors": errors, "warnings": warnings}
    digest = None
    if model is not None:
        from rus_funding.model.model import digest as digest_of

        digest = digest_of(model)
        summary |= _sums(model) | {"rows": {name: rows.size for name, rows in model.tables.items()}}
    return {
        "model": model.name if model is not None else path.name,
        "digest": digest,
        "problems": [problem.as_dict() for problem in problems],
        "summary": summary,
    }


def _sums(model: FundingModel) -> dict[str, int]:
    """What the model holds: projects, funds, years, kronor of costs (flat rates computed) and of budgets."""
    from rus_funding.model.amounts import Amounts
    from rus_funding.model.index import Index

    amounts = Amounts(model, Index(model))
    return {
        "projects": model["projects"].size,
        "funds": model["funds"].size,
        "years": len(model.years),
        "costs": int(amounts.total.sum()),
        "budgets": int(amounts.budget.sum()),
    }


def _summary_line(model: FundingModel | None, errors: int, warnings: int, lang: str) -> str:
    from rus_funding.words.language import say

    if model is None or errors:
        return click.style(say(lang, "check.refused", errors=errors, warnings=warnings), bold=True)
    return click.style(say(lang, "check.ready", warnings=warnings, **_sums(model)), bold=True)


def _report(problems: Sequence[Problem], lang: str) -> list[str]:
    """The findings by file, errors first, wrapped to the terminal."""
    from rus_funding.model.reading.source import number
    from rus_funding.words.language import say
    from rus_funding.words.messages import place_in
    from rus_funding.words.visible import visible

    places: dict[str, list[Problem]] = {}
    for problem in problems:
        places.setdefault(problem.place, []).append(problem)
    lines: list[str] = []
    said: set[str] = set()  # a remedy that many findings share is said once
    for place, those in places.items():
        lines.append(click.style(visible(place_in(place, lang)), bold=True, underline=True))
        seen: dict[str, int] = {}
        for problem in sorted(those, key=lambda one: (_GRADES.index(one.severity), number(one.row))):
            seen[problem.code] = seen.get(problem.code, 0) + 1
            if problem.severity != "warning" or seen[problem.code] <= ALIKE:
                lines += _entry(problem, lang, with_remedy=problem.remedy not in said)
                said.add(problem.remedy)
        left_out = sum(max(0, seen[code] - ALIKE) for code in seen if _is_warning(those, code))
        if left_out:
            lines.append(f"  {say(lang, 'check.more', count=left_out)}")
        lines.append("")
    return lines


def _is_warning(problems: Sequence[Problem], code: str) -> bool:
    return next(problem for problem in problems if problem.code == code).severity == "warning"


def _entry(problem: Problem, lang: str, *, with_remedy: bool) -> list[str]:
    """One finding: where in the file, what it is, and what to do on a line of its own."""
    from rus_funding.words.language import say
    from rus_funding.words.visible import visible

    where = [say(lang, "check.row", row=problem.row)] if problem.row is not None else []
    if problem.cell:
        where = [visible(problem.cell)]
    where += [visible(problem.column)] if problem.column is not None else []
    where_text = ", ".join(where) + (f" ({visible(problem.value)})" if problem.value else "")
    width = max(60, min(shutil.get_terminal_size((100, 24)).columns, 120))
    label = say(lang, f"check.{problem.severity}")
    start = f"  {label}: " + (f"{where_text}: " if where_text else "")
    first = textwrap.wrap(start + visible(problem.what), width, subsequent_indent="    ", break_on_hyphens=False)
    remedy = textwrap.wrap(
        visible(problem.remedy), width, initial_indent="    → ", subsequent_indent="      ", break_on_hyphens=False
    )
    colour = {"error": "red", "warning": "yellow"}.get(problem.severity, "cyan")
    first[0] = first[0].replace(f"  {label}:", "  " + click.style(f"{label}:", fg=colour, bold=True), 1)
    return first + remedy if with_remedy and problem.severity != "note" else first
