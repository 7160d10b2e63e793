"""What a project's financing is worth elsewhere: Σ dual x coefficient, rule by rule, over the project's own activity.

The activity is one unit of x_p with the payments that carry it at the least cost in points, under the rules that
hold for the project alone (financing, rates, caps, group rates). For the shared rules (budgets, area shares …)

    parts[r] = dual_r · (A_r,x + Σ_y A_r,y y + Σ_h A_r,h h_p),   h_p what the project adds to the sums K, K_a, R

so points − Σ parts is the reduced cost of x_p: above 0 for a project worth more than its money. `own[r]` is what the
own rule r costs the project in points, its side times its dual in that small program. Duals hold while the choices
between projects stand; what is claimed from them is confirmed by solves elsewhere.
"""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.engine.solvers.highs import Highs
from rus_funding.program.linear import LinearProgram

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.explanations.what_if import Answer, Ground
    from rus_funding.model.amounts import Floats
    from rus_funding.model.index import Ints
    from rus_funding.program.linear import Label

OWN = {"financing": 1, "rate": 1, "cap": 1, "group_min": 2, "group_max": 2, "commitment": 1}  # where the project stands
NOTHING = 1e-9  # points
SUMS = {"funded_total", "area_total", "municipal_total"}
UNPRICED = {"least_grant_min", "least_grant_max", "alone", "alone_pays"}  # as they were chosen for the plan, not here


@dataclasses.dataclass(frozen=True)
class Priced:
    """A project at full funding. `parts` and `own` are points by rule, zeros left out; None where the project's own
    rules let no money pay it in full.
    """

    points: float
    parts: Mapping[Label, float]
    own: Mapping[Label, float]

    @property
    def net(self) -> float:
        """Points less what its money is worth elsewhere."""
        return self.points - sum(self.parts.values())


class Prices:
    """The decomposition for one program's duals: those of `of`, an answer of the ground."""

    def __init__(self, ground: Ground, of: Answer) -> None:
        """Of a ground whose base has an optimum."""
        self.ground = ground
        duals = of.duals
        self.duals = duals if duals is not None else np.zeros(ground.program.row_lower.size)
        self._solver = Highs()

    @cached_property
    def _owner(self) -> list[str]:
        """The project of each row that holds for one alone, else blank."""
        rows = ["" if label[0] not in OWN else label[OWN[label[0]]] for label in self.ground.labels]
        return rows + [""] * (self.ground.program.row_lower.size - len(rows))

    @cached_property
    def _unpriced(self) -> set[int]:
        """Rows of least grants: a project that is out would be priced as one that no fund may pay."""
        return {row for row, label in enumerate(self.ground.labels) if label[0] in UNPRICED}

    @cached_property
    def _rows_of(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for row, owner in enumerate(self._owner):
            if owner:
                found.setdefault(owner, []).append(row)
        return found

    def of(self, project: str) -> Priced | None:
        """The project's financing at the least cost in points; None where nothing can finance all of it."""
        ground, program = self.ground, self.ground.program
        f = ground.formulation
        at = np.flatnonzero(f.at.project == f.at.index.projects.position[project])
        x = ground.share_column(project)
        own = self._rows_of.get(project, [])
        place = {row: i for i, row in enumerate(own)}
        columns = [self._column(column) for column in f.columns.y[at].tolist()]
        matrix = [(i, place[row], value) for i, cells in enumerate(columns) for row, value in cells if row in place]
        shared = [
            (i, row, value)
            for i, cells in enumerate(columns)
            for row, value in cells
            if row not in place and row not in self._unpriced
        ]
        cost = np.zeros(at.size)
        for i, row, value in shared:
            cost[i] += self.duals[row] * value
        fixed = np.zeros(len(own))
        for row, value in self._column(x):
            if row in place:
                fixed[place[row]] = value
        small = _small(matrix, at.size, program.row_lower[own] - fixed, program.row_upper[own] - fixed)
        y, duals = self._least(cost, small)
        if y is None:
            return None
        side = np.where(duals < 0, small.row_upper, small.row_lower)
        pressing = [i for i in np.flatnonzero(duals).tolist() if np.isfinite(side[i])]
        costly = {
            ground.labels[own[i]]: abs(float(duals[i] * side[i])) / ground.scale
            for i in pressing
            if ground.labels[own[i]][0] != "financing"
        }
        effects = self._effects(x)
        for i, row, value in shared:
            effects[row] = effects.get(row, 0.0) + value * float(y[i])
        parts = {self._label(row): float(self.duals[row] * effect) for row, effect in sorted(effects.items())}
        points = float(-ground.cost[x] / ground.scale)
        return Priced(points, {label: part for label, part in parts.items() if abs(part) > NOTHING}, costly)

    def _least(self, cost: Floats, small: LinearProgram) -> tuple[Floats | None, Floats]:
        """Payments and duals; no payments where there are none that keep the rows."""
        if not cost.size:
            empty = (small.row_lower <= 0).all() and (small.row_upper >= 0).all()
            return (cost if empty else None), np.zeros(small.row_lower.size)
        point = self._solver.minimise(cost * self.ground.scale, small)
        if point.status != "optimal" or point.duals is None:
            return None, np.zeros(small.row_lower.size)
        return point.x, point.duals

    def _effects(self, x: int) -> dict[int, float]:
        """What one unit of x does in shared rows, the helper sums it feeds included."""
        ground = self.ground
        out: dict[int, float] = {}
        for row, value in self._column(x):
            label = ground.labels[row] if row < len(ground.labels) else ()
            if label and label[0] in SUMS:
                column = self._sum_of[row]
                for other, coefficient in self._column(column):
                    if other != row and self.duals[other]:
                        out[other] = out.get(other, 0.0) - value * coefficient
            elif not self._owner[row] and self.duals[row] and row not in self._unpriced:
                out[row] = out.get(row, 0.0) + value
        return out

    @cached_property
    def _sum_of(self) -> dict[int, int]:
        """The helper column that each row of a sum defines."""
        ground, v = self.ground, self.ground.formulation.columns
        areas = dict(zip(ground.formulation.at.index.areas.ids, v.area.tolist(), strict=True))
        columns: dict[Label, int] = {("funded_total",): int(v.total), ("municipal_total",): int(v.municipal)}
        columns |= {("area_total", area): column for area, column in areas.items()}
        return {ground.row(label): column for label, column in columns.items() if column >= 0}

    def _column(self, column: int) -> list[tuple[int, float]]:
        program = self.ground.program
        at = slice(int(program.starts[column]), int(program.starts[column + 1]))
        return list(zip(program.rows[at].tolist(), program.values[at].tolist(), strict=True))

    def _label(self, row: int) -> Label:
        labels = self.ground.labels
        return labels[row] if row < len(labels) else ("kept", str(row - len(labels)))


def _small(matrix: list[tuple[int, int, float]], width: int, lower: Floats, upper: Floats) -> LinearProgram:
    """A program of the payments of one project; `matrix` is sorted by column."""
    columns: Ints = np.asarray([column for column, _, _ in matrix], np.int64)
    starts = np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=width))]).astype(np.int64)
    return LinearProgram(
        starts,
        np.asarray([row for _, row, _ in matrix], np.int64),
        np.asarray([value for _, _, value in matrix], np.float64),
        np.zeros(width),
        np.full(width, np.inf),
        lower,
        upper,
        np.zeros(width, bool),
    )
