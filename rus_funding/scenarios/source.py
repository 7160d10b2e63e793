"""The text of a scenario file: strict TOML, and the line that a key stands on."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rus_funding.errors import InvalidInput
from rus_funding.scenarios.parts import Spot

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST_FILE = 1_000_000  # bytes
LARGEST_NUMBER = 10**15
_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

Step = str | int


class Source:
    """A scenario file as shown to the user (`file`) with its text."""

    def __init__(self, file: str, content: bytes) -> None:
        """Raises `InvalidInput` for a file too large or not UTF-8."""
        self.file = file
        if len(content) > LARGEST_FILE:
            raise self._refused(f"The file has {len(content)} bytes, more than {LARGEST_FILE}.", "Split it.")
        try:
            self.text = content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise self._refused("The file is not UTF-8.", "Save it as UTF-8.", line) from None
        # comments on lines of their own are blanked: a key named in one is not that key
        self._lines = [("" if line.lstrip().startswith("#") else line) for line in self.text.split("\n")]

    def _refused(self, what: str, remedy: str, line: int | None = None) -> InvalidInput:
        return InvalidInput([Spot(self.file, line).problem("scenario_toml", what, remedy)])

    def load(self) -> dict[str, Any]:
        """The document; numbers are int or Decimal. Raises `InvalidInput` for what is not TOML."""
        try:
            return tomllib.loads(self.text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.search(str(error))
            what = _AT_LINE.sub("", str(error)).rstrip(".")
            line = int(found[1]) if found and found[1] else len(self._lines)
            raise self._refused(f"This is not TOML: {what}.", "See docs/scenarios.md for the form.", line) from None
        except RecursionError:
            raise self._refused("The values are nested too deeply.", "See docs/scenarios.md for the form.") from None
        except (ValueError, ArithmeticError):
            raise self._refused("A number has too many digits.", "Write a number that can be meant.") from None

    def spot(self, path: Sequence[Step], key: str = "") -> Spot:
        """Where the value at `path` stands, e.g. ``("change", 1, "multiply", "amount")``."""
        return Spot(self.file, self.line(path), key)

    def line(self, path: Sequence[Step]) -> int | None:
        """The line of the value at `path`, found by looking for its keys one after the other; None if none is found."""
        row, column, found = 0, 0, None
        for i, step in enumerate(path):
            if isinstance(step, int):
                header = re.compile(rf"\s*\[\[\s*[\"']?{re.escape(str(path[i - 1]))}[\"']?\s*\]\]")
                rows = [r for r, line in enumerate(self._lines) if header.match(line)] if i == 1 else []
                if step < len(rows):
                    row, column = rows[step], len(self._lines[rows[step]])
                    found = row + 1
                continue
            place = self._key(step, row, column)
            if place is not None:
                (row, column), found = place, place[0] + 1
        return found

    def _key(self, key: str, row: int, column: int) -> tuple[int, int] | None:
        """The first place after (row, column) where `key` is a header's name or stands before ``=`` or ``.``."""
        name = re.escape(key)
        header = re.compile(rf"\s*\[(?:[^\]=]*\.)?\s*[\"']?{name}[\"']?\s*[\].]")
        pair = re.compile(rf"(?:^|[\s{{,.])[\"']?{name}[\"']?\s*[=.](?!\d)")
        for r in range(row, len(self._lines)):
            line = self._lines[r]
            start = column if r == row else 0
            match = pair.search(line, start) or (header.match(line) if start == 0 else None)
            if match:
                return r, match.end()
        return None


def faulty(value: Any) -> str:
    """What is wrong with a value of the document, or ``""``: a number not finite, a text with control characters."""
    if isinstance(value, str) and _CONTROL.search(value):
        return "The text has control characters."
    if isinstance(value, Decimal) and not value.is_finite():
        return "The number is not finite."
    if isinstance(value, (int, Decimal)) and not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        return f"The number is beyond {LARGEST_NUMBER}."
    return ""
