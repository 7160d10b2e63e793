"""Who carries what is booked: the payments of closed years, worked out from the ledger and the claims alone.

For each closed year in order, each booked cost is paid first by what funds have paid (claims, else a `paid`
commitment), then by what was decided for the year (`previous`, `decided` commitments), then by draw order. No fund
carries more than its entitlement, and but for what it has paid no more than its money of the year. What is left nobody
pays.
"""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.model.amounts import Amounts, exact
from rus_funding.model.index import Index
from rus_funding.model.portfolio import Portfolio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rus_funding.model.model import FundingModel

Place = tuple[str, str, int]  # project, fund, year


class _Cell:
    """A booked cost of one class in one year, and what each fund carries of it, kronor."""

    def __init__(self, cost: int, funds: frozenset[str], form: str) -> None:
        self.cost, self.left, self.funds, self.form = cost, cost, funds, form
        self.paid: dict[str, int] = {}


class Carriers:
    """The closed years of a model: `paid` by (project, fund, year) and `unpaid` by (project, form, year), kronor."""

    def __init__(self, model: FundingModel) -> None:
        through = model.closed_through or 0
        rows = model["booked"]
        booked = rows.take(np.flatnonzero(rows["year"] <= through))
        ledger = model.replace(tables={**model.tables, "costs": booked})
        self.model, self.index = model, Index(ledger)
        self.amounts = Amounts(ledger, self.index)
        self.years = [year for year in sorted(model.years) if year <= through]
        at, ids = self.index, self.index.projects.ids
        self.funds = {
            name: {column: at.fund_column(column)[i] for column in model["funds"].columns}
            for i, name in enumerate(at.funds.ids)
        }
        self.booked = {ids[p]: int(total) for p, total in enumerate(self.amounts.total) if total}
        self.cells = self._cells()
        self.paid: dict[Place, int] = defaultdict(int)
        self.stated = _summed(self._stated())
        self.decided = self._decided()
        self.at_hand: dict[tuple[str, int], Fraction] = {}
        for year in self.years:
            self._pay(year)
        self.unpaid: dict[Place, int] = defaultdict(int)
        for (project, year), cells in self.cells.items():
            for cell in cells:
                if cell.left:
                    self.unpaid[project, cell.form, year] += cell.left

    def _cells(self) -> dict[tuple[str, int], list[_Cell]]:
        """The booked costs by project and year, those with the fewest payers first."""
        at = Portfolio(self.index, self.amounts)
        form = self.model["categories"]["form"][self.index.category_order]
        funds, costs = self.index.funds.ids, at.cell_cost(self.amounts)
        pays = self.index.may_fund[at.cell_project] & self.index.may_pay.T[at.cell_class]
        found: dict[tuple[str, int], list[_Cell]] = defaultdict(list)
        for i, (p, k, t) in enumerate(zip(at.cell_project, at.cell_class, at.cell_year, strict=True)):
            payers = frozenset(funds[f] for f in np.flatnonzero(pays[i]).tolist())
            place = self.index.projects.ids[int(p)], self.index.years.ids[int(t)]
            found[place].append(_Cell(int(costs[i]), payers, str(form[int(k)])))
        return {place: sorted(cells, key=lambda cell: len(cell.funds)) for place, cells in sorted(found.items())}

    def _stated(self) -> Iterator[tuple[Place, int]]:
        """What funds have paid: claims less recoveries, else commitments that are paid."""
        rows, claimed = self.model["claims"], set()
        keys = zip(*(rows[name].tolist() for name in ("project", "fund", "year", "kind", "amount")), strict=True)
        for project, fund, year, kind, amount in keys:
            if year in self.years:
                claimed.add((project, fund, year))
                yield (project, fund, year), -amount if kind == "recovery" else amount
        for place, amount in self._promised("paid"):
            if place not in claimed:
                yield place, amount

    def _promised(self, kind: str) -> Iterator[tuple[Place, int]]:
        rows = self.model["commitments"]
        keys = zip(*(rows[name].tolist() for name in ("project", "fund", "year", "kind", "amount")), strict=True)
        for project, fund, year, said, amount in keys:
            if said == kind and year in self.years:
                yield (project, fund, year), amount

    def _decided(self) -> dict[Place, int]:
        """What was decided for closed years: the plan of last time, and at least what is committed."""
        rows = self.model["previous"]
        keys = zip(*(rows[name].tolist() for name in ("project", "fund", "year", "amount")), strict=True)
        planned = _summed(((project, fund, year), amount) for project, fund, year, amount in keys if year in self.years)
        for place, amount in self._promised("decided"):
            planned[place] = max(amount, planned.get(place, 0))
        return planned

    def base(self, project: str, fund: str, years: Iterable[int]) -> int:
        """E_pf of closed years, kronor: what the fund's rate is a share of, less income's payments for base `net`."""
        kind, p = self.funds[fund]["rate_base"], self.index.projects.position[project]
        cash, in_kind = self.amounts.by_form
        whole = 0
        for year in years:
            t = self.index.years.position[year]
            if kind == "eligible":
                whole += sum(cell.cost for cell in self.cells.get((project, year), ()) if fund in cell.funds)
            else:
                whole += int(cash[p, t]) + (int(in_kind[p, t]) if kind == "total" else 0)
            if kind == "net":
                whole -= sum(self.paid.get((project, f, year), 0) for f, rules in self.funds.items() if rules["income"])
        return whole

    def entitled(self, project: str, fund: str, year: int) -> int:
        """G of a fund's costs of the year, kronor; with basis `total` of all closed years up to it. The cap apart."""
        years = [year] if self.funds[fund]["rate_basis"] == "year" else [t for t in self.years if t <= year]
        return max(0, math.floor(exact(float(self.funds[fund]["max_rate"])) * self.base(project, fund, years)))

    def had(self, project: str, fund: str) -> int:
        """What the fund carries of the project in all closed years, kronor."""
        return sum(self.paid.get((project, fund, year), 0) for year in self.years)

    def _room(self, project: str, fund: str, year: int) -> int:
        rules, had = self.funds[fund], self.had(project, fund)
        counted = self.paid.get((project, fund, year), 0) if rules["rate_basis"] == "year" else had
        room = self.entitled(project, fund, year) - counted
        cap = rules["max_per_project"]
        return max(0, room if math.isnan(cap) else min(room, int(cap) - had))

    def _pay(self, year: int) -> None:
        """One year: income first, as it lowers what others are shares of."""
        last = self.years[self.years.index(year) - 1] if year != self.years[0] else None
        budget = self.budgets
        for fund, rules in self.funds.items():
            left = max(Fraction(0), self.at_hand.get((fund, last), Fraction(0))) if last is not None else Fraction(0)
            self.at_hand[fund, year] = budget.get((fund, year), 0) + exact(float(rules["carry_over"])) * left
        projects = [project for project, at in self.cells if at == year]
        for income in (True, False):
            funds = sorted(
                (rules["draw_order"], fund) for fund, rules in self.funds.items() if rules["income"] == income
            )
            ways: tuple[tuple[Callable[[Place], int], bool], ...] = (
                (lambda place: self.stated.get(place, 0), False),
                (lambda place: self.decided.get(place, 0) - self.paid.get(place, 0), True),
                (lambda place: self.booked[place[0]], True),
            )
            for wanted, budgeted in ways:
                for _, fund in funds:
                    for project in projects:
                        most = wanted((project, fund, year))
                        if budgeted:
                            most = min(most, math.floor(self.at_hand[fund, year]))
                        self._place(project, fund, year, min(most, self._room(project, fund, year)))

    @cached_property
    def budgets(self) -> dict[tuple[str, int], int]:
        """B_ft, kronor, by fund and year; none of what has no row."""
        rows = self.model["budgets"]
        keys = zip(rows["fund"].tolist(), rows["year"].tolist(), rows["amount"].tolist(), strict=True)
        return {(fund, year): amount for fund, year, amount in keys}

    def _place(self, project: str, fund: str, year: int, most: int) -> None:
        """Let the fund carry as much as it can, moving others' kronor between the costs that they may pay."""
        cells = self.cells[project, year]
        while most > 0 and (step := _way(cells, fund, most, set())):
            most -= step
            self.paid[project, fund, year] += step
            self.at_hand[fund, year] -= step


def _way(cells: list[_Cell], fund: str, most: int, tried: set[int]) -> int:
    """Kronor of the fund placed along one way to a cost that is not paid yet; 0 where there is none."""
    for cell in cells:
        if fund not in cell.funds or id(cell) in tried:
            continue
        tried.add(id(cell))
        step = min(most, cell.left)
        if step:
            cell.left -= step
        else:
            for other, paid in sorted(cell.paid.items()):
                if paid and other != fund and (step := _way(cells, other, min(most, paid), tried)):
                    cell.paid[other] -= step
                    break
        if step:
            cell.paid[fund] = cell.paid.get(fund, 0) + step
            return step
    return 0


def _summed(pairs: Iterable[tuple[Any, int]]) -> dict[Any, int]:
    found: dict[Any, int] = defaultdict(int)
    for key, amount in pairs:
        found[key] += amount
    return dict(found)
