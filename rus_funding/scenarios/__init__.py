"""Scenarios: TOML files that say what changes in a funding model, and the models that come of it.

In come files and a model; out come changed models, checked like any other. Nothing is solved here.

`read_scenarios` reads files, `apply` makes the model of a plain one, `expand` those of a sweep, stress or sample one by
one. docs/scenarios.md shows the files.
"""

from rus_funding.scenarios.difference import difference
from rus_funding.scenarios.draft import NUMBERS
from rus_funding.scenarios.expand import expand, families, prepare
from rus_funding.scenarios.family import Family, Prepared
from rus_funding.scenarios.files import from_texts, read_scenarios
from rus_funding.scenarios.given import apply, given
from rus_funding.scenarios.parts import BASELINE, Change, Expectation, Sample, Scenario, Stress, Sweep, baseline

__all__ = [
    "BASELINE",
    "NUMBERS",
    "Change",
    "Expectation",
    "Family",
    "Prepared",
    "Sample",
    "Scenario",
    "Stress",
    "Sweep",
    "apply",
    "baseline",
    "difference",
    "expand",
    "families",
    "from_texts",
    "given",
    "prepare",
    "read_scenarios",
]
