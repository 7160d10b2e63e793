"""What is to be solved: a model, and perhaps one scenario of it, whichever way they are given."""

from __future__ import annotations

from pathlib import Path

from rus_funding.errors import UsageError
from rus_funding.model.model import FundingModel
from rus_funding.model.reading import AnyModel, modelled
from rus_funding.scenarios.expand import prepare
from rus_funding.scenarios.family import Prepared
from rus_funding.scenarios.files import StrPath, read_scenarios
from rus_funding.scenarios.parts import Scenario


def given(
    model: AnyModel, scenario: StrPath | Scenario | Prepared | None = None
) -> tuple[FundingModel, Prepared | None]:
    """The model to solve, with the scenario's changes made, and the scenario.

    `model` is a model or the path of one, `scenario` a file's path, what `read_scenarios` read, or one of a family's
    (which brings its own model). Raises `InvalidInput` with every problem; `UsageError` for a folder, and for a file
    that stands for several scenarios.
    """
    base = modelled(model)
    if scenario is None:
        return base, None
    prepared = scenario if isinstance(scenario, Prepared) else prepare(base, _one(scenario))
    return prepared.apply(), prepared


def _one(scenario: StrPath | Scenario) -> Scenario:
    if isinstance(scenario, Scenario):
        return scenario
    if Path(scenario).is_dir():
        raise UsageError('{scenario} is a folder: name one scenario file in it, or run them all with batch.', scenario=scenario)
    (found,) = read_scenarios(scenario)
    return found


def apply(model: AnyModel, scenario: StrPath | Scenario | Prepared) -> FundingModel:
    """The model that a scenario asks about, as a new model; `model` itself is not altered.

    `model` is a model or the path of one (a folder or a workbook), `scenario` the path of a scenario file (.toml) or
    one of those that `read_scenarios` read. Raises `InvalidInput` with every problem (`place` is the scenario's file,
    `row` its line), `UsageError` for a file that stands for several scenarios: `batch` solves those.

    >>> import rus_funding as rf
    >>> model = rf.load("models/lansportfolj-exempel")
    >>> without = rf.apply(model, "scenarios/lansportfolj-exempel/utan-fum.toml")
    >>> budgets = without.frame("budgets")
    >>> int(budgets[budgets["fund"] == "fum"]["amount"].sum())
    0
    """
    return given(model, scenario)[0]
