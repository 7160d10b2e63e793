"""The slides of a meeting pack, each with its message as headline, native charts and tables; no project is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rus_funding.papers.pack import Pack
    from rus_funding.papers.pptx.deck import Deck, Slide
    from rus_funding.papers.pptx.matter import Matter

    Part = Callable[[Deck, Matter], Slide]

LANGUAGE = {"sv": "sv-SE", "en": "en-GB"}
FEWEST = 6


def write(pack: Pack, path: Path | str, template: Path | str | None = None) -> None:
    """Write the slides of a pack as a PowerPoint file.

    `template` is an organisation's own .pptx or .potx: its masters, layouts, fonts and colours are used, and what
    slides it has are left out. Raises `UsageError` for a template that cannot be used.
    """
    from rus_funding.papers.pptx.deck import Deck
    from rus_funding.papers.pptx.file import save
    from rus_funding.papers.pptx.matter import Matter

    deck, matter = Deck(template, LANGUAGE[pack.lang]), Matter(pack)
    for part in [*(_of_a_plan(matter) if matter.planned else _without_plan(matter))]:
        part(deck, matter).done(matter.footer, matter.about)
    if pack.mark:
        from rus_funding.papers.pptx.deck import marked

        marked(deck, pack.mark)
    save(deck.prs, path, title=matter.story.title, subject=matter.story.question)


def _of_a_plan(matter: Matter) -> Iterator[Part]:
    from rus_funding.papers.pptx import (
        answer,
        differences,
        every,
        money,
        people,
        perspectives,
        projects,
        scenarios,
        strategy,
        trust,
    )

    funded, results = matter.pack.outcome.funded, list(matter.figures.projects.values())
    several = len(results) > 1
    wanted: list[tuple[bool, Part]] = [
        (True, answer.opening),
        (True, answer.answer),
        (True, money.who_pays if funded else money.what_there_is),
        (funded > 0 and matter.pack.model.areas.size > 1, projects.areas),
        (funded > 0 and matter.pack.model["perspectives"].size > 0, perspectives.perspectives),
        (matter.pack.retold is not None, strategy.strategy),
        (several, projects.line),
        (several and any(result.cost > result.kronor for result in results), projects.left_out),
        (matter.several, scenarios.compared),
        (matter.several and several and bool(matter.comparison.projects), scenarios.core),
        (people.collaboration(matter) is not None, people.works_with),
        (True, trust.how_sure),
    ]
    few = sum(there for there, _ in wanted) < FEWEST
    for there, part in wanted:
        if part is projects.areas and (not there or few):
            yield money.what_it_goes_to  # what a model says instead of areas
        if there:
            yield part
        if part is projects.left_out:
            if few:
                yield money.what_is_used
            if several:
                yield from every.projects(matter)
            yield from every.places(matter)
        if part is scenarios.core and matter.several and several:
            yield from differences.scenarios(matter)


def _without_plan(matter: Matter) -> Iterator[Part]:
    from rus_funding.papers.pptx import answer, money, scenarios, trust

    yield from (answer.opening, answer.no_answer)
    if matter.conflict is not None:
        yield answer.ways_out
    yield from (money.what_there_is, money.what_it_takes)
    if matter.conflict is None or matter.pack.model["projects"].size > 1:
        yield answer.what_is_asked
    if matter.several:
        yield scenarios.compared
    yield trust.how_sure
