"""The command `explain`, as a user and a machine meet it; and its page in the docs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from papers import run_of

import rus_funding
from rus_funding.cli import cli
from rus_funding.errors import UsageError
from rus_funding.model.reading import load

ROOT = Path(__file__).parent.parent
SMALL, DECISION = ROOT / "models" / "litet-exempel", ROOT / "models" / "orebro-rus-2026-2028"


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, ["explain", *map(str, args)], standalone_mode=False)


def document(*args: object) -> Any:
    found = run(*args, "--json")
    assert found.exception is None, found.output
    return json.loads(found.output)


@pytest.fixture
def poor(tmp_path: Path) -> Path:
    """The small example with a project required that there is no money for."""
    file = tmp_path / "fattig.toml"
    file.write_text(
        'title = "Fattig"\nrequire = ["kompetens"]\n[[change]]\ntable = "budgets"\nwhere = { fund = "egna" }\n'
        "multiply = { amount = 0.1 }\n",
        encoding="utf-8",
    )
    return file


def test_without_an_option_the_list_is_explained() -> None:
    found = run(SMALL)
    assert found.return_value == 0
    assert "Projekt efter poäng per krona" in found.output
    assert "På strecket" in found.output
    assert "Planen följer listan" in found.output
    assert "Alltid med" in found.output
    said = document(SMALL)
    assert [row["project"] for row in said["ranking"]["rows"]] == ["kompetens", "resecentrum", "natur"]
    assert [(one["project"], one["kind"]) for one in said["certainty"]["projects"]] == [
        ("kompetens", "part"), ("resecentrum", "part"), ("natur", "part"),
    ]  # fmt: skip
    assert {flip["project"]: flip["out"]["loss"] for flip in said["flips"]["flips"]} == {
        "kompetens": pytest.approx(1450), "resecentrum": pytest.approx(480), "natur": pytest.approx(150),
    }  # fmt: skip


def test_one_project() -> None:
    found = run(SMALL, "--project", "natur", "--lang", "en")
    assert found.return_value == 0
    assert "What it would take" in found.output
    said = document(SMALL, "--project", "natur")
    assert said["project"]["needs"]["extra"] == [
        {"fund": "egna", "year": 2027, "kronor": 50_000},
        {"fund": "statliga", "year": 2027, "kronor": 25_000},
    ]
    assert {move["project"]: move["after"] - move["before"] for move in said["project"]["into"]["moves"]} == {
        "resecentrum": -160_000, "kompetens": -40_001,
    }  # fmt: skip


def test_an_unknown_project_is_named_before_anything_is_solved() -> None:
    found = run(SMALL, "--project", "nature")
    assert isinstance(found.exception, UsageError)
    assert "Did you mean 'natur' (Tillgänglig natur)?" in str(found.exception)


def test_one_explanation_at_a_time() -> None:
    found = run(SMALL, "--project", "natur", "--ranges")
    assert isinstance(found.exception, UsageError)
    assert "--project and --ranges" in str(found.exception)


@pytest.mark.parametrize("option", [[], ["--project", "natur"], ["--infeasible"]])
def test_without_a_plan_the_conflict_is_explained(poor: Path, option: list[str]) -> None:
    found = run(SMALL, "-s", poor, *option)
    assert found.return_value == (0 if option == ["--infeasible"] else 1)
    assert "Kompetenslyft i industrin" in found.output
    said = document(SMALL, "-s", poor, *option)
    assert said["scenario"] == "fattig"
    assert said["conflict"]["rules"]


def test_where_there_is_a_plan_nothing_conflicts() -> None:
    found = run(SMALL, "--infeasible")
    assert found.return_value == 0
    assert document(SMALL, "--infeasible")["conflict"] is None


@pytest.mark.parametrize("option", [["--prices"], ["--alternatives"], ["--ranges"], ["--frontier", "value", "balance"]])
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_other_explanations_are_shown(option: list[str], lang: str) -> None:
    found = run(SMALL, *option, "--lang", lang)
    assert found.exception is None
    assert found.return_value == 0
    assert len(found.output.splitlines()) > 1
    said = document(SMALL, *option)
    assert said["model"] == "litet-exempel"
    assert len(said) > 2


# of a run


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the small example with a scenario that has a plan and one that has none."""
    folder = tmp_path_factory.mktemp("run")
    for name, share in (("mindre", "0.8"), ("fattig", "0.1")):
        (folder / f"{name}.toml").write_text(
            f'title = "{name}"\nrequire = ["kompetens"]\n[[change]]\ntable = "budgets"\nwhere = {{ fund = "egna" }}\n'
            f"multiply = {{ amount = {share} }}\n",
            encoding="utf-8",
        )
    return run_of(folder / "run.sqlite", load(SMALL), folder / "fattig.toml", folder / "mindre.toml")


OPTIONS: list[list[str]] = [
    [], ["--project", "natur"], ["--prices"], ["--alternatives"], ["--ranges"], ["--frontier", "value", "balance"],
    ["--infeasible"],
]  # fmt: skip


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option[0] if option else "list")
@pytest.mark.parametrize("scenario", ["mindre", "fattig"])
def test_a_plan_of_a_run_is_explained_as_it_was_when_it_was_solved(
    scenario: str, option: list[str], path: Path
) -> None:
    of_run, of_model = run(path, "-s", scenario, *option), run(SMALL, "-s", path.with_name(f"{scenario}.toml"), *option)
    assert of_run.exception is None
    assert (of_run.return_value, of_run.output) == (of_model.return_value, of_model.output)
    assert json.loads(run(path, "-s", scenario, *option, "--json").output)["scenario"] == scenario


def test_of_a_run_its_baseline_is_explained_where_nothing_is_named(path: Path) -> None:
    assert run(path).output == run(SMALL).output
    assert document(path)["scenario"] == "baseline"


def test_the_plan_of_a_run_is_not_solved_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list and the curve need solves of changed models; the plan that they are about is the run's own."""

    def solved(*_: object, **__: object) -> None:
        raise AssertionError("the plan itself was solved")

    monkeypatch.setattr("rus_funding.explanations.explain.solve", solved)
    for module in ("near_optimal", "frontier"):
        monkeypatch.setattr(f"rus_funding.explanations.{module}.Engine", solved)
    for option in OPTIONS:
        assert run(path, "-s", "mindre", *option).exception is None, option


def test_a_scenario_that_a_run_has_not_is_named(path: Path) -> None:
    found = run(path, "-s", "mindr")
    assert isinstance(found.exception, UsageError)
    assert "has no scenario 'mindr'. Did you mean 'mindre'?" in str(found.exception)


def test_a_plan_of_a_run_goes_wherever_a_plan_goes_in_python(path: Path) -> None:
    plan = rus_funding.restore(path, "mindre")
    solved = rus_funding.solve(SMALL, path.with_name("mindre.toml"))
    assert (plan.payments, plan.standing, plan.value) == (solved.payments, solved.standing, solved.value)
    said = rus_funding.explain(plan, project="natur").sentences("sv")
    assert said == rus_funding.explain(solved, project="natur").sentences("sv")
    none = rus_funding.restore(path, "fattig")
    assert (none.planned, none.standing.name) == (False, "infeasible")
    assert "Kompetenslyft i industrin" in " ".join(rus_funding.explain(none).sentences("sv"))


def test_a_plan_in_which_everything_is_funded() -> None:
    found = run(DECISION)
    assert found.return_value == 0
    assert "inget streck behövs" in found.output


def test_the_page_of_the_docs_shows_what_the_command_prints() -> None:
    """Every session on the page: a line `$ rus-funding …` and, after it, lines that the output has in that order."""
    page = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")
    sessions = re.findall(r"```text\n\$ rus-funding (explain models/litet-exempel.*)\n((?:.*\n)*?)```", page)
    assert len(sessions) >= 3
    for command, shown in sessions:
        words = [str(ROOT / word) if word.startswith("models/") else word for word in command.split()]
        found = CliRunner().invoke(cli, words, standalone_mode=False)
        assert found.exception is None
        assert found.output.strip() == shown.strip()


def test_every_option_is_documented() -> None:
    page = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")
    help_text = run("--help").output
    options = set(re.findall(r"--[a-z]+", help_text)) - {"--help"}
    assert {option for option in options if option not in page} == set()
