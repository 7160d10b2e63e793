"""Bounds over choices: a tree of leaves, each with its multipliers. No tree proves more than is true."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

import pytest
from build import build
from engine import second
from hypothesis import given, settings
from hypothesis import strategies as st
from priced import OBJECTIVES, Label, Priced, choices, known, relaxed
from random_models import random_model

from rus_funding.engine.engine import Engine, solve
from rus_funding.engine.solvers import make
from rus_funding.engine.stages import solve_program
from rus_funding.model.model import document
from rus_funding.proof.bound import certify
from rus_funding.proof.case import Case
from rus_funding.proof.goals import SENSE
from rus_funding.proof.labels import labels
from rus_funding.proof.reading import UnreadableError
from rus_funding.proof.tree import Leaf, Memory, Proof, Tree, impossible, linear, places, worst

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel

NEAR = 1e-6  # relative to an optimum, and to what there is to count


def gates(seed: int) -> int:
    return len(Case.of(document(random_model(seed))).gates)


CHOOSING = [seed for seed in range(400) if 1 <= gates(seed) <= 3][:16]


@functools.cache
def case_of(seed: int) -> Case:
    return Case.of(document(random_model(seed)))


@functools.cache
def at(seed: int, objective: str, made: tuple[tuple[str, int], ...]) -> Priced | None:
    """The optimum where some choices are made, with its multipliers; None where no plan is left."""
    return relaxed(random_model(seed), objective=objective, fixed=dict(made))


def best(seed: int, objective: str, fixed: dict[str, int]) -> float | None:
    """The optimum over every choice that agrees with `fixed`, by trying them all."""
    found = [
        priced.optimum
        for made in choices(case_of(seed))
        if made.items() >= fixed.items() and (priced := at(seed, objective, tuple(made.items()))) is not None
    ]
    return max(found, key=lambda optimum: SENSE[objective] * optimum) if found else None


def beside(case: Case, optimum: float) -> float:
    """How far floats may be off."""
    return NEAR * (abs(optimum) + 1e-3 * sum(project.cost for project in case.projects.values()) + 1)


def wanted(seed: int, objective: str) -> bool:
    return objective != "reach" or bool(case_of(seed).municipalities)


MULTIPLIERS = st.one_of(
    st.floats(-10, 10),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from((0.0, -0.0, math.nan, math.inf, -math.inf, 1e300, -1e300, 5e-324, 1e-9)),
)


@settings(max_examples=150)
@given(data=st.data())
def test_no_multipliers_bound_what_is_possible_whatever_the_objective_and_the_choices(data: st.DataObject) -> None:
    """Never below the optimum (never above it, of what is to be small): near the true multipliers and anywhere else."""
    seed = data.draw(st.sampled_from(CHOOSING))
    objective = data.draw(st.sampled_from([name for name in OBJECTIVES if wanted(seed, name)]))
    case = case_of(seed)
    fixed = {gate: z for gate in sorted(case.gates) if (z := data.draw(st.sampled_from((None, 0, 1)))) is not None}
    optimum = best(seed, objective, fixed)
    if optimum is None or any(case.projects[p].held and not z for p, z in fixed.items()):
        return
    true = at(seed, objective, tuple(fixed.items()))
    duals = known(case, true.duals) if true is not None and data.draw(st.booleans()) else {}
    factor = data.draw(st.floats(0.5, 2))
    duals = {label: multiplier * factor for label, multiplier in duals.items()}
    for label in data.draw(st.lists(st.sampled_from(sorted(labels(case))), max_size=8)):
        duals[label] = data.draw(MULTIPLIERS)
    found = certify(case, duals, {}, objective, fixed)
    assert SENSE[objective] * (float(found.bound) - optimum) >= -beside(case, optimum)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_bound_at_a_choice_is_its_optimum_at_the_true_multipliers(objective: str) -> None:
    tried = 0
    for seed in CHOOSING:
        case = case_of(seed)
        for made in choices(case) if wanted(seed, objective) else ():
            priced = at(seed, objective, tuple(made.items()))
            if priced is None:
                continue
            bound = certify(case, known(case, priced.duals), {}, objective, made).bound
            assert abs(float(bound) - priced.optimum) <= beside(case, priced.optimum), (seed, made)
            tried += 1
    assert tried > 20


def grown(seed: int, objective: str) -> Proof:
    """The tree that makes every choice, each leaf with its true multipliers; none where it holds no plan."""
    case = case_of(seed)
    order, entries, leaves = sorted(case.gates), [], []

    def grow(made: dict[str, int]) -> None:
        if len(made) == len(order):
            priced = at(seed, objective, tuple(made.items()))
            entries.append(len(leaves))
            leaves.append(Leaf({} if priced is None else known(case, priced.duals)))
            return
        gate = order[len(made)]
        entries.append(gate)
        for z in (0, 1):
            grow({**made, gate: z})

    grow({})
    return Proof(objective, {}, Tree(tuple(entries), tuple(leaves)))


def test_a_tree_is_as_good_as_its_worst_leaf() -> None:
    exact = tried = 0
    for seed in CHOOSING:
        case = case_of(seed)
        if any(case.projects[p].held for p in case.gates):
            continue
        for objective in ("value", "funded", "spread"):
            optimum = best(seed, objective, {})
            if optimum is None:
                continue
            bound = worst(case, grown(seed, objective)).bound
            assert bound is not None
            apart = SENSE[objective] * (float(bound) - optimum)
            assert apart >= -beside(case, optimum), (seed, objective)
            exact += apart <= beside(case, optimum)
            tried += 1
    assert tried > 15
    assert exact > tried / 3  # in the others a leaf without a plan has no multipliers, and bounds nothing


def test_a_tree_is_walked_with_its_first_half_first() -> None:
    case = Case.of(document(two()))
    tree = Tree(("p", 0, "q", 1, 2), (Leaf({}),) * 3)
    assert list(places(case, tree)) == [(0, {"p": 0}), (1, {"p": 1, "q": 0}), (2, {"p": 1, "q": 1})]
    assert worst(case, Proof("value", {}, tree)).bound == 12
    same = Tree(("p", 0, 0), (Leaf({}),))  # two places may name one leaf
    assert worst(case, Proof("value", {}, same)).bound == 12


def two(**more: Any) -> FundingModel:
    """Two indivisible projects of 100 and 60 kr, worth 7 and 5 points, for 120 kr: the first alone is best."""
    return build(
        costs={"p": 100, "q": 60},
        benefits={"p": 7, "q": 5},
        projects=[{"project": "p", "indivisible": True}, {"project": "q", "indivisible": True}],
        budgets={"f": 120},
        **more,
    )


BUDGET: dict[Label, float] = {("budget", "f", "2026"): 1.0} | {("financing", p, "costs", "2026"): -1.0 for p in "pq"}
"""A krona in the budget is worth one: with both projects chosen 160 kr are sought and 120 are there."""


def split(duals: dict[Label, float], *, empty: bool = False, leaf: int = 3) -> Proof:
    """Every choice of `two`; the last leaf (both) has these multipliers."""
    leaves = [Leaf({}) for _ in range(3)] + [Leaf(duals, empty)]
    return Proof("value", {}, Tree(("p", "q", 0, 1, "q", 2, leaf), tuple(leaves)))


def test_an_empty_leaf_counts_for_nothing_where_it_is_proven_empty() -> None:
    case = Case.of(document(two()))
    assert worst(case, split({})).bound == 12  # nobody has said that both cannot be
    assert worst(case, split(BUDGET, empty=True)).bound == 7
    found = worst(case, split(BUDGET))  # a bound of the value, and no proof that nothing is there
    assert found.bound is not None
    assert found.bound >= 7


@pytest.mark.parametrize(
    ("entries", "what"),
    [
        ((), "does not cover every choice"),
        (("p",), "does not cover every choice"),
        (("p", 0), "does not cover every choice"),
        (("p", "q", 0, 0), "does not cover every choice"),
        ((0, 0), "goes on after its last leaf"),
        (("p", 0, 0, 0), "goes on after its last leaf"),
        ((0, "p"), "goes on after its last leaf"),
        (("p", 0, 4), "names leaf 4"),
        (("p", 0, -1), "names leaf -1"),
        (("p", "p", 0, 1, 2), "splits by 'p'"),
        (("q", 0, "p", 1, "q", 2, 3), "splits by 'q'"),
        (("nobody", 0, 1), "splits by 'nobody'"),
        (("p", True, 0), "splits by True"),
    ],
)
def test_a_tree_that_covers_too_little_too_much_or_something_else(entries: tuple[Any, ...], what: str) -> None:
    case = Case.of(document(two()))
    with pytest.raises(UnreadableError, match=what):
        worst(case, Proof("value", {}, Tree(entries, tuple(Leaf({}) for _ in range(4)))))


def test_a_tree_that_splits_by_a_project_without_a_choice() -> None:
    case = Case.of(document(build(costs={"p": 100}, budgets={"f": 120})))
    with pytest.raises(UnreadableError, match="splits by 'p'"):
        worst(case, Proof("value", {}, Tree(("p", 0, 0), (Leaf({}),))))


@pytest.mark.parametrize(
    "duals",
    [
        {},
        {("budget", "f", "2026"): 1.0},
        {("budget", "f", "2026"): -1.0},
        {label: -multiplier for label, multiplier in BUDGET.items()},
        {label: multiplier / 1e30 for label, multiplier in BUDGET.items()},  # above 0 in units of the bound? no: 0
    ],
)
def test_a_leaf_that_is_called_empty_and_is_not(duals: dict[Label, float]) -> None:
    case = Case.of(document(two()))
    for leaf, proof in ((3, split(duals, empty=True)), (2, split(duals, empty=True, leaf=2))):
        if leaf == 3 and math.isclose(duals.get(("financing", "p", "costs", "2026"), 0), -1e-30):
            assert worst(case, proof).bound == 7  # however small they are, they are multipliers
            continue
        if leaf == 2:
            assert worst(case, proof).bound == 12  # nobody calls that leaf empty, and it covers the choice
            continue
        with pytest.raises(UnreadableError, match="do not prove that no plan is there"):
            worst(case, proof)


def test_a_leaf_called_empty_where_a_plan_is() -> None:
    case = Case.of(document(two()))
    only = Tree(("p", 0, 1), (Leaf({}), Leaf(BUDGET, empty=True)))  # z_p = 1 alone leaves q free: 100 kr do fit
    with pytest.raises(UnreadableError, match="leaf 1"):
        worst(case, Proof("value", {}, only))


def test_a_held_project_cannot_be_chosen_away() -> None:
    model = two(required=["p"])
    case = Case.of(document(model))
    found = worst(case, Proof("value", {}, Tree((0,), (Leaf({}),))))
    assert found.bound == 12
    with pytest.raises(UnreadableError, match="cannot be chosen away"):
        worst(case, Proof("value", {}, Tree(("p", 0, 0), (Leaf({}),))))


def test_a_proof_that_no_plan_exists_is_over_every_choice() -> None:
    model = two(
        required=["q"], commitments=[{"project": "p", "fund": "f", "year": 2026, "amount": 1, "kind": "decided"}]
    )
    case = Case.of(document(model))
    none: dict[Label, float] = {**BUDGET}
    paid: dict[Label, float] = {
        ("commitment", "p", "f", "2026", "decided"): -1.0,
        ("financing", "p", "costs", "2026"): 1.0,
    }
    leaves = (Leaf(paid, empty=True), Leaf(none, empty=True))
    assert worst(case, Proof("", {}, Tree(("p", 0, 1), leaves))).bound is None
    for wrong in (("p", 1, 1), ("p", 0, 0), (0,), (1,)):
        with pytest.raises(UnreadableError, match="do not prove"):
            worst(case, Proof("", {}, Tree(wrong, leaves)))
    with pytest.raises(UnreadableError, match="has a leaf that is not empty"):
        worst(case, Proof("", {}, Tree(("p", 0, 1), (leaves[0], Leaf(none)))))
    outcome = solve(model)
    assert (outcome.status, outcome.standing.name) == ("infeasible", "infeasible")
    assert outcome.certificate is not None
    assert worst(case, outcome.certificate.proofs[0]).bound is None


@pytest.mark.slow
def test_the_engines_proofs_prove_the_optimum() -> None:
    """Every stage's bound is the second opinion's optimum; where there is no plan, every leaf is proven empty."""
    exact = none = trees = unknown = 0
    for seed in [seed for seed in range(1000, 1300) if gates(seed)][:60]:
        model = random_model(seed)
        case, outcome, opinion = Case.of(document(model)), solve(model), second(model)
        if outcome.certificate is None:
            unknown += 1
            continue
        if opinion.status == "infeasible":
            assert outcome.standing.name == "infeasible", (seed, outcome.message)
            assert worst(case, outcome.certificate.proofs[0]).bound is None
            none += 1
            continue
        proofs = {proof.objective: proof for proof in outcome.certificate.proofs}
        for name, optimum in opinion.objectives.items():
            bound = worst(case, proofs[name]).bound
            assert bound is not None
            assert abs(float(bound) - optimum) <= beside(case, optimum), (seed, name)
            exact += 1
            trees += len(proofs[name].tree.leaves) > 1
    assert exact > 80
    assert none > 3
    assert trees > 5
    assert unknown <= 2


def test_a_level_that_no_plan_reaches_is_no_contradiction() -> None:
    """That no plan keeps a level says nothing of the rules: only a proof without levels does."""
    case = Case.of(document(build(costs={"p": 100}, budgets={"f": 200})))
    duals = {("kept", "funded"): 1.0}
    beyond = linear("value", {"funded": 1e6}, duals, empty=True)
    assert worst(case, beyond).bound is None
    assert not impossible(case, [beyond])


def test_prices_are_those_of_the_choice_that_was_made() -> None:
    """p alone is chosen: its leaf of the tree has the multipliers that the rules' prices are read from."""
    f, numbers = Engine().prepare(two())
    solution = solve_program(f, numbers, make("highs"))
    assert solution.duals is not None
    assert solution.duals.shape == solution.activity.shape


@pytest.mark.parametrize(("terms", "least"), [({"min_share": 0.5}, 0.5), ({"indivisible": True}, 1)])
def test_a_project_that_is_chosen_is_carried_out_at_its_least_share(terms: dict[str, Any], least: float) -> None:
    """At 0.125 points a krona 100 kr cost 12.5 points and are worth 3: where p is chosen, as little of it as may be."""
    model = build(costs={"p": 100}, benefits={"p": 3}, projects=[{"project": "p", **terms}], budgets={"f": 100})
    duals: dict[Label, float] = {("budget", "f", "2026"): 0.125, ("financing", "p", "costs", "2026"): -0.125}
    case = Case.of(document(model))
    assert certify(case, duals, {}, "value", {"p": 1}).bound == 12.5 - 9.5 * least
    assert certify(case, duals, {}, "value", {"p": 0}).bound == 12.5


def test_the_value_is_bounded_over_every_choice_where_it_is_no_objective() -> None:
    """The most kronor are p's 100; a plan of as many is worth its 7 points. Relaxed it would be p and a third of q."""
    outcome = solve(two(objectives=["funded"]))
    assert outcome.value == 7
    assert float(outcome.bound) == pytest.approx(7, abs=1e-6)


def capped(**terms: Any) -> Case:
    """A project of 100 kr worth 10 points; f has enough and pays it at most 40 kr, g has 30 kr."""
    model = build(
        costs={"p": 100},
        benefits={"p": 10},
        projects=[{"project": "p", **terms}],
        funds=[{"fund": "f", "max_per_project": 40}, {"fund": "g"}],
        budgets={"f": 100, "g": 30},
    )
    return Case.of(document(model))


def test_half_a_project_takes_half_a_cap_where_it_is_whole_or_not_at_all() -> None:
    """40 x + 30 >= 100 x: the relaxation carries out half of it, where the cap alone would let it carry out 0.7."""
    case, t = capped(indivisible=True), 1 / 6
    financed = next(label for label in labels(case) if label[0] == "financing")
    duals = {financed: -t, ("budget", "g", "2026"): t, ("indivisible", "p"): -40 * t}
    assert float(certify(case, {**duals, ("cap_chosen", "p", "f"): t}).bound) == pytest.approx(5)
    plain = {financed: -0.1, ("budget", "g", "2026"): 0.1, ("cap", "p", "f"): 0.1}
    assert float(certify(case, plain).bound) == pytest.approx(7)
    assert certify(case, {("cap_chosen", "p", "f"): 0.1}, fixed={"p": 1}).bound >= 10


def test_only_a_project_with_a_choice_has_a_cap_by_its_choice() -> None:
    with pytest.raises(UnreadableError):
        certify(capped(), {("cap_chosen", "p", "f"): 0.1})


def test_leaves_that_share_their_multipliers_are_priced_once_and_prove_as_much_when_they_are_empty() -> None:
    case, financed = capped(indivisible=True), {("cap", "p", "f"): 0.125, ("budget", "g", "2026"): 0.25}
    memory = Memory(case)
    worst(case, linear("value", {}, financed), memory)
    for level in (5.0, 12.5, 40.0):
        again = linear("draw_order", {"value": level}, {**financed, ("kept", "value"): 1.0}, empty=True)
        leaf = again.tree.leaves[0]
        assert memory(leaf, again).at({}).bound == Memory(case)(leaf, again).at({}).bound, level
        assert memory(leaf, again).at({"p": 0}).bound == Memory(case)(leaf, again).at({"p": 0}).bound, level
