"""The second opinion: the funding model's linear program, written once more and as plainly as possible.

Nothing here is shared with the engine but the input tables. Every rule is a loop that yields one PuLP
constraint per label, in the order of the model's documentation, so that a reader can hold the two side by
side. There is no cleverness, no presolve and no incremental solve: each objective is a fresh solve with the
earlier ones kept by a row.

Rules can be left out by the head of their label (`without={"rate"}`), which is how the tests find out
whether a rule has any effect in a model.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import warnings
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pulp

from rus_funding.model import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rus_funding.model import FundingModel

Label = tuple[str, ...]
Row = tuple[Label, pulp.LpConstraint]

SLACK = {"highs": 1e-12, "cbc": 1e-7}
"""How much of an earlier optimum a later objective may give up, relative: the accuracy of the solver's answer
(CBC's solution file carries eight digits)."""


@dataclasses.dataclass(frozen=True)
class Result:
    """What the oracle and the engine are compared on.

    `objectives` are the optima in order, in the objective's own unit; `value` the value (points) of the point
    `x`; `x` the funded share per project; `y` kronor per (project, fund, year, class).
    """

    status: str
    value: float | None = None
    objectives: dict[str, float] = dataclasses.field(default_factory=dict)
    x: dict[str, float] = dataclasses.field(default_factory=dict)
    y: dict[tuple[str, str, int, str], float] = dataclasses.field(default_factory=dict)


class OracleError(Exception):
    """The oracle's solver gave an answer that the oracle's own rows contradict."""


def rows(model: FundingModel, table: str) -> list[dict[str, Any]]:
    """A table as dicts, a blank cell as None; an absent table has no rows."""
    if table not in model.tables:
        return []
    found = model.tables[table]
    columns = {name: plain(found[name]) for name in found.columns}
    return [{name: values[i] for name, values in columns.items()} for i in range(found.size)]


class Facts:
    """The input as dicts, and what the text derives from it: costs, classes, payers, benefits, who meets whom."""

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

        self.budget: dict[tuple[str, int], int] = defaultdict(int)
        for r in rows(model, "budgets"):
            self.budget[r["fund"], r["year"]] += r["amount"]

        self.share = {(r["project"], r["area"]): r["share"] for r in rows(model, "contributions")}
        self.reach = {(r["project"], r["municipality"]): r["share"] for r in rows(model, "reach")}

        self.entered: dict[tuple[str, str, int], int] = defaultdict(int)
        for r in rows(model, "costs"):
            self.entered[r["project"], r["category"], r["year"]] += r["amount"]
        self.allowed: dict[str, dict[str, set[str]]] = {f: defaultdict(set) for f in self.funds}
        for r in rows(model, "eligibility"):
            self.allowed[r["fund"]][r["by"]].add(r["value"])
        self.booked = {
            (p, k, t): amount
            for p in self.projects
            for k in self.categories
            for t in self.years
            if (amount := self.amount(p, k, t)) > 0
        }

        self.classes: dict[str, dict[str, frozenset[str]]] = {}  # project -> class name -> the funds that may pay it
        self.cost: dict[tuple[str, str, int], int] = defaultdict(int)  # (project, class, year) -> kronor
        for p in self.projects:
            self.classify(p)
        self.total = {p: sum(c for (q, _, _), c in self.cost.items() if q == p) for p in self.projects}

        self.benefit: dict[tuple[str, str], float] = {}  # (project, area) -> points at full funding
        for r in rows(model, "contributions"):
            given = r["benefit"]
            self.benefit[r["project"], r["area"]] = (
                r["share"] * self.total[r["project"]] / 1000 if given is None else given
            )

        self.partners: dict[str, set[str]] = {p: {r["lead"]} for p, r in self.projects.items()}
        for r in rows(model, "participations"):
            self.partners[r["project"]].add(r["actor"])

        self.link: dict[tuple[str, str], float] = {}
        for r in rows(model, "links"):
            first, second = sorted((r["actor"], r["other"]))
            self.link[first, second] = r["weight"]
        self.pairs: dict[tuple[str, str], list[str]] = defaultdict(list)  # who meets whom, in which projects
        for p, members in self.partners.items():
            for first, second in itertools.combinations(sorted(members), 2):
                self.pairs[first, second].append(p)

        self.excluding = {
            p for r in rows(model, "dependencies") if r["kind"] == "excludes" for p in (r["project"], r["other"])
        }

    def classify(self, p: str) -> None:
        """Group the project's categories by the set of funds that may pay them."""
        grouped: dict[frozenset[str], list[str]] = defaultdict(list)
        for k in sorted({k for (q, k, _) in self.booked if q == p}):
            grouped[frozenset(f for f in self.funds if self.may_pay(f, p, k))].append(k)
        self.classes[p] = {"+".join(members): payers for payers, members in grouped.items()}
        for members in grouped.values():
            for k, t in itertools.product(members, self.years):
                if (p, k, t) in self.booked:
                    self.cost[p, "+".join(members), t] += self.booked[p, k, t]

    def amount(self, p: str, k: str, t: int) -> int:
        """Cost of category k of project p in year t; a flat rate is rounded so that the years add up."""
        category = self.categories[k]
        if category["flat_rate"] is None:
            return self.entered[p, k, t]
        rate = Fraction(repr(category["flat_rate"]))
        upto, before = (
            sum(self.amount(p, b, s) for b in category["flat_rate_base"].split() for s in self.years if s <= last)
            for last in (t, t - 1)
        )
        return half_up(rate * upto) - half_up(rate * before)

    def may_pay(self, f: str, p: str, k: str) -> bool:
        """The same form, and every `by` of the fund's allow-list holds."""
        if self.funds[f]["form"] != self.categories[k]["form"]:
            return False
        for by, values in self.allowed[f].items():
            if by == "area":
                holds = any(self.share.get((p, a), 0) > 0 for a in values)
            elif by == "category":
                holds = k in values
            elif by == "project":
                holds = p in values
            else:  # actor_type
                holds = self.actors[self.projects[p]["lead"]]["type"] in values
            if not holds:
                return False
        return True

    def base(self, p: str, f: str, t: int) -> int:
        """What fund f's rate is a share of, in project p and year t, at full scale (before income for `net`)."""
        base = self.funds[f]["rate_base"]
        cells = {(k, c) for (q, k, s), c in self.booked.items() if q == p and s == t}
        if base == "eligible":
            return sum(c for k, c in cells if self.may_pay(f, p, k))
        if base == "total":
            return sum(c for _, c in cells)
        return sum(c for k, c in cells if self.categories[k]["form"] == "cash")  # booked, net

    def worth(self, first: str, second: str) -> float:
        """What the meeting of two actors is worth: 1 between strangers, less with an old link."""
        return 1 / (1 + self.link.get((first, second), 0))


def half_up(number: Fraction) -> int:
    return math.floor(number + Fraction(1, 2))


class Program:
    """Variables and rules. Variable names are numbers, because PuLP merges names that differ in signs only."""

    def __init__(self, model: FundingModel) -> None:
        self.d = d = Facts(model)
        self.lp = pulp.LpProblem("oracle", pulp.LpMinimize)
        self.count = itertools.count()
        self.x = {p: self.variable(0, 1) for p in d.projects}
        self.z = {
            p: self.variable(0, 1, "Integer")
            for p, r in d.projects.items()
            if r["min_share"] > 0 or r["indivisible"] or p in d.excluding
        }
        self.y = {(p, f, t, k): self.variable(0) for (p, k, t) in sorted(d.cost) for f in sorted(d.classes[p][k])}
        self.u = {(f, t): self.variable(0) for f, r in d.funds.items() if r["carry_over"] > 0 for t in d.years[:-1]}
        self.n = {pair: self.variable(0, 1) for pair in d.pairs} if d.policy.collaboration_weight > 0 else {}
        self.within = {a: self.variable(0) for a in d.areas}  # points up to the target
        self.past = {a: self.variable(0) for a, r in d.areas.items() if r["target"] is not None}  # points past it

    def variable(self, low: float | None, up: float | None = None, category: str = "Continuous") -> pulp.LpVariable:
        return self.lp.add_variable(f"v{next(self.count)}", low, up, category)

    # -- sums that several rules use

    def paid(self, choose: Callable[[str, str, int], bool]) -> pulp.LpAffineExpression:
        """Σ y over the (project, fund, year) that `choose` accepts, all classes."""
        return pulp.lpSum(v for (p, f, t, _), v in self.y.items() if choose(p, f, t))

    def funded(self) -> pulp.LpAffineExpression:
        """K, kr."""
        return pulp.lpSum(self.d.total[p] * self.x[p] for p in self.d.projects)

    def funded_in(self, area: str) -> pulp.LpAffineExpression:
        """K_a, kr."""
        return pulp.lpSum(s * self.d.total[p] * self.x[p] for (p, a), s in self.d.share.items() if a == area)

    def reaching(self, municipality: str) -> pulp.LpAffineExpression:
        """Kronor that reach a municipality."""
        return pulp.lpSum(m * self.d.total[p] * self.x[p] for (p, j), m in self.d.reach.items() if j == municipality)

    # -- the rules, 1 to 14

    def rules(self) -> Iterator[Row]:
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
        for (p, k, t), c in self.d.cost.items():
            paid = pulp.lpSum(self.y[p, f, t, k] for f in self.d.classes[p][k])
            yield ("financing", p, k, str(t)), paid - c * self.x[p] == 0

    def budget(self) -> Iterator[Row]:
        for f, r in self.d.funds.items():
            for t in self.d.years:
                used = self.paid(lambda _, g, s, f=f, t=t: (g, s) == (f, t))
                if (f, t) in self.u:
                    used += self.u[f, t] * (1 / r["carry_over"])
                carried_in = self.u.get((f, t_before(self.d.years, t)), 0)
                yield ("budget", f, str(t)), used - carried_in <= self.d.budget[f, t]

    def rate(self) -> Iterator[Row]:
        for f, r in self.d.funds.items():
            for p in self.d.projects:
                periods = (
                    {str(t): {t} for t in self.d.years} if r["rate_basis"] == "year" else {"total": set(self.d.years)}
                )
                for name, period in periods.items():
                    paid = self.paid(lambda q, g, t, p=p, f=f, period=period: q == p and g == f and t in period)
                    if not paid:
                        continue  # nothing of the fund's to limit
                    base = sum(self.d.base(p, f, t) for t in period) * self.x[p]
                    if r["rate_base"] == "net":
                        base = base - self.paid(
                            lambda q, g, t, p=p, period=period: q == p and self.d.funds[g]["income"] and t in period
                        )
                    yield ("rate", p, f, name), paid - r["max_rate"] * base <= 0

    def cap(self) -> Iterator[Row]:
        for f, r in self.d.funds.items():
            if r["max_per_project"] is not None:
                for p in self.d.projects:
                    paid = self.paid(lambda q, g, _, p=p, f=f: q == p and g == f)
                    yield ("cap", p, f), paid <= r["max_per_project"]

    def group_rate(self) -> Iterator[Row]:
        for r in rows(self.d.model, "rate_limits"):
            group = {f for f, fund in self.d.funds.items() if fund[r["by"]] == r["value"]}
            for p, project in self.d.projects.items():
                if r["project"] not in ("", None, p):
                    continue
                if r["actor_type"] not in ("", None, self.d.actors[project["lead"]]["type"]):
                    continue
                paid = self.paid(lambda q, f, _, p=p, group=group: q == p and f in group)
                cost = self.d.total[p] * self.x[p]
                yield ("group_min", r["limit"], p), r["min_rate"] * cost - paid <= 0
                yield ("group_max", r["limit"], p), paid - r["max_rate"] * cost <= 0

    def area_share(self) -> Iterator[Row]:
        for a, r in self.d.areas.items():
            yield ("area_floor", a), r["floor_share"] * self.funded() - self.funded_in(a) <= 0
            yield ("area_cap", a), self.funded_in(a) - r["cap_share"] * self.funded() <= 0

    def diversification(self) -> Iterator[Row]:
        for f, r in self.d.funds.items():
            paid = self.paid(lambda _, g, __, f=f: g == f)
            yield ("diversification", f), paid - r["max_share"] * self.funded() <= 0

    def territorial_balance(self) -> Iterator[Row]:
        people = sum(self.d.population.values())
        everywhere = pulp.lpSum(self.reaching(j) for j in self.d.population)
        for j, population in self.d.population.items():
            least = self.d.policy.municipality_floor * population / people
            yield ("territorial", j), least * everywhere - self.reaching(j) <= 0

    def participation(self) -> Iterator[Row]:
        for i, r in self.d.actors.items():
            if r["min_projects"] > 0:
                mine = pulp.lpSum(self.x[p] for p, members in self.d.partners.items() if i in members)
                yield ("participation", i), mine >= r["min_projects"]

    def commitment(self) -> Iterator[Row]:
        for r in rows(self.d.model, "commitments"):
            key = (r["project"], r["fund"], r["year"])
            paid = self.paid(lambda p, f, t, key=key: (p, f, t) == key)
            label = ("commitment", r["project"], r["fund"], str(r["year"]), r["kind"])
            yield label, (paid == r["amount"] if r["kind"] == "paid" else paid >= r["amount"])

    def dependency(self) -> Iterator[Row]:
        for r in rows(self.d.model, "dependencies"):
            p, other = r["project"], r["other"]
            if r["kind"] == "requires":
                yield ("requires", p, other), self.x[p] - self.x[other] <= 0
            else:
                yield ("excludes", p, other), self.z[p] + self.z[other] <= 1

    def viability(self) -> Iterator[Row]:
        for p, z in self.z.items():
            r = self.d.projects[p]
            least = 1 if r["indivisible"] else r["min_share"]
            yield ("viability_min", p), least * z - self.x[p] <= 0
            yield ("viability_max", p), self.x[p] - z <= 0

    def partnership(self) -> Iterator[Row]:
        for p, members in self.d.partners.items():
            if len(members) < self.d.policy.min_partners:
                yield ("partnership", p), self.x[p] + 0 == 0

    def authorisation(self) -> Iterator[Row]:
        for r in rows(self.d.model, "authorisations"):
            bound = self.paid(lambda _, f, t, r=r: f == r["fund"] and t > r["year"])
            yield ("authorisation", r["fund"], str(r["year"])), bound <= r["amount"]

    # -- collaboration, targets, and what is settled beforehand

    def meeting(self) -> Iterator[Row]:
        for pair, n in self.n.items():
            yield ("tie", *pair), n - pulp.lpSum(self.x[p] for p in self.d.pairs[pair]) <= 0

    def points(self) -> Iterator[Row]:
        for a, r in self.d.areas.items():
            reached = pulp.lpSum(b * self.x[p] for (p, area), b in self.d.benefit.items() if area == a)
            yield ("points", a), self.within[a] + self.past.get(a, 0) - reached == 0
            if r["target"] is not None:
                yield ("beyond", a), self.within[a] + 0 <= r["target"]

    def decided(self) -> Iterator[Row]:
        for p, r in self.d.projects.items():
            if r["status"] == "committed" or p in self.d.model.required:
                yield ("fixed", p, "1"), self.x[p] + 0 == 1
            if r["status"] == "ordinary" or p in self.d.model.excluded:
                yield ("fixed", p, "0"), self.x[p] + 0 == 0

    # -- the objectives: (sense, expression, rows that define helper variables)

    def objective(self, name: str) -> tuple[str, pulp.LpAffineExpression, list[pulp.LpConstraint]]:
        d = self.d
        if name == "value":
            areas = pulp.lpSum(
                r["weight"] * (self.within[a] + r["beyond"] * self.past.get(a, 0)) for a, r in d.areas.items()
            )
            ties = pulp.lpSum(d.worth(*pair) * n for pair, n in self.n.items())
            return "max", areas + d.policy.collaboration_weight * ties, []
        if name == "draw_order":
            return "min", pulp.lpSum(d.funds[f]["draw_order"] * v for (_, f, _, _), v in self.y.items()), []
        if name == "funded":
            return "max", self.funded(), []
        if name == "leverage":
            return "min", self.paid(lambda _, f, __: d.funds[f]["level"] == "region"), []
        helper = self.variable(None)
        if name == "balance":
            weights = {a: r["weight"] for a, r in d.areas.items() if r["weight"] > 0}
            return "max", helper + 0, [helper - self.funded_in(a) * (1 / w) <= 0 for a, w in weights.items()]
        if name == "reach":
            return "max", helper + 0, [helper - self.reaching(j) * (1 / n) <= 0 for j, n in d.population.items()]
        if name == "spread":
            return "min", helper + 0, [self.paid(lambda _, g, __, f=f: g == f) - helper <= 0 for f in d.funds]
        raise OracleError(f"no objective {name!r}")


def t_before(years: list[int], t: int) -> int | None:
    """The year before t among the model's years."""
    place = years.index(t)
    return years[place - 1] if place else None


def oracle(model: FundingModel, solver: str = "highs", without: Iterable[str] = ()) -> Result:
    """The model's optimum, stage by stage, with the rules whose label's head is in `without` left out."""
    dropped = set(without)
    program = Program(model)
    for label, row in program.rules():
        if label[0] not in dropped:
            program.lp += row
    lp = program.lp
    binaries = list(program.z.values())
    optima: dict[str, float] = {}
    for objective in model.objectives:
        sense, expression, helpers = program.objective(objective.name)
        for row in helpers:
            lp += row
        best = optimise(lp, expression, sense, binaries, solver)
        if best is None:
            if optima:
                raise OracleError(f"{model.name}: infeasible at {objective.name} after {optima}")
            return Result("infeasible")
        optima[objective.name] = best
        size = max(1, abs(best))
        give = objective.tolerance * abs(best) + SLACK[solver] * size
        scale = 1e4 / size  # the solver's tolerance is absolute: a row of large numbers is kept more closely
        if sense == "max":
            lp += scale * expression >= scale * (best - give)
        else:
            lp += scale * expression <= scale * (best + give)
    x = {p: level(v) for p, v in program.x.items()}
    y = {key: level(v) for key, v in program.y.items()}
    return Result("optimal", _value(program.d, x), optima, x, y)


def value_of(model: FundingModel, x: dict[str, float]) -> float:
    """The value (points) of funding each project to the share x: from the text, no linear program."""
    return _value(Facts(model), x)


def _value(d: Facts, x: dict[str, float]) -> float:
    value = 0.0
    for a, r in d.areas.items():
        q = sum(b * x[p] for (p, area), b in d.benefit.items() if area == a)
        target = math.inf if r["target"] is None else r["target"]
        value += r["weight"] * (min(q, target) + r["beyond"] * max(0.0, q - target))
    ties = sum(d.worth(*pair) * min(1.0, sum(x[p] for p in met)) for pair, met in d.pairs.items())
    return value + d.policy.collaboration_weight * ties


def level(variable: pulp.LpVariable) -> float:
    """The variable's value; PuLP has none for a variable that no row and no objective mentions."""
    return float(variable.varValue or 0)


def optimise(
    lp: pulp.LpProblem, expression: pulp.LpAffineExpression, sense: str, binaries: list[pulp.LpVariable], solver: str
) -> float | None:
    """Optimum of `expression`, None where nothing is feasible; the program is left at an optimal point."""
    sign = -1 if sense == "max" else 1
    lp.setObjective(sign * expression)
    decide = _decide_by_cbc if solver == "cbc" else _decide_by_branching
    decisions = decide(lp, binaries) if binaries else {}
    if decisions is None or not _solved_at(lp, binaries, decisions, solver):
        return None
    _hold(binaries, {})
    return float(pulp.value(expression))


def _decide_by_branching(lp: pulp.LpProblem, binaries: list[pulp.LpVariable]) -> dict[int, int] | None:
    """The best 0 or 1 for each binary, by branch and bound over linear programs.

    Not by HiGHS' own: with mip_feasibility_tolerance = 1e-9 and a row that keeps an earlier optimum, HiGHS 1.15.1
    called 5.2 Mkr the optimum where 3.8 Mkr was possible at the same binaries.
    """
    best: float | None = None
    decided = None
    nodes: list[dict[int, int]] = [{}]
    while nodes:
        held = nodes.pop()
        if not _solved_at(lp, binaries, held, "highs"):
            continue
        bound = float(pulp.value(lp.objective))
        if best is not None and bound >= best - 1e-10 * max(1, abs(best)):
            continue
        free = [i for i in range(len(binaries)) if i not in held]
        if not free:
            best, decided = bound, held
            continue
        i = max(free, key=lambda i: abs(level(binaries[i]) - round(level(binaries[i]))))
        near = round(level(binaries[i]))
        nodes += [{**held, i: 1 - near}, {**held, i: near}]
    return decided


def _decide_by_cbc(lp: pulp.LpProblem, binaries: list[pulp.LpVariable]) -> dict[int, int] | None:
    """CBC's 0 or 1 for each binary: rounded, because a binary of 1e-7 is no decision but lets kronor through."""
    _hold(binaries, {})
    if not solved(lp, "cbc"):
        return None
    return {i: round(level(z)) for i, z in enumerate(binaries)}


def _hold(binaries: list[pulp.LpVariable], values: dict[int, int]) -> None:
    for i, z in enumerate(binaries):
        z.lowBound, z.upBound = values.get(i, 0), values.get(i, 1)


def _solved_at(lp: pulp.LpProblem, binaries: list[pulp.LpVariable], values: dict[int, int], solver: str) -> bool:
    """Solve with the binaries in `values` held there."""
    _hold(binaries, values)
    return solved(lp, solver)


def solved(lp: pulp.LpProblem, solver: str) -> bool:
    """Solve; True if optimal, False if infeasible, an error for everything else. The point is checked here.

    HiGHS has called a feasible program infeasible, and given up on another, with tight tolerances. So "infeasible"
    is believed when two of several settings say so, and "optimal" when the point keeps every row.
    """
    answers = []
    for backend in _backends(solver):
        status = lp.solve(backend)
        if status == pulp.LpStatusOptimal and lp.sol_status == pulp.LpSolutionOptimal and _worst(lp) <= 1e-7:
            return True
        answers.append(pulp.LpStatus[status])
        if answers.count("Infeasible") == 2:
            return False
    raise OracleError(f"no trustworthy answer of {solver}: {answers}")


def _worst(lp: pulp.LpProblem) -> float:
    """By how much the point breaks a row, relative to the size of the row's terms."""
    worst = 0.0
    for row in lp.constraints():
        left = sum(a * v.varValue for v, a in row.items()) + row.constant
        size = 1 + abs(row.constant) + sum(abs(a * v.varValue) for v, a in row.items())
        broken = abs(left) if row.sense == pulp.LpConstraintEQ else -left * row.sense
        worst = max(worst, broken / size)
    return worst


def _backends(solver: str) -> Iterator[pulp.LpSolver]:
    exact = {"msg": False, "gapRel": 0, "gapAbs": 0, "threads": 1}
    if solver == "cbc":
        for options in ({}, {"presolve": False}):
            with warnings.catch_warnings():  # PuLP 4 will not bundle CBC; PuLP 3 does
                warnings.simplefilter("ignore", DeprecationWarning)
                backend = pulp.PULP_CBC_CMD(**exact, **options)
            yield backend
    else:
        yield pulp.HiGHS(**exact, mip=False, primal_feasibility_tolerance=1e-9)
        yield pulp.HiGHS(**exact, mip=False, presolve="off")
        yield pulp.HiGHS(**exact, mip=False)
