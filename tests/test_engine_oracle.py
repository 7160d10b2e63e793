"""The engine against the oracle: the same optimum at every stage, a legal plan, and a bound that holds."""

import math

import pytest
from engine import engine, result
from oracle import Result, oracle, value_of
from random_models import random_model, same, tight_model
from test_golden_rules import CASES
from test_mknap import OPTIMA, PROBLEMS, funding_model

from rus_funding.engine import solve
from rus_funding.model import document
from rus_funding.proof.audit import audit
from rus_funding.proof.case import Case


def compare(model):
    """The oracle's answer and the engine's, which must be the same."""
    expected, outcome = oracle(model), solve(model)
    assert outcome.status == expected.status, (model.name, outcome.message)
    if expected.status != "optimal":
        assert outcome.payments == ()
        return None
    optima = dict(outcome.objectives)
    assert [name for name, _ in outcome.objectives][: len(expected.objectives)] == list(expected.objectives)
    found = Result("optimal", objectives={name: optima[name] for name in expected.objectives})
    assert same(expected, found), (model.name, expected.objectives, optima)
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
    assert outcome.value <= outcome.bound + float(outcome.certificate.give) + 1e-9 * size


@pytest.mark.parametrize("start", range(0, 250, 25))
def test_the_same_optima_and_a_legal_plan(start):
    for seed in range(start, start + 25):
        model = random_model(seed)
        outcome = compare(model)
        if outcome is not None:
            check_plan(model, outcome)


def test_the_same_where_every_krona_counts():
    for seed in range(120):
        model = tight_model(seed)
        outcome = compare(model)
        check_plan(model, outcome)


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
