"""What a project's kronor do elsewhere: the sum behind a decision that goes against the list.

    own       = V − V(shares of the plan, this project's apart, which is as on the list): what it adds itself, points
    elsewhere = own − loss, where the plan gives it more than the list: what its kronor would have given elsewhere
              = own + loss, where the plan gives it less:                what the kronor that it lacks give elsewhere

with V the best value and V − loss the best value when the project is held to the list, each by a solve.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.explanations.needs import Extra, needs

if TYPE_CHECKING:
    from rus_funding.explanations.case import Case

WORTH = {
    "tie",
    "beyond",
    "funded_total",
    "area_total",
    "municipal_total",
}  # rows that points hang on, whatever the money
LEFT = 1_000  # kronor that a fund must have left in a year for its money to be called left over
APART = 0.01  # share by which the plan's optimum may lie from the plan


@dataclasses.dataclass(frozen=True)
class Sum:
    """Points that a project adds (`own`) and that its kronor give elsewhere, of `kronor` that it has or would need.

    `idle`: of those that it has, what comes from funds with money left that year. `lacking`: of those that it would
    need, what no fund has left, the least that suffices while no other project gets less; None where nobody asked, or
    no money alone suffices.
    """

    own: float
    elsewhere: float
    kronor: int
    idle: tuple[Extra, ...] = ()
    lacking: tuple[Extra, ...] | None = None


def sum_of(case: Case, project: str, loss: float, *, more: bool, lacking: bool) -> Sum | None:
    """The sum of a decision: of funding the project at all (`more`), or not in full; `loss` is what the opposite costs
    in points.

    `lacking`: whether the kronor that no fund has left are worked out. None where the points do not add up: rules make
    other projects change with it, or objectives come before the value.
    """
    ground, expected = case.ground, 0.0 if more else 1.0
    if (
        case.model.objectives[0].name != "value"
        or abs(ground.share(ground.base, project) - case.scales[project]) > APART
    ):
        return None
    shares = {other: ground.share(ground.base, other) for other in case.projects}
    held = {other: (share, share) for other, share in (shares | {project: expected}).items()}
    bare = ground.ask(shares=held, without=[row for row in ground.labels if row[0] not in WORTH], choices="divisible")
    if not bare.found:
        return None
    own = abs(ground.base.value - bare.value)
    elsewhere = own - loss if more else own + loss
    if elsewhere < -case.least or (ground.base.value > bare.value) != more:
        return None
    result = case.projects[project]
    if more:
        return Sum(own, max(0.0, elsewhere), result.kronor, _idle(case, project))
    found = needs(case, project, confirm=False) if lacking else None
    extra = found.extra if found is not None and not found.gives else None
    return Sum(own, max(0.0, elsewhere), result.cost - result.kronor, (), extra)


def _idle(case: Case, project: str) -> tuple[Extra, ...]:
    """The project's kronor from funds that have money left in that year."""
    sums: dict[tuple[str, int], int] = {}
    for payment in case.outcome.payments:
        if payment.project == project:
            key = payment.fund, payment.year
            sums[key] = sums.get(key, 0) + payment.kronor
    left = case.figures.unused
    return tuple(Extra(*key, kronor) for key, kronor in sorted(sums.items()) if left.get(key, 0) >= LEFT)
