"""Broken and hostile workbooks are refused quickly and clearly; openpyxl and XlsxWriter are witnesses."""

from __future__ import annotations

import datetime as dt
import re
import time
import tracemalloc
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pytest
import xlsxwriter
from inputs import MODEL_SHEET, numeric, tables, write_workbook

from rus_funding.errors import InvalidInput, Problem
from rus_funding.model.model import digest
from rus_funding.model.reading import archive, read_model, sheet
from rus_funding.model.reading.ooxml import Workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def problems(path: Path) -> list[Problem]:
    """The errors that reading raises; reading must not do anything else."""
    with pytest.raises(InvalidInput) as raised:
        read_model(path)
    return [one for one in raised.value.problems if one.severity == "error"]


def cell(address: str, value: Any, name: str = "costs") -> Callable[[Any], None]:
    """A change of one cell."""

    def change(book: Any) -> None:
        book[name][address] = value

    return change


def both(*changes: Callable[[Any], None]) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for one in changes:
            one(book)

    return change


def renamed(old: str, new: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book[old].title = new

    return change


FAULTS: list[tuple[str, Callable[[Any], None], str, str, int | None, str | None]] = [
    ("öre", cell("D2", 350000.4999999999), "not_whole", "sheet costs", 2, "amount"),
    ("negative", cell("D2", -1), "negative", "sheet costs", 2, "amount"),
    ("date", cell("D3", dt.date(2023, 3, 15)), "date", "sheet costs", 3, "amount"),
    ("time", cell("D3", dt.time(12, 30)), "date", "sheet costs", 3, "amount"),
    ("year as date", cell("C3", dt.date(2026, 1, 1)), "date", "sheet costs", 3, "year"),
    ("true", cell("D4", value=True), "boolean", "sheet costs", 4, "amount"),
    ("true as share", cell("G2", True, "funds"), "boolean", "sheet funds", 2, "max_rate"),
    ("uncomputed formula", cell("D5", "=SUM(D2:D4)"), "formula_without_value", "sheet costs", 5, "amount"),
    ("uncomputed id", cell("A2", "=A3", "projects"), "formula_without_value", "sheet projects", 2, "project"),
    ("error value", cell("D6", "#REF!"), "excel_error", "sheet costs", 6, "amount"),
    ("error name", cell("B2", "#N/A", "projects"), "excel_error", "sheet projects", 2, "name"),
    ("text amount", cell("D2", "978.000"), "ambiguous_number", "sheet costs", 2, "amount"),
    ("share above one", cell("G2", 50, "funds"), "share_range", "sheet funds", 2, "max_rate"),
    ("id as fraction", cell("A2", 1.5, "links"), "id_form", "sheet links", 2, "actor"),
    ("blank amount", cell("D2", None), "missing_value", "sheet costs", 2, "amount"),
    ("unknown project", cell("A2", "fourm"), "unknown_value_near", "sheet costs", 2, "project"),
    ("total row", both(cell("A7", "Summa"), cell("D7", 5)), "total_row", "sheet costs", 7, None),
    ("merged data", lambda book: book["costs"].merge_cells("A2:A3"), "merged_cells", "sheet costs", 2, "A"),
    ("merged header", lambda book: book["costs"].merge_cells("C1:D1"), "merged_cells", "sheet costs", 1, "C"),
    ("nameless cell", cell("H3", "oj"), "nameless_column", "sheet costs", 3, "H"),
    ("far cell", cell("XFD1048576", 1), "nameless_column", "sheet costs", 1048576, "XFD"),
    ("far row", cell("D1048576", 1), "missing_value", "sheet costs", 1048576, "project"),
    ("column twice", cell("E1", "amount"), "duplicate_column", "sheet costs", 1, "amount"),
    ("unknown column", cell("E1", "beloppet"), "unknown_column", "sheet costs", 1, "beloppet"),
    ("empty sheet", lambda book: book["links"].delete_rows(1, 99), "empty_file", "sheet links", None, None),
    ("missing sheet", lambda book: book.remove(book["areas"]), "missing_table", "sheet areas", None, None),
    ("missing model", lambda book: book.remove(book["model"]), "missing_table", "sheet model", None, None),
    ("sheet twice", lambda book: book.create_sheet("Links "), "duplicate_table", "sheet Links ", None, None),
    ("unknown key", cell("A3", "titeln", "model"), "unknown_key", "sheet model", 3, "titeln"),
    ("key twice", cell("A3", "name", "model"), "duplicate_key", "sheet model", 3, "A"),
    ("key with two values", cell("C3", "igen", "model"), "kind", "sheet model", 3, "A"),
    ("value without key", cell("B12", 5, "model"), "missing_key", "sheet model", 12, "A"),
    ("blank name", cell("B2", None, "model"), "missing_key", "sheet model", 2, "name"),
    ("bad year", cell("C5", 27, "model"), "year", "sheet model", 5, "years"),
    ("years backwards", cell("C5", 2025, "model"), "years", "sheet model", 5, "years"),
    ("bad policy", cell("B7", 10, "model"), "share_range", "sheet model", 7, "policy.municipality_floor"),
    ("bad objective", cell("B10", "balansen", "model"), "choice_unknown", "sheet model", 9, "objective.name"),
    ("destroyed key", cell("A3", "Ã¶", "model"), "mojibake", "sheet model", 3, "A"),
]


@pytest.mark.parametrize(
    ("change", "code", "place", "row", "column"), [one[1:] for one in FAULTS], ids=[one[0] for one in FAULTS]
)
def test_a_fault_is_told_with_its_place(
    tmp_path: Path, change: Callable[[Any], None], code: str, place: str, row: int | None, column: str | None
) -> None:
    found = problems(write_workbook(tmp_path / "m.xlsx", change=change))
    assert (found[0].code, found[0].place, found[0].row) == (code, place, row)
    if column is not None:
        assert found[0].column == column
    assert len(found) <= 3 or code == "missing_value"


def test_a_far_cell_costs_nothing(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "m.xlsx", change=cell("XFD1048576", 1))
    tracemalloc.start()
    start = time.perf_counter()
    problems(path)
    seconds, peak = time.perf_counter() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < 3
    assert peak < 20 * 2**20


def hide(book: Any) -> None:
    book["costs"].row_dimensions[2].hidden = True
    book["costs"].row_dimensions[3].hidden = True
    book["costs"].column_dimensions["B"].hidden = True
    book["links"].sheet_state = "hidden"
    book.create_sheet("Läs mig").append(["För människor"])
    book.create_sheet("Kostnad").append(["x"])
    book.create_sheet("Project").append(["x"])


def test_what_is_hidden_or_unknown_is_read_and_told(tmp_path: Path) -> None:
    model = read_model(write_workbook(tmp_path / "m.xlsx", change=hide))
    told = [(one.code, one.place, one.what) for one in model.warnings if one.code in {"hidden", "unknown_sheet"}]
    assert told == [
        ("hidden", "sheet costs", "2 rows of the table are hidden; they were read."),
        ("hidden", "sheet costs", "1 column of the table is hidden; it was read."),
        ("hidden", "sheet links", "The sheet is hidden; it was read."),
        ("unknown_sheet", "sheet Kostnad", "The sheet is not a table; it was not read."),
        ("unknown_sheet", "sheet Project", "The sheet is not a table; it was not read."),
    ]
    assert digest(model) == digest(read_model(write_workbook(tmp_path / "n.xlsx")))


def test_noise_is_snapped_and_numbers_may_be_ids(tmp_path: Path) -> None:
    change = both(cell("D2", 350000.0000001), cell("C2", 0.1 + 0.2, "reach"), cell("C3", 0.7, "reach"))
    model = read_model(write_workbook(tmp_path / "m.xlsx", change=change))
    assert model["costs"]["amount"][0] == 350000
    assert model["reach"]["share"].tolist() == [0.3, 0.7, 1.0]
    given = {
        name: [["7" if text == "forum" else text for text in row] for row in rows] for name, rows in tables().items()
    }
    assert read_model(write_workbook(tmp_path / "n.xlsx", given))["projects"]["project"].tolist() == ["7", "skog"]


def other_writer(path: Path) -> Path:
    """The model as XlsxWriter writes it: shared strings, computed formulas, number formats, a rich text."""
    book = xlsxwriter.Workbook(str(path))
    money = book.add_format({"num_format": '[$-41D]#,##0 "kr";[Red]-#,##0 "dkr"'})
    bold = book.add_format({"bold": True})
    for name, rows in {"model": MODEL_SHEET, **tables()}.items():
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                value = numeric(text) if isinstance(text, str) else text
                if value == "Statliga medel":
                    sheet.write_rich_string(i, j, "Stat", bold, "liga", " medel")
                elif value == 400001:
                    sheet.write_formula(i, j, "=400000+1", money, 400001)
                elif value == "Region Örebro län":
                    sheet.write_formula(i, j, '="Region Örebro "&"län"', None, value)
                elif value is not None:
                    sheet.write(i, j, value, money if isinstance(value, int) and value > 9999 else None)
    book.close()
    return path


def test_another_writer_gives_the_same_model(tmp_path: Path) -> None:
    assert digest(read_model(other_writer(tmp_path / "m.xlsx"))) == digest(
        read_model(write_workbook(tmp_path / "n.xlsx"))
    )


def test_cells_are_what_openpyxl_finds(tmp_path: Path) -> None:
    path = tmp_path / "m.xlsx"
    book = openpyxl.Workbook()
    rng = np.random.default_rng(5)
    values = [None, 0, -3, 12, 1.5, 1e-7, 123456789012345, "text", " å & <ö> ", "a\nb", True, False, "007"]
    for _ in range(60):
        book.active.append([values[i] for i in rng.integers(0, len(values), 9)])
    book.save(path)
    with Workbook(path) as ours:
        found = ours.read("Sheet").rows
    for row in openpyxl.load_workbook(path).active.iter_rows():
        for one in row:
            mine = found.get(one.row, {}).get(one.column - 1)
            assert mine == one.value
            assert isinstance(mine, bool) == isinstance(one.value, bool)


@pytest.mark.parametrize(
    ("code", "date"),
    [("General", False), ("0.00", False), ("#,##0", False), ('0 "dagar"', False), ("[Red]0", False),
     ("0.00E+00", False),
     ("yyyy-mm-dd", True), ("[$-41D]d mmm yyyy", True), ("h:mm", True), ("mm/dd/yy", True), ("0\\ \\d", False)],
)  # fmt: skip
def test_a_date_is_told_from_a_number_by_its_format(tmp_path: Path, code: str, *, date: bool) -> None:
    def change(book: Any) -> None:
        book["costs"]["D2"] = 400001
        book["costs"]["D2"].number_format = code

    path = write_workbook(tmp_path / "m.xlsx", change=change)
    if date:
        assert problems(path)[0].code == "date"
    else:
        assert read_model(path)["costs"]["amount"][0] == 400001


def repacked(path: Path, edit: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None) -> Path:
    """The workbook with its parts edited; None drops one."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in {**parts, **(extra or {})}.items():
            kept = edit(name, data)
            if kept is not None:
                new.writestr(name, kept)
    return path


def keep(_: str, data: bytes) -> bytes:
    return data


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


SHEET = "xl/worksheets/sheet2.xml"


def flipped(path: Path) -> None:
    data = path.read_bytes()
    spot = data.index(SHEET.encode()) + 60
    path.write_bytes(data[:spot] + bytes(byte ^ 255 for byte in data[spot : spot + 40]) + data[spot + 40 :])


def cut(path: Path, share: float) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


def zipped(path: Path, name: str) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(name, "x")


def exchanged(part: str, new: Callable[[bytes], bytes | None]) -> Callable[[Path], object]:
    return lambda path: repacked(path, lambda name, data: new(data) if name == part else data)


HOSTILE: dict[str, tuple[str, Callable[[Path], object]]] = {
    "text": ("not_xlsx", lambda path: path.write_bytes(b"project;name\n")),
    "empty": ("empty_file", lambda path: path.write_bytes(b"")),
    "old": ("not_xlsx", lambda path: path.write_bytes(OLE + bytes(600))),
    "password": ("encrypted", lambda path: path.write_bytes(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"))),
    "cut early": ("not_xlsx", lambda path: cut(path, 0.3)),
    "cut late": ("not_xlsx", lambda path: cut(path, 0.9)),
    "zip": ("not_xlsx", lambda path: zipped(path, "a.txt")),
    "ods": ("not_xlsx", lambda path: zipped(path, "mimetype")),
    "xlsb": ("not_xlsx", lambda path: repacked(path, keep, {"xl/workbook.bin": b"x"})),
    "bomb": ("too_large", lambda path: repacked(path, keep, {"xl/media/a.bin": bytes(60 * 2**20)})),
    "swollen sheet": ("too_large", exchanged(SHEET, lambda _: b" " * 30 * 2**20)),
    "members": ("too_large", lambda path: repacked(path, keep, {f"xl/media/{i}.bin": b"x" for i in range(200)})),
    "doctype": ("doctype", exchanged(SHEET, lambda _: BOMB)),
    "doctype in styles": ("doctype", exchanged("xl/styles.xml", lambda _: BOMB)),
    "not XML": ("not_xlsx", exchanged(SHEET, lambda data: data[:-20])),
    "no sheet": ("not_xlsx", exchanged(SHEET, lambda _: None)),
    "no workbook": ("not_xlsx", exchanged("xl/workbook.xml", lambda _: None)),
    "flipped": ("not_xlsx", flipped),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_quickly(tmp_path: Path, name: str) -> None:
    code, spoil = HOSTILE[name]
    path = write_workbook(tmp_path / "m.xlsx")
    spoil(path)
    start = time.perf_counter()
    found = problems(path)
    assert time.perf_counter() - start < 5
    assert [one.code for one in found] == [code]
    assert found[0].place in {"m.xlsx", "sheet areas"}


def test_too_many_cells_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rus_funding.model.reading.ooxml.CELLS", 100)
    found = problems(write_workbook(tmp_path / "m.xlsx"))
    assert found[0].code == "too_large"
    assert "2000000" in found[0].what
    assert (sheet.CELLS, archive.UNPACKED, archive.MEMBERS) == (2_000_000, 50 * 2**20, 200)


def test_every_truncation_is_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "m.xlsx")
    data = path.read_bytes()
    for size in range(0, len(data), 211):
        path.write_bytes(data[:size])
        assert problems(path)


def test_flipped_bytes_are_refused_or_harmless(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "m.xlsx")
    data = path.read_bytes()
    whole = digest(read_model(path))
    for spot in range(0, len(data), 307):
        path.write_bytes(data[:spot] + bytes([data[spot] ^ 255]) + data[spot + 1 :])
        try:
            assert digest(read_model(path)) == whole
        except InvalidInput as invalid:
            assert all(one.place for one in invalid.problems)  # noqa: PT017 (it need not be raised)


def test_prefixed_and_addressless_xml_is_read(tmp_path: Path) -> None:
    def edit(part: str, data: bytes) -> bytes:
        is_sheet = part.startswith("xl/worksheets/sheet")
        return re.sub(rb' r="[A-Z]*\d+"', b"", data) if is_sheet else data

    path = write_workbook(tmp_path / "m.xlsx")
    with Workbook(path) as book:
        before = book.read("links").rows
    repacked(path, edit)
    with Workbook(path) as book:
        assert book.read("links").rows == before

    def prefix(part: str, data: bytes) -> bytes:
        if not part.startswith("xl/worksheets/sheet"):
            return data
        text = re.sub(r"<(/?)(\w)", r"<\1x:\2", data.decode()).replace("xmlns=", "xmlns:x=")
        return text.replace("<?x:xml", "<?xml").encode()

    repacked(path, prefix)
    with Workbook(path) as book:
        assert book.read("links").rows == before
