"""The shapes that finance people keep, to the plain one: a row for a key, no sums, whole kronor.

A table with years as columns becomes one with the columns ``year`` and ``amount``; rows and columns of sums are
checked and left out (`sums`); amounts in tkr or Mkr become kronor where the sheet says so; the rows of a ledger are
summed where it says ``summeras``. What was done is told as notes, and nothing is done that the sheet does not say.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from rus_funding.kronor import Refused
from rus_funding.model.reading import heading, sums
from rus_funding.model.reading.amounts import read
from rus_funding.model.reading.heading import UNITS, is_blank
from rus_funding.model.reading.source import Findings, Raw, Spot, note
from rus_funding.model.schema import TABLES
from rus_funding.words.visible import clipped, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.errors import Problem
    from rus_funding.model.reading.source import Source
    from rus_funding.model.schema import Table

_IF_SO = "reading.if-so"


def shape(source: Source) -> None:
    """Bring every table of `source` into its plain shape; what is wrong with it, and notes, join its problems."""
    for name, raw in list(source.tables.items()):
        found, problems = shaped(TABLES[name], raw)
        source.problems += problems
        if found is None:
            del source.tables[name]
            source.broken.add(name)
        else:
            wrong = any(one.severity == "error" for one in problems)
            source.tables[name] = dataclasses.replace(found, lost=found.lost or wrong)


def shaped(table: Table, raw: Raw) -> tuple[Raw | None, list[Problem]]:
    """The table in its plain shape, with what is wrong with its shape, and notes of what was made of it.

    None where the shape says two things, and nothing can be read until one of them is taken away.
    """
    work = _Shaping(table, raw)
    return work.shaped(), [*work.problems.told(), *work.notes]


class _Shaping:
    """One table on its way to the plain shape."""

    def __init__(self, table: Table, raw: Raw) -> None:
        self.table, self.raw = table, raw
        self.problems = Findings()
        self.notes: list[Problem] = []
        self.unit, self.unit_name = 1, "kr"

    def shaped(self) -> Raw | None:
        self.unit = self.stated_unit()
        header = self.raw.header
        at = {name: k for k, cell in reversed(list(enumerate(header))) if (name := heading.column_of(self.table, cell))}
        years = self.years(at) if self.table.wide else {}
        if self.problems:
            return None
        money = [*years] or [k for name, k in at.items() if self.table[name].type == "kronor"]
        totals = [k for k, cell in enumerate(header) if years and heading.is_total_heading(cell)]
        if "amount" in self.table.by_name and money:
            self.without_sums(at, money, totals, years)
        if years:
            self.melt(years, totals)
        elif self.unit != 1:
            self.raw = _exchanged(self.raw, {k: self.kronor(self.raw.columns[k]) for k in money})
        self.tell_notes()
        return self.raw

    def tell(self, what: str, **fields: Any) -> None:
        self.notes.append(note(Refused("layout", what, _IF_SO, **fields), self.raw.place))

    def tell_notes(self) -> None:
        """Say what stands outside the table and is not read."""
        row = self.raw.header_row
        above = [one for one in self.raw.notes if isinstance(row, int) and isinstance(one.row, int) and one.row < row]
        if above:
            self.tell("reading.title-rows", row=row)
        if aside := [str(one) for one in self.raw.notes if one not in above]:
            self.tell("reading.notes-aside", cells=aside)

    # ------------------------------------------------------------------------------------------------------- the unit

    def stated_unit(self) -> int:
        """Kronor in one of the sheet's amounts."""
        found: dict[str, str] = {}
        for one in self.raw.notes:
            if unit := heading.unit_in(one.text):
                found.setdefault(unit, str(one))
        names = []
        for k, cell in enumerate(self.raw.header):
            name, unit = heading.split(cell)
            kept = unit and (
                heading.column_of(self.table, name) or heading.year_of(name) or heading.is_total_heading(name)
            )
            names.append(name if kept else cell)
            if kept:
                letters = self.raw.letters[k] if self.raw.letters else ""
                found.setdefault(unit, f"{letters}{self.raw.header_row}" if letters else cell)
        self.raw = dataclasses.replace(self.raw, header=tuple(names))
        if len(found) > 1:
            listed = [f"{unit} ({where})" for unit, where in found.items()]
            self.problems.add(Refused("unit", "reading.units", "reading.one-unit", units=listed), self.raw.place)
        unit = self.unit_name = next(iter(found), "kr")
        if unit != "kr":
            self.tell("reading.unit-stated", unit=unit, where=found[unit], times=UNITS[unit])
        return UNITS[unit]

    def kronor(self, cells: Sequence[Any]) -> list[Any]:
        """The cells in kronor; one that cannot be read stays, and is refused as it stands."""
        made: list[Any] = []
        for cell, amount in zip(cells, read(cells, self.unit), strict=True):
            if amount is not None and not is_blank(cell):
                made.append(amount)
            elif isinstance(cell, str) and cell.strip().lower().endswith("kr"):  # 1 120 kr where all else is in tkr
                made.append(f"{cell} ({self.unit_name})")
            else:
                made.append(cell)
        return made

    # ---------------------------------------------------------------------------------------------------------- years

    def years(self, at: dict[str, int]) -> dict[int, int]:
        """The positions of the columns that are years, unless the years have a column of their own."""
        found: dict[int, int] = {}
        for k, cell in enumerate(self.raw.header):
            year = heading.year_of(cell)
            if year is None:
                continue
            if year in found.values():
                twice = Refused("duplicate_column", "reading.column-twice", "reading.rename-one")
                self.problems.add(twice, self.raw.place, self.raw.header_row, str(year))
            else:
                found[k] = year
        own = [name for name in ("year", "amount") if name in at]
        if found and own:
            both = Refused("years_twice", "reading.years-twice", "reading.years-once", years=[*found.values()])
            self.problems.add(both, self.raw.place, self.raw.header_row, own[0])
        return found

    def melt(self, years: dict[int, int], totals: list[int]) -> None:
        """A row for each year's amount, in the order of rows, then of columns."""
        raw = self.raw
        others = [k for k in range(len(raw.header)) if k not in years and k not in totals]
        letters = raw.letters or ("",) * len(raw.header)
        spots: list[int | str | Spot] = []
        rows: list[int] = []
        amounts: list[Any] = []
        cells = (
            {k: self.kronor(raw.columns[k]) for k in years} if self.unit != 1 else {k: raw.columns[k] for k in years}
        )
        bare = []
        for i, row in enumerate(raw.rows):
            full = [k for k in years if not is_blank(cells[k][i])]
            if not full and all(is_blank(raw.columns[k][i]) for k in totals):
                bare.append(row)
            for k in full:
                spots.append(Spot(_row(row), str(years[k]), letters[k]))
                rows.append(i)
                amounts.append(cells[k][i])
        self.raw = dataclasses.replace(
            raw,
            header=(*(raw.header[k] for k in others), "year", "amount"),
            columns=(
                *([raw.columns[k][i] for i in rows] for k in others),
                [int(spot.heading) for spot in spots if isinstance(spot, Spot)],
                amounts,
            ),
            rows=tuple(spots),  # type: ignore[arg-type]
            letters=(*(letters[k] for k in others), "", "") if raw.letters else (),
        )
        if bare:
            self.tell("reading.rows-without-amounts", rows=[str(row) for row in bare])

    # ----------------------------------------------------------------------------------------------------------- sums

    def without_sums(self, at: dict[str, int], money: list[int], totals: list[int], years: dict[int, int]) -> None:
        """Check rows and columns of sums, and leave the rows out."""
        labels = sorted({0, *(k for name, k in at.items() if self.table[name].type == "id")} - {*money, *totals})
        rows = sums.total_rows(self.raw, labels)
        year = at.get("year") if not years else None
        parts = {k: [k] for k in money} | {k: list(years) for k in totals}
        found = sums.check_rows(self.raw, rows, parts, self.unit, labels, year)
        agree, uncomputed, wrong = 0, found.uncomputed, found.wrong
        for k in totals:
            column = sums.check_column(self.raw, k, list(years), self.unit, set(rows))
            agree += column.agree
            uncomputed += column.uncomputed
            wrong = wrong + [
                one for one in column.wrong if (one.row, one.column) not in {(w.row, w.column) for w in wrong}
            ]
        for one in wrong:
            column_name = plain(clipped(self.raw.header[one.column], 80))
            letters = self.raw.letters[one.column] if self.raw.letters else ""
            spot = Spot(_row(self.raw.rows[one.row]), column_name, letters)
            self.problems.add(one.refused, self.raw.place, spot, column_name, self.raw.columns[one.column][one.row])
        if found.agree or agree:
            self.tell("reading.totals-agree", rows=found.agree, cells=agree)
        if uncomputed:
            self.tell("reading.totals-uncomputed", cells=uncomputed)
        if rows:
            left_out = set(rows)
            self.raw = _taken(self.raw, [i for i in range(len(self.raw.rows)) if i not in left_out])


def sum_rows(source: Source, tables: dict[str, Raw]) -> None:
    """Sum the rows of one key in every sheet of `tables` that says so: of texts those stay that all rows share.

    Names are ids by now, so that a project is one however its rows call it.
    """
    for name, raw in tables.items():
        if any(heading.says_summed(one.text) for one in raw.notes):
            tables[name] = _summed(TABLES[name], raw)
            fields = {"found": len(raw.rows), "made": len(tables[name].rows)}
            source.problems.append(note(Refused("layout", "reading.rows-summed", _IF_SO, **fields), raw.place))


def _summed(table: Table, raw: Raw) -> Raw:
    at = {name: k for k, cell in enumerate(raw.header) if (name := heading.column_of(table, cell))}
    if "amount" not in at or any(name not in at for name in table.key):
        return raw
    amount, key = at["amount"], [at[name] for name in table.key]
    amounts = read(raw.columns[amount], 1)
    groups: dict[tuple[str, ...], list[int]] = {}
    for i in range(len(raw.rows)):
        words = tuple(" ".join(str(raw.columns[k][i]).split()).casefold() for k in key)
        groups.setdefault(words if amounts[i] is not None else (*words, str(i)), []).append(i)
    firsts = [members[0] for members in groups.values()]
    columns = [[cells[i] for i in firsts] for cells in raw.columns]
    for place, members in enumerate(groups.values()):
        if len(members) > 1:
            for k, cells in enumerate(raw.columns):
                if k not in key and len({cells[i] for i in members}) > 1:
                    columns[k][place] = None
            columns[amount][place] = sum(amounts[i] or 0 for i in members)
    return dataclasses.replace(raw, rows=tuple(raw.rows[i] for i in firsts), columns=tuple(columns))


def _row(label: int | str | Spot) -> int | str:
    return label.row if isinstance(label, Spot) else label


def _exchanged(raw: Raw, columns: dict[int, list[Any]]) -> Raw:
    return dataclasses.replace(raw, columns=tuple(columns.get(k, cells) for k, cells in enumerate(raw.columns)))


def _taken(raw: Raw, kept: list[int]) -> Raw:
    columns = tuple([cells[i] for i in kept] for cells in raw.columns)
    return dataclasses.replace(raw, columns=columns, rows=tuple(raw.rows[i] for i in kept))
