"""Two scenarios: what moved, krona by krona."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.comparisons.comparison import Move

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rus_funding.comparisons.read_runs import Chosen


def swapped(payments: Iterable[tuple[int, str, str, int]]) -> dict[str, int]:
    """Kronor by project that two plans both pay, by other funds: half of Σ_f |Δ_pf| less the change of the sum.

    `payments` are (plan 0 or 1, project, fund, kronor). Up to a krona a payment is rounding, and no other payer.
    """
    paid: dict[tuple[str, str], list[int]] = {}
    count: dict[str, int] = {}
    for plan, project, fund, kronor in payments:
        paid.setdefault((project, fund), [0, 0])[plan] += kronor
        count[project] = count.get(project, 0) + 1
    gone, change = dict.fromkeys(count, 0), dict.fromkeys(count, 0)
    for (project, _), (before, after) in paid.items():
        gone[project] += abs(after - before)
        change[project] += after - before
    found = {project: (kronor - abs(change[project])) // 2 for project, kronor in gone.items()}
    return {project: kronor for project, kronor in found.items() if kronor > count[project]}


def moved(chosen: Chosen, table: str, names: Mapping[tuple[str, str], str]) -> tuple[Move, ...]:
    """Kronor of each project (`table` "projects") or fund ("funds") in both scenarios, the largest change first."""
    kind, amount = {"projects": ("project", "kronor"), "funds": ("fund", "used")}[table]
    sums: dict[str, list[int]] = {}
    for line, (key, kronor) in chosen.rows(table, kind, amount):
        sums.setdefault(key, [0, 0])[line] += kronor
    paid = chosen.rows("payments", "project", "fund", "kronor") if table == "projects" else ()
    other = swapped((line, *cells) for line, cells in paid)
    moves = [
        Move(key, names.get((kind, key), key), before, after, other.get(key, 0))
        for key, (before, after) in sums.items()
        if table == "funds" or before or after
    ]
    return tuple(sorted(moves, key=lambda move: (-abs(move.change), -move.swapped, move.id)))
