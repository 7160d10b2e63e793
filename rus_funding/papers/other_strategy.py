"""A plan in the areas of another strategy, as tables and sentences: what it is, and what it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.comparisons.other_strategy import choice
from rus_funding.words.language import say
from rus_funding.words.table import Cell, Column, Table

if TYPE_CHECKING:
    from rus_funding.engine.retelling import Retelling

MOVED = 10  # projects shown
__all__ = ["areas", "choice", "moved", "title"]


def title(told: Retelling, lang: str) -> str:
    """What the section is about."""
    return say(lang, "strategy.title", name=told.name)


def areas(told: Retelling, lang: str) -> Table:
    """The plan's kronor and points by area of the other strategy; beside them those of the plan it would choose."""
    chosen = told.chosen_value is not None
    rows = tuple(
        (area.goal, area.name, area.kronor, area.share, area.weight, area.points, area.target)
        + ((area.chosen_kronor, area.chosen_points) if chosen else ())
        for area in told.areas
    )
    aimed = any(area.target is not None for area in told.areas)
    columns = [
        Column("", "group"),
        Column(say(lang, "strategy.area")),
        Column(say(lang, "strategy.kronor"), "kronor"),
        Column(say(lang, "strategy.share"), "share"),
        Column(say(lang, "strategy.weight"), "number"),
        Column(say(lang, "strategy.points"), "points"),
        Column(say(lang, "strategy.target"), "points"),
    ]
    whole = told.plan.funded
    total: list[Cell] = [None, say(lang, "strategy.sum"), whole, 1 if whole else None, None, None, None]
    total[5] = sum(area.points for area in told.areas)
    if chosen and told.choice is not None:
        columns += [
            Column(say(lang, "strategy.chosen-kronor"), "kronor"),
            Column(say(lang, "strategy.chosen-points"), "points"),
        ]
        total += [told.choice.funded, sum(area.chosen_points or 0.0 for area in told.areas)]
    if not aimed:
        del columns[6], total[6]
        rows = tuple((*row[:6], *row[7:]) for row in rows)
    name, notes = say(lang, "strategy.area"), (say(lang, "strategy.means"),)
    return Table("strategy", name, tuple(columns), rows, tuple(total), notes)


def moved(told: Retelling, lang: str) -> Table:
    """The projects that get other kronor in the plan that the other strategy would choose; of many the first."""
    rows = tuple(
        (one.name, one.kronor, one.chosen_kronor, one.chosen_kronor - one.kronor) for one in told.moved[:MOVED]
    )
    columns = (
        Column(say(lang, "strategy.project")),
        Column(say(lang, "strategy.kronor"), "kronor"),
        Column(say(lang, "strategy.chosen-kronor"), "kronor"),
        Column(say(lang, "strategy.change"), "kronor"),
    )
    left = len(told.moved) - len(rows)
    notes = (say(lang, "strategy.more", count=left),) if left else ()
    return Table("strategy-moved", say(lang, "strategy.moved-title"), columns, rows, notes=notes)
