"""Whom a row is and whom a cell names: ids made of names, and names turned into the ids of the rows that bear them.

A row may leave its id out: it is made of the name, so that it stays when rows move. What an id's column holds and is no
id (``PL20/01/VII``) is a name too. A cell that must name a row of another table may hold the row's id, what stands in
its id's column, or its name: letters' case, marks and spaces apart (`rus_funding.model.names.folded`). An id is taken
before a name. What names nobody, or more than one row, is refused with the names that it may be meant for.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from rus_funding.errors import ENOUGH
from rus_funding.kronor import Refused
from rus_funding.model.names import choice_of, column_of, folded
from rus_funding.model.reading.cells import LONGEST_ID, Nobody, is_id, written_word
from rus_funding.model.schema import TABLES, Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rus_funding.model.reading.source import Raw, Source

MANY = 200  # names that are each compared with one that nobody bears; of more those that begin or end alike
SHOWN = 3  # names that a refusal offers
# Letters that have no mark to take away.
LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
TELLING = ("by", "value", "project", "actor_type")  # what tells rows apart that have no name: those of rate_limits
OF_KEYS = {"decider": "actors", "strategy": "strategies"}  # keys of the model file that name a row


def made_id(name: str) -> str:
    """The id that a name makes, ``""`` where it has letters that no id has.

    >>> made_id("Genomförande av RUS 2026–2028"), made_id("PL20/01/VII"), made_id("Сибирь")
    ('genomforande-av-rus-2026-2028', 'pl20-01-vii', '')
    """
    text = folded(name).translate(LETTERS)
    if any(letter.isalnum() and not letter.isascii() for letter in text):
        return ""
    return re.sub("[^a-z0-9_]+", "-", text.replace(" ", "-")).strip("-_")[:LONGEST_ID].rstrip("-_")


class Register:
    """The rows of one table by their ids and by every name they bear. `written`: made ids as their file has them."""

    def __init__(self, sound: bool) -> None:
        """Nobody is known yet; not `sound` where rows may be missing."""
        self.sound = sound
        self.asked = 0  # names that nobody bears: of very many only the first are compared with those there are
        self.ids: dict[str, None] = {}
        self.written: dict[str, str] = {}
        self._names: dict[str, dict[str, str]] = {}  # a folded name: ids that it is the name of, and how it is written

    def add(self, found: str, *names: str) -> None:
        """One row: its id, and what else it may be called."""
        self.ids[found] = None
        for name in names:
            if name:
                self._names.setdefault(folded(name), {}).setdefault(found, name)

    def named(self, text: str) -> str | Refused:
        """The id of the row that is meant, or why it cannot be told; the text where the ids must be judged later."""
        if text in self.ids:
            return text
        found = self._names.get(folded(text), {})
        if len(found) == 1:
            return next(iter(found))
        if found:
            return Refused("ambiguous_name", "reading.name-of-several", "reading.write-id", ids=list(found))
        zeros = [one for one in self.ids if one.lstrip("0") == text.lstrip("0")] if text.isdigit() else []
        if zeros:
            return Refused("unknown_value", "reading.name-unknown", "reading.name-near", names=zeros)
        if not self.sound:
            return made_id(text) or text
        if alike := self._by_letters.get(_letters(text)):  # an id that nobody has, made of a name by hand
            return Refused("unknown_value", "reading.name-unknown", "reading.name-near", names=alike)
        return text if is_id(text) else self._nobody(text)

    @cached_property
    def _by_letters(self) -> Mapping[str, list[str]]:
        """The names as they are written, by their letters and digits alone; asked when all rows are known."""
        found: dict[str, list[str]] = {}
        for name in dict.fromkeys(name for names in self._names.values() for name in names.values()):
            found.setdefault(_letters(name), []).append(name)
        return found

    def _nobody(self, text: str) -> Refused:
        known = {key: next(iter(names.values())) for key, names in self._names.items()} if self.asked < ENOUGH else {}
        self.asked += 1
        word = folded(text)[:LONGEST_ID]
        alike = [key for key in known if len(known) <= MANY or key[:2] == word[:2] or key[-3:] == word[-3:]]
        if near := difflib.get_close_matches(word, alike[:MANY], n=SHOWN):
            names = list(dict.fromkeys(known[one] for one in near))
            return Refused("unknown_value", "reading.name-unknown", "reading.name-near", names=names)
        return Refused("unknown_value", "reading.name-unknown", "reading.name-known", names=list(known.values()))


def _letters(text: str) -> str:
    return made_id(text).replace("-", "").replace("_", "")


def identified(source: Source) -> tuple[dict[str, Raw], dict[str, Register]]:
    """The tables of `source` with ids in every cell that must hold one, and who is known by which."""
    tables, registers = dict(source.tables), {}
    for name, table in TABLES.items():
        if table.made:
            registers[name] = Register(name in tables and not tables[name].lost and name not in source.broken)
            if name in tables:
                tables[name] = _with_ids(table, tables[name], registers[name])
    for name, raw in tables.items():
        tables[name] = _with_references(TABLES[name], raw, registers)
    if source.keys is not None:
        named = {key: source.keys[key] for key in OF_KEYS if isinstance(source.keys.get(key), str)}
        cells = {key: _cell(text, registers[OF_KEYS[key]].named) for key, text in named.items()}
        source.keys = {**source.keys, **cells}
    return tables, registers


def _with_ids(table: Table, raw: Raw, register: Register) -> Raw:
    """The table with an id in every row that has one or a name to make it of."""
    position = {column_of(table.name, heading): k for k, heading in reversed(list(enumerate(raw.header)))}
    key, size = table.key[0], len(raw.rows)
    ids: list[Any] = list(raw.columns[position[key]]) if key in position else [None] * size
    names: list[Any] = list(raw.columns[position["name"]]) if "name" in position else [None] * size
    if key not in position and "name" not in position and "name" in table.by_name:
        return raw
    telling = [position[part] for part in TELLING if part in position]
    unnamed = "name" in table.by_name and "name" not in position
    bearer: dict[str, str] = {}  # each id: what it was made of
    for i in range(size):
        given, name = written_word(ids[i], raw.guarded), written_word(names[i], raw.guarded)
        if not given and not name and "name" not in table.by_name:
            name = " ".join(filter(None, (written_word(raw.columns[k][i], raw.guarded) for k in telling)))
        label = given or (name if ids[i] is None or ids[i] == "" else "")
        made = label if is_id(label) and given else made_id(label)
        if unnamed:
            names[i] = given or names[i]
        if not made:
            continue
        if not is_id(given) and bearer.get(made, label) != label and folded(bearer[made]) != folded(label):
            clash = Refused("id_clash", "reading.names-make-one-id", "reading.write-id-of-own", other=bearer[made])
            ids[i] = Nobody(label, clash)
            continue
        bearer.setdefault(made, label)
        register.add(made, label, name)
        if made != given:
            ids[i] = made
            register.written.setdefault(made, label)
    raw = _set(raw, position.get(key), key, ids)
    return _set(raw, None, "name", names) if unnamed else raw


def _set(raw: Raw, position: int | None, heading: str, cells: Sequence[Any]) -> Raw:
    """The table with these cells in a column, a new one where it has no place."""
    if position is None:
        return dataclasses.replace(raw, header=(*raw.header, heading), columns=(*raw.columns, cells))
    columns = (*raw.columns[:position], cells, *raw.columns[position + 1 :])
    return dataclasses.replace(raw, columns=columns)


def _with_references(table: Table, raw: Raw, registers: Mapping[str, Register]) -> Raw:
    """The table with ids where it names rows of others, and code words where a cell's choices depend on its row."""
    for k, heading in enumerate(raw.header):
        found = column_of(table.name, heading)
        column = table[found] if found else None
        if column is not None and column.references:
            register = registers[column.references]
            cells = _each(raw.columns[k], partial(_ids, register) if column.type == "ids" else register.named)
        elif column is not None and column.by:
            cells = _by(table, column, raw, k, registers)
        else:
            continue
        if cells is not raw.columns[k]:
            raw = _set(raw, k, heading, cells)
    return raw


def _each(cells: Sequence[Any], named: Callable[[str], str | Refused]) -> Sequence[Any]:
    """The cells, each of them as what it names; the same object where none of them changes."""
    changed = {cell: new for cell in dict.fromkeys(cells) if (new := _cell(cell, named)) is not cell and new != cell}
    return [changed.get(cell, cell) for cell in cells] if changed else cells


def _cell(cell: Any, named: Callable[[str], str | Refused]) -> Any:
    text = written_word(cell)
    if not text:
        return cell
    found = named(text)
    if isinstance(found, Refused):
        return Nobody(text, found)
    return cell if found == text else found


def _ids(register: Register, text: str) -> str | Refused:
    """Ids or names in one cell: one name, several between ``;`` or ``,``, or ids between spaces."""
    parts = [text] if register.named(text) in register.ids else re.split("[;,]", text)
    if len(parts) == 1 and parts[0] not in register.ids and isinstance(register.named(text), Refused):
        words = text.split()
        parts = words if all(register.named(word) in register.ids for word in words) else [text]
    found = [register.named(part.strip()) for part in parts if part.strip()]
    refused = [one for one in found if isinstance(one, Refused)]
    return refused[0] if refused else " ".join(str(one) for one in found)


def _by(table: Table, column: Column, raw: Raw, k: int, registers: Mapping[str, Register]) -> Sequence[Any]:
    """Cells whose choices another cell of the row tells: ids of the table that it names, or code words."""
    kinds: Iterable[Any] = [""] * len(raw.rows)
    if set(column.by) != {""}:
        at = next((i for i, heading in enumerate(raw.header) if column_of(table.name, heading) == "by"), None)
        if at is None:
            return raw.columns[k]
        kinds = raw.columns[at]
    cells = []
    for kind, cell in zip(kinds, raw.columns[k], strict=True):
        where = column.by.get(choice_of(table["by"], kind) if isinstance(kind, str) and kind else "")
        cells.append(cell if where is None else _cell(cell, _reader(where, registers)))
    return cells if any(new is not old for new, old in zip(cells, raw.columns[k], strict=True)) else raw.columns[k]


def _reader(where: str | tuple[str, ...], registers: Mapping[str, Register]) -> Callable[[str], str | Refused]:
    if isinstance(where, str) and where in registers:
        return registers[where].named
    name, _, held = where.partition(".") if isinstance(where, str) else ("", "", "")
    column = TABLES[name][held] if name else Column("value", "choice", choices=tuple(where))
    return lambda text: choice_of(column, text) or text
