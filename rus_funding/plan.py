"""What a solve gives: the plan in whole kronor with its proof, or the reason why there is none."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.model import FundingModel
    from rus_funding.program import Label
    from rus_funding.proof.breach import Breach

RULES = "2026-11"  # the version of the rules that a plan is made by


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

    status: "funded", "partly" or "not"; `reason` says why a project is not funded in full (empty where it is).
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
class Rule:
    """A rule that binds: its label, side (kronor, points or projects), and what one unit more of that side is worth."""

    label: Label
    limit: float
    slack: float
    price: float


@dataclasses.dataclass(frozen=True)
class Certificate:
    """The proof. kind: "weak duality" (exact), or "solver bound" where binaries leave no duals.

    `bound` is proven for every plan of the linear program; `give` is what rounding to kronor may add; `breaches` are
    sentences of the auditor, empty for a legal plan, and `broken` what they say as data (none in a plan read from a
    run). For binaries `relaxation` is the exact bound without them.
    """

    kind: str
    bound: Fraction
    give: Fraction
    value: Fraction
    breaches: tuple[str, ...] = ()
    duals: Mapping[Label, float] = dataclasses.field(default_factory=dict)
    kept: Mapping[str, float] = dataclasses.field(default_factory=dict)
    relaxation: Fraction | None = None
    broken: tuple[Breach, ...] = ()

    @property
    def gap(self) -> float:
        """(bound - value) / max(1, |bound|)."""
        return float((self.bound - self.value) / max(Fraction(1), abs(self.bound)))

    @property
    def valid(self) -> bool:
        """Legal in kronor, and worth no more than the bound admits."""
        return not self.breaches and self.value <= self.bound + self.give


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The answer to one model. status: "optimal", "infeasible", "time_limit" or "error" (solved, but not certified).

    Only an "optimal" outcome carries payments and projects. Of any other `message` says why, in English, and `code` and
    `fields` say the same to `rus_funding.messages.causes` (no code in an outcome read from a run).
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

    @property
    def value(self) -> float | None:
        """Value of the kronor plan, points."""
        return None if self.certificate is None else float(self.certificate.value)

    @property
    def bound(self) -> float | None:
        """Proven upper bound on the value, points."""
        return None if self.certificate is None else float(self.certificate.bound)

    @property
    def gap(self) -> float | None:
        """(bound - value) / max(1, |bound|)."""
        return None if self.certificate is None else self.certificate.gap

    @property
    def funded(self) -> int:
        """Kronor funded in all."""
        return sum(payment.kronor for payment in self.payments)

    def frames(self) -> dict[str, Any]:
        """The plan as pandas data frames: payments (kronor) and projects (shares 0..1, kronor, points)."""
        import pandas as pd

        columns = {"payments": Payment, "projects": ProjectResult}
        return {
            name: pd.DataFrame(
                [dataclasses.asdict(row) for row in getattr(self, name)],
                columns=[field.name for field in dataclasses.fields(kind)],
            )
            for name, kind in columns.items()
        }

    def as_dict(self) -> dict[str, Any]:
        """The object that ``solve --json`` prints."""
        by_place: dict[tuple[str, str, int], int] = {}
        for payment in self.payments:
            place = payment.project, payment.fund, payment.year
            by_place[place] = by_place.get(place, 0) + payment.kronor
        return {
            "model": self.model.name,
            "scenario": self.scenario,
            "status": self.status,
            "optimum": self.optimum,
            "value": self.value,
            "bound": self.bound,
            "gap": self.gap,
            "funded": self.funded,
            "objectives": [{"name": name, "optimum": optimum} for name, optimum in self.objectives],
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
                }
                for result in self.projects
            ],
            "certificate": None
            if self.certificate is None
            else {
                "kind": self.certificate.kind,
                "valid": self.certificate.valid,
                "breaches": self.certificate.breaches,
            },
            "message": self.message,
            "warnings": [problem.as_dict() for problem in self.model.warnings],
        }
