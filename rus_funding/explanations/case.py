"""`Case`: one plan and all that its explanations are drawn from, each made when it is first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from rus_funding.engine.engine import Engine
from rus_funding.engine.figures import Figures
from rus_funding.errors import UsageError
from rus_funding.explanations.what_if import Ground
from rus_funding.model.schema import OUT

if TYPE_CHECKING:
    from rus_funding.engine.plan import Outcome, ProjectResult
    from rus_funding.model.model import FundingModel

SMALL = 1e-6  # shares that differ by less are not told apart
POINTS = 1e-8  # nor are points, as a share of the optimum


class Case:
    """A certified outcome to explain. Raises `UsageError` for an outcome without a plan."""

    def __init__(self, outcome: Outcome) -> None:
        """Solves nothing yet."""
        if not outcome.planned:
            raise UsageError("there is no plan to explain: {outcome}.", outcome=outcome.message or outcome.status)
        self.outcome, self.model = outcome, outcome.model
        self.figures = Figures(outcome)
        self.amounts = self.figures.amounts
        self.memo: dict[str, Any] = {}  # what others work out from the case once

    @cached_property
    def ground(self) -> Ground:
        """The linear program, to ask what if."""
        return Ground(self.model)

    @cached_property
    def engine(self) -> Engine:
        """What solves changed models to certified plans."""
        return Engine()

    @property
    def projects(self) -> dict[str, ProjectResult]:
        """The plan's projects by id, in file order."""
        return dict(self.figures.results)

    @cached_property
    def points(self) -> dict[str, float]:
        """Points of each project at full funding, weighted by area, before targets and ties."""
        return dict(zip(self.amounts.index.projects.ids, self.amounts.points.tolist(), strict=True))

    @cached_property
    def scales(self) -> dict[str, float]:
        """The share at which each project is carried out: 1 where only kronor that nobody may pay are lacking."""
        return {p: 1.0 if r.status == "funded" else float(r.share) for p, r in self.projects.items()}

    @cached_property
    def barred(self) -> dict[str, str]:
        """Projects that cannot be funded whatever the money, with the reason's code."""
        status = dict(zip(self.model["projects"]["project"], self.model["projects"]["status"], strict=True))
        few = dict(zip(self.amounts.index.projects.ids, self.amounts.index.partners.tolist(), strict=True))
        unpaid = {p for p, r in self.projects.items() if r.reason == "no_fund"}
        out = {}
        for project in self.projects:
            if status[project] in OUT:
                out[project] = status[project]
            elif project in self.model.excluded:
                out[project] = "excluded"
            elif few[project] < self.model.policy.min_partners:
                out[project] = "few_partners"
            elif project in unpaid:
                out[project] = "no_fund"
        return out

    @cached_property
    def held(self) -> dict[str, str]:
        """Projects that must be carried out in full: "committed" by a decision, "required" by the scenario."""
        rows = self.model["projects"]
        status = dict(zip(rows["project"].tolist(), rows["status"].tolist(), strict=True))
        found = {project: "committed" for project in self.projects if status[project] == "committed"}
        return {project: "required" for project in self.projects if project in self.model.required} | found

    @cached_property
    def least(self) -> float:
        """Points below which two optima are not told apart."""
        return POINTS * max(1.0, abs(self.ground.base.value))


def as_case(given: Outcome | Case) -> Case:
    """A case as it is, an outcome as a new one."""
    return given if isinstance(given, Case) else Case(given)


def moved(model: FundingModel, **changes: object) -> FundingModel:
    """The model with some tables exchanged."""
    return model.replace(tables={**model.tables, **changes})
