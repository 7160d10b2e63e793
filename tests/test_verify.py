"""`verify` finds any number that was changed, and needs nothing but the standard library."""

from __future__ import annotations

import copy
import dataclasses
import json
import sys
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import processes
import pytest
from click.testing import CliRunner
from priced import known, relaxed
from released import PAYMENTS, optima, proofs, released, small_model

from rus_funding.model.model import Objective, document
from rus_funding.proof.case import Case
from rus_funding.proof.derived import Claims, Working
from rus_funding.proof.goals import SENSE, Goal
from rus_funding.proof.reading import UnreadableError
from rus_funding.proof.record import parse, serialise, sha256
from rus_funding.proof.release import release, write_release
from rus_funding.proof.report import TEXTS, at_most, report, words
from rus_funding.proof.standing import Standing
from rus_funding.proof.stated import Stated
from rus_funding.proof.tree import linear
from rus_funding.proof.verdict import verify
from rus_funding.verify import main, run
from rus_funding.words.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rus_funding.proof.finding import Verdict

Path_ = tuple[Any, ...]


def written(folder: Path, record: dict[str, Any], *, sealed: bool = True) -> Path:
    """The record as a file; `sealed` with its digest made to fit, as a forger would."""
    if sealed:
        record["sha256"] = sha256({key: value for key, value in record.items() if key != "sha256"})
    path = folder / "plan.json"
    path.write_bytes(serialise(record))
    return path


def codes(verdict: Verdict) -> set[str]:
    return {finding.code for finding in verdict.findings}


@pytest.mark.parametrize("name", ["plan.json", "plan.json.gz"])
def test_a_released_plan_is_verified(tmp_path: Path, name: str) -> None:
    write_release(tmp_path / name, released())
    verdict = verify(tmp_path / name)
    assert verdict.findings == ()
    assert verdict.verified
    assert verdict.figures["funded"] == 196
    assert verdict.figures["projects"] == {"funded": 1, "partly": 2, "not": 0}


def numbers(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every number in a record, and every fraction written as text, with its path."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from numbers(part, (*path, key))
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from numbers(part, (*path, i))
    elif isinstance(value, int | float) or (isinstance(value, str) and path[-1] in ("share", "exact_bound")):
        yield path, value


def changed(record: dict[str, Any], path: Path_, value: Any) -> dict[str, Any]:
    copied = copy.deepcopy(record)
    place = copied
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return copied


def neighbours(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, str):
        above, _, below = value.partition("/")
        return [value.replace(above, str(int(above) + by), 1) for by in (1, -1)] + (
            [f"{above}/{int(below) + 2}"] if below else []
        )
    return [value + 1, value - 1]


def test_any_number_changed_is_found(tmp_path: Path) -> None:
    """Every number of a release ±1: by the digest, and without it by working everything out again."""
    record = released()
    tried, digest_only = 0, set()
    for path, value in numbers(record):
        for other in neighbours(value):
            forged = changed(record, path, other)
            assert not _verified(written(tmp_path, copy.deepcopy(forged), sealed=False)), (path, other)
            if _verified(written(tmp_path, forged)):
                digest_only.add(path)
            tried += 1
    # What nothing follows from: the run's options, and what the scenario is said to change
    assert digest_only == {("options", "threads"), ("scenario", "changes", 0, "multiply", "amount")}
    assert tried > 190


def _verified(path: Path) -> bool:
    try:
        return verify(path).verified
    except UnreadableError:
        return False


def test_a_model_changed_with_its_digest_is_another_model(tmp_path: Path) -> None:
    """A forger who changes the model, its digest and the file's digest must still keep every rule and figure."""
    for table, column, row, value, expected in [
        ("budgets", "amount", 1, 59, "rule"),  # f 2027: 60 kr are paid
        ("costs", "amount", 2, 121, "figure"),
        ("contributions", "benefit", 1, 6.5, "figure"),
        ("funds", "max_rate", 0, 0.49, "rule"),
        ("areas", "weight", 1, 2.5, "figure"),
    ]:
        forged = copy.deepcopy(released())
        forged["model"]["tables"][table][column][row] = value
        forged["model_sha256"] = sha256(forged["model"])
        assert expected in codes(verify(written(tmp_path, forged))), (table, column)


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("payments", 0, 4), 31, "figure"),
        (("payments", 0, 4), 35, "rule"),
        (("payments", 0, 0), "q", "rule"),
        (("payments", 0, 3), "other", "rule"),
        (("payments", 0), ["p", "f", 2026, "costs", 30.0], "unreadable"),
        (("payments", 1), ["p", "f", 2026, "costs", 30], "rule"),
        (("projects", 1, "status"), "not", "figure"),
        (("projects", 1, "status"), "funded", "figure"),
        (("projects", 1, "share"), "0.6125", "figure"),
        (("projects", 0, "share"), "1.0", "unreadable"),
        (("projects", 0, "share"), "2", "rule"),
        (("projects", 0, "project"), "nobody", "rule"),
        (("standing", "name"), "within", "figure"),
        (("standing", "gap"), 0.0, "figure"),
        (("standing",), "proven", "figure"),
        (("certificate", "exact_bound"), "23", "figure"),
        (("certificate", "value"), 22, "figure"),
        (("certificate", "rows", 0, 0), "nothing", "unreadable"),
        (("certificate", "rows", 1, 1), "nobody", "proof"),
        (("certificate", "rows", 0), ["beyond", "a"], "proof"),
        (("certificate", "rows"), [], "unreadable"),
        (("certificate", "proofs"), [], "proof"),
        (("certificate", "proofs"), {}, "figure"),
        (("certificate", "proofs"), 1, "unreadable"),
        (("certificate", "proofs", 0, "objective"), "funded", "proof"),
        (("certificate", "proofs", 0, "objective"), "", "proof"),
        (("certificate", "proofs", 0, "choices"), [], "proof"),
        (("certificate", "proofs", 0, "choices"), [0, 0], "proof"),
        (("certificate", "proofs", 0, "choices"), ["p", 0, 0], "proof"),
        (("certificate", "proofs", 0, "choices"), [False], "unreadable"),
        (("certificate", "proofs", 0, "leaves"), [], "proof"),
        (("certificate", "proofs", 0, "leaves", 0, "duals"), [], "proof"),
        (("certificate", "proofs", 0, "leaves", 0, "empty"), True, "proof"),
        (("certificate", "proofs", 0, "leaves", 0, "empty"), 1, "unreadable"),
        (("certificate", "proofs", 0, "kept"), {"draw_order": 106.0}, "proof"),
        (("certificate", "proofs", 1, "kept"), {"funded": 1.0}, "proof"),
        (("certificate", "proofs", 1, "kept", "value"), 22.6, "proof"),
        (("certificate", "proofs", 1, "kept", "value"), 20.0, "proof"),
        (("certificate",), None, "unreadable"),
        (("inputs",), {}, "inputs"),
        (("inputs",), None, "inputs"),
        (("inputs", "model.toml"), "00" * 31, "inputs"),
        (("inputs", "model.toml"), 0, "inputs"),
        (("objectives",), [], "figure"),
        (("objectives", 0, "optimum"), None, "figure"),
        (("objectives", 0, "optimum"), True, "unreadable"),
        (("objectives", 0, "optimum"), 30.0, "proof"),
        (("objectives", 0, "optimum"), 20.0, "proof"),
        (("objectives", 1, "optimum"), 1.0, "proof"),
        (("objectives", 1, "proven"), False, "figure"),
        (("projects", 1, "reason"), "outcompeted", "figure"),
        (("totals", "more"), 1, "figure"),
        (("model",), {}, "model"),
        (("model", "tables", "funds", "rate_basis", 0), "month", "unreadable"),
        (("more",), 1, "form"),
        (("scenario",), "baseline", "unreadable"),
    ],
)
def test_what_a_forger_may_try(tmp_path: Path, path: Path_, value: Any, code: str) -> None:
    assert code in codes(verify(written(tmp_path, changed(released(), path, value))))


def test_why_a_project_is_not_funded_follows_from_the_plan(tmp_path: Path) -> None:
    """That it was left out for a krona is the plan's own word; that a part of it is funded is not."""
    record = release(document(small_model()), [], optima={}, inputs={"model": "00" * 32})
    (at,) = (i for i, project in enumerate(record["projects"]) if project["project"] == "q")
    assert record["projects"][at]["reason"] == "not_funded"
    for reason, told in (("left_out", False), ("part_funded", True)):
        verdict = verify(written(tmp_path, changed(record, ("projects", at, "reason"), reason)))
        assert (f"projects[{at}].reason" in {finding.place for finding in verdict.findings}) == told


def test_half_a_character_is_no_text() -> None:
    assert parse(b'{"name": "\\ud83d\\ude00"}') == {"name": "\N{GRINNING FACE}"}
    with pytest.raises(UnreadableError, match="not plain JSON"):
        parse(b'{"name": "\\ud83d"}')


def test_an_optimum_near_nothing_may_be_off_by_a_thousandth_of_a_krona_a_payment() -> None:
    """Five kronor of allowance: 0.004 is as good as the 0 that is proven, 0.006 is not."""
    model = small_model().replace(objectives=(Objective("funded"),))
    proof = linear("funded", {}, {})
    for optimum, near in ((0.004, True), (0.006, False)):
        goal = Goal("funded", Fraction(0), Fraction(0), Fraction(5), True, optimum)
        assert Stated(Case.of(document(model)), {"funded": goal}, {"funded": proof}).proven(goal) == near


def test_a_plan_whose_optimum_is_not_what_is_proven_is_not_called_best() -> None:
    record = released()
    assert Working(Case.of(record["model"]), Claims.of(record)).checked.standing.name == "proven"
    record["objectives"][0]["optimum"] += 5
    checked = Working(Case.of(record["model"]), Claims.of(record)).checked
    assert checked.standing.name == "within"
    assert checked.faults == (("optimum", "value"), ("level", "draw_order"))  # which was sought under that optimum


def test_payments_the_file_should_not_hold(tmp_path: Path) -> None:
    zero = released()
    zero["payments"].append(["q", "g", 2027, "costs", 0])
    assert codes(verify(written(tmp_path, zero))) >= {"figure"}
    turned = released()
    turned["payments"].reverse()
    assert codes(verify(written(tmp_path, turned))) == {"figure"}


def test_a_fund_drawn_too_late_is_found(tmp_path: Path) -> None:
    late = [("p", "f", 2026, "costs", 29), ("p", "g", 2026, "costs", 32)]
    record = release(document(small_model()), [*PAYMENTS[2:], *late], optima={}, inputs={"model": "00" * 32})
    assert codes(verify(written(tmp_path, record))) == {"draw_order"}


def test_what_nothing_bounds_is_not_verified(tmp_path: Path) -> None:
    """A plan that keeps every rule, and nobody knows how good it is: no plan is shown so."""
    verdict = verify(written(tmp_path, released(proofs=[], optima={})))
    assert [finding.text for finding in verdict.findings] == ["no-bound"]
    assert verdict.checked is not None
    assert verdict.checked.standing.name == "unknown"


def test_a_plan_within_its_bound_is_verified_as_that(tmp_path: Path) -> None:
    value = proofs()["value"]
    verdict = verify(written(tmp_path, released(proofs=[value], optima={"value": optima()["value"]})))
    assert verdict.verified
    text = report(verdict, "sv")
    assert text.startswith(f"{verdict.path}: VERIFIERAD, ingen plan kan vara mer än 0,19\u00a0% bättre\n")
    assert "Mål 2, dragningsordning: 106. INTE bevisat bäst, och ingenting säger" in text
    claimed = verify(written(tmp_path, released(proofs=[value])))  # the optimum of the second is stated all the same
    assert [finding.text for finding in claimed.findings] == ["optimum-unproven"]


def test_bytes_written_anew(tmp_path: Path) -> None:
    path = written(tmp_path, released())
    record = json.loads(path.read_bytes())
    path.write_text(json.dumps(record, indent=2), "utf-8")
    assert codes(verify(path)) == {"form"}
    path.write_bytes(serialise(record).replace(b'"figure":106.0', b'"figure":106.00'))
    assert codes(verify(path)) == {"form"}


def test_every_truncation_and_every_flipped_byte_is_found(tmp_path: Path) -> None:
    data = written(tmp_path, released()).read_bytes()
    path = tmp_path / "plan.json"
    for end in range(0, len(data), 7):
        path.write_bytes(data[:end])
        assert not _verified(path), end
    for i in range(0, len(data), 5):
        path.write_bytes(data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :])
        assert not _verified(path), i


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{}", "format"),
        (b'{"format": "rus-funding/plan"}', "version None"),
        (b'{"format": "rus-funding/plan", "version": 1, "rules": "2026-11"}', "version 1"),
        (b'{"format": "rus-funding/plan", "version": true, "rules": "2026-11"}', "version True"),
        (b'{"format": "rus-funding/plan", "version": 2, "rules": 9}', "rules 9"),
        (b'{"format": "rus-funding/plan", "version": 2, "rules": "2026-11"}', "has no 'scenario'"),
    ],
)
def test_what_is_no_released_plan(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match=message):
        verify(path)
    assert main([str(path)]) == 2


def test_exit_status_and_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, released())
    assert main([str(path)]) == 0
    swedish = capsys.readouterr().out
    assert swedish.startswith(f"{path}: VERIFIERAD, bevisat bäst\n")
    assert "Bevisat: planen håller varje regel, räknat i hela kronor: 6 betalningar, 196 kr;" in swedish
    assert "Mål 1, värde: 22,504. Bevisat bäst: ingen plan kommer över 22,546." in swedish
    assert "ingen plan med värde minst 22,546 kommer under 105,681." in swedish
    assert "INTE bevisat: att indata är sanna" in swedish
    assert "INTE bevisat: vem som har gjort planen" in swedish
    assert main([str(path), "--lang", "en"]) == 0
    english = capsys.readouterr().out
    assert english.startswith(f"{path}: VERIFIED, proven best\n")
    assert "Goal 1, value: 22.504. Proven best: no plan gets above 22.546." in english
    assert main([str(path), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["verified"] is True
    assert content["standing"]["name"] == "proven"
    assert content["standing"]["words"] == "bevisat bäst"
    assert content["figures"]["objectives"][1]["proven"] is True
    assert (content["origin"], content["signature"]) == (None, None)
    forged = changed(released(), ("payments", 0, 4), 35)
    assert main([str(written(tmp_path, forged)), "--lang", "en"]) == 1
    english = capsys.readouterr().out
    assert english.startswith(f"{path}: NOT VERIFIED\n")
    assert "- [rule] " in english
    assert main([str(path), "--json"]) == 1
    content = json.loads(capsys.readouterr().out)
    assert {"code", "place", "sentence"} == set(content["findings"][0])
    assert content["standing"] is None
    assert main([str(tmp_path / "none.json")]) == 2
    assert "No such file" in capsys.readouterr().err
    assert main([str(tmp_path / "none.json"), "--json"]) == 2
    assert "No such file" in json.loads(capsys.readouterr().out)["error"]
    with pytest.raises(SystemExit) as stop:
        main([])
    assert stop.value.code == 2


def test_the_report_is_short_and_steers_no_terminal(tmp_path: Path) -> None:
    verdict = verify(written(tmp_path, released()))
    hostile = {**verdict.figures, "model": "a\x1b[2Jb\nc"}
    assert "a\ufffd[2Jb\ufffdc" in report(dataclasses.replace(verdict, figures=hostile), "en")
    many = tuple(verify(written(tmp_path, released(proofs=[], optima={}))).findings * 30)
    assert "and 10 more" in report(dataclasses.replace(verdict, findings=many), "en")


def test_a_goal_with_a_tolerance_and_a_value_that_is_no_goal(tmp_path: Path) -> None:
    model = small_model()
    doc = document(model.replace(objectives=(Objective("funded", 0.17), Objective("draw_order", 0.2))))
    case = Case.of(doc)
    most, order = relaxed(model, objective="funded"), relaxed(model, "funded", "draw_order", give=0.17)
    worth = relaxed(model)
    assert most is not None
    assert order is not None
    assert worth is not None
    found = [
        linear("funded", {}, known(case, most.duals)),
        linear("draw_order", order.levels, known(case, order.duals)),
        linear("value", {}, known(case, worth.duals)),
    ]
    given = {"funded": most.optimum, "draw_order": order.optimum}
    record = release(doc, PAYMENTS, optima=given, proofs=found, shares={"idea": "1"}, inputs={"model": "00" * 32})
    verdict = verify(written(tmp_path, record))
    assert verdict.verified
    text = report(verdict, "sv")
    assert "Mål 1, finansierade kronor: 196." in text
    assert ", och 17\u00a0% fick ges upp för målen efter." in text
    assert "med finansierade kronor minst 195,05 kommer under" in text
    assert "Värde (inget av målen): 22,504. Bevisat är att ingen plan kommer över 22,546." in text


@pytest.mark.parametrize(
    ("gap", "shown"),
    [
        (Fraction(0), "0"),
        (Fraction(31, 10_000), "0,31"),
        (Fraction(31, 10_000) + Fraction(1, 10**40), "0,32"),
        (Fraction(1, 10**30), "0,000001"),
        (Fraction(5, 10**4), "0,05"),
        (Fraction(123, 10**6), "0,013"),
        (Fraction(1), "100"),
        (Fraction(123456, 100), "123\u00a0456"),
        (Fraction(10**400), "1" + "\u00a0000" * 134),
    ],
)
def test_a_gap_is_never_understated(gap: Fraction, shown: str) -> None:
    assert at_most(gap, "sv") == f"{shown}\u00a0%"


def test_the_words_of_a_standing_are_those_of_every_paper() -> None:
    """`verify` may load no catalogue: it has the same words in a dictionary of its own."""
    for lang in ("sv", "en"):
        for name in ("proven", "within", "infeasible", "unknown"):
            for gap in (Fraction(31, 10_000), Fraction(1, 3), Fraction(0)):
                told = say(lang, f"standing.label.{name}", gap=gap)
                assert words(Standing(name, gap), lang) == told
        for goal in SENSE:
            assert TEXTS[lang][f"goal.{goal}"] == say(lang, f"standing.goal.{goal}")
    assert TEXTS["sv"].keys() == TEXTS["en"].keys()


def test_the_command_line_is_the_same_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from rus_funding.cli import cli

    path = written(tmp_path, released())
    assert run(str(path), "en") == 0
    result = CliRunner().invoke(cli, ["verify", str(path), "--lang", "en"], standalone_mode=False)
    assert (result.return_value, result.output) == (0, capsys.readouterr().out)


def test_only_the_standard_library_is_loaded(tmp_path: Path) -> None:
    path = written(tmp_path, released())
    script = (
        "import runpy, sys\n"
        f"sys.argv = ['verify', {str(path)!r}, '--lang', 'en']\n"
        "try:\n    runpy.run_module('rus_funding.verify', run_name='__main__')\n"
        "except SystemExit as stop:\n    assert stop.code == 0, stop.code\n"
        "import sysconfig\n"
        "ours = {name for name in sys.modules if name.startswith('rus_funding')}\n"
        "others = {name.partition('.')[0] for name in sys.modules} - set(sys.stdlib_module_names)\n"
        "print(sorted(others - {'rus_funding', '__main__'} - BEFORE), sorted(ours))\n"
    )
    script = "import sys\nBEFORE = {name.partition('.')[0] for name in sys.modules}\n" + script
    done = processes.run([sys.executable, "-c", script], check=True)
    last = done.stdout.splitlines()[-1]
    assert last.startswith("[] ")
    for heavy in ("numpy", "pandas", "pulp", "highspy", "scipy", "networkx", "click"):
        assert f"'{heavy}" not in last
    for room in ("program", "formulation", "model", "schema", "settling", "solve"):
        assert f"'rus_funding.{room}'" not in last
