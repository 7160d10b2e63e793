"""`verify PLAN --model MODEL`: whether a plan was made from these files, each by name."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from inputs import write_folder, write_workbook
from released import PAYMENTS, optima, proofs, small_model

from rus_funding.cli import cli
from rus_funding.engine.engine import solve
from rus_funding.engine.publish import digests, publish
from rus_funding.model.model import digest, document
from rus_funding.model.reading import read_model
from rus_funding.proof.release import release, write_release
from rus_funding.proof.report import report
from rus_funding.proof.verdict import verify
from rus_funding.scenarios import prepare, read_scenarios
from rus_funding.verify import main

if TYPE_CHECKING:
    from rus_funding.proof.finding import Origin

ROOT = Path(__file__).parent.parent
DECISION = ROOT / "models" / "orebro-rus-2026-2028"
QUESTION = ROOT / "scenarios" / "orebro-rus-2026-2028" / "utan-fum.toml"


def made(plan: Path, model: Path, scenario: Path | None = None) -> Path:
    """A plan, as `solve -o` releases it."""
    given = read_model(model)
    prepared = None if scenario is None else prepare(given, read_scenarios(scenario)[0])
    changed = given if prepared is None else prepared.apply()
    outcome = solve(changed, scenario=None if prepared is None else prepared.name)
    publish(outcome, plan, scenario=prepared, inputs=digests(model, prepared))
    return plan


@pytest.fixture
def decision(tmp_path: Path) -> Path:
    """The real decision in a folder of its own, which a test may change."""
    return Path(shutil.copytree(DECISION, tmp_path / "model"))


def check(plan: Path, model: Path, scenario: Path | None = None) -> Origin:
    from rus_funding.engine.origin import check_origin

    return check_origin(plan, model, scenario)


def told(origin: Origin) -> list[tuple[str, str]]:
    return [(finding.text, finding.place) for finding in origin.findings]


def test_the_files_a_plan_was_made_from(decision: Path, tmp_path: Path) -> None:
    plan = made(tmp_path / "plan.json", decision)
    origin = check(plan, decision)
    assert (origin.findings, origin.unchecked, origin.whole) == ((), (), True)
    assert set(origin.same) == {"model.toml", *(file.name for file in decision.glob("*.csv"))}
    shown = CliRunner().invoke(cli, ["verify", str(plan), "--model", str(decision)], standalone_mode=False)
    assert shown.return_value == 0
    assert f"Bevisat: planen är gjord av filerna i {decision}: alla kontrollsummor (15) stämmer" in shown.output
    assert "INTE bevisat: att det som står i dem är sant." in shown.output
    assert main([str(plan), "--model", str(decision)]) == 0


def without_decimals(text: str) -> str:
    """A bound's decimals come from the solver's multipliers."""
    return re.sub(r",(?:[0-9]+|…)", "", text)


def test_the_page_shows_what_is_printed(decision: Path, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
    shown = report(verify(made(tmp_path / "plan.json", decision)), "sv")
    for line in shown.replace("\u00a0", " ").splitlines()[1:]:
        assert without_decimals(line).rstrip(".") in without_decimals(page)
    assert "plan.json: VERIFIERAD, bevisat bäst" in page


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_difference_is_named(decision: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = made(tmp_path / "plan.json", decision)
    edit(decision / "costs.csv", "1525000", "1525001")
    (decision / "areas.csv").write_bytes((decision / "areas.csv").read_bytes() + b"\r\n")  # a blank row says nothing
    (decision / "authorisations.csv").unlink()
    (decision / "rate_limits.csv").write_text("limit;by;value\n", encoding="utf-8")
    origin = check(plan, decision)
    files = {place: text for text, place in told(origin) if place.startswith("inputs.")}
    assert files == {
        "inputs.areas.csv": "file-differs",
        "inputs.authorisations.csv": "file-missing",
        "inputs.costs.csv": "file-differs",
        "inputs.rate_limits.csv": "file-extra",
    }
    cells = {place.rstrip("]0123456789[") for text, place in told(origin) if text == "model-cell"}
    assert cells >= {"model.tables.costs.amount", "model.tables.authorisations.amount"}
    assert not any("areas" in place for place in cells)
    assert main([str(plan), "--model", str(decision), "--lang", "en"]) == 1
    shown = capsys.readouterr().out
    assert shown.startswith(f"{plan}: NOT VERIFIED\n")
    assert "- [inputs] costs.csv is not the file that the plan was made from: its digest differs." in shown
    assert main([str(plan), "--model", str(decision), "--json"]) == 1
    content = json.loads(capsys.readouterr().out)
    assert content["origin"]["agrees"] is False
    assert "budgets.csv" in content["origin"]["same"]
    assert verify(plan).verified  # the plan itself is what it says


def test_digests_that_fit_and_a_model_that_does_not(decision: Path, tmp_path: Path) -> None:
    """Who changes a cell of the plan's model and keeps the digests of the files is found out by the cell."""
    given = read_model(decision)
    budgets = given["budgets"].replace(amount=given["budgets"]["amount"] + 1)
    outcome = solve(given.replace(tables={**given.tables, "budgets": budgets}))
    publish(outcome, tmp_path / "plan.json", inputs=digests(decision))
    assert verify(tmp_path / "plan.json").verified
    origin = check(tmp_path / "plan.json", decision)
    assert {text for text, _ in told(origin)} == {"model-cell"}
    assert "350001 in the plan, but 350000 in the files" in origin.findings[0].sentence


def test_a_plan_of_a_scenario(decision: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    question = Path(shutil.copy(QUESTION, tmp_path / QUESTION.name))
    plan = made(tmp_path / "plan.json", decision, question)
    assert check(plan, decision, question).findings == ()
    alone = check(plan, decision)
    assert (alone.findings, alone.unchecked, alone.whole) == ((), ("utan-fum.toml",), False)
    text = report(verify(plan).beside(alone, None), "sv")
    assert "INTE kontrollerat: utan-fum.toml, och därför inte heller planens modell (ange --scenario FIL)" in text
    edit(question, "amount = 0", "amount = 1")
    found = told(check(plan, decision, question))
    assert ("file-differs", "inputs.utan-fum.toml") in found
    assert ("changes", "scenario.changes") in found
    assert any(text == "model-cell" for text, _ in found)
    assert main([str(plan), "--model", str(decision), "--scenario", str(question)]) == 1
    baseline = made(tmp_path / "baseline.json", decision)
    assert ("file-extra", "inputs.utan-fum.toml") in told(check(baseline, decision, question))
    assert main([str(plan), "--scenario", str(question)]) == 2
    assert "--scenario goes with --model" in capsys.readouterr().err
    assert main([str(plan), "--model", str(decision), "--scenario", str(QUESTION.parent)]) == 2


def test_a_workbook_is_known_by_its_bytes(tmp_path: Path) -> None:
    book = write_workbook(tmp_path / "portfolj.xlsx")
    plan = made(tmp_path / "plan.json", book)
    assert check(plan, book).same == ("portfolj.xlsx",)
    renamed = Path(shutil.copy(book, tmp_path / "beslutad.xlsx"))
    assert (check(plan, renamed).findings, check(plan, renamed).same) == ((), ("beslutad.xlsx",))
    other = write_workbook(tmp_path / "annan.xlsx", change=lambda workbook: workbook.create_sheet("egen"))
    assert {text for text, _ in told(check(plan, other))} == {"file-missing", "file-extra"}
    folder = write_folder(tmp_path / "mapp")
    assert {text for text, _ in told(check(plan, folder))} >= {"file-missing", "file-extra"}


def test_a_plan_of_a_model_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = small_model()
    arguments: dict[str, Any] = {"optima": optima(), "proofs": list(proofs().values()), "shares": {"idea": "1"}}
    record = release(document(model), PAYMENTS, inputs={"model": digest(model)}, **arguments)
    write_release(tmp_path / "plan.json", record)
    monkeypatch.setattr("rus_funding.engine.origin.read_model", lambda _: model)
    assert check(tmp_path / "plan.json", tmp_path).same == ("model",)
    monkeypatch.setattr("rus_funding.engine.origin.read_model", lambda _: model.replace(name="another"))
    assert told(check(tmp_path / "plan.json", tmp_path)) == [
        ("file-differs", "inputs.model"),
        ("model-cell", "model.name"),
    ]


def test_files_that_are_no_model(decision: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = made(tmp_path / "plan.json", decision)
    edit(decision / "costs.csv", "1525000", "mycket")
    assert main([str(plan), "--model", str(decision)]) == 2
    assert "mycket" in capsys.readouterr().err
    assert main([str(plan), "--model", str(tmp_path / "nowhere"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["verified"] is False


def test_a_file_that_is_no_plan_comes_from_nowhere(decision: Path, tmp_path: Path) -> None:
    plan = made(tmp_path / "plan.json", decision)
    record = json.loads(plan.read_text(encoding="utf-8"))
    record["payments"] = 1
    plan.write_text(json.dumps(record), encoding="utf-8")
    assert main([str(plan), "--model", str(decision)]) == 1
