"""Outcomes from a run's rows are those that were solved."""

from __future__ import annotations

import dataclasses
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import forging
import pytest
from build import build

from rus_funding.engine.engine import Engine
from rus_funding.errors import UsageError
from rus_funding.model.model import digest
from rus_funding.model.reading import read_model
from rus_funding.proof.standing import NOTHING_KNOWN, Standing
from rus_funding.runs import Run, opened
from rus_funding.runs.batch import batch
from rus_funding.runs.restore import Restored
from rus_funding.scenarios import apply, read_scenarios
from rus_funding.scenarios.change_words import Told
from rus_funding.words.causes import cause
from rus_funding.words.standings import details, sentence

if TYPE_CHECKING:
    from rus_funding.engine.plan import Outcome

ROOT = Path(__file__).parent.parent


def bare(outcome: Outcome) -> dict[str, object]:
    """All that was solved and a reader sees: no times, no iterations, no model, no words of the scenario."""
    left_out = {"model", "seconds", "iterations", "solver", "rules", "programs", "told"}
    return {
        field.name: getattr(outcome, field.name) for field in dataclasses.fields(outcome) if field.name not in left_out
    }


@pytest.mark.parametrize(("worth", "priced"), [(5, {"q"}), (13, {"p", "q"})])
def test_a_cap_has_a_price_where_the_project_is_chosen_and_none_where_it_is_not(
    worth: int, priced: set[str], tmp_path: Path
) -> None:
    """The proof prices the cap of `p` times its choice, which holds a `p` that is not chosen to nothing at any cap."""
    model = build(
        costs={"p": 100, "q": 100},
        benefits={"p": worth, "q": 20},
        projects=[{"project": "p", "indivisible": True}, {"project": "q"}],
        funds=[{"fund": "f", "max_per_project": 40}, {"fund": "g"}],
        budgets={"f": 100, "g": 60},
    )
    batch(model, [], tmp_path / "run.sqlite", workers=0)
    with opened(tmp_path / "run.sqlite") as run:
        outcome = Restored(run).outcome("baseline")
    assert outcome.certificate is not None
    (proof,) = (proof for proof in outcome.certificate.proofs if proof.objective == "value")
    assert any(("cap_chosen", "p", "f") in leaf.duals for leaf in proof.tree.leaves)
    assert {rule.label[1] for rule in outcome.rules if rule.label[0] == "cap"} == priced
    assert all(rule.slack == pytest.approx(0, abs=1e-6) for rule in outcome.rules)


@pytest.mark.parametrize("name", ["lansportfolj-exempel", "orebro-rus-2026-2028"])
def test_a_restored_outcome_is_the_one_that_was_solved(name: str, tmp_path: Path) -> None:
    model = read_model(ROOT / "models" / name)
    (scenario,) = read_scenarios(ROOT / "scenarios" / name / "utan-fum.toml")
    batch(model, [scenario], tmp_path / "run.sqlite", workers=0)
    opened(tmp_path / "run.sqlite").close()  # nothing that the run claims is otherwise
    engine = Engine()
    solved = {"baseline": engine.start_from(model, scenario="baseline")}
    solved["utan-fum"] = engine.solve(apply(model, scenario), scenario="utan-fum")
    with Run(tmp_path / "run.sqlite") as run:
        restored = Restored(run)
        for scenario_name, outcome in solved.items():
            found = restored.outcome(scenario_name)
            assert bare(found) == bare(outcome)
            assert digest(found.model) == digest(outcome.model)
            assert [rule.label for rule in found.rules] == [rule.label for rule in outcome.rules]
            assert found.rules or name == "orebro-rus-2026-2028"  # where no rule binds
            assert all(abs(rule.slack) <= 1e-3 + 1e-6 * abs(rule.limit) for rule in outcome.rules)
        told = restored.outcome("utan-fum").told
        assert told is not None
        assert (told.title, told.lines("sv")) == (scenario.title, Told.of(restored.prepared("utan-fum")).lines("sv"))
        assert restored.outcome("baseline").told is None
        with pytest.raises(UsageError):
            restored.outcome("nothing")


def test_scenarios_come_back_in_the_order_they_were_given(tmp_path: Path) -> None:
    model = read_model(ROOT / "models" / "orebro-rus-2026-2028")
    folder = ROOT / "scenarios" / "orebro-rus-2026-2028"
    scenarios = [read_scenarios(folder / f"{name}.toml")[0] for name in ("utan-fum", "egna-medel", "storre-fum")]
    batch(model, scenarios, tmp_path / "run.sqlite", workers=0)
    with Run(tmp_path / "run.sqlite") as run:
        assert [scenario.id for scenario in run.scenarios()] == ["utan-fum", "egna-medel", "storre-fum"]
        restored = Restored(run)
        assert [restored.prepared(name).name for name in run.names()] == run.names()


NOTHING_LEFT = '[[change]]\ntable = "budgets"\nset = { amount = 0 }\n'


@pytest.fixture
def run_path(tmp_path: Path) -> Path:
    """A small run: the baseline, rules that only a solve finds in conflict, and some that validation refuses."""
    model = build(
        budgets={"own": 100}, costs={"p": 60, "q": 80}, benefits={"p": 3, "q": 1},
        projects=[{"project": "p"}, {"project": "q"}],
    )  # fmt: skip
    files = {"bada": 'require = ["p", "q"]', "inget": f'require = ["p"]\n{NOTHING_LEFT}'}
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    batch(model, read_scenarios([tmp_path / f"{name}.toml" for name in files]), tmp_path / "run.sqlite", workers=0)
    return tmp_path / "run.sqlite"


def changed(path: Path, statement: str, values: tuple[object, ...] = ()) -> None:
    forging.changed(path, (statement, values))


def restored(path: Path, scenario: str = "baseline") -> Outcome:
    with Run(path) as run:
        return Restored(run).outcome(scenario)


def proofs(path: Path, scenario: str) -> dict[str, Any]:
    with Run(path) as run:
        (row,) = run.records("certificates", scenario)
        found: dict[str, Any] = json.loads(zlib.decompress(row["proofs"]))
    return found


def put(path: Path, scenario: str, certificate: object) -> None:
    content = json.dumps(certificate).encode()
    values = (len(content), zlib.compress(content), scenario)
    changed(path, "UPDATE certificates SET size = ?, proofs = ? WHERE scenario = ?", values)


def test_that_no_plan_is_possible_is_proven_again(run_path: Path) -> None:
    for scenario in ("bada", "inget"):
        found = restored(run_path, scenario)
        assert (found.status, found.standing, found.payments) == ("infeasible", Standing("infeasible"), ())
        assert found.message
        assert found.certificate is not None
        put(run_path, scenario, {"rows": [], "proofs": []})
        without = restored(run_path, scenario)
        assert (without.standing, without.planned) == (NOTHING_KNOWN, False)
        assert sentence(without, "sv").startswith("Räkningen blev inte klar: ")


def test_a_proof_of_something_else_proves_no_contradiction(run_path: Path) -> None:
    put(run_path, "bada", proofs(run_path, "baseline"))
    assert restored(run_path, "bada").standing == NOTHING_KNOWN


def test_a_standing_is_never_read(run_path: Path) -> None:
    true = restored(run_path)
    assert true.standing.proven
    changed(run_path, "UPDATE scenarios SET standing = 'within', gap = 0.5, value = 7 WHERE position = 0")
    changed(run_path, "UPDATE certificates SET standing = 'within', value = '7', bound = '8', gap = '1/8'")
    found = restored(run_path)
    assert (found.standing, found.value, found.bound) == (true.standing, true.value, true.bound)
    changed(run_path, "UPDATE scenarios SET standing = 'proven' WHERE scenario = 'bada'")
    assert not restored(run_path, "bada").planned


def test_less_proof_is_less_standing(run_path: Path) -> None:
    certificate = proofs(run_path, "baseline")
    value, draw_order = certificate["proofs"]
    assert draw_order["objective"] == "draw_order"
    put(run_path, "baseline", {**certificate, "proofs": [value]})
    found = restored(run_path)
    assert (found.standing.name, found.planned) == ("within", True)
    assert "Målet dragningsordning är inte bevisat." in details(found, "sv")
    worse = {**value, "leaves": [{"empty": False, "duals": []}]}
    put(run_path, "baseline", {**certificate, "proofs": [worse, draw_order]})
    assert (restored(run_path).gap or 0) > 0.1
    put(run_path, "baseline", {**certificate, "proofs": [draw_order]})
    assert not restored(run_path).planned
    changed(run_path, "UPDATE certificates SET proofs = x'00' WHERE scenario = 'baseline'")
    unreadable = restored(run_path)
    assert (unreadable.standing, unreadable.payments) == (NOTHING_KNOWN, ())
    assert cause(unreadable, "sv") == "beviset i körningen håller inte"


def test_payments_that_were_changed_are_no_plan(run_path: Path) -> None:
    changed(run_path, "UPDATE payments SET kronor = kronor + 50 WHERE project = 'p'")
    found = restored(run_path)
    assert (found.planned, found.payments, found.projects) == (False, (), ())
    assert "p får 110 kr" in cause(found, "sv").replace("\u00a0", " ")


def test_what_whole_kronor_took_comes_back(run_path: Path) -> None:
    changed(run_path, "UPDATE projects SET settled = 'scaled_down' WHERE project = 'q'")
    assert restored(run_path).scaled_down == ("q",)
    changed(run_path, "UPDATE projects SET settled = 'left_out' WHERE project = 'q'")
    assert (restored(run_path).left_out, restored(run_path).scaled_down) == (("q",), ())
