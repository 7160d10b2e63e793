"""Closed years: what a plan's model says of them is what is booked, and its constants are what was paid.

With p° what is booked of p: every cost of closed years is one of a p°, and is what `booked` says; what is told of them
(paid°, E°, B°) is what the plan pays to p° and what p° costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.proof.breach import Breach, Shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.proof.case import Case
    from rus_funding.proof.ledger import Ledger


def closed(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:  # noqa: ARG001 (one signature for all)
    """No booked krona has moved, and open years are given what closed ones left."""
    past = case.past
    for place in sorted(past.entered.keys() | past.ledger.keys()):
        project, category, year = place
        cost, booked = past.entered.get(place, 0), past.ledger.get(place, 0)
        if cost != booked:
            text = f"{project} has {cost} kr as its cost of {category} in {year}, but {booked} kr are booked."
            yield Breach(("booked", project, category, str(year)), cost, "=", booked, abs(cost - booked), text)
    for name in sorted(past.projects):
        project = name.rpartition("--")[0]
        if project not in past.booked:
            continue
        told: list[tuple[tuple[str, str, str], int, int]] = [
            (("past", project, ""), case.projects[name].cost, past.booked[project])
        ]
        for fund in sorted({fund for p, fund in past.paid if p == project} | set(case.projects[name].funds)):
            pair = project, fund
            base = sum(case.bases.get((name, fund), {}).values())
            if case.funds[fund].base == "net":
                base -= sum(kr for (p, other), kr in ledger.pf.items() if p == name and case.funds[other].income)
            told.append((("past", *pair), ledger.pf.get((name, fund), 0), past.paid.get(pair, 0)))
            if case.bases.get((name, fund)):
                told.append((("past", *pair), max(0, base), past.base.get(pair, 0)))
        for label, found, said in told:
            if found != said:
                text = (
                    f"{project} is said to have {said} kr of closed years ({label[2] or 'booked'}); it is {found} kr."
                )
                yield Breach(label, said, "=", found, abs(found - said), text)
