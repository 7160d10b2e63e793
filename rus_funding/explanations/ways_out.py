"""What would make the rules go together: the cheapest change in kronor, and other ways out.

A linear program with give says where the least kronor are lacking; each number is then set to the nearest krona (or
hundredth of a percentage point) that the model itself holds feasible, and no number can do with one step less.
"""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.engine import Engine
from rus_funding.explanations.changes import Dial, dial, dial_of, standing, with_number, without
from rus_funding.explanations.elastic_rules import NOTHING
from rus_funding.explanations.rule_names import HELD, REACHED, SOMETHING, partners

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.explanations.conflict_core import Core
    from rus_funding.explanations.elastic_rules import Elastic, Shortfall
    from rus_funding.explanations.rule_names import Name
    from rus_funding.model.amounts import Floats
    from rus_funding.model.model import FundingModel
    from rus_funding.program.linear import LinearProgram

# ways out, by what gives way; of equally cheap ones the first is proposed
WAYS = {
    "money": ("budget",),
    "promises": ("commitment",),
    "shares": ("area_floor", "area_cap", "diversification", "perspective", "municipality_floor"),
    "ceilings": ("authorisation", "cap"),
    "grants": ("least_grant",),
    "rates": ("rate", "group_max", "group_min"),
}
DROPS = (*HELD, "participation", "excluded", "partnership", "requires", "excludes", "indivisible", "min_share")
SAME = 1e-9  # totals that differ by so little, relatively, are the same
SINGLES = 8  # rules of the conflict that are tried alone
SHOWN = 3  # other ways out
LARGE = 5000  # columns above which fewer ways are tried
CHECKS, CHECKS_LARGE = 400, 6  # models that are solved to make numbers exact


@dataclasses.dataclass(frozen=True)
class Change:
    """One rule changed: its number from `old` to `new` (kronor, share of 1 or count), or dropped (`new` is None).

    For a partnership the number is `min_partners`.
    """

    rule: Name
    old: Fraction | None
    new: Fraction | None


@dataclasses.dataclass(frozen=True)
class Repair:
    """Changes that together let a plan be made. `exact`: none can do with a step less, else nobody checked.

    kronor: by how much money gives way; for a share, what is paid beyond the old one. None for requirements dropped.
    """

    changes: tuple[Change, ...]
    kronor: int | None
    exact: bool = True

    def applied(self, model: FundingModel) -> FundingModel:
        """The model with the changes made."""
        for change in self.changes:
            if change.new is None or change.rule[0] == "partnership":
                model = without(model, change.rule)
            else:
                model = with_number(model, change.rule, change.new)
        return model


def repairs(elastic: Elastic, found: Core) -> tuple[Repair, ...]:
    """The cheapest repair, then up to `SHOWN` others of different kinds, the cheapest first; perhaps none."""
    maker = _Maker(elastic)
    numbers = [name for name in elastic.rules if _by_number(name)]
    tried = [numbers, *([n for n in numbers if n[0] in kinds] for kinds in WAYS.values())]
    many = maker.left == CHECKS
    tried += [[name] for name in [name for name in found.rules if _by_number(name)][:SINGLES]]
    funds = dict.fromkeys(name[1] for name in found.rules if name[0] == "budget") if many else {}
    tried += [[n for n in numbers if n[:2] == ("budget", fund)] for fund in funds]  # one fund pays, in all years
    ways = [maker.by_numbers(names) for names in (tried if many else tried[:2]) if names]
    dropped = [[name] for name in [name for name in found.rules if name[0] in DROPS][:SINGLES]]
    ways += [maker.by_dropping(names) for names in ([n for n in elastic.rules if n[0] in DROPS], *dropped) if names]
    ranked = sorted((way for way in ways if way is not None), key=lambda way: _rank(way, maker.liking))
    out: list[Repair] = []
    for apart in (_kind, _rule):  # others of another kind first, then of other rules
        for one in ranked:
            if len(out) <= SHOWN and not any(apart(other) <= apart(one) for other in out):
                out.append(one)
    return tuple(sorted(out, key=lambda way: _rank(way, maker.liking)))


def _kind(repair: Repair) -> set[object]:
    return {change.rule[0] for change in repair.changes}


def _rule(repair: Repair) -> set[object]:
    return {change.rule for change in repair.changes}


def _by_number(name: Name) -> bool:
    return dial(name) is not None and name[0] not in DROPS


def _rank(repair: Repair, liking: dict[Name, float]) -> tuple[bool, int, int, float, tuple[Name, ...]]:
    rules = tuple(change.rule for change in repair.changes)
    return repair.kronor is None, repair.kronor or 0, len(rules), max(liking[rule] for rule in rules), rules


class _Maker:
    def __init__(self, elastic: Elastic) -> None:
        self.elastic, self.model = elastic, elastic.model
        self.something = [name for name in (SOMETHING, REACHED) if name in elastic.rules]
        self.engine = Engine()
        self.engine.every_grant = True
        self.engine.prepare(self.model)
        self.left = CHECKS if elastic.program.shape[1] <= LARGE else CHECKS_LARGE
        self.rough = False
        self.known: dict[tuple[Change, ...], bool] = {}
        self.basis: dict[tuple[int, int], Any] = {}  # of a feasible point, by the program's shape

    def by_numbers(self, rules: Sequence[Name]) -> Repair | None:
        """The cheapest change of these rules' numbers, the others as they are; None where they do not suffice."""
        if self.left <= 0:
            return None
        self.rough = False
        allowed = set(rules)
        hard = [name for name in self.elastic.rules if name not in allowed]
        whole = self.elastic.has_binaries
        found = self.elastic.shortfall(rules, hard, whole=whole, milder=True)
        if found is None or found.total <= NOTHING:
            return None
        most = found.total * (1 + SAME) + NOTHING / 10
        liked = self.elastic.shortfall(rules, hard, whole=whole, milder=True, most=most, liking=self.liking)
        found = liked or found  # of what costs as little, what is most natural to change
        given = {n: a for n, a in found.gives.items() if a * self.elastic.weights[n] > NOTHING}
        changes = [self._change(name, found) for name in given]
        if any(change is None for change in changes):
            return None
        ordered = sorted((change for change in changes if change is not None), key=lambda c: c.rule)
        least = self._least(ordered)
        if not least:
            return None
        return Repair(tuple(least), self._kronor(least), not self.rough)

    def by_dropping(self, rules: Sequence[Name]) -> Repair | None:
        """Requirements that could be dropped to let a plan be made, none of them in vain."""
        if self.left <= 0:
            return None
        self.rough = False
        allowed = set(rules)
        hard = [name for name in self.elastic.rules if name not in allowed]
        found = self.elastic.shortfall(rules, hard, whole=self.elastic.has_binaries)
        if found is None or found.total <= NOTHING:
            return None
        given = {n: a * self.elastic.weights[n] for n, a in found.gives.items()}
        order = sorted((n for n, cost in given.items() if cost > NOTHING), key=lambda n: (-given[n], n))
        changes = [change for change in (self._dropped(name, found) for name in order) if change is not None]
        if not changes or not self.feasible(changes):
            return None
        for change in tuple(changes):
            fewer = [other for other in changes if other != change]
            self.rough |= self.left <= 0
            if fewer and self.left > 0 and self.feasible(fewer):
                changes = fewer
        for i, change in enumerate(changes):
            if change.rule[0] == "participation":
                changes[i] = self._nearest(changes, i)
        return Repair(tuple(sorted(changes, key=lambda c: c.rule)), None, not self.rough)

    @cached_property
    def liking(self) -> dict[Name, float]:
        """How little one wants each rule to give way: 1 for budgets of the funds drawn last (one's own money), up."""
        rows = self.model["funds"]
        order = sorted(zip(rows["income"].tolist(), (-rows["draw_order"]).tolist(), rows["fund"].tolist(), strict=True))
        place = {fund: i for i, (_, _, fund) in enumerate(order)}
        way = {kind: i for i, kinds in enumerate(WAYS.values()) for kind in kinds}
        out = {}
        for name in self.elastic.rules:
            first = place[name[1]] / (1 + len(place)) if name[0] == "budget" else 0.0
            past = len(WAYS) if name[-1] == "paid" else 0  # what is paid is paid
            out[name] = 1.0 + way.get(name[0], len(WAYS)) + first + past
        return out

    def _dropped(self, name: Name, found: Shortfall) -> Change | None:
        if name[0] == "participation":
            return self._change(name, found)
        if name[0] != "partnership":
            return Change(name, None, None)
        return Change(name, Fraction(self.model.policy.min_partners), Fraction(partners(self.model, name[1])))

    def _kronor(self, changes: Sequence[Change]) -> int:
        """How much money gives way: the steps of the numbers, or with shares among them what these rules must give."""
        if all(dial_of(change.rule).unit == "kr" for change in changes):
            return sum(int(abs(Fraction(change.new or 0) - Fraction(change.old or 0))) for change in changes)
        rules = {change.rule for change in changes}
        hard = [name for name in self.elastic.rules if name not in rules]
        found = self.elastic.shortfall(rules, hard, whole=self.elastic.has_binaries, milder=True)
        return 0 if found is None else math.ceil(found.total - NOTHING)

    def _change(self, name: Name, found: Shortfall) -> Change | None:
        """The rule's number where it admits the point found."""
        at = dial_of(name)
        old = standing(self.model, name)
        given = found.gives[name]
        value = self._admitting(name, at, old, found.x) if at.unit == "share" else old + at.milder * Fraction(given)
        new = at.onto_step(value)
        return None if new == old else Change(name, old, new)

    def _admitting(self, name: Name, at: Dial, old: Fraction, x: Floats) -> Fraction:
        """A share at which the rule admits the point: what its rows are broken by is linear in the share."""
        end = at.most if at.milder > 0 and at.most is not None else at.least
        middle = (old + end) / 2
        f, amounts = self.engine.prepare(with_number(self.model, name, middle))
        rows = self.elastic.rows_of[name]
        if f is not self.engine.prepare(self.model)[0]:
            return end
        count = f.compiled.width
        one = self.elastic.ground.formulation.compiled.fill(self.elastic.ground.amounts)
        upward = np.isfinite(one.row_upper[rows])

        def broken(program: LinearProgram) -> Floats:
            side = np.where(upward, program.row_upper[rows], program.row_lower[rows])
            off: Floats = np.where(upward, 1.0, -1.0) * (program.activity(x[:count])[rows] - side)
            return off

        over = broken(one)
        moved = over - broken(f.compiled.fill(amounts))
        breaks = over > NOTHING / 10
        if (moved[breaks] <= 0).any():
            return end
        shares = over[breaks] / moved[breaks]
        return old + (middle - old) * Fraction(float(shares.max())) if shares.size else old

    def feasible(self, changes: Sequence[Change]) -> bool:
        """Whether the model with these changes has a plan (in the linear program, projects whole where they must)."""
        key = tuple(sorted(changes, key=lambda c: c.rule))
        if key not in self.known:
            self.left -= 1
            self.known[key] = self._has_plan(Repair(key, None).applied(self.model))
        return self.known[key]

    def _has_plan(self, model: FundingModel) -> bool:
        f, amounts = self.engine.prepare(model)
        program = f.compiled.fill(amounts)
        if (program.lower > program.upper).any():
            return False
        lower = program.lower.copy()
        if self.something:
            lower[f.columns.total] = 1.0
        if REACHED in self.something and f.columns.municipal >= 0:
            lower[f.columns.municipal] = 1.0
        held = dataclasses.replace(program, lower=lower)
        start = self.basis.get(program.shape)
        point = self.elastic.ground.minimise(held, np.zeros(program.shape[1]), start, of=f)
        if point.status == "optimal" and point.basis is not None:
            self.basis[program.shape] = point.basis
        return point.status == "optimal"

    def _least(self, changes: Sequence[Change]) -> list[Change]:
        """The same rules, each number as near to what it was as the others allow; empty where they do not suffice."""
        now = list(changes)
        if not self.feasible(now):
            now = [self._further(change, 1) for change in now]  # rounding may need one step more
            if not self.feasible(now):
                return []
        for i in range(len(now)):
            now[i] = self._nearest(now, i)
        return [change for change in now if change.new != change.old]

    @staticmethod
    def _further(change: Change, steps: int) -> Change:
        at = dial_of(change.rule)
        value = max(at.least, (change.new or 0) + steps * at.milder * at.step)
        return dataclasses.replace(change, new=value if at.most is None else min(at.most, value))

    def _nearest(self, changes: Sequence[Change], i: int) -> Change:
        change = changes[i]
        at = dial_of(change.rule)
        enough = math.ceil(
            abs(Fraction(change.new or 0) - Fraction(change.old or 0)) / at.step
        )  # a share may begin between steps

        def at_steps(count: int) -> Change:
            if count == 0:
                return dataclasses.replace(change, new=change.old)
            return self._further(change, count - enough)

        def suffices(count: int) -> bool:
            return self.feasible([*changes[:i], at_steps(count), *changes[i + 1 :]])

        low, high = -1, enough
        probe = high - 1
        while high - low > 1:
            if self.left <= 0:
                self.rough = True
                break
            if suffices(probe):
                high = probe
            else:
                low = probe
            probe = 0 if low < 0 and high > 0 and probe != 0 else (low + high) // 2
        return at_steps(high)
