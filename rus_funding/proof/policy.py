"""Rules 6–9 and 16, the policy shares: exact, but for what whole kronor make impossible (`rus_funding.proof.audit`)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.proof.breach import Breach, Shares, exceeds, falls_short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.proof.case import Case
    from rus_funding.proof.ledger import Ledger


def area_share(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:  # noqa: ARG001 (one signature for all)
    """Rule 6: floor_a · S ≤ K_a ≤ cap_a · S, K_a = Σ_p s_pa S_p; S = K, or A with `share_base` available."""
    of = case.all_kronor(ledger.total)
    for name, area in case.areas.items():
        if area.floor == 0 and area.cap == 1:
            continue
        reached = Fraction(sum(share * ledger.p.get(p, 0) for p, share, _ in area.parts), area.unit)
        text = f"{name} gets {float(reached):.2f} of {of} kr; its share must be"
        low, high = f"{text} at least {area.floor}.", f"{text} at most {area.cap}."
        yield from falls_short(("area_floor", name), reached, area.floor * of, low, len(case.projects))
        yield from exceeds(("area_cap", name), reached, area.cap * of, high, len(case.projects))


def diversification(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:  # noqa: ARG001
    """Rule 7: Σ_ptk y_pftk ≤ max_share_f · S, S as in rule 6."""
    of = case.all_kronor(ledger.total)
    for name, fund in case.funds.items():
        paid = ledger.f.get(name, 0)
        text = f"{name} pays {paid} of {of} kr; its share must be at most {fund.max_share}."
        yield from exceeds(("diversification", name), paid, fund.max_share * of, text, len(case.projects))


def territorial(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:  # noqa: ARG001
    """Rule 8: Σ_p m_pj S_p ≥ municipality_floor · (pop_j / Σ pop) · Σ_j' Σ_p m_pj' S_p."""
    people = sum(place.population for place in case.municipalities.values())
    if not case.municipality_floor or not people:
        return
    landed = {
        name: Fraction(sum(share * ledger.p.get(p, 0) for p, share in place.parts), place.unit)
        for name, place in case.municipalities.items()
    }
    everywhere = sum(landed.values())
    for name, reached in landed.items():
        floor = case.municipality_floor * Fraction(case.municipalities[name].population, people) * everywhere
        text = f"{name} gets {float(reached):.2f} kr, less than its floor {float(floor):.2f} kr."
        yield from falls_short(("territorial", name), reached, floor, text, len(case.projects))


def participation(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:  # noqa: ARG001
    """Rule 9: Σ_{p : i takes part} x_p ≥ min_projects_i; `over` counts projects, not kronor."""
    for name, (least, projects) in case.actors.items():
        if not least:
            continue
        reached = sum((shares[p] for p in projects), Fraction(0))
        give = sum((case.projects[p].krona for p in projects), Fraction(0))
        text = f"{name} takes part in {float(reached):.6f} funded projects, fewer than {least}."
        yield from falls_short(("participation", name), reached, least, text, give)


def perspective(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:  # noqa: ARG001
    """Rule 16: Σ_p m_pd S_p ≥ floor_d · S, S as in rule 6, m_pd of the markings that name their basis."""
    of = case.all_kronor(ledger.total)
    for name, marked in case.perspectives.items():
        reached = Fraction(sum(share * ledger.p.get(p, 0) for p, share in marked.parts), marked.unit)
        text = f"{name} gets {float(reached):.2f} of {of} kr; its share must be at least {marked.floor}."
        yield from falls_short(("perspective", name), reached, marked.floor * of, text, len(case.projects))


POLICY = (area_share, diversification, territorial, participation, perspective)
SHARES = frozenset({"area_floor", "area_cap", "diversification", "territorial", "participation", "perspective"})
"""The heads of their labels."""
