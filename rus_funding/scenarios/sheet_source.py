"""A scenario of the workbook's sheet as the file that would say the same: its text is TOML, its spots are cells.

The text is what a run keeps and what is read, so that a scenario of the sheet is that of its file and no other.
"""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rus_funding.scenarios.parts import Spot
from rus_funding.scenarios.source import Source, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rus_funding.errors import Problem

Cells = tuple[tuple[str, tuple[str, str]], ...]


@dataclasses.dataclass(frozen=True)
class SheetSpot(Spot):
    """Where something stands in the sheet: `cell` is its address (``Scenarier!F4``), `key` the heading above it.

    `cells` are the (address, heading) of each part of its row.
    """

    cell: str = ""
    cells: Cells = ()

    def problem(self, code: str, what: str, remedy: str, value: object = None, key: str = "", **fields: Any) -> Problem:
        """A problem at this cell, or at the one where the part `key` of its row stands."""
        address, heading = dict(self.cells).get(key.partition(".")[0], (self.cell, self.key))
        found = Spot(self.file, self.line, heading).problem(code, what, remedy, value, **fields)
        return dataclasses.replace(found, cell=address)


class SheetSource(Source):
    """The text of one scenario of the sheet `file`; `spots` says by path in its document where each part stands."""

    def __init__(self, file: str, name: str, document: Mapping[str, Any], spots: Mapping[tuple[Step, ...], SheetSpot]):
        """Write the document as text."""
        super().__init__(file, "\n".join(_lines(document)).encode())
        self.kept = f"{name}.toml"
        self._spots = spots

    def spot(self, path: Sequence[Step], key: str = "") -> Spot:  # noqa: ARG002 (the cell says it)
        """The cell of the part at `path`: its own, or the one of what it is part of."""
        for end in range(len(path), -1, -1):
            if (found := self._spots.get(tuple(path[:end]))) is not None:
                return found
        return Spot(self.file)


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    """A scenario's document as lines of TOML."""
    for name, value in document.items():
        if not isinstance(value, dict) and not _sections(value):
            yield f"{name} = {_value(value)}"
    for name, value in document.items():
        for section in value if _sections(value) else ():
            yield from ("", f"[[{name}]]", *(f"{key} = {_value(part)}" for key, part in section.items()))
        if isinstance(value, dict):
            yield from ("", f"[{name}]", *(f"{key} = {_value(part)}" for key, part in value.items()))
    yield ""


def _sections(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_value(part)}' for key, part in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
