"""Why there is no plan, in sentences: how the answer stands, and which rules are in conflict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.errors import SolverError
from rus_funding.proof.standing import INFEASIBLE
from rus_funding.words.standings import sentence

if TYPE_CHECKING:
    from rus_funding.engine.plan import Outcome


def failure(outcome: Outcome, lang: str) -> list[str]:
    """Why there is no plan, and what may help."""
    rest = conflict(outcome, lang) if outcome.standing.name == INFEASIBLE else []
    return [sentence(outcome, lang), *rest]


def conflict(outcome: Outcome, lang: str) -> list[str]:
    """The smallest set of rules in conflict, what is lacking, and the ways out; nothing for a very large model."""
    from rus_funding.explanations.conflict import MIDDLING, within
    from rus_funding.explanations.conflict import conflict as found_in
    from rus_funding.explanations.conflict_words import conflict_report

    try:
        found = found_in(outcome.model) if within(outcome.model, MIDDLING) else None
    except SolverError:
        return []
    sections = [] if found is None else conflict_report(outcome.model, lang, found)
    return [line for _, lines in sections for line in lines]
