"""Rule 15 on floats: which funds pay which projects, and whose grants are smaller than a grant may be."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.engine.settling.rows import NOISE

if TYPE_CHECKING:
    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.model.index import Bools, Ints
    from rus_funding.model.portfolio import Portfolio

DIGITS = 1e-9  # share of a project's costs below which a float payment is noise


@dataclasses.dataclass(frozen=True)
class Grants:
    """What each fund pays each project (by pair, of `Portfolio.pairs`) in the floats `y`, over all years."""

    at: Portfolio
    amounts: Amounts
    y: Floats

    @cached_property
    def kronor(self) -> Floats:
        """Pairs: Σ_tk y_pftk."""
        return np.asarray(np.bincount(self.at.pairs[2], self.y, self.at.pairs[0].size), np.float64)

    @cached_property
    def noise(self) -> Floats:
        """Pairs: kronor that the floats cannot tell from none."""
        out: Floats = np.maximum(NOISE, DIGITS * self.amounts.total[self.at.pairs[0]])
        return out

    @cached_property
    def pays(self) -> Bools:
        """Pairs: the fund pays the project."""
        out: Bools = self.kronor > self.noise
        return out

    @cached_property
    def least(self) -> Ints:
        """Pairs: kronor that the fund pays at least, if anything; 0 where no such rule is asked for."""
        return np.where(self.at.granting, self.amounts.least_grant[self.at.pairs[1]], 0)

    @cached_property
    def small(self) -> Bools:
        """Pairs: the fund pays less than its least grant."""
        out: Bools = self.pays & (self.kronor < self.least - self.noise)
        return out

    @cached_property
    def sole(self) -> Bools:
        """Pairs: the fund pays all that the project costs."""
        project = self.at.pairs[0]
        paid = np.bincount(project, self.kronor, len(self.at.index.projects))
        out: Bools = self.pays & self.at.alone & (self.kronor >= paid[project] - self.noise)
        return out

    @cached_property
    def broken(self) -> Ints:
        """The pairs that break the rule."""
        return np.flatnonzero(self.small & ~self.sole)

    @cached_property
    def sides(self) -> Ints:
        """Right sides for whole kronor: of −Σ y ≤ · by pair, then of Σ y ≤ · by pair.

        A fund that pays keeps to its least grant, one that does not stays out, and nobody joins one that pays all of
        a project with less than its least grant. A grant that is too small in the floats is none: they are those of a
        search that ran out of time.
        """
        project, least = self.at.pairs[0], self.least
        alone = np.zeros(len(self.at.index.projects), bool)
        alone[project[self.small & self.sole]] = True
        barred = ~self.pays & ((least > 0) | alone[project])
        barred[self.broken] = True
        at_least = np.where(self.pays & ~self.small, -least, 0)
        at_most = np.where(barred, 0, self.amounts.total[project])
        return np.concatenate([at_least, at_most]).astype(np.int64)
