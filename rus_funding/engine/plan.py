"""What a solve gives: the plan in whole kronor with its proof, or the reason why there is none."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from rus_funding.engine.budget_status import in_all, resting
from rus_funding.errors import UsageError
from rus_funding.model import frames
from rus_funding.proof.standing import NOTHING_KNOWN, Checked, Standing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    import pandas as pd

    from rus_funding.model.model import FundingModel
    from rus_funding.program.linear import Label
    from rus_funding.proof.tree import Proof
    from rus_funding.scenarios.change_words import Told

FUNDED = ("funded", "partly")  # the statuses of projects that get something
RULES = "2026-11"  # the version of the rules that a plan is made by
_OBJECTIVES = {"objective": "id", "optimum": "number", "value": "number", "kept": "number"}
_RULES = {"rule": "id", "subject": "text", "side": "number", "slack": "number", "price": "number"}


@dataclasses.dataclass(frozen=True)
class Payment:
    """Kronor that a fund pays to a cost class of a project in a year."""

    project: str
    fund: str
    year: int
    category_class: str
    kronor: int


@dataclasses.dataclass(frozen=True)
class ProjectResult:
    """A project in the plan. `share` is kronor / cost; `given_up` kronor that no fund may legally pay though x is
    `scale`.

    status: "funded", "partly", "not" or "withdrawn"; `reason` says why a project is not funded in full (empty where it
    is).
    """

    project: str
    share: Fraction
    cost: int
    kronor: int
    points: float
    status: str
    reason: str
    given_up: int = 0


@dataclasses.dataclass(frozen=True)
class Cause:
    """Rules without which a project's share is another, in every best plan: proven by solves (`explanations.causes`).

    `rules` are labels cut to what a reader sees (no years); `share` is that of an optimum without them; `settles`: in
    every such optimum it goes all the way. Without `rules`: every rule was tried, and none alone is the reason.
    """

    rules: tuple[Label, ...]
    share: float
    settles: bool


@dataclasses.dataclass(frozen=True)
class Rule:
    """A rule that binds: its label, side (kronor, points or projects), and what one unit more of that side is worth."""

    label: Label
    limit: float
    slack: float
    price: float

    @property
    def binds(self) -> bool:
        """Whether the plan stands at the side: |slack| ≤ 0.001 + side / 1 000 000, in the side's unit."""
        return self.slack is not None and abs(self.slack) <= 1e-3 + 1e-6 * abs(self.limit)


@dataclasses.dataclass(frozen=True)
class Certificate:
    """The proof: `proofs` as they were found, and `checked`, what an exact look at them and at the kronor says.

    `checked` is made by `rus_funding.proof.standing.check`, and nowhere else; it is None where there is no plan.
    """

    proofs: tuple[Proof, ...]
    checked: Checked | None = None

    @property
    def duals(self) -> Mapping[Label, float]:
        """The multipliers of the value, where one leaf bounds it: what a unit of each rule's side is worth, points."""
        for proof in self.proofs:
            if proof.objective == "value" and len(proof.tree.leaves) == 1:
                return proof.tree.leaves[0].duals
        return {}

    @property
    def kept(self) -> Mapping[str, float]:
        """The levels at which objectives ahead of the value are kept."""
        return next((proof.kept for proof in self.proofs if proof.objective == "value"), {})

    @property
    def choices(self) -> bool:
        """Whether the proof is over choices: a tree of more than one leaf."""
        return any(len(proof.tree.leaves) > 1 for proof in self.proofs)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The answer to one model. status: what the search ended with: "optimal", "infeasible", "time_limit" or "error".

    `standing` says what is known of it, and only a standing that has a plan carries payments and projects. Without one
    `message` says why, in English, and `code` and `fields` say the same to `rus_funding.words.causes` (no code in
    an outcome read from a run). `left_out` are projects that the optimum funds and no whole kronor can; `scaled_down`
    those that could not be funded as far as it funds them. `causes` are proven reasons by project, of those not funded
    in full; None where nobody asked. `told` says what the scenario is called and changes, where there is one.
    """

    model: FundingModel
    status: str
    scenario: str | None = None
    optimum: float | None = None
    objectives: tuple[tuple[str, float], ...] = ()
    payments: tuple[Payment, ...] = ()
    projects: tuple[ProjectResult, ...] = ()
    certificate: Certificate | None = None
    rules: tuple[Rule, ...] = ()
    message: str = ""
    solver: str = "highs"
    seconds: Mapping[str, float] = dataclasses.field(default_factory=dict)
    iterations: int = 0
    code: str = ""
    fields: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    standing: Standing = NOTHING_KNOWN
    left_out: tuple[str, ...] = ()
    scaled_down: tuple[str, ...] = ()
    programs: int = 0
    causes: Mapping[str, Cause] | None = None
    told: Told | None = dataclasses.field(default=None, compare=False)

    @property
    def planned(self) -> bool:
        """Whether there is a plan to show."""
        return self.standing.has_plan

    @property
    def checked(self) -> Checked | None:
        """The plan's exact check, None without a plan."""
        return None if self.certificate is None else self.certificate.checked

    @property
    def tolerances(self) -> Mapping[str, float]:
        """The share of its optimum that each objective may give up for those behind it."""
        return {objective.name: objective.tolerance for objective in self.model.objectives}

    @property
    def value(self) -> float | None:
        """Value of the kronor plan, points."""
        return None if self.checked is None else float(self.checked.value)

    @property
    def bound(self) -> float | None:
        """Proven upper bound on the value, points."""
        return None if self.checked is None or self.checked.bound is None else float(self.checked.bound)

    @property
    def gap(self) -> float | None:
        """(bound - value) / |bound|, 1 where the bound is 0 and the value is not; None without a plan."""
        return None if self.standing.gap is None else float(self.standing.gap)

    @property
    def funded(self) -> int:
        """Kronor funded in all."""
        return sum(payment.kronor for payment in self.payments)

    def frame(self, table: str) -> pd.DataFrame:
        """One of `frames`. Raises `UsageError` for an unknown one."""
        found = self.frames()
        if table not in found:
            raise UsageError("a plan has no table '{table}'. Tables: {found}.", table=table, found=", ".join(found))
        return found[table]

    def frames(self) -> dict[str, pd.DataFrame]:
        """The plan as data frames with typed columns; without a plan they have no rows.

        ``payments`` (kronor by project, fund, year and cost class), ``projects`` (shares 0..1, kronor, points),
        ``objectives`` (the optimum, and what the kronor plan comes to, in each one's own unit) and ``rules`` (those
        that bind, the dearest first: `subject` is ids joined by ``/``, `price` points for one unit more of `side`).
        """
        goals = self._goals()
        objectives = [(name, optimum, *goals.get(name, (None, None))) for name, optimum in self.objectives]
        rules = [(rule.label[0], "/".join(rule.label[1:]), rule.limit, rule.slack, rule.price) for rule in self.rules]
        return {
            "payments": frames.of_dataclass(Payment, self.payments),
            "projects": frames.of_dataclass(ProjectResult, self.projects),
            "objectives": frames.of_rows(_OBJECTIVES, objectives),
            "rules": frames.of_rows(_RULES, rules),
        }

    def _goals(self) -> dict[str, tuple[float, float | None]]:
        """Each objective's value of the kronor plan, and the level it is kept at."""
        goals = () if self.checked is None else self.checked.goals
        return {goal.name: (float(goal.figure), goal.level) for goal in goals}

    def _budget_status(self) -> dict[str, Any] | None:
        """Kronor by the status of the money that pays them, in all and by fund; None without a plan."""
        if not self.planned:
            return None
        found = resting(self.model, ((p.fund, p.year, p.kronor) for p in self.payments))
        funds = sorted(self.model["funds"]["fund"].tolist())
        return in_all(found)._asdict() | {
            "funds": [{"fund": fund, **in_all(found, fund)._asdict()} for fund in funds if sum(in_all(found, fund))]
        }

    def as_dict(self) -> dict[str, Any]:
        """The object that ``solve --json`` prints."""
        goals, causes = self._goals(), self.causes or {}
        by_place: dict[tuple[str, str, int], int] = {}
        for payment in self.payments:
            place = payment.project, payment.fund, payment.year
            by_place[place] = by_place.get(place, 0) + payment.kronor
        return {
            "model": self.model.name,
            "scenario": self.scenario,
            "status": self.status,
            "standing": self.standing.name,
            "optimum": self.optimum,
            "value": self.value,
            "bound": self.bound,
            "gap": self.gap,
            "funded": self.funded,
            "objectives": [
                {
                    "name": name,
                    "optimum": optimum,
                    "value": goals.get(name, (None, None))[0],
                    "kept": goals.get(name, (None, None))[1],
                }
                for name, optimum in self.objectives
            ],
            "payments": [
                {"project": project, "fund": fund, "year": year, "kronor": kronor}
                for (project, fund, year), kronor in sorted(by_place.items())
                if kronor
            ],
            "projects": [
                {
                    "project": result.project,
                    "share": float(result.share),
                    "cost": result.cost,
                    "kronor": result.kronor,
                    "status": result.status,
                    "reason": result.reason,
                    "cause": _named(causes.get(result.project)),
                }
                for result in self.projects
            ],
            "budget_status": self._budget_status(),
            "left_out": list(self.left_out),
            "scaled_down": list(self.scaled_down),
            "message": self.message,
            "warnings": [problem.as_dict() for problem in self.model.warnings],
        }


def _named(cause: Cause | None) -> list[dict[str, str]] | None:
    """A cause as its rules are named in a run: kind, and ids joined by ``/``."""
    return None if cause is None else [{"rule": rule[0], "subject": "/".join(rule[1:])} for rule in cause.rules]
