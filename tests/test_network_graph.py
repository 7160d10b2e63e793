"""The actor graph and the layers."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import pytest
from network_models import random_portfolio, shuffled, worked

from rus_funding.collaboration.graph import actor_graph, kronor_by_project, possible_graph, taking_part, ties
from rus_funding.collaboration.layers import layers
from rus_funding.collaboration.portfolio import case


def test_taking_part_is_lead_or_any_row():
    model, _, _ = worked()
    assert taking_part(model) == {"bro": ("cia", "dag"), "fri": ("eva", "fia"), "stad": ("ann", "bo", "fia")}


def test_before_is_links_only():
    graph = actor_graph(worked()[0])
    assert sorted(graph.edges) == [("ann", "bo"), ("bo", "cia"), ("dag", "eva")]
    assert graph.edges["bo", "cia"] == {
        "existing": True, "link": 3.0, "meets": False, "new": False, "projects": 0, "project_ids": "", "kronor": 0,
        "n": 0.0, "worth": 0.25, "weight": 3.0,
    }  # fmt: skip
    assert graph.nodes["ann"] == {
        "name": "Ann", "type": "region", "municipality": "ost", "target_group": "primary", "projects": 0, "kronor": 0,
    }  # fmt: skip


def test_a_link_of_weight_0_is_none():
    model, shares, payments = worked()
    rows = model["links"]
    weight = rows["weight"].copy()
    weight[0] = 0.0  # bo and ann
    zeroed = model.replace(tables={**model.tables, "links": rows.replace(weight=weight)})
    assert sorted(actor_graph(zeroed).edges) == [("bo", "cia"), ("dag", "eva")]
    assert actor_graph(zeroed, shares, kronor_by_project(payments)).edges["ann", "bo"]["new"]


def test_many_in_a_project_tie_each_two_less():
    model, shares, _ = worked()
    edges = actor_graph(model, shares).edges
    assert edges["cia", "dag"]["weight"] == 1.0  # two in bro
    assert edges["ann", "fia"]["weight"] == 0.5  # three in stad
    assert edges["ann", "bo"]["weight"] == 1.5  # and a link of 1


def test_after_adds_the_pairs_that_meet():
    model, shares, payments = worked()
    graph = actor_graph(model, shares, kronor_by_project(payments))
    assert sorted((a, b) for a, b, data in graph.edges(data=True) if data["new"]) == [
        ("ann", "fia"), ("bo", "fia"), ("cia", "dag"),
    ]  # fmt: skip
    old = graph.edges["ann", "bo"]
    assert (old["existing"], old["meets"], old["new"], old["kronor"], old["n"], old["worth"]) == (
        True, True, False, 200, 0.5, 0.5,
    )  # fmt: skip
    assert graph.edges["cia", "dag"]["project_ids"] == "bro"
    assert graph.nodes["fia"]["projects"] == 1
    assert graph.nodes["fia"]["kronor"] == 200


def test_threshold_leaves_out_slightly_funded_projects():
    model, shares, _ = worked()
    assert not actor_graph(model, shares, threshold=0.5).has_edge("ann", "fia")
    assert actor_graph(model, shares, threshold=0.49).has_edge("ann", "fia")


def test_possible_graph_has_every_meeting():
    assert ("eva", "fia") in possible_graph(worked()[0]).edges


def test_ties_by_hand():
    model, shares, _ = worked()
    # bro: strangers, 1; stad at half scale: ann–bo 0.5/2, ann–fia 0.5, bo–fia 0.5
    assert ties(model, shares) == pytest.approx(1 + 0.25 + 0.5 + 0.5)
    assert ties(model, {}) == 0


@pytest.mark.parametrize("seed", range(5))
def test_ties_are_the_formula(seed):
    model, shares, _ = random_portfolio(seed)
    members = taking_part(model)
    weight = {
        frozenset(pair): w
        for *pair, w in zip(*(model["links"][name].tolist() for name in ("actor", "other", "weight")), strict=True)
    }
    expected = sum(
        min(1.0, sum(shares[p] for p in members if {a, b} <= set(members[p]))) / (1 + weight.get(frozenset((a, b)), 0))
        for a, b in combinations(sorted(model["actors"]["actor"].tolist()), 2)
    )
    assert ties(model, shares) == pytest.approx(expected, abs=1e-9)
    edges = actor_graph(model, shares).edges(data=True)
    assert sum(data["n"] * data["worth"] for _, _, data in edges) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_row_order_changes_nothing(seed):
    model, shares, payments = random_portfolio(seed)
    other = shuffled(model, seed + 1)
    backwards = dict(reversed(shares.items()))
    for one, two in (
        (actor_graph(model, shares), actor_graph(other, backwards)),
        (layers(model, payments), layers(other, payments[::-1])),
    ):
        assert list(one.nodes(data=True)) == list(two.nodes(data=True))
        assert list(one.edges(data=True)) == list(two.edges(data=True))


def test_layers_carry_kronor():
    model, _, payments = worked()
    graph = layers(model, payments)
    assert nx.get_node_attributes(graph, "layer")["municipality:tom"] == "municipality"
    assert graph.edges["fund:stat", "project:bro"]["kronor"] == 300
    assert graph.edges["actor:ann", "fund:stat"]["kronor"] == 300
    assert graph.edges["project:bro", "municipality:norr"]["kronor"] == 100
    assert graph.edges["actor:cia", "project:bro"] == {
        "kind": "takes part", "role": "lead", "kronor": 400, "weight": 0.0004,
    }  # fmt: skip
    assert graph.nodes["project:fri"]["kronor"] == 0
    assert graph.nodes["fund:egen"]["kronor"] == 300
    paid = sum(data["kronor"] for _, _, data in graph.edges(data=True) if data["kind"] == "pays")
    assert paid == sum(kronor for *_, kronor in payments)


def test_unknown_project_is_named():
    model, _, _ = worked()
    with pytest.raises(KeyError, match="nowhere"):
        case(model, {"nowhere": 1.0})
