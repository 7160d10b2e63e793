"""The floats that a plan states of its objectives (optima, levels that are kept) against what is proven of them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.proof.goals import CLOSE, EXTREMES, SENSE
from rus_funding.proof.parts import SCALE
from rus_funding.proof.reading import exact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rus_funding.proof.case import Case
    from rus_funding.proof.goals import Goal
    from rus_funding.proof.tree import Proof

NOISE = Fraction(1, 10**11)  # share of all points there are: the arithmetic of a value near 0


class Stated:
    """What is stated of a plan's goals. A float may be off by a millionth, or by a thousandth of a krona's worth."""

    def __init__(self, case: Case, goals: Mapping[str, Goal], proofs: Mapping[str, Proof]) -> None:
        """`goals` and `proofs` by objective."""
        self.case, self.goals, self.proofs = case, goals, proofs

    def unfounded(self, faults: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """What `verify` would refuse of the objectives after the value, as faults: optima that are not the proven ones,
        and proofs under levels that do not follow from such optima. Those that are faulty already are left aside.
        """
        faulty = {name for _, name in faults}
        for name, goal in self.goals.items():
            if name in faulty or name not in self.proofs:
                continue
            if goal.optimum is not None and goal.bound is not None and not self.proven(goal):
                yield "optimum", name
            elif name != "value" and not all(self.follows(*kept) for kept in self.proofs[name].kept.items()):
                yield "level", name

    def proven(self, goal: Goal) -> bool:
        """Whether the optimum of a goal is its bound.

        A bound under levels that are a little less than the optima ahead (`stages` gives way to arithmetic) is less
        than the optimum by as much as that little is worth.
        """
        if goal.optimum is None or goal.bound is None:
            return False
        give = Fraction(0)
        for ahead, level in self.proofs[goal.name].kept.items():
            expected = self._expected(ahead)
            if expected is not None:
                give += self._price(goal.name, ahead) * abs(expected - exact(level))
        return abs(exact(goal.optimum) - goal.bound) <= self._near(goal) + give

    def follows(self, ahead: str, level: float) -> bool:
        """Whether a level is what may be kept of an objective: its optimum, which is proven, less its tolerance."""
        expected = self._expected(ahead)
        return expected is not None and abs(expected - exact(level)) <= self._near(self.goals[ahead])

    def _expected(self, name: str) -> Fraction | None:
        goal = self.goals.get(name)
        if goal is None or goal.optimum is None or goal.bound is None:
            return None
        optimum = exact(goal.optimum)
        return optimum - SENSE[name] * self.case.objectives[name] * abs(optimum)

    def _near(self, goal: Goal) -> Fraction:
        size = abs(goal.figure) if goal.bound is None else max(abs(goal.figure), abs(goal.bound))
        near = CLOSE * size + goal.allowance / 1000
        if goal.name != "value":
            return near
        points = Fraction(sum(abs(gain) for gain in self.case.gains.values()), 1 << SCALE)
        return near + NOISE * (points + sum(tie.worth for tie in self.case.ties.values()))

    def _price(self, name: str, ahead: str) -> Fraction:
        """What a unit less of an objective that is kept may add to a bound, at most: the multipliers that price it."""
        case, most = self.case, Fraction(0)
        for leaf in self.proofs[name].tree.leaves:
            price = abs(exact(leaf.duals.get(("kept", ahead), 0.0)))
            for label, multiplier in leaf.duals.items() if ahead in EXTREMES else ():
                if label[0] == ahead:
                    share: Fraction | int = 1
                    if ahead == "balance":
                        share = case.areas[label[1]].weight
                    elif ahead == "reach":
                        share = case.municipalities[label[1]].population
                    price += abs(exact(multiplier)) * share
            most = max(most, price)
        return most
