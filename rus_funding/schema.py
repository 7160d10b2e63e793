"""Every input table, described once as data: what the reader checks, the templates show and the docs list.

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

A blank cell takes `Column.default`; ``None`` means "none" and is NaN in the array (see `rus_funding.model`).
"""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.model import Rows

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclasses.dataclass(frozen=True)
class Column:
    """One column: what its cells hold, what a blank means, and what it says to a reader in two languages.

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
    description: str = ""
    beskrivning: str = ""
    any_year: bool = False
    by: Mapping[str, str | tuple[str, ...]] = dataclasses.field(default_factory=dict)

    @property
    def dtype(self) -> Any:
        """The dtype of the column's array."""
        if self.type == "flag":
            return np.bool_
        if self.type in {"share", "number"} or (self.type == "kronor" and not self.required and self.default is None):
            return np.float64
        return np.int64 if self.type in {"kronor", "integer", "year"} else np.object_


@dataclasses.dataclass(frozen=True)
class Table:
    """One table: its columns, the key that may stand only once, and whether a model must have it."""

    name: str
    key: tuple[str, ...]
    required: bool
    columns: tuple[Column, ...]
    description: str
    beskrivning: str

    def __getitem__(self, column: str) -> Column:
        """The column of that name."""
        return self.by_name[column]

    @property
    def by_name(self) -> dict[str, Column]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}


def empty(table: str) -> Rows:
    """The table with no rows: what an absent optional table is."""
    return Rows({column.name: np.empty(0, dtype=column.dtype) for column in TABLES[table].columns})


# In every table: where a row comes from, and whether somebody has checked it. A blank `verified` is "not stated".
COMMON = (
    Column("source", "text", default="", description="where the row's values come from",
           beskrivning="var radens värden kommer ifrån"),
    Column("verified", "choice", default="", choices=("yes", "no"), description="has somebody checked the values?",
           beskrivning="har någon kontrollerat värdena?"),
    Column("note", "text", default="", description="a note for people", beskrivning="en anteckning för läsare"),
)  # fmt: skip


def _id(name: str, references: str, description: str, beskrivning: str, *, required: bool = True) -> Column:
    return Column(name, "id", required, None if required else "", references=references, description=description,
                  beskrivning=beskrivning)  # fmt: skip


def _text(name: str, description: str, beskrivning: str, *, required: bool = False,
          suggestions: tuple[str, ...] = ()) -> Column:  # fmt: skip
    return Column(name, "text", required, None if required else "", suggestions, description=description,
                  beskrivning=beskrivning)  # fmt: skip


def _choice(name: str, choices: tuple[str, ...], default: str | None, description: str, beskrivning: str) -> Column:
    return Column(name, "choice", default is None, default, choices, description=description, beskrivning=beskrivning)


def _kronor(name: str, description: str, beskrivning: str, *, required: bool = True) -> Column:
    return Column(name, "kronor", required, unit="kr", description=description, beskrivning=beskrivning)


def _share(name: str, default: float | None, description: str, beskrivning: str, *, required: bool = False) -> Column:
    return Column(name, "share", required, default, unit="share", description=description, beskrivning=beskrivning)


def _number(name: str, default: float | None, unit: str, description: str, beskrivning: str) -> Column:
    return Column(name, "number", False, default, unit=unit, description=description, beskrivning=beskrivning)


def _year(description: str, beskrivning: str, *, any_year: bool = False) -> Column:
    return Column("year", "year", True, unit="year", description=description, beskrivning=beskrivning,
                  any_year=any_year)  # fmt: skip


def _flag(name: str, description: str, beskrivning: str) -> Column:
    return Column(name, "flag", False, default=False, choices=("yes", "no"), description=description,
                  beskrivning=beskrivning)  # fmt: skip


_ALL = (
    Table("areas", ("area",), True, (
        _id("area", "", "priority area", "prioriterat område"),
        _text("name", "name in reports", "namn i rapporter", required=True),
        _text("goal", "the strategy's goal it serves", "mål i strategin som området tjänar"),
        _number("weight", 1.0, "", "worth of one point", "värdet av en poäng"),
        _share("floor_share", 0.0, "least share of all funded kronor", "minsta andel av alla finansierade kronor"),
        _share("cap_share", 1.0, "largest share of all funded kronor", "största andel av alla finansierade kronor"),
        _number("target", None, "points", "points aimed at; blank: no target", "eftersträvade poäng; tomt: inget mål"),
        _share("beyond", 1.0, "worth of a point past the target", "värdet av en poäng utöver målet"),
    ), "Priority areas of the strategy", "Strategins prioriterade områden"),
    Table("funds", ("fund",), True, (
        _id("fund", "", "fund", "finansieringskälla"),
        _text("name", "name in reports", "namn i rapporter", required=True),
        _id("financier", "actors", "the actor that pays", "aktören som betalar", required=False),
        _choice("sector", ("public", "private"), None, "public or private money", "offentliga eller privata medel"),
        _choice("form", ("cash", "in_kind"), "cash", "money, or a contribution in kind",
                "kontant, eller bidrag i annat än pengar"),
        _text("level", "level of the financier, for group rates", "finansiärens nivå, för gruppsatser",
              suggestions=("state", "region", "municipality", "eu", "private")),
        _share("max_rate", 1.0, "largest share of a project's costs that the fund pays",
               "största andel av ett projekts kostnader som källan betalar"),
        _choice("rate_basis", ("year", "total"), "year", "the rate holds each year, or over the whole period",
                "satsen gäller varje år, eller för hela perioden"),
        _choice("rate_base", ("eligible", "booked", "total", "net"), "eligible",
                "share of what: costs the fund may pay; all cash costs; all costs; cash costs less income",
                "andel av vad: stödberättigade; alla kontanta; alla kostnader; kontanta minus intäkter"),
        _flag("income", "participant fees or other income of the project", "deltagaravgifter eller annan intäkt"),
        _kronor("max_per_project", "most to one project; blank: no cap", "högst till ett projekt; tomt: inget tak",
                required=False),
        _share("max_share", 1.0, "largest share of all funded kronor", "största andel av alla finansierade kronor"),
        _share("carry_over", 0.0, "share of a year's unused money that may move to the next year",
               "andel av ett års oförbrukade medel som får föras till nästa år"),
        Column("draw_order", "integer", default=0, description="lower is drawn first",
               beskrivning="lägre tas i anspråk först"),
    ), "Funds: sources of money and their rules", "Finansieringskällor och deras regler"),
    Table("budgets", ("fund", "year"), True, (
        _id("fund", "funds", "fund", "finansieringskälla"),
        _year("year of the budget", "budgetår"),
        _kronor("amount", "money of the year; no row: 0", "årets medel; ingen rad: 0"),
        _choice("status", ("granted", "applied", "planned"), "granted", "how sure the money is; all count",
                "hur säkra medlen är; alla räknas"),
    ), "Money of each fund and year", "Medel per finansieringskälla och år"),
    Table("authorisations", ("fund", "year"), False, (
        _id("fund", "funds", "fund", "finansieringskälla"),
        _year("money bound for the years after this one", "medel som binds för åren efter detta", any_year=True),
        _kronor("amount", "most that may be bound", "högst så mycket får bindas"),
    ), "Ceilings on what is bound for later years", "Bemyndiganden: tak för det som binds för senare år"),
    Table("eligibility", ("fund", "by", "value"), False, (
        _id("fund", "funds", "fund", "finansieringskälla"),
        _choice("by", ("area", "category", "project", "actor_type"), None,
                "what is listed; rows of one kind are alternatives, different kinds must all hold",
                "vad som räknas upp; rader av ett slag är alternativ, olika slag måste alla gälla"),
        Column("value", "text", True, description="what the fund may pay", beskrivning="det som källan får betala",
               by={"area": "areas", "category": "categories", "project": "projects", "actor_type": "actors.type"}),
    ), "What a fund may pay; no rows: everything", "Det en källa får betala; inga rader: allt"),
    Table("rate_limits", ("limit",), False, (
        _id("limit", "", "limit", "gruppsats"),
        _choice("by", ("sector", "form", "level", "fund"), None, "what groups the funds", "vad som grupperar källorna"),
        Column("value", "text", True, description="the group", beskrivning="gruppen",
               by={"sector": ("public", "private"), "form": ("cash", "in_kind"), "level": "funds.level",
                   "fund": "funds"}),
        _id("project", "projects", "the project; blank: every one", "projektet; tomt: alla", required=False),
        Column("actor_type", "text", default="", description="type of the lead; blank: every one",
               beskrivning="projektägarens typ; tomt: alla", by={"": "actors.type"}),
        _share("min_rate", 0.0, "least share of a project's cost that the group pays",
               "minsta andel av ett projekts kostnad som gruppen betalar"),
        _share("max_rate", 1.0, "largest share of a project's cost that the group pays",
               "största andel av ett projekts kostnad som gruppen betalar"),
    ), "Shares that groups of funds together may and must pay",
       "Andelar som grupper av källor tillsammans får och ska betala"),
    Table("categories", ("category",), True, (
        _id("category", "", "cost category", "kostnadsslag"),
        _text("name", "name in reports", "namn i rapporter", required=True),
        _choice("form", ("cash", "in_kind"), "cash", "paid in money, or in kind by funds of that form",
                "betalas kontant, eller i annat än pengar av källor av den formen"),
        _share("flat_rate", None, "share of the base categories; such a cost is computed, never entered",
               "andel av grundkostnadsslagen; en sådan schablonkostnad räknas fram, matas aldrig in"),
        Column("flat_rate_base", "ids", default="", references="categories",
               description="the base categories, separated by a space",
               beskrivning="grundkostnadsslagen, åtskilda med mellanslag"),
    ), "Cost categories", "Kostnadsslag"),
    Table("projects", ("project",), True, (
        _id("project", "", "project", "projekt"),
        _text("name", "name in reports", "namn i rapporter", required=True),
        _id("lead", "actors", "the actor that owns the project", "projektägare"),
        _choice("status", ("candidate", "committed", "ordinary"), "candidate",
                "may be funded; is funded; ordinary operations, never funded",
                "får finansieras; är finansierat; ordinarie verksamhet, finansieras aldrig"),
        _share("min_share", 0.0, "least share the project can be carried out at",
               "minsta andel som projektet kan genomföras med"),
        _flag("indivisible", "wholly or not at all", "helt eller inte alls"),
    ), "Projects", "Projekt"),
    Table("costs", ("project", "category", "year"), True, (
        _id("project", "projects", "project", "projekt"),
        _id("category", "categories", "cost category", "kostnadsslag"),
        _year("year of the cost", "kostnadens år"),
        _kronor("amount", "cost", "kostnad"),
    ), "Costs of each project, category and year", "Kostnader per projekt, kostnadsslag och år"),
    Table("contributions", ("project", "area"), True, (
        _id("project", "projects", "project", "projekt"),
        _id("area", "areas", "priority area", "prioriterat område"),
        _share("share", None, "share of the project's kronor; a project's shares sum to 1",
               "andel av projektets kronor; ett projekts andelar summerar till 1", required=True),
        _number("benefit", None, "points", "points at full funding; blank: share × total cost / 1000",
                "poäng vid full finansiering; tomt: andel × total kostnad / 1000"),
    ), "What projects give to the areas", "Vad projekten ger områdena"),
    Table("actors", ("actor",), True, (
        _id("actor", "", "actor", "aktör"),
        _text("name", "name in reports", "namn i rapporter", required=True),
        _text("type", "type of actor", "typ av aktör", required=True,
              suggestions=("region", "municipality", "agency", "university", "company", "association")),
        _id("municipality", "municipalities", "seat", "säte", required=False),
        _choice("target_group", ("primary", "secondary", "indirect"), "", "the strategy's target group",
                "strategins målgrupp"),
        Column("min_projects", "integer", default=0, unit="projects", description="projects it must take part in",
               beskrivning="projekt som aktören ska delta i"),
    ), "Actors", "Aktörer"),
    Table("participations", ("project", "actor", "role"), False, (
        _id("project", "projects", "project", "projekt"),
        _id("actor", "actors", "actor", "aktör"),
        _choice("role", ("lead", "partner", "financier", "beneficiary"), "", "role", "roll"),
    ), "Who takes part in a project, beside its lead", "Vilka som deltar i ett projekt utöver projektägaren"),
    Table("links", ("actor", "other"), False, (
        _id("actor", "actors", "actor", "aktör"),
        _id("other", "actors", "the other actor; a pair stands once", "den andra aktören; ett par anges en gång"),
        _number("weight", 1.0, "", "strength of the tie", "samverkans styrka"),
    ), "Collaboration that exists already", "Samverkan som redan finns"),
    Table("municipalities", ("municipality",), False, (
        _id("municipality", "", "municipality", "kommun"),
        _text("name", "name in reports", "namn i rapporter", required=True),
        Column("population", "integer", True, unit="persons", description="inhabitants", beskrivning="folkmängd"),
    ), "Municipalities", "Kommuner"),
    Table("reach", ("project", "municipality"), False, (
        _id("project", "projects", "project", "projekt"),
        _id("municipality", "municipalities", "municipality", "kommun"),
        _share("share", None, "share of the project's kronor; a project's shares sum to 1 at most",
               "andel av projektets kronor; ett projekts andelar summerar till högst 1", required=True),
    ), "Where a project's kronor land", "Var ett projekts kronor hamnar"),
    Table("commitments", ("project", "fund", "year", "kind"), False, (
        _id("project", "projects", "project", "projekt"),
        _id("fund", "funds", "fund", "finansieringskälla"),
        _year("year of the payment", "betalningens år"),
        _kronor("amount", "amount", "belopp"),
        _choice("kind", ("decided", "paid"), None, "decided: at least this; paid: exactly this",
                "beslutat: minst detta; betalt: exakt detta"),
    ), "What is decided or paid already", "Det som redan är beslutat eller betalt"),
    Table("dependencies", ("project", "kind", "other"), False, (
        _id("project", "projects", "project", "projekt"),
        _choice("kind", ("requires", "excludes"), None, "needs the other, or cannot stand beside it",
                "kräver det andra, eller utesluter det"),
        _id("other", "projects", "the other project", "det andra projektet"),
    ), "Projects that need or exclude each other", "Projekt som kräver eller utesluter varandra"),
)  # fmt: skip

TABLES: Mapping[str, Table] = MappingProxyType(
    {table.name: dataclasses.replace(table, columns=table.columns + COMMON) for table in _ALL}
)
