"""From floats to whole kronor.

The guarantee: every legal rule (financing, budget, rate, cap, group rate, commitment, authorisation) holds exactly, in
integers, on the kronor that are paid. A partly funded project gets the floor of its float kronor, a fully funded one
all of its costs, less only kronor that no fund may legally pay (`given_up`, named by project; a project that a rule
counts on gives up last). Payments stay within a few kronor of their floats.

Two ways lead there. Models of middle size go along paths of single kronor (`paths`). Small and large ones, and what
paths leave open, go through programs whose search does not grow with the model: a linear program with integer data
(`whole`), one pass over the kronor that its floors leave (`fill`), small MILPs for the few projects that still miss
some (`box`). Both end with a last look at the draw order (`exchange`). Whether the guarantee was met is not for this
module to say: the auditor does.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.settling.box import give_up_least
from rus_funding.settling.exchange import draw_earlier
from rus_funding.settling.fill import PROMISED, Target, fill_up, prices, target
from rus_funding.settling.paths import along_paths
from rus_funding.settling.rows import IntegerRows, effective_budget, integer_rows
from rus_funding.settling.whole import whole_vertex
from rus_funding.solvers.highs import Highs

if TYPE_CHECKING:
    from rus_funding.amounts import Amounts, Floats
    from rus_funding.index import Ints
    from rus_funding.portfolio import Portfolio


FEW = 200  # payments up to which programs look for the very fewest kronor to give up
MANY = 2000  # payments above which programs give up fewer kronor than paths, at a cost that is small beside the solve


@dataclasses.dataclass(frozen=True)
class Settled:
    """Payments in kronor (parallel to the portfolio's payments), the kronor given up by project, and what remains
    broken.

    `used_box` says that filling one by one was not enough.
    """

    kronor: Ints
    given_up: Ints
    broken: int
    used_box: bool


def settle(
    at: Portfolio, amounts: Amounts, x: Floats, y: Floats, fractions: Floats, *, by_draw_order: bool = True
) -> Settled:
    """Settle the float shares `x` (projects) and payments `y`.

    `fractions` are the payments' label fractions, which decide ties; `by_draw_order`: the draw order is an objective.
    """
    y = np.maximum(0.0, y)
    flat: Any = np.bincount(at.fund_year, y, amounts.budget.size)
    used = flat.reshape(amounts.budget.shape)
    rows: IntegerRows = integer_rows(at, amounts, effective_budget(amounts, used))
    aim = target(at, amounts, x, y)
    price = prices(at, amounts, x, aim)
    loose = rows.loosened()
    found = along_paths(at, loose, aim, y, price, amounts.draw_order) if FEW < y.size <= MANY else None
    used_box = False
    if found is None:
        solver = Highs(once=y.size > MANY)
        near = whole_vertex(at, amounts, rows, aim.cells(at, y), y, price, solver, fractions)
        kronor, slack = fill_up(at, loose, aim, near, amounts.draw_order)
        used_box = bool(int(kronor.sum()) < int(aim.project.sum()) or (slack < 0).any())
        if used_box:
            give_up_least(at, amounts, loose, aim, near, price, kronor, slack)
            if y.size <= FEW and (_promised_lost(at, aim, price, kronor) or (slack < 0).any()):
                found = along_paths(at, loose, aim, y, price, amounts.draw_order)
    if found is not None:
        kronor, slack = found, loose.slack(found)
    broken = int((slack < 0).sum())
    if by_draw_order:
        draw_earlier(at, amounts, rows, kronor, slack - rows.give)
    settled = np.zeros(aim.project.size, np.int64)
    np.add.at(settled, at.project, kronor)
    return Settled(kronor, aim.project - settled, broken, used_box)


def _promised_lost(at: Portfolio, aim: Target, price: Floats, kronor: Ints) -> bool:
    """Whether a project that a rule counts on is short of a krona."""
    left = aim.project.copy()
    np.subtract.at(left, at.project, kronor)
    return bool(((price >= PROMISED) & (left > 0)).any())
