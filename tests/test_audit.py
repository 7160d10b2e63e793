"""The auditor: plans solved by hand are legal, and every rule broken by one krona is named."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from build import build
from random_models import random_model, tight_model

from rus_funding.model.model import document
from rus_funding.proof.audit import audit
from rus_funding.proof.case import Case
from rus_funding.proof.costs import booked_costs
from rus_funding.proof.ledger import Ledger
from rus_funding.proof.legal import payable
from rus_funding.proof.order import draw_order_binds, draw_order_breaches
from rus_funding.proof.reading import UnreadableError, exact, whole
from rus_funding.proof.worth import figures, total, value

# The decision 2026–2028: costs and financing by year, as decided.
YEARS = (2026, 2027, 2028)
COSTS = {
    "personal": (2_199_502, 2_265_487, 2_333_452),
    "tjanster": (1_120_000, 1_220_000, 1_525_000),
    "resor": (35_000, 35_000, 35_000),
}
OVERHEAD = (439_900, 453_098, 466_690)
TOTALS = (3_794_402, 3_973_585, 4_360_142)
FINANCING = {
    "rol-1-1": (1_897_201, 1_986_792, 2_180_071),
    "ovriga": (978_000, 1_250_000, 1_300_000),
    "fum": (569_201, 386_793, 530_071),
    "avgifter": (350_000, 350_000, 350_000),
}
CLASS = "oh+personal+resor+tjanster"


def decision(**changes: Any) -> dict[str, Any]:
    """The decision's document; `changes` are more arguments of `build`."""
    arguments: dict[str, Any] = {
        "years": YEARS,
        "categories": [
            *({"category": category} for category in COSTS),
            {"category": "oh", "flat_rate": 0.2, "flat_rate_base": "personal"},
        ],
        "costs": {("rus", category): dict(zip(YEARS, costs, strict=True)) for category, costs in COSTS.items()},
        "projects": [{"project": "rus", "status": "committed"}],
        "funds": [
            {"fund": "rol-1-1", "level": "state", "max_rate": 0.5, "max_per_project": 6_064_064, "draw_order": 1},
            {"fund": "ovriga", "level": "region", "draw_order": 2},
            {"fund": "fum", "level": "region", "draw_order": 3},
            {"fund": "avgifter", "sector": "private", "level": "private", "income": True, "draw_order": 0},
        ],
        "budgets": {
            **{fund: dict(zip(YEARS, amounts, strict=True)) for fund, amounts in FINANCING.items()},
            "rol-1-1": 3_000_000,
            "fum": 1_000_000,
        },
    }
    return document(build(**{**arguments, **changes}))


def decided() -> list[tuple[str, str, int, str, int]]:
    return [("rus", f, t, CLASS, kr) for f, amounts in FINANCING.items() for t, kr in zip(YEARS, amounts, strict=True)]


def labels(case: Case, payments: Any, shares: Any = None) -> list[tuple[str, ...]]:
    return [breach.label for breach in audit(case, payments, shares)]


def test_the_decision_is_legal_and_adds_up() -> None:
    doc = decision()
    assert booked_costs(doc)["rus"]["oh"] == dict(zip(YEARS, OVERHEAD, strict=True))
    case = Case.of(doc)
    assert case.projects["rus"].total == dict(zip(YEARS, TOTALS, strict=True))
    assert case.projects["rus"].cost == 12_128_129
    assert labels(case, decided()) == []
    assert draw_order_breaches(case, decided()) == []
    assert figures(case, decided())["funded"] == 12_128_129
    assert value(case, decided()) == Fraction(12_128_129, 1000)


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        # Excel's ROUND of 1 986 792.5, FUM a krona less: over half of the year's cost, and over the cap
        ({("rol-1-1", 2027): 1, ("fum", 2027): -1}, {("rate", "rus", "rol-1-1", "2027"), ("cap", "rus", "rol-1-1")}),
        # the grant exact, a krona moved between years: half of a year is half of a year
        (
            {("rol-1-1", 2027): 1, ("fum", 2027): -1, ("rol-1-1", 2026): -1, ("fum", 2026): 1},
            {("rate", "rus", "rol-1-1", "2027")},
        ),
        ({("avgifter", 2028): 1, ("fum", 2028): -1}, {("budget", "avgifter", "2028")}),
        ({("fum", 2026): 1}, {("financing", "rus", CLASS, "2026")}),
        ({("fum", 2026): -1}, {("rate", "rus", "rol-1-1", "2026")}),  # half of a krona less
        ({("fum", 2027): -2}, {("rate", "rus", "rol-1-1", "2027")}),
        ({("fum", 2027): -1}, set()),  # the odd krona is no half: three cost cells may give two kronor
        (
            {
                ("fum", 2026): -1,
                ("fum", 2027): -1,
                ("fum", 2028): -1,
                ("rol-1-1", 2026): -1,
                ("rol-1-1", 2028): -1,
                ("ovriga", 2026): 1,
                ("ovriga", 2028): 1,
            },
            {("committed", "rus"), ("budget", "ovriga", "2026"), ("budget", "ovriga", "2028")},
        ),
    ],
)
def test_the_decision_off_by_one(moves: dict[tuple[str, int], int], expected: set[tuple[str, ...]]) -> None:
    payments = [(p, f, t, k, kr + moves.get((f, t), 0)) for p, f, t, k, kr in decided()]
    assert set(labels(Case.of(decision()), payments)) == expected


def test_a_committed_project_gives_less_than_a_krona_per_cost_cell() -> None:
    funds = [{"fund": "a", "max_rate": 0.5}, {"fund": "b", "max_rate": 0.5}]
    costs = {"p": {2026: 3, 2027: 4}}
    model = build(years=(2026, 2027), costs=costs, budgets={"a": 9, "b": 9}, funds=funds,
                  projects=[{"project": "p", "status": "committed"}])  # fmt: skip
    case = Case.of(document(model))

    def plan(*kronor: int) -> list[Any]:
        return [("p", f, t, "costs", kr) for f in "ab" for t, kr in zip((2026, 2027), kronor, strict=True)]

    assert labels(case, plan(1, 2)) == []  # 3 kr from two funds of one half each: one krona cannot be financed
    assert labels(case, plan(1, 1)) == [("committed", "p")]  # three kronor short, with two cost cells


@pytest.mark.parametrize(
    ("cost", "funds", "paid", "expected"),
    [
        (3, {"a": 0.5, "b": 0.5}, (1, 1), []),  # two halves of 3 kr are 2 kr in whole kronor, whoever pays
        (5, {"a": 0.5, "b": 0.5}, (1, 1), [("committed", "p")]),  # kronor that can be paid are owed
        (4, {"a": 0.5, "b": 0.5}, (1, 1), [("committed", "p")]),
        (3, {"a": 0.5, "b": 0.6667}, (1, 1), [("committed", "p")]),  # b may pay 2
        (3, {"a": 0.5, "b": 0.5, "c": 1.0}, (1, 1), [("committed", "p")]),  # and here c the krona
        (9, {"a": 0.2, "b": 0.2, "c": 0.2, "d": 0.2, "e": 0.2}, (1, 1, 1, 1, 1), [("committed", "p")]),  # 4 of 9
    ],
)
def test_a_committed_project_gives_up_a_krona_that_no_plan_can_pay(
    cost: int, funds: dict[str, float], paid: tuple[int, ...], expected: list[Any]
) -> None:
    given = [{"fund": fund, "max_rate": rate, "rate_basis": "total"} for fund, rate in funds.items()]
    projects = [{"project": "p", "status": "committed"}]
    model = build(costs={"p": cost}, budgets=dict.fromkeys(funds, 9), projects=projects, funds=given)
    plan = [("p", f, 2026, "costs", kronor) for f, kronor in zip(funds, paid, strict=False) if kronor]
    assert labels(Case.of(document(model)), plan) == expected


@pytest.mark.parametrize(
    ("budgets", "limit", "cost", "expected"),
    [
        ({"a": 9, "b": 9}, None, 3, 3),
        ({"a": 9, "b": 1}, None, 3, 2),  # a pays half of 3, b what it has
        ({"a": 9, "b": 9}, (0.5, 0.5), 3, 2),  # neither half of 3 kr is whole
        ({"a": 9, "b": 9}, (0.5, 0.5), 4, 4),
        ({"a": 9, "b": 9}, (0.3, 0.5), 3, 3),  # 1 of 3 is between
        ({"a": 9, "b": 9}, (0.6667, 0.6667), 7, 6),
    ],
)
def test_the_most_that_whole_kronor_pay(
    budgets: dict[str, int], limit: tuple[float, float] | None, cost: int, expected: int
) -> None:
    rows = [{"limit": "l", "by": "fund", "value": "a", "min_rate": limit[0], "max_rate": limit[1]}] if limit else []
    funds = [{"fund": "a", "max_rate": 1 if limit else 0.5}, {"fund": "b"}]
    case = Case.of(document(build(costs={"p": cost}, budgets=budgets, funds=funds, rate_limits=rows)))
    assert payable(case, case.projects["p"]) == expected


def test_no_cap_makes_a_committed_project_smaller() -> None:
    """Two kronor of 5 are lost where caps are 2 and 1, but one cost cell gives up one krona at most."""
    funds = [{"fund": "a", "max_per_project": 2}, {"fund": "b", "max_per_project": 1}]
    model = build(costs={"p": 5}, funds=funds, budgets={"a": 9, "b": 9}, required=["p"])
    assert labels(Case.of(document(model)), [("p", "a", 2026, "costs", 2), ("p", "b", 2026, "costs", 1)]) == [
        ("required", "p")
    ]


def test_flat_rates_may_rest_on_each_other() -> None:
    categories = [
        {"category": "a", "flat_rate": 0.5, "flat_rate_base": "b staff"},
        {"category": "b", "flat_rate": 0.25, "flat_rate_base": "staff"},
        {"category": "staff"},
    ]
    doc = document(
        build(years=YEARS, categories=categories, costs={("p", "staff"): dict.fromkeys(YEARS, 10)}, budgets={"f": 1})
    )
    # b: 2.5, 5, 7.5 cumulated → 3, 5, 8; a: half of 13, 25, 38 → 6.5, 12.5, 19 → 7, 13, 19
    assert booked_costs(doc)["p"] == {
        "a": {2026: 7, 2027: 6, 2028: 6},
        "b": {2026: 3, 2027: 2, 2028: 3},
        "staff": dict.fromkeys(YEARS, 10),
    }
    doc["tables"]["categories"]["flat_rate_base"][1] = "a"
    with pytest.raises(UnreadableError, match="circle"):
        booked_costs(doc)


def test_classes_follow_who_may_pay() -> None:
    doc = document(
        build(
            categories=[{"category": "lokal", "form": "in_kind"}, {"category": "resor"}, {"category": "tid"}],
            costs={("p", "lokal"): 5, ("p", "resor"): 3, ("p", "tid"): 4, ("q", "tid"): 0},
            funds=[
                {"fund": "any"},
                {"fund": "kommun", "form": "in_kind"},
                {"fund": "only-time"},
                {"fund": "other-area"},
                {"fund": "other-lead"},
                {"fund": "other-project"},
            ],
            areas=[{"area": "a"}, {"area": "b"}],
            projects=[{"project": "p"}, {"project": "q"}],
            contributions={"p": {"a": 1.0, "b": 0.0}, "q": "b"},
            eligibility=[
                {"fund": "only-time", "by": "category", "value": "tid"},
                {"fund": "other-area", "by": "area", "value": "b"},
                {"fund": "other-lead", "by": "actor_type", "value": "company"},
                {"fund": "other-project", "by": "project", "value": "q"},
            ],
            budgets={"any": 9},
        )
    )
    classes = {part.name: (part.funds, part.cash, part.costs) for part in Case.of(doc).projects["p"].classes}
    assert classes == {
        "lokal": (("kommun",), False, {2026: 5}),
        "resor": (("any",), True, {2026: 3}),
        "tid": (("any", "only-time"), True, {2026: 4}),
    }
    assert Case.of(doc).projects["q"].classes == ()  # a cost of 0 is no cost


# Every rule, one at a time: a model, a plan that keeps it to the krona, and the krona that breaks it. A plan is
# {(project, fund, year): kronor}; the break is what is added to it.
Plan = dict[tuple[str, str, int], int]
TWO = (2026, 2027)


def rate_model(**fund: Any) -> dict[str, Any]:
    return {
        "categories": [{"category": "costs"}, {"category": "time", "form": "in_kind"}, {"category": "tools"}],
        "costs": {("p", "costs"): 100, ("p", "time"): 50, ("p", "tools"): 10},
        "funds": [
            {"fund": "f", "max_rate": 0.29, **fund},
            {"fund": "fees", "income": True},
            {"fund": "rest"},
            {"fund": "time", "form": "in_kind"},
        ],
        "eligibility": [{"fund": "f", "by": "category", "value": "costs"}],
        "budgets": {"f": 1000, "fees": 1000, "rest": 1000, "time": 1000},
    }


RULES: dict[str, tuple[dict[str, Any], Plan, Plan, tuple[str, ...]]] = {
    "least_grant": (  # q costs 30 kr and f pays all of it: that is no small grant; what participants pay is none
        {
            "costs": {"p": 100, "q": 30},
            "budgets": {"f": 200, "fees": 200},
            "funds": [{"fund": "f", "min_per_project": 50}, {"fund": "fees", "income": True, "min_per_project": 90}],
        },
        {("p", "f", 2026): 50, ("p", "fees", 2026): 50, ("q", "f", 2026): 30},
        {("p", "f", 2026): -1, ("p", "fees", 2026): 1},
        ("least_grant", "p", "f"),
    ),
    "least_grant of one that could not pay alone": (  # the policy's; a tenth is all that f may pay of p
        {
            "costs": {"p": 1000},
            "budgets": {"f": 900, "g": 900},
            "funds": [{"fund": "f", "max_rate": 0.1}, {"fund": "g"}],
            "policy": {"min_grant": 50},
        },
        {("p", "f", 2026): 50, ("p", "g", 2026): 450},
        {("p", "f", 2026): -41, ("p", "g", 2026): 41},
        ("least_grant", "p", "f"),
    ),
    "financing": (
        {"costs": {"p": 100}, "budgets": {"f": 200}},
        {("p", "f", 2026): 100},
        {("p", "f", 2026): 1},
        ("financing", "p", "costs", "2026"),
    ),
    "budget": (
        {"costs": {"p": 100}, "budgets": {"f": 40}},
        {("p", "f", 2026): 40},
        {("p", "f", 2026): 1},
        ("budget", "f", "2026"),
    ),
    "budget of no row": (
        {"years": TWO, "costs": {"p": {2027: 100}}, "budgets": {"f": {2026: 40}}},
        {},
        {("p", "f", 2027): 1},
        ("budget", "f", "2027"),
    ),
    "budget with carry-over": (  # 40 − 10 = 30 left, half of it moves: 40 + 15
        {
            "years": TWO,
            "costs": {"p": {2026: 10}, "q": {2027: 100}},
            "budgets": {"f": 40},
            "funds": [{"fund": "f", "carry_over": 0.5}],
        },
        {("p", "f", 2026): 10, ("q", "f", 2027): 55},
        {("q", "f", 2027): 1},
        ("budget", "f", "2027"),
    ),
    "rate of eligible costs": (
        rate_model(),
        {("p", "f", 2026): 29, ("p", "rest", 2026): 81, ("p", "time", 2026): 50},
        {("p", "f", 2026): 1, ("p", "rest", 2026): -1},
        ("rate", "p", "f", "2026"),
    ),
    "rate of booked costs": (  # 0.29 · 110 = 31.9
        rate_model(rate_base="booked"),
        {("p", "f", 2026): 31, ("p", "rest", 2026): 79, ("p", "time", 2026): 50},
        {("p", "f", 2026): 1, ("p", "rest", 2026): -1},
        ("rate", "p", "f", "2026"),
    ),
    "rate of total costs": (  # 0.29 · 160 = 46.4
        rate_model(rate_base="total"),
        {("p", "f", 2026): 46, ("p", "rest", 2026): 64, ("p", "time", 2026): 50},
        {("p", "f", 2026): 1, ("p", "rest", 2026): -1},
        ("rate", "p", "f", "2026"),
    ),
    "rate of costs less income": (  # 0.29 · (110 − 10) = 29
        rate_model(rate_base="net"),
        {("p", "f", 2026): 29, ("p", "fees", 2026): 10, ("p", "rest", 2026): 71, ("p", "time", 2026): 50},
        {("p", "fees", 2026): 1, ("p", "rest", 2026): -1},
        ("rate", "p", "f", "2026"),
    ),
    "rate over the total": (
        {
            "years": TWO,
            "costs": {"p": {2026: 3, 2027: 3}},
            "budgets": {"f": 9, "g": 9},
            "funds": [{"fund": "f", "max_rate": 0.5, "rate_basis": "total"}, {"fund": "g"}],
        },
        {("p", "f", 2026): 3, ("p", "g", 2027): 3},
        {("p", "f", 2027): 1, ("p", "g", 2027): -1},
        ("rate", "p", "f", "total"),
    ),
    "rate over the total, of years the fund pays nothing in too": (
        {
            "years": TWO,
            "categories": [{"category": "costs"}, {"category": "tools"}],
            "costs": {("p", "costs"): {2026: 4}, ("p", "tools"): {2027: 6}},
            "funds": [{"fund": "f", "max_rate": 0.3, "rate_basis": "total", "rate_base": "booked"}, {"fund": "g"}],
            "eligibility": [{"fund": "f", "by": "category", "value": "costs"}],
            "budgets": {"f": 9, "g": 9},
        },
        {("p", "f", 2026): 3, ("p", "g", 2026): 1, ("p", "g", 2027): 6},
        {("p", "f", 2026): 1, ("p", "g", 2026): -1},
        ("rate", "p", "f", "total"),
    ),
    "cap": (
        {
            "years": TWO,
            "costs": {"p": {2026: 60, 2027: 60}},
            "budgets": {"f": 90, "g": 90},
            "funds": [{"fund": "f", "max_per_project": 70}, {"fund": "g"}],
        },
        {("p", "f", 2026): 60, ("p", "f", 2027): 10, ("p", "g", 2027): 50},
        {("p", "f", 2027): 1, ("p", "g", 2027): -1},
        ("cap", "p", "f"),
    ),
    "group_min": (  # at least 8 % private
        {
            "costs": {"p": 1000},
            "budgets": {"f": 1000, "g": 1000},
            "funds": [{"fund": "f"}, {"fund": "g", "sector": "private"}],
            "rate_limits": [{"limit": "own", "by": "sector", "value": "private", "min_rate": 0.08}],
        },
        {("p", "f", 2026): 920, ("p", "g", 2026): 80},
        {("p", "f", 2026): 1, ("p", "g", 2026): -1},
        ("group_min", "own", "p"),
    ),
    "group_min of half a krona": (
        {
            "costs": {"p": 999},
            "budgets": {"f": 999, "g": 999},
            "rate_limits": [{"limit": "own", "by": "fund", "value": "g", "min_rate": 0.5}],
        },
        {("p", "f", 2026): 499, ("p", "g", 2026): 500},
        {("p", "f", 2026): 1, ("p", "g", 2026): -1},
        ("group_min", "own", "p"),
    ),
    "group_max": (
        {
            "costs": {"p": 999},
            "budgets": {"f": 1000, "g": 1000, "h": 1000},
            "funds": [{"fund": "f", "level": "state"}, {"fund": "g", "level": "state"}, {"fund": "h"}],
            "rate_limits": [
                {
                    "limit": "aid",
                    "by": "level",
                    "value": "state",
                    "project": "p",
                    "actor_type": "region",
                    "max_rate": 0.5,
                }
            ],
        },
        {("p", "f", 2026): 400, ("p", "g", 2026): 99, ("p", "h", 2026): 500},
        {("p", "g", 2026): 1, ("p", "h", 2026): -1},
        ("group_max", "aid", "p"),
    ),
    "area_floor": (  # 20 % of 1000 and two projects: below 198 is too little
        {
            "areas": [{"area": "a", "floor_share": 0.2}, {"area": "b"}],
            "costs": {"p": 1000, "q": 1000},
            "contributions": {"p": "a", "q": "b"},
            "budgets": {"f": 5000},
        },
        {("p", "f", 2026): 199, ("q", "f", 2026): 801},
        {("p", "f", 2026): -1, ("q", "f", 2026): 1},
        ("area_floor", "a"),
    ),
    "area_cap": (
        {
            "areas": [{"area": "a", "cap_share": 0.5}, {"area": "b"}],
            "costs": {"p": 1000, "q": 1000},
            "contributions": {"p": "a", "q": "b"},
            "budgets": {"f": 5000},
        },
        {("p", "f", 2026): 501, ("q", "f", 2026): 499},
        {("p", "f", 2026): 1, ("q", "f", 2026): -1},
        ("area_cap", "a"),
    ),
    "diversification": (
        {
            "costs": {"p": 1000},
            "budgets": {"f": 5000, "g": 5000},
            "funds": [{"fund": "f", "max_share": 0.4}, {"fund": "g"}],
        },
        {("p", "f", 2026): 400, ("p", "g", 2026): 600},
        {("p", "f", 2026): 1, ("p", "g", 2026): -1},
        ("diversification", "f"),
    ),
    "territorial": (  # 0.8 · 100 / 400 of 1000 = 200
        {
            "policy": {"municipality_floor": 0.8},
            "costs": {"p": 1000, "q": 1000},
            "municipalities": [{"municipality": "m", "population": 100}, {"municipality": "n", "population": 300}],
            "reach": [
                {"project": "p", "municipality": "m", "share": 1.0},
                {"project": "q", "municipality": "n", "share": 1.0},
            ],
            "budgets": {"f": 5000},
        },
        {("p", "f", 2026): 199, ("q", "f", 2026): 801},
        {("p", "f", 2026): -1, ("q", "f", 2026): 1},
        ("territorial", "m"),
    ),
    "perspective": (  # 0.2 of 1000 = 200, and q is marked on no basis
        {
            "perspectives": [{"perspective": "green", "floor_share": 0.2}],
            "markings": [
                {"project": "p", "perspective": "green", "share": 1.0, "basis": "plan"},
                {"project": "q", "perspective": "green", "share": 1.0},
            ],
            "costs": {"p": 1000, "q": 1000},
            "budgets": {"f": 5000},
        },
        {("p", "f", 2026): 199, ("q", "f", 2026): 801},
        {("p", "f", 2026): -1, ("q", "f", 2026): 1},
        ("perspective", "green"),
    ),
    "area_floor of all budgets": (  # 0.2 of 4500, whatever is funded
        {
            "areas": [{"area": "a", "floor_share": 0.2}, {"area": "b"}],
            "policy": {"share_base": "available"},
            "costs": {"p": 1000, "q": 1000},
            "contributions": {"p": "a", "q": "b"},
            "budgets": {"f": 4500},
        },
        {("p", "f", 2026): 899, ("q", "f", 2026): 701},
        {("p", "f", 2026): -1},
        ("area_floor", "a"),
    ),
    "diversification of all budgets": (  # 0.04 of 10 000
        {
            "costs": {"p": 1000},
            "policy": {"share_base": "available"},
            "budgets": {"f": 5000, "g": 5000},
            "funds": [{"fund": "f", "max_share": 0.04}, {"fund": "g"}],
        },
        {("p", "f", 2026): 400, ("p", "g", 2026): 200},
        {("p", "f", 2026): 1},
        ("diversification", "f"),
    ),
    "participation": (  # 100 of 100 kr, and half of 200 kr, less a krona of each
        {
            "actors": [{"actor": "lead"}, {"actor": "i", "min_projects": 1}],
            "costs": {"p": 100, "q": 200},
            "participations": [{"project": p, "actor": "i", "role": "partner"} for p in "pq"],
            "budgets": {"f": 5000},
        },
        {("p", "f", 2026): 49, ("q", "f", 2026): 100},
        {("q", "f", 2026): -1},
        ("participation", "i"),
    ),
    "commitment decided": (
        {
            "costs": {"p": 100},
            "budgets": {"f": 100, "g": 100},
            "commitments": [{"project": "p", "fund": "f", "year": 2026, "amount": 30, "kind": "decided"}],
        },
        {("p", "f", 2026): 30, ("p", "g", 2026): 70},
        {("p", "f", 2026): -1, ("p", "g", 2026): 1},
        ("commitment", "p", "f", "2026", "decided"),
    ),
    "commitment paid": (
        {
            "costs": {"p": 100},
            "budgets": {"f": 100, "g": 100},
            "commitments": [{"project": "p", "fund": "f", "year": 2026, "amount": 30, "kind": "paid"}],
        },
        {("p", "f", 2026): 30, ("p", "g", 2026): 70},
        {("p", "f", 2026): 1, ("p", "g", 2026): -1},
        ("commitment", "p", "f", "2026", "paid"),
    ),
    "authorisation": (  # the decision's 1:1 money: bound after 2025, after 2026
        {
            "years": TWO,
            "costs": {"p": {2026: 60, 2027: 60}},
            "budgets": {"f": 100},
            "authorisations": [{"fund": "f", "year": 2025, "amount": 100}, {"fund": "f", "year": 2026, "amount": 50}],
        },
        {("p", "f", 2026): 50, ("p", "f", 2027): 50},
        {("p", "f", 2026): -1, ("p", "f", 2027): 1},
        ("authorisation", "f", "2026"),
    ),
    "requires": (  # p may be ahead of q by less than a krona of each: 0.5 + 1/100 + 1/200
        {
            "costs": {"p": 100, "q": 200},
            "budgets": {"f": 5000},
            "dependencies": [{"project": "p", "kind": "requires", "other": "q"}],
        },
        {("p", "f", 2026): 51, ("q", "f", 2026): 100},
        {("q", "f", 2026): -1},
        ("requires", "p", "q"),
    ),
    "excludes": (
        {
            "costs": {"p": 100, "q": 200},
            "budgets": {"f": 5000},
            "dependencies": [{"project": "p", "kind": "excludes", "other": "q"}],
        },
        {("q", "f", 2026): 100},
        {("p", "f", 2026): 1},
        ("excludes", "p", "q"),
    ),
    "viability": (
        {"costs": {"p": 100}, "budgets": {"f": 5000}, "projects": [{"project": "p", "min_share": 0.6}]},
        {("p", "f", 2026): 60},
        {("p", "f", 2026): -1},
        ("viability_min", "p"),
    ),
    "indivisible": (  # one krona of its one cost cell may be one that no fund can legally pay
        {"costs": {"p": 100}, "budgets": {"f": 5000}, "projects": [{"project": "p", "indivisible": True}]},
        {("p", "f", 2026): 99},
        {("p", "f", 2026): -1},
        ("indivisible", "p"),
    ),
    "required": (
        {"costs": {"p": 100}, "budgets": {"f": 5000}, "required": ["p"]},
        {("p", "f", 2026): 100},
        {("p", "f", 2026): -1},
        ("required", "p"),
    ),
    "partnership": (
        {
            "costs": {"p": 100, "q": 100},
            "budgets": {"f": 5000},
            "policy": {"min_partners": 2},
            "actors": [{"actor": "lead"}, {"actor": "i"}],
            "participations": [
                {"project": "p", "actor": "lead", "role": "lead"},
                {"project": "q", "actor": "i", "role": "partner"},
            ],
        },
        {("q", "f", 2026): 100},
        {("p", "f", 2026): 1},
        ("partnership", "p"),
    ),
    "ordinary": (
        {
            "costs": {"p": 100, "q": 100},
            "budgets": {"f": 5000},
            "projects": [{"project": "p", "status": "ordinary"}, {"project": "q"}],
        },
        {("q", "f", 2026): 100},
        {("p", "f", 2026): 1},
        ("ordinary", "p"),
    ),
    "excluded": (
        {"costs": {"p": 100, "q": 100}, "budgets": {"f": 5000}, "excluded": ["p"]},
        {("q", "f", 2026): 100},
        {("p", "f", 2026): 1},
        ("excluded", "p"),
    ),
    "a fund that may not pay": (
        {
            "costs": {"p": 100},
            "budgets": {"f": 5000, "g": 5000},
            "eligibility": [{"fund": "f", "by": "project", "value": "q"}],
            "projects": [{"project": "p"}, {"project": "q"}],
        },
        {("p", "g", 2026): 100},
        {("p", "f", 2026): 1, ("p", "g", 2026): -1},
        ("payment", "p", "f", "2026", "costs"),
    ),
    "a negative payment": (
        {"costs": {"p": 100}, "budgets": {"f": 5000, "g": 5000}},
        {("p", "g", 2026): 100},
        {("p", "f", 2026): -1},
        ("payment", "p", "f", "2026", "costs"),
    ),
    "a year without the cost": (
        {"years": TWO, "costs": {"p": {2026: 100}}, "budgets": {"f": 5000}},
        {("p", "f", 2026): 99},
        {("p", "f", 2027): 1},
        ("payment", "p", "f", "2027", "costs"),
    ),
}


# What each break comes to: left, sense, right, and how much too much
NUMBERS = {
    "financing": ("101", "<=", "100", "1"),
    "budget": ("41", "<=", "40", "1"),
    "budget of no row": ("1", "<=", "0", "1"),
    "budget with carry-over": ("56", "<=", "55", "1"),
    "rate of eligible costs": ("30", "<=", "29", "1"),
    "rate of booked costs": ("32", "<=", "319/10", "1/10"),
    "rate of total costs": ("47", "<=", "232/5", "3/5"),
    "rate of costs less income": ("29", "<=", "2871/100", "29/100"),
    "rate over the total": ("4", "<=", "3", "1"),
    "rate over the total, of years the fund pays nothing in too": ("4", "<=", "3", "1"),
    "cap": ("71", "<=", "70", "1"),
    "least_grant": ("49", ">=", "50", "1"),
    "least_grant of one that could not pay alone": ("9", ">=", "50", "41"),
    "group_min": ("79", ">=", "80", "1"),
    "group_min of half a krona": ("499", ">=", "999/2", "1/2"),
    "group_max": ("500", "<=", "999/2", "1/2"),
    "area_floor": ("198", ">=", "200", "2"),
    "area_cap": ("502", "<=", "500", "2"),
    "diversification": ("401", "<=", "400", "1"),
    "territorial": ("198", ">=", "200", "2"),
    "perspective": ("198", ">=", "200", "2"),
    "area_floor of all budgets": ("898", ">=", "900", "2"),
    "diversification of all budgets": ("401", "<=", "400", "1"),
    "participation": ("197/200", ">=", "1", "3/200"),
    "commitment decided": ("29", ">=", "30", "1"),
    "commitment paid": ("31", "<=", "30", "1"),
    "authorisation": ("51", "<=", "50", "1"),
    "requires": ("51/100", "<=", "99/200", "3/2"),
    "excludes": ("2", "<=", "1", "1"),
    "viability": ("59/100", ">=", "3/5", "1"),
    "indivisible": ("49/50", ">=", "1", "2"),
    "required": ("99/100", ">=", "1", "1"),
    "partnership": ("1", "=", "0", "1"),
    "ordinary": ("1", "=", "0", "1"),
    "excluded": ("1", "=", "0", "1"),
    "a fund that may not pay": ("1", "=", "0", "1"),
    "a negative payment": ("-1", ">=", "0", "1"),
    "a year without the cost": ("1", "=", "0", "1"),
}


SENTENCES = {
    "a fund that may not pay": "f pays 1 kr to p (costs, 2026): the fund may not pay this cost.",
    "a year without the cost": "f pays 1 kr to p (costs, 2027): there is no such cost that year.",
    "cap": "f pays 71 kr to p, more than its cap 70 kr.",
    "rate of booked costs": "f pays 32 kr to p (2026), more than 29/100 of 110 kr.",
}


def payments(case: Case, plan: Plan) -> list[tuple[str, str, int, str, int]]:
    """The plan with each payment on the class the fund may pay, the dearer ones first."""
    rows = []
    for (project, fund, year), kronor in plan.items():
        left = kronor
        parts = [part for part in case.projects[project].classes if fund in part.funds] or case.projects[
            project
        ].classes
        for part in sorted(parts, key=lambda part: -part.costs.get(year, 0)):
            taken = sum(kr for p, _, t, k, kr in rows if (p, t, k) == (project, year, part.name))
            here = left if part is parts[-1] or left < 0 else min(left, part.costs.get(year, 0) - taken)
            rows.append((project, fund, year, part.name, here))
            left -= here
            if not left:
                break
    return rows


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_broken_by_one_krona(rule: str) -> None:
    arguments, plan, move, label = RULES[rule]
    case = Case.of(document(build(**arguments)))
    assert labels(case, payments(case, plan)) == []
    broken = {key: plan.get(key, 0) + move.get(key, 0) for key in {**plan, **move}}
    found = audit(case, payments(case, broken))
    assert [breach.label for breach in found] == [label]
    left, sense, right, over = NUMBERS[rule]
    assert found[0][1:5] == (Fraction(left), sense, Fraction(right), Fraction(over))
    assert found[0].sentence.endswith(SENTENCES.get(rule, "."))


def test_a_cost_is_settled_in_the_same_share_every_year() -> None:
    case = Case.of(document(build(years=TWO, costs={"p": {2026: 1000, 2027: 1000}}, budgets={"f": 5000})))
    halves = [("p", "f", 2026, "costs", 500), ("p", "f", 2027, "costs", 500)]
    assert labels(case, halves) == []
    first = [("p", "f", 2026, "costs", 1000)]  # the first year only: not half of the project
    assert labels(case, first) == [("financing", "p", "costs", "2026"), ("financing", "p", "costs", "2027")]
    assert [(b.left, b.right, b.over) for b in audit(case, first)] == [(1000, 500, 500), (0, 500, 500)]
    # two cells, one fund each: off by less than four kronor
    assert labels(case, [("p", "f", 2026, "costs", 503), ("p", "f", 2027, "costs", 497)]) == []
    assert len(labels(case, [("p", "f", 2026, "costs", 504), ("p", "f", 2027, "costs", 496)])) == 2


def test_a_cost_that_nobody_pays_is_settled_with_nothing() -> None:
    """Two equal costs, two kronor of each may be uneven and two more where they are paid from: 8 and 0 are 4 apart."""
    case = Case.of(document(build(years=(2026, 2027), costs={"p": {2026: 100, 2027: 100}}, budgets={"f": 100})))
    assert case.projects["p"].uneven == 4
    assert labels(case, [("p", "f", 2026, "costs", 7)]) == []
    found = labels(case, [("p", "f", 2026, "costs", 8)])
    assert found == [("financing", "p", "costs", "2026"), ("financing", "p", "costs", "2027")]


def test_what_nobody_pays_counts_as_nothing() -> None:
    """Rules on projects, years and cells without any payment: 0 kr, not a krona more or less."""
    assert labels(*_case({"costs": {"p": {2026: 1000, 2027: 9}}, "years": TWO}, {2026: 500})) == [
        ("financing", "p", "costs", "2026"),  # 0.4955 of 9 kr is 4.46, and the cells may be off by less than 4
        ("financing", "p", "costs", "2027"),
    ]
    bound = [{"fund": "f", "year": 2025, "amount": 9}]
    assert labels(*_case({"costs": {"p": 9}, "years": (2026, 2027, 2028), "authorisations": bound}, {2026: 9})) == []
    one = [{"project": "p", "fund": "f", "year": 2026, "amount": 1, "kind": "decided"}]
    assert labels(*_case({"costs": {"p": 9}, "commitments": one}, {})) == [("commitment", "p", "f", "2026", "decided")]
    spent = {
        "costs": {"p": {2026: 9, 2027: 9}},
        "years": TWO,
        "budgets": {"f": 5},
        "funds": [{"fund": "f", "carry_over": 1.0}],
    }
    assert labels(*_case(spent, {2026: 5, 2027: 6})) == [("budget", "f", "2027")]


def _case(arguments: dict[str, Any], kronor: dict[int, int]) -> tuple[Case, list[Any]]:
    """A case of one project p and one fund f, and its payments by year."""
    case = Case.of(document(build(**{"budgets": {"f": 5000}, **arguments})))
    return case, [("p", "f", year, "costs", kr) for year, kr in kronor.items()]


def test_shares_count_funded_kronor_only() -> None:
    """A project that is not funded adds nothing to its area or its municipality."""
    arguments = {
        "areas": [{"area": "a", "floor_share": 0.2}, {"area": "b"}],
        "policy": {"municipality_floor": 0.8},
        "municipalities": [{"municipality": "m", "population": 100}, {"municipality": "n", "population": 300}],
        "costs": {"none": 500, "p": 1000, "q": 1000},
        "contributions": {"none": "a", "p": "a", "q": "b"},
        "reach": [{"project": p, "municipality": j, "share": 1.0} for p, j in [("none", "m"), ("p", "m"), ("q", "n")]],
        "budgets": {"f": 5000},
    }
    case = Case.of(document(build(**arguments)))  # three projects: 200 of 1000 may be 198 and not 197
    assert labels(case, [("p", "f", 2026, "costs", 198), ("q", "f", 2026, "costs", 802)]) == []
    short = audit(case, [("p", "f", 2026, "costs", 197), ("q", "f", 2026, "costs", 803)])
    assert [(b.label, b.left, b.right) for b in short] == [
        (("area_floor", "a"), 197, 200),
        (("territorial", "m"), 197, 200),
    ]


def test_rules_of_projects_that_are_not_funded_do_not_bind() -> None:
    arguments = {
        "costs": {"p": 100, "q": 100, "r": 100},
        "projects": [{"project": "p", "indivisible": True}, {"project": "q", "min_share": 0.5}, {"project": "r"}],
        "dependencies": [{"project": "p", "kind": "excludes", "other": "q"}],
        "rate_limits": [{"limit": "own", "by": "fund", "value": "g", "min_rate": 0.5, "project": "q"}],
        "budgets": {"f": 500, "g": 500},
    }
    case = Case.of(document(build(**arguments)))
    assert labels(case, []) == []
    assert labels(case, [("r", "f", 2026, "costs", 100)]) == []
    both = [("p", "f", 2026, "costs", 100), ("q", "g", 2026, "costs", 100)]
    assert [(b.label, b.over) for b in audit(case, both)] == [(("excludes", "p", "q"), 100)]


def test_an_unpaid_cost_is_no_base() -> None:
    model = build(
        categories=[{"category": "costs"}, {"category": "tools"}],
        costs={("p", "costs"): 4, ("p", "tools"): 1},
        funds=[{"fund": "f", "max_rate": 0.8, "rate_base": "booked"}, {"fund": "g"}],
        eligibility=[{"fund": fund, "by": "category", "value": "costs"} for fund in "fg"],
        budgets={"f": 9, "g": 9},
    )
    case = Case.of(document(model))
    assert ("rate", "p", "f", "2026") in labels(case, [("p", "f", 2026, "costs", 4)])  # 0.8 of 4, not of 5
    assert labels(case, [("p", "f", 2026, "costs", 3), ("p", "g", 2026, "costs", 1)]) == []


def test_income_in_kind_may_leave_no_base_at_all() -> None:
    model = build(
        categories=[{"category": "costs"}, {"category": "time", "form": "in_kind"}],
        costs={("p", "costs"): 10, ("p", "time"): 50},
        funds=[{"fund": "net", "rate_base": "net"}, {"fund": "rest"},
               {"fund": "time", "form": "in_kind", "income": True}],
        budgets={"net": 99, "rest": 99, "time": 99},
    )  # fmt: skip
    case = Case.of(document(model))
    plan = [("p", "rest", 2026, "costs", 10), ("p", "time", 2026, "time", 50)]
    assert labels(case, plan) == [("rate", "p", "net", "2026")]  # 0 ≤ 10 − 50 is wrong, though `net` pays nothing


def test_projects_without_costs_may_be_required_and_require() -> None:
    model = build(
        projects=[{"project": "idea"}, {"project": "must", "status": "committed"}, {"project": "p"}],
        costs={"p": 100},
        dependencies=[{"project": "p", "kind": "requires", "other": "idea"}],
        budgets={"f": 100},
        benefits={"idea": 1, "must": 1, "p": 1},
    )
    case = Case.of(document(model))
    half = [("p", "f", 2026, "costs", 50)]
    assert labels(case, half, {"idea": Fraction(1, 2), "must": Fraction(1)}) == []
    less = audit(case, half, {"idea": Fraction(1, 4), "must": Fraction(1, 2)})
    assert [(breach.label, breach.over) for breach in less] == [
        (("requires", "p", "idea"), 25),
        (("committed", "must"), Fraction(1, 2)),
    ]


def test_payments_the_model_does_not_know() -> None:
    case = Case.of(document(build(costs={"p": 100}, budgets={"f": 5000})))
    row = ("p", "f", 2026, "costs", 40)
    strangers = [
        ("q", "f", 2026, "costs", 1),
        ("p", "g", 2026, "costs", 1),
        ("p", "f", 2025, "costs", 1),
        ("p", "f", 2026, "k", 1),
    ]
    for stranger in strangers:
        (found,) = audit(case, [row, stranger])
        assert found[:5] == (("payment", *map(str, stranger[:4])), 1, "=", 0, 1)
        assert found.sentence.endswith(": the model knows no such fund, project, year or class.")
    (twice,) = audit(case, [row, row])
    assert twice[:5] == (("payment", "p", "f", "2026", "costs"), 2, "<=", 1, 0)
    assert twice.sentence == "The payment from f to p (costs, 2026) stands more than once."
    (negative,) = audit(case, [("p", "f", 2026, "costs", -3)])
    assert negative[1:] == (-3, ">=", 0, 3, "f pays -3 kr to p (costs, 2026): a payment cannot be negative.")
    assert audit(case, [("p", "f", 2026, "costs", 0)]) == []
    for kronor in (40.0, True, None, "40", Fraction(40)):
        with pytest.raises(TypeError, match="a payment is an int"):
            audit(case, [("p", "f", 2026, "costs", kronor)])


def test_stated_shares() -> None:
    model = build(
        projects=[{"project": "p"}, {"project": "idea"}],
        costs={"p": 100},
        budgets={"f": 99},
        benefits={"idea": 3.5, "p": 7},
    )
    case = Case.of(document(model))
    plan = [("p", "f", 2026, "costs", 50)]
    assert labels(case, plan, {"p": Fraction(1, 2), "idea": Fraction(1)}) == []
    assert value(case, plan, {"idea": Fraction(1)}) == 7
    assert value(case, plan) == Fraction(7, 2)
    (wrong,) = audit(case, plan, {"p": Fraction(51, 100)})
    assert wrong[:5] == (("share", "p"), Fraction(51, 100), "=", Fraction(1, 2), 0)
    for outside in (Fraction(3, 2), Fraction(-1)):
        (found,) = audit(case, plan, {"idea": outside})
        assert found[:5] == (("share", "idea"), outside, "<=", 1, 0)
    (stranger,) = audit(case, plan, {"nobody": Fraction(0)})
    assert stranger[:5] == (("share", "nobody"), 0, "=", 0, 0)
    assert labels(case, plan, {"idea": Fraction(0)}) == []


def test_a_breach_says_how_many_kronor_it_is_about() -> None:
    promise = [{"project": "p", "fund": "f", "year": 2026, "amount": 60, "kind": "decided"}]
    case = Case.of(document(build(costs={"p": 100}, budgets={"f": 90}, commitments=promise)))
    for kronor, label, over in ((50, "commitment", 10), (93, "budget", 3)):
        (breach,) = audit(case, [("p", "f", 2026, "costs", kronor)])
        assert (breach.label[0], breach.over) == (label, over)


def test_an_area_that_may_get_nothing_gets_nothing() -> None:
    """A cap of 0 is a rule, also where there is no floor: it may give less than a krona per project."""
    areas = [{"area": "a"}, {"area": "b", "cap_share": 0}]
    model = build(areas=areas, costs={"p": 100}, contributions={"p": "b"}, budgets={"f": 100})
    case = Case.of(document(model))
    assert labels(case, [("p", "f", 2026, "costs", 100)]) == [("area_cap", "b")]


def test_a_barred_project_without_costs_is_funded_with_nothing() -> None:
    projects = [{"project": "p"}, {"project": "idea", "status": "ordinary"}]
    case = Case.of(document(build(projects=projects, costs={"p": 100}, budgets={"f": 99})))
    (breach,) = audit(case, [], {"idea": Fraction(1)})
    assert breach[:5] == (("ordinary", "idea"), 0, "=", 0, 0)


def test_value_with_targets_and_ties() -> None:
    case = Case.of(
        document(
            build(
                areas=[{"area": "a", "weight": 2, "target": 10, "beyond": 0.5}],
                actors=[{"actor": "lead"}, {"actor": "i"}, {"actor": "j"}],
                participations=[{"project": p, "actor": a, "role": "partner"} for p, a in ("pi", "qi", "qj")],
                links=[{"actor": "lead", "other": "i", "weight": 1}],
                policy={"collaboration_weight": 3},
                costs={"p": 100, "q": 100},
                benefits={"p": 8, "q": 8},
                budgets={"f": 500},
            )
        )
    )
    plan = [("p", "f", 2026, "costs", 75), ("q", "f", 2026, "costs", 75)]
    # q = 12: 10 and half of 2; ties: i–lead once (worth 1/2, two projects), i–j and j–lead to 3/4
    assert value(case, plan) == 2 * 11 + 3 * (Fraction(1, 2) + 2 * Fraction(3, 4))


@pytest.mark.parametrize(
    ("funds", "more", "swaps"),
    [
        ([{"fund": "early"}, {"fund": "late", "draw_order": 1}], {}, True),
        ([{"fund": "early", "max_rate": 0.1}, {"fund": "late", "draw_order": 1}], {}, False),
        ([{"fund": "early", "max_per_project": 10}, {"fund": "late", "draw_order": 1}], {}, False),
        ([{"fund": "early", "max_share": 0.1}, {"fund": "late", "draw_order": 1}], {}, False),
        ([{"fund": "early"}, {"fund": "late"}], {}, False),
        ([{"fund": "early"}, {"fund": "late", "draw_order": 1}], {"budgets": {"early": 10, "late": 100}}, False),
        (
            [{"fund": "early"}, {"fund": "late", "draw_order": 1}],
            {"authorisations": [{"fund": "early", "year": 2025, "amount": 10}]},
            False,
        ),
        ([{"fund": "early"}, {"fund": "late", "draw_order": 1, "min_per_project": 90}], {}, False),
        ([{"fund": "early"}, {"fund": "late", "draw_order": 1, "min_per_project": 89}], {}, True),
        ([{"fund": "early", "min_per_project": 12}, {"fund": "late", "draw_order": 1}], {}, False),
        ([{"fund": "early", "min_per_project": 11}, {"fund": "late", "draw_order": 1}], {}, True),
        (  # nothing is bound for the years after 2026, and a krona of 2026 is not
            [{"fund": "early"}, {"fund": "late", "draw_order": 1}],
            {"authorisations": [{"fund": "early", "year": 2026, "amount": 0}]},
            True,
        ),
        (
            [{"fund": "early", "sector": "private"}, {"fund": "late", "draw_order": 1}],
            {"rate_limits": [{"limit": "l", "by": "sector", "value": "public", "min_rate": 0.9}]},
            False,
        ),
        (
            [{"fund": "early", "sector": "private"}, {"fund": "late", "draw_order": 1}],
            {"rate_limits": [{"limit": "l", "by": "fund", "value": "early", "max_rate": 0.1}]},
            False,
        ),
        (  # a fund of the group that pays nothing leaves its krona to another
            [
                {"fund": "early"},
                {"fund": "late", "sector": "private", "draw_order": 1},
                {"fund": "third", "draw_order": 2},
            ],
            {"rate_limits": [{"limit": "l", "by": "sector", "value": "public", "max_rate": 0.11}]},
            True,
        ),
        (
            [{"fund": "early"}, {"fund": "late", "draw_order": 1}],
            {"commitments": [{"project": "p", "fund": "late", "year": 2026, "amount": 90, "kind": "decided"}]},
            False,
        ),
        (
            [{"fund": "early"}, {"fund": "late", "draw_order": 1}],
            {"commitments": [{"project": "p", "fund": "early", "year": 2026, "amount": 10, "kind": "paid"}]},
            False,
        ),
        (
            [{"fund": "early"}, {"fund": "late", "draw_order": 1}],
            {"eligibility": [{"fund": "early", "by": "project", "value": "other"}]},
            False,
        ),
    ],
)
def test_a_krona_of_a_later_fund(funds: list[dict[str, Any]], more: dict[str, Any], swaps: bool) -> None:
    arguments = {
        "costs": {"p": 100},
        "projects": [{"project": "p"}, {"project": "other"}],
        "budgets": {f["fund"]: 100 for f in funds},
    }
    case = Case.of(document(build(funds=funds, **{**arguments, **more})))
    paid = [("p", "early", 2026, "costs", 10), ("p", "late", 2026, "costs", 90)]
    if case.payers["p", "costs"] == ("late",):
        paid = [("p", "late", 2026, "costs", 90)]
    found = draw_order_breaches(case, paid)
    assert [breach.label for breach in found] == ([("draw_order", "p", "late", "2026", "costs")] if swaps else [])


def test_a_krona_carried_into_next_year_is_not_free() -> None:
    funds = [{"fund": "early", "carry_over": 1.0}, {"fund": "late", "draw_order": 1}]
    case = Case.of(
        document(
            build(years=TWO, funds=funds, costs={"p": {2026: 50, 2027: 50}}, budgets={"early": {2026: 60}, "late": 100})
        )
    )
    saved = [("p", "early", 2026, "costs", 10), ("p", "late", 2026, "costs", 40), ("p", "early", 2027, "costs", 50)]
    assert labels(case, saved) == []
    assert draw_order_breaches(case, saved) == []
    unused = [*saved[:2], ("p", "early", 2027, "costs", 49), ("p", "late", 2027, "costs", 1)]
    assert {breach.label[2:4] for breach in draw_order_breaches(case, unused)} == {("late", "2026"), ("late", "2027")}


def test_income_drawn_earlier_shrinks_what_a_net_rate_is_a_share_of() -> None:
    funds = [{"fund": "fees", "income": True}, {"fund": "grant", "rate_base": "net", "max_rate": 0.5, "draw_order": 1},
             {"fund": "late", "draw_order": 2}]  # fmt: skip
    case = Case.of(document(build(funds=funds, costs={"p": 100}, budgets={"fees": 90, "grant": 90, "late": 90})))
    plan = [("p", "fees", 2026, "costs", 10), ("p", "grant", 2026, "costs", 45), ("p", "late", 2026, "costs", 45)]
    assert labels(case, plan) == []
    # fees 11: the grant may be 44.5; so a krona may move to the fees from the grant, but not from the late fund
    assert [breach.label[2] for breach in draw_order_breaches(case, plan)] == ["grant"]


def legal_plan(case: Case, rng: random.Random) -> dict[tuple[str, str, int, str], int]:
    """A legal plan put together at random, a project at a time; empty where not even the empty plan is legal."""
    plan: dict[tuple[str, str, int, str], int] = {}

    def kept(payments: dict[tuple[str, str, int, str], int]) -> bool:
        return not audit(case, [(*key, kronor) for key, kronor in payments.items()])

    if not kept(plan):
        return plan
    for project in [*case.projects.values()] * 8:
        cells = [(part, t, c) for part in project.classes for t, c in part.costs.items()]
        share = rng.choice((0.3, 1, 1))
        trial = {key: kronor for key, kronor in plan.items() if key[0] != project.id}
        for part, t, c in cells:
            left = int(c * share)
            for fund in rng.sample(part.funds, len(part.funds)):
                trial[project.id, fund, t, part.name] = kronor = left if rng.random() < 0.3 else left // 2
                left -= kronor
        if kept(trial):
            plan = trial
    return plan


def tiny(rng: random.Random) -> Case:
    """Two projects, four funds, two years and a few kronor: every ceiling is near."""
    names = ["early", "fees", "grant", "late"]
    funds = [
        {
            "fund": name,
            "draw_order": i,
            "income": name == "fees",
            "sector": rng.choice(("public", "private")),
            "max_rate": rng.choice((1, 1, 0.5, 0.4)),
            "rate_basis": rng.choice(("year", "total")),
            "rate_base": rng.choice(("eligible", "net", "net")),
            "max_share": rng.choice((1, 1, 0.5, 0.25)),
            "carry_over": rng.choice((0, 0, 1, 0.5)),
            **rng.choice(({}, {}, {"max_per_project": 2}, {"max_per_project": 3}, {"min_per_project": 2})),
        }
        for i, name in enumerate(names)
    ]
    model = build(
        years=TWO,
        funds=funds,
        costs={p: {t: rng.randint(1, 6) for t in TWO} for p in "pq"},
        budgets={name: {t: rng.randint(0, 9) for t in rng.choice((TWO, TWO, TWO[:1]))} for name in names},
        authorisations=[{"fund": rng.choice(names[:3]), "year": rng.choice((2025, 2026)), "amount": rng.randint(0, 9)}],
        rate_limits=[
            {"limit": "l", "by": "sector", "value": "public", "min_rate": 0.25, "max_rate": rng.choice((0.5, 1))}
        ],
        commitments=[
            {"project": "p", "fund": rng.choice(names), "year": 2026, "kind": "decided", "amount": rng.randint(0, 1)}
        ],
    )
    return Case.of(document(model))


def test_single_krona_moves_agree_with_the_audit() -> None:
    """A move is found exactly where the plan with the krona moved passes the audit too."""
    rng = random.Random(7)
    compared = {True: 0, False: 0}
    cases = [Case.of(document(random_model(seed) if seed % 2 else tight_model(seed))) for seed in range(60)]
    for case in cases + [tiny(rng) for _ in range(360)]:
        plan = legal_plan(case, rng)
        found = {breach.label: breach for breach in draw_order_breaches(case, [(*key, kr) for key, kr in plan.items()])}
        for (p, f, t, k), kronor in plan.items():
            label = ("draw_order", p, f, str(t), k)
            legal = any(
                case.funds[other].draw_order < case.funds[f].draw_order and moves(case, plan, (p, f, t, k), other)
                for other in (case.payers[p, k] if kronor else ())
            )
            assert (label in found) == legal, (case, plan, label)
            assert not legal or found[label][1:5] == (kronor, "=", 0, 1)
            compared[legal] += 1
    assert min(compared.values()) > 100


def moves(case: Case, plan: dict[tuple[str, str, int, str], int], key: tuple[str, str, int, str], other: str) -> bool:
    """Is the plan with a krona of a payment moved to another fund legal? The fund's share to the krona, too."""
    p, _, t, k = key
    moved = {**plan, key: plan[key] - 1, (p, other, t, k): plan.get((p, other, t, k), 0) + 1}
    ledger = Ledger.of((*one, kr) for one, kr in moved.items())
    return ledger.f[other] <= case.funds[other].max_share * ledger.total and not audit(case, ledger)


def test_the_order_is_promised_unless_who_pays_is_decided_before() -> None:
    def promised(*objectives: str | tuple[str, float]) -> bool:
        return draw_order_binds(Case.of(document(build(costs={"p": 1}, budgets={"f": 1}, objectives=objectives))))

    assert promised("value", "draw_order")
    assert promised("draw_order", "leverage")
    assert not promised("value")
    assert not promised("leverage", "draw_order")
    assert not promised("value", "spread", "draw_order")
    assert promised(("value", 0.1), "draw_order")
    assert not promised("value", ("draw_order", 0.1), "funded")


def test_margins_that_cross() -> None:
    """A krona less in one margin is a breach only where that margin's ceiling falls."""
    costs = {p: {2026: 1, 2027: 1} for p in "pq"}
    case = Case.of(document(build(years=TWO, costs=costs, budgets={"f": 1, "g": 1},
                                  funds=[{"fund": f, "max_per_project": 1} for f in "fg"])))  # fmt: skip
    diagonal = [("p", "f", 2026), ("q", "g", 2026), ("p", "g", 2027), ("q", "f", 2027)]
    assert labels(case, [(p, f, t, "costs", 1) for p, f, t in diagonal]) == []
    crossed = [("p", "f", 2026), ("q", "f", 2026), ("p", "g", 2027), ("q", "g", 2027)]
    assert labels(case, [(p, f, t, "costs", 1) for p, f, t in crossed]) == [
        ("budget", "f", "2026"),
        ("budget", "g", "2027"),
    ]
    columns = [("p", "f", 2026), ("q", "g", 2026), ("p", "f", 2027), ("q", "g", 2027)]
    assert labels(case, [(p, f, t, "costs", 1) for p, f, t in columns]) == [("cap", "p", "f"), ("cap", "q", "g")]


def test_numbers_are_read_as_they_print() -> None:
    assert exact(0.29) == Fraction(29, 100)
    assert exact(1e-9) == Fraction(1, 10**9)
    assert whole(3.0) == 3
    for wrong in (float("nan"), float("inf"), True, "3", None):
        with pytest.raises(UnreadableError):
            exact(wrong)
    with pytest.raises(UnreadableError):
        whole(0.5)


@pytest.mark.parametrize(
    ("table", "column", "index", "cell"),
    [
        ("costs", "amount", 0, -1),
        ("costs", "amount", 0, 0.5),
        ("costs", "amount", 0, "100"),
        ("costs", "year", 0, 2030),
        ("costs", "project", 0, "nobody"),
        ("costs", "category", 0, "oh"),
        ("funds", "max_rate", 0, None),
        ("funds", "rate_basis", 0, "month"),
        ("funds", "income", 0, "no"),
        ("funds", "fund", 0, "fum"),
        ("projects", "status", 0, "dreamt"),
        ("projects", "indivisible", 0, 1),
        ("contributions", "area", 0, "nowhere"),
        ("contributions", "project", 0, "nobody"),
        ("budgets", "year", 0, 2027),
    ],
)
def test_a_document_that_cannot_be_a_model(table: str, column: str, index: int, cell: Any) -> None:
    doc = decision()
    doc["tables"][table][column][index] = cell
    with pytest.raises(UnreadableError):
        Case.of(doc)


def test_a_document_with_a_ragged_table() -> None:
    doc = decision()
    doc["tables"]["costs"]["amount"].pop()
    with pytest.raises(UnreadableError, match="unequal length"):
        Case.of(doc)
    del doc["tables"]["costs"]["amount"]
    with pytest.raises(UnreadableError, match="no column 'amount'"):
        Case.of(doc)


def test_a_share_of_an_area_stands_once() -> None:
    """Two rows of one project and area are an error even where they say different things."""
    doc = decision()
    for column, cells in doc["tables"]["contributions"].items():
        cells.append(0.5 if column == "share" else cells[0])
    with pytest.raises(UnreadableError, match="the same project, area"):
        Case.of(doc)


def test_a_policy_that_says_nothing_asks_nothing() -> None:
    case = Case.of({**decision(), "policy": {}})
    assert case.municipality_floor == 0
    assert case.ties == {}
    assert not case.projects["rus"].barred


def test_a_case_made_like_another_is_the_same() -> None:
    """Whatever is taken from the other case, the parts and what is worked out from them are those of the document."""
    models = [random_model(seed) for seed in range(40)]
    documents = [document(model) for model in models]
    for model, other in zip(models, models[1:] + models[:1], strict=True):  # a table of another model, where it fits
        for table in ("areas", "funds", "actors", "municipalities", "budgets"):
            mixed = document(model.replace(tables={**model.tables, table: other.tables[table]}))
            documents += [mixed] if table != "budgets" or model.years == other.years else []
    worked = ("costs", "payers", "pays", "bases", "limits_on", "gains", "gates", "promised")
    compared = 0
    like: Case | None = None
    for doc in documents:
        try:
            fresh = Case.of(doc)
        except UnreadableError:
            continue
        for source in filter(None, (like, fresh, Case.of(documents[compared % 40]))):
            again = Case.of(doc, like=source)
            assert again == fresh
            assert all(getattr(again, name) == getattr(fresh, name) for name in worked)
        like = fresh
        compared += 1
    assert compared > 60


def test_sums_of_many_denominators_are_exact() -> None:
    rng = random.Random(1)
    terms = [Fraction(rng.randint(-9, 9), rng.randint(1, 99)) for _ in range(300)]
    assert total(terms) == sum(terms, Fraction(0))
    assert total([]) == 0


def test_a_ledger_sums_every_margin() -> None:
    rows = [("p", "f", 2026, "k", 3), ("p", "f", 2026, "l", 4), ("q", "f", 2027, "k", 5), ("q", "g", 2027, "k", 6)]
    ledger = Ledger.of(rows)
    assert Ledger.of(ledger) is ledger
    assert ledger.settled == {("p", "k", 2026): 3, ("p", "l", 2026): 4, ("q", "k", 2027): 11}
    assert ledger.pft == {("p", "f", 2026): 7, ("q", "f", 2027): 5, ("q", "g", 2027): 6}
    assert (ledger.pf["q", "g"], ledger.ft["f", 2027], ledger.f, ledger.p, ledger.total) == (
        6,
        5,
        {"f": 12, "g": 6},
        {"p": 7, "q": 11},
        18,
    )


def test_a_payment_that_stands_twice_is_added_up_and_told() -> None:
    ledger = Ledger.of([("p", "f", 2026, "k", 3), ("q", "f", 2026, "k", 1), ("p", "f", 2026, "k", 4)])
    key = ("p", "f", 2026, "k")
    assert (ledger.doubled, ledger.paid[key], ledger.p["p"], ledger.total) == ((key,), 7, 7, 8)


def test_a_fund_that_cannot_pay_alone_makes_no_small_grant_alone() -> None:
    """A tenth is all that f may pay: 9 kr that nobody adds to break its rate, and are no grant of 50 kr either."""
    arguments, *_ = RULES["least_grant of one that could not pay alone"]
    case = Case.of(document(build(**arguments)))
    assert labels(case, [("p", "f", 2026, "costs", 9)]) == [("rate", "p", "f", "2026"), ("least_grant", "p", "f")]
