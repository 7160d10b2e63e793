"""Explanations in a terminal, or in the file that standard output is led to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from rus_funding.explanations.certainty_words import certainty_sentences
from rus_funding.explanations.sentences import Words
from rus_funding.explanations.sentences_project import project_paragraphs
from rus_funding.explanations.sentences_ranking import departure_sentences, line_sentences
from rus_funding.explanations.tables import flips_table, project_tables, ranking_table
from rus_funding.words.layout import safe
from rus_funding.words.printing import QUIET, section, stack, standard_console, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console, RenderableType

    from rus_funding.explanations.certainty import Certainty
    from rus_funding.explanations.flips import Flips
    from rus_funding.explanations.project import Explained
    from rus_funding.explanations.ranking import Ranking
    from rus_funding.model.model import FundingModel
    from rus_funding.words.table import Table


def show_ranking(
    ranking: Ranking,
    flips: Flips,
    certainty: Certainty,
    model: FundingModel,
    lang: str = "sv",
    console: Console | None = None,
) -> None:
    """Print the list, its departures with their reasons, and how firm the decisions are."""
    out = console if console is not None else standard_console()
    words = Words(model, lang)
    write(out, [Text(safe(model.title or model.name), style="bold")])
    write(out, [Text(safe(line)) for line in line_sentences(ranking, words)])
    write(out, _table(ranking_table(ranking, words), lang, out.width))
    told = [" ".join(departure_sentences(one, words)) for one in ranking.departures]
    if told:
        write(out, section(words.say("table.departures"), _apart(told)))
    write(out, section(words.say("table.classes"), certainty_sentences(certainty, words)))
    write(out, _table(flips_table(flips, certainty, words), lang, out.width))


def show_project(found: Explained, model: FundingModel, lang: str = "sv", console: Console | None = None) -> None:
    """Print one project's explanation, then its tables."""
    out = console if console is not None else standard_console()
    words = Words(model, lang)
    write(out, [Text(safe(words.bare("projects", found.project)), style="bold")])
    for title, sentences in project_paragraphs(found, words):
        write(out, section(title, [" ".join(sentences)]))
    for table in project_tables(found, words):
        write(out, _table(table, lang, out.width))


def show_told(
    title: str,
    paragraphs: Iterable[tuple[str, list[str]]],
    tables: Iterable[Table],
    lang: str = "sv",
    console: Console | None = None,
) -> None:
    """Print a title, paragraphs under their headings, and tables."""
    out = console if console is not None else standard_console()
    write(out, [Text(safe(title), style="bold")])
    for heading, sentences in paragraphs:
        write(out, section(heading, sentences))
    for table in tables:
        write(out, _table(table, lang, out.width))


def show_sections(sections: Sequence[tuple[str, list[str]]], console: Console | None = None) -> None:
    """Print titled sentences."""
    out = console if console is not None else standard_console()
    for title, lines in sections:
        write(out, section(title, lines))


def show_tables(tables: Sequence[Table], lang: str = "sv", console: Console | None = None) -> None:
    """Print tables with their notes; one without rows has its notes only."""
    out = console if console is not None else standard_console()
    for table in tables:
        write(out, _table(table, lang, out.width) if table.rows else section(table.title, table.notes))


def _table(table: Table, lang: str, width: int) -> Iterable[RenderableType]:
    yield from stack([table], lang, width)
    yield from (Text(safe(note), style=QUIET) for note in table.notes)


def _apart(paragraphs: list[str]) -> list[str]:
    """Paragraphs with an empty line between."""
    return [line for paragraph in paragraphs for line in (paragraph, "")][:-1]
