"""Worked examples from the field, with the figures people know: each is a small model with one answer."""

import math

import pytest
from build import build
from engine import engine, second

POPULATION = {  # 31 December 2023
    "askersund": 11_478,
    "degerfors": 9_357,
    "hallsberg": 16_232,
    "hallefors": 6_495,
    "karlskoga": 30_261,
    "kumla": 22_516,
    "laxa": 5_497,
    "lekeberg": 8_606,
    "lindesberg": 23_292,
    "ljusnarsberg": 4_407,
    "nora": 10_627,
    "orebro": 159_348,
}

DECISIONS = {  # implied total cost, the region's rate: four decisions of 2022 and 2023
    "first": (2_320_584, 0.5),
    "second": (9_675_858, 0.5),
    "third": (12_500_000, 0.18),
    "fourth": (11_666_667, 0.06),
}


def paid(found, fund):
    return sum(kronor for (_, f, _, _), kronor in found.y.items() if f == fund)


# -- the models


def two_pots(development: int, culture: int):
    """Two pots with more to do than money: 30 and 20 Mkr of projects."""
    return build(
        budgets={"development": development, "culture": culture},
        costs={"p": 30_000_000, "q": 20_000_000},
        eligibility=[
            {"fund": "development", "by": "project", "value": "p"},
            {"fund": "culture", "by": "project", "value": "q"},
        ],
    )


def four_decisions(grant: int, *, indivisible: bool):
    """Each project must have its rate of grant money; others match the rest."""
    return build(
        projects=[{"project": p, "indivisible": indivisible} for p in DECISIONS],
        costs={p: cost for p, (cost, _) in DECISIONS.items()},
        funds=[{"fund": "grant"}]
        + [{"fund": f"match-{p}", "max_rate": 1 - rate} for p, (_, rate) in DECISIONS.items()],
        eligibility=[{"fund": f"match-{p}", "by": "project", "value": p} for p in DECISIONS],
        budgets={"grant": grant, **{f"match-{p}": 20_000_000 for p in DECISIONS}},
        objectives=["funded"],
    )


def prerequisite(*, requires: bool):
    return build(
        projects=[{"project": "a", "indivisible": True}, {"project": "b", "indivisible": True}],
        budgets={"f": 4},
        costs={"a": 2, "b": 3},
        benefits={"a": 1, "b": 5},
        dependencies=[{"project": "b", "kind": "requires", "other": "a"}] if requires else [],
    )


def floors_and_caps():
    return build(
        areas=[{"area": a, "floor_share": 0.2, "cap_share": 0.5} for a in ("a", "b", "c")],
        budgets={"f": 10},
        costs={"p": 10, "q": 10, "r": 10},
        contributions={"p": "a", "q": "b", "r": "c"},
        benefits={"p": 30, "q": 20, "r": 10},
    )


def goal_weights():
    """Thousands of kronor, so that the points are those of the shares alone."""
    return build(
        areas=[{"area": "g1", "weight": 1}, {"area": "g2", "weight": 2}, {"area": "g3", "weight": 2}],
        budgets={"f": 10_000},
        costs={"p": 6_000, "q": 6_000},
        contributions={"p": {"g1": 0.8, "g2": 0.2}, "q": {"g1": 0.2, "g2": 0.4, "g3": 0.4}},
    )


def the_decision(*, fum: int = 1_000_000, private: float = 0.0, more_fees: int = 0):
    """The decision 2026-2028: staff, services, travel and 20 % overhead; four sources of money, FUM last."""
    years = (2026, 2027, 2028)

    def by_year(*amounts: int):
        return dict(zip(years, amounts, strict=True))

    return build(
        years=years,
        categories=[
            {"category": "staff"},
            {"category": "services"},
            {"category": "travel"},
            {"category": "overhead", "flat_rate": 0.2, "flat_rate_base": "staff"},
        ],
        projects=[{"project": "rus", "status": "committed"}],
        costs={
            ("rus", "staff"): by_year(2_199_502, 2_265_487, 2_333_452),
            ("rus", "services"): by_year(1_120_000, 1_220_000, 1_525_000),
            ("rus", "travel"): by_year(35_000, 35_000, 35_000),
        },
        funds=[
            {"fund": "one-one", "max_rate": 0.5, "max_per_project": 6_064_064},
            {"fund": "other"},
            {"fund": "fum", "draw_order": 1},
            {"fund": "fees", "sector": "private", "income": True},
        ],
        budgets={
            "one-one": 3_000_000,
            "other": by_year(978_000, 1_250_000, 1_300_000),
            "fum": fum,
            "fees": by_year(350_000, 350_000, 350_000 + more_fees),
        },
        rate_limits=[{"limit": "private", "by": "sector", "value": "private", "min_rate": private}],
    )


def both_places(budget: int):
    return build(
        budgets={"f": budget},
        costs={"p1": 5, "p2": 4},
        municipalities=[{"municipality": j, "population": POPULATION[j]} for j in ("orebro", "laxa")],
        reach=[
            {"project": "p1", "municipality": "orebro", "share": 1},
            {"project": "p2", "municipality": "laxa", "share": 1},
        ],
        required=["p1", "p2"],
    )


def twelve_municipalities(floor: float):
    """25.5 Mkr, a project in each municipality that could take it all; the best is in Örebro."""
    return build(
        policy={"municipality_floor": floor},
        municipalities=[{"municipality": j, "population": people} for j, people in POPULATION.items()],
        reach=[{"project": f"in-{j}", "municipality": j, "share": 1} for j in POPULATION],
        budgets={"f": 25_500_000},
        costs={f"in-{j}": 25_500_000 for j in POPULATION},
        benefits={f"in-{j}": 30 if j == "orebro" else 10 for j in POPULATION},
    )


# -- the answers, of the second opinion (exact) and of the engine (the plan in whole kronor)


@pytest.fixture(params=[second, engine], ids=["second", "engine"])
def solve(request):
    return request.param


def test_money_moved_between_pots(solve):
    before, after = solve(two_pots(25_500_000, 13_300_000)), solve(two_pots(21_500_000, 17_300_000))
    assert paid(before, "development") == pytest.approx(25_500_000)
    assert paid(before, "culture") == pytest.approx(13_300_000)
    assert paid(after, "development") == pytest.approx(21_500_000)
    assert paid(after, "culture") == pytest.approx(17_300_000)
    assert after.objectives["value"] == pytest.approx(before.objectives["value"])  # 38.8 Mkr both times


def test_four_indivisible_decisions(solve):
    found = solve(four_decisions(6_000_000, indivisible=True))
    assert found.x == pytest.approx({"first": 1, "second": 0, "third": 1, "fourth": 1}, abs=1e-9)
    assert found.objectives["funded"] == pytest.approx(26_487_251, abs=1e-3)
    needed = sum(cost * rate * found.x[p] for p, (cost, rate) in DECISIONS.items())
    assert needed == pytest.approx(4_110_292, abs=0.1)  # 6 % of 11 666 667 kr is 700 000.02
    assert paid(found, "grant") >= needed - 1e-3


def test_four_divisible_decisions_and_the_price_of_grant_money(solve):
    found = solve(four_decisions(6_000_000, indivisible=False))
    assert found.objectives["funded"] == pytest.approx(30_266_667, abs=0.5)
    more = solve(four_decisions(6_100_000, indivisible=False))
    less = solve(four_decisions(5_900_000, indivisible=False))
    assert more.objectives["funded"] - found.objectives["funded"] == pytest.approx(2.0 * 100_000, rel=1e-9)
    assert found.objectives["funded"] - less.objectives["funded"] == pytest.approx(2.0 * 100_000, rel=1e-9)


def test_a_prerequisite_changes_the_choice(solve):
    free, bound = solve(prerequisite(requires=False)), solve(prerequisite(requires=True))
    assert (free.objectives["value"], free.x) == (pytest.approx(5), pytest.approx({"a": 0, "b": 1}))
    assert (bound.objectives["value"], bound.x) == (pytest.approx(1), pytest.approx({"a": 1, "b": 0}))


def test_floors_and_caps_of_areas(solve):
    found = solve(floors_and_caps())
    assert found.objectives["value"] == pytest.approx(23)
    assert [10 * found.x[p] for p in "pqr"] == pytest.approx([5, 3, 2])


def test_weights_of_goals(solve):
    found = solve(goal_weights())
    assert found.objectives["value"] == pytest.approx(15.6)
    assert [6 * found.x[p] for p in "pq"] == pytest.approx([4, 6])


def test_the_decision_leaves_fum_the_rest(solve):
    for fum in (570_000, 1_000_000):
        found = solve(the_decision(fum=fum))
        assert paid(found, "one-one") == pytest.approx(6_064_064)
        assert paid(found, "other") == pytest.approx(3_528_000)
        assert paid(found, "fum") == pytest.approx(1_486_065)
        assert paid(found, "fees") == pytest.approx(1_050_000)


def test_the_decision_to_the_krona():
    found = engine(the_decision())
    by_year = {(f, t): kronor for (_, f, t, _), kronor in found.y.items()}
    assert [by_year["one-one", t] for t in (2026, 2027, 2028)] == [1_897_201, 1_986_792, 2_180_071]
    assert [by_year["other", t] for t in (2026, 2027, 2028)] == [978_000, 1_250_000, 1_300_000]
    assert [by_year["fum", t] for t in (2026, 2027, 2028)] == [569_201, 386_793, 530_071]
    assert [by_year["fees", t] for t in (2026, 2027, 2028)] == [350_000, 350_000, 350_000]


def test_the_private_share_of_the_decision(solve):
    total = 12_128_129
    assert 1_050_000 / total == pytest.approx(0.086576, abs=5e-7)
    assert solve(the_decision(private=0.08)).status == "optimal"
    assert solve(the_decision(private=0.09)).status == "infeasible"
    assert solve(the_decision(private=0.09, more_fees=41_531)).status == "infeasible"
    assert solve(the_decision(private=0.09, more_fees=41_532)).status == "optimal"


def test_both_places_need_nine(solve):
    assert solve(both_places(8)).status == "infeasible"
    found = solve(both_places(9))
    assert found.status == "optimal"
    assert paid(found, "f") == pytest.approx(9)


def test_the_floor_of_the_smallest_municipality(solve):
    found = solve(twelve_municipalities(0.8))
    least = 0.8 * 4_407 / 308_116 * 25_500_000
    assert found.x["in-ljusnarsberg"] * 25_500_000 == pytest.approx(
        least, abs=1
    )  # a policy share gives by less than a krona
    assert math.ceil(least) == 291_783
    assert solve(twelve_municipalities(0)).x["in-ljusnarsberg"] == pytest.approx(0, abs=1e-9)
