"""Outcomes from a run's rows are those that were solved."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rus_funding.batch import batch
from rus_funding.engine import Engine
from rus_funding.errors import UsageError
from rus_funding.model import digest
from rus_funding.reading import read_model
from rus_funding.restore import Restored
from rus_funding.runs import Run
from rus_funding.scenario import apply, read_scenarios

if TYPE_CHECKING:
    from rus_funding.plan import Outcome

ROOT = Path(__file__).parent.parent


def bare(outcome: Outcome) -> dict[str, object]:
    """All that a reader sees: no times, no iterations, no model."""
    left_out = {"model", "seconds", "iterations", "solver", "rules"}
    return {
        field.name: getattr(outcome, field.name) for field in dataclasses.fields(outcome) if field.name not in left_out
    }


@pytest.mark.parametrize("name", ["lansportfolj-exempel", "orebro-rus-2026-2028"])
def test_a_restored_outcome_is_the_one_that_was_solved(name: str, tmp_path: Path) -> None:
    model = read_model(ROOT / "models" / name)
    (scenario,) = read_scenarios(ROOT / "scenarios" / name / "utan-fum.toml")
    batch(model, [scenario], tmp_path / "run.sqlite", workers=0)
    engine = Engine()
    solved = {"baseline": engine.start_from(model, scenario="baseline")}
    solved["utan-fum"] = engine.solve(apply(model, scenario), scenario="utan-fum")
    with Run(tmp_path / "run.sqlite") as run:
        restored = Restored(run)
        for scenario_name, outcome in solved.items():
            found = restored.outcome(scenario_name)
            assert bare(found) == bare(outcome)
            assert digest(found.model) == digest(outcome.model)
            assert [rule.label for rule in found.rules] == [rule.label for rule in outcome.rules]
        with pytest.raises(UsageError):
            restored.outcome("nothing")


def test_scenarios_come_back_in_the_order_they_were_given(tmp_path: Path) -> None:
    model = read_model(ROOT / "models" / "orebro-rus-2026-2028")
    folder = ROOT / "scenarios" / "orebro-rus-2026-2028"
    scenarios = [read_scenarios(folder / f"{name}.toml")[0] for name in ("utan-fum", "egna-medel", "storre-fum")]
    batch(model, scenarios, tmp_path / "run.sqlite", workers=0)
    with Run(tmp_path / "run.sqlite") as run:
        assert [scenario.id for scenario in run.scenarios()] == ["utan-fum", "egna-medel", "storre-fum"]
        restored = Restored(run)
        assert [restored.prepared(name).name for name in run.names()] == run.names()
