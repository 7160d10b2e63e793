"""One golden linear program a rule: the rows as algebra, compared with the file that a person checked.

`UPDATE_GOLDEN=1 pytest tests/test_golden_lp.py` writes the files anew; read the difference before it is committed.
"""

import ast
import dataclasses
import inspect
import os
from pathlib import Path

import pytest
from build import build
from random_models import random_model

from rus_funding.model.amounts import Amounts
from rus_funding.model.index import Index
from rus_funding.model.portfolio import Portfolio
from rus_funding.program import formulation
from rus_funding.program.algebra import bounds, show
from rus_funding.program.formulation import RULES, Columns, formulate

GOLDEN = Path(__file__).parent / "golden" / "lp"
SPAN = (2026, 2027)
# p costs 100 + 40 kr in the first year and 60 in the second, q costs 250 kr
TWO = {("p", "staff"): {2026: 100, 2027: 60}, ("p", "travel"): {2026: 40}, ("q", "staff"): {2027: 250}}
CATEGORIES = [{"category": "staff"}, {"category": "travel"}]
ACTORS = [{"actor": name} for name in ("lead", "mate", "town")]
MEETINGS = [
    {"project": "p", "actor": "mate"},
    {"project": "q", "actor": "mate"},
    {"project": "q", "actor": "town"},
]


def two(**tables):
    """Two projects, two years, funds `grant` and `own` unless the test says otherwise."""
    tables.setdefault("budgets", {"grant": 120, "own": {2026: 90, 2027: 300}})
    return build(years=SPAN, categories=CATEGORIES, costs=TWO, **tables)


def funds(grant, **own):
    return [{"fund": "grant", **grant}, {"fund": "own", **own}]


PLACES = {
    "municipalities": [{"municipality": "m", "population": 30_000}, {"municipality": "n", "population": 10_000}],
    "reach": [
        {"project": "p", "municipality": "m", "share": 0.5},
        {"project": "p", "municipality": "n", "share": 0.25},
        {"project": "q", "municipality": "m", "share": 1.0},
    ],
}
AREAS = {
    "areas": [{"area": "a", "weight": 2, "floor_share": 0.3}, {"area": "b", "weight": 1, "cap_share": 0.6}],
    "contributions": {"p": {"a": 0.4, "b": 0.6}, "q": "b"},
}
BINARY = {
    "projects": [
        {"project": "p", "min_share": 0.4},
        {"project": "q", "indivisible": True},
        {"project": "r"},
    ],
    "costs": {"p": 10, "q": 20, "r": 30},
    "budgets": {"own": 40},
    "dependencies": [{"project": "p", "kind": "excludes", "other": "r"}],
}

# `grant` pays half at most, so it never pays alone; fees are no grant, and `own` takes the policy's least
GRANTS = {
    "funds": [
        {"fund": "grant", "max_rate": 0.5, "min_per_project": 7},
        {"fund": "own"},
        {"fund": "fees", "income": True, "min_per_project": 3},
    ],
    "policy": {"min_grant": 4},
}

# rule: the model whose rows are shown, and a kind of columns whose bounds are part of the rule
CASES = {
    "funded_total": (two(), None),
    "area_total": (two(**AREAS), None),
    "municipal_total": (two(**PLACES, policy={"municipality_floor": 0.5}), None),
    # `work` alone may pay the time given in kind, so p has two cost classes; overhead is 20 % of staff,
    # its remainder carried forward
    "financing": (
        build(
            years=SPAN,
            categories=[
                *CATEGORIES,
                {"category": "time", "form": "in_kind"},
                {"category": "overhead", "flat_rate": 0.2, "flat_rate_base": "staff"},
            ],
            costs={
                ("p", "staff"): {2026: 102, 2027: 101},
                ("p", "travel"): {2026: 40},
                ("p", "time"): {2027: 30},
                ("q", "staff"): {2027: 250},
            },
            funds=[{"fund": "grant"}, {"fund": "own"}, {"fund": "work", "form": "in_kind"}],
            eligibility=[
                {"fund": "grant", "by": "category", "value": "staff"},
                {"fund": "grant", "by": "category", "value": "overhead"},
                {"fund": "grant", "by": "project", "value": "p"},
            ],
        ),
        None,
    ),
    # what `grant` leaves in 2026 is carried to 2027, a quarter of it; `own` has no row for 2026
    "budget": (two(budgets={"grant": 120, "own": {2027: 300}}, funds=funds({"carry_over": 0.25})), "u"),
    # a year's booked cash costs, in-kind apart; all years' eligible costs; total; net of fees, also of its own
    "rate": (
        build(
            years=SPAN,
            categories=[*CATEGORIES, {"category": "time", "form": "in_kind"}],
            costs={("p", "staff"): {2026: 100, 2027: 61}, ("p", "travel"): {2026: 40}, ("p", "time"): {2026: 20}},
            funds=[
                {"fund": "booked", "max_rate": 0.5, "rate_base": "booked"},
                {"fund": "eligible", "max_rate": 0.4, "rate_basis": "total"},
                {"fund": "fees", "income": True, "max_rate": 0.3, "rate_base": "net"},
                {"fund": "net", "max_rate": 0.25, "rate_base": "net", "rate_basis": "total"},
                {"fund": "own"},
                {"fund": "total", "max_rate": 0.1, "rate_base": "total"},
                {"fund": "work", "form": "in_kind"},
            ],
            eligibility=[{"fund": "eligible", "by": "category", "value": "staff"}],
        ),
        None,
    ),
    "cap": (two(funds=funds({"max_per_project": 70})), None),
    # for every project
    "group_min": (
        two(
            funds=funds({}, sector="private"),
            rate_limits=[{"limit": "private", "by": "sector", "value": "private", "min_rate": 0.2}],
        ),
        None,
    ),
    # for projects led by a company; for one project
    "group_max": (
        two(
            funds=funds({"level": "state"}, level="region"),
            actors=[{"actor": "lead"}, {"actor": "firm", "type": "company"}],
            projects=[{"project": "p"}, {"project": "q", "lead": "firm"}],
            rate_limits=[
                {"limit": "firm", "by": "level", "value": "state", "actor_type": "company", "max_rate": 0.35},
                {"limit": "own", "by": "fund", "value": "own", "project": "p", "max_rate": 0.8},
            ],
        ),
        None,
    ),
    "area_floor": (two(**AREAS), None),
    "area_cap": (two(**AREAS), None),
    "diversification": (two(funds=funds({"max_share": 0.6})), None),
    "territorial": (two(**PLACES, policy={"municipality_floor": 0.5}), None),
    "participation": (
        two(actors=[{"actor": "lead"}, {"actor": "mate", "min_projects": 2}], participations=MEETINGS[:2]),
        None,
    ),
    "commitment": (
        two(
            commitments=[
                {"project": "p", "fund": "grant", "year": 2026, "amount": 50, "kind": "decided"},
                {"project": "q", "fund": "own", "year": 2027, "amount": 80, "kind": "paid"},
            ],
            eligibility=[{"fund": "grant", "by": "category", "value": "staff"}],
        ),
        None,
    ),
    "requires": (two(dependencies=[{"project": "q", "kind": "requires", "other": "p"}]), None),
    "excludes": (build(**BINARY), "z"),
    "viability_min": (build(**BINARY), "z"),
    "viability_max": (build(**BINARY), "z"),
    "indivisible": (build(**BINARY), "z"),
    # p has one actor, q the two that are wanted
    "partnership": (
        build(
            costs={"p": 10, "q": 20},
            budgets={"own": 40},
            actors=ACTORS,
            participations=MEETINGS[1:2],
            policy={"min_partners": 2},
        ),
        "x",
    ),
    "status": (
        build(
            projects=[
                {"project": "p", "status": "committed"},
                {"project": "q", "status": "ordinary"},
                {"project": "r"},
            ],
            costs={"p": 10, "q": 20, "r": 30},
            budgets={"own": 40},
        ),
        "x",
    ),
    "scenario": (build(costs={"p": 10, "q": 20, "r": 30}, budgets={"own": 40}, required=["q"], excluded=["r"]), "x"),
    # `mates` is marked on no basis, so that it counts to no floor; a share of 0 says the same as no row
    "perspective": (
        two(
            perspectives=[
                {"perspective": "green", "floor_share": 0.3},
                {"perspective": "mates"},
                {"perspective": "women", "kind": "gender", "floor_share": 0.4},
            ],
            markings=[
                {"project": "p", "perspective": "green", "share": 1, "basis": "plan"},
                {"project": "q", "perspective": "green", "share": 0, "basis": "plan"},
                {"project": "q", "perspective": "mates", "share": 1},
                {"project": "p", "perspective": "women", "share": 0.55, "basis": "statistics"},
                {"project": "q", "perspective": "women", "share": 0.35},
            ],
        ),
        None,
    ),
    # after the first year, and of all years: "bound after 2025"
    "authorisation": (
        two(
            authorisations=[
                {"fund": "grant", "year": 2026, "amount": 75},
                {"fund": "own", "year": 2025, "amount": 260},
            ]
        ),
        None,
    ),
    # lead and mate meet in both projects, town only in q; a tie known already is worth less, not another row
    "tie": (
        two(
            actors=ACTORS,
            participations=MEETINGS,
            links=[{"actor": "mate", "other": "lead", "weight": 3}],
            policy={"collaboration_weight": 10},
        ),
        "n",
    ),
    "beyond": (
        two(
            areas=[{"area": "a", "target": 12.5, "beyond": 0.2}, {"area": "b", "target": 3}],
            contributions={"p": {"a": 0.4, "b": 0.6}, "q": "a"},
            benefits={("p", "a"): 7, ("q", "a"): 20.5},
        ),
        None,
    ),
    **dict.fromkeys(("least_grant_max", "alone", "alone_pays"), (two(**GRANTS), None)),
    "least_grant_min": (two(**GRANTS), "w"),
    "balance": (
        two(
            areas=[{"area": "a", "weight": 2}, {"area": "b", "weight": 0.5}, {"area": "c", "weight": 0}],
            contributions={"p": {"a": 0.4, "b": 0.6}, "q": "b"},
            objectives=["balance"],
        ),
        "m_balance",
    ),
    **dict.fromkeys(
        ("continuity_most", "continuity_least"),
        (
            two(
                objectives=["value", "continuity"],
                previous=[
                    {"project": "p", "fund": "grant", "year": 2025, "amount": 20},
                    {"project": "p", "fund": "grant", "year": 2026, "amount": 15},
                ],
            ),
            "d",
        ),
    ),
    "reach": (two(**PLACES, objectives=["reach"]), "m_reach"),
    "spread": (two(objectives=["spread"]), "m_spread"),
}
# shares of all budgets: 2 x 120 of `grant`, 90 + 300 of `own`; no column K, the sides are shares of 630
OF_ALL = {
    "area_floor": "area_floor[a]: + 1 K_a[a] >= 189\n",
    "area_cap": "area_cap[b]: + 1 K_a[b] <= 378\n",
    "perspective": "perspective[green]: + 200 x[p] >= 189\nperspective[women]: + 110 x[p] >= 252\n",
}
BOUNDS_ONLY = {"partnership", "status", "scenario"}  # rules that hold a variable at 0 or 1 and need no row


def compiled(model):
    amounts = Amounts(model, Index(model))
    return formulate(Portfolio(amounts.index, amounts)), amounts


def algebra(rule):
    """What the golden file of a rule holds."""
    model, kind = CASES[rule]
    f, amounts = compiled(model)
    rows = show(f, amounts, rule)
    assert bool(rows) != (rule in BOUNDS_ONLY)
    return rows + ("" if kind is None else bounds(f, amounts, kind))


@pytest.mark.parametrize("rule", CASES)
def test_the_rows_of_a_rule_are_those_that_were_checked(rule):
    text = algebra(rule)
    path = GOLDEN / f"{rule}.lp"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", OF_ALL)
def test_shares_of_all_budgets_are_sides(rule):
    model, _ = CASES[rule]
    f, amounts = compiled(model.replace(policy=dataclasses.replace(model.policy, share_base="available")))
    assert show(f, amounts, rule) == OF_ALL[rule]


def blocks_of(model):
    """The rules that the formulation has for a model, those without rows as well."""
    amounts = Amounts(model, Index(model))
    at = Portfolio(amounts.index, amounts)
    columns = Columns(at)
    return {rule.__name__: {block.rule for block in rule(at, columns)} for rule in RULES}


def test_no_rule_is_without_a_golden_file():
    known = set(CASES)
    for model in [model for model, _ in CASES.values()] + [random_model(seed) for seed in range(34)]:
        for function, rules in blocks_of(model).items():
            assert rules <= known, f"{function}: no golden file for {sorted(rules - known)}"


def test_every_rule_that_the_source_names_has_a_golden_file():
    """Also those that no model above brings about: the first argument of every `Block(...)`, and the loops over it."""
    tree = ast.parse(inspect.getsource(formulation))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Block"]
    named = {node.args[0].value for node in calls if isinstance(node.args[0], ast.Constant)}
    assert named <= set(CASES)
    produced = set().union(*(rules for model, _ in CASES.values() for rules in blocks_of(model).values()))
    assert produced == set(CASES) - BOUNDS_ONLY


def test_each_file_belongs_to_a_rule():
    assert {path.stem for path in GOLDEN.glob("*.lp")} == set(CASES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_states_its_formula(rule):
    assert any(sign in rule.__doc__ for sign in "≤≥="), rule.__name__


def test_the_whole_program_reads_as_algebra():
    f, amounts = compiled(build(costs={"p": 10}, budgets={"own": 4}, funds=[{"fund": "own", "max_rate": 0.5}]))
    assert show(f, amounts) == (
        "funded_total: + 1 K - 10 x[p] = 0\n"
        "area_total[a]: + 1 K_a[a] - 10 x[p] = 0\n"
        "financing[p,costs,2026]: + 1 y[p,own,2026,costs] - 10 x[p] = 0\n"
        "budget[own,2026]: + 1 y[p,own,2026,costs] <= 4\n"
        "rate[p,own,2026]: + 1 y[p,own,2026,costs] - 5 x[p] <= 0\n"
        "0 <= x[p] <= 1\n"
        "y[p,own,2026,costs] >= 0\n"
        "K >= 0\n"
        "K_a[a] >= 0\n"
    )
