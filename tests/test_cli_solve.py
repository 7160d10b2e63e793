"""The commands `solve` and `export`, as a user and a machine meet them."""

from __future__ import annotations

import csv
import dataclasses
import gzip
import hashlib
import json
import os
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import highspy
import processes
import pulp
import pytest
from click.testing import CliRunner, Result
from random_models import random_model

from rus_funding.cli import cli
from rus_funding.cli.export import OBJECTIVES
from rus_funding.cli.stdout import guarded
from rus_funding.engine.engine import solve
from rus_funding.engine.plan import Outcome
from rus_funding.engine.program_file import write_program
from rus_funding.engine.publish import publish, record_of
from rus_funding.errors import InvalidInput, SolverError, UsageError
from rus_funding.model.model import DEFAULT_OBJECTIVES, FundingModel
from rus_funding.model.reading import read_model
from rus_funding.program.objectives import OBJECTIVES as KNOWN
from rus_funding.proof.verdict import verify

HERE = Path(__file__).parent
MODELS, SCENARIOS = HERE.parent / "models", HERE.parent / "scenarios"
NAMES = ("orebro-rus-2026-2028", "litet-exempel", "lansportfolj-exempel")
DECISION, SMALL, PORTFOLIO = (MODELS / name for name in NAMES)


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args], standalone_mode=False)


def program(*args: object, **options: Any) -> processes.Done[str]:
    """The command line in a process of its own."""
    command = [sys.executable, "-m", "rus_funding", *args]
    return processes.run(command, **options)


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """The decision's project required, half of the region's other money gone: no plan."""
    file = tmp_path / "halva.toml"
    file.write_text(
        'title = "Halva"\nrequire = ["rus-genomforande"]\n[[change]]\ntable = "budgets"\n'
        'where = { fund = "rol-ovriga" }\nmultiply = { amount = 0.5 }\n',
        encoding="utf-8",
    )
    return file


# --- what is printed -----------------------------------------------------------------------------------------------


def test_the_report_is_swedish_unless_asked_otherwise() -> None:
    swedish, english = run("solve", DECISION), run("solve", DECISION, "--lang", "en")
    assert (swedish.return_value, english.return_value) == (0, 0)
    assert swedish.stdout == (HERE / "golden" / f"solve-{DECISION.name}-sv.txt").read_text(encoding="utf-8")
    assert english.stdout == (HERE / "golden" / f"solve-{DECISION.name}-en.txt").read_text(encoding="utf-8")
    assert swedish.stderr == ""


def test_json_is_the_contracts_object() -> None:
    result = run("solve", SMALL, "--json")
    said = json.loads(result.stdout)
    outcome = solve(read_model(SMALL))
    assert said == json.loads(json.dumps(outcome.as_dict() | {"idle": None}))
    assert list(said)[:10] == [
        "model", "scenario", "status", "standing", "optimum", "value", "bound", "gap", "funded", "objectives"
    ]  # fmt: skip
    assert (said["model"], said["scenario"], said["status"]) == ("litet-exempel", None, "optimal")
    assert said["standing"] == "proven"
    assert (said["value"], said["bound"], said["funded"]) == (2350.0, 2350.0, 1_350_001)
    assert said["payments"][0] == {"project": "kompetens", "fund": "egna", "year": 2026, "kronor": 200_001}
    assert said["projects"][1] == {
        "project": "natur", "share": 0.5, "cost": 300_000, "kronor": 150_000, "status": "partly",
        "reason": "part_funded", "cause": None,
    }  # fmt: skip


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_stdout_holds_the_object_alone_whatever_the_solver_prints(solver: str) -> None:
    result = program("solve", SMALL if solver == "cbc" else PORTFOLIO, "--json", "--solver", solver)
    assert result.returncode == 0
    assert json.loads(result.stdout)["status"] == "optimal"
    assert result.stderr == ""


def test_nothing_below_python_reaches_stdout(capfd: pytest.CaptureFixture[str]) -> None:
    with guarded():
        os.write(1, b"HEKTO: a line of the solver's own\n")
        os.system("echo from a process that the solver started")  # noqa: S605
    os.write(1, b"result\n")
    assert capfd.readouterr().out == "result\n"


def test_stdout_comes_back_after_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), guarded():
        raise KeyboardInterrupt
    os.write(1, b"result\n")
    assert capfd.readouterr().out == "result\n"


def test_the_same_kronor_from_another_solver() -> None:
    said = [json.loads(run("solve", DECISION, "--json", "--solver", solver).stdout) for solver in ("HiGHS", "cbc")]
    assert said[0]["payments"] == said[1]["payments"]


def test_a_scenario_is_named() -> None:
    result = run("solve", DECISION, "-s", SCENARIOS / DECISION.name / "utan-fum.toml")
    assert result.return_value == 0
    assert result.stdout.splitlines()[1] == "Scenario: FUM finns inte (utan-fum)"
    said = json.loads(run("solve", DECISION, "-s", SCENARIOS / DECISION.name / "storre-fum.toml", "--json").stdout)
    assert said["scenario"] == "storre-fum"
    assert sum(p["kronor"] for p in said["payments"] if p["fund"] == "rol-fum") == 1_486_065


# --- exit statuses -------------------------------------------------------------------------------------------------


def test_an_infeasible_scenario(scenario: Path, tmp_path: Path) -> None:
    result = run("solve", DECISION, "-s", scenario, "-o", tmp_path / "plan.json")
    assert result.return_value == 1
    assert "Ingen plan kan hålla dessa regler: de motsäger varandra." in result.stdout
    said = " ".join(result.stdout.split())
    assert "och ska genomföras helt; det kostar 12 128 129 kr." in said
    assert "Billigaste vägen ut" in said
    assert "Summa" not in result.stdout
    assert not (tmp_path / "plan.json").exists()
    said = json.loads(run("solve", DECISION, "-s", scenario, "--json").stdout)
    assert (said["status"], said["value"], said["payments"], said["projects"]) == ("infeasible", None, [], [])
    assert (said["standing"], said["bound"], said["gap"]) == ("infeasible", None, None)


def test_a_time_limit_gives_no_plan(tmp_path: Path) -> None:
    result = run("solve", PORTFOLIO, "--time-limit", "0.00001", "-o", tmp_path / "plan.json")
    assert result.return_value == 1
    assert "Räkningen blev inte klar: tiden tog slut innan någon plan var funnen" in result.stdout
    assert not (tmp_path / "plan.json").exists()
    said = json.loads(run("solve", PORTFOLIO, "--time-limit", "0.00001", "--json").stdout)
    assert (said["status"], said["payments"]) == ("time_limit", [])


def test_a_result_that_fails_its_check_is_neither_shown_nor_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Outcome(read_model(SMALL), "error", message="the plan in kronor breaks a rule: budget egna 2027")
    monkeypatch.setattr("rus_funding.engine.engine.Engine.solve", lambda *_, **__: broken)
    result = run("solve", SMALL, "-o", tmp_path / "plan.json")
    assert result.return_value == 1
    assert "breaks a rule: budget egna 2027" in result.stdout
    assert "Summa" not in result.stdout
    assert not (tmp_path / "plan.json").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["solve", "models/saknas"], "models/saknas"),
        (["solve", SMALL, "--solver", "gurobbi"], "lösaren ”gurobbi” finns inte på den här datorn. Installerade: "),
        (["solve", SMALL, "--time-limit", "-1"], "--time-limit"),
        (["solve", SMALL, "--lang", "fr"], "'sv', 'en'"),
        (["solve"], "Argumentet 'MODEL' saknas."),
        (["solve", SMALL, "-o", "plan.txt"], "en utgiven plan heter .json eller .json.gz"),
        (["solve", SMALL, "-o", "no/such/plan.json"], "mappen no/such finns inte. Skapa den först."),
        (["solve", SMALL, "-s", "saknas.toml"], "saknas.toml"),
        (["solve", DECISION, "-s", SCENARIOS / DECISION.name], "är en mapp: ange en scenariofil i den"),
        (["solve", DECISION, "-s", SCENARIOS / DECISION.name / "egna-medel.toml"], "kör det med batch"),
        (["export", SMALL], "Flaggan '-o' / '--output' saknas."),
        (["export", SMALL, "-o", "plan.txt"], "låt det sluta på .lp eller .mps"),
        (["export", SMALL, "-o", "no/such/plan.lp"], "mappen no/such finns inte. Skapa den först."),
        (["export", SMALL, "-o", "plan.lp", "--objective", "worth"], "'value', 'draw_order'"),
        (["slove", SMALL], "Menade du ”solve”?"),
    ],
)
def test_what_cannot_be_done_is_said_on_stderr_with_status_2(args: list[object], said: str) -> None:
    result = program(*args)
    assert (result.returncode, result.stdout) == (2, "")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_invalid_input_is_said_in_the_readers_language(tmp_path: Path) -> None:
    found = [run("solve", tmp_path / "saknas", "--lang", lang).exception for lang in ("sv", "en")]
    assert all(isinstance(each, InvalidInput) for each in found)
    assert "Det finns ingen sådan mapp eller arbetsbok." in str(found[0])
    assert "There is no such folder or workbook." in str(found[1])


# --- the released plan ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_released_plan_is_verified(name: str, tmp_path: Path) -> None:
    target = tmp_path / "plan.json.gz"
    result = run("solve", MODELS / name, "-o", target)
    assert result.return_value == 0
    assert result.stderr == f"{target}\n"
    assert verify(target).verified
    record = json.loads(gzip.decompress(target.read_bytes()))
    tables = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in (MODELS / name).glob("*.csv")}
    assert {file: digest for file, digest in record["inputs"].items() if file.endswith(".csv")} == tables
    assert "model.toml" in record["inputs"]
    assert record["options"] == {"solver": "highs", "time_limit": None}
    assert set(record["versions"]) >= {"python", "rus-funding", "highspy", "pulp"}
    assert (record["standing"]["name"], record["scenario"]) == ("proven", {"name": "baseline", "changes": []})


def test_a_released_scenario_says_what_it_changes(tmp_path: Path) -> None:
    file = SCENARIOS / DECISION.name / "storre-fum.toml"
    assert run("solve", DECISION, "-s", file, "-o", tmp_path / "plan.json").return_value == 0
    assert verify(tmp_path / "plan.json").verified
    record = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert record["scenario"]["name"] == "storre-fum"
    assert ["budgets", "rol-fum/2026", "amount", 569_201, 1_000_000] in record["scenario"]["changes"]
    assert record["inputs"]["storre-fum.toml"] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_equal_plans_are_equal_bytes(tmp_path: Path) -> None:
    for name in ("one.json", "two.json"):
        assert run("solve", SMALL, "-o", tmp_path / name).return_value == 0
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_only_a_certified_plan_is_released(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="this one is: unknown"):
        record_of(Outcome(read_model(SMALL), "infeasible"))
    outcome = solve(read_model(SMALL))
    more = dataclasses.replace(outcome.payments[0], kronor=outcome.payments[0].kronor + 1)
    with pytest.raises(SolverError, match="the plan is not written: its check says"):
        publish(dataclasses.replace(outcome, payments=(more, *outcome.payments[1:])), tmp_path / "plan.json")
    assert list(tmp_path.iterdir()) == []


# --- time ----------------------------------------------------------------------------------------------------------


def test_a_cold_start_is_quick_and_loads_no_more_than_it_needs() -> None:
    watch = (
        "import sys; from rus_funding.cli import main\n"
        f"try: main(['solve', {str(DECISION)!r}])\n"
        "except SystemExit: pass\n"
        "sys.stderr.write(' '.join(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    resource = pytest.importorskip("resource")  # not on Windows
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = processes.run([sys.executable, "-c", watch], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "Summa finansiering" in result.stdout
    loaded = set(result.stderr.split())
    assert not loaded & {"pandas", "pulp", "networkx", "openpyxl", "xlsxwriter", "matplotlib"}
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert used < 1.5  # processor time: what the wall shows on an idle machine


@pytest.mark.skipif(sys.platform == "win32", reason="a process is interrupted in another way there")
def test_ctrl_c_answers_within_a_second(tmp_path: Path) -> None:
    generate = HERE.parent / "benchmarks" / "generate.py"
    size = ["--projects", "1500", "--funds", "40", "--years", "7", "--binaries", "0.3"]
    processes.run([sys.executable, generate, tmp_path / "large", *size], check=True)
    command = [sys.executable, "-m", "rus_funding", "solve", tmp_path / "large", "-o", tmp_path / "plan.json"]
    with processes.started(command, stdout=processes.PIPE, stderr=processes.PIPE) as process:
        time.sleep(4)
        assert process.poll() is None  # still at work
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert time.monotonic() - begun < 1
    assert (process.returncode, out, err.strip()) == (130, "", "interrupted")
    assert not (tmp_path / "plan.json").exists()


# --- export --------------------------------------------------------------------------------------------------------


def by_highs(file: Path) -> float:
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_rel_gap", 1e-9)
    assert highs.readModel(str(file)) == highspy.HighsStatus.kOk
    assert highs.getObjectiveSense()[1] == highspy.ObjSense.kMaximize
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(highs.getInfo().objective_function_value)


def by_cbc(file: Path) -> float:
    solution = file.with_name("solution.txt")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        cbc = pulp.PULP_CBC_CMD().path
    command = [cbc, str(file), "-ratio", "0", "-allow", "1e-9", "-solve", "-solution", str(solution)]
    processes.run(command, check=True)
    status = solution.read_text().splitlines()[0]
    assert status.startswith("Optimal")
    return float(status.split()[-1])


def check_export(model: FundingModel, folder: Path) -> None:
    """LP and MPS, read by HiGHS and by CBC, have the engine's optimum of value."""
    model = model.replace(objectives=DEFAULT_OBJECTIVES)
    outcome = solve(model)
    assert outcome.optimum is not None
    for kind in ("lp", "mps"):
        file = folder / f"program.{kind}"
        assert write_program(model, file, force=True) == [file, folder / "program.names.csv"]
        # CBC as it comes ends a search over hundreds of least grants a little early
        close = 1e-3 if model.policy.min_grant else 1e-6
        for optimum, tolerance in ((by_highs(file), 1e-6), (by_cbc(file), close)):
            assert optimum == pytest.approx(outcome.optimum, rel=tolerance, abs=1e-6)


@pytest.mark.timeout(900)  # HiGHS alone takes long over the county's least grants, twice
@pytest.mark.parametrize("name", NAMES)
def test_the_programs_of_the_shipped_models_have_the_same_optimum_elsewhere(name: str, tmp_path: Path) -> None:
    check_export(read_model(MODELS / name), tmp_path)


def feasible_seeds(count: int) -> list[int]:
    found: list[int] = []
    seed = 0
    while len(found) < count:
        if solve(random_model(seed).replace(objectives=DEFAULT_OBJECTIVES)).status == "optimal":
            found.append(seed)
        seed += 1
    return found


def test_the_programs_of_random_models_have_the_same_optimum_elsewhere(tmp_path: Path) -> None:
    for seed in feasible_seeds(10):
        check_export(random_model(seed), tmp_path)


def test_every_objective_can_be_exported(tmp_path: Path) -> None:
    assert list(KNOWN) == OBJECTIVES
    model = read_model(PORTFOLIO)
    for objective, (_, sense, _) in KNOWN.items():
        write_program(model, tmp_path / "program.mps", objective=objective, names=False, force=True)
        optimum = by_highs(tmp_path / "program.mps")
        assert optimum * sense >= 0, objective  # what is minimised stands with its sign turned


def test_the_names_say_what_each_column_and_row_is(tmp_path: Path) -> None:
    result = run("export", SMALL, "-o", tmp_path / "litet.lp")
    assert result.stdout.splitlines() == [str(tmp_path / "litet.lp"), str(tmp_path / "litet.names.csv")]
    with (tmp_path / "litet.names.csv").open(encoding="utf-8-sig", newline="") as file:
        names = {row["name"]: (row["kind"], row["of"]) for row in csv.DictReader(file, delimiter=";")}
    assert names["x0"] == ("x", "kompetens")
    assert names["x3"] == ("y", "kompetens egna 2026 personal")
    program_text = (tmp_path / "litet.lp").read_text(encoding="utf-8")
    (row,) = [name for name, what in names.items() if what == ("budget", "egna 2027")]
    assert f"\n{row}: x14 + x5 + x9 <= 290000\n" in program_text
    used = {token for token in program_text.replace(":", " ").split() if token[0] in "xr" and token[1:].isdigit()}
    assert used <= set(names)
    assert len([name for name in names if name[0] == "r"]) == program_text.count("\nr")


def test_without_names_there_is_one_file(tmp_path: Path) -> None:
    assert run("export", SMALL, "-o", tmp_path / "litet.MPS", "--no-names").exit_code == 0
    assert [file.name for file in tmp_path.iterdir()] == ["litet.MPS"]
    assert "OBJSENSE" in (tmp_path / "litet.MPS").read_text(encoding="utf-8")


def test_a_scenario_can_be_exported(tmp_path: Path) -> None:
    file = SCENARIOS / DECISION.name / "utan-fum.toml"
    assert run("export", DECISION, "-s", file, "-o", tmp_path / "utan.mps").exit_code == 0
    said = json.loads(run("solve", DECISION, "-s", file, "--json").stdout)
    assert by_highs(tmp_path / "utan.mps") == pytest.approx(said["optimum"], rel=1e-9)
