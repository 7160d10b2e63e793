"""Points: given in every row or in none, and where they follow the cost, the cost of the baseline."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from build import build
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_models import random_model

from rus_funding.engine.engine import solve
from rus_funding.errors import InvalidInput
from rus_funding.explanations.sentences import Words
from rus_funding.explanations.sentences_ranking import cause_sentences
from rus_funding.model.amounts import Amounts
from rus_funding.model.index import Index
from rus_funding.model.model import document
from rus_funding.model.points import follow_cost
from rus_funding.model.schema import empty
from rus_funding.model.validation import validate
from rus_funding.papers.rests_on import rests_on
from rus_funding.proof.case import Case
from rus_funding.runs import Run
from rus_funding.runs.batched import batch
from rus_funding.runs.restore import Restored
from rus_funding.scenarios import apply, expand, from_texts, prepare
from rus_funding.second_opinion import Facts
from rus_funding.words.messages import translated

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel
    from rus_funding.scenarios import Scenario

DEARER = """
[[change]]
table = "costs"
multiply = { amount = 2 }
"""


def scenario(text: str) -> Scenario:
    return from_texts([("s.toml", text)])


def points(model: FundingModel) -> dict[tuple[str, str], float]:
    at = Index(model)
    table = Amounts(model, at).benefit
    return {
        (p, a): float(table[i, j])
        for i, p in enumerate(at.projects.ids)
        for j, a in enumerate(at.areas.ids)
        if table[i, j]
    }


@pytest.fixture
def model() -> FundingModel:
    return build(
        years=[2026, 2027],
        areas=[{"area": "a"}, {"area": "b"}],
        categories=[
            {"category": "staff"},
            {"category": "overhead", "flat_rate": 0.2, "flat_rate_base": "staff"},
        ],
        budgets={"f": 2000},
        costs={("p", "staff"): {2026: 1000, 2027: 500}, ("q", "staff"): 3000},
        contributions={"p": {"a": 0.3, "b": 0.7}, "q": "a"},
    )


AS_THE_BASELINE = {("p", "a"): 0.54, ("p", "b"): 1.26, ("q", "a"): 3.6}


@pytest.mark.parametrize(
    "text",
    [
        DEARER,
        '[[change]]\ntable = "costs"\nwhere = { project = "p" }\nset = { amount = 7 }',
        '[[change]]\ntable = "costs"\nwhere = { project = "p", year = 2027 }\ndrop = true',
        '[[change]]\ntable = "categories"\nwhere = { category = "overhead" }\nset = { flat_rate = 0.5 }',
        '[[change]]\ntable = "costs"\ninsert = [{ project = "q", category = "staff", year = 2027, amount = 9 }]',
    ],
)
def test_changed_costs_change_no_points(model, text):
    changed = apply(model, scenario(text))
    assert points(changed) == pytest.approx(AS_THE_BASELINE, rel=1e-12)
    assert follow_cost(changed)
    assert points(model) == pytest.approx(AS_THE_BASELINE)


def test_the_points_that_are_kept_are_the_decimals_of_the_baseline(model):
    """0.3 × 1800 / 1000 is 0.54, not the float below it: the checker's fractions and the solver's floats agree."""
    changed = apply(model, scenario(DEARER))
    assert changed["contributions"]["benefit"].tolist() == [0.54, 1.26, 3.6]


def test_the_checker_and_the_second_opinion_count_the_same_points(model):
    changed = apply(model, scenario(DEARER))
    areas = Case.of(document(changed)).areas
    assert {(p, a): b for a, area in areas.items() for p, _, b in area.parts} == {
        key: Fraction(str(value)) for key, value in AS_THE_BASELINE.items()
    }
    assert Facts(changed).benefit == AS_THE_BASELINE


def test_a_changed_share_moves_the_points_of_the_baseline_s_cost(model):
    text = '[[change]]\ntable = "contributions"\nwhere = { project = "p", area = "a" }\nset = { share = 0.5 }\n'
    text += '[[change]]\ntable = "contributions"\nwhere = { project = "p", area = "b" }\nset = { share = 0.5 }\n'
    changed = apply(model, scenario(text + DEARER))
    assert points(changed) == pytest.approx({("p", "a"): 0.9, ("p", "b"): 0.9, ("q", "a"): 3.6})


NEW = """
[[change]]
table = "projects"
insert = [{ project = "new", name = "Nytt", lead = "lead" }]

[[change]]
table = "contributions"
insert = [{ project = "new", area = "b", share = 1 }]

[[change]]
table = "costs"
insert = [{ project = "new", category = "staff", year = 2026, amount = 100 }]

[[change]]
table = "costs"
insert = [{ project = "new", category = "staff", year = 2027, amount = 900 }]
"""


@pytest.mark.parametrize("after", ["", DEARER])
def test_a_project_of_the_scenario_counts_with_the_costs_that_it_is_given(model, after):
    changed = apply(model, scenario(NEW + after))
    assert points(changed) == pytest.approx({**AS_THE_BASELINE, ("new", "b"): 1.2})


def test_a_project_whose_baseline_costs_are_0_counts_with_its_own():
    base = build(budgets={"f": 10}, costs={"p": 0, "q": 5})
    changed = apply(base, scenario('[[change]]\ntable = "costs"\nset = { amount = 3000 }'))
    assert points(changed) == {("p", "a"): 3.0, ("q", "a"): 0.005}


def test_a_scenario_of_a_scenario_keeps_the_first_points(model):
    assert points(apply(apply(model, scenario(DEARER)), scenario(DEARER))) == pytest.approx(AS_THE_BASELINE)


def test_sweeps_and_samples_keep_the_points(model):
    text = (
        NEW
        + """
[sweep]
dearer = { table = "costs", multiply = "amount", values = [0.5, 3] }
[sample]
size = 3
seed = 1
costs = { table = "costs", multiply = "amount", distribution = "uniform", low = 0.5, high = 2, per = "row" }
"""
    )
    found = list(expand(model, scenario(text)))
    assert len(found) == 6
    for member in found:
        assert points(member.apply()) == pytest.approx({**AS_THE_BASELINE, ("new", "b"): 1.2})
        assert all(column != "benefit" for _, _, column, _, _ in member.changes())


def test_points_of_ones_own_are_as_they_are_given(model):
    given_points = np.array([1.0, 2.0, 3.0])
    rows = model["contributions"].replace(benefit=given_points)
    mine = model.replace(tables={**model.tables, "contributions": rows})
    changed = apply(mine, scenario(DEARER))
    assert not follow_cost(changed)
    assert changed["contributions"] is rows


def test_what_a_scenario_without_costs_asks_about_is_left_as_it_is(model):
    changed = apply(model, scenario('[[change]]\ntable = "budgets"\nmultiply = { amount = 0.5 }'))
    assert changed["contributions"] is model["contributions"]
    assert follow_cost(changed)


# --- a mix


def mixed() -> FundingModel:
    return build(
        budgets={"f": 1000},
        areas=[{"area": "a"}, {"area": "b"}],
        costs={"p": 1000, "q": 4_000_000},
        contributions=[
            {"project": "p", "area": "a", "share": 1, "benefit": 80.0},
            {"project": "q", "area": "a", "share": 0.98},
            {"project": "q", "area": "b", "share": 0.02, "benefit": 0.0},
        ],
    )


def test_a_mix_is_an_error_that_says_what_the_blanks_would_count_for():
    (found,) = [problem for problem in validate(mixed()) if problem.code == "benefit_mixed"]
    assert found.severity == "error"
    assert (found.column, found.value) == ("benefit", None)
    said = translated(found, "sv")
    assert said.what.replace("\xa0", " ") == (
        "1 av 3 rader saknar poäng, fast de andra har det. Tomma skulle räknas som 3 920,00 poäng efter sin "
        "kostnad, 98,0 % av alla poäng."
    )
    assert "rad 2 " in said.remedy
    assert found.what.startswith("1 of 3 rows have no benefit although the others do.")


@pytest.mark.parametrize("benefit", [[80.0, 5.0, 0.0], [np.nan] * 3])
def test_what_the_message_asks_for_mends_it(benefit):
    model = mixed()
    rows = model["contributions"].replace(benefit=np.array(benefit))
    assert all(
        p.code != "benefit_mixed" for p in validate(model.replace(tables={**model.tables, "contributions": rows}))
    )


def test_a_share_of_0_is_no_row():
    """People fill matrices with zeros: a blank there says nothing, and a 0 gives no points."""
    cells = [{"project": "p", "area": "a", "share": 1, "benefit": 8.0}, {"project": "p", "area": "b", "share": 0}]
    areas = [{"area": "a"}, {"area": "b"}]
    assert all(
        p.code != "benefit_mixed"
        for rows in (cells, [{**cells[0], "benefit": None}, {**cells[1], "benefit": 0.0}])
        for p in validate(build(budgets={"f": 1}, areas=areas, costs={"p": 5}, contributions=rows))
    )


def test_a_scenario_that_makes_a_mix_is_refused(model):
    text = '[[change]]\ntable = "contributions"\nwhere = { project = "q" }\nset = { benefit = 3 }\n' + DEARER
    with pytest.raises(InvalidInput, match="2 of 3 rows have no benefit"):
        prepare(model, scenario(text)).apply()


# --- what is never the case


def raised(model: FundingModel, factors: dict[str, int]) -> Scenario:
    """Each project's costs made dearer by so many per cent."""
    return scenario(
        "".join(
            f'[[change]]\ntable = "costs"\nwhere = {{ project = "{p}" }}\nmultiply = {{ amount = {1 + f / 100} }}\n'
            for p, f in factors.items()
            if p in model["costs"]["project"].tolist()
        )
    )


@settings(max_examples=25, deadline=None)
@given(
    costs=st.lists(st.integers(1, 900), min_size=1, max_size=5),
    budgets=st.tuples(st.integers(1, 900), st.integers(1, 900)),
    rate=st.sampled_from((0.4, 0.5, 1.0)),
    dearer=st.lists(st.integers(0, 200), min_size=5, max_size=5),
    indivisible=st.booleans(),
)
def test_dearer_projects_never_raise_the_value(costs, budgets, rate, dearer, indivisible):
    names = [f"p{i}" for i in range(len(costs))]
    model = build(
        funds=[{"fund": "f", "max_rate": rate}, {"fund": "g"}],
        budgets={"f": 1000 * budgets[0], "g": 1000 * budgets[1]},
        projects=[{"project": p, "indivisible": indivisible and p == "p0"} for p in names],
        costs={p: 1000 * cost for p, cost in zip(names, costs, strict=True)},
    )
    before = solve(model)
    after = solve(apply(model, raised(model, dict(zip(names, dearer, strict=False)))))
    assert before.optimum is not None
    assert after.optimum is not None
    assert after.optimum <= before.optimum * (1 + 1e-9)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999_999), percent=st.integers(1, 300))
def test_costs_up_never_raise_the_value_of_any_model(seed, percent):
    """All costs alike, so that shares of the kronor stay what they are; commitments are kronor, and are left out."""
    model = random_model(seed)
    model = model.replace(tables={**model.tables, "commitments": empty("commitments")})
    assume(follow_cost(model))
    text = f'[[change]]\ntable = "costs"\nmultiply = {{ amount = {1 + percent / 100} }}'
    before, after = solve(model), solve(apply(model, scenario(text)))
    assume(before.optimum is not None and after.optimum is not None)
    allowance = 1e-7 * abs(before.optimum) + 1e-4 * len(model["costs"]["amount"])  # costs are rounded to whole kronor
    assert after.optimum <= before.optimum + allowance


# --- what is said of it


def test_the_plan_says_that_points_follow_the_cost(model):
    for each in (model, apply(model, scenario(DEARER))):
        _, line = rests_on(solve(each), "sv")  # behind what is said of the money
        assert line.startswith("Poängen följer kostnaden")


def test_nothing_does_more_elsewhere_where_points_follow_the_cost(model):
    for up in (True, False):
        (said,) = cause_sentences([], "p", Words(model, "sv"), up=up)
        assert "nytta" not in said
        assert said == "Ingen enskild regel förklarar det, och poängen gör det inte heller: de följer kostnaden."


def test_a_run_keeps_the_points_and_restores_them(model, tmp_path):
    batch(model, [scenario(DEARER)], tmp_path / "r.sqlite", workers=0)
    with Run(tmp_path / "r.sqlite") as found:
        outcome = Restored(found).outcome("s")
        assert points(outcome.model) == pytest.approx(AS_THE_BASELINE)
        assert outcome.planned
        assert rests_on(outcome, "en")[-1].startswith("Points follow the cost")
        values = {row["scenario"]: row["value"] for row in found.records("scenarios")}
        assert values["s"] < values["baseline"]
