"""What a rule costs: by hand, and by the second opinion on the model without it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from build import build
from engine import second
from explained import divisible
from random_models import newer_model, random_model

from rus_funding.engine.engine import solve
from rus_funding.explanations.changes import with_number, without
from rus_funding.explanations.prices import prices
from rus_funding.explanations.prices_words import rule_name, rule_sentence
from rus_funding.explanations.rule_names import rule_of
from rus_funding.explanations.rules import KINDS, rule_prices, rules_of
from rus_funding.explanations.what_if import Ground
from rus_funding.model.model import Objective
from rus_funding.model.reading import read_model

if TYPE_CHECKING:
    from rus_funding.explanations.rule_names import Name
    from rus_funding.explanations.rules import RulePrices
    from rus_funding.model.model import FundingModel

ROOT = Path(__file__).parent.parent


def value_only(model: FundingModel) -> FundingModel:
    return model.replace(objectives=(Objective("value"),))


def priced(model: FundingModel) -> dict[Name, float]:
    found = rule_prices(model)
    assert found is not None
    return {one.rule: one.price for one in found.rules}


def test_a_floor_by_hand() -> None:
    # with the floor 70 to a at 2 points a krona and 30 to b at 1: 170; without it 200
    model = build(
        budgets={"grant": 100},
        costs={"p": 100, "q": 100},
        areas=[{"area": "a"}, {"area": "b", "floor_share": 0.3}],
        contributions={"p": "a", "q": "b"},
        benefits={("p", "a"): 200, ("q", "b"): 100},
    )
    assert priced(model) == {("area_floor", "b"): pytest.approx(30.0)}
    found = rule_prices(model)
    assert found is not None
    assert rule_sentence(model, found.rules[0], "sv").replace("\u00a0", " ") == (
        "Minst 30 % till b kostar 30,00 poäng: utan den vore den bästa planen värd 200,00 i stället för 170,00."
    )
    assert rule_sentence(model, found.rules[0], "en") == (
        "At least 30% to b costs 30.00 points: without it the best plan would be worth 200.00 instead of 170.00."
    )


def test_a_perspective_by_hand() -> None:
    # with the floor 70 of p at 2 points a krona and 30 of q, all green, at 1: 170; without it 200
    model = build(
        budgets={"grant": 100},
        costs={"p": 100, "q": 100},
        perspectives=[{"perspective": "green", "name": "Grönt", "floor_share": 0.3}],
        markings=[{"project": "q", "perspective": "green", "share": 1, "basis": "plan"}],
        benefits={"p": 200, "q": 100},
    )
    assert priced(model) == {("perspective", "green"): pytest.approx(30.0)}
    found = rule_prices(model)
    assert found is not None
    assert rule_sentence(model, found.rules[0], "sv").replace("\u00a0", " ") == (
        "Minst 30 % till perspektivet Grönt kostar 30,00 poäng: "
        "utan den vore den bästa planen värd 200,00 i stället för 170,00."
    )


def test_a_krona_that_raises_the_floors_by_hand() -> None:
    # 100 kr of f, of g's 100 kr none: with a floor of 0.3 of all budgets b gets 60: 2 * 40 + 60. One krona more of f is
    # one more to p, but 0.3 of it to q: 0.7 * 2 + 0.3 * 1; one more of g pays nothing and moves 0.3 from p to q.
    model = build(
        budgets={"f": 100, "g": 100},
        funds=[{"fund": "f"}, {"fund": "g", "max_per_project": 0}],
        costs={"p": 100, "q": 100},
        areas=[{"area": "a"}, {"area": "b", "floor_share": 0.3}],
        contributions={"p": "a", "q": "b"},
        benefits={("p", "a"): 200, ("q", "b"): 100},
        policy={"share_base": "available"},
    )
    assert priced(model)["area_floor", "b"] == pytest.approx(60.0)
    worth = {price.rule: price.milder.price for price in prices(model) if price.milder and price.rule[0] == "budget"}
    assert worth == {("budget", "f", "2026"): pytest.approx(1.7), ("budget", "g", "2026"): pytest.approx(-0.3)}
    for fund, gain in (("f", 1.7), ("g", -0.3)):
        richer = with_number(model, ("budget", fund, "2026"), 110)
        assert second(richer).objectives["value"] == pytest.approx(140 + 10 * gain)


def test_promises_by_hand() -> None:
    model = build(
        budgets={"grant": 100},
        costs={"p": 60, "q": 60, "r": 60},
        benefits={"p": 180, "q": 120, "r": 60},
        required=["r"],
        excluded=["p"],
    )
    # r in full and 40 of q: 60 + 80; without r: q in full and 40 of nothing else: 120 + 40; with p: 60 + 120
    assert priced(model) == {("required", "r"): pytest.approx(20.0), ("excluded", "p"): pytest.approx(40.0)}


def test_partners_and_whole_projects_by_hand() -> None:
    model = build(
        budgets={"grant": 100},
        costs={"p": 80, "q": 50},
        benefits={"p": 80, "q": 100},
        policy={"min_partners": 2},
        actors=[{"actor": "lead"}, {"actor": "x"}],
        participations=[{"project": "p", "actor": "x", "role": "partner"}],
        projects=[{"project": "p", "indivisible": True}, {"project": "q"}],
    )
    # q has one actor: p alone is 80; with q: 100 and none of p (whole) or 80 + 40 = 120
    assert priced(model) == {("min_partners",): pytest.approx(40.0)}
    free = model.replace(policy=without(model, ("min_partners",)).policy)
    assert priced(free) == {("indivisible", "p"): pytest.approx(30.0)}  # 100 + 50 of p against 80 + 40


def test_collaboration_by_hand() -> None:
    # 10 points for the tie in p, worth 50, against 55 in q: value 60, and 5 points of projects given up
    model = build(
        budgets={"grant": 100},
        costs={"p": 100, "q": 100},
        benefits={"p": 50, "q": 55},
        policy={"collaboration_weight": 10},
        actors=[{"actor": "lead"}, {"actor": "x"}],
        participations=[{"project": "p", "actor": "x", "role": "partner"}],
    )
    found = rule_prices(model)
    assert found is not None
    (one,) = found.rules
    assert (one.rule, one.price, one.value, one.without) == (
        ("collaboration_weight",),
        pytest.approx(5.0),
        pytest.approx(50.0),
        pytest.approx(55.0),
    )
    assert rule_sentence(model, one, "en") == (
        "New collaborations count (10 points each). That costs 5.00 points of the projects: "
        "without it theirs would be 55.00 instead of 50.00."
    )


@pytest.mark.parametrize("seed", range(24))
def test_prices_are_those_of_the_second_opinion_without_the_rule(seed: int) -> None:
    model = value_only(random_model(seed))
    start = second(model)
    found = rule_prices(model)
    if start.status != "optimal":
        assert found is None
        return
    assert found is not None
    assert start.value is not None
    check(model, found, start.value)


def check(model: FundingModel, found: RulePrices, start: float) -> None:
    assert found.value == pytest.approx(start, rel=1e-6, abs=1e-6)
    assert [one.price for one in found.rules] == sorted((one.price for one in found.rules), reverse=True)
    prices = {one.rule: one.price for one in found.rules} | dict.fromkeys(found.free, 0.0)
    assert set(prices) == set(rules_of(model, Ground(model)))
    for rule, price in prices.items():
        if rule == ("collaboration_weight",):
            continue
        said = second(without(model, rule))
        assert said.value is not None
        assert said.value - start == pytest.approx(price, rel=1e-6, abs=1e-6 * max(1.0, abs(start))), rule


def test_rules_of_the_shipped_portfolio() -> None:
    model = divisible(read_model(ROOT / "models" / "lansportfolj-exempel"))
    found = rule_prices(model)
    assert found is not None
    dearest = found.rules[0]
    assert dearest.rule == ("area_floor", "transport")
    anew = solve(without(model, dearest.rule))
    assert anew.optimum == pytest.approx(dearest.without, rel=1e-9)
    assert (
        rule_name(model, dearest.rule, "sv").replace("\u00a0", " ") == "Minst 9 % till Transporter och tillgänglighet"
    )
    assert ("collaboration_weight",) in {one.rule for one in found.rules}


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_rule_has_a_name(lang: str) -> None:
    said = set()
    for model in (*map(random_model, range(40)), newer_model(0)):
        ground = Ground(model)
        for name in {*rules_of(model, ground), *map(rule_of, ground.labels)} - {None}:
            assert rule_name(model, name, lang)
            said.add(name[0])
    assert said >= set(KINDS)
