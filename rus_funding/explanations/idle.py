"""Money that lies idle because of shares of what is handed out: which rules hold how many kronor, solved without them.

A floor of K forbids money elsewhere where its own area can take no more. Where more than `MUCH` of all budgets lies
idle, each kind of these rules is taken out of the model, alone and together with the others, and the model solved
anew: the kronor that its best plan funds beyond this one are what the rules hold. So is each single rule of a kind
that holds some. Said only of plans proven best.
"""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.engine import Engine
from rus_funding.model.schema import TABLES

if TYPE_CHECKING:
    from rus_funding.engine.plan import Outcome
    from rus_funding.model.model import FundingModel

MUCH = 0.05  # of all budgets: less lies idle for many reasons
LEAST = 0.001  # of all budgets: what rules must hold to be named; kronor that rounding moves are nobody's
SECONDS, TIMES = 5.0, 10.0  # the solves take no longer together than so many seconds, or times what the plan took
# kind: table, column and the number that says nothing; None where it is a key of the policy
KINDS: dict[str, tuple[str, str, float]] = {
    "area_floor": ("areas", "floor_share", 0.0),
    "area_cap": ("areas", "cap_share", 1.0),
    "diversification": ("funds", "max_share", 1.0),
    "perspective": ("perspectives", "floor_share", 0.0),
    "municipality_floor": ("policy", "municipality_floor", 0.0),
}


@dataclasses.dataclass(frozen=True)
class Single:
    """One rule of a kind, by id and name of its area, fund or perspective; `freed` is None where nothing is known."""

    subject: str
    name: str
    freed: int | None


@dataclasses.dataclass(frozen=True)
class Holder:
    """Rules, by kind, and the kronor that the best plan without them funds beyond the plan: `LEAST` of all or more.

    `singles` are the rules of the one kind, each taken away alone; none where the kind is one number of the policy.
    """

    kinds: tuple[str, ...]
    freed: int
    funded: int
    singles: tuple[Single, ...] = ()


@dataclasses.dataclass(frozen=True)
class Idle:
    """Kronor of all budgets (`available`) that lie idle. `holders`: the kinds that hold some alone, the most first.

    `together` is all kinds at once, where that frees more than any alone; `asked` are the kinds whose plan without them
    was proven best, `open` those of which nothing is known: the time was up, or nothing was proven.
    """

    available: int
    idle: int
    holders: tuple[Holder, ...]
    together: Holder | None
    asked: tuple[str, ...]
    open: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """As `solve --json` prints it under `idle`."""
        return dataclasses.asdict(self)


def idle_money(outcome: Outcome, seconds: float | None = None) -> Idle | None:
    """What holds the money that a plan leaves idle. `seconds` bound all solves together.

    None where it leaves no more than `MUCH`, is not proven best, where shares are of all budgets, or where the model
    has no such rules.
    """
    model = outcome.model
    available = int(model["budgets"]["amount"].sum())
    idle = available - outcome.funded
    if not outcome.standing.proven or model.policy.share_base != "funded" or idle <= MUCH * available:
        return None
    if seconds is None:
        seconds = max(SECONDS, TIMES * sum(outcome.seconds.values()))
    ends = time.monotonic() + seconds
    there = [kind for kind in KINDS if _stated(model, kind)]
    if not there:
        return None
    asks = [(kind,) for kind in there] + ([tuple(there)] if len(there) > 1 else [])
    found: dict[tuple[str, ...], Holder | None] = {
        kinds: _best(outcome, without_kinds(model, kinds), kinds, ends) for kinds in asks
    }
    proven = {kinds: holder for kinds, holder in found.items() if holder is not None}
    least = LEAST * available
    alone = [holder for kinds, holder in proven.items() if len(kinds) == 1 and holder.freed >= least]
    alone.sort(key=lambda holder: (-holder.freed, there.index(holder.kinds[0])))
    alone = [dataclasses.replace(holder, singles=_singles(outcome, holder, ends)) for holder in alone]
    together = proven.get(tuple(there)) if len(there) > 1 else None
    most = max((holder.freed for holder in alone), default=0)
    return Idle(
        available,
        idle,
        tuple(alone),
        together if together is not None and together.freed >= most + least else None,
        tuple(kind for kind in there if (kind,) in proven),
        tuple(kind for kind in there if (kind,) not in proven),
    )


def _stated(model: FundingModel, kind: str) -> bool:
    """Whether the model says anything of a kind."""
    table, column, nothing = KINDS[kind]
    if table == "policy":
        return bool(getattr(model.policy, column) != nothing)
    return bool((model[table][column] != nothing).any())


def _singles(outcome: Outcome, holder: Holder, ends: float) -> tuple[Single, ...]:
    """What each rule of a kind holds alone; the only one of its kind holds what the kind does."""
    (kind,) = holder.kinds
    table, column, nothing = KINDS[kind]
    if table == "policy":
        return ()
    rows = outcome.model[table]
    stated = np.flatnonzero(rows[column] != nothing)
    found = []
    for row in stated.tolist():
        without = holder if stated.size == 1 else _best(outcome, without_rule(outcome.model, kind, row), (kind,), ends)
        subject = str(rows[TABLES[table].key[0]][row])
        found.append(Single(subject, str(rows["name"][row]), None if without is None else without.freed))
    return tuple(found)


def without_kinds(model: FundingModel, kinds: tuple[str, ...]) -> FundingModel:
    """The model without rules of these kinds."""
    for kind in kinds:
        model = without_rule(model, kind, slice(None))
    return model


def without_rule(model: FundingModel, kind: str, row: int | slice) -> FundingModel:
    """The model without the rules of a kind in some rows of its table; a key of the policy has one."""
    table, column, nothing = KINDS[kind]
    if table == "policy":
        free: dict[str, Any] = {column: nothing}
        return model.replace(policy=dataclasses.replace(model.policy, **free))
    values = model[table][column].copy()
    values[row] = nothing
    return model.replace(tables={**model.tables, table: model[table].replace(**{column: values})})


def _best(outcome: Outcome, other: FundingModel, kinds: tuple[str, ...], ends: float) -> Holder | None:
    """The best plan of the model without some rules; None where the time is up or nothing is proven."""
    left = ends - time.monotonic()
    if left <= 0:
        return None
    best = Engine(outcome.solver).solve(other, seconds=left)
    return Holder(kinds, best.funded - outcome.funded, best.funded) if best.standing.proven else None
