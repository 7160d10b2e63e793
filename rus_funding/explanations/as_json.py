"""Findings as plain data for JSON: dataclasses as objects, exact numbers as numbers, what is infinite as null."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """`value` as dicts, lists, text, numbers, booleans and None; sets sorted by their text.

    >>> plain({"share": Fraction(1, 4), "most": math.inf, ("budget", "egna"): (1, 2)})
    {'share': 0.25, 'most': None, 'budget egna': [1, 2]}
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key if isinstance(key, str) else " ".join(map(str, key)): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return [plain(item) for item in sorted(value, key=str)]
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
