"""Funding models from short Python literals.

`build(years=[2026], areas=[{"area": "a"}], ...)` takes each table as a list of dicts and fills every column
left out: with the schema's default, and where a test should not have to say it, with something harmless
(a name is the id, a fund is public, a lead is the one actor there is). Some tables have a shorter form:

- `budgets={"grant": 100}` or `{"grant": {2026: 40, 2027: 60}}` (a bare number is every year's),
- `costs={"p": 100}`, `{"p": {2026: 40, 2027: 60}}` or `{("p", "staff"): ...}` (a bare number is the first year's),
- `contributions={"p": "a"}`, `{"p": {"a": 0.4, "b": 0.6}}`, or left out: everything counts to the first area,
- `benefits={"p": 7}` or `{("p", "a"): 7}`: points at full funding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.model.model import DEFAULT_OBJECTIVES, FundingModel, Objective, Policy
from rus_funding.model.rows import Rows
from rus_funding.model.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Row = dict[str, Any]


def table(name: str, records: Sequence[Mapping[str, Any]]) -> Rows:
    """The records as a table of the schema; a column the schema does not know is an error."""
    schema = TABLES[name]
    for record in records:
        unknown = sorted(set(record) - set(schema.by_name))
        if unknown:
            raise ValueError(f"table {name}: no column {unknown}")
    columns = {}
    for column in schema.columns:
        values = []
        for record in records:
            value = record.get(column.name, column.default)
            if value is None and column.required:
                raise ValueError(f"table {name}: no {column.name} in {dict(record)}")
            values.append(np.nan if value is None else value)
        columns[column.name] = np.array(values, dtype=column.dtype)
    return Rows(columns)


def build(
    *,
    years: Sequence[int] = (2026,),
    policy: Mapping[str, Any] | None = None,
    objectives: Sequence[str | tuple[str, float]] | None = None,
    required: Sequence[str] = (),
    excluded: Sequence[str] = (),
    name: str = "test",
    decider: str = "",
    strategy: str = "",
    closed_through: int | None = None,
    budgets: Any = (),
    costs: Any = (),
    contributions: Any = None,
    benefits: Mapping[Any, float] | None = None,
    **tables: Sequence[Mapping[str, Any]],
) -> FundingModel:
    """A funding model; see the module's docstring for the short forms."""
    records = {other: [dict(row) for row in given] for other, given in tables.items()}
    records.setdefault("areas", [{"area": "a"}])
    records.setdefault("actors", [{"actor": "lead"}])
    records.setdefault("categories", [{"category": "costs"}])
    records["budgets"] = _budgets(budgets, years)
    records["costs"] = _costs(costs, years, records["categories"][0]["category"])
    records.setdefault("funds", [{"fund": fund} for fund in dict.fromkeys(row["fund"] for row in records["budgets"])])
    records.setdefault("projects", [{"project": p} for p in dict.fromkeys(row["project"] for row in records["costs"])])
    records["contributions"] = _contributions(contributions, benefits or {}, records)
    _harmless(records)
    return FundingModel(
        name=name,
        strategy=strategy,
        closed_through=closed_through,
        years=tuple(years),
        tables={other: table(other, records.get(other, [])) for other in TABLES},
        policy=Policy(**(policy or {})),
        objectives=DEFAULT_OBJECTIVES
        if objectives is None
        else tuple(Objective(item) if isinstance(item, str) else Objective(*item) for item in objectives),
        decider=decider,
        required=tuple(required),
        excluded=tuple(excluded),
    )


def _budgets(given: Any, years: Sequence[int]) -> list[Row]:
    if not isinstance(given, dict):
        return [dict(row) for row in given]
    return [
        {"fund": fund, "year": year, "amount": amount}
        for fund, amounts in given.items()
        for year, amount in (amounts if isinstance(amounts, dict) else dict.fromkeys(years, amounts)).items()
    ]


def _costs(given: Any, years: Sequence[int], category: str) -> list[Row]:
    if not isinstance(given, dict):
        return [dict(row) for row in given]
    return [
        {
            "project": key[0] if isinstance(key, tuple) else key,
            "category": key[1] if isinstance(key, tuple) else category,
            "year": year,
            "amount": amount,
        }
        for key, amounts in given.items()
        for year, amount in (amounts if isinstance(amounts, dict) else {years[0]: amounts}).items()
    ]


def _contributions(given: Any, benefits: Mapping[Any, float], records: Mapping[str, list[Row]]) -> list[Row]:
    first = records["areas"][0]["area"]
    if given is None:
        given = {row["project"]: first for row in records["projects"]}
    if not isinstance(given, dict):
        return [dict(row) for row in given]
    return [
        {
            "project": project,
            "area": area,
            "share": share,
            "benefit": benefits.get((project, area), benefits.get(project)),
        }
        for project, shares in given.items()
        for area, share in (shares if isinstance(shares, dict) else {shares: 1.0}).items()
    ]


def _harmless(records: Mapping[str, list[Row]]) -> None:
    """What a test should not have to say."""
    for name, key in (
        ("areas", "area"),
        ("funds", "fund"),
        ("categories", "category"),
        ("projects", "project"),
        ("actors", "actor"),
        ("municipalities", "municipality"),
        ("perspectives", "perspective"),
        ("strategies", "strategy"),
    ):
        for row in records.get(name, []):
            row.setdefault("name", row[key])
    for fund in records.get("funds", []):
        fund.setdefault("level", "other")
    for row in records["funds"]:
        row.setdefault("sector", "public")
    for row in records.get("perspectives", []):
        row.setdefault("kind", "other")
    for row in records["actors"]:
        row.setdefault("type", "region")
    for row in records["projects"]:
        row.setdefault("lead", records["actors"][0]["actor"])
