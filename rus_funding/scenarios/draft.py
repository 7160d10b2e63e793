"""A model on its way to becoming another: changed tables beside the model's own, which are never modified."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rus_funding.errors import InvalidInput, Problem
from rus_funding.model.schema import TABLES
from rus_funding.scenarios import cells
from rus_funding.scenarios.parts import Cell, Spot, Where
from rus_funding.words.messages import LANGUAGES, told
from rus_funding.words.near import nearest
from rus_funding.words.visible import clipped, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rus_funding.model.model import FundingModel, Policy
    from rus_funding.model.rows import Array, Rows

Positions = NDArray[np.int64]
SHOWN = 20  # values of a condition that a message repeats
SOME = 8  # values of a column that a message names
Masks = dict[tuple[str, Where], Positions]

# Columns that only amounts stand in: no other row or table depends on them, and each is checked by its own range.
# A change of these alone, which turns no amount into or from zero or blank, is not validated further (`Draft.numeric`).
NUMBERS = frozenset(
    {
        ("areas", "weight"),
        ("areas", "target"),
        ("areas", "beyond"),
        ("authorisations", "amount"),
        ("budgets", "amount"),
        ("categories", "flat_rate"),
        ("commitments", "amount"),
        ("contributions", "benefit"),
        ("costs", "amount"),
        ("funds", "carry_over"),
        ("funds", "draw_order"),
        ("funds", "max_per_project"),
        ("funds", "max_rate"),
        ("links", "weight"),
        ("municipalities", "population"),
    }
)


class Draft:
    """What changes so far make of `model`. `masks`: which rows each `where` finds in the model's own tables."""

    def __init__(self, model: FundingModel, masks: Masks | None = None) -> None:
        """Nothing is changed yet."""
        self.model = model
        self.masks: Masks = {} if masks is None else masks
        self.tables: dict[str, Rows] = {}
        self.touched: dict[tuple[str, str], None] = {}
        self.reshaped: dict[str, None] = {}
        self.numeric = True
        self.first_costs: tuple[Rows, ...] = ()  # rows of costs that were inserted, before any other change of theirs
        self.policy: Policy = model.policy
        self.objectives = model.objectives
        self.required, self.excluded = model.required, model.excluded

    def copy(self) -> Draft:
        """A draft that goes on from here without altering this one."""
        other = Draft(self.model, self.masks)
        other.tables, other.touched, other.reshaped = dict(self.tables), dict(self.touched), dict(self.reshaped)
        other.numeric, other.policy, other.objectives = self.numeric, self.policy, self.objectives
        other.first_costs = self.first_costs
        other.required, other.excluded = self.required, self.excluded
        return other

    def rows(self, table: str) -> Rows:
        """The table as it stands now."""
        found = self.tables.get(table)
        return self.model[table] if found is None else found

    def find(self, table: str, where: Where) -> Positions:
        """Positions of the rows that `where` means, maybe none."""
        own = table not in self.reshaped and not any((table, column) in self.touched for column, _ in where)
        if own and (table, where) in self.masks:
            return self.masks[table, where]
        rows = self.rows(table)
        found = np.ones(rows.size, bool)
        for name, wanted in where:
            column = TABLES[table][name]
            found &= cells.among(column, rows[name], wanted)
        positions = np.flatnonzero(found)
        if own:
            self.masks[table, where] = positions
        return positions

    def put(self, table: str, column: str, at: Positions, values: Any) -> None:
        """New values in a column's rows `at`."""
        rows = self.rows(table)
        old = rows[column]
        new = old.copy()
        new[at] = values
        self.touched[table, column] = None
        if self.numeric and ((table, column) not in NUMBERS or not same_signs(old, new)):
            self.numeric = False
        self.tables[table] = rows.replace(**{column: new})

    def reshape(self, table: str, rows: Rows) -> None:
        """Rows that were dropped or inserted."""
        self.tables[table] = rows
        self.reshaped[table] = None
        self.touched.update(dict.fromkeys((table, column) for column in rows.columns))
        self.numeric = False

    def finished(self) -> FundingModel:
        """The model with the changes so far, as it is: not validated."""
        return self.model.replace(
            tables={**self.model.tables, **self.tables},
            policy=self.policy,
            objectives=self.objectives,
            required=self.required,
            excluded=self.excluded,
        )

    def nothing(self, table: str, where: Where, spot: Spot) -> InvalidInput:
        """The error of a `where` that finds no row: it says what there is instead."""
        rows = self.rows(table)
        remedy, fields = ("scenario.rows.none", {}) if rows.size == 0 else self._there_is(table, rows, where)
        what = "scenario.rows.no-match" if where else "scenario.rows.none"
        about = {**fields, "table": table, "said": _in_all(_said, where)}
        return InvalidInput([spot.problem("scenario_no_match", what, remedy, key="where", **about)])

    def _there_is(self, table: str, rows: Rows, where: Where) -> tuple[str, dict[str, Any]]:
        """What stands in the column that keeps `where` from matching, in the rows that match its other columns: a text
        of the catalogue and its fields.
        """
        for name, wanted in where:
            rest = tuple(item for item in where if item[0] != name)
            near = rows.take(self.find(table, rest))
            if near.size:
                there = sorted({str(value) for value in near[name].tolist()})
                close = nearest(str(wanted[0]), there)
                if close and TABLES[table][name].type in {"id", "text", "choice"}:
                    return "scenario.rows.meant", {"column": name, "near": close}
                fields: dict[str, Any] = {"column": name, "found": _in_all(_some, there)}
                if not rest:
                    return "scenario.rows.there-is", fields
                return "scenario.rows.there-is-where", {**fields, "rest": _in_all(_said, rest)}
        return "scenario.rows.each-apart", {}


def same_signs(old: Array, new: Array) -> bool:
    """Whether the same cells are above 0, and the same ones blank."""
    return bool(((old > 0) == (new > 0)).all()) and (
        old.dtype.kind != "f" or bool((np.isnan(old) == np.isnan(new)).all())
    )


def _in_all(say: Callable[[Any, str], str], what: object) -> dict[str, str]:
    """What `say` makes of something, in every language."""
    return {lang: say(what, lang) for lang in LANGUAGES}


def _said(where: Where, lang: str) -> str:
    return ", ".join(f"{name} = {_alternatives(wanted, lang)}" for name, wanted in where)


def _alternatives(wanted: Sequence[Cell], lang: str) -> str:
    parts = [plain(clipped(str(cell))) for cell in wanted[:SHOWN]]
    more = told(lang, "scenario.rows.or-more", {"count": len(wanted) - SHOWN}) if len(wanted) > SHOWN else ""
    joined = f" {told(lang, 'scenario.rows.or', {})} ".join(parts)
    return f"{joined} {more}".rstrip()


def _some(found: Sequence[str], lang: str) -> str:
    more = told(lang, "scenario.rows.and-more", {"count": len(found) - SOME}) if len(found) > SOME else ""
    return f"{', '.join(found[:SOME])} {more}".rstrip()


def replaced(problems: Iterable[Problem], place: str) -> list[Problem]:
    """Problems of a changed model, each naming the scenario before its table."""
    return [dataclasses.replace(problem, place=f"{place}: {problem.place}", row=None) for problem in problems]
