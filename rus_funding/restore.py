"""A run's scenario as the outcome that it was, from the run's own rows: nothing is solved again."""

from __future__ import annotations

import json
import zlib
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rus_funding.batch.task import Job
from rus_funding.errors import UsageError
from rus_funding.kronor import fraction
from rus_funding.plan import Certificate, Outcome, Payment, ProjectResult, Rule

if TYPE_CHECKING:
    from rus_funding.batch.task import Listing
    from rus_funding.model import FundingModel
    from rus_funding.runs import Run
    from rus_funding.scenario import Prepared


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
        """What came out. Its floats are those of the run, its kronor and proof exact. Raises `InvalidInput` for a
        scenario whose model is invalid.
        """
        model = self.prepared(scenario).apply()
        (head,) = self.run.records("scenarios", scenario)
        known = {"optimal", "infeasible", "time_limit"}
        status = head["status"] if head["status"] in known else "error"
        if status != "optimal":
            return Outcome(
                model, status, scenario, message=head["explanation"], certificate=self._certificate(scenario)
            )
        return Outcome(
            model,
            status,
            scenario,
            head["optimum"],
            tuple((row["objective"], row["optimum"]) for row in self.run.records("objectives", scenario)),
            tuple(
                Payment(row["project"], row["fund"], row["year"], row["category_class"], row["kronor"])
                for row in self.run.records("payments", scenario)
            ),
            tuple(_project(row) for row in self.run.records("projects", scenario)),
            self._certificate(scenario),
            tuple(
                Rule((row["rule"], *row["subject"].split("/")), row["side"], row["slack"], row["price"])
                for row in self.run.records("rules", scenario)
            ),
            seconds={"scenario": head["seconds"]},
            iterations=head["iterations"],
        )

    def _certificate(self, scenario: str) -> Certificate | None:
        rows = self.run.records("certificates", scenario)
        if not rows:
            return None
        (row,) = rows
        duals = json.loads(zlib.decompress(row["duals"]))
        return Certificate(
            row["kind"],
            Fraction(row["bound"]),
            Fraction(row["give"]),
            Fraction(row["value"]),
            tuple(json.loads(row["breaches"])),
            {tuple(label): dual for *label, dual in duals},
            json.loads(row["kept"]),
            None if row["relaxation"] is None else Fraction(row["relaxation"]),
        )


def _project(row: dict[str, Any]) -> ProjectResult:
    share = Fraction(row["kronor"], row["cost"]) if row["cost"] else fraction(row["share"])
    return ProjectResult(
        row["project"], share, row["cost"], row["kronor"], row["points"], row["status"], row["reason"], row["given_up"]
    )
