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
import json
from typing import TYPE_CHECKING, Any

from rus_funding.errors import UsageError
from rus_funding.model.frames import of_table
from rus_funding.model.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from rus_funding.model.questions import Questions
    from rus_funding.model.rows import Rows


@dataclasses.dataclass(frozen=True)
class Policy:
    """`[policy]` of the model file."""

    collaboration_weight: float = 0.0
    municipality_floor: float = 0.0
    min_partners: int = 0
    min_share: float = 0.0
    min_grant: int = 0
    keep: str = ""
    share_base: str = "funded"  # what floors, caps and largest shares are shares of: "funded" or "available"


@dataclasses.dataclass(frozen=True)
class Objective:
    """One `[[objective]]`: its name and the share of its optimum that later ones may give up."""

    name: str
    tolerance: float = 0.0


@dataclasses.dataclass(frozen=True)
class Past:
    """What closed years leave to the rules of open ones (`rus_funding.model.closed`), in kronor, sorted.

    `through` is the last closed year, None where no year is. `projects` are what is booked, each as a project of its
    own whose payments are constants. Of the projects that go on: `paid` by fund (project, fund, kronor paid, kronor
    that its rate is a share of), `booked` in all (project, kronor), and the base of each flat rate (project, category,
    kronor).
    """

    through: int | None = None
    projects: tuple[str, ...] = ()
    paid: tuple[tuple[str, str, int, int], ...] = ()
    booked: tuple[tuple[str, int], ...] = ()
    flat: tuple[tuple[str, str, int], ...] = ()

    def document(self) -> dict[str, Any]:
        """As plain data; nothing where no year is closed."""
        if self.through is None:
            return {}
        rows = {name: [list(row) for row in getattr(self, name)] for name in ("paid", "booked", "flat")}
        return {"through": self.through, "projects": list(self.projects), **rows}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Past:
        """The inverse of `document`."""
        if not document:
            return NO_PAST
        rows = {name: tuple(tuple(row) for row in document[name]) for name in ("paid", "booked", "flat")}
        return cls(int(document["through"]), tuple(map(str, document["projects"])), **rows)


NO_PAST = Past()
OBJECTIVES = ("value", "draw_order", "balance", "reach", "funded", "leverage", "spread", "continuity")
DEFAULT_OBJECTIVES = (Objective("value"), Objective("draw_order"))


@dataclasses.dataclass(frozen=True)
class FundingModel:
    """Everything an optimisation rests on. `tables` holds every table of the schema, in file order.

    `decider` is the actor whose decision this is, if said: its own money is what it can grant. `strategy` is the one
    that decides, where areas belong to several. `closed_through` is the last year that is booked, None where none is;
    in the model of what remains (`rus_funding.model.closed`) `past` says what closed years leave. `required` and
    `excluded` are projects held at x = 1 and x = 0 (a scenario's `require` and `exclude`). `warnings` are the
    validation's findings that do not stop (`errors.Problem`). `points_kept` says that the benefits are none of the
    tables' own: a scenario changed costs, and they are what the baseline's costs made them
    (`rus_funding.model.points`). `questions` is the sheet of scenarios beside the tables, as it was found.
    """

    name: str
    years: tuple[int, ...]
    tables: Mapping[str, Rows]
    title: str = ""
    source: str = ""
    locale: str = "sv_SE"
    currency: str = "SEK"
    decider: str = ""
    strategy: str = ""
    closed_through: int | None = None
    policy: Policy = Policy()
    objectives: tuple[Objective, ...] = DEFAULT_OBJECTIVES
    required: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    past: Past = NO_PAST
    warnings: tuple[Any, ...] = dataclasses.field(default=(), compare=False)
    points_kept: bool = dataclasses.field(default=False, compare=False)
    questions: Questions | None = dataclasses.field(default=None, compare=False, repr=False)

    def __getitem__(self, table: str) -> Rows:
        return self.tables[table]

    @property
    def areas(self) -> Rows:
        """The areas of the strategy that decides: those that contributions, points, floors and caps are about.

        An area that names no strategy belongs to it; where the model names none, all do. Areas of another strategy
        stand in `tables` alone: they only report (`rus_funding.model.strategies`).
        """
        rows = self.tables["areas"]
        if not self.strategy or "strategy" not in rows.columns:
            return rows
        mine = (rows["strategy"] == self.strategy) | (rows["strategy"] == "")
        return rows if mine.all() else rows.take(mine)

    def frame(self, table: str) -> pd.DataFrame:
        """A table as a data frame with all columns of the schema, typed.

        Kronor and years are ``Int64``, ids and texts ``string``, shares and numbers ``Float64``, flags ``boolean``;
        what is blank and has no default is ``<NA>``. The index counts the rows from 0. Raises `UsageError` for an
        unknown table.
        """
        if table not in TABLES:
            raise UsageError("a model has no table '{table}'. Tables: {tables}.", table=table, tables=", ".join(TABLES))
        return of_table(table, self.tables[table])

    def frames(self) -> dict[str, pd.DataFrame]:
        """Every table as a data frame, by name; an optional one that the model does not use has no rows."""
        return {table: self.frame(table) for table in TABLES}

    def replace(self, **changes: Any) -> FundingModel:
        """A copy with some fields exchanged."""
        return dataclasses.replace(self, **changes)


def document(model: FundingModel, keys: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """The model as plain data (dict, list, str, int, float, bool, None), the same whatever the row order.

    Each table is ``{column: [values]}`` with rows sorted by the schema's key. This is what a released plan contains,
    what is hashed, and all that the auditor reads.
    """
    if keys is None:
        keys = {name: table.key for name, table in TABLES.items()}
    tables = {name: model.tables[name].document(tuple(keys.get(name, ()))) for name in sorted(model.tables)}
    return {
        "name": model.name,
        "title": model.title,
        "source": model.source,
        "years": list(model.years),
        "locale": model.locale,
        "currency": model.currency,
        "decider": model.decider,
        "strategy": model.strategy,
        "closed_through": model.closed_through,
        "past": model.past.document(),
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
