"""Why a plan's projects are not funded in full: proven by solves, found again by the second opinion, kept as data."""

from __future__ import annotations

import json
from contextlib import closing
from functools import cache
from pathlib import Path
from sqlite3 import connect

import pytest
from build import build
from click.testing import CliRunner
from explained import best, first_value, near
from random_models import random_model

import rus_funding
from rus_funding.cli import cli
from rus_funding.engine.engine import solve
from rus_funding.engine.plan import Cause, Outcome
from rus_funding.errors import UsageError
from rus_funding.explanations import Case
from rus_funding.explanations.causes import causes, reasoned, reasons
from rus_funding.explanations.explain import explain
from rus_funding.explanations.sentences import Words
from rus_funding.explanations.sentences_ranking import reason_sentences
from rus_funding.explanations.suspects import others, reliefs, stated
from rus_funding.model.reading import read_model
from rus_funding.papers.pack import Pack

DATA = Path(__file__).parent / "data" / "reasons"
LITTLE = str(Path(__file__).parents[1] / "models" / "litet-exempel")


@cache
def drawn(seed: int) -> Case | None:
    model = first_value(random_model(seed))
    outcome = solve(model) if model is not None else None
    return Case(outcome) if outcome is not None and outcome.standing.proven else None


def cases(seeds: range) -> list[Case]:
    return [case for case in map(drawn, seeds) if case is not None]


@pytest.mark.parametrize("part", range(4))
def test_every_reason_holds_where_the_second_opinion_solves_without_the_rule(part: int) -> None:
    """Every best plan without the rules gives the project more, and all of it where that is said."""
    tried = 0
    for case in cases(range(200 + part, 240, 4)):
        for project, cause in reasons(case).items():
            assert case.projects[project].status in {"not", "partly"}
            assert all(stated(case.model, rule) for rule in cause.rules)
            if not cause.rules:
                continue
            tried += 1
            now = case.scales[project]
            free = best(case.model, project, cause.rules)
            slack = 1e-9 * max(1.0, abs(free))
            assert not best(case.model, project, cause.rules, 0.0, now) >= free - slack
            if cause.settles:
                assert not best(case.model, project, cause.rules, 0.0, 0.985) >= free - slack
            assert near(best(case.model, project, cause.rules, cause.share - 1e-6, cause.share + 1e-6), free, 1e-5)
    assert tried >= 8


def test_no_rule_alone_is_the_reason_where_that_is_said() -> None:
    """Each rule is taken away in the second opinion: a best plan is left that gives the project no more."""
    tried = 0
    for case in cases(range(200, 230)):
        for project, cause in reasons(case).items():
            if cause.rules or tried > 60:
                continue
            now = case.scales[project]
            ready = reliefs(case, project, up=True)
            for relief in [*ready, *others(case, project, tried=ready)]:
                tried += 1
                free = best(case.model, project, [relief.rule])
                kept = best(case.model, project, [relief.rule], 0.0, min(1.0, now + 0.01))
                assert kept >= free - 1e-7 * max(1.0, abs(free)), (case.model.name, project, relief.rule)
    assert tried > 20


@pytest.mark.parametrize(
    ("name", "project", "up", "rule"),
    [
        ("budget", "p0", True, ("budget", "f0")),  # only where other projects are chosen anew
        ("target", "p6", False, ("beyond", "a1")),  # no area of its own
        ("excludes", "p8", False, ("excludes", "p2", "p3")),  # a rule between two others
        ("inget", "resecentrum", True, ("budget", "egna")),  # all or nothing, but there are 6 000 kr in all
    ],
)
def test_a_rule_that_acts_through_others_is_found(name: str, project: str, up: bool, rule: tuple[str, ...]) -> None:
    case = Case(solve(read_model(DATA / name if name != "inget" else DATA.parent / name)))
    found = causes(case, project, up=up)
    assert found
    assert found[0].rules == (rule,)
    assert found[0].settles


def plan() -> Outcome:
    """p gets half of what it asks for: q is worth more for a krona, and f has 100 kr."""
    return solve(build(budgets={"f": 100}, costs={"p": 100, "q": 50}, benefits={"p": 100, "q": 100}))


def test_what_was_not_asked_or_tried_has_no_reason() -> None:
    outcome = plan()
    assert [one["cause"] for one in outcome.as_dict()["projects"]] == [None, None]
    assert reasons(Case(outcome), 0) == {}
    assert causes(Case(outcome), "p", up=True, work=0) is None
    assert reasoned(outcome).as_dict()["projects"][0]["cause"] == [{"rule": "budget", "subject": "f"}]
    assert reasoned(reasoned(outcome)) == reasoned(outcome)


def test_a_reason_is_said_as_explain_says_it() -> None:
    outcome = reasoned(plan())
    for lang in ("sv", "en"):
        said = reason_sentences(outcome.causes or {}, Words(outcome.model, lang))
        assert list(said) == ["p"]
        assert said["p"] in explain(outcome, project="p").sentences(lang)
    none = reason_sentences({"p": Cause((), 0.5, settles=False)}, Words(outcome.model, "sv"))
    assert none == {"p": "Ingen enskild regel förklarar det."}


def test_a_run_keeps_them_as_rules(tmp_path: Path) -> None:
    run = tmp_path / "run.sqlite"
    asked = CliRunner().invoke(cli, ["batch", LITTLE, "-o", str(run), "--workers", "0", "--reasons"])
    assert asked.exit_code == 0, asked.output
    with closing(connect(run)) as connection:
        rows = connection.execute("SELECT project, rule, subject, share, settles FROM causes").fetchall()
    assert rows == [("natur", "budget", "egna", 1.0, 1)]
    for lang, words in (("sv", "räcker inte"), ("en", "does not suffice")):
        with Pack.open(run, lang=lang) as pack:
            assert pack.outcome.causes == {"natur": Cause((("budget", "egna"),), 1.0, settles=True)}
            assert words in pack.reasons["natur"]
    with pytest.raises(UsageError, match="options reasons"):
        rus_funding.batch(LITTLE, [], run, workers=0, resume=True)


def test_papers_work_out_what_the_run_lacks(tmp_path: Path) -> None:
    run = rus_funding.batch(LITTLE, [], tmp_path / "run.sqlite", workers=0)
    assert not run.frame("causes").size
    with Pack.open(run.path) as pack:
        assert pack.outcome.causes is None
        assert list(pack.reasons) == ["natur"]
    (page,) = rus_funding.report(run, tmp_path, formats=["html"]).files.values()
    assert pack.reasons["natur"] in page.read_text(encoding="utf-8").replace("&nbsp;", "\u00a0")


def test_solve_says_them_when_asked() -> None:
    plain = CliRunner().invoke(cli, ["solve", LITTLE, "--json"])
    asked = CliRunner().invoke(cli, ["solve", LITTLE, "--json", "--reasons"])
    assert {one["cause"] is None for one in json.loads(plain.stdout)["projects"]} == {True}
    found = {one["project"]: one["cause"] for one in json.loads(asked.stdout)["projects"]}
    assert found == {"kompetens": None, "resecentrum": None, "natur": [{"rule": "budget", "subject": "egna"}]}
    shown = CliRunner().invoke(cli, ["solve", LITTLE, "--reasons"]).stdout
    assert "Skäl" in shown
    assert "räcker inte" in shown[shown.index("Skäl") :]


def test_a_rule_that_no_model_states_is_no_cause() -> None:
    model = plan().model
    assert stated(model, ("rate", "p", "f"))
    assert stated(model, ("rate", "f"))
    for rule in (("rate", "p"), ("budget", "x"), ("budget",), ("wish", "p"), ("tie", "p")):
        assert not stated(model, rule)
