"""The schema is consistent with itself: every other module trusts it."""

from __future__ import annotations

import numpy as np
import pytest

from rus_funding.model.schema import TABLES, Column, empty
from rus_funding.model.templates.model_file import KEYS
from rus_funding.words.language import LANGUAGES, texts

TYPES = {"id", "ids", "text", "choice", "kronor", "share", "number", "integer", "year", "flag"}
COLUMNS = [(name, column) for name, table in TABLES.items() for column in table.columns]


def test_the_tables_stand_in_the_order_of_the_docs() -> None:
    assert list(TABLES) == [
        "areas", "funds", "budgets", "authorisations", "eligibility", "rate_limits", "categories", "projects", "costs",
        "contributions", "actors", "participations", "links", "municipalities", "reach", "commitments", "previous",
        "booked", "claims", "dependencies", "perspectives", "markings", "strategies", "mapping",
    ]  # fmt: skip
    required = {name for name, table in TABLES.items() if table.required}
    assert required == {"areas", "funds", "budgets", "categories", "projects", "costs", "contributions", "actors"}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_its_key_and_the_common_columns(name: str) -> None:
    table = TABLES[name]
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    assert set(table.key) <= set(names)
    assert names[-3:] == ["source", "verified", "note"]
    assert table.description
    assert table.beskrivning


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[f"{name}.{column.name}" for name, column in COLUMNS])
def test_a_column_is_consistent(table: str, column: Column) -> None:
    assert column.type in TYPES
    assert column.description
    assert column.beskrivning
    assert not (column.required and column.default is not None)
    assert (column.type == "choice") <= bool(column.choices)
    if column.type == "choice" and column.default:
        assert column.default in column.choices
    if column.default is None and not column.required:
        assert column.dtype == np.float64, "a blank must have a value in the array"
    for where in (column.references, *column.by.values()):
        if isinstance(where, str) and where:
            other, _, name = where.partition(".")
            assert name in TABLES[other].by_name if name else TABLES[other].key == (TABLES[other].key[0],)
    if set(column.by) - {""}:
        assert set(column.by) == set(TABLES[table]["by"].choices)


@pytest.mark.parametrize(
    ("table", "column", "dtype"),
    [
        ("funds", "fund", object),
        ("funds", "income", bool),
        ("funds", "max_per_project", np.float64),
        ("budgets", "amount", np.int64),
        ("budgets", "year", np.int64),
        ("areas", "target", np.float64),
        ("areas", "weight", np.float64),
        ("actors", "min_projects", np.int64),
        ("categories", "flat_rate_base", object),
    ],
)
def test_an_empty_table_has_the_dtypes_of_the_model(table: str, column: str, dtype: type) -> None:
    rows = empty(table)
    assert rows.size == 0
    assert list(rows.columns) == [one.name for one in TABLES[table].columns]
    assert rows[column].dtype == dtype


def test_the_catalogue_describes_what_there_is_and_no_more() -> None:
    wanted = {f"schema.{name}" for name in TABLES}
    wanted |= {f"schema.{column.table}.{column.name}" for _, column in COLUMNS}
    wanted |= {f"schema.model.{key.name}" for key in KEYS}
    for lang in LANGUAGES:
        assert set(texts(lang, "schema")) == wanted
