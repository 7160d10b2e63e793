"""Funding models for the tests of who works with whom: one to work out by hand, and random ones of any size."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from build import build

from rus_funding.model.rows import Rows

if TYPE_CHECKING:
    from rus_funding.collaboration.graph import Payment
    from rus_funding.model.model import FundingModel

TYPES = ("municipality", "university", "company", "association", "agency", "region")


def worked() -> tuple[FundingModel, dict[str, float], list[Payment]]:
    """Ann–Bo–Cia in a row (links), Dag–Eva apart, Fia alone. Two funded projects, one that is not.

    `bro` (share 1) joins Cia and Dag; `stad` (0.5) Ann, Bo and Fia; `fri` (0) Eva and Fia.
    """
    model = build(
        years=[2026],
        actors=[
            {"actor": "ann", "name": "Ann", "type": "region", "municipality": "ost", "target_group": "primary"},
            {"actor": "bo", "name": "Bo", "type": "company", "municipality": "ost", "target_group": "secondary"},
            {"actor": "cia", "name": "Cia", "type": "company", "municipality": "vast", "target_group": "primary"},
            {"actor": "dag", "name": "Dag", "type": "region", "municipality": "norr", "target_group": "secondary"},
            {"actor": "eva", "name": "Eva", "type": "company", "municipality": "syd", "target_group": "primary"},
            {"actor": "fia", "name": "Fia", "type": "region", "municipality": "", "target_group": "indirect"},
        ],
        municipalities=[
            {"municipality": where, "name": where.title(), "population": people}
            for where, people in (("ost", 50), ("vast", 30), ("norr", 20), ("syd", 10), ("tom", 5))
        ],
        links=[
            {"actor": "bo", "other": "ann", "weight": 1.0},
            {"actor": "bo", "other": "cia", "weight": 3.0},
            {"actor": "dag", "other": "eva"},
        ],
        projects=[
            {"project": "bro", "name": "Bron", "lead": "cia"},
            {"project": "stad", "name": "Staden", "lead": "ann"},
            {"project": "fri", "name": "Friheten", "lead": "eva"},
        ],
        participations=[
            {"project": "bro", "actor": "dag", "role": "partner"},
            {"project": "stad", "actor": "ann", "role": "lead"},
            {"project": "stad", "actor": "bo", "role": "partner"},
            {"project": "stad", "actor": "fia", "role": "financier"},
            {"project": "fri", "actor": "fia", "role": "partner"},
        ],
        reach=[{"project": "bro", "municipality": "norr", "share": 0.25}],
        funds=[{"fund": "stat", "financier": "ann"}, {"fund": "egen"}],
        budgets={"stat": 1000, "egen": 1000},
        costs={"bro": 400, "stad": 400, "fri": 100},
    )
    payments = [
        ("bro", "stat", 2026, "costs", 300),
        ("bro", "egen", 2026, "costs", 100),
        ("stad", "egen", 2026, "costs", 200),
    ]
    return model, {"bro": 1.0, "stad": 0.5, "fri": 0.0}, payments


def random_portfolio(
    seed: int, actors: int = 35, projects: int = 30, links: int = 30, partners: int = 5
) -> tuple[FundingModel, dict[str, float], list[Payment]]:
    """A random model with a random plan: some projects funded, some partly, some not; two funds and two years."""
    rng = random.Random(seed)
    names = [f"a{i:04}" for i in range(actors)]
    places = [f"k{i}" for i in range(max(2, actors // 4))]
    pairs = sorted({tuple(sorted(rng.sample(names, 2))) for _ in range(links)})
    ids = [f"p{i:04}" for i in range(projects)]
    team = {project: rng.sample(names, min(actors, rng.randint(1, 2 * partners - 1))) for project in ids}
    model = build(
        years=[2026, 2027],
        actors=[
            {
                "actor": name,
                "name": f"Aktör {name} i Åmål",
                "type": rng.choice(TYPES),
                "municipality": rng.choice([*places, ""]),
                "target_group": rng.choice(("primary", "secondary", "indirect")),
            }
            for name in names
        ],
        municipalities=[
            {"municipality": place, "name": place, "population": rng.randint(1, 9) * 1000} for place in places
        ],
        links=[{"actor": a, "other": b, "weight": rng.choice((0.25, 0.5, 1.0, 3.0))} for a, b in pairs],
        projects=[{"project": project, "lead": team[project][0]} for project in ids],
        participations=[
            {"project": project, "actor": actor, "role": "partner"} for project in ids for actor in team[project]
        ],
        reach=[{"project": project, "municipality": rng.choice(places), "share": 0.5} for project in ids],
        funds=[{"fund": "egen", "financier": names[0]}, {"fund": "stat"}],
        budgets={"egen": 10**7, "stat": 10**7},
        costs={project: {2026: 1000 * rng.randint(1, 900), 2027: 1000} for project in ids},
    )
    shares = {project: rng.choice((0.0, 0.0, 0.25, 0.6, 1.0, 1.0)) for project in ids}
    payments: list[Any] = []
    for project in ids:
        if shares[project]:
            payments += [
                (project, fund, rng.choice((2026, 2027)), "costs", 1000 * rng.randint(1, 900))
                for fund in rng.sample(("egen", "stat"), rng.choice((1, 2)))
            ]
    return model, shares, payments


def shuffled(model: FundingModel, seed: int) -> FundingModel:
    """The same model with the rows of every table in another order."""
    rng = random.Random(seed)

    def mixed(rows: Rows) -> Rows:
        order = list(range(rows.size))
        rng.shuffle(order)
        return Rows({name: column[order] for name, column in rows.columns.items()})

    return model.replace(tables={name: mixed(rows) for name, rows in model.tables.items()})
