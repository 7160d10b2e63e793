"""TOML of reasonable size: what would take a parser long is refused before it is parsed."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from rus_funding.kronor import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

DEEPEST = 20  # brackets within brackets
DOTS = 8  # in one key: the parser takes the square of their number
VALUES = 50_000  # keys, sections and values of lists
WORK = 200_000  # values, each counted for every pair of a name in its key and one in its section
DIGITS = 100  # characters of a number
EXPONENT = 4  # digits of a number's exponent

# Texts and comments wholly, so that nothing in them is taken for a key; possessive, so that none is read twice.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^\']|\'(?!\'\'))*+\'\'\''
    r'|"(?:[^"\\\n]|\\[^\n])*+"|\'[^\'\n]*+\'|\#[^\n]*+|["\']|[\[\]{}=,.\n]|[^\s\[\]{}=,."\'\#]++',
    re.DOTALL,
)
_NUMBER = re.compile(r"[+-]?[0-9][0-9A-Za-z_+-]*")
_POWER = re.compile(r"[0-9][eE][+-]?0*([0-9_]+)")
_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


class NotToml(ValueError):
    """A text that is no TOML: `reason`, and the `line` where it ends to be."""

    def __init__(self, reason: str, line: int | None) -> None:
        """What the parser says."""
        super().__init__(reason)
        self.reason, self.line = reason, line


def loads(text: str, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """The document. Raises `Refused`, with the `line` among its fields, for one that is not reasonable; `NotToml`."""
    _look_over(text)
    try:
        return tomllib.loads(text, parse_float=parse_float)
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        line = int(at[1]) if at and at[1] else text.count("\n") + 1
        raise NotToml(_AT.sub("", str(error)).rstrip("."), line) from None
    except RecursionError:
        raise _deep(None) from None
    except (ValueError, ArithmeticError) as error:
        raise NotToml(str(error), None) from None


def _look_over(text: str) -> None:
    """Count what stands in the text: one pass, nothing is built."""
    count = _Count()
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token in {'"', "'"}:  # never closed: the parser stops here
            break
        count.add(token)
        if count.depth > DEEPEST or count.dots > DOTS or count.work > WORK:
            raise _deep(count.line)
        if count.values > VALUES:
            values = text.count("=") + text.count(",") + text.count("\n[")
            raise Refused("toml", "reading.many-values", "reading.split-file", found=values, most=VALUES, line=None)


class _Count:
    """What has been met of a text so far."""

    def __init__(self) -> None:
        self.line = 1
        self.depth = self.dots = self.values = self.work = 0
        self._header = 0  # dots in the name of the section
        self._heading = self._valued = False  # within [a.b]; after the = of a key

    def add(self, token: str) -> None:
        """One more token: a bracket, a sign, a line's end, a text or comment, or a word."""
        first = token[0]
        if first == "\n":
            self._line_ends()
        elif first in "[{":
            if self.depth == 0 and not self._valued:
                self._heading, self._header = True, 0
            self.depth += 1
            self.dots = 0
        elif first in "]}":
            self.depth = max(0, self.depth - 1)
        elif first in "=,":
            self._valued = True
            self.values += 1
            self.work += (1 + self.dots) * (1 + self._header)
            self.dots = 0
        elif first == ".":
            self.dots += 1
            self._header += self._heading
        elif first in "\"'":
            self.line += token.count("\n")
        elif len(token) > EXPONENT and first in "+-0123456789" and _NUMBER.fullmatch(token):
            _number(token, self.line)

    def _line_ends(self) -> None:
        self.line += 1
        self.dots = 0
        if self._heading:
            self.values += 1
            self.work += (1 + self._header) ** 2
        if self._heading or self.depth == 0:
            self._heading = self._valued = False
            self.depth = 0


def _number(token: str, line: int) -> None:
    if len(token) > DIGITS:
        fields = {"found": len(token), "most": DIGITS}
        raise Refused("toml", "reading.many-digits", "reading.meant-number", line=line, **fields)
    power = _POWER.search(token)
    if power and len(power[1]) > EXPONENT and not token.startswith(("0x", "0X")):
        raise Refused("toml", "reading.huge-exponent", "reading.meant-number", line=line, most=EXPONENT)


def _deep(line: int | None) -> Refused:
    return Refused("toml", "reading.nested", "reading.remove-brackets", line=line)
