"""Another solve where whole kronor of the optimum break a rule or lower a project: for less, until they come out."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.engine.narrowing import Narrowing
from rus_funding.errors import SolverError
from rus_funding.proof.goals import SENSE
from rus_funding.proof.policy import SHARES

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from rus_funding.engine.plan import Outcome
    from rus_funding.engine.settling import Settled
    from rus_funding.engine.solution import Solution
    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.model.portfolio import Portfolio
    from rus_funding.program.linear import Label

RESERVES = 8  # times that a policy share is given more of a reserve
HALVES = 4  # times that a reserve which leaves no plan is halved


@dataclasses.dataclass(frozen=True)
class Way:
    """From a program to a checked plan of it, step by step.

    `solved` solves a narrower program, `settled` brings its floats to whole kronor, and `checked` holds these to the
    whole model's rules, optima and bounds.
    """

    at: Portfolio
    amounts: Amounts
    solved: Callable[[Narrowing], Solution]
    settled: Callable[[Floats], Settled]
    checked: Callable[[Floats, Settled], Outcome]


class Repair:
    """The best plan on the way through ever narrower programs.

    A project that whole kronor left out or carried out at a smaller scale is held there, so that others get what it
    leaves. What a policy share is missed by then, the next program keeps in reserve; where that leaves no plan, half as
    much of it. Where reserves do not help, every project is held at the kronor that it came out at, so that the others
    keep what rules ask of all of them; in the end the least paid ones are left out. The bound stays the whole model's.
    """

    def __init__(self, way: Way) -> None:
        self.way, size = way, way.amounts.total.size
        self.most: Floats = np.ones(size)
        self.reserve: dict[Label, float] = {}
        self.added: dict[Label, float] = {}  # of it, what the last plan missed
        self.reserves = self.halves = 0
        self.leave = 1  # how many projects are left out next where nothing else helps
        self.out: set[int] = set()
        self.smaller: set[int] = set()

    def run(self, outcome: Outcome, settled: Settled) -> Outcome:
        """The best plan, `outcome` and its whole kronor to begin with."""
        best = outcome
        for _ in range(self.most.size + RESERVES + HALVES):
            self.out, self.smaller = self.out | {*settled.left_out}, self.smaller | {*settled.scaled_down}
            if not self._narrower(outcome, settled, planned=best.planned):
                break
            x = self._floats()
            if x is None and self.added:
                self._without_reserve()
                continue
            if x is None:
                break
            settled = self.way.settled(x)
            outcome = self.way.checked(x, self._named(settled))
            if outcome.planned and (not best.planned or _reached(outcome) > _reached(best)):
                best = outcome
        return best

    def _narrower(self, outcome: Outcome, settled: Settled, *, planned: bool) -> bool:
        """Narrow the program by what a plan came out at; whether it is any narrower."""
        shares = settled.by_project(self.way.at) / np.maximum(1, self.way.amounts.total)
        lower = (settled.given_up > 0) & (shares < self.most) & ~self.way.at.index.committed
        held = [p for p in (*settled.left_out, *settled.scaled_down) if lower[p]]
        missed = self._missed(outcome)
        self.added = missed if not held and self.reserves < RESERVES else {}
        if not (held or self.added or planned):  # the odd kronor that others give up are what is missed
            held = np.flatnonzero(lower).tolist()
        self.most[held] = shares[held]
        if missed and not (held or self.added):
            held = self._fewer(settled)
        for label, over in self.added.items():
            self.reserve[label] = self.reserve.get(label, 0.0) + over
        self.reserves += bool(self.added)
        return bool(held or self.added)

    def _fewer(self, settled: Settled) -> list[int]:
        """Leave the least paid projects out, each time twice as many: in the end nothing is left to be shared out."""
        paid = settled.by_project(self.way.at)
        open_ = np.flatnonzero((paid > 0) & (self.most > 0) & ~self.way.at.index.committed)
        fewer: list[int] = open_[np.argsort(paid[open_], kind="stable")][: self.leave].tolist()
        self.most[fewer], self.leave = 0.0, 2 * self.leave
        self.out |= {*fewer}
        return fewer

    def _missed(self, outcome: Outcome) -> dict[Label, float]:
        """The policy shares that a plan breaks, and by how much."""
        breaches = outcome.checked.breaches if outcome.checked is not None else ()
        return {breach.label: float(breach.over) for breach in breaches if breach.label[0] in SHARES}

    def _floats(self) -> Floats | None:
        """The floats of the narrower program; with less in reserve where it has no plan."""
        while True:
            try:
                solution = self.way.solved(Narrowing(self.most, self.reserve))
            except SolverError:
                return None
            if solution.x.size:
                return solution.x
            if not self.added or self.halves >= HALVES or solution.status != "infeasible":
                return None
            self.halves += 1
            for label, over in self.added.items():
                self.added[label] = over / 2
                self.reserve[label] -= over / 2

    def _without_reserve(self) -> None:
        """Take back what was added last: it leaves no plan, and no more is to come."""
        for label, over in self.added.items():
            self.reserve[label] -= over
        self.reserves = RESERVES

    def _named(self, settled: Settled) -> Settled:
        """The same kronor, with every project that was left out or made smaller on the way."""
        paid = {*np.flatnonzero(settled.by_project(self.way.at)).tolist()}
        return dataclasses.replace(
            settled,
            left_out=tuple(sorted(self.out | {*settled.left_out})),
            scaled_down=tuple(sorted((self.smaller | {*settled.scaled_down}) & paid)),
        )


def _reached(outcome: Outcome) -> tuple[Fraction, ...]:
    """What a plan comes to, objective by objective, the larger the better."""
    goals = outcome.checked.goals if outcome.checked is not None else ()
    return tuple(SENSE[goal.name] * goal.figure for goal in goals)
