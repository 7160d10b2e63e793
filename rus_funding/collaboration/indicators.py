"""Tables that answer questions about who works with whom. Rows are plain dicts, the same whatever the row order.

What each table means stands in `meanings`, in words. Shares and centralities are rounded to 12 decimals, so that
the last bits of a sum decide no ranking.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from rus_funding.collaboration import large
from rus_funding.collaboration.graph import rows_of
from rus_funding.collaboration.reach import closer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.collaboration.portfolio import Case

Row = dict[str, Any]
UNREACHED = np.iinfo(np.uint16).max
MOST_DISTANCES = 20_000  # actors; above it the table of all distances would not fit in memory


def indicators(case: Case) -> dict[str, list[Row]]:
    """Every table, by name, in the order a reader wants them."""
    return {
        "overview": overview(case),
        "bridges": bridges(case),
        "left_out_actors": left_out_actors(case),
        "left_out_municipalities": left_out_municipalities(case),
        "groups": groups(case),
        "crossing": crossing(case),
        "mixing": mixing(case),
        "contributions": contributions(case),
        "loss_of_actor": loss_of_actor(case),
        "loss_of_fund": loss_of_fund(case),
    }


def overview(case: Case) -> list[Row]:
    """The network before and after in a few numbers."""
    before, after = _overview(case.web_before), _overview(case.web_after)
    new = [data["n"] for _, _, data in case.after.edges(data=True) if data["new"]]
    before |= {"new_ties": 0, "new_ties_in_value": 0, **structure(case.before)}
    after |= {"new_ties": len(new), "new_ties_in_value": _rounded(math.fsum(new)), **structure(case.after)}
    order = ("actors", "ties", "new_ties", "new_ties_in_value", "alone", "components", "largest", "reachable", "steps",
             "core", "in_core", "assortativity")  # fmt: skip
    rows = []
    for measure in order:
        old, new = before[measure], after[measure]
        change = None if old is None or new is None else _rounded(new - old)
        rows.append({"measure": measure, "before": old, "after": new, "change": change})
    return rows


def _overview(of: large.Web) -> dict[str, Any]:
    sizes, n = of.sizes, len(of.nodes)
    pairs = n * (n - 1) // 2
    reached = int((sizes * (sizes - 1) // 2).sum())
    steps: float | None = None
    if reached and n <= MOST_DISTANCES:
        distance = large.distances(of)
        steps = _rounded(int(distance[distance != UNREACHED].sum(dtype=np.int64)) / 2 / reached)
    return {
        "actors": n,
        "ties": int(of.degree.sum()) // 2,
        "alone": int((of.degree == 0).sum()),
        "components": len(sizes),
        "largest": of.largest,
        "reachable": _rounded(reached / pairs) if pairs else None,
        "steps": steps,
    }


def structure(graph: nx.Graph) -> dict[str, Any]:
    """The densest k-core, the actors in it, and assortativity by type (Newman 2003), None where only one is tied."""
    cores = nx.core_number(graph)
    core = max(cores.values(), default=0)
    kind = nx.get_node_attributes(graph, "type")
    mixed = len({kind[end] for edge in graph.edges for end in edge}) > 1
    return {
        "core": core,
        "in_core": sum(number == core for number in cores.values()) if core else 0,
        "assortativity": _rounded(nx.attribute_assortativity_coefficient(graph, "type")) if mixed else None,
    }


def bridges(case: Case) -> list[Row]:
    """Who bridges: betweenness, Burt's constraint, and who is cut off if the actor leaves; greatest bridge first."""
    graph, web = case.after, case.web_after
    names = case.names("actors", "actor")
    was = large.betweenness(case.web_before).values
    now, constraint, parts = large.betweenness(web), large.constraint(web), large.splits(web)
    rows = [
        {
            "actor": actor,
            "name": names[actor],
            "type": graph.nodes[actor]["type"],
            "target_group": graph.nodes[actor]["target_group"],
            "partners": int(web.degree[i]),
            "betweenness": _rounded(now.values[i]),
            "betweenness_error": _rounded(now.errors[i]),
            "betweenness_before": _rounded(was[i]),
            "constraint": None if np.isnan(constraint[i]) else _rounded(constraint[i]),
            "splits": i in parts,
            "cut_off": [names[web.nodes[j]] for piece in parts.get(i, [])[1:] for j in piece],
        }
        for i, actor in enumerate(web.nodes)
    ]
    return sorted(rows, key=lambda row: (-row["betweenness"], row["actor"]))


def left_out_actors(case: Case) -> list[Row]:
    """Primary actors in no funded project: where they sit, what they applied for, whom they work with today."""
    applied = Counter(actor for actors in case.together.values() for actor in actors)
    return [
        {
            "actor": actor,
            "name": data["name"],
            "type": data["type"],
            "municipality": data["municipality"],
            "applications": applied[actor],
            "partners_today": int(case.before.degree[actor]),
        }
        for actor, data in sorted(case.after.nodes(data=True))
        if data["target_group"] == "primary" and data["projects"] == 0
    ]


def left_out_municipalities(case: Case) -> list[Row]:
    """Each municipality: its actors, their funded projects, whom they meet there from elsewhere; left out first."""
    seat = {actor: data["municipality"] for actor, data in case.after.nodes(data=True)}
    partners: dict[str, set[str]] = {}
    for a, b, data in case.after.edges(data=True):
        if data["meets"] and seat[a] != seat[b]:
            partners.setdefault(seat[a], set()).add(b)
            partners.setdefault(seat[b], set()).add(a)
    rows = []
    for where, name, population in rows_of(case.model, "municipalities", "municipality", "name", "population"):
        own = {actor for actor in seat if seat[actor] == where}
        met = partners.get(where, set())
        rows.append(
            {
                "municipality": where,
                "name": name,
                "population": int(population),
                "actors": len(own),
                "projects": sum(1 for project in case.funded if own.intersection(case.together[project])),
                "partners_elsewhere": len(met),
                "municipalities_met": len({seat[actor] for actor in met} - {""}),
                "left_out": not met,
            }
        )
    return sorted(rows, key=lambda row: (not row["left_out"], row["partners_elsewhere"], row["municipality"]))


def groups(case: Case) -> list[Row]:
    """Groups that work more with each other than with others, numbered by size, then by name; loners apart."""
    graph = case.after
    degree = dict(graph.degree)
    listed = sorted(
        ((sorted((graph.nodes[actor]["name"], actor) for actor in group)) for group in large.communities(graph)),
        key=lambda members: (-len(members), members),
    )
    home = {actor: number for number, members in enumerate(listed) for _, actor in members}
    inside, out = Counter[int](), Counter[int]()
    for a, b in graph.edges:
        if home[a] == home[b]:
            inside[home[a]] += 1
        else:
            out[home[a]] += 1
            out[home[b]] += 1
    return [
        {
            "group": number + 1,
            "size": len(members),
            "centre": min(members, key=lambda member: (-degree[member[1]], member))[0],
            "municipalities": len({graph.nodes[actor]["municipality"] for _, actor in members} - {""}),
            "types": len({graph.nodes[actor]["type"] for _, actor in members}),
            "ties_inside": inside[number],
            "ties_out": out[number],
            "members": [name for name, _ in members],
            "actors": [actor for _, actor in members],
        }
        for number, members in enumerate(listed)
        if len(members) > 1
    ]


def crossing(case: Case) -> list[Row]:
    """Share of ties that cross a municipal border or join two kinds of actors: today, after, among the new ones."""
    rows = []
    for border in ("municipality", "type"):
        for scope, graph in (("before", case.before), ("after", case.after), ("new", case.after)):
            kinds = [
                (graph.nodes[a][border], graph.nodes[b][border])
                for a, b, data in graph.edges(data=True)
                if scope != "new" or data["new"]
            ]
            known = [pair for pair in kinds if all(pair)]
            across = sum(a != b for a, b in known)
            share = _rounded(across / len(known)) if known else None
            rows.append({"border": border, "scope": scope, "ties": len(known), "crossing": across, "share": share})
    return rows


def mixing(case: Case) -> list[Row]:
    """Ties between each two kinds of actors: today, after, new."""
    counts: dict[str, Counter[tuple[str, str]]] = {"before": Counter(), "after": Counter(), "new": Counter()}
    kind = {actor: data["type"] for actor, data in case.after.nodes(data=True)}
    for a, b, data in case.after.edges(data=True):
        pair = (min(kind[a], kind[b]), max(kind[a], kind[b]))
        counts["after"][pair] += 1
        counts["before"][pair] += data["existing"]
        counts["new"][pair] += data["new"]
    return [
        {"type": a, "other_type": b, **{scope: count[a, b] for scope, count in counts.items()}}
        for a, b in sorted(counts["after"])
    ]


def contributions(case: Case) -> list[Row]:
    """What each project adds: new ties, those that come through it alone, and pairs that come closer.

    Against today's links: `new_ties` pairs it joins that have no link, `worth` Σ 1 / (1 + w_ij) over all its pairs,
    `closer` pairs of actors whose distance falls (`joined` of them had no way to each other) if this project
    alone is added. Against the portfolio: `only_here`, new ties that no (other) funded project brings.
    """
    funded = set(case.funded)
    names = case.names("projects", "project")
    pairs = _pairs(case.together)
    meets = Counter(pair for project in case.funded for pair in pairs[project])
    near = closer(case.web_before, case.together) if len(case.before) <= MOST_DISTANCES else {}
    rows = []
    for project, those in pairs.items():
        new = [pair for pair in those if not case.before.has_edge(*pair)]
        links = [case.before.get_edge_data(*pair, {"link": 0.0})["link"] for pair in those]
        gain = near.get(project)
        rows.append(
            {
                "project": project,
                "name": names[project],
                "share": case.shares.get(project, 0.0),
                "funded": project in funded,
                "actors": len(case.together[project]),
                "new_ties": len(new),
                "worth": _rounded(math.fsum(1.0 / (1.0 + link) for link in links)),
                "only_here": sum(meets[pair] == (project in funded) for pair in new),
                "closer": gain and gain.closer,
                "joined": gain and gain.joined,
                "estimated": bool(gain and not gain.exact),
            }
        )
    return sorted(rows, key=lambda row: (not row["funded"], -row["only_here"], -row["new_ties"], row["project"]))


def _pairs(together: Mapping[str, Sequence[str]]) -> dict[str, list[tuple[str, str]]]:
    return {
        project: [(a, b) for i, a in enumerate(actors) for b in actors[i + 1 :]] for project, actors in together.items()
    }


def loss_of_actor(case: Case) -> list[Row]:
    """If an actor leaves: ties lost, what is left in one piece, kronor in its funded projects; worst first.

    `kronor_depending` are those of the projects that the actor leads, and what its funds pay to others' projects: who
    only takes part can be missed without the kronor falling away.
    """
    web = case.web_after
    parts, sizes = large.splits(web), web.sizes.tolist()
    led, leads, funded = Counter[str](), Counter[str](), set(case.funded)
    paid, depending = Counter[str](), Counter[str]()
    lead_of = dict(rows_of(case.model, "projects", "project", "lead"))
    payer_of = dict(rows_of(case.model, "funds", "fund", "financier"))
    for project in funded:
        leads[lead_of[project]] += 1
        led[lead_of[project]] += case.kronor.get(project, 0)
    for project, fund, _, _, kronor in case.payments:
        paid[payer_of[fund]] += kronor
        depending[lead_of[project]] += kronor
        if payer_of[fund] != lead_of[project]:
            depending[payer_of[fund]] += kronor
    first, second = [*sorted(sizes, reverse=True), 0, 0][:2]
    rows = []
    for i, actor in enumerate(web.nodes):
        size = sizes[int(web.components[i])]
        left = len(parts[i][0]) if i in parts else size - 1
        data = case.after.nodes[actor]
        rows.append(
            {
                "actor": actor,
                "name": data["name"],
                "ties_lost": int(web.degree[i]),
                "largest_before": first,
                "largest_after": max(left, second if size == first else first),
                "parts": len(parts.get(i, [])) or int(size > 1),
                "projects": data["projects"],
                "kronor": data["kronor"],
                "leads": leads[actor],
                "kronor_led": led[actor],
                "kronor_paid": paid[actor],
                "kronor_depending": depending[actor],
            }
        )
    return sorted(rows, key=lambda row: (row["largest_after"], -row["kronor"], -row["ties_lost"], row["actor"]))


def loss_of_fund(case: Case) -> list[Row]:
    """If a fund and every project it pays fall away, nothing else being moved: ties, largest piece, kronor."""
    paid: dict[str, Counter[str]] = {fund: Counter() for fund, _ in rows_of(case.model, "funds", "fund", "name")}
    for project, fund, _, _, kronor in case.payments:
        paid[fund][project] += kronor
    names = case.names("funds", "fund")
    position = {node: i for i, node in enumerate(case.web_after.nodes)}
    number = {project: i for i, project in enumerate(case.funded)}
    edges = [(position[a], position[b], data) for a, b, data in case.after.edges(data=True)]
    ends = np.array([edge[:2] for edge in edges], np.int64).reshape(-1, 2)
    existing, fresh = (np.array([data[flag] for _, _, data in edges], bool) for flag in ("existing", "new"))
    meets = [(i, number[project]) for i, (_, _, data) in enumerate(edges) for project in data["project_ids"].split()]
    edge, project_of = np.array(meets, np.int64).reshape(-1, 2).T
    rows = []
    for fund, projects in paid.items():
        gone = {project for project, kronor in projects.items() if kronor > 0}
        stays = np.array([project not in gone for project in case.funded], bool)
        kept = existing | (np.bincount(edge[stays[project_of]], minlength=len(edges)) > 0)
        left = large.web_of(case.web_after.nodes, ends[kept])
        rows.append(
            {
                "fund": fund,
                "name": names[fund],
                "kronor": sum(projects.values()),
                "projects": len(gone),
                "kronor_touched": sum(case.kronor[project] for project in gone),
                "ties_lost": int(np.count_nonzero(~kept)),
                "new_ties_lost": int(np.count_nonzero(fresh & ~kept)),
                "largest_before": case.web_after.largest,
                "largest_after": left.largest,
            }
        )
    return sorted(rows, key=lambda row: (-row["ties_lost"], -row["kronor"], row["fund"]))


def _rounded(value: float) -> float:
    """The value to 12 decimals, a whole number as it is, without a negative zero."""
    return value if isinstance(value, int) else round(float(value), 12) + 0.0
