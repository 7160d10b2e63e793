"""Scenarios against a reference: what a run, or several, say together.

In come runs; out comes a `Comparison`, as frozen values, tables and sentences. A plan is never changed here; regret
solves its financing anew.

`compare` gives key figures with differences, the robust core and what matters most in a sample; `weight_regret` what a
plan may lose at most under statements about the weights, `plan_regret` over the scenarios. docs/compare.md says how
each is to be read.
"""

from __future__ import annotations

import dataclasses
from contextlib import ExitStack
from typing import TYPE_CHECKING

from rus_funding.comparisons.comparison import FIGURES, GROUPS, QUANTILES, Across, Comparison, Line, Note
from rus_funding.comparisons.differences import moved
from rus_funding.comparisons.drivers import drivers
from rus_funding.comparisons.other_strategy import by_strategy
from rus_funding.comparisons.perspectives import counted
from rus_funding.comparisons.read_runs import ROOM, choose, project_columns
from rus_funding.comparisons.regret_scenarios import PlansRegret, regret_over_scenarios
from rus_funding.comparisons.regret_weights import WeightRegret, regret_over_weights
from rus_funding.comparisons.robust_core import figures_spread, order, standing
from rus_funding.errors import UsageError
from rus_funding.runs import opened
from rus_funding.scenarios import BASELINE

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from rus_funding.comparisons.read_runs import Chosen
    from rus_funding.runs import Run

__all__ = [
    "FIGURES",
    "GROUPS",
    "QUANTILES",
    "Across",
    "Comparison",
    "Line",
    "Note",
    "compare",
    "compare_runs",
    "plan_regret",
    "weight_regret",
]

NAMED = {"projects": "project", "funds": "fund", "areas": "area", "actors": "actor", "municipalities": "municipality",
         "perspectives": "perspective"}  # fmt: skip
WORTH = {("areas", "weight"), ("areas", "target"), ("areas", "beyond"), ("contributions", "benefit")}


def compare(
    *paths: Path | str | os.PathLike[str],
    scenarios: Sequence[str] = (),
    against: str | None = None,
    threshold: float = 1.0,
    top: int = 10,
    statements: Sequence[str] = (),
    file: Path | str | None = None,
    regret: bool = False,
    plans: int = 10,
    most: int = 50,
    solver: str = "highs",
    progress: Callable[[int, int], None] | None = None,
    damaged: bool = False,
    lang: str = "en",
    strategy: str | None = None,
    breaks: bool = False,
) -> Comparison:
    """Compare the scenarios of one or more runs, finished or not: key figures, robust core, what matters most, regret.

    `paths` are runs (what `batch` gave, or files). `scenarios` are names or patterns (``bortfall-*``), all if left out;
    `against` names the reference in the first run, its baseline if left out. A project is in the core ("always") where
    it is funded in full in at least `threshold` (above 0.5, at most 1) of the scenarios that have a plan. `top` is how
    many inputs are kept for each result of a sample. Tables are streamed: memory does not grow with the runs' size.

    Regret needs solves, so it is made where it is asked for: over `statements` about the weights ("klimat >=
    transport", or a TOML `file` of them), see `weight_regret`; with `regret` over the scenarios, of at most `plans`
    plans in at most `most` scenarios, see `plan_regret`. `solver` is "highs", "cbc" or another that PuLP finds;
    `progress` is told how many of how many are done.

    With `strategy` every plan is told in that strategy's areas too (of few scenarios), and the reference's beside what
    its weights would choose instead, which is solved (see `rus_funding.retell`).

    With `breaks` a rule on what each sample drew is sought, under which projects of the reference's plan fall out, and
    its edges are solved; see `rus_funding.comparisons.discovery`.

    The comparison has `frames()`: ``scenarios`` (value in points, kronor, shares 0..1, and each less the reference's),
    ``projects``, and more where there is something to say; `as_dict()` is what ``compare --json`` prints. Raises
    `UsageError` for what is no sound run, and for unknown scenarios; with `damaged` what is left of a damaged run is
    compared, and a note says so in `lang`.

    >>> import tempfile, rus_funding as rf
    >>> folder = tempfile.TemporaryDirectory()
    >>> scenario = "scenarios/orebro-rus-2026-2028/utan-fum.toml"
    >>> run = rf.batch("models/orebro-rus-2026-2028", scenario, f"{folder.name}/run.sqlite", workers=0)
    >>> found = rf.compare(run)
    >>> found.frame("scenarios")[["scenario", "funded", "funded_difference"]].to_numpy().tolist()
    [['baseline', 12128129, 0], ['utan-fum', 8489430, -3638699]]
    >>> folder.cleanup()
    """
    if not 0.5 < threshold <= 1:
        raise UsageError(
            "a threshold of {threshold} sorts no project: give a share above 0.5 and at most 1.", threshold=threshold
        )
    with ExitStack() as stack:
        runs = _opened(stack, paths, scenarios, against, damaged=damaged, lang=lang)
        found = compare_runs(runs, scenarios, against, threshold, top)
        if breaks:
            from rus_funding.comparisons.discovery import discoveries

            found = dataclasses.replace(found, breaks=discoveries(choose(runs, scenarios, against), solver.lower()))
        told = None if strategy is None else by_strategy(choose(runs, scenarios, against), strategy, solver.lower())
    weights = others = None
    if statements or file is not None:
        weights = weight_regret(
            paths[0], statements, file=file, against=against, solver=solver.lower(), progress=progress,
            damaged=damaged,
        )  # fmt: skip
    if regret:
        others = plan_regret(
            *paths, scenarios=scenarios, against=against, plans=plans, most=most, solver=solver.lower(),
            progress=progress, damaged=damaged,
        )  # fmt: skip
    return dataclasses.replace(found, over_weights=weights, over_scenarios=others, by_strategy=told)


def compare_runs(
    runs: Sequence[Run],
    scenarios: Sequence[str] = (),
    against: str | None = None,
    threshold: float = 1.0,
    top: int = 10,
) -> Comparison:
    """`compare` of runs that are open already."""
    return _compared(choose(runs, scenarios, against), threshold, top)


def _opened(
    stack: ExitStack,
    paths: Sequence[Path | str | os.PathLike[str]],
    scenarios: Sequence[str] = (),
    against: str | None = None,
    *,
    damaged: bool = False,
    lang: str = "en",
) -> list[Run]:
    """The runs, what is shown of them audited; they are closed with the stack."""
    return [stack.enter_context(opened(path, scenarios, [against], damaged=damaged, lang=lang)) for path in paths]


def weight_regret(
    path: Path | str | os.PathLike[str],
    statements: Sequence[str] = (),
    *,
    file: Path | str | None = None,
    against: str | None = None,
    solver: str = "highs",
    progress: Callable[[int, int], None] | None = None,
    damaged: bool = False,
) -> WeightRegret:
    """What the plan of the scenario `against` (the baseline if left out) loses at most under statements about weights.

    `statements` are texts such as ``klimat >= 2 * transport``, `file` a TOML file of more; see
    `statements` and `regret_weights.regret_over_weights`. Raises `UsageError` for statements that cannot be read or
    contradict each other, and for a scenario without a plan.
    """
    from rus_funding.comparisons.restored import listing, model_at, plan_of
    from rus_funding.comparisons.statements import parse, read_statements

    with opened(path, [against or BASELINE], [against], damaged=damaged) as run:
        line = choose([run], (), against).lines[0]
        if not line.planned:
            raise UsageError(
                "'{scenario}' has no plan ({status}): there is nothing to regret.",
                scenario=line.scenario,
                status=line.status,
            )
        model = model_at(listing(run), run.position(line.scenario), line.scenario, run)
        rows = model.areas
        areas = dict(zip(rows["area"].tolist(), rows["weight"].tolist(), strict=True))
        said = [parse(text, areas) for text in statements]
        said += read_statements(file, areas) if file is not None else []
        payments, shares = plan_of(run, line.scenario)
    return regret_over_weights(model, said, (line.label, payments, shares), solver=solver, progress=progress)


def plan_regret(
    *paths: Path | str | os.PathLike[str],
    scenarios: Sequence[str] = (),
    against: str | None = None,
    plans: int = 10,
    most: int = 50,
    solver: str = "highs",
    progress: Callable[[int, int], None] | None = None,
    damaged: bool = False,
) -> PlansRegret:
    """What plans lose at most over the scenarios, their projects fixed and their financing made anew.

    `plans` and `most` limit the plans and the scenarios that are looked at; see
    `rus_funding.comparisons.regret_scenarios.regret_over_scenarios`.
    """
    with ExitStack() as stack:
        chosen = choose(_opened(stack, paths, scenarios, against, damaged=damaged), scenarios, against)
        return regret_over_scenarios(chosen, plans=plans, scenarios=most, solver=solver, progress=progress)


def _compared(chosen: Chosen, threshold: float, top: int) -> Comparison:
    names = _names(chosen)
    planned = [i for i, line in enumerate(chosen.lines) if line.planned]
    found: list[Across] = []
    shares: dict[str, NDArray[np.float64]] = {}
    sampled = any(run.info["seeds"] for run in chosen.runs)
    for project, column in project_columns(chosen) if planned else ():
        found.append(standing(project, names.get(("project", project), project), column, chosen.lines, threshold))
        if sampled and found[-1].group == "depends" and (len(shares) + 1) * len(chosen.lines) <= ROOM:
            shares[project] = column.share
    both = len(chosen.lines) == 2 and len(planned) == 2
    run = chosen.runs[0]
    about = {row["key"]: row["value"] for row in run.records("input_model")}
    return Comparison(
        run.info["model"],
        _unquoted(about.get("title", "")),
        tuple(str(run.path) for run in chosen.runs),
        chosen.lines,
        threshold,
        tuple(sorted(found, key=order)),
        drivers(chosen, shares, top),
        moved(chosen, "projects", names) if both else None,
        moved(chosen, "funds", names) if both else None,
        figures_spread(chosen.lines),
        (*chosen.notes, *_worth_changes(chosen)),
        names,
        counted(chosen, names),
    )


def _unquoted(text: str) -> str:
    import json

    return str(json.loads(text)) if text else ""


def _names(chosen: Chosen) -> dict[tuple[str, str], str]:
    """What projects, funds and areas are called in the first run's model."""
    run = chosen.runs[0]
    return {(kind, row[kind]): row["name"] for table, kind in NAMED.items() for row in run.records(f"input_{table}")}


def _worth_changes(chosen: Chosen) -> Iterator[Note]:
    """A note where scenarios count points in another way: their values are not alike."""
    others: set[int] = set()
    for line, (table, column) in chosen.rows("changes", "table", "column"):
        if line and (table, column.partition(" ")[0]) in WORTH:
            others.add(line)
    if others:
        yield Note("other_points", {"count": len(others)})
