"""Key figures: each against numbers worked by hand."""

from __future__ import annotations

import pytest
from build import build
from hypothesis import given, settings
from hypothesis import strategies as st

from rus_funding.engine.engine import solve
from rus_funding.engine.key_figures import (
    UNITS,
    Sums,
    cofinancing,
    departures,
    herfindahl,
    hoover,
    key_figures,
    largest_share,
    leverage,
)

# inhabitants of the county's municipalities on 31 December 2023, Örebro last (Statistics Sweden)
POPULATION = [11478, 9357, 16232, 6495, 30261, 22516, 5497, 8606, 23292, 4407, 10627, 159348]
IN_ONE, IN_ALL = 12_580_983, 9_602_214  # kronor: a project in Örebro only, and one in all twelve


def test_hoover_of_two_real_projects_with_an_equal_split():
    money = [IN_ALL / 12] * 11 + [IN_ALL / 12 + IN_ONE]
    assert hoover(money, POPULATION) == pytest.approx(0.1565, abs=5e-5)


def test_hoover_of_two_real_projects_with_a_split_by_population():
    everyone = sum(POPULATION)
    money = [IN_ALL * people / everyone for people in POPULATION]
    money[-1] += IN_ONE
    assert hoover(money, POPULATION) == pytest.approx(0.2738, abs=5e-5)


def test_figures_of_nothing_are_none_not_zero():
    assert cofinancing(0, 0) is None
    assert leverage(100, 0) is None
    assert largest_share([0, 0]) is None
    assert herfindahl([]) is None
    assert hoover([0, 0], [5, 5]) is None
    assert hoover([], []) is None


PARTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


@settings(derandomize=True, max_examples=200)
@given(PARTS)
def test_herfindahl_lies_between_an_even_split_and_one(parts):
    index, largest = herfindahl(parts), largest_share(parts)
    assert 1 / len(parts) <= index * (1 + 1e-12)
    assert largest**2 <= index * (1 + 1e-12)
    assert index <= largest * (1 + 1e-12) <= 1 + 1e-9


@settings(derandomize=True, max_examples=200)
@given(PARTS, st.integers(2, 1000))
def test_hoover_is_zero_where_money_lies_as_people_do(people, each):
    assert hoover([each * n for n in people], people) == pytest.approx(0)


@pytest.fixture
def outcome():
    """Two projects of 600 and 400 kr; the state pays half of each, the region the rest while its 450 kr last."""
    model = build(
        areas=[{"area": "a"}, {"area": "b"}],
        funds=[
            {"fund": "grant", "level": "state", "max_rate": 0.5, "draw_order": 1},
            {"fund": "own", "level": "region", "draw_order": 2},
        ],
        budgets={"grant": 1000, "own": 450},
        costs={"p": 600, "q": 400},
        contributions={"p": "a", "q": {"a": 0.5, "b": 0.5}},
        benefits={("p", "a"): 6, ("q", "a"): 1, ("q", "b"): 1},
        municipalities=[
            {"municipality": "m", "name": "M", "population": 100},
            {"municipality": "n", "name": "N", "population": 100},
        ],
        reach=[
            {"project": "p", "municipality": "m", "share": 1.0},
            {"project": "q", "municipality": "n", "share": 1.0},
        ],
    )
    return solve(model)


def test_key_figures_of_a_plan_worked_by_hand(outcome):
    figures = key_figures(Sums.of(outcome))
    assert list(figures) == list(UNITS)
    assert outcome.funded == 900  # p in full: 300 + 300; of q 300: 150 + 150
    assert figures["funded"] == 900
    assert figures["value"] == pytest.approx(6 + 2 * 0.75)
    assert figures["cofinancing"] == pytest.approx(0.5)
    assert figures["leverage"] == pytest.approx(2.0)
    assert figures["largest_fund_share"] == pytest.approx(0.5)
    assert figures["herfindahl_funds"] == pytest.approx(0.5)
    assert figures["herfindahl_areas"] == pytest.approx((750 / 900) ** 2 + (150 / 900) ** 2)
    assert figures["hoover"] == pytest.approx(600 / 900 - 0.5)
    assert (figures["projects_funded"], figures["projects_partly"], figures["projects_not"]) == (1, 1, 0)
    assert figures["unused"] == 1450 - 900


def test_without_a_plan_there_are_no_figures():
    model = build(budgets={"own": 10}, costs={"p": 100}, projects=[{"project": "p", "status": "committed"}])
    figures = key_figures(Sums.of(solve(model)))
    assert set(figures.values()) == {None}


def test_an_index_of_another_model_is_not_used(outcome):
    other = Sums.of(solve(build(budgets={"own": 10}, costs={"z": 10}))).amounts.index
    assert key_figures(Sums.of(outcome, other)) == key_figures(Sums.of(outcome))


def test_departures_hold_whole_numbers_exactly_and_others_to_a_millionth():
    figures = {"funded": 100, "value": 2.0, "status": "optimal", "hoover": None}
    assert departures(figures, [("funded", 100), ("value", 2.000001), ("status", "optimal")]) == []
    assert departures(figures, [("funded", 101)]) == ["funded is 100, expected 101."]
    assert departures(figures, [("funded", 101)], [("funded", 1)]) == []
    assert departures(figures, [("value", 2.00001)]) == ["value is 2.0, expected 2.00001."]
    assert departures(figures, [("status", "infeasible")]) == ["status is optimal, expected infeasible."]
    assert departures(figures, [("hoover", 0.1)]) == ["hoover is None, expected 0.1."]
