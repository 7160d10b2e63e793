"""A decision that keeps every rule, into the register and the next model; in this order, so that nothing is lost.

Who is interrupted between the two runs `adopt` again: the register holds the decision once, and the model is written.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from rus_funding.follow_up import adopt_files, register
from rus_funding.follow_up.decide import named
from rus_funding.model.model import digest

if TYPE_CHECKING:
    from pathlib import Path

    from rus_funding.follow_up.adopt import Adopted
    from rus_funding.follow_up.decide_workbook import Minutes
    from rus_funding.model.model import FundingModel


def record(
    found: Adopted, minutes: Minutes, workbook: Path, model: FundingModel, source: Path, target: Path, book: Path
) -> str:
    """Add the decision to the register `book`, and write the next model to `target`; the hash of the last row.

    Raises `UsageError` where one of the two cannot be written; the target is looked at before anything is written.
    """
    adopt_files.admit_model(target)
    last = register.append(book, entries(found, minutes, workbook, model))
    file = source / "model.toml"
    adopt_files.write(found.next, target, file.read_bytes() if file.is_file() else None)
    return last


def entries(found: Adopted, minutes: Minutes, workbook: Path, model: FundingModel) -> list[register.Entry]:
    """The rows of a decision; the price of a deviation stands on each row of its project that was changed."""
    projects, funds = named(model, "projects", "project"), named(model, "funds", "fund")
    prices = {one.project: one for one in found.deviations}
    sha, of_model = hashlib.sha256(workbook.read_bytes()).hexdigest(), digest(model)
    rows = []
    for row in minutes.rows:
        price = prices.get(row.project) if row.changed else None
        rows.append(
            register.Entry(
                minutes.basis["meeting"], model.name, minutes.basis["scenario"], row.project, projects[row.project],
                row.fund, funds[row.fund], row.outcome, row.proposed, row.decided, row.reason, row.reservation,
                row.diary, None if price is None else price.alone, {} if price is None else price.displaces, of_model,
                minutes.basis["run-sha256"], sha,
            )
        )  # fmt: skip
    return rows
