"""The second opinion: two solvers, two ways to drop a rule, laws that any correct transcription obeys, and its word."""

import collections
import dataclasses
import itertools
import math

import numpy as np
import pulp
import pytest
from build import build
from engine import Result, second, value_of
from random_models import (
    NEWER,
    RULES,
    newer_model,
    random_model,
    rules_binding,
    rules_present,
    same,
    tight_model,
    without,
)
from wild_models import wild_model

from rus_funding.engine.engine import solve
from rus_funding.model.model import OBJECTIVES
from rus_funding.model.schema import TABLES
from rus_funding.model.validation import validate
from rus_funding.second_opinion import (
    Difference,
    Facts,
    Program,
    agree,
    compare,
    optimise,
    rows,
    second_opinion,
    sentence,
)

SEEDS = range(290)
LATER = range(80)  # seeds of models with the rules that came later
ALWAYS = ("financing", "budget")


def highs(lp, whole, _seconds, _attempt):
    exact = {"msg": False, "gapRel": 0, "gapAbs": 0, "threads": 1}
    status = lp.solve(pulp.HiGHS(**exact, mip=whole, primal_feasibility_tolerance=1e-9))
    return pulp.LpStatus[status].lower()


def test_cbc_and_highs_agree():
    for seed in range(0, 200, 9):
        model = random_model(seed)
        other = second_opinion(model, solve=highs)
        highs_, cbc = Result(other.status, objectives=dict(other.optima)), second(model)
        assert same(highs_, cbc, 1e-4), seed  # a digit lost early weighs more in a later stage
        for name in list(highs_.objectives)[:1]:
            assert cbc.objectives[name] == pytest.approx(highs_.objectives[name], rel=1e-7), seed


def test_enumerating_the_binaries_gives_the_same_value():
    seen = 0
    for seed in SEEDS:
        model = random_model(seed, {"viability", "excludes", "requires", "rate"} if seed % 2 else {"excludes", "cap"})
        program = Program(model)
        if not 0 < len(program.z) <= 4 or "value" not in {o.name for o in model.objectives[:1]}:
            continue
        best = -math.inf
        for choice in itertools.product((0, 1), repeat=len(program.z)):
            program = Program(model)
            program.load()
            for z, held in zip(program.z.values(), choice, strict=True):
                z.cat, z.lowBound, z.upBound = pulp.LpContinuous, held, held
            sense, value, _ = program.objective("value")
            found = optimise(program.lp, value, sense)
            best = best if found is None else max(best, found)
        assert best == pytest.approx(second(model).objectives["value"], rel=1e-7), seed
        seen += 1
        if seen == 12:
            return
    pytest.fail(f"only {seen} models with binaries")


def test_dropping_a_rule_from_the_data_or_from_the_program_is_the_same():
    heads = {"viability": {"viability_min", "viability_max"}}
    for seed in range(0, 200, 20):
        model = random_model(seed)
        for rule in sorted(rules_present(model) - {"financing", "collaboration"}):
            if rule == "viability" and {"excludes", "least_share"} & rules_present(model):
                continue  # an excluded pair needs x <= z, with or without the viability of the data, or of the policy
            if rule == "least_share":
                continue  # it has no rows of its own: those of viability hold it
            dropped = heads.get(rule, {rule})
            assert same(second(model, without=dropped), second(without(model, rule))), (seed, rule)


def test_every_rule_binds_in_ten_models_and_four_in_five_are_feasible():
    count = collections.Counter(dict.fromkeys((*ALWAYS, *RULES, *NEWER), 0))
    feasible = 0
    for model in (*map(random_model, SEEDS), *map(newer_model, LATER)):
        scarce = [rule for rule, found in count.items() if found < 10]
        optimum = second(model)
        count.update(rules_binding(model, scarce, optimum))
        feasible += optimum.status == "optimal"
    assert min(count.values()) >= 10, count
    assert feasible >= 0.8 * (len(SEEDS) + len(LATER))


def test_the_random_models_are_valid():
    for model in (*map(random_model, SEEDS), *map(newer_model, LATER), *map(tight_model, range(50))):
        errors = [str(problem) for problem in validate(model) if problem.severity == "error"]
        assert not errors, (model.name, errors)


def test_the_random_models_use_every_column():
    plainest = build(budgets={"f": 1}, costs={"p": 1})
    used = set()
    for model in (*map(random_model, SEEDS), *map(newer_model, LATER)):
        for name, table in TABLES.items():
            for column in table.columns:
                values = [row[column.name] for row in rows(model, name)]
                if (column.required and values) or any(value != column.default for value in values):
                    used.add((name, column.name))
    described = {(name, column.name) for name, table in TABLES.items() for column in table.columns}
    silent = {(name, column) for name, column in described - used if column not in ("note", "source", "verified")}
    assert not silent
    assert plainest.policy == type(plainest.policy)()


def test_the_random_models_use_every_choice():
    found = collections.defaultdict(set)
    for model in (*map(random_model, SEEDS), *map(newer_model, LATER)):
        for name, table in TABLES.items():
            for column in table.columns:
                if column.type == "choice" and column.name != "verified":
                    found[name, column.name] |= {row[column.name] for row in rows(model, name)}
    for (name, column), values in found.items():
        assert set(TABLES[name][column].choices) <= values, (name, column)


def test_the_random_models_use_every_objective_and_policy():
    models = [random_model(seed) for seed in SEEDS]
    names = {objective.name for model in models for objective in model.objectives}
    assert names == set(OBJECTIVES)
    assert any(objective.tolerance > 0 for model in models for objective in model.objectives)
    assert any(model.objectives[0].name != "value" for model in models)
    assert any(model.required for model in models)
    assert any(model.excluded for model in models)
    assert {len(model.years) for model in models} == {1, 2, 3}
    assert any(year < model.years[0] for model in models for year in model["authorisations"]["year"])
    for policy in ("collaboration_weight", "municipality_floor", "min_partners"):
        assert any(getattr(model.policy, policy) > 0 for model in models)


def test_only_the_asked_rules_are_on():
    for seed in range(40):
        assert rules_present(random_model(seed, set())) <= {"financing", "budget", "rate"}
        assert "area_floor" in rules_present(random_model(seed, {"area_floor"}))


def test_a_seed_is_a_model():
    first, again = random_model(5), random_model(5)
    for name in TABLES:
        assert rows(first, name) == rows(again, name)
    assert rows(random_model(5), "costs") != rows(random_model(6), "costs")


def test_the_order_of_rows_does_not_matter():
    for seed in range(0, 200, 20):
        model = random_model(seed)
        turned = model.replace(
            tables={name: rows.take(np.arange(rows.size)[::-1]) for name, rows in model.tables.items()}
        )
        assert same(second(model), second(turned), 1e-7), seed


def test_the_value_is_that_of_the_shares():
    for seed in range(0, 200, 10):
        model = random_model(seed)
        found = second(model)
        if found.status == "optimal" and model.objectives[0].name == "value" and model.objectives[0].tolerance == 0:
            assert found.value == pytest.approx(value_of(model, found.x), rel=1e-12)
            assert found.value == pytest.approx(found.objectives["value"], rel=1e-6, abs=1e-6)


def test_ten_times_the_money_is_the_same_plan():
    money = {
        "costs": ("amount",),
        "budgets": ("amount",),
        "authorisations": ("amount",),
        "commitments": ("amount",),
        "funds": ("max_per_project",),
    }
    for seed in range(3, 200, 17):
        model = random_model(seed, {*RULES, "carry_over"} - {"collaboration", "beyond"})
        if "overhead" in model["categories"]["category"]:
            continue  # rounded, so not to scale
        tables = dict(model.tables)
        for name, columns in money.items():
            tables[name] = tables[name].replace(**{column: 10 * tables[name][column] for column in columns})
        points = model["contributions"]["benefit"]
        tables["contributions"] = tables["contributions"].replace(benefit=10 * points)
        one, ten = second(model), second(model.replace(tables=tables))
        assert one.status == ten.status
        for name, optimum in one.objectives.items():
            assert ten.objectives[name] == pytest.approx(10 * optimum, rel=1e-6, abs=1e-5), (seed, name)


def test_more_budget_is_never_worse():
    for seed in range(0, 200, 13):
        model = random_model(seed, {"rate", "cap", "viability", "territorial"})
        model = model.replace(objectives=model.objectives[:1] if model.objectives[0].name == "value" else ())
        if not model.objectives:
            continue
        budgets = model["budgets"]
        richer = model.replace(tables={**model.tables, "budgets": budgets.replace(amount=budgets["amount"] + 50_000)})
        assert second(richer).objectives["value"] >= second(model).objectives["value"] - 1e-6


def test_names_that_pulp_would_merge_stay_apart():
    model = build(budgets={"f-1": 10, "f_1": 5}, costs={"p-1": 10, "p_1": 10}, benefits={"p-1": 1, "p_1": 2})
    found = second(model)
    assert found.x == pytest.approx({"p_1": 1, "p-1": 0.5})
    assert found.objectives["value"] == pytest.approx(2.5)


def test_an_impossible_commitment_is_infeasible():
    model = build(
        budgets={"f": 10},
        costs={"p": 10},
        commitments=[{"project": "p", "fund": "f", "year": 2026, "amount": 11, "kind": "decided"}],
    )
    assert second(model).status == "infeasible"
    assert second_opinion(model, solve=highs).status == "infeasible"


def test_flat_rates_carry_the_remainder_forward():
    years = (2026, 2027, 2028)
    staff = dict(zip(years, (2_199_502, 2_265_487, 2_333_452), strict=True))
    model = build(
        years=years,
        categories=[
            {"category": "staff"},
            {"category": "overhead", "flat_rate": 0.2, "flat_rate_base": "staff"},
        ],
        costs={"p": staff},
        budgets={"f": 1},
    )
    facts = Facts(model)
    assert [facts.amount("p", "overhead", t) for t in years] == [439_900, 453_098, 466_690]
    assert facts.classes["p"] == {"overhead+staff": frozenset({"f"})}


def test_half_a_krona_rounds_up():
    model = build(
        years=(2026, 2027, 2028),
        categories=[{"category": "staff"}, {"category": "extra", "flat_rate": 0.5, "flat_rate_base": "staff"}],
        costs={"p": {2026: 1, 2027: 1, 2028: 1}},
        budgets={"f": 9},
    )
    assert [Facts(model).amount("p", "extra", t) for t in model.years] == [1, 0, 1]  # 0.5, 1.0, 1.5 -> 1, 1, 2


def test_tight_models_are_tight():
    for seed in range(30):
        model = tight_model(seed)
        found = second(model)
        assert found.status == "optimal"
        budget = {(r["fund"], r["year"]): r["amount"] for r in rows(model, "budgets")}
        for t in model.years:
            need = sum(r["amount"] for r in rows(model, "costs") if r["year"] == t)
            assert all(abs(budget[f, t] - need / 2) <= 3.5 for f in ("f0", "f1"))


# -- what it says of an outcome


def differing(model):
    """An engine's answer, and one that is wrong in every optimum."""
    outcome = solve(model)
    return outcome, dataclasses.replace(
        outcome, objectives=tuple((name, optimum * 1.00001 + 1) for name, optimum in outcome.objectives)
    )


def test_an_agreement():
    outcome, _ = differing(two_projects())
    opinion = second_opinion(outcome.model)
    assert opinion.optima == (("value", pytest.approx(25)), ("draw_order", pytest.approx(60)))
    assert compare(opinion, outcome) == ()
    assert opinion.as_dict(agrees=True) == {
        "solver": "cbc",
        "status": "optimal",
        "objectives": [{"name": name, "optimum": optimum} for name, optimum in opinion.optima],
        "agrees": True,
    }
    assert sentence(opinion, outcome, (), "en") == (
        "Two formulations of the model, solved by HiGHS and CBC, agree: the same status, and the same optimum of every "
        "goal (value and draw order)."
    )


def test_a_difference_names_both_optima():
    outcome, wrong = differing(two_projects())
    opinion = second_opinion(outcome.model)
    differences = compare(opinion, wrong)
    assert [one.what for one in differences] == ["value", "draw_order"]
    assert sentence(opinion, wrong, differences[:1], "sv") == (
        "Den andra formuleringen, löst med CBC, kommer fram till ett annat optimum för värde (25, här 26,00025)."
    )
    assert "comes to other optima of value (25, here 26.00025); draw order (60, here 61.0006)" in sentence(
        opinion, wrong, differences, "en"
    )
    missing = dataclasses.replace(outcome, objectives=outcome.objectives[:1])
    assert compare(opinion, missing) == (Difference("draw_order", None, opinion.optima[1][1]),)


def test_an_answer_that_is_none_confirms_nothing():
    model = two_projects()
    outcome = solve(model)
    late = second_opinion(model, seconds=1e-9)
    assert (late.status, late.optima) == ("time_limit", ())
    assert compare(late, outcome) == (Difference("status", "optimal", "time_limit"),)
    assert compare(late, dataclasses.replace(outcome, status="time_limit"))
    assert sentence(late, outcome, compare(late, outcome), "en") == (
        "The other formulation does not confirm this: here the answer is “solved”, and solved by CBC it is “not done "
        "within the time limit”."
    )


def test_both_infeasible_is_an_agreement():
    model = build(budgets={"f": 1}, costs={"p": 5}, required=["p"])
    outcome, opinion = solve(model), second_opinion(model)
    assert (outcome.status, opinion.status, compare(opinion, outcome)) == ("infeasible", "infeasible", ())
    assert sentence(opinion, outcome, (), "sv").endswith("är överens: ingen plan kan hålla reglerna.")
    assert compare(opinion, solve(two_projects())) == (Difference("status", "optimal", "infeasible"),)


def test_an_objective_without_a_meaning_is_an_error():
    model = build(areas=[{"area": "a", "weight": 0}], budgets={"f": 10}, costs={"p": 10}, objectives=["balance"])
    opinion = second_opinion(model)
    assert (opinion.status, opinion.optima) == ("error", ())
    assert "unbounded" in opinion.message


def test_optima_are_compared_to_six_digits_and_small_ones_to_what_there_is_to_count():
    assert agree(1_000_000.0, 1_000_001.0)
    assert not agree(1_000_000.0, 1_000_002.0)
    assert not agree(0.0, 1e-9)
    assert agree(0.0, 1e-9, size=1.0)
    assert not agree(0.0, 2e-9, size=1.0)


def two_projects():
    """60 kr: all of p, 20 kr for 15 points, and half of q, 40 kr for 10 points; drawn at order 1."""
    return build(
        funds=[{"fund": "f", "draw_order": 1}],
        budgets={"f": 60},
        costs={"p": 20, "q": 80},
        benefits={"p": 15, "q": 20},
    )


# -- from 1 kr to 50 billion


@pytest.mark.parametrize("unit", [1, 7, 10**4, 50 * 10**9 // 3])
def test_the_size_of_a_krona_does_not_matter(unit):
    model = build(
        funds=[{"fund": "f", "max_rate": 0.5}, {"fund": "g", "level": "region", "draw_order": 3}],
        budgets={"f": 2 * unit, "g": 2 * unit},
        costs={"p": 3 * unit, "q": 3 * unit},
        benefits={"p": 3, "q": 6},
        objectives=["value", "leverage", "draw_order", "funded", "spread"],
    )
    # 4 units of money: all of q, a third of p; f pays half of each, 2 units, and g the rest
    found = dict(second_opinion(model).optima)
    assert found["value"] == pytest.approx(7, rel=1e-9)
    assert [found[name] / unit for name in ("leverage", "draw_order", "funded", "spread")] == pytest.approx(
        [2, 6, 4, 2], rel=1e-9
    )


def test_a_krona_beside_fifty_billion():
    """p costs 50 billion, and its one payer has 7 kr; q costs 3 kr. Both are worth the same in full."""
    model = build(
        eligibility=[{"fund": "f", "by": "project", "value": "p"}, {"fund": "g", "by": "project", "value": "q"}],
        budgets={"f": 7, "g": 2},
        costs={"p": 50 * 10**9, "q": 3},
        benefits={"p": 0.3, "q": 0},
        objectives=["value", "funded"],
    )
    opinion = second_opinion(model)
    assert dict(opinion.optima) == {
        "value": pytest.approx(0.3 * 7 / 50e9, rel=1e-9),
        "funded": pytest.approx(9, rel=1e-9),
    }
    assert opinion.shares == {"p": pytest.approx(7 / 50e9, rel=1e-9), "q": pytest.approx(2 / 3, rel=1e-9)}


def test_two_rates_that_fill_a_cost_do_so():
    model = build(
        funds=[{"fund": "f", "max_rate": 0.29}, {"fund": "g", "max_rate": 0.71, "rate_basis": "total"}],
        budgets={"f": 10**9, "g": 10**9},
        costs={"p": 99_999, "q": 12_345_677},
    )
    assert dict(second_opinion(model).optima)["value"] == pytest.approx(12_445.676, rel=1e-9)


def test_wild_models_are_mostly_valid_and_solved():
    counted = collections.Counter()
    for seed in range(120):
        model = wild_model(seed)
        if any(problem.severity == "error" for problem in validate(model)):
            counted["invalid"] += 1
            continue
        counted[second_opinion(model).status] += 1
    assert counted["error"] == 0
    assert counted["invalid"] <= 12
    assert counted["optimal"] >= 80


def test_an_area_with_a_target_that_nothing_counts_to_takes_no_value_away():
    """No rule lets its points be above 0, so nothing bounds them either: it is no part of what there is to count."""
    areas = [{"area": "a"}, {"area": "b", "target": 5, "beyond": 0.5}]
    model = build(areas=areas, budgets={"f": 100}, costs={"p": 100}, contributions={"p": "a"}, benefits={"p": 7})
    opinion = second_opinion(model)
    assert dict(opinion.optima)["value"] == pytest.approx(7)
    assert opinion.sizes["value"] == pytest.approx(7 + 5)
