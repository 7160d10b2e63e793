"""The multipliers of a stage, as the whole program and the objectives before it bear them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.engine.solution import Bounds, Proven
from rus_funding.engine.solvers.highs import worth_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.engine.search import Node
    from rus_funding.engine.solution import Done
    from rus_funding.model.amounts import Floats
    from rus_funding.program.linear import LinearProgram

ZERO = 1e-9  # duals below this, in the solver's units, are zero


class Multipliers:
    """Of a program, and of the stages that are `done` on it (a list that grows)."""

    def __init__(self, program: LinearProgram, done: Sequence[Done]) -> None:
        self.program, self.done, self.height = program, done, program.shape[0]

    def split(self, duals: Floats | None, *, empty: bool = False) -> Bounds:
        """Duals of a program with kept rows: those of the program, and the kept objectives' prices."""
        if duals is None:
            return Bounds(np.zeros(self.height), {})
        prices = {
            done.stage.name: max(0.0, float(by)) for done, by in zip(self.done, duals[self.height :], strict=False)
        }
        return Bounds(duals[: self.height], prices, empty)

    def of_leaves(self, root: Node) -> dict[int, Bounds]:
        """The bounds of a tree's leaves, by the identity of their nodes; leaves that share duals share them."""
        shared: dict[tuple[int, bool], Bounds] = {}
        found = {}
        for leaf in root.leaves():
            duals = leaf.ray if leaf.empty else leaf.duals
            key = id(duals), leaf.empty
            if key not in shared:
                shared[key] = self.split(duals, empty=leaf.empty)
            found[id(leaf)] = shared[key]
        return found

    def proven(self, name: str, root: Node, leaves: Mapping[int, Bounds]) -> Proven:
        """The proof whose tree is the choices as they stand; leaves that earlier stages emptied keep their rays.

        `leaves` are the bounds of the others, by the identity of their nodes.
        """
        choices: list[tuple[int] | int] = []
        found: list[Bounds] = []
        number: dict[int, int] = {}  # of what a leaf rests on: several may share it
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if node.split is not None:
                choices.append((node.split[0],))
                waiting += [node.split[2], node.split[1]]
                continue
            bounds = leaves.get(id(node))
            key = id(node.ray) if bounds is None else id(bounds)
            if key not in number:
                number[key] = len(found)
                found.append(self.split(node.ray, empty=True) if bounds is None else bounds)
            choices.append(number[key])
        return Proven(name, {done.stage.name: done.level for done in self.done}, tuple(choices), tuple(found))

    def of_face(self, cost: Floats, duals: Floats, rowed: Sequence[Done]) -> Bounds:
        """Multipliers of the whole program from the duals of a stage on the face.

        On rows and columns that earlier stages hold, the face's duals may have the wrong sign; as much of those
        stages' own multipliers is added as turns them right.
        """
        y = duals[: self.height].copy()
        prices = {done.stage.name: float(by) for done, by in zip(rowed, duals[self.height :], strict=True)}
        reduced = self.reduced(cost, y, prices)
        worth = worth_of(cost * self.program.units.columns)
        rows, columns = worth / self.program.units.rows, worth * self.program.units.columns
        for done in self.done:
            if (held := done.held) is None:
                continue
            own, theta = held.bounds, 0.0
            for mask, mine, theirs, size, low, high in (
                (held.rows, y, own.duals, rows, self.program.row_lower, self.program.row_upper),
                (held.columns, reduced, held.reduced, columns, self.program.lower, self.program.upper),
            ):
                wrong = mask & (np.abs(mine * size) > ZERO) & (mine * theirs < 0) & (low < high)
                if wrong.any():
                    theta = max(theta, float((np.abs(mine[wrong]) / np.abs(theirs[wrong])).max()))
            for name, price in own.prices.items():
                if price > 0 > prices.get(name, 0.0):
                    theta = max(theta, -prices[name] / price)
            if theta:
                y += theta * own.duals
                reduced += theta * held.reduced
                for name, price in own.prices.items():
                    prices[name] = prices.get(name, 0.0) + theta * price
                prices[done.stage.name] = prices.get(done.stage.name, 0.0) + theta
        return Bounds(y, {name: max(0.0, price) for name, price in prices.items()})

    def reduced(self, cost: Floats, y: Floats, prices: Mapping[str, float]) -> Floats:
        """c − Aᵀ y, c being the cost and what each objective that is kept counts."""
        found = cost - self._weighed(y)
        for name, price in prices.items():
            found += price * self._cost(name)
        return found

    def _weighed(self, y: Floats) -> Floats:
        """Aᵀ y."""
        program = self.program
        found: Floats = np.asarray(
            np.bincount(program.columns_of_values, program.values * y[program.rows], program.shape[1]), np.float64
        )
        return found

    def _cost(self, name: str) -> Floats:
        return next(done.cost for done in self.done if done.stage.name == name)
