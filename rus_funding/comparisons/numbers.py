"""Numbers of a comparison as readers write them; differences carry their sign."""

from __future__ import annotations

from fractions import Fraction

from rus_funding.words.numbers import decimal, kronor, percent

WHOLE = {"funded", "unused", "projects_funded", "projects_partly", "projects_not"}
SHARES = {"cofinancing", "largest_fund_share"}
THIRD = {"herfindahl_funds", "herfindahl_areas", "hoover"}  # indices from 0 to 1: three decimals


def figure(name: str, value: float | None, lang: str) -> str:
    """A key figure.

    >>> figure("cofinancing", 0.5931, "en"), figure("hoover", None, "en"), figure("value", 1234.567, "en")
    ('59.3%', '–', '1,234.6')
    """
    if value is None:
        return "–"
    if name in WHOLE:
        return kronor(round(value), lang)
    if name in SHARES:
        return percent(Fraction(value), lang)
    return decimal(value, lang, _places(name))


def change(name: str, value: float | None, lang: str) -> str:
    """A difference of key figures, with its sign; shares in percentage points.

    >>> change("funded", 1200, "en"), change("cofinancing", -0.0123, "en"), change("value", 0, "en")
    ('+1,200', '−1.2', '0')
    """
    if value is None:
        return "–"
    places = 0 if name in WHOLE else 1 if name in SHARES else _places(name)
    return signed(100 * value if name in SHARES else value, lang, places)


def signed(value: float, lang: str, places: int = 0) -> str:
    """A number with + or −; 0 for nothing.

    >>> signed(-3, "sv"), signed(0.001, "sv", 2)
    ('−3', '0')
    """
    text = decimal(value, lang, places)
    if not any(digit in text for digit in "123456789"):
        return "0"
    return text if value < 0 else f"+{text}"


def share(value: float | None, lang: str) -> str:
    """A share in per cent; a dash for none."""
    return "–" if value is None else percent(Fraction(value), lang)


def _places(name: str) -> int:
    return 3 if name in THIRD else 2 if name == "leverage" else 1
