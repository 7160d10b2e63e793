"""Amounts in the unit that a sheet states, as whole kronor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rus_funding import kronor
from rus_funding.kronor import Refused
from rus_funding.model.reading.cells import parse
from rus_funding.model.schema import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

_AMOUNT = Column("amount", "kronor", required=True)
_MEASURE = Column("amount", "number", required=True)
_OWN = {1_000: ("tkr",), 1_000_000: ("mkr", "mnkr")}  # the sheet's unit, said once more in a cell
_MINUS = ("-", "\u2212")


def in_kronor(cell: Any, unit: int = 1) -> int:
    """The amount of a cell that is not blank, in kronor; below 0 where a minus stands. Raises `Refused`.

    With a unit of 1 000 (tkr) or 1 000 000 (Mkr), decimals are accepted that make whole kronor.
    """
    if isinstance(cell, str) and cell.strip().startswith(_MINUS):
        return -in_kronor(cell.strip()[1:].lstrip(), unit)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and cell < 0:
        return -in_kronor(-cell, unit)
    if unit == 1:
        return int(parse(_AMOUNT, cell))
    if isinstance(cell, str) and (
        own := next((word for word in _OWN[unit] if cell.strip().lower().endswith(word)), "")
    ):
        cell = cell.strip()[: -len(own)].rstrip()
    exact = kronor.fraction(parse(_MEASURE, cell)) * unit
    return kronor.kronor(float(exact)) if exact.denominator != 1 else int(exact)


def read(cells: Sequence[Any], unit: int) -> list[int | None]:
    """The amounts of a column: 0 for a blank cell, None for one that cannot be read, which is told elsewhere."""
    made: dict[Any, int | None] = {}
    keys = [cell if type(cell) is str else (type(cell), cell) for cell in cells]
    for key in dict.fromkeys(keys):
        cell = key if type(key) is str else key[1]
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            made[key] = 0
            continue
        try:
            made[key] = in_kronor(cell, unit)
        except Refused:
            made[key] = None
    return [made[key] for key in keys]
