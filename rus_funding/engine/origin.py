"""Whether a released plan was made from these files: digests by file, and the model that they give against its own.

It reads the model as `solve` does: the one part of `verify` that needs more than the standard library.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from rus_funding.engine.publish import digests
from rus_funding.engine.solving import kept
from rus_funding.errors import InvalidInput, UsageError
from rus_funding.model.closed import opened
from rus_funding.model.model import digest, document
from rus_funding.model.names import sheet_of
from rus_funding.model.reading import read_model
from rus_funding.model.schema import TABLES
from rus_funding.proof.finding import Finding, Origin, found
from rus_funding.proof.release import read_release
from rus_funding.proof.verdict import differences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rus_funding.model.model import FundingModel
    from rus_funding.scenarios import Prepared

ITSELF = "model"  # the only input of a plan that was made from a model in memory: its document's digest


def check_origin(plan: Path, model: Path, scenario: Path | None = None, lang: str = "en") -> Origin:
    """Compare a plan's inputs with the files of `model` and `scenario`, and its model with the one that they give.

    A scenario that the plan was made from and that is not given leaves its model unchecked. Raises `InvalidInput`
    (in `lang`) where the files are no model or scenario, `UsageError` where they are several scenarios.
    """
    record = read_release(plan)
    try:
        base = read_model(model)
        prepared = None if scenario is None else _prepared(base, scenario)
        changed = opened(base) if prepared is None else kept(prepared.apply(), prepared)
    except InvalidInput as error:
        from rus_funding.words.messages import translated

        raise InvalidInput([translated(problem, lang) for problem in error.problems], lang) from None
    stated = record["inputs"] if isinstance(record["inputs"], dict) else {}
    unchecked: tuple[str, ...] = ()
    if set(stated) == {ITSELF}:
        here = {ITSELF: digest(changed)}
    else:
        here = digests(model, prepared)
        stated = _renamed(stated, model)
        if prepared is None:
            unchecked = tuple(sorted(name for name in stated if _is_scenario(name)))
    findings = list(_files({name: it for name, it in stated.items() if name not in unchecked}, here))
    if not unchecked:
        findings += _model(record, changed, prepared)
    same = tuple(name for name in sorted(here) if stated.get(name) == here[name])
    return Origin(str(model), same, unchecked, not unchecked, tuple(findings))


def _prepared(model: FundingModel, path: Path) -> Prepared:
    from rus_funding.scenarios import prepare
    from rus_funding.scenarios.given import scenario_of
    from rus_funding.scenarios.sheet import may_be_in_sheet

    if path.is_dir() and not may_be_in_sheet(model, path):
        raise UsageError("{path} is a folder: name the one scenario file that the plan was made from.", path=path)
    return prepare(model, scenario_of(model, path))


def _is_scenario(name: str) -> bool:
    stem, _, ending = name.rpartition(".")
    table = ending == "csv" and sheet_of(stem) in TABLES
    return name != "model.toml" and not table and ending != "xlsx"


def _renamed(stated: Mapping[str, str], model: Path) -> dict[str, str]:
    """The inputs as the plan states them; a workbook that has another name now is the same where its bytes are."""
    if not model.is_file() or model.name in stated:
        return dict(stated)
    now = hashlib.sha256(model.read_bytes()).hexdigest()
    return {model.name if name.endswith(".xlsx") and it == now else name: it for name, it in stated.items()}


def _files(stated: Mapping[str, str], here: Mapping[str, str]) -> Iterator[Finding]:
    """Each file that is not the one it was, or that is there on one side only."""
    for name in sorted(stated.keys() | here.keys()):
        if name not in here:
            yield found("inputs", f"inputs.{name}", "file-missing", file=name)
        elif name not in stated:
            yield found("inputs", f"inputs.{name}", "file-extra", file=name)
        elif stated[name] != here[name]:
            yield found("inputs", f"inputs.{name}", "file-differs", file=name)


def _model(record: Mapping[str, Any], model: FundingModel, scenario: Prepared | None) -> Iterator[Finding]:
    """Each cell of the plan's model that is not what the files say, and the scenario's changes."""
    yield from differences("model", record["model"], document(model), "model-cell")
    changes = [list(change) for change in scenario.changes()] if scenario is not None else []
    if record["scenario"].get("changes") != changes:
        yield found("model", "scenario.changes", "changes")
