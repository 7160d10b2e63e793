"""What areas, funds, municipalities, actors and perspectives get of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.model.axis import numbered
from rus_funding.program.columns import Columns, labels, pick
from rus_funding.program.linear import Block, Term

if TYPE_CHECKING:
    from collections.abc import Callable

    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.model.index import Ints
    from rus_funding.model.portfolio import Portfolio
    from rus_funding.program.linear import Value


def part_of_all(
    at: Portfolio, v: Columns, rows: int, share: Callable[[Amounts], Floats]
) -> tuple[tuple[Term, ...], Value]:
    """−share · S beside the rows' other terms, and their side (kr): S = K is a column; S = A, all budgets of all years,
    is a constant, so that the side is share · A.
    """
    if at.index.model.policy.share_base == "available":
        return (), lambda n: share(n) * float(n.available)
    return (Term(np.arange(rows), np.full(rows, v.total), lambda n: -share(n)),), 0.0


def area_share(at: Portfolio, v: Columns) -> list[Block]:
    """6. floor_a · S ≤ K_a ≤ cap_a · S (kr), S = K, or A with `share_base` available."""
    blocks = []
    for rule, column, usual in (("area_floor", "floor_share", 0.0), ("area_cap", "cap_share", 1.0)):
        areas = np.flatnonzero(at.amounts.area(column) != usual)

        def share(n: Amounts, column: str = column, a: Ints = areas) -> Floats:
            return n.area(column)[a]

        rows = np.arange(areas.size)
        whole, side = part_of_all(at, v, areas.size, share)
        blocks.append(
            Block(
                rule,
                areas.size,
                labels(rule, pick(at.index.areas.ids, areas)),
                (Term(rows, v.area[areas], 1.0), *whole),
                side if rule == "area_floor" else -np.inf,
                np.inf if rule == "area_floor" else side,
            )
        )
    return blocks


def diversification(at: Portfolio, v: Columns) -> list[Block]:
    """7. Σ_ptk y_pftk ≤ max_share_f · S (kr), S as in rule 6: no single fund carries the whole strategy."""
    funds = np.flatnonzero(at.amounts.max_share < 1.0)
    number = numbered(len(at.index.funds), funds)
    row_of = number[at.fund]
    mine = np.flatnonzero(row_of >= 0)
    whole, side = part_of_all(at, v, funds.size, lambda n: n.max_share[funds])
    terms = (Term(row_of[mine], v.y[mine], 1.0), *whole)
    names = pick(at.index.funds.ids, funds)
    return [Block("diversification", funds.size, labels("diversification", names), terms, -np.inf, side)]


def territorial(at: Portfolio, v: Columns) -> list[Block]:
    """8. Σ_p m_pj C_p x_p ≥ municipality_floor · pop_j / Σ pop · R (kr), R = Σ_j' Σ_p m_pj' C_p x_p."""
    if at.index.model.policy.municipality_floor <= 0:
        return []
    count = len(at.index.municipalities)
    p, j = np.nonzero(at.index.reaches)

    def floor(n: Amounts) -> Floats:
        share: Floats = -(n.model.policy.municipality_floor * n.population / n.population.sum())
        return share

    terms = (
        Term(j, v.x[p], lambda n: n.reach[p, j] * n.total[p]),
        Term(np.arange(count), np.full(count, v.municipal), floor),
    )
    return [Block("territorial", count, labels("territorial", at.index.municipalities.ids), terms, 0.0)]


def perspective(at: Portfolio, v: Columns) -> list[Block]:
    """16. Σ_p m_pd C_p x_p ≥ floor_d · S (kr), S as in rule 6, m_pd of the markings that name their basis."""
    floored = np.flatnonzero(at.amounts.perspective_floor > 0)
    number = numbered(len(at.index.perspectives), floored)
    project, marked = at.index.marking
    mine = np.flatnonzero(number[marked] >= 0)
    p, d = project[mine], marked[mine]
    whole, side = part_of_all(at, v, floored.size, lambda n: n.perspective_floor[floored])
    terms = (Term(number[d], v.x[p], lambda n: n.based[p, d] * n.total[p]), *whole)
    names = pick(at.index.perspectives.ids, floored)
    return [Block("perspective", floored.size, labels("perspective", names), terms, side)]


def participation(at: Portfolio, v: Columns) -> list[Block]:
    """9. Σ_{p : i takes part} x_p ≥ min_projects_i (projects); a project that has begun counts as one."""
    actors = np.flatnonzero(at.amounts.min_projects > 0)
    number = numbered(len(at.index.actors), actors)
    project, actor = at.index.takes_part
    mine = np.flatnonzero((number[actor] >= 0) & ~at.index.goes_on[project])
    terms = (Term(number[actor[mine]], v.x[project[mine]], 1.0),)
    names = pick(at.index.actors.ids, actors)
    return [
        Block("participation", actors.size, labels("participation", names), terms, lambda n: n.min_projects[actors])
    ]
