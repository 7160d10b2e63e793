"""Sweeps, stress tests and samples: which scenarios a file stands for, and what each asks about."""

from __future__ import annotations

import pickle
import sys
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import processes
import pytest
from build import build

from rus_funding.errors import InvalidInput, UsageError
from rus_funding.model.model import digest
from rus_funding.scenarios import Family, apply, expand, families, prepare, read_scenarios

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel


@pytest.fixture
def model() -> FundingModel:
    return build(
        years=[2026, 2027],
        areas=[{"area": "a", "weight": 1.0}, {"area": "b", "weight": 3.0}, {"area": "c", "weight": 0.0}],
        actors=[{"actor": "region"}, {"actor": "kommun", "min_projects": 1}, {"actor": "idle"}],
        funds=[{"fund": "grant", "max_rate": 0.5}, {"fund": "own", "max_rate": 0.8}, {"fund": "empty"}],
        budgets={"grant": {2026: 100, 2027: 300}, "own": 500, "empty": 0},
        projects=[
            {"project": "p", "lead": "region"},
            {"project": "q", "lead": "kommun", "status": "committed"},
            {"project": "r", "lead": "region"},
            {"project": "daily", "lead": "idle", "status": "ordinary"},
        ],
        costs={"p": {2026: 100, 2027: 101}, "q": 50, "r": 70, "daily": 5},
        contributions={"p": {"a": 0.5, "b": 0.5}, "q": "a", "r": "b", "daily": "a"},
        commitments=[{"project": "q", "fund": "own", "year": 2026, "amount": 20, "kind": "decided"}],
        participations=[{"project": "r", "actor": "kommun", "role": "partner"}],
    )


@pytest.fixture
def scenario(tmp_path):
    def scenario(text: str, name: str = "s"):
        file = tmp_path / f"{name}.toml"
        file.write_text(text, encoding="utf-8")
        return next(found for found in read_scenarios(file) if found.id == name)

    return scenario


def refused(model, scenario):
    with pytest.raises(InvalidInput) as caught:
        Family(model, scenario)
    (problem,) = caught.value.problems
    return problem


# --- sweep ----------------------------------------------------------------------------------------------------------

RATE = 'rate = { table = "funds", where = { fund = "grant" }, set = "max_rate", values = [0.3, 0.40, 0.5] }\n'


def test_a_sweep_makes_one_scenario_per_value(model, scenario):
    members = list(expand(model, scenario(f'[sweep]\nname = "sats-{{rate}}"\n{RATE}')))
    assert [member.name for member in members] == ["sats-0_3", "sats-0_4", "sats-0_5"]
    assert [member.apply()["funds"]["max_rate"][0] for member in members] == [0.3, 0.4, 0.5]
    assert members[0].changes() == [("funds", "grant", "max_rate", 0.5, 0.3)]
    assert members[2].changes() == []


def test_a_sweep_combines_its_axes(model, scenario):
    text = (
        f"[sweep]\n{RATE}"
        'budget = { table = "budgets", multiply = "amount", values = [0.5, 2] }\n'
        'ties = { policy = "collaboration_weight", values = [0, 0.5], labels = ["without", "with"] }\n'
    )
    family = Family(model, scenario(text))
    assert len(family) == 12
    assert list(islice(family.names, 3)) == ["s-0_3-0_5-without", "s-0_3-0_5-with", "s-0_3-2-without"]
    last = family[-1]
    assert last.name == "s-0_5-2-with"
    assert last.apply()["budgets"]["amount"].tolist() == [200, 600, 1000, 1000, 0, 0]
    assert last.apply().policy.collaboration_weight == 0.5
    assert last.touched == {("funds", "max_rate"), ("budgets", "amount"), ("policy", "collaboration_weight")}
    assert [member.name for member in family] == list(family.names)


def test_a_member_is_the_same_whichever_came_before(model, scenario):
    text = f'[[change]]\ntable = "budgets"\nmultiply = {{ amount = 0.5 }}\n[sweep]\n{RATE}'
    text += 'budget = { table = "budgets", multiply = "amount", values = [0.5, 2] }\n'
    in_order = [digest(member.apply()) for member in Family(model, scenario(text))]
    family = Family(model, scenario(text))
    assert [digest(family[at].apply()) for at in reversed(range(6))] == in_order[::-1]
    assert len(set(in_order)) == 6


@pytest.mark.parametrize(
    ("sweep", "said"),
    [
        (f'name = "s-{{rat}}"\n{RATE}', "{rat}"),
        (f'name = "s"\n{RATE}', "'s'"),
        (f'name = "S-{{rate}}"\n{RATE}', "'S-0_3'"),
        ('rate = { table = "funds", set = "max_rate", values = [0.3, 0.30] }\n', "'s-0_3'"),
    ],
)
def test_names_of_a_sweep_are_ids_and_stand_once(model, scenario, sweep, said):
    problem = refused(model, scenario(f"[sweep]\n{sweep}"))
    assert (problem.code, problem.row) == ("scenario_name", 1)
    assert said in problem.what


def test_an_axis_that_finds_nothing_is_an_error_of_its_scenarios(model, scenario):
    text = '[sweep]\nx = { table = "funds", where = { fund = "grunt" }, set = "max_rate", values = [0.1] }\n'
    (member,) = expand(model, scenario(text))
    with pytest.raises(InvalidInput, match="Did you mean fund = 'grant'"):
        member.apply()


def test_a_family_does_not_end_at_a_member_that_is_wrong(model, scenario):
    text = '[sweep]\nx = { table = "funds", where = { fund = "own" }, multiply = "max_rate", values = [1, 2, 0.5] }\n'
    results = []
    for member in expand(model, scenario(text)):
        try:
            results.append(member.apply()["funds"]["max_rate"][1])
        except InvalidInput as error:
            results.append(error.problems[0].code)
    assert results == [0.8, "scenario_share_range", 0.4]


def test_a_family_is_no_plain_scenario(model, scenario):
    family = scenario(f"[sweep]\n{RATE}")
    for action in (apply, prepare):
        with pytest.raises(UsageError, match="batch"):
            action(model, family)


def test_a_family_has_an_upper_size(model, scenario):
    axes = "".join(
        f'x{i} = {{ table = "areas", set = "weight", values = [{", ".join(map(str, range(20)))}] }}\n' for i in range(4)
    )
    assert refused(model, scenario(f"[sweep]\n{axes}")).code == "scenario_family_size"


# --- stress ---------------------------------------------------------------------------------------------------------


def test_each_fund_with_money_is_lost(model, scenario):
    members = list(expand(model, scenario('[stress]\neach = "fund"\n', "stress")))
    assert [member.name for member in members] == ["stress-fund-grant", "stress-fund-own"]
    lost = members[1].apply()
    assert lost["budgets"]["amount"].tolist() == [100, 300, 0, 0, 0, 0]
    assert lost["commitments"]["amount"].tolist() == [0]
    assert members[0].apply()["commitments"]["amount"].tolist() == [20]


def test_funds_can_be_cut_and_lost_together(model, scenario):
    text = '[stress]\neach = "fund"\nmultiply = 0.9\nonly = ["own"]\ntogether = [["own", "grant"]]\n'
    members = list(expand(model, scenario(text)))
    assert [member.name for member in members] == ["s-fund-own", "s-fund-own_grant"]
    assert members[1].apply()["budgets"]["amount"].tolist() == [90, 270, 450, 450, 0, 0]
    assert members[1].apply()["commitments"]["amount"].tolist() == [18]
    assert members[1].numbers_only
    named = scenario('[stress]\neach = "fund"\nonly = []\ntogether = { public = ["own", "grant"] }\n')
    assert [member.name for member in expand(model, named)] == ["s-fund-public"]


def test_each_project_is_lost(model, scenario):
    members = list(expand(model, scenario('[stress]\neach = "project"\n')))
    assert [member.name for member in members] == ["s-project-p", "s-project-q", "s-project-r"]
    lost = members[1].apply()
    assert lost.excluded == ("q",)
    assert lost["projects"]["status"].tolist()[1] == "candidate"
    assert lost["commitments"].size == 0
    assert not members[1].numbers_only


def test_each_actor_is_lost(model, scenario):
    members = {member.name: member for member in expand(model, scenario('[stress]\neach = "actor"\n'))}
    assert sorted(members) == ["s-actor-kommun", "s-actor-region"]
    lost = members["s-actor-kommun"].apply()
    assert lost.excluded == ("q",)
    assert lost["participations"].size == 0
    assert lost["actors"]["min_projects"].tolist() == [0, 0, 0]
    assert members["s-actor-region"].apply().excluded == ("p", "r")


@pytest.mark.parametrize(("each", "only"), [("fund", "granted"), ("project", "pp"), ("actor", "regio")])
def test_what_is_lost_must_exist(model, scenario, each, only):
    problem = refused(model, scenario(f'[stress]\neach = "{each}"\nonly = ["{only}"]\n'))
    assert (problem.code, problem.value) == (f"scenario_unknown_{each}", only)


def test_nothing_to_lose_is_said(model, scenario):
    assert refused(model, scenario('[stress]\neach = "fund"\nonly = []\n')).code == "scenario_family_empty"


# --- sample ---------------------------------------------------------------------------------------------------------

HEAD = "[sample]\nsize = 200\nseed = 20260101\n"
COSTS = 'costs = { table = "costs", multiply = "amount", distribution = "triangular", low = 0.9, mode = 1.0, high = 1.3'


def draws(model, scenario, parameter: str) -> np.ndarray:
    """Scenarios x draws of a parameter."""
    return np.array([list(member.draws[parameter].values()) for member in Family(model, scenario)])


def test_a_sample_names_and_draws_its_scenarios(model, scenario):
    family = Family(model, scenario(f'{HEAD}{COSTS}, per = "project" }}\n'))
    assert len(family) == 200
    assert (family[0].name, family[199].name) == ("s-001", "s-200")
    member = family[6]
    assert list(member.draws["costs"]) == ["daily", "p", "q", "r"]
    factors = member.draws["costs"]
    amounts = model["costs"]["amount"] * [factors["p"], factors["p"], factors["q"], factors["r"], factors["daily"]]
    assert member.apply()["costs"]["amount"].tolist() == [int(amount + 0.5) for amount in amounts]
    assert member.touched == {("costs", "amount")}
    assert member.numbers_only
    assert member.changes()[1] == ("costs", "p", "amount ×", 1.0, factors["p"])


def test_rows_share_draws_as_said(model, scenario):
    def labels(per):
        return list(Family(model, scenario(f"{HEAD}{COSTS}{per} }}\n"))[0].draws["costs"])

    assert labels("") == ["daily/costs/2026", "p/costs/2026", "p/costs/2027", "q/costs/2026", "r/costs/2026"]
    assert labels(', per = "all"') == [""]
    assert labels(', per = "year"') == ["2026", "2027"]


def test_sample_i_is_a_function_of_seed_and_i(model, scenario):
    text = f"{HEAD}{COSTS} }}\n"
    one = Family(model, scenario(text))
    digests = [digest(member.apply()) for member in one]
    other = Family(model, scenario(text))
    assert [digest(other[at].apply()) for at in (150, 3, 77)] == [digests[at] for at in (150, 3, 77)]
    assert len(set(digests)) == 200
    changed = Family(model, scenario(text.replace("20260101", "7")))
    assert digest(changed[0].apply()) != digests[0]


def test_a_sample_is_the_same_in_every_process_and_whatever_the_row_order(model, scenario):
    text = f'{HEAD}{COSTS} }}\nw = {{ table = "areas", set = "weight", distribution = "dirichlet" }}\n'
    there = digest(Family(model, scenario(text))[17].apply())
    shuffled = model.replace(
        tables={name: rows.take(np.arange(rows.size)[::-1]) for name, rows in model.tables.items()}
    )
    assert digest(Family(shuffled, scenario(text))[17].apply()) == there
    code = (
        "import pickle, sys; from rus_funding.model.model import digest; from rus_funding.scenarios import Family;"
        "model, scenario = pickle.load(sys.stdin.buffer); print(digest(Family(model, scenario)[17].apply()))"
    )
    sent = pickle.dumps((model, scenario(text)))
    out = processes.run([sys.executable, "-c", code], given=sent, encoding=None, check=True)
    assert out.stdout.decode().strip() == there


def test_another_parameter_leaves_the_draws_as_they_are(model, scenario):
    alone = draws(model, scenario(f"{HEAD}{COSTS} }}\n"), "costs")
    more = f'{HEAD}w = {{ table = "areas", set = "weight", distribution = "dirichlet" }}\n{COSTS} }}\n'
    assert (draws(model, scenario(more), "costs") == alone).all()


def test_the_stream_of_draws_is_pinned(model, scenario):
    """Ten years from now the same seed must give these figures."""
    family = Family(model, scenario(f'[sample]\nsize = 5\nseed = 1\n{COSTS}, per = "all" }}\n'))
    assert [member.draws["costs"][""] for member in family] == PINNED


PINNED = [0.968119, 1.137313, 1.210222, 1.075932, 0.997182]


@pytest.mark.parametrize(
    ("distribution", "mean", "low", "high"),
    [
        ('"triangular", low = 0.9, mode = 1.0, high = 1.3', 3.2 / 3, 0.9, 1.3),
        ('"triangular", low = 1, mode = 1, high = 2', 4 / 3, 1, 2),
        ('"uniform", low = 0.5, high = 1.5', 1.0, 0.5, 1.5),
        ('"lognormal", sigma = 0.2', np.exp(0.02), 0.4, 2.5),
        ('"lognormal", sigma = 0.2, median = 2', 2 * np.exp(0.02), 0.8, 5.0),
        ('"normal", mean = 1, sd = 0.1', 1.0, 0.5, 1.5),
        ('"normal", mean = 1, sd = 0.5, low = 0.9, high = 1.1', 1.0, 0.9, 1.1),
    ],
)
@pytest.mark.parametrize("method", ["latin-hypercube", "sobol"])
def test_distributions(model, scenario, distribution, mean, low, high, method):
    text = f'{HEAD}method = "{method}"\nx = {{ table = "costs", multiply = "amount", distribution = {distribution} }}\n'
    found = draws(model, scenario(text), "x")
    assert found.shape == (200, 5)
    assert found.mean(axis=0) == pytest.approx([mean] * 5, rel=0.02)
    assert found.min() >= low
    assert found.max() <= high


def test_a_latin_hypercube_has_one_draw_in_each_part(model, scenario):
    text = f'{HEAD}x = {{ table = "costs", multiply = "amount", distribution = "uniform", low = 0, high = 1 }}\n'
    parts = np.floor(draws(model, scenario(text), "x") * 200).astype(int)
    for column in parts.T:
        assert np.bincount(np.minimum(column, 199), minlength=200).max() <= 2  # six decimals may move one over a border
        assert np.unique(column).size >= 198
    assert not (np.sort(parts[:, 0]) == parts[:, 0]).all()
    assert abs(np.corrcoef(parts.T)[0, 1]) < 0.25


def test_dirichlet_divides_the_sum_anew(model, scenario):
    text = f'{HEAD}w = {{ table = "areas", set = "weight", distribution = "dirichlet" }}\n'
    for member in Family(model, scenario(text)):
        weights = member.apply()["areas"]["weight"]
        assert sum(round(weight * 10**6) for weight in weights) == 4 * 10**6
        assert (weights >= 0).all()
    found = draws(model, scenario(text), "w")
    assert found.mean(axis=0) == pytest.approx([4 / 3] * 3, rel=0.15)
    assert found.std(axis=0) == pytest.approx([4 * np.sqrt(1 / 18)] * 3, rel=0.15)


def test_dirichlet_stays_close_to_the_present_by_its_concentration(model, scenario):
    text = f'{HEAD}w = {{ table = "areas", set = "weight", distribution = "dirichlet", concentration = 50 }}\n'
    found = draws(model, scenario(text), "w")
    assert found.mean(axis=0) == pytest.approx([1.0, 3.0, 0.0], rel=0.05)
    assert found[:, 2].max() == 0.0
    assert found[:, 0].std() == pytest.approx(4 * np.sqrt(0.25 * 0.75 / 51), rel=0.15)


def test_dirichlet_keeps_kronor_whole(model, scenario):
    text = f'{HEAD}b = {{ table = "budgets", where = {{ year = 2027 }}, set = "amount", distribution = "dirichlet" }}\n'
    for member in islice(Family(model, scenario(text)), 50):
        amounts = member.apply()["budgets"]["amount"]
        assert amounts[[1, 3, 5]].sum() == 800
        assert amounts[[0, 2, 4]].tolist() == [100, 500, 0]


def test_draws_can_be_set_and_added(model, scenario):
    text = HEAD + 'x = { table = "budgets", where = { fund = "own" }, add = "amount", distribution = "uniform", '
    member = Family(model, scenario(text + 'low = -100, high = -50, per = "all" }\n'))[0]
    term = member.draws["x"][""]
    assert term == int(term)
    assert member.apply()["budgets"]["amount"].tolist()[2:4] == [500 + term] * 2
    text = HEAD + 'x = { table = "funds", set = "max_rate", distribution = "uniform", low = 0.2, high = 0.4 }\n'
    member = Family(model, scenario(text))[0]
    assert member.apply()["funds"]["max_rate"].tolist() == [member.draws["x"][f] for f in ("grant", "own", "empty")]
    assert member.changes()[0][2:4] == ("max_rate", None)


def test_a_draw_out_of_range_is_said_before_anything_is_solved(model, scenario):
    text = f'{HEAD}x = {{ table = "funds", multiply = "max_rate", distribution = "uniform", low = 1, high = 1.5 }}\n'
    problem = refused(model, scenario(text))
    assert (problem.code, problem.row) == ("scenario_share_range", 4)
    in_a_sweep = Family(model, scenario(f"{text}[sweep]\n{RATE}"))
    with pytest.raises(InvalidInput, match="share is 0 to 1"):
        in_a_sweep[0].apply()


def test_a_parameter_that_finds_nothing_is_an_error(model, scenario):
    text = HEAD + 'x = { table = "costs", where = { project = "pq" }, multiply = "amount", distribution = "lognormal", '
    assert refused(model, scenario(text + "sigma = 1 }\n")).what == "No row of costs has project = pq."


def test_too_many_draws_are_refused(model, scenario, monkeypatch):
    from rus_funding.scenarios import sample

    text = f"{HEAD}{COSTS} }}\n".replace("size = 200", "size = 100000")
    monkeypatch.setattr(sample, "MOST_DRAWS", 499_999)
    assert "500000 draws, more than 499999" in refused(model, scenario(text)).what


def test_a_sample_of_other_columns_is_validated(model, scenario):
    text = HEAD + 'x = { table = "contributions", where = { project = "q" }, multiply = "share", '
    member = Family(model, scenario(text + 'distribution = "uniform", low = 0.5, high = 0.6 }\n'))[0]
    assert not member.numbers_only
    with pytest.raises(InvalidInput, match=r"s\.toml \(s-001\): contributions"):
        member.apply()


def test_families_combine(model, scenario):
    text = f'[stress]\neach = "fund"\n[sweep]\n{RATE}[sample]\nsize = 2\nseed = 1\n{COSTS} }}\n'
    family = Family(model, scenario(text))
    assert len(family) == 12
    assert family[5].name == "s-0_4-fund-grant-2"
    assert family[5].draws == family[11].draws  # the same draws meet every combination
    assert family[5].touched == {("funds", "max_rate"), ("budgets", "amount"), ("costs", "amount")}
    assert family[5].changes()[:2] == [
        ("funds", "grant", "max_rate", 0.5, 0.4),
        ("budgets", "grant/2026", "amount", 100, 0),
    ]


def test_names_stand_once_over_all_files(model, scenario):
    one = scenario(f'[sweep]\nname = "sats-{{rate}}"\n{RATE}')
    other = scenario("", "sats-0_4")
    assert [len(family) for family in families(model, [one])] == [3]
    with pytest.raises(InvalidInput) as caught:
        families(model, [one, other, scenario('require = ["pp"]\n', "t")])
    assert [problem.code for problem in caught.value.problems] == ["scenario_same_name", "scenario_unknown_project"]


def test_expected_figures_find_their_scenario(model, scenario):
    text = f"[sweep]\n{RATE}[expect.s-0_4]\nfunded = 7\n"
    found = [member.expected for member in expand(model, scenario(text))]
    assert found[0] is None
    assert found[1].figures == (("funded", 7),)
