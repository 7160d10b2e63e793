"""The one standing of an answer: what is claimed of it, worked out from its payments and its proofs alone.

============  ==========================================================================================================
standing      given when
============  ==========================================================================================================
proven        legal in whole kronor, and each objective's exact figure is within its tolerance and the settling
              allowance of its proven optimum
within        legal, and an exact bound proves that no plan is more than `gap` better
infeasible    an exact proof that no plan keeps the rules
unknown       anything else: no plan is shown, and nothing is said to be impossible
============  ==========================================================================================================

The settling allowance of an objective is a millionth of its bound and the worth of one krona per payment (of one, where
there is none).
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from rus_funding.proof.audit import audit
from rus_funding.proof.goals import CLOSE, SENSE, Goal
from rus_funding.proof.order import draw_order_binds, draw_order_breaches
from rus_funding.proof.reading import UnreadableError, exact
from rus_funding.proof.stated import Stated
from rus_funding.proof.tree import Memory, worst
from rus_funding.proof.worth import figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.proof.breach import Breach, Shares
    from rus_funding.proof.case import Case
    from rus_funding.proof.ledger import Ledger
    from rus_funding.proof.tree import Proof

ROUNDING = Fraction(1, 10**12)  # share of all points there are: the rounding of a bound that is 0
PROVEN, WITHIN, INFEASIBLE, UNKNOWN = "proven", "within", "infeasible", "unknown"


class Standing(NamedTuple):
    """What is known of an answer: `name` is proven, within, infeasible or unknown; `gap` = (bound − value) / |bound|.

    `gap` is exact, None without a plan or a bound.
    """

    name: str
    gap: Fraction | None = None

    @property
    def has_plan(self) -> bool:
        """Whether a plan may be shown."""
        return self.name in {PROVEN, WITHIN}

    @property
    def proven(self) -> bool:
        """Whether the plan is proven to be the best."""
        return self.name == PROVEN


NOTHING_KNOWN = Standing(UNKNOWN)


@dataclasses.dataclass(frozen=True)
class Checked:
    """A plan, checked: its standing, the rules it breaks, the exact value and bound, and every objective.

    `value` is the plan's worth in points; `bound` the proven upper bound on the value, None where nothing is proven;
    `give` is how much more than that a plan in whole kronor may be worth; `faults` are claims of the proof that do
    not hold, as (stable code, objective).
    """

    standing: Standing
    breaches: tuple[Breach, ...]
    value: Fraction
    bound: Fraction | None
    goals: tuple[Goal, ...] = ()
    give: Fraction = Fraction(0)
    faults: tuple[tuple[str, str], ...] = ()


def gap(bound: Fraction, value: Fraction) -> Fraction:
    """(bound − value) / |bound|; 1 where the bound is 0 and the value is not."""
    if bound:
        return (bound - value) / abs(bound)
    return Fraction(int(bound != value))


def check(
    case: Case,
    ledger: Ledger,
    shares: Shares,
    proofs: Sequence[Proof],
    optima: Mapping[str, float],
    stated: Shares | None = None,
) -> Checked:
    """Audit a plan in integers, evaluate its proofs in rationals, and say how it stands.

    `shares` are those of all projects, `stated` those of projects without costs; `optima` are the claimed optima by
    objective. The solver's words count for nothing here but to be compared.
    """
    breaches = tuple(audit(case, ledger, stated))
    if not breaches and draw_order_binds(case):
        breaches = tuple(draw_order_breaches(case, ledger))
    by_name = {proof.objective: proof for proof in proofs}
    faults: list[tuple[str, str]] = []
    goals: list[Goal] = []
    names = [*case.objectives, *({"value"} - case.objectives.keys())]
    levels = {name: level for proof in proofs for name, level in proof.kept.items()}
    known: dict[str, Goal] = {}
    memory = Memory(case)
    for name in names:
        proof, claim = by_name.get(name), (optima.get(name), levels.get(name))
        goal = known[name] = _goal(case, ledger, shares, name, proof, known, claim, faults, memory)
        if name in case.objectives:
            goals.append(goal)
    faults += Stated(case, known, by_name).unfounded(faults)
    worth = known["value"]
    standing = _standing(breaches, goals, worth, faults)
    return Checked(standing, breaches, worth.figure, worth.bound, tuple(goals), worth.give, tuple(faults))


def _standing(
    breaches: Sequence[Breach], goals: Sequence[Goal], worth: Goal, faults: Sequence[tuple[str, str]]
) -> Standing:
    false = [code for code, _ in faults if code in FALSE]
    if breaches or false or worth.bound is None:
        return NOTHING_KNOWN
    apart = max(Fraction(0), gap(worth.bound, worth.figure))
    proven = all(goal.met and goal.optimum is not None for goal in goals) and not faults
    return Standing(PROVEN if proven else WITHIN, apart)


FALSE = {"above-bound", "not-a-proof"}  # faults that no plan is shown with; the others leave it `within`


def _goal(
    case: Case,
    ledger: Ledger,
    shares: Shares,
    name: str,
    proof: Proof | None,
    known: Mapping[str, Goal],
    claim: tuple[float | None, float | None],
    faults: list[tuple[str, str]],
    memory: Memory,
) -> Goal:
    """One objective: is the plan within its tolerance and allowance of what is proven possible?

    `claim` is the optimum that is claimed, and the level at which later objectives keep it.
    """
    optimum, level = claim
    reached, allowed = figure(case, ledger, shares, name), allowance(case, ledger, name)
    unproven = Goal(name, reached, None, allowed, False, optimum, level)
    if proof is None:
        return unproven
    for other, kept in proof.kept.items():  # a level that the plan itself does not keep would bound other plans
        ahead = known.get(other)
        if ahead is None or SENSE[other] * (exact(kept) - ahead.figure) > ahead.allowance + CLOSE * abs(ahead.figure):
            faults.append(("level", name))
            return unproven
    try:
        proven = worst(case, proof, memory)
    except UnreadableError:
        faults.append(("not-a-proof", name))
        return unproven
    if proven.bound is None:
        faults.append(("not-a-proof", name))
        return unproven
    sense, bound = SENSE[name], proven.bound
    give = proven.give + sum(
        (
            proven.prices.get(other, Fraction(0)) * max(Fraction(0), SENSE[other] * (exact(kept) - known[other].figure))
            for other, kept in proof.kept.items()
        ),
        Fraction(0),
    )
    if sense * (reached - bound) > give:
        faults.append(("above-bound", name))
    near = CLOSE * abs(bound) + allowed
    if optimum is not None and abs(exact(optimum) - bound) > near:
        faults.append(("optimum", name))
    tolerance = case.objectives.get(name, Fraction(0)) * abs(bound)
    met = sense * (bound - reached) <= tolerance + near
    return Goal(name, reached, bound, allowed, met, optimum, level, give)


def allowance(case: Case, ledger: Ledger, objective: str) -> Fraction:
    """The worth of one krona per payment, by objective: what settling to whole kronor may cost it."""
    paid = [project for (project, _, _, _), kronor in ledger.paid.items() if kronor]
    if objective == "value":
        worth = _points_per_krona(case)
        every = sum((worth[name] * project.cost for name, project in case.projects.items()), Fraction(0))
        return sum((worth.get(project, Fraction(0)) for project in paid), ROUNDING * every)
    kronor = max(1, len(paid))
    if objective == "draw_order":
        return Fraction(kronor * max((abs(fund.draw_order) for fund in case.funds.values()), default=0))
    if objective == "continuity":  # a krona that moves is one less there and one more here
        return Fraction(2 * kronor)
    least = Fraction(1)
    if objective == "balance":
        least = min((area.weight for area in case.areas.values() if area.weight), default=least)
    if objective == "reach":
        least = Fraction(
            min((place.population for place in case.municipalities.values() if place.population), default=1)
        )
    return kronor / least


def _points_per_krona(case: Case) -> dict[str, Fraction]:
    """What one krona of each project is worth at most, points."""
    worth = {name: Fraction(0) for name in case.projects}
    for area in case.areas.values():
        for project, _, benefit in area.parts:
            worth[project] += area.weight * benefit
    for tie in case.ties.values():
        for project in tie.projects:
            worth[project] += tie.worth
    return {name: points * case.projects[name].krona for name, points in worth.items()}
