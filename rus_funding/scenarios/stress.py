"""`[stress]`: what is left of a model when a fund, a project or an actor is lost.

- A *fund* lost: its budgets and its commitments are multiplied by what is left (0 unless `multiply` says otherwise).
- A *project* lost: it is excluded, is no longer committed, and its commitments fall away. Projects that require it fall
  with it.
- An *actor* lost: the projects it leads are lost, its participations are dropped, and it need not take part in any.
  Money of funds that it finances stays: that loss is a fund's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.model.schema import OUT
from rus_funding.scenarios.change import carry_out, hold, unknown
from rus_funding.scenarios.parts import Cell, Change, Stress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.errors import Problem
    from rus_funding.scenarios.draft import Draft

TABLE = {"fund": "funds", "project": "projects", "actor": "actors"}


def cases(draft: Draft, stress: Stress) -> tuple[list[tuple[str, tuple[str, ...]]], list[Problem]]:
    """(name, ids lost) of each scenario: one at a time in the order of the ids, then the combinations; and unknown ids.

    Without `only`, every fund with money, every project that may be funded, and every actor that takes part in one.
    """
    known = draft.rows(TABLE[stress.each])[stress.each].tolist()
    singles = _all(draft, stress.each) if stress.only is None else sorted(set(stress.only))
    found: list[tuple[str, tuple[str, ...]]] = [(name, (name,)) for name in singles]
    found += [(name, tuple(sorted(set(ids)))) for name, ids in stress.together]
    missing = sorted({name for _, ids in found for name in ids} - set(known))
    return found, unknown(stress.spot, stress.each, missing, sorted(known))


def _all(draft: Draft, each: str) -> list[str]:
    projects = draft.rows("projects")
    candidates = projects["project"][~np.isin(projects["status"], OUT)]
    if each == "fund":
        budgets = draft.rows("budgets")
        return sorted(set(budgets["fund"][budgets["amount"] > 0].tolist()))
    if each == "project":
        return sorted(set(candidates.tolist()) - set(draft.excluded))
    taking = draft.rows("participations")
    part = taking["actor"][np.isin(taking["project"], candidates)]
    return sorted({*projects["lead"][~np.isin(projects["status"], OUT)].tolist(), *part.tolist()})


def lose(draft: Draft, stress: Stress, ids: Sequence[str]) -> None:
    """The draft without these, or with what is left of them. Raises `InvalidInput`."""
    if stress.each == "fund":
        for table in ("budgets", "commitments"):
            _change(draft, stress, table, "fund", ids, multiply=(("amount", stress.multiply),))
    elif stress.each == "project":
        _lose_projects(draft, stress, ids)
    else:
        projects = draft.rows("projects")
        led = projects["project"][np.isin(projects["lead"], ids) & (~np.isin(projects["status"], OUT))]
        _lose_projects(draft, stress, led.tolist())
        _change(draft, stress, "participations", "actor", ids, drop=True)
        _change(draft, stress, "actors", "actor", ids, set=(("min_projects", 0),))


def _lose_projects(draft: Draft, stress: Stress, ids: Sequence[str]) -> None:
    if ids:
        hold(draft, exclude=ids)
        _change(draft, stress, "projects", "project", ids, set=(("status", "candidate"),))
        _change(draft, stress, "commitments", "project", ids, drop=True)


def _change(
    draft: Draft,
    stress: Stress,
    table: str,
    column: str,
    ids: Sequence[str],
    *,
    set: tuple[tuple[str, Cell], ...] = (),  # noqa: A002 (the change's own word)
    multiply: tuple[tuple[str, Cell], ...] = (),
    drop: bool = False,
) -> None:
    """The change of the rows that name one of `ids`, where there are any."""
    where = ((column, tuple(ids)),)
    if draft.find(table, where).size:
        carry_out(draft, Change(table, where, set=set, multiply=multiply, drop=drop, spot=stress.spot))
