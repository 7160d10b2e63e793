"""A labelled linear program: columns, blocks of rows, terms. Knows no money and no solver.

A `Block` is a set of rows of one rule. Its terms say *where* coefficients stand (arrays of positions, fixed by
the labels) and *how* to compute them from the numbers at hand (a function). `compile_program` lays the positions out
once; `Compiled.fill` pours numbers in, as often as numbers change, without touching the layout.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Label = tuple[str, ...]
Numbers = Any  # whatever the formulation's functions read; the kernel hands it through
Value = float | Callable[[Numbers], Floats]


def columns_of(starts: Ints) -> Ints:
    """The column of each coefficient of a matrix by columns."""
    return np.repeat(np.arange(starts.size - 1), np.diff(starts))


@dataclasses.dataclass(frozen=True)
class Group:
    """A set of columns of one kind: where they begin, how many, their labels and bounds."""

    kind: str
    start: int
    size: int
    labels: Callable[[], Sequence[Label]]
    lower: Value = 0.0
    upper: Value = np.inf
    integer: bool = False

    @property
    def columns(self) -> Ints:
        """Positions of the group's columns."""
        return np.arange(self.start, self.start + self.size)


@dataclasses.dataclass(frozen=True)
class Term:
    """Coefficients of a block: ``rows`` count within the block, ``columns`` in the program."""

    rows: Ints
    columns: Ints
    coefficient: Value


@dataclasses.dataclass(frozen=True)
class Block:
    """Rows ``lower <= sum of terms <= upper`` of one rule."""

    rule: str
    size: int
    labels: Callable[[], Sequence[Label]]
    terms: tuple[Term, ...]
    lower: Value = -np.inf
    upper: Value = np.inf


@dataclasses.dataclass(frozen=True)
class Scale:
    """What a solver counts in: column j in units of ``columns[j]``, row i multiplied by ``rows[i]``.

    All factors are powers of two, so nothing is rounded on the way in or out.
    """

    columns: Floats
    rows: Floats


@dataclasses.dataclass(frozen=True)
class LinearProgram:
    """Arrays of one program: ``row_lower <= A x <= row_upper``, ``lower <= x <= upper``; A by columns (CSC)."""

    starts: Ints
    rows: Ints
    values: Floats
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    integer: NDArray[np.bool_]
    column: Ints | None = None  # the column of each stored coefficient, where it is at hand
    scale: Scale | None = None  # where it is at hand: it follows from the coefficients and sides

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        return self.row_lower.size, self.lower.size

    @property
    def columns_of_values(self) -> Ints:
        """The column of each stored coefficient."""
        return self.column if self.column is not None else columns_of(self.starts)

    def activity(self, x: Floats) -> Floats:
        """A x."""
        out: Floats = np.asarray(
            np.bincount(self.rows, self.values * x[self.columns_of_values], self.row_lower.size), np.float64
        )
        return out

    @property
    def units(self) -> Scale:
        """What a solver counts in; worked out anew unless it is at hand (`scaled`)."""
        return self.scale if self.scale is not None else scale_of(self)

    def scaled(self) -> LinearProgram:
        """The same program with its `scale` at hand."""
        return self if self.scale is not None else dataclasses.replace(self, scale=scale_of(self))

    def held(self, columns: Any, values: Any) -> LinearProgram:
        """The program with these columns at these values."""
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[columns] = upper[columns] = values
        return dataclasses.replace(self, lower=lower, upper=upper)

    def below(self, columns: Any, values: Any) -> LinearProgram:
        """The program with these columns at or below these values."""
        upper = self.upper.copy()
        upper[columns] = np.minimum(upper[columns], values)
        return dataclasses.replace(self, upper=upper)

    def in_units(self) -> LinearProgram:
        """The program as a solver counts it: columns in their units, rows multiplied by their factors."""
        units = self.units
        columns, rows = units.columns, units.rows
        return dataclasses.replace(
            self,
            values=self.values * columns[self.columns_of_values] * rows[self.rows],
            lower=self.lower / columns,
            upper=self.upper / columns,
            row_lower=self.row_lower * rows,
            row_upper=self.row_upper * rows,
            scale=Scale(np.ones(columns.size), np.ones(rows.size)),
        )

    def with_rows(
        self, coefficients: Sequence[Floats], lower: Sequence[float], upper: Sequence[float]
    ) -> LinearProgram:
        """The program with dense rows appended (kept objectives, say)."""
        row, column, value = self.rows, self.columns_of_values, self.values
        for i, dense in enumerate(coefficients):
            at = np.flatnonzero(dense)
            row = np.concatenate([row, np.full(at.size, self.row_lower.size + i)])
            column = np.concatenate([column, at])
            value = np.concatenate([value, dense[at]])
        return dataclasses.replace(
            self,
            **_by_column(row, column, value, self.lower.size),
            row_lower=np.concatenate([self.row_lower, lower]),
            row_upper=np.concatenate([self.row_upper, upper]),
        )

    def over(self, other: LinearProgram, rows: Ints) -> LinearProgram:
        """The program with these rows of another one, over the same columns, below its own."""
        number = np.full(other.row_lower.size, -1)
        number[rows] = self.row_lower.size + np.arange(rows.size)
        taken = number[other.rows] >= 0
        row = np.concatenate([self.rows, number[other.rows[taken]]])
        column = np.concatenate([self.columns_of_values, other.columns_of_values[taken]])
        value = np.concatenate([self.values, other.values[taken]])
        return dataclasses.replace(
            self,
            **_by_column(row, column, value, self.lower.size),
            row_lower=np.concatenate([self.row_lower, other.row_lower[rows]]),
            row_upper=np.concatenate([self.row_upper, other.row_upper[rows]]),
        )

    def with_column(self, rows: Ints, values: Floats, lower: float, upper: float) -> LinearProgram:
        """The program with a continuous column appended, its coefficients in these rows."""
        return dataclasses.replace(
            self,
            starts=np.append(self.starts, self.starts[-1] + rows.size),
            column=np.append(self.columns_of_values, np.full(rows.size, self.lower.size)),
            rows=np.append(self.rows, rows),
            values=np.append(self.values, values),
            lower=np.append(self.lower, lower),
            upper=np.append(self.upper, upper),
            integer=np.append(self.integer, False),
            scale=None,
        )

    def without_zeros(self) -> LinearProgram:
        """The program without stored zeros: a coefficient of 0 means the same as none."""
        if self.values.all():
            return self
        stored = self.values != 0
        column = self.columns_of_values[stored]
        starts = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=self.lower.size))]).astype(np.int64)
        return dataclasses.replace(
            self, starts=starts, rows=self.rows[stored], values=self.values[stored], column=column, scale=None
        )


def _by_column(row: Ints, column: Ints, value: Floats, width: int) -> dict[str, Any]:
    """Coefficients in any order as a `LinearProgram` holds them, its scale to be worked out anew."""
    order = np.lexsort((row, column))
    starts = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=width))])
    return {"starts": starts, "column": column[order], "rows": row[order], "values": value[order], "scale": None}


LARGEST = 20  # a solver's numbers are at most about 2 to this power: beyond, its tolerances are finer than its digits


def power(numbers: Any) -> Floats:
    """The power of two nearest to each number (1 for 0)."""
    sizes = np.abs(np.asarray(numbers, np.float64))
    out: Floats = np.exp2(np.round(np.log2(np.where(sizes > 0, sizes, 1.0))))
    return out


def scale_of(program: LinearProgram, *, whole: bool = False) -> Scale:
    """Count each share in what it costs, and money in a unit at which the largest amount has about `LARGEST` bits.

    A share x (a column that is at most 1) with coefficients of C kronor becomes C x kronor, in the same unit as the
    payments. Rows are brought to coefficients of about 1. Then a solver's tolerances, which are absolute, mean the
    same part of a krona in every row, at 1 kr and at 50 bn kr. Where integers must stay `whole` they are not scaled.
    """
    height, width = program.shape
    of, sizes = program.columns_of_values, np.abs(program.values)
    largest = np.zeros(width)
    np.maximum.at(largest, of, sizes)
    small = (program.upper <= 1.0) & ~program.integer  # shares
    most = float(largest[small].sum())  # what all projects cost: from the coefficients alone, so that bounds may move
    if not most:
        sides = np.abs(np.concatenate([program.row_lower, program.row_upper]))
        most = float(sides[np.isfinite(sides)].max(initial=1.0))
    unit = float(np.exp2(max(0.0, np.ceil(np.log2(max(most, 1.0))) - LARGEST)))
    columns = unit / power(largest)
    columns[small | program.integer] = np.minimum(1.0, columns[small | program.integer])
    if program.integer.any():  # a choice is counted as the share that it opens, or a krona would be lost between them
        least = np.full(height, np.inf)
        shares = small[of]
        np.minimum.at(least, program.rows[shares], columns[of[shares]])
        choices = program.integer[of]
        np.minimum.at(columns, of[choices], least[program.rows[choices]])
        if whole:
            columns[program.integer] = 1.0
    widest = np.zeros(height)
    np.maximum.at(widest, program.rows, sizes * columns[of])
    return Scale(columns, 1.0 / power(widest))


@dataclasses.dataclass(frozen=True)
class Compiled:
    """A program's layout. `fill` turns numbers into arrays; `order` sorts terms by (column, row)."""

    groups: tuple[Group, ...]
    blocks: tuple[Block, ...]
    starts: Ints
    rows: Ints
    order: Ints
    offsets: Ints

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.starts.size - 1

    @property
    def height(self) -> int:
        """Number of rows."""
        return sum(block.size for block in self.blocks)

    def group(self, kind: str) -> Group:
        """The group of that kind (`KeyError` names an absent one)."""
        for group in self.groups:
            if group.kind == kind:
                return group
        raise KeyError(f"no columns of kind {kind!r}")

    def block(self, rule: str) -> tuple[int, Block] | None:
        """First row and block of a rule, or None where the rule has no rows."""
        for offset, block in zip(self.offsets.tolist(), self.blocks, strict=True):
            if block.rule == rule:
                return offset, block
        return None

    def row_labels(self) -> list[Label]:
        """The label of every row."""
        return [label for block in self.blocks for label in block.labels()]

    def column_labels(self) -> list[Label]:
        """The label of every column."""
        return [label for group in self.groups for label in group.labels()]

    def fill(self, numbers: Numbers) -> LinearProgram:
        """The arrays for these numbers."""
        values, lower, upper, row_lower, row_upper = (mould.pour(numbers) for mould in self._moulds)
        program = LinearProgram(
            self.starts, self.rows, values[self.order], lower, upper, row_lower, row_upper, self._integer, self._column
        )
        return program.without_zeros()

    @functools.cached_property
    def _column(self) -> Ints:
        return columns_of(self.starts)

    @functools.cached_property
    def _integer(self) -> NDArray[np.bool_]:
        flags = [np.full(group.size, group.integer) for group in self.groups]
        return np.concatenate(flags) if flags else np.zeros(0, bool)

    @functools.cached_property
    def _moulds(self) -> list[_Mould]:
        """Coefficients and the four sides, as far as they are the same for all numbers."""
        terms = [(term.coefficient, term.rows.size) for block in self.blocks for term in block.terms]
        sides = [
            [(getattr(part, side), part.size) for part in parts]
            for parts in (self.groups, self.blocks)
            for side in ("lower", "upper")
        ]
        return [_Mould.of(parts) for parts in (terms, *sides)]


@dataclasses.dataclass(frozen=True)
class _Mould:
    """An array in which constants stand already, and the places of functions of the numbers."""

    constant: Floats
    places: tuple[tuple[slice, Callable[[Numbers], Floats]], ...]

    @classmethod
    def of(cls, parts: Sequence[tuple[Value, int]]) -> _Mould:
        constant = np.zeros(sum(size for _, size in parts))
        places, start = [], 0
        for value, size in parts:
            if callable(value):
                places.append((slice(start, start + size), value))
            else:
                constant[start : start + size] = value
            start += size
        return cls(constant, tuple(places))

    def pour(self, numbers: Numbers) -> Floats:
        out = self.constant.copy()
        for place, function in self.places:
            out[place] = function(numbers)
        return out


def compile_program(groups: Sequence[Group], blocks: Sequence[Block]) -> Compiled:
    """Lay out the positions of all terms by column; two terms on one cell are an error that names it."""
    used = tuple(block for block in blocks if block.size)
    offsets = np.concatenate([[0], np.cumsum([block.size for block in used])]).astype(np.int64)
    rows = [offset + term.rows for offset, block in zip(offsets.tolist(), used, strict=False) for term in block.terms]
    columns = [term.columns for block in used for term in block.terms]
    row = np.concatenate(rows).astype(np.int64) if rows else np.zeros(0, np.int64)
    column = np.concatenate(columns).astype(np.int64) if columns else np.zeros(0, np.int64)
    width = sum(group.size for group in groups)
    height = int(offsets[-1])
    if row.size and (column.min() < 0 or column.max() >= width or row.min() < 0 or row.max() >= height):
        raise IndexError("a term points outside the program")  # highspy would corrupt its heap
    cell = column * max(1, height) + row
    order = np.argsort(cell, kind="stable")
    laid = cell[order]
    twice = np.flatnonzero(laid[1:] == laid[:-1])
    if twice.size:
        at = int(laid[twice[0]])
        compiled = Compiled(tuple(groups), used, np.zeros(width + 1, np.int64), row, order, offsets[:-1])
        where = compiled.row_labels()[at % height], compiled.column_labels()[at // height]
        raise ValueError(f"two terms for row {where[0]} and column {where[1]}")
    starts = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=width))]).astype(np.int64)
    return Compiled(tuple(groups), used, starts, row[order], order, offsets[:-1])
