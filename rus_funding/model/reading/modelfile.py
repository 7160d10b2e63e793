"""What the model says of itself: ``model.toml``, or the sheet ``model`` of a workbook.

The sheet has the columns ``key`` and ``value``, or ``nyckel`` and ``värde``; its keys are those of the file or their
Swedish names. More values of a key stand in the cells to the right:

======================================  =============================================
key                                     value
======================================  =============================================
name                                    orebro-2026
years                                   2026 | 2027 | 2028 (or in one cell: 2026 2027 2028)
title, source, locale, currency,        as in the file
decider, strategy, closed_through
policy.min_partners (and so on)         2 (the section's name may be left out)
objective                               value | 0.01 (name, tolerance), a row for each in order; or value | draw_order
======================================  =============================================
"""

from __future__ import annotations

import dataclasses
import math
import re
from typing import TYPE_CHECKING, Any

from rus_funding.kronor import Refused
from rus_funding.model.model import DEFAULT_OBJECTIVES, OBJECTIVES, Objective, Policy
from rus_funding.model.names import near as names_near
from rus_funding.model.reading import toml
from rus_funding.model.reading.cells import Nobody, parse
from rus_funding.model.reading.csvfile import decode, load
from rus_funding.model.reading.source import SHOWN, Findings, Source, problem
from rus_funding.model.schema import Column
from rus_funding.words.names import LANGUAGES
from rus_funding.words.names import key as key_in
from rus_funding.words.visible import clipped, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from rus_funding.errors import Problem

FILE = "model.toml"
LARGEST = 2**20  # bytes
TEXTS = {
    "name": Column("name", "text", required=True),
    "title": Column("title", "text", default=""),
    "source": Column("source", "text", default=""),
    "locale": Column("locale", "text", default="sv_SE"),
    "currency": Column("currency", "text", default="SEK"),
    "decider": Column("decider", "id", default=""),
    "strategy": Column("strategy", "id", default=""),
    "closed_through": Column("closed_through", "year"),
}
POLICY = {
    "collaboration_weight": Column("collaboration_weight", "number", default=0.0),
    "municipality_floor": Column("municipality_floor", "share", default=0.0),
    "min_partners": Column("min_partners", "integer", default=0),
    "min_share": Column("min_share", "share", default=0.0),
    "min_grant": Column("min_grant", "kronor", default=0),
    "keep": Column("keep", "choice", default="", choices=("baseline",)),
    "share_base": Column("share_base", "choice", default="funded", choices=("funded", "available")),
}
TOP = (*TEXTS, "years", "policy", "objective")
YEAR = Column("year", "year", required=True)
TOLERANCE = Column("tolerance", "share", default=0.0)
ONLY = {"locale": "sv_SE", "currency": "SEK"}  # what amounts are read and shown in, and nothing else


def read_toml(path: Path, source: Source) -> None:
    """Put the keys of a model file into `source`, or its problems."""
    try:
        text, note = decode(load(path, LARGEST))
        if note:
            source.warn(Refused("encoding", note, "reading.save-plain-utf8"), FILE)
        source.keys = toml.loads(text, _float)
    except Refused as refused:
        source.problems.append(problem(refused, FILE, refused.fields.get("line")))
        return
    except toml.NotToml as error:
        broken = Refused("toml", "reading.not-toml", "reading.write-toml", reason=clipped(error.reason))
        source.problems.append(problem(broken, FILE, error.line))
        return
    source.lines = _lines(text)


def _float(text: str) -> float:
    """The number, and never 0 for one that is only too small for a float: that is refused where it stands."""
    value = float(text)
    return value or (math.ulp(0.0) if text.lower().partition("e")[0].strip("+-0_.") else value)


def _lines(text: str) -> dict[str, int]:
    """The line of each key, as ``key`` or ``section.key``; the first where it stands several times."""
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if head := re.match(r"\s*\[+\s*([\w.-]+)\s*\]", line):
            section = f"{head[1]}."
            lines.setdefault(head[1], number)
        elif key := re.match(r"\s*\"?([\w.-]+)\"?\s*=", line):
            lines.setdefault(section + key[1], number)
    return lines


def check(source: Source) -> tuple[dict[str, Any], list[Problem]]:
    """The fields of `FundingModel` that the model file gives, and every problem of it."""
    checker = _Checker(source)
    return checker.fields(), checker.problems.told()


@dataclasses.dataclass
class _Checker:
    source: Source
    problems: Findings = dataclasses.field(default_factory=Findings)

    def fields(self) -> dict[str, Any]:
        keys = self.source.keys or {}
        self.known(keys, TOP, "")
        fields: dict[str, Any] = {name: self.cell(column, keys.get(name), name) for name, column in TEXTS.items()}
        closed = fields["closed_through"]
        fields["closed_through"] = closed if isinstance(closed, int) else None  # blank: no year is closed
        for name, only in ONLY.items():
            if fields[name] != only:
                self.add(Refused(name, f"reading.other-{name}", f"reading.write-{name}"), name, fields[name])
        fields["years"] = self.years(keys.get("years"))
        policy = self.section(keys.get("policy", {}), "policy")
        self.known(policy, POLICY, "policy.")
        values = {name: self.cell(column, policy.get(name), f"policy.{name}") for name, column in POLICY.items()}
        fields["policy"] = Policy(**values)
        fields["objectives"] = self.objectives(keys.get("objective"))
        return fields

    def add(self, refused: Refused, key: str, value: object = None) -> None:
        line = self.source.lines.get(key, self.source.lines.get(key.rpartition(".")[0]))
        self.problems.add(refused, self.source.places[FILE], line, plain(clipped(key, SHOWN)), value)

    def known(self, keys: Mapping[str, Any], names: Mapping[str, Any] | tuple[str, ...], prefix: str) -> None:
        for key, value in keys.items():
            if key not in names:
                if self.problems.enough("unknown_key", self.source.places[FILE]):
                    continue
                words = {lang: self.words(lang, names) for lang in LANGUAGES}
                near = names_near(key, [*words["en"], *words["sv"]])
                listed = {lang: ", ".join(words[lang]) for lang in LANGUAGES}
                refused = Refused("unknown_key", "reading.no-key", "reading.remove-key", keys=listed)
                if near:
                    refused = Refused("unknown_key", "reading.no-key", "reading.meant", near=prefix + near)
                self.add(refused, prefix + key, None if isinstance(value, (dict, list)) else value)

    def words(self, lang: str, names: Iterable[str]) -> list[str]:
        """What a reader calls keys: a file of TOML has English ones alone, a sheet has no sections."""
        if self.source.places[FILE] == FILE:
            return list(names)
        flat = [one for name in names for one in (POLICY if name == "policy" else (name,))]
        return [key_in(lang, name) for name in flat]

    def cell(self, column: Column, value: Any, key: str) -> Any:
        if isinstance(value, (dict, list)) or (column.type == "text" and isinstance(value, bool)):
            self.add(Refused("kind", "reading.not-single", "reading.write-single", key=column.name), key)
            return "" if column.default is None else column.default
        try:
            kept = value is None or isinstance(value, (bool, int, float, Nobody))
            return parse(column, value if kept else str(value))
        except Refused as refused:
            if refused.code == "missing_value":
                refused = Refused("missing_key", "reading.key-blank", "reading.add-key", key=key)
            self.add(refused, key, value)
            return "" if column.default is None else column.default

    def years(self, value: Any) -> tuple[int, ...]:
        if not isinstance(value, list) or not value:
            self.add(
                Refused("missing_key", "reading.no-years", "reading.write-years", years=[2026, 2027, 2028]), "years"
            )
            return ()
        count = len(self.problems)
        years = tuple(self.cell(YEAR, year, "years") for year in value)
        if len(self.problems) > count:
            return ()
        if list(years) != sorted(set(years)):
            refused = Refused("years", "reading.years-order", "reading.write-years", years=sorted(set(years)))
            self.add(refused, "years", list(years))
            return ()
        return years

    def section(self, value: Any, key: str) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        self.add(Refused("kind", "reading.not-section", "reading.write-section", section=f"[{key}]"), key)
        return {}

    def objectives(self, value: Any) -> tuple[Objective, ...]:
        if value is None:
            return DEFAULT_OBJECTIVES
        if not isinstance(value, list) or not value:
            self.add(Refused("kind", "reading.not-list", "reading.write-objective"), "objective")
            return DEFAULT_OBJECTIVES
        return tuple(self.objective(entry) for entry in value)

    def objective(self, entry: Any) -> Objective:
        keys = self.section(entry, "[objective]")
        self.known(keys, ("name", "tolerance"), "objective.")
        column = Column("name", "choice", required=True, choices=OBJECTIVES)
        name = self.cell(column, keys.get("name"), "objective.name")
        return Objective(name, self.cell(TOLERANCE, keys.get("tolerance"), "objective.tolerance"))
