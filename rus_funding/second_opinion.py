"""The second opinion: the whole model once more, as plainly as it can be written, and solved by another solver.

`rus_funding.formulation` is built for speed and solved by HiGHS. This file shares nothing with it but the input tables:
each rule is a loop that yields PuLP constraints in kronor, its docstring is its formula, and PuLP's own CBC solves
it, each objective afresh with the earlier ones kept by a row. Read it from top to bottom:

1. `Facts`      the tables, and what follows from them before anything is decided: costs, who may pay what, points;
2. `Program`    the variables, the rules in the order of docs/model.md, and the objectives;
3. `optimise`   one objective: choose the projects that are all or nothing, hold the choice, solve for the digits;
4. `second_opinion` all objectives in order; `compare` holds its answer against an `Outcome`.

Numbers. Rules are written in kronor, shares and points, and solved in units of their own (`Scaled`): a solver's
tolerances are absolute, here 1e-9, so every variable is counted in a unit of the size that the rules allow it, and
every row divided by its largest term. One krona in a project of 3 kr and one in a project of 50 billion are both seen.
Units and divisors are powers of two, which round nothing; no zero is stored.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import subprocess
import tempfile
import time
import warnings
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pulp

from rus_funding.model import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from rus_funding.model import FundingModel
    from rus_funding.plan import Outcome

    Label: TypeAlias = tuple[str, ...]
    Sum: TypeAlias = pulp.LpAffineExpression
    Row: TypeAlias = tuple[Label, pulp.LpConstraint]
    # the problem, whether binaries are whole, seconds, which attempt this is → a status; the point stays in the problem
    Solve: TypeAlias = Callable[[pulp.LpProblem, bool, float, int], str]

AGREE = 1e-6  # relative; how far the two formulations' optima may be apart
SMALL = 1e-3  # share of all there is to count, below which an optimum is compared as if it were that
TIGHT = 1e-9  # CBC's tolerances on rows, on reduced costs and on whole numbers, in units in which all is about 1
SLACKS = (1e-12, 1e-10, 1e-8)  # what a later objective may give up of an optimum; the next where the last is too fine
ROUNDING = 1e-13  # share of its terms by which an inequality gives way: binary digits are no decimals
BROKEN = 1e-7  # the most by which an answer may break a row, relative to the terms of the row
PASSES = 8  # how often `Scaled` looks at every row
KEPT = "kept"  # how the names of rows that keep an optimum begin


@dataclasses.dataclass(frozen=True)
class Opinion:
    """What the second formulation says.

    status: "optimal", "infeasible", "time_limit" or "error" (`message` says which). `optima` are the optima in the
    order of the objectives, in their own units; `sizes` what each counts at most, one rule at a time (`Scaled.most`).
    `shares` (x by project) and `payments` (kronor by project, fund, year and cost class) are one
    optimal point.
    """

    status: str
    optima: tuple[tuple[str, float], ...] = ()
    sizes: Mapping[str, float] = dataclasses.field(default_factory=dict)
    shares: Mapping[str, float] = dataclasses.field(default_factory=dict)
    payments: Mapping[tuple[str, str, int, str], float] = dataclasses.field(default_factory=dict)
    message: str = ""
    solver: str = "cbc"

    def as_dict(self, *, agrees: bool) -> dict[str, Any]:
        """The opinion as ``solve --json`` prints it and a released plan records it."""
        objectives = [{"name": name, "optimum": optimum} for name, optimum in self.optima]
        return {"solver": self.solver, "status": self.status, "objectives": objectives, "agrees": agrees}


@dataclasses.dataclass(frozen=True)
class Difference:
    """Where the two disagree: on the "status", or on the optimum of the objective `what` (None: there is none)."""

    what: str
    first: str | float | None
    second: str | float | None


class NoAnswerError(Exception):
    """The solver gave no answer that can be trusted; `status` is "time_limit" or "error"."""

    def __init__(self, status: str, message: str = "") -> None:
        self.status = status
        super().__init__(message)


# ---------------------------------------------------------------------------------------------------------------------
# 1. The tables, and what follows from them
# ---------------------------------------------------------------------------------------------------------------------


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
        self.areas = {r["area"]: r for r in rows(model, "areas")}
        self.funds = {r["fund"]: r for r in rows(model, "funds")}
        self.categories = {r["category"]: r for r in rows(model, "categories")}
        self.projects = {r["project"]: r for r in rows(model, "projects")}
        self.actors = {r["actor"]: r for r in rows(model, "actors")}
        self.population = {r["municipality"]: r["population"] for r in rows(model, "municipalities")}

        self.share = {(r["project"], r["area"]): r["share"] for r in rows(model, "contributions") if r["share"]}
        self.reach = {(r["project"], r["municipality"]): r["share"] for r in rows(model, "reach") if r["share"]}
        self.excluding = {
            p for r in rows(model, "dependencies") if r["kind"] == "excludes" for p in (r["project"], r["other"])
        }
        self.budget: dict[tuple[str, int], int] = defaultdict(int)  # B_ft, kr
        for r in rows(model, "budgets"):
            self.budget[r["fund"], r["year"]] += r["amount"]
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
        upto, before = (
            sum(self.amount(p, b, s) for b in bases for s in self.years if s <= last) for last in (t, t - 1)
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


# ---------------------------------------------------------------------------------------------------------------------
# 2. The variables, the rules and the objectives
# ---------------------------------------------------------------------------------------------------------------------


class Program:
    """The linear program of a model: `lp` takes the rows that `rules` yields; `objective` says what is sought.

    Variables are numbers (`v17`), because PuLP merges names that differ in signs only; here they stand in kronor
    and shares: `x[p]` share, `z[p]` 0 or 1, `y[p, f, t, k]` and `u[f, t]` kr, `n[i, j]` ties.
    """

    def __init__(self, model: FundingModel) -> None:
        self.d = d = Facts(model)
        self.lp = pulp.LpProblem("second_opinion", pulp.LpMinimize)
        self.count = itertools.count()

        self.x = {p: self.variable(1) for p in d.projects}
        self.z = {
            p: self.variable(1, pulp.LpInteger)
            for p, r in d.projects.items()
            if r["min_share"] > 0 or r["indivisible"] or p in d.excluding
        }
        self.y = {(p, f, t, k): self.variable() for p, k, t in sorted(d.cost) for f in sorted(d.classes[p][k])}
        self.u = {(f, t): self.variable() for f, r in d.funds.items() if r["carry_over"] > 0 for t in d.years[:-1]}
        self.n = {pair: self.variable(1) for pair in d.pairs} if d.policy.collaboration_weight > 0 else {}
        self.aimed = [a for a, r in d.areas.items() if r["target"] is not None]
        self.within = {a: self.variable() for a in self.aimed}  # points up to the target
        self.past = {a: self.variable() for a in self.aimed}  # points past it

        self.of_fund: dict[str, list[tuple[int, Sum]]] = defaultdict(list)  # (year, payment) of a fund
        self.of_pair: dict[tuple[str, str], list[tuple[int, Sum]]] = defaultdict(list)  # of a fund to a project
        for (p, f, t, _), y in self.y.items():
            self.of_fund[f].append((t, y))
            self.of_pair[p, f].append((t, y))

    def load(self, without: Collection[str] = ()) -> None:
        """Put the rules into `lp`, all but those whose label begins with one of `without`."""
        for label, row in self.rules():
            if label[0] not in without:
                self.lp += row

    def variable(self, most: float | None = None, kind: str = pulp.LpContinuous) -> pulp.LpVariable:
        """A variable from 0 to `most`."""
        return self.lp.add_variable(f"v{next(self.count)}", 0, most, kind)

    # -- sums that several rules use

    def paid(self, f: str, years: Collection[int] | None = None) -> Sum:
        """Σ_pk y_pftk, kr: what a fund pays in all, or in these years."""
        return pulp.lpSum(y for t, y in self.of_fund[f] if years is None or t in years)

    def paid_to(self, p: str, funds: Iterable[str], years: Collection[int] | None = None) -> Sum:
        """Σ_ftk y_pftk, kr: what these funds pay to a project in all, or in these years."""
        return pulp.lpSum(y for f in funds for t, y in self.of_pair.get((p, f), ()) if years is None or t in years)

    def funded(self) -> Sum:
        """K = Σ_p C_p x_p, kr."""
        return pulp.lpSum(c * self.x[p] for p, c in self.d.total.items() if c)

    def funded_in(self, area: str) -> Sum:
        """K_a = Σ_p s_pa C_p x_p, kr."""
        return pulp.lpSum(s * self.d.total[p] * self.x[p] for (p, a), s in self.d.share.items() if a == area)

    def reaching(self, municipality: str) -> Sum:
        """Σ_p m_pj C_p x_p, kr."""
        return pulp.lpSum(m * self.d.total[p] * self.x[p] for (p, j), m in self.d.reach.items() if j == municipality)

    def reached(self, area: str) -> Sum:
        """q_a = Σ_p b_pa x_p, points."""
        return pulp.lpSum(b * self.x[p] for (p, a), b in self.d.benefit.items() if a == area)

    # -- the rules, in the order of docs/model.md

    def rules(self) -> Iterator[Row]:
        """Every row of the model with its label, in kronor, shares and points."""
        yield from self.financing()
        yield from self.budget()
        yield from self.rate()
        yield from self.cap()
        yield from self.group_rate()
        yield from self.area_share()
        yield from self.diversification()
        yield from self.territorial_balance()
        yield from self.participation()
        yield from self.commitment()
        yield from self.dependency()
        yield from self.viability()
        yield from self.partnership()
        yield from self.authorisation()
        yield from self.meeting()
        yield from self.points()
        yield from self.decided()

    def financing(self) -> Iterator[Row]:
        """1. Σ_f y_pftk = c_ptk · x_p (kr): every booked krona is financed, none twice."""
        for (p, k, t), c in self.d.cost.items():
            paid = pulp.lpSum(self.y[p, f, t, k] for f in self.d.classes[p][k])
            yield ("financing", p, k, str(t)), paid - c * self.x[p] == 0

    def budget(self) -> Iterator[Row]:
        """2. Σ_pk y_pftk + u_ft / carry_f ≤ B_ft + u_f,t−1 (kr); nothing is carried out of the last year."""
        for f, r in self.d.funds.items():
            for before, t in itertools.pairwise([0, *self.d.years]):
                used = self.paid(f, {t})
                if (f, t) in self.u:
                    used += self.u[f, t] * (1 / r["carry_over"])
                if (f, before) in self.u:
                    used -= self.u[f, before]
                yield ("budget", f, str(t)), used <= self.d.budget[f, t]

    def rate(self) -> Iterator[Row]:
        """3. Σ_k y_pftk ≤ r_f · E_pft · x_p (kr) each year, or over all years where `rate_basis` is `total`.

        With base `net`: ≤ r_f · (E_pft · x_p − what income funds pay to the project in the same time).
        """
        income = [f for f, r in self.d.funds.items() if r["income"]]
        for p, f in self.of_pair:
            r = self.d.funds[f]
            yearly = {str(t): {t} for t in sorted({t for t, _ in self.of_pair[p, f]})}
            for name, period in (yearly if r["rate_basis"] == "year" else {"total": set(self.d.years)}).items():
                base = self.d.base(p, f, period) * self.x[p]
                if r["rate_base"] == "net":
                    base = base - self.paid_to(p, income, period)
                yield ("rate", p, f, name), self.paid_to(p, [f], period) - r["max_rate"] * base <= 0

    def cap(self) -> Iterator[Row]:
        """4. Σ_tk y_pftk ≤ max_per_project_f (kr)."""
        for p, f in self.of_pair:
            most = self.d.funds[f]["max_per_project"]
            if most is not None:
                yield ("cap", p, f), self.paid_to(p, [f]) <= most

    def group_rate(self) -> Iterator[Row]:
        """5. min_rate · C_p x_p ≤ Σ_{f in group, t, k} y_pftk ≤ max_rate · C_p x_p (kr)."""
        for r in rows(self.d.model, "rate_limits"):
            group = [f for f, fund in self.d.funds.items() if fund[r["by"]] == r["value"]]
            for p, project in self.d.projects.items():
                if r["project"] not in ("", None, p):
                    continue
                if r["actor_type"] not in ("", None, self.d.actors[project["lead"]]["type"]):
                    continue
                paid, cost = self.paid_to(p, group), self.d.total[p] * self.x[p]
                yield ("group_min", r["limit"], p), r["min_rate"] * cost - paid <= 0
                yield ("group_max", r["limit"], p), paid - r["max_rate"] * cost <= 0

    def area_share(self) -> Iterator[Row]:
        """6. floor_a · K ≤ K_a ≤ cap_a · K (kr)."""
        for a, r in self.d.areas.items():
            if r["floor_share"] > 0:
                yield ("area_floor", a), r["floor_share"] * self.funded() - self.funded_in(a) <= 0
            if r["cap_share"] < 1:
                yield ("area_cap", a), self.funded_in(a) - r["cap_share"] * self.funded() <= 0

    def diversification(self) -> Iterator[Row]:
        """7. Σ_ptk y_pftk ≤ max_share_f · K (kr)."""
        for f, r in self.d.funds.items():
            if r["max_share"] < 1:
                yield ("diversification", f), self.paid(f) - r["max_share"] * self.funded() <= 0

    def territorial_balance(self) -> Iterator[Row]:
        """8. Σ_p m_pj C_p x_p ≥ municipality_floor · (pop_j / Σ pop) · Σ_j' Σ_p m_pj' C_p x_p (kr)."""
        floor, people = self.d.policy.municipality_floor, sum(self.d.population.values())
        if floor > 0 and people > 0:
            everywhere = pulp.lpSum(self.reaching(j) for j in self.d.population)
            for j, population in self.d.population.items():
                yield ("territorial", j), floor * population / people * everywhere - self.reaching(j) <= 0

    def participation(self) -> Iterator[Row]:
        """9. Σ_{p : i takes part} x_p ≥ min_projects_i (projects)."""
        for i, r in self.d.actors.items():
            if r["min_projects"] > 0:
                mine = pulp.lpSum(self.x[p] for p, members in self.d.partners.items() if i in members)
                yield ("participation", i), mine >= r["min_projects"]

    def commitment(self) -> Iterator[Row]:
        """10. Σ_k y_pftk ≥ amount (decided), or = amount (paid), kr."""
        for r in rows(self.d.model, "commitments"):
            paid = self.paid_to(r["project"], [r["fund"]], {r["year"]})
            label = ("commitment", r["project"], r["fund"], str(r["year"]), r["kind"])
            yield label, (paid == r["amount"] if r["kind"] == "paid" else paid >= r["amount"])

    def dependency(self) -> Iterator[Row]:
        """11. requires: x_p ≤ x_other (shares); excludes: z_p + z_other ≤ 1."""
        for r in rows(self.d.model, "dependencies"):
            p, other = r["project"], r["other"]
            if r["kind"] == "requires":
                yield ("requires", p, other), self.x[p] - self.x[other] <= 0
            else:
                yield ("excludes", p, other), self.z[p] + self.z[other] <= 1

    def viability(self) -> Iterator[Row]:
        """12. min_share_p · z_p ≤ x_p ≤ z_p (shares); indivisible: x_p = z_p."""
        for p, z in self.z.items():
            r = self.d.projects[p]
            least = 1 if r["indivisible"] else r["min_share"]
            yield ("viability_min", p), least * z - self.x[p] <= 0
            yield ("viability_max", p), self.x[p] - z <= 0

    def partnership(self) -> Iterator[Row]:
        """13. x_p = 0 (share) where fewer than min_partners actors take part."""
        for p, members in self.d.partners.items():
            if len(members) < self.d.policy.min_partners:
                yield ("partnership", p), self.x[p] == 0

    def authorisation(self) -> Iterator[Row]:
        """14. Σ_{t > τ} Σ_pk y_pftk ≤ amount_fτ (kr): what may be bound for the years after τ."""
        for r in rows(self.d.model, "authorisations"):
            later = {t for t in self.d.years if t > r["year"]}
            yield ("authorisation", r["fund"], str(r["year"])), self.paid(r["fund"], later) <= r["amount"]

    def meeting(self) -> Iterator[Row]:
        """n_ij ≤ Σ_{p : i and j take part} x_p (ties): a pair counts once, however many projects it meets in."""
        for pair, n in self.n.items():
            yield ("tie", *pair), n - pulp.lpSum(self.x[p] for p in self.d.pairs[pair]) <= 0

    def points(self) -> Iterator[Row]:
        """Points up to the target + points past it = q_a, the former ≤ target_a (points)."""
        for a in self.aimed:
            yield ("points", a), self.within[a] + self.past[a] - self.reached(a) == 0
            yield ("beyond", a), self.within[a] <= self.d.areas[a]["target"]

    def decided(self) -> Iterator[Row]:
        """x_p = 1 for committed and required projects, x_p = 0 for ordinary operations and excluded ones (share)."""
        for p, r in self.d.projects.items():
            if r["status"] == "committed" or p in self.d.model.required:
                yield ("fixed", p, "1"), self.x[p] == 1
            if r["status"] == "ordinary" or p in self.d.model.excluded:
                yield ("fixed", p, "0"), self.x[p] == 0

    # -- the objectives

    def objective(self, name: str) -> tuple[str, Sum, list[pulp.LpConstraint]]:
        """An objective: "max" or "min", the sum, and the rows that say what its helper variable m is.

        value        max Σ_a w_a · g_a(q_a) + collaboration_weight · Σ_ij n_ij / (1 + w_ij) (points),
                     g_a(q) = min(q, target) + beyond · max(0, q − target)
        draw_order   min Σ draw_order_f · y_pftk (kr × order)
        balance      max m, m ≤ K_a / w_a over areas with weight > 0 (kr per weight)
        reach        max m, m ≤ Σ_p m_pj C_p x_p / pop_j over municipalities with inhabitants (kr per inhabitant)
        funded       max K (kr)
        leverage     min Σ y_pftk over funds of level `region` (kr)
        spread       min m, Σ_ptk y_pftk ≤ m for each fund (kr)
        """
        d = self.d
        if name == "value":
            return "max", pulp.lpSum(self.worth_of(a) for a in d.areas) + self.ties(), []
        if name == "draw_order":
            return "min", pulp.lpSum(r["draw_order"] * self.paid(f) for f, r in d.funds.items()), []
        if name == "funded":
            return "max", self.funded(), []
        if name == "leverage":
            return "min", pulp.lpSum(self.paid(f) for f, r in d.funds.items() if r["level"] == "region"), []
        m = self.variable() + 0
        if name == "balance":
            weights = {a: r["weight"] for a, r in d.areas.items() if r["weight"] > 0}
            return "max", m, [w * m - self.funded_in(a) <= 0 for a, w in weights.items()]
        if name == "reach":
            people = {j: n for j, n in d.population.items() if n > 0}
            return "max", m, [n * m - self.reaching(j) <= 0 for j, n in people.items()]
        if name == "spread":
            at_most = m - self.funded() <= 0  # no rule, but so it is: `Scaled` learns how large m can be
            return "min", m, [*(self.paid(f) - m <= 0 for f in d.funds), at_most]
        raise NoAnswerError("error", f"there is no objective {name!r}")

    def worth_of(self, a: str) -> Sum:
        """w_a · g_a(q_a), points."""
        r = self.d.areas[a]
        reached = self.within[a] + r["beyond"] * self.past[a] if a in self.within else self.reached(a)
        return r["weight"] * reached

    def ties(self) -> Sum:
        """collaboration_weight · Σ_ij n_ij / (1 + w_ij), points."""
        return self.d.policy.collaboration_weight * pulp.lpSum(self.d.worth(*pair) * n for pair, n in self.n.items())


# ---------------------------------------------------------------------------------------------------------------------
# 3. One objective
# ---------------------------------------------------------------------------------------------------------------------


def optimise(
    lp: pulp.LpProblem,
    expression: Sum,
    sense: str,
    binaries: Collection[pulp.LpVariable] = (),
    *,
    solve: Solve | None = None,
    deadline: float = math.inf,
) -> float | None:
    """The "max" or "min" of an expression, None where nothing is feasible; the program is left at an optimal point.

    With binaries the solver chooses, and the choice is held while a linear program finds the digits: a binary of 1e-9
    is no decision. Raises `NoAnswerError`.
    """
    solve = solve or cbc
    lp.setObjective((-1 if sense == "max" else 1) * expression)
    if not binaries:
        return _optimum(expression) if _solved(lp, solve, deadline) else None
    if not _solved(lp, solve, deadline, whole=True):
        return None
    claimed, free = _optimum(expression), {z: (z.lowBound, z.upBound) for z in binaries}
    try:
        for z in binaries:
            z.lowBound = z.upBound = round(z.varValue or 0.0)
        if not _solved(lp, solve, deadline):
            raise NoAnswerError("error", "the choice of projects that the solver calls best admits no payments")
    finally:
        for z, (low, up) in free.items():
            z.lowBound, z.upBound = low, up
    found = _optimum(expression)
    if (claimed - found) * (1 if sense == "max" else -1) > AGREE / 2 * max(abs(claimed), SMALL * _size(lp, expression)):
        raise NoAnswerError("error", f"the solver claims {claimed:.9g} for a choice worth {found:.9g}")
    return found


def _optimum(expression: Sum) -> float:
    return math.fsum((expression.constant, *(a * (v.varValue or 0.0) for v, a in expression.items())))


def _solved(lp: pulp.LpProblem, solve: Solve, deadline: float, *, whole: bool = False) -> bool:
    """Solve: True if optimal, False if infeasible. "infeasible" is believed when it is said twice, by two settings."""
    said: list[str] = []
    for attempt in range(len(WAYS)):
        left = deadline - time.monotonic()
        said.append(solve(lp, whole, left, attempt) if left > 0 else "time_limit")
        if said[-1] == "time_limit" or time.monotonic() >= deadline:
            raise NoAnswerError("time_limit", "the time limit ended the search")
        if said[-1] == "optimal":
            return True
        if said.count("infeasible") == 2:
            return False
    raise NoAnswerError("error", f"the solver gave no answer that can be trusted: {', '.join(said)}")


def power_of_two(about: float) -> float:
    """The power of two nearest to a number above 0."""
    return 2.0 ** round(math.log2(about))


def _size(lp: pulp.LpProblem, expression: Sum) -> float:
    """What a sum of variables can be at most, one rule at a time."""
    most = Scaled(lp).most
    return float(sum(abs(a) * most.get(v.name, v.upBound or 1.0) for v, a in expression.items()))


class Scaled:
    """A program in units in which everything is about 1.

    `most` is what each variable can be at most, taking one row at a time, each with what the rows before it have shown:
    a project that may get 7 kr of 50 billion is counted in shares of 1e-10. It is a unit, not a limit: nothing depends
    on it but the digits. A row is divided by the largest of its terms at those values; one that keeps an optimum, by
    the optimum, 8 192 times as fine.
    """

    def __init__(self, lp: pulp.LpProblem) -> None:
        self.lp = lp
        self.objective = {v.name: a for v, a in lp.objective.items() if a} if lp.objective is not None else {}
        self.rows = [
            (row.name, {v.name: a for v, a in row.items() if a}, row.sense, -row.constant) for row in lp.constraints()
        ]
        self.variables = {v.name: v for row in (lp.objective or {}, *lp.constraints()) for v in row}
        self.most = {name: math.inf if v.upBound is None else v.upBound or 1.0 for name, v in self.variables.items()}
        for _ in range(PASSES):
            if not self._narrowed():
                break
        integer = {name for name, v in self.variables.items() if v.cat == pulp.LpInteger}
        self.unit = {
            name: power_of_two(most) if math.isfinite(most) and name not in integer else 1.0
            for name, most in self.most.items()
        }
        self.divisor = [self._divisor(*row) for row in self.rows]

    def _narrowed(self) -> bool:
        """Look at every row once: Σ a v ≤ b leaves each v with a > 0 no more than (b + Σ of what is subtracted) / a."""
        most, narrowed = self.most, False
        for _, terms, sense, right in self.rows:
            for side in (1, -1) if sense == pulp.LpConstraintEQ else (-sense,):
                room = side * right + sum(-side * a * most[name] for name, a in terms.items() if side * a < 0)
                if 0 < room < math.inf:
                    for name, a in terms.items():
                        if side * a > 0 and room / abs(a) < most[name]:
                            narrowed = narrowed or room / abs(a) < most[name] / 2
                            most[name] = room / abs(a)
        return narrowed

    def _divisor(self, name: str | None, terms: dict[str, float], _: int, right: float) -> float:
        largest = max((abs(a) * self.unit[v] for v, a in terms.items()), default=1.0)
        if name is not None and name.startswith(KEPT):
            return power_of_two(max(abs(right) / 8192, 1e-9 * largest))
        return power_of_two(largest)

    def write(self, file: Path, *, whole: bool) -> None:
        """Write it as a file (free MPS, all digits): columns c0, c1 …, rows r0, r1 …

        An inequality gives way by `ROUNDING` of its terms (no variable is negative): two rates that fill a cost
        exactly, such as 0.29 and 0.71, must do so in binary digits too.
        """
        columns: dict[str, list[str]] = {name: [] for name in self.variables}
        size = power_of_two(max((abs(a) * self.unit[v] for v, a in self.objective.items()), default=1.0))
        for v, a in self.objective.items():
            columns[v].append(f"cost {a * self.unit[v] / size!r}")
        heads, sides = ["N cost"], []
        for i, ((_, terms, sense, right), divisor) in enumerate(zip(self.rows, self.divisor, strict=True)):
            heads.append(f"{SENSES[sense]} r{i}")
            for v, a in terms.items():
                columns[v].append(f"r{i} {(a + sense * ROUNDING * abs(a)) * self.unit[v] / divisor!r}")
            sides.append(f"RHS r{i} {(right - sense * ROUNDING * abs(right)) / divisor!r}")
        entries, limits = [], []
        for j, (name, cells) in enumerate(columns.items()):
            variable, unit = self.variables[name], self.unit[name]
            if not cells:
                continue  # it stands in no row, and CBC knows no such columns
            integer = whole and variable.cat == pulp.LpInteger
            entries += [f"M{j} 'MARKER' 'INTORG'"] * integer + [f"c{j} {cell}" for cell in cells]
            entries += [f"N{j} 'MARKER' 'INTEND'"] * integer
            limits.append(f"LO B c{j} {(variable.lowBound or 0.0) / unit!r}")
            limits.append(f"PL B c{j}" if variable.upBound is None else f"UP B c{j} {variable.upBound / unit!r}")
        cards = {
            "NAME second FREE": [],
            "ROWS": heads,
            "COLUMNS": entries,
            "RHS": sides,
            "BOUNDS": limits,
            "ENDATA": [],
        }
        lines = [line for head, card in cards.items() for line in (head, *(f" {cell}" for cell in card))]
        file.write_text("\n".join(lines) + "\n", encoding="ascii")

    def read(self, answer: list[list[str]], point: list[list[str]]) -> None:
        """Take CBC's values: eight digits of every column, and all digits of those that `point` has."""
        eight = {words[1]: float(words[2]) for words in answer[1:]}
        full = {words[1]: float(words[-1]) for words in point[1:] if len(words) > 2}
        for j, (name, variable) in enumerate(self.variables.items()):
            unit = self.unit[name]
            value = eight.get(f"c{j}", 0.0) * unit
            bounds = [b for b in (variable.lowBound, variable.upBound) if b is not None]
            at_bound = [b for b in bounds if abs(value - b) <= 1e-7 * max(unit, abs(b))]
            variable.varValue = full[f"c{j}"] * unit if f"c{j}" in full else at_bound[0] if at_bound else value

    def broken(self) -> float:
        """By how much the point breaks a row at most, relative to its terms (a hundredth of its divisor at least)."""
        worst = 0.0
        for (_, terms, sense, right), divisor in zip(self.rows, self.divisor, strict=True):
            parts = [-right, *(a * (self.variables[v].varValue or 0.0) for v, a in terms.items())]
            left = math.fsum(parts)
            over = abs(left) if sense == pulp.LpConstraintEQ else -left * sense
            worst = max(worst, over / max(divisor / 100, *map(abs, parts)))
        return worst


# How CBC is asked, and asked again where its first answer cannot be trusted: for a linear program, and with binaries.
WAYS = (
    (("-initialSolve",), ("-solve",)),
    (("-presolve", "off", "-initialSolve"), ("-preprocess", "off", "-solve")),
    (("-presolve", "off", "-primalSimplex"), ("-presolve", "off", "-cuts", "off", "-solve")),
)
EXACT = (
    *("-primalTolerance", str(TIGHT), "-dualTolerance", str(TIGHT), "-integerTolerance", str(TIGHT)),
    *("-ratio", "0", "-allow", "1e-12"),  # the gap at which it stops
    *("-increment", str(TIGHT)),  # by how much a better choice must be better: 1e-5 unless said
)
ANSWER = ("-outputFormat", "3", "-basisOut", "point.bas", "-printingOptions", "all", "-solution", "answer.txt")
STATUS = {"Optimal": "optimal", "Infeasible": "infeasible", "Integer": "infeasible", "Unbounded": "unbounded"}
SENSES = {pulp.LpConstraintEQ: "E", pulp.LpConstraintLE: "L", pulp.LpConstraintGE: "G"}


def cbc(lp: pulp.LpProblem, whole: bool, seconds: float, attempt: int) -> str:
    """Solve with PuLP's bundled CBC; its answer stays in the variables of `lp`. Statuses are not believed.

    PuLP's own call would write numbers as they stand, read eight digits, and say "Optimal" where the time ran out. So
    CBC is started here, and an "optimal" point that breaks a row is none.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # PuLP 4 will not bundle CBC; PuLP 3 does
        program = pulp.PULP_CBC_CMD()
    if not program.available():
        raise NoAnswerError("error", "CBC is not installed")
    scaled = Scaled(lp)
    if any(not terms and (right * sense > 0 or (right and not sense)) for _, terms, sense, right in scaled.rows):
        return "infeasible"  # a row without terms that does not hold
    with tempfile.TemporaryDirectory() as folder:
        scaled.write(Path(folder) / "model.mps", whole=whole)
        limit = ("-sec", f"{seconds:.3f}", "-timeMode", "elapsed") if seconds < math.inf else ()
        command = [program.path, "model.mps", *EXACT, *limit, *WAYS[attempt][whole], *ANSWER]
        try:
            log = subprocess.run(
                command,
                cwd=folder,
                timeout=seconds if seconds < math.inf else None,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            ).stdout
        except subprocess.TimeoutExpired:
            return "time_limit"
        answer, point = _lines(Path(folder) / "answer.txt"), _lines(Path(folder) / "point.bas")
    if not answer:  # CBC writes none where it sees before it begins that there is none
        return "infeasible" if b"Problem is infeasible" in log else "crashed"
    status = STATUS.get(answer[0][0], "stopped")
    if status == "optimal":
        scaled.read(answer, [] if whole else point)
        if (broken := scaled.broken()) > BROKEN:
            return f"optimal, with a row broken by {broken:.1g}"
    return status


def _lines(file: Path) -> list[list[str]]:
    """The words of a file's lines; nothing of a file that is not there."""
    text = file.read_text(encoding="ascii", errors="replace") if file.is_file() else ""
    return [words for line in text.splitlines() if (words := line.replace("**", " ").split())]


# ---------------------------------------------------------------------------------------------------------------------
# 4. All objectives in order, and what the first formulation says
# ---------------------------------------------------------------------------------------------------------------------


def second_opinion(
    model: FundingModel,
    *,
    seconds: float = math.inf,
    without: Collection[str] = (),
    solve: Solve | None = None,
) -> Opinion:
    """The model's optima, stage by stage, each kept within its tolerance for the next.

    `seconds` bounds the whole of it. `without` leaves rules out by the head of their label (``{"rate"}``) and `solve`
    takes another solver: what tests ask with.
    """
    deadline = time.monotonic() + seconds
    program = Program(model)
    program.load(without)
    optima: list[tuple[str, float]] = []
    sizes: dict[str, float] = {}
    try:
        status = _stages(program, optima, sizes, solve or cbc, deadline)
    except NoAnswerError as error:
        return Opinion(error.status, tuple(optima), sizes, message=str(error))
    if status != "optimal":
        return Opinion(status)
    shares = {p: float(x.varValue or 0.0) for p, x in program.x.items()}
    payments = {key: float(y.varValue or 0.0) for key, y in program.y.items()}
    return Opinion("optimal", tuple(optima), sizes, shares, payments)


def _stages(
    program: Program, optima: list[tuple[str, float]], sizes: dict[str, float], solve: Solve, deadline: float
) -> str:
    """Solve the objectives in order into `optima`.

    An earlier optimum is kept by a row that gives way by its tolerance and by the least of `SLACKS` that the solver's
    arithmetic can see.
    """
    lp, binaries = program.lp, list(program.z.values())
    kept: list[_Kept] = []
    stages = [(o.name, o.tolerance) for o in program.d.model.objectives] or [("", 0.0)]
    for name, tolerance in stages:
        sense, expression, helpers = program.objective(name) if name else ("max", pulp.lpSum([]), [])
        for row in helpers:
            lp += row
        sizes[name] = _size(lp, expression)
        best = None
        for slack in SLACKS if kept else SLACKS[:1]:
            for one in kept:
                one.give(slack)
            best = optimise(lp, expression, sense, binaries, solve=solve, deadline=deadline)
            if best is not None:
                break
        if best is None and kept:
            raise NoAnswerError("error", f"nothing is as good as the plan found before {name}")
        if best is None:
            return "infeasible"
        if name:
            best = best if abs(best) > TIGHT * sizes[name] else 0.0
            optima.append((name, best))
            kept.append(_Kept(lp, expression, sense, best, tolerance))
    return "optimal"


class _Kept:
    """The row that keeps an objective: sense · expression ≥ sense · best − (tolerance + slack) · |best|."""

    def __init__(self, lp: pulp.LpProblem, expression: Sum, sense: str, best: float, tolerance: float) -> None:
        self.sign, self.best, self.tolerance = 1 if sense == "max" else -1, best, tolerance
        self.row = self.sign * expression >= 0
        lp.addConstraint(self.row, f"{KEPT}{len(lp.constraints())}")
        self.give(SLACKS[0])

    def give(self, slack: float) -> None:
        """Let the objective give way by its tolerance and this share."""
        self.row.changeRHS(self.sign * self.best - (self.tolerance + slack) * abs(self.best))


def compare(opinion: Opinion, outcome: Outcome) -> tuple[Difference, ...]:
    """Where a second opinion and an outcome disagree: nowhere, if both are solved, or both infeasible, to 1e-6.

    Two optima a and b of an objective agree where |a − b| ≤ 1e-6 · max(|a|, |b|, size / 1000), `size` being what the
    objective counts at most, one rule at a time (`Opinion.sizes`: points, kronor, kronor per weight or inhabitant). So
    an optimum of 0, and any below a thousandth of what there is to count, is compared to a thousand millionth of that:
    solvers' arithmetic reaches as far. A status other than "optimal" and
    "infeasible" confirms nothing, whoever gives it.
    """
    if opinion.status != outcome.status or opinion.status not in {"optimal", "infeasible"}:
        return (Difference("status", outcome.status, opinion.status),)
    first, second = dict(outcome.objectives), dict(opinion.optima)
    return (
        tuple(
            Difference(name, first.get(name), second.get(name))
            for name in [*first, *(name for name in second if name not in first)]
            if name not in first
            or name not in second
            or not agree(first[name], second[name], opinion.sizes.get(name, 0.0))
        )
        if opinion.status == "optimal"
        else ()
    )


def agree(first: float, second: float, size: float = 0.0) -> bool:
    """Whether two optima of an objective are the same: see `compare`."""
    return abs(first - second) <= AGREE * max(abs(first), abs(second), SMALL * size)
