"""The box program: a small MILP around the float plan, for the kronor that filling one by one cannot place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.program import LinearProgram
from rus_funding.settling.fill import PROMISED, Target
from rus_funding.settling.rows import NOISE, IntegerRows, broken_projects
from rus_funding.settling.whole import few_kronor
from rus_funding.solvers.highs import Highs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.amounts import Amounts, Floats
    from rus_funding.index import Ints
    from rus_funding.portfolio import Portfolio

# kronor that a payment may move from its float, and kronor more that a partly funded project and its cells may take: a
# promise to the krona can need a base that is some kronor larger; and whether cells stay in proportion
SIZES = ((2, 0, True), (2, 1, True), (50, 0, True), (50, 1, True), (50, 6, True), (50, 0, False))
TOGETHER = 200  # payments up to which the projects in trouble are decided together
MOST = (
    20  # projects with legal payments but missing kronor that are looked at: each costs a MILP, and wins a krona or two
)
LARGE = 2000  # payments above which that is not worth its time: on 7 300 it won nothing
NODES = 200  # of a MILP's search: a limit in seconds would let the answer depend on the machine


def give_up_least(
    at: Portfolio, amounts: Amounts, rows: IntegerRows, aim: Target, y: Floats, price: Floats, kronor: Ints,
    slack: NDArray[Any],
) -> None:  # fmt: skip
    """Give up as few kronor as possible near the floats, in place.

    min Σ (BIG · kronor given up + draw order · kronor), in integers; every integer row holds with the other projects
    as they
    are, each cell within its most, each project up to its kronor. The projects that miss kronor or have a broken
    row are decided together with the partly funded ones where they are few, else one after the other by
    id: projects meet only in budgets, authorisations and diversification, and each program stays small whatever
    the size of the model.
    """
    settled = np.zeros(aim.project.size, np.int64)
    np.add.at(settled, at.project, kronor)
    rough = np.zeros(aim.project.size, bool)
    rough[at.project[np.abs(y - np.round(y)) > NOISE]] = True  # where `y` is whole it is the best there is
    missing = np.where(rough, aim.project - settled, 0)
    worst = np.argsort(-missing, kind="stable")[: MOST if y.size <= LARGE else 0]
    trouble = broken_projects(at, rows, slack)
    trouble[worst[missing[worst] > 0]] = True
    trouble |= (price >= PROMISED) & (settled < aim.project)
    if not trouble.any():
        return
    partly = (aim.project > 0) & (aim.project < amounts.total)
    together = np.flatnonzero((trouble | partly)[at.project])
    few = together.size <= TOGETHER
    if few and any(_solve(at, amounts, rows, aim, y, price, kronor, slack, together, *size) for size in SIZES):
        return
    bounds = np.searchsorted(at.project, np.arange(aim.project.size + 1))
    for p in np.flatnonzero(trouble).tolist():
        free = np.arange(bounds[p], bounds[p + 1])
        if free.size:
            any(_solve(at, amounts, rows, aim, y, price, kronor, slack, free, *size) for size in SIZES)
        if price[p] >= PROMISED and kronor[free].sum() < aim.project[p]:
            some = _with_mates(at, free, np.flatnonzero(partly), bounds)
            any(_solve(at, amounts, rows, aim, y, price, kronor, slack, some, *size) for size in SIZES)


def _with_mates(at: Portfolio, free: Ints, partly: Ints, bounds: Ints) -> Ints:
    """The payments of a promised project and of partly funded ones that draw on the same budgets: a krona that it
    lacks may be theirs. Those that share most budgets come first, up to `TOGETHER` payments in all.
    """
    budgets = np.unique(at.fund_year[free])
    parts = [np.arange(bounds[p], bounds[p + 1]) for p in partly.tolist()]
    shared = [-int(np.isin(at.fund_year[part], budgets).sum()) for part in parts]
    found = free
    for i in np.argsort(shared, kind="stable").tolist():
        if shared[i] < 0 and found.size + parts[i].size <= TOGETHER:
            found = np.concatenate([found, parts[i]])
    return np.unique(found)


def _solve(
    at: Portfolio, amounts: Amounts, rows: IntegerRows, aim: Target, y: Floats, price: Floats, kronor: Ints,
    slack: NDArray[Any], free: Ints, width: int, more: int, level: bool,
) -> bool:  # fmt: skip
    """Settle the payments `free` of some projects; whether the box held a legal plan for them."""
    number = np.full(at.fund.size, -1, np.int64)
    number[free] = np.arange(free.size)
    everywhere = number[np.repeat(np.arange(at.fund.size), np.diff(rows.starts))]
    inside = everywhere >= 0
    column, values = everywhere[inside], rows.values[inside]
    used, local = np.unique(rows.rows[inside], return_inverse=True)
    room = slack[used].copy()
    np.add.at(room, local, values * kronor[free][column].astype(values.dtype))
    cells, cell = np.unique(at.cell[free], return_inverse=True)
    projects, project = np.unique(at.project[free], return_inverse=True)
    each = np.arange(free.size)
    row = np.concatenate([local, used.size + cell, used.size + cells.size + project])
    col = np.concatenate([column, each, each])
    val = np.concatenate([values.astype(np.float64), np.ones(2 * free.size)])
    order = np.lexsort((row, col))
    most = np.minimum(aim.project[projects] + more, amounts.total[projects])
    cell_most = np.minimum(aim.most[cells] + max(0, more - 1), at.cell_cost(amounts)[cells])
    lost = few_kronor(at)[cells] if level else aim.least[cells]
    cell_least = np.maximum(0, aim.least[cells] - lost)
    program = LinearProgram(
        np.concatenate([[0], np.cumsum(np.bincount(col, minlength=free.size))]).astype(np.int64),
        row[order].astype(np.int64),
        val[order],
        np.maximum(0.0, np.floor(y[free] + NOISE) - width),
        np.ceil(y[free] - NOISE) + width,
        np.concatenate([np.full(used.size, -np.inf), cell_least.astype(np.float64), np.full(projects.size, -np.inf)]),
        np.concatenate([room, cell_most, most]).astype(np.float64),
        np.ones(free.size, bool),
    )
    draw = amounts.draw_order[at.fund[free]]
    spread = float(draw.max() - draw.min()) + 1.0
    fraction = y[free] - np.floor(y[free])
    # a krona given up outweighs every draw order, at its project's price; the float's fraction and the position
    # decide ties
    ties = 0.1 * (1.0 - fraction) + 1e-4 * np.arange(free.size) / free.size
    cost = -(4.0 + 2.0 * spread) * price[projects][project] / 8.0 + (draw - draw.min()) + ties
    point = Highs(nodes=NODES).minimise(cost, program, whole=True)
    if point.status != "optimal":
        return False
    found = np.round(point.x).astype(np.int64)
    left = room.copy()
    np.subtract.at(left, local, values * found[column].astype(values.dtype))
    if (left < 0).any():
        return False
    kronor[free] = found
    slack[used] = left
    return True
