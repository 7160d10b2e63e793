"""A run's scenario as the outcome that it was, from the run's own rows: nothing is solved again."""

from __future__ import annotations

import dataclasses
import json
from fractions import Fraction
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from rus_funding.engine.plan import Cause, Certificate, Outcome, Payment, ProjectResult, Rule
from rus_funding.engine.previous import with_previous
from rus_funding.errors import InvalidInput, UsageError
from rus_funding.explanations.suspects import stated
from rus_funding.kronor import fraction
from rus_funding.model.amounts import Amounts
from rus_funding.model.index import Index
from rus_funding.model.model import document
from rus_funding.proof.case import Case
from rus_funding.proof.derived import Claims, Working, projects, unpacked
from rus_funding.proof.reading import UnreadableError
from rus_funding.proof.standing import INFEASIBLE, Standing
from rus_funding.proof.tree import impossible
from rus_funding.runs.batch.task import Job
from rus_funding.runs.rows import unzipped
from rus_funding.scenarios import BASELINE
from rus_funding.scenarios.change_words import Told, names_of

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel
    from rus_funding.proof.standing import Checked
    from rus_funding.proof.tree import Proof
    from rus_funding.runs.batch.task import Listing
    from rus_funding.runs.reader import Run
    from rus_funding.scenarios import Prepared, Scenario


STATUSES = {"optimal", "infeasible", "time_limit"}


class Restored:
    """The outcomes of a run by scenario. Raises `UsageError` for a scenario that the run does not hold."""

    def __init__(self, run: Run) -> None:
        """Of an open run."""
        self.run = run
        self._index: Index | None = None
        self._case: Case | None = None  # the last one: what the next shares with it is taken from there

    @cached_property
    def model(self) -> FundingModel:
        """The baseline's model."""
        return self.run.model()

    @cached_property
    def scenarios(self) -> list[Scenario]:
        """The scenario files."""
        return self.run.scenarios()

    @cached_property
    def listing(self) -> Listing:
        """The scenarios by position."""
        return Job(self.model, self.scenarios).listing

    def prepared(self, scenario: str) -> Prepared:
        """The scenario, ready to be applied."""
        position = self.run.position(scenario)
        if position >= len(self.listing) or self.listing[position].name != scenario:
            raise UsageError(
                "{path} holds '{scenario}', which its scenario files do not make.",
                path=self.run.path,
                scenario=scenario,
            )
        return self.listing[position]

    def outcome(self, scenario: str) -> Outcome:
        """What came out. Its floats are those of the run; its standing is found anew from its payments and proofs.

        Raises `InvalidInput` for a scenario whose model is invalid.
        """
        (head,) = self.run.records("scenarios", scenario)
        status = head["status"] if head["status"] in STATUSES else "error"
        model, proofs = self._model(scenario), self._proofs(scenario)
        told = self._told(scenario, head["title"], model)
        case = self._case = Case.of(document(model), self._case)
        payments = tuple(_payment(row) for row in self.run.records("payments", scenario))
        results = self.run.records("projects", scenario)
        plain = Outcome(model, status, scenario, message=head["explanation"], told=told)
        if not Standing(head["standing"]).has_plan:
            if not impossible(case, proofs):
                return plain
            return dataclasses.replace(plain, certificate=Certificate(proofs), standing=Standing(INFEASIBLE))
        objectives = tuple((row["objective"], row["optimum"]) for row in self.run.records("objectives", scenario))
        claims = Claims(
            [list(dataclasses.astuple(payment)) for payment in payments],
            {name: optimum for name, optimum in objectives if optimum is not None},
            proofs,
            {row["project"]: str(fraction(row["share"])) for row in results if not row["cost"]},
            {row["project"]: row["status"] for row in results},
            {row["project"]: row["reason"] for row in results if row["reason"]},
        )
        working = Working(case, claims)
        checked = working.checked
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
            self._projects(model, working),
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
            causes=self._causes(scenario, model) if self.run.info["options"].get("reasons") else None,
            told=told,
        )

    def _told(self, scenario: str, title: str, model: FundingModel) -> Told | None:
        """What the scenario is called and changes, from the run's rows; None for the baseline."""
        if not self.run.position(scenario):
            return None
        rows = self.run.records("changes", scenario)
        changes = tuple((r["table"], r["key"], r["column"], r["before"], r["after"]) for r in rows)
        return Told(scenario, title, changes, {**names_of(self.model), **names_of(model)})

    def _causes(self, scenario: str, model: FundingModel) -> dict[str, Cause]:
        """The causes that were worked out with the plan. Raises `ValueError` for a rule that the model cannot have."""
        found: dict[str, Cause] = {}
        projects = set(model["projects"]["project"].tolist())
        for row in self.run.records("causes", scenario):
            before = found.get(row["project"])
            rule = ((row["rule"], *filter(None, row["subject"].split("/"))),) if row["rule"] else ()
            if row["project"] not in projects or not all(stated(model, one) for one in rule):
                raise ValueError(f"a cause that cannot be: {row['rule']} {row['subject']}")
            rules = (*(before.rules if before else ()), *rule)
            found[row["project"]] = Cause(rules, row["share"], settles=bool(row["settles"]))
        return found

    def _projects(self, model: FundingModel, working: Working) -> tuple[ProjectResult, ...]:
        """Every project by id, worked out from the payments."""
        self._index = self._index if self._index is not None and self._index.fits(model) else Index(model)
        points = dict(zip(self._index.projects.ids, Amounts(model, self._index).points.tolist(), strict=True))
        found = []
        for row in sorted(projects(working), key=itemgetter("project")):
            share, short = Fraction(row["share"]), row["cost"] - row["kronor"]
            plain = (row["status"], row["reason"], short if row["status"] == "funded" else 0)
            worth = float(share) * points[row["project"]]
            found.append(ProjectResult(row["project"], share, row["cost"], row["kronor"], worth, *plain))
        return tuple(found)

    def _model(self, scenario: str) -> FundingModel:
        """The scenario's model; also one that validation refuses, where its rules contradict each other."""
        from rus_funding.explanations.conflict import refused

        try:
            changed = self.prepared(scenario).apply()
            return with_previous(changed, self._kept) if changed.policy.keep else changed
        except InvalidInput as error:
            model = refused(error)
            if model is None:
                raise
            return model

    @cached_property
    def _kept(self) -> tuple[Payment, ...]:
        """The baseline's payments: what scenarios keep to that keep to anything."""
        return tuple(_payment(row) for row in self.run.records("payments", BASELINE))

    def _proofs(self, scenario: str) -> tuple[Proof, ...]:
        """The proofs in the run; none where they cannot be read."""
        try:
            return tuple(
                proof
                for row in self.run.records("certificates", scenario)
                for proof in unpacked(json.loads(unzipped(row["size"], row["proofs"])))
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, UnreadableError):
            return ()


def _changed(checked: Checked) -> dict[str, Any]:
    """Why the plan in the run is none."""
    if checked.breaches:
        return {"code": "breach", "message": f"the plan in the run breaks a rule: {checked.breaches[0].sentence}"}
    return {"code": "run", "message": "the proof in the run does not hold"}


def _payment(row: dict[str, Any]) -> Payment:
    return Payment(row["project"], row["fund"], row["year"], row["category_class"], row["kronor"])
