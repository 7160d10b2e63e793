"""Regret: statements, corners of a polytope, proof against sampling; plans fixed over scenarios against brute force."""

from __future__ import annotations

import dataclasses
import itertools
import json
import random
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from random_models import random_model

from rus_funding.cli import cli
from rus_funding.comparisons import plan_regret, weight_regret
from rus_funding.comparisons.polytope import corners
from rus_funding.comparisons.regret_scenarios import PlanRegret, PlansRegret, spaced
from rus_funding.comparisons.regret_tables import plan_name, plan_table
from rus_funding.comparisons.statements import parse, read_statements
from rus_funding.comparisons.texts import TEXTS
from rus_funding.engine import engine as engine_module
from rus_funding.engine.engine import solve
from rus_funding.errors import UsageError
from rus_funding.explanations.what_if import Ground
from rus_funding.model.model import Objective
from rus_funding.model.reading import read_model
from rus_funding.proof.standing import WITHIN, Standing
from rus_funding.runs import Run
from rus_funding.runs.batch import batch
from rus_funding.scenarios import prepare, read_scenarios

SV, EN = TEXTS["sv"], TEXTS["en"]
MODEL = Path(__file__).parent.parent / "models" / "litet-exempel"
AREAS = {"klimat": 2.0, "kultur": 1.0, "2": 1.0, "noll": 0.0}
F = Fraction


# statements


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("klimat >= kultur", [({"klimat": 1, "kultur": -1}, 0, 0)]),
        ("klimat ≥ 2 * kultur", [({"klimat": 1, "kultur": -2}, 0, 0)]),
        ("klimat >= 0,5 kultur", [({"klimat": 1, "kultur": F(-1, 2)}, 0, 0)]),
        ("klimat>=1/3*kultur", [({"klimat": 1, "kultur": F(-1, 3)}, 0, 0)]),
        ("klimat <= 30 %", [({"klimat": -1}, 0, F(3, 10))]),
        ("klimat + kultur <= 1.5", [({"klimat": -1, "kultur": -1}, F(3, 2), 0)]),
        ("klimat - kultur >= 2", [({"klimat": 1, "kultur": -1, "2": -1}, 0, 0)]),  # an area may be called 2
        ("2 * kultur = klimat", [({"kultur": 2, "klimat": -1}, 0, 0), ({"kultur": -2, "klimat": 1}, 0, 0)]),
        ("klimat >= kultur >= 10%", [({"klimat": 1, "kultur": -1}, 0, 0), ({"kultur": 1}, 0, F(-1, 10))]),
        ("alla >= 5 %", [({"2": 1}, 0, F(-1, 20)), ({"klimat": 1}, 0, F(-1, 20)), ({"kultur": 1}, 0, F(-1, 20))]),
    ],
)
def test_a_statement_becomes_rows(text, rows):
    found = [(dict(row.factors), row.number, row.share) for row in parse(text, AREAS).rows]
    assert found == rows


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("klimat", "compares nothing"),
        ("", "compares nothing"),
        ("klimat >=", "side is empty"),
        ("klimat > kultur", "'>' has no meaning here"),
        ("klimt >= kultur", "there is no area 'klimt'. Did you mean 'klimat'"),
        ("klimat-kultur >= 0", "Put spaces around a minus sign"),
        ("klimat kultur >= 0", "stands where \\+ or - must"),
        ("klimat + >= kultur", "ends in the middle"),
        ("3 * >= kultur", "ends in the middle"),
        ("* klimat >= kultur", "stands where an area must"),
    ],
)
def test_what_is_no_statement_is_said(text, message):
    with pytest.raises(UsageError, match=message):
        parse(text, AREAS)


def test_statements_are_read_from_a_file(tmp_path):
    file = tmp_path / "s.toml"
    file.write_text('[[statement]]\nsays = "klimat >= kultur"\nwhy = "beslut"\n', encoding="utf-8")
    assert [statement.text for statement in read_statements(file, AREAS)] == ["klimat >= kultur"]
    for text, message in [
        ("[[statement]]\nsay = 1", "statement 1: give says"),
        ("x = 1", "nothing but"),
        ("[[", "no TOML file"),
    ]:
        file.write_text(text, encoding="utf-8")
        with pytest.raises(UsageError, match=message):
            read_statements(file, AREAS)
    with pytest.raises(UsageError, match="cannot be read"):
        read_statements(tmp_path / "saknas.toml", AREAS)


# corners


def brute(size, rows, total):
    """Every feasible solution of size - 1 tight inequalities and the sum, by Gauss in fractions."""
    unit = [[F(int(i == j)) for j in range(size)] for i in range(size)]
    found = set()
    for tight in itertools.combinations([*unit, *rows], size - 1):
        matrix = [[*row, F(0)] for row in tight] + [[F(1)] * size + [total]]
        point = gauss(matrix, size)
        if point and min(point) >= 0 and all(sum(a * b for a, b in zip(row, point, strict=True)) >= 0 for row in rows):
            found.add(tuple(point))
    return sorted(found, reverse=True)


def gauss(matrix, size):
    for column in range(size):
        pivot = next((r for r in range(column, size) if matrix[r][column]), None)
        if pivot is None:
            return None
        matrix[column], matrix[pivot] = matrix[pivot], matrix[column]
        matrix[column] = [value / matrix[column][column] for value in matrix[column]]
        for r in range(size):
            if r != column and matrix[r][column]:
                matrix[r] = [a - matrix[r][column] * b for a, b in zip(matrix[r], matrix[column], strict=True)]
    return [row[-1] for row in matrix]


@pytest.mark.parametrize("seed", range(60))
def test_corners_are_those_of_every_choice_of_tight_inequalities(seed):
    rng = random.Random(seed)
    size = rng.randint(1, 5)
    rows = [
        [F(rng.choice((-2, -1, -1, 0, 0, 1, 1, 3)), rng.choice((1, 1, 2, 3))) for _ in range(size)]
        for _ in range(rng.randint(0, 5))
    ]
    total = F(rng.randint(1, 30), 7)
    assert corners(size, rows, total) == brute(size, rows, total)


def test_a_ranking_of_ten_areas_has_ten_corners():
    rows = [[F(int(j == i) - int(j == i + 1)) for j in range(10)] for i in range(9)]
    assert corners(10, rows, F(1)) == [tuple(F(1, k) if j < k else F(0) for j in range(10)) for k in range(1, 11)]


def test_too_many_corners_are_refused(monkeypatch):
    monkeypatch.setattr("rus_funding.comparisons.polytope.MOST", 3)
    with pytest.raises(UsageError, match="more than 3 extreme weights"):
        corners(5, [[F(1)] * 5], F(1))


# regret over weights


def run_of(model, folder, **files):
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    scenarios = read_scenarios([folder / f"{name}.toml" for name in files]) if files else []
    batch(model, scenarios, folder / "run.sqlite", workers=0)
    return folder / "run.sqlite"


def reweighted(model, weights):
    areas = model["areas"]
    column = areas["weight"].copy()
    column[:] = [weights[area] for area in areas["area"].tolist()]
    return model.replace(
        tables={**model.tables, "areas": areas.replace(weight=column)}, objectives=(Objective("value"),)
    )


def worth_of(model, outcome, weights):
    """Value of a plan at other weights: from the plain shares, targets and ties counted anew."""
    share = {result.project: float(result.share) for result in outcome.projects}
    cost = {result.project: result.cost for result in outcome.projects}
    rows = model["contributions"]
    reached = dict.fromkeys(weights, 0.0)
    for project, area, part, benefit in zip(
        *(rows[name].tolist() for name in ("project", "area", "share", "benefit")), strict=True
    ):
        points = part * cost[project] / 1000 if benefit != benefit else benefit
        reached[area] += points * share[project]
    total = 0.0
    areas = model["areas"]
    for area, target, beyond in zip(*(areas[name].tolist() for name in ("area", "target", "beyond")), strict=True):
        q = reached[area]
        over = max(0.0, q - target) if target == target else 0.0
        total += weights[area] * (q - over + beyond * over)
    return total


def drawn(rng, areas, total, allowed):
    """Weights with the sum, by rejection."""
    while True:
        parts = [rng.expovariate(1) for _ in areas]
        weights = {area: total * part / sum(parts) for area, part in zip(areas, parts, strict=True)}
        if allowed(weights):
            return weights


@pytest.mark.parametrize("seed", [5, 6, 8, 11, 15])
def test_no_drawn_weights_regret_more_than_the_corners(seed, tmp_path):
    model = random_model(seed)
    model = model.replace(policy=type(model.policy)(), objectives=(Objective("value"), Objective("draw_order")))
    base = solve(model)
    if base.status != "optimal":
        pytest.fail(f"seed {seed} has no plan: choose another")
    path = run_of(model, tmp_path)
    weights = dict(zip(model["areas"]["area"].tolist(), model["areas"]["weight"].tolist(), strict=True))
    free = sorted(area for area, weight in weights.items() if weight)
    one, other = free[0], free[-1]
    found = weight_regret(path, [f"{one} >= {other}", f"{other} >= 5 %"])
    own = found.plans[0]
    assert own.plan == "baseline"
    assert 0 < own.regret <= own.at_most + 1e-9
    rng = random.Random(seed)
    total = sum(weights.values())
    for _ in range(15):
        w = drawn(rng, free, total, lambda w: w[one] >= w[other] >= total / 20)
        w = {area: w.get(area, 0.0) for area in weights}
        best = solve(reweighted(model, w))
        regret = best.value - worth_of(model, base, w)
        assert regret <= own.at_most + 1e-6 * abs(best.value) + 1e-3
    at_worst = solve(reweighted(model, dict(own.weights)))
    actual = at_worst.value - worth_of(model, base, own.weights)
    assert own.regret - 0.01 <= actual <= own.at_most + 0.01  # plans of equal worth differ by what rounding gives


@pytest.mark.parametrize("seed", [1, 5, 7])
def test_at_the_models_own_weights_its_plan_regrets_nothing_ties_counted(seed, tmp_path):
    model = random_model(seed)
    model = model.replace(
        policy=dataclasses.replace(model.policy, collaboration_weight=37.5), objectives=(Objective("value"),)
    )
    base = solve(model)
    areas = model["areas"]
    weights = dict(zip(areas["area"].tolist(), areas["weight"].tolist(), strict=True))
    found = weight_regret(run_of(model, tmp_path), [f"{area} = {weight}" for area, weight in weights.items()])
    assert found.corners == (dict(sorted(weights.items())),)
    assert found.plans[0].regret == 0
    assert found.plans[0].at_most == pytest.approx(max(0.0, base.bound - base.value), abs=1e-6 * base.value)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return run_of(
        read_model(MODEL),
        tmp_path_factory.mktemp("litet"),
        mindre='[[change]]\ntable = "budgets"\nwhere = { fund = "statliga" }\nmultiply = { amount = 0.6 }\n',
        utan='exclude = ["natur"]\n',
        natur='require = ["natur"]\n[[change]]\ntable = "budgets"\nmultiply = { amount = 0.3 }\n',
        dyrt='[[change]]\ntable = "costs"\nwhere = { project = "kompetens" }\nmultiply = { amount = 2 }\n',
    )


def test_where_the_plan_is_best_at_every_corner_there_is_nothing_to_regret(path):
    found = weight_regret(path, ["konkurrenskraft = livskvalitet"])
    assert found.corners == ({"konkurrenskraft": 1.0, "livskvalitet": 1.0},)
    assert found.plans[0].regret == 0
    assert found.least == "baseline"


@pytest.mark.parametrize("seed", [5, 6, 8, 11, 15])
def test_the_least_regret_of_any_plan_is_found_from_both_sides(seed, tmp_path):
    """The plan that minimises its largest regret, and Lagrange's bound below every plan, meet where nothing is whole or
    nothing; no plan that is best at any drawn weights regrets less than the bound.
    """
    model = random_model(seed)
    model = model.replace(policy=type(model.policy)(), objectives=(Objective("value"), Objective("draw_order")))
    weights = dict(zip(model["areas"]["area"].tolist(), model["areas"]["weight"].tolist(), strict=True))
    free = sorted(area for area, weight in weights.items() if weight)
    found = weight_regret(run_of(model, tmp_path), [f"{free[0]} >= {free[-1]}", f"{free[-1]} >= 5 %"])
    least = next(plan for plan in found.plans if plan.plan == found.least)
    own = found.plans[0]
    assert found.lowest <= least.at_most <= own.at_most
    size = abs(solve(model).value)
    if not Ground(model).has_binaries:
        rounding = least.at_most - least.regret  # whole kronor at the corner; the plan itself gives up as much
        assert least.regret <= found.lowest + 2 * rounding + 1e-5 * size
    rivals = [solve(reweighted(model, corner)) for corner in found.corners]
    assert all(rival.planned for rival in rivals)
    best = [max(worth_of(model, rival, corner) for rival in rivals) for corner in found.corners]
    rng, total = random.Random(seed), sum(weights.values())
    for _ in range(10):
        w = drawn(rng, free, total, lambda w: w[free[0]] >= w[free[-1]] >= total / 20)
        plan = solve(reweighted(model, {area: w.get(area, 0.0) for area in weights}))
        regret = max(top - worth_of(model, plan, corner) for top, corner in zip(best, found.corners, strict=True))
        assert regret >= found.lowest - 1e-9 * size
    assert found.given_up >= -1e-9 * size


def test_statements_that_contradict_each_other_are_said(path):
    with pytest.raises(UsageError, match="no weights satisfy all statements"):
        weight_regret(path, ["konkurrenskraft >= 60 %", "livskvalitet >= 60 %"])


def test_the_rivals_are_held_against_each_other(path):
    found = weight_regret(path, ["alla >= 10 %"])
    assert len(found.corners) == 2
    assert min(found.plans, key=lambda plan: plan.regret).plan == found.least
    own = found.plans[0]
    assert own.share == pytest.approx(own.regret / (own.regret + _own_value(path, own.weights)))
    assert found.best != "baseline"
    assert sum(move.change for move in found.moved) != 0 or found.moved
    json.dumps(found.as_dict())


def _own_value(path, weights):
    with Run(path) as run:
        return sum(weights[row["area"]] * row["points"] for row in run.records("areas", "baseline"))


def test_a_scenario_without_a_plan_regrets_nothing(tmp_path):
    bad = run_of(
        read_model(MODEL),
        tmp_path,
        krav='require = ["natur"]\n[[change]]\ntable = "budgets"\nmultiply = {amount = 0.01}\n',
    )
    with pytest.raises(UsageError, match="has no plan"):
        weight_regret(bad, ["alla >= 1 %"], against="krav")


# regret over scenarios


def test_plans_are_fixed_and_financed_anew_as_by_hand(path):
    found = plan_regret(path)
    model = read_model(MODEL)
    folder = path.parent
    models = {"baseline": model} | {
        name: prepare(model, read_scenarios(folder / f"{name}.toml")[0]).apply()
        for name in ("dyrt", "mindre", "natur", "utan")
    }
    best = {name: solve(one) for name, one in models.items()}
    assert {name for name, outcome in best.items() if outcome.status == "optimal"} == set(found.scenarios)
    everything = {result.project for result in best["baseline"].projects}
    assert found.plans
    for plan in found.plans:
        inside = {result.project for result in best[plan.plan].projects if result.status != "not"}
        assert set(plan.projects) == inside
        losses, impossible = {}, []
        for name in found.scenarios:
            outside = everything - inside
            if outside & set(models[name].required):
                impossible.append(name)
                continue
            alone = solve(models[name].replace(excluded=tuple(sorted(outside | set(models[name].excluded)))))
            losses[name] = best[name].value - alone.value
        assert list(plan.impossible) == impossible
        assert plan.possible == len(losses)
        assert plan.largest == pytest.approx(max(losses.values()), abs=1e-2)
        assert plan.mean == pytest.approx(sum(losses.values()) / len(losses), abs=1e-2)
    keys = [(len(plan.impossible), plan.largest) for plan in found.plans]
    assert keys == sorted(keys)
    assert found.front[0] == found.plans[0]
    assert sum(plan.best_in for plan in found.plans) == found.planned
    assert found.distinct == len(found.plans)


def planned(name, possible, largest):
    impossible = tuple(f"s{i}" for i in range(4 - possible))
    return PlanRegret(name, ("p",), 1, possible, largest, largest / 1000, largest / 2, "s9", impossible, 0)


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_possible_in_more_scenarios_is_no_recommendation_where_it_loses_more(lang):
    """One plan that another beats in neither is recommended; of several, what each is good and bad at."""
    much, little, beaten = planned("much", 4, 500.0), planned("little", 3, 5.0), planned("beaten", 3, 600.0)
    choice = PlansRegret(("a", "b", "c", "d"), 4, 3, (much, little, beaten))
    assert choice.front == (much, little)
    said = plan_table(choice, lang).notes[0]
    assert all(part in said for part in ("much", "little", "500", "50,0" if lang == "sv" else "50.0"))
    assert "beaten" not in said
    one = PlansRegret(("a", "b", "c", "d"), 4, 2, (much, planned("worse", 3, 700.0)))
    assert one.front == (much,)
    assert {"sv": "Bäst skyddad", "en": "Best guarded"}[lang] in plan_table(one, lang).notes[0]


def test_a_financing_that_is_not_proven_best_makes_the_regret_at_most(path, monkeypatch):
    real = engine_module.Engine.solve

    def within(self, model, **how):
        outcome = real(self, model, **how)
        return (
            dataclasses.replace(outcome, standing=Standing(WITHIN, Fraction(1, 1000))) if outcome.planned else outcome
        )

    exact = plan_regret(path)
    assert sum(plan.open for plan in exact.plans) == 0
    monkeypatch.setattr(engine_module.Engine, "solve", within)
    found = plan_regret(path)
    assert [plan.largest for plan in found.plans] == [plan.largest for plan in exact.plans]
    assert sum(plan.open for plan in found.plans) > 0
    assert any("inte bevisad bäst" in note for note in plan_table(found, "sv").notes)


def test_the_limits_hold(path):
    found = plan_regret(path, plans=1, most=2)
    assert [plan.plan for plan in found.plans] == ["baseline"]
    assert len(found.scenarios) == 2
    assert found.scenarios[0] == "baseline"
    assert spaced(range(100), 5) == [0, 25, 50, 74, 99]


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_command_shows_both_regrets(path, lang, tmp_path):
    args = ["compare", path, "--statement", "alla >= 10 %", "--regret", "--lang", lang]
    result = CliRunner().invoke(cli, [*map(str, args), "--csv", str(tmp_path)], standalone_mode=False)
    assert result.exception is None
    words = {"sv": SV, "en": EN}[lang]
    for part in ("alla >= 10 %", plan_name("baseline", lang), words["weight_regret"], words["plan_regret"]):
        assert part in result.output
    assert all(len(line) <= 100 for line in result.output.splitlines() if not line.startswith("/"))
    assert {"regret_weights.csv", "regret_scenarios.csv"} <= {file.name for file in tmp_path.iterdir()}
    found = json.loads(CliRunner().invoke(cli, [*map(str, args), "--json"], standalone_mode=False).stdout)
    assert found["regret_over_weights"]["statements"] == ["alla >= 10 %"]
    assert found["regret_over_scenarios"]["front"]


def test_plans_have_names_that_people_read():
    corners = {"corner 3": "best plan where A weighs 2 and other areas 1"}
    assert plan_name("corner 3", "en", corners) == "best plan where A weighs 2 and other areas 1"
    assert plan_name("middle", "sv") == "bästa planen vid medelvikterna"
    assert plan_name("bortfall", "sv") == "bortfall"
