"""The linear program as a file that other programs read, with what its numbered names stand for beside it."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from rus_funding.engine.solvers.with_pulp import write
from rus_funding.errors import UsageError
from rus_funding.files import admit, placed_all
from rus_funding.model.amounts import Amounts
from rus_funding.model.closed import opened
from rus_funding.model.index import Index
from rus_funding.model.model import Objective
from rus_funding.model.portfolio import Portfolio
from rus_funding.program.formulation import formulate
from rus_funding.program.objectives import stages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rus_funding.model.model import FundingModel
    from rus_funding.program.formulation import Formulation

KINDS = {".lp", ".mps"}


def check_target(path: Path, *, names: bool = True, force: bool = False) -> None:
    """Raise `UsageError` where no program can be written: another extension, no such folder, a file that is there."""
    if path.suffix.lower() not in KINDS:
        raise UsageError("{path}: the file's name says what it is: end it in .lp or .mps.", path=path)
    if not path.parent.is_dir():
        raise UsageError("{path}: there is no folder {parent}. Make it first.", path=path, parent=path.parent)
    admit(*_targets(path, names=names), force=force)


def _targets(path: Path, *, names: bool) -> list[Path]:
    return [path, names_file(path)] if names else [path]


def names_file(path: Path) -> Path:
    """Where the names of the program in `path` are explained: ``plan.lp`` has ``plan.names.csv``."""
    return path.with_suffix(".names.csv")


def write_program(
    model: FundingModel, path: Path, *, objective: str = "value", names: bool = True, force: bool = False
) -> list[Path]:
    """Write a model's program with one objective, to be maximised: what is minimised stands with its sign turned.

    The names are numbers, as LP files bear neither "ö" nor "-": with `names` a CSV file beside it says what column or
    row each is. Both files appear whole or not at all; they are returned. Files that are there are replaced only with
    `force`. Raises `UsageError` for a path that cannot be written.
    """
    check_target(path, names=names, force=force)
    index = Index(opened(model).replace(objectives=(Objective(objective),)))
    amounts = Amounts(index.model, index)
    f = formulate(Portfolio(index, amounts))
    program = f.compiled.fill(amounts)
    (stage,) = stages(f, amounts)
    targets = _targets(path, names=names)
    with placed_all(targets, force=force) as drafts:
        write(program, stage.sense * stage.cost, drafts[0])
        if names:
            _write_names(f, drafts[1])
    return targets


def _write_names(f: Formulation, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(["name", "kind", "of"])
        table.writerows(_names(f))


def _names(f: Formulation) -> Iterator[tuple[str, str, str]]:
    """Name, variable or rule, and the ids it is of."""
    for letter, labels in (("x", f.compiled.column_labels()), ("r", f.compiled.row_labels())):
        for i, (kind, *ids) in enumerate(labels):
            yield f"{letter}{i}", kind, " ".join(ids)
