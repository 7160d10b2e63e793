"""What a template has and a model's own tables lack: a sheet or a column that held rules, and was removed or emptied.

A table that nobody ever had is no finding; one that lacks in a workbook with all its neighbours was there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.kronor import Refused
from rus_funding.model.names import column_of
from rus_funding.model.schema import COMMON, TABLES
from rus_funding.words import names as words
from rus_funding.words.messages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rus_funding.model.reading.source import Raw, Source

RULES = ("authorisations", "eligibility", "rate_limits", "commitments", "dependencies")  # tables of rules alone
MOST = 14  # sheets of tables that make a workbook one of the template's
COLUMNS = {
    "funds": ("max_rate", "rate_basis", "rate_base", "max_per_project", "max_share", "carry_over"),
    "areas": ("floor_share", "cap_share"),
    "rate_limits": ("min_rate", "max_rate"),
}  # columns of rules, by table
LATER = {"min_per_project", "strategy"}  # columns that earlier templates had not
RATES = ("rate_basis", "rate_base")  # what says nothing without a rate


def gone(source: Source) -> None:
    """Warn of the sheets and columns that are gone."""
    sheets = [name for name in source.tables if source.places[name].startswith("sheet ")]
    for name in RULES if len(sheets) >= MOST else ():
        if name not in source.tables and name not in source.broken and name not in source.misnamed:
            refused = Refused("sheet_gone", "reading.sheet-gone", "reading.put-sheet-back", table=_local_sheet(name))
            source.warn(refused, source.places[name])
    for name, columns in COLUMNS.items():
        if name in source.tables:
            _columns(source, name, columns, source.tables[name])


def _columns(source: Source, name: str, rules: Iterable[str], raw: Raw) -> None:
    """The rule columns of a table that lack beside all others, and a rate that no fund has."""
    there = {column: k for k, heading in enumerate(raw.header) if (column := column_of(name, heading))}
    lacking = [column.name for column in TABLES[name].columns if column.name not in {*there, *LATER}]
    of_template = len(lacking) == 1 and {column.name for column in COMMON} <= there.keys()
    said = any(not _blank(cell) for column in RATES if column in there for cell in raw.columns[there[column]])
    for column in rules:
        if column not in there:
            if (of_template and column in lacking) or (name == "funds" and column == "max_rate" and said):
                _warn(source, name, column, "reading.column-gone", "reading.put-column-back")
        elif column == "max_rate" and name == "funds" and said and all(map(_blank, raw.columns[there[column]])):
            _warn(source, name, column, "reading.column-emptied", "reading.fill-column")


def _warn(source: Source, table: str, column: str, what: str, remedy: str) -> None:
    heading = {lang: words.column(lang, table, column) for lang in LANGUAGES}
    fields = {"column": heading, "blank": _blank_means(table, column)}
    source.warn(Refused("column_gone", what, remedy, **fields), source.places[table])


def _blank_means(table: str, column: str) -> dict[str, str]:
    """What a row without a value holds, as a reader writes it."""
    default = TABLES[table][column].default
    if isinstance(default, str):
        return {lang: words.code(lang, default) for lang in LANGUAGES}
    return {lang: "–" if default is None else f"{default:.0%}".replace("%", "\u00a0%") for lang in LANGUAGES}


def _local_sheet(table: str) -> dict[str, str]:
    return {lang: words.sheet(lang, table) for lang in LANGUAGES}


def _blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
