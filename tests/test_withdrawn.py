"""Withdrawn projects: kept in the tables, out of the plan, and no refusal."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from build import build
from engine import second
from papers import run_of
from rich.console import Console

import rus_funding as rf
from rus_funding.engine.engine import solve
from rus_funding.engine.figures import Figures
from rus_funding.engine.key_figures import Sums, key_figures
from rus_funding.engine.publish import publish
from rus_funding.explanations.case import Case
from rus_funding.explanations.ranking import ranked
from rus_funding.model.validation import validate
from rus_funding.papers.rests_on import rests_on
from rus_funding.papers.terminal import show
from rus_funding.proof.verdict import verify
from rus_funding.words.messages import translated

if TYPE_CHECKING:
    from pathlib import Path

    from rus_funding.model.model import FundingModel


def model(**more: object) -> FundingModel:
    """Three projects; q, the best, is withdrawn, and the money does not suffice for the others."""
    given = {
        "budgets": {"f": 150},
        "projects": [
            {"project": "p", "name": "Pilot"},
            {"project": "q", "name": "Kvarnen", "status": "withdrawn"},
            {"project": "r", "name": "Resan"},
        ],
        "costs": {"p": 100, "q": 90, "r": 100},
        "benefits": {"p": 5, "q": 50, "r": 1},
    }
    return build(**{**given, **more})  # type: ignore[arg-type]


def test_a_withdrawn_project_gets_nothing_and_has_a_status_of_its_own():
    outcome = solve(model())
    assert [(r.project, r.status, r.reason, r.kronor) for r in outcome.projects] == [
        ("p", "funded", "", 100),
        ("q", "withdrawn", "withdrawn", 0),
        ("r", "partly", "part_funded", 50),
    ]
    assert outcome.standing.proven
    (told,) = [row for row in outcome.as_dict()["projects"] if row["project"] == "q"]
    assert (told["status"], told["reason"], told["cost"]) == ("withdrawn", "withdrawn", 90)


def test_the_plan_is_the_one_without_it_and_the_second_opinion_agrees():
    given = model()
    without = build(
        budgets={"f": 150}, projects=[{"project": "p"}, {"project": "r"}], costs={"p": 100, "r": 100},
        benefits={"p": 5, "r": 1},
    )  # fmt: skip
    assert solve(given).optimum == solve(without).optimum == 5.5
    assert second(given).objectives["value"] == pytest.approx(5.5)


def test_the_checker_agrees_and_counts_it_apart(tmp_path: Path):
    path = tmp_path / "plan.json"
    publish(solve(model()), path)
    verdict = verify(path)
    assert verdict.verified, verdict.findings
    assert verdict.figures["projects"] == {"funded": 1, "partly": 1, "not": 0}


def test_it_is_in_no_count_of_projects_and_asks_for_no_money():
    outcome = solve(model())
    found = key_figures(Sums.of(outcome))
    assert [found[f"projects_{status}"] for status in ("funded", "partly", "not")] == [1, 1, 0]
    figures = Figures(outcome)
    assert list(figures.projects) == ["p", "r"]
    assert figures.withdrawn == ("q",)
    assert figures.by_area == {"a": 150}
    assert all(row.project != "q" for row in ranked(Case(outcome)).rows)


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_terminal_names_it_and_refuses_nothing(lang: str):
    text = io.StringIO()
    show(solve(model()), lang, Console(file=text, width=100))
    said = " ".join(text.getvalue().replace("\xa0", " ").split())
    if lang == "sv":
        assert "1 projekt utgår och är inte med i planen: Kvarnen. Det är inget avslag." in said
        assert "150 kr finansieras av 200 kr" in said
    else:
        assert "1 project is withdrawn and out of the plan: Kvarnen. That is no refusal." in said


def test_many_are_named_in_part():
    names = [f"p{i}" for i in range(9)]
    given = build(
        budgets={"f": 10},
        projects=[{"project": p, "status": "withdrawn" if p != "p0" else "candidate"} for p in names],
        costs=dict.fromkeys(names, 10),
        benefits=dict.fromkeys(names, 1),
    )
    *_, line = rests_on(solve(given), "sv")
    assert line == "8 projekt utgår och är inte med i planen: p1, p2, p3, p4, p5 och 3 till. Det är inga avslag."


def test_no_paper_counts_it_among_what_is_left_out(tmp_path: Path):
    run = run_of(tmp_path / "run.sqlite", model(budgets={"f": 100}))
    rf.report(run, tmp_path / "pack")
    for path in sorted((tmp_path / "pack").iterdir()):
        if path.suffix == ".html":
            text = path.read_text("utf-8")
        else:
            with zipfile.ZipFile(path) as found:
                text = " ".join(found.read(name).decode() for name in found.namelist() if name.endswith(".xml"))
        plain = " ".join(text.replace("\xa0", " ").split())
        assert "utgår och är inte med i planen: Kvarnen" in plain, path.name
    deck = next(path for path in (tmp_path / "pack").iterdir() if path.suffix == ".pptx")
    with zipfile.ZipFile(deck) as found:
        slides = [found.read(name).decode() for name in found.namelist() if name.startswith("ppt/slides/slide")]
    assert [slide for slide in slides if "Kvarnen" in slide] == [slide for slide in slides if "utgår" in slide]


def test_who_requires_it_is_warned_of():
    given = model(dependencies=[{"project": "r", "kind": "requires", "other": "q"}])
    (found,) = [problem for problem in validate(given) if problem.code == "requires_withdrawn"]
    assert found.severity == "warning"
    said = translated(found, "sv")
    assert said.what == "Projekt r förutsätter q, som utgår: det kan inte finansieras."
    assert said.remedy == "Ta bort beroendet om projektet klarar sig utan, eller låt r utgå också."
    assert [r.kronor for r in solve(given).projects] == [100, 0, 0]
    also = [
        {"project": "p"}, {"project": "q", "status": "withdrawn"}, {"project": "r", "status": "withdrawn"},
    ]  # fmt: skip
    mended = model(projects=also, dependencies=[{"project": "r", "kind": "requires", "other": "q"}])
    assert all(problem.code != "requires_withdrawn" for problem in validate(mended))


def test_explain_says_that_it_is_withdrawn():
    said = " ".join(rf.explain(solve(model()), project="q").sentences("sv"))
    assert said.startswith("”Kvarnen” utgår. Det kostar 90\xa0kr. Det är inte med i planen, och det är inget avslag.")
