"""Changes of a model: which rows, what comes out, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from build import build
from hypothesis import given, settings
from hypothesis import strategies as st

from rus_funding.errors import InvalidInput
from rus_funding.model.model import Objective, digest
from rus_funding.model.schema import TABLES
from rus_funding.scenarios import NUMBERS, apply, difference, prepare, read_scenarios

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel


@pytest.fixture
def model() -> FundingModel:
    return build(
        years=[2026, 2027],
        areas=[{"area": "climate", "weight": 0.1, "target": 40.0}, {"area": "skills", "weight": 2.0}],
        actors=[{"actor": "region"}, {"actor": "kommun", "type": "municipality"}],
        funds=[
            {"fund": "grant", "max_rate": 0.5, "max_per_project": 1000},
            {"fund": "own", "financier": "region", "draw_order": 2},
        ],
        budgets={"grant": {2026: 105, 2027: 333}, "own": 500},
        projects=[
            {"project": "p", "lead": "region"},
            {"project": "q", "lead": "kommun", "indivisible": True},
            {"project": "r", "lead": "region", "status": "committed"},
        ],
        costs={"p": {2026: 100, 2027: 101}, "q": 50, "r": 25},
        contributions={"p": {"climate": 0.5, "skills": 0.5}, "q": "climate", "r": "skills"},
        eligibility=[
            {"fund": "grant", "by": "project", "value": "p"},
            {"fund": "grant", "by": "project", "value": "q"},
        ],
        commitments=[{"project": "r", "fund": "own", "year": 2026, "amount": 1, "kind": "decided"}],
        participations=[{"project": "q", "actor": "region", "role": "partner"}],
    )


@pytest.fixture
def scenario(tmp_path):
    def scenario(text: str):
        file = tmp_path / "s.toml"
        file.write_text(text, encoding="utf-8")
        return read_scenarios(file)[0]

    return scenario


def change(table: str, rest: str) -> str:
    return f'[[change]]\ntable = "{table}"\n{rest}\n'


def refused(model, scenario) -> list:
    with pytest.raises(InvalidInput) as caught:
        apply(model, scenario)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        (change("budgets", 'where = { fund = "grant" }\nmultiply = { amount = 0.8 }'), [84, 266, 500, 500]),
        (change("budgets", 'where = { fund = "grant", year = 2027 }\nset = { amount = 7 }'), [105, 7, 500, 500]),
        (change("budgets", "where = { year = [2026] }\nadd = { amount = -5 }"), [100, 333, 495, 500]),
        (change("budgets", "where = { amount = 500 }\nmultiply = { amount = 0.001 }"), [105, 333, 1, 1]),
        (change("budgets", 'where = { status = "granted", fund = ["own", "grant"] }\nset = { amount = 9 }'), [9] * 4),
    ],
)
def test_amounts(model, scenario, text, cells):
    assert apply(model, scenario(text))["budgets"]["amount"].tolist() == cells


def test_kronor_are_rounded_half_up_on_exact_decimals(model, scenario):
    # 50 × 0.29 = 14.5 exactly, a float product is 14.499999999999998
    changed = apply(model, scenario(change("costs", 'where = { project = "q" }\nmultiply = { amount = 0.29 }')))
    assert changed["costs"]["amount"].tolist()[2] == 15


def test_shares_and_numbers_stay_decimals(model, scenario):
    changed = apply(model, scenario(change("areas", 'where = { area = "climate" }\nmultiply = { weight = 3 }')))
    assert changed["areas"]["weight"].tolist() == [0.3, 2.0]
    changed = apply(model, scenario(change("areas", "add = { weight = 0.2 }")))
    assert changed["areas"]["weight"].tolist() == [0.3, 2.2]


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    amounts=st.lists(st.integers(0, 10**14), min_size=1, max_size=4),
    factor=st.decimals(0, 10, places=6),
)
def test_multiplied_kronor_equal_exact_arithmetic(amounts, factor):
    from fractions import Fraction
    from math import floor

    from rus_funding.scenarios.cells import computed

    column = TABLES["costs"]["amount"]
    exact = [floor(amount * Fraction(factor) + Fraction(1, 2)) for amount in amounts]
    values = np.array(amounts, np.int64)
    assert computed(column, "multiply", values, Fraction(factor)).tolist() == exact
    millionths = np.full(len(amounts), int(factor * 10**6), np.int64)
    assert computed(column, "multiply", values, millionths).tolist() == exact


def test_a_blank_can_be_set_and_found(model, scenario):
    changed = apply(
        model, scenario(change("funds", 'where = { max_per_project = 1000 }\nset = { max_per_project = "" }'))
    )
    assert np.isnan(changed["funds"]["max_per_project"]).all()
    changed = apply(model, scenario(change("areas", 'where = { target = "" }\nset = { target = 5, goal = "mål" }')))
    assert changed["areas"]["target"].tolist() == [40.0, 5.0]
    assert changed["areas"]["goal"].tolist() == ["", "mål"]


@pytest.mark.parametrize(
    ("text", "table", "column", "cells"),
    [
        (change("projects", "where = { indivisible = true }\nset = { indivisible = false }"), "projects", "indivisible",
         [False] * 3),
        (change("projects", 'where = { lead = "region" }\nset = { lead = "kommun" }'), "projects", "lead",
         ["kommun"] * 3),
        (change("costs", 'where = { project = "q" }\nadd = { year = 1 }'), "costs", "year", [2026, 2027, 2027, 2026]),
        (change("funds", 'where = { fund = "own" }\nset = { draw_order = 0 }'), "funds", "draw_order", [0, 0]),
        (change("funds", "add = { draw_order = 1 }"), "funds", "draw_order", [1, 3]),
    ],
)  # fmt: skip
def test_any_column_of_any_table(model, scenario, text, table, column, cells):
    assert apply(model, scenario(text))[table][column].tolist() == cells


def test_changes_come_one_after_the_other(model, scenario):
    text = change("budgets", 'where = { fund = "own" }\nset = { status = "planned" }') + change(
        "budgets", 'where = { status = "planned" }\nset = { amount = 1 }'
    )
    assert apply(model, scenario(text))["budgets"]["amount"].tolist() == [105, 333, 1, 1]


def test_rows_can_be_inserted(model, scenario):
    changed = apply(
        model, scenario(change("rate_limits", 'insert = [{ limit = "state", by = "fund", value = "grant" }]'))
    )
    rows = changed["rate_limits"]
    assert (rows.size, rows["max_rate"].tolist(), rows["project"].tolist()) == (1, [1.0], [""])
    assert rows["max_rate"].dtype == np.float64
    (found,) = refused(model, scenario(change("areas", 'insert = [{ area = "climate", name = "x" }]')))
    assert found.code == "scenario_duplicate_row"


def test_rows_can_be_dropped(model, scenario):
    changed = apply(model, scenario(change("budgets", "where = { year = 2027 }\ndrop = true")))
    assert changed["budgets"]["year"].tolist() == [2026, 2026]


def test_dropping_what_others_name_is_refused(model, scenario):
    (found,) = refused(model, scenario(change("projects", 'where = { project = ["q", "r"] }\ndrop = true')))
    assert found.code == "scenario_referred"
    for row in ("eligibility grant project q", "costs q costs 2026, r costs 2026", "commitments r own 2026 decided"):
        assert row in found.what


def test_cascade_drops_the_rows_that_name_it(model, scenario):
    changed = apply(
        model, scenario(change("projects", 'where = { project = ["q", "r"] }\ndrop = true\ncascade = true'))
    )
    assert changed["projects"]["project"].tolist() == ["p"]
    for table, size in {
        "costs": 2,
        "contributions": 2,
        "participations": 0,
        "eligibility": 1,
        "commitments": 0,
    }.items():
        assert changed[table].size == size
    # a dropped actor takes the projects it leads along, and the fund it finances
    changed = apply(model, scenario(change("actors", 'where = { actor = "kommun" }\ndrop = true\ncascade = true')))
    assert changed["projects"]["project"].tolist() == ["p", "r"]
    assert changed["eligibility"]["value"].tolist() == ["p"]


def test_require_and_exclude(model, scenario):
    changed = apply(model, scenario('require = ["p"]\nexclude = ["q"]\n'))
    assert (changed.required, changed.excluded) == (("p",), ("q",))
    (found,) = refused(model, scenario('require = ["pp"]\n'))
    assert (found.code, found.column, found.value) == ("scenario_unknown_project", "require", "pp")


def test_a_scenario_holds_a_project_the_other_way_than_the_model(model, scenario):
    held = model.replace(required=("p",), excluded=("q",))
    changed = apply(held, scenario('require = ["q"]\nexclude = ["p"]\n'))
    assert (changed.required, changed.excluded) == (("q",), ("p",))


def test_objectives_and_policy(model, scenario):
    text = '[policy]\nmin_partners = 1\n[[objective]]\nname = "funded"\n'
    changed = apply(model, scenario(text))
    assert changed.policy.min_partners == 1
    assert changed.objectives == (Objective("funded"),)


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "remedy"),
    [
        ('{ fund = "grent" }', "Did you mean fund = 'grant'?"),
        ('{ fund = "grant", year = 2028 }', "There is year = 2026, 2027 where fund = grant."),
        ('{ fund = "own", amount = 333 }', "There is amount = 500 where fund = own."),
        ('{ status = "planned" }', "There is status = granted."),
        ('{ fund = "grant", status = "planned", year = 2028 }', "Each condition is met by some rows"),
    ],
)
def test_a_where_that_finds_nothing_says_what_there_is(model, scenario, where, remedy):
    (found,) = refused(model, scenario(change("budgets", f"where = {where}\nset = {{ amount = 1 }}")))
    assert (found.code, found.row, found.column) == ("scenario_no_match", 1, "change 1.where")
    assert found.place.endswith("s.toml")
    assert found.remedy.startswith(remedy)


def test_an_empty_table_is_said_to_be_empty(model, scenario):
    (found,) = refused(model, scenario(change("links", "set = { weight = 2 }")))
    assert found.what == "links has no rows."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (change("areas", "multiply = { target = 2 }"), "blank_operand"),
        (change("funds", "multiply = { max_rate = 1.5 }"), "share_range"),
        (change("budgets", "add = { amount = -400 }"), "negative"),
        (change("budgets", "multiply = { amount = 999999999999999 }"), "too_large"),
    ],
)
def test_results_out_of_range_are_refused(model, scenario, text, code):
    (found,) = refused(model, scenario(text))
    assert (found.code, found.row) == (f"scenario_{code}", 1)


def test_every_problem_is_said_at_once(model, scenario):
    text = (
        change("budgets", 'where = { fund = "x" }\nset = { amount = 1 }')
        + change("areas", 'where = { area = "y" }\nset = { weight = 1 }')
        + '[sweep]\nw = { table = "areas", set = "weight", values = [1] }\n'
    )
    from rus_funding.scenarios import Family

    with pytest.raises(InvalidInput) as caught:
        Family(model, scenario(text))
    assert [found.row for found in caught.value.problems] == [1, 5]


def test_the_changed_model_is_validated(model, scenario):
    text = change("projects", 'where = { project = "p" }\nset = { lead = "nobody" }') + change(
        "contributions", 'where = { project = "q" }\nset = { share = 0.5 }'
    )
    found = refused(model, scenario(text))
    assert all(problem.place.startswith(str(scenario(text).spot.file)) for problem in found)
    assert any("nobody" in str(problem) for problem in found)
    (share,) = refused(model, scenario(change("contributions", 'where = { project = "q" }\nset = { share = 0.5 }')))
    assert share.place.endswith("s.toml: contributions")


# --- the original stays, and what is told of the change --------------------------------------------------------------


TEXTS = (
    change("budgets", "multiply = { amount = 0.5 }"),
    change("projects", 'where = { project = "q" }\ndrop = true\ncascade = true'),
    change("areas", 'insert = [{ area = "c", name = "C" }]'),
    'exclude = ["p"]\n[policy]\nmin_partners = 1\n',
)


@pytest.mark.parametrize("text", TEXTS)
def test_the_original_is_not_modified(model, scenario, text):
    before = digest(model)
    changed = apply(model, scenario(text))
    assert digest(model) == before
    assert digest(changed) != before


def test_untouched_tables_and_columns_are_the_same_objects(model, scenario):
    changed = apply(model, scenario(TEXTS[0]))
    assert changed["costs"] is model["costs"]
    assert changed["budgets"]["fund"] is model["budgets"]["fund"]


@pytest.mark.parametrize(
    ("text", "touched", "numbers_only"),
    [
        (TEXTS[0], {("budgets", "amount")}, True),
        (change("budgets", "multiply = { amount = 0 }"), {("budgets", "amount")}, False),
        (change("funds", 'set = { max_per_project = "" }'), {("funds", "max_per_project")}, False),
        (change("areas", "set = { floor_share = 0.1 }"), {("areas", "floor_share")}, False),
        ('exclude = ["p"]\n', {("exclude", "")}, False),
        ("[policy]\nmin_partners = 1\n", {("policy", "min_partners")}, False),
        ('[policy]\nshare_base = "available"\n', {("policy", "share_base")}, False),
        ("", set(), True),
    ],
)
def test_what_is_touched(model, scenario, text, touched, numbers_only):
    prepared = prepare(model, scenario(text))
    assert (prepared.touched, prepared.numbers_only) == (touched, numbers_only)


def test_number_columns_are_columns_of_numbers():
    for table, column in NUMBERS:
        assert TABLES[table][column].type in {"kronor", "share", "number", "integer"}


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            change("budgets", 'where = { fund = "grant" }\nmultiply = { amount = 0.8 }'),
            [("budgets", "grant/2026", "amount", 105, 84), ("budgets", "grant/2027", "amount", 333, 266)],
        ),
        (change("areas", 'set = { target = "" }'), [("areas", "climate", "target", 40.0, None)]),
        (
            change("dependencies", 'insert = [{ project = "p", kind = "requires", other = "q" }]'),
            [("dependencies", "p/requires/q", column, None, value) for column, value in
             (("project", "p"), ("kind", "requires"), ("other", "q"))],
        ),
        (
            change("participations", "drop = true"),
            [("participations", "q/region/partner", column, value, None) for column, value in
             (("project", "q"), ("actor", "region"), ("role", "partner"))],
        ),
        (
            'exclude = ["q"]\n[policy]\nmin_partners = 1\n[[objective]]\nname = "funded"\ntolerance = 0.1\n',
            [("policy", "", "min_partners", 0, 1), ("objective", "", "", "value, draw_order", "funded (0.1)"),
             ("exclude", "q", "x", None, 0)],
        ),
    ],
)  # fmt: skip
def test_changes_are_told_as_rows(model, scenario, text, rows):
    prepared = prepare(model, scenario(text))
    assert prepared.changes() == rows
    assert difference(model, prepared.apply()) == rows
