"""`batch`: a model and many scenarios of it, in whichever way they are given, to one run."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rus_funding.engine.publish import digests
from rus_funding.engine.solving import seconds_of
from rus_funding.files import allowed, unwritten
from rus_funding.model.model import FundingModel
from rus_funding.model.reading import AnyModel, modelled
from rus_funding.runs.batch import batch as run_batch
from rus_funding.runs.overview import overview
from rus_funding.runs.reader import Run
from rus_funding.scenarios import Scenario, read_scenarios
from rus_funding.scenarios.files import StrPath
from rus_funding.scenarios.sheet import in_sheet, may_be_in_sheet, of_sheet

if TYPE_CHECKING:
    import pandas as pd

    from rus_funding.runs import Record
    from rus_funding.runs.batch import Summary

Scenarios = StrPath | Scenario | Sequence[StrPath | Scenario]


@dataclasses.dataclass(frozen=True)
class Batch:
    """A run that was made; wherever a run's path is asked for, this is one. `summary` says how it went.

    The file is opened for each question and closed again.
    """

    path: Path
    summary: Summary

    def __fspath__(self) -> str:
        """The run's path."""
        return str(self.path)

    def __str__(self) -> str:
        """The same."""
        return str(self.path)

    def overview(self) -> dict[str, Any]:
        """The run in a few numbers: `statuses`, `standings`, how each key figure spreads, a row for each scenario."""
        with Run(self.path) as run:
            return overview(run)

    def frame(self, table: str, scenario: str | None = None) -> pd.DataFrame:
        """A table of the run with typed columns, of all scenarios or of one: see `Run.frame`."""
        with Run(self.path) as run:
            return run.frame(table, scenario)

    def frames(self, scenario: str | None = None) -> dict[str, pd.DataFrame]:
        """Every table of results, by name, of all scenarios or of one: docs/runs.md lists them with their units."""
        with Run(self.path) as run:
            return run.frames(scenario)

    def as_dict(self) -> dict[str, Any]:
        """The object that ``batch --json`` prints."""
        went = self.summary
        return {**self.overview(), "kept": went.kept, "damaged": list(went.damaged), "seconds": went.seconds}


def batch(
    model: AnyModel,
    scenarios: Scenarios,
    path: StrPath,
    *,
    workers: int | None = None,
    time_limit: float | None = None,
    reasons: bool = False,
    resume: bool = False,
    force: bool = False,
    dask: str | None = None,
    dask_tls: Sequence[StrPath] = (),
    solver: str = "highs",
    progress: Callable[[Record], None] | None = None,
    begun: Callable[[int, int], None] | None = None,
) -> Batch:
    """Solve a model and many scenarios of it, and keep the results in one file, the run.

    `model` is a model or its path, `scenarios` scenario files, folders of them, names in the model's own sheet (or what
    `read_scenarios` read): one or a list; where it is empty, all that stand in the sheet, if the model has one;
    `path` is the run, one SQLite file. `workers` processes share the work: as many as
    there are cores if left out; with 0 this process works alone, without protection from a crash. `time_limit` is each
    scenario's, in seconds. `reasons` works out by solves why projects are not funded in full, and keeps it
    (table ``causes``). `resume` goes on with an interrupted run (nothing that is finished is lost), `force`
    replaces a finished one; with `dask` a cluster works (``tcp://host:port``, ``local``;
    ``tls://host:port`` with `dask_tls`, the files of CA, certificate and key). `solver` is "highs", "cbc" or
    another that PuLP finds. `begun` is told how many
    scenarios there are and how many stand already, `progress` gets each record once it is safe on disk.

    The run's `frames()` are its tables by name, each row with its scenario: ``scenarios`` (status, standing, value in
    points, kronor, shares 0..1), ``payments``, ``projects``, ``areas``, ``funds``, … A scenario without a plan is a row
    like any other. Raises `InvalidInput` for a model or scenarios with errors, `UsageError` for a run that is there
    already or cannot be written, `SolverError` where no worker gets through the baseline.

    >>> import tempfile, rus_funding as rf
    >>> folder = tempfile.TemporaryDirectory()
    >>> scenario = "scenarios/orebro-rus-2026-2028/utan-fum.toml"
    >>> run = rf.batch("models/orebro-rus-2026-2028", scenario, f"{folder.name}/run.sqlite", workers=0)
    >>> run.frame("scenarios")[["scenario", "standing", "funded"]].to_numpy().tolist()
    [['baseline', 'proven', 12128129], ['utan-fum', 'proven', 8489430]]
    >>> folder.cleanup()
    """
    given = modelled(model)
    asked = listed(given, scenarios)
    files = {} if isinstance(model, FundingModel) else digests(Path(model))
    seconds = seconds_of(time_limit)
    target = Path(path)
    allowed(target)
    if target.parent.parent.is_dir() and not target.parent.exists():
        try:
            target.parent.mkdir()  # if only that is missing; the writer says what else is
        except OSError as error:
            raise unwritten(target.parent, error, folder=True) from None
    went = run_batch(
        given,
        asked,
        target,
        workers=workers,
        solver=solver.lower(),
        seconds=seconds,
        reasons=reasons,
        resume=resume,
        force=force,
        dask=dask,
        dask_tls=[Path(file) for file in dask_tls],
        input_files=files,
        progress=progress,
        begun=begun,
    )
    return Batch(target, went)


def listed(model: FundingModel, scenarios: Scenarios) -> list[Scenario]:
    """Scenarios of files, of folders of them, of the model's own sheet by name, and of those that were read already.

    Where none is given, all of the sheet. Raises `InvalidInput`.
    """
    given = [scenarios] if isinstance(scenarios, (str, os.PathLike, Scenario)) else list(scenarios)
    if not given:
        return in_sheet(model)
    here = [one if isinstance(one, Scenario) else of_sheet(model, one) for one in given
            if isinstance(one, Scenario) or may_be_in_sheet(model, one)]  # fmt: skip
    paths = [one for one in given if not isinstance(one, Scenario) and not may_be_in_sheet(model, one)]
    return [*here, *(read_scenarios(paths) if paths else [])]
