"""The scenarios that a file stands for, each made when it is asked for."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from rus_funding.errors import InvalidInput
from rus_funding.model.closed import opened
from rus_funding.model.points import follow_cost, kept_points, totals
from rus_funding.model.validation import validate
from rus_funding.scenarios.cells import ID
from rus_funding.scenarios.change import carried_out, drafted
from rus_funding.scenarios.difference import Difference, difference
from rus_funding.scenarios.draft import NUMBERS, replaced
from rus_funding.scenarios.sample import SIGNS, Draws, drawn, given_draws, poured
from rus_funding.scenarios.stress import cases, lose
from rus_funding.words.messages import UNREAD

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel
    from rus_funding.model.rows import Rows
    from rus_funding.scenarios.parts import Expectation, Scenario

LARGEST_FAMILY = 100_000
COSTS = {"costs", "categories"}  # the tables that a project's total cost is made of
Touched = frozenset[tuple[str, str]]


@dataclasses.dataclass
class Changed:
    """A model after changes, sweep and stress, before any draw; `valid` once it needs no validation (any more).

    `numeric` says that the draws alter columns of `NUMBERS` only, `first_costs` are rows of costs as they were
    inserted.
    """

    model: FundingModel
    touched: Touched
    valid: bool
    numbers_only: bool
    draws: list[Draws]
    numeric: bool
    first_costs: tuple[Rows, ...]
    pointed: FundingModel | None = None

    @property
    def costs_differ(self) -> bool:
        """Whether the costs may be others than the model's own."""
        return any(table in COSTS for table, _ in self.touched)


class Family(Sequence["Prepared"]):
    """The scenarios that a file stands for: sweep × stress × sample, in that order, the last running fastest.

    `family[i]` is made from the model, the file and `i` alone, so that any process can make it; nothing that grows with
    the number of scenarios is kept but a sample's draws. Raises `InvalidInput` for what holds for every member: changes
    that find no row, unknown ids, names that are no ids or stand twice.
    """

    def __init__(self, model: FundingModel, scenario: Scenario) -> None:
        """Carry out what all members share, and name them."""
        self.model, self.scenario = model, scenario
        self._base, problems = drafted(model, scenario)
        self._cases: list[tuple[str, tuple[str, ...]]] = [("", ())]
        if scenario.stress is not None:
            self._cases, unknown = cases(self._base, scenario.stress)
            problems += unknown
        axes = scenario.sweep.axes if scenario.sweep else ()
        self._shape = (
            *(len(axis.values) for axis in axes),
            len(self._cases),
            scenario.sample.size if scenario.sample else 1,
        )
        size = math.prod(self._shape)  # which no length of a sequence may be
        if size > LARGEST_FAMILY:
            what, remedy = "scenario.family.size", "scenario.family.fewer-values"
            problem = scenario.spot.problem("scenario_family_size", what, remedy, size=size, most=LARGEST_FAMILY)
            problems.append(problem)
        elif not size:
            what, remedy = "scenario.family.empty", "scenario.family.name-lost"
            problems.append(scenario.spot.problem("scenario_family_empty", what, remedy))
        if problems:
            raise InvalidInput(problems)
        self._check_names()
        self._last: tuple[tuple[int, ...], Changed] | None = None
        if scenario.sample is not None and scenario.sweep is None and scenario.stress is None:
            self.changed(0)  # a draw out of range is said now, not a thousand times

    def __len__(self) -> int:
        """Number of scenarios."""
        return math.prod(self._shape)

    def __getitem__(self, at: int) -> Prepared:  # type: ignore[override]
        """Scenario number `at`."""
        if not -len(self) <= at < len(self):
            raise IndexError(f"{self.scenario.id} has {len(self)} scenarios")
        return Prepared(self, at % len(self))

    def __iter__(self) -> Iterator[Prepared]:
        """The scenarios in order."""
        return (Prepared(self, at) for at in range(len(self)))

    def forget(self) -> None:
        """Give back the memory of a sample's draws; they are drawn again when they are needed."""
        self._last = None

    def place(self, at: int) -> tuple[int, ...]:
        """Scenario number `at` as positions along the axes, the stress cases and the sample."""
        found: list[int] = []
        for size in reversed(self._shape):
            at, position = divmod(at, size)
            found.append(position)
        return tuple(reversed(found))

    def name(self, at: int) -> str:
        """The scenario's id: of the file, the sweep's template, what is lost, and the number in the sample."""
        *values, case, number = self.place(at)
        scenario = self.scenario
        name = scenario.id
        if scenario.sweep is not None:
            axes = scenario.sweep.axes
            labels = {axis.name: axis.labels[value] for axis, value in zip(axes, values, strict=True)}
            name = _filled(scenario.sweep.name, labels) if scenario.sweep.name else "-".join([name, *labels.values()])
        if scenario.stress is not None:
            name += f"-{scenario.stress.each}-{self._cases[case][0]}"
        if scenario.sample is not None:
            name += f"-{number + 1:0{len(str(scenario.sample.size))}d}"
        return name

    @property
    def names(self) -> Iterator[str]:
        """The ids of all the scenarios, in order."""
        return (self.name(at) for at in range(len(self)))

    def _check_names(self) -> None:
        """Each name is an id and stands once. One of a sample stands for all of them."""
        step = self._shape[-1]
        spot = self.scenario.sweep.spot if self.scenario.sweep else self.scenario.spot
        seen: dict[str, None] = {}
        for at in range(0, len(self), step):
            try:
                name = self.name(at)
            except KeyError as error:
                axes = ", ".join(axis.name for axis in self.scenario.sweep.axes) if self.scenario.sweep else ""
                said = {"name": str(error.args[0]), "axes": axes}
                problem = spot.problem("scenario_name", "scenario.family.no-axis", "scenario.family.axes", key="name",
                                       **said)  # fmt: skip
                raise InvalidInput([problem]) from None
            if not ID.fullmatch(name):
                what, remedy = "scenario.family.not-id", "scenario.family.id-letters"
                raise InvalidInput([spot.problem("scenario_name", what, remedy, key="name", name=name)])
            if name in seen:
                what, remedy = "scenario.family.twice", "scenario.family.every-axis"
                raise InvalidInput([spot.problem("scenario_name", what, remedy, key="name", name=name)])
            seen[name] = None

    def changed(self, at: int) -> Changed:
        """The model of scenario `at` before its draws; the last one made is kept for the scenarios that share it."""
        *values, case, _ = place = self.place(at)
        shared = place[:-1]
        if self._last is not None and self._last[0] == shared:
            return self._last[1]
        scenario, draft = self.scenario, self._base
        if any(values) or scenario.is_family:
            draft = draft.copy()
        if scenario.sweep is not None:
            axes = zip(scenario.sweep.axes, values, strict=True)
            problems = carried_out(draft, [axis.change(value) for axis, value in axes])
            if problems:
                raise InvalidInput(problems)
        if scenario.stress is not None:
            lose(draft, scenario.stress, self._cases[case][1])
        draws = drawn(draft, scenario.sample) if scenario.sample is not None else []
        drawn_columns = frozenset((each.parameter.table, each.parameter.column) for each in draws)
        numeric = drawn_columns <= NUMBERS
        touched = drawn_columns | frozenset(draft.touched)
        changed = Changed(
            draft.finished(), touched, draft.numeric, draft.numeric and numeric, draws, numeric, draft.first_costs
        )
        self._last = (shared, changed)
        return changed

    def applied(self, at: int) -> FundingModel:
        """The model of scenario `at`, valid."""
        changed = self.changed(at)
        if not changed.valid:
            changed.model, changed.valid = self.validated(changed.model, at), True
        model = self._points_kept(changed)
        if not changed.draws:
            return model
        model, kept = poured(model, changed.draws, self.place(at)[-1])
        return model if changed.numeric and kept else self.validated(model, at)

    def held(self, at: int, values: Mapping[tuple[str, str, str], float]) -> FundingModel:
        """The model of scenario `at` with its draws not drawn but given, by (table, draw's label, column) as `changes`
        names them; the label "" gives all draws of the column. What is not given leaves its rows as they are.
        """
        changed = self.changed(at)
        given = [one for draws in changed.draws if (one := given_draws(draws, values)) is not None]
        return self.validated(poured(self._points_kept(changed), given, 0)[0], at)

    def _points_kept(self, changed: Changed) -> FundingModel:
        """The changed model, its points as the baseline's costs make them where it has no benefits of its own."""
        if not changed.costs_differ or not follow_cost(changed.model):
            return changed.model
        if changed.pointed is None:
            changed.pointed = kept_points(changed.model, self._costs, changed.first_costs)
        return changed.pointed

    @cached_property
    def _costs(self) -> dict[str, int]:
        """The total cost of each project of the model, kronor."""
        return totals(self.model)

    def validated(self, model: FundingModel, at: int) -> FundingModel:
        """The model with its warnings; its errors, each naming the scenario, raise `InvalidInput`."""
        found = validate(model)
        place = f"{self.scenario.spot.file} ({self.name(at)})" if self.scenario.is_family else self.scenario.spot.file
        errors = [problem for problem in found if problem.severity == "error"]
        if errors:
            raise InvalidInput(replaced(errors, place), model=model)
        unread = [one for one in self.model.warnings if one.code in UNREAD]
        return model.replace(warnings=(*unread, *replaced(found, place)))


class Prepared:
    """One scenario of a family, ready to be applied. Raises `InvalidInput` only when its model is asked for."""

    def __init__(self, family: Family, at: int) -> None:
        """Scenario number `at` of the family."""
        self.family, self.at = family, at

    @cached_property
    def name(self) -> str:
        """The scenario's id."""
        return self.family.name(self.at)

    @property
    def base(self) -> FundingModel:
        """The model that it changes."""
        return self.family.model

    @property
    def scenario(self) -> Scenario:
        """The file that it comes from."""
        return self.family.scenario

    @property
    def expected(self) -> Expectation | None:
        """The key figures that the file says it must come out with."""
        return next((said for said in self.scenario.expected if said.scenario == self.name), None)

    @property
    def touched(self) -> Touched:
        """(table, column) of all that changes; also ("policy", key), ("objective" or "require" or "exclude", "")."""
        return self.family.changed(self.at).touched

    @property
    def numbers_only(self) -> bool:
        """Whether only amounts change (`NUMBERS`), and none into or from zero or blank before any draw."""
        return self.family.changed(self.at).numbers_only

    def apply(self) -> FundingModel:
        """The model that the scenario asks about; with closed years, of what remains.

        Raises `InvalidInput` where its numbers or tables are no model.
        """
        return opened(self.family.applied(self.at), self.base)

    @property
    def draws(self) -> dict[str, dict[str, float]]:
        """The draws of a sample's scenario: parameter → label of the rows that share it ("" for all) → draw."""
        number = self.family.place(self.at)[-1]
        return {each.parameter.name: each.values(number) for each in self.family.changed(self.at).draws}

    def changes(self) -> list[Difference]:
        """What differs from the model: (table, key, column, before, after), see `difference`.

        Of a sample, the draws stand for the cells: the key is the draw's label, the column says what is done ("amount
        ×"), before is what leaves the column as it is (1 for a factor, 0 for a term, None for a value).
        """
        changed = self.family.changed(self.at)
        found = difference(self.family.model, changed.model)
        for each in changed.draws:
            parameter = each.parameter
            sign, neutral = SIGNS[parameter.operation]
            for label, value in each.values(self.family.place(self.at)[-1]).items():
                found.append((parameter.table, label, f"{parameter.column}{sign}", neutral, value))
        return found


def _filled(template: str, labels: dict[str, str]) -> str:
    """The template with {axis} replaced; an unknown axis raises `KeyError`."""
    name = template
    for axis, label in labels.items():
        name = name.replace(f"{{{axis}}}", label)
    if "{" in name:
        raise KeyError(name.partition("{")[2].partition("}")[0])
    return name
