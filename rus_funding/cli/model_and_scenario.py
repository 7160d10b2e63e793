"""What several commands are given: a model, and perhaps one scenario of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.errors import InvalidInput, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from rus_funding.model.model import FundingModel
    from rus_funding.scenarios import Prepared


def model_and_scenario(path: Path, scenario: Path | None, lang: str) -> tuple[FundingModel, Prepared | None]:
    """The model to solve, with the scenario's changes made, and the scenario.

    Raises `InvalidInput` with its problems in `lang`; `UsageError` for a file that stands for several scenarios.
    """
    from rus_funding.model.reading import read_model
    from rus_funding.words.messages import translated

    try:
        model = read_model(path)
        if scenario is None:
            return model, None
        prepared = _one(model, scenario)
        return prepared.apply(), prepared
    except InvalidInput as error:
        raise InvalidInput([translated(problem, lang) for problem in error.problems], lang, error.model) from None


def _one(model: FundingModel, path: Path) -> Prepared:
    from rus_funding.scenarios import prepare, read_scenarios

    if path.is_dir():
        raise UsageError(f"{path} is a folder: name one scenario file in it, or run them all with batch.")
    (scenario,) = read_scenarios(path)
    return prepare(model, scenario)
