"""One model, many encodings and layouts: the same digest. And back from a document."""

from __future__ import annotations

import json
import random
import sys
import time
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import processes
import pytest
from inputs import MODEL, MODEL_SHEET, tables, write_folder, write_workbook

from rus_funding.errors import InvalidInput
from rus_funding.kronor import Refused
from rus_funding.model.model import digest, document
from rus_funding.model.reading import read_document, read_model
from rus_funding.model.reading.cells import identifier, parse, parse_column
from rus_funding.model.rows import plain
from rus_funding.model.schema import TABLES, Column

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from inputs import Table

NB, NNB = "\u00a0", "\u202f"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> str:
    return digest(read_model(write_folder(tmp_path_factory.mktemp("reference"))))


def cells(change: Callable[[str, str], str]) -> dict[str, Table]:
    """The tables with every cell under the header changed, knowing its column's type."""
    given = tables()
    for name, rows in given.items():
        for row in rows[1:]:
            for i, cell in enumerate(row):
                row[i] = change(TABLES[name][rows[0][i]].type, cell)
    return given


def thousands(space: str) -> dict[str, Table]:
    return cells(lambda kind, cell: f"{int(cell):,}".replace(",", space) if kind == "kronor" and cell else cell)


def shuffled(seed: int, *, columns: bool) -> dict[str, Table]:
    rng = random.Random(seed)
    given = tables()
    for name, (header, *body) in given.items():
        rng.shuffle(body)
        order = list(range(len(header)))
        if columns:
            rng.shuffle(order)
        given[name] = [[row[i] for i in order] for row in [header, *body]]
    return given


def commas(kind: str, cell: str) -> str:
    return cell.replace(".", ",") if kind in {"share", "number"} else cell


def percent(kind: str, cell: str) -> str:
    return f"{float(cell) * 100:g} %".replace(".", ",") if kind == "share" and cell else cell


def words(language: dict[str, str]) -> dict[str, Table]:
    return cells(lambda kind, cell: language.get(cell, cell) if kind in {"flag", "choice"} else cell)


LAYOUTS: dict[str, dict[str, Any]] = {
    "UTF-8": {},
    "UTF-8 with mark": {"encode": lambda text: text.encode("utf-8-sig")},
    "Windows-1252": {"encode": lambda text: text.encode("cp1252")},
    "UTF-16 little end": {"encode": lambda text: b"\xff\xfe" + text.encode("utf-16-le")},
    "UTF-16 big end": {"encode": lambda text: b"\xfe\xff" + text.encode("utf-16-be")},
    "commas between": {"separator": ","},
    "tabs between": {"separator": "\t"},
    "told separator": {"encode": lambda text: b"sep=;\r\n" + text.encode()},
    "Unix line ends": {"end": "\n"},
    "old Mac line ends": {"end": "\r"},
    "all quoted": {"quoted": True},
    "decimal commas": {"given": cells(commas)},
    "decimal commas between commas": {"given": cells(commas), "separator": ","},
    "thousands by space": {"given": thousands(" ")},
    "thousands by no-break space": {"given": thousands(NB)},
    "thousands by narrow space": {"given": thousands(NNB)},
    "kr after": {"given": cells(lambda kind, cell: f"{cell}{NB}kr" if kind == "kronor" and cell else cell)},
    "öre": {"given": cells(lambda kind, cell: f"{cell},00" if kind == "kronor" and cell else cell)},
    "per cent": {"given": cells(percent)},
    "Swedish yes and no": {"given": words({"yes": "Ja", "no": "NEJ"})},
    "spreadsheet's true and false": {"given": words({"yes": "SANT", "no": "FALSKT"})},
    "ones and zeros": {"given": words({"yes": "1", "no": "0"})},
    "capitals in choices": {"given": cells(lambda kind, cell: cell.upper() if kind == "choice" else cell)},
    "blanks around": {"given": cells(lambda _, cell: f" {cell}{NB}" if cell else cell)},
    "decomposed letters": {"given": cells(lambda _, cell: unicodedata.normalize("NFD", cell))},
    "rows shuffled": {"given": shuffled(1, columns=False)},
    "columns shuffled": {"given": shuffled(2, columns=True)},
    "blank rows": {"given": {name: [rows[0], [""] * len(rows[0]), *rows[1:], [" "] * len(rows[0])]
                             for name, rows in tables().items()}},
    "blank rows above": {"encode": lambda text: ("\r\n\r\n" + text).encode()},
    "blank columns": {"given": {name: [[*row, "", ""] for row in rows] for name, rows in tables().items()}},
    "capitals in headers": {"given": {name: [[cell.upper() for cell in rows[0]], *rows[1:]]
                                      for name, rows in tables().items()}},
    "model file with mark": {"model": "\ufeff" + MODEL},
    "model file with Windows line ends": {"model": MODEL.replace("\n", "\r\n")},
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_data_is_the_same_model(tmp_path: Path, reference: str, layout: str) -> None:
    assert digest(read_model(write_folder(tmp_path / "m", **LAYOUTS[layout]))) == reference


def test_file_names_may_have_capitals(tmp_path: Path, reference: str) -> None:
    path = write_folder(tmp_path / "m")
    (path / "areas.csv").rename(path / "Areas.CSV")
    assert digest(read_model(path)) == reference


SHEETS: dict[str, dict[str, Any]] = {
    "numbers": {},
    "rows shuffled": {"given": shuffled(3, columns=False)},
    "columns shuffled": {"given": shuffled(4, columns=True)},
    "years in one cell": {"model": [row if row[0] != "years" else ["years", "2026, 2027"] for row in MODEL_SHEET]},
    "no header above the keys": {"model": MODEL_SHEET[1:]},
    "keys shuffled": {"model": [MODEL_SHEET[0], *MODEL_SHEET[:4:-1][::-1], *MODEL_SHEET[1:5]]},
    "texts": {"given": {name: [[f"{cell} " for cell in row] for row in rows] for name, rows in tables().items()}},
    "percents as texts": {"given": cells(percent)},
}


@pytest.mark.parametrize("layout", SHEETS)
def test_a_workbook_is_the_same_model(tmp_path: Path, reference: str, layout: str) -> None:
    model = read_model(write_workbook(tmp_path / "m.xlsx", **SHEETS[layout]))
    assert digest(model) == reference
    assert {one.place for one in model.warnings} <= {"sheet funds", "sheet budgets"}


def test_any_other_data_is_another_model(tmp_path: Path, reference: str) -> None:
    found = {reference}
    for name, rows in tables().items():
        given = tables()
        at = rows[0].index("note") if "note" in rows[0] else len(rows[0])
        given[name] = [[*row[:at], "note" if i == 0 else "ny"] for i, row in enumerate(rows)]
        found.add(digest(read_model(write_folder(tmp_path / name, given))))
    assert len(found) == 1 + len(tables())


def test_columns_have_the_types_of_the_schema(tmp_path: Path) -> None:
    model = read_model(write_folder(tmp_path / "m"))
    assert list(model.tables) == list(TABLES)
    for name, table in TABLES.items():
        rows = model[name]
        assert list(rows.columns) == [column.name for column in table.columns]
        for column in table.columns:
            assert rows[column.name].dtype == column.dtype, f"{name}.{column.name}"
            if column.dtype == np.object_:
                assert all(type(cell) is str for cell in rows[column.name])


def test_blanks_take_their_defaults(tmp_path: Path) -> None:
    model = read_model(write_folder(tmp_path / "m"))
    assert model["areas"]["cap_share"].tolist() == [0.9, 1.0]
    assert plain(model["areas"]["target"]) == [1500.5, None]
    assert plain(model["funds"]["max_per_project"]) == [6064064, None, None]
    assert model["funds"]["form"].tolist() == ["cash"] * 3
    assert model["funds"]["draw_order"].tolist() == [1, 2, 0]
    assert model["projects"]["indivisible"].tolist() == [False, True]
    assert model["participations"]["role"].tolist() == ["partner", ""]
    assert model["areas"]["verified"].tolist() == ["yes", "yes"]
    assert model["projects"]["name"][1] == "Skog; trä, och =värde"
    assert (model.policy.min_partners, model.policy.municipality_floor) == (1, 0.1)
    assert [(one.name, one.tolerance) for one in model.objectives] == [("value", 0.01), ("draw_order", 0.0)]
    assert (model.locale, model.currency) == ("sv_SE", "SEK")


def test_an_absent_optional_table_has_no_rows(tmp_path: Path) -> None:
    path = write_folder(tmp_path / "m")
    for name in ("links", "reach", "dependencies"):
        (path / f"{name}.csv").unlink()
    (path / "model.toml").write_text('name = "m"\nyears = [2026, 2027]\n')
    model = read_model(path)
    assert [model[name].size for name in ("links", "reach", "dependencies", "areas")] == [0, 0, 0, 2]
    assert [one.name for one in model.objectives] == ["value", "draw_order"]


def test_a_document_gives_the_model_back(tmp_path: Path) -> None:
    model = read_model(write_folder(tmp_path / "m")).replace(required=("forum",), excluded=("skog",))
    written = json.loads(json.dumps(document(model)))
    again = read_document(written)
    assert document(again) == document(model)
    assert digest(again) == digest(model)
    for name, table in TABLES.items():
        assert [again[name][column.name].dtype for column in table.columns] == [
            column.dtype for column in table.columns
        ]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda written: written["tables"].pop("links"),
        lambda written: written["tables"].update(extra={}),
        lambda written: written["tables"]["areas"].pop("name"),
        lambda written: written["tables"]["areas"].update(extra=[]),
        lambda written: written["tables"]["areas"].update(name=[1, 2]),
        lambda written: written["tables"]["areas"].update(weight=["1", "2"]),
        lambda written: written["tables"]["budgets"]["amount"].append(5),
        lambda written: written["tables"]["budgets"]["amount"].__setitem__(0, 10**30),
        lambda written: written["tables"]["budgets"]["amount"].__setitem__(0, None),
        lambda written: written["policy"].update(extra=1),
        lambda written: written["objectives"].append("value"),
        lambda written: written.update(years=None),
    ],
)
def test_a_spoilt_document_is_refused(tmp_path: Path, spoil: Callable[[Any], object]) -> None:
    written = json.loads(json.dumps(document(read_model(write_folder(tmp_path / "m")))))
    spoil(written)
    with pytest.raises(InvalidInput):
        read_document(written)


def test_20_000_fuzzed_cells_are_read_or_refused() -> None:
    rng = random.Random(3)
    alphabet = [
        *"0123456789" * 3,
        *"abcåäöÅ ,.-%'=#_\t\n",
        NB,
        "\u2212",
        "\x00",
        "\u200b",
        "Ã¥",
        "ja",
        "yes",
        "kr",
        "Summa",
    ]
    columns = [column for table in TABLES.values() for column in table.columns]
    read = 0
    for _ in range(20_000):
        column = rng.choice(columns)
        cell: Any = "".join(rng.choice(alphabet) for _ in range(rng.randrange(8)))
        if rng.random() < 0.2:
            cell = rng.choice([None, True, False, rng.randrange(10**6), rng.uniform(-1, 10**6), 1e300, float("nan")])
        try:
            value = parse(column, cell)
        except Refused as refused:
            assert refused.code  # noqa: PT017 (it need not be raised)
            continue
        read += 1
        array, refused_cells = parse_column(column, [cell])
        assert not refused_cells
        assert array.dtype == column.dtype
        assert array[0] == value or (value != value and array[0] != array[0])
        if value == value and value != "":  # what was read is read as itself
            assert parse(column, value if isinstance(value, (str, bool)) else repr(value)) == value, (column, cell)
    assert read > 5_000


def test_a_column_with_equal_looking_cells_keeps_them_apart() -> None:
    column = Column("amount", "kronor", required=True)
    array, refused = parse_column(column, [1, True, 1.0, "1"])
    assert sorted(refused) == [1]
    assert array[[0, 2, 3]].tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("text", "name"), [("Örebro kommun", "orebro-kommun"), ("Å/Ä", "a-a"), ("FUM", "fum"), ("--", ""), ("日本", "")]
)
def test_a_suggested_id(text: str, name: str) -> None:
    assert identifier(text) == name


def test_the_shipped_example_is_read_twice_alike(tmp_path: Path) -> None:
    path = write_folder(tmp_path / "m")
    assert digest(read_model(path)) == digest(read_model(path))


def test_reading_needs_no_spreadsheet_library() -> None:
    heavy = ("openpyxl", "pandas", "highspy", "pulp")
    code = f"import sys, rus_funding.model.reading; print([name for name in {heavy} if name in sys.modules])"
    done = processes.run([sys.executable, "-c", code], check=True)
    assert done.stdout.strip() == "[]"


def test_a_large_table_is_read_in_seconds(tmp_path: Path) -> None:
    given = tables()
    rng = random.Random(4)
    projects = [f"p{i}" for i in range(2_000)]
    given["actors"][1][-1] = ""
    given["projects"] = [["project", "name", "lead"], *[[one, one, "kumla"] for one in projects]]
    given["contributions"] = [["project", "area", "share"], *[[one, "klimat", "1"] for one in projects]]
    given["costs"] = [["project", "category", "year", "amount"],
                      *[[one, category, year, f"{rng.randrange(10**6):,}".replace(",", NB)] for one in projects
                        for category in ("personal", "resor") for year in ("2026", "2027")]]  # fmt: skip
    for name in ("eligibility", "reach", "participations", "commitments", "dependencies", "markings"):
        given[name] = given[name][:1]
    path = write_folder(tmp_path / "m", given, model=MODEL.replace("municipality_floor = 0.1", ""))
    start = time.perf_counter()
    model = read_model(path)
    assert model["costs"].size == 8_000
    assert time.perf_counter() - start < 5
