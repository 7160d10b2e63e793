"""The row of a table that a question names: by its id, or by its name however it is written."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from rus_funding.errors import Phrase, UsageError
from rus_funding.model.schema import TABLES
from rus_funding.words.near import nearest

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel

PARTS = {"municipality": "municipalities", "area": "areas", "actor": "actors", "fund": "funds"}
NONE = {
    "projects": Phrase("no project"),
    "municipalities": Phrase("no municipality"),
    "areas": Phrase("no area"),
    "actors": Phrase("no actor"),
    "funds": Phrase("no fund"),
}


def named(model: FundingModel, table: str, asked: str) -> str:
    """The id of the row that has the id or the name `asked`; names are compared as `folded`.

    Raises `UsageError` with the nearest where no row has it, and with the ids where several have the name.
    """
    rows = model.areas if table == "areas" else model[table]
    names: dict[str, str] = dict(zip(rows[TABLES[table].key[0]].tolist(), map(str, rows["name"].tolist()), strict=True))
    if asked in names:
        return asked
    wanted = folded(asked)
    found = [one for one, name in names.items() if wanted in {folded(name), folded(one)}]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError("several are called '{asked}': write one of the ids {ids}.", asked=asked, ids=", ".join(found))
    raise UsageError(
        "{name} has {none} '{asked}'. {hint}", name=model.name, none=NONE[table], asked=asked, hint=_hint(asked, names)
    )


def folded(text: str) -> str:
    """A text without case, accents, rings and dots, and with single spaces.

    >>> folded(" Örebro  län")
    'orebro lan'
    """
    parted = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in parted if not unicodedata.combining(letter)).split())


def _hint(asked: str, names: dict[str, str]) -> Phrase | str:
    wanted = folded(asked)
    within = [one for one, name in names.items() if wanted and wanted in folded(name)][:1]
    by_name = {folded(name): one for one, name in names.items()}
    near = within[0] if within else nearest(asked, names) or by_name.get(nearest(wanted, by_name), "")
    if near:
        return Phrase("Did you mean '{near}' ({name})?", near=near, name=names[near])
    return (
        Phrase("It has none.")
        if not names
        else Phrase("It has {names}.", names=", ".join([*[*names][:8], *["…"][: len(names) > 8]]))
    )
