"""Numbers as readers write them: ``1 234,5`` with no-break spaces in Swedish, ``1,234.5`` in English."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.kronor import NBSP, format_integer, round_half_up

if TYPE_CHECKING:
    from collections.abc import Callable

Number = int | float | Fraction
KRONOR_AWAY = Fraction(1, 100_000)  # share of a cost: some kronor of a million


def kronor(value: Number, lang: str) -> str:
    """Whole kronor without their unit: tables say it in the heading.

    >>> kronor(1234567, "en")
    '1,234,567'
    """
    return format_integer(int(value), lang)


def decimal(value: Number, lang: str, places: int = 2) -> str:
    """A number with a fixed number of decimals, halves away from zero.

    >>> decimal(Fraction(-24690, 8), "en")
    '−3,086.25'
    """
    unit = 10**places
    scaled = round_half_up(abs(Fraction(value)) * unit)
    whole, part = divmod(scaled, unit)
    point = "." if lang == "en" else ","
    sign = "\u2212" if value < 0 and scaled else ""
    return sign + format_integer(whole, lang) + (f"{point}{part:0{places}d}" if places else "")


def points(value: Number, lang: str) -> str:
    """Points with two decimals."""
    return decimal(value, lang)


def percent(value: Number, lang: str, places: int = 1) -> str:
    """A share in per cent: ``50,0 %`` or ``50.0%``. Short of 100 it never rounds up to it, nor down to 0 above it.

    `KRONOR_AWAY` apart: a project funded in full but for the kronor that rates round away is no riddle to a reader.

    >>> percent(Fraction(9998, 10000), "en"), percent(Fraction(9999999, 10000000), "en"), percent(1, "en")
    ('>99.9%', '100%', '100%')
    """
    share = Fraction(value)
    if share == 0 or 1 - KRONOR_AWAY <= share <= 1:
        return plain_percent(round(share), lang)
    least = Fraction(1, 10 ** (places + 2))
    space = "" if lang == "en" else NBSP
    if 1 - least / 2 <= share < 1:
        return f">{decimal((1 - least) * 100, lang, places)}{space}%"
    if 0 < share < least / 2:
        return f"<{decimal(least * 100, lang, places)}{space}%"
    return f"{decimal(share * 100, lang, places)}{space}%"


def at_most(value: Number, lang: str) -> str:
    """A share in per cent, two digits of it (at least two decimals, at most six), rounded up: never less than it is.

    >>> at_most(Fraction(31, 10_000), "en"), at_most(0.00004, "en"), at_most(Fraction(1, 10**30), "en")
    ('0.31%', '0.004%', '0.000001%')
    >>> at_most(Fraction(200_001, 10**6), "sv")
    '20,01\\xa0%'
    """
    share = Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
    digits = 2 - Decimal(repr(float(share * 100))).adjusted() - 1 if share else 0
    unit = 10 ** min(6, max(2, digits))
    return plain_percent(Fraction(math.ceil(share * 100 * unit), 100 * unit), lang)


def plain_percent(value: Number, lang: str) -> str:
    """A share as it was entered, in per cent: ``5 %``, ``5,5 %``."""
    text = _digits(Fraction(value) * 100, 6, lang)
    return f"{text}{'' if lang == 'en' else NBSP}%"


def plain(value: Number, lang: str) -> str:
    """A number as it was entered: ``1,2``."""
    return _digits(Fraction(value), 6, lang)


def worth(value: Number, lang: str) -> str:
    """Two decimals, and for a small number as many as two digits of it need; never in exponent form.

    >>> worth(0.0030521, "sv"), worth(26920.159, "sv")
    ('0,0031', '26\\xa0920,16')
    """
    magnitude = Decimal(repr(float(value))).adjusted() if value else 0
    return decimal(value, lang, max(2, 1 - magnitude))


def _digits(value: Fraction, places: int, lang: str) -> str:
    """Rounded to so many decimals, without trailing zeros."""
    text = decimal(value, lang, places)
    return text.rstrip("0").rstrip(".,") if places else text


FORMATS: dict[str, Callable[[Number, str], str]] = {
    "kronor": kronor,
    "points": points,
    "share": percent,
    "limit": plain_percent,
    "number": plain,
    "worth": worth,
    "at-most": at_most,
}
