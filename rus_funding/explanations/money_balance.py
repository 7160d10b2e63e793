"""What must be paid against what may pay it: a conflict of money as a sum that a reader can add up."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.explanations.changes import standing
from rus_funding.explanations.elastic_rules import DUAL, NOTHING
from rus_funding.explanations.rule_names import HELD, rule_of
from rus_funding.model.amounts import exact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from rus_funding.explanations.elastic_rules import Elastic
    from rus_funding.explanations.rule_names import Name
    from rus_funding.program.linear import Label

MONEY = {"budget", "authorisation", "cap"}
OF_PROJECT = {"rate", "group_max", "group_min"}
NEAR = 1e-6


@dataclasses.dataclass(frozen=True)
class Item:
    """A part of the sum: the row it comes from, and its whole kronor.

    label: ("cost", project, year) for what is to be financed in a year, else a row's label.
    """

    label: Label
    kronor: int


@dataclasses.dataclass(frozen=True)
class Balance:
    """What must be paid, what may be paid at most towards it, and what is lacking: Σ needs - Σ limits, kronor."""

    needs: tuple[Item, ...]
    limits: tuple[Item, ...]

    @property
    def short(self) -> int:
        """Kronor that are lacking."""
        return sum(item.kronor for item in self.needs) - sum(item.kronor for item in self.limits)


def balance(elastic: Elastic, rules: Sequence[Name]) -> Balance | None:
    """The sum of a conflict between money, where it is one: each krona counts once on either side. Else None.

    The duals say which rows take part (Farkas); where they are all alike the conflict is a plain sum.
    """
    found = elastic.shortfall(rules)
    if found is None or found.total <= NOTHING or found.duals is None:
        return None
    fixed = {name[1] for name in rules if name[0] in HELD}
    needs: dict[Label, int] = {}
    limits: dict[Label, int] = {}
    costs = _costs(elastic)
    for row in np.flatnonzero(np.abs(found.duals) > DUAL).tolist():
        label, dual = elastic.labels[row], float(found.duals[row])
        if label[0] in HELD:
            continue
        if abs(abs(dual) - 1.0) > NEAR:
            return None
        if label[0] == "financing":
            if label[1] not in fixed or dual < 0:
                return None
            year = ("cost", label[1], label[3])
            needs[year] = needs.get(year, 0) + costs[label]
            continue
        amount = _amount(elastic, label, row, fixed)
        if amount is None:
            return None
        if dual > 0:
            needs[label] = math.ceil(amount)
        else:
            limits[label] = math.floor(amount)
    made = Balance(_items(needs), _items(limits))
    adds_up = abs(made.short - found.total) <= len(limits) + len(needs) + NEAR * found.total
    return made if adds_up and made.short > 0 else None


def _items(amounts: dict[Label, int]) -> tuple[Item, ...]:
    return tuple(Item(label, kronor) for label, kronor in sorted(amounts.items()))


def _costs(elastic: Elastic) -> dict[Label, int]:
    f = elastic.ground.formulation
    found = f.compiled.block("financing")
    if found is None:
        return {}
    return dict(zip(f.labels(found[1]), f.at.cell_cost(elastic.ground.amounts).tolist(), strict=True))


def _amount(elastic: Elastic, label: Label, row: int, fixed: set[str]) -> Fraction | None:
    """What a row admits or asks for, in kronor, where the projects in `fixed` are carried out in full."""
    kind = label[0]
    name = rule_of(label)
    if name is None:
        return None
    if kind in MONEY or kind == "commitment":
        return standing(elastic.model, name)
    if kind not in OF_PROJECT:
        return None
    project = label[1] if kind == "rate" else label[2]
    if project not in fixed:
        return None
    column = elastic.ground.share_column(project)
    program = elastic.program
    part = slice(program.starts[column], program.starts[column + 1])
    at = np.flatnonzero(program.rows[part] == row)
    value = -float(program.values[part][at[0]]) if at.size else 0.0
    rate = standing(elastic.model, name)
    base = round(value / float(rate)) if rate else 0
    return exact(float(rate)) * base
