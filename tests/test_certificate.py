"""The bound: tight at the true duals, and never below the optimum whatever the multipliers."""

from __future__ import annotations

import math
import random
import re
from fractions import Fraction
from typing import Any

import pytest
from build import build
from priced import Label, known, relaxed
from random_models import newer_model, random_model
from test_audit import legal_plan

from rus_funding.model.model import document
from rus_funding.proof.audit import audit
from rus_funding.proof.bound import bound, certify
from rus_funding.proof.case import Case
from rus_funding.proof.labels import labels
from rus_funding.proof.reading import UnreadableError
from rus_funding.proof.rows import IMPLIED, ROWS
from rus_funding.proof.worth import value

SEEDS = range(140)


@pytest.mark.parametrize("first", ["", "draw_order", "funded", "leverage", "balance", "reach", "spread"])
def test_the_bound_is_the_optimum_at_the_true_duals(first: str) -> None:
    rows_priced: set[str] = set()
    solved_ = 0
    seeds = SEEDS if not first else SEEDS[:40]
    for model in (*map(random_model, seeds), *map(newer_model, SEEDS[:20])):
        seed = model.name
        if first == "reach" and not model["municipalities"].size:
            continue
        found = relaxed(model, first)
        if found is None:
            continue
        optimum, duals, levels = found
        case = Case.of(document(model))
        mine = known(case, duals)
        upper = float(bound(case, mine, levels))
        assert upper >= optimum - 1e-7 * max(1, abs(optimum)), seed
        assert upper <= optimum + 1e-6 * max(1, abs(optimum)), (seed, upper, optimum)
        solved_ += 1
        rows_priced |= {label[0] for label, multiplier in mine.items() if abs(multiplier) > 1e-9}
    assert solved_ > len(SEEDS if not first else SEEDS[:40]) / 3
    if not first:  # relaxed, z can always be as small as x, and w as y: neither a least share nor a least grant binds
        never = {"kept", "balance", "reach", "spread", "continuity_most", "continuity_least", "viability_min"}
        never |= IMPLIED.keys()  # the second opinion knows the rules alone
        assert rows_priced == ROWS.keys() - never - {"least_grant_min", "least_grant_max", "alone", "alone_pays"}


def test_any_multipliers_make_a_bound() -> None:
    rng = random.Random(3)
    tried = 0
    for seed in SEEDS[:60]:
        model = random_model(seed)
        found = relaxed(model)
        if found is None:
            continue
        optimum, duals, _ = found
        case = Case.of(document(model))
        every = list(labels(case))
        true = known(case, duals)
        for kind in range(8):
            if kind < 3:  # near the truth: a bound that is too low by a little would show
                multipliers = {label: x * rng.uniform(0.9, 1.1) for label, x in true.items() if rng.random() < 0.9}
            else:
                some = rng.sample(every, rng.randint(1, len(every)))
                multipliers = {label: rng.gauss(0, 10.0 ** rng.randint(-6, 2)) for label in some}
            if kind == 7:
                multipliers |= {rng.choice(every): rng.choice((math.nan, math.inf, -math.inf, 1e300, -0.0, 5e-324))}
            assert float(bound(case, multipliers)) >= optimum - 1e-6 * max(1, abs(optimum)), (seed, kind)
            tried += 1
    assert tried > 200


def test_no_legal_plan_is_worth_more_than_the_bound_and_what_rounding_gives() -> None:
    rng = random.Random(5)
    plans = 0
    for seed in SEEDS:
        model = random_model(seed)
        found = relaxed(model)
        case = Case.of(document(model))
        if case.grants:
            continue  # what is paid at random is no least grant
        plan = [(*key, kronor) for key, kronor in legal_plan(case, rng).items()]
        if found is None or not plan:
            continue
        assert audit(case, plan) == []
        proven = certify(case, known(case, found[1]))
        assert value(case, plan) <= proven.bound + proven.give, seed
        plans += 1
    assert plans > 20


def test_without_multipliers_every_project_is_free() -> None:
    model = build(costs={"p": 100, "q": 100}, benefits={"p": 3, "q": 4}, budgets={"f": 0}, excluded=["q"])
    assert bound(Case.of(document(model)), {}) == 3


def test_one_budget_by_hand() -> None:
    # 100 kr for projects of 100 and 200 kr worth 3 and 5 points: all of p, and no more; q fills what is left
    model = build(costs={"p": 100, "q": 200}, benefits={"p": 3, "q": 5}, budgets={"f": 150})
    case = Case.of(document(model))
    price = 5 / 200  # points per krona at the margin
    duals = {("budget", "f", "2026"): price} | {("financing", p, "costs", "2026"): -price for p in "pq"}
    assert bound(case, duals) == Fraction(price) * 150 + 3 - Fraction(price) * 100
    assert abs(bound(case, duals) - Fraction(17, 4)) < Fraction(1, 10**15)
    assert certify(case, duals).give == 2 * 2 * Fraction(price)  # two cells, each off by less than 2 kr


P = ("p", "costs", "2026")
ONE_TIE = {
    "policy": {"collaboration_weight": 3.0},
    "actors": [{"actor": "lead"}, {"actor": "i"}],
    "participations": [{"project": "p", "actor": "i"}],
    "links": [{"actor": "i", "other": "lead", "weight": 1.0}],
}
TARGET = {"areas": [{"area": "a", "target": 2, "beyond": 0.25, "weight": 2}], "benefits": {"p": 9}}
CARRIED = {"years": (2026, 2027), "funds": [{"fund": "f", "carry_over": 0.5}], "budgets": {"f": 40}}
LAST_TIME = {"previous": [{"project": "p", "fund": "f", "year": 2026, "amount": 30}], "objectives": ["continuity"]}
MORE_LAST_TIME = {**LAST_TIME, "previous": [{**LAST_TIME["previous"][0], "amount": 150}]}
GRANT = {"funds": [{"fund": "f", "min_per_project": 50}]}
HOME = {"municipalities": [{"municipality": "m", "population": 4}],
        "reach": [{"project": "p", "municipality": "m", "share": 0.5}]}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "objective", "duals", "expected"),
    [
        ({}, "value", {}, 3),  # x
        ({}, "value", {("financing", *P): -1 / 32}, 3.125),  # x counts 3 − 100 / 32, so nothing; each krona 1 / 32
        ({}, "value", {("financing", *P): 1 / 32}, 6.125),  # x counts 3 + 100 / 32, a krona nothing
        ({}, "value", {("financing", *P): 0.0, ("cap", "p", "f"): 0.0}, None),  # no cap, no row
        ({}, "value", {("budget", "f", "2026"): 0.0}, 3),  # what is priced at nothing says nothing
        ({}, "value", {("budget", "f", "2026"): -1.0}, 3),  # nor what has the wrong sign
        (CARRIED, "value", {("budget", "f", "2027"): 1 / 8}, 10.5),  # 3, 40 / 8, and (1 / 8) of the 20 kr carried
        (CARRIED, "value", {("budget", "f", "2027"): 1 / 8, ("budget", "f", "2026"): 1 / 32}, 10.5),
        (CARRIED, "value", {("budget", "f", "2027"): 1 / 8, ("budget", "f", "2026"): 1 / 8}, 13),
        (TARGET, "value", {("beyond", "a"): 1.0}, 11),  # x counts 18 − 9, the target 2; o counts 1 − 1.5
        (TARGET, "value", {("beyond", "a"): 1.75}, 7.5),  # x 18 − 15.75, the target 3.5, 7 points of o 0.25 each
        (ONE_TIE, "value", {("tie", "i", "lead"): 1.0}, 4.5),  # worth 3 / (1 + 1): n counts 0.5, x 3 + 1
        (ONE_TIE, "value", {("tie", "i", "lead"): 2.0}, 5),
        (LAST_TIME, "continuity", {("continuity_least", "p", "f"): -0.5}, -35),  # 100 / 2 − 30 / 2; d counts −0.5
        (LAST_TIME, "continuity", {("continuity_least", "p", "f"): -2.0}, -240),  # 200 − 60, and 100 of d
        (MORE_LAST_TIME, "continuity", {("continuity_least", "p", "f"): -2.0}, -50),  # 200 − 300, and 150 of d
        (LAST_TIME, "continuity", {("continuity_most", "p", "f"): 2.0}, -160),  # 60, and 100 of d
        (TARGET, "balance", {("balance", "a"): 0.25}, 50),  # m counts 1 − 0.5 up to 100 / 2, x 100 / 4
        (TARGET, "balance", {("balance", "a"): 1.0}, 100),  # m counts −1
        (HOME, "reach", {("reach", "m"): 0.125}, 12.5),  # m counts 1 − 0.5 up to 50 / 4, x 50 / 8
        (HOME, "reach", {("reach", "m"): 1.0}, 50),
        ({}, "spread", {("spread", "f"): 0.5, ("financing", *P): -0.5}, 0),  # m counts 0.5 − 1, x −50 + 50
        ({"required": ["p"]}, "spread", {("spread", "f"): 0.5, ("financing", *P): -0.5}, 50),  # half of what must be
        (GRANT, "value", {("least_grant_max", "p", "f"): 1 / 32}, 6.125),  # w counts 100 / 32, no krona anything
        (GRANT, "value", {("least_grant_min", "p", "f"): -1 / 32}, 7.6875),  # each krona 1 / 32, s 50 / 32, w nothing
        (GRANT, "value", {("alone", "p", "f"): -1 / 32}, 6.25),  # the row 100 / 32, each krona 1 / 32; x and s nothing
        (GRANT, "value", {("alone_pays", "p", "f"): 1.0}, 4),  # w counts 1
        ({"required": ["p"]}, "spread", {("spread", "f"): 2.0, ("financing", *P): -2.0}, 100),  # m at most 100 kr
    ],
)
def test_each_kind_of_column_by_hand(more: dict[str, Any], objective: str, duals: Any, expected: Any) -> None:
    """One project of 100 kr and 3 points, one fund of 150 kr."""
    case = Case.of(document(build(**{"costs": {"p": 100}, "benefits": {"p": 3}, "budgets": {"f": 150}, **more})))
    if expected is None:
        with pytest.raises(UnreadableError, match="there is no row"):
            certify(case, duals, {}, objective)
        return
    assert certify(case, duals, {}, objective).bound == Fraction(expected)


@pytest.mark.parametrize(
    ("duals", "fixed", "expected"),
    [
        ({("alone", "p", "f"): -1 / 32}, {"p f alone": 1}, 3.125),  # s = 1 takes 100 / 32
        ({("alone", "p", "f"): -1 / 32}, {"p f alone": 0}, 6.25),
        ({("alone_pays", "p", "f"): 1.0}, {"p f": 0}, 3),
        ({("alone_pays", "p", "f"): 1.0}, {"p f": 1}, 4),
        ({("alone_pays", "p", "f"): 1.0}, {"p f": 1, "p f alone": 1}, 3),
    ],
)
def test_who_pays_is_a_choice(duals: Any, fixed: dict[str, int], expected: float) -> None:
    case = Case.of(document(build(costs={"p": 100}, benefits={"p": 3}, budgets={"f": 150}, **GRANT)))
    assert certify(case, duals, fixed=fixed).bound == Fraction(expected)


@pytest.mark.parametrize(
    ("price", "fixed", "expected"),
    [
        (2.0, {}, 3),  # x counts 3 − 2, z 2
        (2.0, {"p": 0}, 0),
        (2.0, {"p": 1}, 3),
        (-2.0, {}, 5),  # x counts 3 + 2, z −2
        (-2.0, {"p": 0}, 0),
        (-2.0, {"p": 1}, 3),
        (4.0, {"p": 1}, 3),  # x counts −1, and must be 1
    ],
)
def test_a_project_is_whole_or_not_at_all(price: float, fixed: dict[str, int], expected: float) -> None:
    model = build(
        costs={"p": 100}, benefits={"p": 3}, budgets={"f": 150}, projects=[{"project": "p", "indivisible": True}]
    )
    assert certify(Case.of(document(model)), {("indivisible", "p"): price}, fixed=fixed).bound == expected


def test_points_past_a_target_are_no_kronor() -> None:
    model = build(areas=[{"area": "a", "target": 5}], costs={"p": 100}, benefits={"p": 9}, budgets={"f": 100})
    assert certify(Case.of(document(model)), {}, {}, "funded").bound == 100


def test_the_smallest_area_gets_no_more_than_there_is_to_get() -> None:
    case = Case.of(document(build(costs={"p": 100}, budgets={"f": 100})))
    assert certify(case, {}, {}, "balance").bound == 100


def test_a_target_that_all_points_together_do_not_reach_is_never_passed() -> None:
    model = build(areas=[{"area": "a", "target": 20}], costs={"p": 100}, benefits={"p": 9}, budgets={"f": 100})
    assert bound(Case.of(document(model)), {("beyond", "a"): 1.0}) == 20


def test_area_floors_and_caps_by_hand() -> None:
    # budget 10, floor 20 %, cap 50 %, 3, 2 and 1 points a krona: 5, 3, 2 is best, worth 23
    areas = [{"area": a, "floor_share": 0.2, "cap_share": 0.5} for a in "abc"]
    model = build(areas=areas, costs={"a": 10, "b": 10, "c": 10}, contributions={a: a for a in "abc"},
                  benefits={"a": 30, "b": 20, "c": 10}, budgets={"f": 10})  # fmt: skip
    found = relaxed(model)
    assert found is not None
    case = Case.of(document(model))
    assert abs(bound(case, known(case, found[1])) - 23) < Fraction(1, 10**9)
    best = [(a, "f", 2026, "costs", kr) for a, kr in zip("abc", (5, 3, 2), strict=True)]
    assert (audit(case, best), value(case, best)) == ([], 23)


def test_the_real_decisions_as_indivisible_projects() -> None:
    # grant money 6 000 000: the relaxation is 30 266 667 kr of volume at 2.0 a krona, the best whole choice 26 487 251
    costs = {"bro": 2_320_584, "industri": 9_675_858, "kompetens": 12_500_000, "energi": 11_666_667}
    grants = {"bro": 1_160_292, "industri": 4_837_929, "kompetens": 2_250_000, "energi": 700_000}
    model = build(
        costs=costs,
        benefits={p: float(c) for p, c in costs.items()},
        projects=[{"project": p, "indivisible": True} for p in costs],
        funds=[{"fund": "grant"}, {"fund": "own"}],
        budgets={"grant": 6_000_000, "own": 99_000_000},
        commitments=[],
        rate_limits=[{"limit": p, "by": "fund", "value": "grant", "project": p, "min_rate": round(kr / costs[p], 12)}
                     for p, kr in grants.items()],
    )  # fmt: skip
    found = relaxed(model)
    assert found is not None
    optimum, duals, _ = found
    case = Case.of(document(model))
    assert case.has_binaries
    assert abs(float(bound(case, known(case, duals))) - 30_266_667) < 2
    assert duals["budget", "grant", "2026"] == pytest.approx(2.0, abs=1e-5)
    assert optimum > 26_487_251


@pytest.mark.parametrize(
    "label",
    [
        (),
        ("nothing",),
        ("budget", "f"),
        ("budget", "f", "2025"),
        ("budget", "g", "2026"),
        ("budget", "f", "2026", "2026"),
        ("financing", "p", "costs", "2027"),
        ("rate", "p", "f", "total"),
        ("rate", "p", "f", "x"),
        ("cap", "p", "f"),
        ("beyond", "a"),
        ("excludes", "p", "q"),
        ("requires", "p", "q"),
        ("tie", "lead", "i"),
        ("indivisible", "p"),
        ("viability_max", "p"),
        ("commitment", "p", "f", "2026", "paid"),
        ("authorisation", "f", "2026"),
        ("group_min", "l", "p"),
        ("kept", "value"),
        ("kept", "funded"),
        ("balance", "b"),
        ("reach", "m"),
        ("spread", "g"),
        ("territorial", "m"),
        ("partnership", "p"),
    ],
)
def test_a_label_that_is_no_row(label: Label) -> None:
    case = Case.of(document(build(costs={"p": 100, "q": 100}, budgets={"f": 150})))
    with pytest.raises(UnreadableError, match="there is no row"):
        bound(case, {label: 1.0})


def test_a_group_rate_is_no_row_of_a_project_that_it_is_not_about() -> None:
    limits = [{"limit": "l", "by": "fund", "value": "f", "project": "p", "max_rate": 0.5}]
    case = Case.of(document(build(costs={"p": 100, "q": 100}, budgets={"f": 150}, rate_limits=limits)))
    assert bound(case, {("group_max", "l", "p"): 1.0})
    with pytest.raises(UnreadableError, match="there is no row"):
        bound(case, {("group_max", "l", "q"): 1.0})


def test_the_table_of_rows_says_what_the_docstring_does() -> None:
    import rus_funding.proof.rows as table

    signs = {"any": "any", "≥ 0": ">=0", "≤ 0": "<=0", "≤ 0, any": "any"}
    lines = [
        re.match(r"(\w+), ([\w|]+(?:, [\w|]+)*)(?: \([^)]*\))? .* {2,}(.+)$", line)
        for line in table.__doc__.splitlines()
    ]
    told = {line[1]: (signs[line[3]], len(line[2].split(", "))) for line in lines if line and line[3] in signs}
    assert told == {kind: (sign, parts) for kind, (sign, parts, _) in ROWS.items()}


def test_every_label_is_a_row_of_the_table_and_the_docstring() -> None:
    import rus_funding.proof.rows as table

    seen: dict[str, Any] = {}
    for model in (*map(random_model, SEEDS), *map(newer_model, SEEDS[:20])):
        case = Case.of(document(model))
        here = list(labels(case))
        assert len(here) == len(set(here))
        bound(case, dict.fromkeys(here, 0.0))
        seen |= {label[0]: label for label in here}
    assert seen.keys() == ROWS.keys() - {"kept", "balance", "reach", "spread"}
    assert all(f"\n{kind}, " in (table.__doc__ or "") for kind in ROWS)
