"""Money that lies idle because of shares of what is handed out: which rules hold how many kronor, solved without them.

A floor of K forbids money elsewhere where its own area can take no more. Where more than `MUCH` of all budgets lies
idle, each kind of these rules is taken out of the model, alone and together with the others, and the model solved
anew: the kronor that its best plan funds beyond this one are what the rules hold. Said only of plans proven best.
"""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.engine import Engine

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
class Holder:
    """Rules, by kind, and the kronor that the best plan without them funds beyond the plan: `LEAST` of all or more."""

    kinds: tuple[str, ...]
    freed: int
    funded: int


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
    found: dict[tuple[str, ...], Holder | None] = {kinds: _without(outcome, kinds, ends) for kinds in asks}
    proven = {kinds: holder for kinds, holder in found.items() if holder is not None}
    least = LEAST * available
    alone = [holder for kinds, holder in proven.items() if len(kinds) == 1 and holder.freed >= least]
    alone.sort(key=lambda holder: (-holder.freed, there.index(holder.kinds[0])))
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


def without_kinds(model: FundingModel, kinds: tuple[str, ...]) -> FundingModel:
    """The model without rules of these kinds."""
    for kind in kinds:
        table, column, nothing = KINDS[kind]
        if table == "policy":
            free: dict[str, Any] = {column: nothing}
            model = model.replace(policy=dataclasses.replace(model.policy, **free))
        else:
            rows = model[table]
            changed = rows.replace(**{column: np.full_like(rows[column], nothing)})
            model = model.replace(tables={**model.tables, table: changed})
    return model


def _without(outcome: Outcome, kinds: tuple[str, ...], ends: float) -> Holder | None:
    """The best plan without some kinds; None where the time is up or nothing is proven."""
    left = ends - time.monotonic()
    if left <= 0:
        return None
    other = Engine(outcome.solver).solve(without_kinds(outcome.model, kinds), seconds=left)
    return Holder(kinds, other.funded - outcome.funded, other.funded) if other.standing.proven else None
