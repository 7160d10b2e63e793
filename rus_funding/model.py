"""The funding model: frozen tables with typed columns, and what the model file says beside them.

Column types of the arrays (the schema says which column is which):

=========  ==========  ====================================================================
type       dtype       blank cell
=========  ==========  ====================================================================
id, text   object      ``""`` (text is never ``None``)
choice     object      its default
kronor     int64       its default; ``float64`` with NaN where blank means "none"
share      float64     its default; NaN where blank means "none"
number     float64     its default; NaN where blank means "none"
year       int64       never blank
integer    int64       its default
flag       bool        its default
=========  ==========  ====================================================================

A share or number is the decimal that its float prints as: ``Fraction(repr(0.29)) == 29/100``.
That convention makes every rate an exact rational from file to certificate.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


@dataclasses.dataclass(frozen=True)
class Policy:
    """`[policy]` of the model file."""

    collaboration_weight: float = 0.0
    municipality_floor: float = 0.0
    min_partners: int = 0


@dataclasses.dataclass(frozen=True)
class Objective:
    """One `[[objective]]`: its name and the share of its optimum that later ones may give up."""

    name: str
    tolerance: float = 0.0


DEFAULT_OBJECTIVES = (Objective("value"), Objective("draw_order"))


@dataclasses.dataclass(frozen=True)
class FundingModel:
    """Everything an optimisation rests on. `tables` holds every table of the schema, in file order.

    `required` and `excluded` are projects held at x = 1 and x = 0 (a scenario's `require` and
    `exclude`). `warnings` are the validation's findings that do not stop (`errors.Problem`).
    """

    name: str
    years: tuple[int, ...]
    tables: Mapping[str, Rows]
    title: str = ""
    source: str = ""
    locale: str = "sv_SE"
    currency: str = "SEK"
    policy: Policy = Policy()
    objectives: tuple[Objective, ...] = DEFAULT_OBJECTIVES
    required: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    warnings: tuple[Any, ...] = dataclasses.field(default=(), compare=False)

    def __getitem__(self, table: str) -> Rows:
        return self.tables[table]

    def replace(self, **changes: Any) -> FundingModel:
        """A copy with some fields exchanged."""
        return dataclasses.replace(self, **changes)


def plain(column: Array) -> list[Any]:
    """A column as plain Python values, NaN as ``None``."""
    if column.dtype.kind == "f":
        return [None if value != value else value for value in column.tolist()]
    values: list[Any] = column.tolist()
    return values


def document(model: FundingModel, keys: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """The model as plain data (dict, list, str, int, float, bool, None), the same whatever the row order.

    Each table is ``{column: [values]}`` with rows sorted by the schema's key. This is what a released plan contains,
    what is hashed, and all that the auditor reads.
    """
    if keys is None:
        from rus_funding.schema import TABLES

        keys = {name: table.key for name, table in TABLES.items()}
    tables = {name: model.tables[name].document(tuple(keys.get(name, ()))) for name in sorted(model.tables)}
    return {
        "name": model.name,
        "title": model.title,
        "source": model.source,
        "years": list(model.years),
        "locale": model.locale,
        "currency": model.currency,
        "policy": dataclasses.asdict(model.policy),
        "objectives": [dataclasses.asdict(objective) for objective in model.objectives],
        "required": sorted(model.required),
        "excluded": sorted(model.excluded),
        "tables": tables,
    }


def digest(model: FundingModel) -> str:
    """SHA-256 of the model's document: equal for every encoding, layout and row order of the same data."""
    text = json.dumps(document(model), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
