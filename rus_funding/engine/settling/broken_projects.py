"""Which project is in trouble: a rule that its whole kronor still break, and who is to be lowered for it."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from rus_funding.engine.settling.draft import Work
    from rus_funding.model.index import Bools, Ints


class Trouble(NamedTuple):
    """A project that is to be lowered: the row for whose sake (-1: its own terms), and the most kronor it may have."""

    project: int
    row: int
    most: int


@dataclasses.dataclass
class Finder:
    """Looks for trouble. `stuck` are projects that nothing can be done about: promises keep them from being lowered."""

    work: Work
    stuck: set[int] = dataclasses.field(default_factory=set)

    @cached_property
    def _required(self) -> list[tuple[int, int]]:
        needs, other = self.work.at.index.dependency("requires")
        return list(zip(needs.tolist(), other.tolist(), strict=True))

    def next(self) -> Trouble | None:
        """The next project in trouble: by rows, then by projects' own terms, then by what they require.

        Of those whose own terms are broken, the least comes first: what it leaves may mend the others.
        """
        work = self.work
        for row in np.flatnonzero(np.asarray(work.slack < 0, bool)).tolist():
            project = self._to_blame(row)
            if project >= 0:
                return Trouble(project, row, int(work.aim.project[project]))
        broken = np.flatnonzero(work.broken())
        for project in broken[np.argsort(work.aim.project[broken], kind="stable")].tolist():
            if project not in self.stuck:
                return Trouble(project, -1, int(work.aim.project[project]))
        return next((found for found in self._above_what_they_require() if found.project not in self.stuck), None)

    def unsettled(self) -> int:
        """How many rows and projects' terms are broken."""
        work = self.work
        if not self.stuck:
            return 0
        return int(np.asarray(work.slack < 0, bool).sum() + work.broken().sum() + len(self._above_what_they_require()))

    @cached_property
    def shared(self) -> Bools:
        """Rows in which several projects meet."""
        rows, project = self.work.rows, self._project_of_entry
        first = np.full(rows.limit.size, self.work.aim.project.size, np.int64)
        last = np.full(rows.limit.size, -1, np.int64)
        np.minimum.at(first, rows.rows, project)
        np.maximum.at(last, rows.rows, project)
        out: Bools = first < last
        return out

    @cached_property
    def _project_of_entry(self) -> Ints:
        return np.repeat(self.work.at.project, np.diff(self.work.rows.starts))

    def _to_blame(self, row: int) -> int:
        """The project that takes most of a broken row, or the only one in it; -1 where promises keep all of them."""
        work = self.work
        entry = np.flatnonzero(work.rows.rows == row)
        payment = np.searchsorted(work.rows.starts, entry, "right") - 1
        projects, project = np.unique(work.at.project[payment], return_inverse=True)
        takes = np.zeros(projects.size, work.rows.values.dtype)
        np.add.at(takes, project, work.rows.values[entry] * work.kronor[payment].astype(takes.dtype))
        able = [i for i, p in enumerate(projects.tolist()) if p not in self.stuck]
        if self.shared[row]:
            able = [i for i in able if takes[i] > 0]
        if not able:
            return -1
        return int(projects[max(able, key=lambda i: (not work.terms.held[projects[i]], takes[i]))])

    def _above_what_they_require(self) -> list[Trouble]:
        """Projects with a larger share than one that they require, by more than rounding makes."""
        work = self.work
        if not self._required:
            return []
        settled, cells = work.settled().tolist(), np.bincount(work.at.cell_project, minlength=work.aim.project.size)
        found = []
        for p, o in self._required:
            cost, whole = int(work.terms.cost[p]), int(work.terms.cost[o])
            above = settled[p] * whole - settled[o] * cost
            if whole and above > 0 and above >= int(cells[p]) * whole + int(cells[o]) * cost:
                found.append(Trouble(p, -1, settled[o] * cost // whole))
        return found
