"""What a scenario changes, in sentences: before → after, for a reader who has not seen its file."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from rus_funding.model.schema import TABLES
from rus_funding.words.language import known, say
from rus_funding.words.numbers import kronor, plain, plain_percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Self

    from rus_funding.model.model import FundingModel
    from rus_funding.scenarios.family import Prepared

    Change = tuple[str, str, str, Any, Any]  # table, key, column, before, after
    Names = Mapping[tuple[str, str], str]  # (kind of id, id) -> name

SHOWN = 6  # lines before the rest is only counted
ALIKE = 3  # rows of one column that are shown one by one
KRONOR = {"amount", "max_per_project", "min_per_project", "min_grant"}
SHARES = {"max_rate", "min_rate", "floor_share", "cap_share", "max_share", "carry_over", "share", "min_share",
          "flat_rate", "beyond", "municipality_floor"}  # fmt: skip
OF_OTHERS = {"lead": "actor", "other": "project", "financier": "actor"}  # columns that hold another table's ids
HELD = {"require": True, "exclude": False}


def names_of(model: FundingModel) -> dict[tuple[str, str], str]:
    """What the ids of a model's tables are called: (kind of id, id) -> name."""
    found: dict[tuple[str, str], str] = {}
    for name, table in TABLES.items():
        if len(table.key) == 1 and "name" in model[name].columns:
            ids, called = (model[name][column].tolist() for column in (table.key[0], "name"))
            found |= {(table.key[0], one): str(other or one) for one, other in zip(ids, called, strict=True)}
    return found


@dataclasses.dataclass(frozen=True)
class Told:
    """The scenario that an answer is about: its id, title and question (empty: none), and what it changes."""

    scenario: str
    title: str
    changes: tuple[Change, ...]
    names: Names
    question: str = ""

    @classmethod
    def of(cls, prepared: Prepared) -> Self:
        """The scenario of a family."""
        named = {**names_of(prepared.base), **names_of(prepared.apply())}
        return cls(prepared.name, prepared.scenario.title, tuple(prepared.changes()), named, prepared.scenario.question)

    def said(self, lang: str) -> list[str]:
        """What it is called, and what it changes: the lines above every answer that is about it."""
        key = "change.scenario" if self.title else "change.untitled"
        asked = [self.question] if self.question else []
        return [say(lang, key, title=self.title, name=self.scenario), *asked, *self.lines(lang)]

    def lines(self, lang: str, most: int = SHOWN) -> list[str]:
        """What it changes."""
        return change_lines(self.changes, self.names, lang, most)


def change_lines(changes: Iterable[Change], names: Names, lang: str, most: int = SHOWN) -> list[str]:
    """A line for each change: *Budget, Fritt utvecklingsmedel 2027: 1 000 000 kr → 800 000 kr*.

    Many rows of one column are one line: kronor with their sums, the rest counted. What is more than `most` is counted.
    """
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        if not _of_key(change):
            groups.setdefault(change[::2][:2], []).append(change)
    lines: list[str] = []
    for (table, column), found in groups.items():
        lines += (
            [_one(each, names, lang) for each in found]
            if len(found) <= ALIKE
            else [_many(table, column, found, names, lang)]
        )
    if len(lines) <= most + 1:
        return lines
    return [*lines[:most], say(lang, "change.more", count=len(lines) - most)]


def _of_key(change: Change) -> bool:
    """Whether a cell only says which row was put in or taken out."""
    table, _, column, _, _ = change
    return table in TABLES and column in TABLES[table].key and len(TABLES[table].columns) > len(TABLES[table].key)


def _one(change: Change, names: Names, lang: str) -> str:
    table, key, column, before, after = change
    if table in HELD:
        name = names.get(("project", key), key)
        way = table if after is not None else f"no-{table}"
        return say(lang, f"change.{way}", project=name)
    what, whose = _what(table, column, lang), _whose(table, key, names, lang)
    values = {"before": _value(column, before, names, lang), "after": _value(column, after, names, lang)}
    return say(lang, "change.of" if whose else "change.whole", what=what, whose=whose, **values)


def _many(table: str, column: str, found: Sequence[Change], names: Names, lang: str) -> str:
    what = ", ".join(filter(None, [_what(table, column, lang), _shared(table, found, names)]))
    if table in HELD:
        return say(lang, f"change.{table}.many", count=len(found))
    if column in KRONOR:
        sums = [sum(int(change[side] or 0) for change in found) for side in (3, 4)]
        return say(lang, "change.sums", what=what, count=len(found), before=sums[0], after=sums[1])
    values = {(_value(column, b, {}, lang), _value(column, a, {}, lang)) for *_, b, a in found}
    if len(values) == 1:
        ((before, after),) = values
        return say(lang, "change.alike", what=what, count=len(found), before=before, after=after)
    return say(lang, "change.many", what=what, count=len(found))


def _what(table: str, column: str, lang: str) -> str:
    """A column as readers say it; a sample's factor or term is told by its sign."""
    name, _, sign = column.partition(" ")
    own = f"change.what.{table}.{name}" if name else f"change.what.{table}"
    key = own if known(own) else f"change.column.{name}"
    said = say(lang, key) if known(key) else f"{table}.{name}"
    return f"{said} {sign}" if sign else said


def _whose(table: str, key: str, names: Names, lang: str) -> str:
    """The ids of a row's key by their names."""
    kinds = TABLES[table].key if table in TABLES else ()
    parts = key.split("/")
    if not key or len(parts) != len(kinds):
        return key
    return " ".join(_named(kind, part, names, lang) for kind, part in zip(kinds, parts, strict=True))


def _named(kind: str, part: str, names: Names, lang: str) -> str:
    code = f"change.code.{part}"
    if kind == "kind" and known(code):
        return f"({say(lang, code)})"
    return names.get((OF_OTHERS.get(kind, kind), part), part)


def _shared(table: str, found: Sequence[Change], names: Names) -> str:
    """What rows have in common: ids that all of them have, and the years that they span."""
    kinds = TABLES[table].key if table in TABLES else ()
    keys = [change[1].split("/") for change in found]
    if not kinds or any(len(key) != len(kinds) for key in keys):
        return ""
    said = []
    for kind, parts in zip(kinds, zip(*keys, strict=True), strict=True):
        different = sorted(set(parts))
        if len(different) == 1:
            said.append(names.get((OF_OTHERS.get(kind, kind), parts[0]), parts[0]))
        elif kind == "year":
            said.append(f"{different[0]}–{different[-1]}")
    return " ".join(said)


def _value(column: str, value: Any, names: Names, lang: str) -> str:
    name, _, sign = column.partition(" ")
    if value is None or value == "":
        return "–"
    if isinstance(value, bool) or not isinstance(value, int | float):
        text = str(value)
        said = f"change.code.{text}"
        return say(lang, said) if known(said) else names.get((OF_OTHERS.get(name, name), text), text)
    if sign:
        return plain(value, lang)
    if name in KRONOR:
        return say(lang, "change.kr", kronor=kronor(value, lang))
    return plain_percent(value, lang) if name in SHARES else plain(value, lang)
