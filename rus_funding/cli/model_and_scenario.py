"""What several commands are given: a model, and perhaps one scenario of it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rus_funding.model.model import FundingModel
    from rus_funding.scenarios import Prepared


@contextlib.contextmanager
def translating(lang: str) -> Iterator[None]:
    """Let an `InvalidInput` say its problems in `lang`."""
    from rus_funding.errors import InvalidInput

    try:
        yield
    except InvalidInput as error:
        from rus_funding.words.messages import translated

        raise InvalidInput([translated(problem, lang) for problem in error.problems], lang, error.model) from None


def model_and_scenario(path: Path, scenario: Path | None, lang: str) -> tuple[FundingModel, Prepared | None]:
    """The model to solve, with the scenario's changes made, and the scenario.

    Raises `InvalidInput` with its problems in `lang`; `UsageError` for a file that stands for several scenarios.
    """
    with translating(lang):
        if scenario is None:
            from rus_funding.model.reading import load

            return load(path), None
        from rus_funding.scenarios.given import given

        return given(path, scenario)


def tell(prepared: Prepared | None, lang: str) -> None:
    """Say on standard error what the scenario is and changes, before what comes of it."""
    if prepared is not None:
        import click

        from rus_funding.scenarios.change_words import Told

        for line in Told.of(prepared).said(lang):
            click.echo(line, err=True)


def told(path: Path, scenario: Path, lang: str) -> tuple[FundingModel, Prepared]:
    """The model, the scenario, its changes not made yet, and what it is said on standard error.

    Raises `InvalidInput` with its problems in `lang`.
    """
    from rus_funding.model.reading import load
    from rus_funding.scenarios import prepare
    from rus_funding.scenarios.given import scenario_of

    with translating(lang):
        model = load(path)
        prepared = prepare(model, scenario_of(model, scenario))
        tell(prepared, lang)
        return model, prepared
