"""Key figures of a plan: each defined once, with its formula and unit. Runs, comparisons and reports all ask here.

`key_figures` gives them for an outcome; the functions above it take plain sums, so that a reader can check them by
hand. A figure that has no meaning (a share of nothing) is None, never 0.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rus_funding.engine.budget_status import Resting, in_all, resting
from rus_funding.model.amounts import Amounts, Floats
from rus_funding.model.index import Index, Ints
from rus_funding.model.schema import WITHDRAWN

if TYPE_CHECKING:
    from rus_funding.engine.plan import Outcome
    from rus_funding.model.model import FundingModel

UNITS: Mapping[str, str] = {
    "value": "points",
    "bound": "points",
    "gap": "share",
    "optimum": "points",
    "funded": "kr",
    "cofinancing": "share",
    "leverage": "kr/kr",
    "largest_fund_share": "share",
    "herfindahl_funds": "index",
    "herfindahl_areas": "index",
    "hoover": "index",
    "projects_funded": "projects",
    "projects_partly": "projects",
    "projects_not": "projects",
    "unused": "kr",
    "money_granted": "kr",
    "money_applied": "kr",
    "money_planned": "kr",
}
Numbers = Sequence[float] | NDArray[Any]


def cofinancing(funded: int, state: int) -> float | None:
    """Co-financing rate (*medfinansieringsgrad*): 1 - (kronor from funds of level `state`) / (kronor funded). Share.

    What others pay beside the state's 1:1 money, which pays at most half of a project.

    >>> cofinancing(12_128_129, 6_064_064) > 0.5
    True
    """
    return 1 - state / funded if funded else None


def leverage(funded: int, regional: int) -> float | None:
    """Leverage: (kronor funded) / (kronor from funds of level `region`). Kronor per krona of the region's own.

    >>> leverage(12_000_000, 3_000_000)
    4.0
    """
    return funded / regional if regional else None


def largest_share(parts: Numbers) -> float | None:
    """max_i p_i / Σ p: the largest part's share.

    >>> largest_share([6, 3, 1])
    0.6
    """
    total = float(np.sum(parts))
    return float(np.max(parts)) / total if total > 0 else None


def herfindahl(parts: Numbers) -> float | None:
    """Herfindahl index Σ_i (p_i / Σ p)²: 1 where one part has all, 1/n where n parts have as much each.

    >>> herfindahl([5, 5, 0]), herfindahl([7])
    (0.5, 1.0)
    """
    total = float(np.sum(parts))
    if total <= 0:
        return None
    shares = np.asarray(parts, np.float64) / total
    return float(shares @ shares)


def hoover(money: Numbers, people: Numbers) -> float | None:
    """Hoover index ½ Σ_j |m_j / Σm - n_j / Σn|: the share of the money that would have to move to lie as people do.

    `money` and `people` run over the same municipalities; 0 is the same krona per head everywhere.

    >>> hoover([30, 10], [50, 50])
    0.25
    """
    kronor, heads = float(np.sum(money)), float(np.sum(people))
    if kronor <= 0 or heads <= 0:
        return None
    apart = np.asarray(money, np.float64) / kronor - np.asarray(people, np.float64) / heads
    return float(np.abs(apart).sum() / 2)


@dataclasses.dataclass(frozen=True)
class Sums:
    """A plan's kronor summed along the axes of an index (P projects, F funds, T years, A areas, M municipalities)."""

    amounts: Amounts
    outcome: Outcome

    @classmethod
    def of(cls, outcome: Outcome, index: Index | None = None) -> Sums:
        """The sums of an outcome. An `index` of a like model saves making one; where it does not fit, one is made."""
        model: FundingModel = outcome.model
        if index is None or not index.fits(model):
            index = Index(model)
        return cls(Amounts(model, index), outcome)

    @cached_property
    def share(self) -> Floats:
        """P: funded share of each project."""
        found = np.zeros(len(self.amounts.index.projects))
        at = self.amounts.index.projects.position
        for result in self.outcome.projects:
            found[at[result.project]] = result.share
        return found

    @cached_property
    def by_project(self) -> Ints:
        """P: kronor of each project."""
        found = np.zeros(len(self.amounts.index.projects), np.int64)
        at = self.amounts.index.projects.position
        for result in self.outcome.projects:
            found[at[result.project]] = result.kronor
        return found

    @cached_property
    def by_fund(self) -> Ints:
        """F x T: kronor that each fund pays in each year."""
        index = self.amounts.index
        found = [[0] * len(index.years) for _ in index.funds.ids]
        fund, year = index.funds.position, index.years.position
        for payment in self.outcome.payments:
            found[fund[payment.fund]][year[payment.year]] += payment.kronor
        return np.asarray(found, np.int64).reshape(len(index.funds), len(index.years))

    @cached_property
    def by_area(self) -> Floats:
        """A: K_a = Σ_p s_pa · kronor of p."""
        return self.by_project @ self.amounts.area_share

    @cached_property
    def points(self) -> Floats:
        """A: q_a = Σ_p b_pa · share of p."""
        return self.share @ self.amounts.benefit

    @cached_property
    def by_municipality(self) -> Floats:
        """M: Σ_p m_pj · kronor of p."""
        return self.by_project @ self.amounts.reach

    @cached_property
    def funded(self) -> int:
        """Kronor funded in all."""
        return int(self.by_fund.sum())

    def level(self, level: str) -> int:
        """Kronor from the funds of a level."""
        mine = np.asarray(self.amounts.index.fund_column("level") == level, bool)
        return int(self.by_fund[mine].sum())

    @cached_property
    def unused(self) -> int:
        """Σ_ft (budget - kronor paid), carried money counted once: what no project got."""
        return int(self.amounts.budget.sum()) - self.funded

    @cached_property
    def resting(self) -> Mapping[tuple[str, int], Resting]:
        """By (fund, year), what is paid by the status of the money."""
        return resting(self.outcome.model, ((p.fund, p.year, p.kronor) for p in self.outcome.payments))

    @cached_property
    def statuses(self) -> Mapping[str, int]:
        """Number of projects by status: "funded" (in full), "partly", "not" and "withdrawn"."""
        found = dict.fromkeys(("funded", "partly", "not", WITHDRAWN), 0)
        for result in self.outcome.projects:
            found[result.status] += 1
        return found


def key_figures(sums: Sums) -> dict[str, float | int | None]:
    """Every key figure by name, in the order of `UNITS`; without a plan all but the optimum are None."""
    outcome = sums.outcome
    if not outcome.planned:
        return {**dict.fromkeys(UNITS), "optimum": outcome.optimum}
    proof = {"value": outcome.value, "bound": outcome.bound, "gap": outcome.gap, "optimum": outcome.optimum}
    by_fund = sums.by_fund.sum(axis=1)
    return {
        **proof,
        "funded": sums.funded,
        "cofinancing": cofinancing(sums.funded, sums.level("state")),
        "leverage": leverage(sums.funded, sums.level("region")),
        "largest_fund_share": largest_share(by_fund),
        "herfindahl_funds": herfindahl(by_fund),
        "herfindahl_areas": herfindahl(sums.by_area),
        "hoover": hoover(sums.by_municipality, sums.amounts.population),
        "projects_funded": sums.statuses["funded"],
        "projects_partly": sums.statuses["partly"],
        "projects_not": sums.statuses["not"],
        "unused": sums.unused,
        **{f"money_{status}": kronor for status, kronor in in_all(sums.resting)._asdict().items()},
    }


def departures(
    figures: Mapping[str, Any], expected: Sequence[tuple[str, Any]], tolerances: Sequence[tuple[str, float]] = ()
) -> list[str]:
    """Where key figures depart from what a scenario file expects of them, a sentence each.

    Whole numbers and texts must be equal, other numbers equal to a millionth of themselves, unless a tolerance says
    how far off they may be.

    >>> departures({"funded": 10, "value": 2.5}, [("funded", 12), ("value", 2.5)])
    ['funded is 10, expected 12.']
    """
    allowed = dict(tolerances)
    found = []
    for name, wanted in expected:
        is_ = figures.get(name)
        if isinstance(wanted, str) or is_ is None or isinstance(is_, str):
            near = is_ == wanted
        else:
            default = 0.0 if isinstance(is_, int) and float(wanted).is_integer() else abs(float(wanted)) * 1e-6
            near = abs(float(is_) - float(wanted)) <= float(allowed.get(name, default))
        if not near:
            found.append(f"{name} is {is_}, expected {wanted}.")
    return found
