"""Reading runs for a comparison: scenarios chosen and named, tables streamed so that memory stays flat."""

from __future__ import annotations

import dataclasses
import difflib
from fnmatch import fnmatchcase
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.comparisons.comparison import FEW, FIGURES, MONEY, Line, Note
from rus_funding.errors import Phrase, UsageError
from rus_funding.runs.schema import SPAN
from rus_funding.runs.standing import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from rus_funding.runs import Run

LOOKED_UP = 50  # scenarios that are looked up one by one; for more a table is read through
ROOM = 4_000_000  # cells of projects × scenarios held at a time
STATUSES = {"not": 0, "withdrawn": 0, "partly": 1, "funded": 2}


@dataclasses.dataclass(frozen=True)
class Chosen:
    """Scenarios of several runs in the order of the comparison. `places`: of each run, position → line."""

    runs: tuple[Run, ...]
    lines: tuple[Line, ...]
    places: tuple[Mapping[int, int], ...]
    notes: tuple[Note, ...]

    def rows(self, table: str, *columns: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """(line, the columns' cells) of every row of the chosen scenarios, run by run, in the table's order."""
        for run, places in zip(self.runs, self.places, strict=True):
            yield from rows_of(run, places, table, columns)


def rows_of(
    run: Run, places: Mapping[int, int], table: str, columns: Sequence[str]
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows of one run's table that belong to the scenarios at `places`; at least two columns."""
    picked = itemgetter(*(run.columns(table).index(column) for column in columns))
    if len(places) <= LOOKED_UP:
        names = {position: name for name, position in positions(run).items()}
        found: Iterator[tuple[Any, ...]] = (row for at in sorted(places) for row in run.rows(table, names[at]))
    else:
        found = run.rows(table)
    for row in found:
        line = places.get(row[0] >> SPAN)
        if line is not None:
            yield line, picked(row)


def changes_of(chosen: Chosen) -> dict[str, tuple[Any, ...]]:
    """What each scenario changes, by label: (table, key, column, before, after); nothing where scenarios are many."""
    if len(chosen.lines) > FEW:
        return {}
    found: dict[str, list[Any]] = {}
    for line, cells in chosen.rows("changes", "table", "key", "column", "before", "after"):
        found.setdefault(chosen.lines[line].label, []).append(cells)
    return {label: tuple(changes) for label, changes in found.items()}


def positions(run: Run) -> dict[str, int]:
    """Scenario → position in its run."""
    at = [run.columns("scenarios").index(name) for name in ("scenario", "position")]
    return {row[at[0]]: row[at[1]] for row in run.rows("scenarios")}


def choose(runs: Sequence[Run], patterns: Sequence[str] = (), against: str | None = None) -> Chosen:
    """The scenarios whose names match a pattern (``bortfall-*``), or all, the reference first.

    The reference is the scenario `against` of the first run, its baseline if left out. The baseline of a further run of
    the same model says nothing new and is left out. Raises `UsageError` where a pattern or `against` finds nothing.
    """
    if not runs:
        raise UsageError("no run to compare: name at least one file made by `rus-funding batch`.")
    listed = [list(_lines(run, stem)) for run, stem in zip(runs, _stems(runs), strict=True)]
    names = [line.scenario for lines in listed for _, line in lines]
    if not names:
        _refuse_damaged(runs, "*")
        raise UsageError(
            "{path} has no finished scenario yet. Go on with `rus-funding batch --resume`.", path=runs[0].path
        )
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            _refuse_damaged(runs, pattern)
            raise _unknown(pattern, names, ", ".join(str(run.path) for run in runs))
    first = {line.scenario: (position, line) for position, line in listed[0]}
    wanted = against if against is not None else next(iter(first), "")
    _refuse_damaged(runs[:1], wanted)
    if wanted not in first:
        raise _unknown(wanted, list(first), str(runs[0].path))
    reference = first[wanted]
    lines, places = [reference[1]], [{} for _ in runs]  # type: list[Line], list[dict[int, int]]
    places[0][reference[0]] = 0
    for number, (run, found) in enumerate(zip(runs, listed, strict=True)):
        same = number > 0 and run.info["model_sha256"] == runs[0].info["model_sha256"]
        for position, line in found:
            left_out = (number == 0 and position == reference[0]) or (same and position == 0)
            if left_out or (patterns and not any(fnmatchcase(line.scenario, pattern) for pattern in patterns)):
                continue
            places[number][position] = len(lines)
            lines.append(line)
    return Chosen(tuple(runs), tuple(lines), tuple(places), tuple(_notes(runs, listed, reference[1])))


def _refuse_damaged(runs: Sequence[Run], pattern: str) -> None:
    """Say that what is asked for is damaged, where it is."""
    for run in runs:
        if any(fnmatchcase(name, pattern) for name in run.left_out):
            raise run.refusal()


def _lines(run: Run, stem: str) -> Iterator[tuple[int, Line]]:
    columns = run.columns("scenarios")
    for row in run.rows("scenarios"):
        cells = dict(zip(columns, row, strict=True))
        label = f"{stem}/{cells['scenario']}" if stem else cells["scenario"]
        texts = ("scenario", "file", "title", "status", "explanation", "explanation_sv")
        name, file, title, status, why, swedish = (str(cells[column] or "") for column in texts)
        standing = read(cells)
        figures = {figure: cells[figure] if standing.has_plan else None for figure in (*FIGURES, *MONEY)}
        yield cells["position"], Line(label, str(run.path), name, file, title, status, standing, why, figures, swedish)


def _stems(runs: Sequence[Run]) -> list[str]:
    """What sets the scenarios of several runs apart: their files' names, or whole paths where those are alike."""
    if len(runs) == 1:
        return [""]
    stems = [run.path.stem for run in runs]
    paths = [str(run.path) for run in runs]
    if len(set(paths)) < len(paths):
        raise UsageError("the same run is named twice: name each file once.")
    return stems if len(set(stems)) == len(stems) else paths


def _unknown(name: str, names: list[str], where: str) -> UsageError:
    near = difflib.get_close_matches(name, names, 1)
    hint = Phrase("Scenarios: {names}.", names=", ".join([*names[:8], *["…"][: len(names) > 8]]))
    if near:
        hint = Phrase("Did you mean '{near}'?", near=near[0])
    return UsageError("{path} has no scenario '{scenario}'. {hint}", path=where, scenario=name, hint=hint)


def _notes(runs: Sequence[Run], listed: Sequence[Sequence[Any]], reference: Line) -> Iterator[Note]:
    for run, lines in zip(runs, listed, strict=True):
        if run.faults:
            yield Note("damaged", {"run": str(run.path), "left_out": run.left_out, "what": run.mark(run.lang)})
        if run.unaudited:
            yield Note("unaudited", {"run": str(run.path), "count": run.unaudited})
        if len(lines) + len(run.left_out) < run.info["size"]:
            yield Note("unfinished", {"run": str(run.path), "finished": len(lines), "size": run.info["size"]})
        for what in ("model_sha256", "rules"):
            if run.info[what] != runs[0].info[what]:
                code = "other_model" if what == "model_sha256" else "other_rules"
                yield Note(code, {"run": str(run.path), "first": str(runs[0].path)})
    if not reference.planned:
        fields = {"scenario": reference.label, "status": reference.status, "standing": reference.standing.name}
        yield Note("reference_without_plan", fields)


@dataclasses.dataclass(frozen=True)
class Column:
    """A project in every scenario of the comparison: kronor, share, status (see `STATUSES`). Absent is not funded."""

    kronor: NDArray[np.int64]
    share: NDArray[np.float64]
    status: NDArray[np.int8]

    @classmethod
    def empty(cls, size: int) -> Column:
        """Nothing funded anywhere."""
        return cls(np.zeros(size, np.int64), np.zeros(size), np.zeros(size, np.int8))


def project_columns(chosen: Chosen, room: int = ROOM) -> Iterator[tuple[str, Column]]:
    """Every project that any of the scenarios has; with more than `room` cells it reads several times."""
    size = len(chosen.lines)
    done: set[str] = set()
    while True:
        held: dict[str, Column] = {}
        more = False
        for line, (project, kronor, share, status) in chosen.rows("projects", "project", "kronor", "share", "status"):
            if project in done:
                continue
            column = held.get(project)
            if column is None:
                if held and (len(held) + 1) * size > room:
                    more = True
                    continue
                column = held[project] = Column.empty(size)
            column.kronor[line], column.share[line], column.status[line] = kronor, share, STATUSES[status]
        yield from sorted(held.items(), key=lambda item: item[0])
        done |= held.keys()
        if not more:
            return
