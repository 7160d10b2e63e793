"""Rows and columns of sums: checked against the amounts that they sum, and left out.

A row of sums may sum all rows above it, those since the sum before it or since one of the same label, all rows of the
table, or those that follow up to the next sum; in a table with a column for the year also only those of its own year.
One of these must agree in every column.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING

from rus_funding.kronor import Refused
from rus_funding.model.reading.amounts import in_kronor, read
from rus_funding.model.reading.cells import Uncached
from rus_funding.model.reading.heading import begins_as_total, is_blank, is_total, year_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from rus_funding.model.reading.source import Raw

Scope = tuple[int, int]  # rows from, and up to but not with


@dataclasses.dataclass(frozen=True)
class Wrong:
    """A sum that is wrong or cannot be read: its row's position, its column's, and what is said of it."""

    row: int
    column: int
    refused: Refused


@dataclasses.dataclass
class Checked:
    """What was found of sums: the rows that hold them, how many agree, how many have no value to check."""

    rows: tuple[int, ...] = ()
    agree: int = 0
    uncomputed: int = 0
    wrong: list[Wrong] = dataclasses.field(default_factory=list)


def total_rows(raw: Raw, labels: Sequence[int]) -> tuple[int, ...]:
    """The positions of the rows of sums: labelled so in one of the columns `labels`, and in no other a name.

    ``Summa`` alone is a label whatever stands beside it. ``Summa kostnader`` is one where the other columns are blank.
    """
    found: dict[int, None] = {}
    for k in labels:
        words = {cell for cell in raw.columns[k] if isinstance(cell, str)}
        alone = {cell for cell in words if is_total(cell)}
        first = {cell for cell in words if begins_as_total(cell)} - alone
        if not alone and not first:
            continue
        for i, cell in enumerate(raw.columns[k]):
            if not isinstance(cell, str):
                continue
            others = (raw.columns[other][i] for other in labels if other != k)
            if cell in alone or (cell in first and all(is_blank(other) for other in others)):
                found[i] = None
    return tuple(sorted(found))


def check_rows(
    raw: Raw,
    rows: Sequence[int],
    parts: Mapping[int, Sequence[int]],
    unit: int,
    labels: Sequence[int],
    year: int | None,
) -> Checked:
    """The sums in the `rows` against the rows between, in each column: of the amounts in its `parts`.

    A column of amounts has itself as its only part, a column of sums the years. `year` is the years' own column.
    """
    checked = Checked(tuple(rows))
    columns = tuple(parts)
    amounts_of = {k: read(raw.columns[k], unit) for k in {part for those in parts.values() for part in those}}
    read_at = {
        k: [_sum(row) for row in zip(*(amounts_of[one] for one in those), strict=True)] for k, those in parts.items()
    }
    stated = {i: _stated(raw, i, columns, unit, checked) for i in rows}
    chosen = set(rows)
    running: dict[tuple[int, int | None], tuple[list[int], list[int]]] = {}

    def sums(k: int, of: int | None) -> tuple[list[int], list[int]]:
        """Up to each row, the amounts so far, and how many of them could not be read."""
        if (k, of) not in running:
            counted = [
                i not in chosen and (of is None or year is None or year_of(raw.columns[year][i]) == of)
                for i in range(len(raw.rows))
            ]
            amounts = [(read_at[k][i] or 0) if counts else 0 for i, counts in enumerate(counted)]
            lost = [int(counts and read_at[k][i] is None) for i, counts in enumerate(counted)]
            running[k, of] = [0, *itertools.accumulate(amounts)], [0, *itertools.accumulate(lost)]
        return running[k, of]

    for i, scopes in _scopes(raw, rows, labels):
        of = year_of(raw.columns[year][i]) if year is not None else None
        best: dict[int, tuple[int, int]] | None = None  # column: what is stated, what the rows are
        for first, end in scopes:
            differs: dict[int, tuple[int, int]] = {}
            for k, amount in stated[i].items():
                total, lost = sums(k, of)
                if lost[end] == lost[first] and total[end] - total[first] != amount:
                    differs[k] = amount, total[end] - total[first]
            if best is None or _distance(differs) < _distance(best):
                best = differs
        for k, (amount, rows_sum) in (best or {}).items():
            checked.wrong.append(Wrong(i, k, differs_by("reading.total-differs", amount, rows_sum)))
        checked.agree += bool(stated[i]) and not best
    return checked


def check_column(raw: Raw, column: int, parts: Sequence[int], unit: int, left_out: Collection[int]) -> Checked:
    """A column of sums against the columns `parts` of each row; of a row `left_out` only where these are filled in."""
    checked = Checked()
    amounts = [read(raw.columns[k], unit) for k in parts]
    for i in range(len(raw.rows)):
        for k, stated in _stated(raw, i, [column], unit, checked).items():
            total = _sum([cells[i] for cells in amounts])
            if total is None or (i in left_out and all(is_blank(raw.columns[part][i]) for part in parts)):
                continue
            if total == stated:
                checked.agree += 1
            else:
                checked.wrong.append(Wrong(i, k, differs_by("reading.total-column-differs", stated, total)))
    return checked


def differs_by(what: str, stated: int, found: int) -> Refused:
    """The refusal of a sum."""
    fields = {"stated": stated, "found": found, "difference": abs(stated - found)}
    return Refused("total_differs", what, "reading.mend-total", **fields)


def _stated(raw: Raw, i: int, columns: Sequence[int], unit: int, checked: Checked) -> dict[int, int]:
    """What a row says of the sums of `columns`, by column; what cannot be read joins `checked`."""
    stated = {}
    for k in columns:
        cell = raw.columns[k][i]
        if isinstance(cell, Uncached):
            checked.uncomputed += 1
        elif not is_blank(cell):
            try:
                stated[k] = in_kronor(cell, unit)
            except Refused as refused:
                checked.wrong.append(Wrong(i, k, refused))
    return stated


def _scopes(raw: Raw, rows: Sequence[int], labels: Sequence[int]) -> Iterator[tuple[int, list[Scope]]]:
    """For each row of sums the rows that it may sum, the likeliest first."""
    size = len(raw.rows)
    same: dict[str, int] = {}
    for at, i in enumerate(rows):
        before = rows[at - 1] + 1 if at else 0
        after = rows[at + 1] if at + 1 < len(rows) else size
        label = next((str(raw.columns[k][i]).strip().casefold() for k in labels if not is_blank(raw.columns[k][i])), "")
        yield i, [(before, i), (0, i), (same.get(label, 0), i), (0, size), (i + 1, after)]
        same[label] = i + 1


def _sum(amounts: Sequence[int | None]) -> int | None:
    """The sum; None where an amount could not be read."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None


def _distance(differs: Mapping[int, tuple[int, int]]) -> int:
    return sum(abs(stated - found) for stated, found in differs.values())
