"""A linear program with integer data near the floats: its vertices are whole almost always.

With the settled costs fixed in kronor, a rate is a number of kronor (rounded down), and nearly every row is a sum of
payments that may not pass an integer. Rows of cells, projects and funds nest; such systems have whole vertices, but for
caps and rates over several years, which cross the rest. What is not whole afterwards is filled krona by krona.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rus_funding.engine.settling.nearby_rows import Near
from rus_funding.engine.settling.rows import NOISE, broken_projects
from rus_funding.engine.solvers.highs import Highs
from rus_funding.errors import SolverError
from rus_funding.program.linear import LinearProgram

if TYPE_CHECKING:
    from rus_funding.engine.settling.draft import Work
    from rus_funding.engine.settling.rows import IntegerRows
    from rus_funding.model.amounts import Floats
    from rus_funding.model.index import Bools, Ints
    from rus_funding.model.portfolio import Portfolio

OUT_OF_PROPORTION = 200.0  # what a krona given up costs beyond a few in one cell,
TOO_SMALL = 8000.0  # and where the project is smaller without it than it may be: it would be left out
NEW = np.asarray([0.0, 1.0, 24.0])  # what a krona costs of a fund that pays, that pays elsewhere, or not yet
LARGE = 2000  # payments above which the program is solved as a large one
SECONDS = 60.0  # where no deadline says less


def whole_vertex(work: Work, rows: IntegerRows, fractions: Floats) -> Floats:
    """Payments near the floats that pay as much of the cells aimed at as `rows` allow in whole kronor.

    min Σ price · k + draw order · y, k kronor given up: Σ_f y + k = cell. A krona given up lowers the bases of rates
    with it. The price says which projects give up last; a partly funded cell may take a krona more where a promise
    needs it. Each payment stays within a few kronor of its float; a row may give at a price where that is too narrow
    for it (the box program mends it). Payments of projects that are whole already stay. Without time for a solver the
    floats are what there is.
    """
    at, y, cells = work.at, work.y, work.aim.cells(work.at, work.y)
    free = np.flatnonzero(_touched(work, rows, cells)[at.project])
    seconds = min(SECONDS, work.deadline - time.monotonic())
    if not free.size:
        return np.round(y)
    if seconds <= 0:
        return y
    near = Near(at, rows, cells, y, free)
    draw = work.amounts.draw_order[at.fund[free]]
    draw = (draw - draw.min()) / max(1.0, float(draw.max() - draw.min()))
    worth = work.price[at.cell_project[near.cells]]
    room = np.maximum(0, near.above).astype(np.float64)
    most, spare = few_kronor(at)[near.cells], work.terms.spare(at, work.aim)[near.cells]
    few: Floats = np.minimum(room, np.minimum(most, spare))
    beyond_few: Floats = np.where(spare < most, TOO_SMALL, OUT_OF_PROPORTION + worth)
    extra = np.minimum(1.0, work.terms.cell_cost[near.cells] - cells[near.cells])
    zero, each = np.zeros(near.cells.size), np.arange(near.cells.size)
    binding = near.binding(few + room, extra)
    pieces = [
        # columns: payments, kronor given up, more of them, kronor too many (partly funded only), shortfalls
        _Piece(near.span, 2.0 * draw + 0.01 * fractions[free] + NEW[work.new[free]]),
        _Piece(few, worth),
        _Piece(room, beyond_few),
        _Piece(extra, zero + 40.0),
        _Piece(np.full(binding.size, np.inf), np.full(binding.size, 1e4)),
    ]
    pays, given, beyond, more, short = np.cumsum([0] + [piece.cost.size for piece in pieces[:-1]])
    size = binding.size
    (own_row, own), (base_row, base) = near.among(binding, near.row), near.among(binding, near.base_row)
    base_cell = near.base_cell[base]
    entries = [
        (own_row, pays + near.column[own], near.value[own]),
        (size + near.cell, pays + np.arange(free.size), np.ones(free.size)),
        (size + each, given + each, zero + 1.0),
        (size + each, beyond + each, zero + 1.0),
        (size + each, more + each, zero - 1.0),
        (base_row, given + base_cell, near.base[base]),
        (base_row, beyond + base_cell, near.base[base]),
        (base_row, more + base_cell, -near.more[base]),
        (np.arange(size), short + np.arange(size), -np.ones(size)),
    ]
    above = near.above.astype(np.float64)
    sides = np.concatenate([np.full(size, -np.inf), above]), np.concatenate([near.limit[binding], above])
    x = _best(_program(entries, pieces, sides), pieces, seconds, once=y.size > LARGE)
    if x is None:
        return y
    out = np.round(y)
    out[free] = near.low + x[: free.size]
    return out


def _best(program: LinearProgram, pieces: list[_Piece], seconds: float, *, once: bool) -> Floats | None:
    """The cheapest vertex; None where the solver has none."""
    solver, cost = Highs(once=once), np.concatenate([piece.cost for piece in pieces])
    try:
        solver.load(program)
        point = solver.minimise(cost, program, seconds=seconds)
    except SolverError:
        return None
    return point.x if point.status == "optimal" else None


def few_kronor(at: Portfolio) -> Ints:
    """Cells: kronor to give up that leave one in proportion with its project: half of what its payments round away."""
    payments: Ints = np.bincount(at.project, minlength=len(at.index.projects))[at.cell_project]
    return 1 + payments // 2


def _touched(work: Work, rows: IntegerRows, cells: Ints) -> Bools:
    """Projects whose floats are not whole, do not pay their cells, or break a row."""
    at, whole = work.at, np.round(work.y)
    out = broken_projects(at, rows, rows.slack(whole))
    out[at.project[np.abs(work.y - whole) > NOISE]] = True
    out[at.cell_project[np.abs(np.bincount(at.cell, whole, cells.size) - cells) > 0.5]] = True
    return out


class _Piece(NamedTuple):
    """Columns of one kind from 0 up: their upper sides and costs."""

    upper: Floats
    cost: Floats


def _program(
    entries: list[tuple[Ints, Ints, Floats]], pieces: list[_Piece], sides: tuple[Floats, Floats]
) -> LinearProgram:
    """Lay entries (row, column, value) out by column."""
    row, column, value = (np.concatenate([entry[i] for entry in entries]) for i in range(3))
    upper = np.concatenate([piece.upper for piece in pieces])
    order = np.lexsort((row, column))
    starts = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=upper.size))]).astype(np.int64)
    binary = np.zeros(upper.size, bool)
    return LinearProgram(starts, row[order].astype(np.int64), value[order], np.zeros(upper.size), upper, *sides, binary)
