"""What a scenario file says of tables and columns: they exist, and the values can stand there."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rus_funding.kronor import Refused
from rus_funding.model.schema import TABLES, Column, Table
from rus_funding.scenarios import cells
from rus_funding.scenarios.form import Form, Path
from rus_funding.scenarios.grammar import CHOSEN, OPERATIONS, POLICY, SHARES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rus_funding.scenarios.parts import Cell, Cells, Where


class Reader(Form):
    """Reads what names tables, columns and the policy."""

    def table(self, part: Mapping[str, Any], path: Path) -> Table | None:
        """The table that a change, an axis or a parameter names."""
        name = part["table"]
        if name not in TABLES:
            self.unknown((*path, "table"), "table", "scenario.form.no-table", name, TABLES, name)
            return None
        return TABLES[name]

    def column(self, table: Table, name: str, path: Path) -> Column | None:
        """The column that stands at `path`."""
        columns = table.by_name
        if name not in columns:
            self.unknown(path, "column", "scenario.form.no-column", name, columns, name, table=table.name)
        return columns.get(name)

    def held(self, column: Column, given: Iterable[Cell], path: Path) -> None:
        """Values that the column can hold."""
        for cell in given:
            self._refusing(path, cell, lambda: cells.converted(column, cell))  # noqa: B023 (called at once)

    def operand(self, column: Column, operation: str, given: Iterable[Cell], path: Path) -> None:
        """Values that the column can be set to, multiplied by, or have added."""
        for cell in given:
            self._refusing(path, cell, lambda: cells.operand(column, operation, cell))  # noqa: B023 (called at once)

    def _refusing(self, path: Path, value: object, action: Callable[[], Any]) -> None:
        """Call `action`; its refusal becomes a problem at `path`."""
        try:
            action()
        except Refused as error:
            self.refused(path, error, value, "cell")

    def where(self, table: Table, part: Mapping[str, Any], path: Path) -> Where:
        """The rows meant: each column with the values that it may have, sorted by column; "" is a blank cell."""
        found = []
        for name, given in part.get("where", {}).items():
            at = (*path, "where", name)
            column = self.column(table, name, at)
            wanted = tuple(given) if isinstance(given, list) else (given,)
            if column is not None:
                self.held(column, [cell for cell in wanted if cell != "" or column.required], at)
            found.append((name, wanted))
        return tuple(sorted(found, key=lambda item: item[0]))

    def operands(self, table: Table, part: Mapping[str, Any], operation: str, path: Path) -> Cells:
        """`set`, `multiply` or `add` of a change: columns with what is done to them."""
        for name, cell in part.get(operation, {}).items():
            at = (*path, operation, name)
            column = self.column(table, name, at)
            if column is not None:
                self.operand(column, operation, [cell], at)
        return tuple(part.get(operation, {}).items())

    def policy(self, key: str, value: Cell, path: Path) -> tuple[str, Cell]:
        """A key of the policy with its new value."""
        if key in CHOSEN:
            if value not in CHOSEN[key]:
                self.unknown(path, "choice", "scenario.form.no-choice", str(value), CHOSEN[key], value, entry=key)
            return key, value
        whole, share = POLICY[key] == "int", key in SHARES
        if isinstance(value, (bool, str)) or (whole and not isinstance(value, int)):
            what = "scenario.form.a-whole-number" if whole else "scenario.form.a-number"
            self.wrong(path, "kind", what, "scenario.form.such-value", value, entry=key)
        elif Fraction(value) < 0 or (share and Fraction(value) > 1):
            what = "scenario.form.0-to-1" if share else "scenario.form.0-or-more"
            self.wrong(path, "policy_range", what, "scenario.form.such-value", value, entry=key)
        return key, value

    def target(self, part: Mapping[str, Any], path: Path, others: Sequence[str] = ()) -> tuple[str, str] | None:
        """(operation, column) of an axis or a parameter, which names exactly one."""
        given = [key for key in (*OPERATIONS, *others) if key in part]
        if len(given) != 1:
            words = ", ".join((*OPERATIONS, *others))
            what, remedy = "scenario.form.one-operation", "scenario.form.choose-operation"
            self.wrong(path, "one_operation", what, remedy, words=words, given=len(given))
            return None
        return given[0], part[given[0]]
