"""Who wins and who loses in a scenario: against sums of the run's payments; and what a scenario changes."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from rus_funding.cli import cli
from rus_funding.comparisons import Comparison, compare
from rus_funding.comparisons.tables import tables
from rus_funding.model.reading import read_model
from rus_funding.runs.batch import batch
from rus_funding.runs.reader import Run
from rus_funding.scenarios import read_scenarios
from rus_funding.scenarios.change_words import change_lines

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "models" / "litet-exempel"
LESS = """title = "Mindre egna medel"
exclude = ["natur"]
[[change]]
table = "budgets"
where = { fund = "egna" }
multiply = { amount = 0.5 }
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("winners")
    file = folder / "mindre.toml"
    file.write_text(LESS, encoding="utf-8")
    batch(read_model(SMALL), read_scenarios(file), folder / "run.sqlite", workers=0)
    return folder / "run.sqlite"


@pytest.fixture(scope="module")
def found(run: Path) -> Comparison:
    return compare(run)


def test_every_change_is_that_of_the_payments(run: Path, found: Comparison) -> None:
    model = read_model(SMALL)
    lead = dict(zip(model["projects"]["project"].tolist(), model["projects"]["lead"].tolist(), strict=True))
    columns = [model["contributions"][name].tolist() for name in ("project", "area", "share")]
    sums = []
    with Run(run) as opened:
        for scenario in opened.names():
            kronor: Counter[str] = Counter()
            wanted: Counter[tuple[str, str]] = Counter()
            for row in opened.records("payments", scenario):
                kronor[row["project"]] += row["kronor"]
                wanted["fund", row["fund"]] += row["kronor"]
                wanted["actor", lead[row["project"]]] += row["kronor"]
            areas: dict[str, Fraction] = {}
            for project, area, share in zip(*columns, strict=True):
                areas[area] = areas.get(area, Fraction(0)) + Fraction(str(share)) * kronor[project]
            sums.append((wanted, areas))
    assert {part.kind for part in found.winners} >= {"area", "actor", "fund"}
    for part in found.winners:
        if part.kind in {"fund", "actor"}:
            assert part.kronor == tuple(wanted[part.kind, part.id] for wanted, _ in sums)
        if part.kind == "area":
            assert all(abs(has - areas[part.id]) < 2 for has, (_, areas) in zip(part.kronor, sums, strict=True))
    funds = [part for part in found.winners if part.kind == "fund"]
    assert sum(part.change(1) for part in funds) == found.lines[1].figures["funded"] - found.lines[0].figures["funded"]  # type: ignore[operator]


def test_the_largest_change_stands_first_and_what_is_left_out_is_counted(found: Comparison) -> None:
    for lang, more in (("sv", "till ändras också."), ("en", "more change")):
        shown = {table.name: table for table in tables(found, lang, top=1)}
        actors = shown["winners_actor"]
        assert len(actors.rows) == 1
        assert any(more in note for note in actors.notes)
        changes = [part.largest for part in found.winners if part.kind == "actor"]
        assert changes == sorted(changes, reverse=True)


def test_the_terminal_names_each_scenario_and_what_it_changes(run: Path) -> None:
    for lang, lines in (
        ("sv", ["1. ", "Budget, Regionens egna medel 2026", "→", "”Tillgänglig natur” ska inte genomföras"]),
        ("en", ["Budget, Regionens egna medel 2026", "→ SEK", "“Tillgänglig natur” must not be carried out"]),
    ):
        said = CliRunner().invoke(cli, ["compare", str(run), "--lang", lang], standalone_mode=False).output
        plain = said.replace("\xa0", " ")
        assert "2. Mindre egna medel (mindre)" in plain
        for line in lines[1:]:
            assert line in plain, (line, plain)


def test_changes_are_told_by_the_rows_that_they_share() -> None:
    names = {("fund", "egna"): "Egna medel", ("area", "klimat"): "Klimat"}
    rows = [("budgets", f"egna/{year}", "amount", 1000, 500) for year in (2026, 2027, 2028, 2029)]
    assert [line.replace("\xa0", " ") for line in change_lines(rows, names, "sv")] == [
        "Budget, Egna medel 2026–2029 på 4 rader: sammanlagt 4 000 kr → 2 000 kr"
    ]
    one = [
        ("areas", "klimat", "weight", 1.0, 2.0),
        ("policy", "", "min_partners", 0, 2),
        ("areas", "klimat", "target", None, 5.0),
    ]
    assert change_lines(one, names, "en") == [
        "Weight, Klimat: 1 → 2",
        "Fewest actors in a project: 0 → 2",
        "Target in points, Klimat: – → 5",
    ]
    many = [("areas", "klimat", f"note{i}", "a", "b") for i in range(9)]
    assert change_lines(many, names, "sv")[-1] == "3 ändringar till"
    assert change_lines([("budgets", "egna/2026", "status", "granted", "applied")], names, "sv") == [
        "Budgetens läge, Egna medel 2026: beviljat → sökt"
    ]
