"""The ranked list, its line and its departures; causes hold up when the rule is taken from the second opinion."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from build import build
from engine import value_of
from explained import best, divisible, first_value, near
from random_models import random_model

from rus_funding.engine.engine import solve
from rus_funding.engine.plan import Outcome
from rus_funding.errors import UsageError
from rus_funding.explanations import Case, rank_projects, summary, summary_sentences
from rus_funding.explanations.causes import causes
from rus_funding.explanations.project_prices import Prices
from rus_funding.explanations.ranking import ranked
from rus_funding.explanations.sentences import Words
from rus_funding.explanations.sentences_ranking import departure_sentences, line_sentences
from rus_funding.model.reading import read_model

ROOT = Path(__file__).parent.parent
SHIPPED = ("litet-exempel", "orebro-rus-2026-2028", "lansportfolj-exempel")


@cache
def shipped(name: str) -> Case:
    return Case(solve(divisible(read_model(ROOT / "models" / name))))


@cache
def drawn(seed: int) -> Case | None:
    model = first_value(random_model(seed))
    outcome = solve(model) if model is not None else None
    return Case(outcome) if outcome is not None and outcome.status == "optimal" else None


def cases(seeds: range) -> list[Case]:
    return [case for case in map(drawn, seeds) if case is not None]


@pytest.mark.parametrize("name", SHIPPED)
def test_the_line_falls_where_the_money_is_spent(name: str) -> None:
    check_line(shipped(name))


def test_so_it_does_in_random_models() -> None:
    found = cases(range(50))
    assert len(found) > 25
    for case in found:
        check_line(case)


def check_line(case: Case) -> None:
    """The list made again from the tables and the plan, in exact arithmetic."""
    listed = ranked(case)
    left = Fraction(sum(payment.kronor for payment in case.outcome.payments))
    assert listed.money == left
    worth = [row.points / row.cost if row.cost else math.inf for row in listed.rows if row.cost or row.points > 0]
    assert worth == sorted(worth, reverse=True)
    assert {row.project for row in listed.rows} | {project for project, _ in listed.outside} == set(case.projects)
    departing = set()
    for row in listed.rows:
        given = min(left, Fraction(row.cost))
        left -= given
        share = Fraction(1) if given == row.cost else given / row.cost
        assert abs(row.expected - share) < 1e-12
        plan = case.projects[row.project]
        if (share == 1) != (plan.status == "funded") or (share == 0) != (plan.status == "not"):
            departing.add(row.project)
    assert {one.row.project for one in listed.departures} == departing


def test_what_is_outside_the_list_has_its_reason() -> None:
    model = build(
        actors=[{"actor": "a"}, {"actor": "b"}],
        policy={"min_partners": 2},
        categories=[{"category": "costs"}, {"category": "gift", "form": "in_kind"}],
        projects=[{"project": p, "lead": "a", "status": s} for p, s in
                  (("alone", "candidate"), ("daily", "ordinary"), ("out", "candidate"), ("unpaid", "candidate"),
                   ("good", "candidate"))],
        participations=[{"project": p, "actor": "b", "role": "partner"} for p in ("daily", "out", "unpaid", "good")],
        costs={"alone": 5, "daily": 5, "out": 5, ("unpaid", "gift"): 5, "good": 5},
        budgets={"f": 100},
        excluded=["out"],
    )  # fmt: skip
    listed = ranked(solve(model))
    assert dict(listed.outside) == {
        "alone": "few_partners", "daily": "ordinary", "out": "excluded", "unpaid": "no_fund",
    }  # fmt: skip
    assert [row.project for row in listed.rows] == ["good"]


@pytest.mark.parametrize("name", SHIPPED)
def test_prices_of_a_project_add_up(name: str) -> None:
    """Points less prices is the reduced cost: none for what is funded in part, a gain or a loss for the others."""
    case = shipped(name)
    if case.ground.has_binaries:
        duals = case.ground.chosen
        assert near(duals.value, case.ground.base.value)
    prices = Prices(case.ground, case.ground.chosen)
    whole = {label[1] for label in case.ground.labels if label[0] in {"indivisible", "viability_max"}}
    for project, result in case.projects.items():
        if project in case.barred or project in case.held or project in whole:
            continue
        priced = prices.of(project)
        assert priced is not None
        small = 1e-5 * max(1.0, priced.points)
        if result.status == "funded":
            assert priced.net > -small
        elif result.status == "not":
            assert priced.net < small


@pytest.mark.parametrize("part", range(5))
def test_a_cause_is_a_cause(part: int) -> None:
    """Without the rule every best plan of the program has another share, and all the way where it settles."""
    tried = 0
    for case in cases(range(part, 50, 5)):
        for one in ranked(case).departures[:3]:
            project, now = one.row.project, case.scales[one.row.project]
            for cause in (causes(case, project, up=not one.more) or ())[:2]:
                tried += 1
                free = best(case.model, project, cause.rules)
                kept = (0.0, now) if not one.more else (now, 1.0)
                assert not best(case.model, project, cause.rules, *kept) >= free - 1e-9 * max(1, abs(free))
                at = best(case.model, project, cause.rules, cause.share - 1e-6, cause.share + 1e-6)
                assert near(at, free, 1e-5)
                if cause.settles:
                    short = (0.0, 0.99) if not one.more else (0.01, 1.0)
                    assert not best(case.model, project, cause.rules, *short) >= free - 1e-9 * max(1, abs(free))
    assert tried


def test_causes_of_the_large_example_hold_in_the_changed_model() -> None:
    """A floor, a cap, a target and a requirement taken out of the tables, and the model solved anew."""
    case = shipped("lansportfolj-exempel")
    model = case.model
    areas = model["areas"]
    at = {area: i for i, area in enumerate(areas["area"].tolist())}

    def share(project: str, column: str, area: str, value: float) -> float:
        changed = areas[column].astype(float).copy()
        changed[at[area]] = value
        outcome = solve(model.replace(tables={**model.tables, "areas": areas.replace(**{column: changed})}))
        return float(next(r.share for r in outcome.projects if r.project == project))

    seen = 0
    for one in rank_projects(case, most=4, first=True).departures:
        for cause in one.causes or ():
            if cause.settles and len(cause.rules) == 1 and cause.rules[0][0] in {"area_floor", "area_cap", "beyond"}:
                kind, area = cause.rules[0]
                column, value = {"area_floor": ("floor_share", 0.0), "area_cap": ("cap_share", 1.0)}.get(
                    kind, ("beyond", 1.0)
                )
                found = share(one.row.project, column, area, value)
                assert found < 0.01 if one.more else found > 0.99
                seen += 1
    assert seen >= 5


def test_the_loss_of_following_the_list_is_that_of_the_changed_model() -> None:
    case = shipped("lansportfolj-exempel")
    model = case.model
    checked = 0
    for one in rank_projects(case, explained=6, most=1, first=True).departures[:6]:
        if one.loss is None or one.row.expected not in (0.0, 1.0):
            continue
        held = {"required": (*model.required, one.row.project)}
        held = {"excluded": (*model.excluded, one.row.project)} if one.more else held
        optimum = solve(model.replace(**held)).optimum
        assert optimum is not None
        assert case.outcome.optimum is not None
        assert near(one.loss, case.outcome.optimum - optimum, 1e-5)
        checked += 1
    assert checked >= 4


def test_the_list_says_what_the_plan_is_worth() -> None:
    """The value that losses are taken from is the plan's."""
    case = shipped("litet-exempel")
    shares = {project: float(result.share) for project, result in case.projects.items()}
    assert near(value_of(case.model, shares), case.ground.base.value)


def test_without_a_plan_nothing_is_explained() -> None:
    model = build(budgets={"f": 1}, costs={"p": 5}, required=["p"])
    outcome = solve(model)
    assert outcome.status == "infeasible"
    with pytest.raises(UsageError, match="no plan to explain"):
        rank_projects(outcome)
    with pytest.raises(UsageError, match="no plan to explain"):
        summary(Outcome(model, "error", message="not certified"))


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_sentences_of_the_list(lang: str) -> None:
    golden = ROOT / "tests" / "golden" / f"explain-list-{lang}.txt"
    case = shipped("lansportfolj-exempel")
    words = Words(case.model, lang)
    listed = rank_projects(case, explained=5, most=4, first=True)
    lines = line_sentences(listed, words)
    lines += [" ".join(departure_sentences(one, words)) for one in listed.departures[:5]]
    assert "\n".join(lines) + "\n" == golden.read_text(encoding="utf-8")


def test_a_summary_fits_a_page() -> None:
    case = shipped("lansportfolj-exempel")
    found = summary(case.outcome)
    assert 3 <= found.departures <= 6
    assert found.rejected is not None
    assert found.needs is not None
    assert found.needs.total >= found.needs.least - 1e-3
    assert len(found.certainty.projects) == len(case.projects)
    assert not found.certainty.of("open")
    for lang in ("sv", "en"):
        paragraphs = summary_sentences(found, case.model, lang)
        assert len(paragraphs) == found.departures + 3
        assert all(paragraph.endswith(".") for paragraph in paragraphs)


@pytest.mark.parametrize("seed", range(0, 50, 3))
def test_a_summary_of_any_model(seed: int) -> None:
    case = drawn(seed)
    if case is None:
        return
    found = summary(case)
    for lang in ("sv", "en"):
        assert all("{" not in paragraph for paragraph in summary_sentences(found, case.model, lang))
