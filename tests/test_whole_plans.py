"""Settling never ends without an answer: where whole kronor keep the rules, there is a plan.

The models are hard to settle and hard to share out: odd kronor, rates that leave none to spare, and floors, caps,
municipalities and perspectives over all projects, of what is funded or of all budgets. Whether whole kronor keep the
rules at all is asked of an integer program that shares nothing with the engine.
"""

import dataclasses
import random

from build import table
from hypothesis import given, settings
from random_models import newer_model, random_model
from test_settling import MORE, SEEDS, odd_model
from whole_plans import whole_plan

from rus_funding.engine.engine import solve
from rus_funding.model.model import document
from rus_funding.model.validation import validate
from rus_funding.proof.audit import audit
from rus_funding.proof.case import Case


def shares_model(seed):
    """An odd model whose kronor are shared out: areas, municipalities and a perspective, each with a floor or none."""
    model, rng = odd_model(seed), random.Random(f"shares {seed}")
    benefits = dict(zip(*(model["contributions"][column].tolist() for column in ("project", "benefit")), strict=True))
    base = rng.choice(("funded", "funded", "available"))
    least = 0.25 if base == "available" else 1  # of all budgets a floor asks for more than it looks
    areas = [{"area": "a", "name": "a", "weight": 1.0}, {"area": "b", "name": "b", "weight": rng.choice((0.5, 2))}]
    for area in areas:
        if rng.random() < 0.4:
            area["floor_share"] = round(least * rng.choice((0.1, 0.25, 1 / 3, 0.4, 0.5)), 3)
        if rng.random() < 0.25:
            area["cap_share"] = max(area.get("floor_share", 0), rng.choice((0.5, 0.6667, 0.75)))
    contributions = [
        {"project": project, "area": area, "share": part, "benefit": round(points * part, 3)}
        for project, points in benefits.items()
        for share in (rng.choice((0, 1, 1, 0.5, 0.3)),)
        for area, part in (("a", share), ("b", 1 - share))
        if part
    ]
    places = [{"municipality": j, "name": j, "population": n} for j, n in (("i", 1000), ("j", 2777))]
    reach = [
        {"project": project, "municipality": rng.choice(("i", "j")), "share": rng.choice((1, 0.5))}
        for project in benefits
        if rng.random() < 0.8
    ]
    perspectives, markings = [], []
    if rng.random() < 0.3:
        floor = round(least * rng.choice((0.2, 0.5)), 3)
        perspectives.append({"perspective": "e", "name": "e", "kind": "other", "floor_share": floor})
        markings += [
            {"project": project, "perspective": "e", "share": rng.choice((1, 0.4)), "basis": "stated"}
            for project in benefits
            if rng.random() < 0.7
        ]
    tables = {
        "areas": areas,
        "contributions": contributions,
        "municipalities": places,
        "reach": reach,
        "perspectives": perspectives,
        "markings": markings,
    }
    floor = rng.choice((0, 0, 0, 0.5, 0.9)) if len({row["municipality"] for row in reach}) == len(places) else 0
    return model.replace(
        policy=dataclasses.replace(model.policy, municipality_floor=floor, share_base=base),
        tables={**model.tables, **{name: table(name, records) for name, records in tables.items()}},
    )


def may_leave_everything_out(model):
    """Whether a plan that pays nothing is legal."""
    case = Case.of(document(model))
    return audit(case, [], {name: 0 for name, project in case.projects.items() if not project.cost}) == []


def check_that_no_plan_is_missed(model):
    """Whether there is a plan; None where the model is none, or contradicts itself before anything is rounded."""
    if any(problem.severity == "error" for problem in validate(model)):
        return None
    outcome = solve(model)
    if outcome.standing.name == "infeasible":
        return None
    assert outcome.planned or not may_leave_everything_out(model), (model.name, outcome.message)
    assert outcome.planned or whole_plan(model) is None, (model.name, outcome.message)
    return outcome.planned


@settings(max_examples=40 * MORE)
@given(SEEDS)
def test_where_leaving_projects_out_is_legal_there_is_a_plan(seed):
    for model in (shares_model(seed), odd_model(seed), random_model(seed), newer_model(seed)):
        check_that_no_plan_is_missed(model)


def test_the_integer_program_finds_plans_where_there_are_some():
    """It carries no money between years, and so misses a few; else it would prove nothing."""
    planned = found = 0
    for seed in range(40):
        model = shares_model(seed)
        if check_that_no_plan_is_missed(model):
            planned += 1
            found += whole_plan(model) is not None
    assert planned >= 15
    assert found >= 0.8 * planned
