"""Which rows a row of the sheet of scenarios means: ``Läslyft``; ``källa = FUM; läge = beviljad``; the years beside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rus_funding.kronor import Refused
from rus_funding.model import names
from rus_funding.model.reading import cells as reading
from rus_funding.model.schema import TABLES, Column, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from rus_funding.model.model import FundingModel

SHOWN = 8  # names that a message lists
_SPAN = re.compile(r"([0-9]{4})\s*[–—-]\s*([0-9]{4})?")


class Rows:
    """The names in a model's tables, as people write them."""

    def __init__(self, model: FundingModel) -> None:
        """Nothing is looked up yet."""
        self.model = model
        self._known: dict[str, dict[str, dict[str, None]]] = {}

    def known(self, table: str) -> dict[str, dict[str, None]]:
        """The ids of a table's rows by what they may be called: their id, and their name."""
        if table not in self._known:
            rows, found = self.model[table], dict[str, dict[str, None]]()
            ids = rows[TABLES[table].key[0]].tolist()
            for one in ids:
                found.setdefault(names.folded(one), {})[one] = None
            if "name" in TABLES[table].by_name:
                for one, name in zip(ids, rows["name"].tolist(), strict=True):
                    found.setdefault(names.folded(name), {})[one] = None
            self._known[table] = found
        return self._known[table]

    def id(self, table: str, text: str) -> str:
        """The id of the row of `table` that is called so. Raises `Refused` where none or several are."""
        found = list(self.known(table).get(names.folded(text), ()))
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(found)
            raise Refused("ambiguous", "scenario.sheet.several", "scenario.sheet.write-id", name=text, ids=ids)
        raise self._unknown(text, [table])

    def where(self, table: Table, text: str, years: Sequence[int]) -> dict[str, Any]:
        """The rows that a cell of `row` and the years beside it mean, as a scenario file says it. Raises `Refused`."""
        found: dict[str, list[Any]] = {}
        for part in filter(None, (part.strip() for part in re.split("[;\n]", text))):
            head, equals, value = part.partition("=")
            column = self.column(table, head.strip()) if equals else self._named(table, part)
            cell = value.strip() if equals else part
            found.setdefault(column.name, []).append(self._value(table, column, cell))
        if years:
            if "year" not in table.by_name:
                raise Refused("no_year", "scenario.sheet.no-year", "scenario.sheet.leave-blank", table=table.name)
            found["year"] = list(years)
        return {name: values[0] if len(values) == 1 else values for name, values in found.items()}

    def column(self, table: Table, text: str) -> Column:
        """The column of that heading, in either language. Raises `Refused`."""
        name = names.column_of(table.name, text)
        if name:
            return table[name]
        headings = names.columns(table.name)
        raise unknown("column", "scenario.form.no-column", text, headings, table.by_name, table=table.name)

    def _value(self, table: Table, column: Column, cell: str) -> Any:
        """What the column must hold."""
        if cell == "" and not column.required:
            return ""
        if column.type == "id":
            own = (column.name,) == table.key
            return self.id(column.references or table.name, cell) if own or column.references else cell
        if column.by:
            return self._by(column, cell)
        value = reading.parse(column, coded(column, cell))
        return "" if value != value else value  # NaN is a blank

    def _by(self, column: Column, cell: str) -> str:
        """The value of a column that may name rows of several tables."""
        for place in column.by.values():
            if isinstance(place, str) and place in TABLES:
                found = list(self.known(place).get(names.folded(cell), ()))
                if len(found) == 1:
                    return found[0]
        return str(reading.parse(column, cell))

    def _named(self, table: Table, text: str) -> Column:
        """The column in whose table a bare name stands. Raises `Refused` where it is none, or stands in several."""
        columns = [table[name] for name in table.key if table[name].type == "id"]
        if not columns:
            raise Refused("no_name", "scenario.sheet.no-names", "scenario.sheet.write-condition", table=table.name)
        tables = [column.references or table.name for column in columns]
        hits = [
            column
            for column, place in zip(columns, tables, strict=True)
            if names.folded(text) in self.known(place)
        ]  # fmt: skip
        if len(hits) == 1 or (hits and len({column.references for column in hits}) == 1):
            return hits[0]
        if hits:
            conditions = " / ".join(f"{column.name} = {text}" for column in hits)
            raise Refused("ambiguous", "scenario.sheet.two-columns", "scenario.sheet.write-which", name=text,
                          conditions=conditions)  # fmt: skip
        raise self._unknown(text, tables)

    def _unknown(self, text: str, tables: Iterable[str]) -> Refused:
        """The refusal of a name that no row has."""
        tables = list(dict.fromkeys(tables))
        called = [name for table in tables for name in self.called(table)]
        fields = {"name": text, "tables": ", ".join(tables)}
        if near := names.near(text, called):
            return Refused("no_row", "scenario.sheet.no-row", "scenario.form.did-you-mean", near=near, **fields)
        if not called:
            return Refused("no_row", "scenario.sheet.no-row", "scenario.sheet.no-rows", **fields)
        fields["known"] = ", ".join(called[:SHOWN])
        if more := len(called[SHOWN:]):
            return Refused("no_row", "scenario.sheet.no-row", "scenario.form.known-more", more=more, **fields)
        return Refused("no_row", "scenario.sheet.no-row", "scenario.form.known", **fields)

    def called(self, table: str) -> list[str]:
        """What a table's rows are called: their names, or their ids where they have none."""
        column = "name" if "name" in TABLES[table].by_name else TABLES[table].key[0]
        return [str(name) for name in self.model[table][column].tolist()]


def unknown(code: str, what: str, text: str, spelt: Collection[str], known: Iterable[str], **fields: str) -> Refused:
    """The refusal of the name `text`: with the nearest of the spellings `spelt`, or else with all of `known`."""
    if near := names.near(text, spelt):
        return Refused(code, what, "scenario.form.did-you-mean", name=text, near=near, **fields)
    return Refused(code, what, "scenario.form.known", name=text, known=", ".join(known), **fields)


def coded(column: Column, cell: Any) -> Any:
    """The code word that a word in either language is; anything else as it is."""
    return (names.choice_of(column, cell) if isinstance(cell, str) and column.choices else "") or cell


def years(cell: Any, known: Sequence[int]) -> list[int]:
    """The years of a cell: ``2027``, ``2027; 2028``, ``2027–2029``, ``2027–`` (and on). Raises `Refused`."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return [_year(str(int(cell)) if cell == int(cell) else str(cell))]
    found: list[int] = []
    for part in filter(None, (part.strip() for part in re.split("[;,\n]", str(cell)))):
        span = _SPAN.fullmatch(part)
        if not span:
            found.append(_year(part))
            continue
        first, last = int(span[1]), int(span[2] or max(known, default=0))
        inside = [year for year in known if first <= year <= last]
        if not inside:
            listed = ", ".join(map(str, known))
            raise Refused("year", "scenario.sheet.no-years", "scenario.sheet.known-years", span=part, years=listed)
        found += inside
    return list(dict.fromkeys(found))


def _year(text: str) -> int:
    if not re.fullmatch("[0-9]{4}", text):
        raise Refused("year", "reading.not.year", "reading.four-digits")
    return int(text)
