"""What readers are told, in Swedish and English: one catalogue of whole sentences, numbers as each language has them.

A text lives in ``<domain>.<language>.po`` (gettext's own format, which translators' tools open), under an id such as
``explain.cut-line`` whose first part is the domain. Fields stand in braces and may name a format:

=============  =======================================================================================
format         shows, in Swedish
=============  =======================================================================================
none           text as it is; whole numbers with their thousands parted
``:kr``        ``1620000`` as ``1 620 000 kr``
``:kronor``    ``1620000`` as ``1 620 000``
``:points``    ``12.345`` as ``12,35``
``:worth``     two decimals, and for a small number as many as two digits of it need
``:share``     ``0.125`` as ``12,5 %``
``:at-most``   a share, two digits of it, rounded up: ``0,31 %``
``:limit``     a share as it was entered: ``0.5`` as ``50 %``
``:number``    a number without trailing zeros: ``1,2``
``:year``      ``2026``, never parted
``:list``      ``a, b och c``
``:date``      ``2026-11-23`` as ``23 november 2026``
=============  =======================================================================================

A text with plural forms (``msgid_plural``) is chosen by the field ``count`` under the language's own rule.
"""

from __future__ import annotations

import datetime as dt
import string
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list

from rus_funding.kronor import format_integer, format_kronor
from rus_funding.words import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LANGUAGES = ("sv", "en")
IN_CODE = frozenset({"usage", "names"})  # domains whose English stands in the code: `words.usage`, the schema's names
LOCALES = {"sv": Locale("sv", "SE"), "en": Locale("en", "GB")}
Text = tuple[str, ...]  # one form, or one per plural category in the order of the file


def say(lang: str, key: str, **fields: Any) -> str:
    """The text `key` in `lang`, its fields filled in. An unknown key or a missing field raises `KeyError`.

    >>> say("sv", "language.projects", count=1), say("sv", "language.projects", count=1200)
    ('1 projekt', '1\\xa0200 projekt')
    """
    forms = texts(lang, key.partition(".")[0])[key]
    return _WRITERS[lang].vformat(forms[form(lang, fields["count"])] if len(forms) > 1 else forms[0], (), fields)


def known(key: str) -> bool:
    """Whether the catalogue has the text."""
    try:
        return key in texts(LANGUAGES[0], key.partition(".")[0])
    except KeyError:
        return False


@cache
def texts(lang: str, domain: str) -> Mapping[str, Text]:
    """Every text of a domain by id. A domain that is not there raises `KeyError`."""
    from babel.messages.pofile import read_po

    file = resources.files(__package__).joinpath(f"{domain}.{lang}.po")
    if not file.is_file():
        raise KeyError(f"there are no texts '{domain}' in '{lang}'")
    with file.open("rb") as stream:
        catalog = read_po(stream, locale=LOCALES[lang], abort_invalid=True)
    found: dict[str, Text] = {}
    for message in catalog:
        if message.id:
            key, forms = message.id, message.string
            found[key if isinstance(key, str) else key[0]] = (
                (forms or "",) if isinstance(forms, str) or forms is None else tuple(form or "" for form in forms)
            )
    return found


@cache
def phrases(lang: str, domain: str) -> Mapping[str, Any]:
    """A domain of labels as nested mappings, their fields left open: ``report.units.point.0`` is the first of a tuple
    ``["units"]["point"]``; a part such as ``public/cash`` is the key ``("public", "cash")``. A text with plural forms
    is the tuple of these: see `form`.
    """
    tree: dict[Any, Any] = {}
    for key, forms in texts(lang, domain).items():
        *path, last = [tuple(part.split("/")) if "/" in part else part for part in key.split(".")[1:]]
        at = tree
        for part in path:
            at = at.setdefault(part, {})
        at[last] = forms if len(forms) > 1 else forms[0]
    return {key: _tuples(value) for key, value in tree.items()}


def _tuples(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if all(isinstance(key, str) and key.isdigit() for key in value):
        return tuple(value[str(i)] for i in range(len(value)))
    return {key: _tuples(inner) for key, inner in value.items()}


def domains() -> list[str]:
    """The domains that the catalogue holds in every language; those `IN_CODE` have their English there."""
    found = {file.name.split(".")[0] for file in resources.files(__package__).iterdir() if file.name.endswith(".po")}
    return sorted(found - IN_CODE)


def listed(lang: str, items: Iterable[str]) -> str:
    """``a, b och c``."""
    return format_list([*items], locale=LOCALES[lang])


def sort_key(lang: str) -> Any:
    """A key that sorts names as the language does: in Swedish å, ä and ö come last, in that order.

    >>> sorted(["Örebro", "Askersund", "Ängelholm", "Åre", "Zinkgruvan"], key=sort_key("sv"))
    ['Askersund', 'Zinkgruvan', 'Åre', 'Ängelholm', 'Örebro']
    """
    import unicodedata

    def plain(letter: str) -> str:
        return unicodedata.normalize("NFD", letter)[0]

    def key(name: str) -> tuple[Any, ...]:
        letters = name.casefold()
        swedish = "åäö" if lang == "sv" else ""
        ranks = tuple(("~", str(swedish.index(c))) if c in swedish else (plain(c), "") for c in letters)
        return ranks, name

    return key


def form(lang: str, count: float) -> int:
    """Which plural form of a text `count` asks for."""
    return 0 if LOCALES[lang].plural_form(count) == "one" else 1


class _Writer(string.Formatter):
    """Fills fields into a text, with this page's formats. What a field holds is never read as a field itself."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        """One field as text."""
        lang = self.lang
        match format_spec:
            case "":
                whole = isinstance(value, int) and not isinstance(value, bool)
                return format_integer(value, lang) if whole else str(value)
            case "kr":
                return format_kronor(value, lang)
            case "year":
                return str(value)
            case "list":
                return listed(lang, [str(item) for item in value])
            case "date":
                day = dt.date.fromisoformat(value) if isinstance(value, str) else value
                return format_date(day, "d MMMM y", locale=LOCALES[lang])
        if format_spec in numbers.FORMATS:
            return numbers.FORMATS[format_spec](value, lang)
        raise KeyError(f"no format {format_spec!r}")


_WRITERS = {lang: _Writer(lang) for lang in LANGUAGES}
