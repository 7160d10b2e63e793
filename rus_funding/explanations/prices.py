"""What a krona is worth, both ways: one more in a rule's number, and one less.

Where several rules bind together a dual is only one of many: what one krona more gives and what one krona less costs
are two figures. Without binaries the value is a concave, piecewise linear function of a rule's right side, so each is
the slope on its side of where the rule stands, and holds as far as that piece goes: both exact. With binaries they are
differences of exact optima over a step.
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.explanations.changes import POINT, dial_of, standing, with_number
from rus_funding.explanations.rule_names import OF_ALL, rule_of
from rus_funding.explanations.what_if import Answer, Ground

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from rus_funding.explanations.rule_names import Name
    from rus_funding.model.amounts import Floats
    from rus_funding.model.index import Ints
    from rus_funding.model.model import FundingModel
    from rus_funding.program.linear import Label, LinearProgram

IN_KRONOR = (
    *("budget", "authorisation", "cap", "commitment"),
    *("area_floor", "area_cap", "diversification", "territorial", "perspective"),
)
IN_AMOUNTS = ("budget", "authorisation", "cap", "commitment")  # the others are shares of what is funded
IN_POINTS = ("rate", "group_min", "group_max")
STEPS = 40  # programs that the end of a piece may take
HALVINGS = 20
SAME = 1e-10  # share of the value within which two values are the same
ROUND = 1000  # with binaries a step is a hundredth of the number, and whole thousands of kronor
ZERO = {"kr": 1e-9, "point": 1e-5}  # points a unit; less is the solver's arithmetic


@dataclasses.dataclass(frozen=True)
class Side:
    """One way: points a unit, and for how many units they hold. `ends`: after these the figure is another one.

    Where it does not end, it holds at least that far: as far as the number can go, or as was looked.
    """

    price: float
    until: float
    ends: bool


NOTHING = Side(0.0, 0.0, ends=False)  # the number cannot go that way


@dataclasses.dataclass(frozen=True)
class Price:
    """What a rule's number is worth: `milder` one unit, and `stricter` one unit (what it costs; None: no plan then).

    unit: "kr" (of the right side) or "point" (a percentage point of a rate). `step`: units that the figures are
    differences over, None where they are exact slopes. For budgets milder is more; for floors and commitments less.
    """

    rule: Name
    unit: str
    milder: Side | None
    stricter: Side | None
    step: float | None = None

    @property
    def two_sided(self) -> bool:
        """Whether a krona more and a krona less are worth different points."""
        one, other = self.milder, self.stricter
        if one is None or other is None:
            return one is not other
        return abs(one.price - other.price) > 1e-6 * max(abs(one.price), abs(other.price))


def prices(model: FundingModel, ground: Ground | None = None) -> tuple[Price, ...]:
    """Every number that is worth something, the dearest a krona first, then the rates; empty without a plan."""
    ground = ground or Ground(model)
    if not ground.base.found:
        return ()
    found = [price for price in (*_kronor(ground), *_points(ground)) if _worth(price) > ZERO[price.unit]]
    return tuple(sorted(found, key=lambda price: (price.unit != "kr", -_worth(price), price.rule)))


def _worth(price: Price) -> float:
    return max(abs(side.price) for side in (price.milder, price.stricter, NOTHING) if side)


def name_of(label: Name) -> Name | None:
    """The rule that a row is priced with: a municipality's floor stands for itself."""
    return label if label[0] == "territorial" else rule_of(label)


def _kronor(ground: Ground) -> Iterator[Price]:
    activity = ground.program.activity(ground.base.x)
    for _, shift in sorted(shifts(ground, IN_KRONOR).items()):
        if ground.has_binaries:
            yield shift.differences(activity)
        elif shift.presses:
            yield shift.slopes()


def shifts(ground: Ground, kinds: Container[str]) -> dict[Name, Shift]:
    """The rules of these kinds, each ready to be moved by kronor."""
    rows: dict[Name, list[int]] = {}
    for row, label in enumerate(ground.labels):
        name = name_of(label)
        if name is not None and name[0] in kinds:
            rows.setdefault(name, []).append(row)
    return {name: Shift(ground, name, np.asarray(mine, np.int64)) for name, mine in rows.items()}


def _end(program: LinearProgram, row: int) -> float:
    """The finite side of a row."""
    return float(program.row_upper[row] if np.isfinite(program.row_upper[row]) else program.row_lower[row])


def _parts_of(ground: Ground) -> list[tuple[int, float]]:
    """Rows whose side is a share of all budgets, and the share: a budget is part of what they are shares of."""
    whole = ground.amounts.available
    if ground.model.policy.share_base != "available" or not whole:
        return []
    rows = [row for row, label in enumerate(ground.labels) if label[0] in OF_ALL]
    return [(row, _end(ground.program, row) / whole) for row in rows]


class Shift:
    """A rule's right side moved by kronor, in all its rows: milder above 0, stricter below."""

    def __init__(self, ground: Ground, name: Name, rows: Ints) -> None:
        self.ground, self.name, self.rows = ground, name, rows
        program = ground.program
        self.lower, self.upper = program.row_lower[rows], program.row_upper[rows]
        self.above = np.isfinite(self.upper) & (name[0] != "commitment")  # a paid amount counts by its lower side
        self.side = np.where(self.above, self.upper, self.lower)
        self.amount = float(np.abs(self.side).max())
        funded = float(ground.base.x[ground.formulation.columns.total])
        self.reach = max(self.amount, 1000.0) if name[0] in IN_AMOUNTS else max(0.1 * funded, 1000.0)
        self.shares = _parts_of(ground) if name[0] == "budget" else []
        self._known: dict[tuple[float, str], Answer] = {(0.0, "free"): ground.base}

    @property
    def presses(self) -> bool:
        """Whether some row stands at its side: else the number is worth nothing either way."""
        activity, program = self.ground.program.activity(self.ground.base.x), self.ground.program
        rows = [*self.rows.tolist(), *(row for row, _ in self.shares)]
        ends = [*self.side.tolist(), *(_end(program, row) for row, _ in self.shares)]
        side = np.asarray(ends)
        return bool((np.abs(activity[rows] - side) <= 1e-6 * np.maximum(1.0, np.abs(side))).any())

    def at(self, shift: float, choices: str = "free") -> Answer:
        """The optimum when the rule is milder by so many kronor (stricter below 0); `choices` as in `Ground.ask`."""
        if (shift, choices) not in self._known:
            start = self.ground.relaxed if choices == "divisible" else None
            self._known[shift, choices] = self.ground.ask(sides=self.sides(shift), choices=choices, start=start)
        return self._known[shift, choices]

    def sides(self, shift: float) -> dict[Label, tuple[float, float]]:
        """The sides of its rows, and of those that are shares of all budgets, when it is milder by so many kronor."""
        sides = {}
        for row, above, low, high in zip(
            self.rows.tolist(), self.above.tolist(), self.lower.tolist(), self.upper.tolist(), strict=True
        ):
            if above:
                sides[self.ground.labels[row]] = (low, high + shift)
            else:
                sides[self.ground.labels[row]] = (low - shift, high - shift if np.isfinite(high) else high)
        return sides | (self._of_all(shift * self.rows.size) if self.name[0] == "budget" else {})

    def _of_all(self, more: float) -> dict[Label, tuple[float, float]]:
        """The sides of shares of all budgets, when these are `more` kronor in all."""
        sides = {}
        for row, share in self.shares:
            low, high = self.ground.program.row_lower[row], self.ground.program.row_upper[row]
            sides[self.ground.labels[row]] = (low + share * more, high + share * more)  # an infinite side stays
        return sides

    def slope(self, answer: Answer) -> float:
        """Points a krona milder, by the duals of an answer."""
        duals: Floats | None = answer.duals
        assert duals is not None  # noqa: S101  programs with binaries go by differences
        own = float(np.where(self.above, duals[self.rows], -duals[self.rows]).sum())
        return own + self.rows.size * sum(share * float(duals[row]) for row, share in self.shares)

    def slopes(self) -> Price:
        """Both sides exactly."""
        if self.name[0] in IN_AMOUNTS and self.amount == 0:  # nothing can be less than nothing
            return Price(self.name, "kr", self.edge(1.0, self.reach), NOTHING)
        less = self.amount if self.name[0] in {"budget", "authorisation", "cap"} else self.reach
        return Price(self.name, "kr", self.edge(1.0, self.reach), self.edge(-1.0, less))

    def edge(self, sign: float, reach: float) -> Side | None:
        """The slope on one side and the end of its piece. None: not even a krona that way has a plan."""
        start = self.ground.base.value
        tolerance = SAME * max(1.0, abs(start))

        def off(far: float, answer: Answer) -> float:
            """How far the tangent at `far` passes above the value where the rule stands."""
            return answer.value - self.slope(answer) * sign * far - start

        far, near = reach, reach
        for _ in range(HALVINGS):
            if self.at(sign * far).found:
                break
            far /= 2
        else:
            return None
        answer = self.at(sign * far)
        if off(far, answer) <= tolerance:
            return Side(self.slope(answer), far, ends=False)
        first = answer
        while near > 1e-3 and off(near, first) > tolerance:  # near enough to be on the first piece
            near /= 10
            first = self.at(sign * near)
        slope = self.slope(first)
        for _ in range(STEPS):
            gap = slope - self.slope(answer)
            if abs(gap) <= 1e-12:
                break
            cross = sign * (off(far, answer)) / gap
            there = self.at(sign * cross)
            if not there.found or cross >= far or cross <= near:
                far = max(near, min(far, cross))
                break
            line = start + slope * sign * cross
            far, answer = cross, there
            if line - there.value <= tolerance:
                break
        return Side(slope, far, ends=True)

    def differences(self, activity: Floats) -> Price:
        """Differences of exact optima over a step; nothing is lost where the plan leaves the step unused."""
        step = float(max(ROUND, round(self.reach / 100 / ROUND) * ROUND))
        base = self.ground.base.value
        milder = self.at(step)
        room = np.where(self.above, self.side - activity[self.rows], activity[self.rows] - self.side)
        stricter = self.ground.base if (room >= step).all() else self.at(-step)
        return Price(
            self.name,
            "kr",
            Side((milder.value - base) / step, step, ends=False) if milder.found else None,
            Side((base - stricter.value) / step, step, ends=False) if stricter.found else None,
            step,
        )


def _points(ground: Ground) -> Iterator[Price]:
    """Rates: a percentage point up and down, each solved anew with the rate changed in the model."""
    names = sorted({name for name in map(rule_of, ground.labels) if name is not None and name[0] in IN_POINTS})
    activity = ground.program.activity(ground.base.x)
    rows: dict[Name, list[int]] = {}
    for row, label in enumerate(ground.labels):
        rows.setdefault(rule_of(label) or (), []).append(row)
    for name in names:
        mine = np.asarray(rows[name])
        if not ground.has_binaries and not _tight(ground, activity, mine):
            continue
        milder, stricter = (_changed(ground, name, sign) for sign in (1, -1))
        yield Price(name, "point", milder, stricter, 1.0)


def _tight(ground: Ground, activity: Floats, rows: Ints) -> bool:
    program = ground.program
    sides = np.where(np.isfinite(program.row_upper[rows]), program.row_upper[rows], program.row_lower[rows])
    return bool((np.abs(activity[rows] - sides) <= 1e-6 * np.maximum(1.0, np.abs(sides))).any())


def _changed(ground: Ground, name: Name, sign: int) -> Side | None:
    """What a percentage point milder (+1) gives, or stricter (-1) costs; less than one where the share ends."""
    at = dial_of(name)
    old = standing(ground.model, name)
    new = old + sign * at.milder * 100 * POINT
    new = min(max(new, at.least), at.most or new)
    size = float(abs(new - old) * 100)
    if new == old:
        return NOTHING
    answer = Ground(with_number(ground.model, name, Fraction(new))).base
    if not answer.found:
        return None
    return Side(sign * (answer.value - ground.base.value) / size, size, ends=False)
