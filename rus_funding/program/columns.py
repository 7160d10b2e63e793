"""The program's columns, and what every rule labels its rows with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.program.linear import Group, Label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.model.index import Ints
    from rus_funding.model.portfolio import Portfolio


def labels(rule: str, *axes: Sequence[Any]) -> Callable[[], list[Label]]:
    """Labels of a rule's rows, made when somebody asks: ids of each axis, parallel."""
    return lambda: [(rule, *map(str, ids)) for ids in zip(*axes, strict=True)]


def pick(ids: Sequence[Any], at: Ints) -> list[Any]:
    """The ids at these positions."""
    return [ids[i] for i in at.tolist()]


def ones(count: int) -> Ints:
    """Row 0 for each of `count` terms: a block of one row."""
    return np.zeros(count, np.int64)


class Columns:
    """The program's columns by kind: where each variable stands."""

    def __init__(self, at: Portfolio, watched: Ints | None = None) -> None:
        """`watched` are the pairs (of `at.pairs`) whose least grant is asked for: all that have one, unless said."""
        index = at.index
        self.at = at
        self.groups: list[Group] = []
        projects, funds, years = index.projects.ids, index.funds.ids, index.years.ids
        self.x = self._add("x", projects, self._x_lower, self._x_upper)
        binary = at.binary
        self.z = np.full(len(projects), -1, np.int64)
        self.z[binary] = self._add("z", pick(projects, binary), 0.0, 1.0, integer=True)
        self.y = self._payments()
        self.watched = np.flatnonzero(at.granting) if watched is None else watched
        self.w = self._add("w", self._pair_ids(self.watched), 0.0, 1.0, integer=True)
        self.alone = self.watched[at.alone[self.watched]]
        self.s = self._add("s", self._pair_ids(self.alone), 0.0, 1.0, integer=True)
        carrying = np.flatnonzero(at.amounts.carry > 0)
        self.u = np.full((len(funds), len(years)), -1, np.int64)
        if len(years) > 1 and carrying.size:
            names = [(funds[f], years[t]) for f in carrying.tolist() for t in range(len(years) - 1)]
            self.u[carrying, :-1] = self._add("u", names).reshape(carrying.size, -1)
        self.total = self._add("K", [()])[0]
        self.area = self._add("K_a", index.areas.ids)
        policy, wanted = index.model.policy, {objective.name for objective in index.model.objectives}
        balanced = policy.municipality_floor > 0 or "reach" in wanted
        self.municipal = self._add("R", [()])[0] if balanced else -1
        areas = index.areas.ids
        self.aimed = np.flatnonzero(np.isfinite(at.amounts.area("target")) & (at.amounts.area("beyond") < 1))
        self.beyond = self._add("o", pick(areas, self.aimed))
        actor, other, _, _ = index.ties
        pairs = list(zip(pick(index.actors.ids, actor), pick(index.actors.ids, other), strict=True))
        self.tie = self._add("n", pairs if policy.collaboration_weight > 0 else [], 0.0, 1.0)
        project, fund = at.payers[:2] if "continuity" in wanted else (np.zeros(0, np.int64),) * 2
        self.moved = self._add("d", list(zip(pick(projects, project), pick(funds, fund), strict=True)))
        self.extreme: dict[str, Any] = {
            name: self._add(f"m_{name}", [()], -np.inf)[0] for name in ("balance", "reach", "spread") if name in wanted
        }

    def _add(
        self, kind: str, ids: Sequence[Any], lower: Any = 0.0, upper: Any = np.inf, *, integer: bool = False
    ) -> Ints:
        names = [(kind, *map(str, label if isinstance(label, tuple) else (label,))) for label in ids]
        start = self.groups[-1].start + self.groups[-1].size if self.groups else 0
        self.groups.append(Group(kind, start, len(names), lambda: names, lower, upper, integer))
        return self.groups[-1].columns

    def _pair_ids(self, pairs: Ints) -> list[tuple[str, str]]:
        project, fund, _ = self.at.pairs
        names = pick(self.at.index.projects.ids, project[pairs]), pick(self.at.index.funds.ids, fund[pairs])
        return list(zip(*names, strict=True))

    def _payments(self) -> Ints:
        start = self.groups[-1].start + self.groups[-1].size
        self.groups.append(Group("y", start, self.at.cell.size, lambda: payment_labels(self.at)))
        return self.groups[-1].columns

    def _x_lower(self, _: Amounts) -> Floats:
        return np.where(self.at.index.committed, 1.0, 0.0)

    def _x_upper(self, _: Amounts) -> Floats:
        return np.where(self.at.index.not_fundable, 0.0, 1.0)


def payment_labels(at: Portfolio) -> list[Label]:
    """("y", project, fund, year, class) of every payment."""
    projects, funds, years = at.index.projects.ids, at.index.funds.ids, at.index.years.ids
    names = at.cell_names
    return [
        ("y", projects[p], funds[f], str(years[t]), names[cell])
        for p, f, t, cell in zip(at.project.tolist(), at.fund.tolist(), at.year.tolist(), at.cell.tolist(), strict=True)
    ]
