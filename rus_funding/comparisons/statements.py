"""Statements about the areas' weights: text to linear inequalities, exact.

A statement compares sums of weights: ``klimat >= transport``, ``klimat >= 2 * transport >= kultur``,
``klimat + cirkular <= 0,5 * kompetens``, ``klimat >= 20 %``. A number alone is a weight on the model's scale, a number
with % a share of the sum of all weights. The sum itself stays what it is in the model. ``all >= 5 %`` says so of each
area that has a weight in the model.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from rus_funding.errors import Phrase, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:[.,]\d+)?(?:/[1-9]\d*)?(?![a-z0-9_-]))|(?P<area>[a-z0-9][a-z0-9_-]*)"
    r"|(?P<sign>>=|<=|==|[≥≤=+*%−-])|(?P<other>\S))"
)
COMPARES = {">=": ">=", "≥": ">=", "<=": "<=", "≤": "<=", "=": "=", "==": "="}
EACH = ("all", "alla")  # stand for each area in turn
HOW = Phrase("Write for example 'klimat >= transport', 'klimat >= 2 * transport' or 'klimat + kultur <= 30 %'.")


@dataclasses.dataclass(frozen=True)
class Sum:
    """Σ factor · weight + number + share · (sum of all weights)."""

    factors: Mapping[str, Fraction]
    number: Fraction = Fraction(0)
    share: Fraction = Fraction(0)


@dataclasses.dataclass(frozen=True)
class Statement:
    """A statement: each of `rows` is a sum that is at least 0."""

    text: str
    rows: tuple[Sum, ...]

    @property
    def areas(self) -> list[str]:
        """The areas it names, sorted."""
        return sorted({area for row in self.rows for area in row.factors})


def read_statements(path: Path | str, weights: Mapping[str, float]) -> list[Statement]:
    """The statements of a TOML file: ``[[statement]]`` with `says`, and `why` for its readers.

    Raises `UsageError` for what is no such file.
    """
    path = Path(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(
            "{path} cannot be read: {strerror}.", path=path, strerror=Phrase(str(error.strerror))
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError("{path} is no TOML file in UTF-8: {error}.", path=path, error=error) from None
    entries = content.get("statement")
    if not isinstance(entries, list) or not entries or set(content) != {"statement"}:
        raise UsageError('{path}: give nothing but [[statement]] tables, each with says = "…".', path=path)
    found = []
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) or not isinstance(entry.get("says"), str) or set(entry) - {"says", "why"}:
            raise UsageError(
                '{path}, statement {number}: give says = "…", and why = "…" if you like. {how}',
                path=path,
                number=number,
                how=HOW,
            )
        found.append(parse(entry["says"], weights))
    return found


def parse(text: str, weights: Mapping[str, float]) -> Statement:
    """A statement about the areas' weights, of which `weights` are the model's. Raises `UsageError` for what is none.

    >>> parse("a >= 2*b", {"a": 1, "b": 1}).rows[0].factors
    {'a': Fraction(1, 1), 'b': Fraction(-2, 1)}
    """
    signs: list[str] = []
    tokens: list[list[tuple[str, str]]] = [[]]
    for match in TOKEN.finditer(text):
        kind, token = match.lastgroup or "", match[match.lastgroup or 0]
        if kind == "other":
            raise _unread(text, "'{token}' has no meaning here.", token=token)
        if token in COMPARES:
            signs.append(COMPARES[token])
            tokens.append([])
        else:
            tokens[-1].append((kind, token))
    if not signs:
        raise _unread(text, "It compares nothing: >=, <= or = is missing.")
    areas = sorted(weights)
    of_each = any(token in EACH and token not in weights for part in tokens for _, token in part)
    rows: list[Sum] = []
    for each in [area for area in areas if weights[area]] if of_each else [""]:
        one_area = [[(kind, each if of_each and token in EACH else token) for kind, token in part] for part in tokens]
        rows += _rows([_sum(text, part, areas) for part in one_area], signs)
    return Statement(" ".join(text.split()), tuple(rows))


def _rows(sums: Sequence[Sum], signs: Sequence[str]) -> list[Sum]:
    """Each comparison of a chain as one or two sums that are at least 0."""
    rows: list[Sum] = []
    for (one, other), sign in zip(pairwise(sums), signs, strict=True):
        rows += [_less(one, other)] if sign in {">=", "="} else []
        rows += [_less(other, one)] if sign in {"<=", "="} else []
    return rows


def _sum(text: str, tokens: list[tuple[str, str]], areas: Sequence[str]) -> Sum:
    """One side of a comparison."""
    factors: dict[str, Fraction] = {}
    number = share = Fraction(0)
    rest = list(tokens)
    if not rest:
        raise _unread(text, "A side is empty.")
    sign = Fraction(1)
    if rest[0][1] in {"+", "-", "−"}:
        sign = Fraction(1 if rest.pop(0)[1] == "+" else -1)
    while True:
        factor, kind, token = _term(text, rest, areas)
        if kind == "area":
            factors[token] = factors.get(token, Fraction(0)) + sign * factor
        elif kind == "share":
            share += sign * factor / 100
        else:
            number += sign * factor
        if not rest:
            return Sum(factors, number, share)
        _, joint = rest.pop(0)
        if joint not in {"+", "-", "−"}:
            raise _unread(text, "'{token}' stands where + or - must.", token=joint)
        sign = Fraction(1 if joint == "+" else -1)


def _term(text: str, rest: list[tuple[str, str]], areas: Sequence[str]) -> tuple[Fraction, str, str]:
    """(factor, "area", id), (number, "number", "") or (per cent, "share", ""), taken off `rest`."""
    if not rest:
        raise _unread(text, "It ends in the middle.")
    kind, token = rest.pop(0)
    if kind == "number" and not (token in areas and (not rest or rest[0][1] not in {"*", "%"})):
        value = _fraction(token)
        if rest and rest[0][1] == "%":
            rest.pop(0)
            return value, "share", ""
        if rest and rest[0][1] == "*":
            rest.pop(0)
            if not rest:
                raise _unread(text, "It ends in the middle.")
            return value, "area", _area(text, rest.pop(0)[1], areas)
        if rest and rest[0][0] == "area":
            return value, "area", _area(text, rest.pop(0)[1], areas)
        return value, "number", ""
    return Fraction(1), "area", _area(text, token, areas)


def _area(text: str, token: str, areas: Sequence[str]) -> str:
    if token in areas:
        return token
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", token):
        raise _unread(text, "'{token}' stands where an area must.", token=token)
    near = difflib.get_close_matches(token, areas, 1)
    hint = Phrase("Areas: {areas}.", areas=", ".join(areas))
    if near:
        hint = Phrase("Did you mean '{near}'?", near=near[0])
    spaced = Phrase("Put spaces around a minus sign.") if "-" in token else ""
    raise UsageError(
        "statement '{text}': there is no area '{token}'. {hint} {spaced}",
        text=text,
        token=token,
        hint=hint,
        spaced=spaced,
    )


def _fraction(token: str) -> Fraction:
    whole, _, part = token.replace(",", ".").partition("/")
    return Fraction(whole) / Fraction(part or 1)


def _less(one: Sum, other: Sum) -> Sum:
    factors = dict(one.factors)
    for area, factor in other.factors.items():
        factors[area] = factors.get(area, Fraction(0)) - factor
    return Sum(factors, one.number - other.number, one.share - other.share)


def _unread(text: str, what: str, **fields: str) -> UsageError:
    return UsageError("statement '{text}': {what} {how}", text=text, what=Phrase(what, **fields), how=HOW)
