"""Batches: the same run whoever does the work, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import sys
import time
from pathlib import Path

import processes
import pytest
from build import build
from click.testing import CliRunner

from rus_funding.cli import cli
from rus_funding.errors import InvalidInput, UsageError
from rus_funding.model.reading import read_model
from rus_funding.runs import Run, content_digest
from rus_funding.runs.batch import batch
from rus_funding.runs.batch.process import WorkerProcess
from rus_funding.runs.batch.task import Job, said
from rus_funding.scenarios import read_scenarios

ROOT = Path(__file__).parent.parent
MODEL, FOLDER = ROOT / "models" / "orebro-rus-2026-2028", ROOT / "scenarios" / "orebro-rus-2026-2028"
PLAIN = [FOLDER / f"{name}.toml" for name in ("utan-fum", "medfinansiering", "bortfall", "minskade-1-1-medel-hela")]
SAMPLE = """
[sample]
size = {size}
seed = 5
costs = {{ table = "costs", multiply = "amount", distribution = "uniform", low = 0.9, high = 1.2, per = "project" }}
"""
EMPTY = '[[change]]\ntable = "budgets"\nset = { amount = 0 }'
ENDS = """
[sweep]
name = "andel-{share}"
share = { table = "contributions", set = "share", values = [0.5, 1.0], labels = ["halv", "hel"] }

[expect.andel-hel]
funded = 101
"""


@pytest.fixture(scope="module")
def model():
    return read_model(MODEL)


@pytest.fixture(scope="module")
def scenarios():
    return read_scenarios(PLAIN)


@pytest.fixture(scope="module")
def reference(model, scenarios, tmp_path_factory):
    """The digest of an undisturbed run, worked on in this process."""
    path = tmp_path_factory.mktemp("reference") / "run.sqlite"
    went = batch(model, scenarios, path, workers=0)
    assert went.statuses == {"infeasible": 1, "optimal": went.size - 1}
    return content_digest(path)


def small():
    return build(budgets={"own": 100}, costs={"p": 60, "q": 80}, benefits={"p": 3, "q": 1})


def written(folder, text, name="s"):
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    return file


# the same whoever does the work


@pytest.mark.parametrize("workers", [1, 3])
def test_any_number_of_workers_gives_the_same_rows(model, scenarios, reference, tmp_path, workers):
    batch(model, scenarios, tmp_path / "run.sqlite", workers=workers)
    assert content_digest(tmp_path / "run.sqlite") == reference


def test_the_order_of_files_and_of_rows_gives_the_same_rows(model, reference, tmp_path):
    generator = random.Random(1)
    tables = {
        name: rows.take(rows_order) if rows.size else rows
        for name, rows in model.tables.items()
        for rows_order in [sorted(range(rows.size), key=lambda _: generator.random())]
    }
    shuffled = generator.sample(PLAIN, len(PLAIN))
    batch(model.replace(tables=tables), read_scenarios(shuffled), tmp_path / "run.sqlite", workers=0)
    assert content_digest(tmp_path / "run.sqlite") == reference


def test_a_dask_cluster_gives_the_same_rows(model, scenarios, reference, tmp_path):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp"
    ) as cluster:
        went = batch(model, scenarios, tmp_path / "run.sqlite", dask=cluster.scheduler_address)
    assert went.kept == 0
    assert content_digest(tmp_path / "run.sqlite") == reference


def test_dask_that_is_missing_or_misspelt_is_said(model, tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="'kluster' is no Dask cluster: give tcp://host:port, local or local:4"):
        batch(model, [], tmp_path / "run.sqlite", dask="kluster")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'rus-funding\[dask\]'"):
        batch(model, [], tmp_path / "run.sqlite", dask="local")
    assert not list(tmp_path.iterdir())


def test_a_scenario_is_what_solving_it_alone_gives(model, scenarios, tmp_path):
    from rus_funding.engine.engine import solve

    path = tmp_path / "run.sqlite"
    batch(model, scenarios, path, workers=0)
    job = Job(model, tuple(scenarios))
    with Run(path) as run:
        for position in (0, 2, len(job.listing) - 1):
            prepared = job.listing[position]
            alone = solve(prepared.apply())
            rows = [tuple(row)[2:] for row in run.rows("payments", prepared.name)]
            assert rows == [(p.project, p.fund, p.year, p.category_class, p.kronor) for p in alone.payments]


# results without a plan


def test_no_scenario_ends_the_run(tmp_path):
    files = [
        written(tmp_path, ENDS, "delar"),
        written(tmp_path, 'require = ["p", "q"]', "bada"),
        written(tmp_path, f'require = ["p"]\n{EMPTY}', "inget"),
    ]
    path = tmp_path / "run.sqlite"
    went = batch(small(), read_scenarios(files), path, workers=0)
    assert went.statuses == {"infeasible": 2, "invalid": 1, "optimal": 2}
    with Run(path) as run:
        rows = {row["scenario"]: row for row in run.records("scenarios")}
        assert run.findings() == []
        assert len(list(run.rows("changes", "inget"))) == 2
        assert not list(run.rows("projects", "inget"))
    assert rows["bada"]["status"] == rows["inget"]["status"] == "infeasible"
    assert rows["andel-halv"]["status"] == "invalid"
    assert "sum to 0.5" in rows["andel-halv"]["explanation"]
    assert rows["andel-hel"]["departures"] == "funded is 100, expected 101."
    assert {name: row["standing"] for name, row in rows.items()} == {
        "baseline": "proven", "andel-hel": "proven", "andel-halv": "unknown",
        "bada": "infeasible", "inget": "infeasible",
    }  # fmt: skip
    assert all(row["explanation"] and row["value"] is None for row in rows.values() if row["standing"] != "proven")
    assert "0,5" in rows["andel-halv"]["explanation_sv"]
    assert rows["bada"]["explanation_sv"].startswith("Ingen plan kan hålla")
    assert rows["inget"]["explanation_sv"].startswith("Ingen plan kan hålla")
    assert not rows["andel-hel"]["explanation_sv"]


def test_why_there_is_no_plan_is_shown_in_the_language_asked_for(tmp_path):
    text = 'require = ["kompetens", "natur"]\n[[change]]\ntable = "budgets"\nmultiply = { amount = 0 }\n'
    files = written(tmp_path, text)
    model = Path(__file__).parents[1] / "models" / "litet-exempel"
    path = tmp_path / "run.sqlite"
    for lang, shown, other in (("sv", "Ingen plan kan hålla", "No plan"), ("en", "No plan can keep", "Ingen plan")):
        for command in (["batch", model, files, "-o", path, "--force", "--workers", "0"], ["compare", path]):
            done = CliRunner().invoke(cli, [*map(str, command), "--lang", lang])
            assert shown in done.stdout, done.output
            assert other not in done.stdout


def test_rules_that_validation_calls_contradictory_are_proven_to_be(tmp_path, monkeypatch):
    """What cannot be proven is invalid: nothing is said to be impossible on validation's word."""
    promised = build(
        budgets={"own": 100}, costs={"p": 60},
        commitments=[{"project": "p", "fund": "own", "year": 2026, "amount": 60, "kind": "decided"}],
    )  # fmt: skip
    job = Job(promised, read_scenarios([written(tmp_path, EMPTY)]))
    with pytest.raises(InvalidInput) as caught:
        job.listing[1].apply()
    task = job()
    record = task(1)
    assert (record.status, record.figure("standing")) == ("infeasible", "infeasible")
    assert [row[2] for row in record.tables["certificates"]] == ["infeasible"]
    assert not record.planned
    monkeypatch.setattr("rus_funding.engine.engine.impossible", lambda *_: False)
    record = task(1)
    assert (record.status, record.figure("standing")) == ("invalid", "unknown")
    assert record.figure("explanation") == said(caught.value)


def test_two_scenarios_of_one_name_are_refused_and_both_files_named(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = written(tmp_path / "a", "", "samma"), written(tmp_path / "b", "", "samma")
    with pytest.raises(InvalidInput) as caught:
        read_scenarios([one, other])
    assert str(one) in str(caught.value)
    assert str(other) in str(caught.value)
    taken = written(tmp_path, "", "baseline")
    with pytest.raises(InvalidInput, match="'baseline' is a scenario of"):
        batch(small(), read_scenarios(taken), tmp_path / "run.sqlite", workers=0)


# whatever happens meanwhile


def command(output, *options, scenario):
    return [sys.executable, "-m", "rus_funding", "batch", str(MODEL), str(scenario), "-o", str(output), *options]


def rows(path):
    """How many scenarios stand; a run that is not born yet has none."""
    try:
        with Run(path) as run:
            return len(run.names())
    except UsageError:
        return 0


def started(arguments):
    """A process that is gone when it is left."""
    return processes.started(arguments, stdout=processes.PIPE, stderr=processes.PIPE)


def wait_for(path, count, process):
    deadline = time.monotonic() + 30
    while rows(path) < count and time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


@pytest.fixture
def sample(tmp_path):
    """More scenarios than any test waits for."""
    return written(tmp_path, SAMPLE.format(size=2000), "prov")


@pytest.fixture
def short(tmp_path):
    """Enough to be interrupted ten times."""
    return written(tmp_path, SAMPLE.format(size=150), "prov")


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_killed_again_and_again_a_run_ends_as_an_undisturbed_one(model, short, tmp_path):
    whole, path = tmp_path / "whole.sqlite", tmp_path / "run.sqlite"
    batch(model, read_scenarios(short), whole, workers=0)
    generator, kills, stood, stop = random.Random(7), 0, 0, time.monotonic() + 30
    while kills < 10 and time.monotonic() < stop:
        with started(command(path, "--resume", "--workers", "1", scenario=short)) as process:
            if kills % 2:  # as soon as something new is written; else anywhere, start and birth of the file included
                wait_for(path, min(stood + generator.randint(1, 15), 150), process)
            else:
                time.sleep(generator.uniform(0.3, 1.6))
        kills += 1
        now = rows(path)
        assert now >= stood  # nothing that was finished is lost
        stood = now
    assert kills >= 8
    went = batch(model, read_scenarios(short), path, workers=1, resume=True)
    assert went.kept == stood
    assert content_digest(path) == content_digest(whole)
    with Run(path) as run:
        assert run.complete
        assert run.findings() == []
        assert len(run.info["sessions"]) >= 2
    assert not [file for file in tmp_path.iterdir() if file.name.startswith("run.sqlite.")]


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_ends_at_once_and_keeps_what_is_finished(sample, tmp_path):
    path = tmp_path / "run.sqlite"
    with started(command(path, "--workers", "2", scenario=sample)) as process:
        wait_for(path, 3, process)
        pressed = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert time.monotonic() - pressed < 3  # below 1 s on a computer with nothing else to do
    assert process.returncode == 130
    assert out == ""
    assert f"avbrutet: {rows(path)} av 2\u00a0001 scenarier finns i {path}. Fortsätt med --resume." in err
    assert "Traceback" not in err
    assert rows(path) >= 3
    assert not path.with_name("run.sqlite.lock").exists()


@pytest.mark.skipif(os.name != "posix", reason="/proc")
def test_workers_end_with_a_batch_that_is_killed(sample, tmp_path):
    path = tmp_path / "run.sqlite"
    with started(command(path, "--workers", "2", scenario=sample)) as process:
        wait_for(path, 1, process)
        workers = children(process.pid)
        assert len(workers) == 2
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{worker}/status").exists() and not _dead(worker) for worker in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def children(pid):
    """Process ids of a process's children."""
    listed = processes.run(["ps", "-o", "pid=", "--ppid", pid])
    return listed.stdout.split()


def _dead(pid):
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True


def test_a_second_batch_is_refused_at_once_and_the_first_named(sample, tmp_path):
    path = tmp_path / "run.sqlite"
    with started(command(path, "--workers", "1", scenario=sample)) as process:
        wait_for(path, 1, process)
        second = processes.run(command(path, "--resume", scenario=sample), seconds=30)
        assert process.poll() is None
    assert second.returncode == 2
    assert f"används: batch med process-id {process.pid} på" in second.stderr


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_a_worker_killed_from_outside_costs_nothing(model, short, tmp_path, monkeypatch):
    path, killed = tmp_path / "run.sqlite", []

    def kill_one(_record):
        if len(killed) < 2:
            worker = next(worker._process.pid for worker in reversed(team) if worker.flight)
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
            killed.append(worker)

    team = []
    monkeypatch.setattr(
        "rus_funding.runs.batch.supervisor.WorkerProcess", lambda *given: team.append(WorkerProcess(*given)) or team[-1]
    )
    went = batch(model, read_scenarios(short), path, workers=2, progress=kill_one)
    assert len(killed) == 2
    assert went.statuses == {"optimal": 151}


def test_resume_with_other_files_is_refused(model, scenarios, tmp_path):
    path = tmp_path / "run.sqlite"
    batch(model, scenarios[:1], path, workers=0)
    with pytest.raises(UsageError, match="the scenario files differ"):
        batch(model, scenarios, path, workers=0, resume=True)
    with pytest.raises(UsageError, match="options time_limit none, now 5"):
        batch(model, scenarios[:1], path, workers=0, resume=True, seconds=5)
    went = batch(model, scenarios[:1], path, workers=0, resume=True)
    assert (went.kept, went.statuses) == (went.size, {})


# the command line


def test_the_summary_lists_few_scenarios_and_says_why_some_have_no_plan(tmp_path):
    arguments = ["batch", str(MODEL), *map(str, PLAIN), "-o", str(tmp_path / "runs" / "run.sqlite"), "--workers", "0"]
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert done.exception is None
    assert done.return_value == 1
    lines = done.stdout.splitlines()
    assert any(
        re.split(" {2,}", line.strip())[:4] == ["baseline", "12\u00a0128", "12\u00a0128\u00a0129", "50,0\u00a0%"]
        for line in lines
    )
    listed = [re.split(" {2,}", line.strip()) for line in lines]
    assert ["minskade-1-1-medel-hela (ingen plan möjlig)", *"––––––"] in listed
    assert " bevisat bästa, 1 där ingen plan är möjlig. " in " ".join(done.stdout.split())
    assert any(line.startswith("  minskade-1-1-medel-hela: ") for line in lines)
    assert "scenarier att räkna" in done.stderr


def test_json_stands_alone_on_standard_output(tmp_path):
    arguments = command(tmp_path / "run.sqlite", "--json", "--workers", "1", scenario=PLAIN[1])
    done = processes.run(arguments, seconds=50)
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["statuses"] == {"optimal": 4}
    assert found["standings"] == {"proven": 4}
    assert [row["scenario"] for row in found["scenarios"]] == ["baseline", "sats-30", "sats-40", "sats-50"]
    assert found["spread"]["funded"]["largest"] == 12_128_129
    with Run(tmp_path / "run.sqlite") as run:
        assert run.info["input_files"]["model.toml"]


def test_many_scenarios_are_shown_as_a_spread(short, tmp_path):
    arguments = ["batch", str(MODEL), str(short), "-o", str(tmp_path / "run.sqlite"), "--workers", "0", "--lang", "en"]
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert done.exception is None
    assert done.return_value == 0
    assert "Median" in done.stdout
    assert "151 of 151 scenarios" in done.stdout
    assert "prov-001" not in done.stdout


@pytest.mark.parametrize(
    ("options", "match"),
    [
        (["-o", "{tmp}/a/b/run.sqlite"], "there is no folder"),
        (["-o", "{tmp}/run.sqlite", "--dask", "local", "--workers", "2"], "exclude each other"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_solved(tmp_path, options, match):
    arguments = ["batch", str(MODEL), *(option.format(tmp=tmp_path) for option in options)]
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert isinstance(done.exception, UsageError)
    assert match in str(done.exception)
