# ruff: noqa: S608 (the names of tables are the project's own)
"""The run database: what stands in it, that it stays whole, and what is said of files that are no sound runs."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import json
import os
import random
import re
import signal
import sqlite3
import sys
import zlib
from fractions import Fraction
from pathlib import Path

import openpyxl
import processes
import pytest
from build import build

from rus_funding import runs
from rus_funding.engine.budget_status import least_carried
from rus_funding.errors import UsageError
from rus_funding.model.model import digest, document
from rus_funding.model.schema import TABLES
from rus_funding.proof.case import Case
from rus_funding.proof.derived import unpacked
from rus_funding.proof.ledger import Ledger
from rus_funding.proof.standing import Standing, check
from rus_funding.runs import Head, Run, Writer, content_digest, export_run
from rus_funding.runs import file as run_file
from rus_funding.runs.batch.task import Job
from rus_funding.runs.rows import apportioned
from rus_funding.runs.schema import RESULTS, result_columns
from rus_funding.scenarios import read_scenarios

ROOT = Path(__file__).parent.parent
SWEEP = """
title = "Hälften räcker?"
question = "Vad händer med q?"

[sweep]
name = "grant-{cut}"
cut = { table = "budgets", where = { fund = "grant" }, multiply = "amount", values = [0.5, 0.9] }
"""


@pytest.fixture(scope="module")
def model():
    return build(
        name="prov",
        years=[2026, 2027],
        areas=[{"area": "a"}, {"area": "b"}, {"area": "c"}],
        actors=[{"actor": "region"}, {"actor": "stad"}, {"actor": "hand"}],
        funds=[
            {"fund": "grant", "level": "state", "max_rate": 0.5, "draw_order": 1, "financier": "region"},
            {"fund": "own", "level": "region", "draw_order": 2, "carry_over": 0.5, "name": "=2+5"},
        ],
        budgets={"grant": {2026: 301, 2027: 100}, "own": {2026: 400, 2027: 20}},
        projects=[{"project": "p", "lead": "stad"}, {"project": "q", "lead": "region", "name": "@näst"}],
        costs={"p": {2026: 333, 2027: 167}, "q": 400},
        contributions={"p": {"a": 0.5, "b": 0.5}, "q": "c"},
        benefits={("p", "a"): 9, ("p", "b"): 1, ("q", "c"): 2},
        participations=[{"project": "p", "actor": "hand", "role": "partner"}],
        municipalities=[{"municipality": "m", "name": "M", "population": 100}],
        reach=[{"project": "p", "municipality": "m", "share": 0.5}],
        perspectives=[{"perspective": "women", "kind": "gender"}],
        markings=[
            {"project": "p", "perspective": "women", "share": 0.4, "basis": "statistics"},
            {"project": "q", "perspective": "women", "share": 0.3},
        ],
    )


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory):
    file = tmp_path_factory.mktemp("scenarios") / "minskat.toml"
    file.write_text(SWEEP, encoding="utf-8")
    return read_scenarios(file)


@pytest.fixture(scope="module")
def records(model, scenarios):
    task = Job(model, scenarios)()
    return [task(position) for position in range(3)]


@pytest.fixture
def head(model, scenarios):
    return Head(model, scenarios, 3, {"solver": "highs", "time_limit": None}, {"funds.csv": "ab"})


@pytest.fixture
def path(tmp_path, head, records):
    path = tmp_path / "run.sqlite"
    with Writer(path, head) as writer:
        writer.add(records)
    return path


def names(folder):
    return sorted(file.name for file in folder.iterdir())


# what stands in it


def test_every_table_and_column_of_the_schema_is_there_and_no_other(path):
    with Run(path) as run:
        inputs = {f"input_{name}" for name in TABLES} | {"input_model", "input_scenarios"}
        assert set(run.tables) == {"run", *RESULTS} | inputs
        for table in RESULTS:
            assert list(run.declared(table)) == result_columns(table)


def test_results_are_those_of_the_plan(path, records):
    with Run(path) as run:
        assert run.names() == ["baseline", "grant-0_5", "grant-0_9"]
        assert run.complete
        (base,) = run.records("scenarios", "baseline")
        payments = run.records("payments", "baseline")
        assert base["status"] == "optimal"
        assert base["title"] == ""
        assert sum(row["kronor"] for row in payments) == base["funded"]
        assert {row["project"]: row["kronor"] for row in run.records("projects", "baseline")} == {
            project: sum(row["kronor"] for row in payments if row["project"] == project) for project in ("p", "q")
        }
        assert sum(row["kronor"] for row in run.records("areas", "baseline")) == base["funded"]
        cut = run.records("scenarios", "grant-0_5")[0]
        assert (cut["file"], cut["title"], cut["question"]) == ("minskat", "Hälften räcker?", "Vad händer med q?")
        assert [row["after"] for row in run.records("changes", "grant-0_5")] == [151, 50]
        assert run.records("changes", "baseline") == []
        assert [tuple(row) for row in run.rows("payments")] == [row for r in records for row in r.tables["payments"]]


def test_funds_add_up_year_by_year(path):
    with Run(path) as run:
        for name in run.names():
            (scenario,) = run.records("scenarios", name)
            rows = run.records("funds", name)
            assert sum(row["unused"] for row in rows) == scenario["unused"]
            for fund in ("grant", "own"):
                brought = 0
                for row in (row for row in rows if row["fund"] == fund):
                    assert row["budget"] + brought == row["used"] + row["carried"] + row["unused"]
                    assert min(row["used"], row["carried"], row["unused"]) >= 0
                    brought = row["carried"]


def test_actors_have_what_they_lead_pay_and_meet(path):
    with Run(path) as run:
        rows = {row["actor"]: row for row in run.records("actors", "baseline")}
        projects = {row["project"]: row for row in run.records("projects", "baseline")}
        paid = sum(row["kronor"] for row in run.records("payments", "baseline") if row["fund"] == "grant")
        assert rows["stad"]["led"] == projects["p"]["kronor"]
        assert rows["hand"]["projects"] == pytest.approx(projects["p"]["share"])
        assert rows["region"]["paid"] == paid
        assert [(rows[actor]["meets"], rows[actor]["new_ties"]) for actor in ("stad", "hand", "region")] == [
            (1, 1), (1, 1), (0, 0)]  # fmt: skip


def test_the_certificate_proves_the_standing_again(path, model):
    with Run(path) as run:
        (row,) = run.records("certificates", "baseline")
        (scenario,) = run.records("scenarios", "baseline")
        optima = {row["objective"]: row["optimum"] for row in run.records("objectives", "baseline")}
        payments = [tuple(row)[2:] for row in run.rows("payments", "baseline")]
    assert float(Fraction(row["value"])) == scenario["value"]
    assert float(Fraction(row["bound"])) == scenario["bound"]
    assert row["standing"] == scenario["standing"] == "proven"
    assert scenario["gap"] >= Fraction(row["gap"])
    proofs = unpacked(json.loads(zlib.decompress(row["proofs"])))
    assert [proof.objective for proof in proofs] == ["value", "draw_order"]
    case, ledger = Case.of(document(model)), Ledger.of(payments)
    checked = check(case, ledger, ledger.shares(case, {}), proofs, optima)
    assert checked.standing == Standing("proven", Fraction(row["gap"]))
    assert (str(checked.value), str(checked.bound)) == (row["value"], row["bound"])


def test_the_inputs_themselves_are_inside(path, model, scenarios):
    with Run(path) as run:
        assert digest(run.model()) == digest(model) == run.info["model_sha256"]
        assert run.scenarios()[0].changes == scenarios[0].changes
        assert [scenario.id for scenario in run.scenarios()] == ["minskat"]
        assert [axis.values for axis in run.scenarios()[0].sweep.axes] == [
            axis.values for axis in scenarios[0].sweep.axes
        ]
        assert run.info["input_files"] == {"funds.csv": "ab"}
        assert run.info["versions"]["highspy"]
        (session,) = run.info["sessions"]
        assert session["ended"] >= session["started"]


def test_solving_again_from_the_run_alone_gives_the_same_rows(path, records):
    with Run(path) as run:
        task = Job(run.model(), run.scenarios())()
    for position, record in enumerate(records):
        again = task(position)
        assert again.figure("sha256") == record.figure("sha256")
        assert again.tables["payments"] == record.tables["payments"]


def test_least_carried_is_what_later_years_need():
    assert least_carried([100, 20, 30], [60, 30, 35], 0.5) == [20, 5, 0]
    assert least_carried([100, 20, 30], [60, 30, 35], 0.0) == [0, 0, 0]
    assert least_carried([100, 100], [50, 50], 1.0) == [0, 0]
    assert least_carried([10, 0], [0, 3], 0.29) == [3, 0]


def test_apportioned_adds_up_whatever_noise():
    noisy = runs.rows.np.array([0.1 + 0.2, 0.7, 1.4999999999, 2.5000000001])
    assert apportioned(noisy, 5) == [0, 1, 2, 2]


# order and digest


def test_content_does_not_depend_on_the_order_in_which_scenarios_finish(tmp_path, head, records, path):
    other = tmp_path / "other.sqlite"
    with Writer(other, head) as writer:
        for i in (2, 0, 1):
            writer.add([records[i]])
    assert content_digest(other) == content_digest(path)
    with Run(path) as one, Run(other) as two:
        for table in RESULTS:
            assert list(one.rows(table)) == list(two.rows(table))


def test_content_digest_is_not_moved_by_the_clock_and_is_by_everything_else(path):
    before = content_digest(path)
    with contextlib.closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE scenarios SET seconds = 99, attempts = 3, iterations = 1")
        raw.execute("UPDATE run SET value = '[]' WHERE key = 'sessions'")
    assert content_digest(path) == before
    with contextlib.closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE scenarios SET hoover = 0.5 WHERE position = 1")
    assert content_digest(path) != before


def _cells(path):
    """A change of every kind of cell: (table, statement)."""
    with contextlib.closing(sqlite3.connect(path)) as raw:
        for table, columns in {table: result_columns(table) for table in RESULTS}.items():
            for column in columns:
                found = raw.execute(f'SELECT rowid, "{column}" FROM "{table}" ORDER BY rowid LIMIT 1').fetchone()
                if found is not None:
                    yield table, column, *found


def test_every_changed_cell_is_found(tmp_path, head, model, scenarios):
    path, task = tmp_path / "run.sqlite", Job(model, scenarios, reasons=True)()  # no table is empty
    with Writer(path, head) as writer:
        writer.add([task(position) for position in range(3)])
    with Run(path) as run:
        assert run.findings() == []
    cells = list(_cells(path))
    assert {cell[0] for cell in cells} == set(RESULTS)
    for table, column, row, value in cells:
        new = value + 1 if isinstance(value, int | float) else b"x" if isinstance(value, bytes) else f"{value}x"
        key = new if column in {"row", "position"} else row
        with contextlib.closing(sqlite3.connect(path)) as raw:
            free = raw.execute(f'SELECT max(rowid) + 1 FROM "{table}"').fetchone()[0]
            new, key = (free, free) if column in {"row", "position"} else (new, key)
            with raw:
                raw.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (new, row))
        with Run(path, damaged=True) as run:
            assert run.findings(), (table, column)
        with contextlib.closing(sqlite3.connect(path)) as raw, raw:
            raw.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (value, key))
    with Run(path) as run:
        assert run.findings() == []


def test_a_changed_input_is_found(path):
    with contextlib.closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE input_budgets SET amount = amount + 1 WHERE row = 0")
    with Run(path, damaged=True) as run:
        assert run.findings() == ["The input tables are not those that were written."]


# no sound run


def refused(path, match):
    with pytest.raises(UsageError, match=match) as caught, Run(path):
        pass
    assert str(path) in str(caught.value)


def test_files_that_are_no_runs_are_named(tmp_path):
    refused(tmp_path / "none.sqlite", "there is no such run")
    refused(tmp_path, "is a folder")
    text = tmp_path / "text.sqlite"
    text.write_text("hej")
    refused(text, "no SQLite database")
    empty = tmp_path / "empty.sqlite"
    empty.touch()
    refused(empty, "no SQLite database")
    foreign = tmp_path / "foreign.sqlite"
    with contextlib.closing(sqlite3.connect(foreign)) as raw, raw:
        raw.execute("CREATE TABLE t (a)")
    refused(foreign, "another program's database")


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "det finns ingen sådan körning"), ("hej", "filen är ingen SQLite-databas")],
)
def test_a_file_that_is_no_run_is_named_in_swedish(tmp_path, content, said):
    file = tmp_path / "run.sqlite"
    if content is not None:
        file.write_text(content)
    with pytest.raises(UsageError, match=said) as caught, Run(file, lang="sv"):
        pass
    assert caught.value.lang == "sv"


@pytest.mark.parametrize("name", ["FULL", "BUSY", "READONLY_ROLLBACK", "CANTOPEN", "IOERR_READ"])
def test_what_sqlite_fails_with_is_said_in_both_languages(tmp_path, name):
    texts = []
    for lang in ("sv", "en"):
        error = sqlite3.OperationalError("x")
        error.sqlite_errorname = f"SQLITE_{name}"
        with pytest.raises(UsageError) as caught, run_file.said(tmp_path / "run.sqlite", lang):
            raise error
        texts.append(str(caught.value))
        assert str(tmp_path / "run.sqlite") in texts[-1]
        assert caught.value.lang == lang
    assert texts[0] != texts[1]


def test_another_format_is_named(path):
    with contextlib.closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA user_version = 1")
    refused(path, r"another version of rus-funding \(format 1, this one reads 4\.[0-9a-f]{4}\)")


def test_no_truncation_crashes_or_is_taken_for_the_run(path):
    data, before = path.read_bytes(), content_digest(path)
    for size in [*range(0, 200, 7), *range(200, len(data), 3301)]:
        path.write_bytes(data[:size])
        with pytest.raises(UsageError) as caught, Run(path) as run:
            run.content_digest()
        assert str(path) in str(caught.value)
    path.write_bytes(data)
    assert content_digest(path) == before


def test_no_flipped_byte_crashes_or_changes_the_content_unseen(path):
    data, before = path.read_bytes(), content_digest(path)
    generator = random.Random(4)
    for at in sorted({*range(0, 128, 5), *generator.sample(range(len(data)), 250)}):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        with contextlib.suppress(UsageError), Run(path) as run:
            assert run.findings() or run.content_digest() == before


# writing


def test_a_run_that_exists_is_not_overwritten(path, head):
    with pytest.raises(UsageError, match=r"finished run.*--force"):
        Writer(path, head)
    before = content_digest(path)
    with Writer(path, head, force=True) as writer:
        assert writer.done == set()
    assert content_digest(path) != before


def test_an_unfinished_run_is_not_overwritten_even_by_force(tmp_path, head, records):
    path = tmp_path / "run.sqlite"
    with Writer(path, head) as writer:
        writer.add(records[:1])
    for force in (False, True):
        with pytest.raises(UsageError, match=r"1 of 3 scenarios\. Go on with --resume"):
            Writer(path, head, force=force)


def test_a_foreign_file_is_not_overwritten_even_by_force(tmp_path, head):
    path = tmp_path / "letter.txt"
    path.write_text("Dear all")
    with pytest.raises(UsageError, match="is not a run"):
        Writer(path, head, force=True)
    assert path.read_text() == "Dear all"
    assert names(tmp_path) == ["letter.txt"]


def test_a_missing_folder_is_named(tmp_path, head):
    with pytest.raises(UsageError, match="there is no folder"):
        Writer(tmp_path / "no" / "run.sqlite", head)


def test_resume_goes_on_where_it_was(tmp_path, head, records, path):
    half = tmp_path / "half.sqlite"
    with contextlib.suppress(RuntimeError), Writer(half, head) as writer:
        writer.add(records[1:2])
        raise RuntimeError
    with Writer(half, head, resume=True) as writer:
        assert writer.done == {1}
        writer.add([records[0], records[2]])
    assert content_digest(half) == content_digest(path)


def test_resume_of_nothing_begins(tmp_path, head, records, path):
    with Writer(tmp_path / "new.sqlite", head, resume=True) as writer:
        writer.add(records)
    assert content_digest(tmp_path / "new.sqlite") == content_digest(path)


def test_nothing_stands_twice(tmp_path, head, records):
    with Writer(tmp_path / "run.sqlite", head) as writer:
        writer.add(records[:1])
        with pytest.raises(ValueError, match="finished already: baseline"):
            writer.add(records[:2])
        assert writer.done == {0}


def test_resume_solves_damaged_and_crashed_scenarios_again(path, head, records):
    with contextlib.closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE payments SET kronor = kronor + 1 WHERE scenario = 'grant-0_9'")
        raw.execute("UPDATE scenarios SET status = 'crashed' WHERE scenario = 'baseline'")
    with Writer(path, head, resume=True) as writer:
        assert writer.done == {1}
        assert writer.damaged == ["baseline", "grant-0_9"]
        writer.add([records[0], records[2]])
    with Run(path) as run:
        assert run.findings() == []


def test_resume_with_something_else_says_what(path, head, model, tmp_path):
    def refused(match, **changes):
        other = Head(
            **{**{field: getattr(head, field) for field in ("model", "scenarios", "size", "options")}, **changes}
        )
        before = content_digest(path)
        with pytest.raises(UsageError, match=match):
            Writer(path, other, resume=True)
        assert content_digest(path) == before

    refused("options time_limit None|options time_limit none, now 3.0", options={"solver": "highs", "time_limit": 3.0})
    refused("options solver highs, now cbc", options={"solver": "cbc", "time_limit": None})
    refused("the model's data differ", model=model.replace(title="Annan"))
    refused("size 3, now 4", size=4)
    file = tmp_path / "minskat.toml"
    file.write_text(SWEEP.replace("0.5", "0.6"), encoding="utf-8")
    refused("the scenario files differ", scenarios=read_scenarios(file))


def test_a_full_disk_keeps_what_is_finished(tmp_path, head, records):
    path = tmp_path / "run.sqlite"
    with Writer(path, head) as writer:
        writer.add(records[:1])
    rows = records[1].tables["payments"]
    many = [(row[0] + i * len(rows), *row[1:]) for i in range(5000) for row in rows]
    larger = dataclasses.replace(records[1], tables={**records[1].tables, "payments": many})
    with Writer(path, head, resume=True) as writer:
        (pages,) = writer._connection.execute("PRAGMA page_count").fetchone()
        writer._connection.execute(f"PRAGMA max_page_count = {pages + 1}")  # one for the end of the session
        with pytest.raises(UsageError, match=r"the disk is full.*--resume"):
            writer.add([larger])
    with Writer(path, head, resume=True) as writer:
        assert writer.done == {0}
        writer.add(records[1:])
    with Run(path) as run:
        assert run.complete
        assert run.findings() == []


def test_a_disk_that_is_full_from_the_start_leaves_nothing(tmp_path, head, monkeypatch):
    def full(*_):
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorname = "SQLITE_FULL"
        raise error

    monkeypatch.setattr(Head, "write", full)
    with pytest.raises(UsageError, match="the disk is full"):
        Writer(tmp_path / "run.sqlite", head)
    assert names(tmp_path) == []


def test_readers_stand_beside_the_writer(tmp_path, head, records):
    path = tmp_path / "run.sqlite"
    with Writer(path, head) as writer:
        with Run(path) as run:
            assert run.names() == []
            writer.add(records[:2])
            assert run.names() == ["baseline", "grant-0_5"]
            assert not run.complete
        writer.add(records[2:])
    assert names(tmp_path) == ["run.sqlite"]  # one file once it is finished


def test_a_writer_that_adds_between_a_reader_s_queries_damages_nothing(tmp_path, head, records, monkeypatch):
    """For every k a scenario comes before the reader's k-th query: it is seen whole, or not yet."""
    execute, k, seen, whole = run_file._Copied.execute, 0, set(), set()
    for k in range(200):
        left, due = [k], list(records[1:2])
        path = tmp_path / f"{k}.sqlite"
        with Writer(path, head) as writer:
            writer.add(records[:1])

            def asked(connection, *arguments, left=left, due=due, writer=writer):
                if connection is not writer._connection:
                    left[0] -= 1
                    if left[0] < 0 and due:
                        left[0] = 10**6
                        writer.add([due.pop()])
                return execute(connection, *arguments)

            monkeypatch.setattr(run_file._Copied, "execute", asked)
            with Run(path) as run:
                seen.add(len(run.names()))
                found = run.content_digest()
            monkeypatch.undo()
            whole.add(found)
        if due:
            break
    assert k > 20
    assert seen == {1, 2}
    assert len(whole) == 2


HOLDER = """
import sys, time
from rus_funding.runs.lock import Lock
from pathlib import Path
with Lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_writer_is_refused_and_told_who_holds_the_run(tmp_path, head):
    path = tmp_path / "run.sqlite"
    with processes.started([sys.executable, "-c", HOLDER, path], stdout=processes.PIPE) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(UsageError, match=rf"in use: batch with process id {holder.pid} on .* since 20"):
            Writer(path, head)
        holder.send_signal(signal.SIGKILL)
    with Writer(path, head) as writer:  # kill -9 frees it
        with pytest.raises(UsageError, match=rf"in use: batch with process id {os.getpid()} "):
            Writer(path, head, force=True)
        assert writer.done == set()


# exports


def test_csv_is_what_a_swedish_excel_reads_and_no_cell_is_a_formula(path, tmp_path):
    with Run(path) as run:
        files = export_run(run, tmp_path / "csv", "csv")
        assert [file.stem for file in files] == run.tables
        text = (tmp_path / "csv" / "scenarios.csv").read_text(encoding="utf-8")
        assert text.startswith("\ufeffposition;scenario;")
        rows = list(csv.DictReader(text.removeprefix("\ufeff").splitlines(), delimiter=";"))
        base = run.records("scenarios", "baseline")[0]
        assert float(rows[0]["value"].replace(",", ".")) == base["value"]
        assert int(rows[0]["funded"]) == base["funded"]
        assert ";'=2+5;" in (tmp_path / "csv" / "input_funds.csv").read_text(encoding="utf-8")
        assert ";'@näst;" in (tmp_path / "csv" / "input_projects.csv").read_text(encoding="utf-8")
        export_run(run, tmp_path / "en", "csv", lang="en")
        assert "position,scenario," in (tmp_path / "en" / "scenarios.csv").read_text(encoding="utf-8")


def test_excel_has_every_row_and_no_formula(path, tmp_path):
    with Run(path) as run:
        (file,) = export_run(run, tmp_path / "out", "xlsx")
        book = openpyxl.load_workbook(file, read_only=True)
        assert book.sheetnames == run.tables
        for table in ("payments", "scenarios", "input_funds"):
            sheet = list(book[table].iter_rows(values_only=True))
            assert len(sheet) - 1 == len(list(run.rows(table)))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
        book.close()


def test_a_table_larger_than_a_sheet_goes_on_in_the_next(path, tmp_path, monkeypatch):
    monkeypatch.setattr(runs.export, "LARGEST_SHEET", 2)
    with Run(path) as run:
        (file,) = export_run(run, tmp_path, "xlsx")
        rows = list(run.rows("objectives"))
    book = openpyxl.load_workbook(file)
    parts = [book[name] for name in book.sheetnames if re.fullmatch(r"objectives( \d+)?", name)]
    assert len(parts) == -(-len(rows) // 2)
    assert [tuple(row) for part in parts for row in part.iter_rows(min_row=2, values_only=True)] == rows


def test_parquet_holds_the_rows(path, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    with Run(path) as run:
        export_run(run, tmp_path, "parquet")
        for table in ("payments", "certificates", "changes", "input_actors"):
            found = parquet.read_table(tmp_path / f"{table}.parquet")
            wanted = [dict(row) for row in run.records(table)]
            if table == "changes":
                wanted = [{**row, "before": str(row["before"]), "after": str(row["after"])} for row in wanted]
            assert found.to_pylist() == wanted


def test_exports_that_cannot_be_made_say_why(path, tmp_path, monkeypatch):
    with Run(path) as run:
        with pytest.raises(UsageError, match=r"no format 'odt'\. Formats: csv, xlsx, parquet"):
            export_run(run, tmp_path, "odt")
        (tmp_path / "file").touch()
        with pytest.raises(UsageError, match="cannot be written into: it is a file"):
            export_run(run, tmp_path / "file", "csv")
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        with pytest.raises(UsageError, match=r"pip install 'rus-funding\[parquet\]'"):
            export_run(run, tmp_path, "parquet")


def test_the_command_exports_a_run(path, tmp_path):
    from click.testing import CliRunner

    from rus_funding.cli import cli

    done = CliRunner().invoke(cli, ["export", str(path), "-o", str(tmp_path / "out"), "--lang", "en"])
    assert done.exit_code == 0
    assert str(tmp_path / "out" / "scenarios.csv") in done.stdout.splitlines()
    assert (tmp_path / "out" / "payments.csv").read_text(encoding="utf-8-sig").startswith("row,scenario,project")


def test_unknown_tables_and_scenarios_are_named(path):
    with Run(path) as run:
        with pytest.raises(UsageError, match="no table 'payment'"):
            run.columns("payment")
        with pytest.raises(UsageError, match=r"no scenario 'grant-0_8'\. Did you mean 'grant-0_9'"):
            run.records("payments", "grant-0_8")


def test_the_docs_list_every_table_and_column():
    page = (ROOT / "docs" / "runs.md").read_text(encoding="utf-8")
    for table in RESULTS.values():
        section = page.split(f"### {table.name}\n", 1)[1].split("\n### ", 1)[0].split("\n## ", 1)[0]
        listed = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", section, re.MULTILINE)
        assert listed == [(column.name, column.unit, column.description) for column in table.columns]
