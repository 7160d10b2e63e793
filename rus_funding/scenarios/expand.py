"""From scenario files to models: one, or a family of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.errors import InvalidInput, Problem, UsageError
from rus_funding.scenarios.family import Family, Prepared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rus_funding.model.model import FundingModel
    from rus_funding.scenarios.parts import Scenario


def prepare(model: FundingModel, scenario: Scenario) -> Prepared:
    """The one scenario that a file without sweep, stress and sample stands for. Raises `InvalidInput`, `UsageError`."""
    if scenario.is_family:
        raise UsageError("{id} stands for several scenarios: run it with batch.", id=scenario.id)
    return Family(model, scenario)[0]


def expand(model: FundingModel, scenario: Scenario) -> Iterator[Prepared]:
    """The scenarios that a file stands for, one at a time."""
    return iter(Family(model, scenario))


def families(model: FundingModel, scenarios: Iterable[Scenario]) -> list[Family]:
    """The families of several files. Raises `InvalidInput` with the problems of all; a name may stand once."""
    found, problems = [], list[Problem]()
    owner: dict[str, Scenario] = {}
    for scenario in scenarios:
        try:
            family = Family(model, scenario)
        except InvalidInput as error:
            problems += error.problems
            continue
        family.forget()
        found.append(family)
        for name in family.names:
            if name in owner:
                problem = scenario.spot.problem("scenario_same_name", "scenario.family.elsewhere",
                                                "scenario.family.rename", name=name,
                                                file=owner[name].spot.file)  # fmt: skip
                problems.append(problem)
                break
            owner[name] = scenario
    if problems:
        raise InvalidInput(problems)
    return found
