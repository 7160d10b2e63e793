"""What is known of why a project is not funded in full, as a code: the short answer beside each project.

The first codes are facts of the input. Beyond them nobody has asked for a reason here, and the code says no more than
what came out; `rus_funding.explanations` asks.

========================  ==============================================================================
code                      meaning
========================  ==============================================================================
ordinary                  ordinary operations are never funded
withdrawn                 withdrawn: out of the plan, and no refusal
few_partners              fewer distinct actors than `min_partners`
excluded                  excluded by the scenario
no_fund                   costs that no fund may pay
left_out                  no distribution in whole kronor keeps the rules (`Outcome.left_out`)
part_funded               funded in part
not_funded                not funded
========================  ==============================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.model.schema import OUT

if TYPE_CHECKING:
    from collections.abc import Collection

    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.program.formulation import Formulation


def reasons(f: Formulation, amounts: Amounts, share: Floats, left_out: Collection[str] = ()) -> list[str]:
    """A code for each project whose share is below 1 (the empty string elsewhere)."""
    at, index = f.at, f.at.index
    status = index.model["projects"]["status"][index.project_order]
    few = index.partners < amounts.model.policy.min_partners
    unpaid = np.zeros(share.size, bool)
    payers = np.bincount(at.cell, minlength=at.cell_project.size)
    unpaid[at.cell_project[payers == 0]] = True
    excluded = set(amounts.model.excluded)
    out = []
    for p, (name, funded) in enumerate(zip(index.projects.ids, share.tolist(), strict=True)):
        if funded >= 1 - 1e-9:
            out.append("")
        elif status[p] in OUT:
            out.append(str(status[p]))
        elif name in left_out:
            out.append("left_out")
        elif name in excluded:
            out.append("excluded")
        elif few[p]:
            out.append("few_partners")
        elif unpaid[p]:
            out.append("no_fund")
        else:
            out.append("part_funded" if funded > 0 else "not_funded")
    return out
