"""What one decision displaces: the plan against the plan solved anew with a project held in, or out, in kronor."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.explanations.case import moved
from rus_funding.explanations.full_funding import elastic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.engine.plan import Outcome
    from rus_funding.explanations.case import Case
    from rus_funding.model.model import FundingModel
    from rus_funding.program.linear import Label


TINY = 1e-7  # duals and kronor below it are the solver's noise


@dataclasses.dataclass(frozen=True)
class Move:
    """A project whose kronor differ: before, after, and the points that its own contribution differs by."""

    project: str
    before: int
    after: int
    points: float


@dataclasses.dataclass(frozen=True)
class Swap:
    """The plan with `project` held in full (`into`) or out. `value` is the change in points of the whole plan.

    `moves` are the other projects, the largest change of kronor first; `status` is the changed model's. Where it has
    no plan, `blocked` are rules that forbid it: with them relaxed, and no fewer, there is one (empty: not found).
    `decided` says that a decision (committed) was set aside to ask.
    """

    project: str
    into: bool
    status: str
    value: float | None = None
    kronor: int = 0
    moves: tuple[Move, ...] = ()
    blocked: tuple[Label, ...] = ()
    decided: bool = False

    @property
    def losers(self) -> tuple[Move, ...]:
        """Projects that get less."""
        return tuple(move for move in self.moves if move.after < move.before)

    @property
    def winners(self) -> tuple[Move, ...]:
        """Projects that get more."""
        return tuple(move for move in self.moves if move.after > move.before)


def changed(model: FundingModel, project: str, *, into: bool) -> FundingModel:
    """The model with the project held in full, or left out whatever is decided about it."""
    if into:
        return model.replace(required=(*model.required, project))
    rows, promises = model["projects"], model["commitments"]
    status = rows["status"].copy()
    status[rows["project"] == project] = "candidate"
    return moved(
        model,
        projects=rows.replace(status=status),
        commitments=promises.take(np.flatnonzero(promises["project"] != project)),
    ).replace(
        required=tuple(other for other in model.required if other != project), excluded=(*model.excluded, project)
    )


def swap(case: Case, project: str, *, into: bool) -> Swap:
    """Solve the model with the project held in full or out, and compare the plans."""
    decided = not into and project in case.held
    outcome = case.engine.solve(changed(case.model, project, into=into))
    if not outcome.planned or outcome.value is None:
        held = {project: (1.0, 1.0) if into else (0.0, 0.0)}
        rules = blocked(case, held) if outcome.status == "infeasible" else ()
        return Swap(project, into, outcome.status, blocked=rules, decided=decided)
    moves = tuple(move for move in moves_between(case.outcome, outcome) if move.project != project)
    before, after = (_kronor(each)[project] for each in (case.outcome, outcome))
    value = outcome.value - (case.outcome.value or 0.0)
    return Swap(project, into, "optimal", value, after - before, moves, decided=decided)


def _kronor(outcome: Outcome) -> dict[str, int]:
    return {result.project: result.kronor for result in outcome.projects}


def moves_between(before: Outcome, after: Outcome) -> tuple[Move, ...]:
    """Every project whose kronor differ between two plans of the same projects, the largest change first."""
    then = {result.project: result for result in after.projects}
    found = [
        Move(r.project, r.kronor, then[r.project].kronor, then[r.project].points - r.points)
        for r in before.projects
        if then[r.project].kronor != r.kronor
    ]
    return tuple(sorted(found, key=lambda move: (-abs(move.after - move.before), move.project)))


def blocked(case: Case, shares: Mapping[str, tuple[float, float]]) -> tuple[Label, ...]:
    """Rules without which projects can be held at `shares`, cut down until none can be spared; money goes last."""
    ground = case.ground
    kinds: dict[Label, list[Label]] = {}
    for label in ground.labels:
        rule = _kind(label)
        if rule is not None:
            kinds.setdefault(rule, []).append(label)

    def possible(rules: list[Label]) -> bool:
        rows = [row for rule in rules for row in kinds[rule]]
        loose = {row: (-np.inf, 0.0) for row in rows if row[0] == "indivisible"}  # x = z becomes x ≤ z
        return ground.ask(shares=shares, sides=loose, without=[row for row in rows if row not in loose]).found

    every = sorted(kinds, key=lambda rule: (rule[0] != "budget", rule))
    near = _pressing(case, shares)
    kept = [rule for rule in every if rule in near or rule[0] == "least_grant_min"]  # choices press on no price
    if not (kept and possible(kept)):
        kept = every
    if not possible(kept):
        return ()
    step = max(1, len(kept) // 2)
    while step:  # drop large pieces while that works, then smaller ones
        at = 0
        while at < len(kept):
            fewer = kept[:at] + kept[at + step :]
            if possible(fewer):
                kept = fewer
            else:
                at += step
        step //= 2
    return tuple(sorted(kept))


def _pressing(case: Case, shares: Mapping[str, tuple[float, float]]) -> set[Label]:
    """The rules that give, or have a price, when all may give and as little as they can: where the search begins."""
    ground = case.ground
    program = ground.changed(shares=shares)
    program = dataclasses.replace(program, integer=np.zeros(program.integer.size, bool))
    sides = [
        (row, sign)
        for row, label in enumerate(ground.labels)
        if _kind(label) is not None
        for side, sign in ((program.row_upper[row], -1.0), (program.row_lower[row], 1.0))
        if np.isfinite(side)
    ]
    wide, width = elastic(program, sides), program.lower.size
    point = ground.minimise(wide, np.concatenate([np.zeros(width), np.ones(len(sides))]))
    if point.status != "optimal" or point.duals is None:
        return set()
    rows = {row for row, label in enumerate(ground.labels) if _kind(label) is not None and abs(point.duals[row]) > TINY}
    rows |= {row for (row, _), amount in zip(sides, point.x[width:].tolist(), strict=True) if amount > TINY}
    found = {_kind(ground.labels[row]) for row in rows}
    return {rule for rule in found if rule is not None}


def _kind(label: Label) -> Label | None:
    """What can be relaxed as one: a rule for one project, a fund's money or least grant, a share of the whole."""
    match label[0]:
        case "budget" | "authorisation":
            return label[:2]
        case "rate" | "commitment":
            return (label[0], *label[1:3])
        case "least_grant_min":
            return (label[0], label[2])
        case "viability_max" | "least_grant_max" | "alone" | "alone_pays":
            return None
        case "financing" | "tie" | "beyond" | "funded_total" | "area_total" | "municipal_total":
            return None
        case "balance" | "reach" | "spread":
            return None
    return label
