"""A certified plan of a model among those that keep rows and bounds that are not the model's own."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.engine.engine import Engine
from rus_funding.program.linear import Compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.engine.plan import Outcome
    from rus_funding.engine.solution import Solution
    from rus_funding.explanations.near_optimal import Near
    from rus_funding.explanations.what_if import Ground
    from rus_funding.model.amounts import Amounts
    from rus_funding.model.model import FundingModel
    from rus_funding.program.formulation import Formulation
    from rus_funding.program.linear import LinearProgram, Numbers
    from rus_funding.proof.tree import Proof


def plan_within(near: Near, shares: Mapping[str, tuple[float, float]]) -> Outcome:
    """The best plan near the best one whose shares lie within `shares` (least and most by project).

    It is optimised, settled and audited as every plan, by the rules of the unchanged model. It carries the proposal's
    proof, as that bound and those optima hold for every plan of the model; what its own rules are worth is not known.
    Where it has no plan its status is one of `Outcome`'s.
    """
    program = near.program
    lower, upper = program.lower.copy(), program.upper.copy()
    for project, (least, most) in shares.items():
        column = near.ground.share_column(project)
        lower[column], upper[column] = max(least, lower[column]), min(most, upper[column])
    return plan_of(near.ground, dataclasses.replace(program, lower=lower, upper=upper), near.proposal)


def plan_of(ground: Ground, program: LinearProgram, proposal: Outcome) -> Outcome:
    """The best plan of the ground's model in `program`: the ground's, with narrower bounds and rows at its end.

    What is said of `plan_within` holds: `proposal` is the model's own plan.
    """
    outcome = _Held(ground, program, proposal).solve(ground.model)
    if not outcome.planned:
        return outcome
    return dataclasses.replace(outcome, optimum=proposal.optimum, objectives=proposal.objectives, rules=())


class _Held(Engine):
    """An engine whose plans keep more rows and bounds than the model's; they are audited by the model's own rules."""

    thorough = False

    def __init__(self, ground: Ground, program: LinearProgram, proposal: Outcome) -> None:
        super().__init__()
        self._proposal = proposal
        compiled = {f.name: getattr(ground.formulation.compiled, f.name) for f in dataclasses.fields(Compiled)}
        narrowed = _Narrowed(**compiled, program=program)
        self._narrow = dataclasses.replace(ground.formulation, compiled=narrowed), ground.amounts

    def prepare(self, model: FundingModel) -> tuple[Formulation, Amounts]:  # noqa: ARG002
        """The narrowed formulation, whatever is asked for."""
        return self._narrow

    def proofs(self, f: Formulation, solution: Solution) -> tuple[Proof, ...]:  # noqa: ARG002
        """The proposal's: what bounds every plan of the model bounds these."""
        return () if self._proposal.certificate is None else self._proposal.certificate.proofs

    def optima(self, solution: Solution) -> tuple[tuple[str, float], ...]:  # noqa: ARG002
        """The proposal's."""
        return self._proposal.objectives


@dataclasses.dataclass(frozen=True)
class _Narrowed(Compiled):
    """A compiled program that is filled already, narrower, with rows at its end that have no label."""

    program: LinearProgram

    def fill(self, numbers: Numbers) -> LinearProgram:  # noqa: ARG002
        """The program that is held."""
        return self.program
