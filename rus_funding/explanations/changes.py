"""Rules changed in the model itself: a number raised or lowered, a requirement dropped. What is said can be done."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.model.amounts import exact
from rus_funding.model.rows import Rows
from rus_funding.model.schema import TABLES

if TYPE_CHECKING:
    from rus_funding.explanations.rule_names import Name
    from rus_funding.model.model import FundingModel

KRONA, POINT, ONE = Fraction(1), Fraction(1, 10_000), Fraction(1)


@dataclasses.dataclass(frozen=True)
class Dial:
    """A number that a rule is: where it stands, its smallest step, and which way is milder (+1 up, -1 down, 0 either).

    unit: "kr", "share" (of 1) or "count". `least` and `most` are the ends of what the cell may hold.
    """

    table: str
    column: str
    key: tuple[str, ...]
    unit: str
    milder: int
    least: Fraction = Fraction(0)
    most: Fraction | None = None

    @property
    def step(self) -> Fraction:
        """One krona, a hundredth of a percentage point, or one."""
        return POINT if self.unit == "share" else ONE

    def onto_step(self, value: float | Fraction) -> Fraction:
        """The nearest value on the milder side that the cell may hold; noise of the solver apart."""
        steps = Fraction(value) / self.step
        noise = Fraction(1, 10**5)
        rounded = math.ceil(steps - noise) if self.milder >= 0 else math.floor(steps + noise)
        out = max(self.least, rounded * self.step)
        return out if self.most is None else min(out, self.most)


_SHARE = {"unit": "share", "most": Fraction(1)}
DIALS: dict[str, dict[str, Any]] = {
    "budget": {"table": "budgets", "column": "amount", "unit": "kr", "milder": 1},
    "authorisation": {"table": "authorisations", "column": "amount", "unit": "kr", "milder": 1},
    "cap": {"table": "funds", "column": "max_per_project", "unit": "kr", "milder": 1},
    "commitment": {"table": "commitments", "column": "amount", "unit": "kr", "milder": -1},
    "rate": {"table": "funds", "column": "max_rate", "milder": 1, **_SHARE},
    "diversification": {"table": "funds", "column": "max_share", "milder": 1, **_SHARE},
    "group_max": {"table": "rate_limits", "column": "max_rate", "milder": 1, **_SHARE},
    "group_min": {"table": "rate_limits", "column": "min_rate", "milder": -1, **_SHARE},
    "area_floor": {"table": "areas", "column": "floor_share", "milder": -1, **_SHARE},
    "area_cap": {"table": "areas", "column": "cap_share", "milder": 1, **_SHARE},
    "perspective": {"table": "perspectives", "column": "floor_share", "milder": -1, **_SHARE},
    "municipality_floor": {"table": "policy", "column": "municipality_floor", "milder": -1, **_SHARE},
    "participation": {"table": "actors", "column": "min_projects", "unit": "count", "milder": -1},
}
# rules that hold or do not: what dropping one sets in its row (table, key's columns, column, value)
SWITCHES: dict[str, tuple[str, str, Any]] = {
    "committed": ("projects", "status", "candidate"),
    "ordinary": ("projects", "status", "candidate"),
    "indivisible": ("projects", "indivisible", False),
    "min_share": ("projects", "min_share", 0.0),
}


def dial(name: Name) -> Dial | None:
    """The number that a rule is, None for one that holds or does not."""
    given = DIALS.get(name[0])
    return None if given is None else Dial(key=name[1:], **given)


def standing(model: FundingModel, name: Name) -> Fraction:
    """What a rule's number is now. A budget without a row is 0. `KeyError` for a rule that is no number or not there.

    >>> from rus_funding.explanations.changes import dial
    >>> dial(("rate", "grant")).step
    Fraction(1, 10000)
    """
    at = dial_of(name)
    if at.table == "policy":
        return exact(float(getattr(model.policy, at.column)))
    row = _row(model, at)
    if row is None:
        if at.table == "budgets":
            return Fraction(0)
        raise KeyError(name)
    value = model[at.table][at.column][row]
    return Fraction(int(value)) if float(value).is_integer() else exact(float(value))


def with_number(model: FundingModel, name: Name, value: Fraction | int) -> FundingModel:
    """The model with a rule's number set to `value`; a budget without a row gets one."""
    at = dial_of(name)
    if at.table == "policy":
        return model.replace(policy=dataclasses.replace(model.policy, municipality_floor=float(value)))
    row = _row(model, at)
    if row is None and at.table == "budgets":
        return _with_row(model, "budgets", {"fund": name[1], "year": int(name[2]), "amount": int(value)})
    cell = float(value) if at.unit == "share" else int(value)
    return _with_cell(model, at.table, _placed(model, at), at.column, cell)


def without(model: FundingModel, name: Name) -> FundingModel:
    """The model without a rule: its row dropped, its cell as if blank, or its number at the end that binds nobody."""
    kind = name[0]
    if kind in {"required", "excluded"}:
        return model.replace(**{kind: tuple(p for p in getattr(model, kind) if p != name[1])})
    if kind == "partnership":  # of one project: the policy as low as its partners need
        from rus_funding.explanations.rule_names import partners

        least = min(model.policy.min_partners, partners(model, name[1]))
        return model.replace(policy=dataclasses.replace(model.policy, min_partners=least))
    if kind in {"min_partners", "collaboration_weight"}:
        none: dict[str, Any] = {kind: 0}
        return model.replace(policy=dataclasses.replace(model.policy, **none))
    if kind in SWITCHES:
        table, column, value = SWITCHES[kind]
        row = int(np.flatnonzero(model[table]["project"] == name[1])[0])
        return _with_cell(model, table, row, column, value)
    if kind in {"requires", "excludes"}:
        rows = model["dependencies"]
        same = [{name[1], name[2]}] if kind == "excludes" else [(name[1], name[2])]
        keep = [
            i
            for i, (p, k, o) in enumerate(zip(*(rows[c].tolist() for c in ("project", "kind", "other")), strict=True))
            if k != kind or ({p, o} if kind == "excludes" else (p, o)) not in same
        ]
        return _with_table(model, "dependencies", rows.take(np.asarray(keep, np.int64)))
    at = dial_of(name)
    if kind in {"commitment", "authorisation"}:
        row, rows = _placed(model, at), model[at.table]
        return _with_table(model, at.table, rows.take(np.asarray([i for i in range(rows.size) if i != row], np.int64)))
    if kind == "cap":
        return _with_cell(model, "funds", _placed(model, at), "max_per_project", np.nan)
    if kind == "budget":
        raise KeyError(f"without a budget there is no money: {name}")
    return with_number(model, name, at.most if at.milder > 0 and at.most is not None else at.least)


def dial_of(name: Name) -> Dial:
    """The number that a rule is; `KeyError` for one that is none."""
    at = dial(name)
    if at is None:
        raise KeyError(name)
    return at


def _row(model: FundingModel, at: Dial) -> int | None:
    rows = model[at.table]
    columns = TABLES[at.table].key
    found = np.ones(rows.size, bool)
    for column, part in zip(columns, at.key, strict=True):
        found &= rows[column].astype(str) == part
    places = np.flatnonzero(found)
    return int(places[0]) if places.size else None


def _placed(model: FundingModel, at: Dial) -> int:
    row = _row(model, at)
    if row is None:
        raise KeyError((at.table, *at.key))
    return row


def _with_cell(model: FundingModel, table: str, row: int, column: str, value: Any) -> FundingModel:
    values = model[table][column].copy()
    values[row] = value
    return _with_table(model, table, model[table].replace(**{column: values}))


def _with_row(model: FundingModel, table: str, record: dict[str, Any]) -> FundingModel:
    columns = {}
    for column in TABLES[table].columns:
        value = record.get(column.name, column.default)
        added = np.array([np.nan if value is None else value], dtype=column.dtype)
        columns[column.name] = np.concatenate([model[table][column.name], added])
    return _with_table(model, table, Rows(columns))


def _with_table(model: FundingModel, table: str, rows: Rows) -> FundingModel:
    return model.replace(tables={**model.tables, table: rows})
