"""The robust core: which projects are funded whatever happens, which depend on it, which never are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.comparisons.comparison import FEW, FIGURES, GROUPS, QUANTILES, Across, Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from rus_funding.comparisons.read_runs import Column


def group_of(in_full: float, at_all: float, threshold: float = 1.0) -> str:
    """always: funded in full in at least `threshold` of the scenarios; never: at all in at most 1 - threshold.

    >>> group_of(0.97, 1.0, 0.95), group_of(0.2, 0.9), group_of(0.0, 0.0)
    ('always', 'depends', 'never')
    """
    slack = 1e-12  # 1 - 0.95 is no exact number
    if in_full >= threshold - slack:
        return "always"
    return "never" if at_all <= 1 - threshold + slack else "depends"


def standing(project: str, name: str, column: Column, lines: Sequence[Line], threshold: float) -> Across:
    """One project over the scenarios that have a plan, of which there must be one."""
    planned = np.array([line.planned for line in lines])
    status, kronor, share = column.status[planned], column.kronor[planned], column.share[planned]
    in_full, at_all = float((status == 2).mean()), float((status > 0).mean())
    few = len(lines) <= FEW
    base = lines[0].planned
    return Across(
        project,
        name,
        in_full,
        at_all,
        group_of(in_full, at_all, threshold),
        int(column.kronor[0]) if base else None,
        float(column.share[0]) if base else None,
        tuple(_shown(column.kronor, planned)) if few else (),
        tuple(_shown(column.share, planned)) if few else (),
        spread(kronor),
        spread(share),
    )


def order(standing: Across) -> tuple[Any, ...]:
    """Always, depends, never; in each the safest first."""
    return (GROUPS.index(standing.group), -standing.in_full, -standing.at_all, standing.project)


def spread(values: NDArray[Any]) -> dict[str, float]:
    """The quantiles of `QUANTILES`."""
    found = np.quantile(values.astype(np.float64), list(QUANTILES.values()))
    return dict(zip(QUANTILES, found.tolist(), strict=True))


def figures_spread(lines: Sequence[Line]) -> Mapping[str, Mapping[str, float]]:
    """How each key figure spreads over the scenarios that have it, the reference apart."""
    found = {}
    for name in FIGURES:
        known = [value for line in lines[1:] if (value := line.figures[name]) is not None]
        if known:
            found[name] = spread(np.array(known))
    return found


def _shown(values: NDArray[Any], planned: NDArray[np.bool_]) -> Iterator[Any]:
    return (value if there else None for value, there in zip(values.tolist(), planned.tolist(), strict=True))
