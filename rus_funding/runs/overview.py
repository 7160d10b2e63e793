"""A run in a few numbers: how many scenarios ended how, and how the key figures spread."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.key_figures import UNITS
from rus_funding.runs.standing import read

if TYPE_CHECKING:
    from rus_funding.runs.reader import Run

POINTS = {"least": 0.0, "tenth": 0.1, "median": 0.5, "nine_tenths": 0.9, "largest": 1.0}


def overview(run: Run) -> dict[str, Any]:
    """The run as data: counts, the baseline's figures, the spread of each figure, every scenario's row.

    `findings` are what the check of the model found that does not stop.

    `spread` holds, by figure, the quantiles in `POINTS` over the scenarios that have a plan, the baseline apart.
    """
    rows = run.records("scenarios")
    planned = [row for row in rows if read(row).has_plan and row["position"]]
    return {
        "run": str(run.path),
        "model": run.info["model"],
        "size": run.info["size"],
        "finished": len(rows),
        "statuses": dict(sorted(Counter(row["status"] for row in rows).items())),
        "standings": dict(sorted(Counter(row["standing"] for row in rows).items())),
        "departures": sum(bool(row["departures"]) for row in rows),
        "spread": {name: _spread([row[name] for row in planned]) for name in UNITS},
        "scenarios": rows,
        "findings": run.info["findings"],
    }


def _spread(values: list[float | None]) -> dict[str, float] | None:
    """Quantiles of what is not None."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    found = np.quantile(np.asarray(known, np.float64), list(POINTS.values()))
    return dict(zip(POINTS, found.tolist(), strict=True))
