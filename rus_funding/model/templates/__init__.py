"""Empty models to fill in: a folder of CSV tables with `model.toml`, or a workbook with a sheet for each table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def write_template(target: Path, *, example: bool = False, force: bool = False) -> list[Path]:
    """Write a template at `target` (a workbook if it ends in ``.xlsx``, else a folder) and return the files written.

    With `example` the tables hold the rows of a small made-up model that can be checked and solved as it is. A file
    that exists is overwritten only with `force`; otherwise `UsageError` names it and nothing is written.
    """
    from rus_funding.model.templates import folder, workbook

    if target.suffix.lower() in {".xls", ".xlsm", ".ods", ".csv"}:
        raise UsageError(f"{target.name}: write a folder, or a workbook such as modell.xlsx.")
    kind = workbook if target.suffix.lower() == ".xlsx" else folder
    if kind is folder and target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file. Name a folder, or a workbook ending in .xlsx.")
    if kind is workbook and target.is_dir():
        raise UsageError(f"{target} is a folder. Name a file.")
    files: list[Path] = kind.paths(target)
    taken = [path for path in files if path.exists()]
    if taken and not force:
        raise UsageError(f"{taken[0]} exists already. Choose another name, or overwrite it with --force.")
    try:
        kind.write(target, example=example)
    except OSError as error:
        raise UsageError(
            f"{target} cannot be written ({error.strerror or error}). Close it, or choose another."
        ) from error
    return files
