"""What the second opinion says of an answer, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.language import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.plan import Outcome
    from rus_funding.second_opinion import Difference, Opinion

NAMES = {"highs": "HiGHS", "cbc": "CBC"}  # solvers as they write themselves; others in capitals


def sentence(opinion: Opinion, outcome: Outcome, differences: Sequence[Difference], lang: str) -> str:
    """That both formulations and both solvers agree, or where they do not."""
    solvers = [NAMES.get(name, name.upper()) for name in (outcome.solver, opinion.solver)]
    goals = [say(lang, f"standing.goal.{name}") for name, _ in opinion.optima]
    if not differences:
        key = "opinion.same.infeasible" if opinion.status == "infeasible" else "opinion.same.optimal"
        return say(lang, key, first=solvers[0], second=solvers[1], goals=goals)
    if differences[0].what == "status":
        first, second = (say(lang, f"opinion.status.{status}") for status in (outcome.status, opinion.status))
        return say(lang, "opinion.status-apart", solver=solvers[1], first=first, second=second)
    apart = [
        say(lang, "opinion.apart", goal=say(lang, f"standing.goal.{one.what}"), first=_number(one.first, lang),
            second=_number(one.second, lang))
        for one in differences
    ]  # fmt: skip
    return say(lang, "opinion.optima-apart", solver=solvers[1], count=len(apart), apart="; ".join(apart))


def _number(optimum: float | str | None, lang: str) -> str:
    """An optimum with the digits that tell it from another."""
    text = "–" if optimum is None else f"{optimum:.10g}" if isinstance(optimum, float) else str(optimum)
    return text.replace(".", ",") if lang == "sv" else text
