"""Binaries that cost nothing, brought to 0 or 1 where the rows admit it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rus_funding.engine.solvers.solver import Point
    from rus_funding.model.amounts import Floats
    from rus_funding.model.index import Ints
    from rus_funding.program.linear import LinearProgram

WHOLE = 1e-9  # a binary this close to 0 or 1 is decided


def made_whole(point: Point, program: LinearProgram, cost: Floats, held: Ints | None = None) -> Point:
    """The point with each open binary that costs nothing at 1 where something needs it and at 0 else, as far as the
    rows admit it; binaries in rows that do not stay as they are.

    `held` are the columns that are `tied`, where they are at hand.

    A linear program leaves a binary that costs nothing anywhere between what it opens and 1.
    """
    binaries = np.flatnonzero(program.integer & (cost == 0))
    z = point.x[binaries]
    open_ = np.abs(z - np.round(z)) > WHOLE
    if not open_.any() or not np.setdiff1d(binaries[open_], tied(program) if held is None else held).size:
        return point
    x = np.clip(point.x, program.lower, program.upper)
    x[binaries] = np.where(np.abs(z - np.round(z)) > WHOLE, z, np.round(z))
    most = np.maximum(_over(program, point.x), 1e-9)
    for value in (1.0, 0.0, 1.0):
        open_ = binaries[(x[binaries] != np.round(x[binaries])) & (program.lower < program.upper)[binaries]]
        x = _moved(program, x, open_, value, most)
    return dataclasses.replace(point, x=x) if (_over(program, x) <= most).all() else point


def _over(program: LinearProgram, x: Floats) -> Floats:
    """By how much each row is broken, in the solver's units."""
    activity = program.activity(x)
    over: Floats = np.maximum(activity - program.row_upper, program.row_lower - activity) * program.units.rows
    return over


def _moved(program: LinearProgram, x: Floats, columns: Ints, value: float, most: Floats) -> Floats:
    """`x` with these columns at `value`, but for those in rows that this would break by more than `most`."""
    moved = x.copy()
    moved[columns] = value
    while columns.size:
        broken = _over(program, moved) > most
        if not broken.any():
            return moved
        guilty = np.intersect1d(columns, program.columns_of_values[broken[program.rows]])
        if not guilty.size:
            return x
        moved[guilty] = x[guilty]
        columns = np.setdiff1d(columns, guilty)
    return x


def tied(program: LinearProgram) -> Ints:
    """The columns in a row that holds a sum at one value: they move with others, or not at all."""
    found: Ints = np.unique(program.columns_of_values[(program.row_lower == program.row_upper)[program.rows]])
    return found
