"""The form of a scenario file: its keys are known and each value is of its kind; the rest reads on from there."""

from __future__ import annotations

import difflib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rus_funding.scenarios import cells
from rus_funding.scenarios.grammar import FREE, SECTIONS, Key
from rus_funding.scenarios.source import Source, Step, faulty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rus_funding.errors import Problem
    from rus_funding.scenarios.parts import Spot

Path = tuple[Step, ...]


def nearest(name: str, known: Iterable[str]) -> str:
    """The remedy for an unknown name: the nearest known one, or all of them."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(names)}."


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


# kind → (check, what to write)
KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "text": (_is_text, 'a text: "…"'),
    "id": (_is_id, "a name of a-z, 0-9, _ and -, without folders and without .toml"),
    "ids": (_is_ids, 'a list of ids: ["a", "b"]'),
    "number": (_is_number, "a number"),
    "integer": (lambda value: isinstance(value, int) and not isinstance(value, bool), "a whole number"),
    "flag": (lambda value: isinstance(value, bool), "true or false"),
    "table": (_is_text, "the name of a table"),
    "column": (_is_text, "the name of a column"),
    "where": (_is_where, "{ column = value } or { column = [value, value] }"),
    "cells": (_is_cells, "{ column = value }"),
    "rows": (_all(_is_cells), "a list of rows: [{ column = value }]"),
    "cell list": (lambda value: _all(_is_cell)(value) and bool(value), "a list of values: [1, 2]"),
    "texts": (_all(_is_text), 'a list of texts: ["a", "b"]'),
    "groups": (_is_groups, 'lists of ids: [["a", "b"]], or { name = ["a", "b"] }'),
    "figures": (lambda value: _is_table(value) and all(map(_is_number, value.values())), "{ figure = number }"),
    "section": (_is_table, "a table of keys"),
    "sections": (_all(_is_table), "a list of tables: write [[…]] with double brackets"),
}


class Form:
    """Collects the problems of one file, each at its line, while the document is turned into parts."""

    def __init__(self, source: Source) -> None:
        """No problem is found yet."""
        self.source = source
        self.problems: list[Problem] = []

    def wrong(self, path: Path, code: str, what: str, remedy: str, value: object = None) -> None:
        """A problem at `path`."""
        self.problems.append(self.spot(path).problem(f"scenario_{code}", what, remedy, value))

    def spot(self, path: Path) -> Spot:
        """Where `path` stands in the file."""
        return self.source.spot(path, _words(path))

    def values(self, value: Any, path: Path) -> None:
        """Every number is finite, every text printable, wherever it stands."""
        if isinstance(value, dict):
            for key, part in value.items():
                if faulty(key):
                    self.wrong(path, "value", "A key has control characters.", "Remove them.", ascii(key))
                else:
                    self.values(part, (*path, key))
        elif isinstance(value, list):
            for i, part in enumerate(value):
                self.values(part, (*path, i))
        elif what := faulty(value):
            self.wrong(path, "value", what, "Write a value that can be meant.", ascii(str(value)))

    def section(self, name: str, table: Mapping[str, Any], path: Path) -> None:
        """The keys of a section are known, none required is missing, and each value is of its kind."""
        keys = {key.name: key for key in SECTIONS[name]}
        for found, value in table.items():
            key = keys.get(found)
            if key is not None:
                self._kind(key, value, (*path, found))
            elif name in FREE and isinstance(value, dict) and len(path) == 1:
                self.section(FREE[name], value, (*path, found))
            else:
                self.wrong((*path, found), "unknown_key", f"There is no key '{found}' here.", nearest(found, keys))
        for key in keys.values():
            if key.required and key.name not in table:
                self.wrong(path, "missing_key", f"The key '{key.name}' is missing: {key.description}.",
                           f"Add {key.name} = …")  # fmt: skip

    def _kind(self, key: Key, value: Any, path: Path) -> None:
        check, form = KINDS[key.kind]
        if not check(value):
            self.wrong(path, "kind", f"{key.name} must be {form}.", f"It says {key.description}.", _shown(value))
        elif key.choices and value not in key.choices:
            self.wrong(path, "choice", f"{key.name} has no choice '{value}'.", nearest(value, key.choices), value)
        elif key.kind == "section":
            self.section(key.section, value, path)
        elif key.kind == "sections":
            for i, part in enumerate(value):
                self.section(key.section, part, (*path, i))


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _words(path: Path) -> str:
    """A path as people say it: ``("change", 1, "multiply", "amount")`` is "change 2.multiply.amount"."""
    words = ""
    for step in path:
        words += f" {step + 1}" if isinstance(step, int) else f".{step}" if words else step
    return words
