"""What follows from a model, a plan and its multipliers: every number of a released plan that can be worked out."""

from __future__ import annotations

import dataclasses
import functools
import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rus_funding.proof.ledger import Ledger
from rus_funding.proof.reading import UnreadableError
from rus_funding.proof.rows import ROWS
from rus_funding.proof.standing import Checked, check
from rus_funding.proof.tables import OUT
from rus_funding.proof.tree import Leaf, Proof, Tree
from rus_funding.proof.worth import figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.proof.case import Case
    from rus_funding.proof.parts import Project
    from rus_funding.proof.reading import Label

FORMAT = "rus-funding/plan"
VERSION = 2
RULES = "2026-11"  # another one when a rule of the model changes its meaning


@dataclasses.dataclass(frozen=True)
class Claims:
    """What a released plan states and nothing else says: rows and numbers as they stand in its file."""

    payments: list[list[Any]]
    optima: Mapping[str, float]
    proofs: tuple[Proof, ...]
    shares: Mapping[str, str]
    statuses: Mapping[str, str]
    reasons: Mapping[str, str]

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Claims:
        """Read them from a record. What follows from them is left aside."""
        return cls(
            payments=record["payments"],
            optima={entry["name"]: entry["optimum"] for entry in record["objectives"] if entry["optimum"] is not None},
            proofs=unpacked(record["certificate"]),
            shares={entry["project"]: entry["share"] for entry in record["projects"] if entry["cost"] == 0},
            statuses={entry["project"]: entry["status"] for entry in record["projects"]},
            reasons={entry["project"]: entry["reason"] for entry in record["projects"] if entry["reason"]},
        )


@dataclasses.dataclass(frozen=True)
class Working:
    """A case and claims about it, and what follows: each thing is worked out once, when it is asked for."""

    case: Case
    claims: Claims
    known: Checked | None = None  # where the same claims were checked before: what came out

    @functools.cached_property
    def ledger(self) -> Ledger:
        """The payments, summed."""
        return Ledger.of(_payment(row) for row in self.claims.payments)

    @functools.cached_property
    def stated(self) -> dict[str, Fraction]:
        """The shares that are stated, of projects that cost nothing."""
        return {project: fraction(share) for project, share in self.claims.shares.items()}

    @functools.cached_property
    def shares(self) -> dict[str, Fraction]:
        """x of every project."""
        return self.ledger.shares(self.case, self.stated)

    @functools.cached_property
    def checked(self) -> Checked:
        """The audit, the proofs evaluated, and the standing that follows."""
        if self.known is not None:
            return self.known
        optima = {name: _number(optimum) for name, optimum in self.claims.optima.items()}
        return check(self.case, self.ledger, self.shares, self.claims.proofs, optima, self.stated)


def derive(working: Working) -> dict[str, Any]:
    """The entries of a released plan from `standing` to `certificate`."""
    case, claims, ledger, checked = working.case, working.claims, working.ledger, working.checked
    return {
        "standing": {"name": checked.standing.name, "gap": _maybe(checked.standing.gap)},
        "objectives": [
            {
                "name": goal.name,
                "optimum": _float(goal.optimum),
                "kept": _float(goal.level),
                "figure": float(goal.figure),
                "bound": _maybe(goal.bound),
                "proven": goal.met and goal.optimum is not None,
            }
            for goal in checked.goals
        ],
        "totals": figures(case, ledger),
        "projects": projects(working),
        "payments": sorted(row for row in claims.payments if row[4]),
        "certificate": {
            "value": float(checked.value),
            "bound": _maybe(checked.bound),
            "exact_bound": None if checked.bound is None else str(checked.bound),
            **packed(claims.proofs),
        },
    }


def projects(working: Working) -> list[dict[str, Any]]:
    """The rows of `projects`, in the order of the case: share, cost, kronor, status and reason of each."""
    return [_project(working, name, project) for name, project in working.case.projects.items()]


def _project(working: Working, name: str, project: Project) -> dict[str, Any]:
    """A row of `projects`."""
    share, claims = working.shares[name], working.claims
    status = carried_out(working.case, name, share, claims.statuses.get(name))
    return {
        "project": name,
        "share": str(share),
        "cost": project.cost,
        "kronor": working.ledger.p.get(name, 0),
        "status": status,
        "reason": "" if status == "funded" else _reason(project, share, claims.reasons.get(name, "")),
    }


def _reason(project: Project, share: Fraction, claimed: str) -> str:
    """What is known of why a project is not funded in full; that it was left out for a krona is the plan's own word."""
    if project.barred in OUT:
        return project.barred
    if claimed == "left_out" and not share:
        return claimed
    if project.barred:
        return {"partnership": "few_partners"}.get(project.barred, project.barred)
    if any(part.costs and not part.funds for part in project.classes):
        return "no_fund"
    return "part_funded" if share else "not_funded"


def packed(proofs: Sequence[Proof]) -> dict[str, Any]:
    """Proofs as plain data: every row's label once (`rows`), multipliers as [row, multiplier].

    Multipliers that price nothing (0, or of a sign that the row has no side for) are left out. Raises
    `UnreadableError` for a label that is of no row and a multiplier that is no number.
    """
    priced = [[_priced(leaf) for leaf in proof.tree.leaves] for proof in proofs]
    labels = sorted({label for leaves in priced for duals in leaves for label in duals})
    number = {label: i for i, label in enumerate(labels)}
    return {
        "rows": [list(label) for label in labels],
        "proofs": [
            {
                "objective": proof.objective,
                "kept": {name: float(level) for name, level in proof.kept.items()},
                "choices": list(proof.tree.choices),
                "leaves": [
                    {"empty": leaf.empty, "duals": [[number[label], by] for label, by in sorted(duals.items())]}
                    for leaf, duals in zip(proof.tree.leaves, leaves, strict=True)
                ],
            }
            for proof, leaves in zip(proofs, priced, strict=True)
        ],
    }


def _priced(leaf: Leaf) -> dict[Label, float]:
    """The multipliers that price something."""
    found = {}
    for label, multiplier in leaf.duals.items():
        if not label or label[0] not in ROWS:
            raise UnreadableError(f"{label!r} is no label of a row")
        sign, by = ROWS[label[0]][0], _number(multiplier)
        wrong = by > 0 if sign == "<=0" else by < 0 and sign == ">=0"
        if by and not wrong:
            found[label] = by
    return found


def unpacked(certificate: Mapping[str, Any]) -> tuple[Proof, ...]:
    """The proofs in a certificate. Raises `UnreadableError` where they are not built like any."""
    labels = [_label(row) for row in certificate["rows"]]
    found = []
    for entry in certificate["proofs"]:
        leaves = []
        for leaf in entry["leaves"]:
            if type(leaf["empty"]) is not bool:
                raise UnreadableError("a leaf of a proof is empty or not: true or false")
            duals = {labels[_row(row, len(labels))]: _number(by) for row, by in leaf["duals"]}
            if len(duals) < len(leaf["duals"]):
                raise UnreadableError("a row stands twice in a leaf of a proof")
            leaves.append(Leaf(duals, leaf["empty"]))
        kept = {name: _number(level) for name, level in entry["kept"].items()}
        choices = tuple(entry["choices"])
        if not all(type(choice) in (int, str) for choice in choices):
            raise UnreadableError("the choices of a proof are projects and numbers of leaves")
        found.append(Proof(entry["objective"], kept, Tree(choices, tuple(leaves))))
    return tuple(found)


def _row(row: Any, count: int) -> int:
    if type(row) is not int or not 0 <= row < count:
        raise UnreadableError(f"{row!r} is no row of the certificate")
    return row


def carried_out(case: Case, project: str, share: Fraction, claimed: str | None = None) -> str:
    """A project's status: "funded" at its whole cost, "not" (or "withdrawn") at nothing, else "partly".

    `claimed` stands if the share leaves it open: a project short of its cost by no more kronor than rounding may give
    up (`Project.uneven`) is "funded" where the linear program funds it wholly.
    """
    if share in (0, 1):
        return "funded" if share else "withdrawn" if case.projects[project].barred == "withdrawn" else "not"
    given_up = case.projects[project].cost * (1 - share)
    return "funded" if claimed == "funded" and given_up <= case.projects[project].uneven else "partly"


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
    if type(row) is list and row and row[0] in ROWS and set(map(type, row)) == {str}:
        return tuple(row)
    raise UnreadableError(f"{row!r} is no label of a row")


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise UnreadableError(f"{value!r} is not a finite number")
    return float(value)


def _float(value: Any) -> float | None:
    return None if value is None else _number(value)


def _maybe(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
