"""The rules that a decision's numbers follow, found in the numbers themselves, and which cell breaks them.

Each rule is a `Check`: an equation of whole kronor over cells, of which one is its target. A cell that alone can make
all broken equations whole is the one that is wrong; where several could, or none alone, the equations are told as they
are. Money is integer kronor; a rate is a `Fraction`.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.follow_up.decision_audit_tables import TOTAL
from rus_funding.kronor import carried_rounding, floor_rate, round_half_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rus_funding.follow_up.decision_audit_tables import Budget, Key

Values = dict["Key", int]
MOST_BASES = 10  # categories of whose sums a flat rate is sought
ROUND = 1_000  # kronor: an amount that somebody chose, a residual is none
_PERCENT = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s*%")


@dataclasses.dataclass(frozen=True)
class Check:
    """Of a `kind` ("years", "column", "balance", "flat", "rate"): `target` must be what `cells` make it."""

    kind: str
    target: Key
    cells: tuple[Key, ...]
    expected: Callable[[Mapping[Key, int]], int]
    linear: bool = True

    def off(self, values: Mapping[Key, int]) -> int:
        """By how much the target is more than its rule says."""
        return values[self.target] - self.expected(values)


@dataclasses.dataclass(frozen=True)
class Rate:
    """A row that is a rate of others: `rows` of table `base`, "flat" (carried) or "rate" (floor)."""

    kind: str
    table: int
    row: int
    rate: Fraction
    base: int
    rows: tuple[int, ...]

    def amounts(self, values: Mapping[Key, int], years: Sequence[int]) -> list[Fraction]:
        """Rate times base, exactly, year by year."""
        return [self.rate * sum(values[self.base, row, year] for row in self.rows) for year in years]


@dataclasses.dataclass(frozen=True)
class Wrong:
    """Kronor that disagree: the cell, what it says, and what every rule then says; or, with `should` None, one equation
    of which nobody can tell which side is wrong, with the cells that could each be it.
    """

    cell: Key
    stated: int
    should: int | None
    checks: tuple[Check, ...]
    suspects: tuple[Key, ...] = ()


def sums(tables: Sequence[Budget], values: Values) -> Iterator[Check]:
    """Years to their total, rows to their sum, and costs to financing; only of cells that could be read."""
    for t, table in enumerate(tables):
        for r, row in enumerate(table.rows):
            if TOTAL in row.numbers:
                yield from _sum("years", (t, r, TOTAL), [(t, r, year) for year in row.numbers if year != TOTAL], values)
            for column in table.columns if row.adds else ():
                rows = [one for one in row.adds if column in table.rows[one].numbers]
                yield from _sum("column", (t, r, column), [(t, one, column) for one in rows], values)
    costs, paid = (_closing(tables, kind) for kind in ("costs", "financing"))
    if costs is not None and paid is not None:
        for column in tables[costs[0]].columns:
            yield from _sum("balance", (*paid, column), [(*costs, column)], values)


def _sum(kind: str, target: Key, parts: Sequence[Key], values: Values) -> Iterator[Check]:
    if parts and all(cell in values for cell in (target, *parts)):
        cells = tuple(parts)
        yield Check(kind, target, cells, lambda v: sum(v[cell] for cell in cells))


def _closing(tables: Sequence[Budget], kind: str) -> tuple[int, int] | None:
    """The closing sum of the only table of a kind."""
    found = [
        (t, len(table.rows) - 1 - next(i for i, row in enumerate(reversed(table.rows)) if row.adds))
        for t, table in enumerate(tables)
        if table.kind == kind and any(row.adds for row in table.rows)
    ]
    return found[0] if len(found) == 1 else None


def rates(tables: Sequence[Budget], values: Values) -> list[Rate]:
    """The rows that are a rate of others in most of their years: flat-rate costs by the per cent in their label, and
    financiers that pay a whole per cent of all costs, rounded down.
    """
    found = []
    for t, table in enumerate(tables):
        for r, row in enumerate(table.rows):
            if table.kind == "costs" and row.role == "given" and (told := _PERCENT.search(row.label)):
                found += _flat(t, r, Fraction(told[1].replace(",", ".")) / 100, table, values)
    costs = _closing(tables, "costs")
    for t, table in enumerate(tables):
        for r, row in enumerate(table.rows):
            if costs is not None and table.kind == "financing" and row.role == "given":
                found += _paid(t, r, costs, table, values)
    return found


def _years(cells: Sequence[tuple[int, int]], table: Budget, values: Values) -> list[int]:
    return [year for year in table.years if all((*cell, year) in values for cell in cells)]


def _flat(t: int, r: int, rate: Fraction, table: Budget, values: Values) -> list[Rate]:
    """The rows whose sum, times the rate, is nearest the row: within a krona in at least half of the years."""
    others = [one for one, row in enumerate(table.rows) if row.role == "given" and one != r][:MOST_BASES]
    best: tuple[int, Fraction, int, tuple[int, ...]] | None = None
    for size in range(1, len(others) + 1):
        for rows in itertools.combinations(others, size):
            years = _years([(t, one) for one in (r, *rows)], table, values)
            if years:
                exact = Rate("flat", t, r, rate, t, rows).amounts(values, years)
                away = [abs(values[t, r, year] - amount) for year, amount in zip(years, exact, strict=True)]
                hits = sum(gap <= 1 for gap in away)
                if 2 * hits >= len(years) and (best is None or (-hits, sum(away), size) < best[:3]):
                    best = (-hits, sum(away, Fraction(0)), size, rows)
    return [Rate("flat", t, r, rate, t, best[3])] if best is not None else []


def _paid(t: int, r: int, costs: tuple[int, int], table: Budget, values: Values) -> list[Rate]:
    """A whole per cent of all costs in most of at least two years, exactly as the floor says."""
    years = _years([(t, r), costs], table, values)
    for percent in range(1, 100):
        rate = Fraction(percent, 100)
        hits = sum(values[t, r, year] == floor_rate(rate, values[*costs, year]) > 0 for year in years)
        if hits >= 2 and 2 * hits > len(years):
            return [Rate("rate", t, r, rate, costs[0], (costs[1],))]
    return []


def of_rates(found: Sequence[Rate], tables: Sequence[Budget], values: Values) -> Iterator[Check]:
    """What each rate says of each year: ⌊rate · base⌋, or for a flat rate the rounding whose remainder is carried."""
    for rate in found:
        rows = [(rate.base, row) for row in rate.rows]
        table = tables[rate.table]
        years = _years([(rate.table, rate.row), *rows], table, values)
        for at, year in enumerate(years):
            if rate.kind == "flat" and years[: at + 1] != list(table.years[: at + 1]):
                break  # a year before it could not be read: what it carries is not known
            seen = tuple(years[: at + 1]) if rate.kind == "flat" else (year,)
            cells = tuple((*row, one) for row in rows for one in seen)
            yield Check(rate.kind, (rate.table, rate.row, year), cells, _last(rate, seen), linear=False)


def _last(rate: Rate, years: Sequence[int]) -> Callable[[Mapping[Key, int]], int]:
    def expected(values: Mapping[Key, int]) -> int:
        amounts = rate.amounts(values, years)
        return carried_rounding(amounts)[-1] if rate.kind == "flat" else floor_rate(amounts[-1], 1)

    return expected


def plainly(rate: Rate, values: Values, year: int) -> tuple[Fraction, int, int]:
    """(rate · base exactly, base, its plain rounding) of a year."""
    (exact,) = rate.amounts(values, [year])
    return exact, sum(values[rate.base, row, year] for row in rate.rows), round_half_up(exact)


def residual(tables: Sequence[Budget], values: Values, found: Sequence[Rate]) -> tuple[int, int] | None:
    """The financier that pays what the others leave: the only one without a rate whose amounts nobody rounded, in most
    of its years. None where no such one, or more than one, is there.
    """
    with_rate = {(rate.table, rate.row) for rate in found}
    rows = []
    for t, table in enumerate(tables):
        given = [at for at, row in enumerate(table.rows) if row.role == "given"]
        for r in given if table.kind == "financing" and len(given) > 1 else ():
            years = _years([(t, r)], table, values)
            odd = sum(values[t, r, year] % ROUND != 0 for year in years)
            if (t, r) not in with_rate and years and 2 * odd > len(years):
                rows.append((t, r))
    return rows[0] if len(rows) == 1 else None


def wrong(checks: Sequence[Check], values: Values) -> list[Wrong]:
    """The cells that are wrong; see the module."""
    broken = [check for check in checks if check.off(values)]
    found: list[Wrong] = []
    for part in _parts(broken):
        able: dict[Key, int] = {}
        for cell in dict.fromkeys(cell for check in part for cell in (check.target, *check.cells)):
            for value in _ways(cell, part, values):
                if value >= 0 and not any(check.off({**values, cell: value}) for check in checks if check in part or
                                          cell == check.target or cell in check.cells):  # fmt: skip
                    able[cell] = value
        if len(able) == 1:
            ((cell, value),) = able.items()
            found.append(Wrong(cell, values[cell], value, tuple(part)))
        else:
            found += [Wrong(one.target, values[one.target], None, (one,), tuple(able)) for one in part]
    order = {cell: at for at, cell in enumerate(values)}  # as the document has them
    return sorted(found, key=lambda one: order[one.cell])


def _parts(broken: Sequence[Check]) -> list[list[Check]]:
    """Broken equations that hang together by their cells."""
    parts: list[list[Check]] = []
    for check in broken:
        cells = {check.target, *check.cells}
        near = [part for part in parts if any(cells & {one.target, *one.cells} for one in part)]
        parts = [part for part in parts if part not in near] + [[one for part in near for one in part] + [check]]
    return parts


def _ways(cell: Key, part: Sequence[Check], values: Values) -> Iterator[int]:
    """The values that would make one of the broken equations whole."""
    for check in part:
        if cell == check.target:
            yield check.expected(values)
        elif check.linear and cell in check.cells:
            yield values[cell] + check.off(values)
