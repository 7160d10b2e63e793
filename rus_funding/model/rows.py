"""`Rows`: one table as columns."""

from __future__ import annotations

import dataclasses
import itertools
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

Array = NDArray[Any]


@dataclasses.dataclass(frozen=True)
class Rows:
    """One table as columns of equal length. Never modified: `replace` and `take` make new ones."""

    columns: Mapping[str, Array]

    def __post_init__(self) -> None:
        sizes = {column.size for column in self.columns.values()}
        if len(sizes) > 1:
            raise ValueError(f"columns of unequal length: {sorted(sizes)}")
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))
        object.__setattr__(self, "_memo", {})  # what is worked out from these columns, which never change

    @property
    def size(self) -> int:
        """Number of rows."""
        return next((int(column.size) for column in self.columns.values()), 0)

    def __getitem__(self, column: str) -> Array:
        return self.columns[column]

    def replace(self, **columns: Array) -> Rows:
        """The same table with some columns exchanged."""
        made = Rows({**self.columns, **columns})
        memo: dict[Any, Any] = self._memo  # type: ignore[attr-defined]
        for key, order in memo.items():  # an order by other columns stands
            if key[0] == "order" and not columns.keys() & set(key[1]):
                made._memo[key] = order  # type: ignore[attr-defined]
        return made

    def order(self, key: tuple[str, ...]) -> list[int]:
        """Positions of the rows sorted by the columns `key`, then by every other column."""
        memo: dict[Any, Any] = self._memo  # type: ignore[attr-defined]
        if ("order", key) not in memo:
            parts = [[str(value) for value in plain(self.columns[column])] for column in key]
            found = sorted(range(self.size), key=lambda i: [part[i] for part in parts])
            twice = any(all(part[i] == part[j] for part in parts) for i, j in itertools.pairwise(found))
            if twice or not key:  # no key to go by: all columns decide
                parts = [[str(value) for value in plain(self.columns[column])] for column in sorted(self.columns)]
                found.sort(key=lambda i: [part[i] for part in parts])
                return found
            memo["order", key] = found
        out: list[int] = memo["order", key]
        return out

    def document(self, key: tuple[str, ...]) -> dict[str, list[Any]]:
        """The table as plain columns, rows in `order`. Shared between calls: read it, do not change it."""
        memo: dict[Any, Any] = self._memo  # type: ignore[attr-defined]
        if ("document", key) not in memo:
            order = self.order(key)
            memo["document", key] = {
                name: [values[i] for i in order]
                for name, values in ((column, plain(self.columns[column])) for column in sorted(self.columns))
            }
        found: dict[str, list[Any]] = memo["document", key]
        return found

    def take(self, index: Array) -> Rows:
        """The rows at `index` (positions or a mask), in that order."""
        return Rows({name: column[index] for name, column in self.columns.items()})

    def __reduce__(self) -> tuple[Any, ...]:
        return (Rows, (dict(self.columns),))  # a mappingproxy does not pickle


def plain(column: Array) -> list[Any]:
    """A column as plain Python values, NaN as ``None``."""
    if column.dtype.kind == "f":
        return [None if value != value else value for value in column.tolist()]
    values: list[Any] = column.tolist()
    return values
