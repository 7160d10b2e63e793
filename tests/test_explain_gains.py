"""What a useful sum of more money gives: by hand, and by the second opinion of the model with that much more."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from build import build
from explained import best
from random_models import random_model

from rus_funding.engine.engine import solve
from rus_funding.explanations.changes import standing, with_number
from rus_funding.explanations.gains import MONEY, Gain, bottleneck, bottleneck_of, gains, useful
from rus_funding.explanations.gains_words import bottleneck_sentences, gains_table
from rus_funding.explanations.rule_names import rule_of
from rus_funding.explanations.what_if import Ground
from rus_funding.model.model import FundingModel, Objective
from rus_funding.model.reading import read_model

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "models" / "litet-exempel"
COUNTY = ROOT / "models" / "lansportfolj-exempel"
VALUE_FIRST = (Objective("value"), Objective("draw_order"))


def said(model: FundingModel, lang: str) -> list[str]:
    return [line.replace("\u00a0", " ") for line in bottleneck_sentences(bottleneck_of(solve(model)), model, lang)]


def optimum(model: FundingModel) -> float:
    """The best value, by the second opinion."""
    return best(model, str(model["projects"]["project"][0]))


def more(model: FundingModel, rule: tuple[str, ...], kronor: int) -> FundingModel:
    return with_number(model, rule, standing(model, rule) + kronor)


def test_the_small_example_by_hand() -> None:
    """25 000 kr of the region's 2027 money bring as many from the state, 75 points; then the state's are spent, and
    50 000 kr more finish `natur` alone, 75 points. Kumla's can only free what the region pays for `resecentrum`.
    """
    model = read_model(SMALL)
    found = gains(Ground(model))
    assert found is not None
    assert [(gain.rule, gain.kronor) for gain in found.gains] == [
        (("budget", "egna", "2027"), 100_000),
        (("budget", "kommunala", "2027"), 100_000),
    ]
    assert [gain.points for gain in found.gains] == pytest.approx([150, 120])
    assert [gain.first for gain in found.gains] == pytest.approx([30, 30])
    assert said(model, "sv") == [
        "Mest nytta gör 100 000 kr till från Regionens egna medel 2027: planen blir värd 150 poäng mer (6,4 %).",
        "Redan 10 000 kr ger 30,00 poäng.",
    ]
    assert said(model, "en") == [
        "Most good is done by SEK 100,000 more from Regionens egna medel in 2027: the plan gains 150 points (6.4%).",
        "SEK 10,000 alone gives 30.00 points.",
    ]


@pytest.mark.parametrize(("kronor", "sum_"), [(0, 1_000), (9_999, 1_000), (750_000, 100_000), (89_000_000, 1_000_000)])
def test_the_sum_follows_the_money(kronor: int, sum_: int) -> None:
    assert useful(kronor) == sum_


def test_money_of_several_that_does_as_much_good_is_named_together() -> None:
    model = build(budgets={"a": 2_000, "b": 3_000, "c": 1_000}, costs={"p": 20_000}, benefits={"p": 20})
    found = bottleneck(Ground(model))
    assert found is not None
    assert found.gain == Gain(("budget", "a", "2026"), 1_000, pytest.approx(1.0), pytest.approx(0.1))
    assert found.equals == (("budget", "b", "2026"), ("budget", "c", "2026"))
    assert said(model, "sv")[1] == "Lika mycket ger samma summa det året från b och c."


def test_money_that_is_a_threshold_says_that_less_gives_nothing() -> None:
    model = build(
        budgets={"a": 2_000}, costs={"p": 2_500, "q": 2_000}, benefits={"p": 9, "q": 5},
        projects=[{"project": "p", "indivisible": True}, {"project": "q", "indivisible": True}],
    )  # fmt: skip
    assert said(model, "sv") == [
        "Mest nytta gör 1 000 kr till från a 2026: planen blir värd 4,00 poäng mer (80,0 %).",
        "Med 100 kr blir den inte bättre.",
    ]


def test_where_no_single_source_is_scarce_that_is_what_is_said() -> None:
    model = read_model(ROOT / "models" / "orebro-rus-2026-2028")
    assert said(model, "sv") == ["Upp till 100 000 kr mer från en enda källa ett enda år gör inte planen bättre."] or (
        said(model, "sv") == ["Upp till 1 000 000 kr mer från en enda källa ett enda år gör inte planen bättre."]
    )
    assert gains_table(gains(Ground(model)), model, "sv", 20).rows == ()  # type: ignore[arg-type]


def test_a_model_without_a_plan_has_no_bottleneck() -> None:
    model = build(budgets={"grant": 10}, costs={"p": 50}, required=["p"])
    assert bottleneck_of(solve(model)) is None
    assert bottleneck(Ground(model)) is None
    assert gains(Ground(model)) is None
    assert bottleneck_sentences(None, model, "sv") == []


def test_where_the_work_ends_nothing_is_said() -> None:
    assert bottleneck(Ground(read_model(SMALL)), work=0) is None


@pytest.mark.parametrize("seed", range(8))
def test_gains_are_those_of_the_second_opinion(seed: int) -> None:
    """Every gain by the model with that much more, solved by another program; and no other money gives more."""
    model = random_model(seed).replace(objectives=VALUE_FIRST)
    ground = Ground(model)
    found, top = gains(ground), bottleneck(Ground(model))
    if found is None or top is None:
        assert not ground.base.found
        return
    assert top.gain == found.bottleneck.gain or math.isclose(top.gain.points, found.gains[0].points, rel_tol=1e-6)  # type: ignore[union-attr]
    base = optimum(model)
    near = 1e-6 * max(1.0, abs(base))
    gained = {gain.rule: gain for gain in found.gains}
    rows = model["budgets"]
    whole = {fund: int(rows["amount"][rows["fund"] == fund].sum()) for fund in model["funds"]["fund"].tolist()}
    for rule in sorted({name for name in map(rule_of, ground.labels) if name is not None and name[0] in MONEY}):
        kronor = useful(whole[rule[1]] if rule[0] == "budget" else float(standing(model, rule)))
        worth = optimum(more(model, rule, kronor)) - base
        assert worth == pytest.approx(gained[rule].points if rule in gained else 0.0, abs=near), rule
        if rule in gained:
            first = optimum(more(model, rule, gained[rule].tenth)) - base
            assert first == pytest.approx(gained[rule].first, abs=near), rule


def test_the_bottleneck_of_the_county_is_money_that_a_meeting_can_act_on() -> None:
    """By models with that much more: a sum of in-kind money 2030, whose first kronor are worth most, gives less."""
    model = read_model(COUNTY)
    found = bottleneck(Ground(model))
    assert found is not None
    assert found.gain is not None
    assert found.gain.kronor == 1_000_000
    value = found.value
    asked = [found.gain.rule, found.equals[-1], ("budget", "inkind-offentlig", "2030")]
    worth = [Ground(more(model, rule, 1_000_000)).base.value - value for rule in asked]
    assert worth[:2] == pytest.approx([found.gain.points] * 2, rel=1e-5)
    assert worth[2] < found.gain.points
