"""The second axis from a table to a plan: what `check` says of columns of one's own, and what a floor on women does."""

import shutil
from pathlib import Path

import numpy as np
import openpyxl
import pptx
import pytest
from docx import Document
from papers import run_of

from rus_funding.comparisons import compare
from rus_funding.engine.engine import solve
from rus_funding.engine.figures import Figures
from rus_funding.errors import InvalidInput
from rus_funding.model.reading import read_model
from rus_funding.papers.report import report
from rus_funding.papers.tables import perspectives
from rus_funding.runs import opened

SMALL = Path(__file__).parent.parent / "models" / "litet-exempel"
SHARES = {"kompetens": 0.2, "resecentrum": 0.4, "natur": 0.9}  # of women, by the statistics of each project


def marked(folder: Path, floor: str = "0", *, basis: str = "Deltagarstatistik 2025") -> Path:
    """The small example with women and men on the second axis."""
    shutil.copytree(SMALL, folder)
    rows = ["project;perspective;share;basis"]
    for project, share in SHARES.items():
        rows += [f"{project};kvinnor;{share};{basis}", f"{project};man;{round(1 - share, 2)};{basis}"]
    (folder / "markings.csv").write_text("\n".join(rows) + "\n", "utf-8")
    table = f"perspective;name;kind;floor_share\nkvinnor;Kvinnor;gender;{floor}\nman;Män;gender;\n"
    (folder / "perspectives.csv").write_text(table, "utf-8")
    return folder


def test_a_column_of_ones_own_is_shown_the_way(tmp_path: Path) -> None:
    """Columns for women and men beside the projects: the message names the tables that mend it."""
    folder = tmp_path / "m"
    shutil.copytree(SMALL, folder)
    path = folder / "projects.csv"
    head, *rows = path.read_text("utf-8-sig").splitlines()
    path.write_text("\n".join([f"{head};kvinnor;man", *(f"{row};0,6;0,4" for row in rows)]) + "\n", "utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_model(folder)
    women, men = caught.value.problems
    assert (women.code, women.place, women.row, women.column) == ("unknown_column", "projects.csv", 1, "kvinnor")
    assert men.column == "man"
    assert women.remedy.endswith(
        "What runs across the areas (sustainability, women and men, target groups) stands in the tables perspectives "
        "and markings."
    )
    mended = read_model(marked(tmp_path / "mended"))
    assert mended["markings"].size == 6
    assert not mended.warnings


def test_a_floor_moves_money_to_what_is_marked(tmp_path: Path) -> None:
    """By hand; the model's own page solves it without a floor: 1, 1 and 0.5, of which women have a third.

    At least 0.4: the 0.5 too much of each krona in nature (n) carries the 0.2 too little of each in competence (k):
    0.2 · 800 001 k ≤ 0.5 · 300 000 n, so k ≤ 0.9375 n. The region's own 290 000 kr in 2027 pay 200 000 k + 100 000 n,
    and what the travel centre (r) needs above the municipality's 60 000: 100 000 r − 60 000. With k = 0.9375 n a krona
    of it gives 1 800 / 287 500 points there and 600 / 100 000 here, which is less: n = 1, k = 0.9375, r = 0.625.
    """
    free, held = (solve(read_model(marked(tmp_path / floor, floor))) for floor in ("0", "0.4"))
    share = {p.project: float(p.share) for p in held.projects}
    assert {p.project: float(p.share) for p in free.projects} == {"kompetens": 1, "resecentrum": 1, "natur": 0.5}
    assert held.standing.proven
    assert share == pytest.approx({"kompetens": 0.9375, "resecentrum": 0.625, "natur": 1}, abs=1e-5)
    assert held.value == pytest.approx(1600 * 0.9375 + 600 * 0.625 + 300, abs=0.01)
    women = sum(SHARES[p.project] * p.kronor for p in held.projects)
    assert women >= 0.4 * held.funded - len(SHARES)
    assert not [rule for rule in free.rules if rule.label[0] == "perspective"]


def test_what_rests_on_nothing_counts_to_no_floor(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_model(marked(tmp_path / "m", "0,1", basis=""))
    (problem,) = caught.value.problems
    assert (problem.code, problem.place, problem.row) == ("perspective_floor_unreachable", "perspectives.csv", 2)
    assert read_model(marked(tmp_path / "mended", "0,1"))


# By hand, without a floor: 0.2 · 800 001 + 0.4 · 400 000 + 0.9 · 150 000 = 455 000.2 of 1 350 001 kr to women, and
# 0.8 · 800 001 + 0.6 · 400 000 + 0.1 · 150 000 = 895 000.8 to men. The travel centre's marking rests on nothing here.


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    folder = tmp_path_factory.mktemp("perspectives")
    model = read_model(marked(folder / "m"))
    rows = model["markings"]
    bare = np.where(rows["project"] == "resecentrum", "", rows["basis"]).astype(object)
    model = model.replace(tables={**model.tables, "markings": rows.replace(basis=bare)})
    run = run_of(folder / "run.sqlite", model)
    return model, run, report(run, folder / "papers").files


def test_kronor_by_perspective_are_those_of_the_markings(shown):
    model, run, _ = shown
    figures = Figures(solve(model))
    assert figures.by_perspective == {"kvinnor": (455_000, 160_000), "man": (895_001, 240_000)}
    assert figures.of_no_gender == 0
    with opened(run) as read:
        assert [(row["perspective"], row["kronor"], row["without_basis"]) for row in read.records("perspectives")] == [
            ("kvinnor", 455_000, 160_000), ("man", 895_001, 240_000),
        ]  # fmt: skip
        assert read.records("perspectives")[0]["share"] == pytest.approx(455_000 / 1_350_001)


def test_what_no_marking_says_anything_of_is_counted(shown):
    model, _, _ = shown
    rows = model["markings"]
    few = rows.take(np.flatnonzero(rows["project"] != "resecentrum"))
    figures = Figures(solve(model.replace(tables={**model.tables, "markings": few})))
    assert figures.of_no_gender == 400_000
    table = perspectives(figures, "sv")
    assert [column.heading for column in table.columns[1:]] == [
        "Perspektiv",
        "Kronor",
        "Andel",
        "Utan underlag",
    ]  # no perspective has a floor: no column of nothing
    floors = model["perspectives"].replace(floor_share=np.array([0.1, 0.0]))
    with_floors = figures.outcome.model.replace(tables={**figures.outcome.model.tables, "perspectives": floors})
    told = perspectives(Figures(solve(with_floors)), "sv")
    assert told.columns[-1].heading == "Golv"
    assert [row[-1] for row in told.rows] == [0.1, None]
    assert table.notes[1].replace("\u00a0", " ") == (
        "Hur 400 000 kr (29,6 % av kronorna) fördelas mellan kvinnor och män säger ingen märkning."
    )
    assert perspectives(figures, "en").rows[0][:3] == ("Gender", "Kvinnor", 295_000)


def test_every_paper_shows_them(shown):
    _, _, files = shown
    by_kind = {f".{kind}": path for kind, path in files.items()}
    cells = [cell.value for row in openpyxl.load_workbook(by_kind[".xlsx"])["Områden"].rows for cell in row]
    at = cells.index("kvinnor")
    assert cells[at + 1 : at + 4] == ["Kvinnor", "Kön", 455_000]
    tables = [[cell.text for cell in row.cells] for table in Document(by_kind[".docx"]).tables for row in table.rows]
    (women,) = [row for row in tables if row[0] == "Kvinnor"]
    assert [text.replace("\u00a0", " ") for text in women] == ["Kvinnor", "455 000", "33,7 %", "160 000"]
    page = by_kind[".html"].read_text("utf-8")
    assert 'id="perspectives"' in page
    assert "455\u00a0000" in page.split('id="perspectives"')[1].split("</section>")[0]
    titles = [slide.shapes.title.text_frame.text for slide in pptx.Presentation(by_kind[".pptx"]).slides]
    assert "Av kronorna räknas 33,7\u00a0% till kvinnor och 66,3\u00a0% till män" in titles


def test_models_without_perspectives_say_nothing_of_them(tmp_path):
    made = report(run_of(tmp_path / "run.sqlite", read_model(SMALL)), tmp_path / "papers", formats=["html"])
    assert "perspectives" not in made.files["html"].read_text("utf-8").split("</style>")[1]


def test_a_comparison_has_them_scenario_by_scenario(shown, tmp_path):
    model, _, _ = shown
    file = tmp_path / "golv.toml"
    text = '[[change]]\ntable = "perspectives"\nwhere = { perspective = "kvinnor" }\nset = { floor_share = 0.3 }\n'
    file.write_text(text, "utf-8")
    found = compare(run_of(tmp_path / "run.sqlite", model, file))
    women = found.perspectives[0]
    assert (women.perspective, women.name, women.kronor[0], women.without_basis[0]) == (
        "kvinnor",
        "Kvinnor",
        455_000,
        160_000,
    )
    assert women.kronor[1] > 455_000
    assert list(found.frame("perspectives")["scenario"]) == ["baseline", "golv"] * 2
    assert found.as_dict()["perspectives"][0]["kronor"] == women.kronor
