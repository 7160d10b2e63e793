"""What it costs to insist on projects: the proposal against the best plan in which all of them are carried out in full.

The plan is solved, settled and audited as every plan; where there is none, the rules that forbid it are named.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.explanations.swaps import Move, blocked, moves_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.explanations.case import Case
    from rus_funding.program.linear import Label
    from rus_funding.proof.standing import Standing


@dataclasses.dataclass(frozen=True)
class Insisted:
    """The plan with `projects` in full, against the proposal.

    `value` is the change in points, `proposal` what the proposal is worth; `moves` are all projects whose kronor
    differ, the largest change first, `funds` (fund, kronor before, after) of those that pay other sums.

    Without a plan `rules` are such that without them, and no fewer, there is one (empty: not found); `barred` are
    projects that no money could fund, with the reason's code.
    """

    projects: tuple[str, ...]
    standing: Standing | None = None
    status: str = ""
    value: float | None = None
    proposal: float = 0.0
    moves: tuple[Move, ...] = ()
    funds: tuple[tuple[str, int, int], ...] = ()
    rules: tuple[Label, ...] = ()
    barred: tuple[tuple[str, str], ...] = ()

    @property
    def own(self) -> tuple[Move, ...]:
        """What the projects themselves get more."""
        return tuple(move for move in self.moves if move.project in self.projects)

    @property
    def out(self) -> tuple[Move, ...]:
        """Projects that fall out: they get something in the proposal, and nothing here."""
        return tuple(move for move in self.moves if move.before and not move.after)

    @property
    def less(self) -> tuple[Move, ...]:
        """Projects that keep something, and get less."""
        return tuple(move for move in self.moves if 0 < move.after < move.before)

    @property
    def more(self) -> tuple[Move, ...]:
        """Other projects that get more."""
        return tuple(move for move in self.moves if move.after > move.before and move.project not in self.projects)


def insist(case: Case, projects: Sequence[str]) -> Insisted:
    """Solve the model with all of the projects held in full."""
    wanted = tuple(dict.fromkeys(projects))
    barred = tuple((project, case.barred[project]) for project in wanted if project in case.barred)
    if barred:
        return Insisted(wanted, barred=barred)
    required = tuple(dict.fromkeys((*case.model.required, *wanted)))
    outcome = case.engine.solve(case.model.replace(required=required))
    if not outcome.planned or outcome.value is None:
        shares = dict.fromkeys(wanted, (1.0, 1.0))
        rules = blocked(case, shares) if outcome.status == "infeasible" else ()
        return Insisted(wanted, outcome.standing, outcome.status, rules=rules)
    before, after = (dict.fromkeys(case.model["funds"]["fund"].tolist(), 0) for _ in range(2))
    for sums, plan in ((before, case.outcome), (after, outcome)):
        for payment in plan.payments:
            sums[payment.fund] += payment.kronor
    funds = tuple((fund, paid, after[fund]) for fund, paid in before.items() if paid != after[fund])
    return Insisted(
        wanted,
        outcome.standing,
        outcome.status,
        outcome.value - (case.outcome.value or 0.0),
        case.outcome.value or 0.0,
        moves_between(case.outcome, outcome),
        tuple(sorted(funds, key=lambda one: (-abs(one[2] - one[1]), one[0]))),
    )
