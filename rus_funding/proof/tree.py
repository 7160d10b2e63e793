"""`Tree`: a proof over choices. Its leaves cover every choice, and each leaf has its own multipliers.

A model with choices (binary z_p) has no multipliers that prove its optimum. A search tree has: each node that is no
leaf names a project and splits the choices into z = 0 and z = 1; each leaf bounds what is left of them. What holds
in all leaves holds for every choice, however the tree was found. A tree may also split by who pays: w and s of a
project and a fund with a least grant (`Case.choices`).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from rus_funding.proof.bound import Bound, Priced
from rus_funding.proof.goals import EXTREMES, SENSE
from rus_funding.proof.reading import Label, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rus_funding.proof.case import Case


class Leaf(NamedTuple):
    """Multipliers by row; `empty` says that they prove that no plan is here, else they bound the objective."""

    duals: Mapping[Label, float]
    empty: bool = False


class Tree(NamedTuple):
    """`choices` in preorder: the name of a choice (a project's id, for z) where the tree splits (first 0, then 1), a
    leaf's number else.

    A linear program's proof is a tree of one leaf: `choices` is (0,). Several places may name the same leaf.
    """

    choices: Sequence[str | int]
    leaves: Sequence[Leaf]


class Proof(NamedTuple):
    """What is claimed of one objective: no plan that keeps `kept` (levels of the objectives ahead) is better than the
    tree's bound. `objective` may be "": then every leaf is empty, and no plan keeps the rules at all.
    """

    objective: str
    kept: Mapping[str, float]
    tree: Tree


class Worst(NamedTuple):
    """The worst leaf's `bound` (None: every leaf is empty), how much better a plan in kronor may be, and the prices."""

    bound: Fraction | None
    give: Fraction
    prices: Mapping[str, Fraction]


def linear(objective: str, kept: Mapping[str, float], duals: Mapping[Label, float], *, empty: bool = False) -> Proof:
    """The proof of a model without choices."""
    return Proof(objective, kept, Tree((0,), (Leaf(duals, empty),)))


class Memory:
    """The leaves of the proofs of a plan, priced: a leaf that proves a bound on one objective proves again, as an empty
    one, that nothing there keeps a level above that bound.
    """

    def __init__(self, case: Case) -> None:
        """Nothing yet."""
        self.case = case
        self.priced: dict[tuple[str, frozenset[tuple[Label, float]]], Priced] = {}

    def __call__(self, leaf: Leaf, proof: Proof) -> Priced:
        """The leaf's multipliers in its proof."""
        if not leaf.empty:
            priced = Priced(self.case, leaf.duals, proof.kept, proof.objective)
            if not proof.kept:
                self.priced[proof.objective, frozenset(leaf.duals.items())] = priced
            return priced
        if len(proof.kept) == 1 and not proof.kept.keys() & {*EXTREMES}:
            ((objective, level),) = proof.kept.items()
            if leaf.duals.get(("kept", objective)) == 1.0:
                rows = frozenset(item for item in leaf.duals.items() if item[0] != ("kept", objective))
                known = self.priced.get((objective, rows))
                if known is not None:
                    return known.short_of(level)
        return Priced(self.case, leaf.duals, proof.kept, "")


def worst(case: Case, proof: Proof, memory: Memory | None = None) -> Worst:
    """The bound that a proof proves, exactly. `memory` is that of the case's proofs so far.

    Raises `UnreadableError` where the leaves do not cover every choice, or one called empty is not proven to be.
    """
    tree, sense = proof.tree, SENSE.get(proof.objective, 1)
    price = memory or Memory(case)
    priced: dict[int, Priced] = {}
    found: list[Bound] = []
    for number, fixed in places(case, tree):
        leaf = tree.leaves[number]
        if number not in priced:
            priced[number] = price(leaf, proof)
        at = priced[number].at(fixed)
        if not leaf.empty:
            found.append(at)
        elif at.bound >= 0:
            raise UnreadableError(f"the multipliers of leaf {number} do not prove that no plan is there")
    if not found:
        return Worst(None, Fraction(0), {})
    if not proof.objective:
        raise UnreadableError("a proof that no plan exists has a leaf that is not empty")
    bound = max(sense * at.bound for at in found)
    reach = max(sense * at.bound + at.give for at in found)
    prices = {name: max(at.prices.get(name, Fraction(0)) for at in found) for name in proof.kept}
    return Worst(sense * bound, reach - bound, prices)


def impossible(case: Case, proofs: Iterable[Proof]) -> bool:
    """Whether one of the proofs shows that no plan keeps the rules: every leaf empty, and no level asked for."""
    for proof in proofs:
        try:
            if not proof.kept and worst(case, proof).bound is None:
                return True
        except UnreadableError:
            continue
    return False


def places(case: Case, tree: Tree) -> Iterator[tuple[int, dict[str, int]]]:
    """The number of each leaf, and the choices that lead to it; the whole tree, each place once."""
    waiting: list[dict[str, int]] = [{}]
    for entry in tree.choices:
        if not waiting:
            raise UnreadableError("the tree of choices goes on after its last leaf")
        fixed = waiting.pop()
        if type(entry) is int:
            if not 0 <= entry < len(tree.leaves):
                raise UnreadableError(f"the tree of choices names leaf {entry}, which is not there")
            yield entry, fixed
            continue
        if entry not in case.choices or entry in fixed:
            raise UnreadableError(f"the tree of choices splits by {entry!r}, which is no choice there")
        name: Any = entry
        waiting += [{**fixed, name: 1}, {**fixed, name: 0}]
    if waiting:
        raise UnreadableError("the tree of choices does not cover every choice")
