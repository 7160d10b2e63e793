"""What counts beyond single projects: ties, points past a target, what moves between payers, the least and the most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.model.axis import numbered
from rus_funding.program.columns import Columns, labels, pick
from rus_funding.program.linear import Block, Term

if TYPE_CHECKING:
    from collections.abc import Callable

    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.model.portfolio import Portfolio


def collaboration(at: Portfolio, v: Columns) -> list[Block]:
    """§3.2. n_ij ≤ Σ_{p : i and j take part} x_p (ties): a pair counts once, however many projects it meets in."""
    if not v.tie.size:
        return []
    actor, other, pair, project = at.index.ties
    ids = at.index.actors.ids
    terms = Term(np.arange(v.tie.size), v.tie, 1.0), Term(pair, v.x[project], -1.0)
    names = pick(ids, actor), pick(ids, other)
    return [Block("tie", v.tie.size, labels("tie", *names), terms, -np.inf, 0.0)]


def beyond(at: Portfolio, v: Columns) -> list[Block]:
    """§3.3. q_a − o_a ≤ target_a (points), q_a = Σ_p b_pa x_p: points past the target are worth `beyond`."""
    place = numbered(len(at.index.areas), v.aimed)
    p, a = np.nonzero(at.index.contributes & (place >= 0)[None, :])
    terms = Term(place[a], v.x[p], lambda n: n.benefit[p, a]), Term(np.arange(v.aimed.size), v.beyond, -1.0)
    names = pick(at.index.areas.ids, v.aimed)
    return [Block("beyond", v.aimed.size, labels("beyond", names), terms, -np.inf, lambda n: n.area("target")[v.aimed])]


def continuity(at: Portfolio, v: Columns) -> list[Block]:
    """§3.3. d_pf ≥ |Σ_tk y_pftk − Σ_t previous_pft| (kr): what a fund pays a project more or less than last time."""
    if not v.moved.size:
        return []
    project, fund, of_payment, _ = at.payers
    rows = np.arange(v.moved.size)
    names = pick(at.index.projects.ids, project), pick(at.index.funds.ids, fund)
    blocks = []
    for rule, sign, lower, upper in (
        ("continuity_most", -1.0, -np.inf, _planned(at)),
        ("continuity_least", 1.0, _planned(at), np.inf),
    ):
        terms = Term(of_payment, v.y, 1.0), Term(rows, v.moved, sign)
        blocks.append(Block(rule, rows.size, labels(rule, *names), terms, lower, upper))
    return blocks


def _planned(at: Portfolio) -> Callable[[Amounts], Floats]:
    """Σ_t previous_pft of each payer, kr."""
    project, _, _, row = at.payers

    def amounts(n: Amounts) -> Floats:
        planned = n.model["previous"]["amount"].astype(np.float64)
        return np.asarray(np.bincount(row, planned, project.size), np.float64)

    return amounts


def extremes(at: Portfolio, v: Columns) -> list[Block]:
    """§3.3. Rows of the max-min and min-max objectives.

    balance: w_a · m ≤ K_a (kr) for areas with weight > 0; reach: pop_j · m ≤ Σ_p m_pj C_p x_p (kr);
    spread: Σ_ptk y_pftk ≤ m (kr) for each fund.
    """
    blocks = []
    if "balance" in v.extreme:
        areas = np.flatnonzero(at.amounts.area("weight") > 0)
        rows, m = np.arange(areas.size), np.full(areas.size, v.extreme["balance"])
        terms = (Term(rows, v.area[areas], 1.0), Term(rows, m, lambda n: -n.area("weight")[areas]))
        names = pick(at.index.areas.ids, areas)
        blocks.append(Block("balance", areas.size, labels("balance", names), terms, 0.0))
    if "reach" in v.extreme:
        p, j = np.nonzero(at.index.reaches)
        count = len(at.index.municipalities)
        m = np.full(count, v.extreme["reach"])
        terms = (
            Term(j, v.x[p], lambda n: n.reach[p, j] * n.total[p]),
            Term(np.arange(count), m, lambda n: -n.population.astype(np.float64)),
        )
        blocks.append(Block("reach", count, labels("reach", at.index.municipalities.ids), terms, 0.0))
    if "spread" in v.extreme:
        count = len(at.index.funds)
        terms = (
            Term(at.fund, v.y, 1.0),
            Term(np.arange(count), np.full(count, v.extreme["spread"]), -1.0),
        )
        blocks.append(Block("spread", count, labels("spread", at.index.funds.ids), terms, -np.inf, 0.0))
    return blocks
