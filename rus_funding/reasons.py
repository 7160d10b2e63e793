"""Why a project is not funded in full, as a code with figures: the short answer beside each project.

========================  ==============================================================================
code                      meaning
========================  ==============================================================================
ordinary                  ordinary operations are never funded
few_partners              fewer distinct actors than `min_partners`
excluded                  excluded by the scenario
no_fund                   costs that no fund may pay
indivisible               all or nothing, or below its smallest viable share, and not chosen
outcompeted               what its money would cost elsewhere exceeds its points
marginal                  its points equal what its money costs: the last project in, partly
========================  ==============================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rus_funding.amounts import Amounts, Floats
    from rus_funding.formulation import Formulation


def reasons(f: Formulation, amounts: Amounts, x: Floats) -> list[str]:
    """A code for each project with x < 1 (the empty string elsewhere)."""
    at, index = f.at, f.at.index
    status = index.model["projects"]["status"][index.project_order]
    few = index.partners < amounts.model.policy.min_partners
    unpaid = np.zeros(x.size, bool)
    payers = np.bincount(at.cell, minlength=at.cell_project.size)
    unpaid[at.cell_project[payers == 0]] = True
    excluded = set(amounts.model.excluded)
    binary = set(at.binary.tolist())
    out = []
    for p, (name, share) in enumerate(zip(index.projects.ids, x.tolist(), strict=True)):
        if share >= 1 - 1e-9:
            out.append("")
        elif status[p] == "ordinary":
            out.append("ordinary")
        elif name in excluded:
            out.append("excluded")
        elif few[p]:
            out.append("few_partners")
        elif unpaid[p]:
            out.append("no_fund")
        elif p in binary and share <= 1e-9:
            out.append("indivisible")
        else:
            out.append("marginal" if share > 1e-9 else "outcompeted")
    return out
