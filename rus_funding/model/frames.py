"""Tables as pandas data frames, and what type each of their columns has. pandas is loaded when a frame is made.

Every frame of the package is made here, so that a column of one kind has one type wherever it stands:

=======================  =============  =========================================
kind (see `schema`)      dtype          a blank cell
=======================  =============  =========================================
id, ids, text, choice    ``string``     ``<NA>``
kronor, integer, year    ``Int64``      ``<NA>``
share, number            ``Float64``    ``<NA>``
flag                     ``boolean``    ``<NA>``
any                      ``object``     as it is
=======================  =============  =========================================
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from rus_funding.model.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from rus_funding.model.rows import Rows

_DTYPES = {
    **dict.fromkeys(("id", "ids", "text", "choice"), "string"),
    **dict.fromkeys(("kronor", "integer", "year"), "Int64"),
    **dict.fromkeys(("share", "number"), "Float64"),
    "flag": "boolean",
    "any": "object",
}
_ANNOTATED = {"str": "text", "int": "integer", "float": "number", "bool": "flag", "Fraction": "share"}
COUNTED = {"kronor", "integer", "year"}
MEASURED = {"share", "number"}


def dtype(kind: str) -> str:
    """The dtype of a column of a kind, as pandas names it.

    >>> dtype("kronor"), dtype("id"), dtype("share"), dtype("flag")
    ('Int64', 'string', 'Float64', 'boolean')
    """
    return _DTYPES[kind]


def kinds_of(table: str) -> dict[str, str]:
    """The columns of an input table with their kinds."""
    return {column.name: column.type for column in TABLES[table].columns}


def frame(kinds: Mapping[str, str], columns: Mapping[str, Iterable[Any]]) -> pd.DataFrame:
    """A frame of the columns in `kinds`, typed; its index counts the rows from 0.

    >>> found = frame({"fund": "id", "amount": "kronor"}, {"fund": ["fum", ""], "amount": [1, None]})
    >>> found.dtypes.astype(str).tolist(), found["fund"].isna().tolist()
    (['string', 'Int64'], [False, True])
    """
    import pandas as pd

    made: dict[str, Any] = {name: _typed(kind, columns[name]) for name, kind in kinds.items()}
    return pd.DataFrame(made, columns=list(kinds))


def of_rows(kinds: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """The same of rows, whose cells stand in the order of `kinds`."""
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    return frame(kinds, dict(zip(kinds, columns or [()] * len(kinds), strict=True)))


def of_records(kinds: Mapping[str, str], records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """The same of rows by column."""
    return of_rows(kinds, [[record[name] for name in kinds] for record in records])


def of_dataclass(kind: type[Any], rows: Iterable[Any]) -> pd.DataFrame:
    """The same of dataclasses of one kind: their fields that are text, a number or a flag, by their annotations."""
    kinds = {
        field.name: _ANNOTATED[plain]
        for field in dataclasses.fields(kind)
        if (plain := str(field.type).removesuffix(" | None")) in _ANNOTATED
    }
    return of_rows(kinds, [[getattr(row, name) for name in kinds] for row in rows])


def of_table(table: str, rows: Rows) -> pd.DataFrame:
    """An input table."""
    return frame(kinds_of(table), rows.columns)


def _typed(kind: str, values: Any) -> Any:
    import pandas as pd

    cells: list[Any] = values.tolist() if hasattr(values, "tolist") else list(values)
    if kind == "any":
        return pd.Series(cells, dtype="object")
    if kind in MEASURED:
        cells = [None if _is_blank(cell) else float(cell) for cell in cells]
    elif kind in COUNTED:
        cells = [None if _is_blank(cell) else int(cell) for cell in cells]
    elif kind == "flag":
        cells = [None if _is_blank(cell) else bool(cell) for cell in cells]
    else:
        cells = [None if _is_blank(cell) else str(cell) for cell in cells]
    made: Any = pd.array(cells, dtype=_DTYPES[kind])  # type: ignore[call-overload]
    return made


def _is_blank(cell: Any) -> bool:
    return cell is None or cell == "" or cell != cell  # NaN
