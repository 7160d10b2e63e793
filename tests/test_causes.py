"""Why there is no certified plan, in both languages: codes, rules of the auditor, findings of `verify`."""

from __future__ import annotations

import ast
import dataclasses
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from build import build
from click.testing import CliRunner
from test_audit import NUMBERS, RULES, payments

import rus_funding
from rus_funding.cli import cli
from rus_funding.engine.engine import MESSAGES, solve
from rus_funding.engine.plan import Certificate, Outcome
from rus_funding.errors import SolverError
from rus_funding.model.model import document
from rus_funding.proof.audit import audit
from rus_funding.proof.breach import Breach
from rus_funding.proof.case import Case
from rus_funding.proof.finding import SENTENCES, Finding
from rus_funding.proof.standing import NOTHING_KNOWN, Checked
from rus_funding.proof.verdict import verify
from rus_funding.words.causes import breach_sentence, cause, explained, finding_sentence
from rus_funding.words.language import known, say, texts

ROOM = Path(rus_funding.__file__).parent
MODEL = ROOM.parent / "models" / "litet-exempel"


def calls(name: str, *files: str) -> list[ast.Call]:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for file in files for path in sorted(ROOM.glob(file))]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [node for node in nodes if getattr(node.func, "id", "") == name]


def constants(node: ast.AST) -> list[str]:
    return [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]


@pytest.mark.parametrize("status", sorted(MESSAGES))
def test_what_the_engine_says_is_what_the_catalogue_says_in_english(status: str) -> None:
    assert say("en", f"cause.{status}") == MESSAGES[status]
    assert say("sv", f"cause.{status}") != MESSAGES[status]


def test_every_failure_of_a_solver_has_a_text_in_both_languages() -> None:
    raised = calls("SolverError", "engine/stages.py", "engine/face.py", "engine/solvers/*.py")
    assert len(raised) >= 10
    for call in raised:
        assert len(call.args) == 2, ast.unparse(call)
        assert known(f"cause.{constants(call.args[1])[0]}"), ast.unparse(call)
        if isinstance(call.args[0], ast.Constant) and not call.keywords:
            assert texts("en", "cause")[f"cause.{constants(call.args[1])[0]}"] == (call.args[0].value,)


def test_a_solver_that_fails_is_told_in_swedish(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise SolverError("the solver finds nothing as good as the plan it found for 'x'", "lost-plan", stage="x")

    monkeypatch.setattr("rus_funding.engine.engine.solve_program", fail)
    outcome = solve(build())
    assert outcome.status == "error"
    assert cause(outcome, "sv") == "lösaren hittar inget lika bra som planen den fann för målet x"
    assert cause(outcome, "en") == outcome.message


def test_an_infeasible_model_is_told_in_swedish() -> None:
    outcome = solve(build(projects=[{"project": "p"}], costs={"p": 100}, budgets={"f": 50}, required=["p"]))
    assert outcome.status == "infeasible"
    assert cause(outcome, "sv") == "reglerna motsäger varandra: ingen plan uppfyller dem alla"
    assert cause(outcome, "en") == outcome.message == explained(outcome.message, "en")
    assert explained(outcome.message, "sv") == cause(outcome, "sv")
    assert cause(dataclasses.replace(outcome, code=""), "sv") == cause(outcome, "sv")
    assert explained("its worker died", "sv") == "its worker died"


def test_a_plan_that_breaks_a_rule_or_its_bound() -> None:
    found = Breach(("cap", "p", "f"), 71, "<=", 70, 1, "f pays 71 kr to p, more than its cap 70 kr.")
    checked = Checked(NOTHING_KNOWN, (found,), Fraction(6), Fraction(5))
    proof = Certificate((), checked)
    outcome = Outcome(build(), "error", certificate=proof, message="the plan …", code="breach")
    assert cause(outcome, "sv") == (
        "planen i kronor bryter mot en regel: f betalar 71\u00a0kr till p, mer än taket 70\u00a0kr."
    )
    read = dataclasses.replace(outcome, code="", certificate=None)
    assert cause(read, "sv") == "the plan …"
    fields = {"value": Fraction(13, 2), "bound": Fraction(5)}
    above = dataclasses.replace(outcome, code="above-bound", fields=fields)
    assert cause(above, "sv") == "planens värde 6,5 är större än gränsen 5"


def broken(rule: str) -> Breach:
    arguments, plan, move, _ = RULES[rule]
    case = Case.of(document(build(**arguments)))
    return audit(case, payments(case, {key: plan.get(key, 0) + move.get(key, 0) for key in {**plan, **move}}))[0]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_of_the_auditor_is_told_in_swedish_with_its_numbers(rule: str) -> None:
    found = broken(rule)
    swedish, english = (breach_sentence(found, lang) for lang in ("sv", "en"))
    assert len({swedish, english, found.sentence}) >= 2
    assert swedish != found.sentence
    assert swedish.endswith(".")
    for name in found.label[1:]:
        assert name in swedish or name in {"total", "decided", "paid"}, (name, swedish)
    left, _, right, _ = NUMBERS[rule]
    asked = texts("sv", "cause")[key_of(found)][0]
    for side, field in ((left, "{left:number}"), (right, "{right:number}")):
        if field in asked and "/" not in side:
            assert side.replace("-", "\u2212") in swedish


def key_of(found: Breach) -> str:
    fields: dict[str, Any] = {"left": 0, "right": 0}
    keys = [key for key in texts("sv", "cause") if key.startswith(f"cause.rule.{found.label[0]}")]
    return next(key for key in keys if breach_sentence(found, "sv") == filled(key, found, fields))


def filled(key: str, found: Breach, fields: dict[str, Any]) -> str | None:
    from rus_funding.words.causes import NAMES, _shown

    names = dict(zip(NAMES.get(found.label[0], ("project",)), found.label[1:], strict=False))
    return say("sv", key, **{**fields, **names, "left": _shown(found.left), "right": _shown(found.right)})


def test_the_auditor_knows_no_rule_that_the_catalogue_lacks() -> None:
    labels = [
        node.elts[0].value
        for file in sorted((ROOM / "proof").glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Tuple) and node.elts and isinstance(node.elts[0], ast.Constant)
        and file.name in {"legal.py", "policy.py", "audit.py", "order.py"}
        and isinstance(node.elts[0].value, str) and len(node.elts) > 1
    ]  # fmt: skip
    assert len(set(labels)) >= 18
    labels.remove("total")  # a period of `rate`
    rules = {key.split(".")[2] for key in texts("sv", "cause") if key.startswith("cause.rule.")}
    assert set(labels) <= rules
    assert {"committed", "required", "ordinary", "excluded", "partnership"} <= rules


def test_every_finding_of_verify_has_a_text_in_both_languages() -> None:
    assert {key.removeprefix("cause.verify.") for key in texts("sv", "cause") if ".verify." in key} == set(SENTENCES)
    for text, sentence in SENTENCES.items():
        assert texts("en", "cause")[f"cause.verify.{text}"] == (sentence,)


def test_verify_speaks_swedish_of_a_plan_that_was_changed(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    done = CliRunner().invoke(cli, ["solve", str(MODEL), "--output", str(path)], standalone_mode=False)
    assert done.return_value == 0
    record = json.loads(path.read_text(encoding="utf-8"))
    record["payments"][0][-1] += 10**7
    path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    shown = {lang: CliRunner().invoke(cli, ["verify", str(path), "--lang", lang]).stdout for lang in ("sv", "en")}
    assert "Filen är inte den som gavs ut: dess kontrollsumma stämmer inte." in shown["sv"]
    assert "The file is not the one that was released: its digest does not match." in shown["en"]
    findings = verify(path).findings
    assert {finding.code for finding in findings} >= {"digest", "rule"}
    for finding in findings:
        assert finding_sentence(finding, "sv") != finding.sentence
        if finding.breach is None:
            assert finding_sentence(finding, "en") == finding.sentence
    told = json.loads(CliRunner().invoke(cli, ["verify", str(path), "--json"]).stdout)["findings"]
    assert {tuple(finding) for finding in told} == {("code", "place", "sentence")}


def test_what_nobody_foresaw_is_said_as_it_stands() -> None:
    odd = Breach(("something-new", "p"), 1, "<=", 0, 1, "p is odd.")
    assert breach_sentence(odd, "sv") == "p is odd."
    assert finding_sentence(Finding("unreadable", "", "No plan."), "sv") == "No plan."
