"""What a plan rests on: money that is granted, applied for or planned, to the krona."""

from __future__ import annotations

import importlib
import sys
import zipfile
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from build import build
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from papers import run_of

import rus_funding as rf
from rus_funding.engine.budget_status import Resting, drawn, in_all, resting
from rus_funding.engine.engine import solve
from rus_funding.engine.key_figures import Sums, key_figures
from rus_funding.papers.rests_on import rests_on
from rus_funding.runs import Run

if TYPE_CHECKING:
    from pathlib import Path

    from rus_funding.model.model import FundingModel


def model() -> FundingModel:
    """Two years; the state's money is planned in the second, and the EU's is applied for."""
    budgets = [
        {"fund": "stat", "year": 2026, "amount": 300},
        {"fund": "stat", "year": 2027, "amount": 300, "status": "planned"},
        {"fund": "eu", "year": 2026, "amount": 200, "status": "applied"},
        {"fund": "egna", "year": 2027, "amount": 1000, "status": "granted"},
    ]
    return build(
        years=[2026, 2027],
        funds=[
            {"fund": "stat", "name": "Statliga medel", "level": "state", "draw_order": 1},
            {"fund": "eu", "name": "ERUF", "level": "eu", "draw_order": 2},
            {"fund": "egna", "name": "Egna medel", "level": "region", "draw_order": 3},
        ],
        budgets=budgets,
        costs={"p": {2026: 400, 2027: 100}, "q": {2027: 350}},
    )


def test_kronor_by_status_worked_by_hand():
    outcome = solve(model())
    assert outcome.funded == 850
    found = key_figures(Sums.of(outcome))
    # 2026: 300 from the state, granted, and 100 from the EU, applied for; 2027: 300 planned, 150 of one's own
    assert [found[f"money_{status}"] for status in ("granted", "applied", "planned")] == [450, 100, 300]
    assert outcome.as_dict()["budget_status"] == {
        "granted": 450,
        "applied": 100,
        "planned": 300,
        "funds": [
            {"fund": "egna", "granted": 150, "applied": 0, "planned": 0},
            {"fund": "eu", "granted": 0, "applied": 100, "planned": 0},
            {"fund": "stat", "granted": 300, "applied": 0, "planned": 300},
        ],
    }


@pytest.mark.parametrize(
    ("budget", "paid", "carry", "found"),
    [
        # carried money keeps its status, and granted money is used before it
        ([(0, 100, 0), (50, 0, 0)], [60, 80], 1.0, [(0, 60, 0), (50, 30, 0)]),
        # what is carried is the granted part of what is left
        ([(100, 0, 0), (0, 0, 50)], [60, 80], 1.0, [(60, 0, 0), (30, 0, 50)]),
        # half of what is left moves on: 20 of 40
        ([(100, 0, 0), (0, 100, 0)], [60, 120], 0.5, [(60, 0, 0), (20, 100, 0)]),
        # a share that is no whole kronor is rounded up, and never makes a granted krona one that is not
        ([(10, 0, 0), (0, 0, 0)], [0, 3], 0.29, [(0, 0, 0), (3, 0, 0)]),
        # several statuses in a year: granted first, then applied, then planned
        ([(10, 20, 30)], [45], 0.0, [(10, 20, 15)]),
    ],
)
def test_granted_money_is_used_first_and_what_is_carried_keeps_its_status(budget, paid, carry, found):
    assert drawn(budget, paid, carry) == [Resting(*part) for part in found]


@settings(max_examples=150, deadline=None)
@given(
    budget=st.lists(st.tuples(*[st.integers(0, 50)] * 3), min_size=1, max_size=4),
    carry=st.sampled_from((0.0, 0.29, 0.5, 1.0)),
    data=st.data(),
)
def test_every_krona_rests_on_money_that_is_there(budget, carry, data):
    """The parts add up to what is paid each year, and no status pays more than its budgets up to then."""
    paid, left = [], Fraction(0)
    for row in budget:
        there = sum(row) + left
        paid.append(data.draw(st.integers(0, int(there))))
        left = Fraction(repr(carry)) * (there - paid[-1])
    found = drawn(budget, paid, carry)
    assert [sum(part) for part in found] == paid
    for year in range(len(budget)):
        for status in range(3):
            pays = sum(part[status] for part in found[: year + 1])
            assert 0 <= pays <= sum(row[status] for row in budget[: year + 1])


def test_all_of_a_plan_is_the_sum_of_its_funds():
    outcome = solve(model())
    found = resting(outcome.model, ((p.fund, p.year, p.kronor) for p in outcome.payments))
    assert sum(in_all(found)) == outcome.funded
    assert [sum(parts) for parts in zip(*(in_all(found, fund) for fund in ("stat", "eu", "egna")), strict=True)] == [
        450, 100, 300,
    ]  # fmt: skip


SENTENCE = (
    "400 kr av 850 kr vilar på pengar som inte är beviljade: Statliga medel 300 kr (planerade) och ERUF 100 kr (sökta)."
)


def test_the_plan_says_what_is_not_granted():
    assert rests_on(solve(model()), "sv")[0].replace("\xa0", " ") == SENTENCE
    english = rests_on(solve(model()), "en")[0].replace("\xa0", " ")
    assert english.startswith("SEK 400 of SEK 850 rest on money that is not granted")
    granted = build(budgets={"f": 10}, costs={"p": 10}, benefits={"p": 1})
    assert rests_on(solve(granted), "sv") == ["Alla pengar som planen använder står som beviljade i budgeten."]


@pytest.fixture(scope="module")
def pack(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    run_of(folder / "run.sqlite", model())
    rf.report(folder / "run.sqlite", folder / "papers")
    return folder


def test_the_run_keeps_the_kronor_by_status(pack: Path):
    with Run(pack / "run.sqlite") as run:
        (row,) = run.records("scenarios")
        assert (row["money_granted"], row["money_applied"], row["money_planned"]) == (450, 100, 300)
        funds = {(r["fund"], r["year"]): r for r in run.records("funds")}
        assert funds["stat", 2027]["money_planned"] == 300
        for found in funds.values():
            assert found["used"] == found["money_granted"] + found["money_applied"] + found["money_planned"]


@pytest.mark.parametrize("kind", ["docx", "html", "pptx", "xlsx"])
def test_every_paper_says_what_is_not_granted(pack: Path, kind: str):
    (path,) = (pack / "papers").glob(f"*.{kind}")
    if kind == "html":
        text = path.read_text("utf-8")
    else:
        with zipfile.ZipFile(path) as found:
            text = " ".join(found.read(name).decode() for name in found.namelist() if name.endswith(".xml"))
    assert SENTENCE in " ".join(text.replace("\xa0", " ").split())


def test_the_annex_grants_nothing_that_is_not_granted(pack: Path):
    (path,) = (pack / "papers").glob("*.docx")
    lines = [line.text.replace("\xa0", " ") for line in Document(str(path)).paragraphs]
    decided, awaited = (lines.index(heading) for heading in ("Vad som beviljas", "Vad beslutet förutsätter"))
    assert decided < awaited
    before, after = " ".join(lines[decided:awaited]), " ".join(lines[awaited:])
    assert "2 projekt beviljas sammanlagt 450 kr:" in before
    assert "Egna medel: högst" in before
    assert "Statliga medel: högst 300 kr, för projektet p under 2026." in before  # the year in which it is granted
    assert "ERUF: högst" not in before
    assert "ERUF: högst 100 kr" in after
    assert "Statliga medel: högst" in after
    assert "Egna medel: högst" not in after


def test_where_they_are_many_the_tables_are_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    importlib.import_module("rus_funding.papers.docx")  # whose name `proposal` is its function, not the module
    monkeypatch.setattr(sys.modules["rus_funding.papers.docx.proposal"], "SENTENCES", 0)
    run_of(tmp_path / "run.sqlite", model())
    rf.report(tmp_path / "run.sqlite", tmp_path / "papers", formats=["docx"])
    (path,) = (tmp_path / "papers").glob("*.docx")
    tables = [
        [[cell.text.replace("\xa0", " ") for cell in row.cells] for row in table.rows]
        for table in Document(str(path)).tables
    ]
    granted = [table for table in tables if "Beviljas, kr" in table[0]]
    (awaited,) = [table for table in tables if table[0][0] == "Källa"]
    assert [table[0][3] for table in granted] == [
        "Statliga medel",
        "Egna medel",
    ]  # as many as the page is wide enough for
    assert [[row[4:6] for row in table[1:]] for table in granted] == [
        [["300", "200"], ["150", "200"], ["450", "400"]]
    ] * 2
    assert [row[0] for row in awaited[1:]] == ["ERUF", "Statliga medel", "Summa"]
    assert [row[1:] for row in awaited[1:]] == [["100", "100"], ["300", "300"], ["400", "400"]]
