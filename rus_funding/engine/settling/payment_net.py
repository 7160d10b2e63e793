"""The rules as a net of payments and rows, laid out for looking for paths (`displacements`)."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.engine.settling.rows import IntegerRows
    from rus_funding.model.index import Bools, Ints
    from rus_funding.model.portfolio import Portfolio

Entries = list[tuple[int, int]]  # rows and coefficients
FREE, BARRED = -1, -2  # gates of payments that may take a krona at once, and of those that may not by any path
MOST = 8  # rows of one payment that are told apart; with more it is barred


@dataclasses.dataclass(frozen=True)
class Network:
    """What rests on the coefficients alone.

    `uses` are a payment's entries that are not a share of a base and take room from a row, `serves` those that give
    room to one (promises); `members` the payments that use a row; `base` what a krona given up in a cell takes from a
    row's room. `payer`, `row`, `value` are all `uses` as arrays, `shared` says that another payment of the cell uses
    that row too. `inside` is the set of the payment's uses whose rows hold all members of that row, as `bit`s.
    Payments that use the same rows count as a row of their own, `like`; `makes_room` are (payment, row) with those.
    """

    uses: list[Entries]
    serves: list[Entries]
    members: list[list[int]]
    base: list[Entries]
    payer: Ints
    row: Ints
    value: NDArray[Any]
    shared: Bools
    bit: Ints
    inside: Ints
    like: Ints
    makes_room: tuple[Ints, Ints]
    served: tuple[Ints, Ints, NDArray[Any]]
    based: tuple[Ints, Ints, NDArray[Any]]
    cell: Ints
    first: list[int]

    @classmethod
    def of(cls, at: Portfolio, rows: IntegerRows) -> Network:
        """The net of a portfolio's integer rows."""
        size, cells, height = at.fund.size, at.cell_project.size, rows.limit.size
        column = np.repeat(np.arange(size), np.diff(rows.starts))
        bar = (rows.rows >= rows.bars[0]) & (rows.rows < rows.bars[1])  # who is kept out is asked for nothing
        up, down = np.flatnonzero(np.asarray(rows.own > 0, bool) & ~bar), np.flatnonzero(rows.own < 0)
        many = np.bincount(rows.rows[up], minlength=height)
        up = up[np.lexsort((rows.rows[up], many[rows.rows[up]], column[up]))]  # the innermost row of a payment first
        payer, row = column[up], rows.rows[up]
        place = np.arange(up.size) - np.searchsorted(payer, payer)
        first = np.searchsorted(at.cell, np.arange(cells + 1))
        leads = np.zeros(size, bool)  # the first payment of a cell stands for its base
        leads[first[:-1][np.diff(first) > 0]] = True
        shares = np.flatnonzero(leads[column] & (rows.values != rows.own))
        based = rows.rows[shares], at.cell[column[shares]], (rows.own - rows.values)[shares]
        served = column[down], rows.rows[down], rows.own[down]
        uses = _listed(size, payer, row, rows.own[up])
        members: list[list[int]] = [[] for _ in range(height)]
        for j, i in zip(payer.tolist(), row.tolist(), strict=True):
            members[i].append(j)
        known: dict[tuple[int, ...], int] = {}
        like = [known.setdefault(tuple(i for i, _ in entries), len(known)) for entries in uses]
        alike = height + np.asarray(like, np.int64).reshape(-1)
        makes_room = np.concatenate([payer, np.arange(size)]), np.concatenate([row, alike])
        _, inverse, times = np.unique(at.cell[payer] * height + row, return_inverse=True, return_counts=True)
        return cls(
            uses, _listed(size, *served), members, _listed(cells, based[1], based[0], based[2]),
            payer, row, rows.own[up], times[inverse] > 1, (1 << np.minimum(place, MOST)).astype(np.int64),
            _inside(uses, members)[payer, np.minimum(place, MOST - 1)], alike, makes_room, served, based, at.cell,
            first.tolist(),
        )  # fmt: skip


def network(at: Portfolio, rows: IntegerRows) -> Network:
    """The net of these rows, made once for all scenarios with the same coefficients."""
    held = at.memo.get("network")
    if held is None or held[0] is not rows.laid:
        held = at.memo["network"] = rows.laid, Network.of(at, rows)
    net: Network = held[1]
    return net


def _listed(size: int, key: Ints, row: Ints, value: NDArray[Any]) -> list[Entries]:
    out: list[Entries] = [[] for _ in range(size)]
    for j, i, by in zip(key.tolist(), row.tolist(), value.tolist(), strict=True):
        out[j].append((i, by))
    return out


def _inside(uses: list[Entries], members: list[list[int]]) -> Ints:
    """Payments x `MOST`: which of a payment's uses hold all members of the k-th one's row, as bits."""
    out = np.zeros((len(uses), MOST), np.int64)
    sets = [frozenset(some) for some in members]
    known: dict[tuple[int, ...], list[int]] = {}
    for j, entries in enumerate(uses):
        rows = tuple(i for i, _ in entries[:MOST])
        if rows not in known:
            known[rows] = [sum(1 << k for k, outer in enumerate(rows) if sets[inner] <= sets[outer]) for inner in rows]
        out[j, : len(rows)] = known[rows]
    return out


def gates(net: Network, slack: NDArray[Any], may_take: Bools) -> Ints:
    """What keeps each payment from a krona more: the row whose members can make room for it, `FREE` or `BARRED`.

    Where several rows are full, the one inside all others; where none is, the payments with the same rows (a number
    beyond those of rows) can.
    """
    out = np.full(may_take.size, FREE, np.int64)
    full = np.flatnonzero(slack[net.row] < net.value)
    payer = net.payer[full]
    first = np.flatnonzero(np.diff(payer, prepend=-1))
    if full.size:
        mask = np.add.reduceat(net.bit[full], first)
        inner = full[first]  # a payment's innermost row stands first
        stopped = net.payer[inner]
        out[stopped] = np.where(mask & ~net.inside[inner], net.like[stopped], net.row[inner])
        out[stopped[mask >= 1 << MOST]] = BARRED
    out[~may_take] = BARRED
    return out
