"""The shapes that finance people keep give the plain table's model; what does not add up is named by its cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from inputs import tables, write_folder, write_workbook

from rus_funding.errors import InvalidInput
from rus_funding.model.model import digest
from rus_funding.model.reading import load
from rus_funding.model.reading.amounts import in_kronor
from rus_funding.model.reading.heading import is_total_heading, says_summed, split, unit_in, year_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from inputs import Table

    from rus_funding.errors import Problem

Rows = list[list[Any]]
HEAD = ["project", "category", "2026", "2027"]
PERSONAL, RESOR, SKOG, SKOG_RESOR = (
    ["forum", "personal", "400001", "1120000"],
    ["forum", "resor", "35000", ""],
    ["skog", "personal", "200000", ""],
    ["skog", "resor", "", "978000"],
)
WIDE = [HEAD, PERSONAL, RESOR, SKOG, SKOG_RESOR]
TOTAL = ["Summa", "", "635001", "2098000"]
TKR = [HEAD, ["forum", "personal", "400,001", "1 120"], ["forum", "resor", "35", ""], ["skog", "personal", "200,0", ""],
       ["skog", "resor", "", "978"]]  # fmt: skip


def beside(rows: Rows, *cells: str) -> Rows:
    """The rows with one more cell each, blank where none is given."""
    return [[*row, cell] for row, cell in zip(rows, [*cells, *[""] * len(rows)], strict=False)]


LONG = tables()["costs"]
# the same costs in every shape; the plain one is tests/inputs.py
COSTS: dict[str, Rows] = {
    "years as columns": WIDE,
    "headings with blanks and words": [["project", "category", "2026 ", "År 2027"], *WIDE[1:]],
    "years backwards": [[*row[:2], row[3], row[2]] for row in WIDE],
    "title rows": [["Kostnader per projekt 2026–2027"], [], ["Uttag 2026-11-28", "", "Anna"], *WIDE],
    "title rows of a long table": [["Kostnader per projekt"], [], *LONG],
    "total row": [*WIDE, TOTAL],
    "total row above": [HEAD, TOTAL, *WIDE[1:]],
    "total row of a long table": [*LONG, ["Summa", "", "", "2733001"]],
    "total rows of the years": [*LONG, ["Summa 2026", "", "2026", "635001"], ["Summa 2027", "", "2027", "2098000"],
                                ["Totalt", "", "", "2733001"]],
    "subtotals": [HEAD, PERSONAL, RESOR, ["Summa forum", "", "435001", "1120000"], SKOG, SKOG_RESOR,
                  ["Delsumma", "", "200000", "978000"], TOTAL],
    "total column": beside(WIDE, "Totalt", "1520001", "35000", "200000", "978000"),
    "total row and column": beside([*WIDE, TOTAL], "Summa 2026–2027", "1520001", "35000", "200000", "978000",
                                   "2733001"),
    "grand total alone": beside([*WIDE, ["Totalt:", "", "", ""]], "Totalt", "1520001", "", "", "", "2733001"),
    "note to the right": beside(WIDE, "", "kolla med Anna"),
    "notes far to the right": beside(beside(WIDE), "Kontroll", "1", "2"),
    "blank rows and columns": [row for one in beside(WIDE) for row in (one, [""] * 5)],
    "group headings": [HEAD, ["Centralt", "", "", ""], PERSONAL, RESOR, ["Kommuner", "", "", ""], SKOG, SKOG_RESOR],
    "note below": [*WIDE, [""] * 4, ["Källa: huvudboken", "", "", ""]],
    "tkr above": [["Belopp i tkr"], *TKR],
    "tkr beside": beside(TKR, "", "Alla belopp i tusental kronor"),
    "tkr in the headings": [["project", "category", "2026 (tkr)", "2027, tkr"], *TKR[1:]],
    "tkr said again in a cell": [["Belopp i tkr"], *TKR[:2], ["forum", "resor", "35 tkr", ""], *TKR[3:]],
    "tkr with a total": [["Belopp i tkr"], *TKR, ["Summa", "", "635,001", "2098"]],
    "tkr of a long table": [["Kostnader (tkr)", "", "", ""], LONG[0],
                            *([*row[:3], f"{int(row[3]) / 1000:.3f}".rstrip("0").rstrip(".")] for row in LONG[1:])],
    "Mkr above": [["Belopp i Mkr"], HEAD, ["forum", "personal", "0,400001", "1,12"], ["forum", "resor", "0,035", ""],
                  ["skog", "personal", "0,2", ""], ["skog", "resor", "", "0,978"]],
    "ledger": [["Raderna summeras"], LONG[0], ["forum", "personal", "2026", "500000"], *LONG[2:],
               ["forum", "personal", "2026", "-99999"]],
    "ledger of years": [["summeras"], *WIDE, ["forum", "personal", "−1", "1"], ["forum", "personal", "1", "-1"]],
    "Swedish headings": [["Projekt", "Kostnadsslag", "2026", "2027", "Totalt"], *beside(WIDE)[1:]],
    "a project by its name": [HEAD, ["Framtidsforum å ä ö", "Egen personal", "400001", "1120000"],
                              ["forum", "Resor och logi", "35000", ""], SKOG, SKOG_RESOR],
    "ledger by ids and names": [["Raderna summeras"], *LONG, ["Framtidsforum å ä ö", "Egen personal", "2026", "-1"],
                                ["forum", "personal", "2026", "1"]],
}  # fmt: skip


def padded(rows: Rows) -> Table:
    """The rows as a file has them: equally long."""
    width = max(map(len, rows))
    return [[*row, *[""] * (width - len(row))] for row in rows]


def with_costs(rows: Rows, name: str = "costs") -> dict[str, Table]:
    return {**tables(), name: padded(rows)}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> str:
    return digest(load(write_folder(tmp_path_factory.mktemp("reference"))))


@pytest.mark.parametrize("shape", COSTS)
@pytest.mark.parametrize("kind", ["folder", "workbook"])
def test_a_shape_is_the_plain_table(tmp_path: Path, reference: str, shape: str, kind: str) -> None:
    if kind == "folder":
        path = write_folder(tmp_path / "m", with_costs(COSTS[shape]))
    else:
        path = write_workbook(tmp_path / "m.xlsx", with_costs(COSTS[shape]))
    model = load(path)
    assert digest(model) == reference
    assert "costs" not in " ".join(one.place for one in model.warnings if one.severity == "warning")


def test_titles_without_separators_are_read_past(tmp_path: Path, reference: str) -> None:
    path = write_folder(tmp_path / "m")
    text = (path / "costs.csv").read_text(encoding="utf-8")
    (path / "costs.csv").write_text(f"Kostnader, alla år\n\n{text}", encoding="utf-8")
    assert digest(load(path)) == reference


def test_every_table_of_years_may_have_them_as_columns(tmp_path: Path) -> None:
    given = tables()
    given["budgets"] = [["fund", "status", "2026", "2027"], ["stat", "granted", "1120000", ""],
                        ["stat", "planned", "", "978000"], ["egna", "", "2500000", "2500000"],
                        ["avgift", "", "350000", ""], ["avgift", "applied", "", "350000"]]  # fmt: skip
    given["commitments"] = [["project", "fund", "kind", "2026"], ["forum", "egna", "decided", "1000"]]
    plain = {**tables(), "previous": [["project", "fund", "year", "amount"], ["forum", "egna", "2025", "7"]]}
    given["previous"] = [["project", "fund", "2025"], ["forum", "egna", "7"]]
    assert digest(load(write_folder(tmp_path / "wide", given))) == digest(load(write_folder(tmp_path / "long", plain)))


def found(path: Path) -> list[Problem]:
    with pytest.raises(InvalidInput) as raised:
        load(path)
    return [one for one in raised.value.problems if one.severity == "error"]


# a shape, the code, and the cell: as Excel counts it
WRONG: dict[str, tuple[Rows, str, str]] = {
    "amount": ([*WIDE[:2], ["forum", "resor", "35000", "1.978.000"], *WIDE[3:]], "ambiguous_number", "D3"),
    "amount under titles": ([["Titel"], [], *WIDE[:2], ["forum", "resor", "x", ""], *WIDE[3:]], "not_a_number", "C5"),
    "unknown project": ([*WIDE[:4], ["skig", "resor", "", "978000"]], "unknown_value_near", "A5"),
    "key twice": ([*WIDE, ["skog", "resor", "", "1"]], "duplicate_key", "D6"),
    "another year": ([[*HEAD[:3], "2031"], *WIDE[1:2], ["skog", "personal", "200000", ""]], "year_outside", "D2"),
    "total row": ([*WIDE, ["Summa", "", "635002", "2098000"]], "total_differs", "C6"),
    "total row of a long table": ([*LONG, ["Summa", "", "", "2733000"]], "total_differs", "D7"),
    "total column": (beside(WIDE, "Totalt", "1520001", "35000", "200001"), "total_differs", "E4"),
    "total where nothing is": (beside([*WIDE, ["skog", "oh", "", ""]], "Totalt", "", "", "", "", "5"), "total_differs",
                               "E6"),
    "total that is no number": ([*WIDE, ["Summa", "", "1.012.128", "2098000"]], "ambiguous_number", "C6"),
    "kronor among tkr": ([["Belopp i tkr"], *TKR[:2], ["forum", "resor", "35 kr", ""], *TKR[3:]], "not_a_number", "C4"),
    "öre in tkr": ([["Belopp i tkr"], *TKR[:2], ["forum", "resor", "35,12345", ""], *TKR[3:]], "not_whole", "C4"),
    "ledger below 0": ([["summeras"], *WIDE, ["forum", "resor", "-35001", ""]], "negative", "C4"),
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG)
def test_a_fault_is_told_by_its_cell(tmp_path: Path, fault: str) -> None:
    rows, code, cell = WRONG[fault]
    (one,) = found(write_workbook(tmp_path / "m.xlsx", with_costs(rows)))
    assert (one.code, one.cell, one.row) == (code, f"costs!{cell}", int(cell[1:]))
    (in_file,) = found(write_folder(tmp_path / "m", with_costs(rows)))
    assert (in_file.code, in_file.cell, in_file.place) == (code, None, "costs.csv")
    assert (in_file.row, in_file.column) == (one.row, one.column)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["project", "category", "year", "2026", "2027"], *([*row[:2], "", *row[2:]] for row in WIDE[1:])],
         "years_twice"),
        ([[*HEAD[:3], "2026"], *WIDE[1:3]], "duplicate_column"),
        ([["Belopp i tkr"], ["Mkr"], *TKR], "unit"),
        ([["forum", "resor", "35000", "1"], *WIDE], "row_above_header"),
        ([*LONG, LONG[1]], "duplicate_key"),
    ],
)  # fmt: skip
def test_a_shape_that_says_two_things_is_refused(tmp_path: Path, rows: Rows, code: str) -> None:
    assert [one.code for one in found(write_workbook(tmp_path / "m.xlsx", with_costs(rows)))] == [code]


def test_the_difference_of_a_sum_is_said(tmp_path: Path) -> None:
    (one,) = found(write_folder(tmp_path / "m", with_costs([*WIDE, ["Summa", "", "635002", "2098000"]])))
    assert one.fields == {"stated": 635_002, "found": 635_001, "difference": 1}
    assert (one.row, one.column, one.value) == (6, "2026", "635002")
    assert "1 differ" in one.what


def test_what_was_made_of_a_sheet_is_noted(tmp_path: Path) -> None:
    body = [*TKR, ["Fotnot", "", "", ""], ["forum", "resor", "-5", ""]]
    rows = [["Kostnader"], ["Belopp i tkr", "", "", "", "summeras"], *beside(body, "Totalt", "1520,001", "35")]
    rows.append(["Summa", "", "630,001", "2098"])
    model = load(write_workbook(tmp_path / "m.xlsx", with_costs(rows)))
    notes = [(one.texts[0], one.fields) for one in model.warnings if one.severity == "note" and one.texts]
    assert notes == [
        ("reading.unit-stated", {"unit": "tkr", "where": "A2", "times": 1000}),
        ("reading.totals-agree", {"rows": 1, "cells": 2}),
        ("reading.rows-without-amounts", {"rows": ["8"]}),
        ("reading.title-rows", {"row": 3}),
        ("reading.rows-summed", {"found": 6, "made": 5}),
    ]
    assert model["costs"]["amount"].tolist() == [400_001, 1_120_000, 30_000, 200_000, 978_000]


def test_a_sum_that_nobody_has_computed_is_noted(tmp_path: Path) -> None:
    rows = [*WIDE, ["Summa", "", "=SUM(C2:C5)", "=SUM(D2:D5)"]]
    model = load(write_workbook(tmp_path / "m.xlsx", with_costs(rows)))
    assert [one.fields for one in model.warnings if one.severity == "note"] == [{"cells": 2}]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Belopp i tkr", "tkr"),
        ("Kostnader 2026–2028 (Mkr)", "Mkr"),
        ("TKR", "tkr"),
        ("alla belopp i tusental kronor", "tkr"),
        ("miljoner kronor", "Mkr"),
        ("Belopp i kr", "kr"),
        ("högst 5 Mkr per projekt", ""),
        ("trkr", ""),
        ("Kronobergs län", ""),
        (2026, ""),
    ],
)
def test_a_unit_is_a_word_of_its_own(text: Any, unit: str) -> None:
    assert unit_in(text) == unit


@pytest.mark.parametrize(
    ("read", "cell", "made"),
    [
        (year_of, "2026 ", 2026),
        (year_of, 2026.0, 2026),
        (year_of, "år 2026", 2026),
        (year_of, "2026, tkr", 2026),
        (year_of, 12026, None),
        (year_of, "Budget 2026", None),
        (year_of, True, None),
        (split, "Belopp (tkr)", ("Belopp", "tkr")),
        (split, "belopp, Mkr", ("belopp", "Mkr")),
        (split, "Projekt", ("Projekt", "")),
        (is_total_heading, "Totalt 2026–2028", True),
        (is_total_heading, "Totalförsvar", False),
        (says_summed, "Huvudbok, raderna summeras.", True),
        (says_summed, "summerasta", False),
    ],
)
def test_a_heading(read: Callable[[Any], object], cell: Any, made: object) -> None:
    assert read(cell) == made


@pytest.mark.parametrize(
    ("cell", "unit", "made"),
    [
        ("1 120,5", 1000, 1_120_500),
        (1120.4, 1000, 1_120_400),
        ("−5", 1, -5),
        (-2.5, 1000, -2500),
        ("0,1", 10**6, 10**5),
    ],
)
def test_an_amount_in_its_unit(cell: Any, unit: int, made: int) -> None:
    assert in_kronor(cell, unit) == made
