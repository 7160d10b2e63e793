"""Other rates of a fund, the same in all areas, against the small example that is solved by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rus_funding as rf
from rus_funding.cli import main

MODEL = str(Path(__file__).parents[1] / "models" / "litet-exempel")


@pytest.fixture(scope="module")
def found():
    return rf.explain(MODEL, degrees=("statliga", "40,50"))


def test_a_lower_degree_costs_what_was_worked_out_by_hand(found):
    """At 40 per cent kompetens asks 240 000 kr of the region in 2027, of its 290 000: 1 600 points for them, the most.
    The 50 000 left and Kumla's 60 000 are 110 of the 120 thousand of resecentrum: 550 points. Natur gets nothing.
    """
    lower, same = found.degrees.degrees
    assert lower.points == pytest.approx(2350 - 1600 - 550, abs=0.01)
    assert lower.standing == "proven"
    assert lower.freed == pytest.approx(675000 - 0.4 * (800001 + 400000 * 110 / 120), abs=2)
    assert (lower.rest.keys(), lower.smaller) == ({"egna"}, 2)
    assert (same.points, same.freed, same.rest, same.smaller) == (0, 0, {}, 0)
    assert found.degrees.least == same
    assert found.frame("degrees")["freed"].tolist() == [lower.freed, 0]
    assert found.frame("rest")["kronor"].tolist() == [lower.rest["egna"]]


@pytest.mark.parametrize(
    ("lang", "first", "last"),
    [
        ("sv", "40\u00a0% i alla områden: \u2212200,00 poäng, ", "Av dessa kostar 50\u00a0% minst."),
        ("en", "40% in all areas: \u2212200.00 points, ", "Of these 50% costs least."),
    ],
)
def test_each_degree_is_said_as_a_principle(found, lang, first, last):
    said = found.sentences(lang)
    assert len(said) == 4
    assert said[1].startswith(first)
    assert said[-1] == last


def test_the_command_prints_it(capsys):
    with pytest.raises(SystemExit) as left:
        main(["explain", MODEL, "--degrees", "statliga", "40", "--json"])
    assert not left.value.code
    told = json.loads(capsys.readouterr().out)
    assert told["degrees"]["degrees"][0]["degree"] == 0.4
    with pytest.raises(rf.UsageError, match="no list of degrees"):
        rf.explain(MODEL, degrees=("statliga", "0.4"))
