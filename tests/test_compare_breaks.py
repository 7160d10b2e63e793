"""What breaks the plan in a sample: boxes that are known, the rule of a hand-solved model, its edges solved."""

import json

import numpy as np
import pytest
from build import build
from click.testing import CliRunner

from rus_funding.cli import cli
from rus_funding.comparisons import compare
from rus_funding.comparisons.discovery import found_box, within
from rus_funding.comparisons.discovery_words import discovery_lines
from rus_funding.runs.batch import batch
from rus_funding.scenarios import read_scenarios

NBSP = "\u00a0"
SAMPLE = """
title = "Dyrare och mindre"
[sample]
size = 120
seed = 3
cost = { table = "costs", multiply = "amount", distribution = "uniform", low = 0.9, high = 1.3, per = "project" }
money = { table = "budgets", multiply = "amount", distribution = "uniform", low = 0.6, high = 1.0, per = "fund" }
"""


def test_a_known_box_is_found_and_noise_is_not_in_it():
    values = np.random.default_rng(5).random((4, 600))
    breaks = (values[0] >= 0.7) & (values[2] <= 0.4)
    box = found_box(values, breaks)
    assert sorted(box) == [0, 2]
    assert box[0][0] == pytest.approx(0.7, abs=0.05)
    assert box[2][1] == pytest.approx(0.4, abs=0.05)
    assert (box[0][1], box[2][0]) == (None, None)
    inside = within(values, box)
    assert breaks[inside].mean() > 0.9
    assert breaks[inside].sum() > 0.85 * breaks.sum()


@pytest.mark.parametrize("seed", range(3))
def test_chance_alone_makes_no_rule(seed):
    drawn = np.random.default_rng(seed)
    box = found_box(drawn.random((3, 400)), drawn.random(400) < 0.5)
    assert len(box) <= 1  # one of a few hundred slices may pass a test at 5 %, never several


# p is whole and costs 100 000 kr, q 50 000 kr in part. The fund has 150 000 kr: with a factor c of p's cost and b of
# the budget p falls out where 100 c > 150 b, so for b <= 0.6 at any cost above 0.9.
@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("breaks")
    (folder / "stickprov.toml").write_text(SAMPLE, "utf-8")
    model = build(
        areas=[{"area": "a"}],
        funds=[{"fund": "f"}],
        budgets={"f": 150_000},
        projects=[{"project": "p", "indivisible": True}, {"project": "q"}],
        costs={"p": 100_000, "q": 50_000},
        contributions={"p": "a", "q": "a"},
        benefits={("p", "a"): 300, ("q", "a"): 10},
    )
    batch(model, read_scenarios([folder / "stickprov.toml"]), folder / "run.sqlite", workers=0)
    return folder / "run.sqlite"


def test_the_rule_of_a_model_by_hand(run):
    (found,) = compare(run, breaks=True).breaks
    with_plan = compare(run)
    falls = sum(project.at_all < 1 for project in with_plan.projects if project.project == "p")
    assert falls == 1
    assert (found.scenarios, found.file) == (120, "stickprov")
    assert 0 < found.broken < 120
    inputs = [limit.input for limit in found.limits]
    assert ("budgets", "f", "amount ×") in inputs
    assert all(limit.input[1] != "q" for limit in found.limits)  # q never makes p fall out
    assert found.density > 2 * found.broken / found.scenarios
    assert found.coverage > 0.8
    near, far, *lifted = found.trials
    assert all(trial.proven for trial in found.trials)
    assert list(near.at) == list(far.at) == inputs
    assert len(lifted) == (len(inputs) if len(inputs) > 1 else 0)
    for trial in found.trials:
        cost, money = trial.at.get(("costs", "p", "amount ×"), 1.0), trial.at.get(("budgets", "f", "amount ×"), 1.0)
        assert trial.lost == (("p",) if 100 * cost > 150 * money else ()), trial.at
    assert far.lost == ("p",)


def test_it_is_said_in_words_and_by_the_command(run):
    found = compare(run, breaks=True)
    ((title, lines),) = discovery_lines(found, "sv")
    text = " ".join(lines).replace(NBSP, " ")
    assert title == "Vad som fäller planen i stickprov"
    assert "av 120 olika scenarier faller minst ett av planens projekt bort" in text
    assert "av utgångsläget" in text
    assert "Prövat: med" in text
    done = CliRunner().invoke(cli, ["compare", str(run), "--breaks", "--json"])
    assert json.loads(done.stdout)["breaks"][0]["scenarios"] == 120
    said = CliRunner().invoke(cli, ["compare", str(run), "--breaks", "--lang", "en"]).stdout
    assert "What breaks the plan in stickprov" in said


def test_a_run_without_a_sample_says_so(tmp_path):
    model = build(budgets={"grant": 100}, costs={"p": 100})
    batch(model, [], tmp_path / "run.sqlite", workers=0)
    found = compare(tmp_path / "run.sqlite", breaks=True)
    assert found.breaks == ()
    assert discovery_lines(found, "en")[0][1] == [
        "None of the run's scenarios is drawn in a sample: there is nothing to find a rule in."
    ]
