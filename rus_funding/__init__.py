"""rus-funding: join money from many funds on projects so that a regional strategy gets the most.

>>> import rus_funding
>>> model = rus_funding.load("models/litet-exempel")
>>> plan = rus_funding.solve(model)
>>> plan.status, plan.value, plan.funded
('optimal', 2350.0, 1350001)
>>> plan.frames()["projects"][["project", "status", "kronor"]].to_string(index=False).splitlines()[1].split()
['kompetens', 'funded', '800001']

Importing the package loads nothing: `verify` must not depend on what it checks. The names below are loaded when used.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# public name → (module, name there)
_PUBLIC = {
    "load": ("rus_funding.model.reading", "read_model"),
    "read_scenarios": ("rus_funding.scenarios", "read_scenarios"),
    "apply": ("rus_funding.scenarios", "apply"),
    "solve": ("rus_funding.engine.engine", "solve"),
    "Engine": ("rus_funding.engine.engine", "Engine"),
    "FundingModel": ("rus_funding.model.model", "FundingModel"),
    "FundingError": ("rus_funding.errors", "FundingError"),
    "InvalidInput": ("rus_funding.errors", "InvalidInput"),
}

__all__ = ["__version__", *_PUBLIC]  # noqa: PLE0604 (the names are strings)


def __getattr__(name: str) -> Any:
    """A public name, from the module that holds it."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'rus_funding' has no attribute {name!r}")
    module, there = _PUBLIC[name]
    return getattr(importlib.import_module(module), there)
