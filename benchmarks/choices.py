"""Yes-or-no choices: CPU time, linear programs, leaves and proven gap, beside HiGHS' own MIP search on the value alone.

    python benchmarks/choices.py --seconds 60 --cases county,county-half,county-whole

case            what is chosen
county          the county portfolio as shipped
county-half     every project at least half, or not at all
county-whole    every project whole, or not at all
M-half, M-whole the same of a generated portfolio of 500 projects

Seconds are CPU time also where they limit our solve, so that other work on the machine changes nothing; HiGHS counts
its own by the clock. It is given the same program in the same units; its bound is its own word, ours is evaluated
exactly. Ratios are CPU time of `solve` (every objective, settled, audited, proven) to HiGHS' on the value alone.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import generate
import numpy as np

from rus_funding.engine.engine import Engine
from rus_funding.engine.solvers.highs import Highs
from rus_funding.model.reading import read_model
from rus_funding.program.objectives import value

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel

COUNTY = Path(__file__).parents[1] / "models" / "lansportfolj-exempel"
CASES = ("county", "county-half", "county-whole", "M-half", "M-whole")


def portfolio(case: str) -> FundingModel:
    """The model of a case."""
    size, _, kind = case.partition("-")
    model = read_model(COUNTY) if size == "county" else generate.model(size, 1)
    rows = model["projects"]
    columns: dict[str, Any] = {}
    if kind == "half":
        columns = {"min_share": np.maximum(rows["min_share"], 0.5)}
    if kind == "whole":
        columns = {"indivisible": np.ones_like(rows["indivisible"])}
    return model.replace(tables={**model.tables, "projects": rows.replace(**columns)})


def reference(model: FundingModel, seconds: float) -> tuple[float, str, float, float]:
    """HiGHS' MIP search on the value: CPU seconds, status, value found, bound."""
    f, amounts = Engine().prepare(model)
    program = f.compiled.fill(amounts)
    solver = Highs()
    begun = time.process_time()
    point = solver.minimise(-value(f, amounts), program, whole=True, seconds=seconds)
    return time.process_time() - begun, point.status, -point.objective, -point.bound


def main() -> None:
    """Print a line a case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--cases", default=",".join(CASES))
    chosen = parser.parse_args()
    time.monotonic = time.process_time  # the deadline of a solve
    print(f"{'case':14}{'standing':>10}{'CPU s':>8}{'programs':>10}{'leaves':>8}{'value':>14}{'bound':>14}{'gap':>12}"
          f"{'HiGHS CPU s':>13}{'status':>12}{'value':>14}{'ratio':>8}")  # fmt: skip
    for case in chosen.cases.split(","):
        model = portfolio(case)
        begun = time.process_time()
        outcome = Engine().solve(model, seconds=chosen.seconds)
        ours = time.process_time() - begun
        leaves = max((len(proof.tree.leaves) for proof in outcome.certificate.proofs), default=0) if (
            outcome.certificate) else 0  # fmt: skip
        seconds, status, found, _ = reference(model, chosen.seconds)
        gap = "" if outcome.gap is None else f"{outcome.gap:.6%}"
        print(f"{case:14}{outcome.standing.name:>10}{ours:8.2f}{outcome.programs:10}{leaves:8}{outcome.value or 0:14.2f}"  # noqa: E501
              f"{outcome.bound or 0:14.2f}{gap:>12}{seconds:13.2f}{status:>12}{found:14.2f}{ours / seconds:8.2f}",
              flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
