"""What matters most in a sample: rank correlation between what was drawn and what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rus_funding.comparisons.comparison import Driver, Drivers, Input
from rus_funding.comparisons.read_runs import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.comparisons.read_runs import Chosen
    from rus_funding.runs import Run

Floats = NDArray[np.float64]
LEAST = 10  # scenarios below which a correlation says nothing
NOISE = 1.96  # standard deviations that independent numbers stay within, 95 times of 100


def drivers(chosen: Chosen, shares: Mapping[str, Floats], top: int = 10) -> tuple[Drivers, ...]:
    """For each sample among the chosen scenarios, the inputs that go with value, kronor and each project's share.

    `shares` holds, by project, its share in every line. Scenarios without a plan do not count. Equal results keep the
    order of the inputs' labels.
    """
    found = []
    for run, places in zip(chosen.runs, chosen.places, strict=True):
        for file in sorted(run.info["seeds"]):
            mine = {at: line for at, line in places.items() if chosen.lines[line].file == file}
            mine = {at: line for at, line in mine.items() if chosen.lines[line].planned}
            if len(mine) >= LEAST:
                found.append(_of_sample(run, file, mine, chosen, shares, top))
    return tuple(found)


def _of_sample(
    run: Run, file: str, places: Mapping[int, int], chosen: Chosen, shares: Mapping[str, Floats], top: int
) -> Drivers:
    at = sorted(places.values())
    labels, inputs = drawn(run, places, at)
    results = {name: np.array([float(chosen.lines[i].figures[name] or 0) for i in at]) for name in ("value", "funded")}
    results |= {f"project {project}": share[at] for project, share in shares.items()}
    strongest = {
        result: _strongest(labels, result, row, top)
        for result, row in zip(results, correlations(inputs, np.array(list(results.values()))), strict=True)
    }
    return Drivers(
        str(run.path),
        file,
        len(at),
        len(labels),
        NOISE / (len(at) - 1) ** 0.5,
        strongest["value"],
        strongest["funded"],
        {project: strongest[f"project {project}"] for project in shares},
    )


def _strongest(labels: Sequence[Input], result: str, row: Floats, top: int) -> tuple[Driver, ...]:
    order = np.argsort(-np.round(np.abs(row), 12), kind="stable")[:top].tolist()
    return tuple(Driver(labels[i], result, float(row[i])) for i in order if row[i])


def drawn(run: Run, places: Mapping[int, int], lines: Sequence[int]) -> tuple[list[Input], Floats]:
    """The numbers that differ between the scenarios: labels, sorted, and a row of numbers for each.

    A cell that a scenario left as it was has the value of before; one that is no number everywhere is left out.
    """
    where = {line: i for i, line in enumerate(lines)}
    columns: dict[Input, Floats] = {}
    before: dict[Input, float] = {}
    for line, cells in rows_of(run, places, "changes", ("table", "key", "column", "before", "after")):
        label: Input = (cells[0], cells[1], cells[2])
        if label not in columns:
            columns[label] = np.full(len(lines), np.nan)
            before[label] = _number(cells[3])
        columns[label][where[line]] = _number(cells[4])
    for label, column in columns.items():
        column[np.isnan(column)] = before[label]
    kept = sorted(label for label, column in columns.items() if np.ptp(column) > 0)  # NaN is not > 0
    return kept, np.array([columns[label] for label in kept]).reshape(len(kept), len(lines))


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else np.nan


def correlations(inputs: Floats, results: Floats) -> Floats:
    """Spearman's ρ of every result (rows) with every input (columns): Pearson's of the ranks, ties at their mean rank.

    Both arguments have a row for each quantity and a column for each scenario. What does not vary has ρ = 0.

    >>> correlations(np.array([[1.0, 2, 3], [3.0, 2, 1]]), np.array([[10.0, 20, 90]])).tolist()
    [[1.0, -1.0]]
    """
    found: Floats = np.round(_standard(results) @ _standard(inputs).T, 12)
    return found


def _standard(values: Floats) -> Floats:
    """Ranks less their mean, of length 1; 0 where all are alike."""
    from scipy.stats import rankdata  # half a second: only where there is a sample

    if not values.size:
        return values
    ranks = rankdata(values, axis=1)
    ranks -= ranks.mean(axis=1, keepdims=True)
    length = np.sqrt((ranks**2).sum(axis=1, keepdims=True))
    out: Floats = np.divide(ranks, length, out=np.zeros_like(ranks), where=length > 1e-9)
    return out
