"""What follows from a model, a plan and its multipliers: every number of a released plan that can be worked out."""

from __future__ import annotations

import dataclasses
import functools
import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rus_funding.proof.bound import certify
from rus_funding.proof.ledger import Ledger
from rus_funding.proof.reading import UnreadableError, exact
from rus_funding.proof.rows import ROWS
from rus_funding.proof.worth import figure, figures, value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.proof.bound import Bound
    from rus_funding.proof.case import Case
    from rus_funding.proof.reading import Label

FORMAT = "rus-funding/plan"
VERSION = 1
RULES = "2026-11"  # another one when a rule of the model changes its meaning
SIGN = {">=0": 1, "<=0": -1}


@dataclasses.dataclass(frozen=True)
class Claims:
    """What a released plan states and nothing else says: rows and numbers as they stand in its file."""

    payments: list[list[Any]]
    optima: Mapping[str, float]
    duals: list[list[Any]]
    kept: Mapping[str, float]
    solver_bound: float | None
    shares: Mapping[str, str]
    statuses: Mapping[str, str]
    reasons: Mapping[str, str]

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Claims:
        """Read them from a record. What follows from them is left aside."""
        certificate = record["certificate"]
        return cls(
            payments=record["payments"],
            optima={entry["name"]: entry["optimum"] for entry in record["objectives"] if entry["optimum"] is not None},
            duals=certificate["duals"],
            kept={entry["name"]: entry["kept"] for entry in record["objectives"] if entry["kept"] is not None},
            solver_bound=certificate["solver_bound"],
            shares={entry["project"]: entry["share"] for entry in record["projects"] if entry["cost"] == 0},
            statuses={entry["project"]: entry["status"] for entry in record["projects"]},
            reasons={entry["project"]: entry["reason"] for entry in record["projects"] if entry["reason"]},
        )


@dataclasses.dataclass(frozen=True)
class Working:
    """A case and claims about it, and what follows: each thing is worked out once, when it is asked for."""

    case: Case
    claims: Claims

    @functools.cached_property
    def ledger(self) -> Ledger:
        """The payments, summed."""
        return Ledger.of(_payment(row) for row in self.claims.payments)

    @functools.cached_property
    def shares(self) -> dict[str, Fraction]:
        """x of every project."""
        stated = {project: fraction(share) for project, share in self.claims.shares.items()}
        return self.ledger.shares(self.case, stated)

    @functools.cached_property
    def value(self) -> Fraction:
        """The plan's worth."""
        return value(self.case, self.ledger, self.shares)

    @functools.cached_property
    def multipliers(self) -> dict[Label, float]:
        """The duals that price something: not 0, and of a sign their row has; by label."""
        rows = sorted((_label(row), _number(row[-1])) for row in self.claims.duals)
        return {label: by for label, by in rows if by and by * SIGN.get(ROWS[label[0]][0], by) > 0}

    @functools.cached_property
    def proven(self) -> Bound:
        """The bound of the multipliers."""
        return certify(self.case, self.multipliers, self.claims.kept)

    @functools.cached_property
    def upper(self) -> Fraction:
        """The bound that is stated: the proven one or, with binaries, the solver's where that is lower."""
        if self.claims.solver_bound is None or not self.case.has_binaries:
            return self.proven.bound
        return min(self.proven.bound, exact(self.claims.solver_bound))


def derive(working: Working) -> dict[str, Any]:
    """The entries of a released plan from `objectives` to `certificate`."""
    case, claims, ledger, shares = working.case, working.claims, working.ledger, working.shares
    return {
        "objectives": [
            {
                "name": name,
                "optimum": _float(claims.optima.get(name)),
                "kept": _float(claims.kept.get(name)),
                "figure": float(figure(case, ledger, shares, name)),
            }
            for name in case.objectives
        ],
        "totals": figures(case, ledger),
        "projects": [
            {
                "project": name,
                "share": str(shares[name]),
                "cost": project.cost,
                "kronor": ledger.p.get(name, 0),
                "status": standing(case, name, shares[name], claims.statuses.get(name)),
                "reason": claims.reasons.get(name, ""),
            }
            for name, project in case.projects.items()
        ],
        "payments": sorted(row for row in claims.payments if row[4]),
        "certificate": _certificate(working),
    }


def standing(case: Case, project: str, share: Fraction, claimed: str | None = None) -> str:
    """A project's status: "funded" at its whole cost, "not" at nothing, else "partly".

    `claimed` stands if the share leaves it open: a project short of its cost by no more kronor than rounding may give
    up (`Project.uneven`) is "funded" where the linear program funds it wholly.
    """
    if share in (0, 1):
        return "funded" if share else "not"
    given_up = case.projects[project].cost * (1 - share)
    return "funded" if claimed == "funded" and given_up <= case.projects[project].uneven else "partly"


def _certificate(working: Working) -> dict[str, Any]:
    """Kind, duals, bounds, value and gap = (bound − value) / max(1, |bound|).

    With binaries the bound is the solver's, where it gives one, and the exact bound of the relaxation stands beside it.
    """
    upper, proven = working.upper, working.proven.bound
    return {
        "kind": "solver bound" if upper < proven else "weak duality",
        "bound": float(upper),
        "exact_bound": str(proven),
        "solver_bound": _float(working.claims.solver_bound) if working.case.has_binaries else None,
        "optimum": _float(working.claims.optima.get("value")),
        "value": float(working.value),
        "gap": float((upper - working.value) / max(Fraction(1), abs(upper))),
        "duals": [[*label, by] for label, by in working.multipliers.items()],
    }


def fraction(text: Any) -> Fraction:
    """An exact "p/q" as it is written: in lowest terms, nothing else.

    >>> fraction("1/2")
    Fraction(1, 2)
    """
    if isinstance(text, str) and re.fullmatch(r"-?[0-9]{1,4000}(/[1-9][0-9]{0,3999})?", text):
        number = Fraction(text)
        if str(number) == text:
            return number
    raise UnreadableError(f"{text!r} is no fraction in lowest terms")


def _payment(row: Any) -> tuple[str, str, int, str, int]:
    if isinstance(row, list) and list(map(type, row)) == [str, str, int, str, int]:
        return (row[0], row[1], row[2], row[3], row[4])
    raise UnreadableError(f"{row!r} is no payment: project, fund, year, class and whole kronor")


def _label(row: Any) -> Label:
    if type(row) is list and len(row) > 1 and row[0] in ROWS and set(map(type, row[:-1])) == {str}:
        return tuple(row[:-1])
    raise UnreadableError(f"{row!r} is no dual: the label of a row, and a number")


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise UnreadableError(f"{value!r} is not a finite number")
    return float(value)


def _float(value: Any) -> float | None:
    return None if value is None else _number(value)
