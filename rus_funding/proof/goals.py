"""The objectives, as the proof knows them: which way is better, and what those with a column of their own can reach."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rus_funding.proof.case import Case

SENSE = {
    "value": 1,
    "funded": 1,
    "balance": 1,
    "reach": 1,
    "draw_order": -1,
    "leverage": -1,
    "spread": -1,
    "continuity": -1,
}
CLOSE = Fraction(1, 10**6)  # relative: how near a plan must be to its bound, and a solver's float to what is proven
EXTREMES = ("balance", "reach", "spread")  # each has a column m of its own


class Goal(NamedTuple):
    """An objective and its proof: `figure` of the plan, `bound` (None: not proven), `allowance`, and whether it is met.

    `optimum` is what the solver claims, `level` what later objectives kept it at (None: not kept); `give` is how much
    better than the bound a plan in whole kronor may be.
    """

    name: str
    figure: Fraction
    bound: Fraction | None
    allowance: Fraction
    met: bool
    optimum: float | None = None
    level: float | None = None
    give: Fraction = Fraction(0)


def largest(case: Case, objective: str) -> Fraction:
    """What m of an extreme objective can be at most, whatever the plan."""
    if objective == "spread":
        return Fraction(sum(project.cost for project in case.projects.values()))
    whole = []
    if objective == "balance":
        parts = [(area.parts, area.unit * area.weight) for area in case.areas.values() if area.weight]
        whole = [Fraction(sum(case.projects[p].cost * share for p, share, _ in part)) / unit for part, unit in parts]
    else:
        places = [place for place in case.municipalities.values() if place.population]
        whole = [
            Fraction(sum(case.projects[p].cost * share for p, share in place.parts), place.unit * place.population)
            for place in places
        ]
    return min(whole, default=Fraction(0))
