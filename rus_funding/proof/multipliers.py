"""`Multipliers`: λ·A of the bound, as sums over families of columns, in integers rounded outward."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.proof.goals import EXTREMES, SENSE, largest
from rus_funding.proof.reading import exact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.proof.case import Case


def down(multiplier: int, by: Fraction | int) -> int:
    """⌊multiplier · by⌋: what is subtracted from a reduced cost is rounded down, so that the bound goes up.

    >>> from fractions import Fraction
    >>> down(-7, Fraction(1, 2))
    -4
    """
    return multiplier * by.numerator // by.denominator


def up(multiplier: int, by: Fraction | int) -> int:
    """⌈multiplier · by⌉."""
    return -down(-multiplier, by)


class Multipliers:
    """λ·A by column, kept as sums over the families of columns that share a row; `rows` is Σ λ · side.

    `give` adds up what each row may give on whole kronor (`rus_funding.proof.audit`), at the row's price. `weights`
    are what the objectives count, in units of 2^−SCALE.
    """

    def __init__(self, case: Case, levels: Mapping[str, float]) -> None:
        """No rows yet. `levels` are the objectives kept, and where."""
        self.case = case
        self.levels = levels
        self.year = {str(year): year for year in case.years}
        self.rows = 0
        self.give: Fraction | int = 0
        self.weights: dict[str, int] = defaultdict(int)
        self.loose: dict[str, int] = defaultdict(int)  # multipliers on cost cells that may be uneven, by project
        # on the payments y, by what the row sums over
        self.cell: dict[tuple[str, str, int], int] = {}
        self.pft: dict[tuple[str, str, int], int] = defaultdict(int)
        self.pf: dict[tuple[str, str], int] = defaultdict(int)
        self.ft: dict[tuple[str, int], int] = defaultdict(int)
        self.f: dict[str, int] = defaultdict(int)
        self.income: dict[tuple[str, int], int] = defaultdict(int)
        # on x and on the sums K, K_a, Σ_p m_pd C x, Σ_p m_pj C x, Σ_j Σ_p m_pj C x
        self.x: dict[str, int] = defaultdict(int)
        self.k = 0
        self.ka: dict[str, int] = defaultdict(int)
        self.kd: dict[str, int] = defaultdict(int)
        self.kj: dict[str, int] = defaultdict(int)
        self.everywhere = 0
        # on z, n, the points q and what is beyond the target o; budget rows, for u; on m of the extreme objectives
        self.z: dict[str, int] = defaultdict(int)
        self.w: dict[str, int] = defaultdict(int)  # and on the payers w and sole payers s, by their names as choices
        self.n: dict[tuple[str, str], int] = {}
        self.d: dict[tuple[str, str], int] = defaultdict(int)  # and on d, what a payer pays more or less than last time
        self.q: dict[str, int] = {}
        self.budgets: dict[tuple[str, int], int] = {}
        self.m: dict[str, Fraction | int] = defaultdict(int)

    def side(self, multiplier: int, side: Fraction | int, give: Fraction | int = 0) -> None:
        """Price one side of a row, and what the row may give."""
        if side:
            self.rows += up(multiplier, side)
        if give:
            self.give += abs(multiplier) * give

    def count(self, objective: str, weight: int) -> None:
        """Add `weight` times an objective, in the sense in which more is better, to what is maximised."""
        if objective not in SENSE:
            raise KeyError(objective)
        self.weights[objective] += weight
        if objective == "funded":
            self.k -= weight
        elif objective in {"draw_order", "leverage"}:
            for name, fund in self.case.funds.items():
                self.f[name] += weight * (fund.draw_order if objective == "draw_order" else fund.level == "region")

    def extremes(self) -> dict[str, tuple[Fraction | int, Fraction, Fraction]]:
        """Of each extreme objective's column m: weight − λ·A, and the least and the largest it can be."""
        found = {}
        for name in EXTREMES:
            if not (self.m.get(name) or self.weights.get(name)):
                continue
            reduced = SENSE[name] * (self.weights.get(name, 0) - self.m.get(name, 0))
            least, most = Fraction(0), largest(self.case, name)
            if name in self.levels:
                level = exact(self.levels[name])
                least, most = (level, max(level, most)) if SENSE[name] > 0 else (least, level)
            found[name] = reduced, least, most
        return found

    def prices(self) -> dict[str, Fraction | int]:
        """Of each objective kept: what a plan that is a unit short of its level may add to the bound."""
        extremes = self.extremes()
        found: dict[str, Fraction | int] = {name: self.weights.get(name, 0) for name in self.levels}
        found.update({name: max(reduced, -reduced) for name, (reduced, _, _) in extremes.items() if name in found})
        return found


def known(there: object, name: object) -> None:
    """Raise `KeyError` unless `there` holds `name`."""
    if name not in there:  # type: ignore[operator]
        raise KeyError(name)
