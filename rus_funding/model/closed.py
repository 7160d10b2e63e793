"""A model with closed years as a model of what remains: docs/model.md, "Closed years", is the mathematics.

A project with costs booked in closed years becomes two: *what is booked* (a committed project with the booked costs in
closed years, every payment pinned by a `paid` commitment) and *what remains* (the project, with its costs in open years
alone). All rules hold for the two as for any others. Only the few that span years need more: the cap, a rate over all
years, group rates, least grants and flat rates read `Past`, the constants that closed years leave.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.model.amounts import Amounts, exact
from rus_funding.model.carriers import Carriers
from rus_funding.model.index import Index
from rus_funding.model.model import Past
from rus_funding.model.rows import Rows
from rus_funding.model.schema import OUT, TABLES, WITHDRAWN
from rus_funding.words.language import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rus_funding.model.model import FundingModel

LANG = "sv"  # of names that stand in a model
COPIED = ("contributions", "participations", "reach", "markings")  # what is said of a project is said of both its parts


def opened(model: FundingModel, before: FundingModel | None = None) -> FundingModel:
    """The model of what remains, itself where no year is closed.

    Who carried closed years is worked out from `before`, the model that a scenario changed: what a scenario says of
    rates, budgets and projects is about open years. Only what it says of `booked` and `claims` is about closed ones.
    """
    if model.closed_through is None:
        return model
    return Opening(model, carriers(model, before)).model()


def carriers(model: FundingModel, before: FundingModel | None = None) -> Carriers:
    """Who carries the closed years of a model, as `before` says where it knows all that is booked."""
    if before is None or before.closed_through is None:
        return Carriers(model)
    tables = {name: model.tables[name] for name in ("booked", "claims")}
    for rows in tables.values():
        for column, of in (("project", "projects"), ("category", "categories"), ("fund", "funds")):
            if column in rows.columns and not np.isin(rows[column], before[of][column]).all():
                return Carriers(model)
    held = before.replace(tables={**before.tables, **tables}, closed_through=model.closed_through)
    return Carriers(held)


class Opening:
    """One model on its way to the model of what remains."""

    def __init__(self, model: FundingModel, ledger: Carriers) -> None:
        self.given, self.ledger = model, ledger
        self.through = model.closed_through or 0
        self.first = next((year for year in sorted(model.years) if year > self.through), None)
        self.plan = Amounts(model, Index(model))
        self.known = set(model["projects"]["project"].tolist())
        self.begun = [project for project in sorted(ledger.booked) if project in self.known]
        self.tables = dict(model.tables)
        self.named = {project: self._free(f"{project}--{self.through}") for project in self.begun}
        unpaid = sorted({form for p, form, _ in ledger.unpaid if p in self.known})
        funds = {*model["funds"]["fund"].tolist()}
        self.owners = {  # the fund that stands for what owners carry, by form
            form: next(name for name in (f"{form}-own" + "-" * i for i in range(len(funds) + 1)) if name not in funds)
            for form in unpaid
        }
        self.left = self._costs()
        self.over = {project for project in self.begun if not self.left.get(project)}  # nothing of it remains

    def _free(self, name: str) -> str:
        """A project id that nobody has."""
        while name in self.known:
            name += "-"
        return name

    def model(self) -> FundingModel:
        """The two parts of each project, the money that is left, and what closed years leave to rules."""
        self._projects()
        self._benefits()
        for table in COPIED:
            self._copied(table)
        self._pairs()
        self._money()
        return self.given.replace(
            tables=self.tables,
            closed_through=None,
            required=tuple(name for name in self.given.required if name not in self.over),
            excluded=tuple(name for name in self.given.excluded if name not in self.over),
            past=self._past(),
        )

    def _keep(self, table: str, mask: Any) -> None:
        rows = self.tables[table]
        if not mask.all():
            self.tables[table] = rows.take(np.flatnonzero(mask))

    def _costs(self) -> dict[str, int]:
        """Put the costs of both parts into the tables; what remains of each project, kronor as entered."""
        costs, booked = self.given["costs"], self.given["booked"]
        open_ = costs["year"] > self.through
        flat = set(self.given["categories"]["category"][~np.isnan(self.given["categories"]["flat_rate"])].tolist())
        own: list[dict[str, Any]] = []
        more: dict[tuple[str, str, int], int] = {}
        done: dict[tuple[str, str], int] = {}
        for project, category, year, amount in _cells(booked, "project", "category", "year", "amount"):
            if year <= self.through and category not in flat and project in self.named and amount:
                own.append({"project": self.named[project], "category": category, "year": year, "amount": amount})
                done[project, category] = done.get((project, category), 0) + amount
        late = dict(_cells(self.given["projects"], "project", "replan"))
        planned: dict[tuple[str, str], int] = {}
        for project, category, year, amount in _cells(costs, "project", "category", "year", "amount"):
            if year <= self.through and late[project] == "delay":
                planned[project, category] = planned.get((project, category), 0) + amount
        for cell, amount in planned.items():
            if self.first is not None and amount > done.get(cell, 0):
                more[(*cell, self.first)] = amount - done.get(cell, 0)
        kept = costs.take(np.flatnonzero(open_))
        amounts = kept["amount"].copy()
        for i, cell in enumerate(_cells(kept, "project", "category", "year")):
            amounts[i] += more.pop(cell, 0)
        own += [
            {"project": p, "category": k, "year": t, "amount": amount} for (p, k, t), amount in sorted(more.items())
        ]
        self.tables["costs"] = _added("costs", kept.replace(amount=amounts), own)
        left: dict[str, int] = {}
        for project, amount in _cells(self.tables["costs"], "project", "amount"):
            left[project] = left.get(project, 0) + amount
        self._keep("costs", np.asarray([left[project] > 0 for project in self.tables["costs"]["project"]], bool))
        return left

    def _idle(self) -> set[str]:
        """Candidates that should have begun in closed years and have not: nothing remains to carry out halfway."""
        costs = self.given["costs"]
        due = {p for p, year, amount in _cells(costs, "project", "year", "amount") if year <= self.through and amount}
        rows = _cells(self.given["projects"], "project", "status", "replan")
        return {
            project
            for project, status, replan in rows
            if project in due
            and project not in self.named
            and status == "candidate"
            and replan != "delay"
            and project not in self.given.required
        }

    def _benefits(self) -> None:
        """Points: b · β for what is booked, b · ω for what remains, β = min(1, B / C), ω = min(1 − β, O / C).

        B booked, O what remains, C the planned cost over all years, flat rates among all three.
        """
        at = self.plan.index
        rows = self.tables["contributions"]
        project, area = at.contribution
        whole = self.plan.benefit[project, area]
        self.parts: dict[str, tuple[Fraction, Fraction]] = {}
        after = self._remaining()
        for name in self.begun:
            cost = int(self.plan.total[at.projects.position[name]])
            beta = min(Fraction(1), Fraction(self.ledger.booked[name], cost)) if cost else Fraction(1)
            omega = min(1 - beta, Fraction(after.get(name, 0), cost)) if cost else Fraction(0)
            self.parts[name] = beta, omega
        points = np.asarray([
            float(exact(float(value)) * self.parts[name][1]) if name in self.parts else float(value)
            for name, value in zip(rows["project"].tolist(), whole.tolist(), strict=True)
        ], np.float64)  # fmt: skip
        self.whole = whole
        self.tables["contributions"] = rows.replace(benefit=points)

    def _remaining(self) -> dict[str, int]:
        """O of each project, kronor, flat rates included."""
        model = self.given.replace(tables=self.tables, past=self._past())
        amounts = Amounts(model, Index(model))
        return dict(zip(amounts.index.projects.ids, amounts.total.tolist(), strict=True))

    def _copied(self, table: str) -> None:
        rows = self.tables[table]
        mine = np.asarray([name in self.named for name in rows["project"].tolist()], bool)
        booked = rows.take(np.flatnonzero(mine))
        booked = booked.replace(project=_objects([self.named[name] for name in booked["project"].tolist()]))
        if table == "contributions":
            names = rows["project"][mine].tolist()
            points = [float(exact(float(v)) * self.parts[n][0]) for n, v in zip(names, self.whole[mine], strict=True)]
            booked = booked.replace(benefit=np.asarray(points, np.float64))
        stays = np.asarray([name not in self.over for name in rows["project"].tolist()], bool)
        self.tables[table] = _joined(rows.take(np.flatnonzero(stays)), booked)

    def _projects(self) -> None:
        rows, idle = self.given["projects"], self._idle()
        keep = dict(_cells(rows, "project", "replan"))
        status = rows["status"].copy()
        for i, name in enumerate(rows["project"].tolist()):
            if name in idle:
                status[i] = WITHDRAWN
            elif name in self.named and keep[name] == "keep" and status[i] not in OUT:
                status[i] = "committed"
        mine = rows.take(np.flatnonzero([name in self.named for name in rows["project"].tolist()]))
        names = [say(LANG, "past.project", name=name, year=self.through) for name in mine["name"].tolist()]
        booked = mine.replace(
            project=_objects([self.named[name] for name in mine["project"].tolist()]),
            name=_objects(names),
            status=_objects(["committed"] * mine.size),
            min_share=np.zeros(mine.size),
            indivisible=np.zeros(mine.size, bool),
        )
        stays = np.flatnonzero([name not in self.over for name in rows["project"].tolist()])
        self.tables["projects"] = _joined(rows.replace(status=status).take(stays), booked)

    def _pairs(self) -> None:
        """Rows that name projects elsewhere. What has begun stays: it excludes, and asks for nothing that is over."""
        rows = self.tables["dependencies"]
        pairs = _cells(rows, "project", "kind", "other")
        names = [[self.named.get(p, p) if kind == "excludes" else p for p in (a, b)] for a, kind, b in pairs]
        rows = rows.replace(project=_objects([a for a, _ in names]), other=_objects([b for _, b in names]))
        begun = set(self.named)
        stays = [not {a, b} <= begun if kind == "excludes" else not {a, b} & self.over for a, kind, b in pairs]
        self.tables["dependencies"] = rows.take(np.flatnonzero(stays))
        self._keep("rate_limits", np.asarray([n not in self.over for n in self.tables["rate_limits"]["project"]], bool))
        rows = self.tables["eligibility"]
        own = [
            {"fund": fund, "by": "project", "value": self.named[value]}
            for fund, by, value in _cells(rows, "fund", "by", "value")
            if by == "project" and value in self.named
        ]
        stays = [by != "project" or value not in self.over for by, value in _cells(rows, "by", "value")]
        self._keep("eligibility", np.asarray(stays, bool))
        self.tables["eligibility"] = _added("eligibility", self.tables["eligibility"], own)
        for table in ("commitments", "previous"):
            rows = self.tables[table]
            gone = np.asarray([name in self.over for name in rows["project"].tolist()], bool)
            self._keep(table, (rows["year"] > self.through) & ~gone)

    def _money(self) -> None:
        """Pin what funds carried, let owners carry the rest, and see to it that closed budgets hold what was paid."""
        paid = {(p, f, t): k for (p, f, t), k in sorted(self.ledger.paid.items()) if k and p in self.named}
        own = self.owners
        last = int(self.given["funds"]["draw_order"].max(initial=0)) + 1
        new = [
            {"fund": own[form], "name": say(LANG, f"past.owner-{form}"), "sector": "private", "form": form,
             "level": "other", "draw_order": last}
            for form in own
        ]  # fmt: skip
        for (project, form, year), kronor in sorted(self.ledger.unpaid.items()):
            if project in self.named:
                paid[project, own[form], year] = kronor
        self.tables["funds"] = _added("funds", self.given["funds"], new)
        allowed = sorted({(f, self.named[p]) for p, f, _ in paid if f in own.values()})
        rows = [{"fund": fund, "by": "project", "value": name} for fund, name in allowed]
        self.tables["eligibility"] = _added("eligibility", self.tables["eligibility"], rows)
        pins = [
            {"project": self.named[p], "fund": f, "year": t, "amount": k, "kind": "paid"}
            for (p, f, t), k in sorted(paid.items())
        ]
        self.tables["commitments"] = _added("commitments", self.tables["commitments"], pins)
        self._budgets(paid)

    def _budgets(self, paid: dict[tuple[str, str, int], int]) -> None:
        """B_ft of closed years no less than what was paid; of the first open year more by what is set off there."""
        more: dict[tuple[str, int], int] = {}
        rows = self.given["budgets"]
        budget = {(f, t): amount for f, t, amount in _cells(rows, "fund", "year", "amount")}
        carry = {f: exact(float(share)) for f, share in _cells(self.tables["funds"], "fund", "carry_over")}
        used: dict[tuple[str, int], int] = {}
        for (_, fund, year), kronor in paid.items():
            used[fund, year] = used.get((fund, year), 0) + kronor
        for fund, share in carry.items():
            left = Fraction(0)
            for year in self.ledger.years:
                at_hand, spent = budget.get((fund, year), 0) + share * left, used.get((fund, year), 0)
                if spent > at_hand:
                    more[fund, year] = -(-(spent - at_hand).numerator // (spent - at_hand).denominator)
                left = max(Fraction(0), at_hand - spent)
        off = self.set_off()
        if self.first is not None:
            more |= {(fund, self.first): kronor for fund, kronor in off.items()}
        amounts = rows["amount"].copy()
        for i, cell in enumerate(_cells(rows, "fund", "year")):
            amounts[i] += more.pop(cell, 0)
        new = [{"fund": f, "year": t, "amount": amount} for (f, t), amount in sorted(more.items()) if amount]
        self.tables["budgets"] = _added("budgets", rows.replace(amount=amounts), new)
        bound = self.given["authorisations"]
        raised = bound["amount"].copy()
        for i, (fund, year) in enumerate(_cells(bound, "fund", "year")):
            had = sum(kronor for (f, t), kronor in used.items() if f == fund and t > year)
            raised[i] = max(int(raised[i]), had)
            if self.first is not None and self.through <= year < self.first:
                raised[i] += off.get(fund, 0)
        self.tables["authorisations"] = bound.replace(amount=raised)

    def set_off(self) -> dict[str, int]:
        """What funds whose rate is of the total have paid too much, kronor: set off against later claims."""
        found: dict[str, int] = {}
        for fund, rules in self.ledger.funds.items():
            if rules["rate_basis"] != "total":
                continue
            for project in self.begun:
                stated = sum(self.ledger.stated.get((project, fund, year), 0) for year in self.ledger.years)
                over = max(0, stated - self.ledger.had(project, fund))
                if over and self.left.get(project):
                    found[fund] = found.get(fund, 0) + over
        return found

    def _past(self) -> Past:
        ledger, at = self.ledger, self.ledger.index
        on = [project for project in self.begun if self.left.get(project)]
        funds = sorted(ledger.funds)
        bases = {(p, f): ledger.base(p, f, ledger.years) for p in on for f in funds}
        had = {(p, f): ledger.had(p, f) for p in on for f in funds}
        for form, costs in zip(("cash", "in_kind"), ledger.amounts.by_form, strict=True):
            for p in on if form in self.owners else ():
                place = p, self.owners[form]
                had[place] = sum(ledger.unpaid.get((p, form, year), 0) for year in ledger.years)
                bases[place] = int(costs[at.projects.position[p]].sum()) if had[place] else 0
        flat = []
        for category, parts in at.flat:
            base = ledger.amounts.by_category[:, list(parts), :].sum(axis=(1, 2))
            flat += [(p, at.categories.ids[category], int(base[at.projects.position[p]])) for p in on]
        return Past(
            through=self.through,
            projects=tuple(sorted(self.named.values())),
            paid=tuple((*pair, had[pair], max(0, bases[pair])) for pair in sorted(had) if had[pair] or bases[pair]),
            booked=tuple((p, ledger.booked[p]) for p in on),
            flat=tuple(sorted(row for row in flat if row[2])),
        )


def _cells(rows: Rows, *columns: str) -> list[Any]:
    return list(zip(*(rows[column].tolist() for column in columns), strict=True))


def _objects(values: Sequence[str]) -> Any:
    out = np.empty(len(values), object)
    out[:] = values
    return out


def _added(table: str, rows: Rows, new: Iterable[dict[str, Any]]) -> Rows:
    """The table with rows more; what they do not say is the column's default."""
    new = list(new)
    if not new:
        return rows
    columns = {}
    for column in TABLES[table].columns:
        blank = np.nan if column.default is None and column.dtype is np.float64 else column.default
        columns[column.name] = np.empty(len(new), column.dtype)
        columns[column.name][:] = [row.get(column.name, blank) for row in new]
    return _joined(rows, Rows(columns))


def _joined(rows: Rows, more: Rows) -> Rows:
    return Rows({name: np.concatenate([column, more[name]]) for name, column in rows.columns.items()})
