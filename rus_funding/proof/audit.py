"""The rules of the model on a plan in whole kronor, one function a rule, in exact arithmetic.

S_ptk = Σ_f y_pftk is what is settled of a cost, S_p its sum, x_p = S_p / C_p the project's share, n_p the number of
cost cells (class, year) of the project. What a rule may give:

====================================  ==============================================================
rules                                 may give
====================================  ==============================================================
budget, rate, cap, least grant,       nothing: whole kronor, S in the place of c · x
group rate, commitment, authorisation
financing                             S ≤ c exactly; S may depart from c · x by less than one krona for each cost
                                      cell of the project and each fund that may pay there (what rounding gives up)
policy (areas, diversification,       less than one krona per project of the model (participation: per project the
territorial, participation,           actor takes part in)
perspectives)
committed, required, viability        less than n_p kronor; of a committed or required project n_p kronor, where its
                                      funds' money, rates and caps, and its group rates, let no plan in whole kronor
                                      pay more than C_p − n_p
indivisible                           at most one krona for each of the project's n_p cost cells
requires                              less than n kronor of each of the two projects
====================================  ==============================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.proof.breach import Breach, Shares
from rus_funding.proof.ledger import Ledger, Payment
from rus_funding.proof.legal import LEGAL
from rus_funding.proof.policy import POLICY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rus_funding.proof.case import Case


def audit(case: Case, payments: Iterable[Payment] | Ledger, shares: Shares | None = None) -> list[Breach]:
    """Every rule that the plan breaks, in the order of the rules; an empty list is a legal plan.

    `payments` are (project, fund, year, class, kronor) with int kronor, or their `Ledger`. `shares` states the share
    of projects that cost nothing; a share stated for another project must be S_p / C_p.
    """
    ledger = Ledger.of(payments)
    strange = list(well_formed(case, ledger))
    if strange:  # the sums below would mix what is no payment into the rules
        return strange
    held = ledger.shares(case, shares)
    found = [*_shares(case, held, shares or {})]
    for rule in (*LEGAL, *POLICY):
        found += rule(case, ledger, held)
    return found


def well_formed(case: Case, ledger: Ledger) -> Iterator[Breach]:
    """Is every payment one that the model knows: project, fund, year, class; eligible; not negative; stated once?"""
    for project, fund, year, part in ledger.doubled:
        label = ("payment", project, fund, str(year), part)
        yield Breach(
            label, 2, "<=", 1, 0, f"The payment from {fund} to {project} ({part}, {year}) stands more than once."
        )
    costs, payers = case.costs, case.payers
    for (project, fund, year, part), kronor in ledger.paid.items():
        if (project, part, year) in costs and fund in payers[project, part] and kronor >= 0:
            continue
        wrong = "a payment cannot be negative"
        if (project, part) not in payers or year not in case.years or fund not in case.funds:
            wrong = "the model knows no such fund, project, year or class"
        elif (project, part, year) not in costs:
            wrong = "there is no such cost that year"
        elif fund not in payers[project, part]:
            wrong = "the fund may not pay this cost"
        label = ("payment", project, fund, str(year), part)
        sentence = f"{fund} pays {kronor} kr to {project} ({part}, {year}): {wrong}."
        yield Breach(label, kronor, ">=" if kronor < 0 else "=", 0, abs(kronor), sentence)


def _shares(case: Case, held: Shares, stated: Shares) -> Iterator[Breach]:
    """0 ≤ x ≤ 1, and what is stated of a project with costs is S_p / C_p."""
    for project, share in stated.items():
        if project not in held:
            yield Breach(("share", project), share, "=", 0, 0, f"{project} is no project of the model.")
        elif share != held[project]:
            text = f"{project} is said to be funded to {share}, but its payments make {held[project]} of its cost."
            yield Breach(("share", project), share, "=", held[project], 0, text)
        elif not 0 <= share <= 1 and not case.projects[project].cost:
            yield Breach(("share", project), share, "<=", 1, 0, f"{project} has the share {share}, outside 0 to 1.")
