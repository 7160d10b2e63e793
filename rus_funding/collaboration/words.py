"""Words of the pictures and tables, in Swedish and English; numbers as each language writes them."""

from __future__ import annotations

from rus_funding.kronor import NBSP, format_integer
from rus_funding.words.language import form, phrases


def word(key: str, lang: str) -> str:
    """A fixed phrase."""
    found: str = phrases(lang, "network")["words"][key]
    return found


def count(key: str, n: int, lang: str, **more: object) -> str:
    """A number with its noun, in the form the number asks for."""
    forms: tuple[str, ...] = phrases(lang, "network")["plurals"][key]
    return forms[form(lang, n)].format(n=integer(n, lang), **more)


def kind(actor_type: str, lang: str) -> str:
    """An actor type as a reader says it; one that the shipped models and templates do not use is shown as written."""
    found: str = phrases(lang, "network")["types"].get(actor_type, actor_type)
    return found


def integer(n: int, lang: str) -> str:
    """A whole number with its thousands parted."""
    return format_integer(n, lang)


def decimal(x: float, lang: str, digits: int = 2) -> str:
    """A number with at most `digits` decimals."""
    text = f"{abs(x):,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if digits else text
    if lang == "sv":
        text = text.replace(",", NBSP).replace(".", ",")
    return ("−" if x < 0 and text.strip("0,.") else "") + text


def percent(share: float, lang: str) -> str:
    """A share in whole per cent."""
    return f"{round(100 * share)}{NBSP}%" if lang == "sv" else f"{round(100 * share)}%"


def short_kronor(n: float, lang: str) -> str:
    """Kronor in a unit that fits a legend or a sentence: kr, tkr or Mkr.

    >>> short_kronor(12_345_678, "en")
    'SEK\xa012.3m'
    """
    size, sv, en = next((unit for unit in ((1e6, "Mkr", "m"), (1e3, "tkr", "k")) if n >= unit[0]), (1.0, "kr", ""))
    number = decimal(n / size, lang, 1 if size > 1 else 0)
    return f"{number}{NBSP}{sv}" if lang == "sv" else f"SEK{NBSP}{number}{en}"
