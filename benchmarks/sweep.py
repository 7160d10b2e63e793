"""Many random models, each solved by the product and by the second opinion; what they disagree on is written down.

    python benchmarks/sweep.py --from 0 --to 500 --seconds 60 --out sweep.jsonl
    python benchmarks/sweep.py --out sweep.jsonl --to 0          # the table of what is there already

A line of the file is a seed; seeds that the file has are left out, so that a stopped sweep goes on. Seeds are solved
one after another in a worker, which is ended and made again where it does not answer in time: that is a finding too.

kind            found
invalid         `validate` refuses the model: nothing is solved
agrees          nothing to report
status          one calls infeasible, or an error, what the other solves; "unknown" where the product says so itself
optimum NAME    the optimum of an objective is another: more than 1e-6 apart (`second_opinion.compare`)
sensitive NAME  the same, but within what an objective before it gives if it is kept to 1e-7 only: no exact arithmetic
lost NAME       a plan that is called optimal is worse than the optimum by more than the objective's tolerance, 1e-6 of
                it, and a krona for each payment at the objective's price
bound           a bound below the optimum, or below the plan's value
exception       the product raises one
slow            an answer after more than 60 s
hang            no answer at all
no opinion      the second opinion has no answer (time, or an error): nothing is compared
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import json
import math
import multiprocessing
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from random_models import newer_model, random_model, tight_model
from wild_models import wild_model

from rus_funding import second_opinion as second
from rus_funding.engine.engine import Engine
from rus_funding.model.model import document
from rus_funding.model.validation import validate
from rus_funding.proof.case import Case
from rus_funding.proof.ledger import Ledger
from rus_funding.proof.worth import figure
from rus_funding.second_opinion import stages
from rus_funding.second_opinion.optimum import AGREE, SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.engine.plan import Outcome
    from rus_funding.model.model import FundingModel

Finding = tuple[str, str]  # kind, and what there is to say
FAMILIES = {"wild": wild_model, "random": random_model, "newer": newer_model, "tight": tight_model}
SLOW = 60.0  # seconds
GRACE = 20.0  # seconds beyond both time limits before a worker is ended
COARSE = 1e-7  # share of an optimum: what a less fine arithmetic would give up


def judged(family: str, seed: int, seconds: float) -> dict[str, Any]:
    """One seed: what is found, and how long the two took."""
    model = FAMILIES[family](seed)
    record: dict[str, Any] = {"family": family, "seed": seed}
    refused = [problem.code for problem in validate(model) if problem.severity == "error"]
    if refused:
        return {**record, "findings": [["invalid", ", ".join(sorted(set(refused)))]]}
    begun = time.monotonic()
    try:
        outcome = Engine().solve(model, seconds=seconds)
    except Exception as error:  # whatever it is, it is a finding
        last = traceback.extract_tb(error.__traceback__)[-1]
        said = f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"
        return {**record, "findings": [["exception", said]], "seconds": time.monotonic() - begun}
    took = time.monotonic() - begun
    opinion = second.second_opinion(model, seconds=seconds)
    found = list(differences(model, outcome, opinion))
    if took > SLOW:
        found.append(("slow", f"{took:.0f} s"))
    record |= {"seconds": took, "second": time.monotonic() - begun - took, "status": outcome.status}
    return {**record, "findings": found or [["agrees", outcome.status]]}


def differences(model: FundingModel, outcome: Outcome, opinion: second.Opinion) -> Iterator[Finding]:
    """Where an outcome and the second opinion disagree."""
    if opinion.status not in {"optimal", "infeasible"}:
        yield "no opinion", f"{opinion.status}: {opinion.message}"
        return
    standing = outcome.standing.name
    if not outcome.planned:
        if opinion.status != "infeasible" or standing != "infeasible":
            named = standing if standing == "unknown" else outcome.status
            yield "status", f"{named} where the second is {opinion.status} ({outcome.message})"
        return
    if opinion.status != "optimal":
        yield "status", f"{outcome.status} where the second is {opinion.status}"
        return
    if standing != "within":
        yield from optima(model, outcome, opinion)
        yield from losses(model, outcome, opinion)
    yield from bounds(outcome, opinion)


def optima(model: FundingModel, outcome: Outcome, opinion: second.Opinion) -> Iterator[Finding]:
    """Stages whose optimum is another."""
    apart = [one for one in second.compare(opinion, outcome) if one.what != "status"]
    coarse: dict[str, float] = {}
    if apart:
        with finer_than(COARSE):
            coarse = dict(second.second_opinion(model, seconds=SLOW).optima)
    for one in apart:
        low, high = sorted((coarse.get(one.what, math.nan), float(one.second or 0.0)))
        size = opinion.sizes.get(one.what, 0.0)
        first = float(one.first) if one.first is not None else math.nan
        near = second.agree(min(max(first, low), high), first, size) if not math.isnan(low + high) else False
        yield f"{'sensitive' if near else 'optimum'} {one.what}", f"{one.first} for {one.second}"


@contextlib.contextmanager
def finer_than(share: float) -> Iterator[None]:
    """Let the second opinion give up this share of each optimum for the next."""
    kept, stages.SLACKS = stages.SLACKS, (share,)
    try:
        yield
    finally:
        stages.SLACKS = kept


def losses(model: FundingModel, outcome: Outcome, opinion: second.Opinion) -> Iterator[Finding]:
    """Objectives in which the plan in kronor is worse than whole kronor and tolerances explain."""
    case = Case.of(document(model))
    ledger = Ledger.of((p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments)
    shares = ledger.shares(case, {p.project: p.share for p in outcome.projects if not p.cost})
    program = second.Program(model)
    tolerance = {objective.name: objective.tolerance for objective in model.objectives}
    for name, optimum in opinion.optima:
        sign = 1 if program.objective(name)[0] == "max" else -1
        worth = float(figure(case, ledger, shares, name))
        give = (tolerance[name] + AGREE) * max(abs(optimum), SMALL * opinion.sizes[name])
        krona = settled(program.d, outcome, opinion, name)
        if sign * (optimum - worth) > give + krona:
            yield f"lost {name}", f"{worth:.9g} for {optimum:.9g}, tolerance {tolerance[name]}, kronor {krona:.3g}"


def settled(d: second.Facts, outcome: Outcome, opinion: second.Opinion, name: str) -> float:
    """What a krona for each payment, of the plan or of the second opinion's, comes to in an objective."""
    cells = {(p.project, p.fund, p.year, p.category_class) for p in outcome.payments}
    cells |= {cell for cell, kronor in opinion.payments.items() if kronor > 0.5}
    weights = [r["weight"] for r in d.areas.values() if r["weight"] > 0]
    people = [n for n in d.population.values() if n > 0]
    each = {
        "draw_order": max((r["draw_order"] for r in d.funds.values()), default=0),
        "balance": 1 / min(weights, default=1.0),
        "reach": 1 / min(people, default=1.0),
    }
    if name != "value":
        return float(len(cells) * each.get(name, 1.0))
    points: dict[str, float] = collections.defaultdict(float)
    for (p, a), b in d.benefit.items():
        points[p] += d.areas[a]["weight"] * b
    for pair, projects in d.pairs.items():
        for p in projects:
            points[p] += d.policy.collaboration_weight * d.worth(*pair)
    return sum(points[p] / d.total[p] for p, *_ in cells)


def bounds(outcome: Outcome, opinion: second.Opinion) -> Iterator[Finding]:
    """A bound on `value` that is none."""
    best = dict(opinion.optima).get("value")
    if outcome.bound is None or outcome.value is None:
        return
    if best is not None and outcome.bound < best - AGREE * max(abs(best), SMALL * opinion.sizes["value"]):
        yield "bound", f"{outcome.bound} below the optimum {best}"
    give = float(outcome.checked.give) if outcome.checked is not None else 0.0
    if outcome.value > outcome.bound + give + 1e-9 * max(1.0, abs(outcome.bound)):
        yield "bound", f"{outcome.bound} below the plan's value {outcome.value}"


# ------------------------------------------------------------------------------------- workers, the file, the summary


def work(pipe: Any, family: str, seconds: float) -> None:
    """A worker: seeds in, records out."""
    while (seed := pipe.recv()) is not None:
        pipe.send(judged(family, seed, seconds))


class Worker:
    """A process that is made again where it does not answer."""

    def __init__(self, family: str, seconds: float) -> None:
        self.family, self.seconds = family, seconds
        self.start()

    def start(self) -> None:
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=work, args=(other, self.family, self.seconds), daemon=True)
        self.process.start()
        other.close()

    def ask(self, seed: int) -> dict[str, Any]:
        """The record of a seed."""
        self.pipe.send(seed)
        if self.pipe.poll(2 * self.seconds + GRACE):
            try:
                record: dict[str, Any] = self.pipe.recv()
            except EOFError:
                record = {"family": self.family, "seed": seed, "findings": [["exception", "the process died"]]}
            else:
                return record
        else:
            record = {"family": self.family, "seed": seed, "findings": [["hang", f"{2 * self.seconds + GRACE:.0f} s"]]}
        self.process.kill()
        self.process.join()
        self.start()
        return record

    def end(self) -> None:
        self.pipe.send(None)
        self.process.join()


def summary(records: list[dict[str, Any]]) -> None:
    """Counts by kind, with the seeds."""
    seeds: dict[str, list[int]] = collections.defaultdict(list)
    for record in records:
        for kind in dict.fromkeys(kind for kind, _ in record["findings"]):
            seeds[kind].append(record["seed"])
    print(f"{len(records)} seeds")
    for kind, found in sorted(seeds.items(), key=lambda item: -len(item[1])):
        shown = " ".join(map(str, sorted(found)[:24])) if kind != "agrees" else ""
        print(f"  {kind:<22} {len(found):>5}  {shown}{' …' if len(found) > 24 and shown else ''}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="SEED")
    parser.add_argument("--to", dest="last", type=int, default=200, metavar="SEED", help="the seed after the last")
    parser.add_argument("--seconds", type=float, default=SLOW, help="time limit of each of the two solves")
    parser.add_argument("--family", choices=list(FAMILIES), default="wild")
    parser.add_argument("--out", type=Path, default=Path("sweep.jsonl"))
    asked = parser.parse_args()
    lines = asked.out.read_text(encoding="utf-8").splitlines() if asked.out.exists() else []
    records = [record for record in map(json.loads, lines) if record["family"] == asked.family]
    done = {record["seed"] for record in records}
    todo = [seed for seed in range(asked.first, asked.last) if seed not in done]
    if todo:
        worker = Worker(asked.family, asked.seconds)
        with asked.out.open("a", encoding="utf-8") as file:
            for seed in todo:
                records.append(worker.ask(seed))
                file.write(json.dumps(records[-1], ensure_ascii=False) + "\n")
                file.flush()
        worker.end()
    summary(records)


if __name__ == "__main__":
    main()
