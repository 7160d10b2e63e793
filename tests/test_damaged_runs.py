# ruff: noqa: S608 (the names of tables are the project's own)
"""Runs that are damaged, forged or made to harm: named, refused, and nothing of them believed."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import shutil
import sqlite3
import sys
import zlib
from pathlib import Path

import flips
import forging
import lxml.html
import openpyxl
import processes
import pytest
from click.testing import CliRunner
from pptx import Presentation

from rus_funding.cli import cli
from rus_funding.errors import FundingError, InvalidInput, UsageError
from rus_funding.files import file_name
from rus_funding.runs import DamagedRunError, Run, claims, content_digest, opened, restore
from rus_funding.runs.rows import LARGEST_PROOFS, unzipped

MORE = int(os.environ.get("EXAMPLES", "1"))
WRONG = {"sv": "skadad eller har ändrats", "en": "damaged or was changed"}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return flips.made(tmp_path_factory.mktemp("source") / "run.sqlite")


@pytest.fixture
def path(source: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(source, tmp_path / "run.sqlite"))


def called(*arguments: object) -> tuple[int, str]:
    """Exit status and all that is said; an exception other than the project's own is a failure."""
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments], standalone_mode=False)
    if isinstance(done.exception, FundingError):
        return 2, str(done.exception)
    assert done.exception is None, (arguments, done.exception)
    return done.return_value or 0, done.output


def everywhere_refused(
    path: Path, folder: Path, *says: str, lang: str = "en", explain: tuple[str, ...] | None = ()
) -> None:
    """Every command that reads a run refuses it, and says what of it; `explain` with these options, or not at all."""
    for arguments in (
        ("compare", path, "--json"),
        ("compare", path),
        ("report", path, "-o", folder / "papers"),
        ("export", path, "-o", folder / "tables"),
        *((("explain", path, *explain),) if explain is not None else ()),
    ):
        status, said = called(*arguments, "--lang", lang)
        assert status == 2, arguments
        for each in (str(path), *says):
            assert each in said, (arguments, said)
    assert not (folder / "papers").exists()
    assert not (folder / "tables").exists()


# single bits


def test_a_turned_bit_is_refused_or_changes_nothing(source: Path, tmp_path: Path) -> None:
    counted, wrong = flips.tally(source, tmp_path, 60 * MORE, seed=7)
    assert wrong == []
    for command, ends in counted.items():
        assert set(ends) == {"same", "refused"}, command


def test_every_turned_bit_in_a_row_of_a_plan_names_its_scenario(source: Path, path: Path) -> None:
    data = source.read_bytes()
    with contextlib.closing(sqlite3.connect(source)) as raw:
        (blob,) = raw.execute("SELECT proofs FROM certificates WHERE scenario = 'mindre'").fetchone()
    at = data.index(blob)
    for offset in range(0, len(blob), 5):
        path.write_bytes(data[: at + offset] + bytes([data[at + offset] ^ 8]) + data[at + offset + 1 :])
        with pytest.raises(DamagedRunError, match="The results of mindre are not those that were written") as caught:
            opened(path)
        assert [fault.scenario for fault in caught.value.faults] == ["mindre"]


# rows that were changed, digests left as they were


def cells(path: Path) -> list[tuple[str, str, int, object]]:
    """A cell of every column of every table that has a row."""
    found = []
    with contextlib.closing(sqlite3.connect(path)) as raw:
        tables = [row[0] for row in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            key = "key" if table in {"run", "input_model"} else "rowid"
            for column in [row[1] for row in raw.execute(f'PRAGMA table_info("{table}")')]:
                query = f'SELECT {key}, "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL LIMIT 1'
                row = raw.execute(query).fetchone()
                found += [(table, column, *row)] if row else []
    return found


def other(value: object) -> object:
    if isinstance(value, bytes):
        return value + b"x"
    return value + 1 if isinstance(value, int | float) else f"{value} "


def test_every_changed_cell_is_refused_in_every_table(source: Path, path: Path) -> None:
    for table, column, row, value in cells(source):
        key = "key" if table in {"run", "input_model"} else "rowid"
        if column in {"key", "row", "position"}:
            continue
        shutil.copyfile(source, path)
        statement = f'UPDATE "{table}" SET "{column}" = ? WHERE {key} = ?'
        forging.changed(path, (statement, (other(value), row)), sealed_anew=False)
        with pytest.raises(UsageError, match=r"damaged or was changed"):
            opened(path)


def test_rows_and_columns_that_give_a_place_are_refused_too(source: Path, path: Path) -> None:
    for table, column, row, value in cells(source):
        if column not in {"key", "row", "position"}:
            continue
        shutil.copyfile(source, path)
        key = "key" if table in {"run", "input_model"} else "rowid"
        new = f"{value}x" if column == "key" else 10**9
        forging.changed(path, (f'UPDATE "{table}" SET "{column}" = ? WHERE {key} = ?', (new, row)), sealed_anew=False)
        with pytest.raises(UsageError, match=r"damaged or was changed"):
            opened(path)


def test_values_of_another_kind_are_refused(source: Path, path: Path, tmp_path: Path) -> None:
    for change in (
        "UPDATE payments SET kronor = '<script>alert(1)</script>'",
        "UPDATE scenarios SET value = '<b>x</b>', funded = '=1+1'",
        "UPDATE payments SET kronor = 1.5",
        "UPDATE payments SET kronor = NULL",
        "UPDATE payments SET project = x'00'",
        "UPDATE projects SET share = 9e999",
        "UPDATE projects SET status = NULL",
        "UPDATE changes SET before = x'00'",
        "UPDATE scenarios SET attempts = 'many'",
        "UPDATE certificates SET proofs = 'text'",
        "UPDATE certificates SET size = -1",
    ):
        shutil.copyfile(source, path)
        forging.changed(path, change)
        everywhere_refused(path, tmp_path, WRONG["en"])


def test_inputs_of_another_kind_are_refused(source: Path, path: Path) -> None:
    for change in (
        "UPDATE input_funds SET name = x'00'",
        "UPDATE input_budgets SET amount = 'many'",
        "UPDATE input_projects SET indivisible = 3",
        "UPDATE input_projects SET indivisible = NULL",
        "UPDATE input_areas SET weight = 9e999",
        "UPDATE input_model SET value = value || ' ' WHERE key = 'title'",
        "UPDATE input_model SET value = '[' WHERE key = 'years'",
        "DELETE FROM input_model WHERE key = 'years'",
        "UPDATE input_areas SET row = 7 WHERE row = 1",
    ):
        shutil.copyfile(source, path)
        with contextlib.suppress(Exception):  # some of them even the forger cannot read
            forging.changed(path, change)
        with pytest.raises(FundingError):
            opened(path)


# rows that were changed, and every digest made anew

FORGED = {
    "more money": "UPDATE payments SET kronor = kronor + 50 WHERE rowid = (SELECT min(row) FROM payments)",
    "a payment less": "DELETE FROM payments WHERE row = (SELECT max(row) FROM payments WHERE scenario = 'baseline')",
    "a payment to nobody": "UPDATE payments SET project = 'x' WHERE row = 0",
    "another fund": "UPDATE payments SET fund = 'own' WHERE row = 0",
    "another year": "UPDATE payments SET year = 2030 WHERE row = 0",
    "value": "UPDATE scenarios SET value = value * 2 WHERE position = 0",
    "bound": "UPDATE scenarios SET bound = bound * 2 WHERE position = 0",
    "gap": "UPDATE scenarios SET gap = 0.25 WHERE position = 0",
    "optimum": "UPDATE scenarios SET optimum = optimum + 1 WHERE position = 0",
    "standing of less": "UPDATE scenarios SET standing = 'within' WHERE position = 0",
    "standing": "UPDATE scenarios SET standing = 'proven' WHERE scenario = 'bada'",
    "status": "UPDATE scenarios SET status = 'infeasible' WHERE position = 0",
    "no plan possible": "UPDATE scenarios SET standing = 'infeasible', status = 'infeasible' WHERE scenario = 'fel'",
    "file": "UPDATE scenarios SET file = 'annan' WHERE scenario = 'mindre'",
    "title": "UPDATE scenarios SET title = 'Annan' WHERE scenario = 'mindre'",
    "question": "UPDATE scenarios SET question = 'Vad?' WHERE scenario = 'mindre'",
    "why it is no model": "UPDATE scenarios SET explanation = 'Det fattas 1 kr.' WHERE scenario = 'fel'",
    "why, in Swedish": "UPDATE scenarios SET explanation_sv = 'Det fattas 1 kr.' WHERE scenario = 'fel'",
    "how many there are": "UPDATE run SET value = '3' WHERE key = 'size'",
    "the model's name": "UPDATE run SET value = '\"annan\"' WHERE key = 'model'",
    "seeds": "UPDATE run SET value = '{\"mindre\": 7}' WHERE key = 'seeds'",
    "departures": "UPDATE scenarios SET departures = 'funded is 1' WHERE position = 0",
    **{
        name: f"UPDATE scenarios SET {name} = {name} + 1 WHERE position = 0"
        for name in ("funded", "cofinancing", "leverage", "largest_fund_share", "herfindahl_funds", "herfindahl_areas",
                     "projects_funded", "projects_partly", "projects_not", "unused")
    },
    "a share": "UPDATE projects SET share = 0.5 WHERE scenario = 'baseline' AND project = 'p'",
    "cost": "UPDATE projects SET cost = cost + 1 WHERE scenario = 'baseline' AND project = 'p'",
    "kronor": "UPDATE projects SET kronor = kronor - 1 WHERE scenario = 'baseline' AND project = 'p'",
    "points": "UPDATE projects SET points = points + 1 WHERE scenario = 'baseline' AND project = 'p'",
    "reason": "UPDATE projects SET reason = 'excluded' WHERE scenario = 'baseline' AND project = 'q'",
    "given up": "UPDATE projects SET given_up = 3 WHERE scenario = 'baseline' AND project = 'p'",
    "settled": "UPDATE projects SET settled = 'left_out' WHERE scenario = 'baseline' AND project = 'p'",
    "project status": "UPDATE projects SET status = 'not' WHERE scenario = 'baseline' AND project = 'p'",
    "an unknown status": "UPDATE projects SET status = 'p`rtly' WHERE scenario = 'baseline' AND project = 'q'",
    "areas": "UPDATE areas SET kronor = kronor + 1 WHERE scenario = 'baseline' AND area = 'a'",
    "area points": "UPDATE areas SET points = points + 1 WHERE scenario = 'baseline' AND area = 'a'",
    "an unknown area": "UPDATE areas SET area = 'ar%a' WHERE scenario = 'baseline' AND area = 'a'",
    "budget": "UPDATE funds SET budget = budget + 1 WHERE row = (SELECT min(row) FROM funds)",
    "used": "UPDATE funds SET used = used + 1 WHERE row = (SELECT min(row) FROM funds)",
    "carried": "UPDATE funds SET carried = carried + 1 WHERE row = (SELECT min(row) FROM funds)",
    "price": "UPDATE funds SET price = 7 WHERE row = (SELECT min(row) FROM funds)",
    "actors": "UPDATE actors SET led = led + 1 WHERE row = (SELECT min(row) FROM actors)",
    "a price of a rule": "UPDATE rules SET price = price * 2 WHERE scenario = 'baseline'",
    "slack": "UPDATE rules SET slack = 100 WHERE scenario = 'baseline'",
    "changes": "UPDATE changes SET after = after + 1 WHERE scenario = 'mindre'",
    "no changes": "DELETE FROM changes WHERE scenario = 'mindre'",
    "an objective": "UPDATE objectives SET objective = 'balance' WHERE row = (SELECT min(row) FROM objectives)",
    "exact value": "UPDATE certificates SET value = '1' WHERE scenario = 'baseline'",
    "exact bound": "UPDATE certificates SET bound = '1/3' WHERE scenario = 'baseline'",
    "proof of another": "UPDATE certificates SET (size, proofs) = "
    "(SELECT size, proofs FROM certificates WHERE scenario = 'bada') WHERE scenario = 'baseline'",
    "the model": "UPDATE input_budgets SET amount = amount - 100",
    "costs": "UPDATE input_costs SET amount = amount + 1",
    "points of the model": "UPDATE input_contributions SET benefit = benefit * 2",
    "a share without end": "UPDATE input_contributions SET share = 1e300 WHERE row = 0",
    "a scenario's text": "UPDATE input_scenarios SET text = replace(text, '0.5', '0.4')",
}  # fmt: skip


@pytest.mark.parametrize("what", FORGED)
def test_what_is_claimed_is_worked_out_again(what: str, path: Path, tmp_path: Path) -> None:
    forging.changed(path, FORGED[what])
    with Run(path, damaged=True) as run:
        assert run.faults == [], "the forger has left a trace"
    everywhere_refused(path, tmp_path, WRONG["en"], explain=None)
    refusals = []
    for scenario in ("baseline", "mindre", "bada", "fel"):  # of a run only the plan that is explained is audited
        try:
            restore(path, scenario)
        except DamagedRunError as error:
            refusals.append(str(error))
        except InvalidInput:
            assert scenario == "fel"
    assert refusals
    assert all(WRONG["en"] in said for said in refusals)


def test_a_forged_number_names_its_scenario_in_both_languages(path: Path, tmp_path: Path) -> None:
    forging.changed(path, "UPDATE scenarios SET value = value * 2 WHERE scenario = 'mindre'")
    of = ("-s", "mindre")
    everywhere_refused(path, tmp_path, "mindre", WRONG["sv"], lang="sv", explain=of)
    everywhere_refused(path, tmp_path, "The results of mindre do not stand an audit", WRONG["en"], explain=of)


def test_a_sound_run_stands_its_audit(source: Path) -> None:
    with opened(source) as run:
        assert run.faults == []
        assert run.unaudited == 0
        assert run.names() == ["baseline", "bada", "fel", "mindre"]


def test_of_very_many_scenarios_some_are_audited_and_the_others_counted(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "AUDITED", 2)
    audited: list[str] = []
    monkeypatch.setattr(claims.Claims, "wrong", lambda _, name: audited.append(name) or "")
    with opened(source, first=["mindre"]) as run:
        assert run.unaudited == 2
    assert audited == ["baseline", "mindre"]


@pytest.mark.parametrize("what", ["more money", "a payment less", "funded", "projects_partly", "kronor", "used"])
def test_those_that_are_not_audited_must_add_up(what: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "AUDITED", 0)
    monkeypatch.setattr(claims.Claims, "wrong", lambda *_: "")
    with opened(path) as run:
        assert run.unaudited == 3
    forging.changed(path, FORGED[what])
    with pytest.raises(DamagedRunError, match="payments, projects, funds and totals do not add up"):
        opened(path)


# what is left


def pages(folder: Path) -> dict[str, list[str]]:
    """The text of every page, slide, sheet of the papers in a folder."""
    found: dict[str, list[str]] = {}
    for file in folder.iterdir():
        if file.suffix == ".html":
            found["html"] = [str(lxml.html.fromstring(file.read_bytes().decode()).text_content())]
        elif file.suffix == ".pptx":
            found["pptx"] = [
                " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
                for slide in Presentation(str(file)).slides
            ]
        elif file.suffix == ".xlsx":
            found["xlsx"] = [
                f"{sheet.oddHeader.left.text} {sheet['A2'].value}" for sheet in openpyxl.load_workbook(file)
            ]
        else:
            import docx

            found["docx"] = [docx.Document(str(file)).sections[0].header.paragraphs[0].text]
    return found


@pytest.mark.parametrize("sealed_anew", [False, True])
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_what_is_left_is_shown_and_every_page_says_so(lang: str, sealed_anew: bool, path: Path, tmp_path: Path) -> None:
    change = "UPDATE payments SET kronor = kronor + 1 WHERE scenario = 'mindre'"
    forging.changed(path, change, sealed_anew=sealed_anew)
    mark = {"sv": "Skadad eller ändrad körning", "en": "Damaged or changed run"}[lang]
    status, said = called("compare", path, "--damaged", "--json", "--lang", lang)
    found = json.loads(said)
    assert status == 1
    assert [line["scenario"] for line in found["scenarios"]] == ["baseline", "bada", "fel"]
    assert (found["notes"][0]["code"], found["notes"][0]["left_out"]) == ("damaged", ["mindre"])
    assert mark in " ".join(called("compare", path, "--damaged", "--lang", lang)[1].split())
    called("report", path, "--damaged", "-o", tmp_path / "papers", "--lang", lang)
    for form, texts in pages(tmp_path / "papers").items():
        assert texts
        for text in texts:
            assert mark in text, form
    # digests show damage anywhere; whether another plan stands an audit is no matter of the one that is explained
    told = json.loads(called("explain", path, "--damaged", "--json", "--lang", lang)[1])
    assert called("explain", path, "--damaged", "--lang", lang)[1].startswith(f"{mark}. ") is not sealed_anew
    assert told.get("damaged", "").startswith(mark) is not sealed_anew
    called("export", path, "--damaged", "-o", tmp_path / "tables", "--lang", lang)
    files = sorted((tmp_path / "tables").iterdir())
    assert {file.name.partition(".")[2] for file in files} == {"damaged.csv"}
    with (tmp_path / "tables" / "scenarios.damaged.csv").open(encoding="utf-8-sig", newline="") as table:
        assert [row["scenario"] for row in csv.DictReader(table, delimiter={"sv": ";", "en": ","}[lang])] == [
            "baseline",
            "bada",
            "fel",
        ]
    called("export", path, "--damaged", "-o", tmp_path / "book", "--format", "xlsx", "--lang", lang)
    book = openpyxl.load_workbook(tmp_path / "book" / "run.damaged.xlsx")
    assert all(mark in sheet.oddHeader.left.text for sheet in book)
    called("compare", path, "--damaged", "--csv", tmp_path / "csv")
    assert {file.name.partition(".")[2] for file in (tmp_path / "csv").iterdir()} == {"damaged.csv"}


def test_the_damaged_scenario_itself_is_never_shown(path: Path, tmp_path: Path) -> None:
    forging.changed(path, "UPDATE payments SET kronor = kronor + 1 WHERE scenario = 'mindre'")
    for arguments in (
        ("compare", path, "-s", "mindre"),
        ("compare", path, "--against", "mindre"),
        ("report", path, "-s", "mindre", "-o", tmp_path / "papers"),
        ("explain", path, "-s", "mindre"),
    ):
        status, said = called(*arguments, "--damaged", "--lang", "en")
        assert (status, "mindre" in said, WRONG["en"] in said) == (2, True, True)


def test_a_run_whose_inputs_are_damaged_has_nothing_left(path: Path, tmp_path: Path) -> None:
    forging.changed(path, "UPDATE input_budgets SET amount = amount + 1", sealed_anew=False)
    for arguments in (("compare", path), ("export", path, "-o", tmp_path / "tables"), ("explain", path)):
        status, said = called(*arguments, "--damaged", "--lang", "en")
        assert (status, "The input tables are not those" in said) == (2, True)
        assert "--resume" not in said  # which would refuse it as well
        assert "run the batch anew to another file" in said


def test_sound_runs_are_not_marked(source: Path, tmp_path: Path) -> None:
    called("report", source, "-o", tmp_path / "papers", "--damaged")
    for texts in pages(tmp_path / "papers").values():
        assert not any("Skadad" in text for text in texts)
    assert "damaged" not in json.loads(called("explain", source, "--json", "--damaged")[1])


# files that are made to harm


def test_other_tables_than_a_run_has_are_refused_before_anything_is_read(
    source: Path, path: Path, tmp_path: Path
) -> None:
    numbers = "WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM a) SELECT x AS row, 'baseline' AS scenario,"
    endless = (
        f"CREATE VIEW rules AS {numbers} 'b' AS rule, 'x' AS subject, 1.0 AS side, 1.0 AS slack, 1.0 AS price FROM a"
    )
    for statements in (
        ["ALTER TABLE rules RENAME TO rules_", endless],
        ['CREATE TABLE "../../x" (a)'],
        ["CREATE VIEW v AS SELECT 1"],
        ["CREATE TRIGGER t AFTER INSERT ON payments BEGIN DELETE FROM payments; END"],
        ["CREATE INDEX i ON payments (project)"],
        ["DROP TABLE rules"],
        ["ALTER TABLE rules ADD COLUMN more TEXT"],
        ["ALTER TABLE rules RENAME COLUMN price TO prize"],
        ["CREATE VIRTUAL TABLE f USING fts5(a)"],
        ["DROP TABLE rules", "CREATE TABLE rules (row INTEGER PRIMARY KEY, scenario TEXT, price REAL AS (1.0))"],
    ):  # fmt: skip
        shutil.copyfile(source, path)
        with contextlib.closing(sqlite3.connect(path)) as raw, raw:
            for statement in statements:
                raw.execute(statement)
        everywhere_refused(path, tmp_path, "it has other tables than a run has")


BOMBS = {
    "a bomb that says its size": 3_000_000_000,
    "a bomb that says another size": 1000,
    "a bomb within the limit": LARGEST_PROOFS - 1,
}


def bomb(size: int) -> bytes:
    packing = zlib.compressobj(9)
    parts = [packing.compress(b"[")] + [packing.compress(b" " * 10_000_000) for _ in range(size // 10_000_000)]
    return b"".join(parts) + packing.flush()


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
from rus_funding.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("what", BOMBS)
def test_a_bomb_is_not_unpacked(what: str, path: Path, tmp_path: Path) -> None:
    forging.changed(path, ("UPDATE certificates SET size = ?, proofs = ?", (BOMBS[what], bomb(800_000_000))))
    done = processes.run([sys.executable, "-c", LIMITED, "report", path, "-o", tmp_path / "papers", "--lang", "en"])
    assert (done.returncode, WRONG["en"] in done.stderr) == (2, True), done.stderr


def test_proofs_are_unpacked_to_what_they_say_and_no_further() -> None:
    content = zlib.compress(b"x" * 1000)
    assert unzipped(1000, content) == b"x" * 1000
    for size, packed_ in ((999, content), (1001, content), (1000, content[:-1]), (1000, content + b"y"), (-1, content),
                          (LARGEST_PROOFS + 1, content), (1000, b"no zlib")):  # fmt: skip
        with pytest.raises(ValueError, match=r"proofs|Error"):
            unzipped(size, packed_)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"rows": [], "proofs": [[]]}', "null", "[]", '{"rows": 1, "proofs": 2}', "1" * 5000, "{"]
)
def test_proofs_that_are_none_prove_nothing(text: str, path: Path, tmp_path: Path) -> None:
    values = (len(text), zlib.compress(text.encode()))
    forging.changed(path, ("UPDATE certificates SET size = ?, proofs = ?", values))
    everywhere_refused(path, tmp_path, WRONG["en"])


def test_a_cell_as_large_as_a_disk_is_not_read(path: Path, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE scenarios SET explanation = zeroblob(90000000) WHERE position = 0")
    everywhere_refused(path, tmp_path, WRONG["en"])


# names are never paths

ESCAPES = ("/abs/olut", "../up", "..", "a/../../b", "C:\\\\x", "nul\\u0000l", "~", "x" * 5000, "CON", ".gömd", "")


@pytest.mark.parametrize("name", ESCAPES)
def test_a_model_s_name_leads_nowhere(name: str, path: Path, tmp_path: Path) -> None:
    text = json.dumps(json.loads(f'"{name}"'), ensure_ascii=False)
    forging.changed(
        path,
        ("UPDATE input_model SET value = ? WHERE key = 'name'", (text,)),
        ("UPDATE run SET value = ? WHERE key = 'model'", (text,)),
    )
    before = set(tmp_path.rglob("*"))
    called("report", path, "-o", tmp_path / "papers", "--format", "html")
    new = set(tmp_path.rglob("*")) - before - {tmp_path / "papers"}
    assert {file.parent for file in new} <= {tmp_path / "papers"}
    assert all(re.fullmatch(r"[\w+-]{1,100}\.html", file.name) for file in new)


@pytest.mark.parametrize(
    "file", [*ESCAPES, "/srv/PWNED.txt", "mindre", "mindre.txt", "Mindre.toml", "mindre.toml.toml"]
)
def test_a_scenario_file_s_name_leads_nowhere(
    file: str, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    file = json.loads(f'"{file}"')
    for statement in (
        "UPDATE input_scenarios SET file = ? WHERE scenario = 'mindre'",
        "INSERT INTO input_scenarios SELECT 3, scenario, ?, sha256, 'title = \"x\"' FROM input_scenarios LIMIT 1",
        "UPDATE input_scenarios SET scenario = ?, file = 'mindre.toml' WHERE scenario = 'mindre'",
    ):
        forging.changed(path, (statement, (file,)))
        opens: list[str] = []
        with processes_watch(opens), contextlib.suppress(FundingError), opened(path) as run:
            run.scenarios()
        assert not [each for each in opens if "PWNED" in each or each.endswith(".txt")]
        assert list(home.iterdir()) == []


@contextlib.contextmanager
def processes_watch(opens: list[str]):  # type: ignore[no-untyped-def]
    """Every file that is opened for writing meanwhile."""
    on = [True]

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if on[0] and event == "open" and isinstance(arguments[0], str):
            mode, flags = arguments[1], arguments[2]
            if (isinstance(mode, str) and set("wax+") & set(mode)) or (isinstance(flags, int) and flags & os.O_CREAT):
                opens.append(arguments[0])

    sys.addaudithook(hook)
    try:
        yield
    finally:
        on[0] = False


def test_scenarios_come_back_from_memory(source: Path) -> None:
    opens: list[str] = []
    with opened(source) as run, processes_watch(opens):
        assert [scenario.id for scenario in run.scenarios()] == ["bada", "fel", "mindre"]
    assert opens == []


def test_names_of_files_are_names() -> None:
    for text in (*ESCAPES, "a/b\\c:d*e?f", "\u202ex", "a\nb", "..\\..", "län 2026"):
        name = file_name(text)
        assert Path(name).name == name
        assert re.fullmatch(r"[\w+-]{1,100}", name)


# a reader never writes


def everything(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_reading_writes_nothing(source: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    path = home / "run.sqlite"
    shutil.copyfile(source, path)
    digest = content_digest(source)
    for header in (b"\\x01\\x01", b"\\x02\\x02"):  # as it is, and as if a log stood beside it
        data = path.read_bytes()
        path.write_bytes(data[:18] + header.decode("unicode_escape").encode("latin-1") + data[20:])
        before = everything(home)
        called("compare", path)
        called("report", path, "-o", tmp_path / "papers", "--force")
        called("export", path, "-o", tmp_path / "tables")
        called("explain", path)
        assert content_digest(path) == digest
        assert everything(home) == before


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import flips
from rus_funding.runs.writer import Writer
end = Writer.__exit__
Writer.__exit__ = lambda *_: os._exit(9)
flips.made(Path(sys.argv[1]))
"""


def test_a_run_whose_writer_was_killed_is_read_and_left_alone(source: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    path = home / "run.sqlite"
    done = processes.run([sys.executable, "-c", KILLED, path, Path(__file__).parent])
    assert done.returncode == 9, done.stderr
    assert (home / "run.sqlite-wal").exists()
    for left in ((), ("run.sqlite-shm",)):
        for name in left:
            (home / name).unlink()
        before = everything(home)
        assert content_digest(path) == content_digest(source)
        called("export", path, "-o", tmp_path / "tables")
        after = everything(home)
        assert set(after) == set(before)
        assert {n: d for n, d in after.items() if n[-4:] != "-shm"} == {
            n: d for n, d in before.items() if n[-4:] != "-shm"
        }


def test_readers_cannot_write(source: Path) -> None:
    with Run(source) as run, pytest.raises(sqlite3.OperationalError, match=r"readonly|read-only"):
        run._connection.execute("DELETE FROM payments")
