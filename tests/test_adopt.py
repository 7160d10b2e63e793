"""From proposal to decision: the workbook, the rules, the price of each change, the next model, the register."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import shutil
import sqlite3
import sys
from pathlib import Path

import openpyxl
import processes
import pytest
from papers import run_of

from rus_funding.cli import main
from rus_funding.engine.engine import solve
from rus_funding.errors import InvalidInput, UsageError
from rus_funding.files import put
from rus_funding.follow_up import adopt_files, adopt_words, register
from rus_funding.follow_up.adopt import Adopted, Broken, adopt
from rus_funding.follow_up.adopt_record import entries, record
from rus_funding.follow_up.decide import propose
from rus_funding.follow_up.decide_workbook import content, read
from rus_funding.model.model import digest
from rus_funding.model.reading import load, read_model

ROOT = Path(__file__).parents[1]
REAL = ROOT / "models" / "orebro-rus-2026-2028"
MEETING = dt.date(2027, 2, 11)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The small example with the region as its decider: a folder, and a run of it."""
    place = tmp_path_factory.mktemp("small")
    folder = Path(shutil.copytree(ROOT / "models" / "litet-exempel", place / "litet-exempel"))
    text = (folder / "model.toml").read_text(encoding="utf-8")
    (folder / "model.toml").write_text(text.replace("years =", 'decider = "region-orebro-lan"\nyears ='), "utf-8")
    return folder, run_of(place / "run.sqlite", read_model(folder))


def proposed(run, path, lang="sv"):
    put(path, content(propose(run, MEETING), lang), force=True)
    return path


def changed(path, project, fund=None, **cells):
    """Write what a clerk would: ``decided`` as kronor by year, other cells by their heading."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, at["Projekt-id"]).value == project and fund in {None, sheet.cell(row, at["Käll-id"]).value}:
            for year, kronor in cells.get("decided", {}).items():
                sheet.cell(row, at[f"Beslutat {year}"]).value = kronor
            for heading in ("Utfall", "Skäl", "Reservation", "Diarienummer"):
                if heading in cells:
                    sheet.cell(row, at[heading]).value = cells[heading]
    book.save(path)


NONE = {2026: None, 2027: None}


def payments(outcome):
    return sorted((p.project, p.fund, p.year, p.kronor) for p in outcome.payments)


# the workbook


def test_the_workbook_holds_a_row_for_each_project_and_own_fund(small, tmp_path):
    path = proposed(small[1], tmp_path / "b.xlsx")
    rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("Projekt-id", "Projekt", "Käll-id", "Källa", "Föreslaget 2026", "Föreslaget 2027",
                       "Beslutat 2026", "Beslutat 2027", "Utfall", "Skäl", "Reservation", "Diarienummer")  # fmt: skip
    assert [(row[0], row[2], row[4:9]) for row in rows[1:]] == [
        ("kompetens", "egna", (200001, 200000, 200001, 200000, "beviljas")),
        ("kompetens", "statliga", (200000, 200000, 200000, 200000, "beviljas")),
        ("natur", "egna", (25000, 50000, 25000, 50000, "beviljas")),
        ("natur", "statliga", (25000, 50000, 25000, 50000, "beviljas")),
        ("resecentrum", "egna", (40000, 40000, 40000, 40000, "beviljas")),
        ("resecentrum", "statliga", (100000, 100000, 100000, 100000, "beviljas")),
    ]
    assert path.read_bytes() == proposed(small[1], tmp_path / "c.xlsx").read_bytes()
    assert openpyxl.load_workbook(path).worksheets[0].data_validations.count == 2


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_workbook_is_read_back_in_either_language(small, tmp_path, lang):
    found = read(proposed(small[1], tmp_path / "b.xlsx", lang))
    assert found.years == (2026, 2027)
    assert (found.basis["meeting"], found.basis["scenario"]) == ("2027-02-11", "baseline")
    assert {row.outcome for row in found.rows} == {"granted"}
    assert not any(row.changed for row in found.rows)


@pytest.mark.parametrize(
    ("cells", "what", "remedy"),
    [
        ({"Utfall": "kanske"}, "inget av de fem", "Välj i cellens lista"),
        ({"Utfall": "avslås"}, "75\u00a0000\u00a0kr", "Töm de beslutade beloppen"),
        ({"decided": NONE}, "inga kronor är beslutade", "ändra utfallet till avslås"),
        ({"decided": {2027: 40000}}, "mindre än de", "Ändra utfallet till beviljas delvis"),
        ({"Utfall": "beviljas delvis"}, "är inte mindre än", "Ändra utfallet till beviljas"),
        ({"Reservation": "Anna Svensson"}, "Reservation är ja eller nej", "Personnamn hör inte hemma här"),
        ({"decided": {2026: "25 tkr"}}, "annan enhet", "Skriv hela kronor"),
        ({"decided": {2026: 25000.5}}, "hela kronor", "Avrunda"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_told_with_its_cell(small, tmp_path, cells, what, remedy):
    path = proposed(small[1], tmp_path / "b.xlsx")
    changed(path, "natur", "egna", **cells)
    with pytest.raises(InvalidInput) as error:
        read(path)
    (one, *_) = error.value.problems
    told = adopt_words.broken(Broken(load(small[0]), (one,)), "sv")[0][0]
    assert (told.place, told.row) == ("sheet Beslut", 4)
    assert what in told.what
    assert remedy in told.remedy


def test_a_row_that_the_model_does_not_know_is_told(small, tmp_path):
    path = proposed(small[1], tmp_path / "b.xlsx")
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["C3"] = "egna"
    book.worksheets[0]["C4"] = "kommunala"
    book.save(path)
    with pytest.raises(InvalidInput) as error:
        adopt(load(small[0]), read(path))
    assert [one.code for one in error.value.problems] == ["twice", "unknown"]
    with pytest.raises(InvalidInput):
        read(small[0] / "model.toml")


def test_without_a_decider_nothing_can_be_decided(tmp_path):
    run = run_of(tmp_path / "run.sqlite", read_model(ROOT / "models" / "litet-exempel"))
    with pytest.raises(UsageError, match="does not say whose decision it is"):
        propose(run, MEETING)


# the decision


def test_the_real_decision_comes_back_to_the_krona(tmp_path):
    """Adopted as proposed, and solved again: the same twelve payments, from commitments and from a workbook alike."""
    before = solve(load(REAL))
    run = run_of(tmp_path / "run.sqlite", read_model(REAL))
    path = proposed(run, tmp_path / "b.xlsx")
    found = adopt(load(REAL), read(path))
    assert isinstance(found, Adopted)
    assert (found.kronor, found.deviations, found.eased, found.off, found.short) == (11078129, (), 0, 0, ())
    assert (found.other_model, found.other_proposal) == (False, False)
    for target in (tmp_path / "next", tmp_path / "next.xlsx"):
        adopt_files.write(found.next, target, (REAL / "model.toml").read_bytes() if target.suffix == "" else None)
        model = load(target)
        assert digest(model) == digest(found.next.replace(warnings=model.warnings))
        assert model["projects"]["status"].tolist() == ["committed"]
        assert set(model["commitments"]["kind"].tolist()) == {"decided"}
        assert set(model["commitments"]["source"].tolist()) == {"2027-02-11"}
        assert model["previous"]["amount"].sum() == 12128129
        after = solve(model)
        assert after.standing.name == "proven"
        assert len(payments(after)) == 12
        assert payments(after) == payments(before)


def test_a_project_that_is_put_off_costs_what_was_worked_out_by_hand(small, tmp_path):
    """Kompetens is worth 1 600 points; its 200 000 kr of 2027 then fund all of natur, which is worth 150 more."""
    path = proposed(small[1], tmp_path / "b.xlsx")
    changed(path, "kompetens", decided=NONE, Utfall="bordläggs", Skäl="Mer underlag", Diarienummer="22RS1")
    found = adopt(load(small[0]), read(path))
    (one,) = found.deviations
    assert (one.project, one.proposed, one.decided) == ("kompetens", 800001, 0)
    assert one.alone == pytest.approx(1450)
    assert one.undone == pytest.approx(1450)
    assert one.displaces == {"natur": 150000}
    (said,) = adopt_words.deviations(found, "sv")
    assert "Ensam kostar ändringen 1\u00a0450,00 poäng." in said
    assert "Tillgänglig natur +150\u00a0000\u00a0kr" in said
    status = dict(zip(found.next["projects"]["project"].tolist(), found.next["projects"]["status"].tolist()))  # noqa: B905
    assert status == {"kompetens": "candidate", "resecentrum": "committed", "natur": "candidate"}
    assert sum(found.next["previous"]["amount"].tolist()) == 400000 + 150000


def test_two_changes_are_priced_alone_and_undone(small, tmp_path):
    """Declining resecentrum alone frees 40 000 kr of 2027 for natur: 600 − 0,4 · 300. After kompetens, which leaves
    enough for all of natur anyway, nothing more can be gained: undone it is worth its whole 600.
    """
    path = proposed(small[1], tmp_path / "b.xlsx")
    changed(path, "kompetens", decided=NONE, Utfall="avslås")
    changed(path, "resecentrum", decided=NONE, Utfall="återtas")
    found = adopt(load(small[0]), read(path))
    prices = {one.project: (one.alone, one.undone) for one in found.deviations}
    assert prices["resecentrum"] == (pytest.approx(480), pytest.approx(600))
    assert prices["kompetens"] == (pytest.approx(1450), pytest.approx(1570))
    rows = found.next["projects"]
    assert rows["status"].tolist() == ["withdrawn", "withdrawn", "candidate"]


@pytest.mark.parametrize(
    ("decided", "code", "fields"),
    [
        ({2026: 60000}, "commitment_above_rate", {"most": 50000}),
        ({2027: 100001}, "commitment_above_rate", {"most": 100000}),
    ],
)
def test_more_than_a_rate_allows_is_told_with_the_way_out(small, tmp_path, decided, code, fields):
    path = proposed(small[1], tmp_path / "b.xlsx")
    changed(path, "natur", "statliga", decided=decided)
    found = adopt(load(small[0]), read(path))
    assert isinstance(found, Broken)
    (one,) = (one for one in found.problems if one.code == code)
    assert {name: one.fields[name] for name in fields} == fields
    told, sections = adopt_words.broken(found, "sv")
    assert told[0].remedy
    assert sections == []


def test_more_than_a_budget_holds_is_told(small, tmp_path):
    path = proposed(small[1], tmp_path / "b.xlsx")
    changed(path, "natur", "egna", decided={2027: 60000})
    found = adopt(load(small[0]), read(path))
    assert isinstance(found, Broken)
    (one,) = found.problems
    assert (one.code, one.fields["short"]) == ("commitments_above_budget", 10000)


def test_a_share_that_nobody_else_can_complete_is_told_by_its_rules(small, tmp_path):
    """Natur with its state money alone: half of it has no payer."""
    path = proposed(small[1], tmp_path / "b.xlsx")
    changed(path, "natur", "egna", decided=NONE, Utfall="avslås")
    found = adopt(load(small[0]), read(path))
    assert isinstance(found, Broken)
    assert found.problems == ()
    told, sections = adopt_words.broken(found, "sv")
    assert told == []
    assert any("natur" in line.lower() for _, lines in sections for line in lines)


# the register


def entry(**fields):
    start = {
        "meeting": "2027-02-11", "model": "m", "scenario": "baseline", "project": "p", "project_name": "P",
        "fund": "f", "fund_name": "F", "outcome": "granted", "proposed": {2026: 5}, "decided": {2026: 5},
        "reason": "", "reservation": False, "diary": "", "points": None, "displaces": {}, "model_sha256": "a",
        "run_sha256": "b", "workbook_sha256": "c",
    }  # fmt: skip
    return register.Entry(**{**start, **fields})


def test_what_was_decided_when_and_why(small, tmp_path):
    path, book = proposed(small[1], tmp_path / "b.xlsx"), tmp_path / "r.sqlite"
    changed(path, "kompetens", decided=NONE, Utfall="bordläggs", Skäl="Mer underlag", Reservation="ja",
            Diarienummer="22RS1")  # fmt: skip
    model, minutes = load(small[0]), read(path)
    found = adopt(model, minutes)
    last = record(found, minutes, path, model, small[0], tmp_path / "next", book)
    assert load(tmp_path / "next").name == "litet-exempel"
    assert register.verify(book) == register.Verified(6, last, (), register.verify(book).hashes)
    assert register.entries(book) == entries(found, minutes, path, model)
    said = adopt_words.history(register.entries(book, "kompetens"), "sv")
    assert len(said) == 2
    assert said[0].startswith(
        "2027-02-11: Kompetenslyft i industrin, Regionens egna medel: bordläggs, 0\u00a0kr av 400"
    )
    assert "Skäl: Mer underlag Reservation finns. Priset för ändringen var 1\u00a0450,00 poäng. Dnr 22RS1." in said[0]
    assert register.append(book, entries(found, minutes, path, model)) == last  # who was interrupted goes on
    assert register.verify(book).rows == 6


def tampered(path, *statements):
    with sqlite3.connect(path) as found:
        for name in ("no_update", "no_delete"):
            found.execute(f"DROP TRIGGER IF EXISTS {name}")
        for statement in statements:
            found.execute(statement)
    found.close()


@pytest.mark.parametrize(
    "field", [*register.FIELDS, "before", "hash"],
)  # fmt: skip
def test_any_row_that_is_changed_is_named(tmp_path, field):
    path = tmp_path / "r.sqlite"
    register.append(path, [entry(project=f"p{n}", workbook_sha256=str(n)) for n in range(5)])
    value = {"reservation": "1", "points": "7.5"}.get(field, "'{\"2026\": 6}'")
    tampered(path, f"UPDATE decisions SET {field} = {value} WHERE number = 3")  # noqa: S608
    assert 3 in register.verify(path).changed
    with pytest.raises(UsageError, match=r"row [23] has been changed"):
        register.append(path, [entry(workbook_sha256="new")])


def test_a_row_that_is_forged_with_its_hash_or_taken_away_is_found(tmp_path):
    path = tmp_path / "r.sqlite"
    register.append(path, [entry(project=f"p{n}") for n in range(5)])
    noted = register.verify(path).last
    shutil.copy(path, tmp_path / "gone.sqlite")
    shutil.copy(path, tmp_path / "last.sqlite")
    forged = {**register._values(entry(project="p2", decided={2026: 9}))}
    with sqlite3.connect(path) as found:
        (before,) = found.execute("SELECT before FROM decisions WHERE number = 3").fetchone()
    found.close()
    made = register._hash(3, forged, before)
    forging = f"UPDATE decisions SET decided = '{forged['decided']}', hash = '{made}' WHERE number = 3"  # noqa: S608
    tampered(path, forging)
    assert register.verify(path).changed == (3,)
    tampered(tmp_path / "gone.sqlite", "DELETE FROM decisions WHERE number = 3")
    assert register.verify(tmp_path / "gone.sqlite").changed == (4,)
    tampered(tmp_path / "last.sqlite", "DELETE FROM decisions WHERE number = 5")
    left = register.verify(tmp_path / "last.sqlite")
    assert (left.changed, noted in left.hashes) == ((), False)  # the checksum in the minutes tells


def test_rows_cannot_be_changed_through_the_file_itself(tmp_path):
    path = tmp_path / "r.sqlite"
    register.append(path, [entry()])
    found = sqlite3.connect(path)
    for statement in ("UPDATE decisions SET reason = 'x'", "DELETE FROM decisions"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            found.execute(statement)
    found.close()


KILLS = 10
KILLED = """
import json, os, signal, sys, threading, time
from pathlib import Path
from rus_funding.follow_up import register
path, fields, wait = Path(sys.argv[1]), json.loads(sys.argv[2]), float(sys.argv[3])
killer = threading.Thread(target=lambda: (time.sleep(wait), os.kill(os.getpid(), signal.SIGKILL)), daemon=True)
for n in range(10**6):
    register.append(path, [register.Entry(**{**fields, "workbook_sha256": f"{wait}-{n}", "project": f"p{k}"})
                           for k in range(3)])
    print(n, flush=True)
    if n == 0:
        killer.start()
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_kill_at_any_moment_loses_nothing_and_leaves_nothing_half(tmp_path):
    """What was said to be added is there, in whole decisions of three rows, and the chain goes on."""
    path, said, fields = tmp_path / "r.sqlite", 0, json.dumps(dataclasses.asdict(entry()))
    for turn in range(KILLS):
        done = processes.run(
            [sys.executable, "-c", KILLED, str(path), fields, f"{0.001 + 0.0017 * turn:.4f}"],
            cwd=ROOT,
        )
        said += len(done.stdout.splitlines())
        if path.exists() and register.is_register(path):
            found = register.verify(path)
            assert (found.changed, found.rows % 3) == ((), 0)
            assert found.rows >= 3 * said
    assert said > 0


def test_another_database_is_no_register(small):
    with pytest.raises(UsageError, match="no register"):
        register.verify(small[1])
    with pytest.raises(UsageError, match="no register"):
        register.append(small[1], [entry()])


# the commands


def ended(arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return left.value.code or 0


def test_from_proposal_to_next_model_on_the_command_line(small, tmp_path, capsys):
    folder, run = small
    path, book = tmp_path / "b.xlsx", tmp_path / "r.sqlite"
    assert ended(["decide", str(run), "--meeting", "2027-02-11", "-o", str(path)]) == 0
    assert "6 rader att besluta om, 1\u00a0230\u00a0001\u00a0kr föreslaget" in capsys.readouterr().out
    changed(path, "kompetens", decided=NONE, Utfall="avslås")
    call = ["adopt", str(path), str(folder), "-o", str(tmp_path / "next"), "--register", str(book)]
    assert ended(call) == 0
    said = capsys.readouterr().out
    assert "Beslutet är lagligt" in said
    assert "Det mötet ändrade" in said
    assert ended(call) == 2  # the next model is there
    capsys.readouterr()
    assert ended(["register", str(book), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["changed"], len(told["decisions"])) == (6, [], 6)
    assert ended(["register", str(book), "--hash", told["hash"], "--project", "natur"]) == 0
    assert "6 rader, ingen är ändrad" in capsys.readouterr().out
    assert ended(["register", str(book), "--hash", "0" * 64]) == 1
    assert "ingen rad har kontrollsumman" in capsys.readouterr().out
    tampered(book, "UPDATE decisions SET reason = 'annat' WHERE number = 2")
    for command in ("register", "verify"):
        assert ended([command, str(book)]) == 1
        assert "Ändrade rader: 2." in capsys.readouterr().out


def test_a_broken_decision_writes_nothing(small, tmp_path, capsys):
    path = proposed(small[1], tmp_path / "b.xlsx")
    changed(path, "natur", "egna", decided={2027: 60000})
    out = ["-o", str(tmp_path / "next"), "--register", str(tmp_path / "r.sqlite")]
    assert ended(["adopt", str(path), str(small[0]), *out]) == 1
    said = capsys.readouterr()
    assert "Inget är skrivet" in said.out
    assert "10\u00a0000\u00a0kr" in said.err
    assert ended(["adopt", str(path), str(small[0]), *out, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["status"] == "broken"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["b.xlsx"]
