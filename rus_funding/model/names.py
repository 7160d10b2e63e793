"""What people write for sheets, columns, code words and keys, in English or Swedish, to what these are inside.

A word is known however its letters are cased, with or without the marks on å, ä and ö, and with spaces where the
schema has underscores: ``Högsta sats``, ``hogsta_sats`` and ``MAX_RATE`` are one column. Nothing else is: a word that
is only near to a name is nobody's, and `near` says which it may be meant for, so that a reader is asked.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from rus_funding.model.schema import TABLES, Column
from rus_funding.words import names as words
from rus_funding.words.near import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

MODEL, SCENARIOS = "model", "scenarios"  # sheets that are no tables
_PARTS = re.compile(r"[\s_]+")


def folded(text: str) -> str:
    """A word as it is compared: small letters without marks, spaces and underscores alike.

    >>> folded("  Högsta_Sats ") == folded("hogsta sats")
    True
    """
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return _PARTS.sub(" ", text.casefold()).strip()


def sheet_of(text: str) -> str:
    """The table whose sheet or file is called so, ``model`` or ``scenarios``; ``""`` for none.

    >>> sheet_of("Åtaganden"), sheet_of("ATAGANDEN "), sheet_of("rate limits"), sheet_of("Modell"), sheet_of("Åtagande")
    ('commitments', 'commitments', 'rate_limits', 'model', '')
    """
    found = text.strip().casefold()
    return found if found in TABLES else _sheets().get(folded(text), "")


def language_of(texts: Iterable[str]) -> str:
    """The language that sheets or files are named in: Swedish where one of them has a name that is Swedish alone.

    >>> language_of(["rate_limits", "costs"]), language_of(["Kostnader", "links"])
    ('en', 'sv')
    """
    found = [(folded(text), sheet_of(text)) for text in texts]
    return "sv" if any(table and word != folded(table) for word, table in found) else "en"


def column_of(table: str, text: str) -> str:
    """The column of a table that is headed so; ``""`` for none.

    >>> column_of("funds", "Högsta sats"), column_of("funds", "max_rate"), column_of("funds", "sats")
    ('max_rate', 'max_rate', '')
    """
    found = text.strip().casefold()
    return found if found in TABLES[table].by_name else _columns(table).get(folded(text), "")


def code_of(table: str, column: str, text: str) -> str:
    """The code word of a column's choices that is written so; ``""`` for none.

    >>> code_of("funds", "form", "Annat än pengar"), code_of("projects", "status", "bunden")
    ('in_kind', 'committed')
    """
    return choice_of(TABLES[table][column], text)


def choice_of(column: Column, text: str) -> str:
    """The same of a column, wherever it stands."""
    found = text.strip().casefold()
    return found if found in column.choices else _choices(column.choices).get(folded(text), "")


def key_of(text: str, known: Iterable[str]) -> str:
    """The key of the model file, of those `known`, that is written so; ``""`` for none.

    >>> key_of("Stängt till och med", ["closed_through"]), key_of("målfunktion", ["objective"])
    ('closed_through', 'objective')
    """
    return _keys(tuple(known)).get(folded(text), "")


def near(text: str, known: Collection[str]) -> str:
    """The name of `known` that a text which is none of them may be meant for, as it stands there; ``""`` for none.

    >>> near("Kostnad", sheets()), near("costz", sheets())
    ('Kostnader', 'costs')
    """
    names = {folded(name): name for name in known}
    found = nearest(folded(text), list(names))
    return names[found] if found else ""


def sheets() -> list[str]:
    """Every name that a sheet may have, in both languages."""
    return [words.sheet(lang, name) for lang in words.LANGUAGES for name in (*TABLES, MODEL, SCENARIOS)]


def columns(table: str) -> list[str]:
    """Every heading that a table may have, in both languages."""
    return [words.column(lang, table, column.name) for lang in words.LANGUAGES for column in TABLES[table].columns]


def choices(column: Column) -> list[str]:
    """Every code word of a column, in both languages."""
    return [words.code(lang, choice) for lang in words.LANGUAGES for choice in column.choices]


@cache
def _sheets() -> Mapping[str, str]:
    return _read_back(
        {name: [words.sheet(lang, name) for lang in words.LANGUAGES] for name in (*TABLES, MODEL, SCENARIOS)}
    )


@cache
def _columns(table: str) -> Mapping[str, str]:
    held = [column.name for column in TABLES[table].columns]
    return _read_back({name: [words.column(lang, table, name) for lang in words.LANGUAGES] for name in held})


@cache
def _choices(choices: tuple[str, ...]) -> Mapping[str, str]:
    return _read_back({choice: [words.code(lang, choice) for lang in words.LANGUAGES] for choice in choices})


@cache
def _keys(known: tuple[str, ...]) -> Mapping[str, str]:
    return _read_back({name: [words.key(lang, name) for lang in words.LANGUAGES] for name in known})


def _read_back(names: Mapping[str, Collection[str]]) -> Mapping[str, str]:
    """What each name, folded, is the name of. A word that names two things raises `ValueError`: the schema's fault."""
    found: dict[str, str] = {}
    for what, written in names.items():
        for word in map(folded, written):
            if found.setdefault(word, what) != what:
                raise ValueError(f"'{word}' names both {found[word]} and {what}")
    return found
