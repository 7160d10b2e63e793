"""What a reader should know about the model behind a plan: its warnings and unverified values, in a few lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rus_funding.model.names import sheet_of
from rus_funding.papers.texts import TEXTS
from rus_funding.words import names
from rus_funding.words.language import say
from rus_funding.words.messages import SLIPS, place_in, translated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rus_funding.errors import Problem
    from rus_funding.model.model import FundingModel

SHOWN = 4


def slips(problems: Iterable[Problem], lang: str) -> list[str]:
    """What may be lost or mistaken in the input, each with its place: of many alike in one table the first ones."""
    said: list[str] = []
    seen: Counter[tuple[str, str]] = Counter()
    for problem in problems:
        kind = problem.code, problem.place
        seen[kind] += problem.code in SLIPS
        if 0 < seen[kind] <= SHOWN:
            where = [problem.cell or place_in(problem.place, lang)]
            where += [say(lang, "check.row", row=problem.row)] if problem.row is not None and not problem.cell else []
            where += [problem.column] if problem.column is not None else []
            said.append(say(lang, "story.rests.slip", where=", ".join(where), what=translated(problem, lang).what))
    more = sum(count - SHOWN for count in seen.values() if count > SHOWN)
    return [*said, say(lang, "story.rests.slips", count=more)] if more else said


def warned(model: FundingModel, lang: str) -> list[str]:
    """The first warnings but the `slips`, how many there are besides, and the tables with unverified rows."""
    words = TEXTS[lang]
    unverified = [problem for problem in model.warnings if problem.code == "unverified"]
    others = [
        problem
        for problem in model.warnings
        if problem.severity == "warning" and problem.code not in {"unverified", *SLIPS}
    ]
    lines = [translated(problem, lang).what for problem in others[:SHOWN]]
    if len(others) > SHOWN:
        lines.append(words["more_warnings"].format(count=len(others) - SHOWN))
    if unverified:
        parts = [
            words["yes_rows"].format(
                table=_table(problem.place, lang), count=problem.fields["count"], rows=problem.fields["rows"]
            )
            for problem in unverified
        ]
        lines.append(words["unverified"].format(tables=", ".join(parts)))
    return [*lines, words["see_check"]] if lines else []


def _table(place: str, lang: str) -> str:
    """What readers call the table whose file or sheet a problem stands in."""
    name = place.removeprefix("sheet ").removesuffix(".csv")
    return names.sheet(lang, table) if (table := sheet_of(name)) else name
