"""What a reader calls the sheets, columns, code words and keys of a model: the schema's own word, or the Swedish one.

The Swedish words lie in the catalogue's domain `names`, one for each concept: ``amount`` is ``belopp`` in every table.
`rus_funding.model.names` reads them back.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "sv")


def sheet(lang: str, table: str) -> str:
    """The name of a table's sheet, or of the sheets ``model`` and ``scenarios``.

    >>> sheet("sv", "costs"), sheet("en", "costs")
    ('Kostnader', 'costs')
    """
    if lang == "en":
        return table
    return _swedish()[f"sheet.{table}"]


def column(lang: str, table: str, name: str) -> str:
    """The heading of a column.

    >>> column("sv", "costs", "amount"), column("sv", "links", "other"), column("sv", "dependencies", "other")
    ('belopp', 'annan aktör', 'annat projekt')
    """
    if lang == "en":
        return name
    words = _swedish()
    return words.get(f"{table}.{name}") or words[name]


def place(lang: str, where: str) -> str:
    """Where a value must stand: a table, a column of one as ``table.column``, or a code word that it is.

    >>> place("sv", "areas"), place("sv", "actors.type"), place("sv", "public")
    ('Områden', 'Aktörer, typ', 'offentlig')
    """
    table, _, name = where.partition(".")
    if name:
        return f"{sheet(lang, table)}, {column(lang, table, name)}"
    return sheet(lang, table) if lang == "en" or f"sheet.{table}" in _swedish() else code(lang, table)


def code(lang: str, word: str) -> str:
    """A code word: one of a column's choices. ``""``, which some columns hold for a blank, stays.

    >>> code("sv", "in_kind"), code("sv", "year"), code("en", "in_kind")
    ('annat än pengar', 'år', 'in_kind')
    """
    return word if lang == "en" or not word else _swedish()[word]


def key(lang: str, name: str) -> str:
    """A key of the model file, without the name of its section.

    >>> key("sv", "closed_through"), key("sv", "min_partners")
    ('stängt till och med', 'minst antal parter')
    """
    if lang == "en":
        return name
    return _swedish()[f"key.{name}"]


@cache
def _swedish() -> Mapping[str, str]:
    from rus_funding.words.language import texts  # late: a sound model in English needs no words

    return {name: forms[0] for name, forms in texts("sv", "names").items()}
