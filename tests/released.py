"""Small released plans that tests take apart."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from build import build
from priced import known, relaxed

from rus_funding.model.model import document
from rus_funding.proof.case import Case
from rus_funding.proof.release import release
from rus_funding.proof.tree import Proof, linear

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel


def small_model() -> FundingModel:
    """Three projects, one of them partly funded and one without costs; two funds, two years, a target and ties."""
    return build(
        name="small",
        years=(2026, 2027),
        areas=[{"area": "a", "floor_share": 0.2}, {"area": "b", "weight": 2.0, "target": 9.0, "beyond": 0.5}],
        actors=[{"actor": "lead"}, {"actor": "i"}],
        participations=[{"project": "p", "actor": "i", "role": "partner"}],
        policy={"collaboration_weight": 1.0},
        funds=[
            {"fund": "f", "max_rate": 0.5, "level": "state"},
            {"fund": "g", "level": "region", "draw_order": 1},
        ],
        budgets={"f": {2026: 60, 2027: 60}, "g": {2026: 70, 2027: 75}},
        costs={"p": {2026: 100, 2027: 60}, "q": {2027: 120}},
        projects=[{"project": "idea"}, {"project": "p"}, {"project": "q"}],
        contributions={"idea": "a", "p": "a", "q": "b"},
        benefits={"idea": 0.25, "p": 6.0, "q": 11.0},
    )


# q to its target (9 of 11 points, 98 of 98.2 kr), p with what 2027 leaves; every margin in whole kronor
PAYMENTS = [
    ("p", "f", 2026, "costs", 30),
    ("p", "g", 2026, "costs", 31),
    ("p", "f", 2027, "costs", 11),
    ("p", "g", 2027, "costs", 26),
    ("q", "f", 2027, "costs", 49),
    ("q", "g", 2027, "costs", 49),
]


@functools.cache
def proofs() -> dict[str, Proof]:
    """What proves the best plan of `small_model`, by objective: its value, and its draw order under that value."""
    model = small_model()
    case = Case.of(document(model))
    value, order = relaxed(model), relaxed(model, "value", "draw_order", give=1e-9)
    assert value is not None
    assert order is not None
    return {
        "value": linear("value", {}, known(case, value.duals)),
        "draw_order": linear("draw_order", order.levels, known(case, order.duals)),
    }


@functools.cache
def optima() -> dict[str, float]:
    """What the linear program of `small_model` comes to, by objective."""
    value, order = relaxed(small_model()), relaxed(small_model(), "value", "draw_order", give=1e-9)
    assert value is not None
    assert order is not None
    return {"value": value.optimum, "draw_order": order.optimum}


def released(**changes: Any) -> dict[str, Any]:
    """The record of `small_model` at its best plan; `changes` are more arguments of `release`."""
    arguments: dict[str, Any] = {
        "optima": optima(),
        "proofs": list(proofs().values()),
        "shares": {"idea": "1"},
        "changes": [{"table": "budgets", "multiply": {"amount": 0.8}}],
        "inputs": {"model.toml": "00" * 32},
        "versions": {"python": "3.11.7", "rus-funding": "0.1.0"},
        "options": {"threads": 1},
    }
    return release(document(small_model()), PAYMENTS, **{**arguments, **changes})
