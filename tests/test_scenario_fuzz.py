"""Whatever stands in a scenario file, it is read or refused with its problems: nothing else is ever raised."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from build import build
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rus_funding.errors import InvalidInput
from rus_funding.model.schema import TABLES
from rus_funding.scenarios import Family
from rus_funding.scenarios.grammar import DISTRIBUTIONS, FREE, OBJECTIVES, OPERATIONS, SECTIONS
from rus_funding.scenarios.parse import parse
from rus_funding.scenarios.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from rus_funding.errors import Problem

MODEL = build(
    years=[2026, 2027],
    areas=[{"area": "a", "target": 5.0}, {"area": "b"}],
    budgets={"g": 100, "h": {2026: 50}},
    costs={"p": {2026: 40, 2027: 30}, "q": 60},
    commitments=[{"project": "q", "fund": "h", "year": 2026, "amount": 20, "kind": "decided"}],
)

cells = st.one_of(
    st.sampled_from(["", "a", "g", "p", "q", "granted", "planned", "row", "all", "Å b", "fund", "project", "actor"]),
    st.sampled_from([0, 1, 2, -1, 2026, 10**14, True, False]),
    st.sampled_from([Decimal("0.5"), Decimal("1.5"), Decimal("-0.1"), Decimal("1e-9")]),
)
ids = st.lists(st.sampled_from(["p", "p", "q", "q", "g"]), min_size=1, max_size=2)


def columns_of(table: str) -> st.SearchStrategy[str]:
    return st.sampled_from(list(TABLES[table].by_name))


def numbers_of(table: str) -> st.SearchStrategy[str]:
    numbers = [column.name for column in TABLES[table].columns if column.type in {"kronor", "share", "number"}]
    return st.sampled_from(numbers or ["source"])


@st.composite
def sections(draw: Any, name: str) -> dict[str, Any]:
    """A section whose keys are mostly right and whose values mostly of the right kind."""
    table = draw(st.sampled_from(["budgets", "costs", "areas", "funds", "projects", "commitments", "actors"]))
    columns = columns_of(table)
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "text": st.sampled_from(["value", "a-{x}", "", "fund", "project", "actor", "row", "year", *OBJECTIVES]),
        "id": st.just("baseline"),
        "ids": ids,
        "number": st.sampled_from([0, 1, Decimal("0.5"), Decimal("1.2"), -1]),
        "integer": st.sampled_from([0, 1, 3, 200_000, -1]),
        "flag": st.booleans(),
        "table": st.just(table),
        "column": columns,
        "where": st.dictionaries(columns, st.one_of(cells, st.lists(cells, min_size=1, max_size=2)), max_size=1),
        "cells": st.dictionaries(columns, cells, max_size=2),
        "rows": st.lists(st.dictionaries(columns, cells, max_size=9), max_size=2),
        "cell-list": st.lists(cells, min_size=1, max_size=3, unique=True),
        "texts": st.lists(st.sampled_from(["a", "b", "Ö"]), max_size=3),
        "groups": st.one_of(st.lists(ids, max_size=2), st.dictionaries(st.sampled_from(["x", "Y"]), ids)),
        "figures": st.dictionaries(st.sampled_from(["value", "funded"]), st.integers(0, 9), max_size=2),
    }
    found: dict[str, Any] = {}
    for key in SECTIONS[name]:
        wanted = (
            1
            if key.required or key.name in {"change", "sweep", "stress", "sample"}
            else 4
            if name in {"scenario", "axis", "parameter"}
            else 3
        )
        if not draw(st.integers(0, wanted)) or (key.required and draw(st.integers(0, 40))):
            if not draw(st.integers(0, 150)):
                found[key.name] = draw(cells)
            elif key.choices:
                found[key.name] = draw(st.sampled_from(key.choices))
            elif key.kind == "section":
                found[key.name] = draw(sections(key.section))
            elif key.kind == "sections":
                found[key.name] = draw(st.lists(sections(key.section), max_size=3))
            else:
                found[key.name] = draw(kinds[key.kind])
    if name in {"change", "axis", "parameter"} and draw(st.integers(0, 9)):  # one that may well be carried out
        for word in (*OPERATIONS, "insert", "drop", "cascade", "policy", "labels"):
            found.pop(word, None)
        operation, column = draw(st.sampled_from(OPERATIONS)), draw(numbers_of(table))
        value = draw(st.sampled_from([0, 1, 2, Decimal("0.5"), Decimal("0.9")]))
        found |= {"table": table, operation: column if name != "change" else {column: value}}
        found |= {"values": [value, 1 - value]} if name == "axis" else {}
    if name in FREE:
        found.update(draw(st.dictionaries(st.sampled_from(["x", "y"]), sections(FREE[name]), min_size=1, max_size=2)))
    if found.get("distribution") in DISTRIBUTIONS and draw(st.integers(0, 9)):
        for argument in ("low", "mode", "high", "median", "sigma", "mean", "sd", "concentration"):
            found.pop(argument, None)
        found.update({word: Decimal(i + 1) / 2 for i, word in enumerate(DISTRIBUTIONS[found["distribution"]][0])})
    return found


class Written(Source):
    """A source whose document is at hand."""

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__("fuzz.toml", b"")
        self.document = document

    def load(self) -> dict[str, Any]:
        return self.document


def attempted(action: Callable[[], Any]) -> tuple[Any, tuple[Problem, ...]]:
    """What `action` gives, or the problems that it refuses with; any other exception is a failure of the test."""
    try:
        return action(), ()
    except InvalidInput as error:
        return None, error.problems


@settings(derandomize=True, max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(sections("scenario"))
def test_only_problems_come_of_any_document(document):
    family, problems = attempted(lambda: Family(MODEL, parse(Written(document), "fuzz")))
    assert all(problem.what and problem.remedy and problem.place == "fuzz.toml" for problem in problems)
    for at in {0, len(family) // 2, len(family) - 1} if family else ():
        _, problems = attempted(family[at].apply)
        assert all(problem.place.startswith("fuzz.toml") for problem in problems)
        assert problems or family[at].touched or not family[at].changes()


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(alphabet="abct[]{}=,.\"'#\n 019-+é\x00\\", max_size=60))
def test_only_problems_come_of_any_text(text):
    _, problems = attempted(lambda: parse(Source("fuzz.toml", text.encode()), "fuzz"))
    assert all(problem.place == "fuzz.toml" for problem in problems)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.binary(max_size=40))
def test_only_problems_come_of_any_bytes(content):
    scenario, problems = attempted(lambda: parse(Source("fuzz.toml", content), "fuzz"))
    assert (scenario is None) == bool(problems)
