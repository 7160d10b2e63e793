"""Why there is no plan: the smallest set of rules that contradict each other, and what would let them go together."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.explanations.conflict_core import SOLVES, core, others
from rus_funding.explanations.elastic_rules import DUAL, Elastic
from rus_funding.explanations.money_balance import Balance, balance
from rus_funding.explanations.rule_names import in_order, rule_of
from rus_funding.explanations.ways_out import Repair, repairs

if TYPE_CHECKING:
    from rus_funding.errors import InvalidInput
    from rus_funding.explanations.rule_names import Name
    from rus_funding.model.model import FundingModel
    from rus_funding.program.linear import Label

# what validation says of models that are models, but whose rules contradict each other (codes, or their beginnings)
CONTRADICTIONS = (
    "area_caps_sum", "area_floor_above_cap", "area_floor_unreachable", "area_floors_sum", "commitment_above_",
    "commitment_contradiction", "commitment_excluded", "commitment_ineligible", "commitment_ordinary",
    "commitment_partners", "commitments_above_", "fund_shares_sum", "gender_floors_sum", "held_",
    "municipality_unreachable", "needed_impossible", "participation_impossible", "perspective_floor_",
    "required_and_excluded", "commitment_withdrawn",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Conflict:
    """Rules that no plan keeps together, by name, and where they press: the rows of the linear program by label.

    `balance` is the sum of a conflict that is one of money, else None.

    `smallest`: no fewer rules are in conflict (else only: none of them can go). `whole`: only because some projects
    are all or nothing. `nothing`: the rules go together, but only where nothing at all is funded. `more`: without the
    limits among these rules the others are still in conflict; the repairs mend that as well.
    `repairs`: the cheapest first; each makes the model feasible, and no number in it can do with one step less.
    """

    rules: tuple[Name, ...]
    rows: tuple[Label, ...]
    smallest: bool
    whole: bool
    nothing: bool
    more: bool
    balance: Balance | None
    repairs: tuple[Repair, ...]


def conflict(model: FundingModel, solves: int = SOLVES) -> Conflict | None:
    """The conflict of a model's rules, None where they leave room for a plan. The same whatever the order of rows.

    `solves` bounds the search for the smallest set (about so many linear programs). Also for models that validation
    refuses because their rules contradict each other.
    """
    model = in_order(model)
    for something in (False, True):
        elastic = Elastic(model, something=something)
        found = core(elastic, solves)
        if found is not None:
            alone = elastic.shortfall(found.rules)
            pressing = (
                [] if alone is None or alone.duals is None else np.flatnonzero(np.abs(alone.duals) > DUAL).tolist()
            )
            rows = [elastic.labels[row] for row in pressing]
            return Conflict(
                found.rules,
                tuple(label for label in rows if label in found.rules or rule_of(label) in found.rules),
                found.smallest,
                found.whole,
                something,
                others(elastic, found),
                balance(elastic, found.rules),
                repairs(elastic, found),
            )
    return None


SMALL, MIDDLING = 20_000, 500_000  # costs x funds: up to which a conflict takes seconds, and a minute or so


def within(model: FundingModel, most: int) -> bool:
    """Whether the model is small enough for a search that nobody asked for (`SMALL` or `MIDDLING`)."""
    return model["costs"].size * model["funds"].size <= most


def refused(error: InvalidInput) -> FundingModel | None:
    """The model that was refused only because its rules contradict each other, for `conflict`; else None."""
    errors = [problem for problem in error.problems if problem.severity == "error"]
    model: FundingModel | None = error.model
    return model if all(problem.code.startswith(CONTRADICTIONS) for problem in errors) else None
