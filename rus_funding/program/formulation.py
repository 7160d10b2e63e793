"""A portfolio's linear program: its columns and all its rules, compiled."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from rus_funding.program.columns import Columns
from rus_funding.program.linear import Block, Compiled, Label, compile_program
from rus_funding.program.rules import choices, money, shares, ties

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.model.index import Ints
    from rus_funding.model.portfolio import Portfolio


# In the order of the contract; rule 13 (partnership) is the bound x_p = 0 in `Columns`.
RULES = (
    money.totals,
    money.financing,
    money.budget,
    money.rate,
    money.cap,
    money.group_rate,
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


@dataclasses.dataclass(frozen=True)
class Formulation:
    """A portfolio's program: its columns and its compiled rows."""

    at: Portfolio
    columns: Columns
    compiled: Compiled
    _labels: dict[str, Sequence[Label]] = dataclasses.field(default_factory=dict, repr=False)
    memo: dict[str, Any] = dataclasses.field(default_factory=dict, repr=False)  # what rests on the labels alone

    def labels(self, block: Block) -> Sequence[Label]:
        """The labels of a block's rows, made once."""
        key = f"{block.rule}/{id(block)}"
        if key not in self._labels:
            self._labels[key] = block.labels()
        return self._labels[key]


def formulate(at: Portfolio, watched: Ints | None = None) -> Formulation:
    """All rules of a portfolio, compiled; with `watched`, rule 15 for these pairs (of `at.pairs`) alone.

    A plan that is best so and keeps the rule for every other pair too is the best that keeps it for all.
    """
    columns = Columns(at, watched)
    blocks = [block for rule in RULES for block in rule(at, columns)]
    return Formulation(at, columns, compile_program(columns.groups, blocks))
