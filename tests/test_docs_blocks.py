"""Every block of the README and the docs works, read from top to bottom in a folder that has models and scenarios.

Commands run one by one through the command line that is installed, and print what the page shows; "…" stands for any
lines, and within a line for anything. The Python of a page runs in one interpreter that knows nothing beforehand;
"# → x" says that x is printed. A TOML file that begins with its name, and cells to write, are made where they stand.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import openpyxl
import processes
import pytest
from pages import CELLS, PAGES, ROOT, Block, Command, blocks, commands
from pptx import Presentation

import rus_funding
from rus_funding.cli import COMMANDS, cli

if TYPE_CHECKING:
    from collections.abc import Iterator

# (page, how a command or a block begins): why it is not run. The rest of its block is.
NOT_RUN = {
    ("README.md", "python3 -m venv"): "makes an environment; .ci/run does it on a machine that has none",
    ("README.md", ". .venv/bin/activate"): "the environment that was not made",
    ("README.md", "python -m pip install"): "installs from the network; .ci/run does it",
    ("README.md", "python -m pytest"): "these tests",
    ("docs/verify.md", "ssh-keygen -t"): "asks for a passphrase; tests/test_signature.py makes keys without one",
    ("docs/verify.md", "ssh-keygen -Y"): "needs that key; tests/test_signature.py signs",
    ("docs/verify.md", "rus-funding verify plan.json --signature"): "needs that key; tests/test_signature.py verifies",
    ("docs/verify.md", "ekonomi@region.example ssh-ed25519"): "a line of a file with that key, shortened",
    ("docs/verify.md", '{"verified": true'): "the form of an object, not an object; tests/test_verify.py holds it",
}
HAS_BLOCKS = [page for page in PAGES if blocks(page)]
SHOWN_ANYWAY = {0, 1, 2}  # 1 and 2: the page shows that something is missing, or wrong
MINUTES = ("bortfall", "dyrare", "egna-medel", "kommungolv", "spridd-finansiering", "bara-beviljat")
DRIVER = """
import json, sys
names = {"__name__": "__main__"}
for line in sys.stdin:
    source, name = json.loads(line)
    exec(compile(source, name, "exec"), names)
    print(chr(0), flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a reader stands: shipped models and scenarios, without those that take minutes, and their own files."""
    for name in ("models", "scenarios"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in MINUTES:
        (tmp_path / "scenarios" / "lansportfolj-exempel" / f"{name}.toml").unlink()
    for sample in (tmp_path / "scenarios").rglob("osakerhet.toml"):
        text = sample.read_text(encoding="utf-8")
        assert "\nsize = 1000\n" in text
        sample.write_text(text.replace("\nsize = 1000\n", "\nsize = 2\n"), encoding="utf-8")
    Presentation().save(tmp_path / "mall.pptx")
    return tmp_path


@pytest.fixture
def python(folder: Path) -> Iterator[Any]:
    """What runs Python blocks one after the other in one interpreter; started when there is one to run."""
    with processes.started(
        [sys.executable, "-s", "-P", "-c", DRIVER],
        cwd=folder, env=environment(), stdin=processes.PIPE, stdout=processes.PIPE, stderr=processes.STDOUT,
    ) as interpreter:  # fmt: skip

        def run(block: Block) -> None:
            interpreter.stdin.write(json.dumps(["\n" * block.line + block.body, block.page]) + "\n")
            interpreter.stdin.flush()
            printed = []
            for line in interpreter.stdout:
                if line == "\0\n":
                    break
                printed.append(line)
            else:
                pytest.fail(f"{block.where}: {''.join(printed)}")
            for said in re.findall(r"# → (.*)", block.body):
                assert plain(said) in plain(" ".join(printed)), block.where

        yield run


@pytest.mark.timeout(900)  # the README is 40 s of work, and machines are shared
@pytest.mark.parametrize("page", HAS_BLOCKS)
def test_every_block_of_a_page_works(page: str, folder: Path, python: Any) -> None:
    for block in blocks(page):
        if block.language == "python":
            python(block)
        elif block.language == "toml":
            save(folder, block)
        elif block.language == CELLS:
            write_cells(folder / "portfolj.xlsx", block.body)
        elif block.language == "usage":
            check_usage(block)
        else:
            for command in run_of(block):
                run(folder, command, block.where)


def test_what_is_not_run_is_there_and_has_a_reason() -> None:
    begins = [
        (page, text)
        for page in HAS_BLOCKS
        for block in blocks(page)
        for text in ([command.text for command in commands(block)] or [block.body])
    ]
    for (page, start), reason in NOT_RUN.items():
        assert reason
        assert any(where == page and text.startswith(start) for where, text in begins), (page, start)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```julia\n1\n```\n", "p.md:1: a block of 'julia'"),
        ("\n```\nrus-funding check m\n```\n", "p.md:2: a block of 'no language'"),
        ("So:\n\n    rus-funding check m\n", "p.md:3: a block without a fence"),
    ],
)
def test_a_block_that_nobody_can_run_is_found(text: str, said: str) -> None:
    with pytest.raises(AssertionError, match=re.escape(said)):
        blocks("p.md", text)


@pytest.mark.parametrize(
    ("shown", "fits"),
    [
        (["one", "two  a", "three"], True),
        (["one", "…"], True),
        (["…", "two a", "…"], True),
        (["one", "...", "three"], True),
        (["one", "two a", "th…"], True),
        (["one", "two a", "t…o"], False),
        (["one", "two a"], False),
        (["one", "three"], False),
        (["…", "four"], False),
        (["three", "one", "two a"], False),
    ],
)
def test_what_a_page_shows_is_compared_with_what_is_printed(shown: list[str], fits: bool) -> None:
    assert (differs(shown, ["one", "two a", "three"]) is None) is fits


def run_of(block: Block) -> list[Command]:
    """The commands of a block that are run."""
    found = commands(block)
    if not found:
        assert left_out(block.page, block.body), f"{block.where}: neither a command nor left out with a reason"
    return [command for command in found if not left_out(block.page, command.text)]


def left_out(page: str, text: str) -> bool:
    return any(page == where and text.startswith(start) for where, start in NOT_RUN)


def run(folder: Path, command: Command, where: str) -> None:
    name, *arguments = command.words
    assert name == "rus-funding", f"{where}: {command.text} is not run, and no reason is given"
    done = processes.run([*program(), *arguments], cwd=folder, env=environment(), seconds=400)
    said = f"{where}: {command.text}\n{done.stdout}{done.stderr}"
    assert "Traceback" not in done.stderr, said
    assert done.returncode in (SHOWN_ANYWAY if command.shown else {0}), said
    if command.shown is not None:
        wrong = differs(command.shown, done.stdout.strip("\n").splitlines())
        assert wrong is None, f"{wrong!r} is not where it should be in {said}"


def program() -> list[str]:
    """The command line as it is installed, or from the source where it is not."""
    script = shutil.which("rus-funding", path=str(Path(sys.executable).parent))
    return [script] if script else [sys.executable, "-m", "rus_funding"]


def environment() -> dict[str, str]:
    """Nothing of Python's that the user has set; a terminal of 100 columns."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    source = str(Path(rus_funding.__file__).parent.parent)
    return {**kept, "COLUMNS": "100", "PYTHONUTF8": "1", "PYTHONPATH": source}


def differs(shown: list[str] | tuple[str, ...], printed: list[str]) -> str | None:
    """The first line of a page that is not printed there, or that is printed and not shown; None: it fits."""
    lines, at, anywhere = [plain(line) for line in printed], 0, False
    for line in map(plain, shown):
        if line in {"…", "..."}:
            anywhere = True
            continue
        like = re.compile(".*".join(map(re.escape, line.split("…"))))
        places = [i for i, each in enumerate(lines[at:], at) if like.fullmatch(each)]
        if not places or (not anywhere and places[0] != at):
            return line
        at, anywhere = places[0] + 1, False
    return None if anywhere or at == len(lines) else lines[at]


def plain(line: str) -> str:
    """The line as it reads: blanks between columns depend on what else a table shows."""
    return " ".join(line.split())


def save(folder: Path, block: Block) -> None:
    """A file where its first line is a name. All are TOML; `test_scenario_docs.py` applies those of scenarios.md."""
    tomllib.loads(block.body)
    name = re.match(r"# (\S+\.toml)\n", block.body)
    if name:
        (folder / name[1]).parent.mkdir(exist_ok=True)
        (folder / name[1]).write_text(block.body, encoding="utf-8")


def write_cells(workbook: Path, rows: str) -> None:
    book = openpyxl.load_workbook(workbook)
    for sheet, cell, value in re.findall(r"\| `(.*?)` \| `(.*?)` \| `(.*?)` \|", rows):
        book[sheet][cell] = float(value) if value.isdigit() else value
    book.save(workbook)


def check_usage(block: Block) -> None:
    """Each line is a command with options that it has."""
    for line in block.body.splitlines():
        name, command = line.split()[:2]
        assert name == "rus-funding"
        assert command in COMMANDS, block.where
        found = cli.get_command(click.Context(cli), command)
        assert found is not None
        options = {option for parameter in found.params for option in parameter.opts}
        assert set(re.findall(r"(?<=[ \[])--?[a-z][a-z-]*", line)) <= options, block.where
