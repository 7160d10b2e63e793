"""`solve --second-opinion`, as a user and a machine meet it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from rus_funding.cli import cli
from rus_funding.engine import engine
from rus_funding.proof.release import read_release
from rus_funding.second_opinion import stages

MODELS = Path(__file__).parent.parent / "models"
SMALL = MODELS / "litet-exempel"


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args], standalone_mode=False)


def folded(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine whose value is a point too high."""
    right = engine.Engine.solve

    def solve(*args: Any, **options: Any) -> Any:
        outcome = right(*args, **options)
        (name, optimum), *others = outcome.objectives
        return dataclasses.replace(outcome, objectives=((name, optimum + 1), *others))

    monkeypatch.setattr(engine.Engine, "solve", solve)


@pytest.mark.parametrize("name", ["litet-exempel", "orebro-rus-2026-2028", "lansportfolj-exempel"])
def test_both_formulations_agree_on_the_shipped_models(name: str) -> None:
    result = run("solve", MODELS / name, "--second-opinion")
    assert result.return_value == 0
    assert folded(result.stdout).endswith(
        "Kontrollräkning Två formuleringar av modellen, lösta med HiGHS och CBC, är överens: samma utfall, och samma "
        "optimum för varje mål (värde och dragningsordning)."
    )
    assert all(len(line) <= 100 for line in result.stdout.splitlines()[-4:])


def test_nobody_hears_of_it_who_did_not_ask() -> None:
    assert "Kontrollräkning" not in run("solve", SMALL).stdout
    assert "second_opinion" not in json.loads(run("solve", SMALL, "--json").stdout)


def test_for_machines() -> None:
    said = json.loads(run("solve", SMALL, "--json", "--second-opinion").stdout)
    assert said["second_opinion"] == {
        "solver": "cbc",
        "status": "optimal",
        "objectives": [
            {"name": "value", "optimum": pytest.approx(2350)},
            {"name": "draw_order", "optimum": pytest.approx(said["objectives"][1]["optimum"], rel=1e-6)},
        ],
        "agrees": True,
    }


def test_a_released_plan_records_it(tmp_path: Path) -> None:
    result = run("solve", SMALL, "--second-opinion", "--json", "-o", tmp_path / "plan.json")
    assert result.return_value == 0
    options = read_release(tmp_path / "plan.json")["options"]
    assert options["second_opinion"] == json.loads(result.stdout)["second_opinion"]
    assert run("verify", tmp_path / "plan.json").return_value == 0


@pytest.mark.usefixtures("wrong")
def test_a_difference_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    result = run("solve", SMALL, "--second-opinion", "--lang", "en", "-o", tmp_path / "plan.json")
    assert result.return_value == 1
    assert folded(result.stdout).endswith(
        "The other formulation, solved by CBC, comes to another optimum of value (2350, here 2351)."
    )
    assert list(tmp_path.iterdir()) == []
    assert json.loads(run("solve", SMALL, "--second-opinion", "--json").stdout)["second_opinion"]["agrees"] is False


def test_both_find_that_there_is_no_plan(tmp_path: Path) -> None:
    file = tmp_path / "halva.toml"
    file.write_text(
        'title = "Halva"\nrequire = ["rus-genomforande"]\n[[change]]\ntable = "budgets"\n'
        'where = { fund = "rol-ovriga" }\nmultiply = { amount = 0.5 }\n',
        encoding="utf-8",
    )
    result = run("solve", MODELS / "orebro-rus-2026-2028", "-s", file, "--second-opinion", "--lang", "en")
    assert result.return_value == 1
    assert folded(result.stdout).endswith("solved by HiGHS and CBC, agree: no plan can keep the rules.")


def test_an_opinion_that_is_not_done_in_time_confirms_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "cbc", lambda *_: "time_limit")
    result = run("solve", SMALL, "--second-opinion", "--lang", "en", "--time-limit", "60")
    assert result.return_value == 1
    assert folded(result.stdout).endswith(
        "here the answer is “solved”, and solved by CBC it is “not done within the time limit”."
    )
