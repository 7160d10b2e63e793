"""The released plan: one file with the model, the plan in kronor, its certificate, and a digest over everything.

It imports nothing but the standard library, so that whoever checks the file needs nothing else.
`release` makes the record, `write_release` and `read_release` are its file; `rus_funding.verify` checks it.

=============  =======================================================================================================
entry          holds
=============  =======================================================================================================
format         "rus-funding/plan"; `version` of the format, `rules` of the rules it was made under
scenario       its name and the changes it makes
inputs         SHA-256 of the files read; `versions` of the software; `options` of the run; `released`: when, if said
model          the model's document, and `model_sha256`, its digest
standing       what is known of the plan: "proven" or "within", and the gap (bound − value) / |bound|
objectives     in order: name, LP optimum, level it was kept at, the figure the kronor plan has, its proven bound, and
               whether the plan is proven to reach it
totals         kronor in all, from the region's own funds, by fund and year
projects       project, share as an exact "p/q", cost, kronor, status ("funded", "partly", "not", "withdrawn"), reason
payments       [project, fund, year, cost class, kronor], sorted, none of 0
certificate    value, bound (exact "p/q" and float), `rows` (labels) and `proofs`: for each objective the levels kept,
               the tree of choices, and for each leaf its multipliers as [row, multiplier]
sha256         digest of all the entries above
=============  =======================================================================================================
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rus_funding.errors import UsageError
from rus_funding.files import placed
from rus_funding.proof.case import Case
from rus_funding.proof.derived import FORMAT, RULES, VERSION, Claims, Working, derive
from rus_funding.proof.record import parse, read, serialise, sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rus_funding.proof.ledger import Payment
    from rus_funding.proof.standing import Checked
    from rus_funding.proof.tree import Proof


def release(
    document: Mapping[str, Any],
    payments: Iterable[Payment],
    *,
    optima: Mapping[str, float],
    proofs: Sequence[Proof] = (),
    shares: Mapping[str, str] | None = None,
    statuses: Mapping[str, str] | None = None,
    reasons: Mapping[str, str] | None = None,
    scenario: str = "baseline",
    changes: Sequence[Any] = (),
    inputs: Mapping[str, str] | None = None,
    versions: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
    released: str | None = None,
    checked: Checked | None = None,
) -> dict[str, Any]:
    """The record of a plan; every number in it that follows from others is worked out here, exactly.

    `optima` are the LP's optima by objective; `proofs` what proves them (`rus_funding.proof.tree`).
    `shares` ("p/q") state the share of projects that cost nothing, `statuses` override what follows from the share
    (for a project short of its cost by kronor given up), `reasons` say why a project is not funded.
    `checked` is what a check of the same payments, optima and proofs gave, if that was made before: a large tree takes
    its time. Raises `UnreadableError` where the document or a label cannot be read; it does not judge the plan.
    """
    claims = Claims(
        payments=sorted(list(row) for row in payments),
        optima=dict(optima),
        proofs=tuple(proofs),
        shares=dict(shares or {}),
        statuses=dict(statuses or {}),
        reasons=dict(reasons or {}),
    )
    record = {
        "format": FORMAT,
        "version": VERSION,
        "rules": RULES,
        "scenario": {"name": scenario, "changes": list(changes)},
        "released": released,
        "inputs": dict(inputs or {}),
        "versions": dict(versions or {}),
        "options": dict(options or {}),
        "model_sha256": sha256(document),
        **derive(Working(Case.of(document), claims, checked)),
        "model": dict(document),
    }
    record["sha256"] = sha256(record)
    return record


def write_release(path: Path | str, record: dict[str, Any]) -> None:
    """Write a record to `path`, wholly or not at all; packed if the name ends in `.gz`. Equal records, equal bytes.

    What is there is replaced: `rus_funding.engine.publish` is what asks.
    """
    path = Path(path)
    if not path.name.endswith((".json", ".json.gz")):
        raise UsageError("{path}: a released plan is named .json or .json.gz", path=path)
    if not path.parent.is_dir():
        raise UsageError(
            "{path} cannot be written: there is no folder {parent}. Make it first.", path=path, parent=path.parent
        )
    data = serialise(record)
    if path.suffix == ".gz":
        data = gzip.compress(data, mtime=0)
    with placed(path, force=True, same=lambda _: True) as draft:
        draft.write_bytes(data)


def read_release(path: Path | str) -> dict[str, Any]:
    """The record in a file, as it stands: `rus_funding.verify` is what checks it. Raises `UnreadableError`."""
    return parse(read(Path(path)))
