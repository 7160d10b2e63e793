"""The work of one scenario, the same wherever it is done: a number in, a finished record out.

What comes out is a function of the job and the number alone. Each worker solves the baseline first, and every
scenario starts from there, never from its neighbour.
"""

from __future__ import annotations

import dataclasses
import math
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from rus_funding.engine.previous import keeping
from rus_funding.errors import InvalidInput, NoPlan, SolverError
from rus_funding.proof.standing import INFEASIBLE
from rus_funding.runs.rows import solved, unsolved
from rus_funding.scenarios import BASELINE, Family, baseline, families
from rus_funding.words.messages import translated

if TYPE_CHECKING:
    from rus_funding.engine.engine import Engine
    from rus_funding.engine.plan import Outcome
    from rus_funding.model.index import Index
    from rus_funding.model.model import FundingModel
    from rus_funding.runs.content import Record
    from rus_funding.scenarios import Prepared, Scenario


PER_SECOND = 20_000_000  # work on reasons that a second of a time limit stands for, a fraction of what it is worth


@dataclasses.dataclass(frozen=True)
class Job:
    """All that a worker needs: the model, the scenario files without the baseline, and how to solve.

    `reasons`: why projects are not funded in full is worked out as well.
    """

    model: FundingModel
    scenarios: Sequence[Scenario]
    solver: str = "highs"
    seconds: float = math.inf
    reasons: bool = False

    def __call__(self) -> Task:
        """The work, ready for its numbers; this solves the baseline."""
        return Task(self)

    @cached_property
    def listing(self) -> Listing:
        """The scenarios by number. Raises `InvalidInput` for files that do not suit the model or each other."""
        return Listing(families(self.model, [baseline(), *self.scenarios]))

    def __getstate__(self) -> dict[str, object]:
        """What travels to a worker: each makes its own listing."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}


class Listing(Sequence["Prepared"]):
    """The scenarios of several families as one list, each made when it is asked for; the baseline is number 0."""

    def __init__(self, parts: Sequence[Family]) -> None:
        """Count them."""
        self._parts = parts
        self._ends = list(accumulate(len(part) for part in parts))

    def __len__(self) -> int:
        """Number of scenarios."""
        return self._ends[-1]

    def __getitem__(self, at: int) -> Prepared:  # type: ignore[override]
        """Scenario number `at`."""
        if not 0 <= at < len(self):
            raise IndexError(at)
        part = bisect_right(self._ends, at)
        return self._parts[part][at - (self._ends[part - 1] if part else 0)]

    def __iter__(self) -> Iterator[Prepared]:
        """The scenarios in order."""
        return (self[at] for at in range(len(self)))


class Task:
    """One worker's engine, started from the baseline."""

    def __init__(self, job: Job) -> None:
        """Solve the baseline."""
        from rus_funding.engine.engine import Engine

        self._job = job
        self._listing = job.listing
        self._engine: Engine = Engine(job.solver)
        started = time.perf_counter()
        self._baseline: Outcome = self._engine.start_from(job.model, scenario=BASELINE, seconds=job.seconds)
        self._took = time.perf_counter() - started
        self._index: Index | None = None

    def __call__(self, position: int) -> Record:
        """The record of scenario number `position`; an invalid or infeasible model is a result like any other."""
        from rus_funding.engine.key_figures import Sums

        started = time.perf_counter()
        prepared = self._listing[position]
        if position == 0:
            outcome, swedish = self._baseline, ""
            started -= self._took
        else:
            try:
                outcome, swedish = self._solved(prepared)
            except InvalidInput as error:
                return unsolved(position, prepared, "invalid", said(error), time.perf_counter() - started,
                                swedish=said(error, "sv"))  # fmt: skip
            except NoPlan as error:
                return unsolved(position, prepared, "error", f"baseline: {error}", time.perf_counter() - started)
        if outcome.standing.name == INFEASIBLE:
            why = self._explained(outcome.model)
            outcome = dataclasses.replace(outcome, message=why.get("en", outcome.message))
            swedish = why.get("sv", swedish)
        if self._job.reasons:
            from rus_funding.explanations.causes import WORK, reasoned

            outcome = reasoned(outcome, min(WORK, PER_SECOND * self._job.seconds))
        held = self._engine.amounts  # the numbers that were solved, unless it was the baseline, long ago
        sums = Sums(held, outcome) if held and held.model is outcome.model else Sums.of(outcome, self._index)
        self._index = self._index or sums.amounts.index
        return solved(position, prepared, outcome, sums, time.perf_counter() - started, swedish=swedish)

    def _solved(self, prepared: Prepared) -> tuple[Outcome, str]:
        """The scenario's outcome, and in Swedish what validation says where its message is that. That its rules
        contradict each other is proven, whatever validation says.

        Raises `InvalidInput` for what is no model, and for what validation refuses without a proof.
        """
        try:
            changed = keeping(prepared.apply(), lambda: self._baseline)
            return self._engine.solve(changed, scenario=prepared.name, seconds=self._job.seconds), ""
        except InvalidInput as error:
            from rus_funding.explanations.conflict import refused

            model = refused(error)
            if model is None:
                raise
            outcome = self._engine.solve(model, scenario=prepared.name, seconds=self._job.seconds)
            if outcome.standing.name != INFEASIBLE:
                raise
            return dataclasses.replace(outcome, message=said(error)), said(error, "sv")

    def _explained(self, model: FundingModel) -> dict[str, str]:
        """Which rules are in conflict, and the ways out, by language. Empty where no conflict can be named, or where
        the search would take longer than the scenario may.
        """
        from rus_funding.explanations.conflict import MIDDLING, SMALL, within
        from rus_funding.explanations.conflict_words import in_short

        if not within(model, MIDDLING if math.isinf(self._job.seconds) else SMALL):
            return {}
        try:
            return in_short(model)
        except SolverError:
            return {}


def said(error: InvalidInput, lang: str = "en") -> str:
    """What validation says, as one text."""
    problems = [translated(problem, lang) for problem in error.problems]
    return " ".join(dict.fromkeys(f"{problem.what} {problem.remedy}" for problem in problems))
