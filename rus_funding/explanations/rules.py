"""What a rule costs: the value of the best plan without it, less the value of the best plan with it.

Each rule is dropped from the model (see `rus_funding.explanations.changes.without`) and the model solved anew, so the
figure is unique and true with binaries too. Rules with no dual that is not zero cost nothing and are not solved.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.errors import SolverError
from rus_funding.explanations.changes import without
from rus_funding.explanations.rule_names import held, rule_of
from rus_funding.explanations.what_if import Answer, Ground

if TYPE_CHECKING:
    from rus_funding.explanations.rule_names import Name
    from rus_funding.model.model import FundingModel

DUAL = 1e-9  # points a unit; less is no dual
SMALL = 1e-9  # share of the value; less is no price
KINDS = (
    "area_floor", "area_cap", "perspective", "municipality_floor", "participation", "cap", "least_grant",
    "diversification", "rate",
    "group_min", "group_max", "authorisation", "commitment", "requires", "excludes", "indivisible", "min_share",
    "committed", "required", "excluded", "min_partners", "collaboration_weight",
)  # fmt: skip
# rules that are nothing but their rows: dropped from the model, these rows are gone and no others change
IN_ROWS = {*KINDS} - {
    "rate", "indivisible", "committed", "required", "excluded", "min_partners", "collaboration_weight",
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class RulePrice:
    """What a rule costs: `price` = `without` - `value`, points. Of collaboration both are points of the projects alone.

    With objectives ahead of `value` these are best first in both models; a price may then be below 0.
    """

    rule: Name
    price: float
    value: float
    without: float


@dataclasses.dataclass(frozen=True)
class RulePrices:
    """The rules that cost something, the dearest first, and those that cost nothing (`free`, by name).

    `solved`: how many were found by solving anew; the other free ones have no dual, which proves it.
    """

    value: float
    rules: tuple[RulePrice, ...]
    free: tuple[Name, ...]
    solved: int


def rule_prices(model: FundingModel, ground: Ground | None = None) -> RulePrices | None:
    """The price of every rule of a model that has a plan; None where it has none."""
    ground = ground or Ground(model)
    if not ground.base.found:
        return None
    value = ground.base.value
    priced: list[RulePrice] = []
    free: list[Name] = []
    solved = 0
    for name in rules_of(model, ground):
        if name == ("collaboration_weight",):
            found = _collaboration(ground)
        elif _proven_free(ground, name):
            free.append(name)
            continue
        else:
            answer = _dropped(ground, name)
            if not answer.found:
                raise SolverError(f"without the rule {name} there is no plan, with it there is one")
            found = RulePrice(name, answer.value - value, value, answer.value)
        solved += 1
        if abs(found.price) > SMALL * max(1.0, abs(value)):
            priced.append(found)
        else:
            free.append(name)
    priced.sort(key=lambda one: (-one.price, one.rule))
    return RulePrices(value, tuple(priced), tuple(free), solved)


def _dropped(ground: Ground, name: Name) -> Answer:
    """The best plan without a rule: where its rows can simply be left out, from the plan with it."""
    model = ground.model
    if name[0] not in IN_ROWS or model.objectives[0].name != "value":
        return Ground(without(model, name)).base
    return ground.ask(without=[label for label in ground.labels if rule_of(label) == name])


def rules_of(model: FundingModel, ground: Ground) -> list[Name]:
    """The rules that have a price: every rule that could be dropped, by name. Budgets are no rules but money."""
    names = {name for name in map(rule_of, ground.labels) if name is not None}
    kept = {name for name, _ in held(model)}
    names |= {name for name in kept if name[0] in {"committed", "required", "excluded"}}
    if any(name[0] == "partnership" for name in kept):
        names.add(("min_partners",))
    if model.policy.collaboration_weight > 0:
        names.add(("collaboration_weight",))
    return sorted((name for name in names if name[0] in KINDS), key=lambda name: (KINDS.index(name[0]), name))


def _proven_free(ground: Ground, name: Name) -> bool:
    """No row of the rule has a dual: the optimum without it is proven by the same duals."""
    duals = ground.base.duals
    if duals is None or name[0] in {"committed", "required", "excluded", "min_partners"}:
        return False
    rows = [row for row, label in enumerate(ground.labels) if rule_of(label) == name]
    return bool((np.abs(duals[rows]) * _unit(ground, name) <= DUAL).all())


def _unit(ground: Ground, name: Name) -> float:
    """Kronor of a unit of the rule's rows: duals of shares and projects are worth as much more."""
    in_shares = name[0] in {"participation", "requires", "excludes", "indivisible", "min_share"}
    return 1.0 / float(max(1, int(ground.amounts.total.max()))) if in_shares else 1.0


def _collaboration(ground: Ground) -> RulePrice:
    """What ties cost: points of the projects alone, best, less those of the best plan with ties that has most."""
    columns = ground.formulation.columns
    alone = ground.cost.copy()
    alone[columns.tie] = 0.0
    free = ground.ask(cost=alone)
    best = -float(alone @ free.x) / ground.scale
    slack = SMALL * max(ground.scale, abs(ground.scale * ground.base.value))
    program = ground.program.with_rows([-ground.cost], [ground.scale * ground.base.value - slack], [np.inf])
    point = ground.minimise(program, alone)
    x = point.x if point.status == "optimal" else ground.base.x
    kept = -float(alone @ x) / ground.scale
    return RulePrice(("collaboration_weight",), best - kept, kept, best)
