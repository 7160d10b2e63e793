"""A run's scenario as the outcome that it was, from the run's own rows: nothing is solved again."""

from __future__ import annotations

import dataclasses
import json
import zlib
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rus_funding.engine.plan import Certificate, Outcome, Payment, ProjectResult, Rule
from rus_funding.errors import InvalidInput, UsageError
from rus_funding.kronor import fraction
from rus_funding.model.model import document
from rus_funding.proof.case import Case
from rus_funding.proof.derived import unpacked
from rus_funding.proof.ledger import Ledger
from rus_funding.proof.reading import UnreadableError
from rus_funding.proof.standing import INFEASIBLE, Standing, check
from rus_funding.proof.tree import impossible
from rus_funding.runs.batch.task import Job

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel
    from rus_funding.proof.standing import Checked
    from rus_funding.proof.tree import Proof
    from rus_funding.runs import Run
    from rus_funding.runs.batch.task import Listing
    from rus_funding.scenarios import Prepared


STATUSES = {"optimal", "infeasible", "time_limit"}


class Restored:
    """The outcomes of a run by scenario. Raises `UsageError` for a scenario that the run does not hold."""

    def __init__(self, run: Run) -> None:
        """Of an open run."""
        self.run = run

    @cached_property
    def model(self) -> FundingModel:
        """The baseline's model."""
        return self.run.model()

    @cached_property
    def _listing(self) -> Listing:
        return Job(self.model, self.run.scenarios()).listing

    def prepared(self, scenario: str) -> Prepared:
        """The scenario, ready to be applied."""
        found = self._listing[self.run.position(scenario)]
        if found.name != scenario:
            raise UsageError(f"{self.run.path} holds '{scenario}' where its inputs say '{found.name}'.")
        return found

    def outcome(self, scenario: str) -> Outcome:
        """What came out. Its floats are those of the run; its standing is found anew from its payments and proofs.

        Raises `InvalidInput` for a scenario whose model is invalid.
        """
        (head,) = self.run.records("scenarios", scenario)
        status = head["status"] if head["status"] in STATUSES else "error"
        model, proofs = self._model(scenario), self._proofs(scenario)
        case = Case.of(document(model))
        payments = tuple(_payment(row) for row in self.run.records("payments", scenario))
        results = self.run.records("projects", scenario)
        plain = Outcome(model, status, scenario, message=head["explanation"])
        if not Standing(head["standing"]).has_plan:
            if not impossible(case, proofs):
                return plain
            return dataclasses.replace(plain, certificate=Certificate(proofs), standing=Standing(INFEASIBLE))
        objectives = tuple((row["objective"], row["optimum"]) for row in self.run.records("objectives", scenario))
        optima = {name: optimum for name, optimum in objectives if optimum is not None}
        free = {row["project"]: fraction(row["share"]) for row in results if not row["cost"]}
        ledger = Ledger.of((p.project, p.fund, p.year, p.category_class, p.kronor) for p in payments)
        checked = check(case, ledger, ledger.shares(case, free), proofs, optima, free)
        certificate = Certificate(proofs, checked)
        if not checked.standing.has_plan:
            return dataclasses.replace(plain, status="error", certificate=certificate, **_changed(checked))
        return Outcome(
            model,
            status,
            scenario,
            head["optimum"],
            objectives,
            payments,
            tuple(_project(row) for row in results),
            certificate,
            tuple(
                Rule((row["rule"], *row["subject"].split("/")), row["side"], row["slack"], row["price"])
                for row in self.run.records("rules", scenario)
            ),
            seconds={"scenario": head["seconds"]},
            iterations=head["iterations"],
            standing=checked.standing,
            left_out=tuple(row["project"] for row in results if row["settled"] == "left_out"),
            scaled_down=tuple(row["project"] for row in results if row["settled"] == "scaled_down"),
        )

    def _model(self, scenario: str) -> FundingModel:
        """The scenario's model; also one that validation refuses, where its rules contradict each other."""
        from rus_funding.explanations.conflict import refused

        try:
            return self.prepared(scenario).apply()
        except InvalidInput as error:
            model = refused(error)
            if model is None:
                raise
            return model

    def _proofs(self, scenario: str) -> tuple[Proof, ...]:
        """The proofs in the run; none where they cannot be read."""
        try:
            return tuple(
                proof
                for row in self.run.records("certificates", scenario)
                for proof in unpacked(json.loads(zlib.decompress(row["proofs"])))
            )
        except (zlib.error, ValueError, TypeError, KeyError, UnreadableError):
            return ()


def _changed(checked: Checked) -> dict[str, Any]:
    """Why the plan in the run is none."""
    if checked.breaches:
        return {"code": "breach", "message": f"the plan in the run breaks a rule: {checked.breaches[0].sentence}"}
    return {"code": "run", "message": "the proof in the run does not hold"}


def _payment(row: dict[str, Any]) -> Payment:
    return Payment(row["project"], row["fund"], row["year"], row["category_class"], row["kronor"])


def _project(row: dict[str, Any]) -> ProjectResult:
    share = Fraction(row["kronor"], row["cost"]) if row["cost"] else fraction(row["share"])
    return ProjectResult(
        row["project"], share, row["cost"], row["kronor"], row["points"], row["status"], row["reason"], row["given_up"]
    )
