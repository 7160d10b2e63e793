"""The legal rules as integer rows on payments: ``A y ≤ h`` with every number an integer.

A share of a cost becomes a share of the kronor *paid* for that cost (settled costs are what is paid), so each rule is
linear in the payments alone: r = p/q of a base turns into q · Σ own − p · Σ base ≤ 0. Satisfying these rows in
integers is satisfying the rules exactly; nothing is rounded after them.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.amounts import LARGEST, Amounts, Floats, exact

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.index import Ints
    from rus_funding.portfolio import Portfolio

SIDES = ("funds", "commitments", "authorisations")  # what right sides rest on, apart from budgets
NOISE = 1e-4  # kr; a float this close to a whole krona is that krona, whatever solver printed it


@dataclasses.dataclass(frozen=True)
class IntegerRows:
    """``A y ≤ h`` by columns (CSC): `starts`, `rows`, `values`; `own` is the part that is not a share of a base.

    Values are int64, or Python integers where products would leave int64.
    """

    starts: Ints
    rows: Ints
    values: NDArray[Any]
    own: NDArray[Any]
    limit: NDArray[Any]
    give: NDArray[Any]  # how far a row may be passed: policy shares, by less than a krona per project
    laid: Any = None  # what the coefficients were made as: the same object for the same coefficients

    def loosened(self) -> IntegerRows:
        """The rows with what they may give added to their right sides."""
        return dataclasses.replace(self, limit=self.limit + self.give)

    def slack(self, y: NDArray[Any]) -> NDArray[Any]:
        """h − A y, exactly."""
        spread = np.repeat(y.astype(self.values.dtype), np.diff(self.starts))
        out = self.limit.astype(self.values.dtype).copy()
        np.subtract.at(out, self.rows, self.values * spread)
        return out

    def column(self, j: int) -> tuple[list[int], list[int]]:
        """Rows and values of a column."""
        part = slice(int(self.starts[j]), int(self.starts[j + 1]))
        return self.rows[part].tolist(), self.values[part].tolist()


class _Builder:
    """Collects blocks of rows: positions, own and base coefficients, right sides."""

    def __init__(self, *, sides_only: bool = False) -> None:
        self.sides_only = sides_only
        self.height = 0
        self.row: list[Ints] = []
        self.column: list[Ints] = []
        self.own: list[NDArray[Any]] = []
        self.base: list[NDArray[Any]] = []
        self.limit: list[NDArray[Any]] = []
        self.give: list[NDArray[Any]] = []

    def block(self, size: int, limit: NDArray[Any] | None = None, give: int = 0) -> int:
        start = self.height
        self.height += size
        self.give.append(np.full(size, give, np.int64 if give < LARGEST else object))
        self.limit.append(np.zeros(size, np.int64) if limit is None else limit)
        return start

    def add(self, row: Ints, column: Ints, own: Any, base: Any = 0) -> None:
        if self.sides_only:
            return
        self.row.append(row)
        self.column.append(column)
        self.own.append(np.broadcast_to(np.asarray(own), row.shape))
        self.base.append(np.broadcast_to(np.asarray(base), row.shape))


def fractions(values: Floats) -> tuple[NDArray[Any], NDArray[Any]]:
    """Numerators and denominators of decimals: int64, or Python integers where they are long."""
    found = [exact(float(value)) if np.isfinite(value) else exact(1.0) for value in values.tolist()]
    kind: Any = np.int64 if all(max(f.numerator, f.denominator) < 2**31 for f in found) else object
    top = np.asarray([fraction.numerator for fraction in found], kind).reshape(-1)
    bottom = np.asarray([fraction.denominator for fraction in found], kind).reshape(-1)
    return top, bottom


def matching(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """All pairs (i, j) with ``left[i] == right[j]``; `right` is sorted."""
    first = np.searchsorted(right, left, "left")
    count = np.searchsorted(right, left, "right") - first
    i = np.repeat(np.arange(left.size), count)
    offset = np.arange(i.size) - np.repeat(np.cumsum(count) - count, count)
    return i, first[i] + offset


def effective_budget(amounts: Amounts, used: Floats) -> Ints:
    """F x T: what may be spent in each year once the kronor carried are fixed at the least that `used` needs."""
    budget = amounts.budget.copy()
    carrying = np.flatnonzero(amounts.carry > 0)
    for f in carrying.tolist():
        share = exact(float(amounts.carry[f]))
        last = used.shape[1] - 1
        need = [0.0] * (last + 2)  # into year t, in floats
        for t in range(last, 0, -1):
            need[t] = max(0.0, used[f, t] + need[t + 1] / float(share) - budget[f, t])
        into = 0
        for t in range(last + 1):
            unused = int(budget[f, t]) + into - int(np.ceil(used[f, t] - NOISE))
            most = max(0, unused) * share.numerator // share.denominator
            out = min(int(np.ceil(need[t + 1] - NOISE)), most) if t < last else 0
            budget[f, t] += into - -(-out * share.denominator // share.numerator)
            into = out
    return budget


def integer_rows(at: Portfolio, amounts: Amounts, budget: Ints) -> IntegerRows:
    """Rules 2 to 5, 7, 10 and 14 on payments (`budget` from `effective_budget`).

    The coefficients rest on rates and shares alone; scenarios that leave those as they are get the rows made before.
    """
    parts = amounts.rate, amounts.max_share, amounts.limit("min_rate"), amounts.limit("max_rate"), np.isinf(amounts.cap)
    key = ("rows", *(part.tobytes() for part in parts))
    if key not in at.memo:
        at.memo.clear()
        at.memo[key] = _lay_out(at, amounts, budget)
    laid: IntegerRows = at.memo[key]
    sources = tuple(amounts.model.tables[table] for table in SIDES)
    held = at.memo.get("sides")
    if held is None or any(mine is not other for mine, other in zip(held[0], sources, strict=True)):
        held = at.memo["sides"] = sources, _limits(at, amounts, budget)
    limit = np.concatenate([budget.reshape(-1), held[1][budget.size :]])
    if "size" not in at.memo:
        at.memo["size"] = max(abs(int(laid.values.max(initial=0))), abs(int(laid.values.min(initial=0))), 1)
    size = at.memo["size"]
    most = int(amounts.total.sum()) + int(budget.max(initial=0)) + 1
    kind: Any = np.int64 if size * most < LARGEST else object
    own, values = laid.own.astype(kind, copy=False), laid.values.astype(kind, copy=False)
    return IntegerRows(
        laid.starts, laid.rows, values, own, limit.astype(kind, copy=False), laid.give.astype(kind, copy=False), laid
    )


def _limits(at: Portfolio, amounts: Amounts, budget: Ints) -> NDArray[Any]:
    """The right sides alone, in the order in which `_lay_out` makes the rows."""
    to = _Builder(sides_only=True)
    _rules(to, at, amounts, budget)
    return np.concatenate(to.limit)


def _rules(to: _Builder, at: Portfolio, amounts: Amounts, budget: Ints) -> None:
    """All rows, rule after rule."""
    start = to.block(budget.size, budget.reshape(-1))
    to.add(start + at.fund_year, np.arange(at.fund.size), 1)
    _rates(to, at, amounts)
    _caps(to, at, amounts)
    _groups(to, at, amounts)
    _diversification(to, at, amounts)
    _promises(to, at, amounts)


def _lay_out(at: Portfolio, amounts: Amounts, budget: Ints) -> IntegerRows:
    """Positions and coefficients."""
    to = _Builder()
    _rules(to, at, amounts, budget)
    row, column = np.concatenate(to.row), np.concatenate(to.column)
    own, base = np.concatenate(to.own), np.concatenate(to.base)
    # a payment may stand in a row as its own and in the base: one coefficient
    cell = column * max(1, to.height) + row
    order = np.argsort(cell, kind="stable")
    first = np.flatnonzero(np.diff(cell[order], prepend=-1))
    unique = cell[order[first]]
    mine = np.add.reduceat(own[order], first) if first.size else own
    values = mine + np.add.reduceat(base[order], first) if first.size else own
    columns = unique // max(1, to.height)
    starts = np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=at.fund.size))]).astype(np.int64)
    return IntegerRows(starts, unique % max(1, to.height), values, mine, np.zeros(0, np.int64), np.concatenate(to.give))


def _rates(to: _Builder, at: Portfolio, amounts: Amounts) -> None:
    """3. q · Σ own − p · Σ base (+ p · Σ income for `net`) ≤ 0, by year or in all."""
    index = at.index
    top, bottom = fractions(amounts.rate)
    base_kind = index.fund_column("rate_base")
    in_kind_cell = (index.model["categories"]["form"][index.category_order] == "in_kind")[at.cell_class]
    project, fund, of_pair = at.pairs
    pair, year, of_pair_year, _ = at.pair_years
    pays = index.may_fund[at.cell_project] & index.may_pay.T[at.cell_class]  # cells x funds
    years = len(index.years)
    for yearly in (True, False):
        chosen = at.limited & (at.yearly == yearly)
        rows = np.flatnonzero(chosen[fund[pair] if yearly else fund])
        if not rows.size:
            continue
        row_fund = fund[pair[rows]] if yearly else fund[rows]
        row_project = project[pair[rows]] if yearly else project[rows]
        number = np.full((pair if yearly else fund).size, -1, np.int64)
        number[rows] = np.arange(rows.size)
        row_of = number[of_pair_year if yearly else of_pair]
        mine = np.flatnonzero(row_of >= 0)
        start = to.block(rows.size)
        if to.sides_only:
            continue
        to.add(start + row_of[mine], mine, bottom[at.fund[mine]])
        # every payment of the same project (and year): the base
        here = row_project * years + year[rows] if yearly else row_project
        there = at.project * years + at.year if yearly else at.project
        order = np.argsort(there, kind="stable")
        i, j = matching(here, there[order])
        payment, f = order[j], row_fund[i]
        kind = base_kind[f]
        counts = np.where(
            kind == "eligible",
            pays[at.cell[payment], f],
            np.where(kind == "total", True, ~in_kind_cell[at.cell[payment]]),
        ).astype(bool)
        to.add(start + i[counts], payment[counts], 0, -top[f[counts]])
        earns = (kind == "net") & at.income[at.fund[payment]]
        if earns.any():
            to.add(start + i[earns], payment[earns], top[f[earns]])


def _caps(to: _Builder, at: Portfolio, amounts: Amounts) -> None:
    """4. Σ y ≤ cap."""
    _, fund, of_pair = at.pairs
    rows = np.flatnonzero(np.isfinite(amounts.cap[fund]))
    number = np.full(fund.size, -1, np.int64)
    number[rows] = np.arange(rows.size)
    mine = np.flatnonzero(number[of_pair] >= 0)
    start = to.block(rows.size, np.floor(amounts.cap[fund[rows]]).astype(np.int64))
    to.add(start + number[of_pair[mine]], mine, 1)


def _groups(to: _Builder, at: Portfolio, amounts: Amounts) -> None:
    """5. p · Σ all − q · Σ group ≤ 0 (least) and q · Σ group − p · Σ all ≤ 0 (most)."""
    for column, usual, sign in (("min_rate", 0.0, -1), ("max_rate", 1.0, 1)):
        values = amounts.limit(column)
        top, bottom = fractions(values)
        for i, projects in enumerate(at.applies):
            if values[i] == usual or not projects.size:
                continue
            number = np.full(len(at.index.projects), -1, np.int64)
            number[projects] = np.arange(projects.size)
            row_of = number[at.project]
            mine = np.flatnonzero(row_of >= 0)
            group = mine[at.members[i][at.fund[mine]]]
            start = to.block(projects.size)
            to.add(start + row_of[mine], mine, 0, -sign * top[i])
            to.add(start + row_of[group], group, sign * bottom[i])


def _diversification(to: _Builder, at: Portfolio, amounts: Amounts) -> None:
    """7. q · Σ own − p · Σ all ≤ 0: a policy share, which gives where kronor cannot be placed otherwise."""
    every = np.arange(at.fund.size)
    top, bottom = fractions(amounts.max_share)
    for f in np.flatnonzero(amounts.max_share < 1.0).tolist():
        start = to.block(1, give=int(bottom[f]) * (len(at.index.projects) - 1))
        mine = np.flatnonzero(at.fund == f)
        to.add(np.full(mine.size, start), mine, bottom[f])
        to.add(np.full(every.size, start), every, 0, -top[f])


def _promises(to: _Builder, at: Portfolio, amounts: Amounts) -> None:
    """10. and 14.: commitments (−Σ y ≤ −amount; paid also Σ y ≤ amount) and authorisations."""
    index = at.index
    project, fund, year, paid = index.commitment
    amount = amounts.model["commitments"]["amount"]
    place = (project * len(index.funds) + fund) * len(index.years) + year
    mine = (at.project * len(index.funds) + at.fund) * len(index.years) + at.year
    order = np.argsort(mine, kind="stable")
    i, j = matching(place, mine[order])
    start = to.block(place.size, -amount)
    to.add(start + i, order[j], -1)
    exactly = np.flatnonzero(paid)
    i, j = matching(place[exactly], mine[order])
    start = to.block(exactly.size, amount[exactly])
    to.add(start + i, order[j], 1)
    rows = amounts.model["authorisations"]
    funds, years = index.funds.locate(rows["fund"]), np.asarray(index.years.ids)
    start = to.block(rows.size, rows["amount"])
    for row, (f, after) in enumerate(zip(funds.tolist(), rows["year"].tolist(), strict=True)):
        payments = np.flatnonzero((at.fund == f) & (years[at.year] > after))
        to.add(np.full(payments.size, start + row), payments, 1)


def broken_projects(at: Portfolio, rows: IntegerRows, slack: NDArray[Any]) -> NDArray[np.bool_]:
    """Projects with a payment in a row that is broken."""
    out = np.zeros(len(at.index.projects), bool)
    bad = np.asarray(slack < 0, bool)[rows.rows]
    column = np.repeat(np.arange(at.fund.size), np.diff(rows.starts))
    out[at.project[column[bad]]] = True
    return out
