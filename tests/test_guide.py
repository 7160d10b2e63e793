"""The guide of a search: points with whole binaries, also where its nodes ran out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rus_funding.engine.engine import Engine
from rus_funding.engine.solvers.highs import Highs
from rus_funding.model.reading import read_model
from rus_funding.program.objectives import value

COUNTY = Path(__file__).parents[1] / "models" / "lansportfolj-exempel"


def test_a_guide_that_is_stopped_points_at_whole_choices_and_twice_at_the_same() -> None:
    model = read_model(COUNTY)
    rows = model["projects"]
    whole = rows.replace(indivisible=np.ones_like(rows["indivisible"]))
    f, amounts = Engine().prepare(model.replace(tables={**model.tables, "projects": whole}))
    program = f.compiled.fill(amounts)
    cost = -value(f, amounts)
    found = Highs(1).met(cost, program)
    again = Highs(1).met(cost, program)
    assert found is not None
    assert again is not None
    chosen = found[program.integer]
    assert np.abs(chosen - np.round(chosen)).max() < 1e-5
    assert (found == again).all()
    made = program.held(np.flatnonzero(program.integer), np.round(chosen))
    assert Highs().minimise(cost, made).status == "optimal"


def test_a_guide_that_fails_is_none_and_ends_nothing() -> None:
    f, amounts = Engine().prepare(read_model(COUNTY))
    program = f.compiled.fill(amounts)
    assert Highs(1).met(np.full(program.shape[1], np.nan), program) is None
