"""The two tables of a decision's appendix, in its own order: costs by category, financing by financier.

A run holds its model sorted by id, so the order follows from the model's numbers: entered categories before those that
are computed from them, contributions in kind last; financiers by sector and form, in each as they are drawn.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.papers.tables import FORMS
from rus_funding.papers.texts import TEXTS

if TYPE_CHECKING:
    from rus_funding.engine.figures import Figures


@dataclasses.dataclass(frozen=True)
class Row:
    """Kronor by year, of a category or a fund."""

    id: str
    name: str
    kronor: tuple[int, ...]

    @property
    def total(self) -> int:
        """Over the years."""
        return sum(self.kronor)


@dataclasses.dataclass(frozen=True)
class Group:
    """Rows that belong together."""

    label: str
    rows: tuple[Row, ...]

    @property
    def kronor(self) -> tuple[int, ...]:
        """Sums by year."""
        return tuple(sum(column) for column in zip(*(row.kronor for row in self.rows), strict=True))


@dataclasses.dataclass(frozen=True)
class Costs:
    """What is booked, and beside it what is given in kind, which is no booked cost; `in_kind` is empty without any."""

    booked: tuple[Row, ...]
    in_kind: tuple[Row, ...]


def costs(figures: Figures) -> Costs:
    """Settled costs by category. Categories without costs are kept: the appendix shows every one that the model has."""
    names = figures.names("categories", "category")
    form, flat = (figures.column("categories", "category", column) for column in ("form", "flat_rate"))
    order = sorted(names, key=lambda c: flat[c] == flat[c])  # a flat rate after what it rests on; else as they stand
    rows = {c: Row(c, names[c], tuple(figures.settled[c, year] for year in figures.years)) for c in order}
    in_kind = tuple(row for c, row in rows.items() if form[c] == "in_kind")
    return Costs(
        tuple(row for c, row in rows.items() if form[c] != "in_kind"), in_kind if any(r.total for r in in_kind) else ()
    )


def financing(figures: Figures, lang: str) -> tuple[Group, ...]:
    """Financing by fund: public cash, private cash, then contributions in kind; in each in the order of drawing."""
    names = figures.names("funds", "fund")
    sector, form, order = (figures.column("funds", "fund", column) for column in ("sector", "form", "draw_order"))
    groups = []
    for kind in FORMS:
        funds = sorted((f for f in names if (sector[f], form[f]) == kind), key=lambda f: order[f])
        rows = tuple(Row(f, names[f], tuple(figures.paid[f, year] for year in figures.years)) for f in funds)
        if rows:
            groups.append(Group(TEXTS[lang]["forms"][kind], rows))
    return tuple(groups)
