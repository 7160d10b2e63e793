"""`decide`: a plan as what a meeting is to decide: a row for each project and own fund, in kronor by year.

Own funds are those whose financier is the model's `decider`. All other money is a condition of the decision, and no
row of it.
"""

from __future__ import annotations

import dataclasses
import glob
import hashlib
import json
from typing import TYPE_CHECKING, Any

from rus_funding.errors import NoPlan, UsageError
from rus_funding.model.model import digest, document
from rus_funding.proof.case import Case
from rus_funding.runs.claims import opened
from rus_funding.runs.restore import Restored
from rus_funding.scenarios import BASELINE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from rus_funding.model.model import FundingModel

# what a meeting does with a row
OUTCOMES = ("granted", "part", "declined", "deferred", "withdrawn")
GIVING = ("granted", "part")


@dataclasses.dataclass(frozen=True)
class Row:
    """A project and an own fund that may pay it: kronor proposed by year, in the years of the model."""

    project: str
    project_name: str
    fund: str
    fund_name: str
    proposed: tuple[int, ...]


@dataclasses.dataclass(frozen=True)
class Proposal:
    """What is put before a meeting, and what it was made from."""

    meeting: dt.date
    model: str
    title: str
    model_sha256: str
    run: str
    run_sha256: str
    scenario: str
    decider: str
    years: tuple[int, ...]
    rows: tuple[Row, ...]

    @property
    def sha256(self) -> str:
        """The digest of all that is proposed: a workbook whose proposal was changed is told."""
        return digest_of(self.years, [(row.project, row.fund, row.proposed) for row in self.rows])


def digest_of(years: Sequence[int], rows: Sequence[tuple[str, str, tuple[int, ...]]]) -> str:
    """SHA-256 of proposed kronor by project and fund, whatever the order of rows."""
    text = json.dumps([list(years), sorted([p, f, list(kronor)] for p, f, kronor in rows)], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def propose(run: Path, meeting: dt.date, scenario: str = BASELINE) -> Proposal:
    """The plan of a run's scenario as a proposal; it is audited, and not solved again.

    Raises `UsageError` for what is no sound run, an unknown scenario, and a model without `decider`; `NoPlan` where the
    scenario has none.
    """
    with opened(run, [glob.escape(scenario)], [scenario]) as found:
        outcome = Restored(found).outcome(scenario)
        baseline, sha = found.model(), str(found.info["sha256"])
    if not outcome.planned:
        raise NoPlan(outcome)
    model = outcome.model
    own_funds(model)
    paid: dict[tuple[str, str, int], int] = {}
    for payment in outcome.payments:
        key = payment.project, payment.fund, payment.year
        paid[key] = paid.get(key, 0) + payment.kronor
    names = {key: named(model, table, key) for table, key in (("projects", "project"), ("funds", "fund"))}
    rows = tuple(
        Row(project, names["project"][project], fund, names["fund"][fund],
            tuple(paid.get((project, fund, year), 0) for year in model.years))
        for project, fund in pairs(model)
    )  # fmt: skip
    return Proposal(meeting, model.name, model.title or model.name, digest(baseline), run.name, sha, scenario,
                    model.decider, model.years, rows)  # fmt: skip


def own_funds(model: FundingModel) -> tuple[str, ...]:
    """The funds whose financier is the decider. Raises `UsageError` where there is none."""
    rows = model["funds"]
    found = [f for f, who in zip(rows["fund"].tolist(), rows["financier"].tolist(), strict=True) if who]
    if not model.decider:
        raise UsageError(
            '{model} does not say whose decision it is: write decider = "ACTOR" in model.toml, the id of the actor '
            "that grants, and make the run again.",
            model=model.name,
        )
    mine = {f for f, who in zip(rows["fund"].tolist(), rows["financier"].tolist(), strict=True) if who == model.decider}
    if not mine:
        raise UsageError(
            "no fund of {model} has {decider} as its financier, so there is nothing to decide: write {decider} in the "
            "column financier of the funds that it grants.",
            model=model.name,
            decider=model.decider,
        )
    return tuple(f for f in found if f in mine)


def pairs(model: FundingModel) -> tuple[tuple[str, str], ...]:
    """(project, own fund) where the fund may pay some cost of a project that may be funded, in the model's order."""
    case, own = Case.of(document(model)), own_funds(model)
    may = {(project, fund) for project, fund, _ in case.pays}
    projects = [p for p in model["projects"]["project"].tolist() if not case.projects[p].barred]
    return tuple((p, f) for p in projects for f in own if (p, f) in may)


def named(model: FundingModel, table: str, key: str) -> dict[str, Any]:
    """Names by id."""
    return dict(zip(model[table][key].tolist(), model[table]["name"].tolist(), strict=True))
