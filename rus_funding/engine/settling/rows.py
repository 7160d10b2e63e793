"""The legal rules as integer rows on payments: ``A y ≤ h`` with every number an integer.

A share of a cost becomes a share of the kronor *paid* for that cost (settled costs are what is paid), so each rule is
linear in the payments alone: r = p/q of a base turns into q · Σ own − p · Σ base ≤ 0. Satisfying these rows in
integers is satisfying the rules exactly; nothing is rounded after them.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.settling.blocks import Builder
from rus_funding.engine.settling.rules import every_rule
from rus_funding.model.amounts import LARGEST, Amounts, Floats, exact

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.model.index import Ints
    from rus_funding.model.portfolio import Portfolio

SIDES = ("funds", "commitments", "authorisations")  # what right sides rest on, apart from budgets
NONE = np.zeros(0, np.int64)
NOISE = 1e-4  # kr; a float this close to a whole krona is that krona, whatever solver printed it


@dataclasses.dataclass(frozen=True)
class IntegerRows:
    """``A y ≤ h`` by columns (CSC): `starts`, `rows`, `values`; `own` is the part that is not a share of a base.

    A rate's row is written in units of 1 / `bottom`: `own` counts that often, a base `top` times. Values are int64, or
    Python integers where products would leave int64.
    """

    starts: Ints
    rows: Ints
    values: NDArray[Any]
    own: NDArray[Any]
    limit: NDArray[Any]
    give: NDArray[Any]  # how far a row may be passed: policy shares, by less than a krona per project
    top: NDArray[Any]
    bottom: NDArray[Any]
    bars: tuple[int, int] = (0, 0)  # first and last row (exclusive) of those that keep funds out: one a pair
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

    def part(self, columns: Ints) -> tuple[Ints, Ints]:
        """The entries of some columns: the place of each among these, and where it stands."""
        count = self.starts[columns + 1] - self.starts[columns]
        place = np.repeat(np.arange(columns.size), count)
        within = np.arange(place.size) - np.repeat(np.cumsum(count) - count, count)
        return place, within + np.repeat(self.starts[columns], count)

    def column(self, j: int) -> tuple[list[int], list[int]]:
        """Rows and values of a column."""
        part = slice(int(self.starts[j]), int(self.starts[j + 1]))
        return self.rows[part].tolist(), self.values[part].tolist()


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


def integer_rows(at: Portfolio, amounts: Amounts, budget: Ints, grants: Ints = NONE) -> IntegerRows:
    """Rules 2 to 5, 7, 10, 14 and 15 on payments (`budget` from `effective_budget`, `grants` from `Grants.sides`).

    The coefficients rest on rates and shares alone; scenarios that leave those as they are get the rows made before.
    """
    parts = amounts.rate, amounts.max_share, amounts.limit("min_rate"), amounts.limit("max_rate"), np.isinf(amounts.cap)
    key = ("rows", amounts.model.past, grants.size, *(part.tobytes() for part in parts))
    moving = np.concatenate([budget.reshape(-1), grants])
    if key not in at.memo:
        at.memo.clear()
        at.memo[key] = _lay_out(at, amounts, moving)
    laid: IntegerRows = at.memo[key]
    budgeted = ("budgets",) if amounts.model.policy.share_base == "available" else ()  # their sum is a side then
    sources = tuple(amounts.model.tables[table] for table in (*SIDES, *budgeted))
    held = at.memo.get("sides")
    if (
        held is None
        or held[2] != amounts.model.past
        or any(mine is not other for mine, other in zip(held[0], sources, strict=True))
    ):
        held = at.memo["sides"] = sources, _limits(at, amounts, moving), amounts.model.past
    limit = np.concatenate([moving, held[1][moving.size :]])
    if "size" not in at.memo:
        at.memo["size"] = max(abs(int(laid.values.max(initial=0))), abs(int(laid.values.min(initial=0))), 1)
    size = at.memo["size"]
    most = int(amounts.total.sum()) + int(budget.max(initial=0)) + 1
    kind: Any = np.int64 if size * most < LARGEST else object
    own, values = laid.own.astype(kind, copy=False), laid.values.astype(kind, copy=False)
    return IntegerRows(
        laid.starts,
        laid.rows,
        values,
        own,
        limit.astype(kind, copy=False),
        laid.give.astype(kind, copy=False),
        laid.top,
        laid.bottom,
        (budget.size + grants.size // 2, budget.size + grants.size),
        laid,
    )


def _limits(at: Portfolio, amounts: Amounts, moving: Ints) -> NDArray[Any]:
    """The right sides alone, in the order in which `_lay_out` makes the rows."""
    to = Builder(sides_only=True)
    every_rule(to, at, amounts, moving)
    return np.concatenate(to.limit)


def _lay_out(at: Portfolio, amounts: Amounts, moving: Ints) -> IntegerRows:
    """Positions and coefficients."""
    to = Builder()
    every_rule(to, at, amounts, moving)
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
    rows = unique % max(1, to.height)
    give, top, bottom = np.concatenate(to.give), np.concatenate(to.top), np.concatenate(to.bottom)
    return IntegerRows(starts, rows, values, mine, np.zeros(0, np.int64), give, top, bottom)


def broken_projects(at: Portfolio, rows: IntegerRows, slack: NDArray[Any]) -> NDArray[np.bool_]:
    """Projects with a payment in a row that is broken."""
    out = np.zeros(len(at.index.projects), bool)
    bad = np.asarray(slack < 0, bool)[rows.rows]
    column = np.repeat(np.arange(at.fund.size), np.diff(rows.starts))
    out[at.project[column[bad]]] = True
    return out
