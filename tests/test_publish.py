"""Whatever plan a solve shows can be released: amounts that are twelve powers of ten apart too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from build import build

import rus_funding as rf
from rus_funding.engine.publish import publish
from rus_funding.proof.verdict import verify

if TYPE_CHECKING:
    from pathlib import Path

FUNDS = [
    {"fund": "state", "max_rate": 0.5, "rate_base": "booked", "draw_order": 1},
    {"fund": "own", "draw_order": 3},
]
YEARS = (2026, 2027)
MODELS: dict[str, dict[str, Any]] = {
    "large projects and little money": {
        "costs": {"p0": 10**12, "p1": 1000, "p2": 3 * 10**12},
        "budgets": {"state": {2026: 1, 2027: 10**6}, "own": {2026: 5 * 10**10, 2027: 10**6}},
        "areas": [{"area": "a", "weight": 1e9, "target": 1e9, "beyond": 0.5}],
        "benefits": {"p0": 1.0, "p1": 1e-9, "p2": 3.0},
    },
    "small projects beside a large one": {
        "costs": {"p0": 30, "p1": 3 * 10**12, "p2": 3000, "p3": 30, "p4": 10**6},
        "budgets": {"state": {2026: 5 * 10**10, 2027: 1_500_000_501_530}, "own": 1000},
        "areas": [{"area": "a", "target": 1e9, "beyond": 0.0}],
        "benefits": {"p0": 0.06, "p1": 1.0, "p2": 1.0, "p3": 3e-11, "p4": 1e-6},
    },
    "a level of hardly any points": {
        "costs": {"p0": 10, "p1": 10, "p2": 30},
        "budgets": {"state": {2026: 10**6, 2027: 5 * 10**10}, "own": {2026: 1, 2027: 1000}},
        "areas": [{"area": "a", "target": 1e9, "beyond": 0.5}],
        "benefits": {"p0": 1e-11, "p1": 1e-9, "p2": 1e-9},
    },
}


@pytest.mark.parametrize("name", MODELS)
def test_a_plan_whose_later_objectives_are_not_proven_is_released_without_their_proofs(
    name: str, tmp_path: Path
) -> None:
    given = dict(MODELS[name])
    costs = {project: dict.fromkeys(YEARS, amount) for project, amount in given.pop("costs").items()}
    made = build(years=YEARS, costs=costs, funds=FUNDS, objectives=["value", "draw_order"], **given)
    plan = rf.solve(made)
    assert plan.standing.has_plan
    assert plan.standing.name == "within"
    assert plan.checked is not None
    assert {objective for _, objective in plan.checked.faults} == {"draw_order"}  # else this shows nothing
    publish(plan, tmp_path / "plan.json")
    verdict = verify(tmp_path / "plan.json")
    assert verdict.verified
    assert verdict.checked is not None
    assert verdict.checked.standing == plan.standing
