"""Names where an id is asked: ids are made of names, cells name rows by them, and nobody is guessed at."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from inputs import tables, write_folder

from rus_funding.engine.engine import solve
from rus_funding.engine.publish import digests
from rus_funding.errors import InvalidInput, Problem
from rus_funding.model.model import digest
from rus_funding.model.reading import identities, read_model
from rus_funding.words.messages import translated

if TYPE_CHECKING:
    from pathlib import Path

# The whole input of a portfolio of twelve projects as a Swedish controller keeps it: no id, and no more cells.
TWELVE: dict[str, list[list[Any]]] = {
    "Modell": [["nyckel", "värde"], ["namn", "tolv-projekt"], ["år", 2026, 2027]],
    "Områden": [["namn"], ["Näringsliv och innovation"], ["Hälsa och livsmiljö"], ["Kompetens"]],
    "Aktörer": [["namn", "typ"], ["Region Örebro län", "region"], ["Örebro kommun", "kommun"],
                ["Örebro universitet", "lärosäte"]],
    "Källor": [["namn", "sektor", "nivå", "högsta sats", "dragordning"],
               ["1:1-medel", "offentlig", "stat", 0.5, 1], ["Egna medel", "offentlig", "region", 1, 2]],
    "Budget": [["källa", "år", "belopp"], ["1:1-medel", 2026, 3_000_000], ["1:1-medel", 2027, 3_000_000],
               ["Egna medel", 2026, 3_500_000], ["Egna medel", 2027, 3_500_000]],
    "Kostnadsslag": [["namn"], ["Personal"]],
    "Projekt": [["namn", "projektägare"], *[[f"Projekt {letter}", owner] for letter, owner in zip(
        "ABCDEFGHIJKL", ["Region Örebro län", "Örebro kommun", "Örebro universitet"] * 4, strict=True)]],
    "Kostnader": [["projekt", "kostnadsslag", "år", "belopp"],
                  *[[f"Projekt {letter}", "Personal", 2026 + i % 2, 500_000 + 50_000 * i]
                    for i, letter in enumerate("ABCDEFGHIJKL")]],
    "Områdesandelar": [["projekt", "område", "andel", "poäng"], *[[f"Projekt {letter}", area, 1, 100 + 10 * i]
                       for i, (letter, area) in enumerate(zip("ABCDEFGHIJKL", [
                           "Näringsliv och innovation", "Hälsa och livsmiljö", "Kompetens"] * 4, strict=True))]],
}  # fmt: skip


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def changed(sheet: str, row: int, column: int, value: Any) -> dict[str, list[list[Any]]]:
    """The twelve projects with one cell changed, counted from 0."""
    copy = {name: [list(cells) for cells in rows] for name, rows in TWELVE.items()}
    copy[sheet][row][column] = value
    return copy


def at(given: dict[str, list[list[str]]], table: str, row: int, column: str, cell: str) -> dict[str, list[list[str]]]:
    """The tables with one cell of a row, as Excel counts it, changed."""
    given[table][row - 1][given[table][0].index(column)] = cell
    return given


def errors(path: Path, lang: str = "sv") -> list[Problem]:
    with pytest.raises(InvalidInput) as raised:
        read_model(path)
    return [translated(one, lang) for one in raised.value.problems if one.severity == "error"]


def test_twelve_projects_take_no_id_and_at_most_250_cells(tmp_path: Path) -> None:
    cells = sum(cell is not None for rows in TWELVE.values() for row in rows for cell in row)
    assert cells <= 250
    model = read_model(workbook(tmp_path / "tolv.xlsx", TWELVE))
    assert model["projects"]["project"].tolist()[:2] == ["projekt-a", "projekt-b"]
    assert model["projects"]["name"].tolist()[:2] == ["Projekt A", "Projekt B"]
    assert model["actors"]["type"].tolist() == ["region", "municipality", "university"]
    assert model["funds"]["level"].tolist() == ["state", "region"]
    plan = solve(model)
    assert plan.standing.name == "proven"
    assert sum(payment.kronor for payment in plan.payments) > 1_000_000


def test_ids_made_of_names_stay_when_rows_move(tmp_path: Path) -> None:
    turned = {name: [rows[0], *rows[:0:-1]] for name, rows in TWELVE.items() if name != "Modell"}
    one = read_model(workbook(tmp_path / "a.xlsx", TWELVE))
    other = read_model(workbook(tmp_path / "b.xlsx", {"Modell": TWELVE["Modell"], **turned}))
    assert digest(one) == digest(other)


@pytest.mark.parametrize("written", ["projekt a", "PROJEKT  A", "Projekt\u00a0A", "projekt_a", "projekt-a"])
def test_case_marks_and_spaces_of_a_name_are_folded(tmp_path: Path, written: str) -> None:
    one = read_model(workbook(tmp_path / "a.xlsx", TWELVE))
    assert digest(one) == digest(read_model(workbook(tmp_path / "b.xlsx", changed("Kostnader", 1, 0, written))))


def test_marks_are_folded_in_names_of_actors(tmp_path: Path) -> None:
    model = read_model(workbook(tmp_path / "a.xlsx", changed("Projekt", 1, 1, "region orebro lan")))
    assert model["projects"]["lead"][0] == "region-orebro-lan"


def test_a_name_that_is_only_near_is_asked_about_where_it_stands(tmp_path: Path) -> None:
    (one,) = errors(workbook(tmp_path / "a.xlsx", changed("Projekt", 3, 1, "Region Örebro")))
    assert (one.cell, one.column, one.value) == ("Projekt!B4", "projektägare", "Region Örebro")
    assert one.remedy == "Menas Region Örebro län? Skriv det precis så."
    read_model(workbook(tmp_path / "b.xlsx", changed("Projekt", 3, 1, "Region Örebro län")))  # as it says


def test_a_name_that_is_nobody_s_is_answered_with_those_there_are(tmp_path: Path) -> None:
    (one,) = errors(workbook(tmp_path / "a.xlsx", changed("Budget", 1, 0, "Tillväxtverket & Co")))
    assert one.what == "Namnet är inget som finns i den tabell som cellen hänvisar till."
    assert one.remedy == "Skriv ett av: 1:1-medel, Egna medel."


@pytest.mark.parametrize("written", ["region-orebrolan", "region_orebro-lan", "regionorebrolan"])
def test_an_id_made_by_hand_is_answered_with_the_name_it_was_made_of(tmp_path: Path, written: str) -> None:
    (one,) = errors(workbook(tmp_path / "a.xlsx", changed("Projekt", 3, 1, written)))
    assert one.remedy == "Menas Region Örebro län? Skriv det precis så."


def test_a_column_that_is_missing_is_asked_for_in_the_words_of_the_file(tmp_path: Path) -> None:
    copy = {**TWELVE, "Källor": [row[:2] + row[3:] for row in TWELVE["Källor"]]}
    (one,) = errors(workbook(tmp_path / "a.xlsx", copy))
    assert (one.code, one.place, one.column) == ("missing_column", "sheet Källor", "nivå")
    assert one.remedy.startswith("Lägg till kolumnen nivå:")


def test_a_name_of_several_rows_is_not_guessed(tmp_path: Path) -> None:
    given = at(at(tables(), "projects", 2, "name", "Samma"), "projects", 3, "name", "samma")
    given = at(given, "costs", 2, "project", "Samma")
    (one,) = errors(write_folder(tmp_path / "m", given))
    assert (one.code, one.row, one.column) == ("ambiguous_name", 2, "project")
    assert one.remedy == "Skriv id:t för den som menas: forum, skog."


def test_two_names_that_make_one_id_are_refused_and_the_same_name_twice_is_a_duplicate(tmp_path: Path) -> None:
    (one,) = errors(workbook(tmp_path / "a.xlsx", changed("Kostnadsslag", 1, 0, "Personal") | {
        "Kostnadsslag": [["namn"], ["Personal"], ["IT-stöd"], ["IT+stöd"]]}))  # fmt: skip
    assert (one.code, one.cell) == ("id_clash", "Kostnadsslag!A4")
    assert "'IT-stöd'" in one.what
    (one,) = errors(workbook(tmp_path / "b.xlsx", {**TWELVE, "Kostnadsslag": [["namn"], ["Personal"], ["personal"]]}))
    assert (one.code, one.row) == ("duplicate_key", 3)
    assert one.what.startswith("Personal finns redan på rad 2")


def test_numbers_of_cases_and_leading_zeros_are_names_too(tmp_path: Path) -> None:
    copy = {name: [list(cells) for cells in rows] for name, rows in TWELVE.items()}
    copy["Projekt"] = [["projekt", "projektägare"], ["PL20/01/VII", "Örebro kommun"], ["007", "Örebro kommun"]]
    copy["Kostnader"] = [copy["Kostnader"][0], ["PL20/01/VII", "Personal", 2026, 1000], ["007", "Personal", 2027, 1000]]
    copy["Områdesandelar"] = [copy["Områdesandelar"][0], ["pl20/01/vii", "Kompetens", 1, 5], ["007", "Kompetens", 1, 5]]
    model = read_model(workbook(tmp_path / "a.xlsx", copy))
    assert model["projects"]["project"].tolist() == ["pl20-01-vii", "007"]
    assert model["projects"]["name"].tolist() == ["PL20/01/VII", "007"]
    copy["Kostnader"][2][0] = 7  # a number cell: Excel took the zeros
    (one,) = errors(workbook(tmp_path / "b.xlsx", copy))
    assert (one.cell, one.value, one.remedy) == ("Kostnader!A3", "7", "Menas 007? Skriv det precis så.")


def test_messages_name_what_the_file_names(tmp_path: Path) -> None:
    copy = changed("Kostnader", 1, 3, 900_000_000)
    model = read_model(workbook(tmp_path / "a.xlsx", copy))
    told = [translated(one, "sv").what for one in model.warnings if one.code.startswith("project_short")]
    assert told
    assert "Projekt A" in told[0]
    assert "projekt-a" not in told[0]


def test_ids_stay_first_and_names_stand_beside_them(tmp_path: Path) -> None:
    given = at(tables(), "costs", 2, "project", "Framtidsforum")
    by_name = tables()["projects"][1][1]
    given = at(tables(), "costs", 2, "project", by_name)
    assert digest(read_model(write_folder(tmp_path / "a", given))) == digest(read_model(write_folder(tmp_path / "b")))


def test_a_flat_rate_names_its_base_by_names(tmp_path: Path) -> None:
    copy = dict(TWELVE)
    copy["Kostnadsslag"] = [["namn", "schablon", "schablonens underlag"], ["Personal"], ["Externa tjänster"],
                            ["Övrigt", 0.2, "Personal; externa tjänster"], ["OH", 0.1, "Externa tjänster"]]  # fmt: skip
    model = read_model(workbook(tmp_path / "a.xlsx", copy))
    assert model["categories"]["flat_rate_base"].tolist() == ["", "", "externa-tjanster personal", "externa-tjanster"]


def test_rows_chosen_by_kind_are_named_in_swedish(tmp_path: Path) -> None:
    copy = dict(TWELVE)
    copy["Behörighet"] = [["källa", "avser", "värde"], ["1:1-medel", "område", "Kompetens"],
                          ["1:1-medel", "aktörstyp", "lärosäte"]]  # fmt: skip
    copy["Satsgränser"] = [["avser", "värde", "högsta sats"], ["sektor", "offentlig", 1], ["nivå", "stat", "50 %"],
                           ["källa", "Egna medel", 1]]  # fmt: skip
    model = read_model(workbook(tmp_path / "a.xlsx", copy))
    assert model["eligibility"]["value"].tolist() == ["kompetens", "university"]
    assert model["rate_limits"]["value"].tolist() == ["public", "state", "egna-medel"]
    assert model["rate_limits"]["limit"].tolist() == ["sektor-offentlig", "niva-stat", "kalla-egna-medel"]


def test_the_one_who_decides_is_named_by_name(tmp_path: Path) -> None:
    copy = {**TWELVE, "Modell": [*TWELVE["Modell"], ["Beslutar", "region örebro län"], ["Titel", "Tolv"],
                                 ["minst antal parter", 1], ["målfunktion", "värde", "0,01", "dragordning"],
                                 ["målfunktion", "finansierat"]]}  # fmt: skip
    model = read_model(workbook(tmp_path / "a.xlsx", copy))
    assert (model.decider, model.title, model.policy.min_partners) == ("region-orebro-lan", "Tolv", 1)
    assert [(one.name, one.tolerance) for one in model.objectives] == [
        ("value", 0.01), ("draw_order", 0.0), ("funded", 0.0),
    ]  # fmt: skip


def test_swedish_files_in_a_folder_are_the_same_model(tmp_path: Path) -> None:
    given = tables()
    plain = read_model(write_folder(tmp_path / "en", given))
    write_folder(tmp_path / "sv", given)
    for english, swedish in (("costs", "Kostnader"), ("areas", "omraden"), ("rate_limits", "SATSGRÄNSER")):
        (tmp_path / "sv" / f"{english}.csv").rename(tmp_path / "sv" / f"{swedish}.csv")
    assert digest(plain) == digest(read_model(tmp_path / "sv"))
    assert {"Kostnader.csv", "omraden.csv", "SATSGRÄNSER.csv", "projects.csv"} < set(digests(tmp_path / "sv"))
    assert set(digests(tmp_path / "sv")) == {
        file.name for file in (tmp_path / "sv").iterdir() if file.suffix in {".csv", ".toml"}
    }


def test_what_is_missing_is_asked_for_as_the_others_are_called(tmp_path: Path) -> None:
    (one,) = errors(workbook(tmp_path / "a.xlsx", {name: rows for name, rows in TWELVE.items() if name != "Kostnader"}))
    assert (one.place, one.remedy) == (
        "sheet Kostnader", "Lägg till den med kolumnerna projekt, kostnadsslag, år, belopp."
    )  # fmt: skip
    copy = changed("Kostnader", 0, 2, "Åren")
    told = {(one.code, one.cell): one.remedy for one in errors(workbook(tmp_path / "b.xlsx", copy))}
    assert told["unknown_column", "Kostnader!C1"] == "Menas 'år'?"


def test_the_examples_run() -> None:
    assert doctest.testmod(identities).failed == 0
