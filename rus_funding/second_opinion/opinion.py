"""The opinion, where it differs from an answer, and the one sentence that says so."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Protocol

from rus_funding.second_opinion.optimum import AGREE, SMALL
from rus_funding.words.language import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


NAMES = {"highs": "HiGHS", "cbc": "CBC"}  # solvers as they write themselves; others in capitals


@dataclasses.dataclass(frozen=True)
class Opinion:
    """What the second formulation says.

    status: "optimal", "infeasible", "time_limit" or "error" (`message` says which). `optima` are the optima in the
    order of the objectives, in their own units; `sizes` what each counts at most, one rule at a time (`Scaled.most`).
    `shares` (x by project) and `payments` (kronor by project, fund, year and cost class) are one
    optimal point.
    """

    status: str
    optima: tuple[tuple[str, float], ...] = ()
    sizes: Mapping[str, float] = dataclasses.field(default_factory=dict)
    shares: Mapping[str, float] = dataclasses.field(default_factory=dict)
    payments: Mapping[tuple[str, str, int, str], float] = dataclasses.field(default_factory=dict)
    message: str = ""
    solver: str = "cbc"

    def as_dict(self, *, agrees: bool) -> dict[str, Any]:
        """The opinion as ``solve --json`` prints it and a released plan records it."""
        objectives = [{"name": name, "optimum": optimum} for name, optimum in self.optima]
        return {"solver": self.solver, "status": self.status, "objectives": objectives, "agrees": agrees}


@dataclasses.dataclass(frozen=True)
class Difference:
    """Where the two disagree: on the "status", or on the optimum of the objective `what` (None: there is none)."""

    what: str
    first: str | float | None
    second: str | float | None


class Answered(Protocol):
    """What is held against a second opinion: how the first ended, with which optima, and whose they are."""

    @property
    def status(self) -> str:
        """How its search ended."""

    @property
    def objectives(self) -> Sequence[tuple[str, float]]:
        """The optima, in order."""

    @property
    def solver(self) -> str:
        """Who solved it."""


def compare(opinion: Opinion, answer: Answered) -> tuple[Difference, ...]:
    """Where a second opinion and an answer disagree: nowhere, if both are solved, or both infeasible, to 1e-6.

    Two optima a and b of an objective agree where |a − b| ≤ 1e-6 · max(|a|, |b|, size / 1000), `size` being what the
    objective counts at most, one rule at a time (`Opinion.sizes`: points, kronor, kronor per weight or inhabitant). So
    an optimum of 0, and any below a thousandth of what there is to count, is compared to a thousand millionth of that:
    solvers' arithmetic reaches as far. A status other than "optimal" and
    "infeasible" confirms nothing, whoever gives it.
    """
    if opinion.status != answer.status or opinion.status not in {"optimal", "infeasible"}:
        return (Difference("status", answer.status, opinion.status),)
    first, second = dict(answer.objectives), dict(opinion.optima)
    return (
        tuple(
            Difference(name, first.get(name), second.get(name))
            for name in [*first, *(name for name in second if name not in first)]
            if name not in first
            or name not in second
            or not agree(first[name], second[name], opinion.sizes.get(name, 0.0))
        )
        if opinion.status == "optimal"
        else ()
    )


def agree(first: float, second: float, size: float = 0.0) -> bool:
    """Whether two optima of an objective are the same: see `compare`."""
    return abs(first - second) <= AGREE * max(abs(first), abs(second), SMALL * size)


def sentence(opinion: Opinion, answer: Answered, differences: Sequence[Difference], lang: str) -> str:
    """That both formulations and both solvers agree, or where they do not."""
    solvers = [NAMES.get(name, name.upper()) for name in (answer.solver, opinion.solver)]
    goals = [say(lang, f"standing.goal.{name}") for name, _ in opinion.optima]
    if not differences:
        key = "opinion.same.infeasible" if opinion.status == "infeasible" else "opinion.same.optimal"
        return say(lang, key, first=solvers[0], second=solvers[1], goals=goals)
    if differences[0].what == "status":
        first, second = (say(lang, f"opinion.status.{status}") for status in (answer.status, opinion.status))
        return say(lang, "opinion.status-apart", solver=solvers[1], first=first, second=second)
    apart = [
        say(lang, "opinion.apart", goal=say(lang, f"standing.goal.{one.what}"), first=_number(one.first, lang),
            second=_number(one.second, lang))
        for one in differences
    ]  # fmt: skip
    return say(lang, "opinion.optima-apart", solver=solvers[1], count=len(apart), apart="; ".join(apart))


def _number(optimum: float | str | None, lang: str) -> str:
    """An optimum with the digits that tell it from another."""
    text = "–" if optimum is None else f"{optimum:.10g}" if isinstance(optimum, float) else str(optimum)
    return text.replace(".", ",") if lang == "sv" else text
