"""The rules with give: each may be broken at a price of about one a krona, so that a solver says which must give way.

min Σ weight · slack over the rows of the rules that are held, the others left out. At 0 the rules go together; above
0 they do not, and the rows with a dual are a set that does not go together even alone (Farkas).
"""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.explanations.rule_names import REACHED, SOMETHING, held, rule_of
from rus_funding.explanations.what_if import Ground
from rus_funding.program.linear import LinearProgram

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from typing import Any

    from rus_funding.explanations.rule_names import Name
    from rus_funding.model.amounts import Floats
    from rus_funding.model.index import Ints
    from rus_funding.model.model import FundingModel
    from rus_funding.program.linear import Label

NOTHING = 1e-5  # kronor; a shortfall below this is the solver's arithmetic
DUAL = 1e-7
SHARED = {"cap", "least_grant"}  # one number for all rows of the rule: their slack is one column
ORDER = (  # which of equal answers is given: what was asked for first, then money, then the rest
    "something", "something_reaches", "commitment", "committed", "required", "participation", "budget",
    "authorisation", "cap", "least_grant", "rate", "group_max", "group_min", "area_floor", "area_cap",
    "diversification", "municipality_floor", "requires", "excludes", "min_share", "indivisible", "excluded",
    "partnership", "ordinary",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Shortfall:
    """What it takes: `total` weighted kronor, how much each rule gives way (its own unit), and the point `x`.

    `support` are the rules with a dual; where binaries leave no `duals` (of all rows), all rules that were elastic.
    """

    total: float
    gives: dict[Name, float]
    support: tuple[Name, ...]
    x: Floats
    duals: Floats | None


class Elastic:
    """A model's program whose rules can be left out, held, or held with give."""

    def __init__(self, model: FundingModel, *, something: bool = False) -> None:
        """`something` adds the rule that one krona is funded at least (in a municipality, where these have a floor)."""
        self.model = model
        self.ground = Ground(model)
        f, amounts = self.ground.formulation, self.ground.amounts
        self.cost_of = np.maximum(1.0, amounts.total.astype(np.float64))
        base = f.compiled.fill(amounts)
        self.labels: list[Label] = list(self.ground.labels)
        names: list[Name | None] = [rule_of(label) for label in self.labels]
        extra: list[Floats] = []
        lower: list[float] = []
        upper: list[float] = []

        def add(label: Label, column: int, coefficient: float, least: float, most: float) -> None:
            dense = np.zeros(base.shape[1])
            dense[column] = coefficient
            extra.append(dense)
            lower.append(least)
            upper.append(most)
            self.labels.append(label)
            names.append(label)

        for name, share in held(model):
            p = f.at.index.projects.position[name[1]]
            cost = float(self.cost_of[p])  # in kronor: a tolerance of 1e-7 in shares is money
            add(name, int(f.columns.x[p]), cost, *((cost, np.inf) if share else (-np.inf, 0.0)))
        if something:
            add(SOMETHING, int(f.columns.total), 1.0, 1.0, np.inf)
            if f.columns.municipal >= 0 and model.policy.municipality_floor > 0:
                add(REACHED, int(f.columns.municipal), 1.0, 1.0, np.inf)
        free_lower, free_upper = base.lower.copy(), base.upper.copy()
        free_lower[f.columns.x], free_upper[f.columns.x] = 0.0, 1.0
        program = dataclasses.replace(base, lower=free_lower, upper=free_upper)
        if extra:
            program = program.with_rows(extra, lower, upper)
        found = sorted({name for name in names if name is not None}, key=lambda n: (ORDER.index(n[0]), n))
        self.rules: tuple[Name, ...] = tuple(found)
        number = {name: i for i, name in enumerate(self.rules)}
        self._rule_of_row: Ints = np.asarray([-1 if name is None else number[name] for name in names], np.int64)
        self._width = program.shape[1]
        self._rule_of_slack: Ints
        self._sign: Floats
        slack = self._with_slack(program)
        prices = np.zeros(slack.shape[1])
        prices[self._width :] = self._per_slack(self.weights)
        self.program = slack.with_rows([prices], [-np.inf], [np.inf])  # the last row: all that gives way
        self._rule_of_row = np.append(self._rule_of_row, -1)
        self.labels.append(("total",))
        self._start: Any = None

    @cached_property
    def rows_of(self) -> dict[Name, Ints]:
        """The rows of each rule."""
        return {name: np.flatnonzero(self._rule_of_row == i) for i, name in enumerate(self.rules)}

    def _with_slack(self, program: LinearProgram) -> LinearProgram:
        """A column for each side of each row of a rule (one for all rows of a rule in `SHARED`)."""
        rule: list[int] = []
        rows: list[list[int]] = []
        signs: list[float] = []
        shared: dict[int, int] = {}
        for row, i in enumerate(self._rule_of_row.tolist()):
            if i < 0:
                continue
            for side, sign in ((program.row_lower[row], 1.0), (program.row_upper[row], -1.0)):
                if not np.isfinite(side):
                    continue
                if self.rules[i][0] in SHARED and i in shared:
                    rows[shared[i]].append(row)
                    continue
                shared[i] = len(rows)
                rule.append(i)
                rows.append([row])
                signs.append(sign)
        self._rule_of_slack = np.asarray(rule, np.int64)
        self._sign = np.asarray(signs)
        sizes = np.asarray([len(some) for some in rows], np.int64)
        flat = np.asarray([row for some in rows for row in some], np.int64)
        count = len(rows)
        return LinearProgram(
            np.concatenate([program.starts, program.starts[-1] + np.cumsum(sizes)]).astype(np.int64),
            np.concatenate([program.rows, flat]).astype(np.int64),
            np.concatenate([program.values, np.repeat(self._sign, sizes)]),
            np.concatenate([program.lower, np.zeros(count)]),
            np.concatenate([program.upper, np.full(count, np.inf)]),
            program.row_lower,
            program.row_upper,
            np.concatenate([program.integer, np.zeros(count, bool)]),
        )

    @cached_property
    def weights(self) -> dict[Name, float]:
        """What a unit of each rule's slack counts, in kronor."""
        position = self.ground.formulation.at.index.projects.position
        typical = float(np.median(self.cost_of)) if self.cost_of.size else 1.0
        out: dict[Name, float] = {}
        for name in self.rules:
            kind, *ids = name
            if kind == "participation":
                out[name] = typical
            elif kind in {"requires", "excludes"}:
                out[name] = float(min(self.cost_of[position[p]] for p in ids))
            elif kind in {"min_share", "indivisible"}:
                out[name] = float(self.cost_of[position[ids[0]]])
            else:
                out[name] = 1.0
        return out

    @property
    def has_binaries(self) -> bool:
        """Whether some rule needs projects to be chosen whole."""
        return bool(self.program.integer.any())

    def shortfall(
        self,
        elastic: Collection[Name],
        hard: Iterable[Name] = (),
        *,
        whole: bool = False,
        milder: bool = False,
        most: float = np.inf,
        liking: dict[Name, float] | None = None,
    ) -> Shortfall | None:
        """The least that the rules `elastic` must give, those in `hard` kept and all others left out.

        None where `hard` do not go together by themselves. `whole` respects binaries. `milder`: a commitment gives way
        downwards only. With `liking` (rule → factor of its weight) the total is only kept within `most`, and the least
        of what is liked least gives way.
        """
        program, chosen = self._held({*elastic}, {*hard}, milder=milder, most=most)
        if not whole:
            program = dataclasses.replace(program, integer=np.zeros(program.integer.size, bool))
        cost = np.zeros(program.shape[1])
        prices = {name: weight * (liking or {}).get(name, 1.0) for name, weight in self.weights.items()}
        cost[self._width :] = np.where(chosen, self._per_slack(prices), 0.0)
        point = self.ground.minimise(program, cost, self._start)
        if point.status != "optimal":
            return None
        if not program.integer.any():
            self._start = point.basis  # the next question differs little from this one
        slack = point.x[self._width :]
        gives: dict[Name, float] = {}
        for i, amount in zip(self._rule_of_slack.tolist(), slack.tolist(), strict=True):
            if amount > 0:
                gives[self.rules[i]] = gives.get(self.rules[i], 0.0) + amount
        total = sum(amount * self.weights[name] for name, amount in gives.items())
        duals = None if program.integer.any() else point.duals
        if duals is None:
            return Shortfall(total, gives, tuple(name for name in self.rules if name in {*elastic}), point.x, None)
        support = tuple(name for name, rows in self.rows_of.items() if (np.abs(duals[rows]) > DUAL).any())
        return Shortfall(total, gives, support, point.x, duals)

    def _per_slack(self, prices: dict[Name, float]) -> Floats:
        per_rule = np.asarray([prices[name] for name in self.rules] or [0.0])
        found: Floats = per_rule[self._rule_of_slack] if self._rule_of_slack.size else np.zeros(0)
        return found

    def _held(self, elastic: set[Name], hard: set[Name], *, milder: bool, most: float) -> tuple[LinearProgram, Any]:
        kept = np.asarray([name in elastic or name in hard for name in self.rules] or [False])
        gives = np.asarray([name in elastic for name in self.rules] or [False])
        program = self.program
        row_lower, row_upper, upper = program.row_lower.copy(), program.row_upper.copy(), program.upper.copy()
        out = (self._rule_of_row >= 0) & ~kept[self._rule_of_row]
        linked = np.asarray([label[0] == "indivisible" for label in self.labels], bool)  # without it, x <= z stays
        row_lower[out] = -np.inf
        row_upper[out & ~linked] = np.inf
        chosen = gives[self._rule_of_slack] if self._rule_of_slack.size else np.zeros(0, bool)
        if milder:
            paid = np.asarray([self.rules[i][0] == "commitment" for i in self._rule_of_slack.tolist()], bool)
            chosen = chosen & ~(paid & (self._sign < 0))
        upper[self._width :] = np.where(chosen, np.inf, 0.0)
        row_upper[-1] = most
        return dataclasses.replace(program, row_lower=row_lower, row_upper=row_upper, upper=upper), chosen
