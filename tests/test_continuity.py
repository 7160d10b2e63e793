"""Payers that stay: last time's plan in `previous`, a scenario that keeps to the baseline's, and what changed since.

f and g may both pay p's 100 kr, neither before the other. The baseline has 60 kr of f and so 40 of g. With 100 kr of f
the first by id, f, would pay all: 40 kr change payers for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from build import build

import rus_funding as rf
from rus_funding.engine.previous import with_previous
from rus_funding.errors import InvalidInput, NoPlan
from rus_funding.runs import opened
from rus_funding.runs.restore import Restored

if TYPE_CHECKING:
    from pathlib import Path

    from rus_funding.engine.plan import Outcome
    from rus_funding.model.model import FundingModel

MORE = """
title = "Mer av f"
question = "Vem betalar då?"

[[change]]
table = "budgets"
where = { fund = "f" }
set = { amount = 100 }
"""
KEEP = '\n[policy]\nkeep = "baseline"\n'


@pytest.fixture
def model() -> FundingModel:
    return build(
        name="prov",
        budgets={"f": 60, "g": 90},
        costs={"p": 100},
        benefits={"p": 10},
        funds=[{"fund": "f"}, {"fund": "g"}],
    )


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    found = [tmp_path / "mer.toml", tmp_path / "mer-behall.toml"]
    for path, text in zip(found, (MORE, MORE + KEEP), strict=True):
        path.write_text(text, encoding="utf-8")
    return found


def paid(outcome: Outcome) -> dict[str, int]:
    return {payment.fund: payment.kronor for payment in outcome.payments}


def test_a_scenario_keeps_the_payers_of_the_baseline(model: FundingModel, files: list[Path]) -> None:
    assert paid(rf.solve(model)) == {"f": 60, "g": 40}
    assert paid(rf.solve(model, files[0])) == {"f": 100}
    kept = rf.solve(model, files[1])
    assert paid(kept) == {"f": 60, "g": 40}
    assert kept.standing.proven
    assert dict(kept.objectives) == {"value": 10, "continuity": 0, "draw_order": 0}
    assert [objective.name for objective in kept.model.objectives] == ["value", "continuity", "draw_order"]


def test_an_objective_ahead_of_it_may_change_payers(files: list[Path]) -> None:
    cheap = build(
        name="prov", budgets={"f": 60, "g": 90}, costs={"p": 100}, benefits={"p": 10},
        funds=[{"fund": "f"}, {"fund": "g", "draw_order": 1}],
        objectives=["value", "draw_order", "continuity"],
    )  # fmt: skip
    assert paid(rf.solve(cheap, files[1])) == {"f": 100}


def test_a_run_keeps_too_and_can_be_restored(model: FundingModel, files: list[Path], tmp_path: Path) -> None:
    run = rf.batch(model, files, tmp_path / "run.sqlite", workers=0)
    with opened(run.path, ["*"]) as read:
        restored = Restored(read).outcome("mer-behall")
        assert paid(restored) == {"f": 60, "g": 40}
        assert restored.standing.proven
        assert restored.model["previous"]["amount"].tolist() == [60, 40]
    moved = {name: rf.compare(run, scenarios=[name]).ways for name in ("mer", "mer-behall")}
    still = {"in": 0, "out": 0, "more": 0, "less": 0, "same": 1}
    assert moved == {"mer": {**still, "payers": 1, "swapped": 40}, "mer-behall": {**still, "payers": 0, "swapped": 0}}


def test_a_released_plan_of_such_a_scenario_is_verified(model: FundingModel, files: list[Path], tmp_path: Path) -> None:
    from rus_funding.engine.publish import publish
    from rus_funding.proof.verdict import verify

    publish(rf.solve(model, files[1]), tmp_path / "plan.json")
    verdict = verify(tmp_path / "plan.json")
    assert not verdict.findings
    assert verdict.checked is not None


def test_what_the_scenario_removes_is_not_kept(model: FundingModel) -> None:
    outcome = rf.solve(model)
    without = build(name="prov", budgets={"f": 60}, costs={"p": 100}, funds=[{"fund": "f"}])
    assert with_previous(without, outcome.payments)["previous"]["fund"].tolist() == ["f"]


def test_a_baseline_without_a_plan_has_nothing_to_keep(files: list[Path], tmp_path: Path) -> None:
    model = build(name="prov", budgets={"f": 60}, costs={"p": 100}, funds=[{"fund": "f"}],
                  projects=[{"project": "p", "status": "committed"}])  # fmt: skip
    with pytest.raises(NoPlan):
        rf.solve(model, files[1])
    run = rf.batch(model, files[1], tmp_path / "run.sqlite", workers=0)
    with opened(run.path, ["*"]) as read:
        (row,) = read.records("scenarios", "mer-behall")
    assert row["status"] == "error"
    assert "baseline" in row["explanation"]


def test_only_the_baseline_can_be_kept(model: FundingModel, tmp_path: Path) -> None:
    path = tmp_path / "fel.toml"
    path.write_text(MORE + KEEP.replace("baseline", "baselien"), encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        rf.solve(model, path)
    (problem,) = refused.value.problems
    assert "baselien" in problem.what
    assert "baseline" in problem.remedy
