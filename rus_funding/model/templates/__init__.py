"""Empty models to fill in: a folder of CSV tables with `model.toml`, or a workbook with a sheet for each table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.errors import UsageError
from rus_funding.files import admit, placed_all

if TYPE_CHECKING:
    from pathlib import Path


def write_template(target: Path, *, example: bool = False, force: bool = False, lang: str = "sv") -> list[Path]:
    """Write a template at `target` (a workbook if it ends in ``.xlsx``, else a folder) and return the files written.

    Sheets, files, headings, code words and what is explained are in the language `lang`, "sv" or "en"; `load` reads
    either. With `example` the tables hold the rows of a small made-up model that can be checked and solved as it is. A
    file that exists is overwritten only with `force`, and a folder whose tables somebody has filled in not even then;
    otherwise `UsageError` names it and nothing is written.
    """
    from rus_funding.model.templates import folder, workbook

    if target.suffix.lower() in {".xls", ".xlsm", ".ods", ".csv"}:
        raise UsageError("{name}: write a folder, or a workbook such as modell.xlsx.", name=target.name)
    kind = workbook if target.suffix.lower() == ".xlsx" else folder
    if kind is folder and target.exists() and not target.is_dir():
        raise UsageError("{target} is a file. Name a folder, or a workbook ending in .xlsx.", target=target)
    if kind is workbook and target.is_dir():
        raise UsageError("{target} is a folder. Name a file.", target=target)
    files: list[Path] = kind.paths(target, lang)
    admit(*files, force=force, model=True)
    filled = folder.rows_in(target) if kind is folder else None
    if filled is not None:
        raise UsageError(
            "{target} holds a model ({name} is filled in): it stays, also with --force. Name another folder.",
            target=target,
            name=filled.name,
        )
    with placed_all(files, force=force, model=True) as drafts:
        for draft, content in zip(drafts, kind.contents(target, example=example, lang=lang), strict=True):
            draft.write_bytes(content)
    return files
