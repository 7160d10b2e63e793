"""What is new in the input since an earlier one: of two models, or of runs that rest on different ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rus_funding.model.model import digest
from rus_funding.model.reading import load
from rus_funding.runs import opened
from rus_funding.runs.file import is_run
from rus_funding.scenarios import BASELINE
from rus_funding.scenarios.news import news

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.model.model import FundingModel

SHOWN = 40  # lines; the rest is counted


def model_of(path: Path, lang: str = "en", *, damaged: bool = False) -> FundingModel:
    """The model of a folder or workbook, or the one that a run rests on. Raises what `load` and `opened` raise."""
    if path.is_file() and is_run(path):
        with opened(path, [BASELINE], damaged=damaged, lang=lang) as run:
            return run.model()
    return load(path)


def news_of_runs(runs: Sequence[Path], lang: str, *, damaged: bool = False) -> list[tuple[str, list[str]]]:
    """By the name of the run before it: what is new in the input of each run that rests on another model."""
    found: list[tuple[str, list[str]]] = []
    before: tuple[Path, FundingModel] | None = None
    for path in runs if len(runs) > 1 else ():
        model = model_of(Path(path), lang, damaged=damaged)
        if before is not None and digest(model) != digest(before[1]):
            found.append((before[0].name, news(before[1], model, lang, SHOWN)))
        before = Path(path), model
    return found
