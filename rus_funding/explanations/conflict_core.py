"""The smallest set of rules that do not go together: found by sets that every such set must meet.

A set of rules whose removal lets the rest go together (a correction) has a member in every conflict. So a smallest
set that meets all corrections found so far is either in conflict, and then no conflict is smaller, or it leads to the
next correction. A deletion filter gives an irreducible set first: what to fall back on, and a bound.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.explanations.elastic_rules import NOTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.explanations.elastic_rules import Elastic
    from rus_funding.explanations.rule_names import Name

SOLVES = 60  # programs that the search for the smallest set may take
MANY = 12  # rules in a conflict above which nobody searches for a smaller one
SHRUNK = 6  # rules of a correction up to which it is made as small as can be
ASKS = {"something", "something_reaches", "commitment", "committed", "required", "participation"}
STEPS = 20_000  # steps of a search for a set that meets all others


@dataclasses.dataclass(frozen=True)
class Core:
    """Rules that do not go together, in order. `smallest`: no set of fewer rules is in conflict; else none can go.

    `whole`: they would go together if projects could be divided.
    """

    rules: tuple[Name, ...]
    smallest: bool
    whole: bool


class _TooLong(Exception):
    """A search has taken its steps."""


def core(elastic: Elastic, solves: int = SOLVES) -> Core | None:
    """The smallest set of rules in conflict, None where all rules go together.

    After about `solves` programs the search for the smallest ends with a set from which none can go.
    """
    whole = False
    found = elastic.shortfall(elastic.rules)
    if found is None or found.total <= NOTHING:
        whole = elastic.has_binaries
        if not whole or not _clash(elastic, elastic.rules, whole=True):
            return None
        left: tuple[Name, ...] = elastic.rules
    else:
        left = found.support
    left = _filtered(elastic, left, whole=whole)
    if not whole and elastic.has_binaries:  # whole projects may need even fewer rules
        left = _filtered(elastic, left, whole=True)
        whole = not _clash(elastic, left, whole=False)
    smaller, proven = _smallest(elastic, left, whole=whole or elastic.has_binaries, solves=solves)
    if smaller != left and elastic.has_binaries:
        whole = not _clash(elastic, smaller, whole=False)
    return Core(smaller, proven, whole)


def others(elastic: Elastic, found: Core) -> bool:
    """Whether there is another conflict: the rules do not go together without what limits in this one either."""
    asks = {name for name in found.rules if name[0] in ASKS}
    gone = set(found.rules) if asks == set(found.rules) else set(found.rules) - asks
    return _clash(elastic, [name for name in elastic.rules if name not in gone], whole=elastic.has_binaries)


def _clash(elastic: Elastic, rules: Sequence[Name], *, whole: bool) -> bool:
    return elastic.shortfall((), rules, whole=whole) is None


def _filtered(elastic: Elastic, rules: Sequence[Name], *, whole: bool) -> tuple[Name, ...]:
    """An irreducible set in conflict among `rules` (that are): what can go goes, the last in the order first."""
    left = list(rules)
    if whole:  # by halves, fourths …: most rules have nothing to do with it
        size = len(left) // 2
        while size > 1:
            at = len(left)
            while at > 0:
                part = left[: max(0, at - size)] + left[at:]
                if _clash(elastic, part, whole=True):
                    left = part
                at -= size
            size //= 2
    for name in reversed(tuple(left)):
        if name not in left:
            continue
        rest = [other for other in left if other != name]
        found = elastic.shortfall(rest, whole=whole)
        if found is not None and found.total > NOTHING:
            left = [other for other in rest if other in set(found.support)]
    return tuple(left)


def _smallest(elastic: Elastic, known: tuple[Name, ...], *, whole: bool, solves: int) -> tuple[tuple[Name, ...], bool]:
    """A smallest conflict and True, or `known` and False where it takes too long to find one."""
    rules = elastic.rules
    if len(known) > MANY:
        return known, False
    corrections: list[tuple[Name, ...]] = []
    search = _Counting(elastic)
    while search.solves < solves:
        try:
            chosen = _meets(rules, corrections, len(known) - 1)
        except _TooLong:
            return known, False
        if chosen is None:
            return known, True
        gives = search.correction(chosen, whole=whole)
        if gives is None:
            return chosen, True
        if not gives:
            return known, False  # the solver's arithmetic
        corrections.append(gives)
    return known, False


class _Counting:
    """Solves, counted. Programs without binaries come first: they are quicker, and mostly say it all."""

    def __init__(self, elastic: Elastic) -> None:
        self.elastic, self.solves = elastic, 0

    def correction(self, chosen: Sequence[Name], *, whole: bool) -> tuple[Name, ...] | None:
        """Rules without which all others go together, none of them in `chosen`; None where `chosen` are in conflict."""
        rules = self.elastic.rules
        rest = [name for name in rules if name not in set(chosen)]
        gives: list[Name] = []
        for kind in (False, True)[: 1 + whole]:
            self.solves += 1
            found = self.elastic.shortfall(rest, chosen, whole=kind)
            if found is None:
                return None
            weights, limit = self.elastic.weights, NOTHING / 10
            gives = [name for name in rest if found.gives.get(name, 0.0) * weights[name] > limit]
            if not whole or (gives and not self.clash(gives, whole=True)):
                break
        for name in tuple(gives) if len(gives) <= SHRUNK else ():
            fewer = [other for other in gives if other != name]
            if fewer and not self.clash(fewer, whole=whole):
                gives = fewer
        return tuple(gives)

    def clash(self, without: Sequence[Name], *, whole: bool) -> bool:
        """Whether the rules are in conflict without these."""
        self.solves += 1
        return _clash(self.elastic, [name for name in self.elastic.rules if name not in set(without)], whole=whole)


def _meets(rules: Sequence[Name], sets: Sequence[tuple[Name, ...]], most: int) -> tuple[Name, ...] | None:
    """A smallest set (the first in the order of the rules) with a member in each set; None if it takes above `most`."""
    place = {name: i for i, name in enumerate(rules)}
    steps = 0

    def search(chosen: tuple[Name, ...], size: int) -> tuple[Name, ...] | None:
        nonlocal steps
        steps += 1
        unmet = [some for some in sets if not set(some) & set(chosen)]
        if not unmet:
            return chosen
        if steps > STEPS:
            raise _TooLong
        if len(chosen) == size:
            return None
        _, fewest = min((len(some), i) for i, some in enumerate(unmet))
        for name in sorted(unmet[fewest], key=place.__getitem__):
            found = search((*chosen, name), size)
            if found is not None:
                return found
        return None

    for size in range(most + 1):
        found = search((), size)
        if found is not None:
            return tuple(sorted(found, key=place.__getitem__))
    return None
