"""What of a run is content: the digest of a scenario's rows, and of a whole run."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import marshal
from typing import TYPE_CHECKING, Any

from rus_funding.proof.standing import Standing
from rus_funding.runs.schema import RESULTS, place, result_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Row = tuple[Any, ...]

# rows of `scenarios` are digested without these: they depend on the clock, on the machine, or on the digest itself
_KEPT = [
    i
    for i, name in enumerate(result_columns("scenarios"))
    if name != "sha256" and not any(column.name == name and column.volatile for column in RESULTS["scenarios"].columns)
]


@dataclasses.dataclass(frozen=True)
class Record:
    """A finished scenario as rows by table, each row whole. `tables["scenarios"]` holds its one row there."""

    position: int
    name: str
    tables: Mapping[str, list[Row]]

    @property
    def status(self) -> str:
        """Status of the scenario."""
        return str(self.figure("status"))

    @property
    def planned(self) -> bool:
        """Whether the scenario has a plan."""
        return Standing(self.figure("standing")).has_plan

    def figure(self, column: str) -> Any:
        """A cell of the scenario's row in `scenarios`."""
        return self.tables["scenarios"][0][result_columns("scenarios").index(column)]


def numbered(position: int, name: str, rows: Iterable[Row]) -> list[Row]:
    """Rows with `row` and `scenario` before them."""
    first = place(position)
    return [(first + i, name, *row) for i, row in enumerate(rows)]


def scenario_digest(scenario: Row, tables: Mapping[str, list[Row]]) -> str:
    """SHA-256 over a scenario's row in `scenarios` (what is volatile apart) and its rows in all other tables.

    Those rows are taken without `row` and `scenario`, which follow from their place.
    """
    parts: list[Any] = [[scenario[i] for i in _KEPT]]
    parts += [[table, tables.get(table, [])] for table in RESULTS if table != "scenarios"]
    # marshal writes plain values in one way only and ten times as fast as JSON; version 2 shares no references
    return hashlib.sha256(marshal.dumps(parts, 2)).hexdigest()


def seal(scenario: Row) -> str:
    """SHA-256 over a scenario's whole row in `scenarios` but the seal itself, which stands last."""
    return hashlib.sha256(marshal.dumps(list(scenario[:-1]), 2)).hexdigest()


def insertion(table: str, width: int) -> str:
    """The statement that inserts a row of `width` cells. Names of tables are ours, never a user's."""
    marks = ", ".join("?" * width)
    return f'INSERT INTO "{table}" VALUES ({marks})'  # noqa: S608


def whole_digest(parts: Any) -> str:
    """SHA-256 over the JSON of plain data."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
