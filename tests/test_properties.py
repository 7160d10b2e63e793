"""What must hold for every model: an answer that depends on the data alone, and rules that only ever take away.

Each test draws seeds of `random_model`. `EXAMPLES=20 pytest tests/test_properties.py` draws twenty times as many.
"""

import dataclasses
import json
import os
import random
import sys
from pathlib import Path

import numpy as np
import processes
import pytest
from build import table
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_models import random_model

from rus_funding.engine.engine import Engine, solve
from rus_funding.model.amounts import Amounts
from rus_funding.model.index import Index
from rus_funding.model.model import DEFAULT_OBJECTIVES, Objective
from rus_funding.model.rows import Rows

SEEDS = st.integers(0, 999_999)
MORE = int(os.environ.get("EXAMPLES", "1"))
VALUE = (Objective("value"),)
NEAR = 1e-7  # relative: optima of two different programs


def examples(count):
    return settings(max_examples=count * MORE)


def solved(model, **options):
    """The outcome; every model ends as optimal or infeasible."""
    outcome = solve(model, **options)
    assert outcome.status in {"optimal", "infeasible"}, (model.name, outcome.message)
    return outcome


def feasible(model, **options):
    outcome = solved(model, **options)
    assume(outcome.status == "optimal")
    return outcome


def answer(outcome):
    """All that a reader of the plan sees in kronor."""
    return outcome.status, outcome.payments, [(p.project, p.share, p.kronor, p.status) for p in outcome.projects]


def at_most(low, high):
    return low <= high or low <= high + NEAR * max(1.0, abs(high))


def alike(first, second):
    return at_most(first, second) and at_most(second, first)


def change(model, name, **columns):
    """The model with columns of one table exchanged: by arrays, or by functions of the old column."""
    rows = model[name]
    new = {column: made(rows[column]) if callable(made) else made for column, made in columns.items()}
    return model.replace(tables={**model.tables, name: rows.replace(**new)})


def add(model, name, /, **columns):
    """The model with rows added to a table, other columns at their defaults."""
    size = max(len(values) for values in columns.values())
    records = [{column: values[i] for column, values in columns.items()} for i in range(size)]
    more, old = table(name, records), model[name]
    both = Rows({column: np.concatenate([old[column], more[column]]) for column in old.columns})
    return model.replace(tables={**model.tables, name: both})


def index_of(model):
    return Amounts(model, Index(model))


# -- the answer is a function of the data


def shuffled(model, seed):
    rng = random.Random(seed)
    tables = {}
    for name in rng.sample(sorted(model.tables), len(model.tables)):
        rows = model[name]
        order = np.array(rng.sample(range(rows.size), rows.size), np.int64)
        columns = rng.sample(sorted(rows.columns), len(rows.columns))
        tables[name] = Rows({column: rows[column][order] for column in columns})
    required, excluded = tuple(reversed(model.required)), tuple(reversed(model.excluded))
    return model.replace(tables=tables, required=required, excluded=excluded)


@examples(20)
@given(SEEDS, st.integers(0, 999))
def test_the_order_of_rows_and_columns_decides_nothing(seed, order):
    model = random_model(seed)
    first, second = solved(model), solved(shuffled(model, order))
    assert answer(first) == answer(second)
    assert first.objectives == second.objectives
    if first.checked is not None:
        assert first.checked.value == second.checked.value
        assert first.checked.bound == second.checked.bound


@examples(25)
@given(SEEDS)
def test_another_solver_gives_the_same_kronor(seed):
    model = random_model(seed)
    first, second = solved(model), solved(model, solver="cbc")
    assert answer(first) == answer(second)


@examples(20)
@given(SEEDS, st.sampled_from((0.8, 1.25)))
def test_a_warm_start_gives_the_same_kronor(seed, factor):
    model = random_model(seed)
    baseline = change(model, "budgets", amount=lambda old: np.rint(old * factor).astype(np.int64))
    baseline = change(baseline, "areas", weight=lambda old: old * factor)
    warm = Engine()
    assume(warm.start_from(baseline).status == "optimal")
    assert answer(warm.solve(model)) == answer(solved(model))
    assert answer(warm.solve(baseline)) == answer(solved(baseline))  # and what was solved between leaves no trace


ANSWERS = """
import json, random_models, rus_funding.engine.engine as e
out = [e.solve(random_models.random_model(seed)) for seed in range(8)]
print(json.dumps([[repr(o.checked and o.checked.bound), [repr(p) for p in o.payments]] for o in out]))
"""


def test_neither_hash_seed_nor_locale_nor_folder_decides_anything(tmp_path):
    here = str(Path(__file__).parent)
    surroundings = (
        ({"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"}, here),
        ({"PYTHONHASHSEED": "1", "LC_ALL": "sv_SE.UTF-8", "TZ": "Europe/Stockholm", "OMP_NUM_THREADS": "3"}, tmp_path),
    )
    path = os.pathsep.join([here, str(Path(here).parent)])
    found = [
        processes.run(
            [sys.executable, "-c", ANSWERS], cwd=folder, env={**os.environ, "PYTHONPATH": path, **variables}, check=True
        ).stdout
        for variables, folder in surroundings
    ]  # fmt: skip
    assert found[0] == found[1]
    assert sum(len(payments) for _, payments in json.loads(found[0])) > 50


# -- units and names


def entered(model):
    """The model with its flat rates computed and entered as costs: their rounding does not scale."""
    n, rows = index_of(model), model["categories"]
    p, k, t = np.nonzero(n.by_category)
    ids = n.index.projects.ids, n.index.categories.ids, n.index.years.ids
    costs = [
        {"project": ids[0][i], "category": ids[1][j], "year": ids[2][m], "amount": n.by_category[i, j, m]}
        for i, j, m in zip(p.tolist(), k.tolist(), t.tolist(), strict=True)
    ]
    entered_rows = rows.replace(flat_rate=np.full(rows.size, np.nan), flat_rate_base=np.full(rows.size, "", object))
    return model.replace(tables={**model.tables, "categories": entered_rows, "costs": table("costs", costs)})


def scaled(model, factor):
    """Every amount of money, and every point, times `factor`."""
    for name, column in (
        ("budgets", "amount"), ("costs", "amount"), ("authorisations", "amount"), ("commitments", "amount"),
        ("funds", "max_per_project"), ("funds", "min_per_project"), ("previous", "amount"), ("areas", "target"),
        ("contributions", "benefit"),
    ):  # fmt: skip
        model = change(model, name, **{column: lambda old: old * factor})
    policy = model.policy
    more = {"collaboration_weight": policy.collaboration_weight * factor, "min_grant": policy.min_grant * factor}
    return model.replace(policy=dataclasses.replace(policy, **more))


@examples(15)
@given(SEEDS)
def test_a_thousand_times_the_money_changes_the_scale_only(seed):
    model = entered(random_model(seed))
    small, large = feasible(model), solved(scaled(model, 1000))
    assert large.status == "optimal"
    for (name, optimum), (_, thousand) in zip(small.objectives, large.objectives, strict=True):
        assert alike(thousand / 1000, optimum), name
    for one, other in zip(small.projects, large.projects, strict=True):
        assert abs(other.kronor / 1000 - one.kronor) <= 25, one.project  # what settling gives up does not scale


def renamed(model, prefix):
    """The model with `prefix` before every id: the order of ids stays."""
    ids = {"fund", "project", "area", "actor", "municipality", "category", "limit", "lead", "other", "financier"}
    tables = {}
    for name, rows in model.tables.items():
        new = {
            column: np.array([prefix + text if text else text for text in rows[column].tolist()], object)
            for column in ids & set(rows.columns)
            if not (name == "projects" and column == "other")
        }
        if "flat_rate_base" in rows.columns:
            bases = [" ".join(prefix + part for part in text.split()) for text in rows["flat_rate_base"].tolist()]
            new["flat_rate_base"] = np.array(bases, object)
        if name == "eligibility":
            by = zip(rows["by"].tolist(), rows["value"].tolist(), strict=True)
            new["value"] = np.array([text if kind == "actor_type" else prefix + text for kind, text in by], object)
        if name == "rate_limits":
            by = zip(rows["by"].tolist(), rows["value"].tolist(), strict=True)
            new["value"] = np.array([prefix + text if kind == "fund" else text for kind, text in by], object)
        tables[name] = rows.replace(**new)
    required, excluded = (tuple(prefix + p for p in some) for some in (model.required, model.excluded))
    return model.replace(tables=tables, required=required, excluded=excluded)


@examples(15)
@given(SEEDS)
def test_names_change_no_optimum(seed):
    """Who pays where several could equally well is decided by labels, so payments may be others."""
    model = random_model(seed)
    first, second = feasible(model), solved(renamed(model, "x-"))
    for (name, best), (_, other) in zip(first.objectives, second.objectives, strict=True):
        assert alike(best, other), name


# -- more room is never worse, less never better


def optimum(model):
    """The optimum of `value` alone, minus infinity where nothing is feasible."""
    outcome = solved(model.replace(objectives=VALUE))
    return outcome.optimum if outcome.status == "optimal" else -np.inf


@examples(15)
@given(SEEDS, st.sampled_from((0.3, 1.0)))
def test_another_fund_never_lowers_the_optimum(seed, rate):
    model = random_model(seed)
    before = optimum(model)
    more = add(
        model, "funds", fund=["new"], name=["new"], sector=["public"], level=["other"], max_rate=[rate], draw_order=[3]
    )
    money = [int(model["costs"]["amount"].sum() // 10)] * len(model.years)
    more = add(more, "budgets", fund=["new"] * len(money), year=list(model.years), amount=money)
    assert at_most(before, optimum(more))


def less(factor):
    return lambda old: np.round(old * factor, 4)


def whole(factor):
    return lambda old: np.floor(old * factor).astype(old.dtype)


TIGHTER = {
    "budget": lambda m: change(m, "budgets", amount=whole(0.8)),
    "rate": lambda m: change(m, "funds", max_rate=less(0.9)),
    "cap": lambda m: change(
        m, "funds", max_per_project=lambda old: np.floor(np.fmin(old * 0.8, m["costs"]["amount"].mean()))
    ),
    "max_share": lambda m: change(m, "funds", max_share=less(0.6)),
    "floor": lambda m: change(m, "areas", floor_share=lambda old: np.round(old + 0.2 / old.size, 4)),
    "cap_share": lambda m: change(m, "areas", cap_share=less(0.9)),
    "group_max": lambda m: change(m, "rate_limits", max_rate=less(0.8)),
    "group_min": lambda m: change(
        m, "rate_limits", min_rate=lambda old: np.round(np.minimum(1.0, old * 1.2 + 0.05), 4)
    ),
    "authorisation": lambda m: change(m, "authorisations", amount=whole(0.7)),
    "commitment": lambda m: change(m, "commitments", kind=lambda old: np.full_like(old, "paid")),
    "municipality_floor": lambda m: m.replace(
        policy=type(m.policy)(m.policy.collaboration_weight, m.policy.municipality_floor + 0.1, m.policy.min_partners)
    ),
    "min_partners": lambda m: m.replace(
        policy=type(m.policy)(m.policy.collaboration_weight, m.policy.municipality_floor, m.policy.min_partners + 1)
    ),
    "carry_over": lambda m: change(m, "funds", carry_over=less(0.5)),
    "indivisible": lambda m: change(m, "projects", indivisible=lambda old: np.full_like(old, True)),
    "min_projects": lambda m: change(m, "actors", min_projects=lambda old: old + 1),
}


@pytest.mark.parametrize("rule", TIGHTER)
def test_a_tighter_rule_never_raises_the_optimum(rule):
    @examples(5)
    @given(SEEDS)
    def holds(seed):
        model = random_model(seed)
        before = optimum(model)
        assume(np.isfinite(before))
        assert at_most(optimum(TIGHTER[rule](model)), before)

    holds()


def with_worthless_project(model):
    """A project more that costs money and is worth nothing, led by an actor of its own."""
    model = add(model, "actors", actor=["zz"], name=["zz"], type=["region"])
    model = add(model, "projects", project=["zz"], name=["zz"], lead=["zz"])
    area = model["areas"]["area"][0]
    model = add(model, "contributions", project=["zz"], area=[area], share=[1.0], benefit=[0.0])
    return add(model, "costs", project=["zz"], category=["staff"], year=[model.years[0]], amount=[12_345])


@examples(15)
@given(SEEDS)
def test_a_project_that_is_worth_nothing_changes_no_optimum(seed):
    """But where its kronor help others to keep a share of the whole: there it may raise it."""
    model = random_model(seed)
    before, after = optimum(model), optimum(with_worthless_project(model))
    assert at_most(before, after)
    areas, funds = model["areas"], model["funds"]
    shares = (areas["floor_share"] > 0).any() or (areas["cap_share"] < 1).any() or (funds["max_share"] < 1).any()
    if not shares:
        assert after == before or alike(after, before)


def halved(model, fund):
    """The model with a fund as two, each with half of its money, rate, cap and promises, under the same group rates."""
    twin = fund + "-twin"
    for name, columns in (
        ("funds", ("max_rate", "max_per_project", "max_share")), ("budgets", ("amount",)),
        ("authorisations", ("amount",)), ("commitments", ("amount",)), ("eligibility", ()),
    ):  # fmt: skip
        rows = model[name]
        mine = rows["fund"] == fund
        halves = {
            column: np.where(mine, rows[column] / 2, rows[column]).astype(rows[column].dtype) for column in columns
        }
        rows = rows.replace(**halves)
        copy = rows.take(mine)
        copy = copy.replace(fund=np.full(copy.size, twin, object))
        both = Rows({column: np.concatenate([rows[column], copy[column]]) for column in rows.columns})
        model = model.replace(tables={**model.tables, name: both})
    return model


@examples(15)
@given(SEEDS, st.integers(0, 9))
def test_a_fund_in_two_halves_is_worth_the_same(seed, pick):
    model = random_model(seed)
    limits = model["rate_limits"]
    by_fund = set(limits["value"][limits["by"] == "fund"].tolist())  # these name one fund
    funds = [fund for fund in sorted(model["funds"]["fund"].tolist()) if fund not in by_fund]
    for name in ("budgets", "authorisations", "commitments"):
        model = change(model, name, amount=lambda old: old // 2 * 2)
    model = change(model, "funds", max_per_project=lambda old: old // 2 * 2)
    model = model.replace(objectives=DEFAULT_OBJECTIVES)
    before, after = solved(model), solved(halved(model, funds[pick % len(funds)]))
    assert before.status == after.status
    for (name, best), (_, other) in zip(before.objectives, after.objectives, strict=True):
        assert alike(best, other), name


# -- the answer and its proof


@examples(20)
@given(SEEDS)
def test_the_plan_lies_between_its_bound_and_what_rounding_may_take(seed):
    outcome = solve(random_model(seed))
    assume(outcome.status == "optimal")
    assert outcome.checked.breaches == ()
    assert at_most(outcome.optimum, outcome.bound)
    assert at_most(outcome.value, outcome.bound + float(outcome.checked.give))
    if "value" in dict(outcome.objectives):
        assert at_most(outcome.value - float(outcome.checked.give), outcome.optimum)
