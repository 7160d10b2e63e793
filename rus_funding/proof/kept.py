"""The objectives as the bound meets them, those that are kept at a level, and the rows of the extreme ones."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.proof.reading import exact

if TYPE_CHECKING:
    from rus_funding.proof.case import Case
    from rus_funding.proof.multipliers import Multipliers

SENSE = {"value": 1, "funded": 1, "balance": 1, "reach": 1, "draw_order": -1, "leverage": -1, "spread": -1}
EXTREMES = ("balance", "reach", "spread")  # each has a column m of its own


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


def kept(m: Multipliers, by: int, objective: str) -> None:
    """θ · (the objective − its level) ≥ 0, in the sense in which more is better (θ ≥ 0)."""
    level = exact(m.levels[objective])
    m.count(objective, by)
    m.side(by, -SENSE[objective] * level)


def balance(m: Multipliers, by: int, area: str) -> None:
    """weight · m − K_a ≤ 0."""
    m.ka[area] -= by
    m.m["balance"] += by * m.case.areas[area].weight


def reach(m: Multipliers, by: int, municipality: str) -> None:
    """population · m − Σ_p m_pj C x ≤ 0."""
    m.kj[municipality] -= by
    m.m["reach"] += by * m.case.municipalities[municipality].population


def spread(m: Multipliers, by: int, fund: str) -> None:
    """Σ y − m ≤ 0."""
    if fund not in m.case.funds:
        raise KeyError(fund)
    m.f[fund] += by
    m.m["spread"] += by
