"""What a scenario file says, as frozen values: nothing here knows a funding model, all of it pickles.

Numbers are `int` or `Decimal` as written in the file, so that 0.8 is eight tenths and not the nearest float.
"""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rus_funding.errors import Problem
from rus_funding.words.messages import told
from rus_funding.words.visible import clipped

if TYPE_CHECKING:
    from rus_funding.kronor import Refused
    from rus_funding.model.model import Objective

Cell = str | int | Decimal | bool
Where = tuple[tuple[str, tuple[Cell, ...]], ...]
Cells = tuple[tuple[str, Cell], ...]

LONGEST = 2000  # characters of a sentence that quotes a file
BASELINE = "baseline"  # the model as it is; `extends` may name it without a file


@dataclasses.dataclass(frozen=True)
class Spot:
    """Where something stands in a scenario file: the file, its line, and the key in words."""

    file: str
    line: int | None = None
    key: str = ""

    def problem(self, code: str, what: str, remedy: str, value: object = None, key: str = "", **fields: Any) -> Problem:
        """A problem at this spot; `what` and `remedy` are texts of the catalogue, `key` says the spot closer."""
        shown = None if value is None else clipped(str(value))
        column = clipped(".".join(filter(None, (self.key, key)))) or None
        held = {name: clipped(field, LONGEST) if isinstance(field, str) else field for name, field in fields.items()}
        texts = (what, remedy)
        said, mend = (clipped(told("en", text, held), LONGEST) for text in texts)
        return Problem(code, self.file, said, mend, self.line, column, shown, fields=held, texts=texts)

    def refusal(self, error: Refused, value: object = None, key: str = "", code: str = "") -> Problem:
        """A refused cell as a problem at this spot, under its own code or another."""
        return self.problem(f"scenario_{code or error.code}", *error.texts, value, key, **error.fields)


@dataclasses.dataclass(frozen=True)
class Change:
    """One `[[change]]`: the rows of `table` that `where` finds are altered or dropped, or rows are inserted."""

    table: str
    where: Where = ()
    set: Cells = ()
    multiply: Cells = ()
    add: Cells = ()
    insert: tuple[Cells, ...] = ()
    drop: bool = False
    cascade: bool = False
    spot: Spot = Spot("")


@dataclasses.dataclass(frozen=True)
class Axis:
    """One axis of a sweep: a column (`table`, `operation`, `column`) or a key of the policy (`table` = "policy")."""

    name: str
    table: str
    where: Where
    operation: str
    column: str
    values: tuple[Cell, ...]
    labels: tuple[str, ...]
    spot: Spot

    def change(self, at: int) -> Change:
        """The change that value number `at` stands for."""
        cell = ((self.column, self.values[at]),)
        done = {operation: cell if operation == self.operation else () for operation in ("set", "multiply", "add")}
        return Change(self.table, self.where, done["set"], done["multiply"], done["add"], spot=self.spot)


@dataclasses.dataclass(frozen=True)
class Sweep:
    """`[sweep]`: one scenario per combination of the axes' values; `name` is the template of their names."""

    name: str
    axes: tuple[Axis, ...]
    spot: Spot


@dataclasses.dataclass(frozen=True)
class Stress:
    """`[stress]`: each fund, project or actor lost; `only` limits which, `together` adds combinations (name, ids)."""

    each: str
    multiply: Decimal
    only: tuple[str, ...] | None
    together: tuple[tuple[str, tuple[str, ...]], ...]
    spot: Spot


@dataclasses.dataclass(frozen=True)
class Parameter:
    """One uncertain column of a sample: the distribution of its factor, term or value, and what shares a draw."""

    name: str
    table: str
    where: Where
    operation: str
    column: str
    distribution: str
    arguments: tuple[tuple[str, float], ...]
    per: str
    spot: Spot


@dataclasses.dataclass(frozen=True)
class Sample:
    """`[sample]`: `size` scenarios drawn from the distributions of the parameters."""

    size: int
    seed: int
    method: str
    parameters: tuple[Parameter, ...]
    spot: Spot


@dataclasses.dataclass(frozen=True)
class Expectation:
    """Key figures that a scenario must come out with: (figure, number or status), and how far off each may be."""

    scenario: str
    figures: tuple[tuple[str, Any], ...]
    tolerances: tuple[tuple[str, float], ...]


@dataclasses.dataclass(frozen=True)
class Scenario:
    """One scenario file, what it extends included. `id` is the file's name without ``.toml``.

    `sources` are the files it was made from, base first: (file name, text). `expected` is empty or holds one entry
    per scenario that the file says key figures of.
    """

    id: str
    title: str = ""
    question: str = ""
    extends: str = ""
    changes: tuple[Change, ...] = ()
    require: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    objectives: tuple[Objective, ...] | None = None
    policy: Cells = ()
    sweep: Sweep | None = None
    stress: Stress | None = None
    sample: Sample | None = None
    expected: tuple[Expectation, ...] = ()
    spot: Spot = Spot("")
    sources: tuple[tuple[str, str], ...] = ()

    @property
    def is_family(self) -> bool:
        """Whether the file stands for several scenarios: see `rus_funding.scenarios.expand`."""
        return any(part is not None for part in (self.sweep, self.stress, self.sample))


def baseline() -> Scenario:
    """The scenario that changes nothing: the model as it is."""
    return Scenario(BASELINE, spot=Spot(BASELINE))
