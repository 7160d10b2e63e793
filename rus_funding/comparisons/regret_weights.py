"""Regret over statements about the weights: what a plan may lose at most, whatever weights the statements allow.

The regret of a plan at weights w is R(w) = max_x V(x, w) - V(plan, w). V is linear in w for every plan x (a target
bends it in points, not in weights; collaboration does not depend on w), so R is a maximum of linear functions less a
linear one: convex. Over a polytope it is largest at a corner. Each corner is solved once; the bound that its dual
solution proves in exact arithmetic makes the largest regret a proof, not a sample.
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.comparisons.comparison import Move
from rus_funding.comparisons.least_regret import LeastRegret
from rus_funding.comparisons.polytope import corners
from rus_funding.errors import SolverError, UsageError
from rus_funding.model.model import Objective, document
from rus_funding.proof.case import Case
from rus_funding.proof.ledger import Ledger
from rus_funding.proof.tree import worst as bounded
from rus_funding.proof.worth import points, value, worth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rus_funding.comparisons.comparison import Rows
    from rus_funding.comparisons.statements import Statement
    from rus_funding.engine.plan import Outcome
    from rus_funding.model.model import FundingModel

MOST = 1_000  # corners that are solved
Weights = dict[str, Fraction]


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A plan, by what it is worth at any weights: Σ w · g + ties. `kronor` by project."""

    label: str
    gains: Mapping[str, Fraction]
    ties: Fraction
    kronor: Mapping[str, int]

    def worth(self, weights: Mapping[str, Fraction]) -> Fraction:
        """V(plan, w), points."""
        return sum((weight * self.gains[area] for area, weight in weights.items()), self.ties)


@dataclasses.dataclass(frozen=True)
class Worst:
    """A plan's largest regret: `regret` against the best plan in kronor, `at_most` proven against every plan.

    `share` is the regret as a share of the best plan's value; `weights` are those where it occurs, `corner` their
    number.
    """

    plan: str
    regret: float
    at_most: float
    share: float
    corner: int
    weights: Mapping[str, float]


@dataclasses.dataclass(frozen=True)
class WeightRegret:
    """Regret over statements. `plans`: the reference's plan first, then the best ones of the corners and the middle,
    and the one that was looked for among all plans because its largest regret is smallest ("least").

    `least` names the plan whose largest regret is smallest; at the model's weights it is worth `given_up` points less
    than the reference's. No plan's largest regret is below `lowest`, points. `moved` says how the plan that would have
    been best at the reference's worst weights differs from it, kronor by project.
    """

    statements: tuple[str, ...]
    model_weights: Mapping[str, float]
    corners: tuple[Mapping[str, float], ...]
    plans: tuple[Worst, ...]
    least: str
    given_up: float
    lowest: float
    best: str
    moved: tuple[Move, ...]

    def rows(self) -> Rows:
        """The plans as columns and rows; the weights at which each loses most have a column an area."""
        areas = list(self.model_weights)
        header = ["plan", "regret", "share", "at_most", "corner", *(f"weight_{area}" for area in areas)]
        rows = [
            (plan.plan, plan.regret, plan.share, plan.at_most, plan.corner, *(plan.weights[area] for area in areas))
            for plan in self.plans
        ]
        return header, rows

    def as_dict(self) -> dict[str, Any]:
        """The object `regret_over_weights` of ``compare --json``."""
        return dataclasses.asdict(self) | {"moved": [{**dataclasses.asdict(m), "change": m.change} for m in self.moved]}


def polytope(model: FundingModel, statements: Sequence[Statement]) -> list[Weights]:
    """The corners of the weights that the statements allow.

    The weights add up to what they do in the model. An area whose weight is 0 there keeps it unless a statement names
    it. Raises `UsageError` where the statements contradict each other or leave too many corners.
    """
    given = {area: Fraction(repr(w)) for area, w in _weights(model).items()}
    named = {area for statement in statements for area in statement.areas}
    free = [area for area, weight in given.items() if weight or area in named]
    total = sum(given.values(), Fraction(0))
    if not total:
        raise UsageError("all areas have weight 0: there are no weights to make statements about.")
    rows = [
        [row.factors.get(area, Fraction(0)) + row.number / total + row.share for area in free]
        for statement in statements
        for row in statement.rows
    ]
    found = corners(len(free), rows, total)
    if not found:
        raise UsageError(
            "no weights satisfy all statements: {statements}.", statements="; ".join(s.text for s in statements)
        )
    if len(found) > MOST:
        raise UsageError(
            "the statements leave {count} extreme weights, more than {most}: make more of them.",
            count=len(found),
            most=MOST,
        )
    fixed = dict.fromkeys(given, Fraction(0))
    return [{**fixed, **dict(zip(free, corner, strict=True))} for corner in found]


def regret_over_weights(
    model: FundingModel,
    statements: Sequence[Statement],
    reference: tuple[str, Iterable[tuple[str, str, int, str, int]], Mapping[str, Fraction]],
    *,
    solver: str = "highs",
    progress: Callable[[int, int], None] | None = None,
) -> WeightRegret:
    """The largest regret of a plan of `model` over all weights that the statements allow, and of its rivals.

    `reference` is the plan: what it is called, its payments (project, fund, year, class, kronor), and the share of
    projects that cost nothing. Every plan that keeps the rules is a rival; value alone counts, other objectives decide
    between equals. `progress` is told how many of how many corners are solved. Raises `UsageError` for statements that
    no weights satisfy, `SolverError` where a corner has no plan.
    """
    from rus_funding.engine.engine import Engine

    case = Case.of(document(model))
    label, payments, given = reference
    found = polytope(model, statements)
    own = {area: Fraction(repr(weight)) for area, weight in _weights(model).items()}
    middle = {area: sum((w[area] for w in found), Fraction(0)) / len(found) for area in found[0]}
    engine = Engine(solver)
    candidates = [_candidate(label, case, payments, given)]
    steps = len(found) + 3

    def met(name: str, outcome: Outcome) -> None:
        """One rival more, unless it is worth the same as one at hand whatever the weights."""
        paid = [(p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments]
        shares = {p.project: p.share for p in outcome.projects if not p.cost}
        fresh = _candidate(name, case, paid, shares)
        if all((fresh.gains, fresh.ties) != (other.gains, other.ties) for other in candidates):
            candidates.append(fresh)

    def best_at(weights: Weights, step: int) -> Outcome:
        """The best plan at some weights."""
        outcome = _solved(engine, _weighted(model, weights), start=step == 1)
        if not outcome.planned:
            raise SolverError(
                f"no plan at the weights {_said(weights)} ({outcome.standing.name} {outcome.message}): "
                "without it the largest regret is not known. Try another solver."
            )
        if progress is not None:
            progress(step, steps)
        return outcome

    bounds = []
    for corner, weights in enumerate(found, start=1):
        outcome = best_at(weights, corner)
        bounds.append(_bound(case, weights, outcome))
        met(f"corner {corner}", outcome)
    met("middle", best_at(middle, len(found) + 1))
    most = [max(plan.worth(weights) for plan in candidates) for weights in found]
    question = LeastRegret(_weighted(model, own), [_weighted(model, weights) for weights in found], most)
    lowest = Fraction(0)
    if shares := question.shares():
        parts = list(zip(shares, found, most, strict=True))
        mixed = {area: sum((share * weights[area] for share, weights, _ in parts), Fraction(0)) for area in own}
        bound = _bound(case, mixed, best_at(mixed, len(found) + 2))
        lowest = max(lowest, sum((share * best for share, _, best in parts), Fraction(0)) - bound)
    proposal = _solved(engine, _weighted(model, own), start=False)
    if proposal.planned and (plan := question.plan(proposal)) is not None:
        met("least", plan)
    if progress is not None:
        progress(steps, steps)
    worst = [_worst(candidate, candidates, found, bounds) for candidate in candidates]
    least = min(worst, key=lambda one: one.regret)
    worst_weights = found[worst[0].corner - 1]
    best = max(candidates, key=lambda candidate: candidate.worth(worst_weights))
    return WeightRegret(
        tuple(statement.text for statement in statements),
        {area: float(weight) for area, weight in _weights(model).items()},
        tuple({area: float(weight) for area, weight in weights.items()} for weights in found),
        tuple(worst),
        least.plan,
        float(candidates[0].worth(own) - next(plan for plan in candidates if plan.label == least.plan).worth(own)),
        float(lowest),
        best.label,
        _moved(model, candidates[0], best),
    )


def _weights(model: FundingModel) -> dict[str, float]:
    """The areas' weights, sorted by id."""
    areas = model.areas
    return dict(sorted(zip(areas["area"].tolist(), areas["weight"].tolist(), strict=True)))


def _weighted(model: FundingModel, weights: Weights) -> FundingModel:
    """The model at these weights, value before its other objectives."""
    areas = model["areas"]
    own = zip(areas["area"].tolist(), areas["weight"].tolist(), strict=True)
    column = np.array([float(weights.get(area, weight)) for area, weight in own])
    others = [objective for objective in model.objectives if objective.name != "value"]
    return model.replace(
        tables={**model.tables, "areas": areas.replace(weight=column)}, objectives=(Objective("value"), *others)
    )


def _solved(engine: Any, asked: FundingModel, *, start: bool) -> Outcome:
    """The best plan; all solves start from the first one's basis."""
    outcome: Outcome = (engine.start_from if start else engine.solve)(asked)
    return outcome


def _bound(case: Case, weights: Weights, outcome: Outcome) -> Fraction:
    """What no plan is worth more than at these very weights: the solver saw them as floats, the proof does not."""
    at_these = dataclasses.replace(
        case, areas={name: area._replace(weight=weights[name]) for name, area in case.areas.items()}
    )
    proofs = outcome.certificate.proofs if outcome.certificate is not None else ()
    found = next((bounded(at_these, proof).bound for proof in proofs if proof.objective == "value"), None)
    if found is None:
        raise SolverError(f"nothing bounds the plans at the weights {_said(weights)}. Try another solver.")
    return found


def _candidate(
    label: str, case: Case, payments: Iterable[tuple[str, str, int, str, int]], given: Mapping[str, Fraction]
) -> Candidate:
    ledger = Ledger.of(payments)
    reached = points(case, ledger.shares(case, given))
    gains = {area: worth(case.areas[area], reached[area]) for area in case.areas}
    own = sum((case.areas[area].weight * gain for area, gain in gains.items()), Fraction(0))
    ties = value(case, ledger, given) - own
    return Candidate(label, gains, ties, {project: ledger.p.get(project, 0) for project in case.projects})


def _worst(plan: Candidate, plans: Sequence[Candidate], found: Sequence[Weights], bounds: Sequence[Fraction]) -> Worst:
    """The corner where the plan loses most to the best of the plans; the first of equals."""
    losses = []
    for number, weights in enumerate(found):
        own, best = plan.worth(weights), max(other.worth(weights) for other in plans)
        losses.append((best - own, -number, best))
    loss, number, best = max(losses)
    at_most = max(bound - plan.worth(weights) for bound, weights in zip(bounds, found, strict=False))
    weights = found[-number]
    return Worst(
        plan.label,
        float(loss),
        float(max(loss, at_most)),
        float(loss / best) if best else 0.0,
        1 - number,
        {area: float(weight) for area, weight in weights.items()},
    )


def _moved(model: FundingModel, one: Candidate, other: Candidate) -> tuple[Move, ...]:
    rows = model["projects"]
    names = dict(zip(rows["project"].tolist(), rows["name"].tolist(), strict=True))
    moves = [Move(p, names[p], one.kronor[p], other.kronor[p]) for p in sorted(one.kronor)]
    return tuple(sorted((move for move in moves if move.change), key=lambda move: (-abs(move.change), move.id)))


def _said(weights: Weights) -> str:
    return ", ".join(f"{area} {float(weight):g}" for area, weight in weights.items() if weight)
