"""Solvers behind one interface: arrays in, a checked point out. They know neither projects nor money."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rus_funding.engine.solvers.solver import Solver


def make(name: str) -> Solver:
    """The solver of that name: "highs" in-process, any other through PuLP."""
    if name in {"", "highs"}:
        from rus_funding.engine.solvers.highs import Highs

        return Highs()
    from rus_funding.engine.solvers.with_pulp import WithPulp

    return WithPulp(name)
