"""A program is called infeasible for a reason that can be checked, or another method looks again."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from random_models import random_model

from rus_funding.engine.engine import Engine
from rus_funding.engine.solvers.highs import Highs
from rus_funding.engine.solvers.ray import contradicts
from rus_funding.explanations.what_if import Ground
from rus_funding.model.reading import read_model
from rus_funding.scenarios import expand, read_scenarios

ROOT = Path(__file__).parent.parent


def linear(ground: Ground):
    """The program without its binaries."""
    return dataclasses.replace(ground.program, integer=np.zeros(ground.program.integer.size, bool))


def test_a_contradiction_is_told_from_none() -> None:
    ground = Ground(read_model(ROOT / "models" / "litet-exempel"))
    program = linear(ground)
    rows = program.row_lower.size
    rng = np.random.default_rng(1)
    assert all(contradicts(program, rng.normal(size=rows)) is None for _ in range(200))
    budgets = [ground.row(label) for label in ground.labels if label[0] == "budget"]
    most = program.row_upper.copy()
    most[budgets] = -1.0  # no payments come to less than nothing
    asked = dataclasses.replace(program, row_upper=most)
    weights = np.zeros(rows)
    weights[budgets[0]] = 1.0
    for signed in (weights, -weights):
        found = contradicts(asked, signed)
        assert found is not None
        assert found[budgets[0]] == -1.0  # as the dual of a row that is at its upper side when minimising


@pytest.mark.parametrize("seed", range(12))
def test_programs_that_are_infeasible_are_found_so(seed: int) -> None:
    model = random_model(seed)
    ground = Ground(model)
    everything = dict.fromkeys(model["projects"]["project"].tolist(), (1.0, 1.0))
    program = dataclasses.replace(
        ground.changed(shares=everything), integer=np.zeros(ground.program.integer.size, bool)
    )
    point = Highs().minimise(ground.cost, program)
    assert point.status == ("optimal" if ground.ask(shares=everything).found else "infeasible")


def test_numbers_on_which_the_dual_method_fails_have_a_plan() -> None:
    """A draw of costs and weights at which HiGHS' dual simplex calls a feasible program infeasible, from cold."""
    model = read_model(ROOT / "models" / "lansportfolj-exempel")
    (scenario,) = read_scenarios(ROOT / "scenarios" / "lansportfolj-exempel" / "osakerhet.toml")
    drawn = next(member for at, member in enumerate(expand(model, scenario)) if at == 182)
    engine = Engine()
    engine.start_from(model)
    assert engine.solve(drawn.apply(), scenario=drawn.name).status == "optimal"
