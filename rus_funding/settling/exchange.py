"""The last look at the draw order: no krona of a later-drawn fund stays where an earlier-drawn one may pay it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rus_funding.amounts import Amounts
from rus_funding.index import Ints
from rus_funding.portfolio import Portfolio
from rus_funding.settling.rows import IntegerRows


def room(rows: IntegerRows, slack: NDArray[Any], size: int) -> NDArray[Any]:
    """Kronor that each payment could take over from another one of its cell, as far as its own terms tell."""
    out = np.full(size, 2**62, np.int64)
    own = rows.own
    column = np.repeat(np.arange(size), np.diff(rows.starts))
    takes = np.flatnonzero(own > 0)
    share = (slack[rows.rows[takes]] // own[takes]).clip(-1, 2**62).astype(np.int64)
    np.minimum.at(out, column[takes], share)
    return out


def draw_earlier(at: Portfolio, amounts: Amounts, rows: IntegerRows, kronor: Ints, slack: NDArray[Any]) -> None:
    """Move kronor within cells to earlier-drawn funds, in place, as far as every rule allows.

    A move leaves the settled costs as they are, so only the two payments' own rows matter.
    """
    order = amounts.draw_order[at.fund]
    if not kronor.size or order.min() == order.max():
        return
    first = np.searchsorted(at.cell, np.arange(at.cell_project.size + 1))
    for _ in range(20):
        latest = np.full(at.cell_project.size, -np.inf)
        paying = np.flatnonzero(kronor > 0)
        np.maximum.at(latest, at.cell[paying], order[paying])
        free = room(rows, slack, kronor.size)
        takers = np.flatnonzero((free > 0) & (order < latest[at.cell]))
        moved = 0
        for taker in sorted(takers.tolist(), key=lambda j: (order[j], j)):
            cell = int(at.cell[taker])
            givers = [j for j in range(int(first[cell]), int(first[cell + 1])) if order[j] > order[taker]]
            for giver in sorted(givers, key=lambda j: (-order[j], j)):
                moved += _move(rows, slack, kronor, taker, giver)
        if not moved:
            return


def _move(rows: IntegerRows, slack: NDArray[Any], kronor: Ints, taker: int, giver: int) -> int:
    """Move as many kronor as the rules allow; returns how many."""
    change: dict[int, int] = {}
    for j, sign in ((taker, 1), (giver, -1)):
        for row, value in zip(*rows.column(j), strict=True):
            change[row] = change.get(row, 0) + sign * value
    amount = int(kronor[giver])
    for row, value in change.items():
        if value > 0:
            amount = min(amount, int(slack[row]) // value)
    if amount <= 0:
        return 0
    kronor[taker] += amount
    kronor[giver] -= amount
    for row, value in change.items():
        slack[row] -= amount * value
    return amount
