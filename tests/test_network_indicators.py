"""The tables: worked out by hand, and by brute force on random portfolios."""

from __future__ import annotations

import json
import os
import sys
from itertools import combinations
from pathlib import Path

import networkx as nx
import processes
import pytest
from network_models import random_portfolio, shuffled, worked

from rus_funding.collaboration import indicators as tables
from rus_funding.collaboration import reach
from rus_funding.collaboration.graph import actor_graph
from rus_funding.collaboration.indicators import indicators
from rus_funding.collaboration.portfolio import case


@pytest.fixture(name="found", scope="module")
def _found():
    return indicators(case(*worked()))


def rows(found, table, key, **only):
    chosen = [row for row in found[table] if all(row[name] == value for name, value in only.items())]
    return {row[key]: row for row in chosen}


# after: ann–bo, ann–fia, bo–fia, bo–cia, cia–dag, dag–eva: a chain fia/ann–bo–cia–dag–eva


def test_overview_by_hand(found):
    overview = rows(found, "overview", "measure")
    assert {measure: (row["before"], row["after"]) for measure, row in overview.items()} == {
        "actors": (6, 6), "ties": (3, 6), "new_ties": (0, 3), "alone": (1, 0), "components": (3, 1),
        "largest": (3, 6), "reachable": (pytest.approx(4 / 15), 1.0), "steps": (1.25, pytest.approx(31 / 15)),
        "new_ties_in_value": (0, 2.0), "core": (1, 2), "in_core": (5, 3),
        "assortativity": (-0.5, pytest.approx(-1 / 3)),
    }  # fmt: skip
    assert overview["ties"]["change"] == 3


def test_bridges_by_hand(found):
    bridges = rows(found, "bridges", "actor")
    assert [row["actor"] for row in found["bridges"]] == ["bo", "cia", "dag", "ann", "eva", "fia"]
    assert bridges["bo"]["betweenness"] == pytest.approx(6 / 10)
    assert bridges["bo"]["betweenness_before"] == pytest.approx(1 / 10)
    assert bridges["cia"]["cut_off"] == ["Dag", "Eva"]
    assert {actor for actor, row in bridges.items() if row["splits"]} == {"bo", "cia", "dag"}
    assert bridges["eva"]["constraint"] == 1.0
    assert bridges["dag"]["constraint"] == 0.5


def test_left_out_by_hand(found):
    assert found["left_out_actors"] == [
        {"actor": "eva", "name": "Eva", "type": "company", "municipality": "syd", "applications": 1,
         "partners_today": 1},
    ]  # fmt: skip
    places = rows(found, "left_out_municipalities", "municipality")
    assert {place for place, row in places.items() if row["left_out"]} == {"syd", "tom"}
    assert places["ost"]["partners_elsewhere"] == 1  # Fia, who sits nowhere
    assert places["ost"]["municipalities_met"] == 0
    assert places["vast"]["municipalities_met"] == 1
    assert (places["ost"]["actors"], places["ost"]["projects"], places["tom"]["actors"]) == (2, 1, 0)


def test_groups_by_hand(found):
    assert [row["members"] for row in found["groups"]] == [["Ann", "Bo", "Cia", "Fia"], ["Dag", "Eva"]]
    first = found["groups"][0]
    assert (first["group"], first["centre"], first["ties_inside"], first["ties_out"]) == (1, "Bo", 4, 1)


def test_crossing_and_mixing_by_hand(found):
    crossing = {(row["border"], row["scope"]): row for row in found["crossing"]}
    # Fia sits nowhere: her ties are not counted
    assert (crossing["municipality", "after"]["ties"], crossing["municipality", "after"]["crossing"]) == (4, 3)
    assert crossing["municipality", "new"]["share"] == 1.0
    assert crossing["type", "before"]["share"] == pytest.approx(2 / 3)
    mixing = {(row["type"], row["other_type"]): row for row in found["mixing"]}
    assert mixing["company", "region"] == {
        "type": "company", "other_type": "region", "before": 2, "after": 4, "new": 2,
    }  # fmt: skip


def test_contributions_by_hand(found):
    what = rows(found, "contributions", "project")
    assert (what["bro"]["new_ties"], what["bro"]["only_here"], what["bro"]["worth"]) == (1, 1, 1.0)
    # Ann, Bo, Cia × Dag, Eva could not reach each other
    assert (what["bro"]["closer"], what["bro"]["joined"]) == (6, 6)
    assert (what["stad"]["new_ties"], what["stad"]["closer"], what["stad"]["joined"]) == (2, 3, 3)
    assert (what["fri"]["funded"], what["fri"]["only_here"], what["fri"]["closer"]) == (False, 1, 2)


def test_losses_by_hand(found):
    actors = rows(found, "loss_of_actor", "actor")
    assert (actors["cia"]["largest_after"], actors["cia"]["parts"], actors["cia"]["kronor_led"]) == (3, 2, 400)
    assert (actors["fia"]["ties_lost"], actors["fia"]["kronor"], actors["fia"]["leads"]) == (2, 200, 0)
    funds = rows(found, "loss_of_fund", "fund")
    assert (funds["stat"]["ties_lost"], funds["stat"]["new_ties_lost"], funds["stat"]["largest_after"]) == (1, 1, 4)
    assert (funds["stat"]["kronor"], funds["stat"]["kronor_touched"]) == (300, 400)
    assert (funds["egen"]["ties_lost"], funds["egen"]["largest_after"], funds["egen"]["kronor_touched"]) == (3, 3, 600)


@pytest.mark.parametrize("seed", range(4))
def test_closer_by_brute_force(seed):
    model, shares, payments = random_portfolio(seed, actors=18, projects=12, links=12, partners=3)
    this = case(model, shares, payments)
    before = dict(nx.all_pairs_shortest_path_length(this.before))
    far = 10**6
    for row in tables.contributions(this):
        graph = this.before.copy()
        graph.add_edges_from(combinations(this.together[row["project"]], 2))
        now = dict(nx.all_pairs_shortest_path_length(graph))
        pairs = list(combinations(graph, 2))
        closer = [pair for pair in pairs if now[pair[0]].get(pair[1], far) < before[pair[0]].get(pair[1], far)]
        assert row["closer"] == len(closer)
        assert row["joined"] == sum(b not in before[a] for a, b in closer)
        assert not row["estimated"]


def test_only_here_is_what_the_portfolio_loses_without_the_project():
    model, shares, payments = random_portfolio(11, actors=18, projects=12, links=12, partners=3)
    this = case(model, shares, payments)

    def count(those):
        return sum(data["new"] for _, _, data in actor_graph(model, those).edges(data=True))

    for row in tables.contributions(this):
        project = row["project"]
        with_it, without = {**shares, project: 1.0}, {**shares, project: 0.0}
        assert row["only_here"] == count(with_it) - count(without)


@pytest.mark.parametrize("seed", range(4))
def test_losses_by_brute_force(seed):
    model, shares, payments = random_portfolio(seed, actors=18, projects=7, links=9, partners=2)
    this = case(model, shares, payments)
    for row in tables.loss_of_actor(this):
        graph = this.after.copy()
        graph.remove_node(row["actor"])
        assert row["largest_after"] == max(len(piece) for piece in nx.connected_components(graph))
        assert row["ties_lost"] == this.after.size() - graph.size()
    for row in tables.loss_of_fund(this):
        gone = {project for project, fund, *_ in payments if fund == row["fund"]}
        graph = actor_graph(model, {project: share for project, share in shares.items() if project not in gone})
        assert row["largest_after"] == max(len(piece) for piece in nx.connected_components(graph))
        assert row["ties_lost"] == this.after.size() - graph.size()


def test_sampled_pairs_are_near_and_marked(monkeypatch):
    model, shares, payments = random_portfolio(5, actors=120, projects=30, links=90)
    this = case(model, shares, payments)
    exact = reach.closer(this.web_before, this.together)
    monkeypatch.setattr(reach, "WORK", 40.0 * 120 * 30)
    sampled = reach.closer(this.web_before, this.together)
    assert all(gain.exact for gain in exact.values())
    some = [project for project, gain in sampled.items() if not gain.exact]
    assert len(some) > 20
    total = sum(exact[project].closer for project in some)
    assert sum(sampled[project].closer for project in some) == pytest.approx(total, rel=0.2)


@pytest.mark.parametrize("seed", range(3))
def test_row_order_changes_nothing(seed):
    model, shares, payments = random_portfolio(seed)
    one = indicators(case(model, shares, payments))
    two = indicators(case(shuffled(model, 9), dict(reversed(shares.items())), payments[::-1]))
    assert json.dumps(one) == json.dumps(two)


def test_hash_seed_changes_nothing():
    code = (
        "import json; from network_models import random_portfolio;"
        "from rus_funding.collaboration.portfolio import case;"
        "from rus_funding.collaboration.indicators import indicators;"
        "print(json.dumps(indicators(case(*random_portfolio(2)))))"
    )
    said = [
        processes.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parent,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1]
    assert said[0]


def test_no_links_no_projects_no_municipalities():
    model, _, _ = random_portfolio(0, actors=3, projects=1, links=0, partners=1)
    empty = {name: model[name].take(slice(0, 0)) for name in ("links", "participations", "municipalities", "reach")}
    bare = case(model.replace(tables={**model.tables, **empty}), {})
    found = indicators(bare)
    assert found["groups"] == []
    assert found["mixing"] == []
    assert {row["share"] for row in found["crossing"]} == {None}
    assert all(row["constraint"] is None for row in found["bridges"])
    assert {row["measure"]: row["after"] for row in found["overview"]}["steps"] is None


def test_every_table_has_rows_of_one_shape():
    for seed in range(3):
        for name, table in indicators(case(*random_portfolio(seed))).items():
            assert len({tuple(row) for row in table}) <= 1, name
