"""A table of a report as data: every renderer (terminal, workbook, page) shows the same cells."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

Cell = str | int | float | Fraction | None


@dataclasses.dataclass(frozen=True)
class Column:
    """A heading and what stands under it.

    kind: "text"; "group", a text that rows have in common (a renderer may write it once above them); else a number:
    "kronor", "points", "share" (of 1, shown in per cent), "limit" (a share as it was entered),
    "number" (as it was entered) or "worth" (points per unit).
    """

    heading: str
    kind: str = "text"


@dataclasses.dataclass(frozen=True)
class Table:
    """Rows under columns; `total` is a closing row of sums, `notes` are sentences below. A cell of None is empty.

    `name` is a stable id: "costs", "financing", "projects", "areas", "perspectives", "funds", "unused",
    "rules".
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Each row has a cell for each column."""
        for row in (*self.rows, *([self.total] if self.total is not None else [])):
            if len(row) != len(self.columns):
                raise ValueError(f"table {self.name}: a row of {len(row)} cells under {len(self.columns)} columns")
