"""What is promised, what goes together, and what is worth its while only at some scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.model.axis import numbered
from rus_funding.program.columns import Columns, labels, pick
from rus_funding.program.linear import Block, Label, Term

if TYPE_CHECKING:
    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.model.index import Ints
    from rus_funding.model.portfolio import Portfolio


def commitment(at: Portfolio, v: Columns) -> list[Block]:
    """10. Σ_k y_pftk ≥ amount (decided) or = amount (paid), kr."""
    project, fund, year, paid = at.index.commitment
    rows = at.index.model["commitments"].size
    place: dict[tuple[int, int, int], list[int]] = {}
    for row, key in enumerate(zip(project.tolist(), fund.tolist(), year.tolist(), strict=True)):
        place.setdefault(key, []).append(row)
    found = (
        [
            (row, payment)
            for payment, key in enumerate(zip(at.project.tolist(), at.fund.tolist(), at.year.tolist(), strict=True))
            if key in place
            for row in place[key]
        ]
        if rows
        else []
    )
    row_of = np.asarray([row for row, _ in found], np.int64)
    payment_of = np.asarray([payment for _, payment in found], np.int64)

    def amount(n: Amounts) -> Floats:
        return n.model["commitments"]["amount"].astype(np.float64)

    def names() -> list[Label]:
        table = at.index.model["commitments"]
        columns = [table[column].tolist() for column in ("project", "fund", "year", "kind")]
        return [("commitment", *map(str, key)) for key in zip(*columns, strict=True)]

    def most(n: Amounts) -> Floats:
        return np.where(paid, amount(n), np.inf)

    return [Block("commitment", rows, names, (Term(row_of, v.y[payment_of], 1.0),), amount, most)]


def dependency(at: Portfolio, v: Columns) -> list[Block]:
    """11. requires: x_p ≤ x_other; excludes: z_p + z_other ≤ 1 (x ≤ z)."""
    ids = at.index.projects.ids
    blocks = []
    for rule, columns, sign, upper in (("requires", v.x, -1.0, 0.0), ("excludes", v.z, 1.0, 1.0)):
        project, other = at.index.dependency(rule)
        rows = np.arange(project.size)
        terms = Term(rows, columns[project], 1.0), Term(rows, columns[other], sign)
        names = pick(ids, project), pick(ids, other)
        blocks.append(Block(rule, project.size, labels(rule, *names), terms, -np.inf, upper))
    return blocks


def viability(at: Portfolio, v: Columns) -> list[Block]:
    """12. min_share_p · z_p ≤ x_p ≤ z_p (shares); indivisible: x_p = z_p."""
    ids, whole = at.index.projects.ids, at.amounts.indivisible
    blocks = []
    for rule, chosen, lower, upper in (
        ("indivisible", at.binary[whole[at.binary]], 0.0, 0.0),
        ("viability_max", at.binary[~whole[at.binary]], -np.inf, 0.0),
    ):
        rows = np.arange(chosen.size)
        terms = Term(rows, v.x[chosen], 1.0), Term(rows, v.z[chosen], -1.0)
        blocks.append(Block(rule, chosen.size, labels(rule, pick(ids, chosen)), terms, lower, upper))
    least = at.binary[~whole[at.binary] & (at.amounts.min_share[at.binary] > 0)]
    rows = np.arange(least.size)
    terms = Term(rows, v.x[least], 1.0), Term(rows, v.z[least], lambda n: -n.min_share[least])
    blocks.append(Block("viability_min", least.size, labels("viability_min", pick(ids, least)), terms, 0.0))
    return blocks


def least_grant(at: Portfolio, v: Columns) -> list[Block]:
    """15. m_f · (w_pf − s_pf) ≤ Σ_tk y_pftk ≤ C_pf · w_pf (kr): nothing, or at least `min_per_project`.

    s_pf says that f pays all that p costs, and then it may pay less: Σ_tk y_pftk ≥ C_p x_p − C_p (1 − s_pf), s ≤ w.
    C_pf are the costs of p that f may pay.
    """
    if not v.watched.size:
        return []
    project, fund, of_pair = at.pairs
    row_of = numbered(project.size, v.watched)
    mine = np.flatnonzero(row_of[of_pair] >= 0)
    own = row_of[of_pair[mine]]
    of_alone = numbered(project.size, v.alone)
    all_of = np.flatnonzero(of_alone[of_pair] >= 0)
    rows, sole = np.arange(v.watched.size), np.arange(v.alone.size)
    names = pick(at.index.projects.ids, project[v.watched]), pick(at.index.funds.ids, fund[v.watched])
    called = pick(at.index.projects.ids, project[v.alone]), pick(at.index.funds.ids, fund[v.alone])

    def payable(n: Amounts) -> Floats:
        costs: Floats = at.cell_cost(n)[at.cell[mine]].astype(np.float64)
        return np.asarray(np.bincount(own, costs, rows.size), np.float64)

    def whole(n: Amounts) -> Floats:
        return n.total[project[v.alone]].astype(np.float64)

    def least(n: Amounts, pairs: Ints) -> Floats:
        return n.least_grant[fund[pairs]].astype(np.float64)

    pays, pays_all = Term(own, v.y[mine], 1.0), Term(of_alone[of_pair[all_of]], v.y[all_of], 1.0)
    chosen = Term(rows, v.w, lambda n: -least(n, v.watched))
    smaller = Term(row_of[v.alone], v.s, lambda n: least(n, v.alone))
    share = Term(sole, v.x[project[v.alone]], lambda n: -whole(n))
    blocks = [
        Block("least_grant_max", rows.size, labels("least_grant_max", *names),
              (pays, Term(rows, v.w, lambda n: -payable(n))), -np.inf, 0.0),
        Block("least_grant_min", rows.size, labels("least_grant_min", *names), (pays, chosen, smaller), 0.0),
    ]  # fmt: skip
    if sole.size:
        both = Term(sole, v.s, 1.0), Term(sole, v.w[row_of[v.alone]], -1.0)
        blocks += [
            Block("alone", sole.size, labels("alone", *called),
                  (pays_all, share, Term(sole, v.s, lambda n: -whole(n))), lambda n: -whole(n)),
            Block("alone_pays", sole.size, labels("alone_pays", *called), both, -np.inf, 0.0),
        ]  # fmt: skip
    return blocks
