"""What every check looks at: the model, where its rows stand in the files, and the figures derived from it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rus_funding.errors import ENOUGH
from rus_funding.model.amounts import Amounts, exact
from rus_funding.model.index import Index
from rus_funding.model.schema import OUT
from rus_funding.words.messages import WARNINGS, and_more, problem
from rus_funding.words.visible import clipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rus_funding.errors import Problem
    from rus_funding.model.model import FundingModel

SHOWN = 80  # characters of a cell that a message quotes
TOLERANCE = Fraction(1, 10**6)  # shares given with six decimals may sum to 1 as nearly as that

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Context:
    """A model with the row numbers or labels of its records (`numbers`) and the files of its tables (`places`)."""

    model: FundingModel
    numbers: Mapping[str, NDArray[Any]]
    places: Mapping[str, str]
    more: Counter[tuple[str, str, str | None]] = dataclasses.field(default_factory=Counter)

    def place(self, table: str) -> str:
        """The file or sheet of a table; its name where the model was not read from files."""
        return self.places.get(table, table)

    def row(self, table: str, record: int) -> int | str | None:
        """The Excel row or the label of a record, if it was read from a file or a data frame."""
        numbers = self.numbers.get(table)
        if numbers is None or record >= len(numbers):
            return None
        found: int | str = numbers.item(record)
        return found

    def counted(self, table: str, record: int) -> int | str:
        """The same; where it was not read, the record's place, counted from 1."""
        row = self.row(table, record)
        return record + 1 if row is None else row

    def at(self, code: str, table: str, record: Any = None, column: str | None = None, /, **fields: Any) -> Problem:
        """The problem `code` in a table, at a record (and there in a column, whose cell is quoted)."""
        row = None if record is None else self.row(table, int(record))
        value = None
        if record is not None and column is not None:
            cell = self.model[table][column][record]
            value = None if cell != cell else clipped(str(cell), SHOWN)  # what is NaN is a blank cell
        return problem(code, self.place(table), row, column, value, **fields)

    def some(self, code: str, table: str, records: Sequence[int] | Ints, column: str | None = None) -> Iterator[int]:
        """The first of these records, to be told one by one; the rest are counted (`more`)."""
        self.more[code, table, column] += max(0, len(records) - ENOUGH)
        return map(int, records[:ENOUGH])

    def others(self) -> Iterator[Problem]:
        """How many more there are of what was told of `some` only."""
        for (code, table, column), count in self.more.items():
            if count:
                yield and_more(code, self.place(table), column, "warning" if code in WARNINGS else "error", count)

    @cached_property
    def index(self) -> Index:
        """Labels to positions."""
        return Index(self.model)

    @cached_property
    def amounts(self) -> Amounts:
        """Numbers along the index."""
        return Amounts(self.model, self.index)

    @cached_property
    def impossible(self) -> dict[int, str]:
        """Projects held at x = 0, with why: one of `OUT`, ``excluded`` or ``partners``."""
        projects = self.index.projects
        status = self.model["projects"]["status"][self.index.project_order]
        why = dict.fromkeys(np.flatnonzero(self.index.partners < self.model.policy.min_partners).tolist(), "partners")
        why |= {projects.position[name]: "excluded" for name in self.model.excluded if name in projects.position}
        for out in OUT:
            why |= dict.fromkeys(np.flatnonzero(status == out).tolist(), out)
        return why

    @cached_property
    def held(self) -> dict[int, str]:
        """Projects held at x = 1, with why: ``committed`` or ``required``."""
        projects = self.index.projects
        status = self.model["projects"]["status"][self.index.project_order]
        why = {projects.position[name]: "required" for name in self.model.required if name in projects.position}
        return why | dict.fromkeys(np.flatnonzero(status == "committed").tolist(), "committed")

    @cached_property
    def available(self) -> list[list[Fraction]]:
        """Funds x years: the most a fund can pay, its budget and all that can have been carried to the year."""
        return [carried_on(row, carry) for row, carry in zip(self.budgets, self.carry, strict=True)]

    @cached_property
    def budgets(self) -> list[list[int]]:
        """Funds x years: kronor."""
        rows: list[list[int]] = self.amounts.budget.tolist()
        return rows

    @cached_property
    def carry(self) -> list[Fraction]:
        """Funds: the share of a year's unused money that moves on."""
        return [exact(value) for value in self.amounts.carry.tolist()]

    @cached_property
    def payable(self) -> Ints:
        """Projects x funds x years: kronor of the costs that the fund may pay (allow-lists and forms agree)."""
        masks, of_fund = np.unique(self.index.may_pay, axis=0, return_inverse=True)
        costs = self.amounts.by_category
        per_mask = np.stack([costs[:, mask, :].sum(axis=1) for mask in masks], axis=1)
        out: Ints = per_mask[:, of_fund.reshape(-1), :] * self.index.may_fund[:, :, None]
        return out

    @cached_property
    def reachable(self) -> Bools:
        """Projects that may get kronor: not held at 0, with costs, and each cost with a fund that may pay it.

        A necessary condition: a project outside this mask gets 0 kr in every plan.
        """
        index, costs = self.index, self.amounts.by_category
        funded = np.asarray([any(row) for row in self.available], bool) & (self.amounts.rate > 0)
        has_payer = (index.may_fund & funded).astype(np.int64) @ index.may_pay.astype(np.int64) > 0
        unpayable = ((costs.sum(axis=2) > 0) & ~has_payer).any(axis=1)
        open_: Bools = (self.amounts.total > 0) & ~unpayable
        open_[list(self.impossible)] = False
        project, other = index.dependency("requires")
        while (blocked := open_[project] & ~open_[other] & (self.amounts.total[other] > 0)).any():
            open_[project[blocked]] = False
        return open_


def carried_on(budget: Iterable[int], carry: Fraction, used: Iterable[int] | None = None) -> list[Fraction]:
    """Money at hand each year, ``at_hand[t] = budget[t] + carry * (at_hand[t-1] - used[t-1])``, nothing below 0.

    >>> [int(amount) for amount in carried_on([100, 100], Fraction(1, 2))]
    [100, 150]
    """
    out: list[Fraction] = []
    left = Fraction(0)
    years = list(budget)
    for amount, spent in zip(years, used or [0] * len(years), strict=True):
        at_hand = amount + carry * left
        out.append(at_hand)
        left = max(Fraction(0), at_hand - spent)
    return out


def total(values: Iterable[float]) -> Fraction:
    """The exact sum of decimals."""
    return sum((exact(float(value)) for value in values), Fraction(0))
