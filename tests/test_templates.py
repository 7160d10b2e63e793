"""Templates: what they hold, that the example can be read as it is; and the reference page of the tables."""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from rus_funding.errors import InvalidInput, UsageError
from rus_funding.model.model import digest
from rus_funding.model.reading import read_model
from rus_funding.model.reading.modelfile import OBJECTIVES as READ_OBJECTIVES
from rus_funding.model.reference import page, problems_page
from rus_funding.model.schema import TABLES
from rus_funding.model.templates import write_template
from rus_funding.model.templates.example import EXAMPLE
from rus_funding.model.templates.guide import ORDER
from rus_funding.model.templates.model_file import KEYS, OBJECTIVES, model_id
from rus_funding.words import names
from rus_funding.words.language import say

if TYPE_CHECKING:
    from collections.abc import Callable

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture
def book(tmp_path: Path) -> Any:
    write_template(tmp_path / "modell.xlsx", lang="en")
    return openpyxl.load_workbook(tmp_path / "modell.xlsx")


@pytest.mark.parametrize(("name", "text"), [("tables.md", page), ("problems.md", problems_page)])
def test_the_reference_pages_are_fresh(name: str, text: Callable[[], str]) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == text(), "write it anew: python -m rus_funding.model.reference"


def test_the_reference_page_names_every_column() -> None:
    text = page()
    for table in TABLES.values():
        section = text.partition(f"\n## {table.name}\n")[2].partition("\n## ")[0]
        own = [column for column in table.columns if column.name not in {"source", "verified", "note"}]
        rows = [line for line in section.splitlines() if line.startswith("| `")]
        assert [re.findall(r"`(\w+)`", row)[0] for row in rows] == [column.name for column in own]
        assert [r"\*" in row.split("|")[1] for row in rows] == [column.required for column in own]


@pytest.mark.parametrize("name", ["mapp", "bok.xlsx"])
def test_the_example_is_a_sound_model(tmp_path: Path, name: str) -> None:
    write_template(tmp_path / name, example=True)
    model = read_model(tmp_path / name)
    assert {table: model[table].size for table in EXAMPLE} == {table: len(rows) for table, rows in EXAMPLE.items()}
    assert model.years == (2026, 2027)
    assert [objective.name for objective in model.objectives] == ["value", "draw_order"]
    assert list(model.warnings) == []


def test_folder_and_workbook_are_the_same_model_in_either_language(tmp_path: Path) -> None:
    found = set()
    for lang in ("sv", "en"):
        write_template(tmp_path / lang / "a" / "modell", example=True, lang=lang)
        write_template(tmp_path / lang / "b" / "modell.xlsx", example=True, lang=lang)
        models = [read_model(tmp_path / lang / name) for name in ("a/modell", "b/modell.xlsx")]
        found |= {digest(model.replace(title="", source="")) for model in models}
        assert {model.title for model in models} == {say(lang, "template.example.title")}
    assert len(found) == 1


def test_a_swedish_template_is_swedish(tmp_path: Path) -> None:
    write_template(tmp_path / "bok.xlsx", example=True)
    book = openpyxl.load_workbook(tmp_path / "bok.xlsx")
    assert book.sheetnames == ["Läs mig", "Modell", *[names.sheet("sv", table) for table in ORDER]]
    assert [cell.value for cell in book["Källor"][1]][:6] == ["källa", "namn", "finansiär", "sektor", "form", "nivå"]
    assert book["Källor"]["D2"].value == "offentlig"
    rules = {
        str(rule.sqref).partition("2:")[0]: rule.formula1 for rule in book["Källor"].data_validations.dataValidation
    }
    assert rules["E"] == '"kontant,annat än pengar"'
    assert rules["C"] == "list_actors_name"
    assert book.defined_names["list_actors_name"].attr_text.startswith("OFFSET('Aktörer'!$B$2,0,0,")
    english = {*TABLES, *(column.name for table in TABLES.values() for column in table.columns)}
    swedish = {word for name in TABLES for word in (names.sheet("sv", name),)}
    swedish |= {names.column("sv", table.name, column.name) for table in TABLES.values() for column in table.columns}
    said = {cell.value for sheet in book for cell in sheet[1]} - {"Läs mig först", None}
    assert not said & (english - swedish)


@pytest.mark.parametrize("name", ["mapp", "bok.xlsx"])
def test_an_empty_template_says_what_to_fill_in(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    write_template(target)
    with pytest.raises(InvalidInput) as caught:
        read_model(target)
    assert "years" in [one.column for one in caught.value.problems]
    if name == "mapp":
        file = target / "model.toml"
        file.write_text(file.read_text("utf-8").replace("years = []", "years = [2026]"), encoding="utf-8")
    else:
        book = openpyxl.load_workbook(target)
        book["Modell"]["B5"] = 2026
        book.save(target)
    with pytest.raises(InvalidInput) as caught:
        read_model(target)
    assert {one.code for one in caught.value.problems} == {"table_empty"}
    assert {one.place for one in caught.value.problems} == {
        f"{names.sheet('sv', table.name)}.csv" if name == "mapp" else f"sheet {names.sheet('sv', table.name)}"
        for table in TABLES.values()
        if table.required
    }


def test_a_workbook_filled_in_by_hand_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "ifylld.xlsx"
    write_template(path, lang="en")
    book = openpyxl.load_workbook(path)
    book["model"]["B5"] = "2026, 2027"
    filled = {
        "actors": [("regionen", "Regionen", "region")],
        "areas": [("a", "Område ett")],
        "categories": [("personal", "Personal")],
        "funds": [("egna", "Egna medel", "regionen", "public", None, "region", 0.5)],
        "budgets": [("egna", 2026, 1000), ("egna", 2027, 1000)],
        "projects": [("p", "Projekt", "regionen")],
        "costs": [("p", "personal", 2026, 2000), ("p", "personal", 2027, 1000)],
        "contributions": [("p", "a", 1)],
    }
    for table, rows in filled.items():
        for i, row in enumerate(rows, 2):
            for j, value in enumerate(row, 1):
                book[table].cell(i, j).value = value
    book.save(path)
    model = read_model(path)
    assert (model.name, model.years) == ("ifylld", (2026, 2027))
    assert model["costs"]["amount"].tolist() == [2000, 1000]
    assert model["funds"]["max_rate"].tolist() == [0.5]


def test_a_sheet_for_each_table_behind_a_page_to_read_first(book: Any) -> None:
    assert book.sheetnames == ["Read me", "model", *ORDER]
    assert set(ORDER) == set(TABLES)
    text = " ".join(str(cell.value) for row in book["Read me"].iter_rows() for cell in row if cell.value is not None)
    for table in TABLES.values():
        assert table.description in text


def test_tables_stand_after_those_they_name() -> None:
    for name, table in TABLES.items():
        for column in table.columns:
            if column.references and column.references != name:
                assert ORDER.index(column.references) < ORDER.index(name), (name, column.name)


def test_headers_tell_required_columns_and_explain_each(book: Any) -> None:
    for table in TABLES.values():
        sheet = book[table.name]
        assert sheet.freeze_panes is not None
        for column, cell in zip(table.columns, sheet[1], strict=True):
            assert cell.value == column.name
            assert column.description[1:] in cell.comment.text
            needed = column.required and table.made != column.name
            assert ("Required" in cell.comment.text) == needed
            assert ("made of the name" in cell.comment.text) == (column.required and not needed)
            assert bool(cell.font.bold) == needed
            assert (cell.fill.fgColor.rgb == "FF1F4E79") == needed


def test_cells_are_checked_and_chosen_from_lists(book: Any) -> None:
    for table in TABLES.values():
        checked = {
            str(rule.sqref).partition("2:")[0]: rule for rule in book[table.name].data_validations.dataValidation
        }
        for i, column in enumerate(table.columns):
            rule = checked.get(chr(ord("A") + i))
            if column.references and column.type == "id":
                assert rule.formula1 == f"list_{column.references}_name"
            elif column.choices:
                assert rule.formula1 == f'"{",".join(column.choices)}"'
            elif column.type in {"kronor", "share", "number", "integer", "year"}:
                assert rule.type in {"whole", "decimal"}
    lists = {name: item.attr_text for name, item in book.defined_names.items()}
    assert lists["list_funds_name"] == "OFFSET('funds'!$B$2,0,0,MAX(1,COUNTA('funds'!$B$2:$B$10000)),1)"
    for rule in (
        book["eligibility"].data_validations.dataValidation + book["rate_limits"].data_validations.dataValidation
    ):
        for used in re.findall(r"list_\w+", rule.formula1 or ""):
            assert used in lists
    guide, cells = re.fullmatch(r"'(.*)'!(.*)", lists["list_form"]).groups()  # type: ignore[union-attr]
    assert [row[0].value for row in book[guide][cells.replace("$", "")]] == ["cash", "in_kind"]


def test_kronor_are_shown_with_swedish_thousands(tmp_path: Path) -> None:
    write_template(tmp_path / "bok.xlsx", example=True)
    book = openpyxl.load_workbook(tmp_path / "bok.xlsx")
    assert book["Kostnader"]["D2"].number_format == "[$-41D]#,##0"
    assert book["Källor"]["A2"].number_format == "@"
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
            assert all("# ##0" not in cell.number_format for cell in row)


def test_csv_files_are_as_a_swedish_excel_saves_them(tmp_path: Path) -> None:
    write_template(tmp_path / "mapp", example=True)
    for table in TABLES.values():
        content = (tmp_path / "mapp" / f"{names.sheet('sv', table.name)}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\r\n")
        rows = list(csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";"))
        assert rows[0] == [names.column("sv", table.name, column.name) for column in table.columns]
        assert {len(row) for row in rows} == {len(table.columns)}
    assert ";0,5;" in (tmp_path / "mapp" / "Källor.csv").read_text(encoding="utf-8-sig")


def test_the_model_file_explains_each_key(tmp_path: Path) -> None:
    write_template(tmp_path / "Örebro 2026")
    text = (tmp_path / "Örebro 2026" / "model.toml").read_text(encoding="utf-8")
    keys = tomllib.loads(text)
    assert keys["name"] == model_id("Örebro 2026") == "orebro-2026"
    assert keys["years"] == []
    for key in KEYS:
        if key.section != "objective":
            assert key.beskrivning in text
    assert OBJECTIVES == READ_OBJECTIVES
    assert all(objective in text for objective in OBJECTIVES)


def test_templates_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_template(tmp_path / name / "bok.xlsx", example=True)
    assert (tmp_path / "a" / "bok.xlsx").read_bytes() == (tmp_path / "b" / "bok.xlsx").read_bytes()


@pytest.mark.parametrize("name", ["mapp", "bok.xlsx"])
def test_nothing_is_overwritten_unless_asked(tmp_path: Path, name: str) -> None:
    files = write_template(tmp_path / name)
    assert all(file.is_file() for file in files)
    files[-1].write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"exists already.*--force"):
        write_template(tmp_path / name)
    assert files[-1].read_bytes() == b"mine"
    write_template(tmp_path / name, force=True)
    assert files[-1].read_bytes() != b"mine"


def test_a_folder_with_other_files_is_filled(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    write_template(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "model.toml").exists()


def test_targets_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("")
    (tmp_path / "mapp.xlsx").mkdir()
    for name, why in (("modell.ods", "xlsx"), ("fil", "is a file"), ("mapp.xlsx", "is a folder"), ("fil/in", "cannot")):
        with pytest.raises(UsageError, match=why):
            write_template(tmp_path / name)
