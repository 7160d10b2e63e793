"""The actor whose decision this is: read, kept with the plan and the run, and one of the actors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from inputs import MODEL, MODEL_SHEET, write_folder, write_workbook

from rus_funding.errors import InvalidInput
from rus_funding.model.model import digest, document
from rus_funding.model.reading import read_model
from rus_funding.model.reading.frames import from_frames
from rus_funding.runs import Run
from rus_funding.runs.batched import batch

if TYPE_CHECKING:
    from pathlib import Path


def said(name: str) -> str:
    return MODEL.replace("years =", f'decider = "{name}"\nyears =', 1)


def test_the_decider_is_read_from_either_form_and_from_frames(tmp_path: Path) -> None:
    folder = read_model(write_folder(tmp_path / "m", model=said("regionen")))
    assert folder.decider == "regionen"
    sheet = [*MODEL_SHEET, ["decider", "regionen"]]
    assert read_model(write_workbook(tmp_path / "m.xlsx", model=sheet)).decider == "regionen"
    assert document(folder)["decider"] == "regionen"
    assert from_frames(folder.frames(), like=folder).decider == "regionen"
    assert from_frames(folder.frames(), like=folder, decider="kumla").decider == "kumla"
    assert digest(folder) != digest(read_model(write_folder(tmp_path / "without")))


def test_a_run_keeps_it(tmp_path: Path) -> None:
    model = read_model(write_folder(tmp_path / "m", model=said("kumla")))
    batch(model, [], tmp_path / "run.sqlite", workers=0)
    with Run(tmp_path / "run.sqlite") as run:
        assert run.model().decider == "kumla"


def test_an_unknown_one_is_an_error_that_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"The decider regionn is not in actors\. Is regionen meant\?"):
        read_model(write_folder(tmp_path / "m", model=said("regionn")))
    read_model(write_folder(tmp_path / "mended", model=said("regionen")))
