"""Small random funding models that use every rule and every column, most of them feasible.

`random_model(seed)` is a function of the seed alone. A theme, by turns one of `RULES`, is always on and set so
that it is likely to matter; every other rule is on now and then. `rules_binding` says which rules matter: those
without which some objective's optimum is another.
"""

from __future__ import annotations

import dataclasses
import math
import random
from typing import TYPE_CHECKING, Any

import numpy as np
from build import build
from engine import Result, second

from rus_funding.model.amounts import least_grants
from rus_funding.model.model import OBJECTIVES
from rus_funding.model.validation.context import Context
from rus_funding.second_opinion import Facts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from rus_funding.model.model import FundingModel

Row = dict[str, Any]

SCALES = (1000, 1000, 1000, 10, 1)  # kronor: some models are so small that every krona counts


class Draft:
    """A model under construction: records per table, and the random source."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rng = rng = random.Random(seed)
        self.years = list(range(2026, 2026 + rng.choice((1, 2, 2, 3))))
        self.policy: Row = {}
        self.required: list[str] = []
        self.excluded: list[str] = []
        self.actors = [
            {
                "actor": f"actor{i}",
                "type": rng.choice(("region", "municipality", "company", "university")),
                "municipality": rng.choice(("", "m1", "m2")),
                "target_group": rng.choice(("", "primary", "secondary", "indirect")),
            }
            for i in range(rng.randint(3, 6))
        ]
        self.municipalities = [
            {"municipality": f"m{j + 1}", "population": rng.randint(4_000, 60_000)} for j in range(rng.randint(2, 4))
        ]
        self.areas = [
            {"area": f"area{i}", "weight": rng.choice((0.5, 1, 1.5, 2, 3)), "goal": "goal"}
            for i in range(rng.randint(2, 3))
        ]
        if rng.random() < 0.1:
            self.areas[-1]["weight"] = 0
        self.projects = [
            {"project": name, "lead": rng.choice(self.actors)["actor"], "source": "application"}
            for name in ("p-1", "p_1", "p2", "p3", "p4", "p5", "p6")[: rng.randint(3, 7)]
        ]
        self.rate_limits: list[Row] = []
        self.eligibility: list[Row] = []
        self.authorisations: list[Row] = []
        self.commitments: list[Row] = []
        self.dependencies: list[Row] = []
        self.links: list[Row] = []
        self.perspectives: list[Row] = []
        self.markings: list[Row] = []
        self.strategy = ""
        self.strategies: list[Row] = []
        self.coming: list[Row] = []
        self.mapping: list[Row] = []
        self._categories_and_costs()
        self._funds_and_budgets()
        self._contributions()
        self._participations()
        self._reach()

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def between(self, low: float, high: float, digits: int = 2) -> float:
        return round(self.rng.uniform(low, high), digits)

    def _categories_and_costs(self) -> None:
        rng = self.rng
        self.categories: list[Row] = [{"category": "staff"}, {"category": "travel"}]
        self.in_kind = self.chance(0.35)
        if self.in_kind:
            self.categories.append({"category": "time", "form": "in_kind"})
        scale = rng.choice(SCALES)
        self.costs = [
            {
                "project": p["project"],
                "category": k["category"],
                "year": t,
                "amount": rng.randint(20, 600) * scale + odd,
            }
            for p in self.projects
            for k in self.categories
            for t in self.years
            for odd in (rng.choice((0, 1, 7)),)
            if k["category"] == "staff" or self.chance(0.5)
        ]
        if self.chance(0.1):
            rng.choice(self.costs)["amount"] = 0
        if self.chance(0.3):
            base = rng.choice(("staff", "staff travel"))
            rate = rng.choice((0.2, 0.15, 0.0733))
            self.categories.append({"category": "overhead", "flat_rate": rate, "flat_rate_base": base})
        if self.in_kind and self.chance(0.15):
            self.categories.append(
                {"category": "premises", "form": "in_kind", "flat_rate": 0.07, "flat_rate_base": "time"}
            )

    def cost_of(self, project: str | None = None, year: int | None = None) -> int:
        return sum(
            r["amount"]
            for r in self.costs
            if (project is None or r["project"] == project) and (year is None or r["year"] == year)
        )

    def _funds_and_budgets(self) -> None:
        rng = self.rng
        base = rng.choice(("eligible", "booked", "total", "net"))
        basis = rng.choice(("year", "total"))
        self.funds: list[Row] = [
            {"fund": "f-1", "level": "state", "max_rate": rng.choice((0.4, 0.5, 0.55)), "rate_base": base},
            {"fund": "f_1", "level": "region", "draw_order": 5, "financier": "actor0"},
        ]
        self.funds[0]["rate_basis"] = basis
        shares = [self.between(0.15, 0.55), self.between(0.15, 0.6)]
        if self.chance(0.5):
            self.funds.append({"fund": "eu", "level": "eu", "draw_order": 1, "max_rate": rng.choice((0.4, 0.66, 1))})
            shares.append(self.between(0.05, 0.3))
        if base == "net" or self.chance(0.5):
            self.funds.append(
                {
                    "fund": "fees",
                    "sector": "private",
                    "level": "private",
                    "income": True,
                    "draw_order": rng.choice((0, 2)),
                }
            )
            shares.append(self.between(0.05, 0.3))
        if self.in_kind:
            self.funds.append({"fund": "work", "sector": "private", "level": "private", "form": "in_kind"})
            shares.append(self.between(0.2, 0.6))
        self.budgets = [
            {"fund": f["fund"], "year": t, "amount": round(self.cost_of(year=t) * share * rng.choice((0.6, 1, 1, 1.4)))}
            for f, share in zip(self.funds, shares, strict=True)
            for t in self.years
            if f["fund"] in ("f_1", "work") or self.chance(0.93)
        ]
        for row in self.budgets:
            row["status"] = rng.choice(("granted", "granted", "applied", "planned"))
            row["verified"] = rng.choice(("", "yes", "no"))

    def budget(self, fund: str, after: int = 0) -> int:
        return sum(r["amount"] for r in self.budgets if r["fund"] == fund and r["year"] > after)

    def _contributions(self) -> None:
        self.contributions: list[Row] = []
        self.points = dict.fromkeys((a["area"] for a in self.areas), 0.0)
        given = self.chance(0.5)
        for p in self.projects:
            chosen = self.rng.sample(self.areas, self.rng.choice((1, 1, 2)))
            share = 1.0 if len(chosen) == 1 else self.between(0.1, 0.9)
            for a, part in zip(chosen, (share, round(1 - share, 2)), strict=False):
                row = {"project": p["project"], "area": a["area"], "share": part}
                points = part * self.cost_of(p["project"]) / 1000
                if given:  # every row or none: a mix is refused
                    points = row["benefit"] = self.between(20, 900) if self.chance(0.8) else round(points, 1)
                self.points[a["area"]] += points
                self.contributions.append(row)

    def _participations(self) -> None:
        self.participations = [
            {
                "project": p["project"],
                "actor": a["actor"],
                "role": self.rng.choice(("partner", "beneficiary", "financier")),
            }
            for p in self.projects
            for a in self.actors
            if self.chance(0.3)
        ]
        if self.chance(0.2):
            p = self.projects[0]
            self.participations.append({"project": p["project"], "actor": p["lead"], "role": "lead"})

    def _reach(self) -> None:
        self.reach: list[Row] = []
        for p in self.projects:
            left = 1.0
            for j in self.rng.sample(self.municipalities, self.rng.choice((1, 1, 2))):
                share = round(min(left, self.between(0.2, 1)), 2)
                left = round(left - share, 2)
                if share > 0:
                    self.reach.append({"project": p["project"], "municipality": j["municipality"], "share": share})

    def worth(self, project: str) -> float:
        """Rough points per krona."""
        weight = {a["area"]: a["weight"] for a in self.areas}
        points = sum(
            weight[r["area"]] * r.get("benefit", r["share"] * self.cost_of(project) / 1000)
            for r in self.contributions
            if r["project"] == project
        )
        return points / max(1, self.cost_of(project))

    def ranked(self) -> list[Row]:
        """Projects, the most worthwhile first."""
        return sorted(self.projects, key=lambda p: -self.worth(p["project"]))


# -- the rules: what each adds to a draft


def rate(d: Draft) -> None:
    d.funds[0]["max_rate"] = d.between(0.2, 0.45)
    for f in d.funds[2:]:
        if f["fund"] == "work":
            f.update(max_rate=d.between(0.6, 0.95), rate_base="total", rate_basis="total")
        elif d.chance(0.5):
            f["max_rate"] = d.between(0.1, 0.6)
            f["rate_basis"] = d.rng.choice(("year", "total"))
            f["rate_base"] = d.rng.choice(("eligible", "booked", "total", "net"))


def cap(d: Draft) -> None:
    for f in d.rng.sample(d.funds, d.rng.choice((1, 2))):
        f["max_per_project"] = round(d.cost_of() / len(d.projects) * d.between(0.1, 0.4))


def group_min(d: Draft) -> None:
    f = d.funds[1] if d.chance(0.6) else d.rng.choice(d.funds[1:])
    by = d.rng.choice(("sector", "level", "fund") if f.get("sector") == "private" else ("level", "fund"))
    low, high = (0.5, 0.8) if f["fund"] == "f_1" else (0.1, 0.4)
    _limit(d, {**_group(f, by), "min_rate": d.between(low, high)})


def group_max(d: Draft) -> None:
    f = d.rng.choice(d.funds[:2])
    by = d.rng.choice(("sector", "level", "fund", "form"))
    low, high = (0.8, 0.95) if by in ("sector", "form") else (0.1, 0.35)
    _limit(d, {**_group(f, by), "max_rate": d.between(low, high)})


def _group(f: Row, by: str) -> Row:
    """The group of funds that f belongs to."""
    defaults = {"sector": "public", "form": "cash"}
    return {"by": by, "value": f.get(by, defaults.get(by))}


def _limit(d: Draft, row: Row) -> None:
    if d.chance(0.25):
        row["project"] = d.ranked()[0]["project"]
    elif d.chance(0.25):
        row["actor_type"] = d.actors[0]["type"]
    d.rate_limits.append({"limit": f"limit{len(d.rate_limits)}", **row})


def area_floor(d: Draft) -> None:
    reached = {r["area"] for r in d.contributions}
    low = min((a for a in d.areas if a["area"] in reached), key=lambda a: a["weight"])
    low["floor_share"] = d.between(0.35, 0.65)


def area_cap(d: Draft) -> None:
    first, last = d.ranked()[0]["project"], d.ranked()[-1]["project"]
    area = d.rng.choice([r["area"] for r in d.contributions if r["project"] == first])
    next(a for a in d.areas if a["area"] == area)["cap_share"] = d.between(0.3, 0.6)
    other = next(a["area"] for a in d.areas if a["area"] != area)
    row: Row = {"project": last, "area": other, "share": 1.0}
    if "benefit" in d.contributions[0]:
        row["benefit"] = round(d.cost_of(last) / 1000, 1)
    d.contributions = [r for r in d.contributions if r["project"] != last]  # somewhere else to put the money
    d.contributions.append(row)


def diversification(d: Draft) -> None:
    d.rng.choice(d.funds[:2])["max_share"] = d.between(0.25, 0.45)


def territorial(d: Draft) -> None:
    d.policy["municipality_floor"] = d.between(0.3, 0.9)
    p = d.ranked()[-2]["project"]  # one project reaches everybody
    d.reach = [r for r in d.reach if r["project"] != p]
    share = math.floor(100 / len(d.municipalities)) / 100
    d.reach += [{"project": p, "municipality": j["municipality"], "share": share} for j in d.municipalities]


def participation(d: Draft) -> None:
    actor = min(d.actors, key=lambda a: sum(p["lead"] == a["actor"] for p in d.projects))["actor"]
    d.participations = [r for r in d.participations if r["actor"] != actor]
    for p in d.ranked()[-1:]:
        d.participations.append({"project": p["project"], "actor": actor, "role": "partner"})
    next(a for a in d.actors if a["actor"] == actor)["min_projects"] = 1


def commitment(d: Draft) -> None:
    p = d.ranked()[-1]["project"] if d.chance(0.7) else d.rng.choice(d.projects)["project"]
    kind = d.rng.choice(("decided", "paid"))
    fund = "f_1" if d.chance(0.8) else "f-1"
    year = d.rng.choice([r["year"] for r in d.costs if r["project"] == p and r["amount"] > 0] or d.years)
    cost = sum(r["amount"] for r in d.costs if (r["project"], r["category"], r["year"]) == (p, "staff", year))
    amount = min(cost, next((r["amount"] for r in d.budgets if (r["fund"], r["year"]) == (fund, year)), 0))
    row = {"project": p, "fund": fund, "year": year, "amount": round(amount * d.between(0.05, 0.3)), "kind": kind}
    if all((r["project"], r["fund"], r["year"]) != (p, fund, year) for r in d.commitments):
        d.commitments.append(row)


def requires(d: Draft) -> None:
    ranked = d.ranked()
    d.dependencies.append({"project": ranked[0]["project"], "kind": "requires", "other": ranked[-1]["project"]})


def excludes(d: Draft) -> None:
    first, second = d.ranked()[:2]
    d.dependencies.append({"project": first["project"], "kind": "excludes", "other": second["project"]})


def viability(d: Draft) -> None:
    for p in d.ranked()[1:4]:
        if d.chance(0.5):
            p["indivisible"] = True
        elif d.chance(0.7):
            p["min_share"] = d.between(0.4, 0.95)


def partnership(d: Draft) -> None:
    d.policy["min_partners"] = d.rng.choice((2, 2, 3))


def authorisation(d: Draft) -> None:
    for f in d.rng.sample(d.funds, d.rng.choice((1, 2))):
        year = d.rng.choice((d.years[0] - 1, *d.years[:-1]))
        amount = round(d.budget(f["fund"], year) * d.between(0.3, 0.8))
        if all((r["fund"], r["year"]) != (f["fund"], year) for r in d.authorisations):
            d.authorisations.append({"fund": f["fund"], "year": year, "amount": amount})


def perspective(d: Draft) -> None:
    """Projects marked with perspectives that overlap, most of those on a stated basis the least worthwhile ones."""
    kind = d.rng.choice(("sustainability", "group", "challenge", "other"))
    d.perspectives += [{"perspective": "eco", "kind": kind}, {"perspective": "women", "kind": "gender"}]
    d.perspectives.append({"perspective": "men", "kind": "gender"})
    ranked = d.ranked()
    for i, p in enumerate(ranked):
        women = d.between(0.1, 0.9)
        last = i >= len(ranked) // 2
        for name, share in (("eco", d.between(0.5, 1) if last else d.between(0, 0.4)), ("women", women)):
            if last or d.chance(0.7):
                basis = "statistics" if last or d.chance(0.6) else ""
                d.markings.append({"project": p["project"], "perspective": name, "share": share, "basis": basis})
        if d.chance(0.5):
            row = {"project": p["project"], "perspective": "men", "share": round(1 - women, 2)}
            d.markings.append({**row, "basis": d.rng.choice(("", "statistics"))})
    d.perspectives[0]["floor_share"] = d.between(0.3, 0.6)
    if d.chance(0.4):
        d.perspectives[1]["floor_share"] = d.between(0.3, 0.5)


def available(d: Draft) -> None:
    """Shares of all budgets: floors that ask for money, caps and largest shares that leave some of it idle."""
    d.policy["share_base"] = "available"
    for row in (*d.areas, *d.perspectives):  # drawn as shares of what is funded
        row["floor_share"] = round(0.4 * row.get("floor_share", 0), 2)
    reached = [r["area"] for r in d.contributions]
    row = min((a for a in d.areas if reached.count(a["area"]) > 1), key=lambda a: a["weight"], default=d.areas[0])
    if row["area"] in reached:
        row["floor_share"] = max(row["floor_share"], d.between(0.05, 0.2))
    if d.chance(0.4):
        d.rng.choice(d.funds[:2])["max_share"] = d.between(0.1, 0.3)
    if d.chance(0.4):
        first = d.ranked()[0]["project"]
        top = next(r["area"] for r in d.contributions if r["project"] == first)
        next(a for a in d.areas if a["area"] == top)["cap_share"] = d.between(0.15, 0.4)


def strategies(d: Draft) -> None:
    """A coming strategy whose areas report: heavier than any that decides, with a target, and reached by mapping."""
    d.strategy = "now"
    d.strategies = [
        {"strategy": "now", "name": "now", "from": 2020, "to": 2030}, {"strategy": "next", "name": "next"}
    ]  # fmt: skip
    for row in d.areas:
        row["strategy"] = d.rng.choice(("now", "now", ""))
    d.areas[0]["strategy"] = "now"
    d.coming = [{"area": f"next{i}", "strategy": "next", "weight": 9, "target": 5 + i} for i in range(2)]
    for row in d.areas:
        share = d.rng.choice((0.0, 0.25, 0.5, 1.0))
        d.mapping += [{"area": row["area"], "to": "next0", "share": share},
                      {"area": row["area"], "to": "next1", "share": 1 - share}]  # fmt: skip


def beyond(d: Draft) -> None:
    area = max(d.areas, key=lambda a: a["weight"] * d.points[a["area"]])
    area["target"] = round(d.points[area["area"]] * d.between(0.15, 0.6), 1)
    area["beyond"] = d.rng.choice((0, 0.2, 0.5))


def collaboration(d: Draft) -> None:
    d.policy["collaboration_weight"] = round(sum(d.points.values()) * d.between(0.03, 0.3), 1)
    for i, a in enumerate(d.actors):
        for other in d.actors[i + 1 :]:
            if d.chance(0.25):
                d.links.append({"actor": a["actor"], "other": other["actor"], "weight": d.between(0.2, 4)})


def least_grant(d: Draft) -> None:
    usual = d.cost_of() / len(d.projects)
    if d.chance(0.5):
        d.policy["min_grant"] = round(usual * d.between(0.05, 0.4)) + 1
    for f in d.rng.sample(d.funds, d.rng.choice((1, 2))):
        f["min_per_project"] = d.rng.choice((0, round(usual * d.between(0.1, 0.6)), round(usual * d.between(0.1, 0.6))))


def least_share(d: Draft) -> None:
    d.policy["min_share"] = d.rng.choice((0.3, 0.6, 0.9, 1))
    for p in d.projects:
        if d.chance(0.3):
            p["min_share"] = d.rng.choice((0, 0.2, 0.7))


def carry_over(d: Draft) -> None:
    for f in d.rng.sample(d.funds, d.rng.choice((1, 2))):
        f["carry_over"] = d.rng.choice((0.3, 0.9, 1))


def eligibility(d: Draft) -> None:
    funds = [f["fund"] for f in d.funds if f["fund"] != "f_1"]
    if d.policy.get("municipality_floor"):
        funds = [f for f in funds if f != "work"]  # without it, a municipality may be reached by nothing fundable
    f = d.rng.choice(funds)
    for by in d.rng.sample(("area", "category", "project", "actor_type"), d.rng.choice((1, 1, 2))):
        values = {
            "area": [a["area"] for a in d.areas],
            "category": [k["category"] for k in d.categories],
            "project": [p["project"] for p in d.projects],
            "actor_type": sorted({a["type"] for a in d.actors}),
        }[by]
        for value in d.rng.sample(values, max(1, len(values) // 2)):
            d.eligibility.append({"fund": f, "by": by, "value": value})


def status(d: Draft) -> None:
    small = min(d.projects, key=lambda p: d.cost_of(p["project"]))
    small["status"] = d.rng.choice(("committed", "ordinary"))


def levels(d: Draft) -> None:
    d.funds[1]["level"] = random.Random(f"level {d.seed}").choice(("region", "municipality", "other"))


def withdrawn(d: Draft) -> None:
    named = {*d.required, *d.excluded, *(row["project"] for row in d.commitments)}
    named |= {row[end] for row in d.dependencies for end in ("project", "other")}
    free = [p for p in d.projects if "status" not in p and p["project"] not in named]
    if free and not d.policy.get("municipality_floor") and random.Random(f"withdrawn {d.seed}").random() < 0.3:
        min(free, key=lambda p: d.cost_of(p["project"]))["status"] = "withdrawn"


def decided_by_scenario(d: Draft) -> None:
    small = min(d.projects, key=lambda p: d.cost_of(p["project"]))
    if small.get("status") != "ordinary" and d.chance(0.4):
        d.required.append(small["project"])
    else:
        d.excluded.append(d.ranked()[0]["project"])


RULES: dict[str, Callable[[Draft], None]] = {
    rule.__name__: rule
    for rule in (
        rate,
        cap,
        group_min,
        group_max,
        area_floor,
        area_cap,
        diversification,
        territorial,
        participation,
        commitment,
        requires,
        excludes,
        viability,
        partnership,
        authorisation,
        beyond,
        collaboration,
        least_grant,
        least_share,
    )
}
"""The rules that can be off; financing and budget are in every model."""

FEATURES = (carry_over, eligibility, status, decided_by_scenario)

NEWER: dict[str, Callable[[Draft], None]] = {rule.__name__: rule for rule in (perspective, available)}
"""Rules that came later. They are drawn where a test asks for them: the models of known seeds stay what they are."""


def newer_model(seed: int) -> FundingModel:
    """The model of this seed with one of `NEWER`, by turns, and the others now and then."""
    theme, rng = tuple(NEWER)[seed % len(NEWER)], random.Random(f"newer {seed}")
    newer = [name for name in NEWER if name == theme or rng.random() < 0.3]
    return random_model(seed, newer=[*newer, "strategies"] if rng.random() < 0.5 else newer)


def random_model(seed: int, rules: Collection[str] | None = None, newer: Collection[str] = ()) -> FundingModel:
    """The model of this seed; with `rules`, those of `RULES`, `FEATURES` and `NEWER` are on and no others."""
    d = Draft(seed)
    if newer:
        levels(d)
    theme = tuple(RULES)[seed % len(RULES)]
    for name, rule in RULES.items():
        drawn = d.chance(0.12)
        if name in rules if rules is not None else (drawn or name == theme):
            rule(d)
    for feature in FEATURES:
        drawn = d.chance(0.15)
        if feature.__name__ in rules if rules is not None else drawn:
            feature(d)
    for name, rule in NEWER.items():
        if name in newer or name in (rules or ()):
            rule(d)
    if newer:
        withdrawn(d)
    if "strategies" in newer:  # no rule: nothing of it may bind
        strategies(d)
    _make_valid(d)
    for row in d.areas:
        row.setdefault("verified", d.rng.choice(("", "yes", "no")))
    tables = {
        "areas": d.areas,
        "funds": d.funds,
        "authorisations": d.authorisations,
        "eligibility": d.eligibility,
        "rate_limits": d.rate_limits,
        "categories": d.categories,
        "projects": d.projects,
        "actors": d.actors,
        "participations": d.participations,
        "links": d.links,
        "municipalities": d.municipalities,
        "reach": d.reach,
        "commitments": d.commitments,
        "dependencies": d.dependencies,
        "budgets": d.budgets,
        "costs": d.costs,
        "contributions": d.contributions,
        "perspectives": d.perspectives,
        "markings": d.markings,
        "strategies": d.strategies,
        "mapping": d.mapping,
    }
    objectives = _objectives(d)
    tables["previous"] = _previous(d, objectives)
    tables["areas"] = [*d.areas, *d.coming]
    for records in tables.values():
        d.rng.shuffle(records)
    tables |= _after(d, seed)
    model = build(
        name=f"random-{seed}",
        years=d.years,
        policy=d.policy,
        objectives=objectives,
        required=d.required,
        excluded=d.excluded,
        strategy=d.strategy,
        **tables,
    )
    return _reachable(model)


def _reachable(model: FundingModel) -> FundingModel:
    """The model without floors of areas that no project with a payer counts to."""
    context = Context(model, {}, {})
    amounts = context.amounts
    reached = (amounts.area_share[context.reachable] > 0).any(axis=0)
    areas, index = model["areas"], amounts.index
    floors = areas["floor_share"].copy()
    floors[index.area_order[~reached]] = 0.0
    return model.replace(tables={**model.tables, "areas": areas.replace(floor_share=floors)})


def _previous(d: Draft, objectives: list[tuple[str, float]] | None) -> list[Row]:
    """The plan decided last time: some funds paid some projects something, in this model's years or the year before."""
    if objectives is None or "continuity" not in dict(objectives):
        return []
    years = [d.years[0] - 1, *d.years]
    usual = d.cost_of() / len(d.projects)
    return [
        {"project": p["project"], "fund": f["fund"], "year": t, "amount": round(usual * d.between(0, 0.5))}
        for p in d.projects
        for f in d.funds
        for t in years
        if d.chance(0.2)
    ]


def _after(d: Draft, seed: int) -> dict[str, list[Row]]:
    """What is booked and paid: no year is closed, so nothing of it may bind. Drawn by itself, as it came later."""
    rng = random.Random(f"after {seed}")
    flat = {row["category"] for row in d.categories if row.get("flat_rate") is not None}
    booked = [
        {
            "project": p["project"],
            "category": k["category"],
            "year": t,
            "amount": rng.randrange(9999),
            "final": t % 2 > 0,
        }
        for p in d.projects
        for k in d.categories
        for t in d.years
        if k["category"] not in flat and rng.random() < 0.2
    ]
    claims = [
        {"project": p["project"], "fund": f["fund"], "year": t, "amount": rng.randrange(1, 9999), "kind": kind}
        for p in d.projects
        for f in d.funds
        for t in d.years
        for kind in ("advance", "claim")
        if rng.random() < 0.1
    ]
    back = [{**row, "kind": "recovery", "amount": row["amount"] // 2} for row in claims if row["kind"] == "claim"]
    projects = [{**row, "replan": rng.choice(("cut", "delay", "keep"))} for row in d.projects]
    return {"booked": booked, "claims": [*claims, *back], "projects": projects}


def _make_valid(d: Draft) -> None:
    """Take back what validation would refuse: promises to projects that cannot be funded, floors nobody reaches."""
    partners = {p["project"]: {p["lead"]} for p in d.projects}
    for r in d.participations:
        partners[r["project"]].add(r["actor"])
    for p in d.projects:
        if len(partners[p["project"]]) < d.policy.get("min_partners", 0):
            p["status"] = "candidate" if p.get("status") == "committed" else p.get("status", "candidate")
            d.required = [name for name in d.required if name != p["project"]]
    alive = {
        p["project"]
        for p in d.projects
        if p.get("status") != "ordinary"
        and p["project"] not in d.excluded
        and len(partners[p["project"]]) >= d.policy.get("min_partners", 0)
    }
    d.commitments = [r for r in d.commitments if r["project"] in alive]
    for p in d.projects:
        if p["project"] not in alive and p.get("status") == "committed":
            p["status"] = "candidate"
    for a in d.areas:
        if not any(r["area"] == a["area"] and r["project"] in alive for r in d.contributions):
            a["floor_share"] = 0
        a["cap_share"] = max(a.get("cap_share", 1), a.get("floor_share", 0))
    for row in d.perspectives:
        floor, counted = row.get("floor_share", 0), (r for r in d.markings if r["perspective"] == row["perspective"])
        shares = sorted(r["share"] for r in counted if r["project"] in alive and r["basis"])
        row["floor_share"] = min(floor, *shares[-2:-1] or (0,))  # not all that is alive can be paid for
    for a in d.actors:
        if not any(a["actor"] in partners[p] for p in alive):
            a["min_projects"] = 0
    reached = {r["municipality"] for r in d.reach if r["project"] in alive and d.cost_of(r["project"]) > 0}
    if len(reached) < len(d.municipalities):
        d.policy["municipality_floor"] = 0


def _objectives(d: Draft) -> list[tuple[str, float]] | None:
    if d.chance(0.6):
        return None
    names = d.rng.sample(OBJECTIVES, d.rng.choice((2, 3, 4)))
    if "value" not in names and d.chance(0.8):
        names[1] = "value"
    savers = ("draw_order", "leverage", "spread", "continuity")
    if names[0] in savers and d.chance(0.9):
        names.sort(key=lambda name: name in savers)  # paying nothing is cheapest
    return [(name, d.rng.choice((0.0, 0.0, 0.01, 0.05))) for name in names]


def tight_model(seed: int) -> FundingModel:
    """Two or three funds at half of odd costs, and budgets within 3 kr of the need: hard to settle in kronor."""
    rng = random.Random(seed)
    years = list(range(2026, 2026 + rng.choice((1, 2, 3))))
    projects = [f"p{i}" for i in range(rng.choice((1, 2, 3, 4)))]
    funds = [f"f{i}" for i in range(rng.choice((2, 3, 3)))]
    costs = {p: {t: rng.choice((3, 5, 7, 11, 101, 1001, 99_999)) for t in years} for p in projects}
    need = {t: sum(costs[p][t] for p in projects) for t in years}
    return build(
        name=f"tight-{seed}",
        years=years,
        costs=costs,
        funds=[
            {
                "fund": f,
                "max_rate": 0.5 if i < 2 else rng.choice((0.1, 0.33, 0.5, 1)),
                "rate_basis": rng.choice(("year", "year", "total")),
                "draw_order": rng.choice((0, 1, 2)),
                **({"max_per_project": rng.randint(2, 9)} if i == 2 and rng.random() < 0.3 else {}),
            }
            for i, f in enumerate(funds)
        ],
        budgets={
            f: {t: max(0, round(need[t] / (2 if i < 2 else 10)) + rng.randint(-3, 3)) for t in years}
            for i, f in enumerate(funds)
        },
        benefits={p: round(rng.uniform(1, 9), 2) for p in projects},
    )


def same(first: Result, second: Result, tolerance: float = 1e-6) -> bool:
    """Whether two answers have the same status and the same optimum at every stage."""
    if first.status != second.status or first.objectives.keys() != second.objectives.keys():
        return False
    return all(
        math.isclose(optimum, second.objectives[name], rel_tol=tolerance, abs_tol=tolerance)
        for name, optimum in first.objectives.items()
    )


def rules_present(model: FundingModel) -> set[str]:
    """The rules that the model says anything about."""
    policy, areas, funds = model.policy, model["areas"], model["funds"]
    limits, projects, kinds = model["rate_limits"], model["projects"], model["dependencies"]["kind"].tolist()
    present = {
        "rate": bool(np.any(funds["max_rate"] < 1)),
        "cap": bool(np.any(~np.isnan(funds["max_per_project"]))),
        "group_min": bool(np.any(limits["min_rate"] > 0)),
        "group_max": bool(np.any(limits["max_rate"] < 1)),
        "area_floor": bool(np.any(areas["floor_share"] > 0)),
        "area_cap": bool(np.any(areas["cap_share"] < 1)),
        "diversification": bool(np.any(funds["max_share"] < 1)),
        "territorial": policy.municipality_floor > 0,
        "participation": bool(np.any(model["actors"]["min_projects"] > 0)),
        "commitment": model["commitments"].size > 0,
        "requires": "requires" in kinds,
        "excludes": "excludes" in kinds,
        "viability": bool(np.any(projects["min_share"] > 0) or np.any(projects["indivisible"])),
        "least_share": policy.min_share > 0 and bool(np.any(np.isnan(projects["min_share"]))),
        "least_grant": bool(np.any(least_grants(model) > 0)),
        "partnership": policy.min_partners > 1,
        "authorisation": model["authorisations"].size > 0,
        "collaboration": policy.collaboration_weight > 0,
        "beyond": bool(np.any(~np.isnan(areas["target"]))),
        "perspective": bool(np.any(model["perspectives"]["floor_share"] > 0)),
        "available": policy.share_base == "available",
    }
    return {"financing", "budget"} | {rule for rule, on in present.items() if on}


def without(model: FundingModel, rule: str) -> FundingModel:
    """The model without one rule, said in the model's own tables (every rule but financing)."""

    def change(table: str, **columns: Any) -> FundingModel:
        old = model[table]
        new = {name: np.full_like(old[name], value) for name, value in columns.items()}
        return model.replace(tables={**model.tables, table: old.replace(**new)})

    def drop(table: str, keep: Any = False) -> FundingModel:
        rows = model[table]
        return model.replace(tables={**model.tables, table: rows.take(np.full(rows.size, False) | keep)})

    if rule == "budget":
        everything = sum(Facts(model).total.values())
        funds = model["funds"]["fund"].tolist()
        rows = build(years=model.years, budgets=dict.fromkeys(funds, everything))["budgets"]
        return model.replace(tables={**model.tables, "budgets": rows})
    keys = {
        "territorial": "municipality_floor",
        "collaboration": "collaboration_weight",
        "partnership": "min_partners",
        "least_share": "min_share",
    }
    if rule in keys:
        return model.replace(policy=dataclasses.replace(model.policy, **{keys[rule]: 0}))
    if rule == "available":
        return model.replace(policy=dataclasses.replace(model.policy, share_base="funded"))
    changes: dict[str, Callable[[], FundingModel]] = {
        "rate": lambda: change("funds", max_rate=1.0, rate_base="eligible"),
        "cap": lambda: change("funds", max_per_project=np.nan),
        "group_min": lambda: change("rate_limits", min_rate=0.0),
        "group_max": lambda: change("rate_limits", max_rate=1.0),
        "area_floor": lambda: change("areas", floor_share=0.0),
        "area_cap": lambda: change("areas", cap_share=1.0),
        "diversification": lambda: change("funds", max_share=1.0),
        "participation": lambda: change("actors", min_projects=0),
        "commitment": lambda: drop("commitments"),
        "requires": lambda: drop("dependencies", model["dependencies"]["kind"] != "requires"),
        "excludes": lambda: drop("dependencies", model["dependencies"]["kind"] != "excludes"),
        "viability": lambda: change(
            "projects",
            min_share=np.where(np.isnan(model["projects"]["min_share"]), np.nan, 0.0),
            indivisible=False,
        ),
        "least_grant": lambda: change("funds", min_per_project=0.0),
        "authorisation": lambda: drop("authorisations"),
        "beyond": lambda: change("areas", target=np.nan),
        "perspective": lambda: change("perspectives", floor_share=0.0),
    }
    return changes[rule]()


def rules_binding(model: FundingModel, among: Collection[str] | None = None, optimum: Result | None = None) -> set[str]:
    """The rules that matter at the optimum: without one of them, some stage's optimum is another.

    `among` asks about these rules only; `optimum` is the second opinion on the model, if it is known. An infeasible
    model has no optimum, so no rule binds there.
    """
    asked = rules_present(model) if among is None else rules_present(model) & set(among)
    optimum = second(model) if optimum is None else optimum
    binding = set()
    for rule in sorted(asked) if optimum.status == "optimal" else ():
        other = second(model, without={rule}) if rule == "financing" else second(without(model, rule))
        if not same(optimum, other):
            binding.add(rule)
    return binding
