"""What a case is made of: funds, projects, areas and the rest, exact."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.proof.costs import CostClass, Yearly

SCALE = 120  # multipliers are integers in units of 2 to the power −SCALE; a float above 1e-20 is one exactly


class Fund(NamedTuple):
    """A fund and its rules. Rates are shares; `cap` and `least` kronor to one project: what it pays at most, and at
    least if anything (0: no such rule).
    """

    id: str
    sector: str
    form: str
    level: str
    rate: Fraction
    basis: str
    base: str
    income: bool
    cap: int | None
    max_share: Fraction
    carry: Fraction
    draw_order: int
    least: int = 0


class Project(NamedTuple):
    """A project: its cost classes, C_p (`cost`, kronor), and whether it must (`held`) or cannot (`barred`) be funded.

    `cells` counts its cost cells (class, year). `uneven` is 1 for each of them and 1 for each fund that may pay it: in
    kronor, how far a cell of a partly funded project may be off the project's share. `held` is "", "committed" or
    "required"; `barred` is "", "ordinary", "withdrawn", "excluded" or "partnership".
    """

    id: str
    classes: tuple[CostClass, ...]
    cost: int
    cells: int
    uneven: int
    cash: Yearly
    total: Yearly
    funds: tuple[str, ...]
    min_share: Fraction
    indivisible: bool
    held: str
    barred: str

    @property
    def krona(self) -> Fraction:
        """The share that one krona is of the project: 1 / C_p (0 if it costs nothing)."""
        return Fraction(1, self.cost) if self.cost else Fraction(0)


class Area(NamedTuple):
    """A priority area; `parts` are (project, share of its kronor in units of 1 / `unit`, points at full funding)."""

    weight: Fraction
    floor: Fraction
    cap: Fraction
    target: Fraction | None
    beyond: Fraction
    unit: int
    parts: tuple[tuple[str, int, Fraction], ...]


class Limit(NamedTuple):
    """A group rate: the funds it groups, the projects it holds for, the least and the largest share."""

    funds: frozenset[str]
    projects: tuple[str, ...]
    least: Fraction
    most: Fraction


class Municipality(NamedTuple):
    """A municipality; `parts` are (project, share of its kronor that lands here in units of 1 / `unit`)."""

    population: int
    unit: int
    parts: tuple[tuple[str, int], ...]


class Perspective(NamedTuple):
    """A perspective; `parts` are (project, share of its kronor in units of 1 / `unit`), of markings with a basis."""

    floor: Fraction
    unit: int
    parts: tuple[tuple[str, int], ...]


class Tie(NamedTuple):
    """Two actors that meet in `projects`; `worth` points if they do in funded ones."""

    worth: Fraction
    projects: tuple[str, ...]


class Past(NamedTuple):
    """What closed years leave: the projects that are what is booked, and of those that go on, in kronor, what each fund
    has `paid` and its rate is a share of (`base`), by (project, fund), and what is `booked` in all.
    """

    projects: frozenset[str] = frozenset()
    paid: Mapping[tuple[str, str], int] = MappingProxyType({})
    base: Mapping[tuple[str, str], int] = MappingProxyType({})
    booked: Mapping[str, int] = MappingProxyType({})
    entered: Mapping[tuple[str, str, int], int] = MappingProxyType({})  # costs of closed years as the model has them
    ledger: Mapping[tuple[str, str, int], int] = MappingProxyType({})  # and as they are booked

    def rate(self, fund: Fund, project: str) -> Fraction:
        """r · E° − paid°: what a rate over all years leaves to open ones."""
        place = project, fund.id
        return fund.rate * self.base.get(place, 0) - self.paid.get(place, 0)

    def group(self, limit: Limit, project: str) -> tuple[Fraction, Fraction]:
        """What a group owes less, and may pay more, in open years: closed ones' room, 0 where they broke the rate."""
        paid = sum(kronor for (p, fund), kronor in self.paid.items() if p == project and fund in limit.funds)
        whole = self.booked.get(project, 0)
        return max(Fraction(0), paid - limit.least * whole), max(Fraction(0), limit.most * whole - paid)


class Commitment(NamedTuple):
    """What is decided ("decided": at least) or paid ("paid": exactly) already."""

    project: str
    fund: str
    year: int
    kind: str
    amount: int
