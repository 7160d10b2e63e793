"""The fewest kronor to give up near the floats, for the projects that miss some or have a broken row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.engine.settling.aim import PROMISED
from rus_funding.engine.settling.box_program import Box
from rus_funding.engine.settling.rows import NOISE, broken_projects

if TYPE_CHECKING:
    from rus_funding.engine.settling.draft import Work
    from rus_funding.model.amounts import Floats
    from rus_funding.model.index import Bools, Ints

# kronor that a payment may move from its float, and kronor more that a partly funded project and its cells may take: a
# promise to the krona can need a base that is some kronor larger
SIZES = ((2, 0), (2, 1), (50, 0), (50, 1), (50, 6))
TOGETHER = 200  # payments up to which the projects in trouble are decided together
MATES = 100  # payments of a promised or broken project and of those that may make room for it
MOST = 20  # projects that only miss kronor that are looked at: each costs a search, and wins a krona or two
LARGE = 2000  # payments above which that is not worth its time: on 7 300 it won nothing


def give_up_fewest(work: Work, near: Floats) -> None:
    """Give up as few kronor as possible.

    The projects that miss kronor where `near` is not whole, or that have a broken row, are decided together with the
    partly funded ones where they are few, and with all that have kronor to spare where a rule is broken; else one after
    the other by id, then with some that have: projects meet only in budgets, authorisations and diversification, and
    each program stays small whatever the size of the model.
    """
    trouble = _trouble(work, near)
    if not trouble.any():
        return
    partly = (work.aim.project > 0) & (work.aim.project < work.amounts.total)
    together = np.flatnonzero((trouble | partly)[work.at.project])
    if together.size <= TOGETHER and _settle(work, together):
        return
    everyone = np.flatnonzero((trouble | partly | _sparing(work))[work.at.project])
    few = everyone.size <= TOGETHER
    if few and (work.broken().any() or (work.slack < 0).any()) and _settle(work, everyone):
        return
    for p in np.flatnonzero(trouble).tolist():
        free = work.of(p)
        if not free.size or not _open(work, p, free):
            continue
        _settle(work, free)
        if work.price[p] >= PROMISED and work.kronor[free].sum() < work.aim.project[p]:
            _settle(work, _with_mates(work, free, np.flatnonzero(partly)))
        if not few and _broken(work, p, free):
            _settle(work, _with_mates(work, free, np.flatnonzero(_sparing(work))))


def _trouble(work: Work, near: Floats) -> Bools:
    """Projects with a rule broken, a promise short of a krona, a new payer, or kronor missing that another vertex might
    pay.
    """
    aim, settled = work.aim.project, work.settled()
    rough = np.zeros(aim.size, bool)
    rough[work.at.project[np.abs(near - np.round(near)) > NOISE]] = True  # where it is whole it is the best there is
    missing = np.where(rough, aim - settled, 0)
    worst = np.argsort(-missing, kind="stable")[: MOST if near.size <= LARGE else 0]
    trouble: Bools = broken_projects(work.at, work.rows, work.slack) | work.broken()
    trouble[worst[missing[worst] > 0]] = True
    trouble |= (work.price >= PROMISED) & (settled < aim)
    if near.size <= LARGE:
        trouble[work.at.project[~work.offered & (work.kronor > 0)]] = True
    return trouble


def _open(work: Work, project: int, free: Ints) -> bool:
    """Whether a project still misses kronor or has a broken row, now that others are settled."""
    short = work.kronor[free].sum() < work.aim.project[project]
    newcomer = (~work.offered[free] & (work.kronor[free] > 0)).any()
    return bool(short or newcomer) or _broken(work, project, free)


def _broken(work: Work, project: int, free: Ints) -> bool:
    """Whether a row or a project's own terms are broken: then it would be lowered, or left out."""
    _, row, _ = work.entries(free)
    return bool((work.slack[row] < 0).any() or work.broken()[project])


def _sparing(work: Work) -> Bools:
    """Projects that have kronor to spare, so that one in trouble may have them."""
    settled = work.settled()
    out: Bools = (settled > work.terms.least) & ~work.broken()
    return out


def _settle(work: Work, free: Ints) -> bool:
    """The best plan of some projects, all their payments, in the smallest box that holds one."""
    aim, terms, floats = work.aim, work.terms, work.y[free]
    cells, projects = np.unique(work.at.cell[free]), np.unique(work.at.project[free])
    least = np.minimum(terms.least, aim.project)[projects]
    for width, more in SIZES:
        low = np.maximum(0, np.floor(floats + NOISE) - width).astype(np.int64)
        high = (np.ceil(floats - NOISE) + width).astype(np.int64)
        cell_most = np.minimum(aim.most[cells] + max(0, more - 1), terms.cell_cost[cells])
        most = np.minimum(aim.project[projects] + more, terms.cost[projects])
        if work.best(Box(free, low, high, cell_most, least, most)):
            return True
    return False


def _with_mates(work: Work, free: Ints, mates: Ints) -> Ints:
    """The payments of a project and of `mates` that draw on the same budgets: a krona that it lacks may be theirs.
    Those that share most budgets come first, up to `MATES` payments in all.
    """
    budgets = np.unique(work.at.fund_year[free])
    parts = [work.of(p) for p in mates.tolist()]
    shared = [-int(np.isin(work.at.fund_year[part], budgets).sum()) for part in parts]
    found = free
    for i in np.argsort(shared, kind="stable").tolist():
        if shared[i] < 0 and found.size + parts[i].size <= MATES:
            found = np.concatenate([found, parts[i]])
    return np.unique(found)
