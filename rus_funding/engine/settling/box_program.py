"""Whole kronor of some payments within a box, as an integer program in small numbers.

Kronor are counted from the lower corner of the box, and rows say what room is left there. A row that nothing in the
box can break is dropped, and one of long decimals is written in short ones, so that a cell of 30 bn kr is asked about
like one of 30 kr: a solver's tolerances are absolute.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.settling.short_rates import SHORT, in_short
from rus_funding.engine.solvers.highs import Highs
from rus_funding.errors import SolverError
from rus_funding.model.axis import numbered
from rus_funding.program.linear import LinearProgram

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.engine.settling.aim import Terms
    from rus_funding.engine.settling.rows import IntegerRows
    from rus_funding.model.amounts import Floats
    from rus_funding.model.index import Ints
    from rus_funding.model.portfolio import Portfolio

NODES = 200  # of a search: a limit in seconds would let the answer depend on the machine
SECONDS = 20.0  # where no deadline says less: a guard against a search that no count of nodes ends


@dataclasses.dataclass(frozen=True)
class Box:
    """The payments `free` of some projects, all of each: `low` ≤ kronor ≤ `high`.

    Cells get `cell_most` at most, projects `least` to `most` (parallel to the payments' cells and projects, sorted).
    """

    free: Ints
    low: Ints
    high: Ints
    cell_most: Ints
    least: Ints
    most: Ints


def best_in(
    box: Box, cost: Floats, at: Portfolio, rows: IntegerRows, terms: Terms, kronor: Ints, slack: NDArray[Any],
    seconds: float = SECONDS,
) -> bool:  # fmt: skip
    """min Σ cost · kronor, every integer row kept beside the other payments as they are; whether there is such a plan.

    The plan goes into `kronor` and `slack`. Cells stay in proportion: |S_k − c_k / C · S| < `uneven`. What the solver
    answers is checked in integers.
    """
    free, low, span = box.free, box.low, box.high - box.low
    if seconds <= 0 or not free.size or (span < 0).any():
        return False
    place, entry = rows.part(free)
    used, local = np.unique(rows.rows[entry], return_inverse=True)
    value = rows.values[entry]
    room = slack[used].copy()
    np.add.at(room, local, value * (kronor[free] - low).astype(value.dtype)[place])
    program = _Program(free.size, span)
    shown = program.integer_rows(rows, used, local, place, entry, room)
    found = program.best(cost, min(seconds, SECONDS)) if shown and program.sums(box, at, terms) else None
    if found is None:
        return False
    left = room.copy()
    np.subtract.at(left, local, value * found.astype(value.dtype)[place])
    if (left < 0).any():
        return False
    kronor[free], slack[used] = low + found, left
    return True


class _Program:
    """The program under construction: a column for each payment's kronor above `low`, then one for each project's."""

    def __init__(self, width: int, span: Ints) -> None:
        self.span: Floats = span.astype(np.float64)
        self.lower: Floats = np.zeros(width)
        self.upper: Floats = self.span
        self.row: list[Ints] = []
        self.column: list[Ints] = []
        self.value: list[Floats] = []
        self.sides: list[tuple[Floats, Floats]] = []
        self.height = 0

    def add(self, row: Ints, column: Ints, value: Floats, lower: Floats, upper: Floats) -> None:
        """A block of rows."""
        self.row.append(self.height + row)
        self.column.append(column)
        self.value.append(value)
        self.sides.append((lower, upper))
        self.height += upper.size

    def integer_rows(
        self, rows: IntegerRows, used: Ints, local: Ints, place: Ints, entry: Ints, room: NDArray[Any]
    ) -> bool:
        """The rows that the box could break, in short numbers; whether none of them is broken all over the box."""
        value, own = rows.values[entry], rows.own[entry]
        span = self.span.astype(np.int64).astype(value.dtype)[place]
        most, least = (np.zeros(used.size, value.dtype) for _ in range(2))
        np.add.at(most, local, np.maximum(value, 0) * span)
        np.add.at(least, local, np.minimum(value, 0) * span)
        if (least > room).any():
            return False
        binding = np.asarray(most > room, bool)
        short, limit = value.astype(np.float64), room.astype(np.float64)
        for i in np.flatnonzero(binding & np.asarray(rows.bottom[used] > SHORT, bool)).tolist():
            mine, rate = local == i, (int(rows.top[used[i]]), int(rows.bottom[used[i]]))
            short[mine], limit[i] = in_short(own[mine], value[mine], span[mine], rate, int(room[i]))
        kept = np.flatnonzero(binding)
        number = numbered(used.size, kept)
        mine = np.flatnonzero(binding[local])
        self.add(number[local[mine]], place[mine], short[mine], np.full(kept.size, -np.inf), limit[kept])
        return True

    def sums(self, box: Box, at: Portfolio, terms: Terms) -> bool:
        """Cells and projects: their kronor, and the proportion between them; whether their sides leave anything."""
        cells, cell = np.unique(at.cell[box.free], return_inverse=True)
        projects, project = np.unique(at.project[box.free], return_inverse=True)
        held, settled = np.zeros(cells.size, np.int64), np.zeros(projects.size, np.int64)
        np.add.at(held, cell, box.low)
        np.add.at(settled, project, box.low)
        width, each = box.free.size, np.arange(box.free.size)
        self.lower = np.concatenate([self.lower, np.maximum(0.0, box.least - settled)])
        self.upper = np.concatenate([self.upper, (box.most - settled).astype(np.float64)])
        if (self.lower > self.upper).any() or (box.cell_most < held).any():
            return False
        self.add(cell, each, np.ones(width), np.full(cells.size, -np.inf), (box.cell_most - held).astype(np.float64))
        total = width + np.arange(projects.size)
        zero = np.zeros(projects.size)
        self.add(np.concatenate([project, np.arange(projects.size)]), np.concatenate([each, total]),
                 np.concatenate([np.ones(width), -np.ones(projects.size)]), zero, zero)  # fmt: skip
        owner, of = np.searchsorted(projects, at.cell_project[cells]), at.cell_project[cells]
        places = zip(cells.tolist(), of.tolist(), held.tolist(), settled[owner].tolist(), strict=True)
        sides = np.asarray([terms.proportion(*place) for place in places]).reshape(-1, 2)
        share = terms.cell_cost[cells] / terms.cost[of]
        self.add(np.concatenate([cell, np.arange(cells.size)]), np.concatenate([each, total[owner]]),
                 np.concatenate([np.ones(width), -share]), sides[:, 0], sides[:, 1])  # fmt: skip
        return True

    def best(self, cost: Floats, seconds: float) -> Ints | None:
        """The kronor above `low` at the least cost."""
        width, payments = self.upper.size, self.span.size
        row, column, value = np.concatenate(self.row), np.concatenate(self.column), np.concatenate(self.value)
        order = np.lexsort((row, column))
        starts = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=width))]).astype(np.int64)
        lower, upper = (np.concatenate([side[i] for side in self.sides]) for i in (0, 1))
        whole = np.arange(width) < payments
        program = LinearProgram(
            starts, row[order].astype(np.int64), value[order], self.lower, self.upper, lower, upper, whole
        )
        try:
            point = Highs(nodes=NODES).minimise(
                np.concatenate([cost, np.zeros(width - payments)]), program, whole=True, seconds=seconds
            )
        except SolverError:
            return None
        return np.round(point.x[:payments]).astype(np.int64) if point.status == "optimal" else None
