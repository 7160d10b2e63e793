"""The rows of objectives: those kept at a level, and those of the extreme ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.proof.goals import SENSE
from rus_funding.proof.reading import exact

if TYPE_CHECKING:
    from rus_funding.proof.multipliers import Multipliers


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


def continuity_most(m: Multipliers, by: int, project: str, fund: str) -> None:
    """Σ_tk y − d ≤ previous."""
    _moved(m, by, (project, fund))
    m.d[project, fund] -= by


def continuity_least(m: Multipliers, by: int, project: str, fund: str) -> None:
    """Σ_tk y + d ≥ previous."""
    _moved(m, by, (project, fund))
    m.d[project, fund] += by


def _moved(m: Multipliers, by: int, pair: tuple[str, str]) -> None:
    if pair not in m.case.payable and pair not in m.case.previous:
        raise KeyError(pair)
    m.pf[pair] += by
    m.side(by, m.case.previous.get(pair, 0))


def spread(m: Multipliers, by: int, fund: str) -> None:
    """Σ y − m ≤ 0."""
    if fund not in m.case.funds:
        raise KeyError(fund)
    m.f[fund] += by
    m.m["spread"] += by
