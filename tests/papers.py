"""Runs to make papers from: a shipped model, a model with hostile names, one without a plan."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rus_funding.model.reading import read_model
from rus_funding.runs.batch import batch
from rus_funding.scenarios import read_scenarios

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel

ROOT = Path(__file__).parent.parent
NAMED = ("areas", "funds", "projects", "actors", "categories", "municipalities", "perspectives")
HOSTILE = (
    "<script>alert(1)</script>",
    "</title></style></script><img src=x onerror=alert(2)>",
    "\u202eomvänt\u202c & \"citat\" 'enkelt'",
    "styr\x07tecken\x1b[31m\u2066 i namn",
    "{{ 7 * 7 }} {% raw %} {kronor:kr} %s",
    "lång " + "ordlångtutanmellanslag" * 12 + " å",
    "مشروع التنمية",
    "=HYPERLINK(1)",
)


def made(path: Path, name: str, *scenarios: str) -> Path:
    """A run of a shipped model with some of its shipped scenarios."""
    files = [ROOT / "scenarios" / name / f"{scenario}.toml" for scenario in scenarios]
    return run_of(path, read_model(ROOT / "models" / name), *files)


def run_of(path: Path, model: FundingModel, *scenarios: Path) -> Path:
    """A run of a model with scenario files."""
    batch(model, read_scenarios(list(scenarios)) if scenarios else [], path, workers=0)
    return path


def hostile(model: FundingModel) -> FundingModel:
    """The model with names that try everything."""
    tables = dict(model.tables)
    for name in NAMED:
        rows = tables[name]
        names = [f"{HOSTILE[i % len(HOSTILE)]} {i}" for i in range(rows.size)]
        tables[name] = rows.replace(name=np.array(names, object))
    title, source = f"{model.title} {HOSTILE[0]}", HOSTILE[1]
    return dataclasses.replace(model, tables=tables, title=title, source=source)
