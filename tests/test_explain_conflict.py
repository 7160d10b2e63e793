"""Conflicts of rules: hand-solved ones of every kind, random ones, and the shipped models made infeasible.

What is claimed is checked by changing the model and solving it anew: no rule of a conflict can be left out, each way
out leads to a plan, and no number in it can do with one step less.
"""

from __future__ import annotations

import dataclasses
import random
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from build import build
from explained import divisible
from random_models import random_model

from rus_funding.engine.engine import solve
from rus_funding.errors import InvalidInput
from rus_funding.explanations.changes import POINT, dial, dial_of, standing, with_number, without
from rus_funding.explanations.conflict import conflict, refused
from rus_funding.explanations.conflict_words import conflict_report, in_short, rule_sentence
from rus_funding.explanations.elastic_rules import Elastic
from rus_funding.explanations.rule_names import SOMETHING
from rus_funding.model.amounts import exact
from rus_funding.model.reading import read_model
from rus_funding.model.rows import Rows
from rus_funding.model.validation import validate
from rus_funding.runs.batch.task import Job
from rus_funding.scenarios import prepare, read_scenarios
from rus_funding.second_opinion import Facts

if TYPE_CHECKING:
    from rus_funding.explanations.conflict import Conflict
    from rus_funding.explanations.rule_names import Name
    from rus_funding.explanations.ways_out import Change, Repair
    from rus_funding.model.model import FundingModel

ROOT = Path(__file__).parent.parent
PLENTY = 10**9
INFEASIBLE = (
    *(35, 44, 45, 47, 53, 60, 83, 92, 114, 122, 124, 141, 161, 165),
    *(169, 170, 172, 180, 194, 216, 217, 219, 231, 246, 266, 292, 293),
)
MONEY: dict[str, Any] = {"budgets": {"grant": 100}, "costs": {"p": 50, "q": 60}}
DECIDED = {"project": "p", "fund": "grant", "year": 2026, "amount": 40, "kind": "decided"}

# what is built, the rules in conflict, and the cheapest way out: (rule, its number then), or the rule dropped
CASES: dict[str, tuple[FundingModel, set[Name], Any]] = {
    "budget": (
        build(**MONEY, required=["p", "q"]),
        {("required", "p"), ("required", "q"), ("budget", "grant", "2026")},
        (("budget", "grant", "2026"), 110),
    ),
    "no budget": (
        build(budgets={"grant": {2027: 9}}, costs={"p": 50}, years=[2026, 2027], required=["p"]),
        {("required", "p"), ("budget", "grant", "2026")},
        (("budget", "grant", "2026"), 50),
    ),
    "rate": (
        build(**MONEY, required=["p"], funds=[{"fund": "grant", "max_rate": 0.5}]),
        {("required", "p"), ("rate", "grant")},
        (("rate", "grant"), 1),
    ),
    "cap": (
        build(**MONEY, required=["p"], funds=[{"fund": "grant", "max_per_project": 45}]),
        {("required", "p"), ("cap", "grant")},
        (("cap", "grant"), 50),
    ),
    "group_max": (
        build(**MONEY, required=["p"], rate_limits=[{"limit": "public", "by": "sector", "value": "public",
                                                     "max_rate": 0.9}]),
        {("required", "p"), ("group_max", "public")},
        (("group_max", "public"), 1),
    ),
    "group_min": (
        build(**MONEY, required=["p"], funds=[{"fund": "grant"}, {"fund": "fee", "sector": "private"}],
              rate_limits=[{"limit": "own", "by": "sector", "value": "private", "min_rate": 0.2}]),
        {("required", "p"), ("group_min", "own"), ("budget", "fee", "2026")},
        (("budget", "fee", "2026"), 10),
    ),
    "authorisation": (
        build(**MONEY, commitments=[DECIDED], authorisations=[{"fund": "grant", "year": 2025, "amount": 10}]),
        {("commitment", "p", "grant", "2026", "decided"), ("authorisation", "grant", "2025")},
        (("commitment", "p", "grant", "2026", "decided"), 10),
    ),
    "commitment above its cost": (
        build(**MONEY, commitments=[{**DECIDED, "amount": 70}]),
        {("commitment", "p", "grant", "2026", "decided")},
        (("commitment", "p", "grant", "2026", "decided"), 50),
    ),
    "commitment that may not be": (
        build(**MONEY, commitments=[{**DECIDED, "kind": "paid"}],
              eligibility=[{"fund": "grant", "by": "project", "value": "q"}]),
        {("commitment", "p", "grant", "2026", "paid")},
        (("commitment", "p", "grant", "2026", "paid"), 0),
    ),
    "diversification": (
        build(**MONEY, required=["p"], funds=[{"fund": "grant", "max_share": 0.5}]),
        {("required", "p"), ("diversification", "grant")},
        (("diversification", "grant"), 1),
    ),
    "area_floor": (
        build(budgets={"grant": 100}, costs={"p": 60, "q": 40}, required=["p"],
              areas=[{"area": "a"}, {"area": "b", "floor_share": 0.5}], contributions={"p": "a", "q": "b"}),
        {("required", "p"), ("area_floor", "b")},
        (("area_floor", "b"), Fraction(2, 5)),
    ),
    "area_cap": (
        build(**MONEY, required=["p"], areas=[{"area": "a", "cap_share": 0.4}, {"area": "b"}],
              contributions={"p": "a", "q": "b"}),
        {("required", "p"), ("area_cap", "a")},
        (("area_cap", "a"), Fraction(1, 2)),
    ),
    "municipality_floor": (
        build(budgets={"grant": 100}, costs={"p": 60, "q": 40}, required=["p"], policy={"municipality_floor": 1.0},
              municipalities=[{"municipality": "m", "population": 10}, {"municipality": "n", "population": 10}],
              reach=[{"project": "p", "municipality": "m", "share": 1.0},
                     {"project": "q", "municipality": "n", "share": 1.0}]),
        {("required", "p"), ("municipality_floor",)},
        (("municipality_floor",), Fraction(4, 5)),
    ),
    "perspective": (
        build(budgets={"grant": 100}, costs={"p": 60, "q": 40}, required=["p"],
              perspectives=[{"perspective": "green", "floor_share": 0.5}],
              markings=[{"project": "q", "perspective": "green", "share": 1.0, "basis": "plan"},
                        {"project": "p", "perspective": "green", "share": 1.0}]),
        {("required", "p"), ("perspective", "green")},
        (("perspective", "green"), Fraction(2, 5)),
    ),
    "participation": (
        build(**MONEY, actors=[{"actor": "lead"}, {"actor": "x", "min_projects": 1}]),
        {("participation", "x")},
        (("participation", "x"), 0),
    ),
    "ordinary": (
        build(**MONEY, required=["p"], projects=[{"project": "p", "status": "ordinary"}, {"project": "q"}]),
        {("required", "p"), ("ordinary", "p")},
        ("required", "p"),
    ),
    "excluded": (
        build(**MONEY, required=["p"], excluded=["p"]),
        {("required", "p"), ("excluded", "p")},
        ("excluded", "p"),
    ),
    "partnership": (
        build(**MONEY, policy={"min_partners": 2},
              projects=[{"project": "p", "status": "committed"}, {"project": "q"}]),
        {("committed", "p"), ("partnership", "p")},
        ("committed", "p"),
    ),
    "requires": (
        build(**MONEY, required=["p"], excluded=["q"],
              dependencies=[{"project": "p", "kind": "requires", "other": "q"}]),
        {("required", "p"), ("requires", "p", "q"), ("excluded", "q")},
        ("required", "p"),
    ),
    "excludes": (
        build(budgets={"grant": 200}, costs={"p": 50, "q": 60}, required=["p", "q"],
              dependencies=[{"project": "p", "kind": "excludes", "other": "q"}]),
        {("required", "p"), ("required", "q"), ("excludes", "p", "q")},
        ("excludes", "p", "q"),
    ),
    "indivisible": (
        build(budgets={"grant": 50}, costs={"p": 60},
              actors=[{"actor": "lead"}, {"actor": "x", "min_projects": 0}], commitments=[DECIDED],
              projects=[{"project": "p", "indivisible": True}]),
        {("commitment", "p", "grant", "2026", "decided"), ("indivisible", "p"), ("budget", "grant", "2026")},
        (("budget", "grant", "2026"), 60),
    ),
    "min_share": (
        build(budgets={"grant": 50}, costs={"p": 60}, commitments=[DECIDED],
              projects=[{"project": "p", "min_share": 0.9}]),
        {("commitment", "p", "grant", "2026", "decided"), ("min_share", "p"), ("budget", "grant", "2026")},
        (("budget", "grant", "2026"), 54),
    ),
    "the policy's least share": (
        build(budgets={"grant": 50}, costs={"p": 60}, commitments=[DECIDED], policy={"min_share": 0.9}),
        {("commitment", "p", "grant", "2026", "decided"), ("min_share", "p"), ("budget", "grant", "2026")},
        (("budget", "grant", "2026"), 54),
    ),
    "the policy's whole projects": (
        build(budgets={"grant": 50}, costs={"p": 60}, commitments=[DECIDED], policy={"min_share": 1}),
        {("commitment", "p", "grant", "2026", "decided"), ("indivisible", "p"), ("budget", "grant", "2026")},
        (("budget", "grant", "2026"), 60),
    ),
    "least_grant": (  # half of p is 30, own money has no more either: 40 from the grant or nothing
        build(budgets={"grant": 100, "own": 30}, costs={"p": 60}, required=["p"],
              funds=[{"fund": "grant", "max_rate": 0.5, "min_per_project": 40}, {"fund": "own"}]),
        {("required", "p"), ("budget", "own", "2026"), ("least_grant", "grant"), ("rate", "grant")},
        (("least_grant", "grant"), 30),
    ),
    "the policy's least grant": (  # the grant cannot pay 55 of it all, and the match must not pay all
        build(budgets={"grant": 50, "match": 30}, costs={"p": 70, "q": 70}, required=["p"], policy={"min_grant": 35},
              funds=[{"fund": "grant"}, {"fund": "match"}]),
        {("required", "p"), ("budget", "grant", "2026"), ("budget", "match", "2026"), ("least_grant", "match")},
        (("budget", "match", "2026"), 35),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_conflict_of_every_kind_by_hand(case: str) -> None:
    model, rules, cheapest = CASES[case]
    found = conflict(model)
    assert found is not None
    assert set(found.rules) == rules
    assert found.smallest
    first = found.repairs[0].changes
    if isinstance(cheapest[0], tuple):
        assert [(change.rule, change.new) for change in first] == [cheapest]
    else:
        ways = [change.rule for repair in found.repairs if len(repair.changes) == 1 for change in repair.changes]
        assert cheapest in ways
    check(model, found)


@pytest.mark.parametrize("seed", INFEASIBLE)
def test_a_conflict_in_a_random_model(seed: int) -> None:
    model = random_model(seed)
    found = conflict(model)
    assert found is not None
    check(model, found)


@pytest.mark.parametrize("seed", range(60))
def test_a_model_has_a_conflict_where_it_has_no_plan(seed: int) -> None:
    model = random_model(seed)
    found, outcome = conflict(model), solve(model)
    assert (found is None or found.nothing) == (outcome.status == "optimal")
    if found is not None and found.nothing:
        assert outcome.funded == 0 or SOMETHING not in found.rules


def shipped() -> dict[str, FundingModel]:
    decision = read_model(ROOT / "models" / "orebro-rus-2026-2028")
    county = divisible(read_model(ROOT / "models" / "lansportfolj-exempel"))
    return {
        "the decision without 120 000 kronor": with_number(decision, ("budget", "rol-fum", "2027"), 266_793).replace(
            required=("rus-genomforande",)
        ),
        "decisions above a budget": with_number(county, ("budget", "rol-1-1", "2027"), 1_400_000),
        "two that exclude each other": county.replace(required=("vatgas", "laddstrak")),
    }


@pytest.mark.parametrize("case", shipped())
def test_a_conflict_in_a_shipped_model(case: str) -> None:
    model = shipped()[case]
    found = conflict(model)
    assert found is not None
    assert found.smallest
    check(model, found)


def check(model: FundingModel, found: Conflict) -> None:
    """Everything a conflict claims, by models changed and solved anew."""
    if not found.nothing:
        assert has_no_plan(model)
        alone = only(model, found.rules)
        assert has_no_plan(alone)
        for rule in found.rules:
            assert not has_no_plan(lifted(alone, rule)), rule
    for repair in found.repairs:
        assert solve(repair.applied(model)).status == "optimal", repair
        for change in repair.changes:
            assert solve(one_less(repair, change).applied(model)).status == "infeasible", change
    money = [r for r in found.repairs if all(dial(c.rule) and dial_of(c.rule).unit == "kr" for c in r.changes)]
    for repair in money:
        assert repair.kronor == sum(abs((c.new or 0) - (c.old or 0)) for c in repair.changes)
    costs = [repair.kronor for repair in found.repairs if repair.kronor is not None]
    assert costs == sorted(costs)
    if found.balance is not None:
        adds_up(model, found)


def has_no_plan(model: FundingModel) -> bool:
    status = solve(model).status
    assert status in {"optimal", "infeasible"}
    return status == "infeasible"


def only(model: FundingModel, rules: tuple[Name, ...]) -> FundingModel:
    """The model with every rule that is not in `rules` dropped; budgets that are not are plentiful."""
    barred = any(name[0] == "partnership" for name in rules)  # one number for all projects
    for name in Elastic(model).rules:
        if name not in rules and not (barred and name[0] == "partnership"):
            model = lifted(model, name)
    return model


def lifted(model: FundingModel, rule: Name) -> FundingModel:
    if rule[0] == "budget":
        return with_number(model, rule, PLENTY)
    if rule[0] == "partnership":
        return model.replace(policy=dataclasses.replace(model.policy, min_partners=0))
    if rule[0] == "rate":  # a rate of 1 is still a rate where its base is less than the costs
        rows = model["funds"]
        base = rows["rate_base"].copy()
        base[np.flatnonzero(rows["fund"] == rule[1])] = "eligible"
        model = model.replace(tables={**model.tables, "funds": rows.replace(rate_base=base)})
    return without(model, rule)


def one_less(repair: Repair, change: Change) -> Repair:
    """The repair with one change a step nearer to what it was; without it where it is no number."""
    rest = tuple(other for other in repair.changes if other != change)
    if change.new is None or change.old is None or change.rule[0] == "partnership":
        return dataclasses.replace(repair, changes=rest)
    step = dial_of(change.rule).step
    nearer = change.new - step if change.new > change.old else change.new + step
    if (nearer - change.old) * (change.new - change.old) <= 0:
        return dataclasses.replace(repair, changes=rest)
    return dataclasses.replace(repair, changes=(*rest, dataclasses.replace(change, new=nearer)))


def adds_up(model: FundingModel, found: Conflict) -> None:
    """The sum, from the tables alone."""
    facts, balance = Facts(model), found.balance
    assert balance is not None
    for item in balance.needs:
        kind, *ids = item.label
        if kind == "cost":
            assert item.kronor <= cost(facts, ids[0], int(ids[1]))
        elif kind == "commitment":
            assert item.kronor == standing(model, item.label)
        else:
            rate = exact(float(facts_limit(model, ids[0])["min_rate"]))
            assert Fraction(item.kronor - 1) < rate * cost(facts, ids[1]) <= item.kronor
    for item in balance.limits:
        kind, *ids = item.label
        if kind in {"budget", "authorisation", "commitment"}:
            assert item.kronor == standing(model, item.label)
        elif kind == "cap":
            assert item.kronor == standing(model, ("cap", ids[1]))
        elif kind == "rate":
            rate = standing(model, ("rate", ids[1]))
            year = None if ids[2] == "total" else int(ids[2])
            assert item.kronor <= rate * cost(facts, ids[0], year)
    assert balance.short == sum(i.kronor for i in balance.needs) - sum(i.kronor for i in balance.limits) > 0
    least = [repair.kronor for repair in found.repairs if repair.kronor is not None]
    if least and len(found.repairs[0].changes) == 1:
        assert balance.short <= least[0] + 1  # other conflicts may cost more; a rate's half krona rounds down


def cost(facts: Facts, project: str, year: int | None = None) -> int:
    return sum(amount for (p, _, t), amount in facts.cost.items() if p == project and year in {None, t})


def facts_limit(model: FundingModel, limit: str) -> dict[str, Any]:
    rows = model["rate_limits"]
    at = rows["limit"].tolist().index(limit)
    return {column: rows[column][at] for column in rows.columns}


def test_the_order_of_rows_decides_nothing() -> None:
    for seed in (19, 76, 298):
        model, rng = random_model(seed), random.Random(seed)
        tables = {}
        for name, rows in model.tables.items():
            order = rng.sample(range(rows.size), rows.size)
            tables[name] = Rows({column: rows[column][order] for column in rows.columns})
        assert conflict(model.replace(tables=tables)) == conflict(model)


def test_rules_that_leave_room_only_for_nothing() -> None:
    floors = build(
        **MONEY, areas=[{"area": "a", "floor_share": 0.7}, {"area": "b", "floor_share": 0.5}],
        contributions={"p": "a", "q": "b"},
    )  # fmt: skip
    found = conflict(floors)
    assert found is not None
    assert found.nothing
    assert set(found.rules) == {SOMETHING, ("area_floor", "a"), ("area_floor", "b")}
    assert found.repairs[0].changes[0].new == Fraction(1, 2)
    assert solve(found.repairs[0].applied(floors)).funded > 0
    nearer = with_number(floors, ("area_floor", "a"), Fraction(1, 2) + POINT)
    assert solve(nearer).funded == 0
    unreached = build(**MONEY, areas=[{"area": "a"}, {"area": "b", "floor_share": 0.2}])
    text = " ".join(line for _, lines in conflict_report(unreached, "sv") for line in lines)
    assert "Inget projekt som kan finansieras räknas till området b." in text
    assert "Väg ut: sänk golvet för området b från 20" in text


def test_a_model_with_a_plan_has_no_conflict() -> None:
    model = read_model(ROOT / "models" / "orebro-rus-2026-2028")
    assert conflict(model) is None
    assert in_short(model) == {}
    assert conflict_report(model, "en") == [
        ("Do the rules go together?", ["The rules go together: there is a plan that keeps them all."])
    ]


LEAST = """\
Ingen plan kan hålla dessa 4 regler på en gång:
• Projektet p krävs i scenariot och ska genomföras helt; det kostar 60 kr.
• Budgeten för own är 30 kr 2026.
• grant betalar minst 40 kr till ett projekt eller inget.
• grant betalar högst 50 % av de kostnader som källan får betala, varje år.
Tas en av dem bort går de övriga ihop, och inga färre regler står i strid med varandra.
Billigaste vägen ut (10 kr): sänk det minsta bidraget per projekt från grant med 10 kr, till 30 kr.
Annan väg (motsvarar 10 kr): höj satsen för grant från 50 % till 66,67 %, om källans villkor medger det.
Annan väg (30 kr): höj budgeten för own 2026 med 30 kr, från 30 kr till 60 kr.
Väg utan mer pengar: ta bort kravet i scenariot på p.
Beloppen är de minsta som räcker: med en krona mindre (eller en hundradels procentenhet) finns fortfarande ingen plan.
"""


def test_a_least_grant_in_conflict_read_aloud() -> None:
    model = CASES["least_grant"][0]
    text = "".join(f"{line}\n" for _, lines in conflict_report(model, "sv") for line in lines)
    assert text.replace("\u00a0", " ") == LEAST  # p is divisible: no word of carrying it out in part
    text = in_short(model)["en"].replace("\u00a0", " ")
    assert "grant pays a project at least SEK 40 or nothing." in text
    assert "lower the least grant of grant to one project by SEK 10, to SEK 30" in text


def test_what_the_policy_asks_of_all_projects_is_dropped_for_one() -> None:
    for share, name in ((0.9, ("min_share", "p")), (1.0, ("indivisible", "p"))):
        model = build(budgets={"grant": 50}, costs={"p": 60, "q": 60}, policy={"min_share": share})
        found = conflict(model)
        assert found is not None
        assert found.nothing
        assert solve(without(model, name)).funded == 50
        said = {0.9: "p is carried out to at least 90% or not at all.", 1.0: "p is carried out in full or not at all."}
        assert rule_sentence(model, name, "en") == said[share]


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_rule_can_be_said(lang: str) -> None:
    for model, _, _ in CASES.values():
        for name in Elastic(model, something=True).rules:
            assert rule_sentence(model, name, lang).endswith(".")
        for _, lines in conflict_report(model, lang):
            assert lines


SAID = """\
Ingen plan kan hålla dessa 3 regler på en gång:
• Region Örebro län: 1:1-medel har beslutat om minst 700 000 kr till Forskarbryggan: universitetet möter \
småföretag 2027.
• Region Örebro län: 1:1-medel har beslutat om minst 850 000 kr till Från strategi till lokal mat på tallriken 2027.
• Budgeten för Region Örebro län: 1:1-medel är 1 400 000 kr 2027.
Tas en av dem bort går de övriga ihop, och inga färre regler står i strid med varandra.
Att betala: Region Örebro län: 1:1-medel till Forskarbryggan: universitetet möter småföretag 2027 enligt beslut, \
700 000 kr och Region Örebro län: 1:1-medel till Från strategi till lokal mat på tallriken 2027 enligt beslut, \
850 000 kr.
Det får betalas med högst: Region Örebro län: 1:1-medel 2027, 1 400 000 kr.
Det fattas 150 000 kr.
Billigaste vägen ut (150 000 kr): höj budgeten för Region Örebro län: 1:1-medel 2027 med 150 000 kr, \
från 1 400 000 kr till 1 550 000 kr.
Annan väg (150 000 kr): sänk beslutet från Region Örebro län: 1:1-medel till Forskarbryggan: universitetet möter \
småföretag 2027 med 150 000 kr, till 550 000 kr.
Annan väg (150 000 kr): sänk beslutet från Region Örebro län: 1:1-medel till Från strategi till lokal mat på tallriken \
2027 med 150 000 kr, till 700 000 kr.
Beloppen är de minsta som räcker: med en krona mindre (eller en hundradels procentenhet) finns fortfarande ingen plan.
"""


def test_a_conflict_read_aloud() -> None:
    sections = conflict_report(shipped()["decisions above a budget"], "sv")
    text = "".join(f"{line}\n" for _, lines in sections for line in lines)
    assert text.replace("\u00a0", " ") == SAID


def test_a_conflict_read_aloud_in_english() -> None:
    text = in_short(shipped()["two that exclude each other"])["en"]
    assert text.startswith("No plan can keep these 3 rules together: The project Laddstråk för tung trafik is required")
    assert "Vätgaskluster för tunga transporter och" not in text
    assert "exclude each other. A way without more money: drop the condition that" in text


def test_a_second_contradiction_is_announced() -> None:
    model = build(
        budgets={"grant": {2026: 40, 2027: 30}, "own": {2026: 0, 2027: 0}},
        costs={"p": {2026: 50, 2027: 50}},
        years=[2026, 2027],
        required=["p"],
    )
    found = conflict(model)
    assert found is not None
    assert found.more
    assert found.balance is not None
    assert (found.balance.short, found.repairs[0].kronor) == (10, 30)
    assert [[change.rule[1] for change in repair.changes] for repair in found.repairs[:2]] in (
        [["grant", "grant"], ["own", "own"]],
        [["own", "own"], ["grant", "grant"]],
    )
    assert "Det finns fler motsättningar än denna." in " ".join(conflict_report(model, "sv")[0][1])
    check(model, found)
    mended = with_number(model, ("budget", "grant", "2027"), 50)
    assert (again := conflict(mended)) is not None
    assert not again.more


# --- models that validation refuses, runs


def test_a_model_that_validation_refuses_is_explained(tmp_path: Path) -> None:
    county = divisible(read_model(ROOT / "models" / "lansportfolj-exempel"))
    file = tmp_path / "drift.toml"
    file.write_text('title = "t"\nrequire = ["kansli"]\n', encoding="utf-8")
    (scenario,) = read_scenarios(file)
    with pytest.raises(InvalidInput) as error:
        prepare(county, scenario).apply()
    model = refused(error.value)
    assert model is not None
    found = conflict(model)
    assert found is not None
    assert set(found.rules) == {("required", "kansli"), ("ordinary", "kansli")}
    (record,) = [Job(county, [scenario])()(1)]
    row = " ".join(str(cell) for cell in record.tables["scenarios"][0])
    assert "infeasible" in row
    assert "is ordinary operations and is never funded" in row


def test_a_model_with_other_faults_is_not_explained() -> None:
    model = build(**MONEY, required=["nowhere"])
    error = InvalidInput(validate(model), model=model)
    assert refused(error) is None
    assert refused(InvalidInput([])) is None


def test_runs_say_why_a_scenario_has_no_plan(tmp_path: Path) -> None:
    file = tmp_path / "mindre.toml"
    file.write_text(
        'title = "t"\n[[change]]\ntable = "budgets"\nwhere = { fund = "grant" }\nset = { amount = 105 }\n', "utf-8"
    )
    model = build(budgets={"grant": 110}, costs={"p": 50, "q": 60}, required=["p", "q"])
    record = Job(model, read_scenarios(file))()(1)
    row = " ".join(str(cell) for cell in record.tables["scenarios"][0]).replace("\u00a0", " ")
    assert "The budget of grant is SEK 105 in 2026." in row
    assert "The cheapest way out (SEK 5): raise the budget of grant in 2026 by SEK 5, from SEK 105 to SEK 110." in row
