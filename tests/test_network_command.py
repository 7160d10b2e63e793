"""The command, and what needs the engine: ties as they enter the value, and what new ties cost."""

from __future__ import annotations

import dataclasses
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from build import build
from click.testing import CliRunner

from rus_funding.cli.network import network
from rus_funding.collaboration.graph import ties
from rus_funding.collaboration.prices import next_ties, what_ties_cost
from rus_funding.engine.engine import solve
from rus_funding.errors import UsageError

ROOT = Path(__file__).parent.parent
COUNTY = ROOT / "models" / "lansportfolj-exempel"


def rivals(weight=0.0):
    """Money for one of two projects: `alone` gives 10 points and no tie, `joint` 8 points and joins three strangers."""
    return build(
        policy={"collaboration_weight": weight},
        actors=[{"actor": actor} for actor in ("a", "b", "c")],
        projects=[{"project": "alone", "lead": "a"}, {"project": "joint", "lead": "a"}],
        participations=[{"project": "joint", "actor": actor, "role": "partner"} for actor in ("b", "c")],
        links=[{"actor": "c", "other": "a", "weight": 3.0}],
        budgets={"grant": 100},
        costs={"alone": 100, "joint": 100},
        benefits={"alone": 10, "joint": 8},
    )


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0, 7.0])
def test_ties_are_those_of_the_value(weight):
    outcome = solve(rivals(weight))
    shares = {result.project: float(result.share) for result in outcome.projects}
    points = sum(result.points for result in outcome.projects)
    assert outcome.value == pytest.approx(points + weight * ties(rivals(), shares))


def test_what_ties_cost_by_hand():
    # joint is worth 2.25 ties (1 + 1 + 1/4) and costs 2 points: it wins where the weight is above 2 / 2.25
    rows = what_ties_cost(rivals(), [0.8, 0.0, 0.9])
    assert [row["weight"] for row in rows] == [0.0, 0.8, 0.9]
    assert [(row["points"], row["worth"], row["new_ties"]) for row in rows] == [(10, 0, 0), (10, 0, 0), (8, 2.25, 2)]
    assert [row["points_per_new_tie"] for row in rows] == [None, None, 1.0]
    assert [row["points_given_up"] for row in rows] == [0, 0, 2]


def test_the_next_ties_by_hand():
    # below 2 / 2.25 nothing changes, then joint comes: two new ties for two points
    (row,) = next_ties(rivals())
    assert (row["weight"], row["new_ties_won"], row["points_given_up"]) == (pytest.approx(2 / 2.25), 2, 2)
    assert row["points_per_new_tie"] == 1.0
    assert next_ties(rivals(0.5)) == [row]
    assert next_ties(rivals(1.0)) == []  # joint already, and there is nothing more to win
    before, after = (solve(rivals(row["weight"] + by)) for by in (-1e-3, 1e-3))
    assert [next(p.project for p in plan.projects if p.share) for plan in (before, after)] == ["alone", "joint"]


def test_the_next_ties_of_three_steps_come_one_at_a_time():
    # alone 10 points and no tie; pair 8 and one tie; trio 3 and three: pair from weight 2, trio from 5 / 2
    model = build(
        policy={"collaboration_weight": 0.0},
        actors=[{"actor": actor} for actor in ("a", "b", "c")],
        projects=[
            {"project": "alone", "lead": "a"},
            {"project": "pair", "lead": "a"},
            {"project": "trio", "lead": "a"},
        ],
        participations=[
            {"project": project, "actor": actor, "role": "partner"}
            for project, actor in (("pair", "b"), ("trio", "b"), ("trio", "c"))
        ],
        budgets={"grant": 100},
        costs={"alone": 100, "pair": 100, "trio": 100},
        benefits={"alone": 10, "pair": 8, "trio": 3},
    )
    (first,) = next_ties(model)
    assert (first["weight"], first["new_ties_won"], first["points_given_up"]) == (2, 1, 2)
    (second,) = next_ties(model.replace(policy=dataclasses.replace(model.policy, collaboration_weight=2.2)))
    assert (second["weight"], second["new_ties_won"], second["points_given_up"]) == (2.5, 2, 5)


def test_more_weight_never_gives_fewer_ties_nor_more_points():
    from rus_funding.model.reading import read_model

    rows = what_ties_cost(read_model(COUNTY), [0, 150, 1000])
    for less, more in pairwise(rows):
        assert more["worth"] >= less["worth"] - 1e-6
        assert more["points"] <= less["points"] + 1e-6
        # nobody pays more points for a tie than the weight says it is worth
        slack = 1e-3 * less["points"] / 100
        assert less["points"] - more["points"] <= more["weight"] * (more["worth"] - less["worth"]) + slack


def test_a_price_needs_a_plan():
    with pytest.raises(UsageError, match="0 or more"):
        what_ties_cost(rivals(), [-1.0])
    model = rivals().replace(required=("alone", "joint"))
    with pytest.raises(UsageError, match="there is no plan"):
        what_ties_cost(model, [1.0])


def run(*args):
    return CliRunner().invoke(network, [str(arg) for arg in args], standalone_mode=False)


def test_command_writes_everything_and_says_the_findings(tmp_path):
    result = run(
        COUNTY, "-o", tmp_path / "ut", "--weights", "0,150", "--format", "svg", "--format", "csv", "--format", "gexf"
    )
    assert result.return_value == 0
    assert "Samarbetena mellan aktörer går från 40 till" in result.stdout
    assert "nya samarbeten fler än utan vikt, för" in result.stdout
    assert "Nästa steg kommer vid vikten" in result.stdout
    names = sorted(path.name for path in (tmp_path / "ut").iterdir())
    assert names == [
        "actors-edges.csv", "actors-nodes.csv", "actors.gexf", "before-after.svg", "indicators.csv", "layers-edges.csv",
        "layers-nodes.csv", "layers.gexf", "network.svg",
    ]  # fmt: skip
    assert "Vad nya samarbeten kostar" in (tmp_path / "ut" / "indicators.csv").read_text(encoding="utf-8-sig")
    again = run(COUNTY, "-o", tmp_path / "en", "--format", "svg", "--format", "gexf")
    assert again.return_value == 0
    for name in ("network.svg", "before-after.svg", "layers.gexf"):
        assert (tmp_path / "en" / name).read_bytes() == (tmp_path / "ut" / name).read_bytes()


def test_command_sets_a_scenario_beside_the_baseline(tmp_path):
    scenario = tmp_path / "utan-vikt.toml"
    scenario.write_text('title = "Utan vikt för samverkan"\n[policy]\ncollaboration_weight = 0\n', encoding="utf-8")
    result = run(COUNTY, "-s", scenario, "-o", tmp_path, "--format", "svg", "--json", "--lang", "en")
    assert result.return_value == 0
    found = json.loads(result.stdout)
    assert found["scenario"] == "utan-vikt"
    assert [Path(path).name for path in found["files"]] == ["network.svg", "before-after.svg", "baseline-scenario.svg"]
    assert set(found["tables"]) >= {"overview", "bridges", "groups", "loss_of_fund"}
    assert found["findings"][0]["sentence"].startswith("Ties between actors go from 40 to ")
    picture = (tmp_path / "baseline-scenario.svg").read_text(encoding="utf-8")
    assert "Baseline" in picture
    assert "Utan vikt för samverkan" in picture


def test_without_a_plan_the_command_says_why_and_returns_1(tmp_path, monkeypatch):
    model = rivals().replace(required=("alone", "joint"))
    monkeypatch.setattr("rus_funding.model.reading.load", lambda _: model)
    result = run("somewhere", "-o", tmp_path / "x", "--format", "csv")
    assert result.return_value == 1
    assert "reglerna motsäger varandra: ingen plan uppfyller dem alla" in result.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("weights", ["", "a", "1;2", "-1", "nan", "inf"])
def test_weights_that_are_none_are_refused(tmp_path, weights):
    result = run(COUNTY, "-o", tmp_path, "--weights", weights)
    assert "not a list of weights" in str(result.exception)


def test_png_is_left_out_where_its_renderer_is_missing(tmp_path, monkeypatch):
    from rus_funding.collaboration import png

    def missing():
        raise UsageError("PNG pictures need resvg")

    monkeypatch.setattr(png, "renderer", missing)
    result = run(ROOT / "models" / "litet-exempel", "-o", tmp_path)
    assert result.return_value == 0
    assert "No PNG is written" in result.stderr
    assert not list(tmp_path.glob("*.png"))
    assert list(tmp_path.glob("*.svg"))
    refused = run(COUNTY, "-o", tmp_path, "--format", "png")
    assert isinstance(refused.exception, UsageError)


def test_every_model_shipped_has_its_network(tmp_path):
    for model in sorted(path for path in (ROOT / "models").iterdir() if (path / "model.toml").exists()):
        result = run(model, "-o", tmp_path / model.name, "--format", "svg", "--format", "xlsx")
        assert result.return_value == 0, model.name
        assert result.stdout
        assert np.all([path.stat().st_size for path in (tmp_path / model.name).iterdir()])


def test_fifty_random_models_have_their_network(tmp_path):
    from random_models import random_model

    from rus_funding.collaboration.findings import findings
    from rus_funding.collaboration.indicators import indicators
    from rus_funding.collaboration.output import save
    from rus_funding.collaboration.portfolio import case

    planned = 0
    for seed in range(50):
        outcome = solve(random_model(seed))
        if outcome.status != "optimal":
            continue
        planned += 1
        shares = {result.project: float(result.share) for result in outcome.projects}
        paid = [(p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments]
        this = case(outcome.model, shares, paid)
        tables = indicators(this)
        assert all(finding.sentence(lang) for finding in findings(tables) for lang in ("sv", "en"))
        written = save(
            this, tables, tmp_path / str(seed), lang="sv", formats=("svg", "csv", "gexf") if seed < 5 else ("csv",)
        )
        assert all(path.stat().st_size for path in written)
        edges = this.after.edges(data=True)
        assert sum(data["n"] * data["worth"] for *_, data in edges) == pytest.approx(ties(outcome.model, shares))
    assert planned > 25
