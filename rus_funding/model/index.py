"""Labels to positions: what of a model depends on its ids alone, not on its numbers.

Everything is sorted by id, so that no row order can reach an answer. A label that is missing is an error that
names it. An `Index` is built once and serves every scenario that leaves the ids alone.
"""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rus_funding.model.axis import Axis
from rus_funding.model.schema import OUT

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel
    from rus_funding.model.rows import Rows

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# The columns that an index reads. Where all of them are unchanged, the index stands.
READS = {
    "areas": ("area", "strategy"),
    "funds": ("fund", "financier", "sector", "form", "level", "rate_basis", "rate_base", "income"),
    "budgets": ("fund", "year"),
    "authorisations": ("fund", "year"),
    "eligibility": ("fund", "by", "value"),
    "rate_limits": ("limit", "by", "value", "project", "actor_type"),
    "categories": ("category", "form", "flat_rate_base"),
    "projects": ("project", "lead", "status"),
    "costs": ("project", "category", "year"),
    "contributions": ("project", "area"),
    "actors": ("actor", "type"),
    "participations": ("project", "actor"),
    "links": ("actor", "other"),
    "municipalities": ("municipality",),
    "reach": ("project", "municipality"),
    "commitments": ("project", "fund", "year", "kind"),
    "dependencies": ("project", "kind", "other"),
    "previous": ("project", "fund"),
    "perspectives": ("perspective",),
    "markings": ("project", "perspective"),
}


@dataclasses.dataclass(frozen=True)
class Index:
    """Positions of every row of a model. Arrays run parallel to the model's tables, or over its sorted ids."""

    model: FundingModel

    def fits(self, model: FundingModel) -> bool:
        """Whether this index serves `model` as well: the same ids in the same rows."""
        mine = self.model
        if model is mine:
            return True
        if (model.years, model.required, model.excluded, model.strategy, model.past) != (
            mine.years, mine.required, mine.excluded, mine.strategy, mine.past,
        ):  # fmt: skip
            return False
        if model.policy.min_partners != mine.policy.min_partners:
            return False
        for table, columns in READS.items():
            rows, own = model.tables[table], mine.tables[table]
            if rows is own:
                continue
            if rows.size != own.size:
                return False
            for column in columns:
                if rows[column] is not own[column] and not np.array_equal(rows[column], own[column]):
                    return False
        # eligibility by area asks for a share above 0, whatever its size
        share, old = model["contributions"]["share"], mine["contributions"]["share"]
        return share is old or np.array_equal(share > 0, old > 0)

    def _axis(self, table: str, column: str) -> Axis:
        return Axis(column, self.model[table][column].tolist())

    @cached_property
    def projects(self) -> Axis:
        """Projects by id."""
        return self._axis("projects", "project")

    @cached_property
    def funds(self) -> Axis:
        """Funds by id."""
        return self._axis("funds", "fund")

    @cached_property
    def areas(self) -> Axis:
        """Priority areas by id: those of the strategy that decides."""
        return Axis("area", self.model.areas["area"].tolist())

    @cached_property
    def actors(self) -> Axis:
        """Actors by id."""
        return self._axis("actors", "actor")

    @cached_property
    def categories(self) -> Axis:
        """Cost categories by id."""
        return self._axis("categories", "category")

    @cached_property
    def municipalities(self) -> Axis:
        """Municipalities by id."""
        return self._axis("municipalities", "municipality")

    @cached_property
    def perspectives(self) -> Axis:
        """Perspectives by id."""
        return self._axis("perspectives", "perspective")

    @cached_property
    def years(self) -> Axis:
        """The model's years."""
        return Axis("year", list(self.model.years))

    @cached_property
    def limits(self) -> Axis:
        """Group rates by id."""
        return self._axis("rate_limits", "limit")

    def sorted(self, table: str, axis: Axis, column: str) -> Ints:
        """The order that sorts the rows of a key table by id: ``table[column][order]`` runs along the axis."""
        order = np.empty(len(axis), np.int64)
        order[axis.locate(self.model[table][column])] = np.arange(len(axis))
        return order

    @cached_property
    def project_order(self) -> Ints:
        """Rows of `projects` along the axis of projects; likewise the other ``*_order``."""
        return self.sorted("projects", self.projects, "project")

    @cached_property
    def fund_order(self) -> Ints:
        """Rows of `funds` along the axis of funds."""
        return self.sorted("funds", self.funds, "fund")

    @cached_property
    def area_order(self) -> Ints:
        """Rows of `areas` along the axis of areas; rows of areas that only report are on no axis."""
        rows = {area: row for row, area in enumerate(self.model["areas"]["area"].tolist())}
        return np.asarray([rows[area] for area in self.areas.ids], np.int64)

    @cached_property
    def category_order(self) -> Ints:
        """Rows of `categories` along the axis of categories."""
        return self.sorted("categories", self.categories, "category")

    @cached_property
    def actor_order(self) -> Ints:
        """Rows of `actors` along the axis of actors."""
        return self.sorted("actors", self.actors, "actor")

    @cached_property
    def municipality_order(self) -> Ints:
        """Rows of `municipalities` along the axis of municipalities."""
        return self.sorted("municipalities", self.municipalities, "municipality")

    @cached_property
    def limit_order(self) -> Ints:
        """Rows of `rate_limits` along the axis of limits."""
        return self.sorted("rate_limits", self.limits, "limit")

    def fund_column(self, column: str) -> NDArray[Any]:
        """A column of `funds` along the axis of funds."""
        return self.model["funds"][column][self.fund_order]

    @cached_property
    def cost_cell(self) -> Ints:
        """Flat position (project, category, year) of each row of `costs`."""
        costs: Rows = self.model["costs"]
        project = self.projects.locate(costs["project"])
        category = self.categories.locate(costs["category"])
        year = self.years.locate(costs["year"])
        return (project * len(self.categories) + category) * len(self.years) + year

    @cached_property
    def flat(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Flat-rate categories with the categories they rest on, each after those it needs."""
        rows = self.model["categories"]
        base = {
            self.categories.position[category]: tuple(self.categories.position[part] for part in text.split())
            for category, text in zip(rows["category"].tolist(), rows["flat_rate_base"].tolist(), strict=True)
            if text
        }
        done: list[tuple[int, tuple[int, ...]]] = []
        waiting = dict(sorted(base.items()))
        while waiting:
            ready = [category for category, parts in waiting.items() if not any(part in waiting for part in parts)]
            if not ready:
                names = ", ".join(self.categories.ids[category] for category in waiting)
                raise ValueError(f"flat rates in a circle: {names}")
            done += [(category, waiting.pop(category)) for category in ready]
        return tuple(done)

    @cached_property
    def budget_cell(self) -> Ints:
        """Flat position (fund, year) of each row of `budgets`."""
        rows = self.model["budgets"]
        return self.funds.locate(rows["fund"]) * len(self.years) + self.years.locate(rows["year"])

    @cached_property
    def contribution(self) -> tuple[Ints, Ints]:
        """Project and area of each row of `contributions`."""
        rows = self.model["contributions"]
        return self.projects.locate(rows["project"]), self.areas.locate(rows["area"])

    @cached_property
    def reach(self) -> tuple[Ints, Ints]:
        """Project and municipality of each row of `reach`."""
        rows = self.model["reach"]
        return self.projects.locate(rows["project"]), self.municipalities.locate(rows["municipality"])

    @cached_property
    def marking(self) -> tuple[Ints, Ints]:
        """Project and perspective of each row of `markings`."""
        rows = self.model["markings"]
        return self.projects.locate(rows["project"]), self.perspectives.locate(rows["perspective"])

    @cached_property
    def contributes(self) -> Bools:
        """P x A: there is a row in `contributions`."""
        out = np.zeros((len(self.projects), len(self.areas)), bool)
        out[self.contribution] = True
        return out

    @cached_property
    def reaches(self) -> Bools:
        """P x M: there is a row in `reach`."""
        out = np.zeros((len(self.projects), len(self.municipalities)), bool)
        out[self.reach] = True
        return out

    @cached_property
    def lead(self) -> Ints:
        """The leading actor of each project."""
        return self.actors.locate(self.model["projects"]["lead"][self.project_order])

    @cached_property
    def takes_part(self) -> tuple[Ints, Ints]:
        """Distinct (project, actor) pairs, leads included, sorted."""
        rows = self.model["participations"]
        project = np.concatenate([np.arange(len(self.projects)), self.projects.locate(rows["project"])])
        actor = np.concatenate([self.lead, self.actors.locate(rows["actor"])])
        flat = np.unique(project * max(1, len(self.actors)) + actor)
        return flat // max(1, len(self.actors)), flat % max(1, len(self.actors))

    @cached_property
    def partners(self) -> Ints:
        """Number of distinct actors of each project, its lead counted."""
        return np.bincount(self.takes_part[0], minlength=len(self.projects))

    @cached_property
    def committed(self) -> Bools:
        """Projects with x = 1."""
        status = self.model["projects"]["status"][self.project_order]
        held = np.isin(np.asarray(self.projects.ids, object), list(self.model.required))
        out: Bools = np.asarray(status == "committed", bool) | held
        return out

    @cached_property
    def not_fundable(self) -> Bools:
        """Projects with x = 0: ordinary operations, withdrawn, too few partners, or excluded by the scenario."""
        status = self.model["projects"]["status"][self.project_order]
        out = np.isin(np.asarray(self.projects.ids, object), list(self.model.excluded))
        few = (self.partners < self.model.policy.min_partners) & ~self.is_past
        barred: Bools = np.isin(status, OUT) | out | few
        return barred

    @cached_property
    def is_past(self) -> Bools:
        """Projects that are what is booked of closed years: their payments are constants."""
        return np.isin(np.asarray(self.projects.ids, object), list(self.model.past.projects))

    @cached_property
    def goes_on(self) -> Bools:
        """Projects that have begun in closed years, and of which something remains."""
        return np.isin(np.asarray(self.projects.ids, object), [project for project, _ in self.model.past.booked])

    @cached_property
    def may_fund(self) -> Bools:
        """Projects x funds: the allow-lists by area, project and actor type admit it (categories apart)."""
        return self._allowed("projects")

    @cached_property
    def may_pay(self) -> Bools:
        """Funds x categories: forms agree and the allow-list by category admits it."""
        funds, categories = self.fund_column("form"), self.model["categories"]["form"][self.category_order]
        same: Bools = np.asarray(funds[:, None] == categories[None, :], bool)
        return same & self._allowed("categories")

    def _allowed(self, what: str) -> Bools:
        """Allow-lists: rows with the same fund and `by` are alternatives; different `by` must all hold."""
        rows = self.model["eligibility"]
        fund = self.funds.locate(rows["fund"])
        by, value = rows["by"].tolist(), rows["value"].tolist()
        shape = (len(self.projects), len(self.funds)) if what == "projects" else (len(self.funds), len(self.categories))
        allowed = np.ones(shape, bool)
        members: dict[tuple[int, str], list[str]] = {}
        for i, (kind, item) in enumerate(zip(by, value, strict=True)):
            if (kind == "category") == (what == "categories"):
                members.setdefault((int(fund[i]), kind), []).append(item)
        for (f, kind), items in members.items():
            if kind == "category":
                hit = np.zeros(len(self.categories), bool)
                hit[[self.categories.position[item] for item in items]] = True
                allowed[f] &= hit
            elif kind == "project":
                hit = np.zeros(len(self.projects), bool)
                hit[[self.projects.position[item] for item in items]] = True
                allowed[:, f] &= hit
            elif kind == "actor_type":
                allowed[:, f] &= np.isin(self.lead_type, np.asarray(items, object))
            else:
                allowed[:, f] &= self._in_areas(items)
        return allowed

    @cached_property
    def lead_type(self) -> NDArray[Any]:
        """Actor type of each project's lead."""
        types: NDArray[Any] = self.model["actors"]["type"][self.actor_order]
        return types[self.lead]

    def _in_areas(self, areas: list[str]) -> Bools:
        """Projects with a share above 0 in any of `areas`."""
        project, area = self.contribution
        wanted = np.asarray([self.areas.position[item] for item in areas])
        counts = np.isin(area, wanted) & (self.model["contributions"]["share"] > 0)
        return np.bincount(project[counts], minlength=len(self.projects)) > 0

    @cached_property
    def commitment(self) -> tuple[Ints, Ints, Ints, Bools]:
        """Project, fund, year and whether paid (exactly) of each row of `commitments`."""
        rows = self.model["commitments"]
        paid = np.asarray(rows["kind"] == "paid", bool)
        return (
            self.projects.locate(rows["project"]),
            self.funds.locate(rows["fund"]),
            self.years.locate(rows["year"]),
            paid,
        )

    @cached_property
    def planned(self) -> Ints:
        """Flat (project, fund) of each row of `previous`."""
        rows = self.model["previous"]
        project, fund = self.projects.locate(rows["project"]), self.funds.locate(rows["fund"])
        return project * max(1, len(self.funds)) + fund

    def dependency(self, kind: str) -> tuple[Ints, Ints]:
        """Project and other project of the dependencies of one kind, sorted, each once.

        `excludes` is undirected: of two rows for one pair the first by id stands.
        """
        rows = self.model["dependencies"]
        chosen = rows.take(np.flatnonzero(rows["kind"] == kind))
        project, other = self.projects.locate(chosen["project"]), self.projects.locate(chosen["other"])
        pairs: dict[tuple[int, int], tuple[int, int]] = {}
        for pair in sorted(zip(project.tolist(), other.tolist(), strict=True)):
            pairs.setdefault((min(pair), max(pair)) if kind == "excludes" else pair, pair)
        found = np.asarray(sorted(pairs.values()), np.int64).reshape(-1, 2)
        return found[:, 0], found[:, 1]

    @cached_property
    def ties(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Pairs of actors that may meet: actor, other, and (pair, project) incidences, sorted."""
        project, actor = self.takes_part
        bounds = np.searchsorted(project, np.arange(len(self.projects) + 1))
        count = len(self.actors)
        flat, where = [], []
        for p in range(len(self.projects)):
            those = actor[bounds[p] : bounds[p + 1]]
            if those.size > 1:
                i, j = np.triu_indices(those.size, 1)
                flat.append(those[i] * count + those[j])
                where.append(np.full(i.size, p))
        if not flat:
            none = np.zeros(0, np.int64)
            return none, none, none, none
        pairs, inverse = np.unique(np.concatenate(flat), return_inverse=True)
        return pairs // count, pairs % count, inverse.astype(np.int64), np.concatenate(where)

    @cached_property
    def link_of_tie(self) -> Ints:
        """Row of `links` of each pair in `ties`, -1 where there is none."""
        rows = self.model["links"]
        a, b = self.actors.locate(rows["actor"]), self.actors.locate(rows["other"])
        known = {(min(i, j), max(i, j)): row for row, (i, j) in enumerate(zip(a.tolist(), b.tolist(), strict=True))}
        actor, other, _, _ = self.ties
        found = [known.get(pair, -1) for pair in zip(actor.tolist(), other.tolist(), strict=True)]
        return np.asarray(found, np.int64).reshape(-1)
