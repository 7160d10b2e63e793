"""The one standing on a model solved by hand: what is proven, what is only bounded, and which claims are refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from build import build

from rus_funding.model.model import document
from rus_funding.proof.case import Case
from rus_funding.proof.ledger import Ledger
from rus_funding.proof.standing import Checked, allowance, check
from rus_funding.proof.tree import Leaf, Proof, Tree, impossible, linear, places
from rus_funding.proof.worth import figure

P, Q = ("financing", "p", "costs", "2026"), ("financing", "q", "costs", "2026")
VALUE = {("budget", "f", "2026"): 1 / 32, P: -1 / 32, Q: -1 / 32}  # 96 / 32, and p's 3 − 2
ORDER = {P: -2.0, Q: -2.0, ("kept", "value"): 64.0}  # p counts 64 · 3 − 128, q nothing, the level 64 · 4: 192 kr


def case_of(**more: Any) -> Case:
    """p: 64 kr and 3 points, q: 128 kr and 4 points, 96 kr: all of p and 32 kr of q are worth 4, at 1 / 32 a krona."""
    arguments: dict[str, Any] = {
        "costs": {"p": 64, "q": 128},
        "benefits": {"p": 3, "q": 4},
        "funds": [{"fund": "f", "draw_order": 2}],
        "budgets": {"f": 96},
        "objectives": ["value", "draw_order"],
    }
    return Case.of(document(build(**arguments | more)))


def checked(
    q: int = 32,
    value: Any = VALUE,
    order: Any = ORDER,
    optima: Any = ((4.0, 192.0)),
    level: float = 4.0,
    **more: Any,
) -> Checked:
    case = case_of(**more)
    ledger = Ledger.of([("p", "f", 2026, "costs", 64), ("q", "f", 2026, "costs", q)])
    proofs = [linear("value", {}, value)] if value is not None else []
    proofs += [linear("draw_order", {"value": level}, order)] if order is not None else []
    stated = {name: at for name, at in zip(("value", "draw_order"), optima, strict=True) if at is not None}
    return check(case, ledger, ledger.shares(case), proofs, stated)


def test_the_best_plan_is_proven() -> None:
    found = checked()
    assert (found.standing, found.value, found.bound, found.faults) == (("proven", 0), 4, 4, ())
    assert [(goal.name, goal.figure, goal.bound, goal.met, goal.level) for goal in found.goals] == [
        ("value", 4, 4, True, 4.0),
        ("draw_order", 192, 192, True, None),
    ]
    # two cells, off by less than 2 kr each
    assert found.give == 2 * 2 * Fraction(1, 32)


@pytest.mark.parametrize(("q", "standing"), [(31, "proven"), (30, "proven"), (29, "within"), (0, "within")])
def test_a_krona_per_payment_may_be_lost_to_whole_kronor(q: int, standing: str) -> None:
    """A krona of p and of q are worth 5 / 64 together: 2 / 32 may be lost, 3 / 32 not."""
    found = checked(q)
    assert found.standing == (standing, Fraction(32 - q, 32) / 4)
    assert found.goals[0].met == (standing == "proven")
    # cheaper than 192 by 2 kr a krona: the cells may be uneven by 2 · 2 kr each, and a point short is worth 64 kr
    assert found.goals[1].give == (2 * 4 + 64 * Fraction(32 - q, 32) if standing == "proven" else 0)


@pytest.mark.parametrize(
    ("more", "faults", "standing"),
    [
        ({"optima": (4.00005, 192.0)}, (), "proven"),
        ({"optima": (4.0002, 192.0)}, (("optimum", "value"), ("level", "draw_order")), "within"),
        ({"optima": (4.05, 192.0)}, (("optimum", "value"), ("level", "draw_order")), "within"),
        ({"optima": (4.5, 192.0)}, (("optimum", "value"), ("level", "draw_order")), "within"),
        ({"optima": (None, 192.0)}, (("level", "draw_order"),), "within"),
        ({"optima": (4.0, None)}, (), "within"),
        ({"optima": (4.0, 192.004)}, (), "proven"),
        ({"optima": (4.0, 192.1)}, (("optimum", "draw_order"),), "within"),
        ({"optima": (4.0, 191.9)}, (("optimum", "draw_order"),), "within"),
        ({"order": None}, (), "within"),
        ({"value": None}, (("level", "draw_order"),), "unknown"),
        (
            {"value": {**VALUE, ("budget", "g", "2026"): 1.0}},
            (("not-a-proof", "value"), ("level", "draw_order")),
            "unknown",
        ),
        ({"value": {**VALUE, ("kept", "funded"): 1.0}}, (("not-a-proof", "value"), ("level", "draw_order")), "unknown"),
        ({"order": {**ORDER, ("cap", "p", "f"): 1.0}}, (("not-a-proof", "draw_order"),), "unknown"),
        ({"level": 4.5}, (("level", "draw_order"),), "within"),  # better than the plan reaches
        ({"level": 4.05}, (("level", "draw_order"),), "within"),  # better than anything does
        ({"level": 3.9}, (("optimum", "draw_order"),), "within"),  # 64 · 0.1 less than the optimum is what it proves
        ({"level": 3.9, "optima": (4.0, 185.6)}, (("level", "draw_order"),), "within"),  # worse than is asked for
        ({"level": 4 - 2**-14}, (), "proven"),  # arithmetic
        ({"level": 4 - 2**-14, "optima": (4.0, 192.004)}, (), "proven"),  # 64 · 2⁻¹⁴ below 192 is what that is worth
        ({"level": 4 - 2**-14, "optima": (4.0, 192.005)}, (("optimum", "draw_order"),), "within"),
        ({"q": 33}, (), "unknown"),  # more than the budget
    ],
)
def test_a_claim_that_does_not_hold(more: dict[str, Any], faults: Any, standing: str) -> None:
    found = checked(**more)
    assert (found.faults, found.standing.name) == (faults, standing)
    assert bool(found.breaches) == ("q" in more)


@pytest.mark.parametrize(
    ("level", "optimum", "proven"), [(3.9, 185.6, True), (3.9, 192.0, False), (4.0, 192.0, False), (3.8, 179.2, False)]
)
def test_a_tolerance_is_what_later_objectives_may_cost(level: float, optimum: float, proven: bool) -> None:
    """A fortieth of 4 points may go: 64 · 0.1 are 6.4 of the 192."""
    objectives = [("value", 0.025), "draw_order"]
    case = case_of(objectives=objectives)
    ledger = Ledger.of([("p", "f", 2026, "costs", 64), ("q", "f", 2026, "costs", 29)])
    proofs = [linear("value", {}, VALUE), linear("draw_order", {"value": level}, ORDER)]
    found = check(case, ledger, ledger.shares(case), proofs, {"value": 4.0, "draw_order": optimum})
    assert found.standing.proven == proven
    assert found.goals[0].met


def test_better_than_what_is_proven_is_never_shown() -> None:
    """The least that can be paid for 4 points is 192; a bound of 1 000 is no proof of anything."""
    false = {**ORDER, ("kept", "value"): 1e6}
    found = checked(order=false, level=4.0)
    assert found.standing.name == "within"
    assert not found.goals[1].met


WHO = [("p", "f", 2026, "costs", 64), ("p", "g", 2026, "costs", 0), ("q", "g", 2026, "costs", 32)]


@pytest.mark.parametrize(
    ("objective", "allowed", "reached"),
    [
        ("funded", 2, 96),
        ("leverage", 2, 32),
        ("spread", 2, 64),
        ("draw_order", 2 * 3, 64 * 2 - 32 * 3),
        ("continuity", 2 * 2, 14 + 32 + 7),
        ("balance", Fraction(2, 1) / Fraction(1, 2), Fraction(16) / 4),
        ("reach", Fraction(2, 5), Fraction(24, 10)),
    ],
)
def test_what_a_krona_per_payment_is_worth(objective: str, allowed: Any, reached: Any) -> None:
    case = case_of(
        areas=[{"area": "a", "weight": 4}, {"area": "b", "weight": 0.5}, {"area": "c", "weight": 0}],
        contributions={"p": {"a": 0.25, "b": 0.75}, "q": {"b": 0.5, "c": 0.5}},
        benefits={("p", "a"): 3, ("p", "b"): 0, ("q", "b"): 1, ("q", "c"): 1},
        funds=[{"fund": "f", "draw_order": 2, "level": "state"}, {"fund": "g", "draw_order": -3, "level": "region"}],
        budgets={"f": 96, "g": 96},
        municipalities=[
            {"municipality": "m", "population": 5},
            {"municipality": "n", "population": 10},
            {"municipality": "o", "population": 0},
        ],
        reach=[
            {"project": "p", "municipality": "m", "share": 0.5},
            {"project": "p", "municipality": "n", "share": 0.25},
            {"project": "q", "municipality": "n", "share": 0.25},
        ],
        previous=[
            {"project": "p", "fund": "f", "year": 2026, "amount": 50},
            {"project": "q", "fund": "f", "year": 2026, "amount": 7},
        ],
    )
    ledger = Ledger.of(WHO)
    assert allowance(case, ledger, objective) == allowed
    assert allowance(case, Ledger.of([]), objective) == Fraction(allowed) / 2  # as if there were one payment
    assert figure(case, ledger, ledger.shares(case), objective) == reached


def test_without_funds_areas_or_people_a_krona_is_a_krona() -> None:
    case = case_of(areas=[{"area": "a", "weight": 0}])
    ledger = Ledger.of(WHO[:1])
    assert [allowance(case, ledger, name) for name in ("balance", "reach")] == [1, 1]
    assert [figure(case, ledger, ledger.shares(case), name) for name in ("balance", "reach")] == [0, 0]


EMPTY = linear("", {}, {("budget", "f", "2026"): 1.0, P: -1.0}, empty=True)


def test_one_proof_that_nothing_is_possible_is_enough() -> None:
    """p must be whole and costs 64 kr, of which there are 63: −1 krona."""
    poor = {"budgets": {"f": 63}, "required": ["p"]}
    strange = linear("", {}, {("budget", "g", "2026"): 1.0}, empty=True)
    assert impossible(case_of(**poor), [EMPTY])
    assert impossible(case_of(**poor), [strange, EMPTY])  # one that cannot be read does not hide another
    assert impossible(case_of(**poor), [linear("value", {}, VALUE), EMPTY])
    assert not impossible(case_of(**poor), [EMPTY._replace(kept={"value": 1.0})])
    assert not impossible(case_of(**poor), [linear("value", {}, VALUE), strange])
    assert not impossible(case_of(**poor), [])
    assert not impossible(case_of(budgets={"f": 64}, required=["p"]), [EMPTY])


def test_the_leaves_of_a_tree_and_the_choices_that_lead_to_them() -> None:
    case = case_of(projects=[{"project": p, "indivisible": True} for p in "pq"])
    leaves = [Leaf({}), Leaf({}), Leaf({})]
    found = list(places(case, Tree(("p", "q", 0, 1, 2), leaves)))
    assert found == [(0, {"p": 0, "q": 0}), (1, {"p": 0, "q": 1}), (2, {"p": 1})]
    proof = Proof("value", {}, Tree(("q", 0, 1), [Leaf(VALUE), Leaf(VALUE)]))
    ledger = Ledger.of([("p", "f", 2026, "costs", 64)])
    # without q: 3 and 32 kr of 1 / 32 that nobody can use, 4; with q: what the kronor of both would be worth, 4
    assert check(case, ledger, ledger.shares(case), [proof], {"value": 3.0}).bound == 4
