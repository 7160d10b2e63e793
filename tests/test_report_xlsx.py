"""The workbook of a pack: every number is the plan's, every sum is live, and no name becomes a formula."""

from __future__ import annotations

import dataclasses
import math
import re
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hostile import SIZE, hostile_pack
from office import CASES, DECISION, FILES, PORTFOLIO, converted, every_case, run_of

from rus_funding.errors import UsageError
from rus_funding.model.reading import read_model
from rus_funding.papers.pack import Pack
from rus_funding.papers.xlsx import write
from rus_funding.proof.standing import Standing
from rus_funding.words.standings import label

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning:openpyxl"),  # it knows no charts' extensions
    pytest.mark.usefixtures("hurried"),
]
SHEETS = ["Sammanfattning", "Kostnader", "Finansiering", "Projekt", "Projekt och källor", "Projekt och år", "Områden",
          "Fonder", "Scenarier", "Regler", "Aktörer", "Betalningar", "Underlag"]  # fmt: skip
OURS = re.compile(r"=(SUM|SUMIFS|SUBTOTAL|IF)\(|=\(?[A-Z]+[0-9]+[-/]|='")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("runs")
    return {model: run_of(model, folder) for model in FILES}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], Path]:
    """The paper of each case and language."""
    return every_case(write, tmp_path_factory.mktemp("books"), "xlsx")


def values(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path, data_only=True)


def rows(sheet: Worksheet) -> list[list[Any]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def keyed(sheet: Worksheet) -> dict[str, list[Any]]:
    """Rows by their first cell."""
    return {row[0]: row for row in rows(sheet) if isinstance(row[0], str)}


def numbers(path: Path) -> Iterator[tuple[str, str, Any]]:
    for sheet in values(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    yield sheet.title, cell.coordinate, cell.value


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize(("model", "scenario"), CASES)
def test_every_number_is_the_plans(
    runs: dict[str, Path], books: dict[tuple[str, str, str], Path], model: str, scenario: str, lang: str
) -> None:
    book = values(books[model, scenario, lang])
    sheet = dict(zip(SHEETS, book.worksheets, strict=True))
    with Pack.open(runs[model], scenario, lang) as pack:
        figures, outcome, years = pack.figures, pack.outcome, pack.model.years
        costs, financing = keyed(sheet["Kostnader"]), keyed(sheet["Finansiering"])
        for category in figures.names("categories", "category"):
            settled = [figures.settled[category, year] for year in years]
            if category in costs or sum(settled):
                assert costs[category][2:] == [*settled, sum(settled)]
        for fund in figures.names("funds", "fund"):
            paid = [figures.paid[fund, year] for year in years]
            assert financing[fund][2 : 3 + len(years)] == [*paid, sum(paid)]
        projects = keyed(sheet["Projekt"])
        for project, result in figures.projects.items():
            assert projects[project][5:7] == [result.kronor, result.cost]
            assert projects[project][4] == float(result.share)
            assert math.isclose(projects[project][7], result.points, rel_tol=1e-14)  # the file has 16 digits
        payments = [tuple(row) for row in rows(sheet["Betalningar"]) if isinstance(row[7], int)]
        assert [(r[0], r[2], r[5], r[6], r[7]) for r in payments[:-1]] == [
            (p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments
        ]
        assert payments[-1][7] == outcome.funded
        for area, kronor in figures.by_area.items():
            assert keyed(sheet["Områden"])[area][3] == kronor
        for perspective, (counted, bare) in figures.by_perspective.items():
            assert keyed(sheet["Områden"])[perspective][3:6:2] == [counted, bare]
        funds = [row for row in rows(sheet["Fonder"]) if row[0] in figures.names("funds", "fund")]
        of_fund = {row[0]: row for row in reversed(funds)}
        for fund, name in figures.names("funds", "fund").items():
            budget, used = (sum(part[fund, year] for year in years) for part in (figures.budgets, figures.paid))
            assert of_fund[fund][1:4] == [name, budget, used]


def test_the_decision_comes_out_to_the_krona(books: dict[tuple[str, str, str], Path]) -> None:
    """The decision's own tables, in its own order."""
    book = values(books[DECISION, "baseline", "sv"])
    costs = [row[1:] for row in rows(book["Kostnader"]) if isinstance(row[-1], int) and isinstance(row[1], str)]
    assert costs == [
        ["Egen personal", 2199502, 2265487, 2333452, 6798441],
        ["Externa tjänster", 1120000, 1220000, 1525000, 3865000],
        ["Resor och logi", 35000, 35000, 35000, 105000],
        ["Schablonkostnader: OH 20%", 439900, 453098, 466690, 1359688],
        ["Summa bokförda kostnader", 3794402, 3973585, 4360142, 12128129],
    ]
    financing = [row for row in rows(book["Finansiering"]) if isinstance(row[-1], int) and isinstance(row[2], int)]
    assert [row[2:] for row in financing if row[0]] == [
        [1897201, 1986792, 2180071, 6064064],
        [978000, 1250000, 1300000, 3528000],
        [569201, 386793, 530071, 1486065],
        [350000, 350000, 350000, 1050000],
    ]
    assert financing[-1][1:] == ["Summa finansiering", 3794402, 3973585, 4360142, 12128129]
    summary = {row[0]: row[1] for row in rows(book["Sammanfattning"])}
    assert summary["Kostnader minus finansiering"] == "Stämmer"


@pytest.mark.parametrize(("model", "scenario"), CASES)
def test_sums_are_live_and_shares_too(books: dict[tuple[str, str, str], Path], model: str, scenario: str) -> None:
    """Every formula is one of ours, and each closing row has one."""
    path = books[model, scenario, "sv"]
    book, shown = openpyxl.load_workbook(path), values(path)
    found = {}
    for sheet in book.worksheets:
        formulas = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        assert all(OURS.match(cell.value) for cell in formulas), sheet.title
        assert all(shown[sheet.title][cell.coordinate].value is not None for cell in formulas), sheet.title
        found[sheet.title] = "".join(cell.value for cell in formulas)
    for sheet_name, function in (("Kostnader", "SUM("), ("Finansiering", "SUMIFS("), ("Projekt", "SUBTOTAL(109,"),
                                 ("Betalningar", "SUBTOTAL(109,"), ("Fonder", "SUM("), ("Områden", "SUM("),
                                 ("Projekt och år", "SUBTOTAL(109,")):  # fmt: skip
        assert function in found[sheet_name], sheet_name


def test_an_office_program_computes_the_same(books: dict[tuple[str, str, str], Path], tmp_path: Path) -> None:
    """LibreOffice opens each workbook, computes every formula again, saves, and changes nothing."""
    chosen = [books[DECISION, "baseline", "sv"], books[DECISION, "baseline", "en"], books[PORTFOLIO, "malgap", "sv"]]
    for path, other in zip(chosen, converted(chosen, "xlsx", tmp_path), strict=True):
        mine, theirs = ({(s, c): v for s, c, v in numbers(p)} for p in (path, other))
        assert len(mine) > 300
        for place, value in mine.items():
            if isinstance(value, float):
                assert math.isclose(value, float(theirs[place]), rel_tol=1e-12, abs_tol=1e-9), (path.name, place)
            else:
                assert theirs[place] == value, (path.name, place)
        cells = [c for s in openpyxl.load_workbook(other).worksheets for row in s.iter_rows() for c in row]
        assert sum(c.data_type == "f" for c in cells) > 50  # they are still formulas, computed
        assert not [c.coordinate for c in cells if c.data_type == "e"]


def test_it_is_laid_out_for_reading_and_paper(books: dict[tuple[str, str, str], Path]) -> None:
    book = openpyxl.load_workbook(books[PORTFOLIO, "malgap", "sv"])
    assert book.sheetnames == SHEETS
    for sheet in book.worksheets:
        assert sheet.page_setup.paperSize == 9, sheet.title  # A4
        assert sheet.print_area, sheet.title
        assert sheet.oddFooter.right.text, sheet.title
        assert not sheet.sheet_view.showGridLines, sheet.title
        assert sheet.freeze_panes or sheet.title == "Sammanfattning", sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage or sheet.title == "Scenarier", sheet.title
    for title in ("Projekt", "Betalningar", "Scenarier", "Aktörer", "Regler", "Fonder", "Underlag"):
        assert any(table.autoFilter for table in book[title].tables.values()), title
    assert book["Projekt och källor"].auto_filter.ref
    for title in SHEETS[1:]:
        assert book[title].print_title_rows or title == "Regler", title
    assert {"Summa_kostnader", "Summa_finansiering", "Betalning_kronor"} <= set(book.defined_names)
    charts = {sheet.title: len(sheet._charts) for sheet in book.worksheets}
    assert [charts[t] for t in ("Kostnader", "Finansiering", "Områden", "Fonder", "Scenarier")] == [1] * 5


def test_kronor_have_the_readers_format(books: dict[tuple[str, str, str], Path]) -> None:
    for lang, unit in (("sv", '[$-41D]#,##0\\ "kr"'), ("en", '[$-809]"SEK "#,##0')):
        sheet = openpyxl.load_workbook(books[DECISION, "baseline", lang]).worksheets[1]
        codes = {cell.number_format for row in sheet.iter_rows() for cell in row if cell.data_type in "fn"}
        assert any(code.startswith(unit) for code in codes)
        assert not any("# ##0" in code for code in codes)


def test_ids_are_those_of_the_model(books: dict[tuple[str, str, str], Path]) -> None:
    from office import ROOT

    model = read_model(ROOT / "models" / PORTFOLIO)
    book = values(books[PORTFOLIO, "baseline", "sv"])
    payments = [row for row in rows(book["Betalningar"]) if isinstance(row[5], int)]
    assert {row[0] for row in payments} <= set(model["projects"]["project"].tolist())
    assert {row[2] for row in payments} <= set(model["funds"]["fund"].tolist())


def test_unverified_values_are_listed_with_their_source(books: dict[tuple[str, str, str], Path]) -> None:
    listed = [row for row in rows(values(books[PORTFOLIO, "baseline", "sv"])["Underlag"]) if row[3] == "illustrativt"]
    assert ["funds", "rol-fum"] in [row[:2] for row in listed]
    assert len(listed) > 1000
    text = str(rows(values(books[DECISION, "baseline", "sv"])["Underlag"]))
    assert "Alla rader i modellen är kontrollerade" not in text
    assert "Länets allmänna struktur: att rådet tar del i just detta projekt" in text


def test_differences_are_those_of_the_comparison(
    runs: dict[str, Path], books: dict[tuple[str, str, str], Path]
) -> None:
    sheet = values(books[DECISION, "baseline", "sv"])["Scenarier"]
    found = {row[0]: row for row in rows(sheet)}
    with Pack.open(runs[DECISION]) as pack:
        assert pack.comparison is not None
        for line in pack.comparison.lines[1:]:
            figures, less = line.figures, line.less(pack.comparison.reference)
            assert found[line.scenario][4] == figures["funded"]
            assert found[line.scenario][16] == less["funded"]
    assert found["minskade-1-1-medel-hela"][2:5] == ["Ingen plan kan hålla dessa regler", None, None]


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_without_a_plan_it_says_so(runs: dict[str, Path], tmp_path: Path, lang: str) -> None:
    with Pack.open(runs[DECISION], "minskade-1-1-medel-hela", lang) as pack:
        write(pack, tmp_path / "none.xlsx")
    book = values(tmp_path / "none.xlsx")
    assert len(book.sheetnames) == 3
    text = str(rows(book.worksheets[0]))
    assert label(Standing("infeasible"), lang)[1:] in text
    assert "12128129" in text  # the baseline's kronor, beside
    assert "Stämmer" not in text


def test_the_same_run_gives_the_same_bytes(runs: dict[str, Path], tmp_path: Path) -> None:
    for name in ("one", "two"):
        with Pack.open(runs[DECISION]) as pack:
            write(pack, tmp_path / f"{name}.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_file_that_cannot_be_written_is_named(runs: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "busy.xlsx").mkdir()
    with Pack.open(runs[DECISION]) as pack, pytest.raises(UsageError, match=r"busy\.xlsx is a folder"):
        write(pack, tmp_path / "busy.xlsx")


def test_many_scenarios_are_a_long_list_and_a_cloud(tmp_path: Path) -> None:
    pack = hostile_pack("sv", size=5)
    assert pack.comparison is not None
    line = pack.comparison.lines[1]
    lines = [
        dataclasses.replace(line, scenario=f"s{i}", figures={**line.figures, "funded": 10**7 + i, "value": 500.0 + i})
        for i in range(1500)
    ]
    lines[0] = dataclasses.replace(lines[0], scenario="baseline")
    none = dict.fromkeys(line.figures)
    lines[7] = dataclasses.replace(lines[7], status="infeasible", standing=Standing("infeasible"), figures=none)
    pack.__dict__["comparison"] = dataclasses.replace(pack.comparison, lines=tuple(lines))
    write(pack, tmp_path / "many.xlsx")
    book = openpyxl.load_workbook(tmp_path / "many.xlsx", data_only=True)
    found = keyed(book["Scenarier"])
    assert [found[f"s{i}"][4] for i in (1, 1499)] == [10**7 + 1, 10**7 + 1499]
    assert found["s1499"][16] == 1499  # more than the baseline
    assert found["s7"][3:16] == [None] * 13
    assert len(book["Sammanfattning"]._charts) == 1
    assert not book["Scenarier"]._charts


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    """Ten thousand of them: no formula, no link, nothing that XML or Excel refuses."""
    write(hostile_pack("sv"), tmp_path / "hostile.xlsx")
    archive = zipfile.ZipFile(tmp_path / "hostile.xlsx")
    formulas = [
        formula
        for name in archive.namelist()
        if name.startswith("xl/worksheets/sheet")
        for formula in re.findall(r"<f>([^<]*)</f>", archive.read(name).decode())
    ]
    assert len(formulas) > SIZE
    assert not [formula for formula in formulas if not OURS.match("=" + formula.replace("&apos;", "'"))]
    assert not [name for name in archive.namelist() if "externalLink" in name]
    relations = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".rels"))
    assert b"example.org" not in relations
    book = openpyxl.load_workbook(tmp_path / "hostile.xlsx", read_only=True, data_only=True)
    cells = [row for row in book["Projekt"].iter_rows(values_only=True) if str(row[0]).startswith("p")]
    assert [row[0] for row in cells] == [f"p{i}" for i in range(SIZE)]
    assert {row[5] for row in cells} == {2}
    named = {row[1] for row in cells}
    assert {"=1+10", "-2+34", "+46 19 602 70 003", "@SUM(A1:A9)5"} <= named
    texts = [
        cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)
    ]
    assert max(map(len, texts)) <= 32_767
    assert not [
        text for text in texts if re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    ]
