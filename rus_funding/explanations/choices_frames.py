"""Ranges, alternatives and trade-offs as data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.explanations.alternatives import Alternative, Alternatives, AreaMoved, Moved
from rus_funding.explanations.break_even import WeightRange
from rus_funding.explanations.ranges import Range, Ranges
from rus_funding.model import frames

if TYPE_CHECKING:
    import pandas as pd

    from rus_funding.explanations.frontier import Frontier

_SHARES = {"least_share": "share", "planned_share": "share", "most_share": "share"}
_CORNER = {"first": "number", "second": "number"}
_STEP = dict.fromkeys(("first_from", "second_from", "first_to", "second_to", "price"), "number")


def choices_frames(found: Alternatives | Ranges | Frontier) -> dict[str, pd.DataFrame]:
    """A finding's numbers, by name."""
    if isinstance(found, Alternatives):
        return _alternatives(found)
    if isinstance(found, Ranges):
        rows = frames.of_dataclass(Range, found.rows)
        shares = frames.of_rows(_SHARES, [row.shares or (None, None, None) for row in found.rows])
        return {"ranges": rows.join(shares), "weights": frames.of_dataclass(WeightRange, found.weights)}
    corners = [(corner.first, corner.second) for corner in found.corners]
    steps = [(s.start.first, s.start.second, s.end.first, s.end.second, s.price) for s in found.steps]
    return {"corners": frames.of_rows(_CORNER, corners), "steps": frames.of_rows(_STEP, steps)}


def _alternatives(found: Alternatives) -> dict[str, pd.DataFrame]:
    """Every plan, numbered from 1, and what moves in it."""
    moves = [(number, move) for number, plan in enumerate(found.plans, 1) for move in (*plan.gains, *plan.losses)]
    areas = [(number, area) for number, plan in enumerate(found.plans, 1) for area in plan.areas]
    tables = {
        "plans": (range(1, len(found.plans) + 1), frames.of_dataclass(Alternative, found.plans)),
        "moves": ([number for number, _ in moves], frames.of_dataclass(Moved, [move for _, move in moves])),
        "areas": ([number for number, _ in areas], frames.of_dataclass(AreaMoved, [area for _, area in areas])),
    }
    for numbers, table in tables.values():
        table.insert(0, "plan", frames.frame({"plan": "integer"}, {"plan": numbers})["plan"])
    return {name: table for name, (_, table) in tables.items()}
