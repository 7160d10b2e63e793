"""What may be moved: the least and most that each can get while a plan stays worth almost as much as the best one.

Each end is the exact optimum of its own linear program (with binaries: of its own whole choice):

    least, most = min, max  Σ_p w_p · x_p   over all plans with  value >= (1 - epsilon) · best,

where w_p is s_pa · C_p for an area, m_pj · C_p for a municipality, C_p for each project that an actor takes part in,
and C_p for a project alone. Each end is attained by a plan, but not all ends by the same plan.
"""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.explanations.near_optimal import EPSILON, Near
from rus_funding.explanations.what_if import Ground
from rus_funding.kronor import fraction, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rus_funding.engine.plan import Outcome
    from rus_funding.explanations.break_even import WeightRange
    from rus_funding.model.amounts import Floats
    from rus_funding.model.model import FundingModel

KINDS = ("area", "municipality", "actor", "project")
WHOLE = 1e-4  # kronor: closer to whole kronor than this is the solver's arithmetic
MANY = 0.9  # share of those pushed at once that may be left for another push: one that moves fewer is not worth it
AT_END = 1e-9  # a share this close to where it must end has reached it


@dataclasses.dataclass(frozen=True)
class Range:
    """One's freedom, in whole kronor rounded inward. kind is one of `KINDS`; an actor's kronor are those of the
    projects it takes part in, as lead or participant, not what it receives.

    `planned` is what the proposal gives (rounded to kronor), `cost` all that it could be. A project's shares are given
    too (0..1; planned exactly as in the plan); they are None for the others.
    """

    kind: str
    id: str
    least: int
    planned: int
    most: int
    cost: int
    shares: tuple[float, float, float] | None = None  # least, planned, most

    @property
    def width(self) -> int:
        """Kronor between the ends."""
        return self.most - self.least


@dataclasses.dataclass(frozen=True)
class Ranges:
    """Every range of a model, kinds in the order of `KINDS`, ids sorted. `best` and `level` are points.

    `solves` is how many programs it took; `whole` whether binaries had to be chosen in each. `weights` are the areas'
    weights between which the plan itself stands, where that was asked for.
    """

    model: str
    epsilon: float
    best: float
    level: float
    rows: tuple[Range, ...]
    whole: bool
    solves: int
    weights: tuple[WeightRange, ...] = ()

    def of(self, kind: str) -> tuple[Range, ...]:
        """The ranges of a kind."""
        return tuple(row for row in self.rows if row.kind == kind)

    def project(self, project: str) -> Range:
        """The range of one project; an unknown one raises `KeyError`."""
        for row in self.rows:
            if row.kind == "project" and row.id == project:
                return row
        raise KeyError(project)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for ``--json``."""
        return dataclasses.asdict(self)


def ranges(
    model: FundingModel,
    epsilon: float = EPSILON,
    kinds: Sequence[str] = KINDS,
    near: Near | None = None,
    proposal: Outcome | None = None,
) -> Ranges:
    """The freedom within `epsilon` (share of the best value, 0..1) of what is asked for in `kinds`.

    `near` and `proposal` (the model's own plan) may be given where they are at hand for this model and epsilon.
    Objectives ahead of `value` are kept at their optima. Raises `UsageError` where the model has no plan.
    """
    near = near or Near(Ground(model), epsilon, proposal=proposal)
    search = _Search(near)
    wanted = [target for kind in KINDS if kind in kinds for target in _targets(search, kind)]
    size = {kind: np.ones(search.cost.size) if kind == "project" else search.cost for kind in KINDS}
    least, most = search.ends(np.asarray([counts * size[kind] for kind, _, counts in wanted]))
    ends = zip(wanted, least.tolist(), most.tolist(), strict=True)
    rows = tuple(_range(search, *end) for end in ends)
    return Ranges(model.name, near.epsilon, near.best, near.level, rows, near.ground.has_binaries, search.solves)


class _Search:
    """Ends of sums over the projects' shares. Every plan found on the way is looked at for every question: an end
    that no plan could pass and some plan has reached needs no solve of its own.
    """

    def __init__(self, near: Near) -> None:
        self.near = near
        ground = near.ground
        self.at, self.amounts = ground.formulation.at.index, ground.amounts
        self.x = ground.formulation.columns.x
        self.cost: Floats = self.amounts.total.astype(np.float64)
        self.unit = float(np.median(self.cost[self.cost > 0])) if (self.cost > 0).any() else 1.0
        self.solves = 0
        found = {result.project: result for result in near.proposal.projects}
        self.planned = [found[name] for name in self.at.projects.ids]

    def ends(self, weights: Floats) -> tuple[Floats, Floats]:
        """Least and most of each row of `weights` (questions x projects, none below 0)."""
        program, base = self.near.program, self.near.ground.base.x
        limits = weights @ program.lower[self.x], weights @ program.upper[self.x]
        found = weights @ base[self.x], weights @ base[self.x]
        within = AT_END * np.maximum(1.0, weights.sum(axis=1))
        for sense, side in ((-1, 0), (1, 1)):
            self._together(weights, sense, limits[side], found, within)
            for i in range(len(weights)):
                if abs(limits[side][i] - found[side][i]) > within[i]:
                    self._look(weights, self._solve(weights[i], sense), found)
        return found

    def _together(
        self, weights: Floats, sense: int, limit: Floats, found: tuple[Floats, Floats], within: Floats
    ) -> None:
        """Push all single projects that have not reached their limit there at once, as long as many arrive."""
        single = np.count_nonzero(weights, axis=1) == 1
        side = found[0] if sense < 0 else found[1]
        before, left = np.inf, single & (np.abs(limit - side) > within)
        while 1 < left.sum() <= MANY * before:
            before = int(left.sum())
            self._look(weights, self._solve((weights[left] > 0).sum(axis=0), sense), found)
            left &= np.abs(limit - side) > within

    def _solve(self, weights: Floats, sense: int) -> Floats:
        cost = np.zeros(self.near.program.lower.size)
        cost[self.x] = weights * (self.unit / float(weights.max()))
        self.solves += 1
        return self.near.extreme(cost, sense)[self.x]

    @staticmethod
    def _look(weights: Floats, x: Floats, found: tuple[Floats, Floats]) -> None:
        sums = weights @ x
        np.minimum(found[0], sums, out=found[0])
        np.maximum(found[1], sums, out=found[1])


def _targets(search: _Search, kind: str) -> Iterator[tuple[str, str, Floats]]:
    """(kind, id, share of each project's kronor that counts) of everything of a kind."""
    at, n = search.at, search.amounts
    if kind == "project":
        yield from ((kind, name, unit) for name, unit in zip(at.projects.ids, np.eye(len(at.projects)), strict=True))
        return
    axis = {"area": at.areas, "municipality": at.municipalities, "actor": at.actors}[kind]
    if kind == "actor":
        shares = np.zeros((len(at.projects), len(axis)))
        shares[at.takes_part] = 1.0
    else:
        shares = n.area_share if kind == "area" else n.reach
    yield from ((kind, name, shares[:, i]) for i, name in enumerate(axis.ids))


def _range(search: _Search, target: tuple[str, str, Floats], least: float, most: float) -> Range:
    """The range in whole kronor. The proposal is such a plan too: where rounding to kronor took it past an end, the
    end is the proposal's.
    """
    kind, name, counts = target
    if kind == "project":
        mine = search.planned[search.at.projects.position[name]]
        share, cost, planned = float(mine.share), mine.cost, mine.kronor
        shares = (min(max(0.0, least), share), share, max(min(1.0, most), share))
        return Range(kind, name, min(up(least * cost), planned), planned, max(down(most * cost), planned), cost, shares)
    parts = [(fraction(counts[p]), search.planned[p]) for p in np.flatnonzero(counts).tolist()]
    planned = round_half_up(sum((share * project.kronor for share, project in parts), Fraction(0)))
    cost = round_half_up(sum((share * project.cost for share, project in parts), Fraction(0)))
    return Range(kind, name, min(up(least), planned), planned, max(down(most), planned), cost)


def up(kronor: float) -> int:
    """The least whole kronor that are not fewer."""
    return math.ceil(kronor - WHOLE)


def down(kronor: float) -> int:
    """The most whole kronor that are not more."""
    return math.floor(kronor + WHOLE)
