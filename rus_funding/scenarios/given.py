"""What is to be solved: a model, and perhaps one scenario of it, whichever way they are given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rus_funding.errors import UsageError
from rus_funding.model.reading import AnyModel, modelled
from rus_funding.scenarios.expand import prepare
from rus_funding.scenarios.family import Prepared
from rus_funding.scenarios.files import StrPath, read_scenarios
from rus_funding.scenarios.parts import Scenario
from rus_funding.scenarios.sheet import may_be_in_sheet, of_sheet

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel


def given(
    model: AnyModel, scenario: StrPath | Scenario | Prepared | None = None
) -> tuple[FundingModel, Prepared | None]:
    """The model to solve, with the scenario's changes made, and the scenario.

    `model` is a model or the path of one, `scenario` a file's path, the name of a scenario in the model's own sheet,
    what `read_scenarios` read, or one of a family's (which brings its own model). Raises `InvalidInput` with every
    problem; `UsageError` for a folder, and for a file that stands for several scenarios.
    """
    base = modelled(model)
    if scenario is None:
        return base, None
    prepared = scenario if isinstance(scenario, Prepared) else prepare(base, scenario_of(base, scenario))
    return prepared.apply(), prepared


def scenario_of(model: FundingModel, scenario: StrPath | Scenario) -> Scenario:
    """The one scenario that a name in the model's own sheet, or a file, is. Raises `InvalidInput`, `UsageError`."""
    if isinstance(scenario, Scenario):
        return scenario
    if may_be_in_sheet(model, scenario):
        return of_sheet(model, scenario)
    if Path(scenario).is_dir():
        raise UsageError(
            "{scenario} is a folder: name one scenario file in it, or run them all with batch.", scenario=scenario
        )
    (found,) = read_scenarios(scenario)
    return found


def apply(model: AnyModel, scenario: StrPath | Scenario | Prepared) -> FundingModel:
    """The model that a scenario asks about, as a new model; `model` itself is not altered.

    `model` is a model or the path of one (a folder or a workbook), `scenario` the path of a scenario file (.toml), the
    name of one in the workbook's own sheet, or one of those that `read_scenarios` read. Raises `InvalidInput` with
    every problem (`place` is the scenario's file, `row` its line), `UsageError` for a file that stands for several
    scenarios: `batch` solves those.

    >>> import rus_funding as rf
    >>> model = rf.load("models/lansportfolj-exempel")
    >>> without = rf.apply(model, "scenarios/lansportfolj-exempel/utan-fum.toml")
    >>> budgets = without.frame("budgets")
    >>> int(budgets[budgets["fund"] == "fum"]["amount"].sum())
    0
    """
    return given(model, scenario)[0]
