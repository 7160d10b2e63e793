"""Why: what decides a plan, what would change it, and what it would cost, from exact solves of the changed question.

    from rus_funding.explanations import Case, rank_projects, explain_project, flip_costs, summary, summary_sentences

Each takes an `Outcome` with a plan, or a `Case` made of one (which keeps what several of them need), and gives a frozen
dataclass with raw numbers; sentences are made from it apart.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rus_funding.explanations.case import Case as Case
    from rus_funding.explanations.digest import Summary as Summary
    from rus_funding.explanations.digest import summary as summary
    from rus_funding.explanations.digest import summary_sentences as summary_sentences
    from rus_funding.explanations.flips import Flips as Flips
    from rus_funding.explanations.flips import flip_costs as flip_costs
    from rus_funding.explanations.project import Explained as Explained
    from rus_funding.explanations.project import explain_project as explain_project
    from rus_funding.explanations.ranking import Ranking as Ranking
    from rus_funding.explanations.ranking import rank_projects as rank_projects

_HOMES = {
    "Case": "case",
    "Explained": "project",
    "Flips": "flips",
    "Ranking": "ranking",
    "Summary": "digest",
    "explain_project": "project",
    "flip_costs": "flips",
    "rank_projects": "ranking",
    "summary": "digest",
    "summary_sentences": "digest",
}


def __getattr__(name: str) -> Any:
    """Load a part when it is first used."""
    if name not in _HOMES:
        raise AttributeError(name)
    found = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
