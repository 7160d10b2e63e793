"""From floats to whole kronor.

The guarantee: every legal rule (financing, budget, rate, cap, group rate, commitment, authorisation, least grant)
holds exactly, in integers, on the kronor that are paid. A partly funded project gets the floor of its float kronor, a
fully funded one all of its costs, less only kronor that none of its payers may legally pay (`given_up`, named by
project; a project that a rule counts on gives up last, and there a fund that does not pay it yet may be asked).
Payments stay within a few kronor of their floats. Where no such kronor keep a project's rules it is carried out at a
smaller scale, or left out, and so never takes others with it; a promised one at a larger scale, where there is room.
Only a promise can stay broken.

Two ways lead there. Models of middle size go along paths of single kronor (`displacements`). Small and large ones, and
what paths leave open, go through programs whose search does not grow with the model: a linear program with integer data
(`integer_program`), one pass over the kronor that its floors leave (`missing_kronor`), small integer programs for the
few projects that still miss some (`fewest_given_up`, `box_program`). What is broken then is lowered
(`smaller_or_out`). A last look is at the draw order (`exchange`). Whether the guarantee was met is not for this module
to say: the auditor does.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.settling.aim import PROMISED, Terms, prices, target
from rus_funding.engine.settling.displacements import along_paths
from rus_funding.engine.settling.draft import Work
from rus_funding.engine.settling.exchange import draw_earlier
from rus_funding.engine.settling.fewest_given_up import give_up_fewest
from rus_funding.engine.settling.grants import Grants
from rus_funding.engine.settling.integer_program import whole_vertex
from rus_funding.engine.settling.missing_kronor import fill_up
from rus_funding.engine.settling.rows import effective_budget, integer_rows
from rus_funding.engine.settling.smaller_or_out import lower_what_is_broken

if TYPE_CHECKING:
    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.model.index import Ints
    from rus_funding.model.portfolio import Portfolio


FEW = 200  # payments up to which programs look for the very fewest kronor to give up
MANY = 2000  # payments above which programs give up fewer kronor than paths, at a cost that is small beside the solve


@dataclasses.dataclass(frozen=True)
class Settled:
    """Payments in kronor (parallel to the portfolio's payments), the kronor given up by project (below what the floats
    come to; negative where a promise asks for more), and how many rows and promises remain broken.

    `left_out` are projects (by index) that the floats fund and no whole kronor near them could, `scaled_down` those
    carried out at a smaller scale.
    """

    kronor: Ints
    given_up: Ints
    broken: int
    left_out: tuple[int, ...] = ()
    scaled_down: tuple[int, ...] = ()

    def by_project(self, at: Portfolio) -> Ints:
        """Kronor by project."""
        out = np.zeros(len(at.index.projects), np.int64)
        np.add.at(out, at.project, self.kronor)
        return out


def settle(
    at: Portfolio,
    amounts: Amounts,
    x: Floats,
    y: Floats,
    fractions: Floats,
    *,
    by_draw_order: bool = True,
    deadline: float = np.inf,
) -> Settled:
    """Settle the float shares `x` (projects) and payments `y`.

    `fractions` are the payments' label fractions, which decide ties; `by_draw_order`: the draw order is an objective.
    No solver runs beyond `deadline` (of the monotonic clock): what is exact and quick without one is what there is.
    """
    y = np.maximum(0.0, y)
    flat: Any = np.bincount(at.fund_year, y, amounts.budget.size)
    used = flat.reshape(amounts.budget.shape)
    grants = Grants(at, amounts, y).sides if at.granting.any() else np.zeros(0, np.int64)
    rows = integer_rows(at, amounts, effective_budget(amounts, used), grants)
    aim = target(at, amounts, x, y)
    loose, price, none = rows.loosened(), prices(at, amounts, x, aim), np.zeros(0, np.int64)
    work = Work(at, amounts, loose, Terms.of(at, amounts), aim, price, y, none, none, deadline, grants.size // 2)
    if not (FEW < y.size <= MANY and _along_paths(work)):
        near = whole_vertex(work, rows, fractions)
        fill_up(work, near)
        give_up_fewest(work, near)
        promised = (price >= PROMISED) & (work.settled() < aim.project)
        if y.size <= FEW and (promised.any() or (work.slack < 0).any()):
            _along_paths(work)
    broken = lower_what_is_broken(work)
    if by_draw_order:
        draw_earlier(work)
    settled = work.settled()
    lost = aim.project - settled
    left_out = np.flatnonzero((aim.project > 0) & (settled == 0) & ~work.terms.held)
    smaller = np.flatnonzero((lost >= work.terms.uneven) & (settled > 0))
    return Settled(work.kronor, lost, broken, tuple(left_out.tolist()), tuple(smaller.tolist()))


def _along_paths(work: Work) -> bool:
    """Settle along paths; whether all of it came out clean."""
    found = along_paths(work)
    if found is not None:
        work.kronor, work.slack = found, work.rows.slack(found)
    return found is not None
