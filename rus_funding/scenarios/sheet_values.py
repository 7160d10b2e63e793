"""What a cell says of a change: ``-20 %``, ``150 000``, ``30 %; 40 %; 50 %``, ``80 %–120 %``.

A factor with a sign and a percentage is a change: ``-20 %`` is the factor 0.8. A term in percent of an amount is the
factor that it makes (``plus 20 %`` of kronor is 1.2); of a share it is percentage points.
"""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from rus_funding import kronor
from rus_funding.kronor import Refused
from rus_funding.model.questions import word
from rus_funding.model.reading import cells as reading
from rus_funding.scenarios.cells import DECIMAL, WHOLE
from rus_funding.scenarios.parse_family import label
from rus_funding.scenarios.sheet_rows import coded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.model.schema import Column
    from rus_funding.scenarios.parts import Cell

DRAWS = 200  # scenarios of a sample that does not say how many
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009", " ") | {"−": "-", "—": "–"})
_FIGURE = r"[+-]?\s*[0-9][0-9 .,]*(?:kr\b)?\s*%?"


@dataclasses.dataclass(frozen=True)
class Said:
    """What is done to a column, and with what: one value, the values of a sweep, or a range that is drawn from.

    `draws` is 0 but for a range, whose `values` are then low and high, or low, mode and high.
    """

    operation: str
    values: tuple[Cell, ...]
    labels: tuple[str, ...]
    draws: int = 0


@cache
def _range() -> re.Pattern[str]:
    to = rf"\s*(?:–|-|{'|'.join(word('to'))})\s*"
    return re.compile(rf"({_FIGURE}){to}({_FIGURE})(?:{to}({_FIGURE}))?")


@cache
def _draws() -> re.Pattern[str]:
    return re.compile(rf"(.*?)[;,]\s*([0-9]+)\s*(?:{'|'.join(word('draws'))})\s*")


def said(column: Column, operation: str, cell: Any) -> Said:
    """What a cell says. Raises `Refused`."""
    numeric = column.type in WHOLE | DECIMAL
    if isinstance(cell, str):
        text = cell.translate(_SPACES).strip()
        counted = _draws().fullmatch(text)
        found = _range().fullmatch(counted[1].strip() if counted else text) if numeric else None
        if found:
            return _drawn(column, operation, [part for part in found.groups() if part], counted)
        parts = [part.strip() for part in text.split(";") if part.strip()] if column.type != "ids" else [text]
        if len(parts) > 1:
            several = [_one(column, operation, part) for part in parts]
            if len({name for name, _ in several}) > 1:
                raise Refused("kind", "scenario.sheet.mixed", "scenario.sheet.write-alike")
            labels = [_label(part, value) for part, (_, value) in zip(parts, several, strict=True)]
            return Said(several[0][0], tuple(value for _, value in several), tuple(labels))
        cell = text
    name, value = _one(column, operation, cell)
    return Said(name, (value,), (_label(str(cell), value),))


def _one(column: Column, operation: str, cell: Any) -> tuple[str, Cell]:
    """The operation that one figure or word comes to, and its operand as a scenario file writes it."""
    if operation == "set":
        if isinstance(cell, str) and cell.casefold() in word("blank"):
            return operation, ""
        return operation, _written(reading.parse(column, coded(column, cell)))
    if column.type not in WHOLE | DECIMAL:
        raise Refused("operation", "scenario.sheet.no-number", "scenario.sheet.use-set", column=column.name)
    return _operand(column, operation, *_figure(cell))


def _operand(column: Column, operation: str, number: Decimal, percent: bool, signed: bool) -> tuple[str, Cell]:
    """The same of a figure: `percent` and `signed` as it was written."""
    part = 0 < abs(number) < 1
    if operation == "multiply":
        changed = (signed and percent) or (number < 0 and part)  # a cell in percent format holds -0.2
        return operation, 1 + number if changed else number
    if column.type != "share" and (percent or (column.type in WHOLE and part)):
        return "multiply", 1 + number
    return operation, number


def _figure(cell: Any) -> tuple[Decimal, bool, bool]:
    """A number in the forms of a spreadsheet: its value, whether it is in percent, whether it has a sign."""
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        raise Refused("not_a_number", "scenario.sheet.no-figure", "scenario.sheet.write-figure")
    if not isinstance(cell, str):
        number = Decimal(repr(kronor.denoised(float(cell))))
        return _short(number), False, number < 0
    text = cell.translate(_SPACES).strip()
    percent, sign = text.endswith("%"), text[:1] if text[:1] in {"+", "-"} else ""
    bare = text[len(sign) :].removesuffix("%").strip()
    bare = re.sub(r"\s*kr$", "", bare)
    if not re.match("[0-9]", bare):
        raise Refused("not_a_number", "scenario.sheet.no-figure", "scenario.sheet.write-figure")
    number = Decimal(repr(kronor.parse_number(bare)))
    number = number / 100 if percent else number
    return _short(-number if sign == "-" else number), percent, bool(sign)


def _short(number: Decimal) -> Decimal:
    """Without the zeros at its end: 20.0 is 20."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def _drawn(column: Column, operation: str, parts: Sequence[str], counted: re.Match[str] | None) -> Said:
    """A range to draw from; a percent sign at its end holds for all of it."""
    percent = parts[-1].rstrip().endswith("%")
    figures = [_figure(part if "%" in part or not percent else f"{part.strip()} %") for part in parts]
    if operation == "set":
        return Said(operation, tuple(number for number, _, _ in figures), (), int(counted[2]) if counted else DRAWS)
    changed = any(signed for _, _, signed in figures)  # -10 %–20 %: both are changes
    done = [_operand(column, operation, number, sign_of, signed or changed) for number, sign_of, signed in figures]
    return Said(done[0][0], tuple(value for _, value in done), (), int(counted[2]) if counted else DRAWS)


def _written(value: Any) -> Cell:
    """A column's value as a scenario file writes it: a blank is ``""``, a decimal the one that the float prints as."""
    if isinstance(value, float):
        return "" if value != value else _short(Decimal(repr(value)))  # NaN is a blank
    return value  # type: ignore[no-any-return]


def _label(text: str, value: Cell) -> str:
    """What stands for a value in a scenario's name: ``30 %`` is 30, ``-20 %`` m20."""
    if text.rstrip().endswith("%"):
        number, _, _ = _figure(text)
        return label(_short(100 * number))
    return label(value)
