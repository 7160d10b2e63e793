"""What settling aims at, and what a project must keep to: in whole kronor, from the floats."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.settling.rows import NOISE
from rus_funding.model.amounts import LARGEST, exact

if TYPE_CHECKING:
    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.model.index import Bools, Ints
    from rus_funding.model.portfolio import Portfolio

MARGIN = 1e-4  # kr; what a sum of shares may be off in floats, and far below a krona
PROMISED = 1000.0  # what a krona given up costs where a rule counts on the project's share


@dataclasses.dataclass(frozen=True)
class Target:
    """Kronor by project in all, and the least and most by cell."""

    project: Ints
    least: Ints
    most: Ints

    def cells(self, at: Portfolio, y: Floats) -> Ints:
        """Cells: the kronor of each project shared out, the largest remainders rounded up."""
        out = self.least.copy()
        left = self.project.copy()
        np.subtract.at(left, at.cell_project, out)
        remainder = np.bincount(at.cell, y, out.size) - out
        could = np.flatnonzero((out < self.most) & (left[at.cell_project] > 0))
        for cell in could[np.lexsort((could, -np.round(remainder[could], 3)))].tolist():
            if left[at.cell_project[cell]] > 0:
                out[cell] += 1
                left[at.cell_project[cell]] -= 1
        return out


def target(at: Portfolio, amounts: Amounts, x: Floats, y: Floats) -> Target:
    """Whole kronor of a project: all of its costs where x = 1, else the floor of what the floats pay.

    A cell's share of them lies at the floor or the ceiling of the float: no cell moves by a krona.
    """
    costs = at.cell_cost(amounts)
    paid = np.bincount(at.project, y, x.size)
    full = (x >= 1.0 - 1e-9) | (amounts.total - paid < NOISE)
    kronor = np.where(full, amounts.total, np.floor(paid + NOISE)).astype(np.int64)
    floats = np.bincount(at.cell, y, costs.size)
    whole = full[at.cell_project]
    least = np.where(whole, costs, np.floor(floats + NOISE)).astype(np.int64)
    most = np.where(whole, costs, np.minimum(costs, np.ceil(floats - NOISE))).astype(np.int64)
    return Target(kronor, least, most)


def prices(at: Portfolio, amounts: Amounts, x: Floats, aim: Target) -> Floats:
    """What a krona given up costs, by project: least where the project is partly funded anyway, most where it breaks
    a rule.

    The rules at stake are those that look at a project's share: committed, required and indivisible projects must be
    whole, a project at its least viable share or required by another may not lose, nor one that an actor's
    participation counts on.
    """
    index = at.index
    bound = index.committed | amounts.indivisible
    bound |= (amounts.min_share > 0) & (x <= amounts.min_share + 1e-6)
    needs, other = index.dependency("requires")
    bound[other[x[other] <= x[needs] + 1e-6]] = True
    project, actor = index.takes_part
    held = np.bincount(actor, x[project], len(index.actors))
    tight = (amounts.min_projects > 0) & (held <= amounts.min_projects + 1e-3)
    bound[project[tight[actor] & (x[project] > 1e-9)]] = True
    return np.where(bound, PROMISED, np.where(aim.project == amounts.total, 16.0, 8.0))


PAYS, ELSEWHERE, NOT_YET = 0, 1, 2


def newcomers(at: Portfolio, y: Floats) -> Ints:
    """Payments: `PAYS` where the floats pay, `ELSEWHERE` where the fund pays other costs of the project, `NOT_YET`
    where it pays it nothing.

    An odd krona goes to a fund that pays the project already. A fund that does not yet is asked only where a promise
    needs its krona: better a krona given up than a financier for it.
    """
    of_pair = at.pairs[2]
    total = np.bincount(of_pair, y, at.pairs[0].size)
    out: Ints = (y < NOISE).astype(np.int64) + (total[of_pair] < NOISE)
    return out


@dataclasses.dataclass(frozen=True)
class Terms:
    """What holds for a project's kronor alone. `least`: what it must have if it is carried out at all, `held`: and it
    must be. A cell of a partly funded project may be off its share by less than `uneven` kronor.

    A project that must be whole may give up a krona for each of its cost cells, one at its least share less than that.
    """

    cost: Ints
    cell_cost: Ints
    least: Ints
    held: Bools
    uneven: Ints

    @classmethod
    def of(cls, at: Portfolio, amounts: Amounts) -> Terms:
        """The terms of a portfolio."""
        size, total, held = amounts.total.size, amounts.total, at.index.committed
        cells: Any = np.bincount(at.cell_project, minlength=size)
        least = np.where(held | amounts.indivisible, total, 0)
        for p in np.flatnonzero((amounts.min_share > 0) & ~held & ~amounts.indivisible).tolist():
            share = exact(float(amounts.min_share[p]))
            least[p] = share.numerator * int(total[p]) // share.denominator + 1
        uneven = cells + np.bincount(at.project, minlength=size)
        return cls(total, at.cell_cost(amounts), np.maximum(0, least - cells), held, uneven)

    def spare(self, at: Portfolio, aim: Target) -> Ints:
        """Cells: kronor that each may miss of the aim before its project is smaller than it may be carried out."""
        cells: Any = np.bincount(at.cell_project, minlength=self.cost.size)
        each = np.maximum(0, aim.project - self.least) // np.maximum(1, cells)
        out: Ints = each[at.cell_project]
        return out

    def proportion(self, cell: int, project: int, held: int, settled: int) -> tuple[float, float]:
        """Least and most of u − c / C · t for which a cell of `held` + u kronor is in proportion to `settled` + t."""
        whole, share = int(self.cost[project]), int(self.cell_cost[cell])
        middle = Fraction(share * settled, whole) - held
        room = float(self.uneven[project]) - MARGIN
        return float(middle) - room, float(middle) + room

    def broken(self, at: Portfolio, kronor: Ints) -> Bools:
        """Projects whose kronor break their terms."""
        size = self.cost.size
        settled, cells = np.zeros(size, np.int64), np.zeros(self.cell_cost.size, np.int64)
        np.add.at(settled, at.project, kronor)
        np.add.at(cells, at.cell, kronor)
        out: Bools = (settled < self.least) & ((settled > 0) | self.held)
        partly = (settled > 0) & (settled < self.cost)
        some = np.flatnonzero(partly[at.cell_project])
        if some.size:
            p = at.cell_project[some]
            kind: Any = np.int64 if int(self.cost.max()) ** 2 < LARGEST else object
            whole = self.cost[p].astype(kind)
            off = abs(cells[some] * whole - self.cell_cost[some].astype(kind) * settled[p].astype(kind))
            out[p[np.asarray(off >= self.uneven[p] * whole, bool)]] = True
        return out
