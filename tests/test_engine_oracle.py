"""The engine against the second opinion: the same optimum at every stage, a legal plan, and a bound that holds."""

import math

import pytest
from build import build
from engine import engine, result, value_of
from random_models import newer_model, random_model, tight_model
from test_golden_rules import CASES
from test_mknap import OPTIMA, PROBLEMS, funding_model
from wild_models import wild_model

from rus_funding.engine.engine import solve
from rus_funding.model.model import document
from rus_funding.proof.audit import audit
from rus_funding.proof.case import Case
from rus_funding.second_opinion import compare as differences
from rus_funding.second_opinion import second_opinion


def compare(model):
    """The second opinion and the engine's, which must be the same."""
    expected, outcome = second_opinion(model), solve(model)
    assert differences(expected, outcome) == (), (model.name, outcome.message)
    if expected.status != "optimal":
        assert outcome.payments == ()
        assert outcome.standing.name == "infeasible"
        return None
    assert [name for name, _ in outcome.objectives] == [name for name, _ in expected.optima]
    return outcome


def check_plan(model, outcome):
    """Whole kronor, no rule broken, worth no more than the bound, and the bound is none below the optimum."""
    payments = [(p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments]
    assert all(type(kronor) is int and kronor > 0 for *_, kronor in payments)
    free = {p.project: p.share for p in outcome.projects if p.cost == 0}
    assert audit(Case.of(document(model)), payments, free) == []
    size = max(1, abs(outcome.bound))
    assert outcome.bound >= outcome.optimum - 1e-6 * size
    worth = value_of(model, result(outcome).x)
    assert outcome.value == pytest.approx(worth, rel=1e-9, abs=1e-9)
    assert outcome.value <= outcome.bound + float(outcome.checked.give) + 1e-9 * size


@pytest.mark.parametrize("start", range(0, 250, 25))
def test_the_same_optima_and_a_legal_plan(start):
    for seed in range(start, start + 25):
        model = random_model(seed)
        outcome = compare(model)
        if outcome is not None:
            check_plan(model, outcome)


@pytest.mark.parametrize("start", range(0, 100, 25))
def test_the_same_with_the_rules_that_came_later(start):
    for seed in range(start, start + 25):
        model = newer_model(seed)
        outcome = compare(model)
        if outcome is not None:
            check_plan(model, outcome)
            assert outcome.standing.proven, model.name


def test_a_least_grant_is_kept_where_an_objective_is_best_though_later_ones_leave_it():
    """`draw_order` may give 5 %: the point that is left keeps every least grant, the best one has to as well."""
    outcome = compare(newer_model(121))
    assert dict(outcome.objectives)["draw_order"] == pytest.approx(2764.29, abs=0.01)


@pytest.mark.parametrize("seed", [352, 423, 488])
def test_an_optimum_of_0_is_held_no_tighter_than_the_solver_can_see(seed):
    check_plan(wild_model(seed), compare(wild_model(seed)))


def test_the_same_where_every_krona_counts():
    for seed in range(120):
        model = tight_model(seed)
        outcome = compare(model)
        check_plan(model, outcome)


# Where kronor must be given up, they are given up by the project that may: each case has a plan, found by hand.


# f pays half, so g and h pay 158 of q's 315 and 75 of r's 149; 167 are left of 400: p gets 334, not 336 (0.84 of it).
def a_partner_in_one_whole_project():
    return build(
        actors=[{"actor": "lead"}, {"actor": "partner", "min_projects": 1}],
        participations=[{"project": "q", "actor": "partner", "role": "partner"}],
        funds=[{"fund": "f", "max_rate": 0.5}, {"fund": "g"}, {"fund": "h"}],
        budgets={"f": 800, "g": 100, "h": 300},
        costs={"p": 400, "q": 315, "r": 149},
        benefits={"p": 0.4, "q": 0, "r": 0.149},
    )


# The region pays 24 % of a project at most, f is for q only: p's 85 864 take 65 257 of the fees; with the rest q gets
# 641 631.
def a_required_project_beside_another():
    return build(
        funds=[
            {"fund": "f", "max_rate": 0.55},
            {"fund": "fees", "sector": "private"},
            {"fund": "g", "level": "region"},
        ],
        eligibility=[{"fund": "f", "by": "project", "value": "q"}],
        rate_limits=[{"limit": "region", "by": "level", "value": "region", "max_rate": 0.24}],
        budgets={"f": 500_000, "fees": 200_000, "g": 200_000},
        costs={"p": 85_864, "q": 643_980},
        benefits={"p": 0, "q": 328},
        required=["p"],
    )


# The region pays 62 % at least: 248 of r's 400, 250 of p's 403, and 2 kr of q, which p requires: 500.
def a_project_that_requires_a_small_one():
    return build(
        funds=[{"fund": "fees", "sector": "private"}, {"fund": "g", "level": "region"}],
        rate_limits=[{"limit": "region", "by": "level", "value": "region", "min_rate": 0.62}],
        budgets={"fees": 700, "g": 500},
        costs={"p": 600, "q": 3, "r": 400},
        benefits={"p": 0.6, "q": 0, "r": 0.4},
        dependencies=[{"project": "p", "kind": "requires", "other": "q"}],
    )


# 0.58 of 370 007 is 214 604.06: f pays 15 %, 32 190, eu its cap, g the rest; q takes what g has left.
def a_least_share_between_two_kronor():
    return build(
        projects=[{"project": "p", "min_share": 0.58}, {"project": "q"}],
        funds=[{"fund": "f"}, {"fund": "g"}, {"fund": "eu", "max_rate": 0.4, "max_per_project": 40_000}],
        rate_limits=[{"limit": "f", "by": "fund", "value": "f", "max_rate": 0.15}],
        budgets={"eu": 200_000, "g": 150_000, "f": 300_000},
        costs={"p": 370_007, "q": 80_000},
        benefits={"p": 370.007, "q": 44.8},
    )


@pytest.mark.parametrize(
    "model",
    [
        a_partner_in_one_whole_project(),
        a_required_project_beside_another(),
        a_project_that_requires_a_small_one(),
        a_least_share_between_two_kronor(),
    ],
    ids=["participation", "required", "requires", "viability"],
)
def test_kronor_are_given_up_where_they_may_be(model):
    check_plan(model, compare(model))


@pytest.mark.parametrize("name", CASES)
def test_the_engine_solves_the_golden_case(name):
    case = CASES[name]
    found = engine(case.model)
    assert found.status == "optimal"
    for objective, optimum in case.objectives.items():
        assert found.objectives[objective] == pytest.approx(optimum, abs=1e-6), objective
    assert {p: found.x[p] for p in case.x} == pytest.approx(case.x, abs=1e-9)
    paid = dict.fromkeys(case.funds, 0)
    for (_, fund, _, _), kronor in found.y.items():
        if fund in paid:
            paid[fund] += kronor
    assert paid == {fund: round(kronor) for fund, kronor in case.funds.items()}


@pytest.mark.parametrize("number", range(7))
def test_the_engine_reaches_the_published_optimum(number):
    outcome = solve(funding_model(PROBLEMS[number]))
    assert outcome.status == "optimal"
    assert outcome.optimum == pytest.approx(OPTIMA[number], rel=1e-9)
    assert math.isclose(outcome.value, OPTIMA[number], rel_tol=1e-12)
    assert {p.share for p in outcome.projects} <= {0, 1}
