"""The compiled program as text that a reader can hold beside the formulas: one line a row, positive terms first.

rate[p,grant,2026]: + 1 y[p,grant,2026,costs] - 50 x[p] <= 0
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rus_funding.model.amounts import Amounts
    from rus_funding.program.formulation import Formulation
    from rus_funding.program.linear import Label, LinearProgram


def show(f: Formulation, numbers: Amounts, rule: str | None = None) -> str:
    """The rows of one rule, by label; without `rule` all rows, then the columns' bounds.

    Money stands in kronor, shares as 0..1. A rule without rows gives the empty string.
    """
    program = f.compiled.fill(numbers)
    columns = [name(label) for label in f.compiled.column_labels()]
    order = np.argsort(program.rows, kind="stable")  # by row, then by column
    first = np.searchsorted(program.rows[order], np.arange(program.shape[0] + 1)).tolist()
    of = program.columns_of_values[order].tolist()
    values = program.values[order].tolist()
    lines = []
    for offset, block in zip(f.compiled.offsets.tolist(), f.compiled.blocks, strict=True):
        if rule not in {None, block.rule}:
            continue
        for row, label in enumerate(f.labels(block), start=offset):
            part = range(first[row], first[row + 1])
            terms = [(values[k], columns[of[k]]) for k in part]
            sides = float(program.row_lower[row]), float(program.row_upper[row])
            lines.append(f"{name(label)}: {_between(_sum(terms), *sides)}")
    if rule is None:
        lines += _bounds(program, columns)
    return "".join(f"{line}\n" for line in lines)


def bounds(f: Formulation, numbers: Amounts, kind: str) -> str:
    """The bounds of one kind of columns ("x", "z", "y" …), a line each."""
    group = f.compiled.group(kind)
    names = [""] * f.compiled.width
    names[group.start : group.start + group.size] = [name(label) for label in group.labels()]
    return "".join(f"{line}\n" for line in _bounds(f.compiled.fill(numbers), names))


def name(label: Label) -> str:
    """A label as ``rule[id,id]``."""
    return f"{label[0]}[{','.join(label[1:])}]" if len(label) > 1 else label[0]


def _sum(terms: list[tuple[float, str]]) -> str:
    ordered = sorted(terms, key=lambda term: term[0] < 0)  # stable: columns keep their order
    return " ".join(f"{'-' if value < 0 else '+'} {abs(value):.12g} {column}" for value, column in ordered) or "0"


def _between(middle: str, lower: float, upper: float) -> str:
    if lower == upper:
        return f"{middle} = {lower:.12g}"
    if np.isinf(lower) and np.isinf(upper):
        return f"{middle} free"
    if np.isinf(lower):
        return f"{middle} <= {upper:.12g}"
    if np.isinf(upper):
        return f"{middle} >= {lower:.12g}"
    return f"{lower:.12g} <= {middle} <= {upper:.12g}"


def _bounds(program: LinearProgram, names: list[str]) -> list[str]:
    sides = zip(names, program.lower.tolist(), program.upper.tolist(), program.integer.tolist(), strict=True)
    return [
        f"{_between(column, low, high)}{' binary' if whole else ''}" for column, low, high, whole in sides if column
    ]
