"""Batches against the least they could cost: the bare solver, and against PuLP as most people would use it.

    python benchmarks/batch.py --sizes S,M --scenarios 60 --repeat 5
    python benchmarks/batch.py --sizes S --run 100,1000 --workers

Every scenario changes all budgets (x 0.85-1.15) and all weights of areas (x 0.8-1.25). The bare loop is highspy on
arrays that stand ready: new bounds and costs, the baseline's basis, `run`, the solution as an array; it solves the
value alone. The pipeline solves every objective and the canonical stage, settles to kronor, audits and certifies; the
run also makes the scenario, its figures and rows, and writes them. PuLP builds the value's model anew for each
scenario and gives it to CBC.

All figures are CPU time, children included, medians of interleaved runs, unless said to be wall time.
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import naive
import numpy as np
import pulp
from generate import SIZES, model

from rus_funding.engine.engine import Engine
from rus_funding.engine.solvers.highs import Highs
from rus_funding.engine.stages import stages
from rus_funding.runs.batch import batch
from rus_funding.scenarios import expand, read_scenarios

if TYPE_CHECKING:
    from collections.abc import Callable

    from rus_funding.model.model import FundingModel
    from rus_funding.scenarios import Scenario

SAMPLE = """title = "Budgets and weights"
[sample]
size = {size}
seed = 1
budgets = {{ table = "budgets", multiply = "amount", distribution = "uniform", low = 0.85, high = 1.15 }}
weights = {{ table = "areas", multiply = "weight", distribution = "uniform", low = 0.8, high = 1.25 }}
"""


def sample(size: int, folder: str) -> Scenario:
    """A scenario file of that many scenarios, read."""
    path = Path(folder) / f"mixed-{size}.toml"
    path.write_text(SAMPLE.format(size=size), encoding="utf-8")
    (found,) = read_scenarios(path)
    return found


def cpu() -> float:
    """CPU seconds of this process and of the children that have ended."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in usage)


class Bare:
    """highspy alone, on the arrays of the value's program."""

    def __init__(self, engine: Engine, models: list[FundingModel]) -> None:
        """Pour all scenarios beforehand."""
        self.basis, self.poured = engine.basis, []
        for each in models:
            f, amounts = engine.prepare(each)
            stage = stages(f, amounts)[0]
            self.poured.append((f.compiled.fill(amounts), -stage.cost * stage.scale))
        program, cost = self.poured[0]
        solver = Highs()
        solver.load(program)
        solver.minimise(cost, program, basis=self.basis)  # sets the options of our policy, too
        self.highs = solver._highs  # noqa: SLF001
        self.rows, self.columns = (np.arange(size, dtype=np.int32) for size in program.shape)

    def __call__(self, at: int) -> None:
        """Solve scenario `at`."""
        program, cost = self.poured[at]
        highs, rows, columns = self.highs, self.rows, self.columns
        highs.changeColsCost(columns.size, columns, cost)
        highs.changeColsBounds(columns.size, columns, program.lower, program.upper)
        highs.changeRowsBounds(rows.size, rows, program.row_lower, program.row_upper)
        highs.clearSolver()
        highs.setBasis(self.basis)
        highs.run()
        np.array(highs.getSolution().col_value)


def with_pulp(funding: FundingModel) -> None:
    """Build and solve as most people would."""
    with warnings.catch_warnings():  # PuLP 3.3 announces what 4 will rename
        warnings.simplefilter("ignore", DeprecationWarning)
        naive.build(funding).solve(pulp.PULP_CBC_CMD(msg=False))


def loops(size: str, count: int, repeat: int) -> None:
    """Bare loop, pipeline, pouring and PuLP, interleaved in one process."""
    funding = model(size, 1)
    engine = Engine()
    engine.start_from(funding)
    with tempfile.TemporaryDirectory() as folder:
        models = [prepared.apply() for prepared in expand(funding, sample(count, folder))]
    bare = Bare(engine, models)
    optimal, lost = 0, 0

    def pour(at: int) -> None:
        f, amounts = engine.prepare(models[at])
        f.compiled.fill(amounts)

    def solve(at: int) -> None:
        nonlocal optimal, lost
        outcome = engine.solve(models[at])
        optimal += outcome.status == "optimal"
        lost += sum(project.given_up for project in outcome.projects)

    tasks: dict[str, Callable[[int], None]] = {
        "bare": bare, "pour": pour, "pipeline": solve, "pulp": lambda at: with_pulp(models[at]),
    }  # fmt: skip
    solve(0)
    optimal = lost = 0
    each: dict[str, list[float]] = {name: [] for name in tasks}
    parts = np.array_split(np.arange(count), repeat)
    for part in parts:
        for name, task in tasks.items():
            chosen = part.tolist() if name != "pulp" else part.tolist()[: max(1, len(part) // 4)]
            begun = cpu()
            for at in chosen:
                task(at)
            each[name].append((cpu() - begun) / len(chosen))
    ms = {name: 1e3 * statistics.median(taken) for name, taken in each.items()}

    def ratio(above: str, below: str) -> float:
        return statistics.median(a / b for a, b in zip(each[above], each[below], strict=True))

    print(f"\n{size}: {'{} projects x {} funds x {} years'.format(*SIZES[size])}; {count} scenarios in {repeat} parts")
    print(f"  bare highspy loop      {ms['bare']:9.2f} ms a scenario")
    print(f"  pouring                {ms['pour']:9.2f} ms            {ratio('pour', 'bare'):6.3f} x bare")
    print(f"  pipeline               {ms['pipeline']:9.2f} ms            {ratio('pipeline', 'bare'):6.2f} x bare")
    print(f"  PuLP + CBC, value only {ms['pulp']:9.2f} ms            {ratio('pulp', 'pipeline'):6.2f} x pipeline")
    print(f"  certified {optimal} of {count}; {lost / count:.1f} kr given up in whole projects on average")


def runs(size: str, counts: list[int], *, workers: int) -> None:
    """Real batches with writing, each in a process of its own: CPU and memory."""
    print(f"\n{size}: batches with writing, {workers} worker{'s' * (workers != 1)}")
    found = [child(size, count, workers) for count in counts]
    for count, one in zip(counts, found, strict=True):
        print(
            f"  {count:6} scenarios  {one['cpu']:9.2f} s CPU  {one['wall']:9.2f} s wall  "
            f"{one['peak']:5.0f} MiB in the largest process, {one['sum']:5.0f} MiB at most in all  {one['statuses']}"
        )
    for (a, first), (b, second) in itertools.pairwise(zip(counts, found, strict=True)):
        each = (second["cpu"] - first["cpu"]) / (b - a)
        print(f"  from {a} to {b}: {1e3 * each:.2f} ms CPU a scenario beyond the start")


def child(size: str, count: int, workers: int) -> dict[str, Any]:
    """One batch in a process of its own."""
    command = [sys.executable, __file__, "--one", f"{size},{count},{workers}"]
    found: dict[str, Any] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)
    return found


def one(size: str, count: int, workers: int) -> None:
    """The child's side: print figures as JSON."""
    funding = model(size, 1)
    with tempfile.TemporaryDirectory() as folder:
        scenario = sample(count, folder)
        begun, wall = cpu(), time.perf_counter()
        summary = batch(funding, [scenario], Path(folder) / "run.db", workers=workers)
        figures = {"cpu": cpu() - begun, "wall": time.perf_counter() - wall, "statuses": dict(summary.statuses)}
    own, others = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({**figures, "peak": max(own, others), "sum": own + workers * others}))


def scaling(size: str, count: int, repeat: int) -> None:
    """One worker against two, wall time beyond the start: means something on idle cores only."""
    few = max(2, count // 10)
    gains = []
    for _ in range(repeat):
        taken = {w: child(size, count, w)["wall"] - child(size, few, w)["wall"] for w in (1, 2)}
        gains.append(taken[1] / taken[2])
    print(f"\n{size}: two workers against one, wall time of {count - few} scenarios: {statistics.median(gains):.2f} x")


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="S,M")
    parser.add_argument("--scenarios", type=int, default=60, help="scenarios of S in the loops; a tenth of them of M")
    parser.add_argument("--repeat", type=int, default=5, help="parts into which they are divided, or pairs of batches")
    parser.add_argument("--run", default="", help="scenarios of batches with writing, such as 100,1000,10000")
    parser.add_argument("--workers", action="store_true", help="compare one worker with two (wall time)")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        size, count, workers = options.one.split(",")
        one(size, int(count), int(workers))
        return
    for size in options.sizes.split(","):
        count = options.scenarios if size == "S" else max(options.repeat, options.scenarios // 10)
        if options.run:
            runs(size, [int(each) for each in options.run.split(",")], workers=1)
        if options.workers:
            scaling(size, 10 * count, options.repeat)
        if not options.run and not options.workers:
            loops(size, count, options.repeat)


if __name__ == "__main__":
    main()
