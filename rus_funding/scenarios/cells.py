"""Values of columns: what a scenario may write there, and exact arithmetic on whole columns.

Kronor and other whole numbers are multiplied exactly and rounded half up; shares and numbers are decimals (the one that
the float prints as) and stay so: 0.1 multiplied by 3 is 0.3.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding import kronor
from rus_funding.kronor import Refused
from rus_funding.model import names
from rus_funding.words.visible import clipped, foreign, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rus_funding.model.rows import Array
    from rus_funding.model.schema import Column
    from rus_funding.scenarios.parts import Cell

ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
WHOLE = frozenset({"kronor", "integer"})
DECIMAL = frozenset({"share", "number"})
GRID = 10**6  # a sample's draws have six decimals: a factor is a whole number of millionths
PERCENT = 10  # a factor of a share that is as large was meant as a percentage
FEW = 8  # cells that are each compared with a whole column
_WIDE = 2**62


def converted(column: Column, cell: Cell) -> Any:
    """`cell` as the column's array holds it (NaN for a blank that means "none"). Raises `Refused`.

    ``""`` is a blank cell: the column's default.
    """
    if isinstance(cell, str) and cell == "":
        if column.required:
            raise Refused("blank", "scenario.cell.blank", "scenario.cell.write-value", column=column.name)
        return np.nan if column.default is None else column.default
    if column.type == "flag":
        return _flag(cell)
    if column.type in WHOLE | DECIMAL | {"year"}:
        return _number(column, cell)
    return _text(column, cell)


def _flag(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    if cell in {"yes", "no"}:
        return cell == "yes"
    raise Refused("flag", "reading.not.flag", "scenario.cell.true-or-false")


def _number(column: Column, cell: Cell) -> Any:
    if isinstance(cell, (bool, str)):
        raise Refused("not_a_number", "scenario.cell.numbers", "scenario.cell.unquoted", column=column.name)
    if column.type == "share":
        if cell > 1:
            raise Refused("share_range", "reading.share-range", "scenario.cell.half")
        return kronor.share(float(cell))
    if column.type == "number":
        return kronor.number(float(cell))
    if cell != int(cell):
        raise Refused("not_whole", "scenario.cell.whole", "scenario.cell.round", column=column.name)
    if column.type == "year":
        return int(cell)
    if cell < 0:
        raise Refused("negative", "reading.negative", "reading.zero-or-more")
    return int(cell)


def _text(column: Column, cell: Cell) -> str:
    if not isinstance(cell, str):
        raise Refused("not_text", "scenario.cell.text", "scenario.cell.quoted", column=column.name, cell=str(cell))
    if column.type == "choice" and (found := names.choice_of(column, cell)):
        return found
    if column.type == "choice":
        near = names.near(cell, names.choices(column))
        about: dict[str, Any] = {"column": column.name, "cell": plain(clipped(cell))}
        if near:
            raise Refused("choice_unknown", "scenario.cell.no-choice", "reading.meant-quoted", near=near, **about)
        about["choices"] = list(column.choices)
        raise Refused("choice_unknown", "scenario.cell.no-choice", "reading.write.choice", **about)
    ids = cell.split() if column.type == "ids" else [cell]
    if column.type in {"id", "ids"} and not all(ID.fullmatch(name) for name in ids):
        if strange := foreign(cell):
            alien = {"character": strange[0], "name": strange[1]}
            raise Refused("id_form", "reading.id-foreign", "reading.id-retype", **alien)
        raise Refused("id_form", "scenario.cell.not-id", "scenario.cell.id-form")
    return cell


def operand(column: Column, operation: str, cell: Cell) -> Any:
    """What `operation` takes: a column's value to set, else a `Fraction`. Raises `Refused`."""
    if operation == "set":
        return converted(column, cell)
    allowed = WHOLE | DECIMAL | ({"year"} if operation == "add" else set())
    if column.type not in allowed:
        about = {"column": column.name, "type": column.type}
        raise Refused("operation", f"scenario.cell.no-{operation}", "scenario.cell.use-set", **about)
    if isinstance(cell, (bool, str)):
        raise Refused("not_a_number", "scenario.cell.takes-number", "scenario.cell.unquoted", operation=operation)
    number = Fraction(cell)
    if operation == "multiply" and number < 0:
        raise Refused("negative", "scenario.cell.factor-negative", "reading.zero-or-more")
    if operation == "multiply" and column.type == "share" and number >= PERCENT:
        factor = float(number)
        said: dict[str, Any] = {"column": column.name, "factor": factor, "share": factor / 100}
        raise Refused("factor_of_share", "scenario.cell.factor-of-share", "scenario.cell.share-or-set", **said)
    if operation == "add" and column.type not in DECIMAL and number.denominator != 1:
        raise Refused("not_whole", "scenario.cell.whole", "scenario.cell.round-term", column=column.name)
    return number


def computed(column: Column, operation: str, values: Array, number: Fraction | NDArray[Any]) -> Array:
    """`values` multiplied by, or with added, a number: one for all, or an array of millionths (int64), one a row.

    A blank among the values or a result out of the column's range raises `Refused`.
    """
    if values.dtype.kind == "f" and np.isnan(values).any():
        raise Refused("blank_operand", "scenario.cell.some-blank", "scenario.cell.set-or-where", column=column.name)
    top: Any = number
    bottom = GRID
    if isinstance(number, Fraction):
        top, bottom = number.numerator, number.denominator
    if column.type in DECIMAL:
        result = _decimals(operation, values, top, bottom)
    else:
        result = _whole(operation, values, top, bottom)
    return in_range(column, result).astype(values.dtype)


def _whole(operation: str, values: Array, top: Any, bottom: int) -> Array:
    """round half up of values * top / bottom, or values + top / bottom, in integers."""
    whole = values.astype(np.int64)
    largest = int(np.max(np.abs(whole), initial=0))
    reach = int(np.max(np.abs(top), initial=0)) if isinstance(top, np.ndarray) else abs(top)
    if max(largest, 1) * max(reach, bottom) * 4 > _WIDE:
        whole = whole.astype(object)
        top = top.astype(object) if isinstance(top, np.ndarray) else top
    product = whole * top if operation == "multiply" else whole * bottom + top
    rounded: Array = (2 * product + bottom) // (2 * bottom)
    return rounded  # as wide as it takes: whether it fits is asked before it is narrowed


def _decimals(operation: str, values: Array, top: Any, bottom: int) -> Array:
    """The floats nearest to the exact decimals values * top / bottom, or values + top / bottom."""
    factors = top.tolist() if isinstance(top, np.ndarray) else [top] * values.size
    divisor, exact = Decimal(bottom), []
    for value, number in zip(values.tolist(), factors, strict=True):
        decimal, other = Decimal(repr(value)), Decimal(number) / divisor
        exact.append(float(decimal * other if operation == "multiply" else decimal + other))
    return np.asarray(exact, np.float64)


def in_range(column: Column, values: Array) -> Array:
    """`values` if all lie in the column's range, else `Refused`: none negative, no share above 1, none too large."""
    if values.size == 0:
        return values
    if values.min() < 0:
        about = {"column": column.name, "worst": float(values.min())}
        raise Refused("negative", "scenario.cell.becomes-negative", "scenario.cell.smaller-change", **about)
    if column.type == "share" and values.max() > 1:
        about = {"column": column.name, "worst": float(values.max())}
        raise Refused("share_range", "scenario.cell.becomes-share", "scenario.cell.smaller-or-lower", **about)
    if values.max() > kronor.LIMIT:
        about = {"column": column.name, "limit": kronor.LIMIT}
        raise Refused("too_large", "scenario.cell.becomes-large", "scenario.cell.smaller-change", **about)
    return values


def same(column: Column, values: Array, cell: Cell) -> NDArray[np.bool_]:
    """Which of `values` equal `cell`; ``""`` equals a blank. Raises `Refused` for a cell the column cannot hold."""
    if cell == "" and column.dtype == np.object_:
        blank: NDArray[np.bool_] = np.asarray(values == "", bool)
        return blank
    wanted = converted(column, cell)
    if isinstance(wanted, float) and np.isnan(wanted):
        return np.isnan(values)
    found: NDArray[np.bool_] = np.asarray(values == wanted, bool)
    return found


def among(column: Column, values: Array, cells: Sequence[Cell]) -> NDArray[np.bool_]:
    """Which of `values` equal one of `cells`, in a time that grows with their sum and not with their product."""
    if len(cells) <= FEW:
        return np.asarray(np.logical_or.reduce([same(column, values, cell) for cell in cells]), bool)
    wanted = {converted(column, cell) for cell in cells if cell != ""}
    found: NDArray[np.bool_] = np.fromiter((value in wanted for value in values.tolist()), bool, len(values))
    return found | same(column, values, "") if "" in cells else found
