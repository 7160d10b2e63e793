"""The plans of several scenarios in the areas of another strategy, and what its weights would choose instead."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from rus_funding.comparisons import numbers as shown
from rus_funding.comparisons.comparison import FEW
from rus_funding.engine.retelling import retell
from rus_funding.errors import UsageError
from rus_funding.kronor import format_kronor
from rus_funding.runs.restore import Restored
from rus_funding.words.language import say
from rus_funding.words.numbers import kronor, points
from rus_funding.words.standings import sentence
from rus_funding.words.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rus_funding.comparisons.read_runs import Chosen
    from rus_funding.engine.retelling import Retelling


@dataclasses.dataclass(frozen=True)
class ByStrategy:
    """Each scenario's plan told in another strategy, None without a plan; that of the reference with its choice."""

    strategy: str
    labels: tuple[str, ...]
    told: tuple[Retelling | None, ...]

    def as_dict(self) -> dict[str, Any]:
        """What ``compare --strategy S --json`` prints under ``by_strategy``: scenario by scenario."""
        return {
            label: None if told is None else told.as_dict() for label, told in zip(self.labels, self.told, strict=True)
        }

    def rows(self) -> tuple[list[str], Iterator[Sequence[Any]]]:
        """Columns and rows of the comparison's table ``by_strategy``."""
        lines = (
            (area.area, area.name, label, area.kronor, area.share, area.points)
            for label, told in zip(self.labels, self.told, strict=True)
            if told is not None
            for area in told.areas
        )
        return ["area", "name", "scenario", "kronor", "share", "points"], lines

    def table(self, lang: str) -> Table:
        """Kronor and share of each area of the strategy, a column a scenario; under it what it would choose."""
        planned = [(str(i + 1), told) for i, told in enumerate(self.told) if told is not None]
        columns = (Column(""), *(Column(number, "number") for number, _ in planned))
        rows, notes, name = [], [say(lang, "strategy.means")], self.strategy
        for i, area in enumerate(planned[0][1].areas if planned else ()):
            cells = [told.areas[i] for _, told in planned]
            rows.append((area.name, *(f"{kronor(one.kronor, lang)} ({shown.share(one.share, lang)})" for one in cells)))
        if planned:
            name = planned[0][1].name
            notes += choice(planned[0][1], lang)
        return Table("strategy", say(lang, "strategy.title", name=name), columns, tuple(rows), notes=tuple(notes))


def by_strategy(chosen: Chosen, strategy: str, solver: str) -> ByStrategy:
    """Tell the plan of every scenario in the areas of `strategy`; one solve more, for what the reference would be.

    Raises `UsageError` where the scenarios are many, and what `retell` raises.
    """
    if len(chosen.lines) > FEW:
        raise UsageError("--strategy tells at most {most} scenarios: choose some with --scenario.", most=FEW)
    found: list[Retelling | None] = [None] * len(chosen.lines)
    for run, places in zip(chosen.runs, chosen.places, strict=True):
        outcomes = Restored(run)
        for line in sorted(places.values()):
            if chosen.lines[line].planned:
                plan = outcomes.outcome(chosen.lines[line].scenario)
                found[line] = retell(plan, strategy, choose=line == 0, solver=solver)
    return ByStrategy(strategy, tuple(line.label for line in chosen.lines), tuple(found))


def choice(told: Retelling, lang: str) -> tuple[str, ...]:
    """What the other strategy's weights would choose instead, and how that plan stands; nothing where nobody asked."""
    other = told.choice
    if other is None:
        return ()
    lines = [say(lang, "strategy.would", name=told.name)]
    if other.planned:
        values = {"value": points(told.value, lang), "chosen": points(other.value or 0.0, lang)}
        lines.append(say(lang, "strategy.worth", **values, funded=format_kronor(other.funded, lang)))
        same = say(lang, "strategy.same-projects")
        lines.append(say(lang, "strategy.moved", count=len(told.moved)) if told.moved else same)
    lines.append(say(lang, "strategy.standing", sentence=sentence(other, lang)))
    return tuple(lines)
