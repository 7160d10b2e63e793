"""What a plan is worth: the `value` objective on whole kronor, exact."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rus_funding.proof.ledger import Ledger, Payment
from rus_funding.proof.reading import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rus_funding.proof.breach import Shares
    from rus_funding.proof.case import Case
    from rus_funding.proof.parts import Area, Municipality


def value(case: Case, payments: Iterable[Payment] | Ledger, shares: Shares | None = None) -> Fraction:
    """Σ_a w_a · g_a(q_a) + Σ_ij worth_ij · n_ij in points, at x_p = S_p / C_p.

    q_a = Σ_p b_pa x_p, g_a(q) = min(q, target) + beyond · max(0, q − target), n_ij = min(1, Σ_{p : i and j meet} x_p).
    `shares` states the share of projects that cost nothing.
    """
    held = Ledger.of(payments).shares(case, shares)
    reached = points(case, held)
    terms = [area.weight * worth(area, reached[name]) for name, area in case.areas.items()]
    terms += [tie.worth * min(Fraction(1), total(held[p] for p in tie.projects)) for tie in case.ties.values()]
    return total(terms)


def points(case: Case, shares: Shares) -> dict[str, Fraction]:
    """q_a, the points reached in each area."""
    return {
        name: total(
            b if (share := shares[p]).numerator == share.denominator else b * share
            for p, _, b in area.parts
            if shares[p].numerator
        )
        for name, area in case.areas.items()
    }


def worth(area: Area, reached: Fraction) -> Fraction:
    """g_a(q): points past the target count `beyond`."""
    if area.target is None or reached <= area.target:
        return reached
    return area.target + area.beyond * (reached - area.target)


def total(terms: Iterable[Fraction]) -> Fraction:
    """An exact sum. Terms are joined by denominator and then pairwise, as thousands of denominators may meet.

    >>> total([Fraction(1, 2), Fraction(1, 3), Fraction(1, 2)])
    Fraction(4, 3)
    """
    gathered: dict[int, int] = {}
    for term in terms:
        gathered[term.denominator] = gathered.get(term.denominator, 0) + term.numerator
    sums = [(numerator, denominator) for denominator, numerator in sorted(gathered.items())]
    while len(sums) > 1:
        joined = [(a * d + c * b, b * d) for (a, b), (c, d) in zip(sums[::2], sums[1::2], strict=False)]
        sums = joined + sums[2 * len(joined) :]
    return Fraction(*sums[0]) if sums else Fraction(0)


def figure(case: Case, ledger: Ledger, shares: Shares, objective: str) -> Fraction:
    """What an objective comes to in kronor (`balance`: per weight, `reach`: per inhabitant), or in points (`value`)."""
    if objective == "value":
        return value(case, ledger, shares)
    if objective == "balance":
        parts = [
            (Fraction(_counted(ledger, area), area.unit) / area.weight) for area in case.areas.values() if area.weight
        ]
        return min(parts, default=Fraction(0))
    if objective == "reach":
        places = [place for place in case.municipalities.values() if place.population]
        return min((Fraction(_counted(ledger, p), p.unit * p.population) for p in places), default=Fraction(0))
    sums = {
        "funded": ledger.total,
        "leverage": sum(ledger.f.get(name, 0) for name, fund in case.funds.items() if fund.level == "region"),
        "draw_order": sum(fund.draw_order * ledger.f.get(name, 0) for name, fund in case.funds.items()),
        "spread": max(ledger.f.values(), default=0),
        "continuity": sum(
            abs(ledger.pf.get(pair, 0) - case.previous.get(pair, 0)) for pair in ledger.pf.keys() | case.previous.keys()
        ),
    }
    if objective not in sums:
        raise UnreadableError(f"there is no objective {objective!r}")
    return Fraction(sums[objective])


def _counted(ledger: Ledger, whose: Area | Municipality) -> int:
    """Kronor counted to an area or a municipality, in its units."""
    return sum(part[1] * ledger.p.get(part[0], 0) for part in whose.parts)


def figures(case: Case, payments: Iterable[Payment] | Ledger) -> dict[str, Any]:
    """Kronor of a plan as ints: `funded` in all, `own` from funds of level "region", and by fund and year."""
    ledger = Ledger.of(payments)
    return {
        "funded": ledger.total,
        "own": sum(ledger.f.get(name, 0) for name, fund in case.funds.items() if fund.level == "region"),
        "funds": {name: {str(t): ledger.ft.get((name, t), 0) for t in case.years} for name in case.funds},
    }
