"""The JSON schema for editors: fresh, and of one mind with the reader."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from rus_funding.errors import InvalidInput
from rus_funding.scenarios import read_scenarios
from rus_funding.scenarios.json_schema import FILE, text

SCHEMA = json.loads(FILE.read_text(encoding="utf-8"))
SHIPPED = sorted((Path(__file__).parent.parent / "scenarios").glob("*/*.toml"))
TYPES = {"string": str, "number": (int, float), "integer": int, "boolean": bool, "array": list, "object": dict}


def test_the_schema_is_fresh():
    assert FILE.read_text(encoding="utf-8") == text(), "run python -m rus_funding.scenarios.json_schema"


def fits(value: Any, rule: dict[str, Any]) -> bool:
    """Whether `value` fits a rule of JSON Schema, as far as this schema uses the language."""
    if "$ref" in rule:
        return fits(value, SCHEMA["definitions"][rule["$ref"].rpartition("/")[2]])
    named = rule.get("type", [])
    if named and not any(of_type(value, name) for name in ([named] if isinstance(named, str) else named)):
        return False
    if "if" in rule and fits(value, rule["if"]) and not fits(value, rule["then"]):
        return False
    return (
        value == rule.get("const", value)
        and value in rule.get("enum", [value])
        and all(fits(value, part) for part in rule.get("allOf", []))
        and ("anyOf" not in rule or any(fits(value, part) for part in rule["anyOf"]))
        and (not isinstance(value, str) or re.search(rule.get("pattern", ""), value) is not None)
        and (isinstance(value, (str, dict, list)) or rule.get("minimum", value) <= value <= rule.get("maximum", value))
        and (not isinstance(value, list) or list_fits(value, rule))
        and (not isinstance(value, dict) or object_fits(value, rule))
    )


def of_type(value: Any, name: str) -> bool:
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def list_fits(value: list, rule: dict[str, Any]) -> bool:
    return len(value) >= rule.get("minItems", 0) and all(fits(item, rule.get("items", {})) for item in value)


def object_fits(value: dict, rule: dict[str, Any]) -> bool:
    known, other = rule.get("properties", {}), rule.get("additionalProperties", True)
    return all(key in value for key in rule.get("required", [])) and all(
        fits(item, known[key]) if key in known else other is True or (other is not False and fits(item, other))
        for key, item in value.items()
    )


GOOD = """
title = "t"
extends = "baseline"
require = ["p"]
[[change]]
table = "budgets"
where = { fund = "g", year = [2027, 2028] }
multiply = { amount = 0.8 }
[[change]]
table = "funds"
set = { max_per_project = "", income = true }
[[change]]
table = "rate_limits"
insert = [{ limit = "x", by = "fund", value = "g", max_rate = 0.5 }]
[[objective]]
name = "balance"
[policy]
min_partners = 2
[sweep]
name = "s-{rate}"
rate = { table = "funds", set = "max_rate", values = [0.3, 0.5] }
floor = { policy = "municipality_floor", values = [0, 1], labels = ["a", "b"] }
[stress]
each = "fund"
together = { both = ["g", "h"] }
[sample]
size = 10
seed = 1
costs = { table = "costs", multiply = "amount", distribution = "uniform", low = 0.9, high = 1.1, per = "project" }
[expect]
value = 1.5
tolerance = { value = 0.1 }
[expect.x]
funded = 100
"""


def test_a_good_file_fits(tmp_path):
    assert fits(tomllib.loads(GOOD), SCHEMA)
    (tmp_path / "good.toml").write_text(GOOD)
    read_scenarios(tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title", "titel"),
        ('table = "budgets"', 'table = "budget"'),
        ("amount = 0.8", "amuont = 0.8"),
        ("amount = 0.8", 'amount = "0.8"'),
        ("amount = 0.8", "status = 1"),
        ("fund = ", "fun = "),
        ("[2027, 2028]", "[]"),
        ('limit = "x", ', ""),
        ("income = true", 'income = "ja"'),
        ('"balance"', '"balanse"'),
        ("min_partners = 2", "min_partners = 2.5"),
        ('set = "max_rate"', 'set = "max"'),
        ('each = "fund"', 'each = "funds"'),
        ("size = 10", ""),
        ('"uniform"', '"beta"'),
        ('multiply = "amount"', 'multiply = "project"'),
        ('require = ["p"]', 'require = ["P"]'),
        ("funded", "fundad"),
    ],
)
def test_the_schema_and_the_reader_refuse_alike(tmp_path, old, new):
    wrong = GOOD.replace(old, new, 1)
    assert wrong != GOOD
    assert not fits(tomllib.loads(wrong), SCHEMA)
    (tmp_path / "wrong.toml").write_text(wrong)
    with pytest.raises(InvalidInput):
        read_scenarios(tmp_path)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_shipped_scenarios_fit(file):
    assert fits(tomllib.loads(file.read_text(encoding="utf-8")), SCHEMA)
