"""Models with closed years: the decision with its first year booked, and random models with random ledgers."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from build import table
from random_models import random_model

import rus_funding as rf

if TYPE_CHECKING:
    from rus_funding.engine.plan import Outcome
    from rus_funding.model.model import FundingModel

MODELS = Path(__file__).parents[1] / "models"
PROJECT, GRANT, OWN = "rus-genomforande", "rol-1-1", "rol-fum"
PLANNED = {"egen-personal": 2199502, "externa-tjanster": 1120000, "resor-logi": 35000}
KINDS = ("advance", "claim")
UNDER = 1979552  # the staff of 2026 at nine tenths of its budget
PAID = 1897201


def decision(
    staff: int = PLANNED["egen-personal"],
    *,
    paid: int | None = None,
    funds: dict[str, Any] | None = None,
    own: int | dict[int, int] | None = None,
    replan: str = "cut",
    closed: int = 2026,
) -> FundingModel:
    """The decision with 2026 booked: its staff, what the grant has paid, the grant's columns, the own money by year."""
    base = rf.load(MODELS / "orebro-rus-2026-2028")
    frames = base.frames()
    booked = {**PLANNED, "egen-personal": staff}
    frames["booked"] = pd.DataFrame(
        [{"project": PROJECT, "category": k, "year": 2026, "amount": amount} for k, amount in booked.items()]
    )
    if paid is not None:
        frames["claims"] = pd.DataFrame(
            [{"project": PROJECT, "fund": GRANT, "year": 2026, "amount": paid, "kind": "claim"}]
        )
    for column, value in (funds or {}).items():
        frames["funds"].loc[frames["funds"]["fund"] == GRANT, column] = value
    budgets = frames["budgets"]
    for year in base.years:
        if own is not None and (isinstance(own, int) or year in own):
            chosen = (budgets["fund"] == OWN) & (budgets["year"] == year)
            budgets.loc[chosen, "amount"] = own if isinstance(own, int) else own[year]
    frames["projects"]["replan"] = replan
    return rf.from_frames(frames, like=base, closed_through=closed)


def by_place(outcome: Outcome) -> dict[tuple[str, str, int], int]:
    """Kronor by (project, fund, year), what is booked of a project and what remains of it taken together."""
    found: dict[tuple[str, str, int], int] = {}
    for payment in outcome.payments:
        place = payment.project.partition("--")[0], payment.fund, payment.year
        found[place] = found.get(place, 0) + payment.kronor
    return {place: kronor for place, kronor in found.items() if kronor}


def random_ledger(seed: int) -> FundingModel:
    """A random model whose first years are closed, with costs booked and claims paid at random: none, less or more."""
    rng = random.Random(seed)
    model = random_model(seed)
    closed = model.years[rng.randrange(len(model.years))]
    flat = set(model["categories"]["category"][~np.isnan(model["categories"]["flat_rate"])].tolist())
    booked, claims = [], []
    for p in sorted(model["projects"]["project"].tolist()):
        for t in [year for year in model.years if year <= closed]:
            entered = sorted(set(model["categories"]["category"].tolist()) - flat)
            booked += [
                {"project": p, "category": k, "year": t, "amount": rng.choice([0, 1, 999, 54321])}
                for k in entered
                if rng.random() < 0.4
            ]
            claims += [
                {"project": p, "fund": f, "year": t, "amount": rng.randrange(40000), "kind": rng.choice(KINDS)}
                for f in sorted(model["funds"]["fund"].tolist())
                if rng.random() < 0.2
            ]
    replans = np.asarray([rng.choice(["cut", "delay"]) for _ in range(model["projects"].size)], object)
    tables = {
        **model.tables,
        "booked": table("booked", booked),
        "claims": table("claims", claims),
        "projects": model["projects"].replace(replan=replans),
    }
    return model.replace(tables=tables, closed_through=closed)
