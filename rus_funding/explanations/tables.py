"""Explanations as tables: the ranked list, how firm decisions are, and what one project needs and displaces."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rus_funding.explanations.certainty import CLASSES
from rus_funding.words.table import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.explanations.certainty import Certainty
    from rus_funding.explanations.flips import Flip, Flips, Turn
    from rus_funding.explanations.project import Explained
    from rus_funding.explanations.ranking import Ranking
    from rus_funding.explanations.sentences import Words
    from rus_funding.explanations.swaps import Swap


def ranking_table(ranking: Ranking, words: Words) -> Table:
    """The list in its order, in three parts: above the line, on it, below."""
    columns = (
        Column("", "group"),
        Column(words.say("table.project")),
        Column(words.say("table.place"), "number"),
        Column(words.say("table.per-thousand"), "worth"),
        Column(words.say("table.cost"), "kronor"),
        Column(words.say("table.expected"), "share"),
        Column(words.say("table.share"), "share"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            words.say(f"table.side.{row.side}"),
            words.bare("projects", row.project),
            row.rank,
            row.per_thousand,
            row.cost,
            row.expected,
            row.share,
        )
        for row in ranking.rows
    ]
    outside = [
        words.say("outside", project=words.name("projects", project), reason=words.say(f"outside.{reason}"))
        for project, reason in ranking.outside
    ]
    return Table("ranking", words.say("table.ranking"), columns, tuple(rows), notes=tuple(outside))


def flips_table(flips: Flips, certainty: Certainty, words: Words) -> Table:
    """Every project by class, the firmest first, with the least share it has and what the other decision costs."""
    columns = (
        Column("", "group"),
        Column(words.say("table.project")),
        Column(words.say("table.least"), "share"),
        Column(words.say("table.flip-out"), "points"),
        Column(words.say("table.flip-full"), "points"),
    )
    sure = {one.project: one for one in certainty.projects}
    order = {name: i for i, name in enumerate(CLASSES)}
    place = {flip.project: i for i, flip in enumerate(flips.flips)}

    def key(flip: Flip) -> tuple[int, float, int]:
        cost = flip.cost if flip.cost is not None else math.inf
        return order[sure[flip.project].kind], -cost, place[flip.project]

    found = sorted(flips.flips, key=key)
    rows: list[tuple[Cell, ...]] = [
        (
            words.say(f"class.{sure[flip.project].kind}"),
            words.bare("projects", flip.project),
            sure[flip.project].least if sure[flip.project].kind in {"whole", "part"} else None,
            _loss(flip.out),
            _loss(flip.full),
        )
        for flip in found
    ]
    notes = [words.say("flip-means", tolerance=certainty.epsilon)]
    if any(turn is not None and not turn.possible for flip in found for turn in (flip.out, flip.full)) or any(
        flip.fixed for flip in found
    ):
        notes.append(words.say("flip-empty"))
    if any(turn is not None and not turn.exact for flip in found for turn in (flip.out, flip.full)):
        notes.append(words.say("flip-bound"))
    return Table("classes", words.say("table.project"), columns, tuple(rows), notes=tuple(notes))


def project_tables(found: Explained, words: Words) -> Iterator[Table]:
    """What the project needs by fund and year, and who loses and gains by its decision."""
    if found.needs is not None and found.needs.extra:
        yield _needs(found, words)
    for swap in (found.into, found.out):
        if swap is not None and swap.moves:
            yield _moves(swap, words)


def _needs(found: Explained, words: Words) -> Table:
    extra = found.needs.extra if found.needs is not None else ()
    years = sorted({one.year for one in extra})
    sums = {(one.fund, one.year): one.kronor for one in extra}
    funds = list(dict.fromkeys(one.fund for one in extra))
    columns = (
        Column(words.say("table.fund")),
        *(Column(str(year), "kronor") for year in years),
        Column(words.say("table.total"), "kronor"),
    )

    def line(name: str, chosen: list[str]) -> tuple[Cell, ...]:
        cells = [sum(sums.get((fund, year), 0) for fund in chosen) for year in years]
        return (name, *cells, sum(cells))

    rows = tuple(line(words.bare("funds", fund), [fund]) for fund in funds)
    return Table(
        "needs", words.say("table.needs"), columns, rows, line(words.say("table.sum"), funds) if len(rows) > 1 else None
    )


def _moves(swap: Swap, words: Words) -> Table:
    columns = (
        Column(words.say("table.project")),
        Column(words.say("table.before"), "kronor"),
        Column(words.say("table.after"), "kronor"),
        Column(words.say("table.points"), "points"),
    )
    rows = tuple((words.bare("projects", m.project), m.before, m.after, m.points) for m in swap.moves)
    way = "into" if swap.into else "out"
    return Table(f"moves-{way}", words.say(f"table.moves-{way}"), columns, rows)


def _loss(turn: Turn | None) -> float | None:
    return None if turn is None or not turn.possible else turn.loss
