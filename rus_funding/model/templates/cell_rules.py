"""What Excel checks in a cell: lists to choose from, by defined names, and ranges of numbers."""

from __future__ import annotations

from typing import Any

from rus_funding.model.schema import TABLES, Column, Table
from rus_funding.model.templates.guide import explained
from rus_funding.words import names

LAST_ROW = 10_000  # lists and checks reach this far; rows below are read as well


def cell_rule(table: Table, column: Column, position: int, lang: str) -> dict[str, Any] | None:
    """What Excel checks in the cells of a column: a list to choose from, or a range of numbers."""
    title = names.column(lang, table.name, column.name)
    message = explained(column, lang).replace("\n", " ")[:250]
    rule = _rule(table, column, position, lang)
    if rule is None:
        return None
    return {"ignore_blank": True, "error_title": title[:32], "error_message": message, **rule}


def _rule(table: Table, column: Column, position: int, lang: str) -> dict[str, Any] | None:
    if column.by:
        # a list of another table's ordinary column has repeats and gaps: warn, do not stop
        return {"validate": "list", "source": f"={_by_formula(table, column, lang)}", "error_type": "warning"}
    if column.references and column.type == "id":
        return {"validate": "list", "source": f"={list_name(*source(column.references))}"}
    if column.choices:
        # what is only suggested may be written over
        show = {"error_type": "information", "show_error": False} if column.type == "text" else {}
        return {"validate": "list", "source": [names.code(lang, one) for one in column.choices], **show}
    if column.type in {"kronor", "integer"}:
        return {"validate": "integer", "criteria": ">=", "value": 0}
    if column.type == "number":
        return {"validate": "decimal", "criteria": ">=", "value": 0}
    if column.type == "share":
        return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
    if column.type == "year":
        return {"validate": "integer", "criteria": "between", "minimum": 1900, "maximum": 2200}
    if (column.name,) == table.key:
        at = chr(ord("A") + position)
        return {"validate": "custom", "value": f"=COUNTIF(${at}$2:${at}${LAST_ROW},{at}2)=1"}
    return None


def _by_formula(table: Table, column: Column, lang: str) -> str:
    """The list of a cell whose choices depend on the row's column `by`."""
    lists = {
        kind: list_name(*source(place)) if isinstance(place, str) else f"list_{kind}"
        for kind, place in column.by.items()
    }
    if set(lists) == {""}:
        return lists[""]
    at = chr(ord("A") + [item.name for item in table.columns].index("by"))
    *kinds, last = lists
    formula = lists[last]
    for kind in reversed(kinds):
        formula = f'IF(${at}2="{names.code(lang, kind)}",{lists[kind]},{formula})'
    return formula


def list_sources() -> set[tuple[str, str]]:
    """Tables and columns whose cells another cell chooses from."""
    columns = [column for table in TABLES.values() for column in table.columns]
    places = [column.references for column in columns if column.references]
    places += [place for column in columns for place in column.by.values() if isinstance(place, str)]
    return {source(place) for place in places}


def source(place: str) -> tuple[str, str]:
    """The table and column of a place such as ``areas`` (whose rows are chosen by name) or ``actors.type``."""
    table, _, column = place.partition(".")
    return table, column or "name"


def list_name(table: str, column: str) -> str:
    """The defined name of a list."""
    return f"list_{table}_{column}"
