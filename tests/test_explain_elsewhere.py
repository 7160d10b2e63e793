"""The sum of a decision against the list: by hand, and by the second opinion of the model held to the list."""

from __future__ import annotations

from build import build
from explained import best
from random_models import random_model

from rus_funding.engine.engine import solve
from rus_funding.explanations import Case, rank_projects
from rus_funding.explanations.sentences import Words
from rus_funding.explanations.sentences_ranking import departure_sentences
from rus_funding.model.model import FundingModel, Objective


def told(model: FundingModel, lang: str) -> dict[str, str]:
    found = rank_projects(Case(solve(model)))
    words = Words(model, lang)
    return {
        one.row.project: " ".join(departure_sentences(one, words)).replace("\u00a0", " ") for one in found.departures
    }


def two_funds(left: int) -> FundingModel:
    """`low` is paid by `local`, which may pay nothing else and has `left` kr left; `high` and `middle` by `grant`."""
    return build(
        funds=[{"fund": "grant"}, {"fund": "local"}],
        budgets={"grant": 10_000, "local": 5_000 + left},
        costs={"high": 10_000, "middle": 10_000, "low": 5_000},
        benefits={"high": 100, "middle": 60, "low": 5},
        eligibility=[
            {"fund": "local", "by": "project", "value": "low"},
            {"fund": "grant", "by": "project", "value": "high"},
            {"fund": "grant", "by": "project", "value": "middle"},
        ],
    )


def test_money_that_is_left_over_is_what_a_low_rank_costs() -> None:
    said = told(two_funds(2_000), "sv")["low"]
    assert "Det tillför 5,00 poäng, och dess 5 000 kr hade inte gett några poäng på annat håll." in said
    assert "Alla de kronorna kommer från källor som ändå har pengar kvar: 5 000 kr från local 2026." in said
    assert "Alla de kronorna kommer från källor vars pengar tar slut samma år." in told(two_funds(0), "sv")["low"]
    assert "would have given no points elsewhere" in told(two_funds(0), "en")["low"]


def test_what_a_high_rank_without_money_would_have_displaced() -> None:
    """`high` is first on the list, but both are whole projects, and 10 000 kr carry one of them."""
    model = build(
        budgets={"grant": 10_000}, costs={"high": 4_000, "low": 9_000}, benefits={"high": 100, "low": 180},
        projects=[{"project": "high", "indivisible": True}, {"project": "low", "indivisible": True}],
    )  # fmt: skip
    said = told(model, "sv")["high"]
    assert "Helt finansierat hade det tillfört 100 poäng, men 180 poäng hade gått förlorade på annat håll." in said
    lacking = "För att ingen annan ska få mindre saknas 3 000 kr av de 4 000 kr som fattas för projektet"
    assert f"{lacking}: 3 000 kr från grant 2026." in said
    assert said.endswith("Att ändå finansiera det helt skulle kosta planen 80,00 poäng.")


def test_the_sum_adds_up_to_what_the_second_opinion_says() -> None:
    """own − elsewhere (or elsewhere − own) is the loss; own is the points of the project where nothing bends them."""
    checked = {True: 0, False: 0}
    for seed in range(24):
        model = random_model(seed).replace(objectives=(Objective("value"), Objective("draw_order")))
        outcome = solve(model)
        if not outcome.planned:
            continue
        case = Case(outcome)
        bends = bool((model["areas"]["beyond"] < 1).any()) or model.policy.collaboration_weight > 0
        for one in rank_projects(case, first=True, lacking=False, work=0).departures:
            if one.sum is None:
                continue
            project = one.row.project
            free, held = (best(model, project), best(model, project, (), *((0.0, 0.0) if one.more else (1.0, 1.0))))
            near = 1e-6 * max(1.0, abs(free))
            sign = 1 if one.more else -1
            assert abs(sign * (one.sum.own - one.sum.elsewhere) - (free - held)) <= near, (seed, project)
            moved = abs(case.points[project]) * (one.row.share if one.more else 1 - one.row.share)
            if not bends:
                assert abs(one.sum.own - moved) <= 1e-3 * max(1.0, abs(free)), (seed, project)
            checked[one.more] += 1
    assert min(checked.values()) > 2, checked
