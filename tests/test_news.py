"""Month two: what is new in the input since the last meeting, by names and kronor, before what is new in the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import rus_funding as rf
from rus_funding.cli import cli
from rus_funding.model.templates import write_template

if TYPE_CHECKING:
    from pathlib import Path

NEWS = [
    "Kostnader i allt: 2 992 400 kr → 2 874 400 kr (−118 000 kr)",
    "Budget i allt: 2 600 000 kr → 2 650 000 kr (+50 000 kr)",
    "Källor, Statliga medel: högsta sats 50 % → 40 %",
    "Budget, Regionens egna medel 2026: belopp 500 000 kr → 550 000 kr",
    "Projekt, Löpande drift: läge ordinarie → utgår",
    "Kostnader, Mötesplats i kommunen Externa tjänster 2027: raden är borta (belopp 300 000 kr)",
    "Kostnader, Nätverk för småföretag Externa tjänster 2027: ny rad (belopp 182 000 kr)",
]


@pytest.fixture
def models(tmp_path: Path) -> tuple[Path, Path]:
    """The example, and the example a month later."""
    old, new = tmp_path / "augusti", tmp_path / "september"
    for folder in (old, new):
        write_template(folder, example=True, lang="en")
    for table, before, after in (
        ("funds", ";0.5;", ";0.4;"), ("budgets", "egna;2026;500000", "egna;2026;550000"),
        ("projects", "regionen;ordinary", "regionen;withdrawn"),
        ("costs", "motesplats;tjanster;2027;300000", "natverk;tjanster;2027;182000"),
    ):  # fmt: skip
        file = new / f"{table}.csv"
        text = file.read_text(encoding="utf-8-sig")
        assert before in text
        file.write_text(text.replace(before, after), encoding="utf-8")
    return old, new


def plain(text: str) -> list[str]:
    return [line.strip().replace("\u00a0", " ") for line in text.splitlines()]


def test_check_tells_what_is_new(models: tuple[Path, Path]) -> None:
    old, new = models
    done = CliRunner().invoke(cli, ["check", str(new), "--against", str(old)], standalone_mode=False)
    lines = plain(done.stdout)
    start = lines.index("Nytt i underlaget sedan augusti")
    assert lines[start + 1 : start + 1 + len(NEWS)] == NEWS
    same = CliRunner().invoke(cli, ["check", str(old), "--against", str(old)], standalone_mode=False)
    assert "Inget är nytt i underlaget sedan augusti." in plain(same.stdout)


def test_compare_tells_the_input_before_the_plan(models: tuple[Path, Path], tmp_path: Path) -> None:
    runs = [str(rf.batch(model, [], tmp_path / f"{model.name}.sqlite", workers=0)) for model in models]
    done = CliRunner().invoke(cli, ["compare", *runs], standalone_mode=False)
    lines = plain(done.stdout)
    assert lines[0] == "Nytt i underlaget sedan augusti.sqlite"
    assert lines[1 : 1 + len(NEWS)] == NEWS
    of_run = CliRunner().invoke(cli, ["check", str(models[1]), "--against", runs[0]], standalone_mode=False)
    assert NEWS[0] in plain(of_run.stdout)
