"""How long a released plan takes to check.

    python benchmarks/verify_speed.py [--payments 20000] [--seed 1]
    python benchmarks/verify_speed.py --model models/lansportfolj-exempel

A synthetic model of about the size asked for is funded project by project (every second one wholly, by all its funds),
given multipliers of the right sign at random for every objective, released and verified. The plan breaks rules and is
no optimum, so that `verify` has the most to say. Every row has a multiplier, three times as many as an optimum has.
With `--model` a real model is solved, released and verified. Prints CPU seconds by step, least of three runs.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generate import portfolio

from rus_funding.engine.engine import solve
from rus_funding.engine.publish import digests, publish
from rus_funding.model.model import document
from rus_funding.model.reading import read_model
from rus_funding.proof.audit import audit
from rus_funding.proof.bound import certify
from rus_funding.proof.case import Case
from rus_funding.proof.labels import labels
from rus_funding.proof.ledger import Ledger
from rus_funding.proof.order import draw_order_breaches
from rus_funding.proof.release import release, write_release
from rus_funding.proof.rows import ROWS
from rus_funding.proof.tree import linear, worst
from rus_funding.proof.verdict import verify
from rus_funding.proof.worth import value

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = 3


def plan(case: Case) -> list[tuple[str, str, int, str, int]]:
    """Every second project at its whole cost, in equal parts by the funds that may pay."""
    rows = []
    for project in list(case.projects.values())[::2]:
        for part in project.classes:
            for year, cost in part.costs.items():
                for i, fund in enumerate(part.funds):
                    rows.append((project.id, fund, year, part.name, (cost + i) // len(part.funds)))
    return rows


def multipliers(case: Case, seed: int) -> dict[tuple[str, ...], float]:
    """A multiplier for every row, of a sign that the row has."""
    rng = random.Random(seed)
    sign = {"any": 1, ">=0": 1, "<=0": -1}
    return {label: sign[ROWS[label[0]][0]] * rng.random() * 1e-4 for label in labels(case)}


def seconds(step: Callable[[], Any]) -> float:
    """The least of `RUNS` runs."""
    taken = []
    for _ in range(RUNS):
        start = time.process_time()
        step()
        taken.append(time.process_time() - start)
    return min(taken)


def main() -> None:
    """Make, release, verify, and print what each step took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--payments", type=int, default=20_000, help="payment variables, about")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", type=Path, help="a model to solve, in place of a synthetic one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.json"
        if given.model is not None:
            solved(given.model, path)
        else:
            synthetic(given.payments, given.seed, path)
        print(f"file {path.stat().st_size / 1e6:.2f} MB")
        print(f"{'verify the file':24} {seconds(lambda: verify(path)):7.3f} s")


def solved(folder: Path, path: Path) -> None:
    """Release the optimum of a model, and time its proofs."""
    outcome = solve(read_model(folder))
    publish(outcome, path, inputs=digests(folder))
    case = Case.of(document(outcome.model))
    assert outcome.certificate is not None  # noqa: S101
    taken = sum(outcome.seconds.values())
    print(f"{folder.name}: {outcome.standing.name}, {len(outcome.payments)} payments, solved in {taken:.2f} s")
    for proof in outcome.certificate.proofs:
        name = f"{proof.objective}: {len(proof.tree.leaves)} leaves"
        print(f"{name:24} {seconds(lambda proof=proof: worst(case, proof)):7.3f} s")  # type: ignore[misc]


def synthetic(payments: int, seed: int, path: Path) -> None:
    """Release a plan of a synthetic model, and time each step of the check."""
    projects = max(8, round(payments / 20))
    doc = document(portfolio(projects, 24, 6, seed))
    case = Case.of(doc)
    rows, duals = plan(case), multipliers(case, seed)
    ledger = Ledger.of(rows)
    variables = sum(len(part.funds) * len(part.costs) for p in case.projects.values() for part in p.classes)
    print(f"{projects} projects, {variables} payment variables, {len(rows)} payments, {len(duals)} multipliers")
    proofs = [linear(objective, {}, duals) for objective in case.objectives]
    write_release(path, release(doc, rows, optima={}, proofs=proofs, inputs={"model": "00" * 32}))
    steps: dict[str, Callable[[], Any]] = {
        "read the case": lambda: Case.of(doc),
        "sum the payments": lambda: Ledger.of(rows),
        "audit": lambda: audit(case, ledger),
        "draw order": lambda: draw_order_breaches(case, ledger),
        "value": lambda: value(case, ledger),
        "bound": lambda: certify(case, duals),
    }
    for name, step in steps.items():
        print(f"{name:24} {seconds(step):7.3f} s")


if __name__ == "__main__":
    main()
