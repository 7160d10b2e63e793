"""What would take long, or waits for ever, is refused before it is parsed; what deceives is refused or written out."""

from __future__ import annotations

import json
import os
import socket
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from inputs import MODEL, tables, write_folder, write_workbook

from rus_funding.cli.check import check
from rus_funding.errors import ENOUGH, InvalidInput, Problem
from rus_funding.model.reading import archive, csvfile, ooxml, read_model, toml
from rus_funding.model.templates import write_template
from rus_funding.scenarios import Family, read_scenarios
from rus_funding.scenarios import form as scenario_form
from rus_funding.words.messages import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECONDS = 10  # on a machine that many share; alone it takes less than two


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    start = time.perf_counter()
    yield
    assert time.perf_counter() - start < SECONDS


def problems(path: Path) -> list[Problem]:
    """The errors that reading raises, each of which can be said in Swedish too."""
    with pytest.raises(InvalidInput) as raised:
        read_model(path)
    return told(raised.value)


def told(error: InvalidInput) -> list[Problem]:
    for one in error.problems:
        swedish = translated(one, "sv")
        assert one.what
        assert one.remedy
        assert one.texts is None or swedish.what != one.what
    return [one for one in error.problems if one.severity == "error"]


def refused(path: Path) -> list[Problem]:
    """The problems of a scenario file."""
    with pytest.raises(InvalidInput) as raised:
        read_scenarios(path)
    return told(raised.value)


# --- what is no file -------------------------------------------------------------------------------------------------


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def endpoint(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


MAKERS = [(pipe, "pipe"), (device, "device"), (endpoint, "socket")]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such files")
@pytest.mark.parametrize(("make", "word"), MAKERS)
@pytest.mark.parametrize("name", ["costs.csv", "links.csv", "model.toml"])
def test_a_table_that_is_no_file_is_named(tmp_path: Path, make: Callable[[Path], None], word: str, name: str) -> None:
    path = write_folder(tmp_path / "m")
    (path / name).unlink()
    make(path / name)
    found = problems(path)[0]
    assert (found.code, found.place) == ("not_a_file", name)
    assert word in found.what


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such files")
@pytest.mark.parametrize(("make", "word"), MAKERS)
def test_a_model_or_scenario_that_is_no_file_is_named(tmp_path: Path, make: Callable[[Path], None], word: str) -> None:
    for name, read in (("m.xlsx", problems), ("s.toml", refused)):
        make(tmp_path / name)
        (found,) = read(tmp_path / name)
        assert found.code.endswith("not_a_file")
        assert word in found.what


@pytest.mark.parametrize("name", ["~$budget.xlsx", ".~lock.budget.xlsx#"])
def test_a_lock_file_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x06Anna" + b" " * 160)
    (found,) = problems(tmp_path / name)
    assert found.code == "lock_file"
    assert found.remedy == "Close budget.xlsx, and give that file."
    (found,) = refused(tmp_path / name)
    assert found.code == "scenario_lock_file"


def test_a_folder_may_have_the_name_of_a_table(tmp_path: Path) -> None:
    path = write_folder(tmp_path / "m")
    (path / "links.csv").unlink()
    (path / "links.csv").mkdir()
    (found,) = problems(path)
    assert (found.code, found.place) == ("unreadable", "links.csv")


def test_a_name_too_long_for_any_file(tmp_path: Path) -> None:
    assert problems(tmp_path / ("a" * 5000))[0].code in {"unreadable", "not_found"}
    assert refused(tmp_path / ("a" * 5000))[0].code == "scenario_missing_file"


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"<html></html>", b"a;b\n1;2\n", b"\x7fELF" * 99]
)
def test_a_workbook_that_is_something_else(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "m.xlsx").write_bytes(data)
    (found,) = problems(tmp_path / "m.xlsx")
    assert found.code == "not_xlsx"


# --- CSV -------------------------------------------------------------------------------------------------------------


def test_a_million_rows_are_refused_at_once(tmp_path: Path) -> None:
    path = write_folder(tmp_path / "m")
    (path / "costs.csv").write_text("project;category;year;amount\n" + "forum;personal;2026;1\n" * 1_000_000)
    start = time.perf_counter()
    (found,) = problems(path)
    assert time.perf_counter() - start < 5
    assert (found.code, found.place) == ("too_large", "costs.csv")
    assert "1000001 rows" in found.what


def test_the_rows_of_all_tables_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_folder(tmp_path / "m")
    monkeypatch.setattr(csvfile, "ROWS", 30)
    assert {one.code for one in problems(path)} == {"too_large"}


@pytest.mark.parametrize("columns", [400, 40_000])
def test_too_many_columns(tmp_path: Path, columns: int) -> None:
    path = write_folder(tmp_path / "m")
    (path / "links.csv").write_text(";".join(f"c{i}" for i in range(columns)) + "\n")
    (found,) = problems(path)
    assert (found.code, found.place) == ("too_large", "links.csv")


def test_too_many_fields(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_folder(tmp_path / "m")
    monkeypatch.setattr(csvfile, "CELLS", 5)
    assert "more than 5" in problems(path)[0].what


FLOODS: dict[str, Callable[[int], list[str]]] = {
    "unknown ids": lambda i: [f"p{i}", "personal", "2026", "1"],
    "no amounts": lambda i: ["forum", "personal", "2026", f"x{i}"],
    "year": lambda i: ["forum", "personal", str(2030 + i % 100), "1"],
    "one key": lambda _: ["forum", "personal", "2026", "1"],
    "fields": lambda i: [str(i)],
    "totals": lambda _: ["Summa", "", "", "1"],
    "deceit": lambda i: [f"p\u202e{i}", "personal", "2026", "1"],
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_of_faults_takes_as_long_as_its_rows(tmp_path: Path, flood: str) -> None:
    count = 20_000
    given = tables()
    given["costs"] = [["project", "category", "year", "amount"], *(FLOODS[flood](i) for i in range(count))]
    found = [one for one in problems(write_folder(tmp_path / "m", given)) if one.place == "costs.csv"]
    listed = [one for one in found if one.row is not None]
    assert ENOUGH <= len(listed) <= 2 * ENOUGH
    assert any("more problems of this kind" in one.what for one in found)


# --- TOML ------------------------------------------------------------------------------------------------------------


BOMBS: dict[str, tuple[str, int | None]] = {
    "dots": ("a" + ".a" * 5000 + " = 1", 1),
    "dots in quotes": ("\n" + '"a" . ' * 5000 + "b = 1", 2),
    "dots in a section": ("[a" + ".a" * 5000 + "]", 1),
    "many dots": ("\n".join(f"a.b.c.d.e.f.g.h.k{i} = 1" for i in range(30_000)), None),
    "brackets": ("\n\na = " + "[" * 5000, 3),
    "tables": ("a = " + "{a = " * 5000, 1),
    "digits": ("a = " + "9" * 5000, 1),
    "hexadecimal": ("a = 0x" + "f" * 5000, 1),
    "decimals": ("a = 0." + "1" * 5000, 1),
    "tiny": ("a = 1\nb = 1e-999999999", 2),
    "huge": ("a = 1e999999999", 1),
    "keys": ("\n".join(f"k{i} = 1" for i in range(60_000)), None),
    "values": ("a = [" + "1," * 60_000 + "]", None),
    "sections": ("[[a]]\n" * 60_000, None),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_of_toml_is_refused_alike_in_models_and_scenarios(tmp_path: Path, bomb: str) -> None:
    text, line = BOMBS[bomb]
    model = problems(write_folder(tmp_path / "m", model=text))[0]
    assert (model.code, model.place) == ("toml", "model.toml")
    (tmp_path / "s.toml").write_text(text)
    (scenario,) = refused(tmp_path / "s.toml")
    assert scenario.code == "scenario_toml"
    assert (scenario.what, scenario.remedy) == (model.what, model.remedy)
    if line is not None:
        assert scenario.row == model.row == line


@pytest.mark.parametrize(
    "text",
    [
        'a = """\n[[[[[[[[[[[[[[[[[[[[[[[[ """\nb.c = 1',
        "a = '[[[[[[[[[[[[[[[[[[[[[[[[[[[[['",
        "# " + "[" * 100 + "\na = 1",
        'a = "' + "." * 100 + '"',
        'a = "\\"' + "[" * 100 + '"',
        "a = '''" + "[" * 100 + "'''",
        'a = """' + '\\"""' * 50_000 + '"""',
        "a = 1979-05-27T07:32:00.999999-07:00",
        "a = [[1, 2], [3.5e-3, 1e400]]",
        '"x.y.z.x.y.z.x.y.z.x.y.z.x.y.z" = 1',
    ],
)
def test_what_stands_in_texts_is_not_counted(text: str) -> None:
    assert toml.loads(text)


def test_an_open_text_is_told_as_the_parser_tells_it() -> None:
    with pytest.raises(toml.NotToml) as raised:
        toml.loads('a = 1\nb = """' + '\\"""' * 100_000)
    assert raised.value.line == 2


def test_a_number_too_small_for_a_float_is_no_zero(tmp_path: Path) -> None:
    text = MODEL.replace("collaboration_weight = 0.5", "collaboration_weight = 1e-900")
    (found,) = problems(write_folder(tmp_path / "m", model=text))
    assert (found.code, found.row) == ("too_small", 7)


def test_40_000_unknown_keys_are_told_in_linear_time(tmp_path: Path) -> None:
    keys = "\n".join(f"k{i} = 1" for i in range(40_000))
    found = problems(write_folder(tmp_path / "m", model=keys + "\n" + MODEL))
    assert len(found) == ENOUGH + 1
    assert "39800 more" in found[-1].what
    (tmp_path / "s.toml").write_text(keys)
    found = refused(tmp_path / "s.toml")
    assert len(found) == ENOUGH + 1
    assert [one.row for one in found[:3]] == [1, 2, 3]
    assert "39800 more" in found[-1].what


# --- scenarios -------------------------------------------------------------------------------------------------------


def test_more_changes_than_anybody_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "s.toml"
    file.write_text('[[change]]\ntable = "budgets"\nmultiply = { amount = 1.0 }\n' * (scenario_form.MOST + 1))
    (found,) = refused(file)
    assert found.code == "scenario_too_many"
    monkeypatch.setattr("rus_funding.scenarios.files.MOST", 5)
    file.write_text('[[change]]\ntable = "budgets"\nmultiply = { amount = 1.0 }\n' * 3)
    other = tmp_path / "t.toml"
    other.write_text('extends = "s"\n' + file.read_text())
    assert refused(other)[0].code == "scenario_too_many"


def test_thousands_of_changes_are_carried_out(tmp_path: Path) -> None:
    model = read_model(write_folder(tmp_path / "m"))
    file = tmp_path / "s.toml"
    file.write_text('[[change]]\ntable = "budgets"\nmultiply = { amount = 1.0 }\n' * 3000)
    (scenario,) = read_scenarios(file)
    assert [change.spot.line for change in scenario.changes[:3]] == [1, 4, 7]
    assert Family(model, scenario)[0].apply()["budgets"]["amount"].sum() == model["budgets"]["amount"].sum()


def test_files_that_extend_each_other_without_end(tmp_path: Path) -> None:
    for i in range(150):
        (tmp_path / f"s{i}.toml").write_text(f'extends = "s{i + 1}"\n')
    (tmp_path / "s150.toml").write_text("")
    assert refused(tmp_path / "s0.toml")[0].code == "scenario_chain"


@pytest.mark.parametrize("number", ["1e-16", "-1e-100", "1e-9999"])
def test_a_number_too_small_to_mean_anything(tmp_path: Path, number: str) -> None:
    file = tmp_path / "s.toml"
    file.write_text(f'[[change]]\ntable = "areas"\nmultiply = {{ weight = {number} }}\n')
    (found,) = refused(file)
    assert (found.code, found.row) == ("scenario_value", 3)


def family(tmp_path: Path, text: str) -> list[Problem]:
    """The problems of a scenario that meets a model."""
    model = read_model(write_folder(tmp_path / "m"))
    (tmp_path / "s.toml").write_text(text)
    with pytest.raises(InvalidInput) as raised:
        Family(model, read_scenarios(tmp_path / "s.toml")[0])
    return told(raised.value)


def test_numbers_that_overflow(tmp_path: Path) -> None:
    change = '[[change]]\ntable = "budgets"\nmultiply = { amount = 1e15 }\n'
    (found,) = family(tmp_path, change)
    assert found.code == "scenario_too_large"
    sample = '[sample]\nsize = 9\nseed = 1\nw = { table = "budgets", multiply = "amount", distribution = "uniform", '
    (found,) = family(tmp_path, sample + "low = 1, high = 4e12 }\n")
    assert found.code == "scenario_too_large"


@pytest.mark.parametrize(
    "arguments",
    ['"lognormal", sigma = 700', '"lognormal", sigma = 1e14', '"normal", mean = 1e15, sd = 1e-15, low = -1e15'],
)
def test_draws_that_overflow(tmp_path: Path, arguments: str) -> None:
    parameter = f'{{ table = "budgets", multiply = "amount", distribution = {arguments} }}'
    (found,) = family(tmp_path, f"[sample]\nsize = 100\nseed = 1\nw = {parameter}\n")
    assert found.code == "scenario_draw"


def test_a_key_without_blanks_has_its_line(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('title="a"\nquestion=1\n')
    (found,) = refused(tmp_path / "s.toml")
    assert (found.column, found.row) == ("question", 2)


def test_more_scenarios_than_a_number_can_count(tmp_path: Path) -> None:
    axis = '{{ table = "budgets", multiply = "amount", values = [{}] }}'.format(", ".join(map(str, range(1, 1001))))
    text = "[sweep]\n" + "".join(f"a{i} = {axis}\n" for i in range(8))
    (found,) = family(tmp_path, text)
    assert found.code == "scenario_family_size"


def test_unknown_projects_by_the_thousand(tmp_path: Path) -> None:
    names = ", ".join(f'"p{i}"' for i in range(20_000))
    found = family(tmp_path, f"exclude = [{names}]\n")
    assert len(found) == ENOUGH + 1
    (found_rows,) = family(tmp_path, f'[[change]]\ntable = "costs"\nwhere = {{ project = [{names}] }}\ndrop = true\n')
    assert found_rows.code == "scenario_no_match"
    assert len(found_rows.what) < 1000


def test_a_long_list_of_conditions_finds_the_same_rows(tmp_path: Path) -> None:
    model = read_model(write_folder(tmp_path / "m"))
    names = ", ".join(['"forum"', *(f'"p{i}"' for i in range(20_000))])
    years = ", ".join(map(str, range(2026, 2046)))
    text = f'[[change]]\ntable = "costs"\nwhere = {{ project = [{names}], year = [{years}] }}\n'
    text += "multiply = { amount = 1.5 }\n"
    (tmp_path / "s.toml").write_text(text)
    changed = Family(model, read_scenarios(tmp_path / "s.toml")[0])[0].apply()
    forum = model["costs"]["project"] == "forum"
    assert changed["costs"]["amount"][forum].sum() == 600_002 + 1_680_000 + 52_500
    assert changed["costs"]["amount"][~forum].sum() == model["costs"]["amount"][~forum].sum()


# --- workbooks -------------------------------------------------------------------------------------------------------


def rewritten(path: Path, part: str, edit: Callable[[bytes], bytes]) -> Path:
    """The workbook with one part edited."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as book:
        for name, data in parts.items():
            book.writestr(name, edit(data) if name == part else data)
    return path


SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
PARTS: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "encoding that is none": (SHEET, lambda _: b'<?xml version="1.0" encoding="true"?><a/>', "not_xlsx"),
    "encoding of texts": (STRINGS, lambda _: b'<?xml version="1.0" encoding="UTYesF-8"?><a/>', "not_xlsx"),
    "row of 5000 digits": (SHEET, lambda d: d.replace(b'<row r="2"', b'<row r="' + b"9" * 5000 + b'"'), "not_xlsx"),
    "row 0": (SHEET, lambda d: d.replace(b'<row r="2"', b'<row r="0"'), "not_xlsx"),
    "row past the last": (SHEET, lambda d: d.replace(b'<row r="2"', b'<row r="1048577"'), "not_xlsx"),
    "column past the last": (SHEET, lambda d: d.replace(b' r="A2"', b' r="XFE2"'), "not_xlsx"),
    "column of 5000 letters": (SHEET, lambda d: d.replace(b' r="A2"', b' r="' + b"A" * 5000 + b'2"'), "not_xlsx"),
    "column of another alphabet": (SHEET, lambda d: d.replace(b' r="A2"', ' r="Å2"'.encode()), "not_xlsx"),
    "elements in elements": (SHEET, lambda _: b"<a>" * 100_000, "not_xlsx"),
    "strings in strings": ("xl/sharedStrings.xml", lambda _: b"<a>" * 100_000, "not_xlsx"),
    "strings": ("xl/sharedStrings.xml", lambda _: b"<sst>" + b"<si><t>a</t></si>" * 400_000 + b"</sst>", "too_large"),
    "elements": ("xl/styles.xml", lambda _: b"<s>" + b"<a/>" * 400_000 + b"</s>", "too_large"),
    "sheets": ("xl/workbook.xml", lambda d: d.replace(b"<sheets>", b"<sheets>" + b"<sheet/>" * 500), "too_large"),
}  # fmt: skip


@pytest.mark.parametrize("fault", PARTS)
def test_a_spoilt_part_is_named(tmp_path: Path, fault: str) -> None:
    part, edit, code = PARTS[fault]
    path = tmp_path / "m.xlsx"
    if part == "xl/sharedStrings.xml":  # which only one of the two writers has
        write_template(path, example=True, lang="en")
    else:
        write_workbook(path)
    found = problems(rewritten(path, part, edit))
    assert code in {one.code for one in found}


def test_a_bomb_of_members_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "m.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        for i in range(5000):
            book.writestr(f"xl/worksheets/sheet{i}.xml", b"")
    (found,) = problems(path)
    assert (found.code, found.what) == ("too_large", f"The workbook has more than {archive.MEMBERS} parts.")


def test_sheets_that_are_one_part_are_not_unpacked_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_workbook(tmp_path / "m.xlsx")
    monkeypatch.setattr(archive, "UNPACKED", sum(one.file_size for one in zipfile.ZipFile(path).infolist()))
    read_model(path)

    def one_part(data: bytes) -> bytes:
        return data.replace(b"worksheets/sheet2.xml", b"worksheets/sheet1.xml").replace(b"sheet3.xml", b"sheet1.xml")

    rewritten(path, "xl/_rels/workbook.xml.rels", one_part)
    monkeypatch.setattr(archive, "UNPACKED", archive.UNPACKED // 3)
    monkeypatch.setattr(archive.Archive, "_check", lambda _: None)
    assert "too_large" in {one.code for one in problems(path)}


def test_a_method_of_compression_that_breaks(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "m.xlsx")
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as book:
        for name, data in parts.items():
            book.writestr(name, data)
    data = bytearray(path.read_bytes())
    at = data.index(b"xl/worksheets/sheet1.xml") + 40
    data[at : at + 60] = bytes(60)
    path.write_bytes(data)
    assert problems(path)[0].code == "not_xlsx"


def test_a_huge_text_is_refused_once(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "m.xlsx", change=lambda book: book["projects"].__setitem__("B2", "langtext"))
    huge = "å".encode() * 2_000_000
    for part in zipfile.ZipFile(path).namelist():
        rewritten(path, part, lambda data: data.replace(b"langtext", huge))
    found = problems(path)
    assert {one.code for one in found} == {"text_too_long"}
    assert all(len(str(one)) < 500 for one in found)
    assert ooxml.STRINGS > 100_000


# --- what deceives ---------------------------------------------------------------------------------------------------


DECEIVING = {
    "\u202e": "U+202E", "\u2066": "U+2066", "\u200f": "U+200F", "\u061c": "U+061C", "\u200b": "U+200B",
    "\u2060": "U+2060", "\ufeff": "U+FEFF", "\ufffe": "U+FFFE", "\uffff": "U+FFFF", "\ufdd0": "U+FDD0",
    "\u200d": "U+200D", "\u3164": "U+3164", "\u2800": "U+2800", "\U000e0041": "U+E0041",
}  # fmt: skip


@pytest.mark.parametrize("character", DECEIVING)
def test_deceit_is_refused_alike_in_tables_scenarios_and_workbooks(tmp_path: Path, character: str) -> None:
    text = f"Fram{character}tid"
    given = tables()
    given["projects"][1][1] = text
    (table,) = problems(write_folder(tmp_path / "m", given))
    assert (table.code, table.row, table.column) == ("deceiving_character", 2, "name")
    assert DECEIVING[character] in table.what
    (model,) = problems(write_folder(tmp_path / "t", model=MODEL.replace("Ett prov", text)))
    assert (model.code, model.row) == ("deceiving_character", 2)
    (tmp_path / "s.toml").write_text(f'title = "{text}"\n', encoding="utf-8")
    (scenario,) = refused(tmp_path / "s.toml")
    assert scenario.what == table.what == model.what
    if character not in "\ufffe\uffff":  # which no XML may hold; the format has another way to write them

        def change(book: Any) -> None:
            book["projects"]["B2"] = text

        (sheet,) = problems(write_workbook(tmp_path / "m.xlsx", change=change))
        assert (sheet.code, sheet.what) == ("deceiving_character", table.what)


@pytest.mark.parametrize("code", ["D800", "DFFF", "FFFE", "202E"])
def test_deceit_that_a_workbook_escapes_is_refused(tmp_path: Path, code: str) -> None:
    path = write_workbook(tmp_path / "m.xlsx", change=lambda book: book["projects"].__setitem__("B2", f"a_x{code}_b"))
    for part in zipfile.ZipFile(path).namelist():
        rewritten(path, part, lambda data: data.replace(b"_x005F_x", b"_x"))
    (found,) = problems(path)
    assert (found.code, f"U+{code}" in found.what) == ("deceiving_character", True)


@pytest.mark.parametrize(
    "name", ["👨‍👩‍👧 familjer", "می‌خواهم", "Östra Göinge", "café", "mjuk\u00adbinde", "β-test", "日本"]
)
def test_what_people_write_is_read(tmp_path: Path, name: str) -> None:
    given = tables()
    given["projects"][1][1] = name
    assert read_model(write_folder(tmp_path / "m", given))["projects"]["name"][0] == name.replace("\u00ad", "")


def test_an_id_of_look_alikes_is_named_alike(tmp_path: Path) -> None:
    given = tables()
    given["projects"][1][0] = "f\u043erum"
    found = problems(write_folder(tmp_path / "m", given))[0]
    assert found.code == "id_form"
    assert "U+043E (CYRILLIC SMALL LETTER O)" in found.what
    text = '[[change]]\ntable = "costs"\nwhere = { project = "f\u043erum" }\ndrop = true\n'
    (tmp_path / "s.toml").write_text(text, encoding="utf-8")
    (scenario,) = refused(tmp_path / "s.toml")
    assert scenario.what == found.what
    (tmp_path / "s.toml").write_text('"titl\u0435" = "a"\nrequire = ["f\u043erum"]\n', encoding="utf-8")
    key, ids = refused(tmp_path / "s.toml")
    assert (key.what, key.remedy) == ("There is no key 'titl\\u0435' here.", "Did you mean 'title'?")
    assert "f\\u043erum" in str(ids.value)


def test_a_column_of_look_alikes_is_written_out(tmp_path: Path) -> None:
    given = tables()
    given["links"][0][2] = "w\u0435ight"
    (found,) = problems(write_folder(tmp_path / "m", given))
    assert (found.code, found.column, found.remedy) == ("unknown_column", "w\\u0435ight", "Did you mean 'weight'?")


def test_accents_without_end(tmp_path: Path) -> None:
    given = tables()
    given["projects"][1][1] = "a" + "\u0315\u0300" * 16_000
    (found,) = problems(write_folder(tmp_path / "m", given))
    assert found.code == "deceiving_character"


def test_nothing_that_deceives_reaches_the_terminal(tmp_path: Path) -> None:
    given = tables()
    given["projects"][1][1] = "a\u202eb\u200bc\x1b[31m"
    path = write_folder(tmp_path / "m", given)
    (path / "links\u202e.csv").write_text("a;b\n")
    for options in ([], ["--json"]):
        done = CliRunner().invoke(check, [str(path), *options])
        assert not {"\u202e", "\u200b", "\x1b"} & set(done.output)
        assert "u202e" in done.output
    assert json.loads(done.output)["problems"][0]["value"] == given["projects"][1][1]
