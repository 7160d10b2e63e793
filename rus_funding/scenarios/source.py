"""The text of a scenario file: strict TOML, and the line that a key stands on."""

from __future__ import annotations

import bisect
import re
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rus_funding.errors import InvalidInput
from rus_funding.kronor import Refused
from rus_funding.model.reading import toml
from rus_funding.scenarios.parts import Spot
from rus_funding.words.visible import control, deceiving

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST_FILE = 1_000_000  # bytes
LARGEST_NUMBER = 10**15
SMALLEST = Decimal("1e-15")  # a smaller number is a slip, and would make exact arithmetic slow
NEAR = 200  # characters about a key that are looked at
LOOKS = 200_000  # places that are looked at, in all, for the lines of a file's problems
_HEADER = re.compile(r"^[^\S\n]*\[\[\s*[\"']?([\w-]+)[\"']?\s*\]\]", re.MULTILINE)
_PAIR_BEFORE = re.compile(r"(?:^|[\s{,.])[\"']?$")
_PAIR_AFTER = re.compile(r"[\"']?[^\S\n]*(?:=|\.(?!\d))")
_HEADER_BEFORE = re.compile(r"\s*\[(?:[^\]=]*\.)?\s*[\"']?")
_HEADER_AFTER = re.compile(r"[\"']?[^\S\n]*[\].]")

Step = str | int


class Source:
    """A scenario file as shown to the user (`file`) with its text."""

    def __init__(self, file: str, content: bytes) -> None:
        """Raises `InvalidInput` for a file too large or not UTF-8."""
        self.file = self.kept = file  # `kept`: what a run keeps the text under
        if len(content) > LARGEST_FILE:
            sizes = {"size": len(content), "most": LARGEST_FILE}
            raise self._refused("scenario.file.bytes", "scenario.file.split", **sizes)
        try:
            self.text = content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise self._refused("scenario.file.not-utf8", "scenario.file.save-utf8", line) from None
        # comments on lines of their own are blanked: a key named in one is not that key
        self._text = "\n".join("" if line.lstrip().startswith("#") else line for line in self.text.split("\n"))
        self._looks = LOOKS

    def _refused(self, what: str, remedy: str, line: int | None = None, **fields: Any) -> InvalidInput:
        return InvalidInput([Spot(self.file, line).problem("scenario_toml", what, remedy, **fields)])

    def load(self) -> dict[str, Any]:
        """The document; numbers are int or Decimal. Raises `InvalidInput` for what is not TOML of reasonable size."""
        try:
            return toml.loads(self.text, Decimal)
        except Refused as refused:
            raise InvalidInput([Spot(self.file, refused.fields.get("line")).refusal(refused)]) from None
        except toml.NotToml as error:
            what, remedy = "scenario.file.not-toml", "scenario.file.see-form"
            raise self._refused(what, remedy, error.line, reason=error.reason) from None

    def spot(self, path: Sequence[Step], key: str = "") -> Spot:
        """Where the value at `path` stands, e.g. ``("change", 1, "multiply", "amount")``."""
        return Spot(self.file, self.line(path), key)

    def line(self, path: Sequence[Step]) -> int | None:
        """The line of the value at `path`, found by looking for its keys one after the other; None if none is found."""
        at, found = 0, None
        for i, step in enumerate(path):
            if isinstance(step, int):
                places = self._headers.get(str(path[i - 1]), ()) if i == 1 else ()
                if step < len(places):
                    at = found = places[step]
                continue
            place = self._key(step, at)
            if place is not None:
                at = found = place
        return None if found is None else bisect.bisect_right(self._starts, found - 1)

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line begins."""
        return [0, *(found.end() for found in re.finditer("\n", self._text))]

    @cached_property
    def _headers(self) -> dict[str, list[int]]:
        """Where each ``[[name]]`` ends, by name."""
        places: dict[str, list[int]] = {}
        for found in _HEADER.finditer(self._text):
            places.setdefault(found[1], []).append(found.end())
        return places

    def _key(self, key: str, start: int) -> int | None:
        """The end of the first place after `start` where `key` is a header's name or stands before ``=`` or ``.``."""
        at = self._text.find(key, start) if key else -1
        while at >= 0 and self._looks > 0:
            self._looks -= 1
            if self._is_key(at, at + len(key)):
                return at + len(key)
            at = self._text.find(key, at + 1)
        return None

    def _is_key(self, start: int, end: int) -> bool:
        before = self._text[max(0, start - NEAR) : start].rpartition("\n")[2]
        after = self._text[end : end + NEAR]
        if _PAIR_AFTER.match(after) and _PAIR_BEFORE.search(before):
            return True
        return bool(_HEADER_AFTER.match(after) and _HEADER_BEFORE.fullmatch(before))


def faulty(value: Any) -> Refused | None:
    """What is wrong with a value of the document: a number that means nothing, a text that cannot be seen as it is."""
    if isinstance(value, str):
        if control(value):
            return Refused("value", "scenario.value.control", "scenario.value.remove")
        if found := deceiving(value):
            return Refused("value", "reading.deceiving", "reading.write-again", character=found)
        return None
    if isinstance(value, Decimal) and not value.is_finite():
        return Refused("value", "scenario.value.not-finite", "reading.meant-number")
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        if not -LARGEST_NUMBER <= number <= LARGEST_NUMBER:
            return Refused("value", "scenario.value.beyond", "reading.meant-number", most=LARGEST_NUMBER)
        if 0 < abs(number) < SMALLEST:
            return Refused("value", "reading.too-small", "reading.zero-or-meant")
    return None
