"""What settling works on: the rules, the aim, and the kronor and slack that its steps change in place."""

from __future__ import annotations

import dataclasses
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.settling.aim import NOT_YET, PROMISED, newcomers
from rus_funding.engine.settling.box_program import SECONDS, Box, best_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.engine.settling.aim import Target, Terms
    from rus_funding.engine.settling.rows import IntegerRows
    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.model.index import Bools, Ints
    from rus_funding.model.portfolio import Portfolio


@dataclasses.dataclass
class Work:
    """One settling. `rows` are the integer rows, policy shares loosened; `y` the floats; `price` what a krona given up
    costs, by project; `kronor` and `slack` the payments and what the rows leave at them.
    """

    at: Portfolio
    amounts: Amounts
    rows: IntegerRows
    terms: Terms
    aim: Target
    price: Floats
    y: Floats
    kronor: Ints
    slack: NDArray[Any]
    deadline: float
    grants: int = 0  # rows of least grants, behind those of the budgets: they hold for projects that are carried out

    @property
    def left(self) -> float:
        """Seconds that a solver may still take."""
        return min(SECONDS, self.deadline - time.monotonic())

    @cached_property
    def new(self) -> Ints:
        """See `newcomers`."""
        return newcomers(self.at, self.y)

    @cached_property
    def offered(self) -> Bools:
        """Payments that an odd krona is offered to: of funds that pay the project, or where it is promised."""
        out: Bools = (self.new < NOT_YET) | (self.price[self.at.project] >= PROMISED)
        return out & ~self.barred

    @cached_property
    def barred(self) -> Bools:
        """Payments of funds that rule 15 keeps out of the project."""
        first, last = self.rows.bars
        limit = self.rows.limit[first:last][self.at.pairs[2]] if last > first else np.ones(self.at.fund.size, np.int64)
        return np.asarray(limit == 0, bool)

    @cached_property
    def cost(self) -> Floats:
        """What a krona costs, by payment: least where giving it up would cost most.

        A promised krona outweighs a new payer of the project, that one a krona given up, that one a fund that pays
        other costs of it, that one every draw order; the float's fraction and the position decide ties.
        """
        draw = self.amounts.draw_order[self.at.fund]
        if draw.size:
            draw = (draw - draw.min()) / max(1.0, float(np.ptp(draw)) / 10.0)
        spread = float(draw.max(initial=0.0)) + 1.0
        ties = 0.1 * (1.0 - (self.y - np.floor(self.y))) + 1e-4 * np.arange(draw.size) / max(1, draw.size)
        given_up = (2.0 + 5.0 * spread) * self.price[self.at.project] / 8.0
        new = spread * np.asarray([0.0, 1.0, 24.0])[self.new]
        out: Floats = draw + ties + new - given_up
        return out

    @cached_property
    def _ends(self) -> Ints:
        return np.searchsorted(self.at.project, np.arange(self.aim.project.size + 1))

    def of(self, project: int) -> Ints:
        """The payments of a project."""
        return np.arange(self._ends[project], self._ends[project + 1])

    def settled(self) -> Ints:
        """Kronor by project."""
        out = np.zeros(self.aim.project.size, np.int64)
        np.add.at(out, self.at.project, self.kronor)
        return out

    def entries(self, free: Ints) -> tuple[Ints, Ints, NDArray[Any]]:
        """The rows' entries of some payments: the place of each among these, its row, its value."""
        place, entry = self.rows.part(free)
        return place, self.rows.rows[entry], self.rows.values[entry]

    def pay(self, free: Ints, kronor: Ints) -> None:
        """Let some payments be these kronor."""
        place, row, value = self.entries(free)
        np.add.at(self.slack, row, value * (self.kronor[free] - kronor).astype(value.dtype)[place])
        self.kronor[free] = kronor

    def conditional(self, rows: Ints) -> Bools:
        """Which rows hold only as long as their project is carried out."""
        first = self.amounts.budget.size
        return (rows >= first) & (rows < first + self.grants)

    def broken(self) -> Bools:
        """Projects whose kronor break their own terms."""
        return self.terms.broken(self.at, self.kronor)

    def best(self, box: Box) -> bool:
        """The best plan in a box, the other payments as they are; whether there is one."""
        cost = self.cost[box.free]
        return best_in(box, cost, self.at, self.rows, self.terms, self.kronor, self.slack, self.left)
