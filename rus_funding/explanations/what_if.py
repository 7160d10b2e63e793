"""One model's linear program, ready to be asked "what if" again and again.

Every answer is the exact optimum of a changed program, started from the basis of the unchanged one: what is asked
before cannot change what is answered. Values are points; rows are addressed by their labels, projects by their ids.
"""

from __future__ import annotations

import dataclasses
import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.engine import Engine
from rus_funding.engine.face import decided, given_way
from rus_funding.engine.search import WHOLE, Node, Search
from rus_funding.engine.settling.grants import Grants
from rus_funding.engine.solvers.highs import Highs
from rus_funding.engine.solvers.solver import Point
from rus_funding.errors import SolverError
from rus_funding.program.objectives import stages, value, value_scale

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rus_funding.engine.search import Found
    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.model.index import Ints
    from rus_funding.model.model import FundingModel
    from rus_funding.program.formulation import Formulation
    from rus_funding.program.linear import Label, LinearProgram

FREE = (-np.inf, np.inf)
KNOWN = {"optimal": True, "infeasible": False}  # what a status says of whether there is a point
FEW = 60  # binaries up to which the search over warm linear programs is used
NOWHERE = np.zeros(0)


@dataclasses.dataclass(frozen=True)
class Answer:
    """The optimum of a changed program. status is a solver's ("optimal", "infeasible", …).

    `value` is in points (NaN unless optimal); `x` holds every column; `duals` are those of maximising value in points,
    by row, None where binaries leave none; `basis` may start a like question.
    """

    status: str
    value: float = math.nan
    x: Floats = dataclasses.field(default_factory=lambda: NOWHERE)
    duals: Floats | None = None
    basis: Any = None

    @property
    def found(self) -> bool:
        """Whether there is an optimum."""
        return self.status == "optimal"


class Ground:
    """The program of `model` under its own objectives before `value`, each kept at its optimum.

    Where `value` is not among the objectives all of them are kept: what is explained is then the best plan in them.
    """

    def __init__(self, model: FundingModel) -> None:
        """Formulate the model; solves nothing yet."""
        self.model = model
        self.formulation: Formulation
        self.amounts: Amounts
        engine = Engine()
        engine.every_grant = True
        self.formulation, self.amounts = engine.prepare(model)
        self._solver = Highs()
        self._watched = np.zeros(self.formulation.columns.watched.size, bool)  # least grants asked for from the start
        self._needed = self._watched  # and those that the last question needed
        self._gains: dict[tuple[int, float], list[float]] = {}  # what the base's search learnt of its choices
        self._learnt = self._gains
        self._leaves: list[Node] = []  # of the base's tree
        self._grown: Node | None = None  # the root of the last search's tree, None where there was none
        self.work = 0  # simplex iterations times coefficients, of all questions so far: the same on every machine

    @cached_property
    def scale(self) -> float:
        """What brings a krona's worth of points to about 1, a power of two."""
        return value_scale(self.amounts)

    @cached_property
    def cost(self) -> Floats:
        """What is minimised: minus the value, scaled."""
        return -self.scale * value(self.formulation, self.amounts)

    @cached_property
    def program(self) -> LinearProgram:
        """The program, with a row for each objective ahead of `value` that keeps its optimum."""
        program = self.formulation.compiled.fill(self.amounts)
        for stage in stages(self.formulation, self.amounts):
            if stage.name == "value":
                break
            point = self.minimise(program, -stage.sense * stage.cost * stage.scale, None)
            if point.status != "optimal":
                return program  # no plan at all: `base` says so as well
            best = float(stage.cost @ point.x)
            least = (stage.sense * best - given_way(stage, best)) * stage.scale
            program = program.with_rows([stage.sense * stage.cost * stage.scale], [least], [np.inf])
        return program

    @cached_property
    def base(self) -> Answer:
        """The model as it is. Every later question knows what its search learnt, and nothing of other questions."""
        answer = self._answer(self.program, self.cost, None)
        self._watched, self._gains = self._needed, self._learnt
        self._leaves = [] if self._grown is None else [*self._grown.leaves()]
        return answer

    @cached_property
    def bearing(self) -> Any:
        """Whether each row has a multiplier in some leaf of the base's search: without one that has none the same
        multipliers prove that the base is best. All rows, where the search leaves no multipliers.
        """
        base = self.base
        proofs = [leaf.duals if leaf.ray is None else leaf.ray for leaf in self._leaves] or [base.duals]
        if any(proof is None for proof in proofs):
            return np.ones(self.program.row_lower.size, bool)
        return np.any([proof != 0 for proof in proofs if proof is not None], axis=0)

    @cached_property
    def _grants(self) -> Ints:
        return grants_of(self.formulation)

    @cached_property
    def chosen(self) -> Answer:
        """The base with its binaries held as they are: its duals hold while these choices stand."""
        if not self.has_binaries or not self.base.found:
            return self.base
        return self._answer(_divisible(decided(self.program, self.base.x)), self.cost, self.base.basis)

    @cached_property
    def relaxed(self) -> Answer:
        """The model if every choice could be made in part: never worth less than `base`, and with duals."""
        if not self.has_binaries:
            return self.base
        return self._answer(_divisible(self.program), self.cost, self.base.basis)

    def ask(
        self,
        *,
        shares: Mapping[str, tuple[float, float]] | None = None,
        sides: Mapping[Label, tuple[float, float]] | None = None,
        without: Iterable[Label] = (),
        cost: Floats | None = None,
        start: Answer | None = None,
        choices: str = "free",
        kept: Answer | None = None,
    ) -> Answer:
        """The optimum when projects' shares are held within `shares`, rows get other `sides` and some do not hold.

        `cost` (one entry a column, minimised) replaces the value as the objective; `value` is then still the points of
        the optimum found. `choices` between projects are "free"; or "kept" as in the base (or in `kept`), those of the
        projects in `shares` apart: quicker, and worth at most as much; "loose": kept, but for least grants, which
        nobody asks for; or "divisible": worth at least as much. An unknown project or label raises `KeyError`. `start`
        is a like answer to start from.
        """
        program = self.changed(shares=shares, sides=sides, without=without)
        begin = start if start is not None else self.base
        if choices == "divisible":
            program = _divisible(program)
        if choices in {"kept", "loose"} and self.has_binaries and self.base.found:
            begin = start if start is not None else self.chosen
            z = self.formulation.columns.z
            at = self.formulation.at.index.projects.position
            free = [int(z[at[project]]) for project in shares or () if z[at[project]] >= 0]
            free += self._grants.tolist()  # who pays whom is no choice between projects
            held = decided(program, self.base.x if kept is None else kept.x)
            held.lower[free], held.upper[free] = program.lower[free], program.upper[free]
            program = held
            if choices == "loose":
                integer = program.integer.copy()
                integer[self._grants] = False
                program = dataclasses.replace(program, integer=integer)
        return self._answer(program, self.cost if cost is None else cost, begin.basis)

    def reaches(self, level: float, *, start: Answer | None = None, **changes: Any) -> bool | None:
        """Whether some point of a program changed as in `ask` is worth `level` points; None where that is not known."""
        program, begin = self.changed(**changes), self.base if start is None else start
        loose = self._answer(_divisible(program), self.cost, begin.basis)
        if loose.status == "infeasible" or (loose.found and loose.value < level):
            return False
        open_ = program.integer & (program.lower < program.upper)
        if not open_.any():
            return True
        open_[self._grants] = False
        if int(open_.sum()) + int(self._watched.sum()) > FEW:
            answer = self._answer(program, self.cost, begin.basis)
            return answer.value >= level if answer.found else KNOWN.get(answer.status)
        return KNOWN.get(self._lazily(program, self.cost, begin.basis, -self.scale * level).status)

    def changed(
        self,
        *,
        shares: Mapping[str, tuple[float, float]] | None = None,
        sides: Mapping[Label, tuple[float, float]] | None = None,
        without: Iterable[Label] = (),
    ) -> LinearProgram:
        """The changed program itself; see `ask`."""
        program = self.program
        lower, upper = program.lower.copy(), program.upper.copy()
        row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
        for project, (least, most) in (shares or {}).items():
            lower[self.share_column(project)], upper[self.share_column(project)] = least, most
        for label, (least, most) in {**(sides or {}), **dict.fromkeys(without, FREE)}.items():
            row_lower[self.row(label)], row_upper[self.row(label)] = least, most
        return dataclasses.replace(program, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)

    def share_column(self, project: str) -> int:
        """The column of a project's share x_p."""
        return int(self.formulation.columns.x[self.formulation.at.index.projects.position[project]])

    def share(self, answer: Answer, project: str) -> float:
        """A project's funded share in an answer."""
        return float(answer.x[self.share_column(project)])

    def row(self, label: Label) -> int:
        """The row of a label."""
        return self._rows[label]

    @cached_property
    def labels(self) -> list[Label]:
        """The label of every row that has one (rows that keep objectives come after these)."""
        return self.formulation.compiled.row_labels()

    @cached_property
    def _rows(self) -> dict[Label, int]:
        return {label: row for row, label in enumerate(self.labels)}

    @property
    def has_binaries(self) -> bool:
        """Whether some project is all or nothing, or the like: then there are no duals."""
        return bool(self.program.integer.any())

    def _answer(self, program: LinearProgram, cost: Floats, basis: Any) -> Answer:
        point = self.minimise(program, cost, basis)
        if point.status != "optimal":
            return Answer(point.status)
        worth = -float(self.cost @ point.x) / self.scale
        duals = None if point.duals is None or program.integer.any() else -point.duals / self.scale
        return Answer("optimal", worth, point.x, duals, point.basis)

    def minimise(
        self,
        program: LinearProgram,
        cost: Floats,
        basis: Any = None,
        *,
        feasible: bool = False,
        of: Formulation | None = None,
    ) -> Point:
        """Minimise any cost over any program, binaries and all. `feasible`: the basis keeps every row of it.

        `of` is the formulation whose columns the program's first ones are, where it is another than the ground's.
        """
        open_ = program.integer & (program.lower < program.upper)
        if of is None and open_[self._grants].any():
            return self._lazily(program, cost, basis)
        if of is not None and open_[grants_of(of)].any():  # branches on grants that the optimum breaks alone
            return _point(Search(self._ask, program, cost, nested=True).run(Node({}, -np.inf), basis))
        return self._whole(program, cost, basis, feasible=feasible)

    def _lazily(self, program: LinearProgram, cost: Floats, basis: Any, most: float = np.inf) -> Point:
        """The optimum (with `most` any point that costs no more, "infeasible" where none does), least grants asked for
        only where the optimum without them breaks them.

        Left open, a fund's choice (nothing, or at least so much) asks for nothing, and the optimum is no worse: what
        keeps the rule for every fund then is best with it. Those that the base needs are asked for from the start.
        """
        f, rows = self.formulation, self._grant_rows
        held = np.isfinite(program.row_lower[rows[:, 0]])  # not where the rule is dropped
        watched = self._watched.copy()
        while True:
            found = self._searched(self._loosened(program, watched), cost, basis, most)
            if found.status != "optimal":
                return found
            grants = Grants(f.at, self.amounts, np.maximum(0.0, found.x[f.columns.y]))
            broken = np.isin(f.columns.watched, grants.broken) & held & ~watched
            if not broken.any():
                self._needed = watched
                return dataclasses.replace(found, x=self._paid(found.x, grants, watched))
            watched |= broken
            basis = found.basis

    def _searched(self, program: LinearProgram, cost: Floats, basis: Any, most: float = np.inf) -> Point:
        open_ = int((program.integer & (program.lower < program.upper)).sum())
        if most == np.inf and (not open_ or open_ > FEW):
            return self._whole(program, cost, basis, feasible=False)
        search = (Search if most == np.inf else _Comparison)(self._ask, program, cost, nested=True)
        search.best = most
        search.gains = {key: list(gains) for key, gains in self._gains.items()}
        self._grown = Node({}, -np.inf)
        found = search.run(self._grown, basis)
        if most < np.inf:
            return _compared(found)
        self._learnt = search.gains
        return _point(found)

    @cached_property
    def _grant_rows(self) -> Ints:
        """Least grants x rows of the program that hold each; a row stands several times where there are fewer."""
        compiled, columns = self.formulation.compiled, self.formulation.columns
        out = np.full((columns.watched.size, 4), -1, np.int64)
        places = np.arange(columns.watched.size), np.searchsorted(columns.watched, columns.alone)
        for k, (rule, place) in enumerate(
            (("least_grant_min", 0), ("least_grant_max", 0), ("alone", 1), ("alone_pays", 1))
        ):
            block = compiled.block(rule)
            if block is not None:
                out[places[place], k] = block[0] + np.arange(block[1].size)
        return np.where(out < 0, out[:, :1], out)

    def _loosened(self, program: LinearProgram, watched: Any) -> LinearProgram:
        """The program without the rows of the least grants that are not watched."""
        columns, rows = self.formulation.columns, self._grant_rows[~watched].reshape(-1)
        lower, upper, integer = program.row_lower.copy(), program.row_upper.copy(), program.integer.copy()
        lower[rows], upper[rows] = FREE
        integer[columns.w[~watched]] = False
        integer[columns.s[~watched[np.searchsorted(columns.watched, columns.alone)]]] = False
        return dataclasses.replace(program, row_lower=lower, row_upper=upper, integer=integer)

    def _paid(self, x: Floats, grants: Grants, watched: Any) -> Floats:
        """The point with the choices that nobody asked for made as the payments are."""
        columns, x = self.formulation.columns, x.copy()
        x[columns.w[~watched]] = grants.pays[columns.watched[~watched]]
        alone = ~watched[np.searchsorted(columns.watched, columns.alone)]
        x[columns.s[alone]] = (grants.small & grants.sole)[columns.alone[alone]]
        return x

    def _whole(self, program: LinearProgram, cost: Floats, basis: Any, *, feasible: bool) -> Point:
        """The optimum with every binary of the program chosen between."""
        self._grown = None
        undecided = program.integer & (program.lower < program.upper)
        open_binaries = int(undecided.sum())
        if not open_binaries or feasible:
            point = self._ask(cost, program, basis=basis, feasible=feasible)
            z = point.x[undecided] if point.status == "optimal" else NOWHERE
            if np.abs(z - np.round(z)).max(initial=0.0) <= WHOLE:  # as good as it gets, and whole
                return point
            basis = point.basis
        if open_binaries > FEW:  # nobody asks for a proof here: a general search is quicker on as many
            found_whole = self._ask(cost, program, whole=True)
            if found_whole.status != "optimal":
                return found_whole
            point = self._ask(cost, decided(program, found_whole.x))
            if point.status != "optimal":
                raise SolverError("the choice of projects that the solver calls feasible admits no payments")
            return dataclasses.replace(point, basis=None)
        self._grown = Node({}, -np.inf)
        return _point(Search(self._ask, program, cost).run(self._grown, basis))

    def _ask(self, cost: Floats, program: LinearProgram, **how: Any) -> Point:
        """The solver's answer. Whatever goes wrong inside it is a `SolverError`."""
        try:
            point = self._solver.minimise(cost, program, **how)
        except (SolverError, MemoryError):
            raise
        except Exception as error:
            raise SolverError(f"the solver failed: {type(error).__name__}: {error}") from error
        self.work += (point.iterations + 1) * program.values.size
        return point


class _Comparison(Search):
    """A search that is over with the first choice that costs less than what it is given as `best`."""

    def _incumbent(self, node: Node) -> None:
        super()._incumbent(node)
        if self.point is not None:
            self.stopped = "met"


def _compared(found: Found) -> Point:
    """What a comparison comes to: the point that was met; "infeasible" where nothing is, "error" where it is open."""
    if found.point is not None:
        return dataclasses.replace(found.point, basis=found.basis)
    return Point("error" if found.status in {"limit", "time_limit"} else "infeasible", NOWHERE)


def _point(found: Found) -> Point:
    """What a search comes to."""
    if found.status != "optimal" or found.point is None:
        return Point("error" if found.status == "optimal" else found.status, NOWHERE)
    return dataclasses.replace(found.point, basis=found.basis)


def grants_of(f: Formulation) -> Ints:
    """The columns of the choices between nothing and a least grant."""
    return np.concatenate([f.columns.w, f.columns.s]).astype(np.int64)


def _divisible(program: LinearProgram) -> LinearProgram:
    return dataclasses.replace(program, integer=np.zeros(program.integer.size, bool))
