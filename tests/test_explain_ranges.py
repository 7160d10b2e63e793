"""The ends of ranges are those of the rules written once more, and of models solved anew."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from build import build
from choices import Over, first_value
from click.testing import CliRunner
from explained import divisible
from random_models import random_model

from rus_funding.cli import cli
from rus_funding.engine.engine import solve
from rus_funding.errors import UsageError
from rus_funding.explanations.choices import tables
from rus_funding.explanations.ranges import KINDS, ranges
from rus_funding.model.reading import read_model

ROOT = Path(__file__).parent.parent
EPSILON = 0.01


def whole(kronor: float, side: str) -> set[int]:
    """Kronor rounded inward, the solvers' arithmetic apart."""
    turn = math.ceil if side == "min" else math.floor
    near = 1e-3 + 1e-9 * abs(kronor)
    return {turn(kronor - near), turn(kronor + near)}


@pytest.mark.parametrize("seed", range(24))
def test_ends_are_those_of_the_rules_written_once_more(seed: int) -> None:
    model = first_value(random_model(seed))
    over = Over(model)
    best = over.best("value")
    if best is None:
        with pytest.raises(UsageError, match="no plan"):
            ranges(model)
        return
    epsilon = (0.0, 0.01, 0.1)[seed % 3]
    found = ranges(model, epsilon)
    assert found.best == pytest.approx(best, rel=1e-7)
    over.hold("value", (1 - epsilon) * best - 1e-9 * max(1.0, best))
    facts = over.program.d
    for kind in KINDS:
        rows = found.of(kind)
        for row in (rows[seed % len(rows)],) if rows else ():
            if kind == "area":
                asked = over.program.funded_in(row.id)
            elif kind == "municipality":
                asked = over.program.reaching(row.id)
            elif kind == "actor":
                asked = sum(
                    (facts.total[p] * over.program.x[p] for p, members in facts.partners.items() if row.id in members),
                    start=0 * over.program.x[next(iter(facts.total))],
                )
            else:
                asked = facts.total[row.id] * over.program.x[row.id]
            least, most = (over.end(asked + 0, side) for side in ("min", "max"))
            assert row.least <= row.planned <= row.most <= row.cost + 1
            assert row.least in whole(least, "min") or (row.least == row.planned and row.least < least)
            assert row.most in whole(most, "max") or (row.most == row.planned and row.most > most)


@pytest.fixture(scope="module")
def portfolio():
    return divisible(read_model(ROOT / "models" / "lansportfolj-exempel"))


@pytest.fixture(scope="module")
def projects(portfolio):
    return ranges(portfolio, EPSILON, ("project",))


def test_a_project_can_be_left_out_or_funded_whole_where_its_range_says_so(portfolio, projects) -> None:
    """Solved anew with the project excluded, and required: a plan beyond an end loses more than epsilon."""
    seen = set()
    for row in (projects.project("anropsstyrd-trafik"), *projects.of("project")[2::7]):
        ordinary = row.cost == 0 or row.most == 0
        for change, reached in (
            ({"excluded": (row.id,)}, row.least == 0),
            ({"required": (row.id,)}, row.shares[2] > 1 - 1e-9),
        ):
            if ordinary and "required" in change:
                continue
            outcome = solve(portfolio.replace(**change))
            kept = outcome.status == "optimal" and outcome.optimum >= projects.level - 1e-6 * projects.best
            assert kept == reached, (row, change)
            seen.add((next(iter(change)), kept))
    assert len(seen) == 4


def test_one_krona_beyond_an_end_costs_more_than_epsilon(portfolio, projects) -> None:
    from rus_funding.explanations.what_if import Ground

    ground = Ground(portfolio)
    beyond = [row for row in projects.of("project") if row.least > 0 or row.most < row.cost]
    assert len(beyond) > 5
    for row in beyond[:8]:
        if row.least > 0 and row.shares[0] < 1 - 1e-6:
            less = ground.ask(shares={row.id: (0.0, (row.least - 1) / row.cost)})
            assert not less.found or less.value < projects.level
            there = ground.ask(shares={row.id: (0.0, (row.least + 1) / row.cost)})
            assert there.value >= projects.level - 1e-6
        if 0 < row.most < row.cost:
            more = ground.ask(shares={row.id: ((row.most + 1) / row.cost, 1.0)})
            assert not more.found or more.value < projects.level


def test_the_small_example_by_hand() -> None:
    """The best plan is worth 2 350 points; natur's 300 000 kr are worth 300: 23.5 points are 23 500 kr of it."""
    model = read_model(ROOT / "models" / "litet-exempel")
    row = ranges(model).project("natur")
    assert (row.least, row.planned, row.most) == (126_500, 150_000, 173_500)


@pytest.mark.parametrize("seed", [1, 4, 8])
def test_more_may_be_moved_where_more_may_be_lost(seed: int) -> None:
    model = random_model(seed)
    narrow, wide = (ranges(model, epsilon) for epsilon in (0.001, 0.02))
    assert any(two.width > one.width for one, two in zip(narrow.rows, wide.rows, strict=True))
    for one, two in zip(narrow.rows, wide.rows, strict=True):
        assert two.least <= one.least <= one.planned <= one.most <= two.most


def test_objectives_ahead_of_value_are_kept() -> None:
    """Balance first: both areas get 50, though the value would give one of them all."""
    model = build(
        areas=[{"area": "a"}, {"area": "b"}],
        budgets={"grant": 100},
        costs={"p": 100, "q": 100},
        contributions={"p": "a", "q": "b"},
        benefits={"p": 10, "q": 1},
        objectives=["balance", "value"],
    )
    assert [(row.least, row.most) for row in ranges(model, 0.5, ("area",)).rows] == [(50, 50), (50, 50)]
    free = ranges(model.replace(objectives=model.objectives[1:]), 0.5, ("area",))
    assert [(row.least, row.most) for row in free.rows] == [(45, 100), (0, 55)]


@pytest.mark.parametrize("epsilon", [-0.1, 1.5, float("nan")])
def test_what_is_no_share_is_refused(epsilon: float) -> None:
    with pytest.raises(UsageError, match="no share"):
        ranges(read_model(ROOT / "models" / "litet-exempel"), epsilon)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("sv", "Störst spelrum har Tillgänglig natur: mellan 126 500 kr och 173 500 kr. Förslaget ger 150 000 kr."),
        ("en", "Tillgänglig natur has the most room: between SEK 126,500 and SEK 173,500. The proposal gives SEK 150,000."),  # noqa: E501
    ],
)  # fmt: skip
def test_the_widest_range_is_told(lang: str, said: str) -> None:
    model = read_model(ROOT / "models" / "litet-exempel")
    (table,) = tables(ranges(model, kinds=("project",)), model, lang)
    assert table.notes[0].replace("\xa0", " ") == said
    assert table.rows[0][:4] == ("Tillgänglig natur", 126_500, 150_000, 173_500)
    assert len(table.rows) == 3


PAGE = (ROOT / "docs" / "choices.md").read_text(encoding="utf-8")


def test_the_sessions_of_the_page_are_what_the_command_prints(monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    sessions = re.findall(r"```text\n\$ rus-funding (explain .*)\n((?:.*\n)*?)```", PAGE)
    assert [command.split()[2] for command, _ in sessions] == ["--ranges", "--alternatives", "--frontier"]
    for command, shown in sessions:
        found = CliRunner().invoke(cli, command.split(), standalone_mode=False)
        assert found.exception is None
        assert found.output.strip() == shown.strip()


def test_the_python_of_the_page_runs(monkeypatch, capsys) -> None:
    monkeypatch.chdir(ROOT)
    (session,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(session, "docs/choices.md", "exec"), {})  # noqa: S102
    lines = capsys.readouterr().out.splitlines()
    assert (lines[0], lines[-1]) == ("126500 150000 173500", "[2.0, 3.0, 4.0]")
    assert len(lines) == 4
