"""Parts of a plan explained, and what insisting on projects costs: against sums and solves made apart."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from explained import best, near, with_places

from rus_funding.cli import cli
from rus_funding.engine.engine import solve
from rus_funding.errors import UsageError
from rus_funding.explanations.case import Case
from rus_funding.explanations.explanation_part import PartExplained
from rus_funding.explanations.insist import insist
from rus_funding.explanations.named import folded, named
from rus_funding.explanations.part import explain_part
from rus_funding.model.reading import load, read_model

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel

ROOT = Path(__file__).parent.parent
SMALL, DECISION = ROOT / "models" / "litet-exempel", ROOT / "models" / "orebro-rus-2026-2028"


@pytest.fixture(scope="module")
def model() -> FundingModel:
    return read_model(SMALL)


@pytest.fixture(scope="module")
def places(model: FundingModel) -> Case:
    return Case(solve(with_places(model)))


@pytest.fixture(scope="module")
def case(model: FundingModel) -> Case:
    return Case(solve(model))


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, ["explain", *map(str, args)], standalone_mode=False)


def paid(case: Case, project: str) -> int:
    return sum(payment.kronor for payment in case.outcome.payments if payment.project == project)


def test_a_municipality_gets_its_share_of_every_project(places: Case) -> None:
    case, model = places, places.model
    rows = model["reach"]
    columns = [rows[column].tolist() for column in ("project", "municipality", "share")]
    people = dict(zip(*(model["municipalities"][c].tolist() for c in ("municipality", "population")), strict=True))
    sums = dict.fromkeys(people, Fraction(0))
    asked = dict.fromkeys(people, Fraction(0))
    for project, municipality, share in zip(*columns, strict=True):
        sums[municipality] += Fraction(str(share)) * paid(case, project)
        asked[municipality] += Fraction(str(share)) * case.projects[project].cost
    order = sorted(people, key=lambda one: -sums[one] / people[one])
    assert sums["ljusnarsberg"] == 0
    for one, inhabitants in people.items():
        found = explain_part(case, "municipality", one)
        assert abs(found.kronor - sums[one]) <= Fraction(1, 2)
        assert abs(found.asked - asked[one]) <= 2
        assert (found.inhabitants, found.all_inhabitants) == (inhabitants, sum(people.values()))
        assert found.rank == 1 + order.index(one)
        assert sum(project.kronor for project in found.projects) == found.kronor


def test_areas_add_up_to_all_kronor(case: Case, model: FundingModel) -> None:
    found = [explain_part(case, "area", one) for one in model["areas"]["area"].tolist()]
    assert abs(sum(one.kronor for one in found) - case.outcome.funded) <= len(found)
    assert {one.all_kronor for one in found} == {sum(one.kronor for one in found)}


def test_an_actor_has_the_projects_in_which_it_takes_part(case: Case, model: FundingModel) -> None:
    rows = model["participations"]
    mine: dict[str, set[str]] = {actor: set() for actor in model["actors"]["actor"].tolist()}
    for project, actor in zip(rows["project"].tolist(), rows["actor"].tolist(), strict=True):
        mine[actor].add(project)
    for project, actor in zip(model["projects"]["project"].tolist(), model["projects"]["lead"].tolist(), strict=True):
        mine[actor].add(project)
    for actor, projects in mine.items():
        found = explain_part(case, "actor", actor)
        assert {one.project for one in found.projects} == projects
        assert found.kronor == sum(paid(case, project) for project in projects)


def test_what_would_help_is_the_project_that_costs_least(case: Case, model: FundingModel) -> None:
    """Of the part's projects that lack money; what it costs, and what the part gets, by another formulation."""
    for area in model["areas"]["area"].tolist():
        found = explain_part(case, "area", area)
        lacking = [one.project for one in found.projects if one.kronor < one.asked]
        if not lacking:
            assert found.cheapest is None
            continue
        whole = {project: best(model, project, lower=1.0) for project in lacking}
        assert found.cheapest is not None
        assert found.cheapest.projects == (max(whole, key=lambda project: (whole[project], project)),)
        assert near((case.outcome.value or 0) + (found.cheapest.value or 0), max(whole.values()), 1e-5)


def test_a_fund_says_what_it_has_left_and_what_more_gives(case: Case, model: FundingModel) -> None:
    for fund in model["funds"]["fund"].tolist():
        found = explain_part(case, "fund", fund)
        assert found.kronor == sum(payment.kronor for payment in case.outcome.payments if payment.fund == fund)
        used = {year: left == 0 for year, left in found.unused}
        assert sum(kronor for _, kronor in found.budget) == found.kronor + sum(kronor for _, kronor in found.unused)
        values = []
        for year in (year for year in model.years if used[year]):
            rows = model["budgets"]
            amount = rows["amount"].copy()
            here = (rows["fund"] == fund) & (rows["year"] == year)
            if here.any():
                amount[here] += found.step
                richer = model.replace(tables={**model.tables, "budgets": rows.replace(amount=amount)})
                values.append(best(richer, model["projects"]["project"].tolist()[0]) - (case.outcome.value or 0))
        gains = [value for value in values if value > 0.01]
        assert (found.more is None) == (not gains)
        if found.more is not None:
            assert found.more.value == pytest.approx(max(gains), abs=0.02)


def test_insisting_costs_what_another_formulation_says(case: Case, model: FundingModel) -> None:
    found = insist(case, ["natur"])
    assert found.value == pytest.approx(best(model, "natur", lower=1.0) - (case.outcome.value or 0), abs=0.01)
    changes = {move.project: move.after - move.before for move in found.moves}
    assert changes == {"resecentrum": -160_000, "natur": 150_000, "kompetens": -40_001}
    assert [move.project for move in found.own] == ["natur"]
    assert {move.project for move in found.less} == {"resecentrum", "kompetens"}
    assert found.out == found.more == ()
    assert sum(after - before for _, before, after in found.funds) == sum(changes.values())


def test_insisting_on_what_is_funded_already_changes_nothing(case: Case) -> None:
    found = insist(case, ["kompetens", "resecentrum", "kompetens"])
    assert found.projects == ("kompetens", "resecentrum")
    assert (found.value, found.moves, found.funds) == (0.0, (), ())
    said = run(SMALL, "--insist", "kompetens", "--insist", "resecentrum").output
    assert "Förslaget finansierar det redan helt." in said


def test_insisting_on_more_than_there_is_money_for_names_what_forbids_it(case: Case, model: FundingModel) -> None:
    every = model["projects"]["project"].tolist()
    found = insist(case, every)
    assert found.value is None
    assert found.rules
    assert all(rule[0] in {"budget", "rate", "cap", "area_cap", "diversification"} for rule in found.rules)
    said = run(SMALL, *(part for project in every for part in ("--insist", project)))
    assert "Det går inte. Det som hindrar är att pengarna från" in said.output


def test_what_cannot_be_funded_is_said_before_anything_is_solved(model: FundingModel) -> None:
    rows = model["projects"]
    status = rows["status"].copy()
    status[rows["project"] == "natur"] = "ordinary"
    own = model.replace(tables={**model.tables, "projects": rows.replace(status=status)})
    found = insist(Case(solve(own)), ["natur"])
    assert found.barred == (("natur", "ordinary"),)
    assert not found.status


@pytest.mark.parametrize("asked", ["Hällefors", "hallefors", "HÄLLEFORS", " hällefors "])
def test_names_are_found_however_they_are_written(asked: str) -> None:
    assert named(load(ROOT / "models" / "lansportfolj-exempel"), "municipalities", asked) == "hallefors"


def test_a_name_that_several_have_asks_for_the_id(model: FundingModel) -> None:
    rows = model["projects"]
    name = rows["name"].copy()
    name[:] = "Samma namn"
    own = model.replace(tables={**model.tables, "projects": rows.replace(name=name)})
    with pytest.raises(UsageError, match=r"several are called 'samma namn': write one of the ids .*natur"):
        named(own, "projects", "samma namn")
    assert folded("Å  ä Ö") == "a a o"


@pytest.mark.parametrize(
    ("option", "asked", "message"),
    [
        ("--municipality", "kumla", "litet-exempel has no municipality 'kumla'. It has none."),
        ("--area", "x", "litet-exempel has no area 'x'. It has konkurrenskraft, livskvalitet."),
        ("--actor", "zzz", "litet-exempel has no actor 'zzz'. It has "),
        ("--fund", "egan", "litet-exempel has no fund 'egan'. Did you mean 'egna' (Regionens egna medel)?"),
        ("--insist", "nature", "litet-exempel has no project 'nature'. Did you mean 'natur' (Tillgänglig natur)?"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_named(option: str, asked: str, message: str) -> None:
    found = run(SMALL, option, asked)
    assert isinstance(found.exception, UsageError)
    assert message in str(found.exception)


def test_two_questions_are_one_too_many() -> None:
    found = run(SMALL, "--area", "livskvalitet", "--insist", "natur")
    assert str(found.exception) == "--area and --insist are different explanations: ask for one at a time."


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize(
    ("option", "asked", "said"),
    [
        ("--area", "livskvalitet", ("av alla kronor: plats", "of all kronor: number")),
        ("--actor", "kumla kommun", ("Projekten som", "The projects in which")),
        ("--fund", "egna", ("av alla kronor: plats", "of all kronor: number")),
    ],
)
def test_every_part_is_said_in_both_languages(option: str, asked: str, said: tuple[str, str], lang: str) -> None:
    found = run(SMALL, option, asked, "--lang", lang)
    assert found.return_value == 0, found.exception
    assert said[lang == "en"] in found.output
    assert "None" not in found.output
    document: Any = json.loads(run(SMALL, option, asked, "--json").output)
    assert document["part"]["kind"] == option.removeprefix("--")
    assert next(one["heading"] for one in document["sentences"]) == "Läget"


def test_a_municipality_is_said_in_both_languages(places: Case) -> None:
    told = PartExplained(places.model, None, explain_part(places, "municipality", "kumla"))
    first = "Till Kumla går 640\xa0000 kr, 29 kr per invånare. I alla kommuner tillsammans är det 7 kr per invånare;"
    assert told.sentences()[0].replace("\xa0", " ").startswith(first.replace("\xa0", " "))
    assert told.sentences("en")[0].startswith("Kumla gets SEK")
    nowhere = PartExplained(places.model, None, explain_part(places, "municipality", "ljusnarsberg"))
    assert nowhere.sentences()[-1] == "Inget projekt når kommunen."
    assert nowhere.frame("part")[["kronor", "rank", "size"]].to_numpy().tolist() == [[0, 3, 3]]


def test_a_scenario_is_named_with_what_it_changes_above_every_explanation() -> None:
    scenario = ROOT / "scenarios" / "orebro-rus-2026-2028" / "minskade-1-1-medel.toml"
    head, *lines = run(DECISION, "-s", scenario, "--fund", "rol-1-1").output.splitlines()
    assert head.startswith("Scenario: 1:1-medlen minskar")
    assert "(minskade-1-1-medel)" in head
    question, *changes = lines
    assert question == "Hur stor del av genomförandet ryms om 1:1-medlen minskar?"
    assert "→" in changes[0]
    english = run(DECISION, "-s", scenario, "--prices", "--lang", "en").output
    assert "→ SEK" in english.splitlines()[2]
