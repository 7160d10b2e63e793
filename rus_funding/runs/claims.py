"""The one way in which commands open a run; what it claims of a plan is worked out again.

Digests show damage; whoever makes them anew is caught here. Payments are audited against the model in the run, the
standing is found from the proofs, and all rows that follow are made again and held against those that stand there.
"""

from __future__ import annotations

import glob
import math
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.key_figures import Sums
from rus_funding.engine.publish import versions
from rus_funding.errors import FundingError, InvalidInput
from rus_funding.model.model import digest
from rus_funding.proof.standing import INFEASIBLE, PROVEN, UNKNOWN, WITHIN
from rus_funding.runs.batch.task import said
from rus_funding.runs.damage import Fault
from rus_funding.runs.reader import Run
from rus_funding.runs.restore import Restored
from rus_funding.runs.rows import solved, unsolved
from rus_funding.runs.schema import EXPLANATIONS, RESULTS, result_columns
from rus_funding.scenarios import BASELINE
from rus_funding.words.language import say

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from rus_funding.engine.plan import Outcome
    from rus_funding.model.index import Index
    from rus_funding.runs.content import Record, Row

AUDITED = 200  # scenarios at most whose claims are worked out again: some hundredths of a second each
CLOSE = 1e-9  # relative: another machine's sums of floats
# (standing, status) that go together
STATUSES = {
    PROVEN: {"optimal", "time_limit"},
    WITHIN: {"optimal", "time_limit"},
    INFEASIBLE: {"infeasible"},
    UNKNOWN: {"invalid", "time_limit", "error", "crashed"},
}
OWN_WORD = {  # columns that nothing else in the run says
    "scenarios": {"status", *EXPLANATIONS.values(), "optimum", "iterations", "attempts", "seconds", "sha256", "seal"},
    "certificates": {"size", "proofs"},
}
HOSTILE = (KeyError, ValueError, TypeError, IndexError, AttributeError, ArithmeticError, RecursionError)


def opened(
    path: Path | str | os.PathLike[str],
    patterns: Sequence[str] = (),
    first: Iterable[str | None] = (),
    *,
    damaged: bool = False,
    lang: str = "en",
) -> Run:
    """A run whose scenarios may be shown: those that match a pattern (all if there is none) and those named `first`.

    Every digest in it is looked at, and the claims of the scenarios that are asked for are worked out again: of all of
    them, or of `AUDITED` where they are more, `first` and the baseline among them; `Run.unaudited` counts the others.
    Raises `UsageError` for what is no sound run. With `damaged` scenarios that are not what was written, or claim what
    is not so, are left out; a run whose inputs are damaged is refused all the same.
    """
    run = Run(path, damaged=damaged, lang=lang)
    try:
        run.ask_inputs()
        names = run.names()
        asked = [name for name in names if not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)]
        shown = dict.fromkeys([*names[:1], *(name for name in first if name in names)])
        others = [name for name in asked if name not in shown]
        more = max(0, AUDITED - len(shown))
        if len(others) > more:
            run.unaudited = len(others) - more
            others = [others[i * len(others) // more] for i in range(more)]
            for name in run.uneven():
                run.leave_out(name, say(lang, "run.wrong.uneven"))
        claim(run, [name for name in (*shown, *others) if name not in run.left_out])
    except BaseException:
        run.close()
        raise
    return run


def restore(
    run: Path | str | os.PathLike[str], scenario: str = BASELINE, *, damaged: bool = False, lang: str = "en"
) -> Outcome:
    """The plan of one scenario of a run as it was written, audited: what `solve` gave then; nothing is solved again.

    `run` is what `batch` gave, or a run's path. The plan goes wherever one of `solve` goes (`explain`, `network`,
    `retell`). `planned` is False where the scenario had none. With `damaged` the scenario is read from a run of which
    others are damaged; `lang` is the language in which damage is said. Raises `UsageError` for what is no sound run
    and for a scenario that it does not hold, `InvalidInput` for a scenario that made no valid model.

    >>> import tempfile, rus_funding as rf
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     run = rf.batch("models/litet-exempel", [], f"{folder}/run.sqlite", workers=0)
    ...     plan = rf.restore(run)
    >>> plan.standing.name, plan.funded, rf.explain(plan, project="natur").frame("project")["kronor"].tolist()
    ('proven', 1350001, [150000])
    """
    return restored(run, scenario, damaged=damaged, lang=lang)[0]


def restored(
    run: Path | str | os.PathLike[str], scenario: str = BASELINE, *, damaged: bool = False, lang: str = "en"
) -> tuple[Outcome, str]:
    """What `restore` gives, and what is to be said beside it where the run is damaged (else empty)."""
    with opened(run, [glob.escape(scenario)], [scenario], damaged=damaged, lang=lang) as found:
        return Restored(found).outcome(scenario), found.mark(lang)


def claim(run: Run, scenarios: Iterable[str], restored: Restored | None = None) -> None:
    """Audit scenarios before anything is claimed of them.

    One that does not stand raises `DamagedRunError`, or is left out of a run that was opened with `damaged`.
    """
    claims = Claims(run, restored)
    claims.ask_inputs()
    for scenario in scenarios:
        found = claims.wrong(scenario)
        if found:
            run.leave_out(scenario, found)


class Claims:
    """The scenarios of a run, each worked out again."""

    def __init__(self, run: Run, restored: Restored | None = None) -> None:
        """Of an open run."""
        self.run, self.restored = run, restored or Restored(run)
        self._index: Index | None = None

    def ask_inputs(self) -> None:
        """Raise `DamagedRunError` where the run says other things of its inputs than they say themselves."""
        try:
            model, scenarios = self.restored.model, self.restored.scenarios
            made = {
                "model": model.name,
                "model_sha256": digest(model),
                "size": len(self.restored.listing),
                "seeds": {each.id: each.sample.seed for each in scenarios if each.sample is not None},
            }
            fits = all(self.run.info[key] == value for key, value in made.items())
        except (FundingError, *HOSTILE):
            fits = False
        if not fits:
            self.run.faults.append(Fault("inputs"))
            raise self.run.refusal()

    def wrong(self, scenario: str) -> str:
        """What does not stand, in the run's language; empty where all does."""
        try:
            with np.errstate(invalid="raise", over="raise"):  # numbers that no reader lets in
                return self._wrong(scenario)
        except HOSTILE as error:  # rows that no solve has written
            return self._said("unreadable", what=f"{type(error).__name__}: {error}")
        except FundingError as error:
            return self._said("unreadable", what=str(error))

    def _said(self, code: str, what: str) -> str:
        shown = "".join(char if char.isprintable() else "\ufffd" for char in what)
        return say(self.run.lang, f"run.wrong.{code}", what=shown[:200])

    def _wrong(self, scenario: str) -> str:
        rows = {table: list(self.run.rows(table, scenario)) for table in RESULTS}
        (head,) = self.run.records("scenarios", scenario)
        if head["status"] not in STATUSES.get(head["standing"], ()):
            return self._said("standing", what=head["standing"])
        prepared = self.restored.prepared(scenario)
        try:
            outcome = self.restored.outcome(scenario)
        except InvalidInput as error:
            if head["status"] != "invalid":
                raise
            if self.run.info["versions"] == versions() and any(
                head[column] != said(error, lang) for lang, column in EXPLANATIONS.items()
            ):
                return self._said("cell", what="explanation")  # another version may put it in other words
            again = unsolved(head["position"], prepared, "invalid", "", 0.0)
            return self._differs(rows, again)
        if outcome.standing.name != head["standing"]:
            why = outcome.message if outcome.code else outcome.standing.name
            return self._said("standing", what=why)
        if outcome.standing.name == UNKNOWN:
            with_changes = head["status"] != "crashed" and bool(rows["changes"])
            again = unsolved(head["position"], prepared, head["status"], "", 0.0, with_changes=with_changes)
            return self._differs(rows, again)
        if problem := _own_words(outcome):
            return self._said("cell", what=problem)
        sums = Sums.of(outcome, self._index)
        self._index = self._index or sums.amounts.index
        return self._differs(rows, solved(head["position"], prepared, outcome, sums, 0.0))

    def _differs(self, rows: Mapping[str, list[Row]], again: Record) -> str:
        """The first cell that is another one than what follows from payments and proofs."""
        for table in RESULTS:
            columns, own = result_columns(table), OWN_WORD.get(table, set())
            here, there = rows[table], again.tables.get(table, [])
            if len(here) != len(there):
                return self._said("cell", what=f"{table}: {len(here)} / {len(there)}")
            for one, other in zip(here, there, strict=True):
                for column, cell, wanted in zip(columns, one, other, strict=True):
                    if column not in own and not _same(cell, wanted):
                        return self._said("cell", what=f"{table}, {column}: {cell!r} / {wanted!r}")
        return ""


def _same(cell: Any, wanted: Any) -> bool:
    if type(cell) is float and type(wanted) is float:
        return math.isclose(cell, wanted, rel_tol=CLOSE, abs_tol=CLOSE)
    return type(cell) is type(wanted) and cell == wanted


def _own_words(outcome: Outcome) -> str:
    """What is wrong with what a plan's rows say that nothing else does."""
    if not outcome.planned:
        return ""
    optima = dict(outcome.objectives)
    names = [objective.name for objective in outcome.model.objectives]
    if len(optima) != len(outcome.objectives) or not set(optima) <= {*names, "value"}:
        return "objectives"
    if "value" in optima and optima["value"] is not None and not _same(optima["value"], outcome.optimum):
        return "optimum"
    results = {result.project: result for result in outcome.projects}
    for project in outcome.left_out:
        if results[project].kronor:
            return f"settled: {project}"
    for project in outcome.scaled_down:
        if results[project].status == "funded":
            return f"settled: {project}"
    for rule in outcome.rules:
        if not rule.binds:
            return f"slack: {'/'.join(rule.label)}"
    return ""
