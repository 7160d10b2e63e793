"""The tables, and what follows from them before anything is decided: costs, who may pay what, points."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rus_funding.model.rows import plain

if TYPE_CHECKING:
    from collections.abc import Collection

    from rus_funding.model.model import FundingModel


def rows(model: FundingModel, table: str) -> list[dict[str, Any]]:
    """A table as dicts, a blank cell as None; an absent table has no rows."""
    if table not in model.tables:
        return []
    found = model.tables[table]
    columns = {name: plain(found[name]) for name in found.columns}
    return [{name: values[i] for name, values in columns.items()} for i in range(found.size)]


def half_up(number: Fraction) -> int:
    """The nearest whole number, halves up."""
    return math.floor(number + Fraction(1, 2))


class Facts:
    """What the tables say and what follows from them: costs, cost classes, who may pay, points, who meets whom.

    A cost, budget, share, benefit or link weight of 0 says the same as no row.
    """

    def __init__(self, model: FundingModel) -> None:
        self.model = model
        self.policy = model.policy
        self.years: list[int] = sorted(model.years)
        self.areas = {  # those of the strategy that decides; areas of another only report
            r["area"]: r for r in rows(model, "areas")
            if not model.strategy or r.get("strategy", "") in ("", model.strategy)
        }  # fmt: skip
        self.funds = {r["fund"]: r for r in rows(model, "funds")}
        self.categories = {r["category"]: r for r in rows(model, "categories")}
        self.projects = {r["project"]: r for r in rows(model, "projects")}
        self.least_share = {  # min_share, the policy's where a project states none; 1 where it is all or nothing
            p: 1 if r["indivisible"] else self.policy.min_share if r["min_share"] is None else r["min_share"]
            for p, r in self.projects.items()
        }
        self.least_grant = {  # kr; what participants pay is no grant
            f: 0 if r["income"] else self.policy.min_grant if r["min_per_project"] is None else r["min_per_project"]
            for f, r in self.funds.items()
        }
        self.actors = {r["actor"]: r for r in rows(model, "actors")}
        self.population = {r["municipality"]: r["population"] for r in rows(model, "municipalities")}

        self.share = {(r["project"], r["area"]): r["share"] for r in rows(model, "contributions") if r["share"]}
        self.reach = {(r["project"], r["municipality"]): r["share"] for r in rows(model, "reach") if r["share"]}
        self.floors = {r["perspective"]: r["floor_share"] for r in rows(model, "perspectives") if r["floor_share"]}
        self.marked = {  # m_pd of the markings that say what they rest on: a floor counts no others
            (r["project"], r["perspective"]): r["share"] for r in rows(model, "markings") if r["share"] and r["basis"]
        }
        self.excluding = {
            p for r in rows(model, "dependencies") if r["kind"] == "excludes" for p in (r["project"], r["other"])
        }
        self.budget: dict[tuple[str, int], int] = defaultdict(int)  # B_ft, kr
        for r in rows(model, "budgets"):
            self.budget[r["fund"], r["year"]] += r["amount"]
        self.previous: dict[tuple[str, str], int] = defaultdict(int)  # Σ_t previous_pft, kr
        for r in rows(model, "previous"):
            self.previous[r["project"], r["fund"]] += r["amount"]
        past = model.past  # what closed years had: constants, in kronor
        self.gone = set(past.projects)
        self.paid_before = {(p, f): paid for p, f, paid, _ in past.paid}
        self.base_before = {(p, f): base for p, f, _, base in past.paid}
        self.booked_before = dict(past.booked)
        self.flat_before = {(p, k): base for p, k, base in past.flat}
        self.allowed: dict[str, dict[str, set[str]]] = {f: defaultdict(set) for f in self.funds}
        for r in rows(model, "eligibility"):
            self.allowed[r["fund"]][r["by"]].add(r["value"])
        self.costs()
        self.teams()

    def costs(self) -> None:
        """c_ptk and C_p in kronor, none of 0; and b_pa, the points of a project in an area at full funding."""
        self.entered: dict[tuple[str, str, int], int] = defaultdict(int)
        for r in rows(self.model, "costs"):
            self.entered[r["project"], r["category"], r["year"]] += r["amount"]
        self.booked: dict[str, dict[tuple[str, int], int]] = {p: {} for p in self.projects}  # by (category, year)
        for p, k, t in itertools.product(self.projects, self.categories, self.years):
            if amount := self.amount(p, k, t):
                self.booked[p][k, t] = amount
        self.classes: dict[str, dict[str, frozenset[str]]] = {}  # project → cost class → the funds that may pay it
        self.cost: dict[tuple[str, str, int], int] = defaultdict(int)  # c_ptk by (project, class, year)
        for p in self.projects:
            self.classify(p)
        self.total = {p: sum(booked.values()) for p, booked in self.booked.items()}
        self.benefit: dict[tuple[str, str], float] = {}
        for r in rows(self.model, "contributions"):
            given = r["benefit"]
            points = r["share"] * self.total[r["project"]] / 1000 if given is None else given
            if points:
                self.benefit[r["project"], r["area"]] = points

    def teams(self) -> None:
        """Who takes part in which project (the lead and every participation), who meets whom there, who is linked."""
        self.partners: dict[str, set[str]] = {p: {r["lead"]} for p, r in self.projects.items()}
        for r in rows(self.model, "participations"):
            self.partners[r["project"]].add(r["actor"])
        self.pairs: dict[tuple[str, str], list[str]] = defaultdict(list)  # the projects that a pair of actors meets in
        for p, members in self.partners.items():
            for first, second in itertools.combinations(sorted(members), 2):
                self.pairs[first, second].append(p)
        self.link: dict[tuple[str, str], float] = {}  # w_ij
        for r in rows(self.model, "links"):
            first, second = sorted((r["actor"], r["other"]))
            self.link[first, second] = r["weight"]

    def amount(self, p: str, k: str, t: int) -> int:
        """Kronor of category k in year t. A flat rate is rounded so that the years add up to the rounded total:
        round(rate × base up to t) − round(rate × base up to t − 1), halves up.
        """
        category = self.categories[k]
        if category["flat_rate"] is None:
            return self.entered[p, k, t]
        rate = Fraction(repr(category["flat_rate"]))
        bases = category["flat_rate_base"].split()
        closed = self.flat_before.get((p, k), 0)
        upto, before = (
            closed + sum(self.amount(p, b, s) for b in bases for s in self.years if s <= last) for last in (t, t - 1)
        )
        return half_up(rate * upto) - half_up(rate * before)

    def may_pay(self, f: str, p: str, k: str) -> bool:
        """Cash pays cash and in-kind pays in-kind; and each kind (`by`) of the fund's allow-list names this cost."""
        if self.funds[f]["form"] != self.categories[k]["form"]:
            return False
        here = {
            "category": {k},
            "project": {p},
            "actor_type": {self.actors[self.projects[p]["lead"]]["type"]},
        }
        for by, values in self.allowed[f].items():
            named = {a for a in values if (p, a) in self.share} if by == "area" else values & here[by]
            if not named:
                return False
        return True

    def classify(self, p: str) -> None:
        """Group a project's categories by the set of funds that may pay them: a cost cannot be paid twice."""
        grouped: dict[frozenset[str], list[str]] = defaultdict(list)
        for k in sorted({k for k, _ in self.booked[p]}):
            grouped[frozenset(f for f in self.funds if self.may_pay(f, p, k))].append(k)
        self.classes[p] = {"+".join(members): payers for payers, members in grouped.items()}
        for members in grouped.values():
            for k, t in itertools.product(members, self.years):
                if (k, t) in self.booked[p]:
                    self.cost[p, "+".join(members), t] += self.booked[p][k, t]

    def base(self, p: str, f: str, years: Collection[int]) -> int:
        """E_pf, kr: what a fund's rate is a share of in these years at full scale; before income, for `net`."""
        kind = self.funds[f]["rate_base"]
        costs = [(k, c) for (k, t), c in self.booked[p].items() if t in years]
        if kind == "eligible":
            return sum(c for k, c in costs if self.may_pay(f, p, k))
        if kind == "total":
            return sum(c for _, c in costs)
        return sum(c for k, c in costs if self.categories[k]["form"] == "cash")  # booked, net

    def worth(self, first: str, second: str) -> float:
        """What it is worth that two actors meet: 1 / (1 + w_ij), 1 between strangers."""
        return 1 / (1 + self.link.get((first, second), 0))
