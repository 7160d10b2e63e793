"""What a comparison holds: frozen values, ready for terminal, JSON and CSV."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rus_funding.errors import UsageError
from rus_funding.model import frames

if TYPE_CHECKING:
    import pandas as pd

    from rus_funding.proof.standing import Standing

FIGURES = (
    "value",
    "funded",
    "cofinancing",
    "leverage",
    "largest_fund_share",
    "herfindahl_funds",
    "herfindahl_areas",
    "hoover",
    "projects_funded",
    "projects_partly",
    "projects_not",
    "unused",
)
MONEY = ("money_granted", "money_applied", "money_planned")  # kronor that a plan rests on, by the budget's status
QUANTILES: Mapping[str, float] = {"least": 0.0, "tenth": 0.1, "median": 0.5, "nine_tenths": 0.9, "largest": 1.0}
GROUPS = ("always", "depends", "never")
FEW = 20  # scenarios that are shown one by one

Figures = Mapping[str, float | int | None]
Rows = tuple[Sequence[str], Iterable[Sequence[Any]]]  # columns, and rows in their order
Input = tuple[str, str, str]  # table, key, column: a cell or a draw, as in the run's table `changes`


@dataclasses.dataclass(frozen=True)
class Line:
    """A scenario: its place, how it ended and what is known of it, its key figures (all None without a plan)."""

    label: str
    run: str
    scenario: str
    file: str
    title: str
    status: str
    standing: Standing
    explanation: str
    figures: Figures
    explanation_sv: str = ""

    def why(self, lang: str) -> str:
        """Why there is no plan, in a language; empty where there is one."""
        return self.explanation_sv if lang == "sv" and self.explanation_sv else self.explanation

    @property
    def planned(self) -> bool:
        """Whether there is a plan."""
        return self.standing.has_plan

    def less(self, other: Line) -> dict[str, float | int | None]:
        """Each figure less the other's; None where either has none."""
        return {name: _less(self.figures[name], other.figures[name]) for name in FIGURES}


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


@dataclasses.dataclass(frozen=True)
class Across:
    """A project over the scenarios that have a plan.

    `in_full` and `at_all` are shares of those scenarios; `kronor` and `share` hold the project in each scenario (in the
    order of the lines, None without a plan) where they are `FEW`, else both are empty; the spreads are quantiles.
    """

    project: str
    name: str
    in_full: float
    at_all: float
    group: str
    reference_kronor: int | None
    reference_share: float | None
    kronor: tuple[int | None, ...]
    share: tuple[float | None, ...]
    kronor_spread: Mapping[str, float]
    share_spread: Mapping[str, float]


@dataclasses.dataclass(frozen=True)
class Driver:
    """Spearman's rank correlation, -1..1, between an input that was drawn and a result."""

    input: Input
    result: str
    correlation: float


@dataclasses.dataclass(frozen=True)
class Drivers:
    """What matters most in one sample: for each result the inputs, the strongest first.

    `chance` is what independent numbers stay below in 95 samples of 100: 1.96 / √(scenarios - 1).
    """

    run: str
    file: str
    scenarios: int
    inputs: int
    chance: float
    value: tuple[Driver, ...]
    funded: tuple[Driver, ...]
    projects: Mapping[str, tuple[Driver, ...]]


WAYS = ("in", "out", "more", "less", "same")  # what may become of a project's kronor


@dataclasses.dataclass(frozen=True)
class Move:
    """Kronor of a project or a fund in the reference and in the other scenario.

    `swapped` are the kronor of a project that are paid in both, by another fund: what no change of its sum explains.
    """

    id: str
    name: str
    before: int
    after: int
    swapped: int = 0

    @property
    def change(self) -> int:
        """Kronor more in the other scenario."""
        return self.after - self.before

    @property
    def way(self) -> str:
        """What becomes of it: "in", "out", "more", "less" or "same"."""
        if not self.change:
            return "same"
        if not self.before or not self.after:
            return "out" if self.before else "in"
        return "more" if self.change > 0 else "less"


@dataclasses.dataclass(frozen=True)
class Counted:
    """Kronor that count to a perspective in each scenario, in the order of the lines (None without a plan).

    `share` is of the kronor funded; `without_basis` are kronor whose marking names no basis.
    """

    perspective: str
    name: str
    kronor: tuple[int | None, ...]
    share: tuple[float | None, ...]
    without_basis: tuple[int | None, ...]


@dataclasses.dataclass(frozen=True)
class Note:
    """Something that the reader must know; `code` is a key of the texts."""

    code: str
    fields: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Scenarios against a reference, which is the first line.

    `moved` has projects and funds where exactly two scenarios with a plan are compared, else it is None. `names` are
    what projects, funds and areas are called. `over_weights` and `over_scenarios` are regret, where it was asked for.
    """

    model: str
    title: str
    runs: tuple[str, ...]
    lines: tuple[Line, ...]
    threshold: float
    projects: tuple[Across, ...]
    drivers: tuple[Drivers, ...]
    moved_projects: tuple[Move, ...] | None
    moved_funds: tuple[Move, ...] | None
    spread: Mapping[str, Mapping[str, float]]
    notes: tuple[Note, ...]
    names: Mapping[tuple[str, str], str]
    perspectives: tuple[Counted, ...] = ()  # where the scenarios are `FEW`
    idle: Mapping[str, Any] | None = None  # by label what holds idle money (explanations.idle), where it was asked for
    breaks: Sequence[Any] | None = None  # discovery.Discovery of each sample, where it was asked for
    over_weights: Any = None  # regret_weights.WeightRegret
    over_scenarios: Any = None  # regret_scenarios.PlansRegret
    by_strategy: Any = None  # other_strategy.ByStrategy

    @property
    def reference(self) -> Line:
        """What the others are held against."""
        return self.lines[0]

    @property
    def ways(self) -> dict[str, int]:
        """How many projects come in, fall out, get more, less or the same, and how many change payers by how much.

        Of two scenarios with a plan; else nothing.
        """
        moves = self.moved_projects
        if moves is None:
            return {}
        found = {way: sum(move.way == way for move in moves) for way in WAYS}
        swapped = [move.swapped for move in moves if move.swapped]
        return {**found, "payers": len(swapped), "swapped": sum(swapped)}

    @property
    def statuses(self) -> dict[str, int]:
        """How many scenarios ended how."""
        return dict(sorted(Counter(line.status for line in self.lines).items()))

    @property
    def standings(self) -> dict[str, int]:
        """How many scenarios stand how."""
        return dict(sorted(Counter(line.standing.name for line in self.lines).items()))

    @property
    def proven(self) -> bool:
        """Whether every scenario has a plan that is proven best."""
        return all(line.standing.proven for line in self.lines)

    @property
    def planned(self) -> int:
        """Scenarios with a plan."""
        return sum(line.planned for line in self.lines)

    def group(self, group: str) -> list[Across]:
        """The projects of a group."""
        return [project for project in self.projects if project.group == group]

    def as_dict(self) -> dict[str, Any]:
        """The object that ``compare --json`` prints."""
        reference = self.reference
        return {
            "model": self.model,
            "runs": list(self.runs),
            "reference": reference.label,
            "statuses": self.statuses,
            "standings": self.standings,
            "notes": [{"code": note.code, **note.fields} for note in self.notes],
            "scenarios": [
                {
                    **{name: getattr(line, name) for name in ("label", "run", "scenario", "file", "title", "status")},
                    "standing": line.standing.name,
                    "gap": None if line.standing.gap is None else float(line.standing.gap),
                    "explanation": line.explanation,
                    "explanation_sv": line.explanation_sv,
                    "figures": dict(line.figures),
                    "difference": line.less(reference),
                }
                for line in self.lines
            ],
            "spread": {name: dict(spread) for name, spread in self.spread.items()},
            "threshold": self.threshold,
            "projects": [dataclasses.asdict(project) for project in self.projects],
            "perspectives": [dataclasses.asdict(counted) for counted in self.perspectives],
            "core": {group: [project.project for project in self.group(group)] for group in GROUPS},
            "drivers": [dataclasses.asdict(drivers) for drivers in self.drivers],
            "moved": None
            if self.moved_projects is None or self.moved_funds is None
            else {
                "projects": [{**dataclasses.asdict(m), "change": m.change} for m in self.moved_projects],
                "funds": [{**dataclasses.asdict(m), "change": m.change} for m in self.moved_funds],
                "ways": self.ways,
            },
            "idle": None
            if self.idle is None
            else {name: None if one is None else one.as_dict() for name, one in self.idle.items()},
            "breaks": None if self.breaks is None else [one.as_dict() for one in self.breaks],
            "regret_over_weights": None if self.over_weights is None else self.over_weights.as_dict(),
            "by_strategy": None if self.by_strategy is None else self.by_strategy.as_dict(),
            "regret_over_scenarios": None if self.over_scenarios is None else self.over_scenarios.as_dict(),
        }

    def frames(self) -> dict[str, pd.DataFrame]:
        """The comparison as data frames with typed columns, by name; those that have something to say.

        ``scenarios`` (a row each: key figures, and the same less the reference's as ``…_difference``), ``projects``
        (how often each is funded, shares 0..1, and how its kronor spread), ``shares`` (a row for each project and
        scenario, where these are few), ``perspectives`` (the same of perspectives, in kronor), ``by_strategy`` (of
        another strategy's areas, kronor and points), ``drivers`` (correlations, -1..1), ``moved`` (kronor, of two
        scenarios), and regret in points as ``regret_weights`` and ``regret_scenarios``.
        """
        return {
            name: frames.of_rows({column: kind_of(column) for column in header}, rows)
            for name, (header, rows) in self.tables().items()
        }

    def frame(self, table: str) -> pd.DataFrame:
        """One of `frames`. Raises `UsageError` for one that it has not."""
        found = self.frames()
        if table not in found:
            raise UsageError(
                "the comparison has no table '{table}'. Tables: {found}.", table=table, found=", ".join(found)
            )
        return found[table]

    def tables(self) -> dict[str, Rows]:
        """The same as columns and rows, for files and frames."""
        found: dict[str, Rows] = {
            "scenarios": (
                ["scenario", "run", "title", "status", "standing", *FIGURES, *MONEY,
                 *(f"{f}_difference" for f in FIGURES), "explanation", "explanation_sv"],
                self._scenarios(),
            ),
            "projects": (
                ["project", "name", "group", "in_full", "at_all", "reference_kronor", "reference_share",
                 *(f"kronor_{name}" for name in QUANTILES), *(f"share_{name}" for name in QUANTILES)],
                ((s.project, s.name, s.group, s.in_full, s.at_all, s.reference_kronor, s.reference_share,
                  *s.kronor_spread.values(), *s.share_spread.values()) for s in self.projects),
            ),
        }  # fmt: skip
        if any(standing.kronor for standing in self.projects):
            found["shares"] = (["project", "name", "scenario", "kronor", "share"], self._shares())
        if self.perspectives:
            columns = ["perspective", "name", "scenario", "kronor", "share", "without_basis"]
            found["perspectives"] = columns, self._perspectives()
        if self.by_strategy is not None:
            found["by_strategy"] = self.by_strategy.rows()
        if self.drivers:
            found["drivers"] = (["run", "file", "result", "table", "key", "column", "correlation"], self._drivers())
        if self.moved_projects is not None and self.moved_funds is not None:
            moves = [("project", m) for m in self.moved_projects] + [("fund", m) for m in self.moved_funds]
            rows = ((kind, m.id, m.name, m.before, m.after, m.change, m.swapped) for kind, m in moves)
            found["moved"] = (["kind", "id", "name", "before", "after", "change", "swapped"], rows)
        if self.over_weights is not None:
            found["regret_weights"] = self.over_weights.rows()
        if self.over_scenarios is not None:
            found["regret_scenarios"] = self.over_scenarios.rows()
        return found

    def _scenarios(self) -> Iterator[Sequence[Any]]:
        for line in self.lines:
            less = line.less(self.reference)
            cells = (line.label, line.run, line.title, line.status, line.standing.name)
            figures = (*(line.figures.get(name) for name in (*FIGURES, *MONEY)), *(less[name] for name in FIGURES))
            yield (*cells, *figures, line.explanation, line.explanation_sv)

    def _shares(self) -> Iterator[Sequence[Any]]:
        for s in self.projects:
            for line, kronor, share in zip(self.lines, s.kronor, s.share, strict=True):
                if kronor is not None:
                    yield s.project, s.name, line.label, kronor, share

    def _perspectives(self) -> Iterator[Sequence[Any]]:
        for c in self.perspectives:
            for line, kronor, share, bare in zip(self.lines, c.kronor, c.share, c.without_basis, strict=True):
                if kronor is not None:
                    yield c.perspective, c.name, line.label, kronor, share, bare

    def _drivers(self) -> Iterator[Sequence[Any]]:
        for d in self.drivers:
            for found in (d.value, d.funded, *d.projects.values()):
                for driver in found:
                    yield d.run, d.file, driver.result, *driver.input, driver.correlation


_COUNTED = {"funded", "unused", "projects_funded", "projects_partly", "projects_not", "reference_kronor",
            "kronor", "before", "after", "change", "swapped", "corner", "best_in", "possible",
            "without_basis", *MONEY}  # fmt: skip
_MEASURED = {*FIGURES, "in_full", "at_all", "reference_share", "share", "correlation", "regret", "at_most", "largest",
             "mean"}  # fmt: skip


def kind_of(column: str) -> str:
    """What kind a column of `Comparison.tables` is."""
    plain = column.removesuffix("_difference")
    if plain in _COUNTED:
        return "integer"
    spread = column.startswith(("kronor_", "share_", "weight_"))  # quantiles need not be whole
    return "number" if plain in _MEASURED or spread else "text"
