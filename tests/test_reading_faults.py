"""Broken input in CSV folders: each fault is one clear problem at its place, never another exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from inputs import MODEL, csv_text, tables, write_folder

from rus_funding.errors import InvalidInput, Problem
from rus_funding.model.reading import read_document, read_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from inputs import Table

# (table, row as Excel counts, column, new cell, code)
CELLS: list[tuple[str, int, str, str, str]] = [
    # money
    ("costs", 2, "amount", "978.000", "ambiguous_number"),
    ("costs", 3, "amount", "978,000", "ambiguous_number"),
    ("budgets", 4, "amount", "15.414.794", "ambiguous_number"),
    ("budgets", 2, "amount", "1120000,50", "not_whole"),
    ("budgets", 2, "amount", "350000.4999999999", "not_whole"),
    ("costs", 2, "amount", "1 2 3", "grouping"),
    ("costs", 2, "amount", "9 780 00", "grouping"),
    ("costs", 5, "amount", "-5000", "negative"),
    ("costs", 5, "amount", "\u22125\u00a0000", "negative"),
    ("costs", 5, "amount", "1000000000000001", "too_large"),
    ("costs", 5, "amount", "inf", "not_a_number"),
    ("costs", 5, "amount", "nan", "not_a_number"),
    ("costs", 5, "amount", "NA", "not_a_number"),
    ("costs", 5, "amount", "None", "not_a_number"),
    ("costs", 5, "amount", "TRUE", "not_a_number"),
    ("costs", 5, "amount", "0x10", "not_a_number"),
    ("costs", 5, "amount", "1_000", "not_a_number"),
    ("costs", 5, "amount", "٣٥٠", "not_a_number"),
    ("costs", 5, "amount", "½", "not_a_number"),
    ("costs", 5, "amount", "1e400", "exponent"),
    ("costs", 5, "amount", "1,12E+06", "exponent"),
    ("costs", 5, "amount", "978 tkr", "unit"),
    ("costs", 5, "amount", "50 %", "percent"),
    ("costs", 5, "amount", "=A1+A2", "not_a_number"),
    ("costs", 5, "amount", "2023-03-15", "not_a_number"),
    ("funds", 2, "max_per_project", "6.064.064", "ambiguous_number"),
    ("commitments", 2, "amount", "1000,5", "not_whole"),
    ("authorisations", 2, "amount", "två", "not_a_number"),
    # shares and numbers
    ("areas", 2, "floor_share", "50", "share_range"),
    ("areas", 2, "floor_share", "110 %", "share_range"),
    ("areas", 2, "cap_share", "-0,5", "negative"),
    ("funds", 2, "max_rate", "1,5", "share_range"),
    ("funds", 2, "max_rate", "hälften", "not_a_number"),
    ("contributions", 2, "share", "1e-20", "too_small"),
    ("reach", 2, "share", "nan", "not_a_number"),
    ("areas", 2, "weight", "-1", "negative"),
    ("areas", 2, "weight", "inf", "not_a_number"),
    ("areas", 2, "weight", "1e400", "not_a_number"),
    ("areas", 2, "target", "12.500", "ambiguous_number"),
    ("links", 2, "weight", "stark", "not_a_number"),
    ("categories", 4, "flat_rate", "20", "share_range"),
    ("municipalities", 2, "population", "159.192", "ambiguous_number"),
    ("municipalities", 2, "population", "1,5", "not_whole"),
    ("funds", 2, "draw_order", "1,5", "not_whole"),
    ("actors", 2, "min_projects", "-1", "negative"),
    # ids, texts, choices, flags, years
    ("projects", 2, "project", "-", "id_form"),
    ("projects", 2, "project", "../..", "id_form"),
    ("projects", 2, "project", "Ω", "id_form"),
    ("projects", 2, "project", "fоrum", "id_form"),  # a Cyrillic о
    ("categories", 4, "flat_rate_base", "personal personal", "id_twice"),
    ("projects", 2, "name", "", "missing_value"),
    ("projects", 2, "name", "\u00a0", "missing_value"),
    ("funds", 3, "sector", "", "missing_value"),
    ("costs", 2, "amount", "", "missing_value"),
    ("costs", 2, "year", "", "missing_value"),
    ("funds", 2, "sector", "offentliga", "choice_unknown"),
    ("funds", 2, "rate_base", "eligble", "choice_unknown"),
    ("projects", 2, "status", "kandidater", "choice_unknown"),
    ("budgets", 2, "status", "beviljade", "choice_unknown"),
    ("areas", 2, "verified", "kanske", "choice_unknown"),
    ("funds", 2, "income", "kanske", "flag"),
    ("projects", 3, "indivisible", "2", "flag"),
    ("costs", 2, "year", "26", "year"),
    ("costs", 2, "year", "2 026", "year"),
    ("costs", 2, "year", "2026-01-01", "year"),
    ("costs", 2, "year", "20260", "year"),
    ("projects", 2, "name", "FÃ¶rstudie", "mojibake"),
    ("projects", 2, "name", "F√∂rstudie √•", "mojibake"),
    ("projects", 2, "name", "F\ufffdrstudie", "mojibake"),
    ("projects", 2, "name", "a\x00b", "control_character"),
    ("projects", 2, "name", "a\x1b[31mb", "control_character"),
    ("projects", 2, "name", "a\x85b", "control_character"),
    ("projects", 2, "name", "x" * 32_768, "text_too_long"),
    # what spreadsheets could not compute
    *[
        ("costs", 4, "amount", error, "excel_error")
        for error in ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#SAKNAS!",
                      "#VÄRDEFEL!", "#REFERENS!", "#DIVISION/0!", "#NAMN?", "#OGILTIGT!", "#SKÄRNING!", "########")
    ],
    ("projects", 3, "name", "#SAKNAS!", "excel_error"),
    ("projects", 3, "project", "#ref!", "excel_error"),
    # rows and tables together
    ("costs", 2, "project", "fourm", "unknown_value_near"),
    ("costs", 2, "category", "zzz", "unknown_value"),
    ("projects", 3, "lead", "kumia", "unknown_value_near"),
    ("funds", 2, "financier", "staten", "unknown_value"),
    ("eligibility", 2, "value", "forumet", "unknown_value_near"),
    ("rate_limits", 2, "value", "publik", "unknown_value_near"),
    ("rate_limits", 2, "actor_type", "regio", "unknown_value_near"),
    ("actors", 2, "municipality", "laxå", "unknown_value"),
    ("actors", 2, "municipality", "laxa", "unknown_value"),
    ("categories", 4, "flat_rate_base", "personel", "unknown_value_near"),
    ("costs", 2, "year", "2031", "year_outside"),
    ("commitments", 2, "year", "2025", "year_outside"),
]  # fmt: skip


def problems(path: Path) -> list[Problem]:
    """The errors that reading raises; reading must not do anything else."""
    with pytest.raises(InvalidInput) as raised:
        read_model(path)
    found = [one for one in raised.value.problems if one.severity == "error"]
    for one in found:
        assert one.place
        assert one.what.endswith((".", "!", "?"))
        assert one.remedy.endswith((".", "!", "?", "]", "]]"))
        assert str(one).startswith(one.place)
    return found


def at(given: dict[str, Table], table: str, row: int, column: str, cell: str) -> dict[str, Table]:
    """The tables with one cell exchanged, its column added if need be."""
    rows = given[table]
    if column not in rows[0]:
        for one in rows:
            one.append(column if one is rows[0] else "")
    rows[row - 1][rows[0].index(column)] = cell
    return given


@pytest.mark.parametrize(("table", "row", "column", "cell", "code"), CELLS)
def test_a_bad_cell_is_one_problem(tmp_path: Path, table: str, row: int, column: str, cell: str, code: str) -> None:
    path = write_folder(tmp_path / "m", at(tables(), table, row, column, cell))
    (found,) = problems(path)
    assert (found.code, found.place, found.row, found.column) == (code, f"{table}.csv", row, column)
    if found.code != "missing_value":
        assert found.value
        assert cell.startswith(found.value.rstrip("…"))


def edited(table: str, edit: Callable[[str], str], encoding: str = "utf-8") -> Callable[[Path], None]:
    """A change to a table's text."""

    def change(path: Path) -> None:
        file = path / f"{table}.csv"
        file.write_bytes(edit(file.read_bytes().decode()).encode(encoding))

    return change


def lines(table: str, edit: Callable[[list[str]], list[str]]) -> Callable[[Path], None]:
    """A change to a table's lines."""
    return edited(table, lambda text: "\r\n".join(edit(text.split("\r\n"))))


def raw(name: str, data: bytes) -> Callable[[Path], None]:
    """A file with these bytes."""
    return lambda path: (path / name).write_bytes(data) and None


def folder_instead(path: Path) -> None:
    (path / "links.csv").unlink()
    (path / "links.csv").mkdir()


FILES: list[tuple[str, Callable[[Path], object], str, str, int | None, str | None]] = [
    ("no projects", lambda p: (p / "projects.csv").unlink(), "missing_table", "projects.csv", None, None),
    ("no model file", lambda p: (p / "model.toml").unlink(), "missing_table", "model.toml", None, None),
    ("empty file", raw("costs.csv", b""), "empty_file", "costs.csv", None, None),
    ("blank file", raw("costs.csv", b"\r\n  \r\n"), "empty_file", "costs.csv", None, None),
    ("only separators", raw("costs.csv", b";;;\r\n;;;\r\n"), "empty_file", "costs.csv", None, None),
    ("header only", raw("areas.csv", b"area;name\r\n"), "table_empty", "areas.csv", None, None),
    ("a folder", folder_instead, "unreadable", "links.csv", None, None),
    ("UTF-16 without mark", edited("links", str, "utf-16-le"), "encoding", "links.csv", None, None),
    ("binary", raw("links.csv", bytes(range(256)) * 4), "encoding", "links.csv", None, None),
    ("false UTF-16 mark", raw("links.csv", b"\xff\xfea"), "encoding", "links.csv", None, None),
    ("false UTF-8 mark", raw("links.csv", b"\xef\xbb\xbf\xff"), "encoding", "links.csv", None, None),
    ("Mac Roman", edited("projects", str, "mac-roman"), "encoding", "projects.csv", None, None),
    ("DOS", edited("actors", str, "cp850"), "encoding", "actors.csv", None, None),
    ("twice encoded", edited("areas", lambda t: t.replace("Hälsa", "HÃ¤lsa")), "mojibake", "areas.csv", 3, "name"),
    ("bars", edited("links", lambda t: t.replace(";", "|")), "separator", "links.csv", None, None),
    ("one column", lines("links", lambda r: [one.split(";")[0] for one in r]), "separator", "links.csv", None, None),
    ("title above", lines("costs", lambda r: ["Kostnader", *r]), "separator", "costs.csv", None, None),
    ("trailing separators in rows", lines("costs", lambda r: [r[0], r[1] + ";", *r[2:]]), "field_count", "costs.csv", 2,
     None),
    ("short row", lines("costs", lambda r: [*r[:3], "skog;resor", *r[3:]]), "field_count", "costs.csv", 4, None),
    ("open quote", lines("costs", lambda r: [*r[:3], '"skog' + r[3], *r[4:]]), "quote", "costs.csv", 4, None),
    ("quote inside", lines("projects", lambda r: [*r[:1], 'forum;"A" b;regionen;;;', *r[2:]]), "quote", "projects.csv",
     2, None),
    ("column twice", lines("links", lambda r: [r[0] + ";weight", r[1] + ";2", ""]), "duplicate_column", "links.csv", 1,
     "weight"),
    ("column twice in capitals", lines("links", lambda r: [r[0] + ";Actor", r[1] + ";2", ""]), "duplicate_column",
     "links.csv", 1, "Actor"),
    ("unknown column", lines("links", lambda r: [r[0] + ";styrka", r[1] + ";2", ""]), "unknown_column", "links.csv", 1,
     "styrka"),
    ("misspelt column", lines("links", lambda r: [r[0].replace("weight", "wieght"), *r[1:]]), "unknown_column",
     "links.csv", 1, "wieght"),
    ("missing column", lines("links", lambda r: [one.partition(";")[2] for one in r]), "missing_column", "links.csv", 1,
     "actor"),
    ("nameless column", lines("links", lambda r: [r[0] + ";", r[1] + ";oj", ""]), "nameless_column", "links.csv", 2,
     "D"),
    ("destroyed header", lines("links", lambda r: [r[0] + ";Ã¶", r[1] + ";2", ""]), "mojibake", "links.csv", 1, "D"),
    ("total row", lines("costs", lambda r: [*r[:-1], "Summa;;;2734001", ""]), "total_row", "costs.csv", 7, None),
    ("total row in capitals", lines("budgets", lambda r: [*r[:-1], "TOTALT:;;100;", ""]), "total_row", "budgets.csv", 8,
     None),
    ("total row amid", lines("budgets", lambda r: [*r[:3], "Total;;5;", *r[3:]]), "total_row", "budgets.csv", 4, None),
    ("same key twice", lines("budgets", lambda r: [*r[:3], r[1], *r[3:]]), "duplicate_key", "budgets.csv", 4, None),
    ("same project twice", lines("projects", lambda r: [*r[:3], "forum;Igen;kumla;;;", ""]), "duplicate_key",
     "projects.csv", 4, None),
    ("link both ways", lines("links", lambda r: [*r[:2], "kumla;regionen;1", ""]), "link_twice", "links.csv", 3,
     "other"),
    ("tables by two names", lambda p: (p / "Areas.csv").write_bytes((p / "areas.csv").read_bytes()), "duplicate_table",
     "areas.csv", None, None),
    ("shares", lines("contributions", lambda r: [r[0], r[1].replace("0.75", "0.7"), *r[2:]]), "contributions_sum",
     "contributions.csv", 2, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code", "place", "row", "column"), [f[1:] for f in FILES], ids=[f[0] for f in FILES]
)
def test_a_bad_file_is_one_problem(
    tmp_path: Path, change: Callable[[Path], object], code: str, place: str, row: int | None, column: str | None
) -> None:
    path = write_folder(tmp_path / "m")
    change(path)
    (found,) = problems(path)
    assert (found.code, found.place, found.row) == (code, place, row)
    if column is not None:
        assert found.column == column


TOML: list[tuple[str, str, str, int | None, str | None]] = [
    ('name = "provmodell"', "", "missing_key", None, "name"),
    ('name = "provmodell"', 'name = ""', "missing_key", 1, "name"),
    ('name = "provmodell"', 'name = ["a"]', "kind", 1, "name"),
    ('name = "provmodell"', "name = true", "kind", 1, "name"),
    ('name = "provmodell"', "name = provmodell", "toml", 1, None),
    ('name = "provmodell"', 'name = "provmodell', "toml", 1, None),
    ('title = "Ett prov på åäö"', 'name = "igen"', "toml", 2, None),
    ('title = "Ett prov på åäö"', 'titel = "a"', "unknown_key", 2, "titel"),
    ('title = "Ett prov på åäö"', 'title = "a\\u0007b"', "control_character", 2, "title"),
    ("years = [2026, 2027]", "", "missing_key", None, "years"),
    ("years = [2026, 2027]", "years = []", "missing_key", 4, "years"),
    ("years = [2026, 2027]", 'years = "2026"', "missing_key", 4, "years"),
    ("years = [2026, 2027]", "years = 2026", "missing_key", 4, "years"),
    ("years = [2026, 2027]", "years = [2027, 2026]", "years", 4, "years"),
    ("years = [2026, 2027]", "years = [2026, 2026, 2027]", "years", 4, "years"),
    ("years = [2026, 2027]", "years = [2026.5, 2027]", "not_whole", 4, "years"),
    ("years = [2026, 2027]", "years = [26, 2027]", "year", 4, "years"),
    ("years = [2026, 2027]", "years = [true, 2027]", "boolean", 4, "years"),
    ("years = [2026, 2027]", "years = [2026-01-01, 2027]", "year", 4, "years"),
    ("years = [2026, 2027]", "years = [[2026], 2027]", "kind", 4, "years"),
    ("years = [2026, 2027]", "years = [0b1, 2027]", "year", 4, "years"),
    ("years = [2026, 2027]", 'years = [2026, 2027]\nlocale = "svenska"', "locale", 5, "locale"),
    ("years = [2026, 2027]", 'years = [2026, 2027]\nlocale = "en_GB"', "locale", 5, "locale"),
    ("years = [2026, 2027]", 'years = [2026, 2027]\ncurrency = "kronor"', "currency", 5, "currency"),
    ("years = [2026, 2027]", 'years = [2026, 2027]\ncurrency = "EUR"', "currency", 5, "currency"),
    ("years = [2026, 2027]", 'years = [2026, 2027]\ndecider = "Region Örebro"', "unknown_value", 5, "decider"),
    ("[policy]", "[polcy]", "unknown_key", 6, "polcy"),
    ("[policy]", "[[policy]]", "kind", 6, "policy"),
    ("collaboration_weight = 0.5", "colaboration_weight = 0.5", "unknown_key", 7, "policy.colaboration_weight"),
    ("collaboration_weight = 0.5", "collaboration_weight = nan", "not_a_number", 7, "policy.collaboration_weight"),
    ("collaboration_weight = 0.5", "collaboration_weight = inf", "not_a_number", 7, "policy.collaboration_weight"),
    ("collaboration_weight = 0.5", "collaboration_weight = -1", "negative", 7, "policy.collaboration_weight"),
    ("collaboration_weight = 0.5", "collaboration_weight = 1e400", "not_a_number", 7, "policy.collaboration_weight"),
    ("collaboration_weight = 0.5", "collaboration_weight = true", "boolean", 7, "policy.collaboration_weight"),
    ("municipality_floor = 0.1", "municipality_floor = 10", "share_range", 8, "policy.municipality_floor"),
    ("min_partners = 1", "min_partners = 1.5", "not_whole", 9, "policy.min_partners"),
    ("min_partners = 1", "min_partners = 0_1", "toml", 9, None),
    ('name = "draw_order"', 'name = "draworder"', "choice_unknown", 12, "objective.name"),
    ('name = "draw_order"', "", "missing_key", 12, "objective.name"),
    ('name = "draw_order"', 'name = "value"', "objective_twice", None, None),
    ("tolerance = 0.01", "tolerance = 2", "share_range", 13, "objective.tolerance"),
    ("tolerance = 0.01", "tolerence = 0.1", "unknown_key", 13, "objective.tolerence"),
    ("min_partners = 1", "min_partners = " + "9" * 5000, "toml", None, None),
]


@pytest.mark.parametrize(("old", "new", "code", "row", "key"), TOML, ids=[f"{one[2]}-{one[1][:30]}" for one in TOML])
def test_a_bad_model_file_is_one_problem(
    tmp_path: Path, old: str, new: str, code: str, row: int | None, key: str | None
) -> None:
    assert old in MODEL
    (found,) = problems(write_folder(tmp_path / "m", model=MODEL.replace(old, new)))
    assert (found.code, found.place) == (code, "model.toml")
    if row is not None:
        assert found.row == row
    assert found.column == key


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "[" * 5000, "\ufeff[", "\0", "name = 'å'\xff" * 3])
def test_a_broken_model_file_is_named(tmp_path: Path, text: str) -> None:
    found = problems(write_folder(tmp_path / "m", model=text))
    assert {one.place for one in found} == {"model.toml"}


def test_a_huge_model_file_is_refused(tmp_path: Path) -> None:
    (found,) = problems(write_folder(tmp_path / "m", model=MODEL + "#" * 2**20))
    assert (found.code, found.place) == ("too_large", "model.toml")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("nowhere", "not_found"),
        ("m/areas.csv", "not_a_model"),
        ("m/model.toml", "not_a_model"),
        ("a.ods", "not_a_model"),
    ],
)
def test_a_path_that_is_no_model(tmp_path: Path, name: str, code: str) -> None:
    write_folder(tmp_path / "m")
    (tmp_path / "a.ods").write_bytes(b"PK")
    (found,) = problems(tmp_path / name)
    assert found.code == code


def test_a_misspelt_path_gets_a_hint(tmp_path: Path) -> None:
    write_folder(tmp_path / "modell")
    (found,) = problems(tmp_path / "model")
    assert "modell" in found.remedy


def test_faults_of_every_kind_are_told_at_once(tmp_path: Path) -> None:
    given = tables()
    at(given, "areas", 2, "weight", "tung")
    at(given, "budgets", 3, "year", "2030")
    at(given, "funds", 2, "max_rate", "50")
    at(given, "projects", 2, "min_share", "x")
    at(given, "contributions", 4, "share", "0.5")
    at(given, "participations", 2, "actor", "kumle")
    at(given, "links", 2, "weight", "")
    given["links"].append(["kumla", "kumla", "1"])
    path = write_folder(tmp_path / "m", given, model=MODEL.replace("0.01", "7"))
    (path / "reach.csv").unlink()
    (path / "reech.csv").write_text("project;municipality;share\r\n")
    with pytest.raises(InvalidInput) as raised:
        read_model(path)
    found = [(one.place, one.row, one.code) for one in raised.value.problems]
    assert found == [
        ("model.toml", 13, "share_range"),
        ("areas.csv", 2, "not_a_number"),
        ("funds.csv", 2, "share_range"),
        ("budgets.csv", 3, "year_outside"),
        ("projects.csv", 2, "not_a_number"),
        ("contributions.csv", 4, "contributions_sum"),
        ("participations.csv", 2, "unknown_value_near"),
        ("links.csv", 3, "link_to_itself"),
        ("reech.csv", None, "unknown_file"),
    ]
    assert raised.value.problems[-1].severity == "warning"
    assert "reach.csv" in raised.value.problems[-1].remedy


def test_what_a_lost_row_may_cause_is_not_told(tmp_path: Path) -> None:
    given = at(tables(), "projects", 2, "project", "–")
    (found,) = problems(write_folder(tmp_path / "m", given))
    assert (found.row, found.code) == (2, "id_form")


def test_a_flood_of_one_fault_is_cut(tmp_path: Path) -> None:
    given = tables()
    given["links"] = [["actor", "other"], *[["Å", "kumla"]] * 1000]
    found = problems(write_folder(tmp_path / "m", given))
    assert len(found) == 201
    assert "800 more" in found[-1].what


def test_warnings_do_not_stop(tmp_path: Path) -> None:
    path = write_folder(tmp_path / "m", encode=lambda text: text.encode("cp1252"))
    (path / "anteckningar.csv").write_text("a,b\n")
    (path / ".~lock.areas.csv").write_text("")
    found = {(one.code, one.place) for one in read_model(path).warnings}
    assert ("unknown_file", "anteckningar.csv") in found
    assert ("encoding", "projects.csv") in found
    assert not any(place.startswith(".") for _, place in found)


def test_a_formula_guard_is_taken_off_and_nothing_else(tmp_path: Path) -> None:
    names = {"'=1+1": "=1+1", "'-Projekt": "-Projekt", "'@x": "@x", "''=x": "''=x", "'citat'": "'citat'", "=a": "=a"}
    for written, meant in names.items():
        model = read_model(write_folder(tmp_path / "m", at(tables(), "projects", 2, "name", written)))
        assert model["projects"]["name"][0] == meant


@pytest.mark.parametrize("name", ["NA", "None", "nan", "NULL", "0012", "1e5", "TRUE", "#1 i länet", "a\nb"])
def test_texts_stay_texts(tmp_path: Path, name: str) -> None:
    model = read_model(write_folder(tmp_path / "m", at(tables(), "projects", 2, "name", name)))
    assert model["projects"]["name"][0] == name.replace("\n", " ")


def test_ids_are_never_numbers(tmp_path: Path) -> None:
    given = {
        name: [["007" if cell == "forum" else cell for cell in row] for row in rows] for name, rows in tables().items()
    }
    assert read_model(write_folder(tmp_path / "m", given))["projects"]["project"].tolist() == ["007", "skog"]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"name": 1},
        None,
        {"tables": {}, "policy": {}, "objectives": []},
    ],
)
def test_a_document_that_is_none(document: object) -> None:
    with pytest.raises(InvalidInput, match="not the data of a model"):
        read_document(document)  # type: ignore[arg-type]


def test_every_byte_of_a_table_may_be_missing(tmp_path: Path) -> None:
    """A truncated file is read as what it is or refused, with no other exception."""
    path = write_folder(tmp_path / "m")
    data = csv_text(tables()["projects"]).encode()
    for size in range(len(data)):
        (path / "projects.csv").write_bytes(data[:size])
        try:
            read_model(path)
        except InvalidInput as invalid:
            assert all(one.place for one in invalid.problems)  # noqa: PT017 (it need not be raised)
