"""What is said about the input, by code, in English and Swedish: what is wrong, and what to do.

A text names its fields as ``{project}``; a format says how a field is shown:

==========  ===================================================================
format      shows
==========  ===================================================================
``:kr``     ``1620000`` as ``1 620 000 kr`` (Swedish)
``:share``  ``0.8`` as ``0.8`` (English) or ``0,8`` (Swedish)
``:list``   a list as ``a, b, c``, no more than `SHOWN` of them
``:years``  ``[[2026, 100000]]`` as ``2026: 100 000 kr``
==========  ===================================================================
"""

from __future__ import annotations

import dataclasses
import string
from functools import cache
from typing import TYPE_CHECKING, Any

from rus_funding.errors import Problem
from rus_funding.kronor import format_kronor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LANGUAGES = ("sv", "en")
SHOWN = 8  # items of a list that a message spells out


@dataclasses.dataclass(frozen=True)
class Message:
    """What is wrong and what to do, in two languages."""

    severity: str
    en: tuple[str, str]
    sv: tuple[str, str]

    def text(self, language: str, fields: Mapping[str, Any]) -> tuple[str, str]:
        """What is wrong and what to do, with the fields filled in; a missing field raises `KeyError`."""
        what, remedy = self.sv if language == "sv" else self.en
        writer = _WRITERS[language]
        return writer.vformat(what, (), fields), writer.vformat(remedy, (), fields)


class _Writer(string.Formatter):
    """Fills fields into a text, with this page's formats."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        """One field as text."""
        if format_spec == "kr":
            return format_kronor(value, self.language)
        if format_spec == "share":
            text = f"{value:.10g}"
            return text.replace(".", ",") if self.language == "sv" else text
        if format_spec == "list":
            return self.several([str(item) for item in value])
        if format_spec == "years":
            return self.several([f"{year}: {format_kronor(amount, self.language)}" for year, amount in value])
        return str(super().format_field(value, format_spec))

    def several(self, items: Sequence[str]) -> str:
        """Items separated by commas; a long list is cut and says how many are left out."""
        if len(items) <= SHOWN:
            return ", ".join(items)
        more = f"och {len(items) - SHOWN} till" if self.language == "sv" else f"and {len(items) - SHOWN} more"
        return f"{', '.join(items[:SHOWN])} {more}"


_WRITERS = {language: _Writer(language) for language in LANGUAGES}


@cache
def catalogue() -> Mapping[str, Message]:
    """Every message by its code."""
    from rus_funding.messages.advice import ADVICE
    from rus_funding.messages.faults import FAULTS

    return {
        **{code: Message("error", texts[:2], texts[2:]) for code, texts in FAULTS.items()},
        **{code: Message("warning", texts[:2], texts[2:]) for code, texts in ADVICE.items()},
    }


def problem(
    code: str, place: str, row: int | None = None, column: str | None = None, value: str | None = None, **fields: Any
) -> Problem:
    """The problem `code` at a place, its texts in English and its fields kept for `translated`.

    An unknown code or a missing field raises `KeyError`: that is a fault of ours, not of the input.
    """
    message = catalogue()[code]
    what, remedy = message.text("en", fields)
    return Problem(code, place, what, remedy, row, column, value, message.severity, fields)


def translated(found: Problem, language: str) -> Problem:
    """The problem in `language` ("sv" or "en"); a text that has no translation stays in English."""
    if language == "en":
        return found
    message = catalogue().get(found.code)
    if message is not None:
        try:
            what, remedy = message.text(language, found.fields)
        except KeyError:  # the reader's, under the same code
            pass
        else:
            return dataclasses.replace(found, what=what, remedy=remedy)
    from rus_funding.messages.sentences import in_swedish

    what, remedy = (in_swedish(text) or text for text in (found.what, found.remedy))
    return dataclasses.replace(found, what=what, remedy=remedy)
