"""Where the money comes from and where it goes, summed in whole kronor that add up along every side."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.model.amounts import exact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.engine.figures import Figures

Flows = dict[tuple[str, str], int]


def by_project(figures: Figures) -> Flows:
    """Kronor by (fund, project)."""
    sums: Flows = {}
    for payment in figures.outcome.payments:
        place = payment.fund, payment.project
        sums[place] = sums.get(place, 0) + payment.kronor
    return {place: kronor for place, kronor in sums.items() if kronor}


def by_year(figures: Figures) -> Flows:
    """Kronor by (fund, year)."""
    return {(fund, str(year)): kronor for (fund, year), kronor in figures.paid.items() if kronor}


def by_area(figures: Figures) -> Flows:
    """Kronor by (fund, area): a project's kronor count to its areas by their shares, whoever pays them.

    Rounded so that the funds' sums and the areas' sums are those of the plan.
    """
    shares, ideal = _shares(figures), dict[tuple[str, str], Fraction]()
    for (fund, project), kronor in by_project(figures).items():
        for area, share in shares.get(project, ()):
            ideal[fund, area] = ideal.get((fund, area), Fraction(0)) + share * kronor
    funds = {fund: 0 for fund, _ in ideal}
    for (fund, _), kronor in figures.paid.items():
        if fund in funds:
            funds[fund] += kronor
    return rounded(ideal, funds, figures.by_area)


def of_projects(figures: Figures, projects: Sequence[str]) -> Flows:
    """Kronor by (project, area), each project's adding up to what it gets and each area's to what it gets."""
    shares = _shares(figures)
    ideal = {
        (project, area): share * figures.results[project].kronor
        for project in projects
        for area, share in shares.get(project, ())
    }
    return rounded(ideal, {project: figures.results[project].kronor for project in projects}, figures.by_area)


def _shares(figures: Figures) -> Mapping[str, Sequence[tuple[str, Fraction]]]:
    rows = figures.model["contributions"]
    found: dict[str, list[tuple[str, Fraction]]] = {}
    columns = (rows[column].tolist() for column in ("project", "area", "share"))
    for project, area, share in zip(*columns, strict=True):
        if share > 0:
            found.setdefault(project, []).append((area, exact(float(share))))
    return found


def rounded(ideal: Mapping[tuple[str, str], Fraction], rows: Mapping[str, int], columns: Mapping[str, int]) -> Flows:
    """Every cell rounded down or up, so that the sums are those of the rows and of the columns.

    These must themselves be the ideal sums rounded down or up: then it can be done. Cells are rounded up along
    alternating paths, those with the largest remainder first.

    >>> half = Fraction(1, 2)
    >>> rounded({("a", "x"): half, ("a", "y"): half, ("b", "y"): Fraction(1)}, {"a": 1, "b": 1}, {"x": 1, "y": 1})
    {('a', 'x'): 1, ('b', 'y'): 1}
    """
    out = {cell: int(value) for cell, value in ideal.items()}
    short, needed = dict(rows), dict(columns)
    for (row, column), whole in out.items():
        short[row] -= whole
        needed[column] -= whole
    broken: dict[str, list[str]] = {row: [] for row in rows}
    for row, column in sorted(ideal, key=lambda cell: (out[cell] - ideal[cell], cell)):
        if ideal[row, column] > out[row, column]:
            broken[row].append(column)
    up: dict[str, set[str]] = {column: set() for column in columns}  # rows whose cell is rounded up

    def place(row: str, tried: set[str]) -> bool:
        for column in broken[row]:
            if column in tried or row in up[column]:
                continue
            tried.add(column)
            free = needed[column] > 0
            moved = "" if free else next((other for other in sorted(up[column]) if place(other, tried)), "")
            if free or moved:
                needed[column] -= free
                up[column] = (up[column] - {moved}) | {row}
                return True
        return False

    for row in rows:
        while short[row] > 0 and place(row, set()):
            short[row] -= 1
    for column, lifted in up.items():
        for row in lifted:
            out[row, column] += 1
    return {cell: kronor for cell, kronor in out.items() if kronor}
