"""`verify` finds any number that was changed, and needs nothing but the standard library."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from released import PAYMENTS, released, small_model

from rus_funding.model import document
from rus_funding.proof.reading import UnreadableError
from rus_funding.proof.record import serialise, sha256
from rus_funding.proof.report import report
from rus_funding.proof.verdict import Verdict, verify
from rus_funding.release import release, write_release
from rus_funding.verify import main, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
    # What nothing follows from: the run's options, and the optimum of an objective that no certificate is about
    assert digest_only == {
        ("options", "threads"),
        ("objectives", 1, "optimum"),
        ("scenario", "changes", 0, "multiply", "amount"),
    }
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
        (("payments", 0, 4), 31, "rule"),
        (("payments", 0, 0), "q", "rule"),
        (("payments", 0, 3), "other", "rule"),
        (("payments", 0), ["p", "f", 2026, "costs", 30.0], "unreadable"),
        (("payments", 1), ["p", "f", 2026, "costs", 30], "rule"),
        (("projects", 1, "status"), "not", "figure"),
        (("projects", 1, "status"), "funded", "figure"),
        (("projects", 1, "share"), "0.6125", "unreadable"),
        (("projects", 0, "share"), "2", "rule"),
        (("projects", 0, "project"), "nobody", "rule"),
        (("certificate", "kind"), "solver bound", "figure"),
        (("certificate", "exact_bound"), "23", "figure"),
        (("certificate", "value"), 22, "figure"),
        (("certificate", "duals", 0, 0), "nothing", "unreadable"),
        (("certificate", "duals", 1, 1), "nobody", "unreadable"),
        (("certificate", "duals", 0), ["beyond", "b"], "unreadable"),
        (("certificate", "duals"), [], "figure"),
        (("certificate", "duals"), {}, "figure"),
        (("certificate", "duals"), 1, "unreadable"),
        (("certificate",), None, "unreadable"),
        (("objectives",), [], "figure"),
        (("objectives", 0, "optimum"), 30.0, "bound"),
        (("objectives", 0, "optimum"), 20.0, "bound"),
        (("totals", "more"), 1, "figure"),
        (("model",), {}, "model"),
        (("model", "tables", "funds", "rate_basis", 0), "month", "unreadable"),
        (("more",), 1, "form"),
        (("scenario",), "baseline", "unreadable"),
    ],
)
def test_what_a_forger_may_try(tmp_path: Path, path: Path_, value: Any, code: str) -> None:
    assert code in codes(verify(written(tmp_path, changed(released(), path, value))))


def test_payments_the_file_should_not_hold(tmp_path: Path) -> None:
    zero = released()
    zero["payments"].append(["q", "g", 2027, "costs", 0])
    assert codes(verify(written(tmp_path, zero))) >= {"figure"}
    turned = released()
    turned["payments"].reverse()
    assert codes(verify(written(tmp_path, turned))) == {"figure"}


def test_a_fund_drawn_too_late_is_found(tmp_path: Path) -> None:
    late = [("p", "f", 2026, "costs", 29), ("p", "g", 2026, "costs", 32)]
    record = release(document(small_model()), [*PAYMENTS[2:], *late], optima={}, duals={})
    assert codes(verify(written(tmp_path, record))) == {"draw_order"}


def test_a_bound_too_high_to_prove_an_optimum(tmp_path: Path) -> None:
    assert codes(verify(written(tmp_path, released(duals={})))) == {"bound"}
    assert codes(verify(written(tmp_path, released(duals={}, status="time_limit")))) == set()


def test_a_solvers_bound_below_the_plan(tmp_path: Path) -> None:
    assert released(solver_bound=2.0) == released()  # there are no binaries: nobody asks the solver
    assert codes(verify(written(tmp_path, changed(released(), ("certificate", "solver_bound"), 2.0)))) == {"figure"}
    model = small_model()
    projects = model["projects"].replace(min_share=model["projects"]["min_share"] + 0.5)
    doc = document(model.replace(tables={**model.tables, "projects": projects}))
    shares = {"idea": "1"}
    low = release(doc, PAYMENTS, optima={"value": 22.5}, duals={}, solver_bound=2.0, shares=shares)
    assert codes(verify(written(tmp_path, low))) == {"bound"}
    right = release(doc, PAYMENTS, optima={"value": 22.51}, duals={}, solver_bound=22.51, shares=shares)
    verdict = verify(written(tmp_path, right))
    assert (verdict.verified, verdict.figures["kind"]) == (True, "solver bound")


def test_bytes_written_anew(tmp_path: Path) -> None:
    path = written(tmp_path, released())
    record = json.loads(path.read_bytes())
    path.write_text(json.dumps(record, indent=2), "utf-8")
    assert codes(verify(path)) == {"form"}
    path.write_bytes(serialise(record).replace(b'"optimum":106.0', b'"optimum":106.00'))
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
        (b'{"format": "rus-funding/plan", "version": 2, "rules": "2026-11"}', "version 2"),
        (b'{"format": "rus-funding/plan", "version": true, "rules": "2026-11"}', "version True"),
        (b'{"format": "rus-funding/plan", "version": 1, "rules": 9}', "rules 9"),
        (b'{"format": "rus-funding/plan", "version": 1, "rules": "2026-11"}', "has no 'status'"),
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
    assert swedish.startswith(f"{path}: VERIFIERAD\n")
    assert "6 betalningar, 196 kr" in swedish
    assert "exakt bevis, svag dualitet" in swedish
    assert main([str(path), "--lang", "en"]) == 0
    assert "No plan is worth more than 22.545 (exact proof, weak duality)" in capsys.readouterr().out
    assert main([str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verified"] is True
    forged = changed(released(), ("payments", 0, 4), 35)
    assert main([str(written(tmp_path, forged)), "--lang", "en"]) == 1
    english = capsys.readouterr().out
    assert "NOT VERIFIED" in english
    assert "- [rule] " in english
    assert main([str(path), "--json"]) == 1
    assert {"code", "place", "sentence"} == set(json.loads(capsys.readouterr().out)["findings"][0])
    assert main([str(tmp_path / "none.json")]) == 2
    assert "No such file" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stop:
        main([])
    assert stop.value.code == 2


def test_the_report_says_what_the_bound_rests_on(tmp_path: Path) -> None:
    verdict = verify(written(tmp_path, released()))
    figures = {**verdict.figures, "kind": "solver bound", "kept": ["balance"]}
    text = report(Verdict("x", (), figures), "sv")
    assert "enligt lösaren" in text
    assert "mål som går före värdet: balance" in text
    hostile = {**verdict.figures, "model": "a\x1b[2Jb\nc"}
    assert "a\ufffd[2Jb\ufffdc" in report(Verdict("x", (), hostile), "en")
    many = tuple(verify(written(tmp_path, released(duals={}))).findings * 30)
    assert "and 10 more" in report(Verdict("x", many, figures), "en")


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
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    last = done.stdout.splitlines()[-1]
    assert last.startswith("[] ")
    for heavy in ("numpy", "pandas", "pulp", "highspy", "scipy", "networkx", "click"):
        assert f"'{heavy}" not in last
    for room in ("program", "formulation", "model", "schema", "settling", "solve"):
        assert f"'rus_funding.{room}'" not in last
