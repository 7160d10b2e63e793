"""What a reader should know about the model behind a plan: its warnings and unverified values, in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.model.names import sheet_of
from rus_funding.papers.texts import TEXTS
from rus_funding.words import names
from rus_funding.words.messages import translated

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel

SHOWN = 4


def warned(model: FundingModel, lang: str) -> list[str]:
    """The first warnings, how many there are besides, and the tables with unverified rows."""
    words = TEXTS[lang]
    unverified = [problem for problem in model.warnings if problem.code == "unverified"]
    others = [problem for problem in model.warnings if problem.code != "unverified"]
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
