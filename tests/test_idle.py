"""Money that lies idle behind floors of what is handed out: hand-solved, and said only where it is proven."""

import dataclasses
import json
from pathlib import Path

import pytest
from build import build
from click.testing import CliRunner
from docx import Document
from papers import run_of

from rus_funding.cli import cli
from rus_funding.engine.engine import solve
from rus_funding.explanations.idle import idle_money
from rus_funding.explanations.idle_words import idle_sentences
from rus_funding.papers.report import report
from rus_funding.proof.standing import WITHIN, Standing

COUNTY = Path(__file__).parent.parent / "models" / "lansportfolj-exempel"


# q, the only project of area b, costs 10 000 kr. b is to get half of what is handed out, so 20 000 of 100 000 kr are:
# 80 000 lie idle, and without the floor p takes them. No fund may pay more than 0.9, which holds nothing.
def collapsed(**changes):
    given = {
        "areas": [{"area": "a"}, {"area": "b", "floor_share": 0.5}],
        "funds": [{"fund": "f", "max_share": 0.9}, {"fund": "g"}],
        "budgets": {"f": 80_000, "g": 20_000},
        "costs": {"p": 100_000, "q": 10_000},
        "contributions": {"p": "a", "q": "b"},
        "benefits": {"p": 100, "q": 10},
    }
    return build(**given | changes)


def test_the_floor_holds_the_money_by_hand():
    found = idle_money(solve(collapsed()))
    assert (found.available, found.idle) == (100_000, 80_000)
    (floor,) = found.holders
    assert (floor.kinds, floor.freed, floor.funded) == (("area_floor",), 80_000, 100_000)
    assert found.together is None  # all rules at once hold no more
    assert found.asked == ("area_floor", "diversification")
    assert found.open == ()
    head, why = (line.replace("\u00a0", " ") for line in idle_sentences(found, "sv"))
    assert head == "80 000 kr av 100 000 kr i budgetarna (80,0 %) ligger still."
    assert why == (
        "80 000 kr ligger still därför att golven för områdena är andelar av det som delas ut; utan dem finansierar "
        "den bästa planen 100 000 kr. Golvet för b håller ensamt hela det beloppet."
    )


# Both q of b and r of c cost 10 000 kr. Where each area is to get 0.4 of what is handed out, 25 000 kr of 100 000 are:
# without the floor of b, c's still holds. With a floor of 0.2 for c and none for b 50 000 kr are handed out.
@pytest.mark.parametrize(
    ("floor", "funded", "freed", "said"),
    [
        (0.4, 25_000, [0, 0], "Ingen av dessa regler gör det ensam."),
        (0.2, 25_000, [25_000, 0], "Borttagna var för sig ger de 25 000 kr (b)."),
    ],
)
def test_each_floor_alone_by_hand(floor, funded, freed, said):
    model = collapsed(
        areas=[{"area": "a"}, {"area": "b", "floor_share": 0.4}, {"area": "c", "floor_share": floor}],
        costs={"p": 100_000, "q": 10_000, "r": 10_000},
        contributions={"p": "a", "q": "b", "r": "c"},
        benefits={("p", "a"): 100, ("q", "b"): 10, ("r", "c"): 10},
        funds=[{"fund": "f"}, {"fund": "g"}],
    )
    outcome = solve(model)
    assert outcome.funded == funded
    found = idle_money(outcome)
    (holder,) = found.holders
    assert (holder.funded, [(single.subject, single.freed) for single in holder.singles]) == (
        100_000,
        [("b", freed[0]), ("c", freed[1])],
    )
    assert idle_sentences(found, "sv")[1].replace("\u00a0", " ").endswith(said)


# f has all the money but 1 000 kr and may pay 0.9: 10 000 kr are handed out. The floor is held by either: b needs half.
def test_rules_that_hold_more_together_than_alone_by_hand():
    model = collapsed(budgets={"f": 99_000, "g": 1_000})
    outcome = solve(model)
    assert outcome.funded == 10_000
    found = idle_money(outcome)
    assert [(holder.kinds, holder.funded) for holder in found.holders] == [(("diversification",), 20_000)]
    assert (found.together.kinds, found.together.funded) == (("area_floor", "diversification"), 100_000)
    assert "Tillsammans håller dessa regler 90 000 kr" in idle_sentences(found, "sv")[-1].replace("\u00a0", " ")


def test_a_floor_on_a_perspective_holds_money_too():
    marked = {
        "areas": [{"area": "a"}, {"area": "b"}],
        "perspectives": [{"perspective": "green", "floor_share": 0.5}],
        "markings": [{"project": "q", "perspective": "green", "share": 1, "basis": "plan"}],
    }
    (holder,) = idle_money(solve(collapsed(**marked))).holders
    assert (holder.kinds, holder.freed) == (("perspective",), 80_000)


@pytest.mark.parametrize(
    "changes",
    [
        {"policy": {"share_base": "available"}, "areas": [{"area": "a"}, {"area": "b", "floor_share": 0.1}]},
        {"areas": [{"area": "a"}, {"area": "b"}], "funds": [{"fund": "f"}, {"fund": "g"}]},
        {"areas": [{"area": "a"}, {"area": "b", "floor_share": 0.1}]},
    ],
    ids=["of all budgets", "no such rule", "little is idle"],
)
def test_nothing_is_said_where_nothing_holds(changes):
    outcome = solve(collapsed(**changes))
    assert outcome.standing.proven
    assert idle_money(outcome) is None


def test_nothing_is_claimed_that_is_not_proven():
    outcome = solve(collapsed())
    assert idle_money(dataclasses.replace(outcome, standing=Standing(WITHIN, outcome.standing.gap))) is None
    found = idle_money(outcome, seconds=0)
    assert (found.holders, found.together, found.asked) == ((), None, ())
    assert found.open == ("area_floor", "diversification")
    assert idle_sentences(found, "en")[-1] == (
        "What holds without the floors of the areas and the largest shares of the funds is not known: "
        "the computation did not get that far."
    )


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    """The county's contributions in other than money fall away: the floors then hold most of what there is."""
    file = tmp_path_factory.mktemp("idle") / "bort.toml"
    text = '[[change]]\ntable = "budgets"\nwhere = { fund = "inkind-offentlig" }\nset = { amount = 0 }\n'
    file.write_text(text, "utf-8")
    return file


def test_solve_says_it_of_the_county(scenario):
    done = CliRunner().invoke(cli, ["solve", str(COUNTY), "-s", str(scenario), "--json"])
    assert done.exit_code == 0
    found = json.loads(done.stdout)["idle"]
    (floors,) = found["holders"]
    assert floors["kinds"] == ["area_floor"]
    assert 176_000_000 < floors["freed"] < 177_000_000
    assert found["open"] == []
    said = CliRunner().invoke(cli, ["solve", str(COUNTY), "-s", str(scenario)]).stdout
    assert "Pengar som ligger still" in said
    assert "därför att golven för områdena" in " ".join(said.split())


def test_papers_and_comparisons_say_it(tmp_path):
    run = run_of(tmp_path / "run.sqlite", collapsed())
    files = report(run, tmp_path / "papers").files
    text = "\n".join(paragraph.text for paragraph in Document(files["docx"]).paragraphs)
    assert "därför att golven för områdena är andelar av det som delas ut" in text
    assert "därför att golven för områdena" in files["html"].read_text("utf-8")
    done = CliRunner().invoke(cli, ["compare", str(run), "--idle", "--json"])
    assert json.loads(done.stdout)["idle"]["baseline"]["holders"][0]["freed"] == 80_000
    said = " ".join(CliRunner().invoke(cli, ["compare", str(run), "--idle"]).stdout.split())
    assert "utgångsläget: 80 000 kr av 100 000 kr" in said.replace("\u00a0", " ")
    assert json.loads(CliRunner().invoke(cli, ["compare", str(run), "--json"]).stdout)["idle"] is None
