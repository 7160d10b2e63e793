"""Every paper of a run, its rows and its summary say one and the same of how a plan stands, and no false reason."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import lxml.html
import openpyxl
import pytest
from click.testing import CliRunner
from papers import ROOT
from pptx import Presentation

from rus_funding.cli import cli
from rus_funding.engine.engine import Engine
from rus_funding.engine.results import labelled
from rus_funding.papers.story import capital
from rus_funding.proof.standing import Standing
from rus_funding.runs import Run
from rus_funding.runs.restore import Restored
from rus_funding.words.numbers import at_most
from rus_funding.words.standings import headline, label, short

if TYPE_CHECKING:
    from rus_funding.engine.solution import Solution
    from rus_funding.program.formulation import Formulation
    from rus_funding.proof.tree import Proof

NOTHING = Path(__file__).parent / "data" / "inget"
COUNTY = ROOT / "models" / "lansportfolj-exempel"
SCENARIO = ROOT / "scenarios" / "lansportfolj-exempel" / "minskade-1-1-medel.toml"

pytestmark = pytest.mark.usefixtures("hurried")


def called(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments], standalone_mode=False)
    assert done.exception is None, done.exception
    return done.return_value, done.stdout


def papers(run: Path, folder: Path) -> tuple[int, dict[str, str]]:
    """The exit status of `report`, and all that each paper says, a space between words."""
    status, _ = called("report", run, "-o", folder)
    found = {path.suffix[1:]: " ".join(_text(path).split()) for path in sorted(folder.iterdir())}
    assert set(found) == {"docx", "html", "pptx", "xlsx"}
    return status, found


def _text(path: Path) -> str:
    if path.suffix == ".html":
        page = lxml.html.fromstring(path.read_bytes().decode())
        for part in page.xpath("//style|//script"):
            part.drop_tree()
        return str(page.text_content())
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, data_only=True)
        return "\n".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
        )
    if path.suffix == ".docx":
        document = docx.Document(str(path))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)
    shapes = [shape for slide in Presentation(str(path)).slides for shape in slide.shapes]
    said = [shape.text_frame.text for shape in shapes if shape.has_text_frame]
    lines = [row for shape in shapes if shape.has_table for row in shape.table.rows]
    return "\n".join(said + [cell.text for line in lines for cell in line.cells])


def test_a_plan_with_choices_is_proven_in_every_paper_and_in_the_summary(tmp_path: Path) -> None:
    """What used to be proven in the summary and in one sheet, and in the others not."""
    status, said = called("batch", COUNTY, SCENARIO, "-o", tmp_path / "run.sqlite", "--workers", 0)
    assert status == 0
    assert "2 av 2 scenarier" in said
    assert ": 2 bevisat bästa. " in " ".join(said.split())
    status, found = papers(tmp_path / "run.sqlite", tmp_path / "papers")
    assert status == 0
    for form, text in found.items():
        assert "Bevisat bäst: ingen plan som håller reglerna är värd mer än" in text, form
        assert "bättre" not in text, form
    assert found["xlsx"].count("Bevisat bäst") == 3  # the plan itself, and both scenarios
    status, said = called("compare", tmp_path / "run.sqlite")
    assert status == 0
    assert "2 scenarier: 2 bevisat bästa." in said


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_plan_that_is_not_proven_is_so_in_every_paper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """Without a proof of its second goal the plan stands within what is proven of its value."""

    def value_alone(_: Engine, f: Formulation, solution: Solution) -> tuple[Proof, ...]:
        return tuple(proof for proof in labelled(f, solution) if proof.objective == "value")

    monkeypatch.setattr(Engine, "proofs", value_alone)
    run = tmp_path / "run.sqlite"
    status, said = called("batch", COUNTY, SCENARIO, "-o", run, "--workers", 0, "--lang", lang)
    assert status == 1
    with Run(run) as opened:
        restored = Restored(opened)
        standings = [restored.outcome(name).standing for name in opened.names()]
        rows = opened.records("scenarios")
    for standing, row in zip(standings, rows, strict=True):
        assert (standing.name, row["standing"]) == ("within", "within")
        assert standing.gap is not None
        assert Fraction(repr(row["gap"])) >= standing.gap
        assert f"{row['scenario']} ({short(standing, lang)})" in said
    monkeypatch.undo()
    status, said = called("report", run, "-o", tmp_path / "papers", "--lang", lang)
    assert status == 1
    for path in sorted((tmp_path / "papers").iterdir()):
        text = " ".join(_text(path).split())
        assert " ".join(capital(label(standings[0], lang)).split()) in text, path.suffix
        for other in ("proven", "infeasible", "unknown"):
            assert label(Standing(other), lang) not in text.lower(), path.suffix
            assert headline(Standing(other), lang) not in text, path.suffix
    status, said = called("compare", run, "--lang", lang)
    assert status == 1
    assert at_most(max(standing.gap or 0 for standing in standings), lang) in said
    status, said = called("solve", COUNTY, "--lang", lang)
    assert status == 0


def test_nothing_is_funded_and_no_false_reason_is_given(tmp_path: Path) -> None:
    """Three projects that are all or nothing, and 6 000 kr of the 1 500 001 kr that they cost."""
    run = tmp_path / "run.sqlite"
    called("batch", NOTHING, "-o", run, "--workers", 0)
    with Run(run) as opened:
        (row,) = opened.records("scenarios")
        assert {project["reason"] for project in opened.records("projects")} == {"not_funded"}
    assert (row["standing"], row["value"], row["bound"], row["gap"]) == ("proven", 0.0, 0.0, 0.0)
    _, found = papers(run, tmp_path / "papers")
    found["terminal"] = called("solve", NOTHING)[1]
    false = ("allt eller inget", "valdes bort", "Valt bort", "Ingen budget styr", "andra projekt", "100\u00a0%")
    for form, text in found.items():
        for claim in false:
            assert claim not in text, (form, claim)
    for form in ("docx", "html", "pptx", "xlsx"):
        assert "Projekten kostar 1 500 001 kr och källornas budgetar är 6 000 kr." in found[form], form
    assert "saknas 796 001 kr" in found["html"]  # what explaining has found
