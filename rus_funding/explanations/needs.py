"""What it would take: the fewest kronor that fund a project in full, and which rules must give where none suffice.

    min Σ e_ft   where p is carried out in full, every other project keeps at least the share that the plan gives it,
                 choices between projects stand, and e_ft ≥ 0 is added to the budget of a fund that may pay p

Where that has no solution, rules must give: min Σ (what each rule gives, in kronor), then the kronor as above.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.explanations.case import moved
from rus_funding.explanations.full_funding import CRUMB, Frame
from rus_funding.model.rows import Rows
from rus_funding.model.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.explanations.case import Case
    from rus_funding.model.model import FundingModel
    from rus_funding.program.linear import Label

ODD = (0, 1, 2, 5, 10)  # kronor
TRIED = 40  # budgets whose krona too many is looked for one by one


@dataclasses.dataclass(frozen=True)
class Extra:
    """Kronor that a fund's budget of a year lacks."""

    fund: str
    year: int
    kronor: int


@dataclasses.dataclass(frozen=True)
class Needs:
    """What funds a project in full while no other project gets less.

    `extra` are whole kronor, none of which can be spared (`sparing` False: not tried, there are too many); no way needs
    less than `least` in all. `gives` are rules that must give, with the kronor (or projects) each gives; `limits` the
    project's own rules without which fewer kronor, or kronor drawn earlier, would do. `raised` are others that must
    be carried out further. `alone` is the least kronor if floors, caps and other shares of the whole did not hold.
    `points` is what the plan gains with that money, from solving the changed model to a certified plan; None where
    rules must give too, or no plan was certified. `odd` kronor of each amount are for rounding to whole kronor.
    """

    project: str
    extra: tuple[Extra, ...]
    least: float
    gives: tuple[tuple[Label, float], ...] = ()
    limits: tuple[Label, ...] = ()
    raised: tuple[tuple[str, float], ...] = ()
    alone: int | None = None
    points: float | None = None
    sparing: bool = True
    odd: int = 0

    @property
    def total(self) -> int:
        """Kronor in all."""
        return sum(extra.kronor for extra in self.extra)


def needs(case: Case, project: str, *, confirm: bool = True) -> Needs | None:
    """See the module. None where nothing in the rules' sides could fund it: costs that no fund may pay, say.

    With `confirm` the model with that money is solved to a certified plan.
    """
    frame = Frame(case, project)
    gives: dict[int, float] = {}
    fewest = frame.fewest(gives)
    if fewest is None:
        must = frame.gentlest()
        fewest = frame.fewest(must) if must is not None else None
        if must is None or fewest is None:
            return None
        gives = must
    whole = {key: math.ceil(amount - CRUMB) for key, amount in fewest.extra.items() if amount > CRUMB}
    sparing = len(whole) <= TRIED
    if sparing:
        whole = frame.spared(whole, gives)
    found = tuple(Extra(fund, year, kronor) for (fund, year), kronor in sorted(whole.items()) if kronor)
    ground = case.ground
    result = Needs(
        project,
        found,
        fewest.total,
        tuple((ground.labels[row], amount) for row, amount in sorted(gives.items())),
        fewest.limits,
        fewest.raised,
        frame.alone(gives),
        sparing=sparing,
    )
    if gives or not confirm:
        return result
    for odd in ODD:  # rates round down to whole kronor: a plan may need odd kronor that the program does not
        more = tuple(dataclasses.replace(one, kronor=one.kronor + odd) for one in found)
        outcome = case.engine.solve(with_money(case.model, more, project))
        status = {one.project: one.status for one in outcome.projects}
        if outcome.value is not None and status.get(project) == "funded":
            gain = outcome.value - (case.outcome.value or 0.0)
            return dataclasses.replace(result, extra=more, odd=odd, points=gain)
    return result


def with_money(model: FundingModel, extra: Sequence[Extra], project: str) -> FundingModel:
    """The model with the extra kronor in its budgets and the project required."""
    rows = model["budgets"]
    keys = list(zip(rows["fund"].tolist(), rows["year"].tolist(), strict=True))
    amounts = rows["amount"].copy()
    missing = []
    for item in extra:
        if (item.fund, item.year) in keys:
            amounts[keys.index((item.fund, item.year))] += item.kronor
        else:
            missing.append(item)
    columns = {name: rows[name] for name in rows.columns} | {"amount": amounts}
    if missing:
        schema = TABLES["budgets"].by_name
        added = {"fund": [e.fund for e in missing], "year": [e.year for e in missing]}
        added["amount"] = [e.kronor for e in missing]
        for name, column in columns.items():
            values = added.get(name, [schema[name].default] * len(missing))
            columns[name] = np.concatenate([column, np.array(values, dtype=column.dtype)])
    return moved(model, budgets=Rows(columns)).replace(required=(*model.required, project))
