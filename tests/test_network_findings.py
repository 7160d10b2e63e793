"""Findings: each sentence's figures are found again in the graph by other means."""

from __future__ import annotations

import networkx as nx
import pytest
from network_models import random_portfolio, worked

from rus_funding.collaboration.findings import Finding, findings, several
from rus_funding.collaboration.graph import actor_graph
from rus_funding.collaboration.indicators import indicators
from rus_funding.collaboration.portfolio import case
from rus_funding.words.language import LANGUAGES, phrases

NBSP = "\u00a0"


def said(parts):
    this = case(*parts)
    return this, {finding.key: finding.fields for finding in findings(indicators(this))}


def test_worked_example_reads_well():
    found = findings(indicators(case(*worked())))
    assert [finding.sentence("sv").replace(NBSP, " ") for finding in found] == [
        (
            "Samarbetena mellan aktörer går från 3 till 6; 3 är nya. Målet räknar ett samarbete efter hur stor del av "
            "projekten som finansieras, och får 2 nya."
        ),
        (
            "Två aktörer som når varandra är i snitt 2,1 steg ifrån varandra, i dag 1,2; "
            "100 % av paren når varandra, i dag 27 %."
        ),
        "Bo binder ihop mest: 60 % av de kortaste vägarna mellan andra går den vägen.",
        "Om Bo lämnar tappar Ann och Fia kontakten med resten.",
        "Om Cia lämnar tappar Dag och Eva kontakten med resten.",
        "Utanför alla finansierade projekt står Eva, som strategin främst vänder sig till.",
        "Utan partner på annat håll i de finansierade projekten: Syd och Tom.",
        (
            "Aktörerna bildar 2 grupper som arbetar mest med varandra; den största har 4 medlemmar, "
            "där Bo har flest partner."
        ),
        (
            "Av de nya samarbetena går 100 % över en kommungräns (av dagens 67 %) och 67 % förenar "
            "olika slags aktörer (av dagens 67 %)."
        ),
        "Projektet ”Staden” ger flest nya samarbeten som inget annat finansierat projekt ger: 2.",
        "Av de projekt som inte finansieras skulle ”Friheten” ge flest nya samarbeten: 1.",
        "Om egen och de projekt den betalar till faller bort bryts 3 av 6 samarbeten, i projekt för 600 kr.",
        (
            "Mest pengar hänger på Ann: den leder 1 finansierat projekt för 200 kr och betalar 300 kr. Tillsammans "
            "rör det 500 kr."
        ),
    ]
    assert [finding.sentence("en").replace(NBSP, " ") for finding in found][:4] == [
        (
            "Ties between actors go from 3 to 6; 3 are new. The objective counts a tie by the share of its projects "
            "that is funded, and gets 2 new ones."
        ),
        (
            "Two actors who reach each other are 2.1 steps apart on average, today 1.2; "
            "100% of the pairs reach each other, today 27%."
        ),
        "Bo bridges most: 60% of the shortest ways between others pass it.",
        "If Bo leaves, Ann and Fia lose touch with the rest.",
    ]


@pytest.mark.parametrize("seed", range(12))
def test_figures_hold(seed):
    model, shares, payments = random_portfolio(seed, actors=20, projects=6 + seed % 3, links=10, partners=2)
    this, found = said((model, shares, payments))
    after, before = this.after, this.before
    growth = found.get("growth") or found.get("growth_in_part") or found["unchanged"]
    new = [pair for pair in after.edges if not before.has_edge(*pair)]
    assert (growth["before"], growth["after"], growth["new"]) == (before.size(), after.size(), len(new))
    if "bridge" in found:
        between = nx.betweenness_centrality(after)
        best = max(between, key=between.get)
        assert found["bridge"]["share"] == pytest.approx(between[best])
    for key in ("split",):
        for finding in findings(indicators(this)):
            if finding.key == key:
                actor = next(node for node in after if after.nodes[node]["name"] == finding.fields["name"])
                parts = nx.number_connected_components(after)
                assert nx.number_connected_components(nx.restricted_view(after, [actor], [])) > parts
    if "no_split" in found:
        assert not list(nx.articulation_points(after))
    funded = {project for project, share in shares.items() if share}
    inside = {actor for project in funded for actor in this.together[project]}
    outside = {
        data["name"]
        for actor, data in after.nodes(data=True)
        if actor not in inside and data["target_group"] == "primary"
    }
    assert set(found["left_out"]["names"] if "left_out" in found else []) == outside
    if "most_new" in found:
        fields = found["most_new"]
        lost = {
            project: len(new) - sum(d["new"] for *_, d in actor_graph(model, {**shares, project: 0.0}).edges(data=True))
            for project in funded
        }
        assert fields["n"] == max(lost.values())
    if "fund" in found:
        fields = found["fund"]
        gone = {project for project, fund, *_ in payments if fund == fields["name"]}
        left = actor_graph(model, {project: share for project, share in shares.items() if project not in gone})
        assert fields["n"] == after.size() - left.size()
        assert fields["kronor"] == sum(kronor for project, *_, kronor in payments if project in gone)
    if "growth_in_part" in found:
        assert growth["counted"] == pytest.approx(sum(after.edges[pair]["n"] for pair in new))
    leads = dict(zip(*(model["projects"][name].tolist() for name in ("project", "lead")), strict=True))
    payers = dict(zip(*(model["funds"][name].tolist() for name in ("fund", "financier")), strict=True))
    depending = {
        who: sum(kronor for project, fund, _, _, kronor in payments if who in (leads[project], payers[fund]))
        for who in after
    }
    assert found["actor"]["kronor"] == max(depending.values())


def test_nothing_vacuous_is_said():
    model, shares, _ = random_portfolio(0, actors=3, projects=1, links=0, partners=1)
    _, found = said((model, dict.fromkeys(shares, 0.0), []))
    assert set(found) <= {"unchanged", "left_out", "places_left_out", "missed"}


def test_nobody_is_left_out_where_all_are_in():
    model, _, _ = worked()
    _, found = said((model, {"bro": 1.0, "stad": 1.0, "fri": 1.0}, []))
    assert "nobody_left_out" in found
    assert found["places_left_out"]["names"] == ["Tom"]


def test_lists_and_plurals():
    assert several(["a"], "sv") == "a"
    assert several(list("abcdefghij"), "sv") == "a, b, c, d, e, f och 4 till"
    assert several(list("abcdefg"), "en") == "a, b, c, d, e, f and g"
    assert Finding("growth", {"before": 0, "after": 1, "new": 1}).sentence("sv").endswith("1 är nytt.")


def test_both_languages_have_the_same_fields():
    import string

    one, other = (phrases(lang, "network")["findings"] for lang in LANGUAGES)
    assert one.keys() == other.keys()
    for key in one:
        sv, en = (
            {(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name}
            for text in (one[key], other[key])
        )
        assert sv == en, key
