"""What a meeting pack is made from: one run, seen from one scenario of it, in one language.

Every document of a pack reads the same `Pack`, so that a number is the same number in all of them.
"""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING

from rus_funding.comparisons import compare_runs
from rus_funding.engine.figures import Figures
from rus_funding.engine.retelling import retell
from rus_funding.explanations import Case
from rus_funding.explanations.causes import reasons
from rus_funding.explanations.certainty_words import certain_label
from rus_funding.explanations.digest import certain
from rus_funding.explanations.gains import bottleneck
from rus_funding.explanations.gains_words import bottleneck_sentences
from rus_funding.explanations.idle import idle_money
from rus_funding.explanations.sentences import Words
from rus_funding.explanations.sentences_ranking import reason_sentences
from rus_funding.papers.texts import TEXTS
from rus_funding.runs import opened
from rus_funding.runs.restore import Restored
from rus_funding.scenarios import BASELINE

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from rus_funding.comparisons import Comparison
    from rus_funding.engine.plan import Outcome, ProjectResult
    from rus_funding.engine.retelling import Retelling
    from rus_funding.explanations.certainty import Certainty
    from rus_funding.explanations.idle import Idle
    from rus_funding.model.model import FundingModel
    from rus_funding.runs import Run

WORK = 500_000_000  # on what the run does not hold, reasons and where more money does most good: some seconds each
FORMATS = ("xlsx", "html", "pptx", "docx")


@dataclasses.dataclass(frozen=True)
class Pack:
    """`scenario` is the one that the pack proposes. Close it, or use it in a ``with``."""

    run: Run
    scenario: str = BASELINE
    lang: str = "sv"
    mark: str = ""  # what every page says where the run is damaged
    strategy: str = ""  # another strategy that the plan is told in too

    @classmethod
    def open(
        cls, path: Path | str, scenario: str = BASELINE, lang: str = "sv", *, damaged: bool = False, strategy: str = ""
    ) -> Self:
        """The pack of a run. Raises `UsageError` for what is no sound run, and for a scenario that it does not hold.

        With `damaged` the pack is made from what is left of a damaged run, and every page says so.
        """
        run = opened(path, first=[BASELINE, scenario], damaged=damaged, lang=lang)
        try:
            for name in (BASELINE, scenario):
                run.position(name)
        except BaseException:
            run.close()
            raise
        return cls(run, scenario, lang, run.mark(lang), strategy)

    def __enter__(self) -> Self:
        """The pack itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the run."""
        self.run.close()

    def told_in(self, lang: str) -> Self:
        """The same plan in another language, of the same open run: what is worked out for one is there for both."""
        other = dataclasses.replace(self, lang=lang, mark=self.run.mark(lang))
        for shared in ("restored", "outcome", *(["case"] if self.outcome.planned else [])):
            other.__dict__[shared] = getattr(self, shared)
        return other

    @cached_property
    def restored(self) -> Restored:
        """The run's outcomes by scenario."""
        return Restored(self.run)

    @cached_property
    def outcome(self) -> Outcome:
        """The plan that the pack proposes, or why there is none."""
        return self.restored.outcome(self.scenario)

    @cached_property
    def case(self) -> Case:
        """The plan and what its explanations are drawn from, for all papers. Only where there is a plan."""
        return Case(self.outcome)

    @cached_property
    def reasons(self) -> dict[str, str]:
        """Why projects are not funded in full, a sentence each, as far as it is proven: from the run, or else solved
        for as far as `WORK` goes.
        """
        if not self.outcome.planned:
            return {}
        known, memo = self.outcome.causes, self.case.memo
        if known is None and "reasons" not in memo:
            memo["reasons"] = reasons(self.case, WORK)
        return reason_sentences(memo["reasons"] if known is None else known, Words(self.model, self.lang))

    def reason(self, result: ProjectResult) -> str:
        """Why a project is not funded in full: what is proven, else a fact of the input; empty where nobody knows."""
        fact: str = TEXTS[self.lang]["reasons"].get(result.reason, "")
        return self.reasons.get(result.project) or f"{fact[:1].upper()}{fact[1:]}"

    @cached_property
    def certainty(self) -> Certainty | None:
        """How certain each decision is, as far as bounded work tells; None where there is no plan."""
        return certain(self.case) if self.outcome.planned else None

    @cached_property
    def certain(self) -> dict[str, str]:
        """How certain each decision is, in the words of a cell, by project."""
        words, found = Words(self.model, self.lang), self.certainty
        return {} if found is None else {one.project: certain_label(one, words) for one in found.projects}

    @cached_property
    def bottleneck(self) -> list[str]:
        """Where a useful sum of more money does most good, in sentences; none where `WORK` does not tell."""
        if not self.outcome.planned:
            return []
        memo = self.case.memo
        if "bottleneck" not in memo:
            memo["bottleneck"] = bottleneck(self.case.ground, WORK)
        return bottleneck_sentences(memo["bottleneck"], self.model, self.lang)

    @property
    def model(self) -> FundingModel:
        """The model of the scenario."""
        return self.outcome.model

    @cached_property
    def figures(self) -> Figures:
        """The plan's sums. Only where there is a plan."""
        return Figures(self.outcome)

    @cached_property
    def retold(self) -> Retelling | None:
        """The plan in the areas of `strategy`, and what its weights would choose; None where nobody asked, or no plan.

        The one thing of a pack that is solved: once, by that strategy's weights.
        """
        return retell(self.outcome, self.strategy) if self.strategy and self.outcome.planned else None

    @cached_property
    def baseline(self) -> Outcome:
        """The baseline's outcome; the same as `outcome` where the pack proposes the baseline."""
        return self.outcome if self.scenario == BASELINE else self.restored.outcome(BASELINE)

    @cached_property
    def idle(self) -> Idle | None:
        """What holds the money that the plan leaves idle: the one thing here that is solved anew, where much is."""
        return idle_money(self.outcome) if self.outcome.planned else None

    @cached_property
    def question(self) -> str:
        """The question that the scenario answers, as its file puts it; empty for the baseline."""
        (head,) = self.run.records("scenarios", self.scenario)
        return str(head["question"] or "")

    @cached_property
    def comparison(self) -> Comparison | None:
        """All scenarios of the run against the baseline; None where the run holds one scenario."""
        return compare_runs([self.run]) if len(self.run.names()) > 1 else None
