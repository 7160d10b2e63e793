"""Every command and every rule has its place in the docs, and every page that the README names exists."""

from __future__ import annotations

import re
from pathlib import Path

from rus_funding.cli import COMMANDS
from rus_funding.engine.results import HELPERS
from rus_funding.model.amounts import Amounts
from rus_funding.model.index import Index
from rus_funding.model.portfolio import Portfolio
from rus_funding.model.reading import read_model
from rus_funding.program.formulation import formulate

ROOT = Path(__file__).parent.parent
TASKS = ("fill-the-workbook", "ask-a-question", "compare-scenarios", "take-it-to-the-meeting")


def test_every_command_is_documented() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([a-z-]+)", page, flags=re.MULTILINE))
    assert named == set(COMMANDS)


def test_every_rule_is_documented() -> None:
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    model = read_model(ROOT / "models" / "lansportfolj-exempel")
    index = Index(model)
    f = formulate(Portfolio(index, Amounts(model, index)))
    rules = {block.rule for block in f.compiled.blocks} - HELPERS
    assert len(rules) > 15
    assert {rule for rule in rules if f"`{rule}`" not in page} == set()


def test_the_readme_names_pages_that_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", readme)
    assert len(links) > 5
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_tasks_lead_from_one_to_the_next_and_to_pages_that_exist() -> None:
    for page, following in zip(TASKS, [*TASKS[1:], "report"], strict=True):
        text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
        links = re.findall(r"\]\(([^)#]+)\)", text)
        assert f"{following}.md" in links
        assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


def test_the_readme_names_the_tasks() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [page for page in TASKS if f"(docs/{page}.md)" not in readme] == []


def test_every_place_that_contributing_names_exists() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    places = re.findall(r"`((?:rus_funding|tests|docs|benchmarks|models|scenarios|\.ci)/[\w./-]*)`", page)
    assert len(places) > 30
    assert [place for place in places if not (ROOT / place).exists()] == []
