"""The four standings in words: what is said of an answer, by every paper alike, and never more than is proven."""

from __future__ import annotations

import dataclasses
import math
import re
from fractions import Fraction
from pathlib import Path

import pytest
from build import build

import rus_funding
from rus_funding.engine.engine import solve
from rus_funding.engine.plan import Certificate, Outcome
from rus_funding.model.model import FundingModel, Objective
from rus_funding.proof.goals import Goal
from rus_funding.proof.report import TEXTS
from rus_funding.proof.standing import Standing
from rus_funding.runs.standing import read, upward
from rus_funding.words.language import domains, texts
from rus_funding.words.numbers import at_most
from rus_funding.words.standings import counted, details, headline, label, sentence, short

PROVEN, INFEASIBLE, UNKNOWN = Standing("proven", Fraction(0)), Standing("infeasible"), Standing("unknown")
WITHIN = Standing("within", Fraction(31, 10_000))
LANGUAGES = ("sv", "en")


def model(**more: object) -> FundingModel:
    return build(costs={"p": 100, "q": 100}, budgets={"f": 150}, benefits={"p": 3, "q": 1}, **more)


def within(outcome: Outcome, gap: Fraction) -> Outcome:
    """The outcome as if its value were proven to lie within `gap` of its bound, and its second goal not at all."""
    checked = outcome.checked
    assert checked is not None
    goals = tuple(goal._replace(met=False) if i else goal for i, goal in enumerate(checked.goals))
    standing = Standing("within", gap)
    bound = checked.value / (1 - gap)
    held = dataclasses.replace(checked, standing=standing, bound=bound, goals=goals)
    certificate = Certificate((), held)
    return dataclasses.replace(outcome, standing=standing, certificate=certificate, status="time_limit")


def test_each_standing_has_the_words_of_the_contract() -> None:
    assert label(PROVEN, "sv") == "bevisat bäst"
    assert label(WITHIN, "sv") == "ingen plan kan vara mer än 0,31\u00a0% bättre"
    assert label(INFEASIBLE, "sv") == "ingen plan kan hålla dessa regler"
    assert label(UNKNOWN, "sv") == "räkningen blev inte klar"
    for lang in LANGUAGES:
        for words in (short, label, headline):
            assert len({words(standing, lang) for standing in (PROVEN, WITHIN, INFEASIBLE, UNKNOWN)}) == 4


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_verifies_a_plan_says_the_same_words(lang: str) -> None:
    """`verify` runs with the standard library alone and has words of its own."""
    for standing in (PROVEN, WITHIN, INFEASIBLE, UNKNOWN):
        own = TEXTS[lang][f"standing.{standing.name}"].format(gap=at_most(standing.gap or 0, lang))
        assert own == label(standing, lang)


def test_what_is_not_known_may_have_a_known_reason() -> None:
    assert short(UNKNOWN, "en", "crashed") == "crashed"
    assert short(UNKNOWN, "en", "error") == "not finished"
    assert short(WITHIN, "en", "time_limit") == "within 0.31%"


@pytest.mark.parametrize(
    ("gap", "shown"),
    [
        (Fraction(31, 10_000), "0.31%"),
        (Fraction(3_100_001, 10**9), "0.32%"),
        (Fraction(4, 100_000), "0.004%"),
        (Fraction(1, 3 * 10**6), "0.000034%"),
        (Fraction(1, 10**40), "0.000001%"),
        (Fraction(1, 3), "33.34%"),
        (Fraction(1), "100%"),
        (Fraction(0), "0%"),
    ],
)
def test_a_gap_is_rounded_up(gap: Fraction, shown: str) -> None:
    assert at_most(gap, "en") == shown
    assert Fraction(shown[:-1]) / 100 >= gap
    assert label(Standing("within", gap), "en") == f"no plan can be more than {shown} better"


@pytest.mark.parametrize("gap", [Fraction(31, 10_000), Fraction(1, 3), Fraction(1, 10**9), Fraction(0), Fraction(1)])
def test_a_gap_in_a_run_is_never_less_than_it_is(gap: Fraction) -> None:
    near = upward(gap)
    assert near is not None
    assert math.isclose(near, gap)
    known = read({"standing": "within", "gap": near}).gap
    assert known is not None
    assert known >= gap
    assert at_most(known, "sv") == at_most(gap, "sv")
    assert upward(None) is None


def test_answers_are_counted_the_surest_first_with_the_largest_gap() -> None:
    found = [
        (UNKNOWN, "crashed"), *[(PROVEN, "optimal")] * 5, (WITHIN, "time_limit"), (INFEASIBLE, "infeasible"),
        (Standing("within", Fraction(1, 10_000)), "time_limit"), (UNKNOWN, "error"),
    ]  # fmt: skip
    assert counted(found, "sv") == [
        "5 bevisat bästa", "2 inom 0,31\u00a0%", "1 där ingen plan är möjlig", "1 kraschad", "1 inte klar",
    ]  # fmt: skip
    assert counted(found[:2], "en") == ["1 proven best", "1 crashed"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_proven_plan_says_what_is_proven(lang: str) -> None:
    outcome = solve(model())
    assert outcome.standing.proven
    assert sentence(outcome, "sv") == (
        "Bevisat bäst: ingen plan som håller reglerna är värd mer än 3,50 poäng, den här är värd 3,50, och varje krona "
        "är kontrollerad mot varje regel."
    )
    assert details(outcome, lang) == []


def test_goals_that_come_before_the_value_are_named() -> None:
    objectives = (Objective("leverage"), Objective("value"))
    outcome = solve(model().replace(objectives=objectives))
    assert outcome.standing.proven
    assert sentence(outcome, "sv").startswith("Bevisat bäst under de mål som går före (regionens egna kronor): ingen")
    assert sentence(outcome, "en").startswith("Proven best under the goals that come before (the region's own kronor):")
    assert "som når lika långt i de mål som går före (regionens egna kronor)" in sentence(
        within(outcome, Fraction(1, 100)), "sv"
    )


def test_a_value_that_is_no_goal_is_not_said_to_be_proven() -> None:
    outcome = solve(model().replace(objectives=(Objective("funded"), Objective("draw_order"))))
    assert outcome.standing.proven
    said = sentence(outcome, "sv")
    assert said.startswith("Bevisat bäst i modellens mål (finansierade kronor och dragningsordning): ")
    assert "Poängen är inget av målen" in said
    assert "poängen är inget av modellens mål" in sentence(within(outcome, Fraction(1, 100)), "sv")


def test_a_tolerance_is_said() -> None:
    outcome = solve(model().replace(objectives=(Objective("value", 0.05), Objective("draw_order"))))
    assert outcome.standing.proven
    assert "inom modellens tolerans" in sentence(outcome, "sv")
    assert "5\u00a0% får ges upp" in sentence(outcome, "sv")


def test_a_plan_that_is_not_proven_says_by_how_much_and_what_is_open() -> None:
    outcome = within(solve(model()), Fraction(31, 10_000))
    assert sentence(outcome, "sv").startswith(
        "Ingen plan kan vara mer än 0,31\u00a0% bättre: ingen som håller reglerna är värd mer än 3,52 poäng, den här är"
    )
    assert details(outcome, "sv") == [
        "Målet dragningsordning är inte bevisat.",
        "Tiden tog slut innan sökningen var klar: med mer tid kan planen bli bättre.",
    ]


def test_kronor_beyond_the_bound_are_said() -> None:
    outcome = solve(model())
    assert outcome.checked is not None
    checked = dataclasses.replace(outcome.checked, bound=outcome.checked.value - Fraction(1, 500))
    said = details(dataclasses.replace(outcome, certificate=Certificate((), checked)), "en")
    assert said == ["Rounding to whole kronor gives the plan 0.0020 points beyond the bound."]


def test_an_answer_without_a_plan_claims_no_more_than_is_known() -> None:
    impossible = solve(build(projects=[{"project": "p"}], costs={"p": 100}, budgets={"f": 50}, required=["p"]))
    assert sentence(impossible, "sv") == "Ingen plan kan hålla dessa regler: de motsäger varandra."
    late = Outcome(impossible.model, "time_limit", message="…")
    assert sentence(late, "sv").startswith("Räkningen blev inte klar: tiden tog slut innan någon plan var funnen.")
    failed = Outcome(impossible.model, "infeasible", message="the solver says so")
    assert sentence(failed, "en").startswith("The computation did not finish: the solver says so.")
    refused = dataclasses.replace(failed, status="error", certificate=Certificate(()))
    assert "It is not shown as a plan" in sentence(refused, "en")
    assert [details(outcome, "sv") for outcome in (impossible, late, failed, refused)] == [[]] * 4


def test_every_goal_has_a_name() -> None:
    from rus_funding.program.objectives import OBJECTIVES

    assert {f"standing.goal.{name}" for name in OBJECTIVES} <= texts("sv", "standing").keys()
    assert Goal._fields[0] == "name"


def test_no_other_text_says_that_something_is_proven() -> None:
    """Of plans, that is; what `verify` finds and what explanations rest on is about themselves."""
    claims = re.compile(r"bevisa[dt]|\bproven\b|optimal\b|enligt lösaren|according to the solver", re.IGNORECASE)
    apart = {"standing", "cause"}
    for domain in set(domains()) - apart:
        for lang in LANGUAGES:
            for key, forms in texts(lang, domain).items():
                assert not any(claims.search(form) for form in forms), (lang, key)
    templates = Path(rus_funding.__file__).parent.rglob("*.j2")
    assert not [file.name for file in templates if claims.search(file.read_text("utf-8"))]
