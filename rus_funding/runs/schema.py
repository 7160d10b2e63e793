"""The tables of a run, as data: what the writer creates, the reader gives, the exports contain and the docs list.

Every table of results begins with `row` and `scenario`. `row` is ``position · 2²⁴ + number``: it depends on the
scenario's place in the batch and on the order of its rows alone, so that a table read through comes out the same
whatever worker finished first, a scenario's rows lie together, and none can stand twice.
"""

from __future__ import annotations

import dataclasses
import functools
import sqlite3
import zlib
from contextlib import closing
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.model import schema as inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

APPLICATION = 0x52555346  # "RUSF": the mark of a run in the file's header
VERSION = 4  # of these tables
FORMAT = "rus-funding/run"
SPAN = 24  # bits of `row` that number the rows of one scenario
INPUT = "input_"
EXPLANATIONS = {"en": "explanation", "sv": "explanation_sv"}  # columns of `scenarios`, by language


@dataclasses.dataclass(frozen=True)
class Column:
    """A column: its SQLite type ("" holds whatever is put in), unit and meaning.

    `volatile` says that it depends on the clock or the machine: it is no part of the content. `blank` says that a cell
    may be empty.
    """

    name: str
    type: str
    unit: str = ""
    description: str = ""
    volatile: bool = False
    blank: bool = False


@dataclasses.dataclass(frozen=True)
class Table:
    """A table of results; `columns` are those after `row` and `scenario`."""

    name: str
    description: str
    columns: tuple[Column, ...]


def _text(name: str, description: str, *, blank: bool = False) -> Column:
    return Column(name, "TEXT", "", description, blank=blank)


def _kronor(name: str, description: str, *, blank: bool = False) -> Column:
    return Column(name, "INTEGER", "kr", description, blank=blank)


def _count(name: str, unit: str, description: str, *, blank: bool = False) -> Column:
    return Column(name, "INTEGER", unit, description, blank=blank)


def _real(name: str, unit: str, description: str) -> Column:
    return Column(name, "REAL", unit, description, blank=True)


_RESULTS = (
    Table("scenarios", "One row for each scenario, the baseline first.", (
        _text("file", "the scenario file it comes from (its id)"),
        _text("title", "the file's title"),
        _text("question", "the file's question"),
        _text("status", "what the search ended with: optimal, infeasible, invalid, time_limit, error or crashed"),
        _text("standing", "what is known of the answer: proven, within, infeasible or unknown"),
        _text("explanation", "why there is no plan; empty where there is one"),
        _text("explanation_sv", "the same in Swedish"),
        _text("departures", "where key figures depart from what the file expects; empty where they do not"),
        _real("value", "points", "value of the plan in kronor"),
        _real("bound", "points", "proven upper bound on the value of any plan"),
        _real("gap", "share", "(bound - value) / abs(bound), rounded up; 1 where the bound is 0 and the value is not"),
        _real("optimum", "points", "value at the optimum of the linear program"),
        _kronor("funded", "kronor funded in all", blank=True),
        _real("cofinancing", "share", "1 - kronor of funds of level state / funded"),
        _real("leverage", "kr/kr", "funded / kronor of funds of level region"),
        _real("largest_fund_share", "share", "largest fund's share of funded"),
        _real("herfindahl_funds", "index", "sum of the squares of the funds' shares"),
        _real("herfindahl_areas", "index", "sum of the squares of the areas' shares"),
        _real("hoover", "index", "half the sum of abs(share of kronor - share of inhabitants) over municipalities"),
        _count("projects_funded", "projects", "projects funded in full", blank=True),
        _count("projects_partly", "projects", "projects funded in part", blank=True),
        _count("projects_not", "projects", "projects not funded", blank=True),
        _kronor("unused", "kronor of the budgets that no project got", blank=True),
        _kronor("money_granted", "kronor funded that rest on money that is granted", blank=True),
        _kronor("money_applied", "kronor funded that rest on money that is applied for", blank=True),
        _kronor("money_planned", "kronor funded that rest on money that is only planned", blank=True),
        Column("iterations", "INTEGER", "iterations", "of the simplex method, all stages", volatile=True, blank=True),
        Column("attempts", "INTEGER", "attempts", "1, or more where a worker died", volatile=True),
        Column("seconds", "REAL", "s", "time of the whole scenario", volatile=True, blank=True),
        Column("sha256", "TEXT", "", "digest of the scenario's content in all tables"),
        Column("seal", "TEXT", "", "digest of the row itself, what depends on the clock included", volatile=True),
    )),
    Table("objectives", "Each objective's optimum, in the order of the stages.", (
        _text("objective", "name"),
        _real("optimum", "of the objective", "optimum of the linear program at its stage"),
    )),
    Table("payments", "Whole kronor that a fund pays to a project; none of 0.", (
        _text("project", "project"),
        _text("fund", "fund"),
        _count("year", "year", "year"),
        _text("category_class", "cost class: the ids of its categories joined by +"),
        _kronor("kronor", "amount"),
    )),
    Table("projects", "Every project in every scenario.", (
        _text("project", "project"),
        _real("share", "share", "share that is funded"),
        _kronor("cost", "cost in the scenario"),
        _kronor("kronor", "kronor funded"),
        _real("points", "points", "points it gives to the weighted areas, targets aside"),
        _text("status", "funded, partly, not, or withdrawn: out of the plan, and no refusal"),
        _text("reason", "what is known of why it is not funded in full (a code); empty where it is"),
        _kronor("given_up", "kronor that no fund may legally pay though the project is funded in full"),
        _text("settled", "left_out or scaled_down: whole kronor cannot fund it as far as the optimum does; else empty"),
    )),
    Table("causes", "Rules without which a project not funded in full would get more: asked for with --reasons.", (
        _text("project", "project"),
        _text("rule", "kind of rule; empty: every rule was tried, and none alone is the reason", blank=True),
        _text("subject", "what it is about: ids joined by /; of several rows of a project, all together", blank=True),
        _real("share", "share", "share that an optimum without the rules gives it"),
        _count("settles", "flag", "1: every optimum without them funds it in full; 0: it gets more, not all"),
    )),
    Table("areas", "Every area in every scenario.", (
        _text("area", "area"),
        _kronor("kronor", "kronor that count to it; the areas' add up to all kronor"),
        _real("share", "share", "its share of the kronor funded"),
        _real("points", "points", "points reached"),
        _real("target", "points", "points aimed at; empty: none"),
    )),
    Table("perspectives", "Every perspective in every scenario; they may overlap.", (
        _text("perspective", "perspective"),
        _kronor("kronor", "kronor that count to it, rounded"),
        _real("share", "share", "its share of the kronor funded"),
        _kronor("without_basis", "kronor among them whose marking names no basis; a floor does not count them"),
    )),
    Table("funds", "Every fund and year in every scenario.", (
        _text("fund", "fund"),
        _count("year", "year", "year"),
        _kronor("budget", "budget of the year"),
        _kronor("used", "kronor paid"),
        _kronor("carried", "kronor that must move to the next year for the plan to hold"),
        _kronor("unused", "kronor of this year's and last year's money neither paid nor carried"),
        _kronor("money_granted", "kronor paid that rest on money that is granted"),
        _kronor("money_applied", "kronor paid that rest on money that is applied for"),
        _kronor("money_planned", "kronor paid that rest on money that is only planned"),
        _real("price", "points/kr", "shadow price: points that one krona more would give; empty with choices"),
    )),
    Table("municipalities", "Every municipality in every scenario.", (
        _text("municipality", "municipality"),
        _kronor("kronor", "kronor that land there, rounded"),
        _real("per_inhabitant", "kr/inhabitant", "kronor per inhabitant"),
    )),
    Table("actors", "Every actor in every scenario.", (
        _text("actor", "actor"),
        _real("projects", "projects", "sum of the shares of the projects it takes part in"),
        _kronor("led", "kronor of the projects it leads"),
        _kronor("paid", "kronor of the funds that it finances"),
        _count("meets", "actors", "actors it meets in funded projects"),
        _count("new_ties", "actors", "those among them to whom it had no tie"),
    )),
    Table("rules", "Rules that bind, by what one unit more of their side would be worth.", (
        _text("rule", "kind of rule"),
        _text("subject", "what it is about: ids joined by /"),
        _real("side", "of the rule", "the rule's limit"),
        _real("slack", "of the rule", "distance to the limit"),
        _real("price", "points/unit", "shadow price"),
    )),
    Table("changes", "What each scenario changed, as rows of the input tables.", (
        _text("table", "input table, or policy, objective, require, exclude"),
        _text("key", "the row's key, ids joined by /; of a sample, the label of the draw"),
        _text("column", "column; with × or + a sample's factor or term"),
        Column("before", "", "", "value in the model; 1 or 0 for a factor or term", blank=True),
        Column("after", "", "", "value in the scenario", blank=True),
    )),
    Table("certificates", "The proof of each standing that has one: what it takes to find it again without solving.", (
        _text("standing", "the standing that follows from it"),
        _text("value", "exact value of the plan in kronor, p/q; empty without a plan", blank=True),
        _text("bound", "exact bound on the value, p/q; empty without a plan", blank=True),
        _text("gap", "exact gap, p/q; empty without a plan", blank=True),
        _count("size", "bytes", "size of the proofs, unpacked"),
        Column("proofs", "BLOB", "", "rows, choices and multipliers as in a released plan: JSON packed by zlib"),
    )),
)  # fmt: skip

RESULTS: Mapping[str, Table] = MappingProxyType({table.name: table for table in _RESULTS})


def result_columns(table: str) -> list[str]:
    """The columns of a table of results, in order."""
    first = "position" if table == "scenarios" else "row"
    return [first, "scenario", *(column.name for column in RESULTS[table].columns)]


def place(position: int, number: int = 0) -> int:
    """`row` of a scenario's row `number`."""
    return (position << SPAN) + number


def statements() -> list[str]:
    """What creates the tables of an empty run."""
    made = ['CREATE TABLE "run" ("key" TEXT PRIMARY KEY, "value" TEXT NOT NULL) WITHOUT ROWID']
    for table in RESULTS.values():
        first = ("position", "row")[table.name != "scenarios"]
        unique = " UNIQUE" if table.name == "scenarios" else ""
        columns = [f'"{first}" INTEGER PRIMARY KEY', f'"scenario" TEXT NOT NULL{unique}']
        columns += [f'"{column.name}" {column.type}'.rstrip() for column in table.columns]
        made.append(f'CREATE TABLE "{table.name}" ({", ".join(columns)})')
    made.append(f'CREATE TABLE "{INPUT}model" ("key" TEXT PRIMARY KEY, "value" TEXT NOT NULL) WITHOUT ROWID')
    made.append(
        f'CREATE TABLE "{INPUT}scenarios" ("row" INTEGER PRIMARY KEY, "scenario" TEXT, "file" TEXT, "sha256" TEXT, '
        '"text" TEXT)'
    )
    for name, given in inputs.TABLES.items():
        columns = ['"row" INTEGER PRIMARY KEY', *(f'"{c.name}" {input_type(c)}' for c in given.columns)]
        made.append(f'CREATE TABLE "{INPUT}{name}" ({", ".join(columns)})')
    return made


@functools.cache
def catalogue() -> frozenset[tuple[str, str, str, str | None]]:
    """What `sqlite_schema` holds of an empty run: type, name, table and statement of everything that is there."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in statements():
            connection.execute(statement)
        return frozenset(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema"))


@functools.cache
def number() -> int:
    """`user_version` of a run: `VERSION`, and sixteen bits of a checksum, so that no other tables can bear it."""
    return (VERSION << 16) + zlib.crc32("\n".join(statements()).encode()) % (1 << 16)


def input_type(column: inputs.Column) -> str:
    """The SQLite type of a column of an input table."""
    kind: Any = column.dtype
    return "TEXT" if kind is np.object_ else "REAL" if kind is np.float64 else "INTEGER"
