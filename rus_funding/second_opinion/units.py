"""`Scaled`: a program in units in which everything is about 1, as CBC reads it and as its answer is read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pulp

if TYPE_CHECKING:
    from pathlib import Path


ROUNDING = 1e-13  # share of its terms by which an inequality gives way: binary digits are no decimals
PASSES = 8  # how often `Scaled` looks at every row
KEPT = "kept"  # how the names of rows that keep an optimum begin
SENSES = {pulp.LpConstraintEQ: "E", pulp.LpConstraintLE: "L", pulp.LpConstraintGE: "G"}


def power_of_two(about: float) -> float:
    """The power of two nearest to a number above 0."""
    return 2.0 ** round(math.log2(about))


class Scaled:
    """A program in units in which everything is about 1.

    `most` is what each variable can be at most, taking one row at a time, each with what the rows before it have shown:
    a project that may get 7 kr of 50 billion is counted in shares of 1e-10. It is a unit, not a limit: nothing depends
    on it but the digits. A row is divided by the largest of its terms at those values; one that keeps an optimum, by
    the optimum, 8 192 times as fine.
    """

    def __init__(self, lp: pulp.LpProblem) -> None:
        self.lp = lp
        self.objective = {v.name: a for v, a in lp.objective.items() if a} if lp.objective is not None else {}
        self.rows = [
            (row.name, {v.name: a for v, a in row.items() if a}, row.sense, -row.constant) for row in lp.constraints()
        ]
        self.variables = {v.name: v for row in (lp.objective or {}, *lp.constraints()) for v in row}
        self.most = {name: math.inf if v.upBound is None else v.upBound or 1.0 for name, v in self.variables.items()}
        for _ in range(PASSES):
            if not self._narrowed():
                break
        integer = {name for name, v in self.variables.items() if v.cat == pulp.LpInteger}
        self.unit = {
            name: power_of_two(most) if math.isfinite(most) and name not in integer else 1.0
            for name, most in self.most.items()
        }
        self.divisor = [self._divisor(*row) for row in self.rows]

    def _narrowed(self) -> bool:
        """Look at every row once: Σ a v ≤ b leaves each v with a > 0 no more than (b + Σ of what is subtracted) / a."""
        most, narrowed = self.most, False
        for _, terms, sense, right in self.rows:
            for side in (1, -1) if sense == pulp.LpConstraintEQ else (-sense,):
                room = side * right + sum(-side * a * most[name] for name, a in terms.items() if side * a < 0)
                if 0 < room < math.inf:
                    for name, a in terms.items():
                        if side * a > 0 and room / abs(a) < most[name]:
                            narrowed = narrowed or room / abs(a) < most[name] / 2
                            most[name] = room / abs(a)
        return narrowed

    def _divisor(self, name: str | None, terms: dict[str, float], _: int, right: float) -> float:
        largest = max((abs(a) * self.unit[v] for v, a in terms.items()), default=1.0)
        if name is not None and name.startswith(KEPT):
            return power_of_two(max(abs(right) / 8192, 1e-9 * largest))
        return power_of_two(largest)

    def write(self, file: Path, *, whole: bool) -> None:
        """Write it as a file (free MPS, all digits): columns c0, c1 …, rows r0, r1 …

        An inequality gives way by `ROUNDING` of its terms (no variable is negative): two rates that fill a cost
        exactly, such as 0.29 and 0.71, must do so in binary digits too.
        """
        columns: dict[str, list[str]] = {name: [] for name in self.variables}
        size = power_of_two(max((abs(a) * self.unit[v] for v, a in self.objective.items()), default=1.0))
        for v, a in self.objective.items():
            columns[v].append(f"cost {a * self.unit[v] / size!r}")
        heads, sides = ["N cost"], []
        for i, ((_, terms, sense, right), divisor) in enumerate(zip(self.rows, self.divisor, strict=True)):
            heads.append(f"{SENSES[sense]} r{i}")
            for v, a in terms.items():
                columns[v].append(f"r{i} {(a + sense * ROUNDING * abs(a)) * self.unit[v] / divisor!r}")
            sides.append(f"RHS r{i} {(right - sense * ROUNDING * abs(right)) / divisor!r}")
        entries, limits = [], []
        for j, (name, cells) in enumerate(columns.items()):
            variable, unit = self.variables[name], self.unit[name]
            if not cells:
                continue  # it stands in no row, and CBC knows no such columns
            integer = whole and variable.cat == pulp.LpInteger
            entries += [f"M{j} 'MARKER' 'INTORG'"] * integer + [f"c{j} {cell}" for cell in cells]
            entries += [f"N{j} 'MARKER' 'INTEND'"] * integer
            limits.append(f"LO B c{j} {(variable.lowBound or 0.0) / unit!r}")
            limits.append(f"PL B c{j}" if variable.upBound is None else f"UP B c{j} {variable.upBound / unit!r}")
        cards = {
            "NAME second FREE": [],
            "ROWS": heads,
            "COLUMNS": entries,
            "RHS": sides,
            "BOUNDS": limits,
            "ENDATA": [],
        }
        lines = [line for head, card in cards.items() for line in (head, *(f" {cell}" for cell in card))]
        file.write_text("\n".join(lines) + "\n", encoding="ascii")

    def read(self, answer: list[list[str]], point: list[list[str]]) -> None:
        """Take CBC's values: eight digits of every column, and all digits of those that `point` has."""
        eight = {words[1]: float(words[2]) for words in answer[1:]}
        full = {words[1]: float(words[-1]) for words in point[1:] if len(words) > 2}
        for j, (name, variable) in enumerate(self.variables.items()):
            unit = self.unit[name]
            value = eight.get(f"c{j}", 0.0) * unit
            bounds = [b for b in (variable.lowBound, variable.upBound) if b is not None]
            at_bound = [b for b in bounds if abs(value - b) <= 1e-7 * max(unit, abs(b))]
            variable.varValue = full[f"c{j}"] * unit if f"c{j}" in full else at_bound[0] if at_bound else value

    def broken(self) -> float:
        """By how much the point breaks a row at most, relative to its terms (a hundredth of its divisor at least)."""
        worst = 0.0
        for (_, terms, sense, right), divisor in zip(self.rows, self.divisor, strict=True):
            parts = [-right, *(a * (self.variables[v].varValue or 0.0) for v, a in terms.items())]
            left = math.fsum(parts)
            over = abs(left) if sense == pulp.LpConstraintEQ else -left * sense
            worst = max(worst, over / max(divisor / 100, *map(abs, parts)))
        return worst
