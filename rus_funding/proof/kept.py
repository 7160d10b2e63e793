"""The rows of objectives that stand before `value` and are kept at a level (`rus_funding.proof.rows`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.proof.multipliers import known
from rus_funding.proof.reading import exact

if TYPE_CHECKING:
    from rus_funding.proof.multipliers import Multipliers


def kept(m: Multipliers, by: int, objective: str) -> None:
    """Σ draw_order · y ≤ level, Σ_{level = region} y ≤ level (λ ≥ 0), or K ≥ level (λ ≤ 0)."""
    level = exact(m.levels[objective])
    if objective == "funded":
        priced = min(by, 0)
        m.k += priced
    elif objective in {"draw_order", "leverage"}:
        priced = max(by, 0)
        for name, fund in m.case.funds.items():
            m.f[name] += priced * (fund.draw_order if objective == "draw_order" else fund.level == "region")
    else:
        raise KeyError(objective)
    m.prices[objective] += abs(priced)
    m.side(priced, level)


def balance(m: Multipliers, by: int, area: str) -> None:
    """weight · m − K_a ≤ 0 at m ≥ level."""
    m.ka[area] -= by
    weight = m.case.areas[area].weight
    m.prices["balance"] += by * weight
    m.side(by, -weight * exact(m.levels["balance"]))


def reach(m: Multipliers, by: int, municipality: str) -> None:
    """population · m − Σ_p m_pj C x ≤ 0 at m ≥ level."""
    m.kj[municipality] -= by
    people = m.case.municipalities[municipality].population
    m.prices["reach"] += by * people
    m.side(by, -people * exact(m.levels["reach"]))


def spread(m: Multipliers, by: int, fund: str) -> None:
    """Σ y − m ≤ 0 at m ≤ level."""
    known(m.case.funds, fund)
    m.f[fund] += by
    m.prices["spread"] += by
    m.side(by, exact(m.levels["spread"]))
