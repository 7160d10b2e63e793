"""What it would take: the fewest kronor that fund a project in full, and which rules must give where none suffice.

    min Σ e_ft   where p is carried out in full, every other project keeps at least the share that the plan gives it,
                 choices between projects stand, and e_ft ≥ 0 is added to the budget of a fund that may pay p

Where that has no solution, rules must give: min Σ (what each rule gives, in kronor), then the kronor as above.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.explain.case import moved
from rus_funding.explain.causes import own_rule
from rus_funding.model import Rows
from rus_funding.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.amounts import Floats
    from rus_funding.explain.case import Case
    from rus_funding.model import FundingModel
    from rus_funding.program import Label, LinearProgram

GIVING = {  # rules that can be said to give, and whether by kronor (else by projects)
    **dict.fromkeys(("rate", "cap", "group_min", "group_max", "area_floor", "area_cap", "diversification"), True),
    **dict.fromkeys(("territorial", "authorisation", "commitment"), True),
    **dict.fromkeys(("participation", "requires", "excludes", "viability_min"), False),
}
SHARES = {"area_floor", "area_cap", "diversification", "territorial", "participation"}
CRUMB = 1e-3  # kronor below which an amount is the solver's noise, until a solve says that it is needed
TRIED = 40  # budgets whose krona too many is looked for one by one


@dataclasses.dataclass(frozen=True)
class Extra:
    """Kronor that a fund's budget of a year lacks."""

    fund: str
    year: int
    kronor: int


@dataclasses.dataclass(frozen=True)
class Needs:
    """What funds a project in full while no other project gets less.

    `extra` are whole kronor, none of which can be spared (`sparing` False: not tried, there are too many); no way needs
    less than `least` in all. `gives` are rules that must give, with the kronor (or projects) each gives; `limits` the
    project's own rules that its financing then presses against. `raised` are other projects that must be carried out
    further. `alone` is the least kronor if floors, caps and other shares of the whole did not hold.
    `points` is what the plan gains with that money, from solving the changed model to a certified plan; None where
    rules must give too, or no plan was certified.
    """

    project: str
    extra: tuple[Extra, ...]
    least: float
    gives: tuple[tuple[Label, float], ...] = ()
    limits: tuple[Label, ...] = ()
    raised: tuple[tuple[str, float], ...] = ()
    alone: int | None = None
    points: float | None = None
    sparing: bool = True

    @property
    def total(self) -> int:
        """Kronor in all."""
        return sum(extra.kronor for extra in self.extra)


def needs(case: Case, project: str, *, confirm: bool = True) -> Needs | None:
    """See the module. None where nothing in the rules' sides could fund it: costs that no fund may pay, say.

    With `confirm` the model with that money is solved to a certified plan.
    """
    frame = _Frame(case, project)
    answer = frame.fewest({})
    gives: dict[int, float] = {}
    if answer is None:
        least = frame.gentlest()
        if least is None:
            return None
        gives = least
        answer = frame.fewest(gives)
        if answer is None:
            return None
    extra, limits, raised, least_kronor = answer
    whole = {key: math.ceil(amount - CRUMB) for key, amount in extra.items() if amount > CRUMB}
    sparing = len(whole) <= TRIED
    if sparing:
        whole = frame.spared(whole, gives)
    found = tuple(Extra(fund, year, kronor) for (fund, year), kronor in sorted(whole.items()) if kronor)
    ground = case.ground
    result = Needs(
        project,
        found,
        least_kronor,
        tuple((ground.labels[row], amount) for row, amount in sorted(gives.items())),
        limits,
        tuple(raised),
        frame.alone(gives),
        sparing=sparing,
    )
    if gives or not confirm:
        return result
    outcome = case.engine.solve(with_money(case.model, found, project))
    if outcome.status != "optimal" or outcome.value is None:
        return result
    return dataclasses.replace(result, points=outcome.value - (case.outcome.value or 0.0))


def with_money(model: FundingModel, extra: Sequence[Extra], project: str) -> FundingModel:
    """The model with the extra kronor in its budgets and the project required."""
    rows = model["budgets"]
    keys = list(zip(rows["fund"].tolist(), rows["year"].tolist(), strict=True))
    amounts = rows["amount"].copy()
    missing = []
    for item in extra:
        if (item.fund, item.year) in keys:
            amounts[keys.index((item.fund, item.year))] += item.kronor
        else:
            missing.append(item)
    columns = {name: rows[name] for name in rows.columns} | {"amount": amounts}
    if missing:
        schema = TABLES["budgets"].by_name
        added = {"fund": [e.fund for e in missing], "year": [e.year for e in missing]}
        added["amount"] = [e.kronor for e in missing]
        for name, column in columns.items():
            values = added.get(name, [schema[name].default] * len(missing))
            columns[name] = np.concatenate([column, np.array(values, dtype=column.dtype)])
    return moved(model, budgets=Rows(columns)).replace(required=(*model.required, project))


class _Frame:
    """The program in which the project is carried out in full and all others keep what they have."""

    def __init__(self, case: Case, project: str) -> None:
        self.case, self.project = case, project
        ground = case.ground
        self.ground = ground
        self.bound = self._bound()
        f = ground.formulation
        at, position = f.at, f.at.index.projects.position[project]
        mine = np.flatnonzero(at.project == position)
        funds, years = at.index.funds.ids, at.index.years.ids
        able = sorted(set(at.fund[mine].tolist()))
        self.money: dict[tuple[str, int], int] = {
            (funds[u], year): ground.row(("budget", funds[u], str(year))) for u in able for year in years
        }
        order = dict(zip(funds, f.at.index.fund_column("draw_order").tolist(), strict=True))
        self.place = {key: (float(order[key[0]]), key) for key in self.money}

    def _bound(self) -> LinearProgram:
        case, ground = self.case, self.ground
        program = ground.program
        v = ground.formulation.columns
        ids = ground.formulation.at.index.projects.ids
        lower, upper = program.lower.copy(), program.upper.copy()
        row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
        row_lower[len(ground.labels) :], row_upper[len(ground.labels) :] = -np.inf, np.inf  # what other objectives keep
        needed = self._needed()
        share = {p: float(r.share) for p, r in case.projects.items()}
        for p, name in enumerate(ids):
            x, z = int(v.x[p]), int(v.z[p])
            full = name == self.project
            lower[x], upper[x] = (1.0, 1.0) if full else (min(share[name], upper[x]), upper[x])
            if z >= 0:
                on = float(full or share[name] > 0)
                lower[z], upper[z] = on, max(on, float(name in needed))
        return dataclasses.replace(
            program, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper,
            integer=np.zeros(program.integer.size, bool),
        )  # fmt: skip

    def _needed(self) -> set[str]:
        """Projects that this one requires, and what they require."""
        pairs = [label[1:] for label in self.ground.labels if label[0] == "requires"]
        found = {self.project}
        while more := {other for one, other in pairs if one in found} - found:
            found |= more
        return found

    def fewest(
        self, gives: Mapping[int, float]
    ) -> tuple[dict[tuple[str, int], float], tuple[Label, ...], list[tuple[str, float]], float] | None:
        """The least kronor by budget, the rules it presses against, whom it raises, the sum; None where none do."""
        program = _given(self.bound, gives)
        keys = sorted(self.money, key=self.place.__getitem__)
        rows = [self.money[key] for key in keys]
        wide = _elastic(program, [(row, -1.0) for row in rows])
        width = program.lower.size
        cost = np.zeros(width + len(rows))
        cost[width:] = 1.0
        point = self.ground.least(wide, cost)
        if point.status != "optimal":
            return None
        total = float(point.objective)
        # of equally small sums the one from money drawn first, early years first
        ranked = np.zeros(cost.size)
        ranked[width:] = np.arange(1, len(rows) + 1)
        held = wide.with_rows([cost], [-np.inf], [total + 1e-3])
        second = self.ground.least(held, ranked)
        x: Floats = second.x if second.status == "optimal" else point.x
        extra = dict(zip(keys, x[width:].tolist(), strict=True))
        v = self.ground.formulation.columns
        raised = []
        for p, name in enumerate(self.ground.formulation.at.index.projects.ids):
            share = float(x[v.x[p]])
            if name != self.project and share > self.case.scales[name] + 1e-4:
                raised.append((name, share))
        return extra, self.limits(x), raised, max(0.0, total)

    def limits(self, x: Floats) -> tuple[Label, ...]:
        """The project's own rules with no krona to spare at x; of a fund's years one label."""
        program, payments = self.ground.program, self.ground.formulation.columns.y
        paid = np.zeros(program.lower.size)
        paid[payments] = x[payments]
        kronor, activity = program.activity(paid), program.activity(x[: program.lower.size])
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
        rows = [(row, -1.0) for row in self.money.values()]
        wide = _elastic(_given(self.bound, {**gives, **free}), rows)
        cost = np.concatenate([np.zeros(self.bound.lower.size), np.ones(len(rows))])
        point = self.ground.least(wide, cost)
        return math.ceil(float(point.objective) - CRUMB) if point.status == "optimal" else None

    def gentlest(self) -> dict[int, float] | None:
        """What rules must give, by row, when money is no matter: the fewest kronor in all."""
        ground, program = self.ground, self.bound
        typical = float(np.median([r.cost for r in self.case.projects.values() if r.cost] or [1]))
        sides: list[tuple[int, float]] = [(row, -1.0) for row in self.money.values()]
        cost = [0.0] * len(sides)
        for row, label in enumerate(ground.labels):
            if label[0] in GIVING:
                for side, sign in ((program.row_upper[row], -1.0), (program.row_lower[row], 1.0)):
                    if np.isfinite(side):
                        sides.append((row, sign))
                        cost.append(1.0 if GIVING[label[0]] else typical)
        wide = _elastic(program, sides)
        width = program.lower.size
        point = ground.least(wide, np.concatenate([np.zeros(width), cost]))
        if point.status != "optimal":
            return None
        out: dict[int, float] = {}
        amounts = point.x[width:]
        for (row, _), amount, price in zip(sides, amounts.tolist(), cost, strict=True):
            kronor = price == 1.0
            if price and amount > (0.5 if kronor else 1e-6):
                out[row] = out.get(row, 0.0) + (float(math.ceil(amount - 1e-6)) if kronor else round(amount, 9))
        return out

    def spared(self, whole: dict[tuple[str, int], int], gives: Mapping[int, float]) -> dict[tuple[str, int], int]:
        """The same kronor less every krona that rounding up put there and that can be spared; none where all is short.

        Each answer is a solve with those budgets.
        """
        out = dict(whole)
        while not self.suffices(out, gives):  # the solver's tolerance: a krona at a time is enough
            out = {key: kronor + 1 for key, kronor in out.items()}
        for key in sorted(out, key=lambda key: (out[key], key)):
            while out[key] and self.suffices({**out, key: out[key] - 1}, gives):
                out[key] -= 1
        return out

    def suffices(self, whole: Mapping[tuple[str, int], int], gives: Mapping[int, float]) -> bool:
        """Whether those kronor fund the project in full, by a solve."""
        program = _given(self.bound, gives)
        upper = program.row_upper.copy()
        for key, kronor in whole.items():
            upper[self.money[key]] += kronor
        point = self.ground.least(
            dataclasses.replace(program, row_upper=upper), np.zeros(program.lower.size), self.ground.base
        )
        return point.status == "optimal"


def _given(program: LinearProgram, gives: Mapping[int, float]) -> LinearProgram:
    """The program with rows that give by so much."""
    if not gives:
        return program
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    for row, amount in gives.items():
        lower[row], upper[row] = lower[row] - amount - 1e-6, upper[row] + amount + 1e-6
    return dataclasses.replace(program, row_lower=lower, row_upper=upper)


def _elastic(program: LinearProgram, sides: Sequence[tuple[int, float]]) -> LinearProgram:
    """The program with a new column ≥ 0 for each (row, coefficient)."""
    rows = np.asarray([row for row, _ in sides], np.int64)
    values = np.asarray([value for _, value in sides], np.float64)
    count = len(sides)
    return dataclasses.replace(
        program,
        starts=np.concatenate([program.starts, program.starts[-1] + np.arange(1, count + 1)]),
        rows=np.concatenate([program.rows, rows]),
        values=np.concatenate([program.values, values]),
        lower=np.concatenate([program.lower, np.zeros(count)]),
        upper=np.concatenate([program.upper, np.full(count, np.inf)]),
        integer=np.concatenate([program.integer, np.zeros(count, bool)]),
    )
