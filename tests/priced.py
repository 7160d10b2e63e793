"""The second opinion's linear program with its multipliers, as the auditor's bound takes them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, NamedTuple

import pulp
import pytest

from rus_funding.proof.labels import labels
from rus_funding.proof.rows import ROWS
from rus_funding.second_opinion import Program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rus_funding.model.model import FundingModel
    from rus_funding.proof.case import Case

Label = tuple[str, ...]
# rows that Program writes the other way round
TURNED = {"group_min", "area_floor", "territorial", "perspective", "viability_min"}
OBJECTIVES = ("value", "draw_order", "funded", "leverage", "balance", "reach", "spread")
EXTREMES = ("balance", "reach", "spread")


class Priced(NamedTuple):
    """An optimum with its multipliers, and the levels of the objective that was kept."""

    optimum: float
    duals: dict[Label, float]
    levels: dict[str, float]


def relaxed(
    model: FundingModel,
    first: str = "",
    objective: str = "value",
    fixed: Mapping[str, int] | None = None,
    give: float = 1e-3,
) -> Priced | None:
    """The linear relaxation's optimum of an objective, or None where there is no plan.

    With `first`, that objective is solved before and kept at its optimum, less the share `give`; `fixed` makes choices.
    """
    program = Program(model)
    for p, z in program.z.items():
        z.cat = pulp.LpContinuous
        if fixed and p in fixed:
            z.lowBound = z.upBound = fixed[p]
    named = {label: row for label, row in program.rules() if row}
    for row in named.values():
        program.lp += row
    levels = {}
    if first:
        level = keep(program, first, named, give)
        if level is None:
            return None
        levels[first] = level
    sense, wanted = sought(program, objective, named)
    program.lp.setObjective(sense * -1 * wanted)
    if not solved(program.lp):
        return None
    duals: dict[Label, float] = {}
    for label, row in named.items():
        multiplier = -(row.pi or 0.0) * (-1 if label[0] in TURNED else 1)
        name: Label = label
        if label[0] in ("viability_min", "viability_max") and program.d.least_share[label[1]] >= 1:
            name = ("indivisible", label[1])
        if label[0] == "kept":
            multiplier = abs(multiplier)
        if label[0] in ROWS:
            duals[name] = duals.get(name, 0.0) + multiplier
    return Priced(float(pulp.value(wanted)), duals, levels)


def sought(program: Program, objective: str, named: dict[Label, Any]) -> tuple[int, pulp.LpAffineExpression]:
    """An objective: 1 (largest) or -1 (smallest), and its sum; the rows of an extreme one join the program."""
    sense, expression, helpers = program.objective(objective)
    keys = {
        "balance": [area for area, row in program.d.areas.items() if row["weight"] > 0],
        "reach": [place for place, people in program.d.population.items() if people > 0],
        "spread": list(program.d.funds),
    }
    for key, row in zip(keys.get(objective, []), helpers, strict=False):  # another row says only how large m can be
        program.lp += row
        named[objective, key] = row
    return (1 if sense == "max" else -1), expression


def keep(program: Program, first: str, named: dict[Label, Any], give: float) -> float | None:
    """Solve an objective and keep it at its optimum, less the share `give`; its rows join `named`."""
    sense, expression = sought(program, first, named)
    program.lp.setObjective(sense * -1 * expression)
    if not solved(program.lp):
        return None
    best = float(pulp.value(expression))
    level = best - sense * give * max(1, abs(best))
    kept = expression >= level if sense > 0 else expression <= level
    program.lp += kept
    named["kept", first] = kept
    return level


def solved(lp: pulp.LpProblem) -> bool:
    """Solve with HiGHS, for the digits of its duals; False where infeasible, said by two of several settings."""
    exact = {"msg": False, "gapRel": 0, "gapAbs": 0, "threads": 1, "mip": False}
    answers = []
    for options in ({"primal_feasibility_tolerance": 1e-9}, {"presolve": "off"}, {}):
        status = lp.solve(pulp.HiGHS(**exact, **options))
        if status == pulp.LpStatusOptimal and lp.sol_status == pulp.LpSolutionOptimal:
            return True
        answers.append(pulp.LpStatus[status])
        if answers.count("Infeasible") == 2:
            return False
    pytest.fail(f"no trustworthy answer: {answers}")


def known(case: Case, duals: dict[Label, float]) -> dict[Label, float]:
    """The duals of rows that the case has; all others must be 0."""
    mine = set(labels(case)) | {label for label in duals if label[0] in ("kept", *EXTREMES)}
    assert all(abs(multiplier) < 1e-9 for label, multiplier in duals.items() if label not in mine)
    return {label: multiplier for label, multiplier in duals.items() if label in mine}


def choices(case: Case) -> Iterator[dict[str, int]]:
    """Every way to make all choices."""
    gates = sorted(case.gates)
    for made in itertools.product((0, 1), repeat=len(gates)):
        yield dict(zip(gates, made, strict=True))
