"""What `Ground` answers is what the engine finds in the changed model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from explained import divisible
from random_models import random_model

from rus_funding.engine.engine import solve
from rus_funding.explanations.what_if import Ground
from rus_funding.model.reading import read_model

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel

ROOT = Path(__file__).parent.parent


def near(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 * max(1.0, abs(one), abs(other))


def first_value(model: FundingModel) -> FundingModel:
    """The same model with value as its first objective."""
    named = {objective.name: objective for objective in model.objectives}
    if "value" not in named:
        return model
    rest = tuple(objective for objective in model.objectives if objective.name != "value")
    return model.replace(objectives=(named["value"], *rest))


@pytest.mark.parametrize("seed", range(40))
def test_flips_are_those_of_the_model_solved_anew(seed: int) -> None:
    model = first_value(random_model(seed))
    ground = Ground(model)
    whole = solve(model)
    assert ground.base.found == (whole.status == "optimal")
    if not ground.base.found or model.objectives[0].name != "value":
        return
    assert whole.optimum is not None
    assert near(ground.base.value, whole.optimum)
    for result in whole.projects[:3]:
        out = solve(model.replace(excluded=(*model.excluded, result.project)))
        answer = ground.ask(shares={result.project: (0.0, 0.0)})
        if result.project in model.required or out.optimum is None:
            continue
        assert answer.found
        assert near(answer.value, out.optimum)


def test_a_budget_that_is_changed_is_the_model_that_is_changed() -> None:
    model = divisible(read_model(ROOT / "models" / "lansportfolj-exempel"))
    ground = Ground(model)
    rows = model["budgets"]
    fund, year, amount = (rows[column].tolist()[0] for column in ("fund", "year", "amount"))
    changed = rows["amount"].copy()
    changed[0] = amount // 2
    less = solve(model.replace(tables={**model.tables, "budgets": rows.replace(amount=changed)}))
    answer = ground.ask(sides={("budget", fund, str(year)): (-float("inf"), amount // 2)})
    assert less.optimum is not None
    assert near(answer.value, less.optimum)
    assert ground.ask().value == ground.base.value


def test_what_is_asked_before_does_not_change_an_answer() -> None:
    model = divisible(read_model(ROOT / "models" / "lansportfolj-exempel"))
    projects = model["projects"]["project"].tolist()
    one, other = Ground(model), Ground(model)
    for project in projects[:10]:
        one.ask(shares={project: (0.0, 0.0)})
    last = {projects[-1]: (0.0, 0.0)}
    assert one.ask(shares=last).value == other.ask(shares=last).value


def test_an_unknown_label_is_named() -> None:
    ground = Ground(read_model(ROOT / "models" / "litet-exempel"))
    with pytest.raises(KeyError, match="nowhere"):
        ground.ask(without=[("budget", "nowhere", "2026")])
    with pytest.raises(KeyError, match="nothing"):
        ground.ask(shares={"nothing": (0.0, 0.0)})
