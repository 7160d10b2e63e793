"""Explanations against the solve they explain: CPU seconds and ratios, one process, each from a fresh `Case`.

    python benchmarks/explain.py                                  # models/lansportfolj-exempel, every project
    python benchmarks/explain.py --size M --projects 5            # a generated model, five of its projects

A ratio of 5 means five times the CPU time of `solve` (formulate, solve, settle, audit, certify) on the same model. The
flips line gives all flip costs exactly, and the classes at one tolerance with bounds.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generate import SIZES, model

from rus_funding.engine.engine import solve
from rus_funding.explanations import Case, explain_project, flip_costs, rank_projects, summary
from rus_funding.model.reading import read_model

if TYPE_CHECKING:
    from collections.abc import Callable

LARGE = Path(__file__).parent.parent / "models" / "lansportfolj-exempel"


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of this process, and what the work gives."""
    begun = time.process_time()
    found = work()
    return time.process_time() - begun, found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, help="a generated model instead of the large example")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--projects", type=int, default=0, help="only so many projects, spread over the list (0: all)")
    parser.add_argument("--limit", type=int, default=40, help="solves for the flips of a generated model")
    options = parser.parse_args()
    funding = model(options.size, options.seed) if options.size else read_model(LARGE)
    base = statistics.median(timed(lambda: solve(funding))[0] for _ in range(3))
    outcome = solve(funding)
    shape = f"{len(outcome.projects)} projects"
    print(f"{funding.name}, {shape}; solve {base:.2f} s; all figures CPU seconds")

    def line(what: str, seconds: float, said: str = "") -> None:
        print(f"  {what:34} {seconds:8.2f} s  {seconds / base:6.2f} x solve  {said}")

    line("summary of a meeting pack", timed(lambda: summary(outcome))[0])
    bare = timed(lambda: rank_projects(outcome, explained=0))[0]
    line("list, no reasons", bare)
    count = 10 if options.size else None
    seconds, listed = timed(lambda: rank_projects(outcome, explained=count, most=4, first=True))
    told = sum(one.causes is not None for one in listed.departures)
    line("list with reasons", seconds, f"{told} of {len(listed.departures)} departures explained")
    limit = options.limit if options.size else None
    seconds, exact = timed(lambda: flip_costs(outcome, limit=limit))
    line("flip costs", seconds, f"{exact.solves} solves")
    seconds, quick = timed(lambda: flip_costs(outcome, tolerance=0.01, limit=limit))
    line("classes at 1 %", seconds, f"{quick.solves} solves, {len(quick.classes(0.01)['open'])} open")
    names = [row.project for row in listed.rows]
    if options.projects:
        names = names[:: max(1, len(names) // options.projects)][: options.projects]
    ratios = []
    for project in names:
        seconds, _ = timed(lambda project=project: explain_project(Case(outcome), project))
        ratios.append(seconds / base)
    ratios.sort()
    print(
        f"  one project ({len(ratios)} measured): median {statistics.median(ratios):.1f} x solve, "
        f"nine in ten below {ratios[int(0.9 * (len(ratios) - 1))]:.1f} x, most {ratios[-1]:.1f} x"
    )


if __name__ == "__main__":
    main()
