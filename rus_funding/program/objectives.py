"""What is maximised or minimised, in order; and the canonical stage that makes the optimum unique.

Each objective is a cost vector over the program's columns with a sense: +1 maximise, -1 minimise.
"""

from __future__ import annotations

import dataclasses
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.program.formulation import Formulation


@dataclasses.dataclass(frozen=True)
class Stage:
    """One step of the lexicographic solve: ``sense · cost`` is maximised; `unit` says what it counts.

    `scale` brings what one krona is worth to about 1: HiGHS' dual tolerance is absolute.
    """

    name: str
    sense: int
    cost: Floats
    unit: str
    tolerance: float = 0.0
    scale: float = 1.0


def value_scale(n: Amounts) -> float:
    """A power of two near 1 / (points per krona of a typical project)."""
    paid = (n.points > 0) & (n.total > 0)
    if not paid.any():
        return 1.0
    return float(2.0 ** -np.round(np.log2(np.median(n.points[paid] / n.total[paid]))))


def value(f: Formulation, n: Amounts) -> Floats:
    """max Σ_a w_a g_a(q_a) + collaboration_weight · Σ_ij n_ij / (1 + w_ij), in points.

    g_a(q) = min(q, target) + beyond · max(0, q − target), written as q − (1 − beyond) · o.
    """
    cost = np.zeros(f.compiled.width)
    v = f.columns
    cost[v.x] = n.points
    weight, past = n.area("weight"), n.area("beyond")
    cost[v.beyond] = -(weight * (1.0 - past))[v.aimed]
    if v.tie.size:
        cost[v.tie] = n.model.policy.collaboration_weight * n.tie_worth
    return cost


def draw_order(f: Formulation, n: Amounts) -> Floats:
    """min Σ draw_order_f · y_pftk: cheap money first, own money last."""
    cost = np.zeros(f.compiled.width)
    cost[f.columns.y] = n.draw_order[f.at.fund]
    return cost


def funded(f: Formulation, n: Amounts) -> Floats:
    """max K, kronor."""
    cost = np.zeros(f.compiled.width)
    cost[f.columns.total] = 1.0
    return cost


def leverage(f: Formulation, n: Amounts) -> Floats:
    """min kronor from funds of level `region`."""
    cost = np.zeros(f.compiled.width)
    regional = np.asarray(f.at.index.fund_column("level") == "region", bool)
    cost[f.columns.y] = regional[f.at.fund]
    return cost


def _extreme(name: str, f: Formulation) -> Floats:
    cost = np.zeros(f.compiled.width)
    cost[f.columns.extreme[name]] = 1.0
    return cost


def balance(f: Formulation, n: Amounts) -> Floats:
    """max the smallest K_a / w_a over areas with weight > 0, kronor per weight."""
    return _extreme("balance", f)


def reach(f: Formulation, n: Amounts) -> Floats:
    """max the smallest kronor per inhabitant over municipalities."""
    return _extreme("reach", f)


def spread(f: Formulation, n: Amounts) -> Floats:
    """min the kronor of the fund that pays most."""
    return _extreme("spread", f)


def continuity(f: Formulation, n: Amounts) -> Floats:
    """min Σ_pf |Σ_t y_pft − Σ_t previous_pft|, kr: last time's payers stay unless a goal before this gains."""
    cost = np.zeros(f.compiled.width)
    cost[f.columns.moved] = 1.0
    return cost


# name → (function, sense, unit)
OBJECTIVES = {
    "value": (value, 1, "points"),
    "draw_order": (draw_order, -1, "kr x order"),
    "balance": (balance, 1, "kr/weight"),
    "reach": (reach, 1, "kr/inhabitant"),
    "funded": (funded, 1, "kr"),
    "leverage": (leverage, -1, "kr"),
    "spread": (spread, -1, "kr"),
    "continuity": (continuity, -1, "kr"),
}


def _mix(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scramble 64-bit integers (the finaliser of splitmix64)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def _codes(ids: list[object]) -> NDArray[np.uint64]:
    return np.asarray([zlib.crc32(str(label).encode()) for label in ids], np.uint64)


def label_fraction(f: Formulation) -> Floats:
    """A number in (0, 1) for each payment that depends on its label alone: no row order can reach it."""
    if "fraction" not in f.memo:
        f.memo["fraction"] = _label_fraction(f)
    fraction: Floats = f.memo["fraction"]
    return fraction


def _label_fraction(f: Formulation) -> Floats:
    at = f.at
    mixed = np.zeros(at.fund.size, np.uint64)
    axes = (at.index.projects, at.project), (at.index.funds, at.fund), (at.index.years, at.year)
    for axis, where in (*axes, (at.index.categories, at.cell_class[at.cell])):
        mixed = _mix(mixed + _codes(list(axis.ids))[where] + np.uint64(0x9E3779B97F4A7C15))
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53


def canonical(f: Formulation) -> Floats:
    """min Σ (fund's place x years + year's place + label fraction) · y: the last stage, unique by its fractions.

    Among plans that are equal in every objective: funds in the order of their ids, earlier years first, and
    what is still a tie falls by a number made from the labels. Projects without costs count their label alone.
    """
    if "canonical" not in f.memo:
        f.memo["canonical"] = _canonical(f)
    cost: Floats = f.memo["canonical"]
    return cost


def _canonical(f: Formulation) -> Floats:
    at = f.at
    cost = np.zeros(f.compiled.width)
    cost[f.columns.y] = at.fund * len(at.index.years) + at.year + label_fraction(f)
    free = np.flatnonzero(~at.has_cost.any(axis=(1, 2)))
    names = [at.index.projects.ids[p] for p in free.tolist()]
    cost[f.columns.x[free]] = 1.0 + _codes(list(names)).astype(np.float64) * 2.0**-32
    return cost


def canonical_choice(f: Formulation) -> Floats:
    """min Σ (place + label fraction) · z: which of equally good sets of whole projects, before the payments."""
    cost = np.zeros(f.compiled.width)
    binary = f.at.binary
    names = [f.at.index.projects.ids[p] for p in binary.tolist()]
    cost[f.columns.z[binary]] = 1.0 + _codes(list(names)).astype(np.float64) * 2.0**-32
    return cost


def stages(f: Formulation, n: Amounts) -> list[Stage]:
    """The model's objectives in order (the canonical stage apart)."""
    found = []
    for objective in n.model.objectives:
        function, sense, unit = OBJECTIVES[objective.name]
        scale = value_scale(n) if objective.name == "value" else 1.0
        found.append(Stage(objective.name, sense, function(f, n), unit, objective.tolerance, scale))
    return found
