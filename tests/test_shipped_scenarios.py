"""The shipped scenarios give the figures that stand beside them (`[expect]`), certified."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest

from rus_funding.engine.engine import Engine
from rus_funding.model.reading import read_model
from rus_funding.scenarios import expand, read_scenarios

ROOT = Path(__file__).parent.parent
FILES = sorted(path for folder in (ROOT / "scenarios").iterdir() if folder.is_dir() for path in folder.glob("*.toml"))
SAMPLES = 3  # of a thousand, these are solved


@functools.cache
def engine(folder: str) -> Engine:
    made = Engine()
    made.start_from(read_model(ROOT / "models" / folder))
    return made


def test_both_models_have_scenarios() -> None:
    assert {path.parent.name for path in FILES} == {"lansportfolj-exempel", "orebro-rus-2026-2028"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_figures_beside_a_scenario_come_out(path: Path) -> None:
    model = read_model(ROOT / "models" / path.parent.name)
    (scenario,) = read_scenarios(path)
    for number, member in enumerate(expand(model, scenario)):
        if scenario.sample is not None and number == SAMPLES:
            break
        outcome = engine(path.parent.name).solve(member.apply(), scenario=member.name)
        found: dict[str, Any] = {"status": outcome.status, "funded": outcome.funded, "value": outcome.value}
        if scenario.sample is not None:
            assert found["status"] == "optimal"
            continue
        assert member.expected is not None, f"{path.name} does not say what to expect of {member.name}"
        for key, wanted in member.expected.figures:
            exact = isinstance(wanted, str | int)
            assert found[key] == (wanted if exact else pytest.approx(wanted, rel=1e-6)), (member.name, key)
