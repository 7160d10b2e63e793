"""A plan in a terminal, or in the file that standard output is led to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from rus_funding.kronor import format_kronor
from rus_funding.model.schema import WITHDRAWN
from rus_funding.papers.no_plan import failure
from rus_funding.papers.rests_on import rests_on
from rus_funding.papers.tables import tables
from rus_funding.papers.texts import TEXTS
from rus_funding.papers.warnings import warned
from rus_funding.words.layout import safe
from rus_funding.words.numbers import percent, points
from rus_funding.words.printing import QUIET, section, stack, standard_console, write
from rus_funding.words.standings import details, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console, RenderableType

    from rus_funding.engine.plan import Outcome
    from rus_funding.engine.retelling import Retelling

RULES = 15  # binding rules shown


def show(outcome: Outcome, lang: str = "sv", console: Console | None = None) -> None:
    """Print an outcome: a plan and how it stands, or why there is none (nothing then looks like a plan)."""
    out = console if console is not None else standard_console()
    body = _plan(outcome, lang, out.width) if outcome.planned else _no_plan(outcome, lang)
    write(out, [_head(outcome, lang), *body])


def show_strategy(told: Retelling, lang: str = "sv", console: Console | None = None) -> None:
    """Print a plan in the areas of another strategy, and what that strategy's weights would choose instead."""
    out = console if console is not None else standard_console()
    write(out, _strategy(told, lang, out.width))


def _strategy(told: Retelling, lang: str, width: int) -> Iterable[RenderableType]:
    from rus_funding.papers import other_strategy  # compares plans: nothing else that is shown waits for that

    table = other_strategy.areas(told, lang)
    yield from section(other_strategy.title(told, lang), ())
    yield from stack([table], lang, width)
    yield from (Text(safe(note), style=QUIET) for note in table.notes)
    yield from (Text(safe(line)) for line in other_strategy.choice(told, lang))
    if told.moved:
        moved = other_strategy.moved(told, lang)
        yield from stack([moved], lang, width)
        yield from (Text(safe(note), style=QUIET) for note in moved.notes)


def _no_plan(outcome: Outcome, lang: str) -> Iterable[RenderableType]:
    first, *rest = failure(outcome, lang)
    yield Text(first, style="bold red")
    yield from (Text(safe(line)) for line in rest)
    if resting := rests_on(outcome, lang):
        yield from section(TEXTS[lang]["rests_on"], resting)
    yield from _warnings(outcome, lang)


def _plan(outcome: Outcome, lang: str, width: int) -> Iterable[RenderableType]:
    words = TEXTS[lang]
    yield _summary(outcome, lang)
    costs, financing, *others = tables(outcome, lang)
    yield from stack([costs, financing], lang, width)
    for table in others:
        if not table.rows:
            if table.notes:
                yield from section(table.title, table.notes)
            continue
        shown = table.rows if table.name != "rules" else table.rows[:RULES]
        yield from stack([table], lang, width, len(shown))
        notes = list(table.notes)
        if len(shown) < len(table.rows):
            notes.insert(0, words["more_rows"].format(count=len(table.rows) - len(shown)))
        yield from (Text(safe(note), style=QUIET) for note in notes)
    if outcome.causes is not None:
        yield from _reasons(outcome, lang)
    if resting := rests_on(outcome, lang):
        yield from section(words["rests_on"], resting)
    yield from section(words["proof"], [sentence(outcome, lang), *details(outcome, lang)])
    yield from _warnings(outcome, lang)


def _reasons(outcome: Outcome, lang: str) -> Iterable[RenderableType]:
    """Why projects are not funded in full, as far as it is known."""
    from rus_funding.explanations.sentences import Words  # nothing else that is shown waits for that
    from rus_funding.explanations.sentences_ranking import reason_sentences

    words = Words(outcome.model, lang)
    said = reason_sentences(outcome.causes or {}, words)
    lines = [f"{words.bare('projects', project)}: {why}" for project, why in said.items()]
    return section(words.say("reasons"), lines) if lines else ()


def _warnings(outcome: Outcome, lang: str) -> Iterable[RenderableType]:
    lines = warned(outcome.model, lang)
    return section(TEXTS[lang]["warnings"], lines) if lines else ()


def _head(outcome: Outcome, lang: str) -> RenderableType:
    model = outcome.model
    head = Text(safe(model.title or model.name), style="bold")
    if outcome.told is None and outcome.scenario is not None:
        head.append("\n" + TEXTS[lang]["scenario"].format(name=outcome.scenario), style="not bold")
    if outcome.told is not None:
        head.append("".join(f"\n{safe(line)}" for line in outcome.told.said(lang)), style="not bold")
    return head


def _summary(outcome: Outcome, lang: str) -> Text:
    words, results = TEXTS[lang], [result for result in outcome.projects if result.status != WITHDRAWN]
    cost = sum(result.cost for result in results)
    counts = {name: sum(result.status == name for result in results) for name in ("funded", "partly", "not")}
    line = words["summary"].format(
        funded=format_kronor(outcome.funded, lang),
        cost=format_kronor(cost, lang),
        share=percent(outcome.funded / cost, lang) if cost else "–",
        value=points(outcome.value or 0.0, lang),
    )
    return Text(
        f"{line}\n{words['counts'].format(funded=counts['funded'], partly=counts['partly'], not_=counts['not'])}"
    )
