"""rus-funding: join money from many funds on projects so that a regional strategy gets the most.

    import rus_funding as rf

============================  =====================================================================================
`rf.load`, `rf.from_frames`   a model from a folder or workbook, or from pandas data frames alone
`rf.apply`                    the model that a scenario asks about (`rf.read_scenarios`: scenario files as objects)
`rf.solve`                    the best plan in whole kronor, and what is known of it
`rf.retell`                   a plan in the areas of another strategy, and what its weights would choose
`rf.batch`                    many scenarios in one run, a file (`rf.Run` opens one that is there)
`rf.compare`                  the scenarios of runs against a reference, robust core, regret
`rf.explain`                  why a plan is what it is, and what would change it
`rf.report`                   the papers of a meeting: workbook, page, slides, annex
`rf.network`                  who works with whom, before and after
============================  =====================================================================================

The command line calls the same functions. Models and results have `frames()`: data frames by name, kronor and years
``Int64``, ids and texts ``string``, shares and points ``Float64``, flags ``boolean``. What a user can mend raises a
`FundingError`: `InvalidInput` (input with errors; `problems` holds them all), `UsageError` (what cannot be done as
asked), `NoPlan` (what was asked needs a plan, and there is none). docs/python.md is a colleague's first hour.

>>> import rus_funding as rf
>>> model = rf.load("models/litet-exempel")
>>> plan = rf.solve(model)
>>> plan.status, plan.value, plan.funded
('optimal', 2350.0, 1350001)
>>> plan.frame("projects")[["project", "status", "kronor"]].to_numpy().tolist()
[['kompetens', 'funded', 800001], ['natur', 'partly', 150000], ['resecentrum', 'funded', 400000]]

Importing the package loads nothing: `verify` must not depend on what it checks. The names below are loaded when used.
"""

from __future__ import annotations

import importlib

TYPE_CHECKING = False  # as in typing, which is not loaded for it
if TYPE_CHECKING:
    from rus_funding.collaboration.network import network as network
    from rus_funding.comparisons import compare as compare
    from rus_funding.engine.engine import Engine as Engine
    from rus_funding.engine.plan import Outcome as Outcome
    from rus_funding.engine.retelling import retell as retell
    from rus_funding.engine.solving import solve as solve
    from rus_funding.errors import FundingError as FundingError
    from rus_funding.errors import InvalidInput as InvalidInput
    from rus_funding.errors import NoPlan as NoPlan
    from rus_funding.errors import SolverError as SolverError
    from rus_funding.errors import UsageError as UsageError
    from rus_funding.explanations.explain import explain as explain
    from rus_funding.model.model import FundingModel as FundingModel
    from rus_funding.model.reading import load as load
    from rus_funding.model.reading.frames import from_frames as from_frames
    from rus_funding.papers.report import report as report
    from rus_funding.runs.batched import batch as batch
    from rus_funding.runs.claims import restore as restore
    from rus_funding.runs.reader import Run as Run
    from rus_funding.scenarios import apply as apply
    from rus_funding.scenarios import read_scenarios as read_scenarios

    __version__: str

# public name → the module that holds it
_PUBLIC = {
    "load": "rus_funding.model.reading",
    "from_frames": "rus_funding.model.reading.frames",
    "read_scenarios": "rus_funding.scenarios",
    "apply": "rus_funding.scenarios",
    "solve": "rus_funding.engine.solving",
    "retell": "rus_funding.engine.retelling",
    "batch": "rus_funding.runs.batched",
    "restore": "rus_funding.runs.claims",
    "compare": "rus_funding.comparisons",
    "explain": "rus_funding.explanations.explain",
    "report": "rus_funding.papers.report",
    "network": "rus_funding.collaboration.network",
    "Engine": "rus_funding.engine.engine",
    "FundingModel": "rus_funding.model.model",
    "Outcome": "rus_funding.engine.plan",
    "Run": "rus_funding.runs.reader",
    "FundingError": "rus_funding.errors",
    "InvalidInput": "rus_funding.errors",
    "NoPlan": "rus_funding.errors",
    "SolverError": "rus_funding.errors",
    "UsageError": "rus_funding.errors",
}

__all__ = ["__version__", *_PUBLIC]  # noqa: PLE0604 (the names are strings)


def __getattr__(name: str) -> object:
    """A public name, from the module that holds it."""
    if name == "__version__":
        from rus_funding.version import version

        return version()
    if name not in _PUBLIC:
        raise AttributeError(f"module 'rus_funding' has no attribute {name!r}")
    found: object = getattr(importlib.import_module(_PUBLIC[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
