"""The objectives in order: each is solved, then kept at its optimum while the next is solved, and proven.

An optimum is kept by complementary slackness: at an optimal basis, a column with a reduced cost that is not zero stays
at its bound in *every* optimum, and a row with a dual that is not zero stays at its side. Fixing them is exact, unlike
a row "objective >= optimum", which is imprecise; but what counts as zero is the solver's arithmetic. So after every
stage each earlier objective is evaluated again, and where one was lost (or where a `careful` solve is asked for) the
optima are kept by rows instead. Choices (binaries) are decided by a search whose tree is the proof; the leaves that
can still be as good as the best one are searched again for the next objective.

Every stage leaves a `Proven`: multipliers that bound its objective under the levels of those before it, a leaf each.
Whether they prove anything is not for this module to say: `rus_funding.proof` evaluates them exactly.
"""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.face import SLACK, believed, beside, blur, decided, freeze, relaxed
from rus_funding.engine.multipliers import Multipliers
from rus_funding.engine.search import WHOLE, Found, Node, Search, made_whole
from rus_funding.engine.solution import Bounds, Done, Held, LostError, Proven, Solution
from rus_funding.errors import SolverError
from rus_funding.program.objectives import Stage, canonical, canonical_choice, stages, value

if TYPE_CHECKING:
    from rus_funding.engine.narrowing import Narrowing
    from rus_funding.engine.solvers.solver import Point, Solver
    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.program.formulation import Formulation
    from rus_funding.program.linear import LinearProgram

ROUNDING = 1e-11  # share of what a unit of the solver's counts, by which it may give too
FINE = 1e-13  # share of the terms of a row, by which a sum in it may be off


def solve_program(
    f: Formulation,
    numbers: Amounts,
    solver: Solver,
    *,
    basis: Any = None,
    seconds: float = np.inf,
    careful: bool = False,
    narrowing: Narrowing | None = None,
) -> Solution:
    """Solve all stages. `basis` starts the first one (and cannot change the answer, only the time); `careful` keeps
    every optimum by a row; what is proven under a `narrowing` is so of such plans alone. Raises `SolverError`.
    """
    return _Road(f, numbers, solver, basis, time.monotonic() + seconds, careful=careful, narrowing=narrowing).run()


class _Road:
    """The state between stages: the program as far as it is tightened, and where the last stage ended."""

    def __init__(
        self,
        f: Formulation,
        numbers: Amounts,
        solver: Solver,
        basis: Any,
        deadline: float,
        *,
        careful: bool,
        narrowing: Narrowing | None = None,
    ) -> None:
        self.f, self.numbers, self.solver, self.deadline = f, numbers, solver, deadline
        program, self.implied = f.strengthened(numbers)
        self.program = (program if narrowing is None else narrowing.of(f, program)).scaled()
        solver.load(self.program)
        self.height, self.units = self.program.shape[0], self.program.units
        self.binaries = np.flatnonzero(self.program.integer)
        self.face = relaxed(self.program)  # the program on which the next stage is solved, as a linear program
        self.root = Node({}, -np.inf)  # the choices, as far as the stages so far have decided them
        self.by_rows = careful  # whether earlier optima are all kept by rows, rather than by the face where it can be
        self.rowed: list[Done] = []  # the stages that the face keeps by rows, in the order of these
        self.basis, self.feasible, self.first = basis, False, None
        self.done: list[Done] = []
        self.multipliers = Multipliers(self.program, self.done)
        self.point: Point | None = None
        self.stopped = ""
        self.iterations = self.programs = 0
        self.begun = time.monotonic()

    def run(self) -> Solution:
        """All objectives, the canonical stage, and the proof of the value."""
        wanted = stages(self.f, self.numbers)
        for stage in wanted:
            status = self._stage(stage)
            if status == "infeasible":
                return self._nothing()
            if status:
                self.stopped = status
                break
        if self.point is None:
            return Solution(self.stopped or "error", np.zeros(0), seconds=time.monotonic() - self.begun)
        if not self.stopped:
            self._canonical()
        proofs = [done.proven for done in self.done]
        if not any(done.stage.name == "value" for done in self.done):
            proofs += self._price_value()
        return self._solution(tuple(proofs))

    def _solution(self, proofs: tuple[Proven, ...]) -> Solution:
        point, program = self.point, self.program
        assert point is not None
        priced = next((proof for proof in proofs if proof.objective == "value"), None)
        duals = None
        if priced is not None:
            leaf = priced.leaf_of(point.x)
            duals = None if leaf is None or leaf.empty else -self.f.of_rules(leaf.duals, self.implied, point.x)
        own = self.f.compiled.height
        return Solution(
            "time_limit" if self.stopped else "optimal",
            np.clip(point.x, program.lower, program.upper),
            tuple((done.stage.name, done.best) for done in self.done),
            float(value(self.f, self.numbers) @ point.x),
            duals,
            proofs,
            program.activity(point.x)[:own],
            (program.row_lower[:own], program.row_upper[:own]),
            self.first,
            time.monotonic() - self.begun,
            self.iterations,
            self.programs,
            self.implied,
            tuple(done.x for done in self.done if done.stage.tolerance > 0),
        )

    # ------------------------------------------------------------------------------------------------ asking

    def ask(self, cost: Floats, program: LinearProgram, **how: Any) -> Point:
        """The solver's answer, as far as it can be believed."""
        return believed(self.solver, cost, program, **how)

    def _ask(self, cost: Floats, program: LinearProgram, **how: Any) -> Point:
        point = self.ask(cost, program, seconds=self.deadline - time.monotonic(), **how)
        self.iterations += point.iterations
        self.programs += 1
        return point

    def _search(
        self, cost: Floats, program: LinearProgram, root: Node, basis: Any = None, *, give: float = 0.0
    ) -> Found:
        found = Search(self.ask, program, cost, deadline=self.deadline, give=give).run(root, basis)
        self.iterations += found.iterations
        self.programs += found.programs
        return found

    # ------------------------------------------------------------------------------------------------ a stage

    def _stage(self, stage: Stage) -> str:
        """Solve a stage on what the stages before it left; "" or why it did not come to an end."""
        open_ = self.root.open_leaves()
        if len(open_) == 1:
            try:
                return self._linear(stage, open_[0])
            except LostError:
                if not self.done:
                    raise SolverError("the solver loses what it found", "lost-plan", stage=stage.name) from None
                self._keep_by_rows(open_[0])
                try:
                    return self._linear(stage, open_[0], blurred=True)
                except LostError:
                    raise SolverError(
                        f"the solver finds nothing as good as the plan it found before '{stage.name}'",
                        "lost-plan",
                        stage=stage.name,
                    ) from None
        return self._searched(stage)

    def _linear(self, stage: Stage, leaf: Node, *, blurred: bool = False) -> str:
        """A stage as one linear program over a leaf in which choices fall as they should; else it is searched."""
        cost = -stage.sense * stage.cost
        point = self._ask(cost, self.face, basis=self.basis, feasible=self.feasible)
        if point.status == "infeasible" and not self.done:
            leaf.ray = point.ray
            return "infeasible" if point.ray is not None else "error"
        if point.status == "infeasible":
            raise LostError
        if point.status != "optimal":
            return point.status
        if any(done.lost(point.x, blurred=blurred) for done in self.done):
            point = self._made_exactly(point, cost, blurred=blurred)
        self.basis, self.feasible = point.basis, True
        point = made_whole(point, self._choosing(), cost)
        if self._undecided(point.x):
            return self._searched(stage)
        self.point = point
        self.first = point.basis if self.first is None else self.first
        if point.duals is None:
            raise SolverError("the solver gives no duals", "no-duals")
        duals, m = point.duals, self.multipliers
        bounds = m.split(duals) if self.by_rows else m.of_face(cost, duals, self.rowed)
        best = float(stage.cost @ point.x)
        proven = self.multipliers.proven(stage.name, self.root, {id(leaf): bounds})
        self._finish(stage, best, point, proven, bounds)
        return ""

    def _made_exactly(self, point: Point, cost: Floats, *, blurred: bool) -> Point:
        """The point with its choices made, at the same duals: a choice a hair short of 1 can cost the objectives ahead
        more than their levels leave, and gain this one as little.
        """
        if not self.binaries.size or self._undecided(point.x):
            raise LostError
        made = self._ask(cost, relaxed(decided(self._choosing(), point.x)))
        if made.status != "optimal" or any(done.lost(made.x, blurred=blurred) for done in self.done):
            raise LostError
        return dataclasses.replace(made, duals=point.duals, basis=point.basis)

    def _choosing(self) -> LinearProgram:
        """The face, knowing which of its columns are choices."""
        return dataclasses.replace(self.face, integer=self.program.integer)

    def _undecided(self, x: Floats) -> bool:
        z = x[self.binaries]
        return bool(np.abs(z - np.round(z)).max(initial=0.0) > WHOLE)

    def _searched(self, stage: Stage) -> str:
        """A stage over all open leaves, earlier optima kept by rows."""
        cost = -stage.sense * stage.cost
        program = self._with_rows(self.program)
        for leaf in self.root.open_leaves():
            leaf.point = leaf.duals = None
            leaf.bound = -np.inf
        basis = self.basis if self.by_rows or not self.done else None
        found = self._search(cost, program, self.root, basis, give=stage.tolerance)
        if found.status == "infeasible" and self.done:
            raise SolverError("the solver finds nothing as good as the plan it found", "lost-plan", stage=stage.name)
        if found.point is None:
            return found.status
        if self.first is None and not self.done:
            self.first = found.basis
        self.point = found.point
        leaves = self.multipliers.of_leaves(self.root)
        proven = self.multipliers.proven(stage.name, self.root, leaves)
        best = float(stage.cost @ found.point.x)
        only = self._alone(stage, best) if found.status == "optimal" and not self.by_rows else None
        if only is not None:
            self.face = relaxed(only.of(self.program))
            self.basis, self.feasible, self.point = only.point.basis, True, only.point
            self._finish(stage, best, only.point, proven, leaves[id(only)])
        else:
            self._finish(stage, best, found.point, proven, None)
        if found.status != "optimal":
            self._decide(found.point.x)
            return found.status
        self._narrow(stage)
        return ""

    def _alone(self, stage: Stage, best: float) -> Any:
        """The leaf in which the optimum lies, where no other comes near it and it holds without more choices."""
        cost, near = -stage.sense * best, abs(best) * 2 * SLACK
        open_ = [leaf for leaf in self.root.open_leaves() if leaf.bound <= cost + near]
        if len(open_) != 1 or open_[0].point is None or self.done:
            return None
        whole = not self._undecided(open_[0].point.x)
        return open_[0] if whole and abs(open_[0].point.objective - cost) <= near else None

    def _finish(self, stage: Stage, best: float, point: Point, proven: Proven, bounds: Bounds | None) -> None:
        """Note a stage as solved, and keep its optimum: by the face, or by a row."""
        terms = np.abs(stage.cost * point.x).sum()
        extreme, noise = self.f.columns.extreme, ROUNDING * np.abs(stage.cost * self.units.columns).max(initial=0.0)
        if stage.name in extreme:  # the least of sums: where that is 0, its noise is that of the others
            noise = max(noise * FINE / ROUNDING, FINE * beside(self.program, extreme[stage.name], point.x))
        slack = float(SLACK * terms + noise)
        level = best - stage.sense * (stage.tolerance * abs(best) + slack)
        seen = blur(self.program, stage.cost, extreme.get(stage.name))
        done = Done(stage, best, level, slack, proven, point.x, blur=seen)
        if bounds is None or self.by_rows:
            self.done.append(done)
            self.by_rows = True
            if bounds is not None:
                self._keep_by_rows(self.root.open_leaves()[0])
            return
        if stage.tolerance > 0:
            self.rowed.append(done)
            self.face = self.face.with_rows([-done.cost], [stage.sense * level], [np.inf]).scaled()
        else:
            reduced = self.multipliers.reduced(done.cost, bounds.duals, bounds.prices)
            self.face, rows, columns = freeze(self.face, done.cost, point)
            done = dataclasses.replace(done, held=Held(bounds, rows[: self.height], columns, reduced))
        self.done.append(done)

    def _keep_by_rows(self, leaf: Node) -> None:
        """From here on, earlier optima are kept by rows in the leaf that is left."""
        self.by_rows, self.rowed = True, list(self.done)
        self.face = self._with_rows(relaxed(leaf.of(self.program)))  # a basis without these rows is still one

    def _with_rows(self, program: LinearProgram) -> LinearProgram:
        """A program with a row for each stage that is solved, at its level."""
        rows = [done.stage.sense * done.stage.cost for done in self.done]
        least = [done.stage.sense * done.level for done in self.done]
        return program.with_rows(rows, least, [np.inf] * len(rows)).scaled()

    def _narrow(self, stage: Stage) -> None:
        """Prove empty the leaves in which nothing is as good as the level of the stage just searched."""
        done, point = self.done[-1], self.point
        assert point is not None
        reach = -stage.sense * done.level
        rays: dict[int, Floats] = {}  # leaves that share their multipliers share their rays
        for leaf in self.root.leaves():
            here = all(abs(point.x[column] - value) < WHOLE for column, value in leaf.fixed.items())
            if not leaf.empty and not here and leaf.duals is not None and leaf.bound > reach + done.slack:
                if id(leaf.duals) not in rays:
                    prices = self.multipliers.split(leaf.duals).prices
                    ahead = [prices.get(one.stage.name, 0.0) for one in self.done[:-1]]
                    rays[id(leaf.duals)] = np.concatenate([leaf.duals[: self.height], ahead, [1.0]])
                leaf.ray = rays[id(leaf.duals)]
        open_ = self.root.open_leaves()
        if len(open_) == 1 and self.by_rows:
            self.basis = open_[0].basis
            self._keep_by_rows(open_[0])

    def _decide(self, x: Floats) -> None:
        """Make every choice as in `x`."""
        self.face, self.feasible = self._with_rows(relaxed(decided(self.program, x))), False

    def _canonical(self) -> None:
        """The last stage: among plans that are equal in every objective, the one that labels name."""
        open_ = self.root.open_leaves()
        if len(open_) > 1:
            self._chosen(several=True)
        cost = canonical(self.f)
        for attempt in range(3):
            point = self._ask(cost, self.face, basis=self.basis, feasible=self.feasible)
            if point.status == "time_limit":
                self.stopped = point.status
                return
            if point.status == "optimal" and not any(done.lost(point.x) for done in self.done):
                found: Point | None = made_whole(point, self._choosing(), cost)
                if found is not None and self._undecided(found.x):
                    found = self._paid(cost, found)
                if found is not None:
                    self.point = found
                    return
            if attempt == 0 and self.binaries.size:
                self._chosen(several=len(open_) > 1)
            else:
                assert self.point is not None
                self._decide(self.point.x)

    def _paid(self, cost: Floats, point: Point) -> Point | None:
        """The canonical payments where only who pays is still open: searched, as the payments say which is best."""
        gates = self._gates
        if gates.size != self.binaries.size and not (np.abs(point.x - np.round(point.x))[gates] > WHOLE).any():
            found = self._search(cost, self._choosing(), Node({}, -np.inf), point.basis)
            if found.status == "optimal" and found.point is not None:
                return None if any(done.lost(found.point.x) for done in self.done) else found.point
        return None

    @property
    def _gates(self) -> Any:
        """The choices z of projects; the others say who pays."""
        return self.f.columns.z[self.f.columns.z >= 0]

    def _chosen(self, *, several: bool) -> None:
        """Make the choices of projects that no objective made, by their labels: over several leaves, or on the face."""
        assert self.point is not None
        program, basis = (self._with_rows(self.program), None) if several else (self._choosing(), self.basis)
        found = self._search(canonical_choice(self.f), program, Node({}, -np.inf), basis)
        chosen = self.point.x
        if found.point is not None and not any(done.lost(found.point.x) for done in self.done):
            chosen = found.point.x
        gates = self._gates
        if several:
            held = relaxed(self.program.held(gates, np.round(chosen[gates])))
            self.face, self.feasible = self._with_rows(held), False
        else:
            self.face = self.face.held(gates, np.round(chosen[gates]))

    # ------------------------------------------------------------------------------------------------ proofs

    def _nothing(self) -> Solution:
        """No plan: every leaf is empty."""
        proven = self.multipliers.proven("", self.root, {})  # every leaf is empty: their rays are the proof
        proofs = () if self.done else (dataclasses.replace(proven, kept={}),)
        return Solution("infeasible", np.zeros(0), proofs=proofs, seconds=time.monotonic() - self.begun,
                        iterations=self.iterations, programs=self.programs, implied=self.implied)  # fmt: skip

    def _price_value(self) -> list[Proven]:
        """What bounds the value where it is not among the objectives (or was not reached): all others kept by rows."""
        cost = -value(self.f, self.numbers)
        assert self.point is not None
        if self.binaries.size:
            root = Node({}, -np.inf)
            self._search(cost, self._with_rows(self.program), root)
            self.root = root
            return [self.multipliers.proven("value", root, self.multipliers.of_leaves(root))]
        point = self._ask(cost, self._with_rows(relaxed(self.program)))
        if point.status != "optimal" or point.duals is None:
            return []
        kept = {done.stage.name: done.level for done in self.done}
        return [Proven("value", kept, (0,), (self.multipliers.split(point.duals),))]
