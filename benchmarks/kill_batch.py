"""Kill a batch at random moments until it is done, and compare what is left with an undisturbed run.

    python benchmarks/kill_batch.py --kills 50

Every other kill strikes anywhere (start-up and birth of the file included), the others soon after something new was
written. After each one the run must open, hold at least what it held before, and nothing twice. At the end `--resume`
must give the content of a run that nobody disturbed, row for row. Exit status: 0 if so, 1 if not.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rus_funding.errors import UsageError
from rus_funding.runs import Run, content_digest
from rus_funding.runs.file import finished

ROOT = Path(__file__).parent.parent
SAMPLE = """
[sample]
size = {size}
seed = 5
costs = {{ table = "costs", multiply = "amount", distribution = "uniform", low = 0.9, high = 1.2, per = "project" }}
"""


def command(model: Path, scenario: Path, output: Path, workers: int) -> list[str]:
    """The batch as a user starts it."""
    return [
        *(sys.executable, "-m", "rus_funding", "batch", str(model), str(scenario), "-o", str(output)),
        *("--resume", "--workers", str(workers)),
    ]


def standing(path: Path) -> list[str]:
    """The scenarios that stand; none where the file is not born yet."""
    if not path.exists():
        return []
    with Run(path) as run:
        return run.names()


def count(path: Path) -> int:
    """How many scenarios stand: a quick look, as long as nobody has struck."""
    try:
        return finished(path) if path.exists() else 0
    except UsageError:  # not born yet
        return 0


def first(arguments: list[str], path: Path) -> float:
    """The seconds that a batch needs here, today, until its first scenario stands."""
    started = time.monotonic()
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not count(path):
            time.sleep(0.02)
        process.kill()
    return time.monotonic() - started


def strike(
    arguments: list[str], path: Path, stood: int, generator: random.Random, start: float, *, anywhere: bool
) -> float:
    """Start a batch and kill it; the seconds it lived. `start` is what it takes to begin."""
    started = time.monotonic()
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        if anywhere:
            time.sleep(generator.uniform(0.05, 2 * start))
        else:
            new = generator.randint(1, 40)
            while process.poll() is None and count(path) < stood + new and time.monotonic() < started + 20 * start:
                time.sleep(generator.uniform(0.001, 0.02))
        process.kill()
    return time.monotonic() - started


def main() -> int:
    """Run the whole of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--size", type=int, default=4000, help="scenarios")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "orebro-rus-2026-2028")
    given = parser.parse_args()
    generator = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        scenario, path, whole = (Path(folder) / name for name in ("prov.toml", "run.sqlite", "whole.sqlite"))
        scenario.write_text(SAMPLE.format(size=given.size), encoding="utf-8")
        arguments = command(given.model, scenario, path, given.workers)
        lost, early, kills, began = 0, 0, 0, time.monotonic()
        start = first(arguments, path)
        stood = standing(path)
        while kills < given.kills and len(stood) <= given.size:
            strike(arguments, path, len(stood), generator, start, anywhere=kills % 2 == 0)
            kills += 1
            try:
                now = standing(path)
            except UsageError as error:
                print(f"after kill {kills}: {error}")
                return 1
            lost += len(set(stood) - set(now))
            early += now == stood
            stood = now
        print(f"{kills} kills in {time.monotonic() - began:.0f} s ({early} before anything new was written); "
              f"{len(stood)} of {given.size + 1} scenarios stand, {lost} were lost")  # fmt: skip
        subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run(command(given.model, scenario, whole, given.workers), check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)  # fmt: skip
        with Run(path) as run:
            names, findings = run.names(), run.findings()
        same = content_digest(path) == content_digest(whole)
        left = sorted(file.name for file in Path(folder).iterdir())
        twice = len(names) - len(set(names))
        told = "equal to" if same else "DIFFERENT from"
        print(f"resumed: {len(names)} scenarios, {twice} doubled, {len(findings)} findings")
        print(f"content {told} an undisturbed run; files: {', '.join(left)}")
    return 0 if same and not lost and not findings and len(names) == given.size + 1 else 1


if __name__ == "__main__":
    sys.exit(main())
