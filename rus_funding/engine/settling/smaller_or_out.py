"""The ways on where whole kronor near the floats do not keep every rule: smaller, or left out. One project at a time.

A project in trouble is carried out at the largest smaller scale that its rules admit in whole kronor; else it is left
out, which every rule admits but a promise. What is promised is carried out at the smallest larger scale that there is
room for. So this ends, and what is broken then is a promise that no whole kronor near the floats keep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.engine.settling.box_program import Box
from rus_funding.engine.settling.broken_projects import Finder
from rus_funding.engine.settling.missing_kronor import fill_project
from rus_funding.engine.settling.rows import NOISE
from rus_funding.engine.settling.smaller_scales import denominators

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.engine.settling.broken_projects import Trouble
    from rus_funding.engine.settling.draft import Work
    from rus_funding.model.index import Ints

WIDTH = 50  # kronor that a payment may move from its float at a smaller scale
TIGHT = 1.0  # kr; a rate with more room than this has no say in which scales come out whole
SMALL = 200  # kr; projects that cost no more are looked at from end to end
AGAIN = 3  # times that a project is carried out at a smaller scale before it is left out


def lower_what_is_broken(work: Work) -> int:
    """Lower one project after the other until nothing is broken but promises; returns how many are."""
    finder = Finder(work)
    times: dict[int, int] = {}
    larger: set[int] = set()
    while (trouble := finder.next()) is not None:
        project = trouble.project
        times[project] = times.get(project, 0) + 1
        smaller = times[project] <= AGAIN and _smaller(work, finder, trouble)
        if smaller or _left_out(work, project):
            continue
        if project in larger or not _larger(work, project):
            finder.stuck.add(project)
        larger.add(project)
    return finder.unsettled()


def _left_out(work: Work, project: int) -> bool:
    """Pay a project nothing, unless it must be carried out or a promise is made to it; whether it is left out."""
    free = work.of(project)
    if work.terms.held[project]:
        return False
    before = work.kronor[free].copy()
    work.pay(free, np.zeros(free.size, np.int64))
    row = np.unique(work.entries(free)[1])
    least = work.conditional(row)
    promised = bool(((work.slack[row] < 0) & (work.rows.limit[row] < 0) & ~least).any())
    if promised:
        work.pay(free, before)
    else:
        work.slack[row[least]] = work.rows.limit[row[least]] = 0  # nothing is asked of who pays nothing
    return not promised


def _smaller(work: Work, finder: Finder, trouble: Trouble) -> bool:
    """Carry a project out at the largest scale that keeps its rules and the row in trouble; whether there is one.

    Rows that others have broken it does not break further.
    """
    free = work.of(trouble.project)
    most = trouble.most
    if trouble.row >= 0 and finder.shared[trouble.row]:
        most = min(most, _bearable(work, free, trouble.row))
    least = max(1, int(work.terms.least[trouble.project]))
    _, row, _ = work.entries(free)
    row = np.unique(row)
    others = row[(work.slack[row] < 0) & finder.shared[row] & (row != trouble.row)]
    lift = -work.slack[others]
    work.slack[others] += lift
    found = False
    if most >= least:
        found = any(_carried_out(work, free, cells, least, most) for cells in _scales(work, free, most))
    work.slack[others] -= lift
    return found


def _larger(work: Work, project: int) -> bool:
    """Carry a promised project out at the smallest scale above its floats that keeps its rules; whether there is one.

    What others are paid it leaves to them.
    """
    free = work.of(project)
    cells, cell = np.unique(work.at.cell[free], return_inverse=True)
    cost, above = work.terms.cell_cost[cells], int(np.ceil(work.y[free].sum() - NOISE))
    found = {
        tuple(each.tolist()): each
        for choice in denominators(_rates(work, free, cell), cells.size)
        for each in choice.larger(cost, above)
    }
    scales = sorted(found.values(), key=lambda each: int(each.sum()))
    return any(_carried_out(work, free, each, int(each.sum()), int(each.sum())) for each in scales)


def _bearable(work: Work, free: Ints, row: int) -> int:
    """Kronor that a project may have in proportion to its floats for the sake of a row that it shares with others."""
    place, rows, values = work.entries(free)
    mine = rows == row
    value, place = values[mine], place[mine]
    room = float(work.slack[row] + (value * work.kronor[free][place].astype(value.dtype)).sum())
    takes, floats = float((value.astype(np.float64) * work.y[free][place]).sum()), float(work.y[free].sum())
    return int(floats + NOISE if takes <= room else max(0.0, floats * room / takes))


def _scales(work: Work, free: Ints, most: int) -> Iterator[Ints]:
    """Cells in whole kronor at which the project's rates may come out whole, the largest first."""
    cells, cell = np.unique(work.at.cell[free], return_inverse=True)
    cost = work.terms.cell_cost[cells]
    if cost.sum() <= SMALL:
        yield cost
        return
    found: list[Ints] = []
    for choice in denominators(_rates(work, free, cell), cells.size):
        found += choice.scales(cost, int(work.terms.uneven[work.at.project[free[0]]]), most)
    yield from sorted({tuple(each.tolist()): each for each in found}.values(), key=lambda each: -int(each.sum()))


def _rates(work: Work, free: Ints, cell: Ints) -> list[tuple[int, tuple[int, ...]]]:
    """The denominators of the project's tight rates and group rates, with the cells that each is a share of."""
    place, entry = work.rows.part(free)
    row, value, own = work.rows.rows[entry], work.rows.values[entry], work.rows.own[entry]
    out = []
    for i in np.unique(row[value != own]).tolist():
        mine, bottom = row == i, int(work.rows.bottom[i])
        room = -float((value[mine].astype(np.float64) * work.y[free][place[mine]]).sum()) / bottom
        base = mine & (value != own)
        if work.rows.limit[i] == 0 and bottom > 1 and room < TIGHT:
            out.append((bottom, tuple(np.unique(cell[place[base]]).tolist())))
    return out


def _carried_out(work: Work, free: Ints, target: Ints, least: int, most: int) -> bool:
    """The best plan of a project around `target` (its cells' kronor); whether there is one.

    Without time for a search, what filling krona by krona makes of it.
    """
    cells, cell = np.unique(work.at.cell[free], return_inverse=True)
    paid, cost = np.bincount(cell, work.y[free], cells.size), work.terms.cell_cost[cells]
    floats = work.y[free] * (target / np.where(paid > 0, paid, 1.0))[cell]
    if work.left > 0:
        low, high = np.maximum(0, np.floor(floats) - WIDTH).astype(np.int64), np.ceil(floats).astype(np.int64) + WIDTH
        if cost.sum() <= SMALL:
            low, high = np.zeros(free.size, np.int64), cost[cell]
        return work.best(Box(free, low, high, cost, np.asarray([least]), np.asarray([min(most, cost.sum())])))
    before, project = work.kronor[free].copy(), int(work.at.project[free[0]])
    fill_project(work, free, np.minimum(target, cost), floats)
    _, row, _ = work.entries(free)
    if (work.slack[row] >= 0).all() and least <= work.kronor[free].sum() <= most and not work.broken()[project]:
        return True
    work.pay(free, before)
    return False
