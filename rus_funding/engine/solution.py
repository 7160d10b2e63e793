"""What a solve of all objectives leaves: the point, and what each stage won and proves."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.model.amounts import Floats
    from rus_funding.model.index import Ints
    from rus_funding.program.objectives import Stage


@dataclasses.dataclass(frozen=True)
class Bounds:
    """A leaf's multipliers: `duals` of minimising by row of the program, `prices` of the objectives kept.

    `empty`: they prove that nothing is there.
    """

    duals: Floats
    prices: Mapping[str, float]
    empty: bool = False


@dataclasses.dataclass(frozen=True)
class Proven:
    """The multipliers for one objective ("": that no plan exists). `choices` as in `rus_funding.proof.tree.Tree`, with
    columns in place of projects: a column is (column,), a leaf its number.
    """

    objective: str
    kept: Mapping[str, float]
    choices: tuple[tuple[int] | int, ...]
    leaves: tuple[Bounds, ...]

    def leaf_of(self, x: Floats) -> Bounds | None:
        """The leaf that a choice lies in."""
        depth = 0  # leaves to pass over before the way on
        for entry in self.choices:
            if isinstance(entry, tuple):
                if depth:
                    depth += 1
                elif x[entry[0]] > 0.5:
                    depth = 1  # the half where it is 0 comes first
            elif depth:
                depth -= 1
            else:
                return self.leaves[entry]
        return None


@dataclasses.dataclass(frozen=True)
class Solution:
    """The linear program's answer, in floats. `optima` are the stages' optima in order, in their own units.

    status: "optimal" (every stage was solved), "infeasible", "time_limit" (`x` is the best plan found, if any), or
    "error". `duals` belong to maximising `value`, at the choice made. `activity` and `sides` are the rows' at the end.
    `basis` starts the next solve; `implied` are the implied rows that the program held (`Formulation.strengthened`), in
    the proofs after the formulation's own. `value` is the value at `x`, points.
    """

    status: str
    x: Floats
    optima: tuple[tuple[str, float], ...] = ()
    value: float = np.nan
    duals: Floats | None = None
    proofs: tuple[Proven, ...] = ()
    activity: Floats | None = None
    sides: tuple[Floats, Floats] = (np.zeros(0), np.zeros(0))
    basis: Any = None
    seconds: float = 0.0
    iterations: int = 0
    programs: int = 0
    implied: Ints = dataclasses.field(default_factory=lambda: np.zeros(0, np.int64))
    ahead: tuple[Floats, ...] = ()  # the best points of objectives that those behind may take something of

    def optimum(self, name: str) -> float:
        """The optimum of a stage, NaN where there is no such stage."""
        return dict(self.optima).get(name, np.nan)


@dataclasses.dataclass(frozen=True)
class Held:
    """What keeps an optimum on a face: its multipliers, the rows and columns held there (masks), its reduced costs."""

    bounds: Bounds
    rows: Any
    columns: Any
    reduced: Floats


@dataclasses.dataclass(frozen=True)
class Done:
    """A stage that is solved: its optimum, the level that later stages keep, what a level may give, and its proof."""

    stage: Stage
    best: float
    level: float
    slack: float
    proven: Proven
    x: Floats  # the point that is best in it
    held: Held | None = None  # by the face that the next stage is solved on; None: by a row
    blur: float = 0.0  # what the solver's tolerance comes to in it

    @property
    def cost(self) -> Floats:
        """What is minimised."""
        return -self.stage.sense * self.stage.cost

    def lost(self, x: Floats, *, blurred: bool = False) -> bool:
        """Whether a point falls short of the level, by more than the solver can see where `blurred`."""
        slack = max(self.slack, self.blur) if blurred else self.slack
        return bool(self.cost @ x > -self.stage.sense * self.level + slack)


class LostError(Exception):
    """A stage that loses what an earlier one won, or cannot be solved on the face that it left."""
