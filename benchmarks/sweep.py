"""Many random models of every kind, solved by the product and by the second opinion: what they disagree on, and
how often the rules that came later mattered.

    python benchmarks/sweep.py --to 1000 --out sweep.jsonl
    python benchmarks/sweep.py --to 2000 --family wild --seconds 60 --out sweep.jsonl
    python benchmarks/sweep.py --to 0 --out sweep.jsonl          # the tables of what is there already

A line of the file is a model; those that the file has are left out, so that a stopped sweep goes on. Models are solved
one after another in a worker, which is ended and made again where it does not answer in time: that is a finding too.

kind            found
invalid         `validate` refuses the model: nothing is solved
agrees          nothing to report
status          one calls infeasible, or an error, what the other solves; "unknown" where the product says so itself
no kronor       the product shows no plan where the second opinion has one in floats, but an integer program finds none
                in whole kronor either (`tests/whole_plans.py`)
optimum NAME    the optimum of an objective is another: more than 1e-6 apart (`second_opinion.compare`)
sensitive NAME  the same, but within what an objective before it gives if it is kept to 1e-7 only: no exact arithmetic
lost NAME       a plan that is called optimal is worse than the optimum by more than the objective's tolerance, 1e-6 of
                it, and a krona for each payment at the objective's price
bound           a bound below the optimum, or below the plan's value
exception       the product raises one
slow            an answer after more than 60 s
hang            no answer at all
no opinion      the second opinion has no answer (time, or an error): nothing is compared

A rule binds where an optimum without it is another; last time's plan (`previous`) where other payments are made without
it.
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

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from random_models import newer_model, random_model, rules_present, tight_model, without
from whole_plans import whole_plan
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
FAMILIES = {"random": random_model, "newer": newer_model, "wild": wild_model, "tight": tight_model}
RULES = (
    "least_grant",
    "least_share",
    "perspective",
    "available",
    "area_floor",
    "beyond",
)  # as `random_models` has them
ASKED = (*RULES, "previous", "withdrawn")
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
    record |= {"standing": outcome.standing.name, "binds": list(binding(model, outcome, seconds))}
    return {**record, "findings": found or [["agrees", outcome.status]]}


def binding(model: FundingModel, outcome: Outcome, seconds: float) -> Iterator[str]:
    """Those of `ASKED` that matter to a plan."""
    for rule in ASKED if outcome.planned else ():
        freed = freed_of(model, rule)
        if freed is None:
            continue
        free = Engine().solve(freed, seconds=seconds)
        optima, others = dict(outcome.objectives), dict(free.objectives)
        if rule == "previous":
            optima.pop("continuity")
            others.pop("continuity", None)
        apart = any(not second.agree(optima[name], others.get(name, math.inf)) for name in optima)
        if apart or (rule == "previous" and free.payments != outcome.payments):
            yield rule


def freed_of(model: FundingModel, rule: str) -> FundingModel | None:
    """The model without a rule, None where it has none of the kind."""
    if rule == "previous":
        asked = "continuity" in {objective.name for objective in model.objectives} and model["previous"].size
        return model.replace(tables={**model.tables, rule: model[rule].take([])}) if asked else None
    if rule == "withdrawn":
        projects = model["projects"]
        out = projects["status"] == rule
        status = np.where(out, "candidate", projects["status"]).astype(projects["status"].dtype)
        tables = {**model.tables, "projects": projects.replace(status=status)}
        return model.replace(tables=tables) if out.any() else None
    return without(model, rule) if rule in rules_present(model) else None


def differences(model: FundingModel, outcome: Outcome, opinion: second.Opinion) -> Iterator[Finding]:
    """Where an outcome and the second opinion disagree."""
    if opinion.status not in {"optimal", "infeasible"}:
        yield "no opinion", f"{opinion.status}: {opinion.message}"
        return
    standing = outcome.standing.name
    if not outcome.planned:
        if opinion.status != "infeasible" or standing != "infeasible":
            named = standing if standing == "unknown" else outcome.status
            settled = standing == "unknown" and opinion.status == "optimal" and outcome.code == "breach"
            missing = settled and whole_plan(model) is None
            yield (
                "no kronor" if missing else "status",
                f"{named} where the second is {opinion.status} ({outcome.message})",
            )
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
        "continuity": 2.0,  # a krona less here and one more there
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


def work(pipe: Any, seconds: float) -> None:
    """A worker: families and seeds in, records out."""
    while (asked := pipe.recv()) is not None:
        pipe.send(judged(*asked, seconds))


class Worker:
    """A process that is made again where it does not answer."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.start()

    def start(self) -> None:
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=work, args=(other, self.seconds), daemon=True)
        self.process.start()
        other.close()

    def ask(self, family: str, seed: int) -> dict[str, Any]:
        """The record of a model."""
        self.pipe.send((family, seed))
        patience = (2 + len(ASKED)) * self.seconds + GRACE
        found = ["hang", f"{patience:.0f} s"]
        if self.pipe.poll(patience):
            try:
                record: dict[str, Any] = self.pipe.recv()
            except EOFError:
                found = ["exception", "the process died"]
            else:
                return record
        self.process.kill()
        self.process.join()
        self.start()
        return {"family": family, "seed": seed, "findings": [found]}

    def end(self) -> None:
        self.pipe.send(None)
        self.process.join()


def summary(records: list[dict[str, Any]]) -> None:
    """Counts by family and kind, with the seeds; then how often each rule binds."""
    families = [family for family in FAMILIES if any(record["family"] == family for record in records)]
    for family in families:
        mine = [record for record in records if record["family"] == family]
        seeds: dict[str, list[int]] = collections.defaultdict(list)
        for record in mine:
            for kind in dict.fromkeys(kind for kind, _ in record["findings"]):
                seeds[kind].append(record["seed"])
        stand = collections.Counter(record["standing"] for record in mine if "standing" in record)
        print(f"{family}: {len(mine)} models; {', '.join(f'{count} {name}' for name, count in stand.most_common())}")
        for kind, found in sorted(seeds.items(), key=lambda item: -len(item[1])):
            shown = " ".join(map(str, sorted(found)[:24])) if kind != "agrees" else ""
            print(f"  {kind:<22} {len(found):>5}  {shown}{' …' if len(found) > 24 and shown else ''}")
    print(f"{'binds in':<24} {' '.join(f'{family:>8}' for family in families)}")
    for rule in ASKED:
        counts = [
            sum(rule in record.get("binds", ()) for record in records if record["family"] == family)
            for family in families
        ]
        print(f"  {rule:<22} {' '.join(f'{count:>8}' for count in counts)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="SEED")
    parser.add_argument("--to", dest="last", type=int, default=200, metavar="SEED", help="the seed after the last")
    parser.add_argument("--seconds", type=float, default=SLOW, help="time limit of each solve")
    parser.add_argument("--family", choices=list(FAMILIES), action="append", help="all but `tight` unless said")
    parser.add_argument("--out", type=Path, default=Path("sweep.jsonl"))
    asked = parser.parse_args()
    lines = asked.out.read_text(encoding="utf-8").splitlines() if asked.out.exists() else []
    records = [json.loads(line) for line in lines]
    done = {(record["family"], record["seed"]) for record in records}
    families = asked.family or [family for family in FAMILIES if family != "tight"]
    todo = [(family, seed) for seed in range(asked.first, asked.last) for family in families]
    worker = Worker(asked.seconds)
    with asked.out.open("a", encoding="utf-8") as file:
        for family, seed in todo:
            if (family, seed) not in done:
                records.append(worker.ask(family, seed))
                file.write(json.dumps(records[-1], ensure_ascii=False) + "\n")
                file.flush()
    worker.end()
    summary(records)


if __name__ == "__main__":
    main()
