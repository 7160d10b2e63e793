"""The pages that take a reader through a task: every command runs in an empty folder and shows what the page shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation

ROOT = Path(__file__).parent.parent
PAGES = ("fill-the-workbook", "ask-a-question", "compare-scenarios", "take-it-to-the-meeting")
BLOCK = re.compile(
    r"^```(text|toml)\n(.*?)^```|^(\| sheet \| cell \| write \|\n(?:\|[^\n]*\n)+)", re.DOTALL | re.MULTILINE
)
SHOWN_ANYWAY = {0, 1, 2}  # 1 and 2: the page shows that something is missing, or wrong


def steps(page: str) -> list[tuple[str, str]]:
    """What a reader does, in order: ("text", a command with its output), ("toml", a file), ("cells", what to write)."""
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    return [(kind or "cells", body or cells) for kind, body, cells in BLOCK.findall(text)]


@pytest.mark.parametrize("page", PAGES)
def test_every_step_of_a_page_works(page: str, tmp_path: Path) -> None:
    for folder in ("models", "scenarios"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    Presentation().save(tmp_path / "mall.pptx")
    commands = 0
    for kind, body in steps(page):
        if kind == "toml":
            save(tmp_path, body)
        elif kind == "cells":
            write_cells(tmp_path / "portfolj.xlsx", body)
        else:
            commands += 1
            run(tmp_path, body)
    assert commands >= 3


def save(folder: Path, body: str) -> None:
    name = body.splitlines()[0].removeprefix("# ")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(body, encoding="utf-8")


def write_cells(workbook: Path, rows: str) -> None:
    book = openpyxl.load_workbook(workbook)
    for sheet, cell, value in re.findall(r"\| `(.*?)` \| `(.*?)` \| `(.*?)` \|", rows):
        book[sheet][cell] = float(value) if value.isdigit() else value
    book.save(workbook)


def run(folder: Path, block: str) -> None:
    """Run the command of a block; its output holds the block's lines in their order, "…" being any lines between."""
    first, *shown = block.splitlines()
    program, *arguments = shlex.split(first.removeprefix("$ "))
    assert program == "rus-funding"
    found = subprocess.run(
        [sys.executable, "-m", "rus_funding", *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "100", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert found.returncode in SHOWN_ANYWAY, found.stderr
    assert "Traceback" not in found.stderr
    printed = [plain(line) for line in found.stdout.strip("\n").splitlines()]
    at, anywhere = 0, False
    for line in map(plain, shown):
        if line == "…":
            anywhere = True
            continue
        places = [i for i, each in enumerate(printed[at:], at) if each == line]
        assert places, f"{first}: {line!r} is not in\n{found.stdout}{found.stderr}"
        assert anywhere or places[0] == at, f"{first}: {line!r} does not follow in\n{found.stdout}"
        at, anywhere = places[0] + 1, False


def plain(line: str) -> str:
    """The line as it reads: blanks between columns depend on what else a table shows."""
    return " ".join(line.split())


def test_the_pages_lead_from_one_to_the_next_and_to_pages_that_exist() -> None:
    for page, following in zip(PAGES, [*PAGES[1:], "report"], strict=True):
        text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
        links = re.findall(r"\]\(([^)#]+)\)", text)
        assert f"{following}.md" in links
        assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


def test_the_readme_names_the_tasks() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [page for page in PAGES if f"(docs/{page}.md)" not in readme] == []
