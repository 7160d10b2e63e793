"""Kronor by perspective, scenario by scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.comparisons.comparison import FEW, Counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.comparisons.read_runs import Chosen


def counted(chosen: Chosen, names: Mapping[tuple[str, str], str]) -> tuple[Counted, ...]:
    """Kronor, share and kronor without a basis of each perspective, by id; nothing where scenarios are many."""
    if len(chosen.lines) > FEW:
        return ()
    found: dict[str, dict[int, tuple[int, float | None, int]]] = {}
    for line, (name, *cells) in chosen.rows("perspectives", "perspective", "kronor", "share", "without_basis"):
        found.setdefault(name, {})[line] = (cells[0], cells[1], cells[2])
    nothing = None, None, None
    out = []
    for name, by_line in sorted(found.items()):
        kronor, share, bare = zip(*(by_line.get(line, nothing) for line in range(len(chosen.lines))), strict=True)
        out.append(Counted(name, names.get(("perspective", name), name), kronor, share, bare))
    return tuple(out)
