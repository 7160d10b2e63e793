"""The second opinion asked for other ends: the most or least of anything over plans that keep a level of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.second_opinion import KEPT, Program, optimise

if TYPE_CHECKING:
    import pulp

    from rus_funding.model.model import FundingModel


def first_value(model: FundingModel) -> FundingModel:
    """The same model with value as its first objective, exactly kept."""
    rest = tuple(objective for objective in model.objectives if objective.name != "value")
    return model.replace(objectives=(type(model.objectives[0])("value"), *rest))


class Over:
    """The model's rules in the second opinion's words, with some objectives held at levels."""

    def __init__(self, model: FundingModel) -> None:
        self.program = Program(model)
        self.program.load()
        self.sense: dict[str, str] = {}
        self.expression: dict[str, pulp.LpAffineExpression] = {}

    def objective(self, name: str) -> pulp.LpAffineExpression:
        """An objective's expression; the rows that define it are added once."""
        if name not in self.expression:
            self.sense[name], self.expression[name], helpers = self.program.objective(name)
            for row in helpers:
                self.program.lp += row
        return self.expression[name]

    def hold(self, name: str, level: float) -> None:
        """Keep an objective at least as good as the level."""
        expression = self.objective(name)
        kept = expression >= level if self.sense[name] == "max" else expression <= level
        self.program.lp.addConstraint(kept, f"{KEPT}{name}")

    def best(self, name: str) -> float | None:
        """The optimum of an objective."""
        expression = self.objective(name)
        return self.end(expression, self.sense[name])

    def end(self, expression: pulp.LpAffineExpression, sense: str) -> float | None:
        """The "max" or "min" of an expression."""
        binaries = [*self.program.z.values(), *self.program.w.values(), *self.program.s.values()]
        return optimise(self.program.lp, expression, sense, binaries)
