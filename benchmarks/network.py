"""Indicators of large actor graphs: seconds, and ratios against plain networkx in the same run.

Run ``python benchmarks/network.py [--actors N]``; times are CPU seconds, medians of three runs (one where a run takes
long). Where networkx would take minutes it is timed on a dozen actors and scaled up. Answers are compared as far as
both are whole.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from rus_funding.collaboration import indicators, large
from rus_funding.collaboration.portfolio import Case, case
from rus_funding.model.model import FundingModel
from rus_funding.model.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = 12  # actors that networkx is timed on


def portfolio(actors: int, participations: int, seed: int = 20260101) -> Case:
    """Random projects of about ten actors, most of them near each other, three in four funded by one of ten funds."""
    rng = random.Random(seed)
    names = [f"a{i:05}" for i in range(actors)]
    teams: list[list[str]] = []
    while sum(map(len, teams)) < participations:
        home = rng.randrange(actors)
        near = {(home + int(rng.paretovariate(0.6))) % actors for _ in range(rng.randint(3, 20))} | {home}
        teams.append([names[i] for i in sorted(near)])
    projects = [f"p{i:05}" for i in range(len(teams))]
    places = [f"k{i:03}" for i in range(max(2, actors // 20))]
    pairs = sorted({tuple(sorted(rng.sample(range(actors), 2))) for _ in range(2 * actors)})
    funds = [f"f{i}" for i in range(10)]
    tables = {
        "actors": _table(
            actor=names, name=names, type=[rng.choice("abcdefgh") for _ in names],
            municipality=[rng.choice(places) for _ in names],
            target_group=[rng.choice(("primary", "indirect")) for _ in names],
        ),
        "projects": _table(project=projects, name=projects, lead=[team[0] for team in teams]),
        "participations": _table(
            project=[project for project, team in zip(projects, teams, strict=True) for _ in team],
            actor=[actor for team in teams for actor in team], role=["partner"] * sum(map(len, teams)),
        ),
        "links": _table(
            actor=[names[i] for i, _ in pairs], other=[names[j] for _, j in pairs], weight=[1.0] * len(pairs)
        ),
        "municipalities": _table(municipality=places, name=places, population=[1000] * len(places)),
        "funds": _table(fund=funds, name=funds, financier=[""] * len(funds)),
        "reach": _table(project=[], municipality=[], share=[]),
    }  # fmt: skip
    shares = {project: float(rng.random() < 0.75) for project in projects}
    paid = [
        (project, rng.choice(funds), 2026, "costs", rng.randint(1, 10**7)) for project in projects if shares[project]
    ]
    return case(FundingModel("benchmark", (2026,), tables), shares, paid)


def _table(**columns: list[Any]) -> Rows:
    return Rows({name: np.array(values, object if values and isinstance(values[0], str) else None)
                 for name, values in columns.items()})  # fmt: skip


def timed(call: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """Median CPU seconds, and the answer."""
    seconds = []
    for _ in range(times):
        start = time.process_time()
        answer = call()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds), answer


def measure(this: Case) -> None:
    """Print one size."""
    graph, n = this.after, len(this.after)
    web = this.web_after
    whole = n <= 500
    some = sorted(random.Random(1).sample(sorted(graph), n if whole else SAMPLE))
    scale = n / len(some)
    how = f" (networkx: {'constraint' if whole else 'all but articulation'} timed on {SAMPLE} actors and scaled)"
    print(f"\n{n} actors, {sum(map(len, this.together.values()))} participations, {graph.size()} ties{how}")
    print(f"{'measure':24}{'ours s':>10}{'networkx s':>12}{'ratio':>8}  same answer")
    if whole:
        theirs, expected = timed(lambda: nx.betweenness_centrality(graph))
    else:
        theirs, expected = timed(lambda: nx.betweenness_centrality_subset(graph, some, sorted(graph)), 1)
    ours, found = timed(lambda: large.betweenness(web), 3 if whole else 1)
    same = "" if not whole else max(abs(found.values[i] - expected[node]) for i, node in enumerate(web.nodes))
    _row("betweenness" if found.exact else f"betweenness, k={found.sample}", ours, theirs * scale, same)
    few = some[:SAMPLE]
    if not found.exact:
        seconds, _ = timed(lambda: large.betweenness(web, sample=n), 1)
        _row("betweenness, all", seconds, theirs * scale, "")
    theirs, expected = timed(lambda: nx.constraint(graph, few), 1)
    ours, found = timed(lambda: large.constraint(web))
    at = {node: i for i, node in enumerate(web.nodes)}
    wrong = max(abs(found[at[node]] - expected[node]) for node in few)
    _row("Burt's constraint", ours, theirs * n / len(few), float(wrong))
    theirs, expected = timed(lambda: set(nx.articulation_points(graph)))
    ours, found = timed(lambda: large.splits(web))
    _row("articulation, parts", ours, theirs, float({web.nodes[i] for i in found} != expected))
    theirs, expected = timed(lambda: {node: nx.single_source_shortest_path_length(graph, node) for node in some}, 1)
    ours, found = timed(lambda: large.distances(web))
    wrong = max(
        abs(int(found[at[node], at[other]]) - steps) for node in some for other, steps in expected[node].items()
    )
    _row("all distances", ours, theirs * scale, float(wrong))
    for name in ("overview", "bridges", "groups", "contributions", "loss_of_actor", "loss_of_fund"):
        ours, _ = timed(lambda name=name: getattr(indicators, name)(this), 1)  # type: ignore[misc]
        print(f"{name:24}{ours:10.2f}")
    ours, _ = timed(lambda: indicators.indicators(this), 1)
    print(f"{'all ten tables':24}{ours:10.2f}")


def _row(name: str, ours: float, theirs: float, same: float | str) -> None:
    said = "" if same == "" else f"{same:.0e} off" if same else "yes"
    print(f"{name:24}{ours:10.3f}{theirs:12.3f}{theirs / max(ours, 1e-9):8.1f}  {said}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actors", type=int, nargs="*", default=[200, 5000])
    for size in parser.parse_args().actors:
        measure(portfolio(size, 10 * size))
