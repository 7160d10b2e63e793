"""The program of "what would it take": one project in full, every other one at least at the share it has.

Project columns are counted in kronor here (C_p x_p), and rows of shares in the kronor of the largest project in them:
a solver's tolerance is absolute, and 1e-7 of a project of 30 million is three kronor.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.explanations.suspects import own_rule
from rus_funding.program.linear import LinearProgram

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.explanations.case import Case
    from rus_funding.model.amounts import Floats
    from rus_funding.program.linear import Label

IN_SHARES = {"participation", "requires", "excludes", "indivisible", "viability_min", "viability_max"}
GIVING = {  # rules that can be said to give
    *("rate", "cap", "group_min", "group_max", "area_floor", "area_cap", "diversification", "territorial"),
    *("authorisation", "commitment", "participation", "perspective", "requires", "excludes", "viability_min"),
    "least_grant_min",
}
SHARES = {"area_floor", "area_cap", "diversification", "territorial", "participation", "perspective"}
CRUMB = 1e-3  # kronor below which an amount is the solver's noise, until a solve says that it is needed
ROUNDS = 20  # kronor added to each budget before it is said that no whole kronor were found


@dataclasses.dataclass(frozen=True)
class Fewest:
    """The least kronor by (fund, year), the project's own rules that govern them, whom it raises, and the sum."""

    extra: Mapping[tuple[str, int], float]
    limits: tuple[Label, ...]
    raised: tuple[tuple[str, float], ...]
    total: float


class Frame:
    """The program in which the project is carried out in full and all others keep what they have."""

    def __init__(self, case: Case, project: str) -> None:
        """Of a case with a plan; solves nothing yet."""
        self.case, self.project = case, project
        self.ground = ground = case.ground
        v = ground.formulation.columns
        self.size = np.ones(ground.program.lower.size)  # what a column's unit is in the frame's
        self.size[v.x] = np.maximum(1.0, case.amounts.total)
        self.unit = self._units()
        self.bound = self._bound()
        at = ground.formulation.at
        mine = np.flatnonzero(at.project == at.index.projects.position[project])
        funds, years = at.index.funds.ids, at.index.years.ids
        able = sorted(set(at.fund[mine].tolist()))
        self.money: dict[tuple[str, int], int] = {
            (funds[u], year): ground.row(("budget", funds[u], str(year))) for u in able for year in years
        }
        order = dict(zip(funds, at.index.fund_column("draw_order").tolist(), strict=True))
        self.keys = sorted(self.money, key=lambda key: (float(order[key[0]]), key))  # money drawn first, early years

    def _units(self) -> Floats:
        """What a row is multiplied by: kronor of its largest project where it counts shares."""
        program, labels = self.ground.program, self.ground.labels
        counts = np.array([label[0] in IN_SHARES for label in labels])
        unit = np.ones(program.row_lower.size)
        rows, columns = program.rows, program.columns_of_values
        for row, size in zip(rows.tolist(), self.size[columns].tolist(), strict=True):
            if row < counts.size and counts[row]:
                unit[row] = max(unit[row], size)
        return unit

    def _bound(self) -> LinearProgram:
        case, ground = self.case, self.ground
        program = ground.program
        v = ground.formulation.columns
        lower, upper = program.lower * self.size, program.upper * self.size
        row_lower, row_upper = program.row_lower * self.unit, program.row_upper * self.unit
        for row, label in enumerate(ground.labels):
            if label[0] == "tie":  # ties are worth points, and money is all that counts here
                row_lower[row], row_upper[row] = -np.inf, np.inf
        row_lower[len(ground.labels) :], row_upper[len(ground.labels) :] = -np.inf, np.inf  # what other objectives keep
        needed = self._needed()
        for p, name in enumerate(ground.formulation.at.index.projects.ids):
            x, z = int(v.x[p]), int(v.z[p])
            result, full = case.projects[name], name == self.project
            has = float(result.kronor) if result.cost else float(result.share)
            least = upper[x] if full else min(max(has, lower[x]), upper[x])
            lower[x], upper[x] = (self.size[x], self.size[x]) if full else (least, upper[x])
            if z >= 0:
                on = float(full or result.share > 0)
                lower[z], upper[z] = on, max(on, float(name in needed))
        values = program.values * self.unit[program.rows] / self.size[program.columns_of_values]
        return dataclasses.replace(
            program, values=values, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper,
            integer=program.integer & (lower < upper),  # what this one requires, and who pays whom
        )  # fmt: skip

    def _needed(self) -> set[str]:
        """Projects that this one requires, and what they require."""
        pairs = [label[1:] for label in self.ground.labels if label[0] == "requires"]
        found = {self.project}
        while more := {other for one, other in pairs if one in found} - found:
            found |= more
        return found

    def fewest(self, gives: Mapping[int, float]) -> Fewest | None:
        """The least kronor when rules give by so much; None where no money suffices."""
        least = self._least(gives)
        if least is None:
            return None
        x, total, _ = least
        width = self.bound.lower.size
        extra = dict(zip(self.keys, x[width:].tolist(), strict=True))
        shares = x[:width] / self.size
        v = self.ground.formulation.columns
        raised = tuple(
            (name, float(shares[v.x[p]]))
            for p, name in enumerate(self.ground.formulation.at.index.projects.ids)
            if name != self.project and shares[v.x[p]] > self.case.scales[name] + 1e-4
        )
        limits = tuple(rule for rule in self._limits(shares) if self._governs(rule, gives, least))
        return Fewest(extra, limits, raised, max(0.0, total))

    def _least(self, gives: Mapping[int, float]) -> tuple[Floats, float, float] | None:
        """The point of the least kronor when rules give by so much, their sum, and how far down the order they come.

        Of equally small sums the one from money drawn first, early years first.
        """
        wide, cost = self._with_money(gives)
        point = self.ground.minimise(wide, cost)
        if point.status != "optimal":
            return None
        ranked = np.zeros(cost.size)
        ranked[self.bound.lower.size :] = np.arange(1, len(self.keys) + 1)
        second = self.ground.minimise(wide.with_rows([cost], [-np.inf], [point.objective + CRUMB]), ranked)
        x: Floats = second.x if second.status == "optimal" else point.x
        return x, float(point.objective), float(ranked @ x)

    def _governs(self, rule: Label, gives: Mapping[int, float], least: tuple[Floats, float, float]) -> bool:
        """Whether without the rule fewer kronor would do, or kronor drawn earlier: by a solve, for which of equally
        good financings the solver ends at says nothing.
        """
        rows = [row for row, label in enumerate(self.ground.labels) if own_rule(label, self.project) == rule]
        other = self._least({**gives, **dict.fromkeys(rows, np.inf)})
        return other is not None and (other[1] < least[1] - 1 or other[2] < least[2] - 1)

    def _with_money(self, gives: Mapping[int, float]) -> tuple[LinearProgram, Floats]:
        wide = elastic(_given(self.bound, self._scaled(gives)), [(self.money[key], -1.0) for key in self.keys])
        cost = np.zeros(wide.lower.size)
        cost[self.bound.lower.size :] = 1.0
        return wide, cost

    def _limits(self, x: Floats) -> tuple[Label, ...]:
        """The project's own rules with no krona to spare at x; of a fund's years one label."""
        program, payments = self.ground.program, self.ground.formulation.columns.y
        paid = np.zeros(program.lower.size)
        paid[payments] = x[payments]
        kronor, activity = program.activity(paid), program.activity(x)
        found = set()
        for row, label in enumerate(self.ground.labels):
            rule = own_rule(label, self.project)
            if rule is not None and rule[0] in {"rate", "cap", "group_min", "group_max"} and kronor[row] > 1:
                side = program.row_lower[row] if rule[0] == "group_min" else program.row_upper[row]
                if abs(side - activity[row]) < 1:
                    found.add(rule)
        return tuple(sorted(found))

    def alone(self, gives: Mapping[int, float]) -> int | None:
        """The least kronor when no share of the whole is asked for."""
        free = {row: np.inf for row, label in enumerate(self.ground.labels) if label[0] in SHARES}
        point = self.ground.minimise(*self._with_money({**gives, **free}))
        return math.ceil(float(point.objective) - CRUMB) if point.status == "optimal" else None

    def gentlest(self) -> dict[int, float] | None:
        """What rules must give, by row, when money is no matter: the fewest kronor in all, in the rules' own units."""
        program = self.bound
        sides: list[tuple[int, float]] = [(self.money[key], -1.0) for key in self.keys]
        free = len(sides)
        for row, label in enumerate(self.ground.labels):
            if label[0] in GIVING:
                ends = ((program.row_upper[row], -1.0), (program.row_lower[row], 1.0))
                sides += [(row, sign) for side, sign in ends if np.isfinite(side)]
        wide = elastic(program, sides)
        width = program.lower.size
        cost = np.zeros(wide.lower.size)
        cost[width + free :] = 1.0
        point = self.ground.minimise(wide, cost)
        if point.status != "optimal":
            return None
        out: dict[int, float] = {}
        for (row, _), amount in zip(sides[free:], point.x[width + free :].tolist(), strict=True):
            if amount > 0.5:
                out[row] = out.get(row, 0.0) + math.ceil(amount - CRUMB) / float(self.unit[row])
        return out

    def spared(self, whole: Mapping[tuple[str, int], int], gives: Mapping[int, float]) -> dict[tuple[str, int], int]:
        """The same kronor less every krona that rounding up put there and that can be spared.

        Each answer is a solve with those budgets.
        """
        out = dict(whole)
        for _ in range(ROUNDS):  # the solver's tolerance: a krona at a time is enough
            if self.suffices(out, gives):
                break
            out = {key: kronor + 1 for key, kronor in out.items()}
        for key in sorted(out, key=lambda key: (out[key], key)):
            while out[key] and self.suffices({**out, key: out[key] - 1}, gives):
                out[key] -= 1
        return out

    def _scaled(self, gives: Mapping[int, float]) -> dict[int, float]:
        return {row: amount * float(self.unit[row]) for row, amount in gives.items()}

    def suffices(self, whole: Mapping[tuple[str, int], int], gives: Mapping[int, float]) -> bool:
        """Whether those kronor fund the project in full, by a solve."""
        program = _given(self.bound, self._scaled(gives))
        upper = program.row_upper.copy()
        for key, kronor in whole.items():
            upper[self.money[key]] += kronor
        nothing = np.zeros(program.lower.size)
        point = self.ground.minimise(dataclasses.replace(program, row_upper=upper), nothing, self.ground.base.basis)
        return point.status == "optimal"


def _given(program: LinearProgram, gives: Mapping[int, float]) -> LinearProgram:
    """The program with rows that give by so much."""
    if not gives:
        return program
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    for row, amount in gives.items():
        lower[row], upper[row] = lower[row] - amount, upper[row] + amount
    return dataclasses.replace(program, row_lower=lower, row_upper=upper)


def elastic(program: LinearProgram, sides: Sequence[tuple[int, float]]) -> LinearProgram:
    """The program with a new column ≥ 0 for each (row, coefficient)."""
    rows = np.asarray([row for row, _ in sides], np.int64)
    values = np.asarray([value for _, value in sides], np.float64)
    count = len(sides)
    return LinearProgram(
        np.concatenate([program.starts, program.starts[-1] + np.arange(1, count + 1)]),
        np.concatenate([program.rows, rows]),
        np.concatenate([program.values, values]),
        np.concatenate([program.lower, np.zeros(count)]),
        np.concatenate([program.upper, np.full(count, np.inf)]),
        program.row_lower,
        program.row_upper,
        np.concatenate([program.integer, np.zeros(count, bool)]),
    )
