"""Applications and answers to the files of a model: CSV tables and ``model.toml``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rus_funding.model.importing.blocks import COST, FINANCING
from rus_funding.model.importing.mapping import OF_FUNDS, _section, funds
from rus_funding.model.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from rus_funding.model.importing.blocks import Application

_PLACEHOLDER = "organisation"  # the type of an actor that no application says


def model_files(applications: list[Application], answers: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of the model by name. Rows say in `source` from which cell they come, and are not verified."""
    model, categories = _section(answers, "model"), _section(answers, "categories")
    said = {one.key: {**model, **_filled(_section(_section(answers, "applications"), one.key))} for one in applications}
    amounts = _amounts(applications, said)
    costs, money = amounts[amounts["kind"] == COST], amounts[amounts["kind"] == FINANCING]
    computed = [name for name in categories if _section(categories, name).get("flat_rate")]
    order = {name: i for i, name in enumerate(model.get("draw_order") or [], 1)}
    names = list(dict.fromkeys(costs["what"]))
    areas = list(dict.fromkeys(one["area"] for one in said.values()))
    leads = list(dict.fromkeys(one["lead"] for one in said.values()))
    rows: dict[str, list[dict[str, Any]]] = {
        "areas": [{"name": area} for area in areas],
        "actors": [{"name": lead, "type": _PLACEHOLDER} for lead in leads],
        "categories": [
            {
                "name": name,
                "flat_rate": _section(categories, name).get("flat_rate", ""),
                "flat_rate_base": _section(categories, name).get("base", ""),
            }
            for name in names
        ],
        "funds": [
            {
                "name": fund,
                **{key: _section(_section(answers, "funds"), fund).get(key, "") for key in OF_FUNDS},
                "draw_order": order.get(fund, ""),
            }
            for fund in funds(applications)
        ],
        "projects": [
            {"name": said[one.key]["project"], "lead": said[one.key]["lead"], "source": one.place}
            for one in applications
        ],
        "contributions": [
            {"project": said[one.key]["project"], "area": said[one.key]["area"], "share": 1} for one in applications
        ],
        "costs": _summed(costs[~costs["what"].isin(computed)], ["project", "what", "year"], {"what": "category"}),
        "budgets": _summed(money, ["what", "year"], {"what": "fund"}),
    }
    files = {f"{name}.csv": _csv(name, records) for name, records in rows.items()}
    years = sorted(set(amounts["year"].tolist()) | set(model["years"]))
    text = f"name = {json.dumps(model['name'])}\nyears = {years}\n"
    return {"model.toml": text.encode(), **files}


def _filled(said: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value != ""}


def _amounts(applications: list[Application], said: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Every amount as a row."""
    import pandas as pd

    return pd.DataFrame(
        [
            (
                amount.kind,
                said[one.key]["project"],
                amount.what,
                amount.year,
                amount.kronor,
                f"{one.place}!{amount.cell}",
            )
            for one in applications
            for amount in one.amounts
        ],
        columns=["kind", "project", "what", "year", "amount", "source"],
    )


def _summed(frame: pd.DataFrame, key: list[str], named: Mapping[str, str]) -> list[dict[str, Any]]:
    """One row for each key, its cells listed."""
    made = frame.groupby(key, sort=False).agg(amount=("amount", "sum"), source=("source", "; ".join)).reset_index()
    records = made.rename(columns=dict(named)).to_dict("records")
    return [{str(column): cell for column, cell in record.items()} for record in records]


def _csv(table: str, records: list[dict[str, Any]]) -> bytes:
    """The rows under the columns that they fill, as a Swedish Excel saves them; nothing in them is a formula."""
    import pandas as pd

    columns = [column.name for column in TABLES[table].columns if any(column.name in record for record in records)]
    frame = pd.DataFrame(records, columns=columns).assign(verified="no")
    guarded = frame.map(lambda cell: f"'{cell}" if isinstance(cell, str) and cell[:1] in set("=+-@") else cell)
    return guarded.to_csv(index=False, sep=";", lineterminator="\r\n").encode("utf-8-sig")
