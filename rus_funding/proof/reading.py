"""Tables of a document and exact numbers: nothing is rounded on the way in."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from typing import Any

from rus_funding.errors import FundingError

Document = Mapping[str, Any]
Label = tuple[str, ...]


class UnreadableError(FundingError):
    """A document, plan or file that does not have the form it must have; the message says where."""


@functools.lru_cache(maxsize=65536, typed=True)
def exact(value: float | str) -> Fraction:
    """The number a cell stands for: 0.29 is 29/100, as the float prints.

    >>> exact(0.29)
    Fraction(29, 100)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnreadableError(f"{value!r} stands where a number is expected")
    try:
        return Fraction(repr(value))
    except (ValueError, OverflowError):
        raise UnreadableError(f"{value!r} is not a finite number") from None


def whole(value: Any) -> int:
    """A count or an amount of whole kronor, as int.

    >>> whole(6064064.0)
    6064064
    """
    if type(value) is int:
        return value
    number = exact(value)
    if number.denominator != 1:
        raise UnreadableError(f"{value!r} stands where a whole number is expected")
    return number.numerator


def kronor(value: Any) -> int:
    """An amount of the input: whole kronor, 0 or more."""
    amount = whole(value)
    if amount < 0:
        raise UnreadableError(f"the amount {amount} is negative")
    return amount


def flag(value: Any) -> bool:
    """Yes or no, as bool."""
    if not isinstance(value, bool):
        raise UnreadableError(f"{value!r} stands where true or false is expected")
    return value


def one_of(value: Any, *choices: str) -> str:
    """One of the words a column may hold."""
    if value not in choices:
        raise UnreadableError(f"{value!r} stands where one of {', '.join(choices)} is expected")
    return str(value)


def must_have(names: Collection[str], name: str) -> None:
    """Raise `UnreadableError` unless the model has what one of its tables speaks of."""
    if name not in names:
        raise UnreadableError(f"a table of the model speaks of {name!r}, which the model does not have")


def columns(
    document: Document, table: str, *names: str, key: int = 0, later: tuple[str, ...] = ()
) -> Iterator[tuple[Any, ...]]:
    """The rows of a table, as tuples of the named columns; none if the model has no such table.

    Columns in `later` came with a later version: blank in a document that does not have them yet.

    The first `key` columns together name a row: no two rows may have the same.
    """
    cells = document["tables"].get(table)
    if not cells:
        return iter(())
    size = len(next(iter(cells.values()), ()))
    cells = {**{name: [None] * size for name in later}, **cells}
    missing = [name for name in names if name not in cells]
    if missing:
        raise UnreadableError(f"the model's table {table!r} has no column {missing[0]!r}")
    chosen = [cells[name] for name in names]
    size = len(chosen[0])
    if any(len(column) != size for column in chosen):
        raise UnreadableError(f"the model's table {table!r} has columns of unequal length")
    if key and len(set(zip(*chosen[:key], strict=True))) < size:
        raise UnreadableError(f"two rows of the model's table {table!r} have the same {', '.join(names[:key])}")
    return zip(*chosen, strict=True)
