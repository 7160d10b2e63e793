"""A folder to raw tables: ``model.toml`` and a CSV file for each table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.kronor import Refused
from rus_funding.model.names import language_of, near, sheet_of
from rus_funding.model.reading.csvfile import read_csv
from rus_funding.model.reading.modelfile import FILE, read_toml
from rus_funding.model.reading.source import Source, problem
from rus_funding.model.schema import TABLES
from rus_funding.words import names
from rus_funding.words.visible import plain

if TYPE_CHECKING:
    from pathlib import Path


def read_folder(path: Path) -> Source:
    """All that a folder holds, and its problems so far."""
    source = Source({**{name: f"{name}.csv" for name in TABLES}, FILE: FILE})
    try:
        files = sorted(path.iterdir())
    except OSError as error:
        refused = Refused("unreadable", "reading.folder-unreadable", "reading.check-rights", reason=error.strerror)
        source.problems.append(problem(refused, path.name))
        source.broken |= set(TABLES) | {FILE}
        return source
    lang = language_of(file.stem for file in files if file.suffix.lower() == ".csv")
    source.places |= {name: f"{names.sheet(lang, name)}.csv" for name in TABLES}
    for file in files:
        if file.suffix.lower() == ".csv" and not file.name.startswith((".", "~")):
            _csv(file, source)
    if (path / FILE).exists():
        source.broken.add(FILE)  # until its keys are read
        read_toml(path / FILE, source)
    return source


def _csv(file: Path, source: Source) -> None:
    table = sheet_of(file.stem)
    if table not in TABLES:
        known = [names.sheet(lang, name) for lang in names.LANGUAGES for name in TABLES if name not in source.tables]
        refused = Refused("unknown_file", "reading.file-unknown", "reading.list-tables", tables=list(TABLES))
        if meant := near(file.stem, known):
            refused = Refused("unknown_file", "reading.file-unknown", "reading.rename-file", near=f"{meant}.csv")
        source.warn(refused, plain(file.name))
    elif table in source.tables or table in source.broken:
        refused = Refused("duplicate_table", "reading.two-files", "reading.rename-one", table=table)
        source.problems.append(problem(refused, file.name))
    else:
        source.places[table] = file.name
        read_csv(file, TABLES[table], source)
