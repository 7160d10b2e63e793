"""Money and other numbers: strict parsing of what a Swedish spreadsheet writes, formatting, exact rounding.

Accepted: digits, thousands by a space or no-break space in groups of three, one decimal comma or point, ``-`` or
U+2212, a trailing ``kr`` (money) or ``%`` (shares). Where points and commas stand in one number the last is the decimal
sign: ``1.120.000,00`` and ``1,120,000.00``. All else is refused, never guessed: ``978.000`` may be two amounts.
"""

from __future__ import annotations

import functools
import math
import re
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

LIMIT = 10**15  # kronor; below it every float is exact to less than an öre
SMALLEST = 1e-15  # a smaller positive number is a slip, and would make exact arithmetic slow
WHOLE = 1e-6  # how far a spreadsheet's number may lie from whole kronor: its own rounding, not an öre
NBSP = "\u00a0"

_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2212": "-"})
_NUMBER = re.compile(r"(-?)([0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:([.,])([0-9]+))?(?:[eE]([+-]?[0-9]{1,3}))?")
_BOTH = re.compile(r"-?[0-9]{1,3}(?:(?:\.[0-9]{3})+,|(?:,[0-9]{3})+\.)[0-9]+")  # of one kind before one of the other
_SEVERAL = re.compile(r"-?[0-9]{1,3}(?:(?:\.[0-9]{3})+|(?:,[0-9]{3})+)")


class Refused(ValueError):
    """A cell that cannot be read as what its column holds: a `code`, and `texts`, the ids in the catalogue of what is
    wrong and what to do, with the `fields` that they name.
    """

    def __init__(self, code: str, what: str, remedy: str, **fields: Any) -> None:
        """Say what is wrong and what to do."""
        self.code, self.texts, self.fields = code, (what, remedy), fields
        super().__init__(code, what, remedy)


def parse_kronor(text: str) -> int:
    """Whole kronor from text: ``"1 120 000,00 kr"`` → 1120000. Raises `Refused`."""
    if text.isascii() and text.isdigit() and len(text) < 16:
        return int(text)
    plain = _plain(text)
    if plain[-3:].lower() in {"tkr", "mkr"}:
        raise Refused("unit", "reading.unit", "reading.write-kronor-in-full")
    if plain[-2:].lower() == "kr":
        plain = plain[:-2].rstrip()
    return _whole(plain, "kronor")


def parse_integer(text: str) -> int:
    """A whole number, 0 or more, from text. Raises `Refused`."""
    return _whole(_plain(text), "integer")


def parse_number(text: str) -> float:
    """A number, 0 or more, from text: the float that prints as the decimal written. Raises `Refused`.

    ``1.250`` is refused (1.25 or 1250?), ``1.25`` and ``1.125`` are not: thousands have no point or comma here.
    """
    plain = _plain(text)
    match = _match(plain, "number")
    if match[4] is not None and len(match[2]) <= 3 and match[2] != "0" and re.fullmatch("[0-9][0-9]0", match[4]):
        raise _ambiguous(plain)
    return number(_nearest(_decimal(match)))


def parse_share(text: str) -> float:
    """A share, 0 to 1, from text: ``"0,5"``, ``"50 %"`` and ``"50%"`` are 0.5. Raises `Refused`."""
    plain = _plain(text)
    percent = plain.endswith("%")
    match = _match(plain[:-1].rstrip() if percent else plain, "share")
    return share(_nearest(_decimal(match) / 100 if percent else _decimal(match)))


def kronor(value: float) -> int:
    """Whole kronor from a spreadsheet's number, which may lie `WHOLE` from them. Raises `Refused`."""
    return _near(value, "kronor")


def integer(value: float) -> int:
    """A whole number, 0 or more, from a spreadsheet's number. Raises `Refused`."""
    return _near(value, "integer")


def number(value: float) -> float:
    """`value` if it is finite, 0 or more, and of a reasonable size. Raises `Refused`."""
    if not math.isfinite(value):
        raise Refused("not_a_number", "reading.not-finite", "reading.number-or-blank")
    _check_size(value)
    if 0 < value < SMALLEST:
        raise _too_small()
    return float(value) + 0.0  # no negative zero


def share(value: float) -> float:
    """`value` if it is 0 to 1. Raises `Refused`."""
    if value > 1:
        if value <= 100:
            share_of = {"share": value / 100, "percent": value}
            raise Refused("share_range", "reading.share-range", "reading.share-or-percent", **share_of)
        raise Refused("share_range", "reading.share-range", "reading.share-form")
    return number(value)


def denoised(value: float) -> float:
    """The short decimal a spreadsheet shows for `value`: 0.30000000000000004 → 0.3; 1 / 3 stays as it is."""
    short = float(f"{value:.12g}")
    return short if abs(short - value) <= 4 * math.ulp(value) else value


def _plain(text: str) -> str:
    plain = text.translate(_SPACES).strip()
    if len(plain) > 40:
        raise Refused("not_a_number", "reading.number-too-long", "reading.digits-only")
    return plain


def _match(plain: str, wanted: str) -> re.Match[str]:
    if _BOTH.fullmatch(plain):
        plain = re.sub("[.,](?=.*[.,])", "", plain)
    match = _NUMBER.fullmatch(plain)
    if match is None:
        if _SEVERAL.fullmatch(plain):
            raise _ambiguous(plain)
        if re.fullmatch(r"-?[0-9 ]+(?:[.,][0-9]*)?", plain):
            raise Refused("grouping", "reading.grouping", "reading.without-spaces")
        if plain.endswith("%"):
            raise Refused("percent", "reading.percent", f"reading.write.{wanted}")
        raise Refused("not_a_number", f"reading.not.{wanted}", "reading.digits")
    return match


def _ambiguous(plain: str) -> Refused:
    thousands = re.sub("[^0-9-]", "", plain)
    whole, _, decimals = plain.replace(" ", "").replace(",", ".").partition(".")
    if _BOTH.fullmatch(plain):
        whole, _, decimals = re.sub("[.,](?=.*[.,])", "", plain).replace(",", ".").partition(".")
    if "." in decimals:
        return Refused("ambiguous_number", "reading.ambiguous", "reading.if-thousands", thousands=thousands)
    decimal = f"{whole}.{decimals}".rstrip("0").rstrip(".")
    either = {"thousands": thousands, "decimal": {"en": decimal, "sv": decimal.replace(".", ",")}}
    return Refused("ambiguous_number", "reading.ambiguous", "reading.if-either", **either)


def _decimal(match: re.Match[str]) -> Decimal:
    sign, whole, _, decimals, exponent = match.groups()
    return Decimal(f"{sign}{whole.replace(' ', '')}.{decimals or 0}e{exponent or 0}")


def _nearest(decimal: Decimal) -> float:
    value = float(decimal)
    if decimal and not value:
        raise _too_small()
    return value


def _too_small() -> Refused:
    return Refused("too_small", "reading.too-small", "reading.zero-or-meant")


def _whole(plain: str, wanted: str) -> int:
    match = _match(plain, wanted)
    _, _, _, decimals, exponent = match.groups()
    if exponent is not None:
        raise Refused("exponent", "reading.exponent", "reading.all-digits")
    if decimals is not None and len(decimals) == 3:
        raise _ambiguous(plain)
    if decimals is not None and decimals.strip("0"):
        raise _fraction_of(wanted)
    value = int(_decimal(match))
    _check_size(value)
    return value


def _near(value: float, wanted: str) -> int:
    if not math.isfinite(value):
        raise Refused("not_a_number", "reading.not-finite", "reading.number-or-blank")
    _check_size(value)
    whole = round(value)
    if abs(value - whole) > WHOLE:
        raise _fraction_of(wanted)
    return whole


def _fraction_of(wanted: str) -> Refused:
    if wanted == "kronor":
        return Refused("not_whole", "reading.not-whole-kronor", "reading.round")
    return Refused("not_whole", "reading.not.integer", "reading.write.integer")


def _check_size(value: float) -> None:
    if value < 0:
        raise Refused("negative", "reading.negative", "reading.zero-or-more")
    if value > LIMIT:
        raise Refused("too_large", "reading.too-large", "reading.check-digits", limit=f"{LIMIT:.0e}")


def format_integer(n: int, lang: str = "sv") -> str:
    """``1 120 000`` with no-break spaces and U+2212 (sv), or ``1,120,000`` (en)."""
    digits = f"{abs(n):,}" if lang == "en" else f"{abs(n):,}".replace(",", NBSP)
    return f"\u2212{digits}" if n < 0 else digits


def format_kronor(n: int, lang: str = "sv") -> str:
    """``1 120 000 kr`` with no-break spaces (sv), or ``SEK 1,120,000`` (en)."""
    return f"SEK{NBSP}{format_integer(n, lang)}" if lang == "en" else f"{format_integer(n, lang)}{NBSP}kr"


@functools.lru_cache(maxsize=65536)
def fraction(x: float) -> Fraction:
    """The exact decimal that `x` prints as.

    >>> fraction(0.29)
    Fraction(29, 100)
    """
    return Fraction(x) if isinstance(x, int) else Fraction(repr(float(x)))


def round_half_up(ratio: Fraction | int) -> int:
    """⌊ratio + 1/2⌋: the nearest whole number, halves upwards.

    >>> round_half_up(Fraction(5, 2)), round_half_up(Fraction(-5, 2))
    (3, -2)
    """
    return math.floor(ratio + Fraction(1, 2))


def floor_rate(rate: Fraction, base: int) -> int:
    """⌊rate · base⌋ in kronor: a rate rounds down, never up.

    >>> floor_rate(Fraction(1, 2), 3973585)
    1986792
    """
    return math.floor(rate * base)


def carried_rounding(amounts: Iterable[Fraction | int]) -> list[int]:
    """Whole kronor that add up: R(a₁ + … + aₜ) − R(a₁ + … + aₜ₋₁), R rounding half up.

    Each part is within a krona of its amount, and the parts add up to the rounded total.

    >>> carried_rounding([Fraction("439900.4"), Fraction("453097.4"), Fraction("466690.4")])
    [439900, 453098, 466690]
    """
    totals = [round_half_up(total) for total in accumulate(amounts, initial=Fraction(0))]
    return [after - before for before, after in pairwise(totals)]
