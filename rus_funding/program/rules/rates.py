"""How much of a project a fund may pay: rates, caps, group rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.model.axis import numbered
from rus_funding.program.columns import Columns, labels, pick
from rus_funding.program.linear import Block, Term

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.model.index import Ints
    from rus_funding.model.portfolio import Portfolio
    from rus_funding.program.linear import Value


def rate(at: Portfolio, v: Columns) -> list[Block]:
    """3. Σ_k y_pftk ≤ r_f · E_pft · x_p (kr) in each year, or over all years (basis `total`).

    E is what the rate is a share of (`rate_base`). With base `net`: r_f · (E x_p − Σ income funds' payments). Over all
    years, closed ones count: + r_f · E°_pf − paid°_pf on the right.
    Source: "N procent av projektets bokförda kostnader", förordning 2003:596 §5 for the 1:1 money.
    """
    project, fund, of_payment = at.pairs
    pair, year, of_payment_year, of_project = at.pair_years
    blocks = []
    for yearly in (True, False):
        chosen = at.limited & (at.yearly == yearly)
        rows = np.flatnonzero((chosen[fund] & ~at.index.is_past[project])[pair if yearly else slice(None)])
        if not rows.size:
            continue
        row_fund = fund[pair[rows]] if yearly else fund[rows]
        row_project = of_project[rows] if yearly else project[rows]
        number = numbered((pair if yearly else fund).size, rows)
        row_of = number[of_payment_year if yearly else of_payment]
        mine = np.flatnonzero(row_of >= 0)
        net_row, net_column, own = _income_terms(at, row_project, row_fund, at.pair_years[1][rows] if yearly else None)
        net = np.asarray(at.index.fund_column("rate_base") == "net", bool)
        double = net[at.fund[mine]] & at.income[at.fund[mine]]  # an income fund with base net: one cell, both terms

        def paid(n: Amounts, f: Ints = at.fund[mine], double: Any = double) -> Floats:
            return np.where(double, 1.0 + n.rate[f], 1.0)

        def share(n: Amounts, f: Ints = row_fund, rows: Ints = rows, yearly: bool = yearly) -> Floats:
            base = at.base(n) if yearly else at.base_total(n).astype(np.float64)
            return -(n.rate[f] * base[rows])

        def income(n: Amounts, f: Ints = row_fund[net_row[~own]]) -> Floats:
            return n.rate[f]

        def left(n: Amounts, p: Ints = row_project, f: Ints = row_fund, yearly: bool = yearly) -> Floats:
            paid, base = n.paid_before
            return np.zeros(p.size) if yearly else np.asarray(n.rate[f] * base[p, f] - paid[p, f], np.float64)

        period = pick(at.index.years.ids, year[rows]) if yearly else ["total"] * rows.size
        names = pick(at.index.projects.ids, row_project), pick(at.index.funds.ids, row_fund), period
        blocks.append(
            Block(
                "rate",
                rows.size,
                labels("rate", *names),
                (
                    Term(row_of[mine], v.y[mine], paid),
                    Term(np.arange(rows.size), v.x[row_project], share),
                    Term(net_row[~own], v.y[net_column[~own]], income),
                ),
                -np.inf,
                left if at.index.model.past.paid else 0.0,
            )
        )
    return blocks


def _income_terms(
    at: Portfolio, row_project: Ints, row_fund: Ints, row_year: Ints | None
) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Payments of income funds that lower the base of each `net` row: row, payment, and whether it is the row's own."""
    none = np.zeros(0, np.int64)
    net = np.flatnonzero(at.index.fund_column("rate_base")[row_fund] == "net")
    paying = np.flatnonzero(at.income[at.fund])
    if not net.size or not paying.size:
        return none, none, np.zeros(0, bool)
    by_place: dict[tuple[int, int], list[int]] = {}
    years = at.year[paying] if row_year is not None else np.zeros(paying.size, np.int64)
    for payment, p, t in zip(paying.tolist(), at.project[paying].tolist(), years.tolist(), strict=True):
        by_place.setdefault((p, t), []).append(payment)
    rows, columns = [], []
    for row in net.tolist():
        place = int(row_project[row]), int(row_year[row]) if row_year is not None else 0
        for payment in by_place.get(place, []):
            rows.append(row)
            columns.append(payment)
    found_row, found = np.asarray(rows, np.int64), np.asarray(columns, np.int64)
    return found_row, found, np.asarray(at.fund[found] == row_fund[found_row], bool)


def cap(at: Portfolio, v: Columns) -> list[Block]:
    """4. Σ_tk y_pftk ≤ max_per_project_f − paid°_pf (kr): "dock högst B kronor", what closed years had counted."""
    project, fund, of_payment = at.pairs
    rows = np.flatnonzero(np.isfinite(at.amounts.cap[fund]) & ~at.index.is_past[project])
    number = numbered(fund.size, rows)
    row_of = number[of_payment]
    mine = np.flatnonzero(row_of >= 0)
    names = pick(at.index.projects.ids, project[rows]), pick(at.index.funds.ids, fund[rows])
    terms = (Term(row_of[mine], v.y[mine], 1.0),)
    return [
        Block("cap", rows.size, labels("cap", *names), terms, -np.inf, lambda n: cap_left(n, project[rows], fund[rows]))
    ]


def cap_left(n: Amounts, project: Ints, fund: Ints) -> Floats:
    """max_per_project_f − paid°_pf (kr): what the cap leaves for open years."""
    return np.asarray(n.cap[fund] - n.paid_before[0][project, fund], np.float64)


def cap_chosen(at: Portfolio, v: Columns) -> list[Block]:
    """Σ_tk y_pftk ≤ (max_per_project_f − paid°_pf) · z_p (kr); free where f may pay no more than that anyway.

    It follows from rule 4 where z is 0 or 1, and says more where it is between: half a project takes half the cap.
    """
    project, fund, of_payment = at.pairs
    rows = np.flatnonzero(np.isfinite(at.amounts.cap[fund]) & (v.z[project] >= 0) & ~at.index.is_past[project])
    number = numbered(fund.size, rows)
    mine = np.flatnonzero(number[of_payment] >= 0)
    own = number[of_payment[mine]]

    def side(n: Amounts) -> Floats:
        payable, left = (
            np.bincount(own, at.cell_cost(n)[at.cell[mine]], rows.size),
            cap_left(n, project[rows], fund[rows]),
        )
        return np.where((payable > left) & (left > 0), 0.0, np.inf)

    names = pick(at.index.projects.ids, project[rows]), pick(at.index.funds.ids, fund[rows])
    chosen = Term(np.arange(rows.size), v.z[project[rows]], lambda n: -cap_left(n, project[rows], fund[rows]))
    return [
        Block("cap_chosen", rows.size, labels("cap_chosen", *names), (Term(own, v.y[mine], 1.0), chosen), -np.inf, side)
    ]


def group_rate(at: Portfolio, v: Columns) -> list[Block]:
    """5. min_rate · C_p x_p ≤ Σ_{f in group, t, k} y_pftk ≤ max_rate · C_p x_p (kr).

    Closed years leave their room: the group may pay max(0, max_rate · B°_p − paid°) more, and owes
    max(0, paid° − min_rate · B°_p) less. What they broke, later years need not mend.
    """
    blocks = []
    for rule, column, usual in (("group_min", "min_rate", 0.0), ("group_max", "max_rate", 1.0)):
        for i, limit in enumerate(at.index.limits.ids):
            projects = at.applies[i]
            if at.amounts.limit(column)[i] == usual or not projects.size:
                continue
            number = numbered(len(at.index.projects), projects)
            mine = np.flatnonzero(at.members[i][at.fund] & (number[at.project] >= 0))

            def share(n: Amounts, i: int = i, column: str = column, p: Ints = projects) -> Floats:
                least: Floats = -(n.limit(column)[i] * n.total[p])
                return least

            def room(n: Amounts, i: int = i, column: str = column, p: Ints = projects) -> Floats:
                paid = n.paid_before[0][p][:, at.members[i]].sum(axis=1)
                left = n.limit(column)[i] * n.booked_before[p] - paid
                room: Floats = np.maximum(0.0, left) if column == "max_rate" else np.minimum(0.0, left)
                return room

            side: Value = room if at.index.model.past.booked else 0.0
            names = [limit] * projects.size, pick(at.index.projects.ids, projects)
            blocks.append(
                Block(
                    rule,
                    projects.size,
                    labels(rule, *names),
                    (
                        Term(number[at.project[mine]], v.y[mine], 1.0),
                        Term(np.arange(projects.size), v.x[projects], share),
                    ),
                    side if rule == "group_min" else -np.inf,
                    np.inf if rule == "group_min" else side,
                )
            )
    return blocks
