"""Rules as people set them: a cell of a table, a key of the policy. Rows of the linear program belong to them.

A rule's name is a tuple of strings: what it is, then ids. Some stand for many rows (a fund's rate holds for every
project), and projects held at 0 or 1 are bounds in the program but rules to whoever held them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.model.schema import OUT

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel
    from rus_funding.program.linear import Label

Name = tuple[str, ...]

SOMETHING: Name = ("something",)  # that anything at all is funded: nobody says it, everybody means it
REACHED: Name = ("something_reaches",)  # that anything funded reaches some municipality
HELD = ("committed", "required")  # x = 1
BARRED = (*OUT, "excluded", "partnership")  # x = 0

# rule of a row → name of the rule: how many of the label's ids belong to it, and which is the first
OF_ROWS = {
    "budget": ("budget", slice(1, 3)),
    "authorisation": ("authorisation", slice(1, 3)),
    "rate": ("rate", slice(2, 3)),
    "cap": ("cap", slice(2, 3)),
    "least_grant_min": ("least_grant", slice(2, 3)),
    "group_min": ("group_min", slice(1, 2)),
    "group_max": ("group_max", slice(1, 2)),
    "area_floor": ("area_floor", slice(1, 2)),
    "area_cap": ("area_cap", slice(1, 2)),
    "diversification": ("diversification", slice(1, 2)),
    "territorial": ("municipality_floor", slice(1, 1)),
    "participation": ("participation", slice(1, 2)),
    "perspective": ("perspective", slice(1, 2)),
    "commitment": ("commitment", slice(1, 5)),
    "requires": ("requires", slice(1, 3)),
    "excludes": ("excludes", slice(1, 3)),
    "indivisible": ("indivisible", slice(1, 2)),
    "viability_min": ("min_share", slice(1, 2)),
}


# rules that are shares of S: of what is funded, or of all budgets
OF_ALL = ("area_floor", "area_cap", "diversification", "perspective")


def worded(model: FundingModel, kind: str) -> str:
    """The kind under which a rule's words stand: those of a share of all budgets are others."""
    return f"{kind}-available" if kind in OF_ALL and model.policy.share_base == "available" else kind


def rule_of(label: Label) -> Name | None:
    """The rule that a row belongs to; None for rows that no one sets (financing, sums, ties).

    >>> rule_of(("rate", "lab", "grant", "2026")), rule_of(("financing", "lab", "staff", "2026"))
    (('rate', 'grant'), None)
    """
    found = OF_ROWS.get(label[0])
    return None if found is None else (found[0], *label[found[1]])


def held(model: FundingModel) -> list[tuple[Name, float]]:
    """Rules that hold a project's share: their names, by kind and project, and the share (0 or 1)."""
    rows = model["projects"]
    ids, status = rows["project"].tolist(), rows["status"].tolist()
    known = set(ids)
    takes_part: dict[str, set[str]] = {p: {lead} for p, lead in zip(ids, rows["lead"].tolist(), strict=True)}
    for p, actor in zip(*(model["participations"][c].tolist() for c in ("project", "actor")), strict=True):
        takes_part[p].add(actor)
    found = [((kind, p), 1.0) for p, kind in zip(ids, status, strict=True) if kind == "committed"]
    found += [(("required", p), 1.0) for p in set(model.required) & known]
    found += [((kind, p), 0.0) for p, kind in zip(ids, status, strict=True) if kind in OUT]
    found += [(("excluded", p), 0.0) for p in set(model.excluded) & known]
    found += [(("partnership", p), 0.0) for p in ids if len(takes_part[p]) < model.policy.min_partners]
    return sorted(found)


def partners(model: FundingModel, project: str) -> int:
    """Distinct actors of a project, its lead counted."""
    rows, others = model["projects"], model["participations"]
    lead = rows["lead"][np.flatnonzero(rows["project"] == project)].tolist()
    return len({*lead, *others["actor"][np.flatnonzero(others["project"] == project)].tolist()})


def in_order(model: FundingModel) -> FundingModel:
    """The model with its tables sorted by their keys: then no row order decides which of equal answers is given."""
    from rus_funding.model.schema import TABLES

    tables = {
        name: rows.take(np.asarray(rows.order(tuple(TABLES[name].key)), np.int64)) if rows.size else rows
        for name, rows in model.tables.items()
    }
    return model.replace(tables=tables, required=tuple(sorted(model.required)), excluded=tuple(sorted(model.excluded)))
