"""A decision read back: every number, the rule behind it, each krona that disagrees, what cannot be read."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from rus_funding.cli import main
from rus_funding.errors import InvalidInput
from rus_funding.follow_up.decision_audit import audit, audit_text
from rus_funding.follow_up.decision_audit_words import as_dict, remarks, unread, wrong

SOURCES = Path(__file__).parents[1] / "models" / "sources"
BLANKS = {"plain": " ", "no-break": "\u00a0", "narrow": "\u202f"}


def decision():
    """The decision's two tables as rows of cells: label, three years, total; None parts them."""
    with (SOURCES / "orebro-rus-2026-2028.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    tables = []
    for section, head in (("cost", "Kostnadsslag"), ("financing", "Finansiär")):
        tables.append([head, "2026", "2027", "2028", "Totalt"])
        mine = [row for row in rows if row["section"] == section]
        tables += [[row["name"], *(int(row[c]) for c in ("2026", "2027", "2028", "total"))] for row in mine]
        tables.append(None)
    return tables[:-1]


CELLS = [(r, c) for r, row in enumerate(decision()) if row is not None and row[1] != "2026" for c in range(1, 5)]


def spaced(amount, blank=" "):
    return f"{amount:,}".replace(",", blank) if isinstance(amount, int) else amount


def text(rows, between="\t", blank=" "):
    return "\n".join("" if row is None else between.join(spaced(cell, blank) for cell in row) for row in rows)


def workbook(rows, path):
    book = openpyxl.Workbook()
    book.active.title = "Budget"
    book.active.append(["Kostnads- och finansieringsbudget"])
    for row in rows:
        book.active.append(row or [])
    book.save(path)
    return path


def word(rows, path, *paragraphs):
    paper = Document()
    for paragraph in paragraphs:
        paper.add_paragraph(paragraph)
    for part in (rows[: rows.index(None)], rows[rows.index(None) + 1 :]):
        table = paper.add_table(rows=0, cols=5)
        for row in part:
            for cell, value in zip(table.add_row().cells, row, strict=True):
                cell.text = str(spaced(value, "\u00a0"))
    paper.save(path)
    return path


def agrees(found):
    """Forty numbers, no error, the three remarks."""
    assert found.numbers == 40
    assert found.wrong == ()
    assert found.unread == ()
    assert found.clean
    assert {remark.code for remark in found.remarks} == {"half", "carried", "residual"}
    assert len(found.remarks) == 3
    said = {remark.code: remark.fields for remark in found.remarks}
    assert (said["half"]["amount"], said["half"]["base"], said["half"]["year"]) == (1986792, 3973585, 2027)
    assert (said["carried"]["amount"], said["carried"]["plain"], said["carried"]["year"]) == (453098, 453097, 2027)
    assert "FUM" in said["residual"]["label"]
    kinds = sorted(found.rule.values())
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "years": 10, "column": 6, "flat": 3, "rate": 3, "residual": 3, "given": 15,
    }  # fmt: skip


def test_the_decision_in_every_form_it_comes_in(tmp_path):
    rows = decision()
    agrees(audit(SOURCES / "orebro-rus-2026-2028.csv"))
    agrees(audit(workbook(rows, tmp_path / "b.xlsx")))
    agrees(audit(word(rows, tmp_path / "b.docx")))
    (tmp_path / "b.csv").write_text(text(rows, ";"), encoding="cp1252")
    agrees(audit(tmp_path / "b.csv"))
    for blank in BLANKS.values():
        agrees(audit_text(text(rows, "\t", blank)))
        agrees(audit_text(text(rows, "   ", blank)))
        agrees(audit_text("\n".join(f"| {line} |" if line else "" for line in text(rows, " | ", blank).split("\n"))))


def test_single_blanks_are_parted_where_only_one_way_adds_up():
    agrees(audit_text(text(decision(), " ")))


def test_single_blanks_that_cannot_be_parted_are_listed():
    rows = decision()
    rows[4][1] += 1  # overhead: its line can be parted in several ways, and now none adds up
    found = audit_text(text(rows, " "))
    assert [one.text.split()[0] for one in found.unread] == ["439"]
    assert not found.clean
    assert "delas upp" in " ".join(unread(found, "sv")) or "dela upp" in " ".join(unread(found, "sv"))
    assert found.numbers == 36


@pytest.mark.parametrize("change", [1, -1])
@pytest.mark.parametrize(("row", "column"), CELLS)
def test_any_number_that_is_changed_by_a_krona_is_named(row, column, change):
    rows = decision()
    right = rows[row][column]
    rows[row][column] += change
    found = audit_text(text(rows))
    (one,) = found.wrong
    assert (found.number(one.cell).place.row, found.number(one.cell).column) == (row + 1, column)
    assert (one.stated, one.should) == (right + change, right)
    (said,) = wrong(found, "sv")
    assert rows[row][0] in said
    assert spaced(right, "\u00a0") in said
    assert not found.clean


def test_two_wrong_cells_that_share_no_sum_are_both_named():
    rows = decision()
    rows[1][1] += 1  # staff 2026
    rows[10][4] -= 7  # FUM in all
    found = audit_text(text(rows))
    assert [(one.cell, one.stated - one.should) for one in found.wrong] == [((0, 0, 2026), 1), ((1, 2, "total"), -7)]


def test_what_nobody_can_tell_is_said_as_it_is():
    """Without totals one broken sum has several cells that could be wrong: none is picked."""
    rows = [row and row[:4] for row in decision()[:6]]
    rows[2][1] += 5
    (one,) = audit_text(text(rows)).wrong
    assert one.should is None
    # the sum, and the two costs that no other rule holds: staff and overhead hold each other by the flat rate
    assert {(row, year) for _, row, year in one.suspects} == {(4, 2026), (1, 2026), (2, 2026)}
    (said,) = wrong(audit_text(text(rows)), "sv")
    assert "en av dessa celler" in said


def test_a_cell_that_is_no_whole_number_of_kronor_is_listed_and_never_guessed(tmp_path):
    rows = decision()
    rows[2][2] = "15.414.794"
    rows[3][1] = "35 tkr"
    found = audit(workbook(rows, tmp_path / "b.xlsx"))
    assert {(one.place.row, one.text) for one in found.unread} == {(4, "15.414.794"), (5, "35 tkr")}
    assert [line.split(":")[0] for line in unread(found, "sv")] == ["Budget!C4", "Budget!B5"]
    assert (found.numbers, found.wrong, found.clean) == (38, (), False)


def test_a_table_in_thousands_is_not_read_as_kronor():
    rows = decision()
    rows[0][0] = "Kostnadsslag (tkr)"
    found = audit_text(text(rows))
    assert found.numbers == 20
    assert "hela kronor" in unread(found, "sv")[0]


def test_subtotals_add_up_their_own_rows():
    rows = decision()
    rows.insert(11, ["Summa offentlig finansiering", 3444402, 3623585, 4010142, 11078129])
    found = audit_text(text(rows))
    assert (found.numbers, found.wrong) == (44, ())
    rows[11][2] += 1
    (one,) = audit_text(text(rows)).wrong
    assert one.should == 3623585


def test_the_four_decisions_of_the_sources(tmp_path):
    found = audit(SOURCES / "real-decisions.csv")
    assert [(g.rate, g.cap.kronor, g.cost.kronor) for g in found.grants] == [
        (Fraction(1, 2), 1160292, 2320584), (Fraction(1, 2), 4837929, 9675858),
        (Fraction(18, 100), 2250000, 12500000), (Fraction(6, 100), 700000, 11666667),
    ]  # fmt: skip
    assert (found.numbers, found.wrong_grants, found.clean) == (8, (), True)
    original = (SOURCES / "real-decisions.csv").read_text(encoding="utf-8")
    for amount in (1160292, 2320584, 4837929, 9675858, 2250000, 12500000, 700000, 11666667):
        for change in (1, -1):
            changed = original.replace(f",{amount},", f",{amount + change},")
            assert changed != original
            (tmp_path / "d.csv").write_text(changed, encoding="utf-8")
            found = audit(tmp_path / "d.csv")
            (grant,) = found.wrong_grants
            assert amount + change in {grant.cap.kronor, grant.cost.kronor}
            assert "Antingen beloppet eller kostnaden är fel." in wrong(found, "sv")[0]


def test_a_decision_s_sentence_is_read_and_other_numbers_of_the_text_are_listed():
    found = audit_text(
        "2022-11-11 §45, dnr 22RS1234\n"
        "Nämnden beviljar 50 procent av projektets bokförda kostnader, dock högst 4 837 929 kronor, för projektet "
        "under perioden 2023-04-01–2026-09-30.\nProjektet når 1 250 personer."
    )
    assert [(g.rate, g.cap.kronor) for g in found.grants] == [(Fraction(1, 2), 4837929)]
    assert [one.text for one in found.unread] == ["1 250"]
    assert found.clean


@pytest.mark.parametrize(("cap", "agree"), [(6064064, True), (6064065, False), (6064063, False)])
def test_a_sentence_s_cap_is_reckoned_of_the_table_s_costs(cap, agree, tmp_path):
    said = f"50 procent av projektets bokförda kostnader, dock högst {spaced(cap)} kronor, av totalt 12 128 129 kronor."
    found = audit(word(decision(), tmp_path / "b.docx", said))
    assert (found.numbers, found.clean, bool(found.wrong_grants)) == (41, agree, not agree)
    assert found.unread == ()
    assert wrong(found, "sv") == [] if agree else "6\u00a0064\u00a0064\u00a0kr" in wrong(found, "sv")[0]


@pytest.mark.parametrize(
    ("decider", "code"),
    [(None, "same"), ("Region Örebro län", "same-decides"), ("Tillväxtverket", "same-others")],
)
def test_the_same_organisation_on_several_sides_is_remarked(decider, code, tmp_path):
    path = word(decision(), tmp_path / "b.docx", "Projektägare: Region Örebro län")
    found = audit(path, decider=decider)
    last = found.remarks[-1]
    assert last.code == code
    assert last.fields["kronor"] == 11078129
    assert last.fields["share"] == Fraction(11078129, 12128129)
    assert "91,3\u00a0%" in remarks(found, "sv")[-1]
    assert {remark.code for remark in audit(path, applicant="Region").remarks} >= {"same"}
    assert "same" not in {remark.code for remark in audit(path, applicant="Regio").remarks}


def test_every_finding_can_be_said_in_both_languages():
    rows = decision()
    rows[2][2], rows[3][1] = 1, "x7"
    for lang in ("sv", "en"):
        found = audit_text(text(rows), applicant="Region Örebro län")
        assert json.loads(json.dumps(as_dict(found, lang)))["status"] == "disagrees"
        assert len(wrong(found, lang)) == len(found.wrong)
        assert remarks(found, lang)


def ended(arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return left.value.code or 0


def test_the_command_tells_its_findings(tmp_path, capsys):
    file = str(SOURCES / "orebro-rus-2026-2028.csv")
    assert ended(["audit", file]) == 0
    said = capsys.readouterr().out
    assert said.startswith("orebro-rus-2026-2028.csv: 40 tal i kronor lästa, 0 fel, 3 anmärkningar.")
    assert "1\u00a0986\u00a0792" in said
    assert ended(["audit", file, "--json", "--lang", "en"]) == 0
    assert len(json.loads(capsys.readouterr().out)["numbers"]) == 40
    (tmp_path / "t.txt").write_text("Inga tal här.", encoding="utf-8")
    assert ended(["audit", str(tmp_path / "t.txt")]) == 1
    assert "Inget i filen går att läsa som ett besluts tal" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["x.docx", "x.xlsx", "x.csv", "x.txt"])
def test_a_file_that_cannot_be_read_is_told(name, tmp_path, capsys):
    assert ended(["audit", str(tmp_path / name)]) == 2
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(InvalidInput):
        audit(tmp_path / name)
    (tmp_path / name).write_bytes(b"PK\x03\x04 half a file")
    if name.endswith("x"):
        with pytest.raises(InvalidInput):
            audit(tmp_path / name)
    assert "Traceback" not in capsys.readouterr().err
