"""The blocks of the README and the docs, in the order in which a reader meets them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "CONTRIBUTING.md", *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")))

# fenced by their language: a program, commands (with what they print after "$ "), a file, a command's grammar
LANGUAGES = {"python", "sh", "bash", "console", "text", "toml", "usage"}
CELLS = "cells"  # a table of what to write into which cell
CELLS_HEAD = "| sheet | cell | write |"


class Block(NamedTuple):
    """What stands between two fences. `line` is the line of the first."""

    page: str
    line: int
    language: str
    body: str

    @property
    def where(self) -> str:
        return f"{self.page}:{self.line}"


class Command(NamedTuple):
    """A command of a block, and the lines that are shown after it (None: nothing is said of what it prints)."""

    text: str
    shown: tuple[str, ...] | None

    @property
    def words(self) -> list[str]:
        return shlex.split(self.text, comments=True)


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, text: str | None = None) -> list[Block]:
    """Every block of a page; AssertionError where something looks like a block and is none that is known."""
    lines = (text_of(page) if text is None else text).splitlines()
    found, i = [], 0
    while i < len(lines):
        start = i
        fence = re.match(r"^ *(`{3,}|~{3,}) *(.*?) *$", lines[i])
        if fence:
            i += 1
            while lines[i].strip() != fence[1]:
                i += 1
            body, language = lines[start + 1 : i], fence[2]
            assert language in LANGUAGES, f"{page}:{start + 1}: a block of {language or 'no language'!r}"
        elif lines[i].startswith(CELLS_HEAD):
            while i + 1 < len(lines) and lines[i + 1].startswith("|"):
                i += 1
            body, language = lines[start : i + 1], CELLS
        else:
            unfenced = re.match(r" {4,}\S|\t|.*<pre", lines[i])
            assert not unfenced, f"{page}:{i + 1}: a block without a fence and its language"
            i += 1
            continue
        found.append(Block(page, start + 1, language, "".join(line + "\n" for line in body)))
        i += 1
    return found


def commands(block: Block) -> list[Command]:
    """The commands of a block, parted where one only runs if the one before it went well."""
    lines = block.body.splitlines()
    if not any(line.startswith("$ ") for line in lines):
        if block.language not in {"sh", "bash", "console"}:
            return []
        joined = re.sub(r"\\\n|(?<=&&)\n", " ", block.body)
        each = [one.strip() for line in joined.splitlines() for one in line.split("&&")]
        return [Command(one, None) for one in each if one and not one.startswith("#")]
    assert lines[0].startswith("$ "), f"{block.where}: what is shown belongs to no command"
    found: list[Command] = []
    for line in lines:
        if line.startswith("$ "):
            found.append(Command(line.removeprefix("$ "), ()))
        else:
            found[-1] = Command(found[-1].text, (*(found[-1].shown or ()), line))
    return found
