"""The core against its peers: medians of interleaved runs, each in a process of its own, with ratios.

    python benchmarks/core.py --sizes S,M --repeat 5 --limit 300

Peers are `import pandas`, and the same model written with PuLP as most people would (`naive.py`), which builds and
solves the first objective only. The core builds, solves every objective and the canonical stage, settles to kronor,
audits and certifies. The figures are for one machine and one day: read them as ratios.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import platform
import resource
import statistics
import subprocess
import sys
import time
import warnings
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from generate import SIZES, model

if TYPE_CHECKING:
    from collections.abc import Callable

    from rus_funding.model.model import FundingModel

Job = dict[str, Any]
STEPS = ("formulate", "solve", "settle", "audit", "certify")


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of wall time, and what the work gives."""
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


def arrays(funding: FundingModel) -> Job:
    """The model as the linear program's arrays, and the same once more with the structure at hand."""
    from rus_funding.model.amounts import Amounts
    from rus_funding.model.index import Index
    from rus_funding.model.portfolio import Portfolio
    from rus_funding.program.formulation import formulate

    def build() -> Any:
        amounts = Amounts(funding, Index(funding))
        f = formulate(Portfolio(amounts.index, amounts))
        return f, f.compiled.fill(amounts)

    seconds, (f, program) = timed(build)
    again, _ = timed(lambda: f.compiled.fill(Amounts(funding, f.at.index)))
    height, width = program.shape
    return {"seconds": seconds, "again": again, "rows": height, "columns": width, "entries": int(program.values.size)}


def core(funding: FundingModel, solver: str = "highs") -> Job:
    """The whole of `solve`."""
    from rus_funding.engine.engine import solve

    seconds, outcome = timed(lambda: solve(funding, solver=solver))
    lost = sum(project.given_up for project in outcome.projects)
    return {
        "seconds": seconds,
        "status": outcome.status,
        "steps": dict(outcome.seconds),
        "optimum": outcome.optimum,
        "gap": outcome.gap if outcome.gap is not None else math.nan,
        "given_up": lost,
        "kronor": sum(payment.kronor for payment in outcome.payments),
    }


def plain(funding: FundingModel, solver: str = "", limit: float = math.inf) -> Job:
    """The naive build, and the value solved by a solver behind PuLP."""
    import naive
    import pulp

    built, lp = timed(lambda: naive.build(funding))
    if not solver:
        return {"seconds": built}
    with warnings.catch_warnings():  # PuLP 3.3 announces what 4 will rename
        warnings.simplefilter("ignore", DeprecationWarning)
        backend = {"cbc": pulp.PULP_CBC_CMD, "highs": pulp.HiGHS}[solver](msg=False, timeLimit=limit)
        seconds, _ = timed(lambda: lp.solve(backend))
    return {"seconds": built + seconds, "late": seconds >= limit, "optimum": pulp.value(lp.objective)}


JOBS: dict[str, Callable[..., Job]] = {
    "arrays": arrays,
    "naive build": plain,
    "core": core,
    "naive + CBC": lambda funding, limit: plain(funding, "cbc", limit),
    "naive + HiGHS": lambda funding, limit: plain(funding, "highs", limit),
}
IMPORTS = ("pass", "import rus_funding", "import rus_funding.engine.engine", "import rus_funding.cli", "import pandas")


def child(job: str, size: str, seed: int, limit: float) -> None:
    """One job in this process; prints its figures."""
    funding = model(size, seed)
    before = peak()
    options = {"limit": limit} if "+" in job else {}
    found = JOBS[job](funding, **options)
    print(json.dumps({**found, "peak": peak() - before}))


def peak() -> float:
    """MiB that this process and the largest of its children had at most."""
    return sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def run(*arguments: str) -> str:
    """A Python process, and what it prints."""
    return subprocess.run([sys.executable, *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout


def medians(runs: list[Job]) -> Job:
    """The median of every number; of anything else the last."""
    out = dict(runs[-1])
    for key, value in out.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            out[key] = statistics.median(found[key] for found in runs)
    if "steps" in out:
        out["steps"] = {step: statistics.median(found["steps"][step] for found in runs) for step in STEPS}
    out["late"] = any(found.get("late") for found in runs)
    return out


def imports(repeat: int) -> None:
    """Start-up: whole processes."""
    taken: dict[str, list[float]] = {line: [] for line in IMPORTS}
    for _ in range(max(5, repeat)):
        for line in IMPORTS:
            taken[line].append(timed(lambda line=line: run("-c", line))[0])
    median = {line: statistics.median(seconds) for line, seconds in taken.items()}
    bare = median["pass"]
    pandas = median["import pandas"] - bare
    print("\nImport time, ms above an empty Python process, and against `import pandas`")
    for line in IMPORTS[1:]:
        print(f"  {line:28} {1e3 * (median[line] - bare):8.0f}  {(median[line] - bare) / pandas:6.2f} x")


def measure(size: str, seed: int, repeat: int, limit: float) -> dict[str, Job]:
    """All jobs of one size, interleaved."""
    runs: dict[str, list[Job]] = {job: [] for job in JOBS}
    for _ in range(repeat):
        for job in JOBS:
            runs[job].append(
                json.loads(run(__file__, "--job", job, "--sizes", size, "--seed", str(seed), "--limit", str(limit)))
            )
    return {job: medians(found) for job, found in runs.items()}


def show(size: str, found: dict[str, Job], repeat: int) -> None:
    """The figures of one size."""
    built, whole, peer = found["arrays"], found["core"], found["naive build"]
    shape = "{} projects x {} funds x {} years".format(*SIZES[size])
    program = f"{built['rows']:.0f} rows x {built['columns']:.0f} columns, {built['entries']:.0f} entries"
    print(f"\n{size}: {shape}; {program}; {repeat} runs")

    def line(what: str, seconds: float, peak: float | None, *said: str, late: bool = False) -> None:
        memory = "" if peak is None else f"{peak:.0f} MiB"
        print(f"  {what:28} {'>' if late else ' '}{seconds:10.4f} s {memory:>9}  {', '.join(said)}")

    for what, key in (("model -> arrays", "seconds"), ("numbers poured in again", "again")):
        memory = built["peak"] if key == "seconds" else None
        line(what, built[key], memory, f"{built[key] / peer['seconds']:.3f} x the naive build")
    line("naive PuLP build", peer["seconds"], peer["peak"])
    lost = f"{whole['given_up']:.0f} kr of {whole['kronor'] / 1e6:.0f} Mkr given up"
    line("solve, whole", whole["seconds"], whole["peak"], whole["status"], f"gap {whole['gap']:.0e}", lost)
    steps = ", ".join(f"{step} {seconds:.3f}" for step, seconds in whole["steps"].items())
    print(f"    {steps} s; settle / solve {whole['steps']['settle'] / whole['steps']['solve']:.2f}")
    for job in ("naive + CBC", "naive + HiGHS"):
        peer = found[job]
        ratio = f"solve is {'<' if peer['late'] else ''}{whole['seconds'] / peer['seconds']:.2f} x"
        apart = abs(peer["optimum"] - whole["optimum"]) / abs(whole["optimum"])
        note = "stopped at the limit" if peer["late"] else f"optimum apart by {apart:.0e}"
        line(job, peer["seconds"], peer["peak"], ratio, note, late=peer["late"])


def growth(found: dict[str, dict[str, Job]]) -> None:
    """Exponents k of seconds ~ columns^k between neighbouring sizes; 1 is linear."""
    sizes = list(found)
    if len(sizes) > 1:
        print("\nGrowth with the number of columns (exponent; 1 is linear)")
    for small, large in itertools.pairwise(sizes):
        width = math.log(found[large]["arrays"]["columns"] / found[small]["arrays"]["columns"])
        first, second = found[small]["core"]["steps"], found[large]["core"]["steps"]
        each = {step: math.log(second[step] / first[step]) / width for step in STEPS}
        outside = [step for step in STEPS if step != "solve"]
        together = math.log(sum(second[s] for s in outside) / sum(first[s] for s in outside)) / width
        said = ", ".join(f"{step} {k:.2f}" for step, k in each.items())
        print(f"  {small} -> {large}: {said}; all but solve {together:.2f}")


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="S,M", help="of S, M, L (default: S,M); L takes many minutes")
    parser.add_argument("--repeat", type=int, default=5, help="runs per median; L is run once")
    parser.add_argument("--limit", type=float, default=300, help="seconds that a naive solver may take")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--job", choices=JOBS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    sizes = options.sizes.split(",")
    if options.job:
        child(options.job, sizes[0], options.seed, options.limit)
        return
    installed = ", ".join(f"{name} {version(name)}" for name in ("highspy", "pulp", "numpy", "pandas"))
    print(f"Python {platform.python_version()}, {platform.machine()}, {installed}")
    imports(options.repeat)
    found = {}
    for size in sizes:
        repeat = 1 if size in {"L", "XL"} else options.repeat
        found[size] = measure(size, options.seed, repeat, options.limit)
        show(size, found[size], repeat)
    growth(found)


if __name__ == "__main__":
    main()
