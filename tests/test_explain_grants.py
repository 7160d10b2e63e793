"""A fund's least grant and the policy's least share in explanations: by hand, and by models changed and solved anew."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from build import build
from engine import second
from random_models import random_model

from rus_funding.engine.engine import solve
from rus_funding.engine.figures import Figures
from rus_funding.engine.plan import Cause
from rus_funding.explanations import Case, explain_project, what_if
from rus_funding.explanations.changes import least_share, standing, with_number, without
from rus_funding.explanations.explain import explain
from rus_funding.explanations.needs import Extra, needs
from rus_funding.explanations.prices_words import rule_sentence
from rus_funding.explanations.rules import RulePrice, rule_prices
from rus_funding.explanations.sentences import Words
from rus_funding.explanations.sentences_ranking import cause_sentences
from rus_funding.explanations.swaps import swap
from rus_funding.explanations.what_if import Ground
from rus_funding.model.amounts import least_grants
from rus_funding.model.model import Objective
from rus_funding.papers.rules import rules

HALF: dict[str, Any] = {  # the grant pays half of a project, 40 kr at least: of q (60 kr) no more than 30, so nothing
    "budgets": {"grant": 100, "own": 60},
    "costs": {"p": 100, "q": 60},
    "benefits": {"p": 100, "q": 90},
    "funds": [{"fund": "grant", "max_rate": 0.5, "min_per_project": 40}, {"fund": "own"}],
}
GRANT = ("least_grant_min", "grant")


def said(explanation: Any, lang: str = "sv") -> str:
    return " ".join(explanation.sentences(lang)).replace("\u00a0", " ")


def test_a_least_grant_keeps_a_project_out() -> None:
    """All of p and a sixth of q: 115. Without the rule all of q, half by either fund, and 60 % of p: 150."""
    plan = solve(build(**HALF))
    assert plan.value == pytest.approx(115)
    found = explain_project(plan, "q")
    assert Cause((GRANT,), pytest.approx(1.0), True) in found.keeps_out
    (held,) = explain_project(plan, "p").keeps_in
    assert held == Cause((GRANT,), pytest.approx(0.6), False)
    text = said(explain(plan, project="q"))
    assert "Det beror på att grant betalar minst 40 kr till ett projekt eller inget" in text
    assert "utan den regeln hade projektet finansierats helt" in text
    assert "that grant pays a project at least SEK 40 or nothing" in said(explain(plan, project="q"), "en")


def test_a_least_grant_that_breaks_nothing_is_no_cause() -> None:
    plan = solve(
        build(**{**HALF, "funds": [{"fund": "grant", "max_rate": 0.5, "min_per_project": 30}, {"fund": "own"}]})
    )
    assert plan.value == pytest.approx(150)
    assert all(GRANT not in cause.rules for cause in explain_project(plan, "p").keeps_out)


def test_what_a_least_grant_costs() -> None:
    model = build(**HALF)
    found = rule_prices(model)
    assert found is not None
    prices = {one.rule: one for one in found.rules}
    least = prices["least_grant", "grant"]
    assert least == RulePrice(("least_grant", "grant"), pytest.approx(35), pytest.approx(115), pytest.approx(150))
    assert rule_sentence(model, least, "sv").replace("\u00a0", " ") == (
        "Minst 40 kr eller inget till ett projekt från grant kostar 35,00 poäng: utan den vore den bästa planen värd "
        "150,00 i stället för 115,00."
    )
    assert second(without(model, ("least_grant", "grant"))).value == pytest.approx(150)


@pytest.mark.parametrize("seed", range(200, 320))
def test_what_a_least_grant_costs_by_another_program(seed: int) -> None:
    model = random_model(seed).replace(objectives=(Objective("value"),))
    found = rule_prices(model) if least_grants(model).any() else None
    if found is None:
        return
    for one in found.rules:
        if one.rule[0] == "least_grant":
            assert second(without(model, one.rule)).value == pytest.approx(one.without, rel=1e-6), one.rule
            assert one.price > 0
    assert second(model).value == pytest.approx(found.value, rel=1e-6)


def test_the_number_is_the_funds_or_the_policys() -> None:
    model = build(
        **{**HALF, "funds": [{"fund": "grant", "min_per_project": 40}, {"fund": "own"}]}, policy={"min_grant": 7}
    )
    assert [standing(model, ("least_grant", fund)) for fund in ("grant", "own")] == [40, 7]
    assert least_grants(with_number(model, ("least_grant", "own"), 5)).tolist() == [40, 5]
    assert least_grants(without(model, ("least_grant", "own"))).tolist() == [40, 0]


def test_the_least_share_is_the_projects_or_the_policys() -> None:
    model = build(
        **{**HALF, "projects": [{"project": "p", "min_share": 0.5}, {"project": "q"}]}, policy={"min_share": 1}
    )
    assert [least_share(model, project) for project in "pq"] == [0.5, 1.0]
    free = without(model, ("indivisible", "q"))
    assert [least_share(free, project) for project in "pq"] == [0.5, 0.0]
    own = without(model.replace(policy=dataclasses.replace(model.policy, min_share=0.9)), ("min_share", "q"))
    assert [least_share(own, project) for project in "pq"] == [0.5, 0.0]


def test_the_policys_least_share_keeps_a_project_out() -> None:
    """q (40 kr) is required and leaves 40 of 80 kr for p (100 kr): not the half of it that the policy asks for."""
    for share, rule, words in (
        (0.5, ("viability_min", "p"), "att ”p” ska få minst 50 % eller inget; utan den regeln hade"),
        (1.0, ("indivisible", "p"), "att ”p” genomförs helt eller inte alls; utan den regeln hade"),
    ):
        plan = solve(
            build(budgets={"f": 80}, costs={"p": 100, "q": 40}, benefits={"p": 100, "q": 60}, required=["q"],
                  policy={"min_share": share})
        )  # fmt: skip
        assert {one.project: one.status for one in plan.projects} == {"p": "not", "q": "funded"}
        found = explain_project(plan, "p").keeps_out or ()
        assert found[0] == Cause((("budget", "f"),), pytest.approx(1), True)  # money alone settles it: said first
        assert "Pengarna från f räcker inte" in said(explain(plan, project="p"))
        (part,) = (cause for cause in found if cause.rules == (rule,))
        assert part == Cause((rule,), pytest.approx(0.4), False)
        assert words in " ".join(cause_sentences([part], "p", Words(plan.model, "sv"), up=True)).replace("\u00a0", " ")


def test_full_funding_breaks_no_least_grant() -> None:
    """q in full beside all of p: 40 kr from the grant are more than its half, so 50 kr of own money are lacking.

    With each fund free to pay any sum, 20 kr would do.
    """
    plan = solve(build(**HALF))
    case = Case(plan)
    found = needs(case, "q")
    assert found is not None
    assert (found.extra, found.gives) == ((Extra("own", 2026, 50),), ())
    assert found.points == pytest.approx(75)
    richer = case.model.replace(required=("q", "p"))
    for kronor, status in ((109, "infeasible"), (110, "optimal")):
        assert solve(with_number(richer, ("budget", "own", "2026"), kronor)).status == status


def test_a_least_grant_must_give_where_no_money_helps() -> None:
    """Of q the grant must pay 20 kr and may pay 30: its staff. It pays 40 kr or nothing, of p too."""
    plan = solve(
        build(
            budgets={"grant": 100, "own": 500},
            costs={("p", "staff"): 100, ("q", "staff"): 30, ("q", "travel"): 30}, benefits={"p": 100, "q": 90},
            funds=[{"fund": "grant", "min_per_project": 40}, {"fund": "own"}],
            categories=[{"category": "staff"}, {"category": "travel"}],
            eligibility=[{"fund": "grant", "by": "category", "value": "staff"}],
            rate_limits=[{"limit": "state", "by": "fund", "value": "grant", "min_rate": 1 / 3}],
        )
    )  # fmt: skip
    assert {one.project: one.status for one in plan.projects} == {"p": "funded", "q": "not"}
    case = Case(plan)
    found = needs(case, "q")
    assert found is not None
    assert found.gives == ((("least_grant_min", "q", "grant"), 10.0),)
    assert solve(with_number(case.model, ("least_grant", "grant"), 31).replace(required=("q",))).status == "infeasible"
    assert solve(with_number(case.model, ("least_grant", "grant"), 30).replace(required=("q",))).status == "optimal"
    assert swap(case, "q", into=True).blocked == (GRANT,)
    assert explain_project(plan, "q").keeps_out == (Cause((GRANT,), pytest.approx(1.0), True),)
    text = said(explain(plan, project="q"))
    assert "Det som måste ändras är att grant betalar minst 40 kr till ett projekt eller inget." in text
    assert "Det går inte. Det som hindrar är att grant betalar minst 40 kr till ett projekt eller inget." in text


def test_a_least_grant_that_binds_is_said_in_the_papers() -> None:
    """p needs 30 kr of the grant and must take 40; a krona less of them goes to q, which the grant pays alone."""
    plan = solve(
        build(
            budgets={"grant": 60, "own": 200}, costs={"p": 100, "q": 60}, benefits={"p": 200, "q": 60},
            funds=[{"fund": "grant", "min_per_project": 40}, {"fund": "own"}],
            rate_limits=[{"limit": "own", "by": "fund", "value": "own", "max_rate": 0.7}],
        )
    )  # fmt: skip
    assert plan.value == pytest.approx(220)
    found = {lang: rules(Figures(plan), lang) for lang in ("sv", "en")}
    assert [str(row[0]).replace("\u00a0", " ") for row in found["sv"].rows] == [
        "Budget 2026: grant",
        "Minst 40 kr eller inget från grant: p",
    ]
    assert str(found["en"].rows[1][0]).replace("\u00a0", " ") == "At least SEK 40 or nothing from grant: p"


def test_the_policys_least_share_in_the_papers() -> None:
    plan = solve(
        build(budgets={"f": 100}, costs={"p": 100, "q": 100}, benefits={"p": 100, "q": 99}, policy={"min_share": 0.5},
              areas=[{"area": "a"}, {"area": "b", "floor_share": 0.3}], contributions={"p": "a", "q": "b"})
    )  # fmt: skip
    rows = [str(row[0]).replace("\u00a0", " ") for row in rules(Figures(plan), "sv").rows]
    assert any(row.startswith("Minst 50 % eller inget: ") for row in rows), rows


@pytest.mark.parametrize("few", [60, -1])
def test_both_searches_keep_least_grants(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """The tree of linear programs, and the general search that many projects need, find the same optimum."""
    monkeypatch.setattr(what_if, "FEW", few)
    seen = 0
    for seed in range(200, 260):
        model = random_model(seed).replace(objectives=(Objective("value"),))
        if not least_grants(model).any():
            continue
        base = Ground(model).base
        other = second(model)
        if other.status == "optimal":
            seen += 1
            assert base.value == pytest.approx(other.value, rel=1e-6, abs=1e-6), seed
        else:
            assert not base.found, seed
    assert seen > 5


def test_choices_in_an_answer_are_those_of_its_payments() -> None:
    model = build(**HALF)
    ground = Ground(model)
    v, (project, fund, of_pair) = ground.formulation.columns, ground.formulation.at.pairs
    for share in (0.0, 0.5, 1.0):
        x = ground.ask(shares={"q": (share, share)}).x
        kronor = np.bincount(of_pair, x[v.y], project.size)
        assert ((kronor < 1e-6) | (kronor >= 40 - 1e-6) | (fund == 1)).all()
        assert np.isin(x[v.w], (0, 1)).all()
    assert ground.ask(shares={"q": (0.9, 0.9)}).value == pytest.approx(
        float(Fraction(9, 10) * 90 + ground.ask(shares={"q": (0.9, 0.9)}).x[v.x[0]] * 100)
    )
