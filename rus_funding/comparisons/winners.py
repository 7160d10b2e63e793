"""Who gets more and who gets less in each scenario: municipalities, areas, target groups, perspectives, actors, funds.

Kronor as the run has them: of a municipality, an area or a perspective those that count to it, of an actor those of the
projects that it leads, of a target group those of its actors, of a fund what it pays.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.comparisons.comparison import FEW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.comparisons.comparison import Line
    from rus_funding.comparisons.read_runs import Chosen

# kind of part: table of a run, and its columns of ids and kronor
SOURCES: Mapping[str, tuple[str, str, str]] = {
    "municipality": ("municipalities", "municipality", "kronor"),
    "area": ("areas", "area", "kronor"),
    "target_group": ("actors", "actor", "led"),
    "perspective": ("perspectives", "perspective", "kronor"),
    "actor": ("actors", "actor", "led"),
    "fund": ("funds", "fund", "used"),
}


@dataclasses.dataclass(frozen=True)
class Won:
    """Kronor of a part of the plan in each scenario, in the order of the lines; None without a plan."""

    kind: str
    id: str
    name: str
    kronor: tuple[int | None, ...]

    def change(self, line: int) -> int:
        """Kronor more in a scenario than in the reference; 0 where either has no plan."""
        now, before = self.kronor[line], self.kronor[0]
        return 0 if now is None or before is None else now - before

    @property
    def largest(self) -> int:
        """The largest change in any scenario, whatever its sign."""
        return max((abs(self.change(line)) for line in range(len(self.kronor))), default=0)


def won(chosen: Chosen, names: Mapping[tuple[str, str], str]) -> tuple[Won, ...]:
    """Every part of every kind, the largest change first; nothing where scenarios are many or there is one."""
    if not 2 <= len(chosen.lines) <= FEW:
        return ()
    run = chosen.runs[0]
    groups = {row["actor"]: row["target_group"] or "" for row in run.records("input_actors")}
    found: list[Won] = []
    for kind, (table, column, amount) in SOURCES.items():
        sums: dict[str, list[int]] = {}
        for line, (one, kronor) in chosen.rows(table, column, amount):
            key = groups.get(one, "") if kind == "target_group" else one
            if key:
                sums.setdefault(key, [0] * len(chosen.lines))[line] += kronor
        parts = []
        for one, kronor in sums.items():
            parts.append(Won(kind, one, names.get((kind, one), one), _planned(chosen.lines, kronor)))
        found += sorted(parts, key=lambda part: (-part.largest, part.id))
    return tuple(found)


def _planned(lines: Sequence[Line], kronor: Sequence[int]) -> tuple[int | None, ...]:
    return tuple(each if line.planned else None for line, each in zip(lines, kronor, strict=True))
