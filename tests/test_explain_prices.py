"""What a krona is worth: by hand where several rules bind at once, and by models with the number changed."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from build import build
from click.testing import CliRunner
from explained import divisible
from random_models import random_model

from rus_funding.cli import cli
from rus_funding.engine.engine import solve
from rus_funding.explanations.changes import dial_of, standing, with_number
from rus_funding.explanations.prices import IN_AMOUNTS, Price, prices
from rus_funding.explanations.prices_words import price_sentence, prices_tables
from rus_funding.explanations.rules import rule_prices
from rus_funding.explanations.what_if import Ground
from rus_funding.model.model import Objective
from rus_funding.model.reading import read_model

if TYPE_CHECKING:
    from rus_funding.explanations.prices import Side
    from rus_funding.model.model import FundingModel

ROOT = Path(__file__).parent.parent
VALUE_FIRST = (Objective("value"), Objective("draw_order"))


def linear(model: FundingModel) -> FundingModel:
    """The model without whole projects and least grants, value first."""
    projects, rows = model["projects"], model["dependencies"]
    whole = projects.replace(min_share=np.zeros(projects.size), indivisible=np.zeros(projects.size, bool))
    kept = rows.take(np.flatnonzero(rows["kind"] == "requires"))
    free = model["funds"].replace(min_per_project=np.zeros(model["funds"].size))
    tables = {**model.tables, "projects": whole, "dependencies": kept, "funds": free}
    return model.replace(tables=tables, objectives=VALUE_FIRST)


def value(model: FundingModel) -> float | None:
    return solve(model).optimum


def near(one: float, other: float, scale: float) -> bool:
    return abs(one - other) <= 1e-7 * max(1.0, abs(scale))


def prices_report(model: FundingModel, lang: str, rows: int = 20) -> Any:
    ground = Ground(model)
    return prices_tables(model, prices(model, ground), rule_prices(model, ground), lang, rows)


def by_rule(model: FundingModel) -> dict[tuple[str, ...], Price]:
    return {price.rule: price for price in prices(model)}


def test_a_budget_that_binds_alone() -> None:
    # q gives 2 points a krona and takes 60 of the 100; p gives 1 and takes the rest
    model = build(budgets={"grant": 100}, costs={"p": 50, "q": 60}, benefits={"p": 50, "q": 120})
    price = by_rule(model)["budget", "grant", "2026"]
    assert price.milder is not None
    assert price.stricter is not None
    assert (price.milder.price, price.stricter.price) == pytest.approx((1.0, 1.0))
    assert (price.milder.until, price.milder.ends) == (pytest.approx(10.0), True)  # p is then funded in full
    assert (price.stricter.until, price.stricter.ends) == (pytest.approx(40.0), True)  # and then not at all
    assert not price.two_sided


def test_budgets_that_bind_together_have_two_sided_prices() -> None:
    # each pays half: a krona more of one alone gives nothing, a krona less of either costs two kronor of the project
    model = build(
        budgets={"state": 50, "own": 50},
        funds=[{"fund": "state", "max_rate": 0.5}, {"fund": "own", "max_rate": 0.5}],
        costs={"p": 200},
        benefits={"p": 200},
    )
    found = by_rule(model)
    for fund in ("state", "own"):
        price = found["budget", fund, "2026"]
        assert price.two_sided
        assert price.milder is not None
        assert price.stricter is not None
        assert price.milder.price == pytest.approx(0.0, abs=1e-9)
        assert price.stricter.price == pytest.approx(2.0)
        assert price.stricter.until == pytest.approx(50.0)
    rate = found["rate", "own"]
    assert rate.milder is not None
    assert rate.milder.price == pytest.approx(0.0, abs=1e-6)


def test_a_rule_that_cannot_be_stricter() -> None:
    model = build(budgets={"grant": 100}, costs={"p": 100}, required=["p"])
    price = by_rule(model)["budget", "grant", "2026"] if prices(model) else None
    assert price is None  # more gives nothing, less leaves no plan: no figure either way
    owed = build(
        budgets={"grant": 100}, costs={"p": 50, "q": 60}, benefits={"p": 10, "q": 120}, required=["p"]
    )  # fmt: skip
    price = by_rule(owed)["budget", "grant", "2026"]
    assert price.stricter is not None
    assert price.stricter.until == pytest.approx(50.0)  # then p takes all, and below that there is no plan
    assert price.stricter.price == pytest.approx(2.0)


def test_a_floor_is_priced_by_the_krona() -> None:
    # a krona less to b is a krona more to a, which gives twice as much
    model = build(
        budgets={"grant": 100},
        costs={"p": 100, "q": 100},
        areas=[{"area": "a"}, {"area": "b", "floor_share": 0.3}],
        contributions={"p": "a", "q": "b"},
        benefits={("p", "a"): 200, ("q", "b"): 100},
    )
    price = by_rule(model)["area_floor", "b"]
    assert price.milder is not None
    assert price.milder.price == pytest.approx(1.0)
    assert value(with_number(model, ("area_floor", "b"), Fraction(29, 100))) == pytest.approx(
        (value(model) or 0) + 1.0 * 1
    )


@pytest.mark.parametrize("seed", [1, 2, 5, 8, 9, 12, 14, 16, 18, 20, 22, 27, 29, 31, 33, 37, 48, 65])
def test_prices_are_those_of_models_with_the_number_changed(seed: int) -> None:
    model = linear(random_model(seed))
    start = value(model)
    if start is None:
        assert prices(model) == ()
        return
    for price in prices(model):
        if price.unit == "kr" and price.rule[0] in IN_AMOUNTS:
            milder = dial_of(price.rule).milder
            for side, way in ((price.milder, milder), (price.stricter, -milder)):
                if side is not None:
                    as_far_as_it_holds(model, price, side, way, start)
        elif price.unit == "point":
            a_point(model, price, start)


def as_far_as_it_holds(model: FundingModel, price: Price, side: Side, way: int, start: float) -> None:
    old = standing(model, price.rule)
    sign = 1 if side is price.milder else -1
    whole = math.floor(side.until + 1e-6)
    for kronor in {whole, whole // 2}:
        if kronor > 0 and old + way * kronor >= 0:
            changed = value(with_number(model, price.rule, old + way * kronor))
            assert changed is not None
            assert near(changed, start + sign * side.price * kronor, start), (price, kronor)
    beyond = math.ceil(side.until * 1.01) + 2
    if side.ends and old + way * beyond >= 0:
        changed = value(with_number(model, price.rule, old + way * beyond))
        line = start + sign * side.price * beyond
        assert changed is None or changed < line - 1e-12 * abs(start), (price, beyond)  # concave: never above


def a_point(model: FundingModel, price: Price, start: float) -> None:
    at, old = dial_of(price.rule), standing(model, price.rule)
    for side, way in ((price.milder, at.milder), (price.stricter, -at.milder)):
        if side is not None and side.until > 0:
            changed = value(
                with_number(model, price.rule, old + way * Fraction(side.until).limit_denominator(1000) / 100)
            )
            assert changed is not None
            sign = 1 if side is price.milder else -1
            assert near(changed, start + sign * side.price * side.until, start), price


@pytest.mark.parametrize("seed", range(12))
def test_what_is_not_priced_is_worth_nothing(seed: int) -> None:
    model = linear(random_model(seed))
    start = value(model)
    if start is None:
        return
    priced = {price.rule for price in prices(model)}
    rows = model["budgets"]
    cells = list(zip(rows["fund"].tolist(), rows["year"].tolist(), rows["amount"].tolist(), strict=True))
    for fund, year, amount in cells[:4]:
        rule = ("budget", fund, str(year))
        if rule not in priced:
            for new in (amount + 1, max(0, amount - 1)):
                changed = value(with_number(model, rule, new))
                assert changed is None or near(changed, start, start)


def test_prices_with_whole_projects_are_differences_of_best_plans() -> None:
    model = divisible(read_model(ROOT / "models" / "lansportfolj-exempel"))
    ground = Ground(model)
    assert ground.has_binaries
    found = prices(model, ground)
    assert len(found) > 20
    start = ground.base.value
    for price in found[:2]:
        assert price.step is not None
        assert price.milder is not None
        old = standing(model, price.rule)
        changed = value(with_number(model, price.rule, old + int(price.step)))
        assert changed is not None
        assert near(changed, start + price.milder.price * price.step, start)
    tables = prices_tables(model, found, None, "sv")
    assert tables[0].notes == ("Modellen har ingen plan, och därför inga priser.",)


def test_the_decision_has_no_room_for_a_krona_less() -> None:
    """Every fund binds: more of one gives nothing, as the others' parts would be lacking; less costs the project."""
    model = read_model(ROOT / "models" / "orebro-rus-2026-2028")
    found = by_rule(model)
    price = found["budget", "rol-fum", "2026"]
    assert price.two_sided
    assert price.milder is not None
    assert price.stricter is not None
    assert price.milder.price == pytest.approx(0.0, abs=1e-12)
    less = value(with_number(model, price.rule, standing(model, price.rule) - 1000))
    assert less == pytest.approx((value(model) or 0) - 1000 * price.stricter.price, rel=1e-9)
    assert price_sentence(model, price, "sv").replace("\u00a0", " ") == (
        "Budgeten för Region Örebro län: FUM (offentlig kontant) 2026: "
        "1 000 kr mer ger 0,00 poäng, 1 000 kr mindre kostar 6,39 poäng."
    )
    assert price_sentence(model, price, "en") == (
        "The budget of Region Örebro län: FUM (offentlig kontant) in 2026: "
        "SEK 1,000 more gives 0.00 points, SEK 1,000 less costs 6.39 points."
    )


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_tables_of_prices(lang: str) -> None:
    model = read_model(ROOT / "models" / "litet-exempel")
    tables = {table.name: table for table in prices_report(model, lang)}
    assert set(tables) == {"money", "rates", "rules"}
    money: Any = {row[0]: row[1:] for row in tables["money"].rows}
    own = {"sv": "Budgeten för Regionens egna medel 2027", "en": "The budget of Regionens egna medel in 2027"}[lang]
    assert money[own] == (pytest.approx(3.0), 25_000, pytest.approx(3.0), 50_000)
    assert tables["rules"].rows[0][1] == pytest.approx(37.5)
    few = prices_report(model, lang, rows=1)
    assert few[0].notes[0] == {"sv": "… och 1 rad till.", "en": "… and 1 more row."}[lang]


def test_a_model_with_money_for_all_has_no_prices() -> None:
    model = build(budgets={"grant": 1000}, costs={"p": 50})
    assert prices(model) == ()
    rules = rule_prices(model)
    assert rules is not None
    (money, rules_table) = prices_report(model, "sv")
    assert money.notes == ("Ingen budget eller regel binder: mer pengar ger inget mer.",)
    assert rules_table.rows == ()


def test_a_model_without_a_plan_has_no_prices() -> None:
    model = build(budgets={"grant": 10}, costs={"p": 50}, required=["p"])
    assert prices(model) == ()
    assert rule_prices(model) is None
    assert [table.name for table in prices_report(model, "en")] == ["money"]


def test_the_page_of_the_docs_shows_what_the_command_prints() -> None:
    page = (ROOT / "docs" / "prices.md").read_text(encoding="utf-8")
    sessions = re.findall(r"```text\n\$ rus-funding (explain .*)\n((?:.*\n)*?)```", page)
    assert len(sessions) == 2
    for command, shown in sessions:
        words = [str(ROOT / word) if word.startswith(("models/", "scenarios/")) else word for word in command.split()]
        found = CliRunner().invoke(cli, words, standalone_mode=False)
        assert found.exception is None
        assert found.output.strip() == shown.strip()
