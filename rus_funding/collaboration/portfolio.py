"""One portfolio seen as collaboration: the model, what is funded, and the actor graph before and after."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING

from rus_funding.collaboration import graph as graphs
from rus_funding.collaboration import large

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import networkx as nx

    from rus_funding.model.model import FundingModel


@dataclasses.dataclass(frozen=True)
class Case:
    """What the indicators, the picture and the files are made from.

    `shares` maps projects to their funded share; `payments` are (project, fund, year, cost class, kronor), sorted.
    """

    model: FundingModel
    shares: Mapping[str, float]
    payments: tuple[graphs.Payment, ...]
    threshold: float = 0.0

    @cached_property
    def kronor(self) -> dict[str, int]:
        """Project → kronor paid to it."""
        return graphs.kronor_by_project(self.payments)

    @cached_property
    def funded(self) -> tuple[str, ...]:
        """Projects whose share is above the threshold, sorted."""
        return tuple(sorted(project for project, share in self.shares.items() if share > self.threshold))

    @cached_property
    def before(self) -> nx.Graph:
        """Today's collaboration: existing links only."""
        return graphs.actor_graph(self.model)

    @cached_property
    def after(self) -> nx.Graph:
        """Today's links and the pairs that meet in funded projects."""
        return graphs.actor_graph(self.model, self.shares, self.kronor, self.threshold)

    @cached_property
    def together(self) -> dict[str, tuple[str, ...]]:
        """Project → actors taking part."""
        return graphs.taking_part(self.model)

    @cached_property
    def web_before(self) -> large.Web:
        """`before` on positions."""
        return large.web(self.before)

    @cached_property
    def web_after(self) -> large.Web:
        """`after` on positions."""
        return large.web(self.after)

    def names(self, table: str, key: str) -> dict[str, str]:
        """Id → name of a table."""
        return dict(graphs.rows_of(self.model, table, key, "name"))


def case(
    model: FundingModel,
    shares: Mapping[str, float],
    payments: Iterable[graphs.Payment] = (),
    threshold: float = 0.0,
) -> Case:
    """A portfolio as collaboration. A project unknown to the model is a `KeyError` that names it."""
    known = set(model["projects"]["project"].tolist())
    paid = tuple(
        sorted((str(project), str(fund), int(year), str(kind), int(kr)) for project, fund, year, kind, kr in payments)
    )
    for project in sorted({*shares, *(payment[0] for payment in paid)}):
        if project not in known:
            raise KeyError(f"no project {project!r}")
    return Case(model, {str(project): float(share) for project, share in sorted(shares.items())}, paid, threshold)
