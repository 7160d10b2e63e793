"""A portfolio's linear program: its columns and all its rules, compiled."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.program.columns import Columns
from rus_funding.program.linear import Block, Compiled, Label, compile_program
from rus_funding.program.rules import choices, money, rates, shares, ties

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.model.index import Ints
    from rus_funding.model.portfolio import Portfolio
    from rus_funding.program.linear import LinearProgram


# In the order of the contract; rule 13 (partnership) is the bound x_p = 0 in `Columns`.
RULES = (
    money.totals,
    money.financing,
    money.budget,
    rates.rate,
    rates.cap,
    rates.group_rate,
    shares.area_share,
    shares.diversification,
    shares.territorial,
    shares.participation,
    choices.commitment,
    choices.dependency,
    choices.viability,
    choices.least_grant,
    money.authorisation,
    shares.perspective,
    ties.collaboration,
    ties.beyond,
    ties.continuity,
    ties.extremes,
)
IMPLIED = (rates.cap_chosen,)
OF_RULE = {"cap_chosen": "cap"}


@dataclasses.dataclass(frozen=True)
class Formulation:
    """A portfolio's program: its columns and its compiled rows.

    `implied` are rows that follow from the rules where choices are whole, and bound what the relaxation may do between.
    No rule is written there: who moves a rule's side asks the program without them.
    """

    at: Portfolio
    columns: Columns
    compiled: Compiled
    implied: Compiled
    _labels: dict[str, Sequence[Label]] = dataclasses.field(default_factory=dict, repr=False)
    memo: dict[str, Any] = dataclasses.field(default_factory=dict, repr=False)  # what rests on the labels alone

    def labels(self, block: Block) -> Sequence[Label]:
        """The labels of a block's rows, made once."""
        key = f"{block.rule}/{id(block)}"
        if key not in self._labels:
            self._labels[key] = block.labels()
        return self._labels[key]

    @functools.cached_property
    def implied_labels(self) -> list[Label]:
        """The label of every implied row."""
        return self.implied.row_labels()

    @functools.cached_property
    def implies(self) -> Ints:
        """Of each implied row, the row that it follows from: that with the same label but for the rule's name."""
        own = {label: row for row, label in enumerate(self.compiled.row_labels())}
        return np.asarray([own[OF_RULE[rule], *ids] for rule, *ids in self.implied_labels], np.int64)

    def of_rules(self, duals: Floats, implied: Ints, x: Floats) -> Floats:
        """Duals of the rules' own rows at the choice in `x`, with those of the `implied` ones, the last.

        An implied row, Σy ≤ side · z, moves by z where the rule's side moves by one: its dual is the rule's where the
        project is chosen, and nobody's where it is not. Rows that a held plan adds stand between and are no rule's.
        """
        found = duals[: self.compiled.height].copy()
        project = [self.at.index.projects.position[self.implied_labels[row][1]] for row in implied.tolist()]
        chosen = x[self.columns.z[np.asarray(project, np.int64)]] > 0.5
        np.add.at(found, self.implies[implied], np.where(chosen, duals[duals.size - implied.size :], 0.0))
        return found

    def strengthened(self, numbers: Amounts) -> tuple[LinearProgram, Ints]:
        """The program with the implied rows that say something last, and which of all implied rows these are."""
        program = self.compiled.fill(numbers)
        if not self.implied.height:
            return program, np.zeros(0, np.int64)
        more = self.implied.fill(numbers)
        rows = np.flatnonzero(np.isfinite(more.row_lower) | np.isfinite(more.row_upper))
        return (program.over(more, rows) if rows.size else program), rows


def formulate(at: Portfolio, watched: Ints | None = None) -> Formulation:
    """All rules of a portfolio, compiled; with `watched`, rule 15 for these pairs (of `at.pairs`) alone.

    A plan that is best so and keeps the rule for every other pair too is the best that keeps it for all.
    """
    columns = Columns(at, watched)
    blocks = [block for rule in RULES for block in rule(at, columns)]
    implied = [block for rule in IMPLIED for block in rule(at, columns)]
    compiled = compile_program(columns.groups, blocks), compile_program(columns.groups, implied)
    return Formulation(at, columns, *compiled)
