"""Nothing vanishes: what a table lost and what a figure probably does not mean is found, and every answer says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from click.testing import CliRunner

import rus_funding as rf
from rus_funding.cli import cli
from rus_funding.model.templates import write_template
from rus_funding.papers.warnings import slips
from rus_funding.words.messages import SLIPS, UNREAD, WARNINGS, catalogue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rus_funding.model.model import FundingModel


def told(model: FundingModel) -> list[str]:
    return slips(model.warnings, "sv")


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., FundingModel]:
    """The example's workbook after a change, read."""
    path = tmp_path / "portfolj.xlsx"

    def changed(change: Callable[[Any], None]) -> FundingModel:
        write_template(path, example=True, force=True)
        workbook = openpyxl.load_workbook(path)
        change(workbook)
        workbook.save(path)
        return rf.load(path)

    return changed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_template(tmp_path / "modell", example=True, lang="en")
    return tmp_path / "modell"


def set_cell(folder: Path, table: str, old: str, new: str) -> FundingModel:
    file = folder / f"{table}.csv"
    text = file.read_text(encoding="utf-8-sig")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return rf.load(folder)


def test_the_example_has_nothing_of_the_kind(folder: Path) -> None:
    assert told(rf.load(folder)) == []


def test_a_renamed_sheet_is_known_by_its_headings(book: Any) -> None:
    def rename(workbook: Any) -> None:
        workbook["Behörighet"].title = "Villkor"

    (said,) = told(book(rename))
    assert said.startswith("flik Villkor: Fliken Villkor lästes inte: den heter inte som någon tabell, men")
    assert said.endswith(" dess rubriker är de i Behörighet.")


def test_a_sheet_or_a_column_that_is_gone_from_the_template(book: Any) -> None:
    def remove(workbook: Any) -> None:
        del workbook["Satsgränser"]
        workbook["Källor"].delete_cols(7)

    sheet, column = told(book(remove))
    assert sheet.startswith("flik Satsgränser: Fliken Satsgränser finns inte, fast mallens övriga flikar gör det: inga")
    assert column.startswith("flik Källor: Kolumnen högsta sats finns inte, fast tabellens övriga kolumner gör det: ")
    assert column.endswith("i varje rad gäller 100\u00a0%.")


def test_a_column_that_was_emptied(book: Any) -> None:
    def empty(workbook: Any) -> None:
        for row in range(2, 6):
            workbook["Källor"].cell(row, 7).value = None

    (said,) = told(book(empty))
    assert said == "flik Källor: Kolumnen högsta sats är tom i alla rader: i varje rad gäller 100\u00a0%."


FILES = {
    "rate_limits.txt": ("rate_limits.csv", True),
    "rate_limits.csv.txt": ("rate_limits.csv", True),
    "Satsgränser.ods": ("rate_limits.csv", True),
    "kostnader.xlsx": ("", False),
    "anteckningar.txt": ("", None),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_no_table_is_made_of(name: str, folder: Path) -> None:
    from rus_funding.words.messages import translated

    near, table = FILES[name]
    (folder / "rate_limits.csv").rename(folder / name) if table else (folder / name).write_bytes(b"x")
    found = [translated(one, "sv") for one in rf.load(folder).warnings if one.code == "unread_file"]
    if table is None:
        assert found == []
        return
    assert [one.what for one in found] == [f"Filen {name} lästes inte: en mapps tabeller är filer som slutar på .csv."]
    assert near in found[0].remedy


# what is tried: the table, the cell before and after, how what is said ends
FIGURES = {
    "a year forgotten": (
        "budgets", "avgifter;2027;0;", ";;;",
        "avgifter har inget belopp för 2027, fast källan har för 2026: det räknas som 0 kr.",
    ),
    "an amount in thousands": (
        "costs", "natverk;personal;2027;515000", "natverk;personal;2027;515",
        "515 kr är omkring 1000 gånger mer eller mindre än beloppen bredvid (500 000 kr).",
    ),
    "an amount with its decimals": (
        "budgets", "statliga;2027;700000", "statliga;2027;70000000",
        "70 000 000 kr är omkring 100 gånger mer eller mindre än beloppen bredvid (900 000 kr).",
    ),
    "a rate in percent of a percent": (
        "funds", ";0.5;", ";0.005;", "En så låg andel, 0,5 %, är sällan vad som menas.",
    ),
    "a cap in thousands": (
        "funds", ";600000;", ";600;", "lägre än varje kostnad som källan får betala (minst 300 000 kr).",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FIGURES)
def test_a_figure_that_is_probably_not_meant(case: str, folder: Path) -> None:
    table, old, new, what = FIGURES[case]
    (said,) = told(set_cell(folder, table, old, new))
    assert said.replace("\u00a0", " ").endswith(what)
    assert said.startswith(f"{table}.csv, rad ")


def test_a_project_in_thousands_and_sums_in_different_units() -> None:
    model = rf.load("models/lansportfolj-exempel")
    frames = model.frames()
    costs = frames["costs"].copy()
    free = [name for name in costs["project"].unique() if name not in set(frames["commitments"]["project"])]
    mine = costs["project"] == free[0]
    costs.loc[mine, "amount"] = (costs.loc[mine, "amount"] // 1000).astype("Int64")
    found = rf.from_frames({**frames, "costs": costs}, name="x", years=model.years, strategy=model.strategy)
    assert [one.code for one in found.warnings if one.code in SLIPS] == ["project_in_thousands"]
    frames["costs"]["amount"] //= 1000
    frames["commitments"] = frames["commitments"].iloc[:0]
    found = rf.from_frames(frames, name="x", years=model.years, strategy=model.strategy)
    assert "sums_apart" in [one.code for one in found.warnings]


def test_a_phantom_floor_is_not_told_where_costs_could_not_be_read(folder: Path) -> None:
    file = folder / "costs.csv"
    text = file.read_text(encoding="utf-8-sig")
    for amount in ("400000", "412000", "300000"):
        text = text.replace(amount, f"{amount} SEK")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(rf.InvalidInput) as error:
        rf.load(folder)
    assert {one.column for one in error.value.problems} == {"amount"}


def test_every_answer_says_it(folder: Path, tmp_path: Path) -> None:
    """The terminal, the summary of a batch, the run, and each paper made of it."""
    import docx
    from pptx import Presentation

    (folder / "rate_limits.csv").rename(folder / "rate_limits.txt")
    set_cell(folder, "budgets", "avgifter;2027;0;", ";;;")
    file = "rate_limits.txt: Filen rate_limits.txt lästes inte"
    year = "avgifter har inget belopp för 2027"
    solved = CliRunner().invoke(cli, ["solve", str(folder)], standalone_mode=False).stdout
    run = tmp_path / "run.sqlite"
    batch = CliRunner().invoke(cli, ["batch", str(folder), "-o", str(run), "--workers", "0"], standalone_mode=False)
    rf.report(run, tmp_path / "papers")
    made = {path.suffix: path for path in (tmp_path / "papers").iterdir()}
    slides = [shape.text_frame.text if shape.has_text_frame else
              " ".join(cell.text for row in shape.table.rows for cell in row.cells) if shape.has_table else ""
              for slide in Presentation(str(made[".pptx"])).slides for shape in slide.shapes]  # fmt: skip
    sheets = openpyxl.load_workbook(made[".xlsx"])
    said = {
        "solve": " ".join(solved.split()),
        "batch": " ".join(batch.stdout.split()),
        "page": made[".html"].read_text(encoding="utf-8"),
        "slides": " ".join(slides),
        "annex": " ".join(paragraph.text for paragraph in docx.Document(str(made[".docx"])).paragraphs),
        "workbook": " ".join(str(c.value) for sheet in sheets for row in sheet.iter_rows() for c in row if c.value),
    }
    assert [place for place, text in said.items() if file not in text or year not in text] == []
    assert rf.solve(folder).as_dict()["warnings"]
    with rf.Run(run) as opened:
        assert {one["code"] for one in opened.info["findings"]} == {"unread_file", "fund_year_missing"}
        assert [one.code for one in opened.model().warnings] == ["unread_file", "fund_year_missing"]


def test_a_scenario_says_what_was_not_read_too(folder: Path, tmp_path: Path) -> None:
    (folder / "rate_limits.csv").rename(folder / "rate_limits.txt")
    (tmp_path / "utan.toml").write_text('exclude = ["drift"]\n', encoding="utf-8")
    changed = rf.apply(rf.load(folder), tmp_path / "utan.toml")
    assert [one.code for one in changed.warnings if one.code in UNREAD] == ["unread_file"]


def test_what_every_answer_says_does_not_stop() -> None:
    assert SLIPS - UNREAD <= WARNINGS
    assert set(catalogue()) >= SLIPS - UNREAD
