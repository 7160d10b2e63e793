"""What is said of a command that cannot be carried out as asked, in the reader's language.

Such errors are raised in every room, at the bottom of the house too, where no catalogue is known: each carries its
English text and its fields (`Phrase`), and the text is the id under which ``usage.<language>.po`` has it.
"""

from __future__ import annotations

import re
import string
from functools import cache
from typing import TYPE_CHECKING, Any

from rus_funding.errors import FundingError, NoPlan, Phrase, SolverError
from rus_funding.words.causes import cause
from rus_funding.words.language import known, say, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def said(error: FundingError, lang: str) -> str:
    """The error in a language; what is in that language already, and what no catalogue has, as it stands."""
    if isinstance(error, NoPlan):
        return in_language(Phrase(error.phrase.text, why=cause(error.outcome, lang)), lang)
    if isinstance(error, SolverError) and known(f"cause.{error.code}"):
        return say(lang, f"cause.{error.code}", **error.fields)
    return str(error) if lang in {"en", error.lang} else in_language(error.phrase, lang)


# what the system says of a file, in English whatever the reader's language; `Phrase` of it is said in that
OF_THE_SYSTEM = (
    "No space left on device",
    "Disk quota exceeded",
    "Input/output error",
    "Permission denied",
    "Operation not permitted",
    "No such file or directory",
    "Not a directory",
    "Is a directory",
    "File exists",
    "File name too long",
    "File too large",
    "Read-only file system",
    "Too many open files",
)


class Text(Phrase):
    """A text of the catalogue as a phrase: `key` is its id."""

    def __init__(self, key: str, /, **fields: Any) -> None:
        super().__init__(key, **fields)

    def __str__(self) -> str:
        return in_language(self, "en")


def in_language(phrase: Phrase, lang: str) -> str:
    """A phrase in a language, its fields too where they are phrases.

    >>> in_language(Phrase("{path} is a folder. Name a file.", path="{x}"), "sv")
    '{x} är en mapp. Ange en fil.'
    """
    inner = {name: in_language(value, lang) if isinstance(value, Phrase) else value
             for name, value in phrase.fields.items()}  # fmt: skip
    if isinstance(phrase, Text):
        return say(lang, phrase.text, **inner)
    text = _catalogue(lang).get(phrase.text, phrase.text)
    if not inner:
        return text
    return text.format(**inner).strip()


def read_back(text: str, templates: Iterable[str], lang: str) -> str:
    """A text of somebody else, who gives no fields, in a language: the first template that it fits says which it is.

    >>> read_back("Missing argument 'MODEL'.", ["Missing argument {name}."], "sv")
    "Argumentet 'MODEL' saknas."
    """
    if lang == "en":
        return text
    templates = list(templates)
    for template in templates:
        found = _pattern(template).fullmatch(text)
        if found:
            fields = {name: read_back(part, templates, lang) for name, part in found.groupdict().items()}
            return in_language(Phrase(template, **fields), lang)
    return text


def _catalogue(lang: str) -> Mapping[str, str]:
    if lang == "en":
        return {}
    return {text: forms[0] for text, forms in texts(lang, "usage").items()}


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts: Iterable[tuple[Any, ...]] = string.Formatter().parse(template)
    return re.compile(
        "".join(re.escape(before) + ("" if name is None else f"(?P<{name}>.+)") for before, name, *_ in parts),
        re.DOTALL,
    )
