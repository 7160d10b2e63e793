"""From an outcome to a released plan: what `proof.release` needs, from the solve, the model and its files."""

from __future__ import annotations

import functools
import hashlib
import platform
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rus_funding.errors import FundingError, SolverError, UsageError
from rus_funding.files import admit, placed
from rus_funding.model.model import digest, document
from rus_funding.proof.record import sha256
from rus_funding.proof.release import read_release, release, write_release
from rus_funding.proof.verdict import verify
from rus_funding.version import code, version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.engine.plan import Outcome
    from rus_funding.scenarios import Prepared

NAMES = (".json", ".json.gz")
LEVEL = "level"  # the fault of a proof under levels that the plan itself does not reach: it proves nothing of the plan


def check_target(path: Path, *, force: bool = False) -> None:
    """Raise `UsageError` where no plan can be written: said before a solve, not after it.

    With `force` a released plan that stands there is looked at after the solve: it stays if it is another.
    """
    if not path.name.endswith(NAMES):
        raise UsageError("{path}: a released plan is named .json or .json.gz.", path=path)
    if not path.parent.is_dir():
        raise UsageError("{path}: there is no folder {parent}. Make it first.", path=path, parent=path.parent)
    admit(path, force=force, same=lambda _: True)


def publish(
    outcome: Outcome,
    path: Path,
    *,
    scenario: Prepared | None = None,
    inputs: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
    force: bool = False,
) -> None:
    """Write the released plan, after the independent check has passed it; nothing is written where it does not.

    `inputs` are the SHA-256 of the files read (`digests`). `force` replaces a file that is there, but no released plan
    other than this one. Raises `UsageError` for an outcome without a certified plan and for a path that cannot be
    written, `SolverError` where the check finds fault.
    """
    check_target(path, force=force)
    record = record_of(outcome, scenario=scenario, inputs=inputs, options=options)
    with placed(path, force=force, same=lambda there: is_same(there, record)) as draft:
        write_release(draft, record)
        verdict = verify(draft)
        if not verdict.verified:
            raise SolverError(f"the plan is not written: its check says: {verdict.findings[0].sentence}")


SAME = ("scenario", "model_sha256", "payments", "projects")


def is_same(path: Path, record: Mapping[str, Any]) -> bool:
    """Whether a file is a released plan with the same payments of the same model and scenario.

    How it was found, with what software and how it is proven may differ.
    """
    try:
        there = read_release(path)
    except (FundingError, OSError):
        return False
    return all(entry in there and sha256(there[entry]) == sha256(record[entry]) for entry in SAME)


def record_of(
    outcome: Outcome,
    *,
    scenario: Prepared | None = None,
    inputs: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The record of a certified outcome: only optima and proofs that hold stand in it. `UsageError` for any other."""
    certificate, checked = outcome.certificate, outcome.checked
    if certificate is None or checked is None or not outcome.standing.has_plan:
        raise UsageError(
            "only a certified plan can be released; this one is: {standing}.", standing=outcome.standing.name
        )
    faulty = {name for _, name in checked.faults}
    bounded = {goal.name for goal in checked.goals if goal.bound is not None} - faulty
    optima = {name: optimum for name, optimum in outcome.objectives if name in bounded}
    same = not faulty and optima == {goal.name: goal.optimum for goal in checked.goals if goal.optimum is not None}
    return release(
        document(outcome.model),
        [(p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments],
        optima=optima,
        proofs=[
            proof
            for proof in certificate.proofs
            if (LEVEL, proof.objective) not in checked.faults
            and (proof.objective == "value" or {proof.objective, *proof.kept} <= {*optima})
        ],
        shares={result.project: str(result.share) for result in outcome.projects if not result.cost},
        statuses={result.project: result.status for result in outcome.projects},
        reasons={result.project: result.reason for result in outcome.projects if result.reason},
        scenario=outcome.scenario or "baseline",
        changes=[list(change) for change in scenario.changes()] if scenario is not None else [],
        inputs=inputs or {"model": digest(outcome.model)},
        versions=versions(),
        options=options,
        checked=checked if same else None,
    )


def versions() -> dict[str, str]:
    """The versions of the software that a plan is made with; `code` is the digest of this package's own files."""
    return dict(_versions())


@functools.cache
def _versions() -> dict[str, str]:
    others = {name: metadata.version(name) for name in ("highspy", "numpy", "pulp", "scipy")}
    return {"python": platform.python_version(), "rus-funding": version(), "code": code(), **others}


def digests(model: Path, scenario: Prepared | None = None) -> dict[str, str]:
    """SHA-256 of the files that a model and a scenario were read from, by file name."""
    from rus_funding.model.names import sheet_of
    from rus_funding.model.schema import TABLES

    tables = [] if model.is_file() else [file for file in sorted(model.glob("*.csv")) if sheet_of(file.stem) in TABLES]
    files = [model] if model.is_file() else [model / "model.toml", *tables]
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()}
    for name, text in scenario.scenario.sources if scenario is not None else ():
        file = Path(name).name
        found[f"scenarios/{file}" if file in found else file] = hashlib.sha256(text.encode()).hexdigest()
    return found
