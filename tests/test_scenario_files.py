"""Scenario files: what is read, and what is said of a wrong one."""

from __future__ import annotations

import pickle
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from rus_funding.errors import InvalidInput
from rus_funding.model.model import Objective
from rus_funding.scenarios import Scenario, read_scenarios

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = """\
title = "1:1-medlen minskar"
question = "Vad tränger minskningen undan?"

[[change]]
table = "budgets"
where = { fund = "grant", year = [2027, 2028] }
multiply = { amount = 0.8 }

[[change]]
table = "funds"
set = { max_rate = 0.4 }
"""


@pytest.fixture
def write(tmp_path: Path):
    def write(name: str, text: str) -> Path:
        file = tmp_path / f"{name}.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def problems(path) -> list:
    with pytest.raises(InvalidInput) as caught:
        read_scenarios(path)
    return list(caught.value.problems)


def one(write, text: str):
    (found,) = problems(write("s", text))
    return found


def test_a_plain_scenario(write):
    (scenario,) = read_scenarios(write("minskning", PLAIN))
    assert (scenario.id, scenario.title) == ("minskning", "1:1-medlen minskar")
    first, second = scenario.changes
    assert first.table == "budgets"
    assert first.where == (("fund", ("grant",)), ("year", (2027, 2028)))
    assert first.multiply == (("amount", Decimal("0.8")),)
    assert (first.spot.line, second.spot.line) == (4, 9)
    assert not scenario.is_family
    assert scenario.sources[0][1] == PLAIN


def test_a_scenario_pickles(write):
    (scenario,) = read_scenarios(write("minskning", PLAIN + "[stress]\neach = 'fund'\n"))
    assert pickle.loads(pickle.dumps(scenario)) == scenario  # noqa: S301


def test_a_folder_is_read_by_name(write, tmp_path):
    write("b", "")
    write("a", "")
    (tmp_path / "notes.txt").write_text("not a scenario")
    assert [scenario.id for scenario in read_scenarios(tmp_path)] == ["a", "b"]


def test_crlf_and_byte_order_mark_make_no_difference(tmp_path):
    file = tmp_path / "s.toml"
    file.write_bytes(b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode())
    (scenario,) = read_scenarios(file)
    assert scenario.sources[0][1] == PLAIN


def test_objectives_and_policy(write):
    text = '[policy]\nmunicipality_floor = 0.5\n[[objective]]\nname = "balance"\ntolerance = 0.01\n'
    (scenario,) = read_scenarios(write("s", text))
    assert scenario.objectives == (Objective("balance", 0.01),)
    assert scenario.policy == (("municipality_floor", Decimal("0.5")),)


def test_expected_figures_of_the_file_and_of_a_family(write):
    text = (
        '[sweep]\nname = "r-{rate}"\nrate = { table = "funds", set = "max_rate", values = [0.3] }\n'
        "[expect]\nfunded = 100\ntolerance = { funded = 2 }\n[expect.r-0_3]\nvalue = 1.5\n"
    )
    (scenario,) = read_scenarios(write("s", text))
    own, member = scenario.expected
    assert (own.scenario, own.figures, own.tolerances) == ("s", (("funded", 100),), (("funded", 2.0),))
    assert (member.scenario, member.figures) == ("r-0_3", (("value", 1.5),))


# --- extends --------------------------------------------------------------------------------------------------------


def test_extends_takes_the_changes_first(write):
    write("bas", PLAIN + "[policy]\nmin_partners = 2\n")
    child = 'extends = "bas"\nrequire = ["p"]\n[[change]]\ntable = "areas"\nset = { weight = 2 }\n'
    child += "[policy]\nmin_partners = 3\n"
    (scenario,) = read_scenarios(write("barn", child))
    assert [change.table for change in scenario.changes] == ["budgets", "funds", "areas"]
    assert scenario.policy == (("min_partners", 3),)
    assert scenario.title == ""
    assert [name.rpartition("/")[2] for name, _ in scenario.sources] == ["bas.toml", "barn.toml"]


def test_extends_does_not_take_a_family_over(write):
    write("bas", '[stress]\neach = "fund"\n')
    (scenario,) = read_scenarios(write("barn", 'extends = "bas"\n'))
    assert not scenario.is_family


def test_require_lifts_an_exclude_of_what_is_extended(write):
    write("bas", 'exclude = ["p", "q"]\nrequire = ["r"]\n')
    (scenario,) = read_scenarios(write("barn", 'extends = "bas"\nrequire = ["p"]\nexclude = ["r"]\n'))
    assert (scenario.require, scenario.exclude) == (("p",), ("q", "r"))


def test_baseline_is_the_model_where_no_file_has_that_name(write):
    (scenario,) = read_scenarios(write("s", 'extends = "baseline"\nexclude = ["p"]\n'))
    assert scenario.exclude == ("p",)
    write("baseline", 'exclude = ["q"]\n')
    (scenario,) = read_scenarios(write("s", 'extends = "baseline"\nexclude = ["p"]\n'))
    assert scenario.exclude == ("p", "q")


def test_a_circle_is_named(write):
    write("a", 'extends = "b"\n')
    write("b", 'extends = "c"\n')
    (found,) = problems(write("c", 'extends = "a"\n'))
    assert found.code == "scenario_circle"
    assert "c → a → b → c" in found.what


def test_an_unknown_base_gets_the_nearest_name(write):
    write("minskning", "")
    (found,) = problems(write("barn", 'extends = "minskningen"\n'))
    assert found.remedy == "Did you mean 'minskning'?"


def test_extends_never_leaves_the_folder(write, tmp_path):
    (tmp_path / "inner").mkdir()
    write("secret", 'exclude = ["p"]\n')
    inner = tmp_path / "inner" / "s.toml"
    inner.write_text('extends = "../secret"\n')
    (found,) = problems(inner)
    assert (found.code, found.value) == ("scenario_kind", "../secret")
    inner.write_text('extends = "secret"\n')
    (found,) = problems(inner)
    assert found.code == "scenario_extends"
    (tmp_path / "inner" / "secret.toml").symlink_to(tmp_path / "secret.toml")
    (found,) = problems(inner)
    assert found.code == "scenario_extends"


def test_one_name_in_two_folders_is_refused(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "s.toml").write_text("")
    (found,) = problems([tmp_path / "one", tmp_path / "two"])
    assert found.code == "scenario_same_name"
    assert str(tmp_path / "one" / "s.toml") in found.what


def test_the_same_file_twice_is_one_scenario(write, tmp_path):
    file = write("s", "")
    assert len(read_scenarios([file, tmp_path])) == 1


@pytest.mark.parametrize("name", ["Minskning", "ö", "a b", "-a"])
def test_a_file_name_is_an_id(write, name):
    (found,) = problems(write(name, ""))
    assert found.code == "scenario_file_name"


def test_missing_and_empty_places(tmp_path):
    (missing,) = problems(tmp_path / "nope.toml")
    assert missing.code == "scenario_missing_file"
    (none,) = problems(tmp_path)
    assert none.code == "scenario_none"


# --- strict TOML ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [("title = \n", 1), ('title = "a"\ntitle = "b"\n', 2), ("x = 012\n", 1), ("a = [1,\n\n", 3)],
)
def test_what_is_not_toml_is_said_with_its_line(write, text, line):
    found = one(write, text)
    assert (found.code, found.row) == ("scenario_toml", line)
    assert found.place.endswith("s.toml")


def test_deep_nesting_is_refused(write):
    found = one(write, "x = " + "[" * 5000)
    assert (found.code, found.what) == ("scenario_toml", "The values are nested too deeply.")


def test_a_large_file_is_refused(write):
    assert "more than 1000000" in one(write, "#" * 1_000_001).what


def test_other_encodings_are_refused(tmp_path):
    file = tmp_path / "s.toml"
    file.write_bytes('a = 1\ntitle = "Medel för år"\n'.encode("cp1252"))
    (found,) = problems(file)
    assert (found.row, found.remedy) == (2, "Save it as UTF-8.")


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e400", "1" + "0" * 20, "9" * 5000])
def test_numbers_that_mean_nothing_are_refused(write, number):
    text = f'[[change]]\ntable = "areas"\n\nset = {{ weight = {number} }}\n'
    found = one(write, text)
    assert found.code in {"scenario_value", "scenario_toml"}
    assert number.startswith("9") or found.row == 4


def test_control_characters_are_refused(write):
    found = one(write, 'title = "\\u001b[31mred"\n')
    assert (found.code, found.column) == ("scenario_value", "title")


# --- keys, tables, columns, values -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "line", "said"),
    [
        ('titel = "x"\n', "unknown_key", 1, "Did you mean 'title'?"),
        ('[[change]]\ntable = "areas"\nmultply = { weight = 2 }\n', "unknown_key", 3, "Did you mean 'multiply'?"),
        ('# multply\n[[change]]\nset = { weight = 2 }\n', "missing_key", 2, "Add table = …"),
        ('[[change]]\ntable = "budget"\nset = { amount = 2 }\n', "table", 2, "Did you mean 'budgets'?"),
        ('[[change]]\ntable = "areas"\nset = { wieght = 2 }\n', "column", 3, "Did you mean 'weight'?"),
        ('[[change]]\ntable = "areas"\nwhere = { are = "a" }\ndrop = true\n', "column", 3, "Did you mean 'area'?"),
        ('[[change]]\ntable = "areas"\nset = { floor_share = 1.5 }\n', "cell", 3, "Write 0.5 for 50 %."),
        ('[[change]]\ntable = "areas"\nset = { weight = -1 }\n', "cell", 3, ""),
        ('[[change]]\ntable = "areas"\nset = { weight = "2" }\n', "cell", 3, "without quotation marks"),
        ('[[change]]\ntable = "budgets"\nset = { amount = 0.5 }\n', "cell", 3, "Round it."),
        ('[[change]]\ntable = "budgets"\nset = { status = "grant" }\n', "cell", 3, "Did you mean 'granted'?"),
        ('[[change]]\ntable = "budgets"\nset = { amount = "" }\n', "cell", 3, "Write a value."),
        ('[[change]]\ntable = "budgets"\nmultiply = { status = 2 }\n', "cell", 3, "Use set."),
        ('[[change]]\ntable = "costs"\nmultiply = { year = 2 }\n', "cell", 3, "Use set."),
        ('[[change]]\ntable = "budgets"\nmultiply = { amount = -2 }\n', "cell", 3, "Write 0 or more."),
        ('[[change]]\ntable = "budgets"\nadd = { amount = 1.5 }\n', "cell", 3, "Round the term."),
        ('[[change]]\ntable = "projects"\nset = { indivisible = 1 }\n', "cell", 3, "Write true or false."),
        ('[[change]]\ntable = "projects"\nset = { name = 1 }\n', "cell", 3, 'Write it in quotation marks: "1".'),
        ('[[change]]\ntable = "projects"\nset = { lead = "Region Örebro" }\n', "cell", 3, "a-z, 0-9"),
        ('[[change]]\ntable = "areas"\nwhere = { weight = "a" }\nset = { weight = 1 }\n', "cell", 3, "Write a number"),
        ('[[change]]\ntable = "areas"\nwhere = { area = [] }\nset = { weight = 1 }\n', "kind", 3, "which rows"),
        ('[[change]]\ntable = "areas"\nset = [1]\n', "kind", 3, "column = new value"),
        ('[[change]]\ntable = "areas"\ndrop = "yes"\n', "kind", 3, "true removes the rows"),
        ('[[change]]\ntable = "areas"\n', "empty_change", 1, "Add set"),
        ('[[change]]\ntable = "areas"\ndrop = true\nadd = { weight = 1 }\n', "mixed_change", 1, "a [[change]] for"),
        ('[[change]]\ntable = "areas"\nadd = { weight = 1 }\nset = { weight = 1 }\n', "column_twice", 1, ""),
        ('[[change]]\ntable = "areas"\ncascade = true\nset = { weight = 1 }\n', "cascade", 3, "Remove it."),
        ('[[change]]\ntable = "areas"\ninsert = [{ area = "b" }]\n', "missing_cells", 3, "Add them."),
        ('[[change]]\ntable = "areas"\nwhere = { area = "a" }\ninsert = [{ area = "b", name = "B" }]\n',
         "where_insert", 3, ""),
        ('change = 3\n', "kind", 1, "changes of the input tables"),
        ('[change]\ntable = "areas"\n', "kind", 1, "changes of the input tables"),
        ('require = "p"\n', "kind", 1, "x = 1"),
        ('require = ["p"]\nexclude = ["p"]\n', "required_and_excluded", None, "Remove it from one list."),
        ('[[objective]]\nname = "valeu"\n', "choice", 2, "Did you mean 'value'?"),
        ('[[objective]]\nname = "value"\n[[objective]]\nname = "value"\n', "objective_twice", 4, "Remove one."),
        ('[[objective]]\nname = "value"\ntolerance = 2\n', "tolerance", 3, "Write a share"),
        ('objective = []\n', "objective_none", 1, "Name an objective"),
        ('[policy]\nmin_partner = 2\n', "unknown_key", 2, "Did you mean 'min_partners'?"),
        ('[policy]\nmunicipality_floor = 2\n', "policy_range", 2, "Choose such a value."),
        ('[policy]\nshare_base = "planned"\n', "choice", 2, "available"),
        ('[policy]\nmin_partners = 1.5\n', "kind", 2, "fewest distinct actors"),
        ('[expect]\nvalu = 2\n', "unknown_key", 2, "Did you mean 'value'?"),
        ('[expect]\nvalue = 2\ntolerance = { funded = 1 }\n', "tolerance", 3, "value"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_line_and_remedy(write, text, code, line, said):
    found = one(write, text)
    assert (found.code, found.row) == (f"scenario_{code}", line)
    assert said in found.remedy


def test_every_problem_of_every_file_is_said(write, tmp_path):
    write("a", 'titel = "x"\nquestin = "y"\n')
    write("b", "require = 1\n")
    assert [problem.code for problem in problems(tmp_path)] == ["scenario_unknown_key"] * 2 + ["scenario_kind"]


def test_the_line_is_that_of_the_right_change(write):
    text = (
        '[[change]]\ntable = "areas"\nset = { weight = 1 }\n\n# weight = 9\n[[change]]\n'
        'table = "areas"\nset = { weight = -1 }\n'
    )
    found = one(write, text)
    assert (found.row, found.column, found.value) == (8, "change 2.set.weight", "-1")


def test_an_inserted_row_may_stand_in_a_table_of_its_own(write):
    text = '[[change]]\ntable = "areas"\n[[change.insert]]\narea = "b"\nname = "B"\nwieght = 2\n'
    found = one(write, text)
    assert (found.row, found.code) == (6, "scenario_column")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('[sweep]\nname = "a"\n', "no_axes", 1),
        ('[sweep]\nrate = { table = "funds", values = [1] }\n', "one_operation", 2),
        ('[sweep]\nrate = { set = "max_rate", values = [1] }\n', "missing_key", 2),
        ('[sweep]\nrate = { table = "funds", set = "max_rate", values = [] }\n', "kind", 2),
        ('[sweep]\nrate = { table = "funds", set = "max_rate", values = [2] }\n', "cell", 2),
        ('[sweep]\nrate = { table = "funds", set = "max_rat", values = [1] }\n', "column", 2),
        ('[sweep]\nrate = { table = "funds", set = "max_rate", values = [1], labels = ["a", "b"] }\n', "labels", 2),
        ('[sweep]\nfloor = { policy = "municipality_floor", values = [2] }\n', "policy_range", 2),
        ('[sweep]\nbase = { policy = "share_base", values = ["funded", 1] }\n', "choice", 2),
        ('[sweep]\nfloor = { policy = "floor", values = [2] }\n', "choice", 2),
        ('[sweep]\nfloor = { policy = "municipality_floor", table = "areas", values = [0] }\n', "policy_table", 2),
        ('[stress]\neach = "funds"\n', "choice", 2),
        ('[stress]\neach = "fund"\nmultiply = 1.5\n', "stress_share", 3),
        ('[stress]\neach = "actor"\nmultiply = 0.5\n', "stress_multiply", 3),
        ('[stress]\neach = "fund"\ntogether = [[]]\n', "kind", 3),
        ('[stress]\neach = "fund"\ntogether = { "Å" = ["a"] }\n', "stress_name", 3),
        ('[sample]\nsize = 10\n', "missing_key", 1),
        ('[sample]\nsize = 10\nseed = 1\n', "no_parameters", 1),
    ],
)  # fmt: skip
def test_families_are_checked(write, text, code, line):
    found = one(write, text)
    assert (found.code, found.row) == (f"scenario_{code}", line)


@pytest.mark.parametrize(
    ("parameter", "code"),
    [
        ('table = "costs", multiply = "amount", distribution = "beta"', "choice"),
        ('table = "costs", multiply = "amount", distribution = "uniform", low = 1', "missing_key"),
        ('table = "costs", multiply = "amount", distribution = "uniform", low = 1, high = 1', "argument_order"),
        ('table = "costs", multiply = "amount", distribution = "uniform", low = 1, high = 2, sigma = 1', "unknown_key"),
        ('table = "costs", multiply = "amount", distribution = "triangular", low = 1, mode = 3, high = 2',
         "argument_order"),
        ('table = "costs", multiply = "amount", distribution = "lognormal", sigma = 0', "argument"),
        ('table = "costs", multiply = "year", distribution = "lognormal", sigma = 1', "sample_column"),
        ('table = "costs", multiply = "amount", distribution = "lognormal", sigma = 1, per = "projekt"', "column"),
        ('table = "areas", multiply = "weight", distribution = "dirichlet"', "dirichlet"),
        ('table = "areas", set = "weight", distribution = "dirichlet", per = "all"', "dirichlet"),
    ],
)  # fmt: skip
def test_parameters_are_checked(write, parameter, code):
    found = one(write, f"[sample]\nsize = 10\nseed = 1\ncosts = {{ {parameter} }}\n")
    assert (found.code, found.row) == (f"scenario_{code}", 4)


def test_sample_size_and_seed(write):
    text = '[sample]\nsize = 0\nseed = -1\nw = { table = "areas", set = "weight", distribution = "dirichlet" }\n'
    assert [found.row for found in problems(write("s", text))] == [2, 3]


def test_the_default_scenario_changes_nothing():
    assert not Scenario("a").is_family
