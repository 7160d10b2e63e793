"""Where decisions turn: by hand, and by models with the points or the weight a little to either side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from build import build
from explained import best
from random_models import random_model

from rus_funding.engine.engine import solve
from rus_funding.explanations import Case
from rus_funding.explanations.break_even import BreakEven, Turn, break_even, weight_ranges
from rus_funding.explanations.sentences import Words
from rus_funding.explanations.sentences_project import turn_sentences
from rus_funding.explanations.what_if import Ground
from rus_funding.model.model import FundingModel, Objective
from rus_funding.model.points import follow_cost
from rus_funding.model.reading import read_model

SMALL = Path(__file__).parent.parent / "models" / "litet-exempel"
VALUE_FIRST = (Objective("value"), Objective("draw_order"))


def said(case: Case, project: str, lang: str = "sv") -> str:
    found = break_even(case, project)
    assert found is not None
    return " ".join(turn_sentences(found, case.projects[project].cost, Words(case.model, lang))).replace("\u00a0", " ")


def test_the_small_example_by_hand() -> None:
    """The region's 2027 kronor give 0.008 points in `kompetens`: `natur` takes 100 000 of them, so it needs 800 points;
    and 50 000 of them are left for it, half of what it costs.
    """
    case = Case(solve(read_model(SMALL)))
    natur = break_even(case, "natur")
    assert natur is not None
    assert natur.full == Turn(pytest.approx(800))
    assert natur.out == Turn(pytest.approx(0.0))
    assert natur.cost is not None
    assert natur.cost.at <= 150_000 < (natur.cost.beside or 0) < 152_000
    swedish = said(case, "natur")
    assert swedish.startswith(
        "Det hade behövt minst 800 poäng för att finansieras helt; det har 300. Bara om det inte gav"
    )
    assert "Om det kostade 150 000 kr i stället för 300 000 kr hade det finansierats helt, men inte om" in swedish
    assert "It would have needed at least 800 points to be funded in full; it has 300." in said(case, "natur", "en")
    weights = {one.area: one for one in weight_ranges(case)}
    assert weights["konkurrenskraft"].least == pytest.approx(0.003 / 0.008)
    assert weights["livskvalitet"].most == pytest.approx(0.008 / 0.003)
    assert not weights["konkurrenskraft"].ends


def test_points_towards_a_target_are_looked_for_on_both_sides() -> None:
    """Past 100 points half of them count: `q` needs 300 to be worth the 200 of `p`."""
    model = build(
        budgets={"grant": 1_000}, costs={"p": 1_000, "q": 1_000}, benefits={"p": 200, "q": 180},
        areas=[{"area": "a"}, {"area": "b", "target": 100, "beyond": 0.5}], contributions={"p": "a", "q": "b"},
        projects=[{"project": "p", "indivisible": True}, {"project": "q", "indivisible": True}],
    )  # fmt: skip
    case = Case(solve(model))
    found = break_even(case, "q")
    assert found is not None
    assert found.full is not None
    assert found.full.beside is not None
    assert found.full.beside < 300 <= found.full.at + 1e-6 < 304
    assert said(case, "q").startswith("Med 30")


def test_a_project_that_rules_hold_in_is_kept_without_points() -> None:
    model = build(budgets={"grant": 100}, costs={"p": 100, "q": 100}, benefits={"p": 200, "q": 10},
                  areas=[{"area": "a"}, {"area": "b", "floor_share": 0.3}],
                  contributions={"p": "a", "q": "b"})  # fmt: skip
    found = break_even(Case(solve(model)), "q")
    assert found is not None
    assert found.kept
    assert turn_sentences(BreakEven(10.0, kept=True), 100, Words(model, "sv")) == [
        "Även om det inte gav några poäng hade det fått pengar."
    ]


def with_points(model: FundingModel, project: str, times: float) -> FundingModel:
    rows = model["contributions"]
    benefit = np.where(rows["project"] == project, rows["benefit"] * times, rows["benefit"])
    return model.replace(tables={**model.tables, "contributions": rows.replace(benefit=benefit)})


def test_decisions_turn_where_the_second_opinion_says() -> None:
    """A hundredth to either side of each exact figure: the decision is in a best plan, and is in none."""
    checked = 0
    for seed in range(24):
        model = random_model(seed).replace(objectives=VALUE_FIRST)
        outcome = solve(model)
        if not outcome.planned or follow_cost(model) or (model["areas"]["weight"] <= 0).any():
            continue
        case = Case(outcome)
        for project in [p for p in case.projects if p not in case.barred][:2]:
            found, points = break_even(case, project), case.points[project]
            for turn, share, sign in ((found.full, 1.0, 1), (found.out, 0.0, -1)) if found is not None else ():
                if turn is None or turn.beside is not None or points <= 0 or turn.at <= 0.05 * points:
                    continue
                for way in (1, -1):
                    other = with_points(model, project, turn.at * (1 + 0.01 * way) / points)
                    free, held = best(other, project), best(other, project, (), share, share)
                    near = 1e-6 * max(1.0, abs(free))
                    assert (held >= free - near) if way == sign else (held < free - near), (seed, project, share, way)
                checked += 1
    assert checked > 3


@pytest.mark.parametrize("seed", range(6))
def test_the_plan_stands_between_its_weights(seed: int) -> None:
    """By the second opinion of the model with another weight: its shares are worth as much, or beyond less."""
    model = random_model(seed).replace(objectives=VALUE_FIRST)
    outcome = solve(model)
    if not outcome.planned:
        return
    case, rows = Case(outcome), model["areas"]
    held = {p: (s, s) for p in case.projects for s in [case.ground.share(case.ground.base, p)]}
    for one in weight_ranges(case):
        for weight in (one.least, one.most, *([one.most * 1.02 + 0.01] if one.ends else [])):
            weights = np.where(rows["area"] == one.area, weight, rows["weight"])
            other = model.replace(tables={**model.tables, "areas": rows.replace(weight=weights)})
            free, mine = best(other, str(model["projects"]["project"][0])), Ground(other).ask(shares=held).value
            assert (mine >= free - 1e-6 * max(1.0, abs(free))) == (weight <= one.most), (one, weight)
