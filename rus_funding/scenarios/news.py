"""What is new in a model since an earlier one, in lines that people read: names, kronor, before → after."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from rus_funding.kronor import format_integer, format_kronor
from rus_funding.model.points import totals
from rus_funding.model.schema import TABLES, Column
from rus_funding.scenarios.difference import difference
from rus_funding.scenarios.grammar import SHARES
from rus_funding.words import names as words
from rus_funding.words import numbers
from rus_funding.words.language import say
from rus_funding.words.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rus_funding.model.model import FundingModel
    from rus_funding.scenarios.difference import Difference

CELLS = 4  # cells of a new row


class News:
    """The changes between models in `lang`; rows go by the names that either model has, the later one first."""

    def __init__(self, lang: str, *models: FundingModel) -> None:
        """The models whose names are known."""
        self.lang, self._models = lang, models
        self._names: dict[str, dict[str, str]] = {}

    def lines(self, changes: Iterable[Difference], most: int | None = None) -> list[str]:
        """A line for each cell that changed, and each row that came or went; those past `most` are counted."""
        found = [line for (table, key), cells in groupby(changes, itemgetter(0, 1)) for line in
                 self._lines(table, key, [cell[2:] for cell in cells])]  # fmt: skip
        if most is None or len(found) <= most + 1:
            return found
        return [*found[:most], say(self.lang, "question.more", count=len(found) - most)]

    def _lines(self, table: str, key: str, cells: Sequence[tuple[str, Any, Any]]) -> Iterator[str]:
        if table in {"require", "exclude"}:
            kind = "held" if cells[0][2] is not None else "freed"
            yield say(self.lang, f"question.{kind}.{table}", project=self.name("projects", key))
        elif table not in TABLES:
            yield from (self._beside(table, *cell) for cell in cells)
        else:
            before, after = ([cell[i] for cell in cells] for i in (1, 2))
            keys = [column for column, *_ in cells if column in TABLES[table].key]
            whole = "" if len(keys) < len(TABLES[table].key) else "gone" if set(after) == {None} else "new"
            if whole and (set(before) == {None} or whole == "gone"):
                side = 1 if whole == "gone" else 2
                yield self._row(table, key, whole, {cell[0]: cell[side] for cell in cells})
            else:
                place = self.place(table, key)
                for column, old, new in cells:
                    yield say(self.lang, "question.changed", place=place,
                              column=words.column(self.lang, table, column.split(" ")[0]),
                              before=self.cell(TABLES[table][column.split(" ")[0]], old),
                              after=self.cell(TABLES[table][column.split(" ")[0]], new))  # fmt: skip

    def _row(self, table: str, key: str, kind: str, cells: dict[str, Any]) -> str:
        """A row that came or went, with the first of its other cells that say something."""
        held = [
            f"{words.column(self.lang, table, column)} {self.cell(TABLES[table][column], value)}"
            for column, value in cells.items()
            if column not in (*TABLES[table].key, "name") and value != TABLES[table][column].default
        ]
        place = self.place(table, key)
        if not held:
            return say(self.lang, f"question.bare-{kind}", place=place)
        return say(self.lang, f"question.row-{kind}", place=place, cells=", ".join(held[:CELLS]))

    def _beside(self, table: str, column: str, before: Any, after: Any) -> str:
        """A key of the policy, or the objectives."""
        sheet = words.sheet(self.lang, "model")
        name = words.key(self.lang, column or table)
        shown = [
            percent(value, self.lang) if column in SHARES and value is not None else self._plain(value)
            for value in (before, after)
        ]
        return say(self.lang, "question.changed", place=sheet, column=name, before=shown[0], after=shown[1])

    def place(self, table: str, key: str) -> str:
        """A row by its sheet and the names that its key stands for: ``Budget, Statliga medel 2027``."""
        parts = key.split("/", len(TABLES[table].key) - 1)
        shown = []
        for name, part in zip(TABLES[table].key, parts, strict=False):
            column = TABLES[table][name]
            of = column.by.get(dict(zip(TABLES[table].key, parts, strict=False)).get("by", ""))
            own = table if len(TABLES[table].key) == 1 else of if isinstance(of, str) and of in TABLES else ""
            shown.append(self.name(own, part) if own else self.cell(column, part))
        return f"{words.sheet(self.lang, table)}, {' '.join(filter(None, shown))}"

    def name(self, table: str, row: str) -> str:
        """What a row is called; its id where it has no name."""
        if table not in self._names:
            found: dict[str, str] = {}
            for model in self._models:
                rows = model[table]
                if "name" in rows.columns:
                    ids = rows[TABLES[table].key[0]].tolist()
                    found = dict(zip(ids, rows["name"].tolist(), strict=True)) | found
            self._names[table] = found
        return visible(self._names[table].get(row) or row)

    def cell(self, column: Column, value: Any) -> str:
        """A cell as a reader writes it."""
        if value is None or value == "":
            return say(self.lang, "question.blank")
        if isinstance(value, bool):
            return words.code(self.lang, "yes" if value else "no")
        if column.type == "kronor":
            return format_kronor(int(value), self.lang)
        if column.type == "share":
            return percent(value, self.lang)
        if column.type == "number":
            return numbers.decimal(value, self.lang).rstrip("0").rstrip(",.")
        if column.type == "integer":
            return format_integer(int(value), self.lang)
        if column.type == "choice":
            return words.code(self.lang, str(value))
        if column.references and column.type == "id":
            return self.name(column.references, str(value))
        return visible(str(value))

    def _plain(self, value: Any) -> str:
        if value is None or value == "":
            return say(self.lang, "question.blank")
        return numbers.decimal(value, self.lang).rstrip("0").rstrip(",.") if isinstance(value, float) else str(value)


def news(before: FundingModel, after: FundingModel, lang: str, most: int | None = None) -> list[str]:
    """What is new in a model since an earlier one: costs and budgets in all, then rows and cells; or nothing."""
    lines = []
    for table, (old, new) in _sums(before, after).items():
        if old != new:
            shown = {"before": format_kronor(old, lang), "after": format_kronor(new, lang)}
            change = ("+" if new > old else "") + format_kronor(new - old, lang)
            lines.append(say(lang, "question.sum", sheet=words.sheet(lang, table), change=change, **shown))
    return [*lines, *News(lang, after, before).lines(difference(before, after), most)]


def _sums(*models: FundingModel) -> dict[str, tuple[int, ...]]:
    """Kronor in all of the costs, flat rates computed, and of the budgets of each model."""
    costs = tuple(sum(totals(model).values()) for model in models)
    return {"costs": costs, "budgets": tuple(int(model["budgets"]["amount"].sum()) for model in models)}


def percent(value: float, lang: str) -> str:
    """A share as it is entered: ``12,5 %``, ``0,25 %``."""
    return numbers.FORMATS["limit"](value, lang)
