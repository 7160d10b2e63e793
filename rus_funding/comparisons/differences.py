"""Two scenarios: what moved, krona by krona."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.comparisons.comparison import Move

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.comparisons.read_runs import Chosen


def moved(chosen: Chosen, table: str, names: Mapping[tuple[str, str], str]) -> tuple[Move, ...]:
    """Kronor of each project (`table` "projects") or fund ("funds") in both scenarios, the largest change first."""
    kind, amount = {"projects": ("project", "kronor"), "funds": ("fund", "used")}[table]
    sums: dict[str, list[int]] = {}
    for line, (key, kronor) in chosen.rows(table, kind, amount):
        sums.setdefault(key, [0, 0])[line] += kronor
    moves = [Move(key, names.get((kind, key), key), before, after) for key, (before, after) in sums.items()]
    return tuple(sorted(moves, key=lambda move: (-abs(move.change), move.id)))
