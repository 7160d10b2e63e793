"""The actor graph: nodes actors, edges who works with whom, today or with a portfolio funded."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, Any

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rus_funding.model.model import FundingModel

Payment = tuple[str, str, int, str, int]  # project, fund, year, cost class, kronor
Pair = tuple[str, str]  # two actors, the lesser id first


def rows_of(model: FundingModel, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """The columns of a table as plain rows, sorted: no row order reaches an answer."""
    return sorted(zip(*(model[table][column].tolist() for column in columns), strict=True))


def taking_part(model: FundingModel) -> dict[str, tuple[str, ...]]:
    """Project → the actors taking part (lead or any participation row), both sorted."""
    found: dict[str, set[str]] = {project: {lead} for project, lead in rows_of(model, "projects", "project", "lead")}
    for project, actor in rows_of(model, "participations", "project", "actor"):
        found[project].add(actor)
    return {project: tuple(sorted(actors)) for project, actors in found.items()}


def existing_links(model: FundingModel) -> dict[Pair, float]:
    """Pair → w_ij, the strength of the collaboration that exists already; 0 is none."""
    return {
        (min(actor, other), max(actor, other)): float(weight)
        for actor, other, weight in rows_of(model, "links", "actor", "other", "weight")
        if weight
    }


def meetings(model: FundingModel, projects: Iterable[str]) -> dict[Pair, list[str]]:
    """Pair → those of `projects` where both take part, sorted."""
    together = taking_part(model)
    found: dict[Pair, list[str]] = defaultdict(list)
    for project in sorted(projects):
        for pair in combinations(together[project], 2):
            found[pair].append(project)
    return dict(found)


def kronor_by_project(payments: Iterable[Payment]) -> dict[str, int]:
    """Project → kronor paid to it, in all."""
    total: dict[str, int] = defaultdict(int)
    for project, _, _, _, kronor in payments:
        total[project] += int(kronor)
    return dict(total)


def ties(model: FundingModel, shares: Mapping[str, float]) -> float:
    """The collaboration in a portfolio: Σ_ij n_ij / (1 + w_ij), n_ij = min(1, Σ_{p : i and j take part} x_p).

    `shares` maps projects to x_p, 0..1 (a project left out has 0). Times the model's `collaboration_weight` it is
    what collaboration adds to the value, in points. Each pair counts once, strangers fully, old partners little.
    """
    links = existing_links(model)
    return math.fsum(
        min(1.0, math.fsum(shares.get(project, 0.0) for project in projects)) / (1.0 + links.get(pair, 0.0))
        for pair, projects in sorted(meetings(model, taking_part(model)).items())
    )


def actor_graph(
    model: FundingModel,
    shares: Mapping[str, float] | None = None,
    kronor: Mapping[str, int] | None = None,
    threshold: float = 0.0,
) -> nx.Graph:
    """Actors and who works with whom: today (`shares` left out), or with the projects funded as in `shares`.

    A project counts as funded where its share is above `threshold`. `kronor` maps projects to what they are paid.

    Nodes, sorted: `name`, `type`, `municipality`, `target_group`, and of the funded projects the actor takes part
    in `projects` (number) and `kronor` (their sum). Edges, sorted, are existing links and pairs that meet in a
    funded project: `existing`, `link` (w_ij, 0 where there is none), `meets`, `new` (meets, and no link), `projects`
    (number), `project_ids` (separated by spaces), `kronor` (of those projects), `n` (min(1, Σ share)), `worth`
    (1 / (1 + w_ij)), `weight` (w_ij + Σ_p 1 / (actors of p − 1): how much the two work together, where a project with
    many actors ties each two of them less; Newman 2001).
    """
    shares, kronor = shares or {}, kronor or {}
    funded = sorted(project for project, share in shares.items() if share > threshold)
    links, met = existing_links(model), meetings(model, funded)
    together = taking_part(model)
    graph = nx.Graph(model=model.name)
    for actor, *values in rows_of(model, "actors", "actor", "name", "type", "municipality", "target_group"):
        graph.add_node(actor, **dict(zip(("name", "type", "municipality", "target_group"), values, strict=True)))
        graph.nodes[actor].update(projects=0, kronor=0)
    for project in funded:
        for actor in together[project]:
            graph.nodes[actor]["projects"] += 1
            graph.nodes[actor]["kronor"] += int(kronor.get(project, 0))
    for pair in sorted(links.keys() | met.keys()):
        projects, link = met.get(pair, []), links.get(pair)
        graph.add_edge(
            *pair,
            existing=link is not None,
            link=link or 0.0,
            meets=bool(projects),
            new=bool(projects) and link is None,
            projects=len(projects),
            project_ids=" ".join(projects),
            kronor=sum(int(kronor.get(project, 0)) for project in projects),
            n=min(1.0, math.fsum(shares[project] for project in projects)),
            worth=1.0 / (1.0 + (link or 0.0)),
            weight=(link or 0.0) + math.fsum(1.0 / (len(together[project]) - 1) for project in projects),
        )
    return graph


def possible_graph(model: FundingModel) -> nx.Graph:
    """Existing links and every meeting that any portfolio could bring: the same for every scenario on the same ids."""
    return actor_graph(model, dict.fromkeys(taking_part(model), 1.0))
