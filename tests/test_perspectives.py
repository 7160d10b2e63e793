"""The second axis from a table to a plan: what `check` says of columns of one's own, and what a floor on women does."""

import shutil
from pathlib import Path

import pytest

from rus_funding.engine.engine import solve
from rus_funding.errors import InvalidInput
from rus_funding.model.reading import read_model

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
