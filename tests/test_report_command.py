"""`rus-funding report`: files, messages, exit status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from papers import made

from rus_funding.cli import main
from rus_funding.papers import html

if TYPE_CHECKING:
    from pathlib import Path

NAME = "orebro-rus-2026-2028"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("run") / "run.sqlite", NAME, "minskade-1-1-medel-hela", "utan-fum")


def called(*args: object) -> int:
    with pytest.raises(SystemExit) as left:
        main(["report", *map(str, args)])
    return int(left.value.code or 0)


def test_it_writes_what_is_asked_for(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "papers"
    assert called(run, "-o", folder, "--format", "html") == 0
    (path,) = folder.iterdir()
    assert path.name == f"{NAME}-baseline.html"
    out, err = capsys.readouterr()
    assert (out, err) == (f"{path}\n", "")
    assert '<html lang="sv">' in path.read_text("utf-8")


def test_all_formats_are_written_unless_some_are_named(run: Path, tmp_path: Path) -> None:
    assert called(run, "-o", tmp_path, "-s", "utan-fum", "--lang", "en", "--json") == 0
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".docx", ".html", ".pptx", ".xlsx"]
    assert all(path.stat().st_size > 10_000 for path in tmp_path.iterdir())


def test_json_names_the_files_and_the_status(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = "minskade-1-1-medel-hela"
    assert called(run, "-o", tmp_path, "-s", scenario, "--format", "html", "--json") == 1
    path = tmp_path / f"{NAME}-{scenario}.html"
    assert json.loads(capsys.readouterr().out) == {
        "run": str(run), "scenario": scenario, "status": "infeasible", "standing": "infeasible",
        "files": {"html": str(path)},
    }  # fmt: skip
    assert "Ingen plan" in path.read_text("utf-8")


def test_a_file_that_is_there_stays_without_force(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"{NAME}-baseline.html"
    path.write_text("mine")
    assert called(run, "-o", tmp_path, "--format", "xlsx,html") == 2
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert path.read_text() == "mine"
    assert "--force" in capsys.readouterr().err
    assert called(run, "-o", tmp_path, "--format", "html", "--force") == 0
    assert path.read_text("utf-8").startswith("<!doctype html>")


def test_a_file_appears_whole_or_not_at_all(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(pack: object, path: Path) -> None:  # noqa: ARG001
        path.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(html, "write", broken)
    path = tmp_path / f"{NAME}-baseline.html"
    path.write_text("old")
    assert called(run, "-o", tmp_path, "--format", "html", "--force") == 2
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [(path.name, "old")]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["-s", "utan-fumm"], "Menade du ”utan-fum”?"),
        (["--format", "odt"], "”odt” är inget av xlsx, html, pptx, docx"),
        (["--format", "html", "--template", "mall.pptx"], "lägg till pptx"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], args: list[str], said: str
) -> None:
    assert called(run, "-o", tmp_path / "out", *args) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_said(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert called(run, "-o", tmp_path / "file" / "in", "--format", "html") == 2
    assert "kan inte skapas" in capsys.readouterr().err


def test_what_is_no_run_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(tmp_path / "none.sqlite", "-o", tmp_path) == 2
    assert "none.sqlite: det finns ingen sådan körning." in (said := capsys.readouterr().err)
    assert said.startswith("fel: ")
