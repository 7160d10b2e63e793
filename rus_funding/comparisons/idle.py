"""What holds idle money in the scenarios of a comparison, each plan restored and its rules taken away in turn."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.comparisons.comparison import FEW
from rus_funding.comparisons.tables import label
from rus_funding.errors import UsageError
from rus_funding.explanations.idle import idle_money
from rus_funding.explanations.idle_words import idle_sentences
from rus_funding.runs import opened
from rus_funding.runs.restore import Restored
from rus_funding.words.language import say

if TYPE_CHECKING:
    from rus_funding.comparisons.comparison import Comparison


def with_idle(comparison: Comparison, *, damaged: bool = False, lang: str = "en") -> Comparison:
    """The comparison with what holds idle money, by scenario. Raises `UsageError` for more than `FEW` scenarios."""
    if len(comparison.lines) > FEW:
        raise UsageError("--idle solves anew: choose {most} scenarios at most with --scenario.", most=FEW)
    found = {}
    for path in comparison.runs:
        mine = [line for line in comparison.lines if line.run == path and line.standing.proven]
        with opened(path, [line.scenario for line in mine] or ["baseline"], damaged=damaged, lang=lang) as run:
            restored = Restored(run)
            for line in mine:
                found[line.label] = idle_money(restored.outcome(line.scenario))
    return dataclasses.replace(comparison, idle=found)


def idle_lines(comparison: Comparison, lang: str) -> list[str]:
    """A paragraph for each scenario in which such rules hold money; a sentence where there is none."""
    lines = []
    for line in comparison.lines:
        said = idle_sentences((comparison.idle or {}).get(line.label), lang)
        if said:
            lines.append(f"{label(line, lang)}: {' '.join(said)}")
    return lines or [say(lang, "idle.nowhere")]
