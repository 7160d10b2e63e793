"""Is the model one that can be solved and understood? Every finding at once, as `Problem`s.

Cells are checked where they are read (`reading`); here stands what takes several rows or tables to see.
A check is a small generator over a `Context`; a new one is added to the `CHECKS` of its module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rus_funding.model.validation import (
    advice,
    closed,
    financing,
    objectives,
    policy,
    promises,
    shares,
    slips,
    strategies,
    structure,
)
from rus_funding.model.validation.context import Context
from rus_funding.words.messages import capped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rus_funding.errors import Problem
    from rus_funding.model.model import FundingModel

ERRORS = (*closed.ERRORS, *policy.CHECKS, *objectives.ERRORS, *shares.CHECKS, *promises.CHECKS)
WARNINGS = (*closed.WARNINGS, *financing.CHECKS, *objectives.WARNINGS, *slips.CHECKS, *advice.CHECKS)


def validate(
    model: FundingModel, rows: Mapping[str, NDArray[Any]] | None = None, places: Mapping[str, str] | None = None
) -> list[Problem]:
    """Every problem of a model: errors first, in the order of the checks, then warnings.

    `rows[table][i]` is the Excel row (or the label) of record i and `places[table]` the file or sheet; either may be
    left out for a model that was not read from files (rows are then ``None``, places the names of the tables). Where
    rows have no place (unknown ids, keys that stand twice, years outside the model, circular flat rates), the rules
    cannot be judged and those findings are returned alone. Of many alike the first are told, the rest counted.
    """
    return capped(findings(model, rows, places))


def findings(
    model: FundingModel, rows: Mapping[str, NDArray[Any]] | None = None, places: Mapping[str, str] | None = None
) -> list[Problem]:
    """What `validate` finds: of many alike in one check the first, and how many more there are."""
    context = Context(model, rows or {}, places or {})
    found = [problem for check in (*structure.CHECKS, *strategies.CHECKS) for problem in check(context)]
    found += context.others()
    if any(problem.code not in structure.HARMLESS for problem in found):
        return found
    return found + [problem for check in (*ERRORS, *WARNINGS) for problem in check(context)]
