"""The form of a scenario file: its keys are known and each value is of its kind; the rest reads on from there."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rus_funding.errors import ENOUGH
from rus_funding.scenarios import cells
from rus_funding.scenarios.grammar import FREE, SECTIONS, Key
from rus_funding.scenarios.source import Source, Step, faulty
from rus_funding.words.messages import LANGUAGES, and_more, told
from rus_funding.words.near import nearest as closest
from rus_funding.words.visible import clipped, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rus_funding.errors import Problem
    from rus_funding.kronor import Refused
    from rus_funding.scenarios.parts import Spot

Path = tuple[Step, ...]
MOST = 10_000  # changes of one file
SHOWN = 80  # characters of a value that a message quotes
NAMED = 40  # known names that a remedy lists


def nearest(name: str, known: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """The remedy for an unknown name, the nearest known one or all of them: its text and the fields of that."""
    names = list(known)
    near = closest(name, names)
    if near:
        return "scenario.form.did-you-mean", {"near": near}
    listed = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        return "scenario.form.known-more", {"known": listed, "more": len(names) - NAMED}
    return "scenario.form.known", {"known": listed}


def local(text: str, **fields: Any) -> dict[str, str]:
    """A text of the catalogue in every language, for a field that is shown in the reader's own."""
    return {language: told(language, text, fields) for language in LANGUAGES}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _is_cell(value: Any) -> bool:
    return isinstance(value, (str, int, Decimal))


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and cells.ID.fullmatch(value) is not None


def _is_ids(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_id, value))


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_cells(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_cell, value.values()))


def _all(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_where(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_cell(cell) or (_all(_is_cell)(cell) and cell) for cell in value.values())


def _is_groups(value: Any) -> bool:
    groups = list(value.values()) if isinstance(value, dict) else value
    return isinstance(groups, list) and all(_is_ids(group) and group for group in groups)


# kind → check; what to write is the text ``scenario.kind.<kind>``
KINDS: dict[str, Callable[[Any], bool]] = {
    "text": _is_text,
    "id": _is_id,
    "ids": _is_ids,
    "number": _is_number,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "flag": lambda value: isinstance(value, bool),
    "table": _is_text,
    "column": _is_text,
    "where": _is_where,
    "cells": _is_cells,
    "rows": _all(_is_cells),
    "cell-list": lambda value: _all(_is_cell)(value) and bool(value),
    "texts": _all(_is_text),
    "groups": _is_groups,
    "figures": lambda value: _is_table(value) and all(map(_is_number, value.values())),
    "section": _is_table,
    "sections": _all(_is_table),
}


class Form:
    """Collects the problems of one file, each at its line, while the document is turned into parts."""

    def __init__(self, source: Source) -> None:
        """No problem is found yet."""
        self.source = source
        self.problems: list[Problem] = []
        self.counts: Counter[str] = Counter()

    def wrong(self, path: Path, code: str, what: str, remedy: str, value: object = None, **fields: Any) -> None:
        """A problem at `path`; `what` and `remedy` are texts of the catalogue."""
        if self.more(code):
            self.problems.append(self.spot(path).problem(f"scenario_{code}", what, remedy, value, **fields))

    def refused(self, path: Path, error: Refused, value: object, code: str) -> None:
        """A refusal as a problem at `path`, under `code`."""
        if self.more(code):
            self.problems.append(self.spot(path).refusal(error, value, code=code))

    def more(self, code: str) -> bool:
        """Whether one more problem of this kind is told by itself, and not only counted."""
        self.counts[code] += 1
        return self.counts[code] <= ENOUGH

    def told(self) -> list[Problem]:
        """The problems by line, and how many more there are of a kind."""
        file = self.source.file
        left = {code: count - ENOUGH for code, count in self.counts.items() if count > ENOUGH}
        told = sorted(self.problems, key=lambda problem: problem.row or 0)
        return told + [and_more(f"scenario_{code}", file, None, "error", count) for code, count in left.items()]

    def spot(self, path: Path) -> Spot:
        """Where `path` stands in the file."""
        return self.source.spot(path, _words(path))

    def values(self, value: Any, path: Path) -> None:
        """Every number is finite, every text printable, wherever it stands."""
        if isinstance(value, dict):
            for key, part in value.items():
                if error := faulty(key):
                    self.refused(path, error, ascii(clipped(key, SHOWN)), "value")
                else:
                    self.values(part, (*path, key))
        elif isinstance(value, list):
            for i, part in enumerate(value):
                self.values(part, (*path, i))
        elif error := faulty(value):
            self.refused(path, error, ascii(clipped(str(value), SHOWN)), "value")

    def section(self, name: str, table: Mapping[str, Any], path: Path) -> None:
        """The keys of a section are known, none required is missing, and each value is of its kind."""
        keys = {key.name: key for key in SECTIONS[name]}
        for found, value in table.items():
            key = keys.get(found)
            if key is not None:
                self._kind(name, key, value, (*path, found))
            elif name in FREE and isinstance(value, dict) and len(path) == 1:
                self.section(FREE[name], value, (*path, found))
            else:
                self.unknown((*path, found), "unknown_key", "scenario.form.no-key", found, keys)
        for key in keys.values():
            if key.required and key.name not in table:
                said = local(f"scenario.key.{name}-{key.name}")
                self.wrong(path, "missing_key", "scenario.form.missing", "scenario.form.add-key", entry=key.name,
                           description=said)  # fmt: skip

    def unknown(
        self, path: Path, code: str, what: str, name: str, known: Iterable[str], value: object = None, **fields: Any
    ) -> None:
        """A name that is none of those known; `what` is a text that names it."""
        if self.counts[code] < ENOUGH:  # what was meant is not sought for thousands of them
            remedy, more = nearest(name, known)
            self.wrong(path, code, what, remedy, value, name=plain(clipped(name, SHOWN)), **fields, **more)
        else:
            self.more(code)

    def _kind(self, section: str, key: Key, value: Any, path: Path) -> None:
        if not KINDS[key.kind](value):
            self.wrong(path, "kind", "scenario.form.must-be", "scenario.form.says", _shown(value), entry=key.name,
                       form=local(f"scenario.kind.{key.kind}"),
                       description=local(f"scenario.key.{section}-{key.name}"))  # fmt: skip
        elif key.choices and value not in key.choices:
            self.unknown(path, "choice", "scenario.form.no-choice", value, key.choices, value, entry=key.name)
        elif key.kind == "section":
            self.section(key.section, value, path)
        elif key.kind == "sections" and len(value) > MOST:
            self.wrong(path, "too_many", "scenario.form.too-many", "scenario.form.split", count=len(value),
                       entry=key.name, most=MOST)  # fmt: skip
        elif key.kind == "sections":
            for i, part in enumerate(value):
                self.section(key.section, part, (*path, i))


def _shown(value: Any) -> str:
    return plain(clipped(str(value), 60))


def _words(path: Path) -> str:
    """A path as people say it: ``("change", 1, "multiply", "amount")`` is "change 2.multiply.amount"."""
    words = ""
    for step in path:
        words += f" {step + 1}" if isinstance(step, int) else f".{step}" if words else step
    return words
