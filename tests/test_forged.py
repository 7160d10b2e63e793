"""What somebody can do who makes every digest and figure anew, and what `verify` then says: no more than is so."""

from __future__ import annotations

import copy
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from build import build
from click.testing import CliRunner
from priced import known, relaxed
from random_models import random_model
from released import PAYMENTS, optima, proofs, released, small_model

from rus_funding.cli import cli
from rus_funding.engine.engine import solve
from rus_funding.engine.publish import digests, publish
from rus_funding.model.model import Objective, document
from rus_funding.model.reading import read_model
from rus_funding.proof.case import Case
from rus_funding.proof.derived import Claims, Working, derive
from rus_funding.proof.record import parse, read, serialise, sha256
from rus_funding.proof.release import release
from rus_funding.proof.report import report
from rus_funding.proof.tree import linear
from rus_funding.proof.verdict import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.model.model import FundingModel
    from rus_funding.proof.finding import Verdict

DECISION = Path(__file__).parent.parent / "models" / "orebro-rus-2026-2028"
INPUTS = {"model": "00" * 32}


def forged(folder: Path, record: dict[str, Any], *, anew: bool = True) -> Verdict:
    """The record as a file with its digests made anew, and everything that follows (`anew`)."""
    record["model_sha256"] = sha256(record["model"])
    if anew:
        record |= derive(Working(Case.of(record["model"]), Claims.of(record)))
    record.pop("sha256")
    record["sha256"] = sha256(record)
    path = folder / "forged.json"
    path.write_bytes(serialise(record))
    return verify(path)


def texts(verdict: Verdict) -> set[str]:
    return {finding.text for finding in verdict.findings}


@pytest.fixture(scope="module")
def decision(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The real decision, released."""
    path = tmp_path_factory.mktemp("decision") / "plan.json"
    publish(solve(read_model(DECISION)), path, inputs=digests(DECISION))
    return parse(read(path))


def emptied(record: dict[str, Any]) -> dict[str, Any]:
    """The same plan with no payment at all."""
    record = copy.deepcopy(record)
    record["payments"] = []
    for project in record["projects"]:
        project.update(status="not", reason="not_funded")
    return record


def test_the_decision_without_any_payment_is_not_best(decision: dict[str, Any], tmp_path: Path) -> None:
    verdict = forged(tmp_path, emptied(decision))
    assert not verdict.verified  # the draw order was proven under a value that this plan does not reach
    assert "level" in texts(verdict)
    assert "bevisat bäst" not in report(verdict, "sv")


def test_an_empty_plan_is_within_a_hundred_per_cent_at_best(decision: dict[str, Any], tmp_path: Path) -> None:
    empty = emptied(decision)
    empty["certificate"]["proofs"] = [one for one in empty["certificate"]["proofs"] if one["objective"] == "value"]
    claims = forged(tmp_path, copy.deepcopy(empty))
    assert texts(claims) >= {"optimum-unproven"}  # a draw order of 29 706 388 is stated, and nothing proves it
    empty["objectives"][1]["optimum"] = None
    honest = forged(tmp_path, empty)
    assert honest.verified
    assert report(honest, "sv").startswith(f"{honest.path}: VERIFIERAD, ingen plan kan vara mer än 100\u00a0% bättre\n")
    assert "Mål 1, värde: 0. INTE bevisat bäst. Bevisat är att ingen plan kommer över 12\u00a0128,13." in report(honest)
    for optimum in (0.0, 6000.0, 12_127.0):  # a plan that is called best by naming its own value as the optimum
        lied = copy.deepcopy(empty)
        lied["objectives"][0]["optimum"] = optimum
        assert texts(forged(tmp_path, lied)) == {"optimum"}


def test_a_plan_without_proofs_is_not_verified(decision: dict[str, Any], tmp_path: Path) -> None:
    for plan in (emptied(decision), copy.deepcopy(decision)):
        plan["certificate"]["proofs"] = []
        for objective in plan["objectives"]:
            objective["optimum"] = None
        verdict = forged(tmp_path, plan)
        assert texts(verdict) == {"no-bound"}
        assert report(verdict, "sv").startswith(f"{verdict.path}: INTE VERIFIERAD\n")


def test_a_choice_put_into_the_model_proves_nothing(decision: dict[str, Any], tmp_path: Path) -> None:
    """Once a solver's bound was believed where there are choices: now the leaves of a tree say it, or nobody does."""
    empty = emptied(decision)
    empty["model"]["tables"]["projects"]["indivisible"] = [True]
    value = empty["certificate"]["proofs"][0]
    leaf = value["leaves"][0]
    empty["objectives"][1]["optimum"] = None
    empty["objectives"][0]["optimum"] = 0.0
    for choices, leaves in [
        (["rus-genomforande", 0, 1], [{"empty": False, "duals": []}, {**leaf, "empty": True}]),
        (["rus-genomforande", 0, 0], [{"empty": False, "duals": []}]),
        (["rus-genomforande", 0], [{"empty": False, "duals": []}]),
        ([0], [{"empty": True, "duals": leaf["duals"]}]),
    ]:
        attempt = copy.deepcopy(empty)
        attempt["certificate"]["proofs"] = [{**value, "choices": choices, "leaves": leaves}]
        verdict = forged(tmp_path, attempt)
        assert texts(verdict) & {"not-a-proof", "optimum"}, choices


def test_another_model_is_told_by_its_files_alone(decision: dict[str, Any], tmp_path: Path) -> None:
    """Who asks for as little spread as can be gets a plan without payments: the best one of another model."""
    empty = emptied(decision)
    goals = [{"name": "spread", "tolerance": 0.0}, {"name": "value", "tolerance": 0.0}]
    empty["model"]["objectives"] = goals
    spread = relaxed(read_model(DECISION), objective="spread")
    assert spread is not None
    nothing = {"objective": "spread", "kept": {}, "choices": [0], "leaves": [{"empty": False, "duals": []}]}
    empty["certificate"]["proofs"] = [nothing]
    empty["objectives"] = [{"name": name, "optimum": optimum} for name, optimum in (("spread", 0.0), ("value", None))]
    verdict = forged(tmp_path, empty)
    assert texts(verdict) == {"no-bound"}
    given = ["verify", verdict.path, "--model", str(DECISION), "--lang", "en"]
    shown = CliRunner().invoke(cli, given, standalone_mode=False)
    assert shown.return_value == 1
    assert "model.objectives[0].name is 'spread' in the plan, but 'value' in the files." in shown.output


def test_a_model_without_goals_has_no_best_plan(tmp_path: Path) -> None:
    record = released()
    record["model"]["objectives"] = []
    record["objectives"] = []
    record["certificate"]["proofs"] = record["certificate"]["proofs"][:1]
    verdict = forged(tmp_path, record)
    assert texts(verdict) == {"no-objectives"}


def cheap() -> FundingModel:
    """One project of 100 kr that a state fund can pay wholly, and the region's own as well."""
    return build(
        costs={"p": 100},
        benefits={"p": 10.0},
        budgets={"own": 100, "state": 100},
        funds=[{"fund": "own", "level": "region"}, {"fund": "state", "level": "state"}],
        objectives=["value", "leverage"],
    )


def claimed(model: FundingModel, level: float, price: float, **optimum: float) -> dict[str, Any]:
    """A plan paid by the region, and a proof under a level of the value that no plan reaches: it bounds nothing."""
    value = relaxed(model)
    assert value is not None
    case = Case.of(document(model))
    duals = known(case, value.duals)
    false = {label: price * multiplier for label, multiplier in duals.items()} | {("kept", "value"): price}
    proven = [linear("value", {}, duals), linear("leverage", {"value": level}, false)]
    plan = [("p", "own", 2026, "costs", 100)]
    return release(document(model), plan, optima=optimum, proofs=proven, inputs=INPUTS)


def test_a_level_beyond_what_is_possible_proves_nothing(tmp_path: Path) -> None:
    """Under a value of 10.05 of 10 possible every bound can be "proven", also that 100 kr of own money is the least."""
    for level in (10.05, 10.0 + 2e-4):
        record = claimed(cheap(), level, 100 / (level - 10), value=10.0, leverage=100.0)
        assert "level-unfounded" in texts(forged(tmp_path, record)), level


@pytest.mark.xfail(reason="standing.check takes the bound at the level, not at what the plan reaches", strict=True)
def test_a_level_a_hair_beyond_what_is_possible_proves_nothing(tmp_path: Path) -> None:
    """Not even where it hides in the rounding of floats: what the plan falls short of the level has its price."""
    level = 10.0 * (1 + 5e-7)
    record = claimed(cheap(), level, 100 / (level - 10), value=10.0, leverage=100.0)
    verdict = forged(tmp_path, record)
    assert verdict.checked is not None
    assert not verdict.checked.standing.proven


def test_a_level_that_leaves_no_tolerance_proves_too_little(tmp_path: Path) -> None:
    """A tenth of the value may be given up for a cheaper plan; a proof that gives up nothing is not of that."""
    model = cheap().replace(objectives=(Objective("value", 0.1), Objective("leverage")))
    record = claimed(model, 10.0, 1.0, value=10.0, leverage=100.0)
    assert "level-unfounded" in texts(forged(tmp_path, record))


def test_two_proofs_of_one_goal_or_one_of_none(tmp_path: Path) -> None:
    value, order = proofs()["value"], proofs()["draw_order"]
    for some in ([value, value, order], [value, order, linear("funded", {}, {})], [linear("", {}, {}), value, order]):
        record = release(document(small_model()), PAYMENTS, optima=optima(), proofs=some, shares={"idea": "1"},
                         inputs=INPUTS)  # fmt: skip
        assert texts(forged(tmp_path, record)) == {"proof-strange"}


ONLY_SAID = {"inputs", "versions", "options", "released", "scenario", "model"}
"""What nothing in the file follows from. Of `model` that holds as far as the plan does not rest on a cell."""


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if parts is None:
        yield path, value
    for key, part in parts or ():
        yield from leaves(part, (*path, key))


def another(value: Any) -> Any:
    """Another value of the same kind: one more, a hundredth more, the opposite, another last digit. None: no number."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value * 1.01 + 0.01
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]+(/[0-9]+)?", value):
        above, slash, below = value.partition("/")
        return f"{int(above) + 1}{slash}{below}"
    if isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value):
        return value[:-1] + ("1" if value[-1] == "0" else "0")
    return None


@pytest.mark.slow
def test_one_value_changed_and_every_digest_made_anew() -> None:
    """Accepted is only what is said and not proven; every claim of the plan itself is found to be false."""
    import tempfile

    rng, tried, accepted = random.Random(7), 0, set()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for seed in (7, 11, 19, 40, 58, 61):
            outcome = solve(random_model(seed))
            if not outcome.standing.proven or not outcome.funded:
                continue
            file = folder / f"plan-{seed}.json"
            publish(outcome, file, inputs={"model.toml": "ab" * 32}, options={"time_limit": 60.0})
            record = parse(read(file))
            by_kind: dict[tuple[str, ...], list[tuple[tuple[Any, ...], Any]]] = {}
            for path, value in leaves(record):
                if another(value) is not None and path[0] not in {"sha256", "model_sha256", "version"}:
                    by_kind.setdefault(tuple(key for key in path if isinstance(key, str)), []).append((path, value))
            for places in by_kind.values():
                for path, value in rng.sample(places, min(3, len(places))):
                    attempt = copy.deepcopy(record)
                    place = attempt
                    for key in path[:-1]:
                        place = place[key]
                    place[path[-1]] = another(value)
                    tried += 1
                    proof = path[:2] == ("certificate", "proofs") and "leaves" in path  # where another leaf is worse
                    if forged(folder, attempt, anew=False).verified and not proof:
                        accepted.add(path[0] if path[0] in ONLY_SAID else path)
    assert accepted <= ONLY_SAID
    assert tried > 300
