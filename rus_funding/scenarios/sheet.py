"""The workbook's own sheet of questions to scenarios, as their files would say them: docs/scenarios.md shows it.

A row is one change; a row without a name goes on with the scenario above it. What a row says is written as the text of
a scenario file and read as one: the same keys, the same checks, the same scenario.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from rus_funding.errors import InvalidInput, Problem
from rus_funding.kronor import Refused
from rus_funding.model import names
from rus_funding.model import questions as words
from rus_funding.model.model import OBJECTIVES
from rus_funding.model.reading.cells import cleaned, identifier
from rus_funding.model.schema import TABLES, Column
from rus_funding.scenarios import sheet_rows
from rus_funding.scenarios.form import nearest
from rus_funding.scenarios.grammar import CHOSEN, POLICY, SHARES
from rus_funding.scenarios.parse import parse
from rus_funding.scenarios.parts import Spot
from rus_funding.scenarios.sheet_source import SheetSource, SheetSpot
from rus_funding.scenarios.sheet_values import Said, said
from rus_funding.words.names import LANGUAGES, key
from rus_funding.words.visible import clipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from rus_funding.model.model import FundingModel
    from rus_funding.model.questions import Questions
    from rus_funding.model.schema import Table
    from rus_funding.scenarios.parts import Scenario
    from rus_funding.scenarios.source import Step

SEED = 1  # of every sample in the sheet: the same draws each time
TITLES = 20  # rows among which the headings stand
SHOWN = 40  # characters of a heading that a message repeats
HEADINGS = 3  # known words that make a row the headings


def in_sheet(model: FundingModel) -> list[Scenario]:
    """The scenarios of the model's own sheet, in its order; none where it has none.

    Raises `InvalidInput` with every problem, each at its cell.
    """
    if model.questions is None:
        return []
    sheet = _Sheet(model, model.questions)
    found, problems = [], list(sheet.problems)
    for draft in sheet.drafts:
        try:
            found.append(draft.scenario())
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return found


def may_be_in_sheet(model: FundingModel, scenario: str | os.PathLike[str]) -> bool:
    """Whether what is given for a scenario is a name, and not a path: the sheet has it, or there is no such file."""
    text = os.fspath(scenario)
    if model.questions is None or "/" in text or os.sep in text or text.endswith(".toml"):
        return False
    sheet = _Sheet(model, model.questions)
    return any(draft.id == identifier(text) for draft in sheet.drafts) or not os.path.exists(text)  # noqa: PTH110 (this never raises)


def of_sheet(model: FundingModel, name: str | os.PathLike[str]) -> Scenario:
    """The scenario of that name in the model's own sheet. Raises `InvalidInput` with the problems of that one alone."""
    if model.questions is None:
        raise LookupError(name)
    sheet, text = _Sheet(model, model.questions), os.fspath(name)
    for draft in sheet.drafts:
        if draft.id == identifier(text):
            return draft.scenario()
    if sheet.problems:
        raise InvalidInput(sheet.problems)
    remedy, known = nearest(text, [draft.id for draft in sheet.drafts])
    spot = Spot(model.questions.place)
    raise InvalidInput([spot.problem("scenario_unknown", "scenario.sheet.no-such", remedy, text, name=text, **known)])


class _Sheet:
    """The rows under the headings, by scenario."""

    def __init__(self, model: FundingModel, questions: Questions) -> None:
        self.questions, self.rows = questions, sheet_rows.Rows(model)
        self.problems: list[Problem] = []
        self.drafts: list[_Draft] = []
        self._at: dict[str, str] = {}  # heading → letters
        self._headed: dict[str, str] = {}  # letters → the heading as it is written
        grid = [(number, dict(cells)) for number, cells in questions.rows]
        heads = [i for i, (_, cells) in enumerate(grid[:TITLES]) if self._headings(cells) >= HEADINGS]
        if not heads:
            if grid:
                refused = Refused("no_header", "scenario.sheet.no-header", "scenario.sheet.write-header",
                                  heads=words.headings())  # fmt: skip
                self.wrong(grid[0][0], "", refused)
            return
        self._head(*grid[heads[0]])
        for number, cells in grid[heads[0] + 1 :]:
            self._row(number, {name: cells[at] for name, at in self._at.items() if at in cells})

    @staticmethod
    def _headings(cells: dict[str, Any]) -> int:
        return sum(isinstance(cell, str) and bool(words.heading(cell)) for cell in cells.values())

    def _head(self, number: int, cells: dict[str, Any]) -> None:
        for letters, cell in cells.items():
            name = words.heading(str(cell))
            self._headed[letters] = clipped(str(cell), SHOWN)
            if name in self._at:
                self.wrong(number, letters, Refused("column_twice", "reading.column-twice", "reading.rename-one"), cell)
            elif name:
                self._at[name] = letters
            else:
                refused = Refused("unknown_column", "scenario.sheet.no-heading", "scenario.sheet.known-headings",
                                  name=str(cell), heads=words.headings())  # fmt: skip
                self.wrong(number, letters, refused, cell)
        for name in words.NEEDED:
            if name not in self._at:
                refused = Refused("missing_column", "scenario.sheet.column-missing", "scenario.sheet.add-column",
                                  heading=words.both(name))  # fmt: skip
                self.wrong(number, "", refused)

    def _row(self, number: int, cells: dict[str, Any]) -> None:
        try:
            cells = {name: cleaned(cell) if isinstance(cell, str) else cell for name, cell in cells.items()}
        except Refused as refused:
            self.wrong(number, "", refused)
            return
        cells = {name: cell for name, cell in cells.items() if cell != "" and name != "note"}
        if not cells:
            return
        called = cells.pop("scenario", None)
        if called is not None and (not self.drafts or identifier(str(called)) != self.drafts[-1].id):
            self._begin(number, str(called))
        elif not self.drafts:
            nameless = Refused("no_scenario", "scenario.sheet.no-scenario", "scenario.sheet.name-it")
            self.wrong(number, "scenario", nameless)
            return
        self.drafts[-1].add(number, cells)

    def _begin(self, number: int, called: str) -> None:
        draft = _Draft(self, number, called)
        if not draft.id:
            draft.wrong("scenario", Refused("name", "scenario.sheet.no-id", "scenario.family.id-letters"), called)
        if any(other.id == draft.id for other in self.drafts):
            refused = Refused("same_name", "scenario.sheet.name-twice", "scenario.sheet.gather", name=called)
            draft.wrong("scenario", refused, called)
        self.drafts.append(draft)

    def wrong(self, number: int, heading: str, refused: Refused, value: object = None) -> None:
        """A problem at a cell: of the column with that heading, or of those letters."""
        self.problems.append(self.spot(number, heading).refusal(refused, value))

    def spot(self, number: int, heading: str = "") -> SheetSpot:
        """The cell under a heading in a row."""
        place = self.questions
        at = {name: (place.cell(number, letters), self._headed[letters]) for name, letters in self._at.items()}
        parts = {part: at[name] for part, name in words.PARTS.items() if name in at}
        letters = self._at.get(heading) or heading or self._at.get("sheet") or "A"
        shown = self._headed.get(letters, letters)
        return SheetSpot(place.place, number, shown, place.cell(number, letters), tuple(parts.items()))


class _Draft:
    """One scenario of the sheet on its way to a document."""

    def __init__(self, sheet: _Sheet, number: int, called: str) -> None:
        self.sheet, self.number = sheet, number
        self.id = identifier(called)
        self.problems: list[Problem] = []
        self.document: dict[str, Any] = {"title": called} if called != self.id else {}
        self.spots: dict[tuple[Step, ...], SheetSpot] = {(): sheet.spot(number, "scenario")}
        self._texts: Counter[str] = Counter()

    def wrong(self, heading: str, refused: Refused, value: object = None, number: int | None = None) -> None:
        """A problem at the cell under a heading."""
        spot = self.sheet.spot(self.number if number is None else number, heading)
        self.problems.append(spot.refusal(refused, value))

    def scenario(self) -> Scenario:
        """The scenario. Raises `InvalidInput` with its problems."""
        if self.problems:
            raise InvalidInput(self.problems)
        return parse(SheetSource(self.sheet.questions.place, self.id, self.document, self.spots), self.id)

    def add(self, number: int, cells: dict[str, Any]) -> None:
        """One more row."""
        for name in ("title", "question"):
            if name in cells:
                self._texts[name] += 1
                if self._texts[name] > 1:
                    self.wrong(name, Refused("twice", "scenario.sheet.text-twice", "scenario.form.remove-one"),
                               cells[name], number)  # fmt: skip
                self.document[name] = str(cells.pop(name))
        if not cells:
            return
        row = _Row(self, number, cells)
        each = row.each()
        operation = row.operation(each)
        if operation in {"require", "exclude"}:
            row.held(operation)
        elif each:
            row.stress(each, operation)
        elif operation:
            row.change(operation)


class _Row:
    """One row that asks for something. A cell that cannot be read is a problem, and the rest of the row is left."""

    def __init__(self, draft: _Draft, number: int, cells: dict[str, Any]) -> None:
        self.draft, self.number, self.cells = draft, number, cells
        self.rows = draft.sheet.rows

    def spot(self, heading: str) -> SheetSpot:
        return self.draft.sheet.spot(self.number, heading)

    def wrong(self, heading: str, refused: Refused) -> None:
        self.draft.wrong(heading, refused, self.cells.get(heading), self.number)

    def text(self, heading: str) -> str:
        cell = self.cells.get(heading, "")
        return str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell)

    def read(self, heading: str, reader: Callable[[], Any]) -> Any:
        """What `reader` makes of the cell under a heading; None where it refuses it."""
        try:
            return reader()
        except Refused as refused:
            self.wrong(heading, refused)
            return None

    def each(self) -> str:
        """What a stress loses one at a time, if the row asks for one: ``varje källa``."""
        return next(filter(None, (words.each(self.text(name)) for name in ("row", "value"))), "")

    def operation(self, each: str) -> str:
        """What the row does; ``""`` where it does not say it."""
        word = self.text("how")
        found = words.how(word)
        if not found and not word and each:
            return "drop"
        if not found:
            what, fields = ("scenario.sheet.no-how", {"name": word}) if word else ("scenario.sheet.how-blank", {})
            self.wrong("how", Refused("how", what, "scenario.sheet.known-hows", hows=words.hows(), **fields))
        return found

    def held(self, operation: str) -> None:
        """``krav`` and ``uteslut``: projects by name."""
        heading = "row" if "row" in self.cells else "value"
        called = [part.strip() for part in self.text(heading).split(";") if part.strip()]
        if not called:
            self.wrong("row", Refused("row", "scenario.sheet.no-project", "scenario.sheet.name-project"))
        for name in called:
            found = self.read(heading, lambda: self.rows.id("projects", name))  # noqa: B023 (called at once)
            if found is not None:
                self.draft.document.setdefault(operation, []).append(found)
        self.draft.spots[(operation,)] = self.spot(heading)

    def stress(self, each: str, operation: str) -> None:
        """``varje källa``: lost, or cut by a factor."""
        section: dict[str, Any] = {"each": each}
        if operation == "multiply":
            factor = self.read("value", lambda: said(Column("multiply", "number"), "multiply", self.cells.get("value")))
            if factor is not None:
                section["multiply"] = factor.values[0]
        elif operation != "drop":
            self.wrong("how", Refused("how", "scenario.sheet.stress-how", "scenario.sheet.drop-or-multiply"))
        self.draft.document["stress"] = section
        self.draft.spots[("stress",)] = self.spot("row" if words.each(self.text("row")) else "value")

    def change(self, operation: str) -> None:
        """Rows of a table that are altered or dropped, or a key of the policy."""
        name = names.sheet_of(self.text("sheet"))
        if name == names.MODEL:
            self._policy(operation)
            return
        if name not in TABLES:
            self.wrong("sheet", _no_sheet(self.text("sheet")))
            return
        table = TABLES[name]
        years = self.read("year", lambda: sheet_rows.years(self.cells.get("year", ""), self.rows.model.years))
        where = None
        if years is not None:
            heading = "year" if years and "year" not in table.by_name else "row"
            where = self.read(heading, lambda: self.rows.where(table, self.text("row"), years))
        if operation == "drop":
            if where is not None:
                self._put({"table": name, "where": where, "drop": True, "cascade": True})
            return
        column = self._column(table)
        value = None if column is None else self._said(column, operation)
        if where is not None and column is not None and value is not None:
            self._altered({"table": name, "where": where}, column.name, value)

    def _column(self, table: Table) -> Column | None:
        text = self.text("column")
        if not text:
            self.wrong("column", Refused("column", "scenario.sheet.column-blank", "scenario.sheet.name-column"))
            return None
        found: Column | None = self.read("column", lambda: self.rows.column(table, text))
        return found

    def _said(self, column: Column, operation: str) -> Said | None:
        if "value" not in self.cells:
            self.wrong("value", Refused("value", "scenario.sheet.value-blank", "scenario.sheet.write-value"))
            return None
        cell = self.cells["value"]
        own = (column.name,) == TABLES[column.table].key if column.table in TABLES else False
        if operation == "set" and column.references and column.type == "id" and not own:
            found = self.read("value", lambda: self.rows.id(column.references, self.text("value")))
            return None if found is None else Said("set", (found,), (found,))
        read: Said | None = self.read("value", lambda: said(column, operation, cell))
        return read

    def _altered(self, target: dict[str, Any], column: str, value: Said) -> None:
        """A change, an axis of a sweep, or a parameter of a sample."""
        target = {key: part for key, part in target.items() if part != {}}
        document = self.draft.document
        if value.draws:
            sample = document.setdefault("sample", {"size": value.draws, "seed": SEED})
            ends = len(value.values) == 2
            kind, keys = ("uniform", ("low", "high")) if ends else ("triangular", ("low", "mode", "high"))
            given = dict(zip(keys, value.values, strict=True))
            name = _free(column, sample)
            sample[name] = {**target, value.operation: column, "distribution": kind, **given}
            self._spots(("sample", name))
        elif len(value.values) > 1:
            self._axis(_free(column, document.get("sweep", {})), {**target, value.operation: column}, value)
        else:
            self._put({**target, value.operation: {column: value.values[0]}})

    def _axis(self, name: str, target: dict[str, Any], value: Said) -> None:
        axis = {**target, "values": [*value.values], "labels": [*value.labels]}
        self.draft.document.setdefault("sweep", {})[name] = axis
        self._spots(("sweep", name))

    def _put(self, change: dict[str, Any]) -> None:
        changes = self.draft.document.setdefault("change", [])
        self._spots(("change", len(changes)))
        changes.append({key: part for key, part in change.items() if part != {}})

    def _spots(self, path: tuple[Step, ...]) -> None:
        self.draft.spots[path] = self.spot("value" if "value" in self.cells else "row")
        for part, heading in words.PARTS.items():
            if heading in self.cells:
                self.draft.spots[*path, part] = self.spot(heading)

    def _policy(self, operation: str) -> None:
        """A key of the policy, or the objectives, of the sheet `model`."""
        text = self.text("column") or self.text("row")
        entry = names.key_of(text, [*POLICY, "objective"]) or text.removeprefix("policy.")
        heading = "column" if "column" in self.cells else "row"
        if entry not in {*POLICY, "objective"}:
            self.wrong(heading, _no_key(text))
        elif operation != "set":
            self.wrong("how", Refused("how", "scenario.sheet.policy-set", "scenario.sheet.use-set"))
        elif entry == "objective":
            goals = [part.strip() for part in self.text("value").split(";") if part.strip()]
            choice = Column("objective", "choice", required=True, choices=OBJECTIVES)
            self.draft.document["objective"] = [{"name": names.choice_of(choice, goal) or goal} for goal in goals]
            self.draft.spots[("objective",)] = self.spot("value")
        else:
            kind = "choice" if entry in CHOSEN else "share" if entry in SHARES else "number"
            value = self._said(Column(entry, kind, choices=CHOSEN.get(entry, ())), "set")
            if value is not None and len(value.values) > 1:
                self._axis(entry, {"policy": entry}, value)
            elif value is not None:
                self.draft.document.setdefault("policy", {})[entry] = value.values[0]
                self.draft.spots["policy", entry] = self.spot("value")


def _free(name: str, taken: dict[str, Any]) -> str:
    """The name of an axis or a parameter: the column's, numbered where it has been used."""
    return next(one for one in (name, *(f"{name}_{i}" for i in range(2, len(taken) + 3))) if one not in taken)


def _no_key(text: str) -> Refused:
    keys = [*POLICY, "objective"]
    spelt = [key(lang, name) for lang in LANGUAGES for name in keys]
    return sheet_rows.unknown("policy", "scenario.sheet.no-policy", text, spelt, keys)


def _no_sheet(text: str) -> Refused:
    if not text:
        return Refused("sheet", "scenario.sheet.sheet-blank", "scenario.sheet.name-sheet")
    return sheet_rows.unknown("sheet", "scenario.sheet.no-sheet", text, names.sheets(), TABLES)
