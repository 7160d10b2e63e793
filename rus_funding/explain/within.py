"""A certified plan of a model among those near the best one, its projects' shares held within sides."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from rus_funding.engine import Engine
from rus_funding.program import Compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.amounts import Amounts
    from rus_funding.explain.near import Near
    from rus_funding.formulation import Formulation
    from rus_funding.model import FundingModel
    from rus_funding.plan import Outcome
    from rus_funding.program import LinearProgram, Numbers
    from rus_funding.settling import Settled
    from rus_funding.stages import Solution


def plan_within(near: Near, shares: Mapping[str, tuple[float, float]]) -> Outcome:
    """The best plan near the best one whose shares lie within `shares` (least and most by project).

    It is optimised, settled and audited as every plan, by the rules of the unchanged model. It carries the proposal's
    proof, as that bound and those optima hold for every plan of the model; what its own rules are worth is not known.
    A status other than "optimal" is one of `Outcome`'s.
    """
    outcome, proposal = _Within(near, shares).solve(near.ground.model), near.proposal
    own, proof = outcome.certificate, proposal.certificate
    if outcome.status != "optimal" or own is None or proof is None:
        return outcome
    held = dataclasses.replace(proof, value=own.value)
    return dataclasses.replace(
        outcome, certificate=held, optimum=proposal.optimum, objectives=proposal.objectives, rules=()
    )


class _Within(Engine):
    """An engine whose plans keep a value and lie within some shares; they are audited by the model's own rules."""

    def __init__(self, near: Near, shares: Mapping[str, tuple[float, float]]) -> None:
        super().__init__()
        program = near.program
        lower, upper = program.lower.copy(), program.upper.copy()
        for project, (least, most) in shares.items():
            column = near.ground.share_column(project)
            lower[column], upper[column] = max(least, lower[column]), min(most, upper[column])
        compiled = {f.name: getattr(near.ground.formulation.compiled, f.name) for f in dataclasses.fields(Compiled)}
        narrowed = _Narrowed(**compiled, program=dataclasses.replace(program, lower=lower, upper=upper))
        self._narrow = dataclasses.replace(near.ground.formulation, compiled=narrowed), near.ground.amounts

    def prepare(self, model: FundingModel) -> tuple[Formulation, Amounts]:  # noqa: ARG002
        """The narrowed formulation, whatever is asked for."""
        return self._narrow

    def _certified(
        self, f: Formulation, amounts: Amounts, solution: Solution, settled: Settled, scenario: str | None, clock: Any
    ) -> Outcome:
        """Without what belongs to the rows that have no label."""
        rows = sum(block.size for block in f.compiled.blocks)
        own = dataclasses.replace(
            solution,
            duals=None if solution.duals is None else solution.duals[:rows],
            activity=None if solution.activity is None else solution.activity[:rows],
            sides=(solution.sides[0][:rows], solution.sides[1][:rows]),
        )
        return super()._certified(f, amounts, own, settled, scenario, clock)


@dataclasses.dataclass(frozen=True)
class _Narrowed(Compiled):
    """A compiled program that is filled already, narrower, with rows at its end that have no label."""

    program: LinearProgram

    def fill(self, numbers: Numbers) -> LinearProgram:  # noqa: ARG002
        """The program that is held."""
        return self.program
