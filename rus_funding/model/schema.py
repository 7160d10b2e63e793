"""Every input table, described once as data: what the reader checks, the templates show and the docs list.

Names here are the English ones, which data keep; `rus_funding.words.names` has the Swedish name of each.

A table is a `Table` of `Column`s; `TABLES` holds them in the order of the docs. The types:

=========  =======================================================================================
type       a cell holds
=========  =======================================================================================
id         a name for machines: ``a-z``, ``0-9``, ``_`` and ``-``, beginning with a letter or digit
ids        several of them, separated by a space
text       anything; `Column.choices` are suggestions
choice     one of `Column.choices`
kronor     whole kronor, 0 or more
share      0 to 1, also written as ``50 %``
number     0 or more
integer    a whole number, 0 or more
year       four digits; one of the model's years unless `Column.any_year`
flag       yes or no
=========  =======================================================================================

A blank cell takes `Column.default`; ``None`` means "none" and is NaN in the array (see `rus_funding.model.model`).
"""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.model.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclasses.dataclass(frozen=True)
class Column:
    """One column: what its cells hold and what a blank means. `table` is where the catalogue describes it.

    `references` names the table whose key the cell must be in. Where that depends on the row, `by` says it instead:
    ``{what the row's column "by" holds: where the cell must be found}`` (key ``""``: whatever it holds), a place being
    a table (its key), ``table.column`` (a value some row has there) or a tuple of choices.
    """

    name: str
    type: str
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    references: str = ""
    unit: str = ""
    any_year: bool = False
    by: Mapping[str, str | tuple[str, ...]] = dataclasses.field(default_factory=dict)
    table: str = ""

    @property
    def description(self) -> str:
        """What its cells hold, in English; nothing of a column that stands in no table."""
        return described("en", self.table, self.name) if self.table else ""

    @property
    def beskrivning(self) -> str:
        """The same in Swedish."""
        return described("sv", self.table, self.name) if self.table else ""

    @property
    def dtype(self) -> Any:
        """The dtype of the column's array."""
        if self.type == "flag":
            return np.bool_
        none = self.type in {"kronor", "year"} and not self.required and self.default is None  # a blank is NaN
        if self.type in {"share", "number"} or none:
            return np.float64
        return np.int64 if self.type in {"kronor", "integer", "year"} else np.object_


@dataclasses.dataclass(frozen=True)
class Table:
    """One table: its columns, the key that may stand only once, and whether a model must have it.

    `wide`: its years may stand as columns (2026, 2027, …) in place of ``year`` and ``amount``.
    """

    name: str
    key: tuple[str, ...]
    required: bool
    columns: tuple[Column, ...]
    wide: bool = False

    @property
    def description(self) -> str:
        """What its rows are, in English."""
        return described("en", self.name)

    @property
    def beskrivning(self) -> str:
        """The same in Swedish."""
        return described("sv", self.name)

    def __getitem__(self, column: str) -> Column:
        """The column of that name."""
        return self.by_name[column]

    @property
    def made(self) -> str:
        """The id column that may be left out, made of the rows' names; ``""`` where a row has no id of its own."""
        own = len(self.key) == 1 and self[self.key[0]].type == "id"
        return self.key[0] if own else ""

    @property
    def by_name(self) -> dict[str, Column]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}


def described(lang: str, *path: str) -> str:
    """What the catalogue of texts says of a table, a column, or a key of the model file (``model``, key)."""
    from rus_funding.words.language import say  # late: few who read a model read about it

    return say(lang, f"schema.{'.'.join(path)}")


def empty(table: str) -> Rows:
    """The table with no rows: what an absent optional table is."""
    return Rows({column.name: np.empty(0, dtype=column.dtype) for column in TABLES[table].columns})


# In every table: where a row comes from, and whether somebody has checked it. A blank `verified` is "not stated".
COMMON = (
    Column("source", "text", default="", table="common"),
    Column("verified", "choice", default="", choices=("yes", "no"), table="common"),
    Column("note", "text", default="", table="common"),
)


def _id(name: str, references: str, *, required: bool = True) -> Column:
    return Column(name, "id", required, None if required else "", references=references)


def _text(name: str, *, required: bool = False, suggestions: tuple[str, ...] = ()) -> Column:
    return Column(name, "text", required, None if required else "", suggestions)


def _choice(name: str, choices: tuple[str, ...], default: str | None) -> Column:
    return Column(name, "choice", default is None, default, choices)


def _kronor(name: str, *, required: bool = True) -> Column:
    return Column(name, "kronor", required, unit="kr")


def _share(name: str, default: float | None, *, required: bool = False) -> Column:
    return Column(name, "share", required, default, unit="share")


def _number(name: str, default: float | None, unit: str) -> Column:
    return Column(name, "number", False, default, unit=unit)


def _year(*, any_year: bool = False) -> Column:
    return Column("year", "year", True, unit="year", any_year=any_year)


def _flag(name: str) -> Column:
    return Column(name, "flag", False, default=False, choices=("yes", "no"))


WITHDRAWN = "withdrawn"
OUT = ("ordinary", WITHDRAWN)  # statuses of projects that no plan funds
REPLANS = ("cut", "delay", "keep")  # what becomes of what a begun project did not do in closed years
STATUSES = ("candidate", "committed", *OUT)
LEVELS = ("state", "region", "municipality", "eu", "private", "other")

_ALL = (
    Table("areas", ("area",), True, (
        _id("area", ""),
        _text("name", required=True),
        _text("goal"),
        _id("strategy", "strategies", required=False),
        _number("weight", 1.0, ""),
        _share("floor_share", 0.0),
        _share("cap_share", 1.0),
        _number("target", None, "points"),
        _share("beyond", 1.0),
    )),
    Table("funds", ("fund",), True, (
        _id("fund", ""),
        _text("name", required=True),
        _id("financier", "actors", required=False),
        _choice("sector", ("public", "private"), None),
        _choice("form", ("cash", "in_kind"), "cash"),
        _choice("level", LEVELS, None),
        _share("max_rate", 1.0),
        _choice("rate_basis", ("year", "total"), "year"),
        _choice("rate_base", ("eligible", "booked", "total", "net"), "eligible"),
        _flag("income"),
        _kronor("max_per_project", required=False),
        _kronor("min_per_project", required=False),
        _share("max_share", 1.0),
        _share("carry_over", 0.0),
        Column("draw_order", "integer", default=0),
    )),
    Table("budgets", ("fund", "year"), True, (
        _id("fund", "funds"),
        _year(),
        _kronor("amount"),
        _choice("status", ("granted", "applied", "planned"), "granted"),
    ), wide=True),
    Table("authorisations", ("fund", "year"), False, (
        _id("fund", "funds"),
        _year(any_year=True),
        _kronor("amount"),
    )),
    Table("eligibility", ("fund", "by", "value"), False, (
        _id("fund", "funds"),
        _choice("by", ("area", "category", "project", "actor_type"), None),
        Column("value", "text", True, by={"area": "areas", "category": "categories", "project": "projects",
               "actor_type": "actors.type"}),
    )),
    Table("rate_limits", ("limit",), False, (
        _id("limit", ""),
        _choice("by", ("sector", "form", "level", "fund"), None),
        Column("value", "text", True, by={"sector": ("public", "private"), "form": ("cash", "in_kind"),
               "level": "funds.level", "fund": "funds"}),
        _id("project", "projects", required=False),
        Column("actor_type", "text", default="", by={"": "actors.type"}),
        _share("min_rate", 0.0),
        _share("max_rate", 1.0),
    )),
    Table("categories", ("category",), True, (
        _id("category", ""),
        _text("name", required=True),
        _choice("form", ("cash", "in_kind"), "cash"),
        _share("flat_rate", None),
        Column("flat_rate_base", "ids", default="", references="categories"),
    )),
    Table("projects", ("project",), True, (
        _id("project", ""),
        _text("name", required=True),
        _id("lead", "actors"),
        _choice("status", STATUSES, "candidate"),
        _share("min_share", None),
        _flag("indivisible"),
        _choice("replan", REPLANS, "cut"),
    )),
    Table("costs", ("project", "category", "year"), True, (
        _id("project", "projects"),
        _id("category", "categories"),
        _year(),
        _kronor("amount"),
    ), wide=True),
    Table("contributions", ("project", "area"), True, (
        _id("project", "projects"),
        _id("area", "areas"),
        _share("share", None, required=True),
        _number("benefit", None, "points"),
    )),
    Table("actors", ("actor",), True, (
        _id("actor", ""),
        _text("name", required=True),
        _text("type", required=True, suggestions=("region", "municipality", "agency", "university", "company",
              "association")),
        _id("municipality", "municipalities", required=False),
        _choice("target_group", ("primary", "secondary", "indirect"), ""),
        Column("min_projects", "integer", default=0, unit="projects"),
    )),
    Table("participations", ("project", "actor", "role"), False, (
        _id("project", "projects"),
        _id("actor", "actors"),
        _choice("role", ("lead", "partner", "financier", "beneficiary"), ""),
    )),
    Table("links", ("actor", "other"), False, (
        _id("actor", "actors"),
        _id("other", "actors"),
        _number("weight", 1.0, ""),
    )),
    Table("municipalities", ("municipality",), False, (
        _id("municipality", ""),
        _text("name", required=True),
        Column("population", "integer", True, unit="persons"),
    )),
    Table("reach", ("project", "municipality"), False, (
        _id("project", "projects"),
        _id("municipality", "municipalities"),
        _share("share", None, required=True),
    )),
    Table("commitments", ("project", "fund", "year", "kind"), False, (
        _id("project", "projects"),
        _id("fund", "funds"),
        _year(),
        _kronor("amount"),
        _choice("kind", ("decided", "paid"), None),
    ), wide=True),
    Table("previous", ("project", "fund", "year"), False, (
        _id("project", "projects"),
        _id("fund", "funds"),
        _year(any_year=True),
        _kronor("amount"),
    ), wide=True),
    Table("booked", ("project", "category", "year"), False, (
        _id("project", "projects"),
        _id("category", "categories"),
        _year(),
        _kronor("amount"),
        Column("final", "flag", False, default=True, choices=("yes", "no")),
    ), wide=True),
    Table("claims", ("project", "fund", "year", "kind"), False, (
        _id("project", "projects"),
        _id("fund", "funds"),
        _year(),
        _kronor("amount"),
        _choice("kind", ("advance", "claim", "recovery"), None),
    ), wide=True),
    Table("dependencies", ("project", "kind", "other"), False, (
        _id("project", "projects"),
        _choice("kind", ("requires", "excludes"), None),
        _id("other", "projects"),
    )),
    Table("perspectives", ("perspective",), False, (
        _id("perspective", ""),
        _text("name", required=True),
        _choice("kind", ("sustainability", "gender", "group", "challenge", "other"), None),
        _share("floor_share", 0.0),
    )),
    Table("markings", ("project", "perspective"), False, (
        _id("project", "projects"),
        _id("perspective", "perspectives"),
        _share("share", None, required=True),
        _text("basis"),
    )),
    Table("strategies", ("strategy",), False, (
        _id("strategy", ""),
        _text("name", required=True),
        Column("from", "year", any_year=True, unit="year"),
        Column("to", "year", any_year=True, unit="year"),
    )),
    Table("mapping", ("area", "to"), False, (
        _id("area", "areas"),
        _id("to", "areas"),
        _share("share", None, required=True),
    )),
)  # fmt: skip

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: dataclasses.replace(
            table, columns=(*(dataclasses.replace(column, table=table.name) for column in table.columns), *COMMON)
        )
        for table in _ALL
    }
)
