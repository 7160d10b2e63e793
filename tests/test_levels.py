"""Whose money a fund is (`funds.level`): required, and one of six words, in English or Swedish."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from inputs import tables, write_folder

from rus_funding.engine.engine import solve
from rus_funding.engine.key_figures import Sums, key_figures
from rus_funding.errors import InvalidInput
from rus_funding.model.reading import read_model
from rus_funding.scenarios import apply, from_texts
from rus_funding.words.messages import translated

if TYPE_CHECKING:
    from pathlib import Path

    from rus_funding.model.model import FundingModel


def with_levels(path: Path, *levels: str) -> Path:
    """The small model with these levels of its three funds."""
    given = tables()
    at = given["funds"][0].index("level")
    for row, level in zip(given["funds"][1:], levels, strict=True):
        row[at] = level
    return write_folder(path, given)


def refusals(path: Path) -> list[tuple[int | str | None, str, str]]:
    """Row, what and remedy of each error about the level, in Swedish."""
    with pytest.raises(InvalidInput) as raised:
        read_model(path)
    found = [translated(problem, "sv") for problem in raised.value.problems if problem.column == "level"]
    return [(problem.row, problem.what, problem.remedy) for problem in found]


def figures(model: FundingModel) -> dict[str, float | int | None]:
    return key_figures(Sums.of(solve(model)))


CHOICES = "stat, region, kommun, EU, privat, annan"


def test_a_blank_level_is_refused_with_the_words_to_choose_from(tmp_path):
    """Blank levels made the co-financing rate 100 % and listed the state's money as others'."""
    assert refusals(with_levels(tmp_path / "m", "", "", "")) == [
        (row, "Cellen är tom.", f"Skriv något av: {CHOICES}.") for row in (2, 3, 4)
    ]


def test_a_model_without_the_column_is_told_what_it_is_and_what_to_write(tmp_path):
    given = tables()
    at = given["funds"][0].index("level")
    given["funds"] = [row[:at] + row[at + 1 :] for row in given["funds"]]
    ((_, what, remedy),) = refusals(write_folder(tmp_path / "m", given))
    assert what == "En obligatorisk kolumn saknas."
    assert remedy == (
        "Lägg till kolumnen nivå: vems pengarna är: medfinansieringsgraden räknas mot statens (state), hävstången mot "
        f"regionens egna (region). Skriv på varje rad något av: {CHOICES}."
    )


@pytest.mark.parametrize(
    ("word", "near"),
    [("regional", "region"), ("statlig", "stat"), ("kommunal", "kommun"), ("privata", "privat")],
)
def test_a_word_that_is_near_gets_the_word_to_write(tmp_path, word, near):
    assert refusals(with_levels(tmp_path / "m", word, "region", "private")) == [
        (2, "Detta är inte ett av valen.", f"Skriv '{near}'.")
    ]
    read_model(with_levels(tmp_path / "mended", near, "region", "private"))


def test_swedish_words_are_the_same_levels(tmp_path):
    swedish = read_model(with_levels(tmp_path / "sv", "Stat", "region", "privat"))
    english = read_model(with_levels(tmp_path / "en", "state", "region", "private"))
    assert swedish["funds"]["level"].tolist() == ["state", "region", "private"]
    assert figures(swedish) == figures(english)
    kommun = read_model(with_levels(tmp_path / "k", "kommun", "EU", "annan"))
    assert kommun["funds"]["level"].tolist() == ["municipality", "eu", "other"]


def test_the_figures_are_those_of_the_levels(tmp_path):
    found = figures(read_model(with_levels(tmp_path / "m", "stat", "region", "privat")))
    assert found["cofinancing"] is not None
    assert 0 < found["cofinancing"] < 1
    assert found["leverage"] is not None


def test_a_scenario_sets_a_level_in_either_language(tmp_path):
    model = read_model(with_levels(tmp_path / "m", "state", "region", "private"))
    text = '[[change]]\ntable = "funds"\nwhere = { fund = "egna" }\nset = { level = "WORD" }\n'
    for word in ("kommun", "municipality"):
        changed = apply(model, from_texts([("s.toml", text.replace("WORD", word))]))
        assert changed["funds"]["level"].tolist() == ["state", "municipality", "private"]
    with pytest.raises(InvalidInput, match="region"):
        apply(model, from_texts([("s.toml", text.replace("WORD", "regional"))]))
