"""Actors, projects, funds and municipalities as four layers of one graph."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import networkx as nx

from rus_funding.collaboration.graph import Payment, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rus_funding.model.model import FundingModel

Edge = tuple[str, str, str, int, str]  # kind, one end, the other, kronor, role


def layers(model: FundingModel, payments: Iterable[Payment]) -> nx.Graph:
    """The layers, with kronor on nodes and edges; unfunded projects are there, with 0 kronor.

    Nodes are ``layer:id`` with `layer`, `layer_id` (the id), `name` and (projects, funds) `kronor`. Edges carry `kind`,
    `kronor`, `role` and `weight` (million kronor, for programs that draw by weight):

    ===============  =====================  ========================================================
    kind             joins                  kronor
    ===============  =====================  ========================================================
    ``takes part``   actor, project         what the project is paid (`role`: as what)
    ``pays``         fund, project          what the fund pays the project
    ``reaches``      project, municipality  the project's kronor times its share there, rounded
    ``sits in``      actor, municipality    0
    ``finances``     actor, fund            what the fund pays in all
    ===============  =====================  ========================================================
    """
    paid, kronor, spent = Counter[tuple[str, str]](), Counter[str](), Counter[str]()
    for project, fund, _, _, amount in payments:
        paid[fund, project] += int(amount)
        kronor[project] += int(amount)
        spent[fund] += int(amount)
    graph = nx.Graph(model=model.name)
    for layer, table in (
        ("actor", "actors"),
        ("project", "projects"),
        ("fund", "funds"),
        ("municipality", "municipalities"),
    ):
        money = {"project": kronor, "fund": spent}.get(layer, Counter())
        for label, name in rows_of(model, table, layer, "name"):
            graph.add_node(f"{layer}:{label}", layer=layer, layer_id=label, name=name, kronor=money[label])
    for kind, one, other, amount, role in _edges(model, paid, kronor, spent):
        graph.add_edge(one, other, kind=kind, role=role, kronor=amount, weight=amount / 1e6)
    return graph


def _edges(
    model: FundingModel, paid: Counter[tuple[str, str]], kronor: Counter[str], spent: Counter[str]
) -> Iterator[Edge]:
    roles: dict[tuple[str, str], set[str]] = defaultdict(set)
    for project, actor in rows_of(model, "projects", "project", "lead"):
        roles[actor, project].add("lead")
    for project, actor, role in rows_of(model, "participations", "project", "actor", "role"):
        roles[actor, project].add(role)
    for (actor, project), names in sorted(roles.items()):
        role = " ".join(sorted(names - {""}))
        yield "takes part", f"actor:{actor}", f"project:{project}", kronor[project], role
    for (fund, project), amount in sorted(paid.items()):
        if amount:
            yield "pays", f"fund:{fund}", f"project:{project}", amount, ""
    for project, where, share in rows_of(model, "reach", "project", "municipality", "share"):
        yield "reaches", f"project:{project}", f"municipality:{where}", round(share * kronor[project]), ""
    for actor, where in rows_of(model, "actors", "actor", "municipality"):
        if where:
            yield "sits in", f"actor:{actor}", f"municipality:{where}", 0, ""
    for fund, financier in rows_of(model, "funds", "fund", "financier"):
        if financier:
            yield "finances", f"actor:{financier}", f"fund:{fund}", spent[fund], ""
