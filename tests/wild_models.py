"""Random funding models as people fill them in, and worse: zeros in matrices, 1 kr beside 50 billion, odd kronor.

`wild_model(seed)` is a function of the seed alone. It draws on the parts of `random_models` and adds what those leave
out: explicit zeros in every table that is filled in as a matrix, projects without costs (with and without points),
amounts from 1 kr to 50 billion a cell (a scale per model, in some a scale per project), every objective in every place
with and without tolerances, two funds of 50 % and odd costs, group rates of one value alone, income funds on `net`.

Most are valid; `benchmarks/sweep.py` leaves out those that `validate` refuses.
"""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING, Any

from build import build
from random_models import FEATURES, NEWER, RULES, Draft, Row, _make_valid

from rus_funding.model.model import OBJECTIVES

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel

LARGEST = 50_000_000_000  # kr in a cell
TOLERANCES = (0.0, 0.0, 0.0, 0.001, 0.01, 0.05, 0.25)


class Wild(Draft):
    """A draft whose costs are of any size, from before its budgets, points and rules are made of them."""

    def __init__(self, seed: int) -> None:
        self.wild = random.Random(f"wild {seed}")
        super().__init__(seed)

    def maybe(self, share: float) -> bool:
        return self.wild.random() < share

    def _categories_and_costs(self) -> None:
        super()._categories_and_costs()
        w, mixed = self.wild, self.maybe(0.25)
        about = 10 ** w.uniform(0.3, 10.7)
        most = max(r["amount"] for r in self.costs)
        for p in self.projects:
            if mixed:
                about = 10 ** w.uniform(0.3, 10.7)
            for r in self.costs:
                if r["project"] == p["project"]:
                    r["amount"] = min(LARGEST, max(1, round(r["amount"] / most * about)))
        if self.maybe(0.3):  # odd kronor
            for r in self.costs:
                r["amount"] |= 1
        if self.maybe(0.35):  # nobody has entered their costs yet, or they have none
            for p in w.sample(self.projects, w.choice((1, 1, 2))):
                empty = self.maybe(0.5)
                for r in self.costs:
                    if r["project"] == p["project"]:
                        r["amount"] = 0
                if empty:
                    self.costs = [r for r in self.costs if r["amount"]]


def two_halves(d: Wild) -> None:
    """Two funds pay 50 % each, and there is no third, or little of it."""
    for f in d.funds[:2]:
        f.update(max_rate=0.5, rate_basis=d.wild.choice(("year", "total")), rate_base="eligible")
    for r in d.costs:
        if r["amount"] and d.maybe(0.8):
            r["amount"] |= 1
    if d.maybe(0.5):
        others = {f["fund"] for f in d.funds[2:] if f["fund"] != "work"}
        for r in d.budgets:
            if r["fund"] in others:
                r["amount"] = d.wild.choice((0, 1, 3))


def fixed_rate(d: Wild) -> None:
    """A fund pays exactly a share of every project's cost, as its decision says."""
    f = d.wild.choice(d.funds[:2])
    rate = d.wild.choice((2 / 3, 1 / 3, 0.6667, 0.5, 0.4, 0.25))
    f["max_rate"] = d.wild.choice((1, rate))
    row: Row = {"limit": "fixed", "by": "fund", "value": f["fund"], "min_rate": rate, "max_rate": rate}
    if d.maybe(0.4):
        row["project"] = d.wild.choice(d.projects)["project"]
    d.rate_limits.append(row)


def net_income(d: Wild) -> None:
    """What participants pay lowers what a fund's rate is a share of, the income fund's own rate too."""
    d.funds[0].update(rate_base="net", max_rate=d.wild.choice((0.4, 0.5)))
    for f in d.funds:
        if f.get("income"):
            f.update(rate_base=d.wild.choice(("net", "net", "booked")), max_rate=d.wild.choice((0.1, 0.3, 1)))


def small_cap(d: Wild) -> None:
    """A cap that is small beside the costs: little of a project can be carried out."""
    f = d.wild.choice(d.funds)
    f["max_per_project"] = d.wild.choice((1, 7, 1000, max(1, d.cost_of() // 1000)))


EXTRAS = (two_halves, fixed_rate, net_income, small_cap)


def zeros(d: Wild) -> None:
    """Matrices filled in to the last cell: what was blank is 0, and here and there a number is 0 as well."""
    projects, areas, places = ids(d.projects, "project"), ids(d.areas, "area"), ids(d.municipalities, "municipality")
    started = [p for p in projects if p in ids(d.costs, "project") and d.maybe(0.5)]  # others may have no row at all
    entered = [k["category"] for k in d.categories if "flat_rate" not in k]
    fill(d, d.costs, {"project": started, "category": entered, "year": d.years}, {"amount": 0}, 1)
    fill(d, d.budgets, {"fund": ids(d.funds, "fund"), "year": d.years}, {"amount": 0}, 0.7)
    with_points = any(r.get("benefit") is not None for r in d.contributions)
    fill(
        d, d.contributions, {"project": projects, "area": areas}, {"share": 0, "benefit": d.wild.choice((None, 0))}, 0.5
    )
    fill(
        d, d.contributions, {"project": projects, "area": areas}, {"share": 0, "benefit": 5 if with_points else 0}, 0.1
    )
    fill(d, d.reach, {"project": projects, "municipality": places}, {"share": 0}, 0.7)
    marked = {"project": projects, "perspective": ids(d.perspectives, "perspective")}
    fill(d, d.markings, marked, {"share": 0, "basis": d.wild.choice(("", "none"))}, 0.5)
    actors = sorted(ids(d.actors, "actor"))
    linked = {(r["actor"], r["other"]) for r in d.links}
    d.links += [
        {"actor": one, "other": other, "weight": 0}
        for one, other in itertools.combinations(actors, 2)
        if not linked & {(one, other), (other, one)} and d.maybe(0.3)
    ]
    for r in d.commitments:
        if d.maybe(0.2):
            r["amount"] = 0


def ids(records: list[Row], column: str) -> list[Any]:
    return list(dict.fromkeys(r[column] for r in records))


def fill(d: Wild, records: list[Row], key: dict[str, list[Any]], cell: Row, share: float) -> None:
    """A row for a share of the keys that have none."""
    have = {tuple(r[name] for name in key) for r in records}
    blank = [values for values in itertools.product(*key.values()) if values not in have and d.maybe(share)]
    records += [{**dict(zip(key, values, strict=True)), **cell} for values in blank]


def points(d: Wild) -> None:
    """Points of any size: none, per million kronor, or a hundred thousand."""
    if d.maybe(0.4):
        unit = 10 ** d.wild.uniform(-3, 6)
        for r in d.contributions:
            if d.maybe(0.9):
                r["benefit"] = d.wild.choice((0, 1, 1, 1)) * float(f"{unit * d.wild.uniform(0.1, 9):.3g}")
            elif r.get("benefit") is None:  # every row or none: a mix is refused
                r["benefit"] = round(r["share"] * d.cost_of(r["project"]) / 1000, 3)


def objectives(d: Wild) -> list[tuple[str, float]] | None:
    """Any of them, in any place."""
    if d.maybe(0.25):
        return None
    names = d.wild.sample(OBJECTIVES, d.wild.choice((1, 2, 3, 3, 4, 5)))
    if names[0] in {"draw_order", "leverage", "spread"} and d.maybe(0.7):  # paying nothing is cheapest: a dull model
        names.sort(key=lambda name: name in {"draw_order", "leverage", "spread"})
    return [(name, d.wild.choice(TOLERANCES)) for name in names]


def wild_model(seed: int) -> FundingModel:
    """The model of this seed."""
    d = Wild(seed)
    theme = tuple(RULES)[seed % len(RULES)]
    for name, rule in RULES.items():
        if d.maybe(0.15) or name == theme:
            rule(d)
    for feature in FEATURES:
        if d.maybe(0.25):
            feature(d)
    newer = random.Random(f"newer {seed}")  # of its own, so that the rest of the model stays what it was
    for rule in NEWER.values():
        if newer.random() < 0.25:
            rule(d)
    for extra in EXTRAS:
        if d.maybe(0.2):
            extra(d)
    points(d)
    _make_valid(d)
    if d.maybe(0.7):
        zeros(d)
    if sum(a["weight"] for a in d.areas) == 0:
        d.areas[0]["weight"] = 1
    return build(
        name=f"wild-{seed}",
        years=d.years,
        policy=d.policy,
        objectives=objectives(d),
        required=d.required,
        excluded=d.excluded,
        areas=d.areas,
        funds=d.funds,
        authorisations=d.authorisations,
        eligibility=d.eligibility,
        rate_limits=d.rate_limits,
        categories=d.categories,
        projects=d.projects,
        actors=d.actors,
        participations=d.participations,
        links=d.links,
        municipalities=d.municipalities,
        reach=d.reach,
        commitments=d.commitments,
        dependencies=d.dependencies,
        budgets=d.budgets,
        costs=d.costs,
        contributions=d.contributions,
        perspectives=d.perspectives,
        markings=d.markings,
    )
